# SPDX-License-Identifier: Apache-2.0
"""A test of diagnoses: one world for all tests of a class, in which each cause has a domain of its own."""

import types
import unittest

from support.daemon import Daemon
from support.dns_world import DnsWorld

RIGHT = "{name}. CNAME {value}."
KEY = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC"

SETTINGS = {
    # Only what a test asks for is looked at, at once.
    "polling": {"first_check": "1h", "min_interval": "1h", "max_interval": "1h"},
    "authority": {"queries_per_second": 1000, "in_flight": 100, "least_ttl": "1s"},
    "verification": {"window": "72h", "recheck_interval": "1h", "grace": "72h"},
}


class CatalogueCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.owner = types.SimpleNamespace(addCleanup=cls.addClassCleanup)
        cls.world = DnsWorld(cls.owner)
        # The keys that the records point to, where receivers look for them.
        cls.world.zone("amazonses.com", servers=["ns1"])
        cls.world.publish("amazonses.com", f'*.dkim.amazonses.com. TXT "{KEY}"\n')
        cls.daemon = cls.start()
        # A first answer, so that a silent server later on is not taken for a closed port 53.
        cls.daemon.call("VerifyDomainDkim", Domain="amazonses.com")
        cls.daemon.call("CheckIdentity", Identity="amazonses.com")

    @classmethod
    def start(cls, **changes):
        resolver = cls.world.resolver_settings("authoritative") | changes.pop("resolver", {})
        return Daemon(cls.owner, resolver=resolver, **(SETTINGS | changes)).start()

    def issue(self, domain, daemon=None):
        return (daemon or self.daemon).call("VerifyDomainDkim", Domain=domain)["Records"]

    def words(self, domain, records):
        """What the templates speak of, for each record. {at[ns1]}: that server with its address."""
        after = [*records[1:], records[0]]
        at = {host.removesuffix(".hoster.com"): f"{host} ({address})" for host, address in self.world.addresses.items()}
        return [{"name": record["Name"], "NAME": record["Name"].upper(), "VALUE": record["Value"].upper(),
                 "value": record["Value"], "other": other["Value"], "other_name": other["Name"], "domain": domain,
                 "token": record["Value"].split(".")[0], "until": record.get("VisibleAt"), "at": at}
                for record, other in zip(records, after, strict=True)]  # fmt: skip

    def zone_text(self, template, domain, records):
        lines = dict.fromkeys(template.format(**each) for each in self.words(domain, records))  # a wildcard once
        return "\n".join(lines) + "\n"

    def publish(self, template, domain, records, zone=None, on=None):
        self.world.publish(zone or domain, self.zone_text(template, domain, records), on=on)

    def check(self, domain, daemon=None):
        return (daemon or self.daemon).call("CheckIdentity", Identity=domain)

    def codes(self, seen):
        return [(record["Diagnosis"] or {}).get("Code") for record in seen["Records"]]

    def told(self, domain, code, sentence, daemon=None):
        """Checks the domain: each record has that code, and the owner reads that sentence. Returns what was seen."""
        seen = self.check(domain, daemon)
        self.assertEqual(self.codes(seen), [code] * 3, seen)
        self.assertEqual(seen["Diagnosis"]["Code"], code)
        for record, words in zip(seen["Records"], self.words(domain, seen["Records"]), strict=True):
            self.assertEqual(record["Diagnosis"]["Explanation"], sentence.format(**words))
        return seen
