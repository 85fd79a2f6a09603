# SPDX-License-Identifier: Apache-2.0
"""Clients of the control socket that misbehave, and socket files that are in the way."""

import json
import os
import pathlib
import select
import signal
import socket
import stat
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal, request  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.other_user import ALICE, BOB, control_of, easydkim_of  # noqa: E402
from support.programs import is_sanitized  # noqa: E402

MEGABYTE = 1 << 20


def line(value):
    return json.dumps(value).encode() + b"\n"


def begin_a_request(control):
    """Leaves the connection in the middle of a request, as far as the daemon has read it, too."""
    control.send_bytes(line(request(1, "ListIdentities")) + b"{")
    assert "result" in control.read()


class AnAbusedSocket(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self, control={"max_connections": 8})
        # AddressSanitizer keeps what was freed; bounds of memory are to be seen without that.
        self.daemon.environment["ASAN_OPTIONS"] = "quarantine_size_mb=1:malloc_context_size=0"
        self.daemon.start()

    def connections(self):
        return self.daemon.call("GetStatus")["control"]["connections"]

    def still_serves(self):
        """It answers, has nothing of what was sent, and only this connection is left."""
        self.assertEqual(self.daemon.call("ListIdentities"), {"Identities": []})
        eventually(lambda: self.connections() == 1, "the other connections are gone")

    def test_takes_newcomers_while_many_are_idle(self):
        # Given more connections than there may be, none of which says a word
        before = self.daemon.descriptors()
        idle = [self.daemon.control() for _ in range(200)]
        # Then the newest are served, and the daemon holds no more than it should
        self.assertIn("pid", idle[-1].call("GetStatus"))
        self.assertLessEqual(self.connections(), 8)
        self.assertLessEqual(self.daemon.descriptors(), before + 8)
        for each in idle:
            each.close()
        self.still_serves()
        eventually(lambda: self.daemon.descriptors() <= before, "every descriptor is closed")

    def test_tells_newcomers_when_all_are_busy(self):
        # Given two users who keep as many connections busy as there may be
        self.daemon.configure(control={"mode": "0666"}).restart()
        busy = [control_of(self.daemon, uid) for uid in (ALICE, BOB) for _ in range(4)]
        for each in busy:
            begin_a_request(each)
        # When another one comes, he is told why he cannot be served
        refused = control_of(self.daemon, ALICE + 7)
        answer = refused.read()
        self.assertEqual((answer["id"], answer["error"]["data"]["Code"]), (None, "ServiceUnavailable"))
        self.assertIn("max_connections", answer["error"]["message"])
        self.assertIsNone(refused.read())
        # and when somebody leaves, there is room
        busy.pop().close()
        eventually(lambda: "result" in self.first_answer(), "room for a newcomer")

    def first_answer(self):
        control = control_of(self.daemon, ALICE + 7)
        try:
            control.send(request(1, "GetStatus"))
        except BrokenPipeError:
            pass
        answer = control.read()
        control.close()
        return answer

    def test_forgets_half_a_request_of_a_client_that_leaves(self):
        for _ in range(20):
            control = self.daemon.control()
            control.send_bytes(b'{"jsonrpc":"2.0","id":1,"method":"VerifyDomainDkim","params":{"Domain":"exam')
            control.close()
        self.still_serves()

    def test_answers_a_client_that_has_shut_its_side(self):
        control = self.daemon.control()
        control.send(*(request(i, "GetStatus") for i in range(10)))
        control.send_bytes(json.dumps(request(10, "GetStatus")).encode())  # the last line needs no LF
        control.socket.shutdown(socket.SHUT_WR)
        self.assertEqual({answer["id"] for answer in control.read_to_end()}, set(range(11)))

    def test_reads_a_request_octet_by_octet(self):
        control = self.daemon.control()
        for octet in line(request(1, "GetStatus")):
            control.send_bytes(bytes([octet]))
        self.assertEqual(control.read()["id"], 1)

    def test_answers_a_line_that_is_too_long_and_goes_on(self):
        control = self.daemon.control()
        for length in (64 * 1024 + 1, 200_000):
            control.send_bytes(b"x" * length + b"\n")
            answer = control.read()
            self.assertEqual((answer["id"], answer["error"]["code"]), (None, -32600))
            control.send(request(2, "GetStatus"))
            self.assertEqual(control.read()["id"], 2)

        longest = json.dumps(request(3, "GetStatus")).encode()
        control.send_bytes(longest + b" " * (64 * 1024 - len(longest)) + b"\n")
        self.assertEqual(control.read()["id"], 3)

    def test_needs_no_memory_for_a_line_without_an_end(self):
        control = self.daemon.control()
        before = self.daemon.memory()
        for _ in range(100):
            control.send_bytes(b"x" * MEGABYTE)
        self.assertLess(self.daemon.memory("VmHWM") - before, 16 * MEGABYTE)
        self.assertEqual(control.read()["error"]["code"], -32600)
        control.send_bytes(b"\n")
        control.send(request(1, "GetStatus"))
        self.assertEqual(control.read()["id"], 1)  # it was answered once only

    def test_refuses_what_is_not_text(self):
        for octets in (b"\0\n", b"\0" * 1000 + b"\n", b"\xff\xfe\n", b'{"jsonrpc":"2.0","id":"\xc3","method":"x"}\n',
                       b'{"a":"\xed\xa0\x80"}\n', b'{"a":\x01}\n'):  # fmt: skip
            control = self.daemon.control()
            control.send_bytes(octets)
            self.assertEqual(control.read()["error"]["code"], -32700, octets)
            control.send(request(1, "GetStatus"))
            self.assertEqual(control.read()["id"], 1)
            control.close()

    def test_takes_lines_that_end_in_cr_lf_and_skips_empty_ones(self):
        control = self.daemon.control()
        control.send_bytes(b"\r\n\n" + line(request(1, "GetStatus")).replace(b"\n", b"\r\n"))
        self.assertEqual(control.read()["id"], 1)

    def test_refuses_deep_nesting(self):
        control = self.daemon.control()
        for text in (b"[" * 60_000, b'{"a":' * 10_000, b"[" * 30_000 + b"]" * 30_000):
            control.send_bytes(text + b"\n")
            self.assertEqual(control.read()["error"]["code"], -32600)

    def test_bounds_what_a_client_can_ask_for_without_reading(self):
        # Given a client that asks and asks, and never reads
        control = self.daemon.control()
        control.socket.settimeout(2)
        before = self.daemon.memory()
        with self.assertRaises(TimeoutError):
            for _ in range(200):
                control.send_bytes(line(request(1, "GetStatus")) * 10_000)
        # Then the daemon has stopped reading, holds little, and serves others
        self.assertLess(self.daemon.memory("VmHWM") - before, 32 * MEGABYTE)
        control.close()
        self.still_serves()

    def test_cuts_off_a_watcher_that_does_not_read(self):
        # Given one watcher that reads and one that does not
        slow, reading, busy = (self.daemon.control() for _ in range(3))
        slow.call("WatchIdentities")
        reading.call("WatchIdentities")
        before = self.daemon.memory()
        # When more changes happen than the daemon keeps for one of them
        told = 0
        for batch in range(60):
            rows = [{"Domain": f"a-domain-with-quite-a-long-name-{batch}-{i}.example"} for i in range(1000)]
            busy.send(request(batch, "ImportIdentities", Identities=rows[:500]),
                      request(batch, "ImportIdentities", Identities=rows[500:]))  # fmt: skip
            for _ in range(2):
                self.assertEqual(busy.read()["result"]["Imported"], 500)
            for _ in range(1000):
                told += reading.next_notification()["params"]["To"] == "Pending"
        # Then it is cut off, and the other has missed nothing
        self.daemon.wait_for_log("cut off a watcher that does not read")
        self.assertEqual(told, 60_000)
        self.assertLess(self.daemon.memory() - before, 100 * MEGABYTE)

    def test_closes_a_request_that_never_ends_but_no_client_that_goes_on(self):
        # Given a client that is always in the middle of some request, and one that stops in the middle of its first
        busy, stuck = self.daemon.control(), self.daemon.control()
        begin, rest = line(request(1, "GetStatus"))[:9], line(request(1, "GetStatus"))[9:]
        busy.send_bytes(begin)
        stuck.send_bytes(begin)
        began = time.monotonic()

        def is_closed():
            busy.send_bytes(rest + begin)
            self.assertEqual(busy.read()["id"], 1)
            return select.select([stuck.socket], [], [], 0)[0]

        # Then the second is closed after a while, and the first is not
        eventually(is_closed, "the half request is given up", within=60)
        self.assertIsNone(stuck.read())
        self.assertGreater(time.monotonic() - began, 20)
        busy.send_bytes(rest)
        self.assertEqual(busy.read()["id"], 1)

    def test_is_for_those_alone_who_may_open_it(self):
        self.assertEqual(stat.S_IMODE(self.daemon.socket.stat().st_mode), 0o660)
        if os.geteuid() != 0:
            self.fail("this test must run as root: it asks as another user")
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        denied = easydkim(self.daemon, "status", before=nobody)
        self.assertEqual(denied.returncode, 3, denied)
        self.assertIn("ermission", denied.stderr)
        self.daemon.configure(control={"mode": "0666"}).restart()
        self.assertEqual(easydkim(self.daemon, "status", before=nobody).returncode, 0)


