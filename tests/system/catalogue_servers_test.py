# SPDX-License-Identifier: Apache-2.0
"""The causes of the catalogue that lie with name servers, resolvers or the registration of the domain."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import catalogue_case  # noqa: E402
from support.catalogue_case import RIGHT, SETTINGS  # noqa: E402
from support.dns_responder import NOERROR, NXDOMAIN, SERVFAIL  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402
from support.scripted_zones import TYPES, with_code, without_authority  # noqa: E402

HOUR = 3600


class TheNameServers(catalogue_case.CatalogueCase):
    def test_that_deny_compactly_do_not_hide_that_nothing_is_published(self):
        # RFC 9824: NODATA for every name, whether it exists or not
        server = self.world.scripted_server("compact")
        server.responder.behaviour = lambda query: with_code(server.zones.answer(query), NOERROR)
        self.world.zone("compact.com", servers=["compact"])
        self.issue("compact.com")
        self.told("compact.com", "NOT_PUBLISHED",
                  "{at[compact]} answers that {name} does not exist yet; publish it as a CNAME to {value} (in most DNS "
                  "panels its host is {token}._domainkey).")  # fmt: skip

    def test_that_the_parent_does_not_name_have_the_records(self):
        self.world.zone("moved.com", servers=["ns1", "ns2"])
        self.world.delegate("moved.com", ["ns1"])
        self.world.claim("moved.com", ["ns2"])
        self.publish(RIGHT, "moved.com", self.issue("moved.com"), on=["ns2"])
        self.told("moved.com", "NOT_DELEGATED_HERE",
                  "moved.com is served by ns1.hoster.com, not by ns2.hoster.com, and records that are added elsewhere "
                  "have no effect; publish {name} there as a CNAME to {value}, or change the name servers at the "
                  "registrar.")  # fmt: skip

    def test_that_were_changed_after_success_lack_the_records(self):
        # Given a domain that was verified on one server
        daemon = self.start(verification=SETTINGS["verification"] | {"recheck_interval": "200ms"},
                            polling={"first_check": "50ms", "min_interval": "100ms", "max_interval": "200ms"})
        self.world.zone("changed.com", servers=["ns1", "ns2"], ttl=1)
        self.world.delegate("changed.com", ["ns1"])
        self.world.claim("changed.com", ["ns1"])
        self.publish(RIGHT.replace("CNAME", "1 CNAME"), "changed.com", self.issue("changed.com", daemon), on=["ns1"])
        daemon.wait_for_status("changed.com", "Success")
        # When it moves to another, where nobody published them
        self.world.claim("changed.com", ["ns2"])
        self.world.delegate("changed.com", ["ns2"])
        self.world.publish("changed.com", "", on=["ns1"])
        daemon.wait_for_status("changed.com", "TemporaryFailure")
        # The zone's servers are remembered for a second here
        eventually(lambda: self.check("changed.com", daemon)["Diagnosis"]["Code"] == "NS_CHANGED", "the move is seen")
        self.told("changed.com", "NS_CHANGED",
                  "The DNS of changed.com moved from ns1.hoster.com to ns2.hoster.com since it was verified, and the "
                  "record {name} was not copied; publish it there as a CNAME to {value}.", daemon)  # fmt: skip

    def test_that_differ_are_told_by_name(self):
        self.world.zone("differ.com", servers=["ns1", "ns2"])
        self.publish(RIGHT, "differ.com", self.issue("differ.com"), on=["ns1"])
        serials = {host: self.world.server(host).serials["differ.com"] for host in ("ns1", "ns2")}
        self.told("differ.com", "AUTH_INCONSISTENT",
                  "Not all name servers of differ.com have the record {name}: it is at ns1.hoster.com (serial "
                  "%(ns1)d), but not at ns2.hoster.com (serial %(ns2)d); wait until all have it, and if that takes more than "
                  "an hour, check how the zone is copied to them." % serials)  # fmt: skip

    def test_that_say_nothing_of_txt_do_not_hold_up_the_answer(self):
        server = self.world.scripted_server("notxt")
        server.responder.behaviour = lambda query: None if query.type == 16 else server.zones.answer(query)
        self.world.zone("notxt.com", servers=["notxt"])
        self.publish(RIGHT, "notxt.com", self.issue("notxt.com"))
        self.assertEqual(self.check("notxt.com")["DkimVerificationStatus"], "Success")

    def test_without_an_address_do_not_answer(self):
        self.world.zone("half.com", servers=["ns1"])
        self.world.delegate("half.com", ["ns1", "nowhere"])
        self.world.claim("half.com", ["ns1", "nowhere"])
        self.publish(RIGHT, "half.com", self.issue("half.com"))
        seen = self.check("half.com")["Records"][0]["Published"]
        self.assertEqual([each["Server"] for each in seen["Has"]], ["ns1.hoster.com"])
        self.assertEqual([each["Server"] for each in seen["NoAnswer"]], ["nowhere.hoster.com"])

    def test_that_refuse_the_zone(self):
        self.world.server("ns2")
        self.world.zone("lame.com", servers=["ns1"])
        self.world.delegate("lame.com", ["ns2"])
        self.issue("lame.com")
        self.told("lame.com", "AUTH_UNREACHABLE",
                  "Too few name servers of lame.com answer for it ({at[ns2]} refuses to answer for the zone (REFUSED)), "
                  "so the record {name} cannot be verified; have them mended, or name others in the NS records of lame.com "
                  "and at the registrar.")  # fmt: skip

    def test_that_are_silent(self):
        self.world.dead_server("ns9")
        self.world.zone("silent.com", servers=["ns1"])
        self.world.delegate("silent.com", ["ns9"])
        self.issue("silent.com")
        self.told("silent.com", "AUTH_UNREACHABLE",
                  "Too few name servers of silent.com answer for it ({at[ns9]} does not answer), so the "
                  "record {name} cannot be verified; have them mended, or name others in the NS records of silent.com "
                  "and at the registrar.")  # fmt: skip

    def test_that_do_not_answer_for_the_key(self):
        server = self.world.scripted_server("nokey")
        server.responder.behaviour = lambda query: (
            query.answer(SERVFAIL) if query.type == TYPES["TXT"] else server.zones.answer(query))  # fmt: skip
        self.world.zone("nokey.com", servers=["nokey"])
        self.publish(RIGHT, "nokey.com", self.issue("nokey.com"))
        self.told("nokey.com", "TXT_UNRESOLVABLE",
                  "{name} points to the right value, but a TXT question for it gets no answer from {at[nokey]} "
                  "(SERVFAIL), so receivers of mail will find no key; have that name server mended.")  # fmt: skip

    def test_that_deny_domainkey_itself(self):
        server = self.world.scripted_server("ent")
        server.responder.behaviour = lambda query: (
            with_code(server.zones.answer(query), NXDOMAIN) if query.name == "_domainkey.ent.com" else
            server.zones.answer(query))  # fmt: skip
        self.world.zone("ent.com", servers=["ent"])
        self.publish(RIGHT, "ent.com", self.issue("ent.com"))
        seen = self.told("ent.com", "ENT_NXDOMAIN",
                         "A name server of ent.com ({at[ent]}) denies _domainkey.ent.com, although {name} exists below it, so "
                         "careful resolvers may not find the record; have the server mended.")  # fmt: skip
        self.assertEqual((seen["DkimVerificationStatus"], seen["Diagnosis"]["Class"]), ("Success", "INFO"))

    def test_that_deny_without_a_soa(self):
        server = self.world.scripted_server("rude")
        server.responder.behaviour = lambda query: without_authority(server.zones.answer(query))
        self.world.zone("rude.com", servers=["rude"])
        self.issue("rude.com")
        self.told("rude.com", "NODATA_WITHOUT_SOA",
                  "A name server of rude.com ({at[rude]}) breaks the rules of the DNS (no SOA in a negative answer), "
                  "so resolvers may not trust its answers; have it mended, and publish {name} as a CNAME to {value} if "
                  "that is not done.")  # fmt: skip


class TheResolver(catalogue_case.CatalogueCase):
    def test_that_was_asked_too_early_hides_the_records_for_a_while(self):
        self.world.zone("early.com", servers=["ns1"], minimum=HOUR)
        records = self.issue("early.com")
        for record in records:  # by somebody else
            self.assertEqual(self.world.resolver.cname(record["Name"]), "")
        self.publish(RIGHT, "early.com", records)
        seen = self.told("early.com", "NEGATIVE_CACHE",
                         "The record {name} is right on the name servers of early.com. Resolvers that asked before may "
                         "still say until {until} that it does not exist; wait, there is nothing left to "
                         "do.")  # fmt: skip
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")
        self.assertEqual([record["Visible"] for record in seen["Records"]], [False] * 3)
        self.assertEqual([record["Finding"] for record in seen["Records"]], ["found"] * 3)
        self.assertNotIn(None, [record["VisibleAt"] for record in seen["Records"]])

    def test_that_was_asked_too_early_hides_the_changed_values_for_a_while(self):
        self.world.zone("late.com", servers=["ns1"])
        records = self.issue("late.com")
        self.publish("{name}. %d CNAME old.example.org." % HOUR, "late.com", records)
        for record in records:
            self.assertEqual(self.world.resolver.cname(record["Name"]), "old.example.org")
        self.publish(RIGHT, "late.com", records)
        seen = self.told("late.com", "STALE_POSITIVE_CACHE",
                         "The record {name} is right on the name servers of late.com. Resolvers may still hold its old "
                         "value old.example.org until {until}; wait, there is nothing left to do.")  # fmt: skip
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")

    def test_that_alone_shows_the_records_is_inside_a_private_network(self):
        # Given a domain that the world and the resolver know from different servers (split horizon)
        self.world.zone("private.com", servers=["ns1"])
        self.world.zone("corp.private.com", servers=["ns2"])
        inside = ["corp.private.com. NS ns.inside.com.",
                  "corp.private.com. SOA ns.inside.com. hostmaster.inside.com. 1 3600 600 86400 60"]  # fmt: skip
        # and records that were added inside only
        inside += [f"{record['Name']}. CNAME {record['Value']}." for record in self.issue("corp.private.com")]
        self.world.resolver.order("local_zone", "corp.private.com", "static")
        for line in inside:
            self.world.resolver.order("local_data", line)
        self.told("corp.private.com", "PRIVATE_ZONE",
                  "The record {name} is seen only inside a private network, not in the public DNS; publish it in the "
                  "public zone corp.private.com as a CNAME to {value}.")  # fmt: skip

    def test_that_validates_refuses_a_zone_with_wrong_signatures(self):
        self.world.zone("bogus.com", servers=["ns1"])
        self.publish(RIGHT, "bogus.com", self.issue("bogus.com"))
        self.world.resolver.trust("bogus.com. DS 4711 13 2 " + "00" * 32)  # the key of nobody
        seen = self.told("bogus.com", "DNSSEC_BOGUS",
                         "Validating resolvers refuse bogus.com, because its DNSSEC signatures do not hold (SERVFAIL); "
                         "sign the zone anew, or remove its DS records at the registrar.")  # fmt: skip
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")

    def test_that_is_silent_is_not_the_fault_of_the_owner(self):
        daemon = self.start(resolver={"servers": [f"{ADDRESS}:{free_port()}"]})
        self.issue("unasked.com", daemon)
        seen = self.told("unasked.com", "OUR_RESOLVER_DOWN",
                         "Our own DNS resolver does not answer, so nothing is known about {name} yet; that is for "
                         "the operator of this service to mend, and the owner of the domain need not act.", daemon)  # fmt: skip
        self.assertEqual(seen["Records"][0]["Diagnosis"]["Class"], "OURS")


class TheDomain(catalogue_case.CatalogueCase):
    def test_that_is_not_registered(self):
        self.issue("unregistered.com")
        self.told("unregistered.com", "NO_SUCH_DOMAIN",
                  "unregistered.com does not exist: it is not in the zone com (expired, or misspelt?); register or "
                  "renew it, or delete this identity and verify the right name.")  # fmt: skip

    def test_below_the_registered_one_may_have_no_records_of_its_own(self):
        self.world.zone("registered.com", servers=["ns1"])
        daemon = self.start(resolver=self.world.resolver_settings("recursive"))
        self.issue("news.mail.registered.com", daemon)
        self.told("news.mail.registered.com", "NOT_PUBLISHED",
                  "{name} does not exist yet; publish it as a CNAME to {value} (in most DNS panels its host is "
                  "{token}._domainkey.news.mail).", daemon)  # fmt: skip

    def test_whose_domainkey_is_delegated_to_dead_servers_is_told_to_remove_that(self):
        self.world.server("ns2")
        self.world.zone("esp.com", servers=["ns1"])
        self.world.publish("esp.com", "_domainkey.esp.com. NS ns2.hoster.com.\n")
        self.issue("esp.com")
        self.told("esp.com", "AUTH_UNREACHABLE",
                  "Too few name servers of _domainkey.esp.com answer for it ({at[ns2]} refuses to answer for the zone "
                  "(REFUSED)), so the record {name} cannot be verified; remove the NS records of _domainkey.esp.com from "
                  "the zone of esp.com, and publish the record there; or, if its servers are to hold {name}, have them "
                  "mended.")  # fmt: skip
        seen = self.check("esp.com")
        self.assertEqual([each["Server"] for each in seen["Records"][2]["Published"]["NoAnswer"]], ["ns2.hoster.com"])
        answers = self.daemon.call("GetEvidence", Identity="esp.com")["Answers"]
        self.assertIn("REFUSED", [each["Rcode"] for each in answers])

    def test_whose_keys_we_do_not_publish_is_our_fault(self):
        self.world.zone("keyless.com", "customer.com", servers=["ns1"])
        daemon = self.start(verification=SETTINGS["verification"] | {"target_suffix": "dkim.keyless.com"})
        self.publish(RIGHT, "customer.com", self.issue("customer.com", daemon))
        seen = self.told("customer.com", "TARGET_KEY_MISSING",
                         "{name} is right, but there is no key at {value}; the operator of this service must publish "
                         "it, and the owner of the domain need not act.", daemon)  # fmt: skip
        self.assertEqual(seen["Records"][0]["Diagnosis"]["Class"], "OURS")


if __name__ == "__main__":
    unittest.main(verbosity=2)
