"""Where the servers of a test listen: a loopback address of this process, so that tests side by side never meet."""

import os
import socket

_pid = os.getpid()
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
