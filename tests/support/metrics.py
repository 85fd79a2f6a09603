# SPDX-License-Identifier: Apache-2.0
"""The metrics of a daemon under test: where it serves them, and its page as Prometheus' own parser reads it."""

import http.client

from prometheus_client.parser import text_string_to_metric_families

from support.loopback import ADDRESS, free_port

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Has `daemon`, which is not started yet, serve its metrics. `settings`: further keys of [metrics]."""

    def __init__(self, daemon, **settings):
        self.port = free_port()
        daemon.configure(metrics={"listen": f"{ADDRESS}:{self.port}", **settings})

    def connect(self):
        return http.client.HTTPConnection(ADDRESS, self.port, timeout=30)

    def get(self, path="/metrics", method="GET"):
        """The answer to one request on a connection of its own, and its body."""
        connection = self.connect()
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def text(self):
        answer, body = self.get()
        if (answer.status, answer.headers["Content-Type"]) != (200, CONTENT_TYPE):
            raise AssertionError((answer.status, answer.headers.items(), body[:500]))
        return body.decode()

    def families(self):
        return list(text_string_to_metric_families(self.text()))

    def values(self):
        """Every sample: a number by the name and, sorted, the values of the labels."""
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in self.families()
            for sample in family.samples
        }

    def value(self, name, *labels):
        """One number; 0 where nothing was counted yet."""
        return self.values().get((name, *labels), 0)
