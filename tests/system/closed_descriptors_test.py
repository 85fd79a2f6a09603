# SPDX-License-Identifier: Apache-2.0
"""A parent that has closed 0, 1 and 2: no log line lands in the database, no answer in a socket."""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.programs import program  # noqa: E402


class ClosedDescriptors(unittest.TestCase):
    def test_of_the_daemon_cost_no_identity(self):
        for closed in ("<&- >&- 2>&-", "2>&-", "<&- 2>&-"):
            with self.subTest(closed):
                daemon = Daemon(self)
                first = subprocess.Popen(
                    ["sh", "-c", f"exec {program('easydkimd')} --config {daemon.config} {closed}"])  # fmt: skip
                self.addCleanup(first.kill)
                eventually(lambda: (daemon.status() or {}).get("state") == "running", "the daemon runs")
                tokens = daemon.call("VerifyDomainDkim", Domain="example.com")["DkimTokens"]
                first.terminate()
                self.assertEqual(first.wait(timeout=30), 0)
                daemon.start()
                self.assertEqual(daemon.describe("example.com")["DkimTokens"], tokens)
                daemon.stop()

    def test_of_the_client_change_nothing_but_what_is_shown(self):
        daemon = Daemon(self).start()
        asked = subprocess.run(
            ["sh", "-c", f"exec {program('easydkim')} --socket {daemon.socket} verify example.com <&- >&- 2>&-"],
            timeout=30)  # fmt: skip
        self.assertEqual(asked.returncode, 0)
        self.assertEqual(daemon.verification_status("example.com"), "Pending")


if __name__ == "__main__":
    unittest.main(verbosity=2)
