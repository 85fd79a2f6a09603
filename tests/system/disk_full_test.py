# SPDX-License-Identifier: Apache-2.0
"""No space, and files that are not as they should be: clear refusals, nothing lost, and a daemon that lives."""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.tmpfs import Tmpfs  # noqa: E402


def all_tokens(daemon, domains):
    control = daemon.control()
    tokens = {}
    for begin in range(0, len(domains), 100):
        shown = control.call("GetIdentityDkimAttributes", Identities=domains[begin : begin + 100])["DkimAttributes"]
        tokens |= {domain: attributes.get("DkimTokens") for domain, attributes in shown.items()}
    return tokens


class AFullDisk(unittest.TestCase):
    def setUp(self):
        self.disk = Tmpfs(self, "4m")
        self.daemon = Daemon(self, store={"path": str(self.disk.folder / "store"), "size": "1GiB"}).start()
        self.control = self.daemon.control()
        self.acknowledged = {}

    def issue(self, domain):
        self.acknowledged[domain] = self.control.call("VerifyDomainDkim", Domain=domain)["DkimTokens"]

    def fill_until_refused(self):
        self.disk.fill()
        with self.assertRaises(Refusal) as caught:
            for i in range(10_000):
                self.issue(f"filling{i}.example")
        return caught.exception

    def test_refuses_changes_and_nothing_else_until_there_is_space_again(self):
        # Given a disk that has become full
        self.issue("early.example")
        refusal = self.fill_until_refused()
        self.assertEqual((refusal.rpc, refusal.word), (-32000, "ServiceUnavailable"))
        self.assertIn("disk", str(refusal))

        # Then reading goes on, and every further change is refused
        self.assertEqual(all_tokens(self.daemon, list(self.acknowledged)), self.acknowledged)
        self.assertEqual(self.control.call("GetStatus")["state"], "running")
        with self.assertRaises(Refusal):
            self.issue("later.example")
        self.assertIsNone(all_tokens(self.daemon, ["later.example"])["later.example"])

        # and when space is free, it works again, without a restart
        self.disk.free()
        self.issue("later.example")
        self.daemon.restart()
        self.assertEqual(all_tokens(self.daemon, list(self.acknowledged)), self.acknowledged)

    def test_can_be_restarted_on(self):
        self.issue("early.example")
        self.fill_until_refused()
        self.daemon.restart()
        self.assertEqual(all_tokens(self.daemon, list(self.acknowledged)), self.acknowledged)

    def test_refuses_a_first_start_with_a_sentence(self):
        self.daemon.stop()
        self.disk.fill()
        self.daemon.configure(store={"path": str(self.disk.folder / "other")})
        status, said = self.daemon.refusal()
        self.assertEqual(status, 1, said)
        self.assertIn("other", said)
        self.assertIn("free space", said)

        self.disk.free()
        self.daemon.start()
        self.daemon.call("VerifyDomainDkim", Domain="example.com")

    def test_does_not_stop_the_daemon_when_the_status_file_lies_on_it(self):
        status_file = self.disk.folder / "status.json"
        self.daemon.configure(store={"path": str(self.daemon.folder / "elsewhere")},
                              status={"file": str(status_file)}).restart()  # fmt: skip
        self.disk.fill()
        # The file cannot be replaced: the old one stays whole, and the daemon goes on.
        self.daemon.wait_for_log("status file")
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(self.daemon.status()["state"], "running")
        self.disk.free()
        eventually(lambda: self.daemon.status()["identities"]["Pending"] == 1, "it is written again")

    def test_that_becomes_read_only_loses_nothing(self):
        self.issue("early.example")
        self.daemon.stop()
        self.disk.make_read_only()
        status, said = self.daemon.refusal()
        self.assertEqual(status, 1, said)
        self.assertIn(str(self.daemon.store), said)
        self.assertIn("ead-only", said)


class AFileThatMayNotGrow(unittest.TestCase):
    def test_refuses_changes_and_is_no_end_of_the_daemon(self):
        # Given a daemon whose files may have 400 KB only, as by LimitFSIZE= of systemd
        daemon = Daemon(self)
        daemon.start("prlimit", "--fsize=400000:unlimited", "--")
        control = daemon.control()
        with self.assertRaises(Refusal) as caught:
            for i in range(100):
                rows = [{"Domain": f"d{i}-{k}.example"} for k in range(100)]
                control.call("ImportIdentities", Identities=rows)
        self.assertEqual(caught.exception.word, "ServiceUnavailable")
        there = control.call("GetStatus")["identities"]["Pending"]
        self.assertGreater(there, 100)

        # Then it serves on, and writes again once it may
        subprocess.run(["prlimit", "--pid", str(daemon.child.pid), "--fsize=unlimited"], check=True, timeout=10)
        control.call("ImportIdentities", Identities=rows)
        daemon.restart()
        self.assertEqual(daemon.call("GetStatus")["identities"]["Pending"], there + 100)


