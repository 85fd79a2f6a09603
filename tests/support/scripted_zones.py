# SPDX-License-Identifier: Apache-2.0
"""Zones that no real server would load: two CNAMEs at one name, a CNAME beside a TXT record, ...

Answers with authority (AA) what their text says, exactly; for a DnsResponder, as its `behaviour`. A name without the
type that was asked, and without a CNAME, gets NODATA with the SOA; a name that is not there NXDOMAIN. What NS records
delegate to another zone gets a referral, with glue and without AA, unless that zone is here, too.

    registry = ScriptedZones()
    registry.load("com", parent_zone("com", address, "example.com. NS ns1.example.com.\nns1.example.com. A 127.1.2.3\n"))
    resolver.load("com", parent_zone("com", address))  # to whom it says who serves the parent zone
"""

import shlex
import socket
import struct

from support.dns_responder import NOERROR, NXDOMAIN, wire_name

REFUSED = 5
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28, "DNAME": 39}
ANY = 255
RESPONSE = 0x8000
AUTHORITATIVE = 0x0400


def parent_zone(name, address, delegations=""):
    """The text of a public suffix's zone: its server, at `address`, and what it delegates, with glue."""
    host = f"registry.nic.{name}."
    return (f"{name}. SOA {host} hostmaster.nic.{name}. 1 3600 600 86400 60\n{name}. NS {host}\n{host} A {address}\n"
            + delegations)  # fmt: skip


def wire_data(kind, words):
    if kind == "A":
        return socket.inet_aton(words[0])
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, words[0])
    if kind == "TXT":
        return b"".join(bytes([len(word)]) + word.encode() for word in words)
    if kind == "SOA":
        return wire_name(words[0]) + wire_name(words[1]) + struct.pack("!5I", *map(int, words[2:]))
    return wire_name(words[0])


def parse(text):
    """Lines "owner. [TTL] [IN] TYPE data", all names absolute, and $TTL: a list of owner, type, TTL and data."""
    records, default_ttl = [], 60
    for line in text.splitlines():
        words = shlex.split(line)
        if not words:
            continue
        if words[0] == "$TTL":
            default_ttl = int(words[1])
            continue
        owner, rest = words[0].rstrip(".").lower(), words[1:]
        ttl = int(rest.pop(0)) if rest[0].isdigit() else default_ttl
        if rest[0] == "IN":
            rest.pop(0)
        records.append((owner, TYPES[rest[0]], ttl, wire_data(rest[0], rest[1:])))
    return records


def wire_record(record):
    owner, kind, ttl, data = record
    return wire_name(owner) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


class ScriptedZones:
    def __init__(self):
        self.zones = {}  # records by apex

    def load(self, domain, text):
        self.zones[domain] = parse(text)

    def answer(self, query):
        above = [domain for domain in self.zones if f".{query.name}".endswith(f".{domain}")]
        if not above:
            return self.message(query, REFUSED, [], [])
        apex = max(above, key=len)
        records = self.zones[apex]
        if delegation := self.delegation(query.name, apex, records):
            hosts = {data for _, _, _, data in delegation}
            glue = [record for record in records if record[1] == TYPES["A"] and wire_name(record[0]) in hosts]
            return self.message(query, NOERROR, [], delegation, glue, flags=0)
        here = [record for record in records if record[0] == query.name]
        fitting = [record for record in here if record[1] in (query.type, TYPES["CNAME"]) or query.type == ANY]
        soa = [record for record in records if record[0] == apex and record[1] == TYPES["SOA"]]
        exists = any(f".{record[0]}".endswith(f".{query.name}") for record in records)
        return self.message(query, NOERROR if exists else NXDOMAIN, fitting, [] if fitting else soa)

    @staticmethod
    def delegation(name, apex, records):
        """The NS records of the zone below `apex` that `name` is in; none: it is in no other."""
        below = [record for record in records
                 if record[1] == TYPES["NS"] and record[0] != apex and f".{name}".endswith(f".{record[0]}")]  # fmt: skip
        return [record for record in below if record[0] == min(below, key=lambda each: len(each[0]))[0]]

    @staticmethod
    def message(query, code, answers, authorities, additionals=(), flags=AUTHORITATIVE):
        flags |= RESPONSE | (0x0100 if query.wants_recursion else 0) | code
        counts = struct.pack("!HHHHH", flags, 1, len(answers), len(authorities), len(additionals))
        return query.id + counts + query.question + b"".join(map(wire_record, [*answers, *authorities, *additionals]))


def with_code(message, code):
    """The same answer with another RCODE."""
    return message[:3] + bytes([message[3] & 0xF0 | code]) + message[4:]


def as_a_resolver_says(message):
    """The same answer, as from a resolver's memory: without AA, and with RA."""
    return message[:2] + bytes([message[2] & 0xFB, message[3] | 0x80]) + message[4:]


def without_authority(message):
    """The same answer; a negative one is cut off behind its question."""
    if message[6:8] != b"\0\0":
        return message
    return message[:8] + b"\0\0\0\0" + message[12 : message.index(b"\0", 12) + 5]
