# SPDX-License-Identifier: Apache-2.0
"""Where records belong, and what would be in their way, as `records` and `verify` tell it from the DNS."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402


class Placed(unittest.TestCase):
    def setUp(self):
        self.world = DnsWorld(self)
        self.world.zone("example.com", servers=["ns1"])
        self.daemon = Daemon(self, resolver=self.world.resolver_settings("authoritative"))

    def issued(self, domain):
        """What `verify` printed."""
        self.daemon.start()
        ran = easydkim(self.daemon, "verify", domain)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran

    def printed(self, domain, form):
        ran = easydkim(self.daemon, "records", domain, "--format", form)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), ran.stdout)
        return ran.stdout


class ADomainBelowTheApex(Placed):
    def test_gets_hosts_relative_to_the_apex(self):
        self.issued("mail.example.com")
        records = json.loads(self.printed("mail.example.com", "json"))
        for record in records:
            self.assertEqual(record["Zone"], "example.com")
            self.assertRegex(record["Host"], r"^[a-z2-7]{32}\._domainkey\.mail$")
        self.assertIn("zone example.com.\n", self.printed("mail.example.com", "nsupdate"))
        self.assertIn(f"\n{records[0]['Host']}:\n", self.printed("mail.example.com", "octodns").replace('"', ""))
        self.assertIn('name = "example.com"\n', self.printed("mail.example.com", "terraform"))
        self.assertIn(f"  {records[0]['Host']}  ", self.printed("mail.example.com", "table"))


class ADelegatedDomainkey(Placed):
    def test_gets_hosts_relative_to_the_zone_of_its_own(self):
        self.world.zone("_domainkey.example.com", servers=["ns2"])
        self.issued("example.com")
        for record in json.loads(self.printed("example.com", "json")):
            self.assertEqual(record["Zone"], "_domainkey.example.com")
            self.assertRegex(record["Host"], r"^[a-z2-7]{32}$")
            self.assertEqual(record["ZoneAbove"], "example.com")
            self.assertEqual(record["HostInZoneAbove"], record["Host"] + "._domainkey")

    def test_gets_hosts_relative_to_the_zone_above_as_well(self):
        self.world.zone("_domainkey.example.com", servers=["ns2"])
        self.issued("example.com")
        table = self.printed("example.com", "table")
        self.assertRegex(table, r"(?m)^  [a-z2-7]{32}  ")
        self.assertRegex(table, r"(?m)^    [a-z2-7]{32}\._domainkey$")
        self.assertIn("_domainkey.example.com is a zone of its own", table)


class WhatIsInTheWay(Placed):
    def test_is_nothing_in_a_right_zone(self):
        self.assertEqual(self.issued("example.com").stderr, "")

    def test_is_told_of_a_domain_that_does_not_exist(self):
        ran = self.issued("nowhere.com")
        self.assertRegex(ran.stderr, r"(?m)^easydkim: warning: .*nowhere\.com.*exist")
        self.assertIn("._domainkey.nowhere.com.", ran.stdout)

    def test_is_told_of_a_broken_delegation(self):
        self.world.dead_server("ns9")
        self.world.delegate("example.com", ["ns9"])
        self.assertRegex(self.issued("example.com").stderr, r"(?m)^easydkim: warning: .*example\.com")

    def test_is_told_of_a_domainkey_that_is_delegated_to_servers_that_refuse_it(self):
        self.world.server("ns2")
        self.world.publish("example.com", "_domainkey.example.com. NS ns2.hoster.com.\n")
        told = self.issued("example.com").stderr
        self.assertIn("remove the NS records of _domainkey.example.com from the zone of example.com", told)
        self.assertIn("(REFUSED)", told)
        self.assertNotIn("The name servers of example.com", told)

    def test_is_told_of_a_wildcard(self):
        self.world.publish("example.com", "*.example.com. CNAME elsewhere.example.org.\n")
        self.assertRegex(self.issued("example.com").stderr, r"(?m)^easydkim: warning: .*[Ww]ildcard")


if __name__ == "__main__":
    unittest.main(verbosity=2)
