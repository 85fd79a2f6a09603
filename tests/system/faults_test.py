# SPDX-License-Identifier: Apache-2.0
"""What is wrong on our side is noticed, told with its remedy, and never told to an owner as theirs."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder, silence  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.folder import temporary_folder  # noqa: E402
from support.loopback import ADDRESS, DNS_PORT, free_port, name_server_address  # noqa: E402
from support.metrics import Metrics  # noqa: E402
from support.scripted_zones import ScriptedZones, as_a_resolver_says  # noqa: E402
from support.tmpfs import Tmpfs  # noqa: E402

OK, WARNING, CRITICAL = 0, 1, 2
SOA = "SOA ns. hostmaster. 1 3600 600 86400 1\n"
INSIDE = "EASYDKIM_TEST_WITHOUT_IPV6"  # set where this file runs once more, in a network namespace of its own


def published(records):
    return "".join(f"{each['Name']}. CNAME {each['Value']}.\n" for each in records)


class FaultCase(unittest.TestCase):
    def faults(self):
        return {each["Fault"]: each for each in self.daemon.status()["faults"]}

    def begins(self, fault, part):
        """Waits for it; it is told once in the log, with its remedy, and the same by GetStatus."""
        told = eventually(lambda: self.faults().get(fault), f"{fault} is noticed")
        self.assertEqual(set(told), {"Fault", "Since", "What", "Remedy"})
        self.assertIn(told, self.daemon.call("GetStatus")["faults"])
        self.assertEqual(self.daemon.output().count(f"{part}, {told['What']} ({told['Remedy']})"), 1)
        return told

    def ends(self, fault):
        eventually(lambda: fault not in self.faults(), f"{fault} is over")

    def health(self):
        """Its exit status, and what it says."""
        done = easydkim(self.daemon, "health", "--file", self.daemon.status_file)
        return done.returncode, done.stdout

    def whole(self, domain):
        """What a check says of the domain."""
        return self.daemon.call("CheckIdentity", Identity=domain)["Diagnosis"] or {}


class AResolverWithoutTcp(FaultCase):
    def setUp(self):
        self.resolver = DnsResponder(self, with_tcp=False)
        self.daemon = Daemon(self, resolver={"servers": [self.resolver.server]})
        self.metrics = Metrics(self.daemon)
        self.daemon.start()

    def test_is_noticed_before_anybody_waits_for_it_and_no_owner_is_blamed(self):
        told = self.begins("resolver_no_tcp", "resolver")
        self.assertIn(f"{self.resolver.server} does not answer over TCP", told["What"])
        self.assertEqual(self.metrics.value("easydkim_fault", "resolver_no_tcp"), 1)
        status, line = self.health()
        self.assertEqual(status, CRITICAL, line)
        self.assertIn("TCP", line)
        self.assertRegex(easydkim(self.daemon, "status").stdout, rf"fault +resolver_no_tcp since {told['Since']}")
        # Given a domain whose records are there
        zones = ScriptedZones()
        records = self.daemon.call("VerifyDomainDkim", Domain="example.com")["Records"]
        zones.load("example.com", f"example.com. {SOA}" + published(records))
        zones.load("dkim.amazonses.com", f"dkim.amazonses.com. {SOA}" + "".join(
            f'{each["Value"]}. TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC"\n' for each in records))  # fmt: skip
        self.resolver.behaviour = lambda query: as_a_resolver_says(zones.answer(query))
        said = eventually(lambda: self.whole("example.com"), "it is explained")
        self.assertEqual((said["Code"], said["Class"]), ("OUR_RESOLVER_DOWN", "OURS"))
        self.assertIn(f"{self.resolver.server}) does not answer over TCP", said["Explanation"])
        self.assertEqual(self.daemon.verification_status("example.com"), "Pending")

    def test_is_over_as_soon_as_it_answers_over_tcp(self):
        self.begins("resolver_no_tcp", "resolver")
        self.resolver.publish(self.daemon.call("VerifyDomainDkim", Domain="example.com"))
        self.resolver.begin_tcp()
        self.ends("resolver_no_tcp")
        self.daemon.wait_for_log("resolver, answers over TCP again; records are confirmed")
        self.daemon.wait_for_status("example.com", "Success")
        self.assertEqual(self.health()[0], OK)


class AServerThatConfirms(FaultCase):
    def test_and_is_dead_is_noticed_by_name(self):
        resolver = DnsResponder(self)
        nobody = f"{ADDRESS}:{free_port()}"
        self.daemon = Daemon(self, resolver={"servers": [resolver.server], "confirm_servers": [nobody]}).start()
        told = self.begins("confirm_server_dead", "resolver")
        self.assertIn(nobody, told["What"])
        self.assertEqual(self.health()[0], CRITICAL)

    def test_and_is_dead_is_no_fault_where_others_are_enough(self):
        servers = [DnsResponder(self).server, DnsResponder(self).server, f"{ADDRESS}:{free_port()}"]
        self.daemon = Daemon(self, resolver={"servers": servers[:1], "confirm_servers": servers, "confirm_quorum": 2})
        self.daemon.start()
        asked = eventually(lambda: self.daemon.call("VerifyDomainDkim", Domain="example.com"), "it serves")
        self.assertEqual(len(asked["Records"]), 3)
        eventually(lambda: self.daemon.describe("example.com")["LastCheckedAt"], "it is looked at")
        self.assertEqual(self.faults(), {})


class OwnEtc:
    """An /etc of a daemon alone, whose resolv.conf a test changes while it runs. Needs root."""

    def __init__(self, owner):
        self.folder = temporary_folder(owner)
        self.file = self.folder / "resolv.conf"

    def name(self, *addresses):
        self.file.write_text("".join(f"nameserver {each}\n" for each in addresses))

    def command(self):
        return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', self.folder]


class AResolvConf(FaultCase):
    def setUp(self):
        self.etc = OwnEtc(self)
        self.daemon = Daemon(self, resolver={"servers": []})

    def resolver(self):
        return DnsResponder(self, address=name_server_address(), port=DNS_PORT)

    def verified_by(self, resolver, domain):
        resolver.publish(self.daemon.call("VerifyDomainDkim", Domain=domain))
        self.daemon.wait_for_status(domain, "Success")

    def test_that_is_empty_at_the_start_makes_an_ill_daemon_that_recovers_by_itself(self):
        self.etc.name()
        self.daemon.start(*self.etc.command())
        told = self.begins("resolver_unknown", "resolver")
        self.assertIn("/etc/resolv.conf names no DNS server", told["What"])
        self.assertEqual(self.daemon.status()["resolver"]["servers"], [])
        self.assertFalse(self.daemon.status()["resolver"]["healthy"])
        self.assertEqual(self.health()[0], CRITICAL)
        self.daemon.call("VerifyDomainDkim", Domain="early.example")
        # When the network names a server
        resolver = self.resolver()
        self.etc.name(resolver.address)
        # Then it is asked
        self.ends("resolver_unknown")
        self.verified_by(resolver, "example.com")
        resolver.publish(self.daemon.call("VerifyDomainDkim", Domain="early.example"))
        self.daemon.wait_for_status("early.example", "Success")
        self.assertEqual(self.faults(), {})

    def test_that_is_missing_at_the_start_is_no_end_either(self):
        self.daemon.start(*self.etc.command())
        self.assertIn("/etc/resolv.conf cannot be read", self.begins("resolver_unknown", "resolver")["What"])
        self.assertEqual(self.daemon.stop(), 0)

    def test_that_changes_is_read_again(self):
        one, other = self.resolver(), self.resolver()
        self.etc.name(one.address)
        self.daemon.start(*self.etc.command())
        self.verified_by(one, "one.example")
        self.etc.name(other.address)
        eventually(lambda: self.daemon.status()["resolver"]["servers"] == [other.server], "the other is taken")
        self.verified_by(other, "other.example")

    def test_that_is_emptied_later_leaves_the_servers_that_were_known(self):
        one = self.resolver()
        self.etc.name(one.address)
        self.daemon.start(*self.etc.command())
        self.etc.name()
        self.begins("resolver_unknown", "resolver")
        self.verified_by(one, "example.com")
        self.etc.name(one.address)
        self.ends("resolver_unknown")


class APortThatIsDiverted(FaultCase):
    """Whoever is asked on port 53, the network's own resolver answers."""

    def test_is_noticed_and_the_resolver_is_asked(self):
        zones = ScriptedZones()
        hosts = {name: name_server_address() for name in ("a.root", "a.com", "ns1.hoster.com", "ns2.hoster.com")}
        addresses = "".join(f"{name}. A {address}\n" for name, address in hosts.items())
        zones.load("", f". {SOA}. NS a.root.\n{addresses}com. NS a.com.\n")
        zones.load("root", f"root. {SOA}{addresses}")
        zones.load("com", f"com. {SOA}com. NS a.com.\n{addresses}")
        zones.load("example.com", (of_domain := f"example.com. {SOA}example.com. NS ns1.hoster.com.\n"
                                                "example.com. NS ns2.hoster.com.\n"))  # fmt: skip
        resolver = DnsResponder(self)
        resolver.behaviour = lambda query: as_a_resolver_says(zones.answer(query))
        for address in hosts.values():
            DnsResponder(self, address=address, port=DNS_PORT).behaviour = resolver.behaviour
        self.daemon = Daemon(
            self,
            resolver={"mode": "authoritative", "servers": [resolver.server], "allow_private_servers": True},
            authority={"queries_per_second": 1000, "in_flight": 100, "timeout": "300ms"},
        ).start()
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.begins("port_53_diverted", "resolver")
        self.assertEqual(self.daemon.status()["resolver"]["port_53"], "diverted")
        self.assertEqual(self.health()[0], WARNING)
        self.assertNotEqual(self.whole("example.com").get("Code"), "AUTH_UNREACHABLE")
        # When the records are published, the resolver's word is taken
        zones.load("example.com", of_domain + published(issued["Records"]))
        self.daemon.wait_for_status("example.com", "Success")


