# SPDX-License-Identifier: Apache-2.0
"""A DNS server inside the test, for what a real one does not do: silence, SERVFAIL, no TCP, an answer to everything.

Serves UDP and TCP on one port. What it says is `behaviour`, a function that takes a query and gives the answer, or
None for silence; it may be changed at any time. The default tells the truth of `cnames`.
"""

import socket
import struct
import threading

from support.loopback import ADDRESS, free_port

CNAME, SOA = 5, 6
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3


def wire_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


class Query:
    def __init__(self, message):
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1 : at + 1 + message[at]].decode("latin-1"))
            at += 1 + message[at]
        self.id = message[:2]
        self.wants_recursion = bool(message[2] & 1)
        self.type = int.from_bytes(message[at + 1 : at + 3], "big")
        self.question = message[12 : at + 5]
        self.name = ".".join(labels).lower()

    def answer(self, code, target=None):
        """The answer with that RCODE, and a CNAME to `target` if given; without one, the SOA of a negative answer."""
        if target is not None:
            data, kind, owner = wire_name(target), CNAME, b"\xc0\x0c"
        else:
            data, kind, owner = wire_name("ns.example") * 2 + struct.pack("!5I", 1, 60, 60, 60, 1), SOA, b"\0"
        record = owner + struct.pack("!HHIH", kind, 1, 1, len(data)) + data
        flags = 0x8180 | code  # response, recursion desired and available
        answers, authorities = (1, 0) if target is not None else (0, 1)
        return self.id + struct.pack("!HHHHH", flags, 1, answers, authorities, 0) + self.question + record


class DnsResponder:
    """`with_tcp`: False refuses TCP connections. `port`: None chooses a free one of ADDRESS."""

    def __init__(self, owner, with_tcp=True, address=ADDRESS, port=None):
        self.cnames = {}
        self.queries = 0
        self.behaviour = self.truth
        port = port or free_port()
        self.address, self.server = address, f"{address}:{port}"
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, port))
        self.open = [self.udp]
        threading.Thread(target=self.serve_udp, daemon=True).start()
        if with_tcp:
            self.begin_tcp()
        owner.addCleanup(self.close)

    def begin_tcp(self):
        self.tcp = socket.create_server(self.udp.getsockname(), backlog=128)
        self.open.append(self.tcp)
        threading.Thread(target=self.serve_tcp, daemon=True).start()

    def close(self):
        for each in self.open:
            try:
                each.shutdown(socket.SHUT_RDWR)  # wakes its thread
            except OSError:
                pass
            each.close()

    def publish(self, identity):
        """The records of an identity object, or of VerifyDomainDkim's result."""
        for record in identity["Records"]:
            self.cnames[record["Name"].lower()] = record["Value"]

    def truth(self, query):
        target = self.cnames.get(query.name)
        return query.answer(NOERROR, target) if target else query.answer(NXDOMAIN)

    def serve_udp(self):
        while True:
            try:
                message, client = self.udp.recvfrom(4096)
                if not client:
                    return
                answer = self.said(message)
                if answer is not None:
                    self.udp.sendto(answer, client)
            except OSError:
                return

    def serve_tcp(self):
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_connection, args=[connection], daemon=True).start()

    def serve_connection(self, connection):
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(30)
            try:
                while len(size := stream.read(2)) == 2:
                    answer = self.said(stream.read(int.from_bytes(size, "big")))
                    if answer is not None:
                        connection.sendall(len(answer).to_bytes(2, "big") + answer)
            except OSError:
                return

    def said(self, message):
        self.queries += 1
        return self.behaviour(Query(message))


def servfail(query):
    return query.answer(SERVFAIL)


def silence(_query):
    return None


def answer_everything(query):
    """As a zone does whose owner made it answer whatever is asked: TOKEN._domainkey.x is a CNAME to TOKEN.suffix."""
    return query.answer(NOERROR, query.name.split(".")[0] + ".dkim.amazonses.com")
