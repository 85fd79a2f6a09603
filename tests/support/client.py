# SPDX-License-Identifier: Apache-2.0
"""The command-line client, run as a person or a script runs it."""

import os
import subprocess

from support.programs import program


def easydkim(daemon, *arguments, stdin=None, before=()):
    """Runs `easydkim`. `before`: a command to run it by. Returns the finished process: returncode, stdout, stderr."""
    return subprocess.run(
        [*before, program("easydkim"), *map(str, arguments)],
        input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, text=True, timeout=60,
        env={**os.environ, "EASYDKIM_SOCKET": str(daemon.socket)},
    )  # fmt: skip
