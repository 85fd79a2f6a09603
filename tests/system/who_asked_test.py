# SPDX-License-Identifier: Apache-2.0
"""Who asked for a change: in the log, for those who watch, and on the screen of `easydkim watch`."""

import json
import pathlib
import re
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.child import Child  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.other_user import ALICE, BOB, control_of  # noqa: E402
from support.programs import program  # noqa: E402
from support.ses import KEY, OTHER_KEY, SesDaemon, query, send  # noqa: E402

OPEN_TO_ALL = {"mode": "0666"}
SHOP = "a-shop-whose-name-is-quite-long"


def changes_logged(daemon):
    """What `operations` says in the log, without times."""
    return re.findall(r"info (operations, .*)", daemon.output())


class TheLog(unittest.TestCase):
    def test_names_the_user_of_every_change_over_the_control_socket(self):
        daemon = Daemon(self, control=OPEN_TO_ALL).start()
        alice, bob = control_of(daemon, ALICE), control_of(daemon, BOB)
        alice.call("VerifyDomainDkim", Domain="example.com")
        alice.call("VerifyDomainDkim", Domain="example.com")  # nothing changes
        alice.call("VerifyDomainIdentity", Domain="example.com")
        bob.call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=False)
        bob.call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=False)  # nothing changes
        bob.call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=True)
        rows = [{"Domain": name} for name in ("a.example", "b.example", "example.com", "co.uk")]
        bob.call("ImportIdentities", Identities=rows, Account=SHOP)
        bob.call("ImportIdentities", Identities=rows[:2], Account=SHOP)
        alice.call("DeleteIdentity", Identity="example.com")
        alice.call("DeleteIdentity", Identity="example.com")  # nothing changes
        daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(changes_logged(daemon), [
            f"operations, issued 'example.com' (account default, by uid {ALICE})",
            f"operations, issued the TXT record of 'example.com' (account default, by uid {ALICE})",
            f"operations, disabled 'example.com' (account default, by uid {BOB})",
            f"operations, enabled 'example.com' (account default, by uid {BOB})",
            f"operations, imported 3 of 4 domains (account {SHOP}, by uid {BOB}: 0 there already, 1 refused)",
            f"operations, imported 0 of 2 domains (account {SHOP}, by uid {BOB}: 2 there already, 0 refused)",
            f"operations, deleted 'example.com' (account default, by uid {ALICE})",
            "operations, issued 'example.com' (account default, by uid 0)",
        ])  # fmt: skip
        # and what is told with who asked is not told again without
        self.assertNotIn("-> NotStarted", daemon.output())

    def test_names_who_began_a_new_window(self):
        responder = DnsResponder(self)
        daemon = Daemon(self, control=OPEN_TO_ALL, resolver={"servers": [responder.server]},
                        verification={"window": "100ms"}).start()  # fmt: skip
        daemon.call("VerifyDomainDkim", Domain="example.com")
        daemon.wait_for_status("example.com", "Failed")
        control_of(daemon, ALICE).call("VerifyDomainDkim", Domain="example.com")
        self.assertIn(f"operations, began a new window of 'example.com' (account default, by uid {ALICE})",
                      changes_logged(daemon))  # fmt: skip

    def test_names_the_key_of_every_change_over_the_ses_api(self):
        daemon = SesDaemon(self).start()
        query(daemon, "Action=VerifyDomainDkim&Domain=example.com")
        query(daemon, "Action=VerifyDomainIdentity&Domain=example.com")
        query(daemon, "Action=SetIdentityDkimEnabled&Identity=example.com&DkimEnabled=false")
        query(daemon, "Action=DeleteIdentity&Identity=example.com")
        send(daemon, "POST", "/v2/email/identities", b'{"EmailIdentity":"example.org"}', key=OTHER_KEY)
        send(daemon, "PUT", "/v2/email/identities/example.org/dkim", b'{"SigningEnabled":false}', key=OTHER_KEY)
        send(daemon, "DELETE", "/v2/email/identities/example.org", key=OTHER_KEY)
        self.assertEqual(changes_logged(daemon), [
            f"operations, issued 'example.com' (account default, by key {KEY})",
            f"operations, issued the TXT record of 'example.com' (account default, by key {KEY})",
            f"operations, disabled 'example.com' (account default, by key {KEY})",
            f"operations, deleted 'example.com' (account default, by key {KEY})",
            f"operations, issued 'example.org' (account other, by key {OTHER_KEY})",
            f"operations, disabled 'example.org' (account other, by key {OTHER_KEY})",
            f"operations, deleted 'example.org' (account other, by key {OTHER_KEY})",
        ])  # fmt: skip


