"""A wall clock that a test sets while the daemon runs. Monotonic clocks stay true."""

import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).with_name("wall_clock.c")


class WallClock:
    """For daemons that are started after this. `offset`: seconds that the clock is ahead at first."""

    def __init__(self, daemon, offset=0):
        library = daemon.folder / "wall_clock.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, SOURCE], check=True, timeout=60)
        self.file = daemon.folder / "wall_clock"
        self.set(offset)
        daemon.environment |= {
            "LD_PRELOAD": str(library),
            "WALL_CLOCK_OFFSET": str(self.file),
            "ASAN_OPTIONS": "verify_asan_link_order=0",
        }

    def set(self, offset):
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{offset}\n")
        beside.rename(self.file)  # so that it is never read half written
