# SPDX-License-Identifier: Apache-2.0
"""A process of a test: ends with the test, and with the test program, whatever happens to either."""

import signal
import subprocess


class Child:
    def __init__(self, owner, command, *, log, environment=None, stdin=subprocess.DEVNULL):
        """`log`: the file that takes both outputs. `environment`: all of it; None: ours."""
        self.log = log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)],
                stdin=stdin, stdout=output, stderr=output, env=environment,
            )  # fmt: skip
        self.pid = self.process.pid
        owner.addCleanup(self.end)

    def is_running(self):
        return self.process.poll() is None

    def send(self, number):
        self.process.send_signal(number)

    def wait(self, within=30):
        """The exit status; negative after a signal."""
        return self.process.wait(within)

    def end(self):
        """Asks it to end, and makes it when it does not. Returns the exit status."""
        if self.is_running():
            self.send(signal.SIGTERM)
            try:
                return self.wait()
            except subprocess.TimeoutExpired:
                self.send(signal.SIGKILL)
        return self.wait()

    def kill(self):
        """As a crash does: at once, without a word."""
        self.send(signal.SIGKILL)
        return self.wait()

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()
