# SPDX-License-Identifier: Apache-2.0
"""A library of the tests that takes the place of some of libc's calls in a daemon."""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent


def preload(daemon, source):
    """Builds `source`, a C file of this folder, for starts of the daemon after this."""
    library = daemon.folder / f"{pathlib.Path(source).stem}.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, HERE / source], check=True, timeout=60)
    daemon.environment |= {"LD_PRELOAD": str(library), "ASAN_OPTIONS": "verify_asan_link_order=0"}