class AHostWithoutIpv6(unittest.TestCase):
    def test_is_told_so(self):
        inside = f"ip link set lo up && exec {sys.executable} {__file__} InsideAHostWithoutIpv6"
        done = subprocess.run(["unshare", "--net", "sh", "-c", inside], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=300, env={**os.environ, INSIDE: "1"})  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


@unittest.skipUnless(INSIDE in os.environ, "runs in a network namespace of its own")
class InsideAHostWithoutIpv6(FaultCase):
    def test_notices_it_when_a_server_has_such_an_address_only(self):
        zones, parent = ScriptedZones(), ScriptedZones()
        registry = name_server_address()
        delegation = "example.com. NS ns1.hoster.com.\n"
        of_com = f"com. {SOA}com. NS a.com.\na.com. A {registry}\n"
        parent.load("com", of_com + delegation)
        zones.load("com", of_com)
        zones.load("hoster.com", f"hoster.com. {SOA}ns1.hoster.com. AAAA 2a00:1450:4001::53\n")
        zones.load("example.com", (of_domain := f"example.com. {SOA}{delegation}"))
        DnsResponder(self, address=registry, port=DNS_PORT).behaviour = parent.answer
        resolver = DnsResponder(self)
        resolver.behaviour = lambda query: as_a_resolver_says(zones.answer(query))
        self.daemon = Daemon(
            self,
            resolver={"mode": "authoritative", "servers": [resolver.server], "allow_private_servers": True},
            authority={"queries_per_second": 1000, "in_flight": 100, "timeout": "300ms"},
        ).start()
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertIn("IPv6 (no route", self.begins("no_ipv6", "resolver")["What"])
        self.assertNotIn("no_ipv4", self.faults())
        self.assertEqual(self.health()[0], WARNING)
        self.assertNotEqual(self.whole("example.com").get("Code"), "AUTH_UNREACHABLE")
        # The resolver reaches the zone, and its word is taken (T11)
        zones.load("example.com", of_domain + published(issued["Records"]))
        self.daemon.wait_for_status("example.com", "Success")


