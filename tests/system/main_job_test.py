# SPDX-License-Identifier: Apache-2.0
"""The main job: from three records to a status, against real zones, with the daemon and the client as installed."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder, answer_everything  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import Knot, zone_lines  # noqa: E402

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
SHORT = {"window": "2s"}
QUICK_RECHECK = {"recheck_interval": "200ms"}


class APublishedDomain(unittest.TestCase):
    def setUp(self):
        self.knot = Knot(self, "example.com")
        self.daemon = Daemon(self, resolver={"servers": [self.knot.server]}).start()

    def run_client(self, *arguments, exit_status=0):
        ran = easydkim(self.daemon, *arguments)
        self.assertEqual(ran.returncode, exit_status, (arguments, ran.stdout, ran.stderr))
        return ran.stdout

    def test_goes_from_pending_to_success_by_what_the_client_prints(self):
        # Given a domain that was added
        self.assertIn("_domainkey.example.com", self.run_client("verify", "example.com"))
        self.assertIn("Pending", self.run_client("status", "example.com"))
        self.run_client("check", "example.com", exit_status=1)
        self.run_client("wait", "example.com", "--timeout", "100ms", exit_status=4)

        # When its owner pastes the records into the zone
        self.knot.publish("example.com", self.run_client("records", "example.com", "--format", "zone"))

        # Then it is verified
        self.run_client("wait", "example.com", "--timeout", "30s")
        self.run_client("check", "example.com")
        self.assertIn("example.com", self.run_client("list", "--status", "Success"))
        self.assertNotIn("example.com", self.run_client("list", "--status", "Pending"))
        self.assertIn("1", self.run_client("status"))

        # and signing can be switched, and the domain deleted
        self.run_client("disable", "example.com")
        self.assertFalse(self.daemon.describe("example.com")["SigningEnabled"])
        self.run_client("enable", "example.com")
        self.assertTrue(self.daemon.describe("example.com")["SigningEnabled"])
        self.run_client("delete", "example.com")
        self.run_client("status", "example.com", exit_status=5)

    def test_has_the_members_that_programs_rely_on(self):
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(set(issued), {"DkimTokens", "Records"})
        pending = json.loads(self.run_client("--json", "status", "example.com"))
        self.knot.publish("example.com", zone_lines(issued))
        verified = self.daemon.wait_for_status("example.com", "Success")

        for identity in (pending, verified):
            self.assertEqual(
                set(identity),
                {"Identity", "Account", "IdentityType", "DkimVerificationStatus", "DkimEnabled", "SigningEnabled",
                 "VerifiedForSending", "DkimTokens", "Records", "CreatedAt", "WindowEndsAt", "VerifiedAt",
                 "LastCheckedAt", "NextCheckAt", "Zone", "Diagnosis", "DiagnosedAt"}
                | ({"Trust"} if identity is verified else set()),
            )  # fmt: skip
            self.assertEqual(
                [identity[name] for name in ("Identity", "Account", "IdentityType", "DkimEnabled")],
                ["example.com", "default", "Domain", True],
            )
            self.assertEqual(identity["DkimTokens"], issued["DkimTokens"])
            for token, record in zip(identity["DkimTokens"], identity["Records"], strict=True):
                self.assertRegex(token, "^[a-z2-7]{32}$")
                self.assertEqual(
                    set(record), {"Name", "Type", "Value", "Finding", "Observed", "Explanation",
                                  "Published", "Visible", "VisibleAt", "Diagnosis"}
                )
                self.assertEqual(
                    [record["Name"], record["Type"], record["Value"]],
                    [f"{token}._domainkey.example.com", "CNAME", f"{token}.dkim.amazonses.com"],
                )
            for name in ("CreatedAt", "WindowEndsAt"):
                self.assertRegex(identity[name], TIME)
        self.assertEqual([pending["VerifiedAt"], pending["SigningEnabled"], pending["VerifiedForSending"]],
                         [None, False, False])  # fmt: skip
        self.assertEqual([verified["SigningEnabled"], verified["VerifiedForSending"]], [True, True])
        self.assertEqual(verified["Trust"], "resolver", "only a resolver was asked here")
        self.assertEqual([record["Finding"] for record in verified["Records"]], ["found"] * 3)
        for name in ("VerifiedAt", "LastCheckedAt", "NextCheckAt"):
            self.assertRegex(verified[name], TIME)

    def test_is_told_what_is_wrong_with_each_record(self):
        # Given one record that points elsewhere, one name with another type, and one that is absent
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        names = [record["Name"] for record in issued["Records"]]
        self.knot.publish("example.com", f'{names[0]}. CNAME else.example.org.\n{names[1]}. TXT "v=DKIM1"\n')
        # When it is checked
        seen = self.daemon.call("CheckIdentity", Identity="example.com")["Records"]
        # Then each finding says what was there and what to do
        self.assertEqual([record["Finding"] for record in seen], ["wrong_target", "absent", "absent"])
        self.assertEqual([record["Observed"] for record in seen], ["else.example.org", "", ""])
        self.assertIn(issued["Records"][0]["Value"], seen[0]["Explanation"])
        self.assertIn("has no CNAME", seen[1]["Explanation"])
        self.assertNotEqual(seen[1]["Explanation"], seen[2]["Explanation"])
        self.assertIn("wrong_target", self.run_client("check", "example.com", "--json", exit_status=1))

    def test_is_verified_for_each_account_by_its_own_tokens(self):
        # Given the same domain in two accounts
        one = self.daemon.call("VerifyDomainDkim", Domain="example.com", Account="one")
        two = self.daemon.call("VerifyDomainDkim", Domain="example.com", Account="two")
        self.assertFalse(set(one["DkimTokens"]) & set(two["DkimTokens"]))
        # When the records of one are published
        self.knot.publish("example.com", zone_lines(one))
        # Then that one is verified, and the other is not
        self.daemon.wait_for_status("example.com", "Success", Account="one")
        seen = self.daemon.call("CheckIdentity", Identity="example.com", Account="two")
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")
        self.assertEqual([record["Finding"] for record in seen["Records"]], ["absent"] * 3)

    def test_may_be_written_in_any_case_in_zone_and_request(self):
        issued = self.daemon.call("VerifyDomainDkim", Domain="EXAMPLE.Com.")
        self.knot.publish("example.com", zone_lines(issued).upper())
        self.run_client("wait", "Example.COM", "--timeout", "30s")
        self.assertEqual(self.daemon.call("ListIdentities")["Identities"], ["example.com"])

    def test_gets_new_tokens_after_deletion_so_that_old_records_prove_nothing(self):
        # Given a verified domain whose records stay in the zone
        first = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.knot.publish("example.com", zone_lines(first))
        self.daemon.wait_for_status("example.com", "Success")
        # When it is deleted and verified again
        self.daemon.call("DeleteIdentity", Identity="example.com")
        second = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        # Then none of the records counts
        self.assertFalse(set(first["DkimTokens"]) & set(second["DkimTokens"]))
        seen = self.daemon.call("CheckIdentity", Identity="example.com")
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")
        self.assertEqual([record["Finding"] for record in seen["Records"]], ["absent"] * 3)


class AWindow(unittest.TestCase):
    def test_that_ends_fails_the_domain_and_a_new_one_verifies_it_with_the_same_tokens(self):
        knot = Knot(self, "example.com")
        daemon = Daemon(self, resolver={"servers": [knot.server]}, verification=SHORT).start()
        # Given a window that ends without records
        watcher = daemon.control()
        watcher.call("WatchIdentities")
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(easydkim(daemon, "wait", "example.com", "--timeout", "30s").returncode, 1)
        changes = [watcher.next_notification()["params"] for _ in range(2)]
        self.assertEqual([change["To"] for change in changes], ["Pending", "Failed"])
        self.assertIn("does not exist", changes[1]["Reason"])
        self.assertIsNone(daemon.describe("example.com")["NextCheckAt"])
        # When the records are published and the domain is verified again
        knot.publish("example.com", zone_lines(issued))
        again = daemon.call("VerifyDomainDkim", Domain="example.com")
        # Then the same tokens serve, in a window of their own
        self.assertEqual(again, issued)
        self.assertEqual(easydkim(daemon, "wait", "example.com", "--timeout", "30s").returncode, 0)


class AVerifiedDomain(unittest.TestCase):
    def begin(self, **verification):
        self.knot = Knot(self, "example.com")
        self.daemon = Daemon(self, resolver={"servers": [self.knot.server]},
                             verification=QUICK_RECHECK | verification).start()  # fmt: skip
        self.issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.knot.publish("example.com", zone_lines(self.issued))
        self.daemon.wait_for_status("example.com", "Success")

    def test_keeps_signing_while_its_records_are_gone_for_a_while(self):
        # Given a verified domain
        self.begin()
        # When a record goes
        self.knot.publish("example.com", "".join(zone_lines(self.issued).splitlines(True)[:2]))
        # Then it is lost after three looks, and signing stays on
        lost = self.daemon.wait_for_status("example.com", "TemporaryFailure")
        self.assertEqual([lost["SigningEnabled"], lost["VerifiedForSending"]], [True, True])
        # and it is verified when the record is back
        self.knot.publish("example.com", zone_lines(self.issued))
        self.assertTrue(self.daemon.wait_for_status("example.com", "Success")["SigningEnabled"])

    def test_fails_and_signs_no_longer_when_they_stay_away_for_the_grace(self):
        self.begin(grace="1s")
        self.knot.publish("example.com", "")
        failed = self.daemon.wait_for_status("example.com", "Failed")
        self.assertEqual([failed["SigningEnabled"], failed["VerifiedForSending"]], [False, False])


class AZoneThatProvesNothing(unittest.TestCase):
    def fails(self, server, explained):
        """A domain of that zone never verifies, and its owner is told why."""
        daemon = Daemon(self, resolver={"servers": [server]}, verification=SHORT).start()
        watcher = daemon.control()
        watcher.call("WatchIdentities")
        daemon.call("VerifyDomainDkim", Domain="example.com")
        failed = daemon.wait_for_status("example.com", "Failed")
        self.assertEqual([watcher.next_notification()["params"]["To"] for _ in range(2)], ["Pending", "Failed"])
        self.assertIn("wrong_target", [record["Finding"] for record in failed["Records"]])
        self.assertTrue(any(explained in record["Explanation"] for record in failed["Records"]), failed)

    def test_redirects_all_names_by_a_dname(self):
        knot = Knot(self, "example.com")
        knot.publish("example.com", "_domainkey DNAME dkim.amazonses.com.\n")
        self.fails(knot.server, "DNAME")

    def test_answers_for_names_that_nobody_was_given(self):
        responder = DnsResponder(self)
        responder.behaviour = answer_everything
        self.fails(responder.server, "answers for a name that nobody was given")


class TheConfirmation(unittest.TestCase):
    def test_keeps_a_domain_pending_while_it_is_not_answered(self):
        # Given records that are seen over UDP, and a server that refuses TCP
        responder = DnsResponder(self, with_tcp=False)
        daemon = Daemon(self, resolver={"servers": [responder.server]}, verification=SHORT).start()
        responder.publish(daemon.call("VerifyDomainDkim", Domain="example.com"))
        seen = daemon.call("CheckIdentity", Identity="example.com")
        self.assertEqual(seen["DkimVerificationStatus"], "Pending")
        self.assertIn("confirm", seen["Records"][0]["Explanation"])

        # When the window has ended
        window_end = seen["WindowEndsAt"]
        eventually(lambda: daemon.describe("example.com")["LastCheckedAt"] > window_end, "a check after the window")
        # Then it neither verified nor failed
        self.assertEqual(daemon.verification_status("example.com"), "Pending")

        # and without confirmation it verifies
        daemon.configure(resolver={"confirm": "none"}).restart()
        daemon.wait_for_status("example.com", "Success")


if __name__ == "__main__":
    unittest.main(verbosity=2)