class AVerifiedDomain(unittest.TestCase):
    def setUp(self):
        self.responder = DnsResponder(self)
        self.daemon = SesDaemon(self)
        self.daemon.configure(control=OPEN_TO_ALL, resolver={"servers": [self.responder.server]},
                              verification={"recheck_interval": "200ms", "grace": "100ms"}).start()  # fmt: skip
        self.watcher = self.daemon.control()
        self.watcher.call("WatchIdentities")

    def verify(self):
        self.responder.publish(self.daemon.call("VerifyDomainDkim", Domain="example.com"))
        self.daemon.wait_for_status("example.com", "Success")

    def next_signing_change(self):
        while (told := self.watcher.next_notification())["method"] != "IdentitySigningChanged":
            pass
        self.assertNotIn("id", told)
        change = told["params"]
        self.assertEqual(set(change), {"Identity", "Account", "DkimEnabled", "SigningEnabled", "At", "Reason", "By"})
        self.assertEqual((change["Identity"], change["Account"]), ("example.com", "default"))
        self.assertTrue(change["Reason"].endswith("."))
        return change["DkimEnabled"], change["SigningEnabled"], change["By"]

    def test_is_told_to_watchers_whenever_signing_goes_on_or_off(self):
        self.verify()
        self.assertEqual(self.next_signing_change(), (True, True, None))
        control_of(self.daemon, ALICE).call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=False)
        self.assertEqual(self.next_signing_change(), (False, False, f"uid:{ALICE}"))
        query(self.daemon, "Action=SetIdentityDkimEnabled&Identity=example.com&DkimEnabled=true")
        self.assertEqual(self.next_signing_change(), (True, True, f"key:{KEY}"))
        # When the records go, and stay away for longer than the grace
        self.responder.cnames.clear()
        self.assertEqual(self.next_signing_change(), (True, False, None))
        self.assertEqual(self.daemon.verification_status("example.com"), "Failed")

    def test_is_told_when_it_is_deleted_with_who_did_it(self):
        self.verify()
        self.next_signing_change()
        control_of(self.daemon, ALICE).call("DeleteIdentity", Identity="example.com")
        gone = self.watcher.next_notification()
        self.assertEqual((gone["method"], gone["params"]["To"]), ("IdentityStatusChanged", "NotStarted"))
        self.assertEqual(gone["params"]["By"], f"uid:{ALICE}")
        self.assertEqual(self.next_signing_change(), (False, False, f"uid:{ALICE}"))

    def test_is_told_to_those_alone_who_watch_its_account(self):
        other = self.daemon.control()
        other.call("WatchIdentities", Account="other")
        self.verify()
        self.daemon.call("SetIdentityDkimEnabled", Identity="example.com", DkimEnabled=False)
        self.daemon.call("VerifyDomainDkim", Domain="example.org", Account="other")
        self.assertEqual(other.next_notification()["params"]["Identity"], "example.org")

    def watch(self, *options):
        return Child(self, [program("easydkim"), "--socket", self.daemon.socket, *options, "watch"],
                     log=self.daemon.folder / f"watch{len(options)}")  # fmt: skip

    def test_is_printed_by_easydkim_watch(self):
        people, programs = self.watch(), self.watch("--json")
        eventually(lambda: self.daemon.call("GetStatus")["control"]["requests_total"] >= 4, "both watch")
        self.verify()
        control_of(self.daemon, ALICE).call("DeleteIdentity", Identity="example.com")
        eventually(lambda: people.output().count("\n") == 5 and programs.output().count("\n") == 5, "all is printed")
        for each in (people, programs):
            each.send(signal.SIGTERM)
            self.assertEqual(each.wait(), 0)
        lines = [line.split(" ", 1)[1] for line in people.output().splitlines()]
        for line, begin, end in zip(lines, ("NotStarted -> Pending: ", "Pending -> Success: ", "signing on: ",
                                            "Success -> NotStarted: ", "signing off: "),
                                    (" (by uid 0)", ".", ".", f" (by uid {ALICE})", f" (by uid {ALICE})")):  # fmt: skip
            self.assertTrue(line.startswith("example.com: " + begin) and line.endswith(end), line)
        objects = [json.loads(line) for line in programs.output().splitlines()]
        self.assertEqual([each.get("By") for each in objects], ["uid:0", None, None, f"uid:{ALICE}", f"uid:{ALICE}"])
        self.assertEqual([each.get("SigningEnabled") for each in objects], [None, None, True, None, False])


if __name__ == "__main__":
    unittest.main(verbosity=2)
