# SPDX-License-Identifier: Apache-2.0
"""Lookups of the recursive mode without a break, of this build and of an earlier one, in turn in the same run.

`EASYDKIM_BEFORE` names the build folder of the earlier one; without it only this build is measured. The daemon has a
core for itself; nothing of what it looks for is published. `--smoke`: few identities, a moment.
"""

import os
import sys
import time

from measurement import (IS_SMOKE, LOOKS, NO_BREAK, SHIPPED, Run, core_of_its_own, import_domains, percentile,
                         processor_seconds)  # fmt: skip
from support.daemon import Daemon
from support.eventually import eventually
from support.knot import Knot

IDENTITIES = 200 if IS_SMOKE else 20_000
SECONDS = 0.3 if IS_SMOKE else 10
ROUNDS = 1 if IS_SMOKE else 5
MOST_LOST = 0.03  # of the rate: as much as two runs of one build differ


class Measured:
    """One build: what a second and a lookup of each round took."""

    def __init__(self, name, build):
        self.name, self.build = name, build
        self.rates, self.costs = [], []

    def measure(self, run, knot, pinned):
        os.environ["EASYDKIM_BUILD"] = self.build
        daemon = Daemon(run, **SHIPPED)
        daemon.configure(polling=NO_BREAK, resolver={"mode": "recursive", "servers": [knot.server]})
        daemon.start(*pinned)
        import_domains(daemon, IDENTITIES)
        eventually(lambda: self.now(daemon)[2] >= LOOKS * IDENTITIES, "all are polled", within=120)
        begin = self.now(daemon)
        time.sleep(SECONDS)
        seconds, cpu, lookups = (end - start for end, start in zip(self.now(daemon), begin))
        daemon.stop()
        self.rates.append(lookups / seconds)
        self.costs.append(cpu / max(1, lookups))

    def now(self, daemon):
        lookups = daemon.call("GetStatus")["polling"]["lookups_total"]
        return time.monotonic(), processor_seconds(daemon.child.pid), lookups

    def rate(self):
        return percentile(self.rates, 0.5)

    def row(self, run, beside="", target="", reached=None):
        run.row(f"lookups without a break, {self.name}",
                f"{self.rate():.0f} /s, {1e6 * percentile(self.costs, 0.5):.2f} us of CPU each", beside, target, reached)  # fmt: skip


def main():
    with Run() as run:
        core = core_of_its_own()
        knot = Knot(run, "example")
        pinned = ["taskset", "--cpu-list", str(core)]
        this = Measured("this build", os.environ.get("EASYDKIM_BUILD", "build/dev"))
        earlier = os.environ.get("EASYDKIM_BEFORE")
        builds = [this] + ([Measured("earlier build", earlier)] if earlier else [])
        for round_of_all in range(ROUNDS):
            for build in builds if round_of_all % 2 else reversed(builds):
                build.measure(run, knot, pinned)
                print(f"{build.name}: {build.rates[-1]:.0f} lookups/s, {1e6 * build.costs[-1]:.2f} us of CPU each")
        if earlier:
            before = builds[1]
            before.row(run)
            this.row(run, f"{this.rate() / before.rate():.3f} of the earlier build's rate", f">= {1 - MOST_LOST}",
                     this.rate() >= (1 - MOST_LOST) * before.rate())  # fmt: skip
        else:
            this.row(run)
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
