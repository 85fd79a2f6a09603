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
template:
  - id: default
    storage: {folder}
    file: "%s.zone"
    journal-content: none
zone:
"""
BEGIN = """$TTL 1
@ SOA ns hostmaster {serial} 3600 600 86400 1
@ NS ns
ns A 127.0.0.1
"""


class Knot:
    """Serves `domains`, empty at first, on `server` ("address:port")."""

    def __init__(self, owner, *domains):
        self.folder = temporary_folder(owner)
        self.serials = dict.fromkeys(domains, 0)
        port = free_port()
        self.server = f"{ADDRESS}:{port}"
        self.config = self.folder / "knot.conf"
        self.config.write_text(
            CONFIG.format(address=ADDRESS, port=port, folder=self.folder)
            + "".join(f'  - domain: "{domain}"\n' for domain in domains)
        )
        for domain in domains:
            self.write_zone(domain, "")
        self.child = Child(owner, ["knotd", "-c", self.config], log=self.folder / "log")
        eventually(self.is_ready, "knotd answers")

    def is_ready(self):
        if not self.child.is_running():
            raise AssertionError("knotd ended:\n" + self.child.output())
        return all(self.knotc("zone-status", domain, "+serial").returncode == 0 for domain in self.serials)

    def knotc(self, *arguments):
        return subprocess.run(["knotc", "-b", "-c", self.config, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30)  # fmt: skip

    def write_zone(self, domain, records):
        self.serials[domain] += 1
        (self.folder / f"{domain}.zone").write_text(BEGIN.format(serial=self.serials[domain]) + records)

    def publish(self, domain, records):
        """Makes `records`, in the format of a zone file, all that the zone holds."""
        self.write_zone(domain, records)
        done = self.knotc("zone-reload", domain)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr + self.child.output())


def zone_lines(identity):
    """The records of an identity object, or of VerifyDomainDkim's result, for `publish`."""
    return "".join(f"{record['Name']}. CNAME {record['Value']}.\n" for record in identity["Records"])
