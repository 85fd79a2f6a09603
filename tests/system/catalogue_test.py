"""Every cause of the catalogue, as an owner brings it about on real name servers: told by its code, with the remedy.

The mistakes that a zone file can hold stand in one table: what the owner published for each of the three records, and
what the sentence must say. {name} {value} {token} {domain} are those of the record, {other} is another record's value.
What Knot refuses to load is served by the scripted server. A zone that is right must not be diagnosed at all.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import catalogue_case  # noqa: E402
from support.catalogue_case import KEY, RIGHT  # noqa: E402
from support.dns_responder import NOERROR  # noqa: E402
from support.knot import zone_lines  # noqa: E402
from support.scripted_zones import with_code  # noqa: E402

STALE = "a" * 32

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
    ("CNAME_CHAIN", "{name}. CNAME {token}.{domain}.\n{token}.{domain}. CNAME {value}.", ["{token}.{domain}"]),
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
    "beside a wildcard alias below _domainkey": RIGHT + "\n*._domainkey.{domain}. CNAME parking.example.org.",
    "beside other names below _domainkey": RIGHT + '\nother._domainkey.{domain}. TXT "p="',
}


class AMistake(catalogue_case.CatalogueCase):
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


class ARightZone(catalogue_case.CatalogueCase):
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
