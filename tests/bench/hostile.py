# SPDX-License-Identifier: Apache-2.0
"""What owners of hostile zones can take of the daemon: replies that swell when they are read.

24 identities, each in a zone with 13 name servers. Twelve of them say over UDP that the answer is only to be had over
TCP, and there send what is asked for among 4,600 records whose names are pointers to one name of 255 octets that is
written as a thousand; the thirteenth is silent, so that whoever waits for all holds what the others sent. Beside it
the same identities whose servers tell the truth. `--smoke`: some seconds.
"""

import struct
import sys
import time

from measurement import IS_SMOKE, SHIPPED, Run, milliseconds
from support.daemon import Daemon
from support.dns_responder import DnsResponder, wire_name
from support.eventually import eventually
from support.loopback import DNS_PORT, name_server_address
from support.scripted_zones import ScriptedZones, parent_zone

IDENTITIES = 24
SERVERS = 13
RECORDS = 4600
SECONDS = 3 if IS_SMOKE else 40
MOST_MORE = 64  # MiB of its own
LONGEST_READ = 0.020  # seconds
SUFFIX = "dkim.amazonses.com"

POINTER = 0xC000
CNAME, NS = 5, 2
TRUNCATED, AUTHORITATIVE = 0x8600, 0x8400


def record(owner, kind, data):
    return owner + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def swelling_name():
    return b"".join(bytes([length]) + b"\xff" * length for length in (63, 63, 63, 61)) + b"\0"


class Zones:
    """What the 13 servers say, honest or not; `answer` for UDP and TCP alike, which a DnsResponder does not tell apart."""

    def __init__(self, hosts):
        self.honest = ScriptedZones()
        for number in range(IDENTITIES):
            name = f"h{number}.com"
            self.honest.load(name, f"{name}. SOA ns0.evil.net. hostmaster.evil.net. 1 3600 600 86400 60\n"
                             + "".join(f"{name}. NS {host}.\n" for host in hosts))  # fmt: skip
        self.has_bombs = False
        self.bombs = 0
        self.over_tcp = set()  # questions that were told to come again over TCP

    def answer(self, query):
        if not self.has_bombs or query.type != CNAME:
            return self.honest.answer(query)
        if query.id + query.question not in self.over_tcp:
            self.over_tcp.add(query.id + query.question)
            return query.id + struct.pack("!HHHHH", TRUNCATED, 1, 0, 0, 0) + query.question
        self.over_tcp.discard(query.id + query.question)
        self.bombs += 1
        return self.bomb(query)

    @staticmethod
    def bomb(query):
        target = wire_name(query.name.split(".")[0] + "." + SUFFIX)
        begin = record(struct.pack("!H", POINTER | 12), CNAME, target)
        here = struct.pack("!H", POINTER | 12 + len(query.question) + len(begin))
        one = record(here, NS, here)
        records = begin + record(swelling_name(), NS, here) + one * (RECORDS - 2)
        # Half in the answer, half in the authority
        counts = struct.pack("!HHHHH", AUTHORITATIVE, 1, RECORDS // 2, RECORDS - RECORDS // 2, 0)
        return (query.id + counts + query.question + records)[:65535]


class World:
    def __init__(self, run):
        hosts = [f"ns{number}.evil.net" for number in range(SERVERS)]
        addresses = [name_server_address() for _ in hosts]
        self.zones = Zones(hosts)
        for address in addresses[:-1]:
            DnsResponder(run, address=address, port=DNS_PORT).behaviour = self.zones.answer
        self.silent = DnsResponder(run, address=addresses[-1], port=DNS_PORT)
        glue = "".join(f"{host}. A {address}\n" for host, address in zip(hosts, addresses))
        delegations = {"net": glue, "com": "".join(f"h{number}.com. NS {host}.\n" for number in range(IDENTITIES)
                                                   for host in hosts)}  # fmt: skip
        told = ScriptedZones()
        for suffix, records in delegations.items():
            registry, address = ScriptedZones(), name_server_address()
            registry.load(suffix, parent_zone(suffix, address, records))
            DnsResponder(run, address=address, port=DNS_PORT).behaviour = registry.answer
            told.load(suffix, parent_zone(suffix, address, glue if suffix == "net" else ""))
        for name, records in self.zones.honest.zones.items():
            told.zones[name] = records
        self.resolver = DnsResponder(run)
        self.resolver.behaviour = told.answer

    def set_hostile(self, hostile):
        self.zones.has_bombs = hostile
        self.silent.behaviour = (lambda query: None) if hostile else self.zones.answer


def measure(run, world, hostile):
    """Octets of memory of its own at most, the slowest GetStatus in seconds, lookups."""
    world.set_hostile(hostile)
    daemon = Daemon(run, **SHIPPED).configure(
        resolver={"mode": "authoritative", "servers": [world.resolver.server], "allow_private_servers": True},
        authority={"queries_per_second": 1000, "in_flight": 100, "least_ttl": "1s"},
        polling={"first_check": "100ms", "min_interval": "1s"},
    ).start()  # fmt: skip
    domains = [{"Domain": f"h{number}.com"} for number in range(IDENTITIES)]
    daemon.call("ImportIdentities", Identities=domains)
    eventually(lambda: daemon.call("GetStatus")["polling"]["lookups_total"] >= IDENTITIES, "they are polled", within=60)
    memory, slowest, control = 0, 0.0, daemon.control()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        begin = time.monotonic()
        control.call("GetStatus")
        slowest = max(slowest, time.monotonic() - begin)
        memory = max(memory, daemon.memory("RssAnon"))
        time.sleep(0.02)
    lookups = daemon.call("GetStatus")["polling"]["lookups_total"]
    control.close()
    daemon.stop()
    return memory, slowest, lookups


def main():
    with Run() as run:
        world = World(run)
        alone, slowest_alone, _ = measure(run, world, hostile=False)
        memory, slowest, lookups = measure(run, world, hostile=True)
        more = (memory - alone) / (1 << 20)
        print(f"{lookups} lookups of {IDENTITIES} hostile identities, {world.zones.bombs} bombs of {RECORDS} records")
        run.row(f"memory for {IDENTITIES} hostile identities with bombs", f"{more:+.0f} MiB",
                f"honest ones: {alone >> 20} MiB", f"<= {MOST_MORE:+} MiB", more <= MOST_MORE)  # fmt: skip
        run.row("slowest GetStatus beside them", milliseconds(slowest), f"honest ones: {milliseconds(slowest_alone)}",
                f"<= {milliseconds(LONGEST_READ)}", slowest <= LONGEST_READ)  # fmt: skip
        if not world.zones.bombs:
            raise AssertionError("nobody was sent a bomb")
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