class TheShareOfAUser(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self, control={"mode": "0666"}).start()

    def connections(self):
        return self.daemon.call("GetStatus")["control"]["connections"]

    def use_up_the_share_of(self, uid):
        """By the default, 32 watchers, and 32 connections in the middle of a request."""
        for number in range(64):
            control = control_of(self.daemon, uid)
            if number < 32:
                control.call("WatchIdentities")
            else:
                begin_a_request(control)

    def refusal(self, control):
        answer = control.read()
        self.assertIsNone(control.read(), "it is closed")
        self.assertIsNone(answer["id"])
        return answer["error"]["data"]["Code"], answer["error"]["message"]

    def test_ends_before_256_watchers_shut_out_root_or_another_user(self):
        watching, code = 0, set()
        for _ in range(256):
            control = control_of(self.daemon, ALICE)
            try:
                self.assertEqual(control.call("WatchIdentities"), {"Watching": True})
                watching += 1
            except Refusal as refused:
                code.add(refused.word)
                self.assertIn("limits.connections_per_uid", str(refused))
        self.assertEqual((watching, code), (32, {"Throttling"}))
        for each in (easydkim(self.daemon, "status"), easydkim_of(self.daemon, BOB, "status")):
            self.assertEqual(each.returncode, 0, each)
        bob = control_of(self.daemon, BOB)
        self.assertEqual(bob.call("WatchIdentities"), {"Watching": True})
        # One more that waits for a domain looks at it now and then
        self.assertEqual(easydkim_of(self.daemon, ALICE, "verify", "example.com").returncode, 0)
        waited = easydkim_of(self.daemon, ALICE, "wait", "example.com", "--timeout", "3s")
        self.assertEqual(waited.returncode, 4, waited)

    def test_refuses_what_is_beyond_it_with_the_remedy(self):
        self.use_up_the_share_of(ALICE)
        code, sentence = self.refusal(control_of(self.daemon, ALICE))
        self.assertEqual(code, "Throttling")
        self.assertEqual(sentence, f"Uid {ALICE} has all of its 64 control connections; close some, or raise "
                                   "limits.connections_per_uid.")  # fmt: skip
        for command in (("status",), ("wait", "example.com")):
            told = easydkim_of(self.daemon, ALICE, *command)
            self.assertEqual((told.returncode, told.stderr), (5, f"easydkim: {sentence}\n"))
        self.daemon.wait_for_log(f"control, refused a connection of uid {ALICE}")
        # A file that goes with the request does not hide the sentence
        told = easydkim_of(self.daemon, ALICE, "backup", f"/tmp/{self.daemon.folder.name}.mdb")
        self.assertEqual(told.returncode, 5, told)
        self.assertIn("limits.connections_per_uid", told.stderr)

    def test_leaves_four_connections_to_root_for_calls_that_end(self):
        self.use_up_the_share_of(0)
        for command in ("status", "list"):
            self.assertEqual(easydkim(self.daemon, command).returncode, 0, command)
        refused = easydkim(self.daemon, "watch")
        self.assertEqual(refused.returncode, 5, refused)
        self.assertIn("kept for root", refused.stderr)
        # They are four, and idle ones make room
        four = [self.daemon.control() for _ in range(4)]
        for each in four:
            self.assertIn("pid", each.call("GetStatus"))
        self.assertEqual(four[3].call("GetStatus")["control"]["connections"], 68)
        self.assertIn("pid", self.daemon.call("GetStatus"))
        self.assertIsNone(four[0].read(), "the one that was idle for longest is closed")
        # Others find room as before
        self.assertEqual(easydkim_of(self.daemon, ALICE, "status").returncode, 0)

    def test_makes_room_by_its_own_idle_connections_and_never_by_those_of_another(self):
        self.daemon.configure(control={"max_connections": 8}).restart()
        bob = [control_of(self.daemon, BOB) for _ in range(4)]
        for each in bob:
            each.call("GetStatus")
        alice = [control_of(self.daemon, ALICE) for _ in range(20)]
        self.assertIn("pid", alice[-1].call("GetStatus"))
        self.assertIsNone(alice[0].read())
        for each in alice[-4:]:
            begin_a_request(each)
        for _ in range(4):
            self.assertEqual(self.refusal(control_of(self.daemon, ALICE))[0], "Throttling")
        for each in bob:
            self.assertIn("pid", each.call("GetStatus"))

    def test_costs_nobody_the_answer_to_a_request_that_was_not_read_yet(self):
        self.daemon.configure(control={"max_connections": 8}).restart()
        first = [control_of(self.daemon, ALICE) for _ in range(4)]
        for each in first:
            each.call("ListIdentities")
        # When requests and newcomers wait for the daemon at the same time
        self.daemon.child.send(signal.SIGSTOP)
        for _ in range(20):
            control_of(self.daemon, ALICE)
        for each in first:
            each.send(request(7, "ListIdentities"))
        self.daemon.child.send(signal.SIGCONT)
        # Then the requests are answered
        for each in first:
            self.assertEqual(each.read()["id"], 7)

    def test_is_what_the_operator_says_after_a_reload(self):
        self.daemon.configure(limits={"connections_per_uid": 2})
        self.daemon.child.send(signal.SIGHUP)
        self.daemon.wait_for_log("config, reloaded")
        first, second = control_of(self.daemon, ALICE), control_of(self.daemon, ALICE)
        self.assertEqual(first.call("WatchIdentities"), {"Watching": True})
        self.assertEqual(first.call("WatchIdentities"), {"Watching": True})  # twice is once
        with self.assertRaises(Refusal):
            second.call("WatchIdentities")
        begin_a_request(second)
        self.assertEqual(self.refusal(control_of(self.daemon, ALICE))[0], "Throttling")


