# SPDX-License-Identifier: Apache-2.0
"""boto3 against the SES API: both versions of SES, and the errors that its callers catch."""

import pathlib
import sys
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import Refusal  # noqa: E402
from support.knot import Knot, zone_lines  # noqa: E402
from support.ses import KEY, OTHER_KEY, REGION, SECRET, SesDaemon, credential, send  # noqa: E402

NEW_SECRET = "a-new-secret-of-the-tests"
TOKEN = "^[a-z2-7]{32}$"


def client(owner, daemon, service, key=KEY, secret=SECRET):
    made = boto3.client(
        service, endpoint_url=daemon.endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=30),
    )  # fmt: skip
    owner.addCleanup(made.close)
    return made


class BotoCase(unittest.TestCase):
    service = "ses"

    def setUp(self):
        self.daemon = SesDaemon(self).start()
        self.ses = client(self, self.daemon, self.service)

    def refused(self, code, status, call, *positional, **members):
        with self.assertRaises(ClientError, msg=(code, members)) as caught:
            call(*positional, **members)
        response = caught.exception.response
        self.assertEqual((response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        self.assertRegex(response["ResponseMetadata"]["RequestId"], "^[0-9a-f-]{36}$")
        return response["Error"]["Message"]


class TheFirstApi(BotoCase):
    def test_issues_the_same_tokens_again_and_tells_them(self):
        tokens = self.ses.verify_domain_dkim(Domain="Example.COM")["DkimTokens"]
        self.assertEqual(len(tokens), 3)
        for token in tokens:
            self.assertRegex(token, TOKEN)
        self.assertEqual(self.ses.verify_domain_dkim(Domain="example.com")["DkimTokens"], tokens)
        asked = self.ses.get_identity_dkim_attributes(
            Identities=["example.com", "user@example.com", "exämple.com", "EXAMPLE.com"]
        )["DkimAttributes"]
        known = {"DkimEnabled": True, "DkimVerificationStatus": "Pending", "DkimTokens": tokens}
        self.assertEqual(
            asked,
            {"example.com": known, "user@example.com": known, "EXAMPLE.com": known,
             "exämple.com": {"DkimEnabled": False, "DkimVerificationStatus": "NotStarted"}},
        )  # fmt: skip
        self.assertEqual(self.ses.get_identity_dkim_attributes(Identities=[])["DkimAttributes"], {})

    def test_is_the_same_as_the_control_socket(self):
        issued = self.ses.verify_domain_dkim(Domain="example.com")
        self.assertEqual(self.daemon.call("VerifyDomainDkim", Domain="example.com")["DkimTokens"], issued["DkimTokens"])
        self.daemon.call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=False)
        told = self.ses.get_identity_dkim_attributes(Identities=["example.com"])["DkimAttributes"]
        self.assertFalse(told["example.com"]["DkimEnabled"])

    def test_switches_signing_and_deletes(self):
        self.ses.verify_domain_dkim(Domain="example.com")
        self.ses.set_identity_dkim_enabled(Identity="example.com", DkimEnabled=False)
        self.assertFalse(self.daemon.describe("example.com")["DkimEnabled"])
        self.ses.set_identity_dkim_enabled(Identity="example.com", DkimEnabled=True)
        self.assertTrue(self.daemon.describe("example.com")["DkimEnabled"])
        self.ses.delete_identity(Identity="example.com")
        self.ses.delete_identity(Identity="example.com")  # as SES
        self.assertEqual(self.ses.list_identities()["Identities"], [])

    def test_lists_by_pages(self):
        names = [f"domain-{number:02}.example" for number in range(23)]
        self.daemon.call("ImportIdentities", Identities=[{"Domain": name} for name in names])
        pages = list(self.ses.get_paginator("list_identities").paginate(PaginationConfig={"PageSize": 10}))
        self.assertEqual([len(page["Identities"]) for page in pages], [10, 10, 3])
        self.assertEqual([name for page in pages for name in page["Identities"]], names)
        self.assertEqual(self.ses.list_identities(IdentityType="EmailAddress")["Identities"], [])
        self.assertEqual(self.ses.list_identities(IdentityType="Domain")["Identities"], names)

    def test_keeps_accounts_apart(self):
        other = client(self, self.daemon, "ses", key=OTHER_KEY)
        mine = self.ses.verify_domain_dkim(Domain="example.com")["DkimTokens"]
        theirs = other.verify_domain_dkim(Domain="example.com")["DkimTokens"]
        self.assertFalse(set(mine) & set(theirs))
        other.delete_identity(Identity="example.com")
        self.assertEqual(self.ses.list_identities()["Identities"], ["example.com"])

    def test_tells_verification_when_the_records_are_published(self):
        knot = Knot(self, "example.com")
        self.daemon.configure(resolver={"servers": [knot.server]}).restart()
        self.ses.verify_domain_dkim(Domain="example.com")
        knot.publish("example.com", zone_lines(self.daemon.call("VerifyDomainDkim", Domain="example.com")))
        self.daemon.wait_for_status("example.com", "Success")
        told = self.ses.get_identity_dkim_attributes(Identities=["example.com"])["DkimAttributes"]["example.com"]
        self.assertEqual((told["DkimVerificationStatus"], told["DkimEnabled"]), ("Success", True))

    def test_refuses_by_ses_own_codes(self):
        ses = self.ses
        for domain in ("", "co.uk", "localhost", "192.0.2.1", "user@example.com", "a..b", "x.dkim.amazonses.com"):
            self.assertTrue(self.refused("InvalidParameterValue", 400, ses.verify_domain_dkim, Domain=domain))
        self.assertEqual(
            self.refused("InvalidParameterValue", 400, ses.set_identity_dkim_enabled, Identity="example.org",
                         DkimEnabled=True),
            "Domain example.org is not verified for DKIM signing; call VerifyDomainDkim first.",
        )  # fmt: skip
        for call, members in (
            (ses.delete_identity, {"Identity": "user@example.com"}),
            (ses.set_identity_dkim_enabled, {"Identity": "user@example.com", "DkimEnabled": True}),
            (ses.list_identities, {"MaxItems": 0}),
            (ses.list_identities, {"MaxItems": 1001}),
            (ses.list_identities, {"NextToken": "nonsense"}),
            (ses.get_identity_dkim_attributes, {"Identities": ["example.com"] * 101}),
        ):
            self.refused("InvalidParameterValue", 400, call, **members)
        self.refused("InvalidAction", 400, ses.get_send_quota)
        self.assertEqual(self.daemon.call("ListIdentities"), {"Identities": []})

    def test_admits_one_verification_a_second_whoever_asks(self):
        self.daemon.configure(limits={"verify_domain_dkim_per_second": 1}).restart()
        self.ses.verify_domain_dkim(Domain="example.com")
        self.assertEqual(
            self.refused("Throttling", 400, self.ses.verify_domain_dkim, Domain="example.org"), "Rate exceeded"
        )
        with self.assertRaises(Refusal) as caught:
            self.daemon.call("VerifyDomainDkim", Domain="example.net")
        self.assertEqual(caught.exception.word, "Throttling")
        self.refused("TooManyRequestsException", 429, client(self, self.daemon, "sesv2").create_email_identity,
                     EmailIdentity="example.net")  # fmt: skip
        # Another account has a second of its own.
        client(self, self.daemon, "ses", key=OTHER_KEY).verify_domain_dkim(Domain="example.org")

    def test_refuses_who_it_does_not_know(self):
        self.refused("InvalidClientTokenId", 403, client(self, self.daemon, "ses", key="AKIDNOBODY").list_identities)
        self.refused("SignatureDoesNotMatch", 403, client(self, self.daemon, "ses", secret="another").list_identities)

    def test_has_a_limit_of_identities(self):
        self.daemon.configure(limits={"identities_per_account": 1}).restart()
        self.ses.verify_domain_dkim(Domain="example.com")
        self.refused("LimitExceeded", 400, self.ses.verify_domain_dkim, Domain="example.org")
        self.refused("LimitExceededException", 400, client(self, self.daemon, "sesv2").create_email_identity,
                     EmailIdentity="example.org")  # fmt: skip

    def test_takes_new_credentials_at_a_reload_and_keeps_the_old_when_they_are_bad(self):
        self.daemon.write_credentials(
            credential("AKIDNEW", NEW_SECRET, "default")
        )
        self.daemon.child.send(1)
        self.daemon.wait_for_log("read '")
        client(self, self.daemon, "ses", key="AKIDNEW", secret=NEW_SECRET).list_identities()
        self.refused("InvalidClientTokenId", 403, self.ses.list_identities)

        self.daemon.write_credentials("[[credential]]\nnonsense\n")
        self.daemon.child.send(1)
        self.daemon.wait_for_log("kept the old credentials")
        client(self, self.daemon, "ses", key="AKIDNEW", secret=NEW_SECRET).list_identities()

    def test_logs_who_did_what_and_no_secret(self):
        issued = self.ses.verify_domain_dkim(Domain="example.com")
        identity = issued["ResponseMetadata"]["RequestId"]
        self.daemon.wait_for_log(
            f"ses_api, answered 'VerifyDomainDkim' 200 (request id {identity}, key '{KEY}', account 'default', "
        )
        self.assertNotIn(SECRET, self.daemon.output())


class TheSecondApi(BotoCase):
    service = "sesv2"

    def test_creates_and_describes(self):
        created = self.ses.create_email_identity(EmailIdentity="Example.com", Tags=[])
        self.assertEqual((created["IdentityType"], created["VerifiedForSendingStatus"]), ("DOMAIN", False))
        attributes = created["DkimAttributes"]
        self.assertEqual(
            (attributes["SigningEnabled"], attributes["Status"], attributes["SigningAttributesOrigin"]),
            (True, "PENDING", "AWS_SES"),
        )
        self.assertEqual(attributes["Tokens"], self.daemon.describe("example.com")["DkimTokens"])

        told = self.ses.get_email_identity(EmailIdentity="example.com")
        self.assertEqual(told["DkimAttributes"], attributes)
        # Members that this botocore does not know yet are there for those that do.
        shown = send(self.daemon, "GET", "/v2/email/identities/example.com").json()
        self.assertEqual(shown["DkimAttributes"]["SigningHostedZone"], "dkim.amazonses.com")
        self.assertEqual((shown["VerificationStatus"], shown["MailFromAttributes"]),
                         ("PENDING", {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}))  # fmt: skip
        self.assertEqual((told["FeedbackForwardingStatus"], told["Policies"], told["Tags"]), (True, {}, []))
        self.assertEqual((told["VerifiedForSendingStatus"], told["IdentityType"]), (False, "DOMAIN"))

    def test_reads_names_from_the_path_as_they_are(self):
        self.ses.create_email_identity(EmailIdentity="exämple.com")
        told = self.ses.get_email_identity(EmailIdentity="exämple.com")
        self.assertEqual(told["DkimAttributes"]["Tokens"], self.daemon.describe("xn--exmple-cua.com")["DkimTokens"])
        self.refused("BadRequestException", 400, self.ses.get_email_identity, EmailIdentity="a/../b c")

    def test_tells_what_was_seen(self):
        knot = Knot(self, "example.com")
        self.daemon.configure(resolver={"servers": [knot.server]}).restart()
        self.ses.create_email_identity(EmailIdentity="example.com")
        knot.publish("example.com", zone_lines(self.daemon.call("VerifyDomainDkim", Domain="example.com")))
        self.daemon.wait_for_status("example.com", "Success")
        told = self.ses.get_email_identity(EmailIdentity="example.com")
        self.assertEqual((told["DkimAttributes"]["Status"], told["VerifiedForSendingStatus"]), ("SUCCESS", True))
        self.assertEqual(
            self.ses.list_email_identities()["EmailIdentities"],
            [{"IdentityType": "DOMAIN", "IdentityName": "example.com", "SendingEnabled": True}
             | ({"VerificationStatus": "SUCCESS"})],
        )  # fmt: skip

    def test_switches_and_deletes(self):
        self.ses.create_email_identity(EmailIdentity="example.com")
        self.ses.put_email_identity_dkim_attributes(EmailIdentity="example.com", SigningEnabled=False)
        self.assertFalse(self.ses.get_email_identity(EmailIdentity="example.com")["DkimAttributes"]["SigningEnabled"])
        self.ses.delete_email_identity(EmailIdentity="example.com")
        self.refused("NotFoundException", 404, self.ses.delete_email_identity, EmailIdentity="example.com")

    def test_lists_by_pages(self):
        names = [f"domain-{number:02}.example" for number in range(23)]
        self.daemon.call("ImportIdentities", Identities=[{"Domain": name} for name in names])
        seen, token = [], {}
        while True:
            page = self.ses.list_email_identities(PageSize=10, **token)
            self.assertLessEqual(len(page["EmailIdentities"]), 10)
            seen += [each["IdentityName"] for each in page["EmailIdentities"]]
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        self.assertEqual(seen, names)

    def test_refuses_by_ses_own_names(self):
        ses = self.ses
        ses.create_email_identity(EmailIdentity="example.com")
        self.refused("AlreadyExistsException", 400, ses.create_email_identity, EmailIdentity="EXAMPLE.com")
        for name in ("co.uk", "localhost", "user@example.com"):
            self.refused("BadRequestException", 400, ses.create_email_identity, EmailIdentity=name)
        for call in (ses.get_email_identity, ses.delete_email_identity):
            self.refused("NotFoundException", 404, call, EmailIdentity="example.org")
            self.refused("NotFoundException", 404, call, EmailIdentity="user@example.com")
        self.refused("NotFoundException", 404, ses.put_email_identity_dkim_attributes, EmailIdentity="example.org",
                     SigningEnabled=True)  # fmt: skip
        self.refused("BadRequestException", 400, ses.put_email_identity_dkim_attributes, EmailIdentity="example.com")
        for size in (-1, 1001):
            self.refused("BadRequestException", 400, ses.list_email_identities, PageSize=size)
        self.refused("UnknownOperationException", 404, ses.get_account)
        self.assertEqual(self.daemon.call("ListIdentities"), {"Identities": ["example.com"]})

    def test_knows_an_identity_without_tokens(self):
        client(self, self.daemon, "ses").verify_domain_identity(Domain="example.com")
        told = self.ses.get_email_identity(EmailIdentity="example.com")
        shown = told["DkimAttributes"]
        shown.pop("SigningHostedZone", None)  # which a newer botocore reads, too
        self.assertEqual(
            shown, {"SigningEnabled": False, "Status": "NOT_STARTED", "SigningAttributesOrigin": "AWS_SES"}
        )
        self.refused("BadRequestException", 400, self.ses.put_email_identity_dkim_attributes,
                     EmailIdentity="example.com", SigningEnabled=True)  # fmt: skip
        self.refused("AlreadyExistsException", 400, self.ses.create_email_identity, EmailIdentity="example.com")
        self.ses.delete_email_identity(EmailIdentity="example.com")

    def test_tells_that_an_identity_has_no_tags(self):
        self.ses.create_email_identity(EmailIdentity="example.com")
        for arn in ("arn:aws:ses:eu-west-1:123456789012:identity/example.com", "arn:aws:ses:eu-west-1::identity/Example.com",
                    "arn:aws-cn:ses:cn-north-1:1:identity/example.com"):  # fmt: skip
            self.assertEqual(self.ses.list_tags_for_resource(ResourceArn=arn)["Tags"], [])
        arn = "arn:aws:ses:eu-west-1:123456789012:identity/"
        for of in (arn + "other.example", arn + "user@example.com", arn.replace("identity", "configuration-set") + "x"):
            with self.assertRaises(self.ses.exceptions.NotFoundException):
                self.ses.list_tags_for_resource(ResourceArn=of)
        for of in ("example.com", "arn:aws:s3:::bucket", "arn:aws:ses:eu-west-1:identity/example.com"):
            with self.assertRaises(self.ses.exceptions.BadRequestException):
                self.ses.list_tags_for_resource(ResourceArn=of)
        self.assertEqual(send(self.daemon, "GET", "/v2/email/tags").status, 400)
        self.ses.tag_resource(ResourceArn=arn + "example.com", Tags=[])
        with self.assertRaises(self.ses.exceptions.BadRequestException):
            self.ses.tag_resource(ResourceArn=arn + "example.com", Tags=[{"Key": "a", "Value": "b"}])
        self.ses.put_email_identity_configuration_set_attributes(EmailIdentity="example.com")
        with self.assertRaises(self.ses.exceptions.BadRequestException):
            self.ses.put_email_identity_configuration_set_attributes(
                EmailIdentity="example.com", ConfigurationSetName="x"
            )

    def test_refuses_by_name_what_it_cannot_do(self):
        for member, value in (
            ("ConfigurationSetName", "set"),
            ("Tags", [{"Key": "a", "Value": "b"}]),
            ("DkimSigningAttributes", {"DomainSigningSelector": "s", "DomainSigningPrivateKey": "AAAA"}),
        ):
            said = self.refused("BadRequestException", 400, self.ses.create_email_identity,
                                EmailIdentity="example.com", **{member: value})  # fmt: skip
            self.assertIn(member, said)
        self.assertEqual(self.daemon.call("ListIdentities"), {"Identities": []})

    def test_refuses_who_it_does_not_know(self):
        call = "list_email_identities"
        stranger = client(self, self.daemon, "sesv2", key="AKIDNOBODY")
        self.refused("UnrecognizedClientException", 403, getattr(stranger, call))
        liar = client(self, self.daemon, "sesv2", secret="another")
        self.refused("InvalidSignatureException", 403, getattr(liar, call))


if __name__ == "__main__":
    unittest.main(verbosity=2)
