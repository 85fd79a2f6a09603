# SPDX-License-Identifier: Apache-2.0
"""Many pending domains on one name server, which is asked no more than courtesy allows: nobody else waits for it."""

import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import zone_lines  # noqa: E402
from support.loopback import DNS_PORT, name_server_address  # noqa: E402
from support.scripted_zones import ScriptedZones, parent_zone  # noqa: E402

MANY = 500  # domains; at the shipped rate one round of them takes minutes
RATE, BURST = 5, 5  # of questions to one server
WATCHED = 6  # seconds
SOON = 10  # seconds
BUSY = [f"busy{number:03}.com" for number in range(MANY)]


def begin(name, host):
    return f"{name}. SOA {host}.hoster.net. hostmaster.hoster.net. 1 3600 600 86400 60\n{name}. NS {host}.hoster.net.\n"


class ABusyServer(unittest.TestCase):
    def setUp(self):
        addresses = {host: name_server_address() for host in ("ns1", "ns2", "com", "org", "net")}
        told, crowded, self.quiet = ScriptedZones(), ScriptedZones(), ScriptedZones()
        hosts = "".join(f"{host}.hoster.net. A {addresses[host]}\n" for host in ("ns1", "ns2"))
        delegations = {"com": "".join(f"{domain}. NS ns1.hoster.net.\n" for domain in BUSY),
                       "org": "quiet.org. NS ns2.hoster.net.\n",
                       "net": hosts}  # fmt: skip
        for suffix, records in delegations.items():  # the zones above, on servers of their own
            told.load(suffix, parent_zone(suffix, addresses[suffix]))
            registry = ScriptedZones()
            registry.load(suffix, parent_zone(suffix, addresses[suffix], records))
            DnsResponder(self, address=addresses[suffix], port=DNS_PORT).behaviour = registry.answer
        told.load("net", parent_zone("net", addresses["net"], hosts))
        for domain in BUSY:
            told.load(domain, begin(domain, "ns1"))
            crowded.load(domain, begin(domain, "ns1"))
        told.load("quiet.org", begin("quiet.org", "ns2"))
        self.told = told
        self.server = DnsResponder(self, address=addresses["ns1"], port=DNS_PORT)
        self.server.behaviour = crowded.answer
        other = DnsResponder(self, address=addresses["ns2"], port=DNS_PORT)
        other.behaviour = self.quiet.answer
        resolver = DnsResponder(self)
        resolver.behaviour = told.answer
        self.daemon = Daemon(
            self,
            resolver={"mode": "authoritative", "servers": [resolver.server], "allow_private_servers": True,
                      "timeout": "2s", "tries": 3, "max_in_flight": 200},
            polling={"first_check": "100ms", "min_interval": "2s", "max_interval": "10m"},
            verification={"window": "72h", "grace": "72h"},
        ).start()  # fmt: skip
        imported = self.daemon.call("ImportIdentities", Identities=[{"Domain": domain} for domain in BUSY])
        self.assertEqual(imported["Imported"], MANY)

    def processor_time(self):
        fields = pathlib.Path(f"/proc/{self.daemon.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_is_asked_as_often_as_allowed_and_keeps_nobody_else_waiting(self):
        self.quiet.load("quiet.org", begin("quiet.org", "ns2"))
        issued = self.daemon.call("VerifyDomainDkim", Domain="quiet.org")
        eventually(lambda: self.server.queries > BURST, "the server is busy")
        # While it is watched, the server is asked steadily, and the daemon does not spin for want of it
        asked, used, began = self.server.queries, self.processor_time(), time.monotonic()
        time.sleep(WATCHED)
        elapsed = time.monotonic() - began
        questions = self.server.queries - asked
        self.assertLessEqual(questions, RATE * elapsed + BURST)
        self.assertGreaterEqual(questions, RATE * elapsed / 2, "its time is used")
        self.assertLess(self.processor_time() - used, elapsed / 2)
        # A domain of another server is verified meanwhile as if there were nobody else
        records = zone_lines(issued)
        self.told.load("quiet.org", begin("quiet.org", "ns2") + records)
        self.quiet.load("quiet.org", begin("quiet.org", "ns2") + records)
        published = time.monotonic()
        self.daemon.wait_for_status("quiet.org", "Success")
        self.assertLess(time.monotonic() - published, SOON)
        # Nothing is late, the resolver is well, and nothing is said of those whose turn has not come
        status = self.daemon.status()
        self.assertTrue(status["resolver"]["healthy"])
        self.assertLess(status["polling"]["lag_seconds"], 2)
        shown = {record["Finding"] for domain in BUSY for record in self.daemon.describe(domain)["Records"]}
        self.assertEqual(shown, {"unchecked", "absent"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
