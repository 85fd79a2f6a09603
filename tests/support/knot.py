# SPDX-License-Identifier: Apache-2.0
"""A Knot DNS server with zones of the test: what a domain's owner has."""

import subprocess

from support.child import Child
from support.eventually import eventually
from support.folder import temporary_folder
from support.loopback import ADDRESS, free_port

CONFIG = """
server:
    listen: {address}@{port}
    rundir: {folder}
    pidfile: {folder}/knot.pid
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {folder}/db
log:
  - target: stderr
    any: warning
acl:
  - id: updates
    address: 127.0.0.0/8
    action: update
template:
  - id: default
    storage: {folder}
    zonefile-sync: -1
    journal-content: none
    acl: updates
policy:
  - id: quick
    single-type-signing: on
zone:
"""
BEGIN = """$TTL 1
@ SOA ns hostmaster {serial} 3600 600 86400 1
@ NS ns
ns A 127.0.0.1
"""


class Knot:
    """Serves `domains`, empty at first, on `server` ("address:port"). `port`: None chooses a free one of ADDRESS."""

    def __init__(self, owner, *domains, address=ADDRESS, port=None):
        self.folder = temporary_folder(owner)
        (self.folder / "db").mkdir()  # of the keys
        self.serials = {}
        self.signed = set()
        self.address, self.port = address, port or free_port()
        self.server = f"{self.address}:{self.port}"
        self.config = self.folder / "knot.conf"
        for domain in domains:
            self.serials[domain] = 0
            self.write_zone(domain, "")
        self.write_config()
        self.child = Child(owner, ["knotd", "-c", self.config], log=self.folder / "log")
        eventually(self.is_ready, "knotd answers")

    def is_ready(self):
        if not self.child.is_running():
            raise AssertionError("knotd ended:\n" + self.child.output())
        told = self.knotc("zone-status", *self.serials, "+serial")
        return told.returncode == 0 and "serial: -" not in told.stdout

    def knotc(self, *arguments):
        return subprocess.run(["knotc", "-b", "-c", self.config, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30)  # fmt: skip

    def order(self, *arguments):
        """As `knotc`, and fails when it does."""
        done = self.knotc(*arguments)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr + self.child.output())
        return done.stdout

    def write_config(self):
        zones = "".join(
            f'  - domain: "{domain}"\n    file: "{self.zone_file(domain).name}"\n'
            + ("    dnssec-signing: on\n    dnssec-policy: quick\n" if domain in self.signed else "")
            for domain in self.serials
        )
        self.config.write_text(CONFIG.format(address=self.address, port=self.port, folder=self.folder) + zones)

    def zone_file(self, domain):
        return self.folder / f"{'root' if domain == '.' else domain}.zone"

    def write_zone(self, domain, records, begin=BEGIN):
        # By tens: Knot counts on from the serial of the file when it signs.
        self.serials[domain] += 10
        self.zone_file(domain).write_text(begin.format(serial=self.serials[domain]) + records)

    def publish(self, domain, records, begin=BEGIN):
        """Makes `records`, in the format of a zone file, all that the zone holds behind `begin`."""
        self.publish_all({domain: (records, begin)})

    def publish_all(self, zones):
        """As `publish`, of many zones at one time: the records and the begin of each, by domain."""
        for domain, (records, begin) in zones.items():
            self.write_zone(domain, records, begin)
        self.order("zone-reload", *zones)

    def hold(self, zones, signed=False):
        """Serves more zones, from now on: what each begins with (as BEGIN, with its SOA), by domain."""
        for domain, begin in zones.items():
            self.serials[domain] = 0
            self.write_zone(domain, "", begin)
        if signed:
            self.signed |= set(zones)
        self.write_config()
        self.order("reload")
        eventually(self.is_ready, "knotd serves the new zones")

    def trust_anchor(self, domain):
        """The DS record of a signed zone, for whoever validates it."""
        keys = subprocess.run(["keymgr", "-c", self.config, domain, "ds"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30)  # fmt: skip
        if keys.returncode != 0:
            raise AssertionError(keys.stdout + keys.stderr + self.child.output())
        return next(line for line in keys.stdout.splitlines() if " 13 2 " in line)


def zone_lines(identity):
    """The records of an identity object, or of VerifyDomainDkim's result, for `publish`."""
    return "".join(f"{record['Name']}. CNAME {record['Value']}.\n" for record in identity["Records"])
