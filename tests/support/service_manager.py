# SPDX-License-Identifier: Apache-2.0
"""What systemd is to the daemon: the socket that it sends its messages to (sd_notify(3))."""

import socket

from support.eventually import eventually


class ServiceManager:
    def __init__(self, owner, folder):
        self.path = folder / "notify.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.setblocking(False)
        owner.addCleanup(self.socket.close)
        self.lines = []

    def receive(self):
        while True:
            try:
                self.lines += self.socket.recv(1 << 16).decode().splitlines()
            except BlockingIOError:
                return self.lines

    def wait_for(self, begin, behind=0):
        """The index of the first line, from `behind` on, that begins so."""

        def found():
            for at, line in enumerate(self.receive()[behind:], behind):
                if line.startswith(begin):
                    return at + 1  # not 0, which is false
            return None

        return eventually(found, f"a message {begin}") - 1
