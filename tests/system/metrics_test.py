# SPDX-License-Identifier: Apache-2.0
"""GET /metrics: what monitoring reads follows what was done, and nobody who reads it does harm."""

import os
import pathlib
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.knot import Knot, zone_lines  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402
from support.metrics import Metrics  # noqa: E402
from support.ses import VERSION, SesDaemon, query, send  # noqa: E402

# Whatever a label may say. None of them is the word of an owner or of a caller.
LABELS = {
    "version": r"\d+\.\d+\.\d+",
    "status": "Pending|Success|Failed|TemporaryFailure",
    "proof": "dkim|txt",
    "from": "NotStarted|Pending|Success|Failed|TemporaryFailure",
    "to": "Pending|Success|Failed|TemporaryFailure",
    "asked": "resolver|zone",
    "finding": "found|absent|wrong_target|no_answer",
    "state": "unknown|open|blocked|diverted",
    "fault": "[a-z0-9_]+",
    "transport": "control|ses_api",
    "operation": "none|[A-Z][A-Za-z]+",
    "code": "[A-Z][A-Za-z]+",
    "le": r"[0-9.e+-]+|\+Inf",
}


class WhatTheNumbersSay(unittest.TestCase):
    def setUp(self):
        self.knot = Knot(self, "example.com")
        self.daemon = Daemon(self, resolver={"servers": [self.knot.server]})
        self.metrics = Metrics(self.daemon)
        self.daemon.start()

    def test_begins_at_nothing(self):
        values = self.metrics.values()
        self.assertEqual(sum(values["easydkim_identities", status] for status in LABELS["status"].split("|")), 0)
        self.assertEqual(values["easydkim_store_commits_total",], 0)
        self.assertEqual(values["easydkim_lookup_duration_seconds_count", "resolver"], 0)
        self.assertEqual(values["easydkim_resolver_healthy",], 1)
        self.assertEqual(values["easydkim_port_53_state", "unknown"], 1)
        self.assertAlmostEqual(values["easydkim_start_time_seconds",], time.time(), delta=60)

    def test_follows_a_domain_from_its_issue_to_success_and_to_its_end(self):
        # Given a domain that was issued, and polled without its records
        issued = self.daemon.call("VerifyDomainDkim", Domain="example.com")
        eventually(lambda: self.metrics.value("easydkim_lookups_total", "resolver", "absent") >= 3, "it is polled")
        pending = self.metrics.values()
        self.assertEqual(pending["easydkim_identities", "Pending"], 1)
        self.assertEqual(pending["easydkim_status_changes_total", "NotStarted", "dkim", "Pending"], 1)
        self.assertEqual(pending["easydkim_requests_total", "OK", "VerifyDomainDkim", "control"], 1)
        self.assertGreater(pending["easydkim_request_duration_seconds_sum", "VerifyDomainDkim", "control"], 0)
        self.assertGreaterEqual(pending["easydkim_store_commits_total",], 1)
        self.assertGreater(pending["easydkim_store_commit_duration_seconds_sum",], 0)

        # When its records are published
        self.knot.publish("example.com", zone_lines(issued))
        self.daemon.wait_for_status("example.com", "Success")

        # Then the numbers follow
        verified = self.metrics.values()
        self.assertEqual(verified["easydkim_identities", "Pending"], 0)
        self.assertEqual(verified["easydkim_identities", "Success"], 1)
        self.assertEqual(verified["easydkim_signing_enabled_identities",], 1)
        self.assertEqual(verified["easydkim_status_changes_total", "Pending", "dkim", "Success"], 1)
        self.assertGreaterEqual(verified["easydkim_lookups_total", "resolver", "found"], 6)
        self.assertGreater(verified["easydkim_store_commits_total",], pending["easydkim_store_commits_total",])
        self.assertEqual(verified["easydkim_queued_checks",], 1)
        self.assertEqual(verified["easydkim_lag_seconds",], 0)

        self.daemon.call("DeleteIdentity", Identity="example.com")
        self.assertEqual(self.metrics.value("easydkim_identities", "Success"), 0)

    def test_adds_up(self):
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        eventually(lambda: self.metrics.value("easydkim_lookups_total", "resolver", "absent") >= 3, "it is polled")
        values = self.metrics.values()
        lookups = sum(value for key, value in values.items() if key[:2] == ("easydkim_lookups_total", "resolver"))
        self.assertEqual(values["easydkim_lookup_duration_seconds_count", "resolver"], lookups)
        self.assertLessEqual(lookups, values["easydkim_dns_questions_total",])
        commits = values["easydkim_store_commits_total",]
        self.assertEqual(values["easydkim_store_commit_duration_seconds_count",], commits)
        self.assertEqual(values["easydkim_store_commit_changes_count",], commits)
        self.assertGreaterEqual(values["easydkim_store_commit_changes_sum",], commits)

    def test_agrees_with_the_status_file(self):
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        told, values = self.daemon.call("GetStatus"), self.metrics.values()
        self.assertEqual(values["easydkim_store_used_bytes",], told["store"]["used_bytes"])
        self.assertEqual(values["easydkim_store_size_bytes",], told["store"]["size_bytes"])
        self.assertEqual(values["easydkim_identities", "Pending"], told["identities"]["Pending"])
        self.assertGreaterEqual(values["easydkim_dns_questions_total",], told["polling"]["lookups_total"])

    def test_tells_lookups_that_nobody_answers_and_an_ill_resolver(self):
        self.daemon.stop()
        self.daemon.configure(resolver={"servers": [f"{ADDRESS}:{free_port()}"]}).start()
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        eventually(lambda: self.metrics.value("easydkim_resolver_healthy") == 0, "the resolver is ill")
        self.assertGreaterEqual(self.metrics.value("easydkim_lookups_total", "resolver", "no_answer"), 1)

    def test_counts_refusals_by_their_code_and_never_by_a_word_of_the_caller(self):
        for method, params in (("VerifyDomainDkim", {"Domain": "co.uk"}), ("NoSuchMethod", {}), ("CheckIdentity", {})):
            with self.assertRaises(Refusal):
                self.daemon.call(method, **params)
        values = self.metrics.values()
        self.assertEqual(values["easydkim_requests_total", "InvalidParameterValue", "VerifyDomainDkim", "control"], 1)
        self.assertEqual(values["easydkim_requests_total", "MethodNotFound", "none", "control"], 1)
        self.assertEqual(values["easydkim_requests_total", "MissingParameter", "CheckIdentity", "control"], 1)

    def test_has_labels_of_our_own_words_only(self):
        self.daemon.call("VerifyDomainDkim", Domain="example.com", Account="a-customer")
        eventually(lambda: self.metrics.value("easydkim_lookups_total", "resolver", "absent") >= 1, "it is polled")
        for family in self.metrics.families():
            for sample in family.samples:
                for name, value in sample.labels.items():
                    self.assertRegex(value, f"^({LABELS[name]})$", sample)
        self.assertNotRegex(self.metrics.text(), "a-customer|example")

    def test_follows_the_conventions_of_prometheus(self):
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.metrics.text(), capture_output=True,
                                 text=True, timeout=60)  # fmt: skip
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))


