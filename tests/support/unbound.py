# SPDX-License-Identifier: Apache-2.0
"""An Unbound of a test: a real recursive resolver, as Debian ships it, in front of name servers of the test."""

import pathlib
import subprocess

from support.child import Child
from support.eventually import eventually
from support.folder import temporary_folder
from support.loopback import ADDRESS, free_port

DROP_IN = pathlib.Path(__file__).resolve().parents[2] / "etc/unbound-easydkim.conf"

# What Debian does not ship is here only so that it runs beside others, and finds the name servers of the test.
CONFIG = """
server:
    interface: {address}@{port}
    directory: "{folder}"
    pidfile: "{folder}/unbound.pid"
    username: ""
    chroot: ""
    use-syslog: no
    logfile: ""
    do-ip6: no
    do-not-query-localhost: no
    trust-anchor-file: "{folder}/anchors"
    root-hints: "{folder}/hints"
remote-control:
    control-enable: yes
    control-use-cert: no
    control-interface: {folder}/control
"""


class Unbound:
    """Listens on `server` ("address:port"). `root`: the address of the server of the root zone."""

    def __init__(self, owner, root, *includes):
        """`includes`: files of settings, such as DROP_IN; none: Debian's defaults."""
        self.folder = temporary_folder(owner)
        self.folder.chmod(0o755)
        self.config = self.folder / "unbound.conf"
        self.anchors = self.folder / "anchors"
        self.anchors.write_text("")
        (self.folder / "hints").write_text(f". 3600000 NS a.root.\na.root. 3600000 A {root}\n")
        port = free_port()
        self.server = f"{ADDRESS}:{port}"
        self.config.write_text(CONFIG.format(address=ADDRESS, port=port, folder=self.folder)
                               + "".join(f'include-toplevel: "{file}"\n' for file in includes))  # fmt: skip
        self.child = Child(owner, ["unbound", "-d", "-c", self.config], log=self.folder / "log")
        eventually(self.is_ready, "unbound answers")

    def is_ready(self):
        if not self.child.is_running():
            raise AssertionError("unbound ended:\n" + self.child.output())
        return (self.folder / "control").exists() and self.run("status").returncode == 0

    def cname(self, name):
        """What the CNAME of that name points to, as a client sees it; empty: there is none."""
        address, port = self.server.split(":")
        asked = subprocess.run(["kdig", f"@{address}", "-p", port, "+short", name, "CNAME"], stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, timeout=30)  # fmt: skip
        if asked.returncode != 0:
            raise AssertionError(asked.stdout + asked.stderr + self.child.output())
        return asked.stdout.strip().rstrip(".")

    def run(self, *command):
        return subprocess.run(["unbound-control", "-c", self.config, *command], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30)  # fmt: skip

    def order(self, *command):
        """What a command of unbound-control prints, such as "flush_zone", "example.com". Fails when it does."""
        done = self.run(*command)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr + self.child.output())
        return done.stdout

    def setting(self, name):
        """The value of a setting that is in force."""
        return self.order("get_option", name).strip()

    def cache(self):
        """Every answer and every record that it remembers, one a line, in lower case."""
        return self.order("dump_cache").lower().splitlines()

    def remembers(self, part):
        """The lines of the cache in which `part` stands."""
        return [line for line in self.cache() if part in line]

    def counters(self):
        """Its statistics by name; reading them does not reset them."""
        return {name: float(value) for name, value in (
            line.split("=") for line in self.order("stats_noreset").splitlines())}  # fmt: skip

    def trust(self, *anchors):
        """Validates the zones of those DS records from now on, and forgets all it remembers."""
        with self.anchors.open("a") as file:
            file.writelines(anchor + "\n" for anchor in anchors)
        self.order("reload")
        eventually(self.is_ready, "unbound answers again")
