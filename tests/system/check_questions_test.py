# SPDX-License-Identifier: Apache-2.0
"""A check that somebody asks for, with its diagnosis: no server is asked the same question twice."""

import collections
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.loopback import DNS_PORT, name_server_address  # noqa: E402
from support.scripted_zones import ScriptedZones, parent_zone  # noqa: E402

DOMAINS = [f"checked{number}.com" for number in range(4)]
SERVERS = ("ns1", "ns2")
MOST = 16  # questions of a check to each of two servers: NS, three records, and half of the places of the diagnosis
NS, SOA = 2, 6


def begin(name):
    return (f"{name}. SOA ns1.hoster.net. hostmaster.hoster.net. 1 3600 600 86400 60\n"
            f"{name}. NS ns1.hoster.net.\n{name}. NS ns2.hoster.net.\n")  # fmt: skip


class AnAskedCheck(unittest.TestCase):
    def setUp(self):
        addresses = {host: name_server_address() for host in (*SERVERS, "com", "net")}
        told, hoster = ScriptedZones(), ScriptedZones()
        hosts = "".join(f"{host}.hoster.net. A {addresses[host]}\n" for host in SERVERS)
        delegations = {"com": "".join(f"{domain}. NS {host}.hoster.net.\n" for domain in DOMAINS for host in SERVERS),
                       "net": "".join(f"hoster.net. NS {host}.hoster.net.\n" for host in SERVERS) + hosts}  # fmt: skip
        for suffix, records in delegations.items():
            told.load(suffix, parent_zone(suffix, addresses[suffix]))
            registry = ScriptedZones()
            registry.load(suffix, parent_zone(suffix, addresses[suffix], records))
            DnsResponder(self, address=addresses[suffix], port=DNS_PORT).behaviour = registry.answer
        for zone, more in [("hoster.net", hosts), *((domain, "") for domain in DOMAINS)]:
            told.load(zone, begin(zone) + more)
            hoster.load(zone, begin(zone) + more)
        self.asked = {host: collections.Counter() for host in SERVERS}
        for host in SERVERS:
            DnsResponder(self, address=addresses[host], port=DNS_PORT).behaviour = self.counting(host, hoster)
        resolver = DnsResponder(self)
        resolver.behaviour = told.answer
        self.daemon = Daemon(
            self,
            resolver={"mode": "authoritative", "servers": [resolver.server], "allow_private_servers": True,
                      "timeout": "2s", "tries": 3},
            polling={"first_check": "10m", "min_interval": "10m", "max_interval": "10m"},
            verification={"window": "72h", "grace": "72h"},
        ).start()  # fmt: skip
        for domain in DOMAINS:
            self.daemon.call("VerifyDomainDkim", Domain=domain)

    def counting(self, host, zones):
        def answer(query):
            self.asked[host][(query.name, query.type)] += 1
            return zones.answer(query)

        return answer

    def test_asks_no_server_twice_and_finds_the_zone_once(self):
        for domain in DOMAINS:
            checked = self.daemon.call("CheckIdentity", Identity=domain)
            self.assertEqual(checked["Diagnosis"]["Code"], "NOT_PUBLISHED")
            for host in SERVERS:
                mine = {key: times for key, times in self.asked[host].items() if key[0].endswith(domain)}
                again = {key for key, times in mine.items() if times > 1 and key != (domain, NS)}  # its own servers
                self.assertEqual(again, set(), f"{host} is asked once each")
                self.assertLessEqual(mine[domain, NS], 2)
                self.assertNotIn((f"_domainkey.{domain}", SOA), mine, "the check has found the zone")
                self.assertLessEqual(sum(mine.values()), MOST, mine)


if __name__ == "__main__":
    unittest.main(verbosity=2)