class ADomainWithServersOfItsOwn(unittest.TestCase):
    def test_is_counted_as_asked_at_its_zone(self):
        world = DnsWorld(self)
        world.zone("example.com", servers=["ns1", "ns2"])
        daemon = Daemon(self, resolver=world.resolver_settings("authoritative"))
        metrics = Metrics(daemon)
        daemon.start()
        daemon.call("VerifyDomainDkim", Domain="example.com")
        eventually(lambda: metrics.value("easydkim_lookups_total", "zone", "absent") >= 1, "the zone is asked")
        values = metrics.values()
        self.assertGreaterEqual(values["easydkim_lookup_duration_seconds_count", "zone"], 1)
        self.assertEqual(values["easydkim_port_53_state", "open"], 1)


class RequestsOverHttp(unittest.TestCase):
    def test_are_counted_by_operation_and_code_whichever_api_is_spoken(self):
        daemon = SesDaemon(self)
        metrics = Metrics(daemon)
        daemon.start()
        query(daemon, f"Action=ListIdentities&Version={VERSION}")
        query(daemon, f"Action=Anything&Version={VERSION}")
        query(daemon, f"Action=ListIdentities&Version={VERSION}", secret="another")
        query(daemon, f"Action=VerifyDomainDkim&Version={VERSION}&Domain=co.uk")
        send(daemon, "GET", "/v2/email/identities/example.com")
        send(daemon, "GET", "/elsewhere")
        values = metrics.values()
        for operation, code in (
            ("ListIdentities", "OK"),
            ("none", "InvalidAction"),
            ("none", "SignatureDoesNotMatch"),
            ("VerifyDomainDkim", "InvalidParameterValue"),
            ("GetEmailIdentity", "NotFound"),
            ("none", "NotFound"),
        ):
            self.assertEqual(values["easydkim_requests_total", code, operation, "ses_api"], 1, (operation, code))


