# SPDX-License-Identifier: Apache-2.0
"""How soon a published domain is verified behind a resolver that remembers its absence: both modes side by side.

Zones on a real Knot DNS server, a real Unbound with Debian's defaults in front, and two daemons of 200 domains each,
which poll for a while before all is published. Polling and courtesy are the shipped ones, 75 times faster, so that
half a minute stands for half an hour: at least 0.2 s, 5 % of the age, at most 2 s. The zones let "there is no such
name" be remembered for 300 seconds, which the recursive mode has to wait for; `--minimum N` makes it N seconds.
`--smoke`: a few domains, a few seconds.
"""

import sys
import time

from measurement import IS_SMOKE, SHIPPED, Run, percentile
from detection import LOOK_EVERY, MAX_INTERVAL, POLLING, Watcher, bound, issue
from support.daemon import Daemon
from support.dns_world import DnsWorld

DOMAINS = 10 if IS_SMOKE else 200
POLLED_FOR = 2 if IS_SMOKE else 30  # seconds
SLACK = 2.0  # behind the next poll
MODES = ("authoritative", "recursive")
COURTESY = {"authoritative": {"authority": {"queries_per_second": 375}}, "recursive": {}}


def minimum():
    """Seconds for which the zones let a negative answer be remembered."""
    if "--minimum" in sys.argv:
        return int(sys.argv[sys.argv.index("--minimum") + 1])
    return 5 if IS_SMOKE else 300


class Customer:
    """A daemon in one of the modes, and the domains that it watches."""

    def __init__(self, run, world, mode):
        self.mode = mode
        self.names = [f"{mode}{number}.com" for number in range(DOMAINS)]
        self.daemon = Daemon(run, **SHIPPED).configure(
            polling=POLLING, resolver=world.resolver_settings(mode), **COURTESY[mode]).start()  # fmt: skip
        self.watcher = Watcher(self.daemon)
        self.lines, self.issued_at = issue(self.daemon.control(), self.names)
        self.published_at = None

    def absent(self, resolver):
        """Of how many domains the resolver remembers a name of ours, all of which are absent."""
        lines = resolver.remembers("_domainkey.")
        return sum(any(f"_domainkey.{name}. " in line for line in lines) for name in self.names)

    def is_done(self):
        return len(self.watcher.verified_at) == DOMAINS

    def delays(self):
        return {name: at - self.published_at for name, at in self.watcher.verified_at.items()}

    def over(self):
        """How far each domain is behind the longest wait for its next poll."""
        return {name: delay - bound(self.published_at - self.issued_at[name])
                for name, delay in self.delays().items()}  # fmt: skip


def main():
    with Run() as run:
        remembered = minimum()
        world = DnsWorld(run)
        names = [f"{mode}{number}.com" for mode in MODES for number in range(DOMAINS)]
        world.zone(*names, servers=["ns1"], minimum=remembered)
        customers = {mode: Customer(run, world, mode) for mode in MODES}
        time.sleep(POLLED_FOR)
        absent = {mode: customer.absent(world.resolver) for mode, customer in customers.items()}
        print(f"SOA minimum {remembered} s; domains whose absent names the resolver remembers, before any is published:",
              *(f"{mode} {count} of {DOMAINS}" for mode, count in absent.items()), sep="  ")  # fmt: skip

        # From before the zones are loaded, so what is measured is never too short.
        for customer in customers.values():
            customer.published_at = time.monotonic()
            world.publish_all(customer.lines)
            end = time.monotonic() + remembered + MAX_INTERVAL + 10
        while not all(customer.is_done() for customer in customers.values()) and time.monotonic() < end:
            time.sleep(LOOK_EVERY)

        told = {}
        for mode, customer in customers.items():
            delays = sorted(customer.delays().values())
            print(f"{mode}: {len(delays)} of {DOMAINS} verified; seconds from publication:",
                  *(f"{percentile(delays, part):.2f}" for part in (0.01, 0.25, 0.5, 0.75, 1) if delays))  # fmt: skip
            told[mode] = [f"{percentile(delays, part):.2f} s" if delays else "never" for part in (0.5, 1)]
        ours = customers["authoritative"]
        worst = max(ours.over().values(), default=float("inf"))
        setting = f"recursive, SOA minimum {remembered} s: "
        run.row("detection behind a cache, median", told["authoritative"][0], setting + told["recursive"][0])
        run.row("detection behind a cache, worst", told["authoritative"][1], setting + told["recursive"][1])
        run.row("detection behind a cache, worst against the next poll", f"{worst:+.2f} s",
                f"{DOMAINS} domains, polled for {POLLED_FOR} s", f"<= {SLACK:+.2f} s",
                ours.is_done() and worst <= SLACK)  # fmt: skip
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