class ATargetSuffix(FaultCase):
    def test_that_is_not_the_one_of_an_identity_is_noticed_at_the_start_unless_it_is_named_as_a_former_one(self):
        self.daemon = Daemon(self).start()
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(self.daemon.status()["faults"], [])
        self.daemon.configure(verification={"target_suffix": "dkim.example.net"}).restart()
        told = self.begins("suffix_changed", "store")
        self.assertIn("'example.com', issued with 'dkim.amazonses.com'", told["What"])
        self.assertEqual(self.health()[0], WARNING)
        self.daemon.configure(verification={"former_suffixes": ["dkim.amazonses.com"]}).restart()
        self.assertEqual(eventually(self.daemon.status, "it serves")["faults"], [])


class AFullDisk(FaultCase):
    def test_is_noticed_by_the_first_change_that_fails_and_over_without_another(self):
        disk = Tmpfs(self, "4m")
        resolver = DnsResponder(self)
        self.daemon = Daemon(self, resolver={"servers": [resolver.server]},
                             store={"path": str(disk.folder / "store"), "size": "1GiB"}).start()  # fmt: skip
        control = self.daemon.control()
        control.call("VerifyDomainDkim", Domain="early.example")
        disk.fill()
        with self.assertRaises(Refusal):
            for i in range(10_000):
                control.call("VerifyDomainDkim", Domain=f"filling{i}.example")
        told = self.begins("store_not_writable", "store")
        self.assertIn(str(disk.folder), told["What"])
        self.assertEqual(self.health()[0], CRITICAL)
        # Reads and polling go on
        asked = resolver.queries
        eventually(lambda: resolver.queries > asked + 20, "it polls")
        disk.free()
        self.ends("store_not_writable")
        self.daemon.wait_for_log("store, is written again")


class AnIllResolver(FaultCase):
    def test_is_in_the_list_until_it_answers(self):
        resolver = DnsResponder(self)
        self.daemon = Daemon(self, resolver={"servers": [resolver.server], "timeout": "100ms"}).start()
        self.assertEqual(self.daemon.status()["faults"], [])
        resolver.behaviour = silence
        for i in range(5):
            self.daemon.call("VerifyDomainDkim", Domain=f"d{i}.example")
        self.begins("resolver_ill", "resolver")
        status, line = self.health()
        self.assertEqual((status, line.count("no lookup is answered")), (CRITICAL, 1), line)
        resolver.behaviour = resolver.truth
        self.ends("resolver_ill")


if __name__ == "__main__":
    unittest.main(verbosity=2)
