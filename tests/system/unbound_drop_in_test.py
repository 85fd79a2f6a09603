# SPDX-License-Identifier: Apache-2.0
"""etc/unbound-easydkim.conf, with the real Unbound: how long a new record is hidden with it and without it."""

import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.dns_world import DnsWorld  # noqa: E402
from support.eventually import LOOK_EVERY  # noqa: E402
from support.folder import temporary_folder  # noqa: E402
from support.unbound import DROP_IN, Unbound  # noqa: E402

MINIMUM = 12  # seconds that the zone lets "there is no such name" be remembered; more than the drop-in allows
ALLOWED = 5  # cache-max-negative-ttl of the drop-in
SLACK = 3  # TTLs count in whole seconds, and the machine may be busy
ASKED, NEIGHBOUR = "asked._domainkey.example.com", "zz-never-asked._domainkey.example.com"
TARGET = "asked.dkim.amazonses.com"
RECORDS = f"{ASKED}. 60 CNAME {TARGET}.\n{NEIGHBOUR}. 60 CNAME {TARGET}.\n"


class TheDropIn(unittest.TestCase):
    def test_is_taken_by_unbound_beside_what_debian_ships(self):
        config = temporary_folder(self) / "unbound.conf"
        config.write_text(f'include-toplevel: "{DROP_IN}"\n')
        checked = subprocess.run(["unbound-checkconf", config], stdin=subprocess.DEVNULL, capture_output=True,
                                 text=True, timeout=30)  # fmt: skip
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_has_a_reason_above_each_setting(self):
        lines = [line.strip() for line in DROP_IN.read_text().splitlines()]
        settings = [at for at, line in enumerate(lines) if re.match(r"[a-z0-9-]+: ", line)]
        self.assertGreaterEqual(len(settings), 8)
        self.assertEqual([lines[at] for at in settings if not lines[at - 1].startswith("# ")], [])

    def test_is_in_force_and_leaves_the_rest_as_it_was(self):
        world = DnsWorld(self)
        changed = Unbound(self, world.root, DROP_IN)
        for name, debian, ours in (
            ("cache-max-negative-ttl", "3600", str(ALLOWED)),
            ("aggressive-nsec", "yes", "no"),
            ("harden-below-nxdomain", "yes", "no"),
            ("cache-max-ttl", "86400", "300"),
            ("use-caps-for-id", "no", "yes"),
            ("serve-expired", "no", "no"),
            ("edns-buffer-size", "1232", "1232"),
            ("qname-minimisation", "yes", "yes"),
            ("module-config", *[world.resolver.setting("module-config")] * 2),
        ):
            self.assertEqual((name, world.resolver.setting(name), changed.setting(name)), (name, debian, ours))


class ANewRecord(unittest.TestCase):
    def begin(self, signed):
        """Two resolvers, of Debian and with the drop-in, which were asked for a name before it was published."""
        self.world = DnsWorld(self)
        self.world.zone("example.com", servers=["ns1"], minimum=MINIMUM, signed=signed)
        self.debian = self.world.resolver
        self.tuned = Unbound(self, self.world.root, DROP_IN)
        if signed:
            self.tuned.trust(self.world.trust_anchor("example.com"))
        for resolver in (self.debian, self.tuned):
            self.assertEqual(resolver.cname(ASKED), "")
        self.asked = time.monotonic()
        self.world.publish("example.com", RECORDS)

    def visible_after(self, *names):
        """Seconds from the early look to the first answer, by resolver and name; asks all of them all the time."""
        seen, wanted = {}, [(resolver, name) for resolver in (self.debian, self.tuned) for name in names]
        while len(seen) < len(wanted):
            self.assertLess(time.monotonic() - self.asked, MINIMUM + SLACK, "never became visible")
            for each in wanted:
                if each not in seen and each[0].cname(each[1]) == TARGET:
                    seen[each] = time.monotonic() - self.asked
            time.sleep(LOOK_EVERY)
        for (resolver, name), after in seen.items():
            which = "Debian" if resolver is self.debian else "drop-in"
            print(f"  {which}: {name} visible after {after:.1f} s")
        return seen

    def test_is_hidden_by_an_early_look_for_as_long_as_the_zone_says_but_briefly_with_the_drop_in(self):
        self.begin(signed=False)
        seen = self.visible_after(ASKED)
        self.assertGreater(seen[self.debian, ASKED], MINIMUM - 2)
        self.assertLess(seen[self.tuned, ASKED], ALLOWED + SLACK)

    def test_of_a_signed_zone_is_hidden_by_a_look_at_another_name_but_not_with_the_drop_in(self):
        self.begin(signed=True)
        seen = self.visible_after(ASKED, NEIGHBOUR)
        self.assertGreater(seen[self.debian, ASKED], MINIMUM - 2)
        self.assertGreater(seen[self.debian, NEIGHBOUR], MINIMUM - 2)
        self.assertLess(seen[self.tuned, ASKED], ALLOWED + SLACK)
        self.assertLess(seen[self.tuned, NEIGHBOUR], SLACK)


if __name__ == "__main__":
    unittest.main(verbosity=2)
