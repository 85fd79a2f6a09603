"""Every cause of the catalogue, as an owner brings it about on real name servers: told by its code, with the remedy.

The mistakes that a zone file can hold stand in one table: what the owner published for each of the three records, and
what the sentence must say. {name} {value} {token} {domain} are those of the record, {other} is another record's value.
What Knot refuses to load is served by the scripted server. A zone that is right must not be diagnosed at all.
"""

import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import NOERROR, SERVFAIL  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.knot import zone_lines  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402
from support.scripted_zones import TYPES  # noqa: E402

HOUR = 3600
STALE = "a" * 32
RIGHT = "{name}. CNAME {value}."
KEY = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC"

# Code, what was published for each record, what the owner is told.
MISTAKES = [
    ("NOT_PUBLISHED", "", ["{name} does not exist yet", "publish it"]),
    ("DOUBLE_DOMAIN", "{name}.{domain}. CNAME {value}.", ["{name}.{domain}", "{token}._domainkey", "dot"]),
    ("VALUE_APPENDED", "{name}. CNAME {value}.{domain}.", ["{value}.{domain}", "{value}."]),
    ("VALUE_GARBAGE", "{name}. CNAME \\032{value}.", ["enter exactly {value}"]),
    ("VALUE_GARBAGE", "{name}. CNAME \\034{value}\\034.", ["enter exactly {value}"]),
    ("VALUE_GARBAGE", "{name}. CNAME http\\058\\047\\047{value}.", ["enter exactly {value}"]),
    ("TOKENS_CROSSED", "{name}. CNAME {other}.", ["{other}", "change its value to {value}"]),
    ("STALE_TOKEN", "{name}. CNAME %s.dkim.amazonses.com." % STALE, [STALE, "change its value to {value}"]),
    ("WRONG_SUFFIX", "{name}. CNAME {token}.dkim.eu.amazonses.com.", ["{token}.dkim.eu.amazonses.com", "to {value}"]),
    ("SWAPPED_FIELDS", "{value}.{domain}. CNAME {name}.", ["exchanged", "{value}.{domain}"]),
    ("TXT_INSTEAD_OF_CNAME", '{name}. TXT "{value}"', ["TXT", "change its type to CNAME", "{value}"]),
    ("KEY_COPIED", '{name}. TXT "%s"' % KEY, ["copy of the key", "{value}"]),
    ("FLATTENED", '_.{name}. TXT "nothing is at the name above"', ["flatten"]),
    ("UNDERSCORE_REFUSED", "{token}.domainkey.{domain}. CNAME {value}.", ["{token}.domainkey.{domain}"]),
    ("UNDERSCORE_REFUSED", "{token}-domainkey.{domain}. CNAME {value}.", ["{token}-domainkey.{domain}"]),
    ("UNDERSCORE_REFUSED", "{token}_domainkey.{domain}. CNAME {value}.", ["{token}_domainkey.{domain}"]),
    ("WILDCARD", "*.{domain}. CNAME parking.example.org.", ["wildcard", "parking.example.org"]),
    ("CNAME_CHAIN", "{name}. CNAME {token}.{domain}.\n{token}.{domain}. CNAME {value}.", ["{token}.{domain}", "{value}"]),
    ("CNAME_LOOP", "{name}. CNAME {token}.{domain}.\n{token}.{domain}. CNAME {name}.", ["circle", "{value}"]),
    ("DNAME", "_domainkey.{domain}. DNAME dkim.amazonses.com.", ["DNAME", "_domainkey.{domain}"]),
]  # fmt: skip

# As above, and no real server would load it.
IMPOSSIBLE = [
    ("MULTIPLE_CNAME", "{name}. CNAME {value}.\n{name}. CNAME else.example.org.", ["more than one CNAME", "{value}"]),
    ("CNAME_AND_OTHER_DATA", '{name}. CNAME {value}.\n{name}. TXT "v=spf1 -all"', ["TXT", "{value}"]),
]

# What was published by owners who did nothing wrong.
HARMLESS = {
    "plain": RIGHT,
    "in other letters": "{NAME}. CNAME {VALUE}.",
    "beside a wildcard of addresses": RIGHT + "\n*.{domain}. A 192.0.2.1",
    "beside a wildcard alias": RIGHT + "\n*.{domain}. CNAME parking.example.org.",
    "beside other names below _domainkey": RIGHT + '\nother._domainkey.{domain}. TXT "p="',
}

