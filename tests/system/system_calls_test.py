# SPDX-License-Identifier: Apache-2.0
"""A whole life of the daemon under the limits that it puts on its own system calls: none that it needs is refused."""

import http.client
import pathlib
import re
import signal
import subprocess
import sys
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests"))
from support.client import easydkim  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import Knot, zone_lines  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402
from support.programs import is_sanitized, program  # noqa: E402
from support.ses import VERSION, SesDaemon, query  # noqa: E402

TABLE = PROJECT / "daemon" / "process" / "system_call_filter.cpp"
CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
# clone has a rule of its own, clone3 is not there any more, and the others come before the limits.
BESIDE = {"clone", "clone3", "execve", "seccomp"}


def kept():
    return set(re.findall(r'"([a-z0-9_]+)"', TABLE.read_text())) | BESIDE


@unittest.skipIf(is_sanitized(), "a sanitizer makes system calls of its own")
class ALife(unittest.TestCase):
    def setUp(self):
        self.knot = Knot(self, "example.com")
        self.daemon = SesDaemon(self)
        self.metrics = free_port()
        self.daemon.configure(resolver={"servers": [self.knot.server]}, metrics={"listen": f"{ADDRESS}:{self.metrics}"})
        self.trace = self.daemon.folder / "trace"

    def strace(self, trace=None):
        """A command that traces the program behind it, which keeps its number."""
        return ["strace", "-D", "-f", "-qq", "-e", "signal=none", "-o", str(trace or self.trace)]

    def check(self, trace):
        text = trace.read_text(errors="replace")
        self.assertIn("seccomp(SECCOMP_SET_MODE_FILTER", text)
        refused = [line for line in text.splitlines() if " EPERM " in line]
        self.assertEqual(refused, [])
        used = set(CALL.findall(text))
        self.assertGreater(len(used), 20)
        self.assertEqual(sorted(used - kept()), [])

    def run_offline(self, option):
        trace = self.daemon.folder / f"trace{option}"
        ran = subprocess.run([*self.strace(trace), program("easydkimd"), "--config", str(self.daemon.config), option],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)  # fmt: skip
        self.assertEqual(ran.returncode, 0, ran.stderr)
        eventually(lambda: "exit" in trace.read_text(errors="replace"), "the trace is whole")
        self.check(trace)

    def test_needs_no_call_that_is_refused(self):
        daemon = self.daemon.start(*self.strace())
        with open(f"/proc/{daemon.child.pid}/status", encoding="ascii") as status:
            self.assertRegex(status.read(), r"(?m)^Seccomp:\t2$")

        # Issue, polls, the confirmation over TCP, a check that is asked for.
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")
        daemon.call("CheckIdentity", Identity="example.com")
        self.knot.publish("example.com", zone_lines(issued))
        daemon.wait_for_status("example.com", "Success")
        daemon.call("InspectDomain", Domain="example.com")
        daemon.call("ImportIdentities", Identities=[{"Domain": f"d{i}.example.com"} for i in range(100)])

        # Copies, small ones too, and a look through the store.
        for options in ([], ["--compact"]):
            copy = daemon.folder / f"copy{len(options)}"
            self.assertEqual(easydkim(daemon, "backup", *options, copy).returncode, 0)

        # Both ports of HTTP.
        self.assertEqual(query(daemon, f"Action=ListIdentities&Version={VERSION}").status, 200)
        connection = http.client.HTTPConnection(ADDRESS, self.metrics, timeout=30)
        connection.request("GET", "/metrics")
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

        # A reload with another size of the store, and the end.
        daemon.configure(store={"size": "32GiB"}, log={"level": "info"})
        daemon.child.send(signal.SIGHUP)
        daemon.wait_for_log("config, reloaded")
        daemon.call("VerifyDomainDkim", Domain="late.example.com")
        self.assertEqual(daemon.stop(), 0)
        eventually(lambda: "exited with 0" in self.trace.read_text(errors="replace")
                   or "exit_group(0)" in self.trace.read_text(errors="replace"), "the trace is whole")  # fmt: skip
        self.check(self.trace)
        self.assertNotIn("not limited", daemon.output())

        self.run_offline("--check-store")
        self.run_offline("--compact")


if __name__ == "__main__":
    unittest.main(verbosity=2)
