# SPDX-License-Identifier: Apache-2.0
"""Several resolvers that must agree before Success: real Unbounds, one of which remembers that nothing was there."""

import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import zone_lines  # noqa: E402
from support.unbound import Unbound  # noqa: E402

HOUR = 3600  # the SOA minimum: a stale resolver stays so for the whole test
MANY = 20  # polls


class SeveralResolvers(unittest.TestCase):
    def begin(self, *names, quorum):
        """A pending domain whose records are published, after the resolver named "stale" was asked for them."""
        self.world = DnsWorld(self)
        self.world.zone("example.com", servers=["ns1", "ns2"], minimum=HOUR)
        self.resolvers = {name: Unbound(self, self.world.root) for name in names}
        servers = [self.resolvers[name].server for name in names]
        self.daemon = Daemon(self, resolver={**self.world.resolver_settings("authoritative"),
                                             "confirm_servers": servers, "confirm_quorum": quorum}).start()  # fmt: skip
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        for record in issued["Records"]:
            self.assertEqual(self.resolvers["stale"].cname(record["Name"]), "")
        self.world.publish("example.com", zone_lines(issued))

    def test_wait_for_each_other_when_one_of_two_remembers_that_nothing_was_there(self):
        # Given a quorum of two, of which one is stale
        self.begin("fresh", "stale", quorum=2)

        # Then the records are found on the zone's servers, and that is not enough
        def found():
            seen = self.daemon.describe("example.com")
            return seen if all(record["Finding"] == "found" for record in seen["Records"]) else None

        seen = eventually(found, "the records are found")
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")
        for record in seen["Records"]:
            self.assertEqual(len(record["Published"]["Has"]), 2)
        before = self.daemon.status()["polling"]["lookups_total"]
        eventually(lambda: self.daemon.status()["polling"]["lookups_total"] >= before + MANY, "many more lookups")
        self.assertEqual(self.daemon.verification_status("example.com"), "Pending")
        # When the stale one forgets, both agree
        self.resolvers["stale"].order("flush_zone", "example.com")
        self.daemon.wait_for_status("example.com", "Success")

    def test_are_enough_when_two_of_three_agree(self):
        self.begin("stale", "fresh", "other", quorum=2)
        self.daemon.wait_for_status("example.com", "Success")
        stale = self.resolvers["stale"].counters()["total.num.queries"]
        self.assertGreaterEqual(stale, 3 + 3, "the stale one was asked, and overruled")

    def test_are_followed_when_the_configuration_names_others(self):
        # Given a stale one alone
        self.begin("stale", quorum=1)
        eventually(lambda: self.daemon.describe("example.com")["Records"][0]["Visible"] is False, "it is hidden")
        self.assertEqual(self.daemon.verification_status("example.com"), "Pending")
        # When another is named instead, and the daemon reads its configuration again
        fresh = Unbound(self, self.world.root)
        self.daemon.configure(resolver={"confirm_servers": [fresh.server]})
        self.daemon.child.send(signal.SIGHUP)
        self.daemon.wait_for_status("example.com", "Success")


if __name__ == "__main__":
    unittest.main(verbosity=2)
