# SPDX-License-Identifier: Apache-2.0
"""AWS's SDK for JavaScript against the SES API, both versions of it. script/test installs the SDK."""

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

BUILD = pathlib.Path(os.environ.get("EASYDKIM_BUILD", "build/dev")).resolve()
FOLDER = BUILD.parent / "javascript"  # where script/test puts client.js and the SDK


class JavaScript(unittest.TestCase):
    def setUp(self):
        self.knot = Knot(self, "example.com")
        self.daemon = SesDaemon(self, resolver={"servers": [self.knot.server]}).start()

    def call(self, version, command, **members):
        done = subprocess.run(
            [shutil.which("node"), "client.js", str(version), command, json.dumps(members)],
            cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            env=self.daemon.aws_environment() | {"ENDPOINT": self.daemon.endpoint},
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertRegex(answer["id"], "^[0-9a-f-]{36}$")
        return answer

    def output(self, *call, **members):
        answer = self.call(*call, **members)
        self.assertEqual(answer["status"], 200, answer)
        return answer["output"]

    def refused(self, error, status, *call, **members):
        answer = self.call(*call, **members)
        self.assertEqual((answer.get("error"), answer["status"]), (error, status), answer)

    def test_serves_the_first_api(self):
        tokens = self.output(1, "VerifyDomainDkim", Domain="example.com")["DkimTokens"]
        self.assertEqual(tokens, self.daemon.describe("example.com")["DkimTokens"])
        told = self.output(1, "GetIdentityDkimAttributes", Identities=["example.com", "example.org"])
        self.assertEqual(
            told["DkimAttributes"],
            {"example.com": {"DkimEnabled": True, "DkimVerificationStatus": "Pending", "DkimTokens": tokens},
             "example.org": {"DkimEnabled": False, "DkimVerificationStatus": "NotStarted"}},
        )  # fmt: skip
        self.output(1, "SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=False)
        self.assertFalse(self.daemon.describe("example.com")["DkimEnabled"])
        self.assertEqual(self.output(1, "ListIdentities", MaxItems=1)["Identities"], ["example.com"])
        self.output(1, "DeleteIdentity", Identity="example.com")
        self.assertEqual(self.output(1, "ListIdentities")["Identities"], [])
        self.refused("InvalidParameterValue", 400, 1, "VerifyDomainDkim", Domain="co.uk")

    def test_serves_the_proof_by_txt(self):
        token = self.output(1, "VerifyDomainIdentity", Domain="example.com")["VerificationToken"]
        told = self.output(1, "GetIdentityVerificationAttributes", Identities=["example.com", "example.org"])
        self.assertEqual(
            told["VerificationAttributes"],
            {"example.com": {"VerificationStatus": "Pending", "VerificationToken": token}},
        )

    def test_serves_the_second_api(self):
        created = self.output(2, "CreateEmailIdentity", EmailIdentity="example.com")["DkimAttributes"]
        self.assertEqual(created["Status"], "PENDING")
        self.assertEqual(created["Tokens"], self.daemon.describe("example.com")["DkimTokens"])
        self.refused("AlreadyExistsException", 400, 2, "CreateEmailIdentity", EmailIdentity="example.com")

        self.knot.publish("example.com", zone_lines(self.daemon.describe("example.com")))
        self.daemon.wait_for_status("example.com", "Success")
        told = self.output(2, "GetEmailIdentity", EmailIdentity="example.com")
        self.assertEqual((told["VerificationStatus"], told["DkimAttributes"]["Status"]), ("SUCCESS", "SUCCESS"))
        # A timestamp is a number of seconds on the wire and a Date in JavaScript, which prints as RFC 3339.
        self.assertRegex(told["VerificationInfo"]["LastSuccessTimestamp"], r"^20\d\d-\d\d-\d\dT.*Z$")

        listed = self.output(2, "ListEmailIdentities", PageSize=1)["EmailIdentities"]
        self.assertEqual([each["IdentityName"] for each in listed], ["example.com"])
        self.output(2, "PutEmailIdentityDkimAttributes", EmailIdentity="example.com", SigningEnabled=False)
        self.assertFalse(self.daemon.describe("example.com")["DkimEnabled"])
        self.output(2, "DeleteEmailIdentity", EmailIdentity="example.com")
        self.refused("NotFoundException", 404, 2, "GetEmailIdentity", EmailIdentity="example.com")


if __name__ == "__main__":
    unittest.main(verbosity=2)
