# SPDX-License-Identifier: Apache-2.0
"""What was acknowledged is there after kill -9 and after SIGTERM, byte for byte.

EASYDKIM_KILL_ROUNDS says how often the daemon is killed (5; with EASYDKIM_SOAK set, 50).
"""

import os
import pathlib
import random
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Control, Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.eventually import eventually  # noqa: E402

ROUNDS = int(os.environ.get("EASYDKIM_KILL_ROUNDS") or (50 if os.environ.get("EASYDKIM_SOAK") else 5))
CLIENTS = 6


class Load:
    """Clients side by side that issue tokens until the daemon is gone, and a watcher of what settles."""

    def __init__(self, daemon, responder, name):
        self.issued = {}  # acknowledged: domain -> tokens
        self.settled = set()  # told to the watcher: verified
        self.unanswered = []
        self.refused = []
        watcher = Control(None, daemon.socket)
        watcher.call("WatchIdentities")
        self.threads = [threading.Thread(target=self.watch, args=[watcher])]
        for i in range(CLIENTS):
            self.threads.append(
                threading.Thread(target=self.issue, args=[Control(None, daemon.socket), responder, f"{name}-{i}"])
            )
        for each in self.threads:
            each.start()

    def issue(self, control, responder, name):
        count = 0
        while True:
            domain = f"{name}-{count}.example"
            try:
                result = control.call("VerifyDomainDkim", Domain=domain)
            except OSError:  # the daemon is gone
                self.unanswered.append(domain)
                control.close()
                return
            except Refusal as refusal:
                self.refused.append(refusal.word)
                continue
            self.issued[domain] = result["DkimTokens"]
            if count % 3 == 0:
                responder.publish(result)
            count += 1

    def watch(self, watcher):
        try:
            while (told := watcher.read()) is not None:
                if told["params"].get("To") == "Success":
                    self.settled.add(told["params"]["Identity"])
        except OSError:
            pass
        watcher.close()

    def join(self):
        for each in self.threads:
            each.join(timeout=60)


class Acknowledged(unittest.TestCase):
    def setUp(self):
        self.responder = DnsResponder(self)
        self.daemon = Daemon(self, resolver={"servers": [self.responder.server], "timeout": "1s"}).start()
        self.issued, self.settled = {}, set()

    def run_under_load(self, name, end):
        """Starts clients, calls `end` once some were acknowledged and some verified, and keeps what was said."""
        load = Load(self.daemon, self.responder, name)
        wanted = random.randint(50, 300)
        try:
            eventually(lambda: len(load.issued) >= wanted and load.settled, "the load is under way")
        finally:
            end()
            load.join()
        self.assertLessEqual(set(load.refused), {"ServiceUnavailable"})
        self.issued |= load.issued
        self.settled |= load.settled
        return load

    def attributes(self, domains):
        control = self.daemon.control()
        shown = {}
        for begin in range(0, len(domains), 100):
            answer = control.call("GetIdentityDkimAttributes", Identities=domains[begin : begin + 100])
            shown |= answer["DkimAttributes"]
        return shown

    def check_all(self):
        shown = self.attributes(list(self.issued))
        self.assertEqual({domain: each.get("DkimTokens") for domain, each in shown.items()}, self.issued)
        lost = {domain for domain in self.settled if shown[domain]["DkimVerificationStatus"] != "Success"}
        self.assertEqual(lost, set())

    def test_work_survives_kill_9_under_load(self):
        for number in range(ROUNDS):
            load = self.run_under_load(f"round{number}", self.daemon.kill)
            self.daemon.start()
            self.check_all()

            # A client that was not answered tries again, and gets tokens: those on disk, if it had come so far.
            before = self.attributes(load.unanswered)
            for domain in load.unanswered:
                tokens = self.daemon.call("VerifyDomainDkim", Domain=domain)["DkimTokens"]
                self.assertEqual(before[domain].get("DkimTokens", tokens), tokens)
                self.issued[domain] = tokens

    def test_work_survives_sigterm_under_load(self):
        statuses = []
        self.run_under_load("term", lambda: statuses.append(self.daemon.stop()))
        self.assertEqual(statuses, [0], self.daemon.output())
        self.assertEqual(self.daemon.status()["state"], "stopped")
        self.daemon.start()
        self.check_all()


class ASecondDaemon(unittest.TestCase):
    def test_of_the_same_store_ends_at_once_and_names_the_first(self):
        first = Daemon(self).start()
        tokens = first.call("VerifyDomainDkim", Domain="example.com")
        second = Daemon(self, store={"path": str(first.store)})

        status, said = second.refusal()
        self.assertEqual(status, 1, said)
        self.assertIn(f"pid {first.child.pid}", said)

        self.assertEqual(first.call("VerifyDomainDkim", Domain="example.com"), tokens)
        self.assertEqual(easydkim(first, "status", "example.com").returncode, 0)
        self.assertEqual(first.restart().call("VerifyDomainDkim", Domain="example.com"), tokens)


if __name__ == "__main__":
    unittest.main(verbosity=2)
