# SPDX-License-Identifier: Apache-2.0
"""An easydkimd of a test: its folder, its configuration, its life."""

import json
import os
import pathlib
import re
import signal

from support.child import Child
from support.control import Control
from support.eventually import eventually
from support.folder import temporary_folder
from support.programs import program

REPORT = re.compile(r"(?:ERROR|WARNING): \w+Sanitizer|runtime error:|terminate called|Assertion .* failed")

# Everything in fractions of a second, so that a test tells a life in seconds.
QUICK = {
    "status": {"interval": "100ms"},
    "verification": {"window": "60s", "recheck_interval": "1h", "grace": "60s"},
    "polling": {"first_check": "50ms", "min_interval": "100ms", "max_interval": "200ms"},
    "resolver": {"mode": "recursive", "servers": ["127.0.0.1:9"], "timeout": "300ms", "tries": 1, "max_in_flight": 50},
    "limits": {"verify_domain_dkim_per_second": 0},
}


def toml(settings):
    """Strings, numbers, booleans and lists of strings read the same in JSON and in TOML."""
    lines = []
    for section, keys in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


class Daemon:
    """Not started yet. `owner`: the test case that it ends with."""

    def __init__(self, owner, **sections):
        self.owner = owner
        self.folder = temporary_folder(owner)
        self.folder.chmod(0o755)  # other users may try the socket
        self.config = self.folder / "easydkimd.toml"
        self.store = self.folder / "store"
        self.socket = self.folder / "control.sock"
        self.status_file = self.folder / "status.json"
        self.log = self.folder / "log"
        self.environment = dict(os.environ)
        self.child = None
        self.settings = {section: dict(keys) for section, keys in QUICK.items()}
        self.configure(**sections)
        owner.addCleanup(self.check_log)

    def configure(self, **sections):
        """Changes settings and writes the file; takes effect at the next start or reload."""
        self.settings.setdefault("store", {}).setdefault("path", str(self.store))
        self.settings.setdefault("control", {}).setdefault("socket", str(self.socket))
        self.settings["status"].setdefault("file", str(self.status_file))
        for section, keys in sections.items():
            self.settings.setdefault(section, {}).update(keys)
        self.store = pathlib.Path(self.settings["store"]["path"])
        self.status_file = pathlib.Path(self.settings["status"]["file"])
        self.config.write_text(toml(self.settings))
        return self

    def launch(self, *before):
        """Starts it, by the command `before` if there is one, and does not wait."""
        self.child = Child(self.owner, [*before, program("easydkimd"), "--config", self.config],
                           log=self.log, environment=self.environment)  # fmt: skip
        return self

    def start(self, *before):
        """As `launch`, and waits until it serves."""
        said_before = self.output().count("daemon, running") if self.log.exists() else 0

        def serves():
            if not self.child.is_running():
                raise AssertionError(f"easydkimd ended with {self.child.wait()}:\n{self.output()}")
            return self.output().count("daemon, running") > said_before

        self.launch(*before)
        eventually(serves, "easydkimd serves")
        return self

    def refusal(self):
        """Starts it in the expectation that it refuses to: the exit status and what it said."""
        before = len(self.output()) if self.log.exists() else 0
        self.launch()
        return self.child.wait(), self.output()[before:]

    def stop(self):
        """As a service manager does. Returns the exit status."""
        self.child.send(signal.SIGTERM)
        return self.child.wait()

    def kill(self):
        self.child.kill()

    def restart(self):
        self.owner.assertEqual(self.stop(), 0, self.output())
        return self.start()

    def control(self):
        """A new connection to the control socket."""
        return Control(self.owner, self.socket)

    def call(self, method, **params):
        """One request on a connection of its own."""
        control = self.control()
        try:
            return control.call(method, **params)
        finally:
            control.close()

    def describe(self, domain, **params):
        return self.call("DescribeIdentity", Identity=domain, **params)

    def verification_status(self, domain, **params):
        return self.describe(domain, **params)["DkimVerificationStatus"]

    def wait_for_status(self, domain, status, **params):
        """The identity object, once its status is `status`."""

        def described():
            identity = self.describe(domain, **params)
            return identity if identity["DkimVerificationStatus"] == status else None

        return eventually(described, f"{domain} is {status}")

    def status(self):
        """What the status file says; None while there is none."""
        try:
            return json.loads(self.status_file.read_text())
        except FileNotFoundError:
            return None

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for_log(self, text):
        try:
            eventually(lambda: text in self.output(), f"the log says '{text}'")
        except AssertionError as late:
            raise AssertionError(f"{late}; it says:\n{self.output()[-4000:]}") from None

    def memory(self, field="VmRSS"):
        """Octets of memory that it holds now."""
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"{field}:\s+(\d+) kB", file.read())[1]) * 1024

    def cpu_seconds(self):
        """Of the processor, that it has used in its life."""
        with open(f"/proc/{self.child.pid}/stat", encoding="ascii") as file:
            user, system = file.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def check_log(self):
        """A report of a sanitizer fails the test, whatever else happened."""
        if self.log.exists() and REPORT.search(self.output()):
            raise AssertionError(self.output()[-8000:])
