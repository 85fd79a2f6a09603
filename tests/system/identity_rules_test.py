# SPDX-License-Identifier: Apache-2.0
"""The rules of an identity: its name, its tokens, its address, its page in a list, its place in an import."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal, request  # noqa: E402
from support.control_case import INVALID, ControlCase  # noqa: E402

TOKENS = ["a" * 32, "b" * 32, "c" * 32]

REFUSED_DOMAINS = {
    "": "a domain name is needed",
    ".": "a domain name is needed",
    "a..example.com": "empty label",
    "example.com..": "empty label",
    ".example.com": "empty label",
    "a" * 64 + ".example.com": "63 octets",
    ".".join(["a" * 51] * 4) + ".co": "at most 209",
    "_x.example.com": "no host name has",
    "*.example.com": "no host name has",
    "exa mple.com": "no host name has",
    "exa\0mple.com": "no host name has",
    "-a.example.com": "hyphen",
    "a-.example.com": "hyphen",
    "192.0.2.1": "IP address",
    "2001:db8::1": "IP address",
    "[2001:db8::1]": "IP address",
    "localhost": "single label",
    "com": "single label",
    "printer.local": "never serves",
    "4.3.2.1.in-addr.arpa": "never serves",
    "co.uk": "public suffix",
    "gmail.com": "mailbox provider",
    "mail.gmx.net": "mailbox provider",
    "dkim.amazonses.com": "target suffix",
    "x.dkim.amazonses.com": "target suffix",
    "user@example.com": "e-mail address",
    "xn--1.example": "Punycode",
    "xn--.example": "hyphen",
    "☃.example": "give its xn-- form",
    "github.io": "limits.private_suffixes",
    "uk.com": "the name below it that is yours",
}  # fmt: skip
ACCEPTED_DOMAINS = {
    "EXAMPLE.com.": "example.com",
    "exämple.com": "xn--exmple-cua.com",
    "xn--exmple-cua.com": "xn--exmple-cua.com",
    "XN--LS8H.example": "xn--ls8h.example",  # U+1F4A9: not by IDNA 2008, but in the DNS
    "xn--a-ecp.example": "xn--a-ecp.example",
    "xn--ls8h.bücher.example": "xn--ls8h.xn--bcher-kva.example",
    "mine.uk.com": "mine.uk.com",
    "a.github.io": "a.github.io",
    "1and1.example": "1and1.example",
    ".".join(["a" * 51] * 4) + ".c": ".".join(["a" * 51] * 4) + ".c",
}


class Domains(ControlCase):
    def test_that_cannot_be_verified_are_refused_with_the_reason(self):
        for domain, reason in REFUSED_DOMAINS.items():
            self.assertIn(reason, self.refused(INVALID, "VerifyDomainDkim", Domain=domain), domain)
        self.assertEqual(self.control.call("ListIdentities"), {"Identities": []})

    def test_of_a_mailbox_provider_may_be_verified_by_the_provider(self):
        self.daemon.configure(limits={"own_mailbox_domains": ["GMX.net"]}).restart()
        self.control = self.daemon.control()
        for domain in ("gmx.net", "news.gmx.net"):
            self.control.call("VerifyDomainDkim", Domain=domain)
        self.assertIn("limits.own_mailbox_domains", self.refused(INVALID, "VerifyDomainDkim", Domain="gmail.com"))

    def test_of_a_company_that_lets_others_have_names_may_be_verified_by_the_company(self):
        refused = self.control.call("ImportIdentities", Identities=[{"Domain": "github.io"}, {"Domain": "a.github.io"}])
        self.assertEqual((refused["Imported"], [each["Domain"] for each in refused["Refused"]]), (1, ["github.io"]))
        self.assertIn("limits.private_suffixes", refused["Refused"][0]["Message"])
        warnings = self.control.call("InspectDomain", Domain="github.io")["Warnings"]
        self.assertEqual(warnings[0]["Code"], "NOT_YOURS")
        self.daemon.configure(limits={"private_suffixes": True}).restart()
        self.control = self.daemon.control()
        self.control.call("VerifyDomainDkim", Domain="github.io")
        self.assertIn("public suffix", self.refused(INVALID, "VerifyDomainDkim", Domain="co.uk"))

    def test_are_stored_in_lower_case_as_a_labels(self):
        for domain, stored in ACCEPTED_DOMAINS.items():
            tokens = self.control.call("VerifyDomainDkim", Domain=domain)["DkimTokens"]
            shown = self.control.call("DescribeIdentity", Identity=domain)
            self.assertEqual((shown["Identity"], shown["DkimTokens"]), (stored, tokens))
        self.assertEqual(self.control.call("ListIdentities")["Identities"], sorted(set(ACCEPTED_DOMAINS.values())))

    def test_keep_their_tokens_when_verified_again(self):
        first = self.control.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(self.control.call("VerifyDomainDkim", Domain="example.com"), first)
        self.daemon.restart()
        self.assertEqual(self.daemon.call("VerifyDomainDkim", Domain="example.com"), first)

    def test_answer_for_their_e_mail_addresses(self):
        tokens = self.control.call("VerifyDomainDkim", Domain="example.com")["DkimTokens"]
        shown = self.control.call("GetIdentityDkimAttributes", Identities=["user@example.com", "a@b.example"])
        self.assertEqual(shown["DkimAttributes"], {
            "user@example.com": {"DkimEnabled": True, "DkimVerificationStatus": "Pending", "DkimTokens": tokens},
            "a@b.example": {"DkimEnabled": False, "DkimVerificationStatus": "NotStarted"},
        })  # fmt: skip
        self.refused(INVALID, "DeleteIdentity", Identity="user@example.com")

    def test_are_listed_page_by_page(self):
        names = sorted(f"d{i:04}.example" for i in range(2500))
        for begin in range(0, 2500, 500):
            rows = [{"Domain": name} for name in names[begin : begin + 500]]
            self.assertEqual(self.control.call("ImportIdentities", Identities=rows)["Imported"], 500)
        self.control.call("VerifyDomainDkim", Domain="other.example", Account="other")
        for most, pages in ((1000, 3), (999, 3), (None, 3), (500, 5)):
            listed, counted, params = [], 0, {} if most is None else {"MaxItems": most}
            while True:
                page = self.control.call("ListIdentities", **params)
                listed += page["Identities"]
                counted += 1
                if "NextToken" not in page:
                    break
                params["NextToken"] = page["NextToken"]
            self.assertEqual((listed, counted), (names, pages))

    def test_are_limited_in_their_rate(self):
        self.daemon.configure(limits={"verify_domain_dkim_per_second": 1, "identities_per_account": 1}).restart()
        self.control = self.daemon.control()
        # Given one call in this second, further ones wait their turn; other accounts do not feel it
        self.control.send(*(request(i, "VerifyDomainDkim", Domain="example.com") for i in range(3)))
        answers = sorted((self.control.read() for _ in range(3)), key=lambda answer: answer["id"])
        self.assertIn("result", answers[0])
        for refused in (answer["error"] for answer in answers[1:]):
            self.assertEqual((refused["code"], refused["data"]), (-32000, {"Code": "Throttling"}))
            self.assertRegex(refused["message"], "^Rate exceeded: .*wait a second")
        self.control.call("VerifyDomainDkim", Domain="example.com", Account="other")

    def test_are_limited_in_their_number(self):
        self.daemon.configure(limits={"identities_per_account": 2}).restart()
        self.control = self.daemon.control()
        for domain in ("a.example", "b.example"):
            self.control.call("VerifyDomainDkim", Domain=domain)
        self.assertIn("identities_per_account", self.refused(INVALID, "VerifyDomainDkim", Domain="c.example"))
        self.control.call("DeleteIdentity", Identity="a.example")
        self.control.call("VerifyDomainDkim", Domain="c.example")


class AnImport(ControlCase):
    def test_takes_what_it_can_and_says_what_it_refused(self):
        result = self.control.call("ImportIdentities", Identities=[
            {"Domain": "kept.example", "DkimTokens": TOKENS},
            {"Domain": "new.example"},
            {"Domain": "localhost"},
            {"Domain": "short.example", "DkimTokens": TOKENS[:2]},
            {"Domain": "same.example", "DkimTokens": [TOKENS[0]] * 3},
            {"Domain": "wrong.example", "DkimTokens": ["A" * 32, *TOKENS[1:]]},
        ])  # fmt: skip
        self.assertEqual((result["Imported"], result["Existing"]), (2, 0))
        refused = [row["Domain"] for row in result["Refused"]]
        self.assertEqual(refused, ["localhost", "short.example", "same.example", "wrong.example"])
        self.assertEqual({row["Code"] for row in result["Refused"]}, {"InvalidParameterValue"})
        self.assertTrue(all(row["Message"] for row in result["Refused"]))
        self.assertEqual(self.control.call("DescribeIdentity", Identity="kept.example")["DkimTokens"], TOKENS)
        self.assertEqual(len(self.control.call("DescribeIdentity", Identity="new.example")["DkimTokens"]), 3)

    def test_never_changes_the_tokens_of_an_identity(self):
        rows = [{"Domain": "kept.example", "DkimTokens": TOKENS}]
        self.control.call("ImportIdentities", Identities=rows)
        again = self.control.call("ImportIdentities", Identities=[*rows, {"Domain": "kept.example"}])
        self.assertEqual((again["Imported"], again["Existing"], again["Refused"]), (0, 2, []))
        other = self.control.call(
            "ImportIdentities", Identities=[{"Domain": "kept.example", "DkimTokens": ["d" * 32, *TOKENS[1:]]}]
        )
        self.assertEqual(other["Refused"][0]["Domain"], "kept.example")
        self.assertEqual(self.control.call("DescribeIdentity", Identity="kept.example")["DkimTokens"], TOKENS)

    def test_does_not_take_the_tokens_of_another_account(self):
        rows = [{"Domain": "kept.example", "DkimTokens": TOKENS}]
        self.control.call("ImportIdentities", Identities=rows)
        result = self.control.call("ImportIdentities", Identities=rows, Account="thief")
        self.assertEqual((result["Imported"], len(result["Refused"])), (0, 1))
        self.assertEqual(result["Refused"][0]["Code"], "InvalidParameterValue")
        self.assertIn("another account", result["Refused"][0]["Message"])

    def test_is_done_from_a_file_and_names_the_lines_that_are_refused(self):
        file = self.daemon.folder / "domains"
        file.write_text(f"# from elsewhere\nkept.example {' '.join(TOKENS)}\n\nlocalhost\nnew.example\nco.uk\n")
        done = easydkim(self.daemon, "import", file)
        self.assertEqual((done.returncode, done.stdout), (1, "2 imported, 0 existing, 2 refused\n"))
        self.assertEqual([text.split(": ")[0] for text in done.stderr.splitlines()], [f"{file}:4", f"{file}:6"])
        self.assertEqual(self.control.call("DescribeIdentity", Identity="kept.example")["DkimTokens"], TOKENS)

        file.write_text("\n".join(f"d{i}.example" for i in range(3000)))
        done = easydkim(self.daemon, "import", file)
        self.assertEqual((done.returncode, done.stdout), (0, "3000 imported, 0 existing, 0 refused\n"))

    def test_has_at_most_a_thousand_rows_of_the_right_shape(self):
        for rows in ([{"Domain": f"d{i}.example"} for i in range(1001)], ["example.com"], [{}], [{"Name": "x"}], {}):
            with self.assertRaises(Refusal):
                self.control.call("ImportIdentities", Identities=rows)
        self.assertEqual(self.control.call("ListIdentities"), {"Identities": []})


if __name__ == "__main__":
    unittest.main(verbosity=2)
