# SPDX-License-Identifier: Apache-2.0
"""Rows of the fault catalogue that are about the whole daemon. Each test begins with its row."""

import base64
import collections
import concurrent.futures
import hashlib
import pathlib
import re
import select
import signal
import socket
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal, request  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_responder import NXDOMAIN, DnsResponder, Query  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.folder import temporary_folder  # noqa: E402
from support.loopback import ADDRESS, DNS_PORT, free_port, name_server_address  # noqa: E402
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

    @unittest.skipIf(is_sanitized(), "a sanitizer starts programs of its own")
    def test_s12_whatever_is_asked_of_the_running_daemon_it_starts_threads_alone(self):
        # Given a daemon whose every new thread and process is seen
        resolver = DnsResponder(self)
        daemon = Daemon(self, resolver={"servers": [resolver.server]}, metrics={"listen": f"{ADDRESS}:{free_port()}"})
        trace = daemon.folder / "trace"
        daemon.start("strace", "-D", "-f", "-qq", "-o", trace,
                     "-e", "trace=execve,execveat,fork,vfork,clone,clone3", "--")  # fmt: skip
        # When it does what it can do
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")
        resolver.publish(issued)
        daemon.wait_for_status("example.com", "Success")
        for method in ("CheckIdentity", "GetEvidence", "DescribeIdentity", "DeleteIdentity"):
            daemon.call(method, Identity="example.com")
        daemon.call("InspectDomain", Domain="example.com")
        self.assertEqual(easydkim(daemon, "backup", daemon.folder / "copy.mdb").returncode, 0)
        daemon.child.send(signal.SIGHUP)
        daemon.wait_for_log("config, reloaded")
        self.assertEqual(daemon.stop(), 0)
        # Then the one program is itself, and what it started are its own threads
        calls = trace.read_text().splitlines()
        self.assertEqual([each for each in calls if "exec" in each][1:], [])
        started = [each for each in calls if re.search(r"\b(?:v?fork|clone3?)\(", each)]
        self.assertGreater(len(started), 1)
        # but for the one process that moves a copy of the store to whoever asked for it
        self.assertLessEqual(len([each for each in started if "CLONE_THREAD" not in each]), 1)


class TheProcess(unittest.TestCase):
    @unittest.skipIf(is_sanitized(), "a sanitizer needs address space of its own")
    def test_p2_little_memory_costs_no_identity(self):
        self.flood_with_little_memory(24 << 20)

    @unittest.skipIf(is_sanitized(), "a sanitizer needs address space of its own")
    def test_p2_memory_that_runs_out_ends_the_daemon_with_a_sentence_and_costs_no_identity(self):
        daemon = self.flood_with_little_memory(8 << 20)
        self.assertIn("daemon, cannot go on (std::bad_alloc)", daemon.output())

    def flood_with_little_memory(self, spare):
        # Given a daemon that may take little more memory than it has
        daemon = Daemon(self, store={"size": "64MiB"}, control={"max_connections": 200},
                        limits={"connections_per_uid": 200}).start()  # fmt: skip
        size = daemon.memory("VmSize")
        self.assertEqual(daemon.stop(), 0)
        daemon.start("prlimit", f"--as={size + spare}", "--")
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
            except TimeoutError:  # neither answered nor closed
                raise
            except (OSError, TypeError, KeyError):  # refused, or the daemon has ended
                return []

        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            acknowledged += [domain for domains in pool.map(flood, range(80)) for domain in domains]

        # Then it serves, or has ended with a sentence, for a new start to mend it; what it acknowledged is there
        if daemon.child.is_running():
            self.assertEqual(daemon.stop(), 0, daemon.output())
        else:
            self.assertEqual(daemon.child.wait(), 70, daemon.output())
            self.assertIn("daemon, cannot go on (std::bad_alloc)", daemon.output())
        daemon.start()
        control = daemon.control()
        for begin in range(0, len(acknowledged), 100):
            asked = acknowledged[begin : begin + 100]
            shown = control.call("GetIdentityDkimAttributes", Identities=asked)["DkimAttributes"]
            self.assertEqual([name for name in asked if not shown[name]["DkimTokens"]], [])
        return daemon

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


class OwnEtc:
    """An /etc of a daemon alone, whose resolv.conf a test changes while it runs. Needs root."""

    def __init__(self, owner):
        self.folder = temporary_folder(owner)
        self.resolv_conf = self.folder / "resolv.conf"

    def command(self):
        """By which to start the daemon."""
        return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', self.folder]

    def name(self, *addresses):
        """Written in place, as by hand."""
        self.resolv_conf.write_text("".join(f"nameserver {each}\n" for each in addresses))

    def link(self, target):
        """As resolvconf and its like do: another link renamed over the one that is there."""
        link = self.folder / "link"
        link.symlink_to(target)
        link.rename(self.resolv_conf)


def tokens_for(domain):
    """Such as another service has given out."""
    return [base64.b32encode(hashlib.sha1(f"{i}{domain}".encode()).digest()).decode().lower() for i in range(3)]


