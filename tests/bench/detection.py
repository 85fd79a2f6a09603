# SPDX-License-Identifier: Apache-2.0
"""How soon a published domain is verified: at most 5 % of the time that its owner took, within limits, and a second.

Domains are issued together and published in a real Knot DNS server at ages drawn evenly over their logarithm, with no
negative cache between. Polling is the shipped one, 75 times faster, with a lower cap so that a minute shows it:
at least 0.2 s, 5 % of the age, at most 2 s. `--smoke`: a few domains, a few seconds. What a negative cache makes of
it: detection_behind_a_cache.py.
"""

import random
import sys
import threading
import time

from measurement import IS_SMOKE, SHIPPED, Run, percentile
from support.control import Control
from support.daemon import Daemon
from support.knot import Knot, zone_lines

DOMAINS = 10 if IS_SMOKE else 200
OLDEST = 2 if IS_SMOKE else 55  # seconds
MIN_INTERVAL, GROWTH, MAX_INTERVAL = 0.2, 0.05, 2.0
SLACK = 1.0
LOOK_EVERY = 0.1
POLLING = {"first_check": "100ms", "min_interval": "200ms", "growth": GROWTH, "max_interval": "2s"}


def bound(age):
    return min(max(MIN_INTERVAL, GROWTH * age), MAX_INTERVAL)


def issue(control, names):
    """The records to publish, and when each domain was issued."""
    lines, issued_at = {}, {}
    for name in names:
        lines[name] = zone_lines(control.call("VerifyDomainDkim", Domain=name))
        issued_at[name] = time.monotonic()
    return lines, issued_at


class Watcher(threading.Thread):
    """Notes when each domain became Success; in a thread, so that nothing else makes it late."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.control = Control(None, daemon.socket, timeout=None)
        self.control.call("WatchIdentities")
        self.verified_at = {}
        self.start()

    def run(self):
        while (told := self.control.next_notification()) is not None:
            if told["params"].get("To") == "Success":
                self.verified_at[told["params"]["Identity"]] = time.monotonic()


def main():
    with Run() as run:
        names = [f"d{number}.example" for number in range(DOMAINS)]
        knot = Knot(run, *names)
        daemon = Daemon(run, **SHIPPED).configure(
            polling=POLLING, resolver={"mode": "recursive", "servers": [knot.server]}).start()  # fmt: skip
        lines, issued_at = issue(daemon.control(), names)
        watcher = Watcher(daemon)

        # The time counts from before the zone is loaded, so what is measured is never too short.
        ages = {name: OLDEST * 100 ** (random.random() - 1) for name in names}
        published_at = {}
        for name in sorted(names, key=lambda each: issued_at[each] + ages[each]):
            time.sleep(max(0, issued_at[name] + ages[name] - time.monotonic()))
            published_at[name] = time.monotonic()
            knot.publish(name, lines[name])
        end = time.monotonic() + MAX_INTERVAL + 5 * SLACK
        while len(watcher.verified_at) < DOMAINS and time.monotonic() < end:
            time.sleep(LOOK_EVERY)

        missing = [name for name in names if name not in watcher.verified_at]
        delays = {name: watcher.verified_at[name] - published_at[name] for name in names if name not in missing}
        over = {name: delay - bound(published_at[name] - issued_at[name]) for name, delay in delays.items()}
        print(f"{'age':>8} {'delay':>8} {'bound':>8}   (seconds; the five that come nearest to the bound, or pass it)")
        for name in sorted(over, key=over.get)[-5:]:
            age = published_at[name] - issued_at[name]
            print(f"{age:8.2f} {delays[name]:8.3f} {bound(age):8.3f}")
        if missing:
            print("never verified:", *missing)

        run.row("detection, median", f"{percentile(delays.values(), 0.5):.2f} s",
                f"{DOMAINS} domains, up to {OLDEST} s old")  # fmt: skip
        run.row("detection, worst", f"{max(delays.values()):.2f} s")
        run.row("detection, worst against its bound", f"{max(over.values()):+.2f} s", "min(max(0.2 s, 5 % of age), 2 s)",
                f"<= {SLACK:+.2f} s", not missing and max(over.values()) <= SLACK)  # fmt: skip
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