@unittest.skipIf(is_sanitized(), "UndefinedBehaviorSanitizer itself needs descriptors, and reports what is not so")
class ADaemonWithFewDescriptors(unittest.TestCase):
    def test_serves_again_when_the_flood_is_over(self):
        # Given more clients than the daemon can have files open
        daemon = Daemon(self, control={"max_connections": 1000}).start("prlimit", "--nofile=64", "--")
        daemon.call("VerifyDomainDkim", Domain="example.com")
        flood = [daemon.control() for _ in range(200)]
        daemon.wait_for_log("could not accept a connection")
        # Then those that were taken are served, and it neither ends nor spins
        self.assertEqual(flood[0].call("GetStatus")["state"], "running")
        before = self.seconds_of_processor(daemon)
        told = daemon.output().count("could not accept")
        eventually(lambda: daemon.output().count("could not accept") >= told + 5, "it tries now and then")
        self.assertLess(self.seconds_of_processor(daemon) - before, 0.7)  # of the second that this takes
        self.assertEqual(flood[1].call("ListIdentities"), {"Identities": ["example.com"]})
        # and when they go, all is as before
        for each in flood:
            each.close()
        eventually(lambda: daemon.call("GetStatus")["control"]["connections"] == 1, "the flood is over")

    @staticmethod
    def seconds_of_processor(daemon):
        with open(f"/proc/{daemon.child.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ASocketFile(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self)

    def refuses(self, said):
        status, output = self.daemon.refusal()
        self.assertEqual(status, 1, output)
        self.assertEqual(len(output.strip().splitlines()), 1, output)
        for word in said:
            self.assertIn(word, output)

    def test_that_a_killed_daemon_left_is_replaced(self):
        self.daemon.start().kill()
        self.assertTrue(self.daemon.socket.is_socket())
        self.daemon.start()
        self.assertEqual(self.daemon.call("GetStatus")["state"], "running")

    def test_goes_with_its_daemon(self):
        self.daemon.start().stop()
        self.assertFalse(self.daemon.socket.exists())

    def test_that_another_program_serves_is_left_alone(self):
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(self.daemon.socket))
            other.listen()
            self.refuses([str(self.daemon.socket), "in use"])
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.daemon.socket))

    def test_that_is_no_socket_is_left_alone(self):
        self.daemon.socket.write_text("precious")
        self.refuses([str(self.daemon.socket), "another file"])
        self.assertEqual(self.daemon.socket.read_text(), "precious")

    def test_that_is_a_link_to_nowhere_is_left_alone(self):
        self.daemon.socket.symlink_to(self.daemon.folder / "nowhere")
        self.refuses([str(self.daemon.socket)])
        self.assertTrue(self.daemon.socket.is_symlink())

    def test_needs_its_directory(self):
        self.daemon.configure(control={"socket": str(self.daemon.folder / "none" / "control.sock")})
        self.refuses(["none/control.sock", "directory"])

    def test_has_a_path_that_the_system_can_hold(self):
        self.daemon.configure(control={"socket": str(self.daemon.folder / ("x" * 107))})
        self.refuses(["control.socket", "107"])

    def test_has_the_mode_of_the_configuration_whatever_the_umask(self):
        self.daemon.configure(control={"mode": "0606"})
        self.daemon.launch("sh", "-c", 'umask 077; exec "$@"', "sh")
        eventually(self.daemon.socket.is_socket, "the socket is there")
        self.assertEqual(stat.S_IMODE(self.daemon.socket.stat().st_mode), 0o606)


if __name__ == "__main__":
    unittest.main(verbosity=2)
