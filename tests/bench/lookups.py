# SPDX-License-Identifier: Apache-2.0
"""What a lookup takes with 100,000 identities pending and none of their records published, beside dnsperf.

Both ask the same Knot for the same names over and over, one after the other, with a thousand questions under way; the
one that asks has a core for itself. For the daemon a lookup is the whole job: schedule, record, question, strict
reading, verdict. `--smoke`: few identities, a moment.
"""

import os
import re
import signal
import subprocess
import sys
import time

from measurement import (IS_SMOKE, LOOKS, NO_BREAK, SHIPPED, Run, core_of_its_own, import_domains, percentile,
                         processor_seconds)  # fmt: skip
from support.daemon import Daemon
from support.eventually import eventually
from support.folder import temporary_folder
from support.knot import Knot

IDENTITIES = 200 if IS_SMOKE else 100_000
SECONDS = 0.3 if IS_SMOKE else 10
ROUNDS = 1 if IS_SMOKE else 3
IN_FLIGHT = 1000
MOST_MICROSECONDS = 5.2
NAMES_OF_A_CALL = 100
FULL_CORE = 0.95  # of a core: then the server is what limits


class Asking:
    """What one that asks did in a round."""

    def __init__(self):
        self.rates, self.costs, self.server_loads = [], [], []

    def note(self, lookups, seconds, cpu, server_cpu):
        self.rates.append(lookups / seconds)
        self.costs.append(1e6 * cpu / max(1, lookups))
        self.server_loads.append(server_cpu / seconds)

    def __str__(self):
        return (f"{percentile(self.rates, 0.5):.0f} /s, {percentile(self.costs, 0.5):.2f} us of CPU each, "
                f"server {100 * percentile(self.server_loads, 0.5):.0f} % of its core")  # fmt: skip


def names_of(daemon):
    """TOKEN._domainkey.DOMAIN of the first records of some of the identities."""
    for first in range(0, min(IDENTITIES, 20_000), NAMES_OF_A_CALL):
        asked = [f"d{number}.example" for number in range(first, min(first + NAMES_OF_A_CALL, IDENTITIES))]
        known = daemon.call("GetIdentityDkimAttributes", Identities=asked)["DkimAttributes"]
        yield from (f"{of['DkimTokens'][0]}._domainkey.{domain}" for domain, of in known.items())


def polled(daemon, knot):
    """Lookups, seconds, CPU of the daemon and of the server, while it polls for a while."""

    def now():
        lookups = daemon.call("GetStatus")["polling"]["lookups_total"]
        return lookups, time.monotonic(), processor_seconds(daemon.child.pid), processor_seconds(knot.child.pid)

    begin = now()
    time.sleep(SECONDS)
    return [end - start for end, start in zip(now(), begin)]


def asked_by_dnsperf(knot, file, core):
    """The same of dnsperf."""
    host, port = knot.server.rsplit(":", 1)
    server_before, began = processor_seconds(knot.child.pid), time.monotonic()
    cpu_before = sum(os.times()[2:4])
    command = ["taskset", "--cpu-list", str(core), "dnsperf", "-s", host, "-p", port, "-d", file, "-c", "1", "-T", "1",
               "-q", str(IN_FLIGHT), "-l", str(max(1, SECONDS)), "-O", "suppress=timeouts"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    seconds = time.monotonic() - began
    cpu = sum(os.times()[2:4]) - cpu_before
    completed = int(re.search(r"Queries completed:\s+(\d+)", done.stdout)[1])
    return completed, seconds, cpu, processor_seconds(knot.child.pid) - server_before


def main():
    with Run() as run:
        core = core_of_its_own()
        knot = Knot(run, "example")
        daemon = Daemon(run, **SHIPPED)
        daemon.configure(polling=NO_BREAK, resolver={"mode": "recursive", "servers": [knot.server],
                                                     "max_in_flight": IN_FLIGHT})  # fmt: skip
        daemon.start("taskset", "--cpu-list", str(core))
        import_domains(daemon, IDENTITIES)
        looked_up = lambda: daemon.call("GetStatus")["polling"]["lookups_total"]  # noqa: E731
        eventually(lambda: looked_up() >= LOOKS * IDENTITIES, "all are polled", within=300)
        names = temporary_folder(run) / "names"
        names.write_text("".join(f"{name} CNAME\n" for name in names_of(daemon)))

        daemon_asks, dnsperf_asks = Asking(), Asking()
        for _ in range(ROUNDS):
            daemon_asks.note(*polled(daemon, knot))
            daemon.child.send(signal.SIGSTOP)  # it has nothing to do with what comes next
            dnsperf_asks.note(*asked_by_dnsperf(knot, names, core))
            daemon.child.send(signal.SIGCONT)
            after = looked_up()
            eventually(lambda: looked_up() >= after + IDENTITIES / 100, "it polls again", within=60)
        dropped = daemon.call("GetStatus")["resolver"]["dropped_total"]
        daemon.stop()

        cost = percentile(daemon_asks.costs, 0.5)
        run.row(f"CPU of a lookup, {IDENTITIES} pending", f"{cost:.2f} us", "", f"<= {MOST_MICROSECONDS} us",
                cost <= MOST_MICROSECONDS)  # fmt: skip
        rate, beside = percentile(daemon_asks.rates, 0.5), percentile(dnsperf_asks.rates, 0.5)
        server_is_full = percentile(daemon_asks.server_loads, 0.5) >= FULL_CORE
        run.row("lookups a second", str(daemon_asks), f"dnsperf {dnsperf_asks}", ">= dnsperf, or the server's core full",
                rate >= beside or server_is_full)  # fmt: skip
        run.row("replies that the kernel dropped", str(dropped), "", "0", dropped == 0)
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
