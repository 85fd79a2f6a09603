"""Rows of the fault catalogue that are about the whole daemon. Each test begins with its row."""

import concurrent.futures
import pathlib
import re
import select
import signal
import socket
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.control import Refusal, request  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import NXDOMAIN, DnsResponder, Query  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402
from support.programs import is_sanitized  # noqa: E402
from support.service_manager import ServiceManager  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]


class TheDisk(unittest.TestCase):
    @unittest.skipIf(is_sanitized(), "LeakSanitizer does not work under a tracer")
    def test_s4_a_flush_that_fails_refuses_the_request_and_the_next_one_works(self):
        # Given a disk whose seventh flush fails
        never = {"first_check": "1h", "min_interval": "1h", "max_interval": "1h"}  # so that only requests are written
        daemon = Daemon(self, polling=never)
        trace = daemon.folder / "trace"
        daemon.start("strace", "-D", "-f", "-qq", "-o", trace, "-e", "trace=fdatasync",
                     "-e", "inject=fdatasync:error=EIO:when=7", "--")  # fmt: skip
        control = daemon.control()
        tokens, refused = {}, []
        for i in range(12):
            try:
                tokens[f"d{i}.example"] = control.call("VerifyDomainDkim", Domain=f"d{i}.example")["DkimTokens"]
            except Refusal as refusal:
                refused.append((f"d{i}.example", refusal))

        # Then one request is refused, and says that it was the disk
        self.assertIn("INJECTED", trace.read_text())
        self.assertEqual(len(refused), 1)
        domain, refusal = refused[0]
        self.assertEqual((refusal.rpc, refusal.word), (-32000, "ServiceUnavailable"))
        # and the same one works when it is asked again, and all is there afterwards
        tokens[domain] = control.call("VerifyDomainDkim", Domain=domain)["DkimTokens"]
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        shown = daemon.call("GetIdentityDkimAttributes", Identities=list(tokens))["DkimAttributes"]
        self.assertEqual({name: each["DkimTokens"] for name, each in shown.items()}, tokens)

    def test_s11_a_client_that_does_not_read_pins_no_pages_of_the_store(self):
        daemon = Daemon(self).start()
        control = daemon.control()
        domains = [{"Domain": f"d{i}.example"} for i in range(1000)]
        control.call("ImportIdentities", Identities=domains)

        def used_after_changes():
            for _ in range(150):
                for enabled in (False, True):
                    control.call("SetIdentityDkimEnabled", Identity="d7.example", DkimEnabled=enabled)
            return control.call("GetStatus")["store"]["used_bytes"]

        before = used_after_changes()
        stalled = daemon.control()
        stalled.send(*(request(i, "ListIdentities", MaxItems=1000) for i in range(100)))
        self.assertIsNotNone(stalled.read_line())
        self.assertLess(used_after_changes() - before, 64 << 10)

    def test_s12_no_descriptor_is_left_to_another_program(self):
        # Neither LMDB nor Asio opens with O_CLOEXEC: the daemon starts no program that could have them.
        starts = re.compile(r"::(?:exec[vl]p?e?|popen|system|posix_spawnp?)\s*\(")
        sources = [each for part in ("core", "resolver", "daemon") for each in (PROJECT / part).rglob("*.?pp")]
        self.assertGreater(len(sources), 100)
        self.assertEqual([str(each) for each in sources if starts.search(each.read_text())], [])
        self.assertIsNotNone(starts.search("if (::fork() == 0) ::execv(path, words);"))


