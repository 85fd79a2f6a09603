# SPDX-License-Identifier: Apache-2.0
"""Checks that people ask for: as many as they like, they neither exceed the pace nor stop polling."""

import collections
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import request  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder, silence  # noqa: E402
from support.eventually import eventually  # noqa: E402

RATE = 60  # lookups a second
FLOOD = 8  # seconds
CONNECTIONS = 8
MANY = [f"many{number:02}.example" for number in range(8)]


class Flood:
    """Connections that ask for checks as fast as they are answered, and always have some under way."""

    ahead = 40  # requests under way on a connection

    def __init__(self, daemon, domains):
        self.answers, self.ends = collections.Counter(), False
        self.threads = [threading.Thread(target=self.ask, args=[daemon.control(), domains[i:] + domains[:i]])
                        for i in range(CONNECTIONS)]  # fmt: skip
        for each in self.threads:
            each.start()

    def ask(self, control, domains):
        sent = 0

        def send():
            nonlocal sent
            control.send(request(sent, "CheckIdentity", Identity=domains[sent % len(domains)]))
            sent += 1

        for _ in range(self.ahead):
            send()
        for number in range(10**6):
            answer = control.read()
            self.answers[answer.get("error", {}).get("data", {}).get("Code", "checked")] += 1
            if self.ends and number + 1 >= sent:
                return
            if not self.ends:
                send()
                if "error" in answer:
                    time.sleep(0.005)

    def end(self):
        self.ends = True
        for each in self.threads:
            each.join()


class AFloodOfChecks(unittest.TestCase):
    def setUp(self):
        self.responder = DnsResponder(self)
        self.daemon = Daemon(
            self,
            resolver={"servers": [self.responder.server], "timeout": "2s", "max_in_flight": 200},
            polling={"first_check": "50ms", "min_interval": "1s", "max_interval": "1s", "max_lookups_per_second": RATE},
        ).start()

    def test_keeps_the_pace_and_lets_polls_go_on(self):
        for domain in MANY:
            self.daemon.call("VerifyDomainDkim", Domain=domain)
        flood = Flood(self.daemon, MANY)
        time.sleep(1)
        queries, began = self.responder.queries, time.monotonic()
        issued = self.daemon.call("VerifyDomainDkim", Domain="published.example")
        self.responder.publish(issued)
        self.daemon.wait_for_status("published.example", "Success")
        self.assertLess(time.monotonic() - began, 5, "polls have their fifth while the flood lasts")
        time.sleep(max(0, began + FLOOD - time.monotonic()))
        asked, elapsed = self.responder.queries - queries, time.monotonic() - began
        self.assertLessEqual(asked, RATE * elapsed * 1.05 + RATE * 0.2, "never more than max_lookups_per_second")
        self.assertGreater(asked, RATE * elapsed / 2)
        flood.end()
        self.assertGreater(flood.answers["Throttling"], 100, flood.answers)
        self.assertGreater(flood.answers["checked"], 10, flood.answers)
        self.assertEqual(set(flood.answers), {"Throttling", "checked"})
        # And what is published afterwards is seen by the next poll
        issued = self.daemon.call("VerifyDomainDkim", Domain="after.example")
        self.responder.publish(issued)
        began = time.monotonic()
        self.daemon.wait_for_status("after.example", "Success")
        self.assertLess(time.monotonic() - began, 3)
        eventually(lambda: self.daemon.status()["polling"]["lag_seconds"] < 1, "nothing is late", within=5)

    def test_during_an_outage_of_the_resolver_does_not_put_off_its_recovery(self):
        for domain in MANY:
            self.daemon.call("VerifyDomainDkim", Domain=domain)
        self.responder.behaviour = silence
        eventually(lambda: self.daemon.status()["resolver"]["healthy"] is False, "the resolver is ill")
        controls = [self.daemon.control() for _ in range(20)]
        for place, control in enumerate(controls):
            control.send(*[request(i, "CheckIdentity", Identity=MANY[(place + i) % len(MANY)]) for i in range(10)])
        time.sleep(1)
        self.responder.behaviour = self.responder.truth
        began = time.monotonic()
        eventually(lambda: self.daemon.status()["resolver"]["healthy"], "the resolver is well again")
        self.assertLess(time.monotonic() - began, 2.3)  # the status file is written ten times a second


if __name__ == "__main__":
    unittest.main(verbosity=2)
