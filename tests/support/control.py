# SPDX-License-Identifier: Apache-2.0
"""A connection to the control socket: JSON-RPC 2.0, one JSON value a line."""

import json
import socket


class Refusal(Exception):
    """The error of an answer: `rpc` is JSON-RPC's number, `word` SES's code word, the text the sentence."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.rpc = error["code"]
        self.word = error.get("data", {}).get("Code")


def request(number, method, **params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


class Control:
    def __init__(self, owner, path, timeout=60):
        self.socket = socket.socket(socket.AF_UNIX)
        if owner is not None:
            owner.addCleanup(self.socket.close)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self.received = b""
        self.notifications = []
        self.last_id = 0

    def close(self):
        self.socket.close()

    def send_bytes(self, octets):
        self.socket.sendall(octets)

    def send(self, *values):
        self.send_bytes(b"".join(json.dumps(each).encode() + b"\n" for each in values))

    def read_line(self):
        """The next line without its LF; None when the daemon has closed."""
        while b"\n" not in self.received:
            more = self.socket.recv(1 << 16)
            if not more:
                return None
            self.received += more
        line, self.received = self.received.split(b"\n", 1)
        return line

    def read(self):
        """The next JSON value; None when the daemon has closed."""
        line = self.read_line()
        return None if line is None else json.loads(line)

    def read_to_end(self):
        return list(iter(self.read, None))

    def call(self, method, **params):
        """The result of one request. Throws Refusal. What is watched is kept in `notifications`."""
        self.last_id += 1
        self.send(request(self.last_id, method, **params))
        while True:
            answer = self.read()
            if answer is None:
                raise ConnectionError("the daemon closed the connection")
            if "method" in answer:
                self.notifications.append(answer)
                continue
            if "error" in answer:
                raise Refusal(answer["error"])
            return answer["result"]

    def next_notification(self):
        """The next change of a watcher."""
        return self.notifications.pop(0) if self.notifications else self.read()