SETTINGS = {
    # Only what a test asks for is looked at, at once.
    "polling": {"first_check": "1h", "min_interval": "1h", "max_interval": "1h"},
    "authority": {"queries_per_second": 1000, "in_flight": 100, "least_ttl": "1s"},
    "verification": {"window": "72h", "recheck_interval": "1h", "grace": "72h"},
}


class CatalogueCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One world for all: each cause has a domain of its own."""
        cls.owner = types.SimpleNamespace(addCleanup=cls.addClassCleanup)
        cls.world = DnsWorld(cls.owner)
        # The keys that the records point to, where receivers look for them.
        cls.world.zone("amazonses.com", servers=["ns1"])
        cls.world.publish("amazonses.com", f'*.dkim.amazonses.com. TXT "{KEY}"\n')
        cls.daemon = cls.start()

    @classmethod
    def start(cls, **changes):
        resolver = cls.world.resolver_settings("authoritative") | changes.pop("resolver", {})
        return Daemon(cls.owner, resolver=resolver, **(SETTINGS | changes)).start()

    def issue(self, domain, daemon=None):
        return (daemon or self.daemon).call("VerifyDomainDkim", Domain=domain)["Records"]

    def words(self, domain, records):
        """What the templates speak of, for each record."""
        values = [record["Value"] for record in records]
        return [{"name": record["Name"], "NAME": record["Name"].upper(), "VALUE": record["Value"].upper(),
                 "value": record["Value"], "other": values[(at + 1) % len(values)], "domain": domain,
                 "token": record["Value"].split(".")[0]} for at, record in enumerate(records)]  # fmt: skip

    def zone_text(self, template, domain, records):
        lines = dict.fromkeys(template.format(**each) for each in self.words(domain, records))  # a wildcard once
        return "\n".join(lines) + "\n"

    def publish(self, template, domain, records, zone=None, on=None):
        self.world.publish(zone or domain, self.zone_text(template, domain, records), on=on)

    def check(self, domain, daemon=None):
        return (daemon or self.daemon).call("CheckIdentity", Identity=domain)

    def codes(self, seen):
        return [(record["Diagnosis"] or {}).get("Code") for record in seen["Records"]]

    def told(self, domain, code, says, daemon=None):
        """Checks the domain: each record has that code, and a sentence that says so. Returns what was seen."""
        seen = self.check(domain, daemon)
        self.assertEqual(self.codes(seen), [code] * 3, seen)
        self.assertEqual(seen["Diagnosis"]["Code"], code)
        for record, words in zip(seen["Records"], self.words(domain, seen["Records"]), strict=True):
            for part in says:
                self.assertIn(part.format(**words), record["Diagnosis"]["Explanation"])
        return seen


class AMistake(CatalogueCase):
    def told_of_each(self, mistakes, prefix, server):
        domains = [f"{prefix}{number}.com" for number in range(len(mistakes))]
        self.world.zone(*domains, servers=[server])
        records = {domain: self.issue(domain) for domain in domains}
        self.world.publish_all({domain: self.zone_text(template, domain, records[domain])
                                for domain, (_, template, _) in zip(domains, mistakes, strict=True)})  # fmt: skip
        for domain, (code, template, says) in zip(domains, mistakes, strict=True):
            with self.subTest(code, published=template):
                self.told(domain, code, says)

    def test_in_the_zone_is_told_by_its_code_with_the_remedy(self):
        self.told_of_each(MISTAKES, "mistake", "ns1")

    def test_that_no_real_server_would_load_is_told_too(self):
        self.world.scripted_server("odd")
        self.told_of_each(IMPOSSIBLE, "odd", "odd")

    def test_with_one_record_is_told_of_that_one_and_of_the_whole(self):
        self.world.zone("partial.com", servers=["ns1"])
        records = self.issue("partial.com")
        self.publish(RIGHT, "partial.com", records[:2])
        seen = self.check("partial.com")
        self.assertEqual(self.codes(seen), [None, None, "NOT_PUBLISHED"])
        self.assertEqual(seen["Diagnosis"]["Code"], "PARTIAL")
        self.assertIn("2 of 3", seen["Diagnosis"]["Explanation"])

    def test_of_a_subdomain_published_at_the_apex(self):
        self.world.zone("apex.com", servers=["ns1"])
        records = self.issue("mail.apex.com")
        self.publish("{token}._domainkey.apex.com. CNAME {value}.", "mail.apex.com", records, zone="apex.com")
        self.told("mail.apex.com", "MISSING_SUBDOMAIN", ["{token}._domainkey.apex.com", "{token}._domainkey.mail"])

    def test_of_a_domain_with_www_published_without(self):
        self.world.zone("prefix.com", servers=["ns1"])
        records = self.issue("www.prefix.com")
        self.publish("{token}._domainkey.prefix.com. CNAME {value}.", "www.prefix.com", records, zone="prefix.com")
        self.told("www.prefix.com", "WWW_PREFIX", ["prefix.com", "www.prefix.com"])

    def test_of_a_proxy_that_answers_with_its_addresses(self):
        self.world.zone("proxied.com", servers=["ada.ns.cloudflare.com"])
        self.publish("{name}. A 104.16.1.1", "proxied.com", self.issue("proxied.com"))
        self.told("proxied.com", "PROXIED", ["104.16.1.1", "DNS only"])


class TheNameServers(CatalogueCase):
    def test_that_deny_compactly_do_not_hide_that_nothing_is_published(self):
        # RFC 9824: NODATA for every name, whether it exists or not
        server = self.world.scripted_server("compact")
        server.responder.behaviour = lambda query: with_code(server.zones.answer(query), NOERROR)
        self.world.zone("compact.com", servers=["compact"])
        self.issue("compact.com")
        self.told("compact.com", "NOT_PUBLISHED", ["{name} does not exist yet"])

    def test_that_the_parent_does_not_name_have_the_records(self):
        self.world.zone("moved.com", servers=["ns1", "ns2"])
        self.world.delegate("moved.com", ["ns1"])
        self.world.claim("moved.com", ["ns2"])
        self.publish(RIGHT, "moved.com", self.issue("moved.com"), on=["ns2"])
        self.told("moved.com", "NOT_DELEGATED_HERE", ["ns1.hoster.com", "ns2.hoster.com"])

    def test_that_were_changed_after_success_lack_the_records(self):
        # Given a domain that was verified on one server
        daemon = self.start(verification=SETTINGS["verification"] | {"recheck_interval": "200ms"},
                            polling={"first_check": "50ms", "min_interval": "100ms", "max_interval": "200ms"})  # fmt: skip
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
        self.told("changed.com", "NS_CHANGED", ["ns1.hoster.com", "ns2.hoster.com"], daemon)

    def test_that_differ_are_told_by_name(self):
        self.world.zone("differ.com", servers=["ns1", "ns2"])
        self.publish(RIGHT, "differ.com", self.issue("differ.com"), on=["ns1"])
        self.told("differ.com", "AUTH_INCONSISTENT", ["ns1.hoster.com", "ns2.hoster.com"])

    def test_that_refuse_the_zone(self):
        self.world.server("ns2")
        self.world.zone("lame.com", servers=["ns1"])
        self.world.delegate("lame.com", ["ns2"])
        self.issue("lame.com")
        self.told("lame.com", "AUTH_UNREACHABLE", ["lame.com"])

    def test_that_are_silent(self):
        self.world.dead_server("ns9")
        self.world.zone("silent.com", servers=["ns1"])
        self.world.delegate("silent.com", ["ns9"])
        self.issue("silent.com")
        self.told("silent.com", "AUTH_UNREACHABLE", ["silent.com"])

    def test_that_do_not_answer_for_the_key(self):
        server = self.world.scripted_server("nokey")
        server.responder.behaviour = lambda query: (
            query.answer(SERVFAIL) if query.type == TYPES["TXT"] else server.zones.answer(query))  # fmt: skip
        self.world.zone("nokey.com", servers=["nokey"])
        self.publish(RIGHT, "nokey.com", self.issue("nokey.com"))
        self.told("nokey.com", "TXT_UNRESOLVABLE", ["TXT"])

    def test_that_deny_domainkey_itself(self):
        server = self.world.scripted_server("ent")
        server.responder.behaviour = lambda query: (
            with_code(server.zones.answer(query), 3) if query.name == "_domainkey.ent.com" else
            server.zones.answer(query))  # fmt: skip
        self.world.zone("ent.com", servers=["ent"])
        self.publish(RIGHT, "ent.com", self.issue("ent.com"))
        self.told("ent.com", "ENT_NXDOMAIN", ["_domainkey.ent.com"])

    def test_that_deny_without_a_soa(self):
        server = self.world.scripted_server("rude")
        server.responder.behaviour = lambda query: without_authority(server.zones.answer(query))
        self.world.zone("rude.com", servers=["rude"])
        self.issue("rude.com")
        self.told("rude.com", "PROTOCOL_VIOLATION", ["rude.hoster.com"])


class TheResolver(CatalogueCase):
    def test_that_was_asked_too_early_hides_the_records_for_a_while(self):
        self.world.zone("early.com", servers=["ns1"], minimum=HOUR)
        records = self.issue("early.com")
        for record in records:  # by somebody else
            self.assertEqual(self.world.resolver.cname(record["Name"]), "")
        self.publish(RIGHT, "early.com", records)
        seen = self.told("early.com", "NEGATIVE_CACHE", ["right on the name servers of early.com", "wait"])
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
        seen = self.told("late.com", "STALE_POSITIVE_CACHE", ["old.example.org", "wait"])
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")

    def test_that_alone_shows_the_records_is_inside_a_private_network(self):
        self.world.zone("private.com", servers=["ns1"])
        for record in self.issue("private.com"):
            self.world.resolver.order("local_data", f"{record['Name']}. CNAME {record['Value']}.")
        self.told("private.com", "PRIVATE_ZONE", ["{name}", "public"])

    def test_that_validates_refuses_a_zone_with_wrong_signatures(self):
        self.world.zone("bogus.com", servers=["ns1"])
        self.publish(RIGHT, "bogus.com", self.issue("bogus.com"))
        self.world.resolver.trust("bogus.com. DS 4711 13 2 " + "00" * 32)  # the key of nobody
        seen = self.told("bogus.com", "DNSSEC_BOGUS", ["DNSSEC", "bogus.com"])
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")

    def test_that_is_silent_is_not_the_fault_of_the_owner(self):
        daemon = self.start(resolver={"servers": [f"{ADDRESS}:{free_port()}"]})
        self.issue("unasked.com", daemon)
        seen = self.told("unasked.com", "RESOLVER_DOWN", ["need not act"], daemon)
        self.assertEqual(seen["Records"][0]["Diagnosis"]["Class"], "OURS")


class TheDomain(CatalogueCase):
    def test_that_is_not_registered(self):
        self.issue("unregistered.com")
        self.told("unregistered.com", "NO_SUCH_DOMAIN", ["unregistered.com does not exist", "register"])

    def test_whose_keys_we_do_not_publish_is_our_fault(self):
        self.world.zone("keyless.com", "customer.com", servers=["ns1"])
        daemon = self.start(verification=SETTINGS["verification"] | {"target_suffix": "dkim.keyless.com"})
        self.publish(RIGHT, "customer.com", self.issue("customer.com", daemon))
        seen = self.told("customer.com", "TARGET_KEY_MISSING", ["{value}", "operator"], daemon)
        self.assertEqual(seen["Records"][0]["Diagnosis"]["Class"], "OURS")


class ARightZone(CatalogueCase):
    def is_right(self, domain):
        seen = self.check(domain)
        self.assertEqual(seen["DkimVerificationStatus"], "Success", seen)
        self.assertEqual((self.codes(seen), seen["Diagnosis"]), ([None] * 3, None))

    def test_is_verified_without_a_diagnosis(self):
        domains = {f"right{number}.com": template for number, template in enumerate(HARMLESS.values())}
        self.world.zone(*domains, servers=["ns1"])
        records = {domain: self.issue(domain) for domain in domains}
        self.world.publish_all({domain: self.zone_text(template, domain, records[domain])
                                for domain, template in domains.items()})  # fmt: skip
        for what, domain in zip(HARMLESS, domains, strict=True):
            with self.subTest(what):
                self.is_right(domain)

    def test_may_be_signed(self):
        self.world.zone("signed.com", servers=["ns1"], signed=True)
        self.publish(RIGHT, "signed.com", self.issue("signed.com"))
        self.is_right("signed.com")

    def test_may_have_several_servers_and_a_delegated_domainkey(self):
        self.world.zone("deep.com", servers=["ns1", "ns2"])
        self.world.zone("_domainkey.deep.com", servers=["ns2", "ns3"])
        self.world.publish("_domainkey.deep.com", zone_lines({"Records": self.issue("deep.com")}))
        self.is_right("deep.com")

    def test_may_deny_compactly(self):
        server = self.world.scripted_server("compact")
        server.responder.behaviour = lambda query: with_code(server.zones.answer(query), NOERROR)
        self.world.zone("dense.com", servers=["compact"])
        self.publish(RIGHT, "dense.com", self.issue("dense.com"))
        self.is_right("dense.com")


def with_code(message, code):
    """The same answer with another RCODE."""
    return message[:3] + bytes([message[3] & 0xF0 | code]) + message[4:]


def without_authority(message):
    """The same answer; a negative one is cut off behind its question."""
    if message[6:8] != b"\0\0":
        return message
    return message[:8] + b"\0\0\0\0" + message[12 : message.index(b"\0", 12) + 5]


del CatalogueCase  # no tests of its own

if __name__ == "__main__":
    unittest.main(verbosity=2)