class TheProcess(unittest.TestCase):
    @unittest.skipIf(is_sanitized(), "a sanitizer needs address space of its own")
    def test_p2_little_memory_costs_no_identity(self):
        # Given a daemon that may take little more memory than it has
        daemon = Daemon(self, store={"size": "64MiB"}, control={"max_connections": 200}).start()
        size = daemon.memory("VmSize")
        self.assertEqual(daemon.stop(), 0)
        daemon.start("prlimit", f"--as={size + (24 << 20)}", "--")
        acknowledged = [f"early{i}.example" for i in range(20)]
        for domain in acknowledged:
            daemon.call("VerifyDomainDkim", Domain=domain)

        # When many ask for much at once, and read little of it
        def flood(number):
            domains = [f"d{i}.of{number}.example" for i in range(500)]
            try:
                control = daemon.control()
                rows = [{"Domain": domain} for domain in domains]
                control.send(*(request(i, "ImportIdentities", Identities=rows) for i in range(3)),
                             *(request(i, "ListIdentities", MaxItems=1000) for i in range(3, 203)))  # fmt: skip
                return domains if control.read()["result"].get("Imported") else []
            except (OSError, TypeError, KeyError):  # refused, or the daemon has ended
                return []

        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            acknowledged += [domain for domains in pool.map(flood, range(80)) for domain in domains]

        # Then it serves, or has ended with a sentence, and what it acknowledged is there
        if daemon.child.is_running():
            self.assertEqual(daemon.stop(), 0, daemon.output())
        else:
            self.assertIn("daemon, cannot go on", daemon.output())
        daemon.start()
        control = daemon.control()
        for begin in range(0, len(acknowledged), 100):
            asked = acknowledged[begin : begin + 100]
            shown = control.call("GetIdentityDkimAttributes", Identities=asked)["DkimAttributes"]
            self.assertEqual([name for name in asked if not shown[name]["DkimTokens"]], [])

    def test_p5_a_daemon_that_was_stopped_goes_on_where_it_was(self):
        resolver = DnsResponder(self)
        daemon = Daemon(self, resolver={"servers": [resolver.server]}).start()
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")
        client = daemon.control()
        daemon.child.send(signal.SIGSTOP)
        resolver.publish(issued)
        client.send(request(1, "GetStatus"))
        client.socket.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            client.read()
        daemon.child.send(signal.SIGCONT)
        client.socket.settimeout(30)
        self.assertEqual(client.read()["result"]["state"], "running")
        daemon.wait_for_status("example.com", "Success")

    def test_p5_a_second_sigterm_changes_nothing(self):
        daemon = Daemon(self).start()
        daemon.call("VerifyDomainDkim", Domain="example.com")
        daemon.child.send(signal.SIGTERM)
        daemon.child.send(signal.SIGTERM)
        self.assertEqual(daemon.child.wait(), 0, daemon.output())
        self.assertEqual(daemon.status()["state"], "stopped")

    def test_p6_a_daemon_that_hangs_tells_no_watchdog_that_it_lives(self):
        daemon = Daemon(self)
        manager = ServiceManager(self, daemon.folder)
        daemon.environment |= {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "300000"}
        daemon.start()
        manager.wait_for("WATCHDOG=1")
        daemon.child.send(signal.SIGSTOP)
        state = pathlib.Path(f"/proc/{daemon.child.pid}/stat")
        eventually(lambda: state.read_text().rsplit(")", 1)[1].split()[0] == "T", "it is stopped")
        before = len(manager.receive())
        told, _, _ = select.select([manager.socket], [], [], 1)  # three limits long
        self.assertEqual(told, [])
        daemon.child.send(signal.SIGCONT)
        manager.wait_for("WATCHDOG=1", behind=before)

    def test_p10_a_link_in_the_place_of_the_status_file_is_not_followed(self):
        daemon = Daemon(self)
        victim = daemon.folder / "victim"
        victim.write_text("of somebody else")
        daemon.status_file.symlink_to(victim)
        daemon.start()
        eventually(lambda: not daemon.status_file.is_symlink(), "the link is replaced")
        self.assertEqual(daemon.status()["state"], "running")
        self.assertEqual(victim.read_text(), "of somebody else")


class ForgingResolver:
    """Answers with the truth, that there is nothing, after a forgery for each id that a question may have."""

    def __init__(self, owner):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ADDRESS, free_port()))
        self.server = "{}:{}".format(*self.socket.getsockname())
        self.answered = 0
        self.records = {}
        owner.addCleanup(self.socket.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                message, client = self.socket.recvfrom(4096)
            except OSError:
                return
            query = Query(message)
            target = self.records.get(query.name)
            if target:
                # An off-path forger knows the name, not its id, and not the letters that were drawn.
                forgery = query.answer(0, target).replace(query.question, query.question.lower())[2:]
                try:
                    for number in range(1 << 16):
                        self.socket.sendto(number.to_bytes(2, "big") + forgery, client)
                except OSError:  # the test is done
                    return
            self.socket.sendto(query.answer(NXDOMAIN), client)
            self.answered += bool(target)


class TheDns(unittest.TestCase):
    def test_d8_forged_answers_of_every_id_verify_nothing(self):
        resolver = ForgingResolver(self)
        daemon = Daemon(self, resolver={"servers": [resolver.server], "timeout": "10s"}).start()
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")
        resolver.records = {each["Name"].lower(): each["Value"] for each in issued["Records"]}
        eventually(lambda: resolver.answered >= 3, "three floods", within=120)
        self.assertEqual(daemon.verification_status("example.com"), "Pending")


class TheClients(unittest.TestCase):
    def test_c8_all_who_ask_at_once_get_the_same_tokens(self):
        daemon = Daemon(self).start()
        clients = [daemon.control() for _ in range(50)]
        for each in clients:
            each.send(*(request(i, "VerifyDomainDkim", Domain=f"d{i}.example") for i in range(5)))
        told = [{answer["id"]: tuple(answer["result"]["DkimTokens"]) for answer in (each.read() for _ in range(5))}
                for each in clients]  # fmt: skip
        self.assertEqual(len({tuple(sorted(each.items())) for each in told}), 1)
        self.assertEqual(len(daemon.call("ListIdentities")["Identities"]), 5)

    def test_c9_a_late_answer_is_not_taken_for_the_next_identity(self):
        # Given a domain whose records are published, and an answer that does not come yet
        resolver = DnsResponder(self)
        go_on, is_asked = threading.Event(), threading.Event()

        def answer_late(query):
            is_asked.set()
            go_on.wait(60)
            return resolver.truth(query)

        resolver.behaviour = answer_late
        self.addCleanup(go_on.set)
        daemon = Daemon(self, resolver={"servers": [resolver.server], "timeout": "30s"}).start()
        first = daemon.call("VerifyDomainDkim", Domain="example.com")
        resolver.publish(first)
        self.assertTrue(is_asked.wait(30))
        # When it is deleted and verified again while it is looked at
        daemon.call("DeleteIdentity", Identity="example.com")
        second = daemon.call("VerifyDomainDkim", Domain="example.com")
        resolver.behaviour = resolver.truth
        go_on.set()
        # Then the new one is looked at for itself, and stays pending
        looked_at = lambda: daemon.describe("example.com")["LastCheckedAt"]  # noqa: E731
        eventually(looked_at, "the new identity is looked at")
        self.assertNotEqual(first["DkimTokens"], second["DkimTokens"])
        self.assertEqual(daemon.verification_status("example.com"), "Pending")


if __name__ == "__main__":
    unittest.main(verbosity=2)
