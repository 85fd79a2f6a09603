# SPDX-License-Identifier: Apache-2.0
"""A wall clock that jumps ends no window: only time that has really passed does."""

import datetime
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.wall_clock import WallClock  # noqa: E402

DAY = 24 * 3600
YEAR = 365 * DAY
DOMAINS = [f"d{i}.example" for i in range(20)]
WINDOW = 72 * 3600
CLOSE = 10  # seconds that a test may take between two looks, and rounding


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class AClockThatJumps(unittest.TestCase):
    def begin(self, offset=0):
        """Domains that wait for their records, with a daemon whose clock is that far ahead."""
        self.responder = DnsResponder(self)
        self.daemon = Daemon(self, verification={"window": "72h", "grace": "72h", "recheck_interval": "1h"},
                             resolver={"servers": [self.responder.server]})  # fmt: skip
        self.clock = WallClock(self.daemon, offset)
        self.daemon.start()
        self.now_is(offset)
        self.issued = [self.daemon.call("VerifyDomainDkim", Domain=domain) for domain in DOMAINS]

    def verify_one(self):
        """Another domain, that keeps its status whatever the clock does."""
        self.responder.publish(self.daemon.call("VerifyDomainDkim", Domain="verified.example"))
        self.daemon.wait_for_status("verified.example", "Success")

    def now_is(self, offset):
        """The daemon goes by a clock that is `offset` seconds ahead of ours."""
        eventually(lambda: abs(seconds(self.daemon.status()["updated_at"]) - time.time() - offset) < CLOSE,
                   f"the daemon's clock is {offset} s ahead")  # fmt: skip

    def jumps(self, step, offset):
        """Sets the clock and checks that windows moved along and nothing was decided by it."""
        before = {domain: self.daemon.describe(domain) for domain in DOMAINS}
        self.clock.set(offset)
        self.daemon.wait_for_log("clock, was set by")
        self.now_is(offset)

        def moved(domain):
            shown = self.daemon.describe(domain)
            self.assertEqual(shown["DkimVerificationStatus"], "Pending")
            difference = seconds(shown["WindowEndsAt"]) - seconds(before[domain]["WindowEndsAt"])
            return abs(difference - step) <= CLOSE

        for domain in DOMAINS:
            eventually(lambda domain=domain: moved(domain), f"the window of {domain} moves along")
        # Checks go on at their pace: each is looked at again after the jump, and has not failed by it.
        jumped_at = time.time() + offset
        for domain in DOMAINS:
            eventually(lambda domain=domain: self.checked_about(domain, jumped_at), f"{domain} is checked again")
        status = self.daemon.status()["identities"]
        verified = len(self.daemon.call("ListIdentities")["Identities"]) - len(DOMAINS)
        self.assertEqual(status, {"Pending": len(DOMAINS), "Success": verified, "Failed": 0, "TemporaryFailure": 0})
        self.assertLess(self.daemon.status()["polling"]["lag_seconds"], CLOSE)

    def checked_about(self, domain, when):
        shown = self.daemon.describe(domain)
        self.assertEqual(shown["DkimVerificationStatus"], "Pending")
        last, following = shown["LastCheckedAt"], shown["NextCheckAt"]
        return last and abs(seconds(last) - when) < 4 * CLOSE and abs(seconds(following) - when) < 4 * CLOSE

    def finds_records(self):
        for each in self.issued:
            self.responder.publish(each)
        for domain in DOMAINS:
            self.daemon.wait_for_status(domain, "Success")

    def test_a_year_ahead_fails_nobody(self):
        self.begin()
        self.verify_one()
        self.jumps(YEAR, YEAR)
        self.finds_records()

    def test_a_day_back_stops_no_check_and_makes_no_window_longer(self):
        self.begin()
        self.verify_one()
        self.jumps(-DAY, -DAY)
        ends = seconds(self.daemon.describe(DOMAINS[0])["WindowEndsAt"])
        self.assertLess(abs(ends - (time.time() - DAY) - WINDOW), 6 * CLOSE)
        self.finds_records()

    def test_back_and_forth_changes_nothing(self):
        self.begin()
        self.verify_one()
        self.jumps(YEAR, YEAR)
        self.jumps(-YEAR, 0)
        self.finds_records()

    def test_from_before_the_machine_knew_the_date_fails_nobody(self):
        # Given a machine without a clock of its own, which begins in 1970; nothing is looked up in that year
        since_1970 = -int(time.time()) + DAY
        self.begin(since_1970)
        # When it hears the time
        self.jumps(-since_1970, 0)
        # Then all goes on
        self.finds_records()


if __name__ == "__main__":
    unittest.main(verbosity=2)
