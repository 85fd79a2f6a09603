# SPDX-License-Identifier: Apache-2.0
"""The language of the control socket, as programs meet it."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import request  # noqa: E402
from support.control_case import INVALID, MISSING, ControlCase  # noqa: E402
from support.dns_responder import DnsResponder, silence  # noqa: E402
from support.eventually import eventually  # noqa: E402


class Requests(ControlCase):
    def test_carry_ids_of_any_kind(self):
        for number in (1, -7, 0, 1.5, "word", "", 2**53, None):
            self.control.send(request(number, "GetStatus"))
            answer = self.control.read()
            self.assertEqual((answer["id"], answer["jsonrpc"]), (number, "2.0"))
            self.assertIn("result", answer)

    def test_may_be_pipelined_by_the_thousand(self):
        numbers = set(range(1000))
        self.control.send(*(request(i, "GetIdentityDkimAttributes", Identities=[f"d{i}.example"]) for i in numbers))
        answers = [self.control.read() for _ in numbers]
        self.assertEqual({answer["id"] for answer in answers}, numbers)
        for answer in answers:
            self.assertEqual(list(answer["result"]["DkimAttributes"]), [f"d{answer['id']}.example"])

    def test_are_answered_in_the_order_in_which_they_are_done(self):
        responder = DnsResponder(self)
        responder.behaviour = silence
        self.daemon.configure(resolver={"servers": [responder.server], "timeout": "1s"}).restart()
        self.control = self.daemon.control()
        self.control.call("VerifyDomainDkim", Domain="example.com")
        self.control.send(request("slow", "CheckIdentity", Identity="example.com"), request("quick", "GetStatus"))
        self.assertEqual([self.control.read()["id"] for _ in range(2)], ["quick", "slow"])

    def test_come_in_batches(self):
        self.control.send([
            request(1, "VerifyDomainDkim", Domain="example.com"),
            request(2, "NoSuchMethod"),
            {"jsonrpc": "2.0", "method": "VerifyDomainDkim", "params": {"Domain": "quiet.example"}},
            7,
        ])  # fmt: skip
        answers = {answer["id"]: answer for answer in self.control.read()}
        self.assertEqual(set(answers), {1, 2, None})
        self.assertIn("DkimTokens", answers[1]["result"])
        self.assertEqual([answers[2]["error"]["code"], answers[None]["error"]["code"]], [-32601, -32600])
        self.assertEqual(self.control.call("ListIdentities")["Identities"], ["example.com", "quiet.example"])

    def test_without_an_id_are_done_and_not_answered(self):
        quiet = {"jsonrpc": "2.0", "method": "VerifyDomainDkim", "params": {"Domain": "example.com"}}
        wrong = {"jsonrpc": "2.0", "method": "VerifyDomainDkim", "params": {"Domain": "localhost"}}
        self.control.send(quiet, wrong, [quiet, wrong])
        eventually(lambda: self.daemon.call("ListIdentities")["Identities"] == ["example.com"], "it was done")
        self.control.send(request("next", "GetStatus"))
        self.assertEqual(self.control.read()["id"], "next")

    def answer_to(self, line):
        self.control.send_bytes(line if isinstance(line, bytes) else line.encode() + b"\n")
        return self.control.read()

    def test_that_are_broken_say_how(self):
        for line, code in (
            ("nonsense", -32700),
            ('{"jsonrpc":"2.0","id":1,"method":', -32700),
            ('{"jsonrpc":"2.0","id":1,"method":"GetStatus"} x', -32700),
            ("[]", -32600),
            ("7", -32600),
            ('"GetStatus"', -32600),
            ('{"jsonrpc":"1.0","id":1,"method":"GetStatus"}', -32600),
            ('{"id":1,"method":"GetStatus"}', -32600),
            ('{"jsonrpc":"2.0","id":{},"method":"GetStatus"}', -32600),
            ('{"jsonrpc":"2.0","id":1,"method":1}', -32600),
            ('{"jsonrpc":"2.0","id":1}', -32600),
            ('{"jsonrpc":"2.0","id":1,"method":"getstatus"}', -32601),
            ('{"jsonrpc":"2.0","id":1,"method":"GetStatus","params":[]}', -32602),
        ):
            answer = self.answer_to(line)
            self.assertEqual(answer["error"]["code"], code, line)
            self.assertTrue(answer["error"]["message"].endswith("."), answer)

    def test_with_wrong_parameters_say_which(self):
        for expected, word, method, params in (
            (MISSING, "Domain", "VerifyDomainDkim", {}),
            (MISSING, "Identities", "GetIdentityDkimAttributes", {}),
            (MISSING, "DkimEnabled", "SetIdentityDkimEnabled", {"Identity": "example.com"}),
            (MISSING, "Identity", "DeleteIdentity", {"Identity": None}),
            (INVALID, "Domian", "VerifyDomainDkim", {"Domian": "example.com"}),
            (INVALID, "Domain", "VerifyDomainDkim", {"Domain": 7}),
            (INVALID, "Identities", "GetIdentityDkimAttributes", {"Identities": ["example.com"] * 101}),
            (INVALID, "Identities", "GetIdentityDkimAttributes", {"Identities": "example.com"}),
            (INVALID, "DkimEnabled", "SetIdentityDkimEnabled", {"Identity": "example.com", "DkimEnabled": "yes"}),
            (INVALID, "MaxItems", "ListIdentities", {"MaxItems": 0}),
            (INVALID, "MaxItems", "ListIdentities", {"MaxItems": 1001}),
            (INVALID, "MaxItems", "ListIdentities", {"MaxItems": -1}),
            (INVALID, "MaxItems", "ListIdentities", {"MaxItems": 1.5}),
            (INVALID, "MaxItems", "ListIdentities", {"MaxItems": "10"}),
            (INVALID, "NextToken", "ListIdentities", {"NextToken": "not a token"}),
            (INVALID, "IdentityType", "ListIdentities", {"IdentityType": "Phone"}),
            (INVALID, "", "VerifyDomainDkim", {"Domain": "example.com", "Account": ""}),
            (INVALID, "", "VerifyDomainDkim", {"Domain": "example.com", "Account": "a b"}),
            (INVALID, "", "VerifyDomainDkim", {"Domain": "example.com", "Account": "a" * 65}),
            (INVALID, "", "SetIdentityDkimEnabled", {"Identity": "example.com", "DkimEnabled": True}),
            (INVALID, "co.uk", "InspectDomain", {"Domain": "co.uk"}),
            ((-32000, "NotFound"), "example.com", "DescribeIdentity", {"Identity": "example.com"}),
            ((-32000, "NotFound"), "example.com", "CheckIdentity", {"Identity": "example.com"}),
        ):
            self.assertIn(word, self.refused(expected, method, **params))
        self.assertEqual(self.control.call("ListIdentities"), {"Identities": []})


class AWatcher(ControlCase):
    def test_is_told_of_every_change(self):
        self.assertEqual(self.control.call("WatchIdentities"), {"Watching": True})
        self.assertEqual(self.control.call("WatchIdentities"), {"Watching": True})  # twice is once
        self.daemon.call("VerifyDomainDkim", Domain="example.com", Account="one")
        self.daemon.call("DeleteIdentity", Identity="example.com", Account="one")
        for before, after in (("NotStarted", "Pending"), ("Pending", "NotStarted")):
            told = self.control.next_notification()
            self.assertEqual((told["jsonrpc"], told["method"]), ("2.0", "IdentityStatusChanged"))
            self.assertNotIn("id", told)
            change = told["params"]
            self.assertEqual(set(change), {"Identity", "Account", "From", "To", "At", "Reason", "By"})
            self.assertEqual(
                (change["Identity"], change["Account"], change["From"], change["To"]),
                ("example.com", "one", before, after),
            )
            self.assertTrue(change["Reason"])

    def test_can_ask_on_the_same_connection(self):
        self.control.call("WatchIdentities")
        self.control.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(self.control.call("ListIdentities")["Identities"], ["example.com"])
        self.assertEqual([each["params"]["To"] for each in self.control.notifications], ["Pending"])


class TheStatus(ControlCase):
    def test_is_that_of_the_status_file(self):
        self.assertEqual(set(self.control.call("GetStatus")), set(json.loads(self.daemon.status_file.read_text())))


if __name__ == "__main__":
    unittest.main(verbosity=2)