class ASmallStore(unittest.TestCase):
    def test_refuses_new_identities_when_it_is_full_and_still_deletes(self):
        # Given a store that has reached its largest size
        daemon = Daemon(self, store={"size": "512KiB"}).start()
        control = daemon.control()
        acknowledged = {}
        with self.assertRaises(Refusal) as caught:
            for i in range(10_000):
                domain = f"d{i}.example"
                acknowledged[domain] = control.call("VerifyDomainDkim", Domain=domain)["DkimTokens"]
        self.assertEqual((caught.exception.rpc, caught.exception.word), (-32000, "ServiceUnavailable"))
        self.assertIn("store.size", str(caught.exception))
        self.assertGreater(len(acknowledged), 100)

        # Then what is there can change and go
        domains = list(acknowledged)
        control.call("SetIdentityDkimEnabled", Identity=domains[0], DkimEnabled=False)
        for domain in domains[: len(domains) // 2]:
            control.call("DeleteIdentity", Identity=domain)
            acknowledged.pop(domain)
        # and there is room again
        acknowledged["later.example"] = control.call("VerifyDomainDkim", Domain="later.example")["DkimTokens"]
        daemon.restart()
        self.assertEqual(all_tokens(daemon, list(acknowledged)), acknowledged)


class ADamagedStore(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self).start()
        rows = [{"Domain": f"d{i}.example"} for i in range(500)]
        self.daemon.call("ImportIdentities", Identities=rows)
        self.assertEqual(self.daemon.stop(), 0)
        self.data = self.daemon.store / "data.mdb"
        self.good = self.data.read_bytes()

    def refuses(self, *words):
        status, said = self.daemon.refusal()
        self.assertEqual(status, 1, said)
        for word in (str(self.data), *words):
            self.assertIn(word, said)

    def starts_with_the_good_one(self):
        self.data.write_bytes(self.good)
        self.daemon.start()
        self.assertEqual(len(self.daemon.call("ListIdentities")["Identities"]), 500)

    def test_that_was_cut_is_refused(self):
        for size in (1, 4096, 5000, 16384, len(self.good) // 2, len(self.good) - 4096):
            self.data.write_bytes(self.good[:size])
            self.refuses("damaged", "backup")
        self.starts_with_the_good_one()

    def test_that_is_empty_or_missing_is_not_taken_for_a_new_one(self):
        self.data.write_bytes(b"")
        self.refuses("empty", "backup")
        self.data.unlink()
        self.refuses("missing", "backup")
        self.assertFalse(self.data.exists())
        self.starts_with_the_good_one()

    def test_that_holds_garbage_is_refused_or_whole(self):
        # Given garbage in any one page; some pages are free, so that theirs does not matter
        tokens = self.tokens_after_start(self.good)
        refusals = 0
        for begin in range(0, len(self.good), 4096):
            after = self.tokens_after_start(self.good[:begin] + b"\xa5" * 4096 + self.good[begin + 4096 :])
            # Then it does not start, or it starts with all that there was
            self.assertIn(after, (None, tokens), begin // 4096)
            refusals += after is None
        self.assertGreater(refusals, 10)
        self.starts_with_the_good_one()

    def tokens_after_start(self, data):
        """All tokens that a daemon with `data` has; None when it refuses to start."""
        self.data.write_bytes(data)
        before = len(self.daemon.output())
        self.daemon.launch()
        eventually(lambda: not self.daemon.child.is_running() or "daemon, running" in self.daemon.output()[before:],
                   "it runs or has ended")  # fmt: skip
        if not self.daemon.child.is_running():
            self.assertEqual(self.daemon.child.wait(), 1)
            self.assertIn(str(self.data), self.daemon.output()[before:])
            return None
        tokens = all_tokens(self.daemon, [f"d{i}.example" for i in range(500)])
        self.daemon.kill()
        return tokens

    def test_starts_when_only_the_table_of_readers_is_gone(self):
        (self.daemon.store / "lock.mdb").unlink()
        self.starts_with_the_good_one()


if __name__ == "__main__":
    unittest.main(verbosity=2)
