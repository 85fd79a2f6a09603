# SPDX-License-Identifier: Apache-2.0
"""The daemon as a service: its command line, configuration, signals, log, and talk with systemd."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import Control  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import DnsResponder  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.programs import program  # noqa: E402
from support.service_manager import ServiceManager  # noqa: E402


def run(*arguments):
    return subprocess.run([program("easydkimd"), *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=30)  # fmt: skip


class TheCommandLine(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self)

    def check(self, text):
        self.daemon.config.write_text(text)
        return run("--check-config", "--config", self.daemon.config)

    def test_tells_the_version(self):
        told = run("--version")
        self.assertEqual(told.returncode, 0)
        self.assertRegex(told.stdout, r"^easydkimd \d+\.\d+\.\d+\n$")

    def test_is_refused_when_it_is_wrong(self):
        for arguments in (["--no-such-option"], ["surplus"], ["--config"]):
            self.assertEqual(run(*arguments).returncode, 2, arguments)

    def test_checks_a_good_configuration(self):
        for text in ("", "# nothing but a comment\n", '[log]\nlevel = "debug"\n'):
            self.assertEqual(self.check(text).returncode, 0, text)
        self.assertFalse(self.daemon.store.exists(), "a check makes nothing")

    def test_names_line_and_key_of_a_wrong_configuration(self):
        for text, line, said in (
            ('[log]\n\nlevel = "loud"\n', 3, ("log.level", '"debug"')),
            ("[log]\nlevle = 1\n", 2, ("levle", "level")),
            ("[logs]\n", 1, ("logs", "verification")),
            ('[verification]\nwindow = "yesterday"\n', 2, ("verification.window", '"72h"')),
            ("[control]\nmax_connections = 0\n", 2, ("control.max_connections", "1 to 10000")),
            ("[control\n", 1, ("TOML",)),
            ('[polling]\nmin_interval = "1m"\nmax_interval = "1s"\n', 2, ("min_interval", "max_interval")),
        ):
            checked = self.check(text)
            self.assertEqual(checked.returncode, 1, text)
            self.assertIn(f"{self.daemon.config}:{line}: ", checked.stderr)
            self.assertEqual(len(checked.stderr.splitlines()), 1, checked.stderr)
            for word in said:
                self.assertIn(word, checked.stderr)
            started = run("--config", self.daemon.config)
            self.assertEqual((started.returncode, started.stderr), (1, checked.stderr))

    def test_needs_the_file_that_it_names(self):
        missing = run("--config", self.daemon.folder / "none.toml")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("none.toml", missing.stderr)
        self.assertEqual(run("--config", self.daemon.folder).returncode, 1)


class Signals(unittest.TestCase):
    def reload(self, text=None):
        """Sends SIGHUP and gives what was logged because of it."""
        before = len(self.daemon.output())
        if text is not None:
            self.daemon.config.write_text(text)
        self.daemon.child.send(signal.SIGHUP)
        eventually(lambda: "config, " in self.daemon.output()[before:], "the reload is logged")
        return self.daemon.output()[before:]

    def test_sighup_takes_level_limits_and_servers(self):
        first, second = DnsResponder(self), DnsResponder(self)
        self.daemon = Daemon(self, resolver={"servers": [first.server]}).start()
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        eventually(lambda: first.queries, "the first server is asked")

        self.daemon.configure(resolver={"servers": [second.server]}, log={"level": "debug"},
                              limits={"identities_per_account": 1})  # fmt: skip
        second.publish(issued)
        self.reload()
        self.daemon.wait_for_status("example.com", "Success")
        self.assertEqual(self.daemon.status()["resolver"]["servers"], [second.server])
        control = self.daemon.control()
        control.send({"jsonrpc": "2.0", "id": 1, "method": "VerifyDomainDkim", "params": {"Domain": "more.example"}})
        self.assertIn("identities_per_account", control.read()["error"]["message"])

        self.daemon.call("DeleteIdentity", Identity="example.com")
        self.daemon.call("VerifyDomainDkim", Domain="more.example")
        self.daemon.wait_for_log(" debug identity, ")  # the level at which an issue is told

    def test_sighup_names_what_takes_effect_at_the_next_start_only(self):
        self.daemon = Daemon(self).start()
        self.daemon.configure(verification={"window": "1h"})
        self.assertIn("verification.window", self.reload())

    def test_sighup_with_a_broken_file_keeps_the_settings_and_says_why(self):
        self.daemon = Daemon(self).start()
        good = self.daemon.config.read_text()
        for text, why in ((good + '\n[log]\nlevel = "loud"\n', "log.level"), ("[", "TOML")):
            said = self.reload(text)
            self.assertIn("kept the old settings", said)
            self.assertIn(why, said)
        self.daemon.config.unlink()
        self.assertIn("kept the old settings", self.reload())
        self.assertEqual(self.daemon.call("GetStatus")["state"], "running")
        self.assertIn("reloaded", self.reload(good))

    def test_sigterm_and_sigint_end_it_in_order(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = Daemon(self).start()
            daemon.control()  # a client that is there does not keep it
            daemon.child.send(number)
            self.assertEqual(daemon.child.wait(), 0, daemon.output())
            self.assertEqual(daemon.status()["state"], "stopped")
            self.assertIn("daemon, stopped", daemon.output())

    def test_sigpipe_of_a_log_that_nobody_reads_does_not_end_it(self):
        daemon = Daemon(self)
        read_end, write_end = os.pipe()
        os.set_inheritable(write_end, True)
        process = subprocess.Popen([program("easydkimd"), "--config", daemon.config], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=write_end)  # fmt: skip
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(write_end)
        eventually(daemon.status, "it writes its status file")
        os.close(read_end)
        eventually(lambda: daemon.status()["state"] == "running" and daemon.socket.exists(), "it runs")
        process.send_signal(signal.SIGHUP)
        with_nobody = Control(self, daemon.socket)
        self.assertEqual(with_nobody.call("GetStatus")["state"], "running")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)


class WithSystemd(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self)

    def test_it_tells_when_it_is_ready_alive_reloading_and_stopping(self):
        manager = ServiceManager(self, self.daemon.folder)
        self.daemon.environment |= {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "900000"}
        self.daemon.launch()
        ready = manager.wait_for("READY=1")
        # Ready means that it serves: the socket is there at that moment.
        self.assertEqual(self.daemon.call("GetStatus")["state"], "running")
        for _ in range(3):
            ready = manager.wait_for("WATCHDOG=1", ready + 1)
        self.assertRegex(manager.lines[manager.wait_for("STATUS=", ready)], r"^STATUS=\d+ pending")

        self.daemon.child.send(signal.SIGHUP)
        reloading = manager.wait_for("RELOADING=1")
        self.assertRegex(manager.lines[reloading + 1], r"^MONOTONIC_USEC=\d+$")
        ready_again = manager.wait_for("READY=1", reloading)

        self.assertEqual(self.daemon.stop(), 0)
        manager.wait_for("STOPPING=1", ready_again)

    def test_it_takes_the_socket_that_was_opened_for_it(self):
        # Given a socket that the service manager listens at before the daemon runs
        self.daemon.launch("systemd-socket-activate", "--listen", self.daemon.socket)
        eventually(self.daemon.socket.is_socket, "the socket is there")
        # When the first client comes
        self.assertEqual(self.daemon.call("GetStatus")["state"], "running")
        # Then the daemon serves there, and leaves the file to its owner at the end
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.assertEqual(self.daemon.stop(), 0)
        self.assertTrue(self.daemon.socket.is_socket())

    def test_it_refuses_more_sockets_than_one(self):
        self.daemon.launch("systemd-socket-activate", "--listen", self.daemon.socket,
                           "--listen", self.daemon.folder / "second.sock")  # fmt: skip
        eventually(self.daemon.socket.is_socket, "the socket is there")
        self.daemon.control()
        self.assertEqual(self.daemon.child.wait(), 1)
        self.assertIn("takes one", self.daemon.output())

    def test_it_logs_with_priorities_to_the_journal_alone(self):
        self.daemon.start().stop()
        plain = self.daemon.output()
        self.assertRegex(plain, r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info daemon, running")

        seen = self.daemon.log.stat()
        self.daemon.environment["JOURNAL_STREAM"] = f"{seen.st_dev}:{seen.st_ino}"
        journal = self.daemon.start().output()[len(plain) :]
        self.assertRegex(journal, r"(?m)^<6>daemon, running")
        self.assertTrue(all(re.match("<[3-7]>", line) for line in journal.splitlines()), journal)


if __name__ == "__main__":
    unittest.main(verbosity=2)