def records_of(domain, tokens):
    return [{"Name": f"{each}._domainkey.{domain}", "Value": f"{each}.dkim.amazonses.com"} for each in tokens]


def verified(control):
    return control.call("GetStatus")["identities"]["Success"]


class TheDns(unittest.TestCase):
    def test_d8_forged_answers_of_every_id_verify_nothing(self):
        resolver = ForgingResolver(self)
        daemon = Daemon(self, resolver={"servers": [resolver.server], "timeout": "10s"}).start()
        issued = daemon.call("VerifyDomainDkim", Domain="example.com")
        resolver.records = {each["Name"].lower(): each["Value"] for each in issued["Records"]}
        eventually(lambda: resolver.answered >= 3, "three floods", within=120)
        self.assertEqual(daemon.verification_status("example.com"), "Pending")

    def test_d11_ten_thousand_domains_that_flap_verify_none_and_keep_nobody_waiting(self):
        # Given as many domains, whose records are there for every other question about the domain
        count, settled = 10_000, 50
        resolver = DnsResponder(self)
        asked = collections.Counter()

        def flap(query):
            domain = query.name.partition("._domainkey.")[2]
            if not domain.startswith("flaps"):
                return resolver.truth(query)
            asked[domain] += 1
            return resolver.truth(query) if asked[domain] % 2 else query.answer(NXDOMAIN)

        resolver.behaviour = flap
        polling = {"first_check": "2s", "min_interval": "2s", "max_interval": "2s"}
        daemon = Daemon(self, resolver={"servers": [resolver.server], "timeout": "2s"}, polling=polling,
                        verification={"window": "1h"}).start()  # fmt: skip
        control = daemon.control()
        names = [f"flaps{i}.example" for i in range(count)]
        for begin in range(0, count, 250):
            rows = [{"Domain": each, "DkimTokens": tokens_for(each)} for each in names[begin : begin + 250]]
            for row in rows:
                resolver.publish({"Records": records_of(row["Domain"], row["DkimTokens"])})
            self.assertEqual(control.call("ImportIdentities", Identities=rows)["Imported"], 250)

        def seconds_a_lookup():
            """Of the processor, until each was asked about four times more; and how often each was."""
            before, lookups = dict(asked), control.call("GetStatus")["polling"]["lookups_total"]
            spent = daemon.cpu_seconds()
            times_more = lambda: [asked[each] - before.get(each, 0) for each in names]  # noqa: E731
            eventually(lambda: min(times_more()) >= 4, "each is asked", within=300)
            spent = daemon.cpu_seconds() - spent
            lookups = control.call("GetStatus")["polling"]["lookups_total"] - lookups
            return spent / lookups, sorted(times_more())

        first, _ = seconds_a_lookup()
        # When some come among them whose records stay
        issued = [control.call("VerifyDomainDkim", Domain=f"stays{i}.example") for i in range(settled)]
        for each in issued:
            resolver.publish(each)
        second, more = seconds_a_lookup()
        # Then these are verified, and of the others none
        eventually(lambda: verified(control) >= settled, "they are verified", within=120)
        self.assertEqual(verified(control), settled)
        # And each had its turn as often as the others, at what it cost before
        self.assertLess(more[-1], 4 * more[0], (more[0], more[count // 2], more[-1]))
        self.assertLess(second, 2 * first + 20e-6)

    def test_d13_resolv_conf_counts_when_it_names_a_server_and_never_means_this_machine(self):
        # Given a daemon that asks the server of resolv.conf
        one, other = (DnsResponder(self, address=name_server_address(), port=DNS_PORT) for _ in range(2))
        etc = OwnEtc(self)
        etc.name(one.address)
        daemon = Daemon(self, resolver={"servers": []}).start(*etc.command())
        daemon.call("VerifyDomainDkim", Domain="example.com")

        def reload_and_expect(said, server):
            before = daemon.output().count(said)
            daemon.child.send(signal.SIGHUP)
            eventually(lambda: daemon.output().count(said) > before, f"the log says '{said}'")
            self.assertEqual(daemon.call("GetStatus")["resolver"]["servers"], [server.server])
            asked = server.queries
            eventually(lambda: server.queries > asked, f"{server.server} is asked")

        eventually(lambda: one.queries > 0, "the first is asked")
        # When it is written anew
        etc.name(other.address)
        reload_and_expect("config, reloaded", other)
        # When it is emptied, is missing, or is a link to nowhere
        etc.name()
        reload_and_expect("resolv.conf names no DNS server", other)
        etc.resolv_conf.unlink()
        reload_and_expect("resolv.conf cannot be read", other)
        etc.link("nowhere")
        reload_and_expect("resolv.conf cannot be read", other)
        # When the link leads to another file
        (etc.folder / "of-the-network").write_text(f"nameserver {one.address}\n")
        etc.link("of-the-network")
        reload_and_expect("config, reloaded", one)
        # When the servers are those of the configuration, it no longer matters
        daemon.configure(resolver={"servers": [other.server]})
        reload_and_expect("config, reloaded", other)
        etc.name(one.address)
        reload_and_expect("config, reloaded", other)
        self.assertEqual(daemon.stop(), 0)


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
