# SPDX-License-Identifier: Apache-2.0
"""A small DNS of a test: a root, a top-level zone, zones on real name servers, and a real resolver in front.

Every name server listens on port 53 of an address of its own, because a delegation names no port; so the test runs as
root. A server is named by its host, "ns1" for short, which is ns1.hoster.com; a host inside a zone, such as
"ns1.example.com", gets its glue. Nothing outside is ever asked: the root is here.

    world = DnsWorld(self)
    world.zone("example.com", servers=["ns1", "ns2"])
    world.publish("example.com", zone_lines(issued))
    world.publish("example.com", zone_lines(issued), on=["ns1"])     # there only
    world.zone("_domainkey.example.com", servers=["ns3"])            # a delegation inside
    world.delegate("example.com", ["ns1", "lame"])                   # the parent tells otherwise than the zone

With further servers of the parent zones, one of them may tell otherwise than the others:

    world = DnsWorld(self, registries=["a", "b", "c"])               # a.registry.com, ...
    world.delegate("example.com", ["old"], by="b")
"""

import dataclasses

from support.dns_responder import DnsResponder
from support.knot import Knot
from support.loopback import DNS_PORT, name_server_address
from support.scripted_zones import ScriptedZones
from support.unbound import Unbound

REGISTRIES = ("a",)


def absolute(name):
    return name if name == "." else name + "."


def host_of(server):
    return server if "." in server else f"{server}.hoster.com"


def registry_host(server):
    return f"{server}.registry.com"


@dataclasses.dataclass
class Zone:
    name: str
    hosts: list  # that serve it
    claims: list  # hosts of its own NS records
    delegated_to: list  # hosts of the NS records in the zone above
    delegated_by: dict  # the same at some of the servers of the zone above, by their host
    minimum: int  # of its SOA: how long "there is no such name" is remembered, in seconds
    ttl: int
    records: dict  # published text by host


class ScriptedServer:
    """As Knot serves, from a DnsResponder: whatever the text says, without asking whether that is allowed."""

    def __init__(self, owner, address):
        self.serial = 0
        self.zones = ScriptedZones()
        self.responder = DnsResponder(owner, address=address, port=DNS_PORT)
        self.responder.behaviour = self.zones.answer
        self.address = address

    def hold(self, zones):
        self.publish_all({name: ("", begin) for name, begin in zones.items()})

    def publish_all(self, zones):
        for domain, (records, begin) in zones.items():
            self.serial += 1
            self.zones.load(domain, begin.format(serial=self.serial) + records)


