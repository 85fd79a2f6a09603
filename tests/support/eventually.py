# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition: looked at often, so that nothing waits longer than it must, and never for ever."""

import time

LOOK_EVERY = 0.02  # seconds
LONGEST = 30.0  # seconds; generous, because the machine may be busy and the build instrumented


def eventually(condition, what, within=LONGEST):
    """Returns the first true value of `condition()`; fails with `what` when there is none in time."""
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(LOOK_EVERY)
