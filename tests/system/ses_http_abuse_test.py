# SPDX-License-Identifier: Apache-2.0
"""HTTP as nobody should speak it: garbage, half requests, slow clients, floods; and that others are served."""

import http.client
import os
import pathlib
import re
import socket
import sys
import threading
import time
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.eventually import eventually  # noqa: E402
from support.loopback import ADDRESS  # noqa: E402
from support.programs import is_sanitized  # noqa: E402
from support.ses import FORM, NAMESPACE, VERSION, SesDaemon, query, raw_request, send, signed  # noqa: E402

LIST = f"Action=ListIdentities&Version={VERSION}"
MEGABYTE = 1 << 20
REQUEST_ID = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"


class AnAbusedPort(unittest.TestCase):
    def setUp(self):
        self.daemon = SesDaemon(self)
        self.daemon.configure(ses_api={"max_connections": 8, "request_timeout": "1s", "idle_timeout": "2s"})
        self.daemon.start()

    def plug(self, octets=b""):
        """A connection that has sent `octets`."""
        plug = socket.create_connection((ADDRESS, self.daemon.port), timeout=30)
        self.addCleanup(plug.close)
        plug.sendall(octets)
        return plug

    def read_all(self, plug):
        """Everything up to the end; a reset ends it, too."""
        parts = []
        try:
            while part := plug.recv(1 << 16):
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)

    def exchange(self, octets):
        """What comes back when the client sends and waits for the end."""
        return self.read_all(self.plug(octets))

    def list_request(self, **headers):
        return raw_request(self.daemon, "POST", "/", LIST.encode(), headers={"Content-Type": FORM, **headers})

    def still_serves(self):
        self.assertEqual(query(self.daemon, LIST).status, 200)
        self.assertEqual(self.daemon.call("ListIdentities"), {"Identities": []})

    def check_error(self, answer, status, code):
        """An error in SES's XML, with its request id in the header, in the body and in the log."""
        self.assertEqual(answer.status, status, answer.body)
        root = ElementTree.fromstring(answer.body)
        self.assertEqual(root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Code"), code)
        self.assertTrue(root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Message"))
        identity = root.findtext(f"{NAMESPACE}RequestId")
        self.assertRegex(identity, REQUEST_ID)
        self.assertEqual(answer.headers["x-amzn-RequestId"], identity)
        self.daemon.wait_for_log(identity)

    def test_answers_health_without_a_signature(self):
        for method, body in (("GET", b"ok\n"), ("HEAD", b"")):
            connection = self.daemon.connect()
            connection.request(method, "/healthz")
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read(), answer.headers["Content-Length"]), (200, body, "3"))
            connection.close()

    def test_names_what_is_wrong_in_the_language_of_the_path(self):
        connection = self.daemon.connect()
        self.addCleanup(connection.close)
        for method, target, status, code in (
            ("POST", "/", 403, "MissingAuthenticationToken"),
            ("GET", f"/?{LIST}", 403, "MissingAuthenticationToken"),
            ("PUT", "/", 404, "NotFound"),
            ("GET", "/elsewhere", 404, "NotFound"),
            ("GET", "/healthz/x", 404, "NotFound"),
        ):
            connection.request(method, target)
            root = ElementTree.fromstring(connection.getresponse().read())
            self.assertEqual(root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Code"), code, target)
        connection.request("GET", "/v2/email/identities")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["x-amzn-ErrorType"], answer.headers["Content-Type"]),
                         (403, "MissingAuthenticationTokenException", "application/json"))  # fmt: skip
        self.assertRegex(answer.headers["x-amzn-RequestId"], REQUEST_ID)
        self.assertIn(b'"message"', answer.read())

    def test_says_errors_as_ses_does(self):
        self.check_error(query(self.daemon, "Version=2010-12-01"), 400, "MissingAction")
        self.check_error(query(self.daemon, "Action=NoSuch"), 400, "InvalidAction")
        self.check_error(query(self.daemon, "Action=ListIdentities&Version=2009-01-01"), 400, "InvalidAction")
        self.check_error(query(self.daemon, "Action=VerifyDomainDkim"), 400, "MissingParameter")
        self.check_error(query(self.daemon, "Action=ListIdentities&Action=DeleteIdentity"), 404, "MalformedQueryString")
        self.check_error(query(self.daemon, "Action=DeleteIdentity&Identity=%00"), 404, "MalformedQueryString")
        self.check_error(query(self.daemon, "Action=ListIdentities&MaxItems=x"), 400, "InvalidParameterValue")
        self.check_error(query(self.daemon, LIST, secret="another"), 403, "SignatureDoesNotMatch")
        self.check_error(query(self.daemon, LIST, key="AKIDNOBODY"), 403, "InvalidClientTokenId")
        self.still_serves()

    def test_serves_the_url_form_and_both_letters_of_the_law(self):
        answer = send(self.daemon, "GET", f"/?{LIST}")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/xml"))
        self.check_error(
            send(self.daemon, "POST", "/?MaxItems=1", LIST.encode(), headers={"Content-Type": FORM}), 404,
            "MalformedQueryString",
        )  # fmt: skip

    def test_keeps_a_connection_open_over_requests_and_errors(self):
        connection = self.daemon.connect()
        connection.connect()
        first = connection.sock
        for form in (LIST, "Action=NoSuch", LIST):
            self.assertIn(query(self.daemon, form, connection=connection).status, (200, 400))
        self.assertIs(connection.sock, first)
        connection.close()

    def test_keeps_a_connection_of_http_1_0_open_when_asked_to(self):
        asked = b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n"
        answers = self.exchange(asked)
        self.assertEqual(answers.count(b"HTTP/1.0 200 OK\r\n"), 2, answers)
        self.assertEqual(answers.count(b"Connection: keep-alive\r\n"), 1, answers)

    def test_closes_when_the_client_says_so(self):
        answer = self.exchange(self.list_request(Connection="close"))
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)
        self.assertIn(b"Connection: close", answer)

    def test_answers_pipelined_requests_in_their_order(self):
        form = "Action=GetIdentityDkimAttributes&Identities.member.1=a{}.example"
        requests = [
            raw_request(self.daemon, "POST", "/", form.format(i).encode(), headers={"Content-Type": FORM})
            for i in range(20)
        ]
        plug = self.plug(b"".join(requests[:-1]) + requests[-1][:-5])
        plug.sendall(requests[-1][-5:])
        plug.shutdown(socket.SHUT_WR)
        answers = self.read_all(plug)
        self.assertEqual(re.findall(rb"<key>a(\d+)\.example</key>", answers), [b"%d" % i for i in range(20)])

    def test_takes_a_request_octet_by_octet_and_lf_in_front(self):
        plug = self.plug(b"\r\n")
        for octet in self.list_request(Connection="close"):
            plug.sendall(bytes([octet]))
        self.assertIn(b"200 OK", self.read_all(plug).split(b"\r\n")[0])

    def test_asks_for_the_body_when_the_client_waits(self):
        request = self.list_request(Expect="100-continue", Connection="close")
        head, body = request.split(b"\r\n\r\n")
        plug = self.plug(head + b"\r\n\r\n")
        self.assertEqual(plug.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
        plug.sendall(body)
        self.assertIn(b"200 OK", self.read_all(plug))

    def test_takes_a_chunked_body(self):
        body = LIST.encode()
        head = signed(self.daemon, "POST", "/", body, headers={"Content-Type": FORM})
        lines = ["POST / HTTP/1.1", *(f"{k}: {v}" for k, v in head.items()), "Transfer-Encoding: chunked",
                 "Connection: close"]  # fmt: skip
        chunks = b"".join(b"%x\r\n%s\r\n" % (1, bytes([octet])) for octet in body) + b"0\r\n\r\n"
        answer = self.exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + chunks)
        self.assertIn(b"200 OK", answer)

    def test_refuses_two_lengths_of_one_body(self):
        # What a proxy and a server read differently smuggles requests (RFC 9112 section 11.2).
        for lines in (
            b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            b"Content-Length: 5\r\nContent-Length: 6\r\n",
            b"Transfer-Encoding: gzip\r\n",
            b"Transfer-Encoding: chunked, gzip\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length: 5x\r\n",
        ):
            answer = self.exchange(b"POST / HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n0\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), (lines, answer))
            self.assertEqual(answer.count(b"HTTP/1.1 400 "), 1, answer)
        self.still_serves()

    def test_answers_garbage_with_400_and_goes_on(self):
        garbage = (
            b"\0" * 100 + b"\r\n\r\n", b"GET\r\n\r\n", b"\xff\xfe\xfd\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET /\x01 HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        )  # fmt: skip
        for octets in garbage:
            answer = self.exchange(octets)
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), (octets, answer))
            self.assertIn(b"<Code>MalformedHttpRequest</Code>", answer)
        for _ in range(50):
            self.exchange(os.urandom(400) + b"\r\n\r\n")
        self.still_serves()

    def test_refuses_a_body_that_is_too_large_before_it_comes(self):
        answer = self.exchange(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
        self.assertIn(b"<Code>RequestEntityTooLarge</Code>", answer)
        # and one that comes without a word about its size
        head = b"PUT /v2/email/identities/x/dkim HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = self.exchange(head + b"10000\r\n" + b"x" * 65536 + b"\r\n1\r\nx\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
        self.assertIn(b'{"message"', answer)
        # and the largest that is allowed is read
        filler = "a" * (65536 - len(LIST) - len("&Filler="))
        self.assertEqual(query(self.daemon, f"{LIST}&Filler={filler}").status, 200)

    def test_lets_a_client_that_sends_too_much_read_why(self):
        connection = http.client.HTTPConnection(ADDRESS, self.daemon.port, timeout=30)
        connection.request("POST", "/", b"x" * (4 * MEGABYTE), {"Content-Type": FORM})
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()

    def test_refuses_a_header_that_is_too_large(self):
        before = self.daemon.memory()
        for header in (b"X: " + b"x" * 17000, b"".join(b"X%d: x\r\n" % i for i in range(4000)), b"X" * 200_000):
            answer = self.exchange(b"GET / HTTP/1.1\r\n" + header + b"\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:200])
        answer = self.exchange(b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:200])
        if not is_sanitized():
            self.assertLess(self.daemon.memory() - before, 8 * MEGABYTE)
        self.still_serves()

    def test_gives_up_half_requests_and_serves_others_meanwhile(self):
        # Given clients that stop in the middle of a header, and of a body
        began = time.monotonic()
        slow = [self.plug(self.list_request()[:size]) for size in (1, 30, 200, len(self.list_request()) - 3)]
        # Then others are served at once, and those are cut off after request_timeout
        self.still_serves()
        self.assertLess(time.monotonic() - began, 1)
        for each in slow:
            self.assertEqual(self.read_all(each), b"")
        self.assertLess(time.monotonic() - began, 10)

    def test_gives_up_a_client_that_drips(self):
        began = time.monotonic()
        plug = self.plug()
        with self.assertRaises(ConnectionError):
            for octet in b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1000:
                plug.sendall(bytes([octet]))
                time.sleep(0.05)  # as slow as that
        self.assertLess(time.monotonic() - began, 10)

    def test_closes_connections_that_say_nothing(self):
        began = time.monotonic()
        self.assertEqual(self.read_all(self.plug()), b"")
        self.assertGreater(time.monotonic() - began, 1.5)
        # after a request, too
        plug = self.plug(self.list_request())
        self.assertIn(b"200 OK", self.read_all(plug))

    def test_bounds_what_a_client_can_ask_for_without_reading(self):
        plug = self.plug()
        plug.settimeout(0.5)
        before = self.daemon.memory()
        with self.assertRaises((TimeoutError, ConnectionError)):
            while True:
                plug.sendall(self.list_request() * 200)
        if not is_sanitized():
            self.assertLess(self.daemon.memory("VmHWM") - before, 16 * MEGABYTE)
        self.still_serves()

    def test_takes_newcomers_while_many_are_idle(self):
        before = self.daemon.descriptors()
        idle = [self.plug() for _ in range(100)]
        self.still_serves()
        self.assertLessEqual(self.daemon.descriptors(), before + 8)
        for each in idle:
            each.close()
        eventually(lambda: self.daemon.descriptors() <= before, "every descriptor is closed")

    def test_serves_newcomers_while_many_keep_it_waiting(self):
        # Given twice as many clients in the middle of a request as there may be
        slow = [self.plug(b"POST / HTTP/1.1\r\n") for _ in range(16)]
        # Then others are served, and of those only half of all connections are left
        self.still_serves()
        for each in slow[:12]:
            self.assertEqual(self.read_all(each), b"")
        self.still_serves()

    def test_lets_a_key_have_a_quarter_of_the_connections(self):
        mine = [self.plug(self.list_request()) for _ in range(4)]
        for each in mine:
            self.assertIn(b" 200 OK", each.recv(1 << 16))
        # Then the two that have been idle for longest are gone
        for each in mine[:2]:
            self.assertEqual(self.read_all(each), b"")
        for each in mine[2:]:
            each.sendall(self.list_request(Connection="close"))
            self.assertIn(b" 200 OK", self.read_all(each))

    def test_takes_as_many_of_an_address_as_the_operator_says(self):
        self.daemon.configure(ses_api={"connections_per_address": 1}).restart()
        first = self.plug(b"POST / HTTP/1.1\r\n")
        self.still_serves()
        self.assertEqual(self.read_all(first), b"")

    def test_gives_a_header_two_seconds(self):
        self.daemon.configure(ses_api={"request_timeout": "1m"}).restart()
        began = time.monotonic()
        self.assertEqual(self.read_all(self.plug(b"POST / HTTP/1.1\r\nHost: x\r\n")), b"")
        self.assertLess(abs(time.monotonic() - began - 2), 1)
        # but a body may take longer
        head, body = self.list_request(Connection="close").split(b"\r\n\r\n")
        plug = self.plug(head + b"\r\n\r\n")
        time.sleep(2.5)
        plug.sendall(body)
        self.assertIn(b" 200 OK", self.read_all(plug))

    def test_takes_a_hundred_fields_and_no_more(self):
        many = b"".join(b"X%d: x\r\n" % i for i in range(99))
        answer = self.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n")
        self.assertIn(b" 200 OK", answer)
        answer = self.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + many + b"Y: y\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
        self.assertIn(b"more than 100 fields", answer)

    def test_refuses_a_coding_in_http_1_0_and_closes(self):
        # Who is in between and knows no codings sees the second request as the body (RFC 9112 section 6.1).
        head = b"POST / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = self.exchange(head + b"0\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.0 400 "), answer)
        self.assertNotIn(b" 200 OK", answer)
        self.still_serves()

    def test_takes_the_target_with_its_origin_in_front(self):
        answer = self.exchange(
            f"GET {self.daemon.endpoint}/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        self.assertIn(b" 200 OK", answer)

    def test_takes_the_host_of_the_target_for_the_one_that_was_signed(self):
        # RFC 9112 section 3.2.2: the host of an absolute target stands for the Host header.
        def of(target, host):
            request = self.list_request(Connection="close").decode()
            request = request.replace("POST / ", f"POST {target} ", 1)
            return self.exchange(re.sub(r"(?m)^Host: .*?\r$", f"Host: {host}\r", request).encode())

        here = f"{ADDRESS}:{self.daemon.port}"
        self.assertIn(b" 200 OK", of("/", here))
        self.assertIn(b" 200 OK", of(f"http://{here}/", "elsewhere.example"))
        self.assertIn(b" 200 OK", of(f"HTTP://{here}", here))
        self.assertIn(b"SignatureDoesNotMatch", of("http://elsewhere.example/", here))
        for broken in ("http:///", "http://user@" + here + "/", "https://?Action=ListIdentities"):
            self.assertIn(b" 400 Bad Request", of(broken, here))

    def test_needs_one_host(self):
        for hosts in ("", "Host: a\r\nHost: b\r\n"):
            answer = self.exchange(f"GET /healthz HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
            self.assertIn(b" 400 Bad Request", answer)

    def test_takes_no_header_behind_the_body(self):
        head = signed(self.daemon, "POST", "/", LIST.encode(), headers={"Content-Type": FORM}.items())
        behind = {name: head.pop(name) for name in ("Authorization", "X-Amz-Date")}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if name != "Content-Length")
        trailer = "".join(f"{name}: {value}\r\n" for name, value in behind.items())
        answer = self.exchange(
            f"POST / HTTP/1.1\r\n{lines}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            f"{len(LIST):x}\r\n{LIST}\r\n0\r\n{trailer}\r\n".encode()
        )
        self.assertIn(b" 400 Bad Request", answer)

    def test_ends_while_clients_ask_on_and_on(self):
        # Given clients that always have requests on their way, on both sockets
        ended = threading.Event()

        def ask(plug, request):
            plug.setblocking(False)
            while not ended.is_set():
                for step in (lambda: plug.send(request * 50), lambda: plug.recv(1 << 16)):
                    try:
                        step()
                    except BlockingIOError:
                        pass
                    except OSError:
                        return

        control = socket.socket(socket.AF_UNIX)
        control.connect(str(self.daemon.socket))
        self.addCleanup(control.close)
        get = b"GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
        call = b'{"jsonrpc":"2.0","id":1,"method":"GetStatus"}\n'
        threads = [threading.Thread(target=ask, args=asked) for asked in
                   ((self.plug(), get), (self.plug(), get), (control, call))]  # fmt: skip
        for each in threads:
            each.start()
        try:
            eventually(lambda: self.daemon.status()["control"]["requests_total"] > 100, "the clients ask")
            # When it is told to end, then it does
            self.assertEqual(self.daemon.stop(), 0)
        finally:
            ended.set()
            for each in threads:
                each.join()
        self.assertEqual(self.daemon.status()["state"], "stopped")

    def test_acknowledges_only_what_is_on_disk(self):
        answer = query(self.daemon, f"Action=VerifyDomainDkim&Version={VERSION}&Domain=example.com")
        self.daemon.kill()
        self.assertEqual(answer.status, 200)
        tokens = re.findall(rb"<member>([a-z2-7]{32})</member>", answer.body)
        self.daemon.start()
        self.assertEqual([t.decode() for t in tokens], self.daemon.describe("example.com")["DkimTokens"])


class APortAmongSlowClients(unittest.TestCase):
    CLIENTS = 300

    def test_answers_every_signed_request(self):
        # Given more clients without a key than there may be connections, each of which sends an octet now and then,
        # and comes again when it is closed
        daemon = SesDaemon(self)
        daemon.start()
        ended = threading.Event()

        def drip():
            open_ones = []
            while not ended.is_set():
                for _ in range(min(self.CLIENTS - len(open_ones), 300 if not open_ones else 20)):
                    plug = socket.socket()
                    plug.setblocking(False)
                    plug.connect_ex((ADDRESS, daemon.port))
                    open_ones.append(plug)
                kept = []
                for plug in open_ones:
                    try:
                        plug.send(b"P")
                        kept.append(plug)
                    except BlockingIOError:
                        kept.append(plug)
                    except OSError:
                        plug.close()
                open_ones = kept
                ended.wait(0.1)
            for plug in open_ones:
                plug.close()

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            time.sleep(1)
            # Then every request with a signature is answered, and soon
            began = time.monotonic()
            statuses = []
            for _ in range(100):
                statuses.append(query(daemon, LIST).status)
                time.sleep(0.02)
            self.assertEqual(statuses, [200] * 100)
            if not is_sanitized():
                self.assertLess(time.monotonic() - began, 12)
            connection = daemon.connect()  # also over one that stays open
            for _ in range(20):
                self.assertEqual(query(daemon, LIST, connection=connection).status, 200)
                time.sleep(0.05)
            connection.close()
        finally:
            ended.set()
            thread.join()


class AStart(unittest.TestCase):
    def setUp(self):
        self.daemon = SesDaemon(self)

    def refuses(self, *said):
        status, output = self.daemon.refusal()
        self.assertEqual(status, 1, output)
        for word in said:
            self.assertIn(word, output)

    def test_needs_credentials(self):
        self.daemon.credentials.unlink()
        self.refuses("credentials.toml")

    def test_needs_credentials_that_are_secret(self):
        self.daemon.credentials.chmod(0o644)
        self.refuses("credentials.toml", "0600")

    def test_needs_its_address(self):
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((ADDRESS, self.daemon.port))
            other.listen()
            self.refuses(f"{ADDRESS}:{self.daemon.port}", "ses_api.listen")

    def test_stays_on_loopback_unless_told_otherwise(self):
        self.daemon.configure(ses_api={"listen": f"0.0.0.0:{self.daemon.port}"})
        self.refuses("ses_api.listen must be an address of loopback")

    def test_takes_the_credentials_that_systemd_passes(self):
        folder = self.daemon.folder / "passed"
        folder.mkdir()
        self.daemon.credentials.rename(folder / "credentials.toml")
        del self.daemon.settings["ses_api"]["credentials"]
        self.daemon.configure()
        self.daemon.environment["CREDENTIALS_DIRECTORY"] = str(folder)
        self.daemon.start()
        self.assertEqual(query(self.daemon, LIST).status, 200)

    def test_without_the_api_listens_nowhere_and_needs_no_credentials(self):
        self.daemon.credentials.unlink()
        self.daemon.configure(ses_api={"listen": ""}).start()
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((ADDRESS, self.daemon.port), timeout=10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
