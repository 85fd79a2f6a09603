# SPDX-License-Identifier: Apache-2.0
"""A folder of a test, short in its name: the path of a Unix socket has at most 107 octets."""

import pathlib
import tempfile


def temporary_folder(owner):
    """A new folder that goes with the test."""
    folder = tempfile.TemporaryDirectory(prefix="easydkim-", dir="/tmp", ignore_cleanup_errors=True)
    owner.addCleanup(folder.cleanup)
    return pathlib.Path(folder.name)