class DnsWorld:
    def __init__(self, owner, *includes, top=("com",), registries=REGISTRIES):
        """`owner`: the test that it ends with. `includes`: settings of the resolver; none: Debian's defaults.

        `top`: the parent zones, on the servers `registries`, which are those of the root, too."""
        self.owner = owner
        self.members = {}  # servers by host
        self.addresses = {}  # of hosts, also of those where no server is
        self.zones = {}
        self.zone(".", *top, servers=[registry_host(server) for server in registries], minimum=1)
        self.root = self.addresses[registry_host(registries[0])]
        self.resolver = Unbound(owner, self.root, *includes)

    # Who serves

    def server(self, name):
        """The Knot of that host, begun when it is new."""
        host = host_of(name)
        if host not in self.members:
            self.members[host] = Knot(self.owner, address=self.at(host), port=DNS_PORT)
        return self.members[host]

    def scripted_server(self, name):
        """Makes that host one that serves what Knot refuses; its `responder.behaviour` may be changed."""
        host = host_of(name)
        self.members[host] = ScriptedServer(self.owner, self.at(host))
        return self.members[host]

    def dead_server(self, name):
        """A host with an address where nothing listens."""
        return self.at(host_of(name))

    def at(self, host):
        if host not in self.addresses:
            self.addresses[host] = name_server_address()
            self.reload(*{self.zone_of(host)} - {None})
        return self.addresses[host]

    def address(self, server):
        return self.addresses[host_of(server)]

    # What they serve

    def zone(self, *names, servers, minimum=1, ttl=60, signed=False):
        """Adds empty zones, delegated by the zones above. Signed ones, on one server, are validated by the resolver."""
        hosts = [host_of(server) for server in servers]
        if signed and len(hosts) > 1:
            raise ValueError("a signed zone has one server here: each would sign with keys of its own")
        members = [self.server(host) for host in hosts]
        for name in names:
            self.zones[name] = Zone(name, hosts, hosts, hosts, {}, minimum, ttl, {})
        for host, member in zip(hosts, members):
            member.hold({name: self.begin(self.zones[name], host) for name in names},
                        **({"signed": True} if signed else {}))  # fmt: skip
        self.reload(*{self.zone_above(name) for name in names} - {None, *names})
        if signed:
            self.resolver.trust(*map(self.trust_anchor, names))

    def trust_anchor(self, name):
        """The DS record of a signed zone, for a further resolver."""
        return self.members[self.zones[name].hosts[0]].trust_anchor(name)

    def publish(self, name, records, on=None):
        """Makes `records` (names absolute) all that the zone holds, on all of its servers or `on` some."""
        self.publish_all({name: records}, on)

    def publish_all(self, zones, on=None):
        """As `publish`, of many zones at one time: the records by name of the zone. They have the same servers."""
        for host in self.zones[next(iter(zones))].hosts if on is None else map(host_of, on):
            for name, records in zones.items():
                self.zones[name].records[host] = records
            self.members[host].publish_all({name: (zones[name], self.begin(self.zones[name], host)) for name in zones})

    def delegate(self, name, servers, by=None):
        """Makes the zone above name these servers, whatever the zone says itself; none: no delegation.

        `by`: only one of the servers of a parent zone does so."""
        hosts = [host_of(server) for server in servers]
        if by is None:
            self.zones[name].delegated_to = hosts
        else:
            self.zones[name].delegated_by[registry_host(by)] = hosts
        self.reload(self.zone_above(name))

    def claim(self, name, servers):
        """Makes the zone name these servers itself, whatever the zone above says. They serve it as before."""
        self.zones[name].claims = [host_of(server) for server in servers]
        self.reload(name)

    # How it hangs together

    def zone_of(self, name):
        """The zone that holds a name; None: there is none yet."""
        while name not in self.zones and name != ".":
            name = name.partition(".")[2] or "."
        return name if name in self.zones else None

    def zone_above(self, name):
        return None if name == "." else self.zone_of(name.partition(".")[2] or ".")

    def reload(self, *names):
        for name in names:
            zone = self.zones[name]
            for host in zone.hosts:
                self.members[host].publish_all({name: (zone.records.get(host, ""), self.begin(zone, host))})

    def begin(self, zone, at):
        """The records that a zone has of itself at the host `at`: SOA, NS, addresses, delegations with their glue."""
        apex, ttl = absolute(zone.name), zone.ttl
        soa_ttl = max(ttl, zone.minimum)  # a negative answer is remembered for the lesser of both
        below = [(each, each.delegated_by.get(at, each.delegated_to))
                 for name, each in self.zones.items() if self.zone_above(name) == zone.name]  # fmt: skip
        glue = {host for each, delegated_to in below for host in delegated_to if self.zone_of(host) == each.name}
        lines = [f"{apex} {soa_ttl} SOA {absolute(zone.hosts[0])} hostmaster.hoster.com. {{serial}} 3600 600 86400 "
                 f"{zone.minimum}"]  # fmt: skip
        lines += [f"{apex} {ttl} NS {absolute(host)}" for host in zone.claims]
        lines += [f"{absolute(each.name)} {ttl} NS {absolute(host)}"
                  for each, delegated_to in below for host in delegated_to]  # fmt: skip
        lines += [f"{absolute(host)} {ttl} A {address}" for host, address in self.addresses.items()
                  if self.zone_of(host) == zone.name or host in glue]  # fmt: skip
        return "\n".join([f"$TTL {ttl}", *lines]) + "\n"

    # How the daemon meets it

    def resolver_settings(self, mode):
        """The section [resolver] of a daemon in this world."""
        allowed = {"allow_private_servers": True} if mode == "authoritative" else {}  # ours are on loopback
        return {"mode": mode, "servers": [self.resolver.server], **allowed}
