# SPDX-License-Identifier: Apache-2.0
"""A hundred thousand pending identities on one core: imported in one go, polled, while a client is served.

The daemon has a core for itself; the DNS server (Knot, which has none of the records), the client and this driver
share the others. Told are the rate of the import, lookups a second, how late the checks are, memory, and how long
requests take: without identities, during the import, while all are polled at the shipped pace, and while they are
polled without a break. `--smoke`: some hundred identities, a few seconds.
"""

import os
import sys
import threading
import time

from measurement import (IS_SMOKE, LOOKS, NO_BREAK, SHIPPED, Run, core_of_its_own, import_domains, milliseconds,
                         percentile, processor_seconds)  # fmt: skip
from support.control import Control
from support.daemon import Daemon
from support.eventually import eventually
from support.knot import Knot

IDENTITIES = 500 if IS_SMOKE else 100_000
SECONDS = 0.5 if IS_SMOKE else 45  # of each phase
REQUESTS_A_SECOND = 100

MOST_MEMORY = 150  # MiB
LONGEST_REQUEST = 0.050  # seconds, for 99 of 100
LONGEST_READ_IN_A_FLOOD = 0.005
LONGEST_ISSUE_IN_A_FLOOD = 0.010
ISSUE = "VerifyDomainDkim"
READS = ["GetStatus", "GetIdentityDkimAttributes", "DescribeIdentity"]
METHODS = [ISSUE, *READS]


def name_of(number):
    return f"d{number}.example"


