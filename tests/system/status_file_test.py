# SPDX-License-Identifier: Apache-2.0
"""The status file, and the check of it by monitoring."""

import json
import os
import pathlib
import stat
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder, servfail  # noqa: E402
from support.eventually import eventually  # noqa: E402

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


class TheStatusFile(unittest.TestCase):
    MEMBERS = {
        "version": int, "state": str, "pid": int, "started_at": str, "updated_at": str,
        "identities": {"Pending": int, "Success": int, "Failed": int, "TemporaryFailure": int},
        "signing_enabled": int,
        "polling": {"lookups_total": int, "lookups_per_second": (int, float), "in_flight": int, "overdue": int,
                    "lag_seconds": (int, float), "last_lookup_at": str},
        "resolver": {"healthy": bool, "mode": str, "port_53": str, "no_answer_total": int, "dropped_total": int,
                     "servers": list},
        "faults": list,
        "store": {"used_bytes": int, "file_bytes": int, "size_bytes": int, "commits_total": int},
        "control": {"connections": int, "requests_total": int},
        "last_change": {"Identity": str, "Account": str, "From": str, "To": str, "At": str},
    }  # fmt: skip

    def setUp(self):
        self.responder = DnsResponder(self)
        self.daemon = Daemon(self, resolver={"servers": [self.responder.server]}).start()

    def compare(self, members, shown, where="status"):
        for name, kind in members.items():
            self.assertIn(name, shown, where)
            if isinstance(kind, dict):
                self.compare(kind, shown[name], f"{where}.{name}")
            else:
                self.assertIsInstance(shown[name], kind, f"{where}.{name}")

    def test_has_the_members_that_monitoring_relies_on(self):
        self.responder.publish(self.daemon.call("VerifyDomainDkim", Domain="good.example"))
        self.daemon.wait_for_status("good.example", "Success")
        self.daemon.call("VerifyDomainDkim", Domain="new.example")
        counted = {"Pending": 1, "Success": 1, "Failed": 0, "TemporaryFailure": 0}
        eventually(lambda: self.daemon.status()["identities"] == counted, "the file is up to date")

        status = self.daemon.status()
        self.compare(self.MEMBERS, status)
        self.assertEqual((status["version"], status["state"], status["pid"]), (1, "running", self.daemon.child.pid))
        self.assertEqual(status["signing_enabled"], 1)
        resolver = status["resolver"]
        self.assertEqual((resolver["mode"], resolver["port_53"], resolver["servers"]),
                         ("recursive", "unknown", [self.responder.server]))  # fmt: skip
        self.assertEqual((status["last_change"]["Identity"], status["last_change"]["To"]), ("new.example", "Pending"))
        for text in (status["started_at"], status["updated_at"], status["polling"]["last_lookup_at"],
                     status["last_change"]["At"]):  # fmt: skip
            self.assertRegex(text, TIME)

    def test_is_readable_by_all_whatever_the_umask(self):
        self.assertEqual(stat.S_IMODE(self.daemon.status_file.stat().st_mode), 0o644)
        self.daemon.stop()
        self.daemon.launch("sh", "-c", 'umask 077; exec "$@"', "sh")
        eventually(lambda: self.daemon.status()["pid"] == self.daemon.child.pid, "it is written")
        self.assertEqual(stat.S_IMODE(self.daemon.status_file.stat().st_mode), 0o644)

    def test_is_whole_whenever_it_is_read_and_tells_the_states_in_order(self):
        self.daemon.stop()
        states, versions, ended = [], set(), threading.Event()

        def read():
            while not ended.is_set():
                with open(self.daemon.status_file, "rb") as file:
                    seen = os.fstat(file.fileno())
                    versions.add((seen.st_ino, seen.st_mtime_ns))
                    shown = json.loads(file.read())  # throws when it is not whole
                    if not states or states[-1] != shown["state"]:
                        states.append(shown["state"])

        reader = threading.Thread(target=read)
        reader.start()
        try:
            self.daemon.configure(status={"interval": "100ms"}).start()
            began = self.daemon.status()["updated_at"]
            eventually(lambda: self.daemon.status()["updated_at"] > began, "it is replaced many times")
            self.daemon.stop()
            eventually(lambda: not reader.is_alive() or (len(states) > 1 and states[-1] == "stopped"), "the last word")
        finally:
            ended.set()
            reader.join(30)
        self.assertGreater(len(versions), 3)
        order = ["starting", "running", "stopping", "stopped"]
        self.assertEqual(states[0], "stopped")  # of the daemon before
        self.assertEqual(sorted(states[1:], key=order.index), states[1:], "a state came twice or in the wrong order")
        self.assertLessEqual({"running", "stopped"}, set(states[1:]))
        self.assertEqual([path.name for path in self.daemon.folder.glob("status.json*")], ["status.json"])


class AStatusFileThatCannotBeWritten(unittest.TestCase):
    def test_for_want_of_its_directory_does_not_stop_the_daemon(self):
        daemon = Daemon(self)
        daemon.configure(status={"file": str(daemon.folder / "none" / "status.json")}).start()
        daemon.wait_for_log("status file")
        self.assertEqual(daemon.call("GetStatus")["state"], "running")
        (daemon.folder / "none").mkdir()
        eventually(daemon.status, "it is written when the directory is there")


class TheHealthCheck(unittest.TestCase):
    def test_goes_by_the_status_file_of_the_real_daemon(self):
        responder = DnsResponder(self)
        daemon = Daemon(self, resolver={"servers": [responder.server]}).start()

        def health():
            return easydkim(daemon, "health", "--file", daemon.status_file).returncode

        self.assertEqual(health(), 0)
        daemon.call("VerifyDomainDkim", Domain="example.com")
        responder.behaviour = servfail
        eventually(lambda: health() in (1, 2), "the ill resolver is told")
        responder.behaviour = responder.truth
        eventually(lambda: health() == 0, "the recovery is told")
        daemon.stop()
        self.assertEqual(health(), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
