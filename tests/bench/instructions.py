# SPDX-License-Identifier: Apache-2.0
"""Instructions of a lookup in user space, counted by callgrind: the daemon's whole job beside a bare c-ares loop.

Both ask the same Knot for the same names, none of which is there. Each runs twice, for a while and for longer: what the
longer run took more is divided by what it looked up more, so that the start and the end do not count. Of the daemon
the thread that polls is counted. `--smoke`: few lookups, a moment.
"""

import json
import re
import subprocess
import sys
import time

from measurement import IS_SMOKE, LOOKS, NO_BREAK, SHIPPED, Run, import_domains
from support.daemon import Daemon
from support.eventually import eventually
from support.folder import temporary_folder
from support.knot import Knot
from support.programs import program

IDENTITIES = 200 if IS_SMOKE else 20_000
LOOKUPS = (500, 1500) if IS_SMOKE else (20_000, 120_000)  # of the loop
SECONDS = (1, 2) if IS_SMOKE else (3, 15)  # of the daemon
IN_FLIGHT = 1000
MOST_PART = 1.15


class Callgrind:
    """Counts what programs take that are started by `command`."""

    def __init__(self, run):
        self.folder = temporary_folder(run)
        self.runs = 0

    def command(self):
        self.runs += 1
        return ["valgrind", "-q", "--tool=callgrind", "--separate-threads=yes",
                f"--callgrind-out-file={self.folder}/{self.runs}"]  # fmt: skip

    def counted(self):
        """Instructions of the first thread of the last one, which has ended."""
        return int(re.search(r"^totals: (\d+)$", (self.folder / f"{self.runs}-01").read_text(), re.MULTILINE)[1])


def each(measure, amounts):
    """Instructions a lookup, by two runs of `measure`, which gives (instructions, lookups)."""
    (some, of_some), (more, of_more) = map(measure, amounts)
    return (more - some) / (of_more - of_some)


def main():
    with Run() as run:
        knot = Knot(run, "example")
        daemon = Daemon(run, **SHIPPED)
        daemon.configure(polling=NO_BREAK, status={"interval": "1h"},
                         resolver={"mode": "recursive", "servers": [knot.server], "max_in_flight": IN_FLIGHT})  # fmt: skip
        daemon.start()
        import_domains(daemon, IDENTITIES)
        eventually(lambda: daemon.call("GetStatus")["polling"]["lookups_total"] >= LOOKS * IDENTITIES, "all are polled",
                   within=300)  # fmt: skip
        known = daemon.call("GetIdentityDkimAttributes", Identities=[f"d{number}.example" for number in range(100)])
        names = daemon.folder / "names"
        names.write_text("".join(f"{token}._domainkey.{domain}\n" for domain, of in known["DkimAttributes"].items()
                                 for token in of["DkimTokens"]))  # fmt: skip
        daemon.stop()
        callgrind = Callgrind(run)

        def of_daemon(seconds):
            daemon.start(*callgrind.command())
            time.sleep(seconds)
            daemon.stop()
            return callgrind.counted(), json.loads(daemon.status_file.read_text())["polling"]["lookups_total"]

        def of_loop(lookups):
            loop = program("bench/cares-loop")
            done = subprocess.run([*callgrind.command(), loop, knot.server, names, str(lookups), str(IN_FLIGHT)],
                                  capture_output=True, text=True, timeout=300, check=True)  # fmt: skip
            return callgrind.counted(), int(done.stdout)

        whole, bare = each(of_daemon, SECONDS), each(of_loop, LOOKUPS)
        run.row("instructions of a lookup", f"{whole:.0f} = {whole / bare:.2f} times", f"a bare c-ares loop: {bare:.0f}",
                f"<= {MOST_PART} times", whole <= MOST_PART * bare)  # fmt: skip
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