def before_all_others():
    """What is told is how long the daemon takes, not how long the DNS server keeps the core that it shares with us."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # of this thread alone
    except PermissionError:
        print("The client may not go before the DNS server: what requests took includes waiting for its core.")


class Client(threading.Thread):
    """Asks one thing after the other at a steady pace until `end`, and keeps how long each took."""

    issued = 0  # by all clients

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.control = Control(None, daemon.socket)
        self.took = {}  # method -> seconds
        self.seen = []  # what GetStatus said of polling
        self.stop = threading.Event()
        self.failure = None
        self.start()

    def requests(self):
        yield "GetStatus", {}
        yield "GetIdentityDkimAttributes", {"Identities": [name_of(Client.issued * 7919 % IDENTITIES)]}
        Client.issued += 1
        yield ISSUE, {"Domain": f"client{Client.issued}.example"}
        yield "DescribeIdentity", {"Identity": f"client{Client.issued}.example"}

    def run(self):
        before_all_others()
        due = time.monotonic()
        try:
            while not self.stop.is_set():
                for method, params in self.requests():
                    due = max(due + 1 / REQUESTS_A_SECOND, time.monotonic())
                    time.sleep(max(0, due - time.monotonic()))
                    self.ask(method, params)
        except Exception as failure:  # told by `end`
            self.failure = failure

    def ask(self, method, params):
        begin = time.monotonic()
        answer = self.control.call(method, **params)
        self.took.setdefault(method, []).append(time.monotonic() - begin)
        if method == "GetStatus":
            self.seen.append(answer["polling"])

    def end(self):
        self.stop.set()
        self.join(timeout=60)
        self.control.close()
        if self.failure:
            raise self.failure
        return self


class Phase:
    """What the daemon did, and what a client saw, between the begin and the end of a `with`."""

    def __init__(self, run, daemon, name):
        self.run, self.daemon, self.name = run, daemon, name

    def now(self):
        lookups = self.daemon.call("GetStatus")["polling"]["lookups_total"]
        return time.monotonic(), processor_seconds(self.daemon.child.pid), lookups

    def __enter__(self):
        self.begin = self.now()
        self.client = Client(self.daemon)
        return self

    def __exit__(self, *failure):
        self.client.end()
        if failure[0]:
            return
        self.seconds, self.cpu, self.lookups = (end - begin for end, begin in zip(self.now(), self.begin))
        self.lag = max(seen["lag_seconds"] for seen in self.client.seen)
        print(f"\n{self.name}: {self.seconds:.1f} s, {100 * self.cpu / self.seconds:.0f} % of a core, "
              f"{self.lookups / self.seconds:.0f} lookups/s, at most {self.lag:.2f} s late, "
              f"{self.daemon.memory() >> 20} MiB")  # fmt: skip
        for method, took in self.client.took.items():
            print(f"  {method:26} {len(took):5} requests  p50 {milliseconds(percentile(took, 0.5)):>9}  "
                  f"p99 {milliseconds(percentile(took, 0.99)):>9}  worst {milliseconds(max(took)):>9}")  # fmt: skip

    def p99(self, methods):
        """Of the method for which it is longest."""
        return max((percentile(took, 0.99), method) for method, took in self.client.took.items() if method in methods)

    def row_of_requests(self, reference, target, methods=METHODS):
        took, method = self.p99(methods)
        what = {4: "requests", 3: "reads", 1: method}[len(methods)]
        self.run.row(f"p99 of {what}, {self.name}",
                     f"{milliseconds(took)} ({method})", f"idle: {milliseconds(reference.p99(methods)[0])}",
                     f"< {milliseconds(target)}", took < target)  # fmt: skip


def import_all(run, daemon):
    took = import_domains(daemon, IDENTITIES)
    run.row("import", f"{IDENTITIES / took:.0f} identities/s", f"{IDENTITIES} in {took:.1f} s")


def polled(daemon, rounds):
    """Waits until each was looked at so often."""
    wanted = rounds * IDENTITIES
    eventually(lambda: daemon.call("GetStatus")["polling"]["lookups_total"] >= wanted, "all are polled", within=120)


def unanswered(daemon):
    return daemon.call("GetStatus")["resolver"]["no_answer_total"]


def rows_of_polling(run, phase):
    run.row(f"lookups, {phase.name}", f"{phase.lookups / phase.seconds:.0f} /s",
            f"{1e6 * phase.cpu / max(1, phase.lookups):.1f} us of CPU each, requests included")  # fmt: skip
    run.row(f"worst lag, {phase.name}", f"{phase.lag:.2f} s")


def main():
    with Run() as run:
        core = core_of_its_own()
        knot = Knot(run, "example")
        daemon = Daemon(run, **SHIPPED)
        daemon.configure(resolver={"servers": [knot.server]})
        pinned = ["taskset", "--cpu-list", str(core)]
        daemon.start(*pinned)

        with Phase(run, daemon, "idle") as idle:
            time.sleep(SECONDS / 4)
        with Phase(run, daemon, "during the import") as importing:
            import_all(run, daemon)
        polled(daemon, rounds=1)
        with Phase(run, daemon, "shipped pace") as shipped:
            time.sleep(SECONDS)
        silent = unanswered(daemon)

        daemon.stop()
        daemon.configure(polling=NO_BREAK)
        begin = time.monotonic()
        daemon.start(*pinned)
        run.row("start", f"{time.monotonic() - begin:.2f} s", f"{IDENTITIES} pending identities read and checked")
        polled(daemon, LOOKS)
        with Phase(run, daemon, "without a break") as flood:
            time.sleep(SECONDS)

        print()
        for phase in (shipped, flood):
            rows_of_polling(run, phase)
        for phase in (importing, shipped):
            phase.row_of_requests(idle, LONGEST_REQUEST)
        flood.row_of_requests(idle, LONGEST_READ_IN_A_FLOOD, READS)
        flood.row_of_requests(idle, LONGEST_ISSUE_IN_A_FLOOD, [ISSUE])
        peak = daemon.memory("VmHWM") >> 20
        run.row("memory", f"{peak} MiB at most", "", f"< {MOST_MEMORY} MiB", peak < MOST_MEMORY)
        run.row("lookups without an answer, shipped pace", silent, "", "0", silent == 0)
        run.row("lookups without an answer, without a break", unanswered(daemon), "dropped by the busy DNS server")
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
