# SPDX-License-Identifier: Apache-2.0
"""Where the servers of a test listen: loopback addresses of this process, so that tests side by side never meet."""

import os
import random
import socket

DNS_PORT = 53
_pid = os.getpid()
_rng = random.SystemRandom()
ADDRESS = f"127.{1 + (_pid >> 16 & 0x3F)}.{_pid >> 8 & 0xFF}.{1 + (_pid & 0xFF) % 254}"


def free_port():
    """A port of ADDRESS that is free for UDP and for TCP."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind((ADDRESS, 0))
            try:
                tcp.bind((ADDRESS, udp.getsockname()[1]))
            except OSError:
                continue
            return udp.getsockname()[1]
    raise OSError("no port is free for both UDP and TCP")


def name_server_address():
    """A loopback address whose port 53 is free, as a delegation needs: it names no port. Needs root."""
    for _ in range(100):
        # Above those of ADDRESS, which end at 127.64.
        address = f"127.{_rng.randint(65, 254)}.{_rng.randint(0, 255)}.{_rng.randint(1, 254)}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            try:
                udp.bind((address, DNS_PORT))
                tcp.bind((address, DNS_PORT))
            except PermissionError:
                raise AssertionError("this test must run as root: its name servers listen on port 53") from None
            except OSError:
                continue
            return address
    raise OSError("port 53 of a hundred loopback addresses is in use")
