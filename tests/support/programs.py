# SPDX-License-Identifier: Apache-2.0
"""The programs under test, found below $EASYDKIM_BUILD."""

import os
import pathlib


def program(name):
    """The path of the program called `name`."""
    build = pathlib.Path(os.environ.get("EASYDKIM_BUILD", "build/dev")).resolve()
    for candidate in (build / name, *sorted(build.rglob(name))):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    raise FileNotFoundError(f"{name} is not below {build}: set EASYDKIM_BUILD to a build folder")


def is_sanitized():
    """Whether the daemon was built with a sanitizer, which takes memory, time and descriptors of its own."""
    with open(program("easydkimd"), "rb") as file:
        built = file.read()
    return b"__asan_init" in built or b"__tsan_init" in built
