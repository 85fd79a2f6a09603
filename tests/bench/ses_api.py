# SPDX-License-Identifier: Apache-2.0
"""Signed `GetIdentityDkimAttributes` over HTTP, as fast as the daemon answers on one core, while polling goes on.

The daemon has a core for itself, and polls pending identities at the shipped limit of lookups a second; the DNS server
(Knot, which has none of the records) and this client share the others. The requests are signed before, each for another
identity, and sent again and again over connections that stay open, one request under way on each. `--smoke`: a moment.
"""

import selectors
import socket
import sys
import time

from hundred_thousand import Phase as ControlPhase
from hundred_thousand import import_all
from measurement import IS_SMOKE, SHIPPED, Run, core_of_its_own, milliseconds, percentile
from support.knot import Knot
from support.ses import ADDRESS, FORM, SesDaemon, raw_request

CONNECTIONS = 16
REQUESTS = 100 if IS_SMOKE else 2_000  # signed before
SECONDS = 0.5 if IS_SMOKE else 20
LEAST_RATE = 2_000
LONGEST_REQUEST = 0.050  # seconds, for 99 of 100
# All that were imported are due every two seconds, so that the limit of lookups a second is reached.
POLLING = {"first_check": "1s", "min_interval": "2s", "max_interval": "2s"}


class Connection:
    """Sends one request after the other, each when the last was answered."""

    def __init__(self, daemon):
        self.socket = socket.create_connection((ADDRESS, daemon.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""

    def send(self, request):
        self.answer = b""
        self.sent_at = time.monotonic()
        self.socket.sendall(request)

    def is_answered(self):
        """Reads what is there."""
        self.answer += self.socket.recv(65536)
        head, mark, body = self.answer.partition(b"\r\n\r\n")
        if not mark:
            return False
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) < length:
            return False
        if not head.startswith(b"HTTP/1.1 200") or b"<DkimTokens><member>" not in body:
            raise AssertionError(self.answer)
        return True


def requests_of(daemon):
    forms = (f"Action=GetIdentityDkimAttributes&Version=2010-12-01&Identities.member.1=d{number % 500}.example"
             for number in range(REQUESTS))  # fmt: skip
    return [raw_request(daemon, "POST", "/", form.encode(), headers={"Content-Type": FORM}.items()) for form in forms]


def ask(daemon, requests, seconds):
    """How long each request took."""
    took = []
    selector = selectors.DefaultSelector()
    for number in range(CONNECTIONS):
        connection = Connection(daemon)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(requests[number])
    next_one, end = CONNECTIONS, time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(timeout=1):
            if key.data.is_answered():
                took.append(time.monotonic() - key.data.sent_at)
                key.data.send(requests[next_one % len(requests)])
                next_one += 1
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return took


def main():
    with Run() as run:
        core = core_of_its_own()
        knot = Knot(run, "example")
        daemon = SesDaemon(run, **SHIPPED)
        daemon.configure(resolver={"servers": [knot.server]}, polling=POLLING, log={"level": "info"})
        daemon.start("taskset", "--cpu-list", str(core))
        import_all(run, daemon)
        requests = requests_of(daemon)
        ask(daemon, requests, SECONDS / 10)

        begin = ControlPhase(run, daemon, "").now()
        took = ask(daemon, requests, SECONDS)
        seconds, cpu, lookups = (after - before for after, before in
                                 zip(ControlPhase(run, daemon, "").now(), begin))  # fmt: skip
        rate, p99 = len(took) / seconds, percentile(took, 0.99)
        polling = f"{lookups / seconds:.0f} lookups/s meanwhile, {100 * cpu / seconds:.0f} % of a core in all"
        run.row("signed GetIdentityDkimAttributes", f"{rate:.0f} /s", polling, f">= {LEAST_RATE} /s", rate >= LEAST_RATE)
        run.row("the same, p50", milliseconds(percentile(took, 0.5)), f"{CONNECTIONS} under way")
        run.row("the same, p99", milliseconds(p99), "", f"< {milliseconds(LONGEST_REQUEST)}", p99 < LONGEST_REQUEST)
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
