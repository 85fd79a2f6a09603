# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks in Python share: servers that end with the run, which core runs what, and rows of the table.

A row is a line of standard output that begins with "row" and has its columns behind tabs; script/bench collects them.
"""

import contextlib
import math
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402

IS_SMOKE = "--smoke" in sys.argv[1:]

# The settings that are shipped, where support.daemon has quick ones.
SHIPPED = {
    "status": {"interval": "5s"},
    "verification": {"window": "72h", "recheck_interval": "24h", "grace": "72h"},
    "polling": {"first_check": "5s", "growth": 0.05, "min_interval": "15s", "max_interval": "10m",
                "max_lookups_per_second": 5000},
    "resolver": {"timeout": "2s", "tries": 3, "max_in_flight": 1000},
    "limits": {"verify_domain_dkim_per_second": 0},
}  # fmt: skip

# `polling` that never waits.
NO_BREAK = {"first_check": "50ms", "min_interval": "50ms", "max_interval": "50ms", "max_lookups_per_second": 0}

LOOKS = 4  # until each of the three records was looked at, so that what is seen is no longer new, and not written


class Run(contextlib.ExitStack):
    """Owns the servers of a run, as a test case does."""

    missed = False

    def addCleanup(self, *call):
        self.callback(*call)

    def row(self, name, measured, reference="", target="", reached=None):
        """One row of the table. `reached`: whether the target was; None when there is none."""
        verdict = "" if IS_SMOKE else {None: "", True: "reached", False: "MISSED"}[reached]
        self.missed |= reached is False
        print("row", name, measured, reference, target, verdict, sep="\t", flush=True)

    def exit_status(self):
        """0, or 1 when a target was missed; a smoke run is too short to miss any."""
        return 1 if self.missed and not IS_SMOKE else 0


def core_of_its_own():
    """Sends this process, and all that it starts, to the other cores; the number of the one that is left free.

    That is the last: the threads of Knot go to the first cores, whatever they were sent to.
    """
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:-1] or cores)
    return cores[-1]


def import_domains(daemon, count):
    """d0.example, d1.example, ... become pending identities. Returns how many seconds the import took."""
    file = daemon.folder / "domains"
    file.write_text("".join(f"d{number}.example\n" for number in range(count)))
    begin = time.monotonic()
    done = easydkim(daemon, "import", file)
    took = time.monotonic() - begin
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return took


def processor_seconds(pid):
    """What a process took of the processors since it began."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def percentile(values, part):
    """The value below or at which `part` (0 to 1) of them are."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def milliseconds(seconds):
    return f"{1000 * seconds:.2f} ms"