class AnAbusedPort(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self)
        self.metrics = Metrics(self.daemon, max_connections=4, request_timeout="1s", idle_timeout="2s")
        self.daemon.start()

    def plug(self, octets=b""):
        plug = socket.create_connection((ADDRESS, self.metrics.port), timeout=30)
        self.addCleanup(plug.close)
        plug.sendall(octets)
        return plug

    def read_all(self, plug):
        parts = []
        try:
            while part := plug.recv(1 << 16):
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)

    def test_has_two_pages_and_no_more(self):
        for method, path, status in (
            ("GET", "/metrics", 200),
            ("GET", "/metrics?name=x", 200),
            ("HEAD", "/metrics", 200),
            ("GET", "/healthz", 200),
            ("GET", "/", 404),
            ("GET", "/metrics/", 404),
            ("POST", "/nothing", 404),
            ("POST", "/metrics", 405),
            ("DELETE", "/healthz", 405),
        ):
            answer, body = self.metrics.get(path, method)
            self.assertEqual(answer.status, status, (method, path))
            self.assertEqual(answer.headers["Allow"], "GET, HEAD" if status == 405 else None)
            self.assertEqual(body == b"", method == "HEAD")
        self.assertEqual(self.metrics.get("/healthz")[1], b"ok\n")

    def test_keeps_a_connection_open_from_one_look_to_the_next(self):
        connection = self.metrics.connect()
        self.addCleanup(connection.close)
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request("GET", "/metrics")
            self.assertIn(b"easydkim_build_info", connection.getresponse().read())
        self.assertIs(connection.sock, first)

    def test_takes_no_body_and_no_endless_header(self):
        body = self.read_all(self.plug(b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"))
        self.assertIn(b" 413 ", body)
        self.assertIn(b"no body", body)
        header = self.read_all(self.plug(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Filler: " + b"x" * (64 << 10)))
        self.assertIn(b"metrics.max_header", header)
        self.assertIn(b" 400 ", self.read_all(self.plug(b"EHLO\r\n\r\n")))
        self.metrics.text()

    def test_ends_who_is_slow_or_silent_and_serves_others_meanwhile(self):
        half = self.plug(b"GET /metrics HTTP/1.1\r\nHo")
        silent = self.plug()
        begin = time.monotonic()
        self.metrics.text()
        self.assertEqual((self.read_all(half), self.read_all(silent)), (b"", b""))
        self.assertLess(time.monotonic() - begin, 20)

    def test_ends_who_does_not_take_the_answers(self):
        plug = self.plug()
        plug.setblocking(False)
        asked = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 100

        def is_closed():
            try:
                plug.send(asked)
            except BlockingIOError:
                pass
            except ConnectionError:
                return True
            return False

        eventually(is_closed, "the daemon closes it")
        self.metrics.text()

    def test_serves_newcomers_while_many_keep_it_waiting(self):
        slow = [self.plug(b"GET /metrics HTTP/1.1\r\nHo") for _ in range(8)]
        for _ in range(5):
            self.metrics.text()
        self.assertEqual(self.read_all(slow[0]), b"")

    def test_takes_newcomers_while_many_are_idle(self):
        for _ in range(20):
            self.plug()
        self.metrics.text()

    def test_leaves_nothing_open_behind_clients_that_are_gone(self):
        before = self.daemon.descriptors()
        for _ in range(50):
            self.plug(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").close()
        eventually(lambda: self.daemon.descriptors() <= before, "their descriptors are closed")

    def test_serves_while_polling_flat_out_and_ends_in_order(self):
        self.daemon.call("ImportIdentities", Identities=[{"Domain": f"d{i}.example.com"} for i in range(500)])
        for _ in range(20):
            self.assertIn("easydkim_identities", self.metrics.text())
        self.assertEqual(self.daemon.stop(), 0)


class AStart(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self)

    def refuses(self, *said):
        status, output = self.daemon.refusal()
        self.assertEqual(status, 1, output)
        for word in said:
            self.assertIn(word, output)

    def listening_ports(self):
        """TCP sockets of the daemon that listen, by what the kernel says."""
        process = pathlib.Path(f"/proc/{self.daemon.child.pid}")
        listening = {
            f"socket:[{line.split()[9]}]"
            for table in ("tcp", "tcp6")
            for line in (process / "net" / table).read_text().splitlines()[1:]
            if line.split()[3] == "0A"
        }
        return sum(os.readlink(each) in listening for each in (process / "fd").iterdir())

    def test_serves_no_metrics_unless_told_where(self):
        self.daemon.start()
        self.assertEqual(self.listening_ports(), 0)
        self.assertNotIn("metrics", self.daemon.output())

    def test_stays_on_loopback_unless_told_otherwise(self):
        self.daemon.configure(metrics={"listen": f"0.0.0.0:{free_port()}"})
        self.refuses("metrics.listen must be an address of loopback")

    def test_needs_its_address(self):
        metrics = Metrics(self.daemon)
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((ADDRESS, metrics.port))
            other.listen()
            self.refuses(f"{ADDRESS}:{metrics.port}", "choose another metrics.listen")

    def test_says_where_it_serves_them(self):
        metrics = Metrics(self.daemon)
        self.daemon.start()
        self.assertEqual(self.listening_ports(), 1)
        self.assertIn(f"metrics, listens on '{ADDRESS}:{metrics.port}'", self.daemon.output())


if __name__ == "__main__":
    unittest.main(verbosity=2)
