# SPDX-License-Identifier: Apache-2.0
"""Name servers that take a name in small letters only, behind a real Unbound: their domains are verified, too."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import zone_lines  # noqa: E402


def is_small(query):
    return query.question == query.question.lower()


def small_letters(query, answer):
    """The same answer to the question in small letters."""
    return answer[:12] + query.question.lower() + answer[12 + len(query.question) :]


class SmallLetters(unittest.TestCase):
    def setUp(self):
        self.world = DnsWorld(self)
        self.servers = [self.world.scripted_server(name) for name in ("one", "two")]
        self.world.zone("example.com", servers=["one", "two"])

    def behave(self, behaviour):
        for server in self.servers:
            server.responder.behaviour = lambda query, zones=server.zones: behaviour(query, zones.answer(query))

    def verified(self):
        daemon = Daemon(self, resolver=self.world.resolver_settings("authoritative"),
                        authority={"queries_per_second": 1000, "in_flight": 100, "timeout": "1s"}).start()  # fmt: skip
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")

        def is_absent():
            return [each["Finding"] for each in daemon.describe("example.com")["Records"]] == ["absent"] * 3

        eventually(is_absent, "absence is seen, too")
        self.world.publish("example.com", zone_lines(issued))
        daemon.wait_for_status("example.com", "Success")

    def test_are_asked_for_by_servers_that_drop_others(self):
        self.behave(lambda query, answer: answer if is_small(query) else None)
        self.verified()

    def test_are_what_some_servers_make_of_all_others(self):
        self.behave(small_letters)
        self.verified()


if __name__ == "__main__":
    unittest.main(verbosity=2)
