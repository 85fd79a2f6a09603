# SPDX-License-Identifier: Apache-2.0
"""The other way to be allowed to send: the TXT record of VerifyDomainIdentity, against real zones."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import Knot, zone_lines  # noqa: E402


class ATxtProof(unittest.TestCase):
    def setUp(self):
        self.knot = Knot(self, "example.com")
        self.daemon = Daemon(self, resolver={"servers": [self.knot.server]}).start()

    def verify(self):
        return self.daemon.call("VerifyDomainIdentity", Domain="example.com")["VerificationToken"]

    def attributes(self, *identities):
        return self.daemon.call("GetIdentityVerificationAttributes", Identities=list(identities))[
            "VerificationAttributes"
        ]

    def wait_for(self, status):
        eventually(lambda: self.daemon.describe("example.com")["VerificationStatus"] == status, status)

    def run_client(self, *arguments, exit_status=0):
        ran = easydkim(self.daemon, *arguments)
        self.assertEqual(ran.returncode, exit_status, (arguments, ran.stdout, ran.stderr))
        return ran.stdout

    def test_allows_to_send_when_the_owner_pastes_what_the_client_prints(self):
        # Given a domain whose owner was asked for a TXT record
        token = self.verify()
        self.assertRegex(token, r"^[A-Za-z0-9+/]{43}=$")
        self.assertEqual(self.verify(), token)
        self.assertEqual(
            self.attributes("example.com", "user@example.com", "nobody.example"),
            dict.fromkeys(
                ("example.com", "user@example.com"), {"VerificationStatus": "Pending", "VerificationToken": token}
            ),
        )
        self.assertFalse(self.daemon.describe("example.com")["VerifiedForSending"])
        self.run_client("check", "example.com", exit_status=1)

        # When it is pasted into the zone, beside another one
        zone = self.run_client("records", "example.com", "--format", "zone")
        self.assertEqual(zone, f'_amazonses.example.com. 3600 IN TXT "{token}"\n')
        self.knot.publish("example.com", zone + '_amazonses TXT "of another account"\n')

        # Then mail may be sent, though nothing may be signed
        self.wait_for("Success")
        self.assertEqual(self.attributes("example.com")["example.com"]["VerificationStatus"], "Success")
        shown = self.daemon.describe("example.com")
        self.assertTrue(shown["VerifiedForSending"])
        self.assertFalse(shown["SigningEnabled"])
        self.assertEqual((shown["DkimVerificationStatus"], shown["DkimTokens"]), ("NotStarted", []))
        self.assertEqual(
            self.daemon.call("GetIdentityDkimAttributes", Identities=["example.com"])["DkimAttributes"],
            {"example.com": {"DkimEnabled": False, "DkimVerificationStatus": "NotStarted"}},
        )
        self.run_client("check", "example.com")
        self.assertIn("Success", self.run_client("status", "example.com"))

        # and a restart remembers it, a deletion forgets it
        self.daemon.stop()
        self.daemon.start()
        self.assertEqual(self.daemon.describe("example.com")["VerificationStatus"], "Success")
        self.run_client("delete", "example.com")
        self.assertEqual(self.attributes("example.com"), {})
        self.assertNotEqual(self.verify(), token)

    def test_stands_beside_dkim_and_either_allows_to_send(self):
        token = self.verify()
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(len(issued["DkimTokens"]), 3)
        self.assertEqual([each["Type"] for each in issued["Records"]], ["CNAME"] * 3)
        shown = self.daemon.describe("example.com")
        self.assertEqual([each["Type"] for each in shown["Records"]], ["CNAME"] * 3 + ["TXT"])
        self.assertEqual(shown["VerificationToken"], token)

        self.knot.publish("example.com", zone_lines(issued))
        self.daemon.wait_for_status("example.com", "Success")
        self.assertEqual(
            self.attributes("example.com")["example.com"],
            {"VerificationStatus": "Success", "VerificationToken": token},
        )
        self.assertEqual(self.daemon.describe("example.com")["VerificationStatus"], "Pending")
        self.assertIn("3 of 3", self.run_client("wait", "example.com"))

    def test_is_told_to_watchers_by_a_notification_of_its_own(self):
        watcher = self.daemon.control()
        watcher.call("WatchIdentities")
        self.verify()
        told = watcher.next_notification()
        self.assertEqual(told["method"], "DomainVerificationStatusChanged")
        params = told["params"]
        self.assertEqual((params["Identity"], params["From"], params["To"]), ("example.com", "NotStarted", "Pending"))
        self.assertEqual(self.daemon.status()["identities"]["Pending"], 0)
        self.assertNotIn("last_change", [name for name, value in self.daemon.status().items() if value])

    def test_says_what_stands_there_instead(self):
        self.verify()
        for zone, finding, observed, sentence in (
            ("", "absent", "", "publish it as a TXT record"),
            ('_amazonses TXT "v=spf1 -all"\n', "wrong_target", "v=spf1 -all", "add that one"),
            ("_amazonses CNAME www.example.net.\n", "wrong_target", "www.example.net", "is a CNAME to"),
        ):
            self.knot.publish("example.com", zone)
            record = self.daemon.call("CheckIdentity", Identity="example.com")["Records"][0]
            self.assertEqual((record["Finding"], record["Observed"]), (finding, observed))
            self.assertIn(sentence, record["Explanation"])

    def test_is_not_signed_for_and_has_nothing_to_enable(self):
        self.verify()
        with self.assertRaisesRegex(Refusal, "is not verified for DKIM signing"):
            self.daemon.call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=True)


class ItsName(unittest.TestCase):
    def test_is_made_of_the_configured_prefix(self):
        daemon = Daemon(self, verification={"txt_prefix": "_proof"}).start()
        daemon.call("VerifyDomainIdentity", Domain="example.com")
        self.assertEqual(daemon.describe("example.com")["Records"][0]["Name"], "_proof.example.com")


if __name__ == "__main__":
    unittest.main()
