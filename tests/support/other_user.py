# SPDX-License-Identifier: Apache-2.0
"""Other users of this machine. Tests run as root, which may become anybody."""

import contextlib
import os
import subprocess

from support.client import easydkim

ALICE, BOB = 65531, 65532  # uids that nobody has


@contextlib.contextmanager
def acting_as(uid):
    """What is opened meanwhile is opened as `uid`; SO_PEERCRED tells it to the daemon."""
    if os.geteuid() != 0:
        raise AssertionError("this test must run as root: it asks as other users")
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)


def control_of(daemon, uid):
    """A new connection of `uid` to the control socket, whose mode must let it in."""
    with acting_as(uid):
        return daemon.control()


def easydkim_of(daemon, uid, *arguments) -> subprocess.CompletedProcess:
    """Runs `easydkim` as `uid`."""
    before = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--"]
    return easydkim(daemon, *arguments, before=before)
