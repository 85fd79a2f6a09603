# SPDX-License-Identifier: Apache-2.0
"""The AWS command line against the SES API: every operation, its paginator and its waiter."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.knot import Knot, zone_lines  # noqa: E402
from support.ses import SesDaemon  # noqa: E402

# Debian's own, whichever stands first on PATH.
AWS = "/usr/bin/aws" if os.access("/usr/bin/aws", os.X_OK) else shutil.which("aws")


class TheCommandLine(unittest.TestCase):
    def setUp(self):
        self.assertTrue(AWS, "install awscli")
        self.knot = Knot(self, "example.com")
        self.daemon = SesDaemon(self, resolver={"servers": [self.knot.server]}).start()

    def start_aws(self, *arguments):
        return subprocess.Popen(
            [AWS, *arguments, "--endpoint-url", self.daemon.endpoint, "--output", "json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.daemon.aws_environment() | {"AWS_MAX_ATTEMPTS": "1"},
        )  # fmt: skip

    def aws(self, *arguments):
        running = self.start_aws(*arguments)
        output, said = running.communicate(timeout=90)
        self.assertEqual(running.returncode, 0, (arguments, said))
        return json.loads(output) if output.strip() else None

    def refused(self, code, *arguments):
        running = self.start_aws(*arguments)
        _, said = running.communicate(timeout=90)
        self.assertNotEqual(running.returncode, 0, arguments)
        self.assertIn(f"({code})", said)

    def test_goes_from_no_identity_to_a_verified_one_and_back(self):
        # Given a domain whose owner asked for tokens
        tokens = self.aws("ses", "verify-domain-dkim", "--domain", "example.com")["DkimTokens"]
        self.assertEqual(len(tokens), 3)
        ask = ("ses", "get-identity-dkim-attributes", "--identities", "example.com")
        told = self.aws(*ask)["DkimAttributes"]["example.com"]
        self.assertEqual(told, {"DkimEnabled": True, "DkimVerificationStatus": "Pending", "DkimTokens": tokens})
        # When the records are published while somebody waits
        waiting = self.start_aws("ses", "wait", "identity-exists", "--identities", "example.com")
        self.daemon.wait_for_log("answered 'GetIdentityVerificationAttributes' 200")
        self.assertIsNone(waiting.poll())
        self.knot.publish("example.com", zone_lines(self.daemon.call("VerifyDomainDkim", Domain="example.com")))
        # Then the waiter ends, and signing can be switched
        _, said = waiting.communicate(timeout=90)
        self.assertEqual(waiting.returncode, 0, said)
        self.assertEqual(self.aws(*ask)["DkimAttributes"]["example.com"]["DkimVerificationStatus"], "Success")
        self.aws("ses", "set-identity-dkim-enabled", "--identity", "example.com", "--no-dkim-enabled")
        self.assertFalse(self.daemon.describe("example.com")["DkimEnabled"])
        self.aws("ses", "delete-identity", "--identity", "example.com")
        self.assertEqual(self.aws("ses", "list-identities"), {"Identities": []})

    def test_verifies_a_domain_by_its_txt_record(self):
        token = self.aws("ses", "verify-domain-identity", "--domain", "example.com")["VerificationToken"]
        told = self.aws("ses", "get-identity-verification-attributes", "--identities", "example.com", "example.org")
        self.assertEqual(
            told["VerificationAttributes"],
            {"example.com": {"VerificationStatus": "Pending", "VerificationToken": token}},
        )
        self.knot.publish("example.com", f'_amazonses.example.com. TXT "{token}"\n')
        self.aws("ses", "wait", "identity-exists", "--identities", "example.com")

    def test_turns_pages(self):
        names = [f"domain-{number:02}.example" for number in range(12)]
        self.daemon.call("ImportIdentities", Identities=[{"Domain": name} for name in names])
        self.assertEqual(self.aws("ses", "list-identities", "--page-size", "5")["Identities"], names)
        self.assertEqual(self.daemon.output().count("answered 'ListIdentities' 200"), 3)

    def test_says_what_was_refused(self):
        self.refused("InvalidParameterValue", "ses", "verify-domain-dkim", "--domain", "co.uk")
        self.refused("InvalidAction", "ses", "get-send-quota")

    def test_speaks_the_second_version_too(self):
        created = self.aws("sesv2", "create-email-identity", "--email-identity", "example.com")
        self.assertEqual(created["DkimAttributes"]["Status"], "PENDING")
        told = self.aws("sesv2", "get-email-identity", "--email-identity", "example.com")
        self.assertEqual(told["DkimAttributes"]["Tokens"], created["DkimAttributes"]["Tokens"])
        self.aws("sesv2", "put-email-identity-dkim-attributes", "--email-identity", "example.com",
                 "--no-signing-enabled")  # fmt: skip
        self.assertFalse(self.daemon.describe("example.com")["DkimEnabled"])
        listed = self.aws("sesv2", "list-email-identities")["EmailIdentities"]
        self.assertEqual([each["IdentityName"] for each in listed], ["example.com"])
        self.aws("sesv2", "delete-email-identity", "--email-identity", "example.com")
        self.refused("NotFoundException", "sesv2", "get-email-identity", "--email-identity", "example.com")


if __name__ == "__main__":
    unittest.main(verbosity=2)
