# SPDX-License-Identifier: Apache-2.0
"""A wall clock that a test sets while the daemon runs. Monotonic clocks stay true."""

from support.preloaded import preload


class WallClock:
    """For daemons that are started after this. `offset`: seconds that the clock is ahead at first."""

    def __init__(self, daemon, offset=0):
        self.file = daemon.folder / "wall_clock"
        self.set(offset)
        preload(daemon, "wall_clock.c")
        daemon.environment["WALL_CLOCK_OFFSET"] = str(self.file)

    def set(self, offset):
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{offset}\n")
        beside.rename(self.file)  # so that it is never read half written
