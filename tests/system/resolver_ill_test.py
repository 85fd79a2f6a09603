# SPDX-License-Identifier: Apache-2.0
"""A resolver that does not answer is nobody's fault: no window ends, no signing stops, and the operator is told."""

import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder, servfail, silence  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402

VERIFIED = [f"good{i}.example" for i in range(5)]
PENDING = [f"new{i}.example" for i in range(5)]


class AResolverThatIsIll(unittest.TestCase):
    def setUp(self):
        """Domains that are verified and looked at often, and others that wait for their records."""
        self.responder = DnsResponder(self)
        self.daemon = Daemon(
            self,
            resolver={"servers": [self.responder.server], "timeout": "100ms"},
            verification={"window": "3s", "recheck_interval": "200ms", "grace": "1s"},
        ).start()
        for domain in VERIFIED:
            self.responder.publish(self.daemon.call("VerifyDomainDkim", Domain=domain))
        for domain in VERIFIED:
            self.daemon.wait_for_status(domain, "Success")
        self.control = self.daemon.control()

    def statuses(self, domains):
        shown = self.control.call("GetIdentityDkimAttributes", Identities=domains)["DkimAttributes"]
        return [shown[domain]["DkimVerificationStatus"] for domain in domains]

    def falls_ill(self):
        """Waits until the daemon says so, then past the end of every window; checks what must hold all the time."""
        issued = [self.control.call("VerifyDomainDkim", Domain=domain) for domain in PENDING]
        eventually(lambda: self.daemon.status()["resolver"]["healthy"] is False, "the status file says so")
        self.daemon.wait_for_log("resolver, no lookup is answered")
        ends = max(self.daemon.describe(domain)["WindowEndsAt"] for domain in PENDING)

        looked_at = self.daemon.status()["polling"]["lookups_total"]
        began = time.monotonic()
        eventually(lambda: self.daemon.status()["polling"]["lookups_total"] >= looked_at + 4, "it goes on slowly")
        self.assertGreater(time.monotonic() - began, 2, "polling did not slow down")
        eventually(lambda: self.daemon.status()["updated_at"] > ends, "every window has ended")

        seen = self.control.call("CheckIdentity", Identity=PENDING[0])
        self.assertEqual([record["Finding"] for record in seen["Records"]], ["no_answer"] * 3)
        self.assertEqual(self.statuses(PENDING), ["Pending"] * len(PENDING))
        self.assertEqual(self.statuses(VERIFIED), ["Success"] * len(VERIFIED))
        self.assertEqual(self.daemon.status()["signing_enabled"], len(VERIFIED))
        self.assertGreater(self.daemon.status()["resolver"]["no_answer_total"], 3)
        for each in issued:  # so that the first answer after the illness finds them
            self.responder.publish(each)

    def recovers(self):
        eventually(lambda: self.daemon.status()["resolver"]["healthy"] is True, "the recovery is noticed")
        eventually(lambda: self.statuses(PENDING) == ["Success"] * len(PENDING), "the records are found")
        self.daemon.wait_for_log("resolver, answers again")

    def test_with_servfail_fails_nobody(self):
        self.responder.behaviour = servfail
        self.falls_ill()
        self.responder.behaviour = self.responder.truth
        self.recovers()

    def test_with_silence_fails_nobody(self):
        self.responder.behaviour = silence
        self.falls_ill()
        self.responder.behaviour = self.responder.truth
        self.recovers()

    def test_with_a_closed_port_fails_nobody(self):
        self.ask(f"{ADDRESS}:{free_port()}")
        self.falls_ill()
        self.ask(self.responder.server)
        self.recovers()

    def ask(self, server):
        """Changes the servers while it runs."""
        self.daemon.configure(resolver={"servers": [server]}).child.send(signal.SIGHUP)
        eventually(lambda: self.daemon.status()["resolver"]["servers"] == [server], "the new servers are taken")


class OneSilentDomain(unittest.TestCase):
    def test_does_not_make_the_resolver_ill(self):
        # Given one domain whose name servers are dead, while all others are answered
        responder = DnsResponder(self)
        responder.behaviour = lambda query: None if "dead.example" in query.name else responder.truth(query)
        daemon = Daemon(self, resolver={"servers": [responder.server], "timeout": "50ms"},
                        verification={"window": "2s"}).start()  # fmt: skip
        daemon.call("VerifyDomainDkim", Domain="dead.example")
        ends = daemon.describe("dead.example")["WindowEndsAt"]
        # When its window has ended and it was looked at after that
        eventually(lambda: (daemon.describe("dead.example")["LastCheckedAt"] or "") > ends, "a check after the window")
        # Then it has not failed, and others go their way
        self.assertEqual(daemon.verification_status("dead.example"), "Pending")
        self.assertTrue(daemon.status()["resolver"]["healthy"])
        responder.publish(daemon.call("VerifyDomainDkim", Domain="living.example"))
        daemon.wait_for_status("living.example", "Success")


if __name__ == "__main__":
    unittest.main(verbosity=2)
