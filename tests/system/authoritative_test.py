# SPDX-License-Identifier: Apache-2.0
"""Authoritative polling, against real name servers and a real Unbound with Debian's defaults in front of them."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import zone_lines  # noqa: E402
from support.loopback import DNS_PORT, name_server_address  # noqa: E402
from support.scripted_zones import ScriptedZones, parent_zone  # noqa: E402

HOUR = 3600  # the SOA minimum: a test that waited for a negative answer to go would never end
MANY = 20  # polls
SOON = 5  # seconds from publication; the next poll is at most 0.2 s away, and the machine may be busy


class AuthoritativeCase(unittest.TestCase):
    def setUp(self):
        self.world = DnsWorld(self)

    def zone(self, **changes):
        self.world.zone("example.com", **{"servers": ["ns1", "ns2"], "minimum": HOUR, **changes})

    def begin(self, mode="authoritative"):
        # Polls follow each other a hundred times faster than in life; so may the questions.
        self.daemon = Daemon(self, resolver=self.world.resolver_settings(mode),
                             authority={"queries_per_second": 1000, "in_flight": 100}).start()  # fmt: skip
        self.issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")

    def polls(self, count):
        """Waits for that many polls more."""
        before = self.daemon.status()["polling"]["lookups_total"]
        eventually(lambda: self.daemon.status()["polling"]["lookups_total"] >= before + count, f"{count} more polls")

    def remembered(self):
        return self.world.resolver.remembers("_domainkey")

    def verified_soon(self):
        published = time.monotonic()
        verified = self.daemon.wait_for_status("example.com", "Success")
        self.assertLess(time.monotonic() - published, SOON)
        return verified


class AnUnpublishedDomain(AuthoritativeCase):
    def test_leaves_nothing_in_the_cache_of_the_resolver_and_is_verified_by_the_poll_after_publication(self):
        # Given a domain that was polled many times, and checked by hand, without its records
        self.zone()
        self.begin()
        self.polls(MANY)
        checked = self.daemon.call("CheckIdentity", Identity="example.com")
        self.assertEqual([record["Finding"] for record in checked["Records"]], ["absent"] * 3)
        # Then the resolver has been asked for the zone above, and for nothing at or below the domain
        self.assertNotEqual(self.world.resolver.remembers("com"), [])
        self.assertEqual(self.world.resolver.remembers("example.com"), [])
        self.assertEqual(self.remembered(), [])
        # When the records are published, they are seen at once, however long absence may be remembered
        self.world.publish("example.com", zone_lines(self.issued))
        verified = self.verified_soon()
        self.assertEqual([record["Visible"] for record in verified["Records"]], [True] * 3)

    def test_of_a_signed_zone_is_verified_as_soon(self):
        # One absent name of a signed zone would prove the absence of all of them (RFC 8198)
        self.zone(servers=["ns1"], signed=True)
        self.begin()
        self.polls(MANY)
        self.assertEqual(self.remembered(), [])
        self.world.publish("example.com", zone_lines(self.issued))
        self.verified_soon()

    def test_of_a_signed_zone_is_verified_as_soon_when_another_was_before(self):
        # Given a verified identity, whose confirmation the resolver was asked for
        self.zone(servers=["ns1"], signed=True)
        self.begin()
        self.world.publish("example.com", zone_lines(self.issued))
        self.verified_soon()
        # When the same domain gets new tokens, and these are published
        self.daemon.call("DeleteIdentity", Identity="example.com")
        self.issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.polls(MANY)
        self.world.publish("example.com", zone_lines(self.issued))
        # Then nothing that was asked before hides them
        self.verified_soon()

    def test_that_lost_its_records_is_verified_again_as_soon_as_they_are_back(self):
        self.zone()
        self.begin()
        self.daemon.configure(verification={"recheck_interval": "200ms"}).restart()
        self.world.publish("example.com", zone_lines(self.issued))
        self.verified_soon()
        self.world.publish("example.com", "")
        self.daemon.wait_for_status("example.com", "TemporaryFailure")
        self.world.publish("example.com", zone_lines(self.issued))
        self.verified_soon()

    def test_would_be_remembered_as_absent_in_recursive_mode(self):
        # What the two tests above rest on: the same polls, sent to the resolver, do leave their mark
        self.zone()
        self.begin("recursive")
        self.polls(MANY)
        self.assertNotEqual(self.remembered(), [])


class ADelegatedDomainkey(AuthoritativeCase):
    def test_is_followed_to_its_own_servers(self):
        # Given _domainkey in a zone of its own, on another server
        self.zone()
        self.world.zone("_domainkey.example.com", servers=["ns3"], minimum=HOUR)
        self.begin()
        self.polls(MANY)
        # When the records are published there
        self.world.publish("_domainkey.example.com", zone_lines(self.issued))
        # Then they are found, and that server is named
        verified = self.verified_soon()
        self.assertEqual(verified["Zone"], "_domainkey.example.com")
        for record in verified["Records"]:
            self.assertEqual([server["Server"] for server in record["Published"]["Has"]], ["ns3.hoster.com"])


class ARecordOnSomeServersOnly(AuthoritativeCase):
    def test_keeps_the_domain_pending_and_is_told_by_server_and_serial(self):
        # Given two servers, of which one has taken over the records
        self.zone()
        self.begin()
        self.world.publish("example.com", zone_lines(self.issued), on=["ns1"])

        # Then the domain waits, and says who has them and who has not
        def told():
            shown = self.daemon.describe("example.com")
            return shown if all((record["Published"] or {}).get("HasNot") for record in shown["Records"]) else None

        self.daemon.call("CheckIdentity", Identity="example.com")
        shown = eventually(told, "the server without the records is told")
        self.assertEqual(shown["DkimVerificationStatus"], "Pending")
        for record in shown["Records"]:
            self.assertEqual(record["Published"], {
                "Has": [self.server("ns1")], "HasNot": [self.server("ns2")], "NoAnswer": []})  # fmt: skip
        self.polls(MANY)
        self.assertEqual(self.daemon.verification_status("example.com"), "Pending")

        # and it is verified when the other has them too
        self.world.publish("example.com", zone_lines(self.issued), on=["ns2"])
        self.verified_soon()

    def server(self, name):
        return {"Server": f"{name}.hoster.com", "Address": self.world.address(name),
                "Serial": self.world.server(name).serials["example.com"]}  # fmt: skip


class ASilentServer(AuthoritativeCase):
    def test_does_not_keep_the_domain_from_being_verified_by_the_others(self):
        # Given a domain with three servers, one of which has an address where nobody is
        self.zone()
        self.world.dead_server("ns3")
        self.world.claim("example.com", ["ns1", "ns2", "ns3"])
        self.world.delegate("example.com", ["ns1", "ns2", "ns3"])
        self.begin()
        # When the records are published on the other two, it is verified
        self.world.publish("example.com", zone_lines(self.issued))
        verified = self.daemon.wait_for_status("example.com", "Success")
        for record in verified["Records"]:
            self.assertEqual({server["Server"] for server in record["Published"]["Has"]},
                             {"ns1.hoster.com", "ns2.hoster.com"})  # fmt: skip


class APrivateNameServer(unittest.TestCase):
    def ask(self, **allowed):
        """A domain whose name server has an address of this machine, polled for a while: that server."""
        # Given a resolver that names the server, and answers for the domain itself
        address = name_server_address()
        server = DnsResponder(self, address=address, port=DNS_PORT)
        soa = "example.com. SOA ns1.hoster.com. hostmaster.hoster.com. 1 3600 600 86400 1\n"
        delegation = "example.com. NS ns1.hoster.com.\n"
        zones, told = ScriptedZones(), ScriptedZones()
        zones.load("com", parent_zone("com", address, f"{delegation}ns1.hoster.com. A {address}\n"))
        zones.load("example.com", soa + delegation)
        told.load("com", parent_zone("com", address))
        told.load("example.com", soa + delegation)
        told.load("hoster.com", f"hoster.com. SOA ns1.hoster.com. hostmaster.hoster.com. 1 3600 600 86400 1\n"
                                f"ns1.hoster.com. A {address}\n")  # fmt: skip
        server.behaviour = zones.answer
        resolver = DnsResponder(self)
        resolver.behaviour = told.answer
        self.daemon = Daemon(self, resolver={"mode": "authoritative", "servers": [resolver.server], **allowed}).start()
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        return server

    def test_is_not_asked(self):
        server = self.ask()
        # It counts as missing: a resolver that is asked instead could be led by any one server of the zone
        checked = self.daemon.call("CheckIdentity", Identity="example.com")
        self.assertEqual([record["Finding"] for record in checked["Records"]], ["no_answer"] * 3)
        self.assertEqual(server.queries, 0)

    def test_is_asked_when_the_configuration_allows_it(self):
        server = self.ask(allow_private_servers=True)
        checked = self.daemon.call("CheckIdentity", Identity="example.com")
        self.assertEqual([record["Finding"] for record in checked["Records"]], ["absent"] * 3)
        self.assertGreater(server.queries, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
