# SPDX-License-Identifier: Apache-2.0
"""Every cause of the catalogue, as an owner brings it about on real name servers: told by its code, with the remedy.

The mistakes that a zone file can hold stand in one table: what the owner published for each of the three records, and
what the owner reads. {name} {value} {token} {domain} are those of the record, {other} {other_name} those of another.
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

# Code, what was published for each record, what its owner is told.
MISTAKES = [
    ("NOT_PUBLISHED", "",
     "{at[ns1]} answers that {name} does not exist yet; publish it as a CNAME to {value} (in most DNS panels its host "
     "is {token}._domainkey)."),
    ("DOUBLE_DOMAIN", "{name}.{domain}. CNAME {value}.",
     "The DNS panel appended the domain: the record is at {name}.{domain}; enter only {token}._domainkey as its host, "
     "or end the name with a dot ({name}.)."),
    ("VALUE_APPENDED", "{name}. CNAME {value}.{domain}.",
     "{name} points to {value}.{domain}, because the DNS panel appended the domain to the value; end the value with a "
     "dot ({value}.)."),
    ("VALUE_GARBAGE", "{name}. CNAME \\032{value}.",
     "{name} points to \\032{value}, which is not quite the value: it begins with a blank; enter exactly {value}, "
     "without blanks, quotes or 'http://'."),
    ("VALUE_GARBAGE", "{name}. CNAME \\034{value}\\034.",
     '{name} points to \\"{value}\\", which is not quite the value: it has quotes in it; enter exactly {value}, '
     "without blanks, quotes or 'http://'."),
    ("VALUE_GARBAGE", "{name}. CNAME http\\058\\047\\047{value}.",
     "{name} points to http://{value}, which is not quite the value: it is the address of a web page; enter exactly "
     "{value}, without blanks, quotes or 'http://'."),
    ("TOKENS_CROSSED", "{name}. CNAME {other}.",
     "{name} points to {other}, which is the value of another of the three records ({other_name}); change its value to "
     "{value}."),
    ("STALE_TOKEN", "{name}. CNAME %s.dkim.amazonses.com." % STALE,
     "{name} points to %s.dkim.amazonses.com, which is a token of an older set, or of somebody else; change its value "
     "to {value}." % STALE),
    ("WRONG_SUFFIX", "{name}. CNAME {token}.dkim.eu.amazonses.com.",
     "{name} points to {token}.dkim.eu.amazonses.com: the token is right, but not what follows it; change the value to "
     "{value}."),
    ("SWAPPED_FIELDS", "{value}.{domain}. CNAME {name}.",
     "Host and value are exchanged: there is a record {value}.{domain} that points to {name}; enter {token}._domainkey "
     "as the host, and {value} as the value."),
    ("TXT_INSTEAD_OF_CNAME", '{name}. TXT "{value}"',
     "{name} is a TXT record with the value as its text ({value}); change its type to CNAME, with the value {value}."),
    ("KEY_COPIED", '{name}. TXT "%s"' % KEY,
     "{name} is a TXT record that holds a copy of the key, which stops working when the key is changed; delete it, and "
     "publish {name} as a CNAME to {value}."),
    ("FLATTENED", "{name}. A 192.0.2.7",
     "{name} has an address (192.0.2.7) instead of its CNAME: it is an A or AAAA record, which is the wrong type, or "
     "the DNS provider resolves the CNAME itself (flattening, ALIAS, ANAME); set its type to CNAME, with the value "
     "{value}, and turn flattening off for it."),
    *(("OTHER_TYPE", "{name}. %s" % data,
       "{name} is %s, which is the wrong type; delete it, as nothing may stand beside a CNAME, and publish {name} as a "
       "CNAME to {value}." % words) for data, words in (
           ("NS {value}.", "an NS record (a delegation to {value})"), ("MX 10 {value}.", "an MX record"),
           ("SRV 0 0 25 {value}.", "an SRV record"), ("PTR {value}.", "a PTR record"),
           ('TXT "v=spf1 -all"', "a TXT record (v=spf1 -all)"))),
    ("NOT_PUBLISHED", '_.{name}. TXT "nothing is at the name above"',
     "{at[ns1]} answers that {name} exists, but has no CNAME yet (an ALIAS record looks so, too); publish it as a CNAME "
     "to {value} (in most DNS panels its host is {token}._domainkey)."),
    ("SWAPPED_FIELDS", "{value}.{domain}. CNAME {value}.",
     "The value was entered as the host: there is a record {value}.{domain} that points to {value}; enter "
     "{token}._domainkey as the host, and {value} as the value."),
    ("DOUBLE_DOMAIN", "{name}.{domain}. CNAME {other}.",
     "The DNS panel appended the domain: the record is at {name}.{domain}; enter only {token}._domainkey as its host, "
     "or end the name with a dot ({name}.). Its value is wrong, too: it points to {other}, which is the value of another "
     "of the three records, and must point to {value}."),
    ("VALUE_APPENDED", "{name}. CNAME {other}.{domain}.",
     "{name} points to {other}.{domain}, because the DNS panel appended the domain to the value, and it is the value of "
     "another of the three records; end the value with a dot ({value}.)."),
    ("WRONG_SUFFIX", "{name}. CNAME {value}.cdn.example.net.",
     "{name} points to {value}.cdn.example.net: the token is right, but not what follows it; change the value to "
     "{value}."),
    ("UNDERSCORE_REFUSED", "{token}.{domain}. CNAME {value}.",
     "The record is at {token}.{domain}, where ._domainkey is missing; enter exactly {token}._domainkey as its host."),
    *(("UNDERSCORE_REFUSED", "{token}%s.{domain}. CNAME {value}." % written,
       "The record is at {token}%s.{domain}, where a dot or the underscore is missing; enter exactly "
       "{token}._domainkey as its host." % written) for written in (".domainkey", "-domainkey", "_domainkey")),
    ("WILDCARD", "*.{domain}. CNAME parking.example.org.",
     "A wildcard *.{domain} in {domain} answers for every name (with parking.example.org), and {name} itself does not "
     "exist; publish it as a CNAME to {value}."),
    ("CNAME_CHAIN", "{name}. CNAME {token}.{domain}.\n{token}.{domain}. CNAME {value}.",
     "{name} reaches its value only through {token}.{domain}, which is not enough to verify it; change its value to "
     "{value}."),
    ("CNAME_LOOP", "{name}. CNAME {token}.{domain}.\n{token}.{domain}. CNAME {name}.",
     "{name} points in a circle (through {token}.{domain}) and so to nothing; change its value to {value}."),
    ("DNAME", "_domainkey.{domain}. DNAME dkim.amazonses.com.",
     "_domainkey.{domain} is redirected to dkim.amazonses.com (a DNAME), so {name} is made up by a redirection above "
     "it; remove the DNAME, and publish {name} as a CNAME to {value}."),
]  # fmt: skip

# As above, and no real server would load it.
IMPOSSIBLE = [
    ("MULTIPLE_CNAME", "{name}. CNAME {value}.\n{name}. CNAME else.example.org.",
     "{name} has more than one CNAME, which the DNS does not allow; one of them points to else.example.org; keep only "
     "the one to {value}."),
    ("CNAME_AND_OTHER_DATA", '{name}. CNAME {value}.\n{name}. TXT "v=spf1 -all"',
     "{name} has other records (TXT) beside its CNAME, which the DNS does not allow; delete the others, and keep only "
     "the CNAME to {value}."),
]  # fmt: skip

# What was published by owners who did nothing wrong.
HARMLESS = {
    "plain": RIGHT,
    "in other letters": "{NAME}. CNAME {VALUE}.",
    "beside a wildcard of addresses": RIGHT + "\n*.{domain}. A 192.0.2.1",
    "beside a wildcard alias": RIGHT + "\n*.{domain}. CNAME parking.example.org.",
    "beside a wildcard alias below _domainkey": RIGHT + "\n*._domainkey.{domain}. CNAME parking.example.org.",
    "beside a wildcard alias into the suffix": RIGHT + "\n*._domainkey.{domain}. CNAME %s.dkim.amazonses.com." % ("b" * 32),
    "beside other names below _domainkey": RIGHT + '\nother._domainkey.{domain}. TXT "p="',
}


class AMistake(catalogue_case.CatalogueCase):
    def told_of_each(self, mistakes, prefix, server):
        domains = [f"{prefix}{number}.com" for number in range(len(mistakes))]
        self.world.zone(*domains, servers=[server])
        records = {domain: self.issue(domain) for domain in domains}
        self.world.publish_all({domain: self.zone_text(template, domain, records[domain])
                                for domain, (_, template, _) in zip(domains, mistakes, strict=True)})  # fmt: skip
        for domain, (code, template, sentence) in zip(domains, mistakes, strict=True):
            with self.subTest(code, published=template):
                self.told(domain, code, sentence)

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
        missing = seen["Records"][2]
        self.assertEqual(seen["Diagnosis"]["Explanation"],
                         "2 of 3 records are in place, but not {Name}; publish it as a CNAME to "
                         "{Value}.".format(**missing))

    def test_that_makes_one_of_the_records_up_is_told_of_that_one(self):
        self.world.zone("madeup.com", servers=["ns1"])
        records = self.issue("madeup.com")
        right = "".join("{Name}. CNAME {Value}.\n".format(**each) for each in records[:2])
        self.world.publish("madeup.com", right + "*._domainkey.madeup.com. CNAME {Value}.\n".format(**records[2]))
        seen = self.check("madeup.com")
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")
        self.assertEqual([each["Finding"] for each in seen["Records"]], ["found", "found", "wrong_target"])
        self.assertEqual(self.codes(seen), [None, None, "WILDCARD"])
        self.assertIn("remove the wildcard", seen["Diagnosis"]["Explanation"])

    def test_of_a_wildcard_that_has_the_value_of_one_record_is_told_of_that_one_too(self):
        self.world.zone("doubtful.com", servers=["ns1"])
        value = self.issue("doubtful.com")[0]["Value"]
        self.world.publish("doubtful.com", f"*._domainkey.doubtful.com. CNAME {value}.\n")
        seen = self.check("doubtful.com")
        self.assertEqual(seen["Records"][0]["Finding"], "wrong_target")
        self.assertEqual(self.codes(seen), ["WILDCARD"] * 3)

    def test_of_an_older_set_that_is_published_is_told(self):
        self.world.zone("older.com", servers=["ns1"])
        older = self.issue("older.com")
        self.publish(RIGHT, "older.com", older)
        self.daemon.call("DeleteIdentity", Identity="older.com")
        self.issue("older.com")
        seen = self.check("older.com")
        self.assertEqual(self.codes(seen), ["STALE_TOKEN"] * 3, seen)
        self.assertIn(older[0]["Name"], seen["Diagnosis"]["Explanation"])

    def test_in_the_panel_of_a_subdomain_is_told(self):
        self.world.zone("panel.com", servers=["ns1"])
        records = self.issue("mail.panel.com")
        self.publish("{token}._domainkey.mail.mail.panel.com. CNAME {value}.", "mail.panel.com", records,
                     zone="panel.com")  # fmt: skip
        self.told("mail.panel.com", "DOUBLE_DOMAIN",
                  "The DNS panel appended the domain: the record is at {token}._domainkey.mail.mail.panel.com; enter only "
                  "{token}._domainkey.mail as its host, or end the name with a dot ({name}.).")  # fmt: skip

    def test_of_a_subdomain_published_at_the_apex(self):
        self.world.zone("apex.com", servers=["ns1"])
        records = self.issue("mail.apex.com")
        self.publish("{token}._domainkey.apex.com. CNAME {value}.", "mail.apex.com", records, zone="apex.com")
        self.told("mail.apex.com", "MISSING_SUBDOMAIN",
                  "The record is at {token}._domainkey.apex.com, but mail.apex.com is to be verified; enter "
                  "{token}._domainkey.mail as its host.")  # fmt: skip

    def test_of_a_domain_with_www_published_without(self):
        self.world.zone("prefix.com", servers=["ns1"])
        records = self.issue("www.prefix.com")
        self.publish("{token}._domainkey.prefix.com. CNAME {value}.", "www.prefix.com", records, zone="prefix.com")
        self.told("www.prefix.com", "WWW_PREFIX",
                  "The record is at {token}._domainkey.prefix.com, which is not below www.prefix.com; verify "
                  "prefix.com, which gets records of its own, or enter {token}._domainkey.www as the host of this "
                  "one.")  # fmt: skip

    def test_of_a_proxy_that_answers_with_its_addresses(self):
        self.world.zone("proxied.com", servers=["ada.ns.cloudflare.com"])
        self.publish("{name}. A 104.16.1.1", "proxied.com", self.issue("proxied.com"))
        self.told("proxied.com", "PROXIED",
                  "{name} answers with addresses (104.16.1.1) instead of its CNAME, because it is proxied "
                  "(Cloudflare); set the record to 'DNS only' (at Cloudflare: the grey cloud).")  # fmt: skip


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
