# SPDX-License-Identifier: Apache-2.0
"""The answers of the DNS that are kept for an identity, after real changes of its zone on a real name server."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import zone_lines  # noqa: E402

TTL, MINIMUM = 60, 7  # seconds: of the zone's records, and of its negative answers
MANY = 30  # polls
MOST = 20  # answers that are kept
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


class EvidenceCase(unittest.TestCase):
    def setUp(self):
        self.world = DnsWorld(self)
        self.world.zone("example.com", servers=["ns1"], ttl=TTL, minimum=MINIMUM)
        self.server = f"ns1.hoster.com ({self.world.address('ns1')})"
        self.daemon = Daemon(self, resolver=self.world.resolver_settings("authoritative"))

    def issue(self, **sections):
        self.daemon.configure(**sections).start()
        self.issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.names = [record["Name"] for record in self.issued["Records"]]

    def kept(self):
        return self.daemon.call("GetEvidence", Identity="example.com")["Answers"]

    def said_by(self, server, name):
        """What the answers of a server to the CNAME of that name were, in the order of time."""
        return [(answer["Rcode"], answer["Flags"], answer["Target"], answer["Ttl"]) for answer in self.kept()
                if (answer["Server"], answer["Name"], answer["Type"]) == (server, name, "CNAME")]  # fmt: skip

    def wait_for(self, *last):
        """Waits until the last answer to each of the three names is that."""
        eventually(lambda: all(self.said_by(self.server, name)[-1:] == [last] for name in self.names),
                   f"the name server's last answers are {last}")  # fmt: skip

    def wait_for_absence(self):
        self.wait_for("NXDOMAIN", "aa", "", MINIMUM)

    def point_to(self, target):
        """Publishes the three records with that value, and waits until it was seen."""
        self.world.publish("example.com", "".join(f"{name}. CNAME {target}.\n" for name in self.names))
        self.wait_for("NOERROR", "aa", target, TTL)


class TheAnswers(EvidenceCase):
    def test_tell_of_each_change_of_the_zone_who_said_what_and_when(self):
        # Given records that are absent, then wrong, then right
        self.issue()
        self.wait_for_absence()
        self.point_to("elsewhere.example.org")
        self.world.publish("example.com", zone_lines(self.issued))
        self.daemon.wait_for_status("example.com", "Success")
        # Then each name has the three answers of the zone's server, and the one of the resolver that confirmed
        for record in self.issued["Records"]:
            self.assertEqual(self.said_by(self.server, record["Name"]), [
                ("NXDOMAIN", "aa", "", MINIMUM), ("NOERROR", "aa", "elsewhere.example.org", TTL),
                ("NOERROR", "aa", record["Value"], TTL)])  # fmt: skip
            confirmed = self.said_by(self.world.resolver.server, record["Name"])
            self.assertEqual([(rcode, target) for rcode, _, target, _ in confirmed], [("NOERROR", record["Value"])])
        times = [answer["At"] for answer in self.kept()]
        self.assertEqual(times, sorted(times))
        self.assertEqual({answer["ExtendedError"] for answer in self.kept()}, {""})

        # and the client prints them, one a line below its heading, or as the daemon gives them
        printed = easydkim(self.daemon, "evidence", "example.com")
        self.assertEqual((printed.returncode, printed.stderr), (0, ""))
        heading, *lines = printed.stdout.splitlines()
        self.assertEqual(heading.split(), "time server name type rcode flags ttl target error".split())
        self.assertEqual(len(lines), len(times))
        for line in lines:
            self.assertRegex(line, f"^{TIME}  .*[0-9)] +[a-z2-7]{{32}}\\._domainkey\\.example\\.com +CNAME +N")
        self.assertRegex(printed.stdout, rf"NXDOMAIN +aa +{MINIMUM} +- +-")
        self.assertRegex(printed.stdout, rf"NOERROR +aa +{TTL} +elsewhere\.example\.org +-")
        asked = easydkim(self.daemon, "evidence", "example.com", "--json")
        self.assertEqual(json.loads(asked.stdout), self.daemon.call("GetEvidence", Identity="example.com"))

    def test_are_at_most_twenty_of_which_the_oldest_go_first(self):
        # Given more changes of three records than are kept
        self.issue()
        self.wait_for_absence()
        changes = [f"change{number}.example.org" for number in range(MOST // 3 + 2)]
        for target in changes:
            self.point_to(target)
            self.assertLessEqual(len(self.kept()), MOST)
        # Then the latest are there, and of each name the last one
        kept = self.kept()
        self.assertEqual(len(kept), MOST)
        self.assertEqual({answer["Target"] for answer in kept[-3:]}, {changes[-1]})
        self.assertEqual({answer["Name"] for answer in kept[-3:]}, set(self.names))
        self.assertNotIn("NXDOMAIN", {answer["Rcode"] for answer in kept})

    def test_survive_a_restart_and_a_kill(self):
        self.issue()
        self.wait_for_absence()
        self.point_to("elsewhere.example.org")
        before = self.kept()
        self.daemon.restart()
        self.assertEqual(self.kept(), before)
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.kept(), before)


class ADomainThatStaysAsItIs(EvidenceCase):
    def commits(self):
        return self.daemon.call("GetStatus")["store"]["commits_total"]

    def lookups(self):
        return self.daemon.call("GetStatus")["polling"]["lookups_total"]

    def test_costs_no_write(self):
        # Given a domain whose absence is on record
        self.issue()
        self.wait_for_absence()
        commits, lookups = self.commits(), self.lookups()
        # When it is polled many times, nothing is written
        eventually(lambda: self.lookups() >= lookups + MANY, "many polls")
        self.assertEqual(self.commits(), commits)
        # and something is as soon as its zone changes
        self.point_to("elsewhere.example.org")
        self.assertGreater(self.commits(), commits)


class ADeletedIdentity(EvidenceCase):
    def stored(self):
        """How many identities have evidence on the disk."""
        told = subprocess.run(["mdb_stat", "-s", "evidence", self.daemon.store], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30)  # fmt: skip
        self.assertEqual(told.returncode, 0, told.stderr)
        return int(re.search(r"Entries: (\d+)", told.stdout)[1])

    def test_takes_its_evidence_along(self):
        self.issue()
        self.wait_for_absence()
        self.assertEqual(self.stored(), 1)
        self.daemon.call("DeleteIdentity", Identity="example.com")
        with self.assertRaises(Refusal) as refused:
            self.kept()
        self.assertEqual(refused.exception.word, "NotFound")
        ran = easydkim(self.daemon, "evidence", "example.com")
        self.assertEqual((ran.returncode, ran.stdout), (5, ""))
        self.assertRegex(ran.stderr, r"^easydkim: .*example\.com.*\.\n$")
        self.assertEqual(self.stored(), 0)
        # and the same domain begins without any
        self.daemon.stop()
        self.issue(polling={"first_check": "1h", "min_interval": "1h", "max_interval": "1h"})
        self.assertEqual(self.kept(), [])
        self.assertEqual(easydkim(self.daemon, "evidence", "example.com").stdout,
                         "example.com: no answer of the DNS was kept yet\n")  # fmt: skip


if __name__ == "__main__":
    unittest.main(verbosity=2)
