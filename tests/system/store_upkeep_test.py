# SPDX-License-Identifier: Apache-2.0
"""Backups, their restoring, checks, compaction and growth: of the real programs, as README, docs/ and easydkimd(8) tell."""

import contextlib
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from array import array

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.control import Refusal  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.preloaded import preload  # noqa: E402
from support.programs import program  # noqa: E402
from support.tmpfs import Tmpfs  # noqa: E402

GAVE_UP = "store, gave up a copy (its client has gone)"
PROJECT = pathlib.Path(__file__).resolve().parents[2]


def fill(daemon, count, prefix="d"):
    domains = [f"{prefix}{i}.example" for i in range(count)]
    for begin in range(0, count, 1000):
        rows = [{"Domain": domain} for domain in domains[begin : begin + 1000]]
        imported = daemon.call("ImportIdentities", Identities=rows)
        assert imported["Imported"] == len(rows), imported
    return domains


def tokens_of(daemon, domains):
    return {domain: daemon.describe(domain)["DkimTokens"] for domain in domains}


def easydkimd(daemon, *arguments):
    return subprocess.run([program("easydkimd"), "--config", daemon.config, *map(str, arguments)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)  # fmt: skip


def restoring_commands(text):
    """The three commands that follow "To restore" in README or manual page."""
    lines = text[re.search(r"(?i)to\s+restore\s+it", text).end() :].splitlines()
    found = [line.strip().removeprefix("sudo ") for line in lines if re.match(r" *(sudo )?(systemctl|install) ", line)]
    return found[:3]


class ABackup(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self).start()
        self.file = self.daemon.folder / "backup.mdb"

    def run_as_told(self, command):
        """A command of the documents, for the daemon of this test and the user who runs it."""
        words = shlex.split(command)
        if words[0] == "systemctl":
            self.assertEqual(words[2:], ["easydkimd.socket", "easydkimd.service"])
            return self.daemon.stop() if words[1] == "stop" else self.daemon.start()
        self.assertEqual(words[:7], ["install", "-o", "easydkim", "-g", "easydkim", "-m", "600"])
        names = {"/var/backups/easydkim.mdb": self.file, "/var/lib/easydkim/data.mdb": self.daemon.store / "data.mdb"}
        subprocess.run(["install", "-m", "600", *[str(names[word]) for word in words[7:]]], check=True, timeout=60)
        return None

    def test_is_restored_by_the_commands_of_the_readme_and_of_the_manual(self):
        readme = restoring_commands((PROJECT / "README.md").read_text())
        manual = restoring_commands((PROJECT / "man/easydkimd.8").read_text())
        self.assertEqual(len(readme), 3)
        self.assertEqual(readme, manual)
        self.assertEqual(readme, restoring_commands((PROJECT / "docs/store.md").read_text()))
        # Given a backup
        before = tokens_of(self.daemon, fill(self.daemon, 20))
        made = easydkim(self.daemon, "backup", self.file)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        # and changes since then
        self.daemon.call("DeleteIdentity", Identity="d0.example")
        fill(self.daemon, 5, "later")
        # When it is restored as the documents tell
        for command in readme:
            self.run_as_told(command)
        # Then all is as it was
        self.assertEqual(tokens_of(self.daemon, list(before)), before)
        self.assertEqual(len(self.daemon.call("ListIdentities")["Identities"]), 20)
        self.daemon.call("VerifyDomainDkim", Domain="again.example")

    def test_starts_a_daemon_on_another_machine(self):
        before = tokens_of(self.daemon, fill(self.daemon, 3))
        easydkim(self.daemon, "backup", "--compact", self.file)
        other = Daemon(self)
        other.store.mkdir()
        self.file.rename(other.store / "data.mdb")
        other.start()
        self.assertEqual(tokens_of(other, list(before)), before)
        self.assertTrue((other.store / "in-use").exists())

    def test_tells_both_sizes(self):
        domains = fill(self.daemon, 3000)
        for begin in range(0, 3000, 100):
            deleted = easydkim(self.daemon, "delete", *domains[begin : begin + 100])
            self.assertEqual(deleted.returncode, 0)
        compact = self.daemon.folder / "compact.mdb"
        whole = easydkim(self.daemon, "backup", self.file)
        small = easydkim(self.daemon, "backup", "--compact", compact)
        for told, file in ((whole, self.file), (small, compact)):
            size = self.daemon.call("GetStatus")["store"]["file_bytes"]
            self.assertEqual(told.stdout, f"{file}: {file.stat().st_size} octets (the database has {size})\n")
        # The tokens that were issued are kept, so that none is issued to anybody else
        self.assertLess(compact.stat().st_size, self.file.stat().st_size)
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        told = easydkim(self.daemon, "--json", "backup", self.daemon.folder / "third.mdb")
        self.assertRegex(told.stdout, r'^{"Bytes":\d+,"StoreBytes":\d+}\n$')

    def test_is_consistent_while_identities_come(self):
        done = threading.Event()
        acknowledged = []

        def issue():
            control = self.daemon.control()
            while not done.is_set():
                domain = f"i{len(acknowledged)}.example"
                control.call("VerifyDomainDkim", Domain=domain)
                acknowledged.append(domain)

        issuing = threading.Thread(target=issue)
        issuing.start()
        self.addCleanup(issuing.join)
        self.addCleanup(done.set)
        for number in range(5):
            eventually(lambda: len(acknowledged) > 20 * (number + 1), "identities come")
            before = len(acknowledged)
            file = self.daemon.folder / f"{number}.mdb"
            self.assertEqual(easydkim(self.daemon, "backup", file).returncode, 0)
            after = len(acknowledged)
            told = easydkimd(self.daemon, "--check-store", file)
            self.assertEqual(told.returncode, 0, told.stderr)
            count = int(re.search(r"identities +(\d+)", told.stdout)[1])
            self.assertTrue(before <= count <= after + 1, (before, count, after))
        done.set()
        issuing.join()

    def test_does_not_overwrite_a_file(self):
        for there in (self.file, self.daemon.folder / "link"):
            if there == self.file:
                there.write_text("precious")
            else:
                there.symlink_to("nowhere")
            refused = easydkim(self.daemon, "backup", there)
            self.assertEqual(refused.returncode, 2)
            self.assertEqual(refused.stderr, f"easydkim: '{there}' is there already and is not overwritten; "
                                             "name another file\n")  # fmt: skip
        self.assertEqual(self.file.read_text(), "precious")

    def test_that_cannot_be_written_leaves_nothing(self):
        disk = Tmpfs(self, "64k")
        fill(self.daemon, 1000)
        for options in ([], ["--compact"]):
            refused = easydkim(self.daemon, "backup", *options, disk.folder / "backup.mdb")
            self.assertEqual(refused.returncode, 5)
            self.assertIn("No space left on device", refused.stderr)
            self.assertEqual(list(disk.folder.iterdir()), [])
        refused = easydkim(self.daemon, "backup", self.daemon.folder / "none" / "backup.mdb")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("No such file or directory", refused.stderr)
        self.daemon.call("VerifyDomainDkim", Domain="example.com")

    def test_that_finds_no_thread_is_refused_and_the_daemon_goes_on(self):
        limit = self.daemon.folder / "no-more-threads"
        preload(self.daemon, "no_more_threads.c")
        self.daemon.environment |= {"NO_MORE_THREADS": str(limit)}
        self.daemon.restart()
        limit.touch()
        refused = easydkim(self.daemon, "backup", self.file)
        self.assertEqual(refused.returncode, 5, refused.stderr)
        self.assertIn("could not start a thread", refused.stderr)
        self.assertFalse(self.file.exists())
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        limit.unlink()
        self.assertEqual(easydkim(self.daemon, "backup", self.file).returncode, 0)

    def hold_writes(self):
        """From now on a disk that is slow without end holds the daemon up in each large write."""
        fill(self.daemon, 10_000)
        self.assertEqual(self.daemon.stop(), 0)
        preload(self.daemon, "held_write.c")
        self.daemon.start()

    def begin(self, *wrapped_by):
        """A copy that is held up, and its unfinished file."""
        copying = subprocess.Popen([*wrapped_by, program("easydkim"), "--socket", self.daemon.socket,
                                    "backup", self.file],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)  # fmt: skip
        self.addCleanup(copying.communicate)
        self.addCleanup(copying.kill)
        unfinished = pathlib.Path(f"{self.file}.unfinished-{copying.pid}")
        eventually(lambda: unfinished.exists() and unfinished.stat().st_size > 0, "the copy has begun")
        return copying, unfinished

    def test_that_the_end_of_the_daemon_meets_is_given_up_and_keeps_nobody_waiting(self):
        # Given a copy that a slow disk holds up
        self.hold_writes()
        copying, unfinished = self.begin()
        # When the daemon is told to end in the middle of it
        self.assertEqual(self.daemon.stop(), 0)
        said = copying.communicate(timeout=60)[1]
        # Then the copy is refused with a sentence, and there is no half of it
        self.assertEqual(copying.returncode, 5, said)
        self.assertIn("the daemon is stopping", said)
        self.assertFalse(unfinished.exists())
        self.assertFalse(self.file.exists())

    def test_into_a_disk_that_stands_still_holds_up_neither_changes_nor_the_end(self):
        # Given a copy into a disk that stands still
        self.daemon.environment["HELD_FOR_EVER"] = "1"
        self.hold_writes()
        copying, unfinished = self.begin()
        # When identities change meanwhile, Then that is acknowledged as always
        began = time.monotonic()
        for number in range(10):
            self.daemon.call("VerifyDomainDkim", Domain=f"meanwhile{number}.example")
        self.assertLess(time.monotonic() - began, 5)
        # And the daemon ends at once
        began = time.monotonic()
        self.assertEqual(self.daemon.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)
        self.assertIn("the daemon is stopping", copying.communicate(timeout=60)[1])
        # And starts again, with all that was acknowledged
        self.daemon.start()
        self.assertEqual(len(tokens_of(self.daemon, ["meanwhile9.example"])["meanwhile9.example"]), 3)

    def test_whose_file_takes_nothing_for_ten_seconds_is_given_up(self):
        self.daemon.environment["HELD_FOR_EVER"] = "1"
        self.hold_writes()
        copying, unfinished = self.begin()
        said = copying.communicate(timeout=60)[1]
        self.assertEqual(copying.returncode, 5, said)
        self.assertIn("its file took nothing for 10 s; name a file on another disk", said)
        self.daemon.wait_for_log("store, gave up a copy (its file took nothing for 10 s)")
        self.daemon.call("VerifyDomainDkim", Domain="example.com")

    def test_that_is_interrupted_leaves_nothing_and_is_ended_by_the_daemon(self):
        self.hold_writes()
        before = self.daemon.descriptors()
        for number, interruption in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)):
            # Given a copy, of which there is one at a time
            copying, unfinished = self.begin()
            second = easydkim(self.daemon, "backup", self.daemon.folder / "second.mdb")
            self.assertEqual(second.returncode, 5)
            self.assertIn("Another copy of the store is being written", second.stderr)
            # When who asked for it is interrupted
            copying.send_signal(interruption)
            said = copying.communicate(timeout=60)[1]
            # Then he says so, and leaves no file
            self.assertEqual(copying.returncode, 3)
            self.assertEqual(said, "easydkim: interrupted before the daemon answered; call again\n")
            self.assertEqual(list(self.daemon.folder.glob("*.mdb*")), [])
            # And the daemon ends the copy, has nothing left open, and serves
            eventually(lambda: self.daemon.output().count(GAVE_UP) == number + 1, "the copy ends")
            eventually(lambda: self.daemon.descriptors() <= before, "nothing is left open")
            self.daemon.call("VerifyDomainDkim", Domain=f"meanwhile{number}.example")
        # Then a later one is whole
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.environment.pop("LD_PRELOAD")
        self.daemon.start()
        self.assertEqual(easydkim(self.daemon, "backup", self.file).returncode, 0)
        self.assertIn("identities  10003 ", easydkimd(self.daemon, "--check-store", self.file).stdout)

    def test_whose_client_is_killed_is_ended_by_the_daemon_and_takes_no_space(self):
        self.hold_writes()
        copying, unfinished = self.begin()
        copying.kill()
        copying.wait(timeout=60)
        self.daemon.wait_for_log(GAVE_UP)
        self.assertEqual(unfinished.stat().st_size, 0)

    def test_goes_on_under_nohup_when_the_terminal_is_gone(self):
        self.hold_writes()
        copying, unfinished = self.begin("nohup")
        copying.send_signal(signal.SIGHUP)
        # The first to answer is the daemon, which is told to end.
        self.assertEqual(self.daemon.stop(), 0)
        self.assertIn("the daemon is stopping", copying.communicate(timeout=60)[1])

    def test_goes_only_into_an_empty_regular_file_that_the_client_may_write(self):
        control = self.daemon.control()

        def pass_file(descriptor):
            line = b'{"jsonrpc":"2.0","id":1,"method":"BackupStore","params":{}}\n'
            control.socket.sendmsg([line], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [descriptor]))])
            return control.read()

        self.file.write_text("full")
        control.call("GetStatus")  # the connection is open by now
        before = self.daemon.descriptors()
        for name, flags in ((self.file, os.O_RDONLY), (self.file, os.O_WRONLY), ("/dev/null", os.O_WRONLY),
                            (self.daemon.folder, os.O_RDONLY)):  # fmt: skip
            descriptor = os.open(name, flags)
            self.addCleanup(os.close, descriptor)
            self.assertIn("empty regular file", pass_file(descriptor)["error"]["message"], name)
        self.assertEqual(self.file.read_text(), "full")
        # Without one it is refused by name,
        with self.assertRaises(Refusal) as refused:
            control.call("BackupStore")
        self.assertEqual(refused.exception.word, "MissingParameter")
        # and files that come with other requests are closed again.
        for _ in range(50):
            control.socket.sendmsg([b'{"jsonrpc":"2.0","id":1,"method":"GetStatus"}\n'],
                                   [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [descriptor, descriptor]))])  # fmt: skip
            self.assertEqual(control.read()["result"]["state"], "running")
        self.assertLessEqual(self.daemon.descriptors(), before + 1)
        control.close()
        eventually(lambda: self.daemon.descriptors() <= before, "nothing is left open")


def send(process, number):
    with contextlib.suppress(ProcessLookupError):  # it was done before
        os.kill(process, number)


def state_of(process):
    """As in proc(5): "T" stopped; "X" when it is gone."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


class ACheck(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self).start()
        fill(self.daemon, 500)
        self.data = self.daemon.store / "data.mdb"

    def test_tells_what_is_there_while_the_daemon_runs_and_when_it_does_not(self):
        running = easydkimd(self.daemon, "--check-store")
        self.assertEqual((running.returncode, running.stderr), (0, ""))
        self.assertRegex(running.stdout, rf"^{self.data}: whole\n  format      \d\n  identities  500 \(500 Pending\)\n"
                                         r"  evidence    \d+\n  former      0 tokens\n  pages       \d+ of 4096 octets\n$")  # fmt: skip
        self.daemon.call("VerifyDomainDkim", Domain="later.example")
        self.daemon.stop()
        self.assertIn("501 (501 Pending)", easydkimd(self.daemon, "--check-store").stdout)

    def test_tells_damage_in_a_sentence_and_is_not_ended_by_it(self):
        self.daemon.stop()
        good = self.data.read_bytes()
        for size in (0, 1, 4096, 5000, 16384, len(good) - 4096):
            self.data.write_bytes(good[:size])
            told = easydkimd(self.daemon, "--check-store")
            self.assertEqual(told.returncode, 1, (size, told))
            self.assertRegex(told.stderr, rf"^easydkimd: '{self.data}' is damaged \(.*\n$")
        record = b"\x0cd499.example"  # in free pages, too
        self.data.write_bytes(good.replace(record, record.upper()))
        told = easydkimd(self.daemon, "--check-store")
        self.assertEqual(told.returncode, 1)
        self.assertIn(f"{self.data}: damaged\n", told.stdout)
        self.assertIn("does not match its checksum", told.stderr)
        self.assertIn("from a backup", told.stderr)
        self.data.unlink()
        self.assertIn("No such file", easydkimd(self.daemon, "--check-store").stderr)

    def reader_of(self, checking):
        """The child of a check, once it has opened the database."""
        with contextlib.suppress(OSError):  # it has ended
            children = pathlib.Path(f"/proc/{checking.pid}/task/{checking.pid}/children").read_text().split()
            for reader in map(int, children):
                if str(self.data) in pathlib.Path(f"/proc/{reader}/maps").read_text():
                    return reader
        return None

    def begin_long(self):
        """A check that takes a while: its process, and the one that reads for it."""
        fill(self.daemon, 60_000, "more")
        self.daemon.stop()
        # And a sanitizer that does not catch signals
        environment = dict(os.environ)
        for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
            environment[options] = environment.get(options, "") + ":handle_sigbus=0"
        for _ in range(20):
            checking = subprocess.Popen([program("easydkimd"), "--config", self.daemon.config, "--check-store"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, env=environment)  # fmt: skip
            reader = eventually(lambda: self.reader_of(checking) or checking.poll() is not None, "it reads")
            if reader is True:
                checking.communicate(timeout=60)
            else:
                yield checking, reader

    def test_that_a_signal_ends_is_told(self):
        for checking, reader in self.begin_long():
            # When the child gets the signal of a disk that cannot be read
            send(reader, signal.SIGBUS)
            out, said = checking.communicate(timeout=60)
            if out == "":
                break
        # Then the sentence says so
        self.assertEqual(checking.returncode, 1)
        self.assertIn("signal 7, Bus error", said)
        self.assertIn("check the disk", said)

    def test_that_is_ended_reads_on_nowhere(self):
        for checking, reader in self.begin_long():
            send(reader, signal.SIGSTOP)
            self.addCleanup(send, reader, signal.SIGKILL)
            if eventually(lambda: state_of(reader) in "TZX" and state_of(reader), "it is stopped, or done") == "T":
                break
            checking.communicate(timeout=60)
        checking.terminate()
        checking.communicate(timeout=60)
        self.assertEqual(checking.returncode, -signal.SIGTERM)
        eventually(lambda: not pathlib.Path(f"/proc/{reader}").exists(), "its reader is gone")


class ALargeStore(unittest.TestCase):
    """Of more identities than are read before the daemon serves: it is checked while it serves."""

    def setUp(self):
        self.daemon = Daemon(self, polling={"max_lookups_per_second": 1}).start()
        self.domains = fill(self.daemon, 100_001)

    def test_is_checked_behind_the_start(self):
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        self.assertEqual(len(self.domains), self.daemon.call("GetStatus")["identities"]["Pending"])
        eventually(lambda: "store, checked: all of it is whole" in self.daemon.output(), "the check is done")
        self.assertEqual(self.daemon.stop(), 0)

    def test_that_is_damaged_ends_the_daemon_with_a_sentence_and_is_not_restarted(self):
        # Given a record with another letter in its domain, in the middle
        self.assertEqual(self.daemon.stop(), 0)
        file = self.daemon.folder / "store" / "data.mdb"
        octets = file.read_bytes()
        record = b"\x07default\x0ed55555.example"
        self.assertEqual(octets.count(record), 1)
        file.write_bytes(octets.replace(record, record.replace(b"d55555", b"d55556")))
        # When it starts
        self.daemon.launch()
        # Then it ends soon, with the status that the unit does not restart
        self.assertEqual(self.daemon.child.wait(), 1)
        self.assertRegex(self.daemon.output(), r"daemon, cannot go on \('.*data.mdb' is damaged \(record 55556 does "
                                               r"not match its checksum\): restore it from a backup")  # fmt: skip


class AStoreThatIsTakenAway(unittest.TestCase):
    def test_ends_the_daemon_with_a_sentence_before_anything_is_acknowledged_that_would_be_lost(self):
        for is_replaced in (False, True):
            daemon = Daemon(self).start()
            daemon.call("VerifyDomainDkim", Domain="kept.example")
            if is_replaced:
                copy = daemon.folder / "backup.mdb"
                self.assertEqual(easydkim(daemon, "backup", copy).returncode, 0)
                copy.rename(daemon.store / "data.mdb")
            else:
                (daemon.store / "data.mdb").rename(daemon.folder / "elsewhere.mdb")
            with contextlib.suppress(Refusal, OSError, EOFError, ValueError):
                self.fail(daemon.call("VerifyDomainDkim", Domain="lost.example"))
            self.assertEqual(daemon.child.wait(), 70)
            self.assertRegex(daemon.output(), r"daemon, cannot go on \('.*data.mdb' was removed or replaced while")


class ACompaction(unittest.TestCase):
    def test_makes_the_database_smaller_and_keeps_all(self):
        daemon = Daemon(self).start()
        kept = tokens_of(daemon, fill(daemon, 20))
        gone = fill(daemon, 3000, "gone")
        for begin in range(0, 3000, 100):
            self.assertEqual(easydkim(daemon, "delete", *gone[begin : begin + 100]).returncode, 0)
        refused = easydkimd(daemon, "--compact")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("already running", refused.stderr)
        daemon.stop()
        data = daemon.store / "data.mdb"
        before = data.stat().st_size
        told = easydkimd(daemon, "--compact")
        after = data.stat().st_size
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        self.assertEqual(told.stdout, f"{data}: {after} octets, and {before} before (20 identities)\n")
        self.assertLess(after, before)
        daemon.start()
        self.assertEqual(tokens_of(daemon, list(kept)), kept)


    def test_that_is_interrupted_changes_nothing_and_the_next_start_removes_what_it_wrote(self):
        # Given a compaction that a slow disk holds up
        daemon = Daemon(self).start()
        kept = tokens_of(daemon, fill(daemon, 5000)[:20])
        self.assertEqual(daemon.stop(), 0)
        preload(daemon, "held_write.c")
        compacting = subprocess.Popen([program("easydkimd"), "--config", daemon.config, "--compact"],
                                      stdin=subprocess.DEVNULL, env=daemon.environment)  # fmt: skip
        self.addCleanup(compacting.wait)
        self.addCleanup(compacting.kill)
        copy = daemon.store / "creating" / "data.mdb"
        eventually(copy.exists, "the copy has begun")
        # When it is interrupted
        compacting.send_signal(signal.SIGINT)
        self.assertEqual(compacting.wait(timeout=60), -signal.SIGINT)
        self.assertTrue(copy.exists())
        # Then all is there, and nothing else
        daemon.start()
        self.assertEqual(tokens_of(daemon, list(kept)), kept)
        self.assertFalse(copy.parent.exists())


class AStoreThatIsFull(unittest.TestCase):
    def test_grows_by_a_reload_and_keeps_room_for_changes_until_then(self):
        # Given a store that has reached its largest size
        daemon = Daemon(self, store={"size": "256KiB"}).start()
        control = daemon.control()
        count = 0
        with self.assertRaises(Refusal) as caught:
            for count in range(10_000):
                control.call("VerifyDomainDkim", Domain=f"d{count}.example")
        self.assertIn("reload", str(caught.exception))
        # Then what is there can still change and go
        control.call("SetIdentityDkimEnabled", Identity="d0.example", DkimEnabled=False)
        control.call("DeleteIdentity", Identity="d1.example")
        # When it may be larger, and the daemon reads that
        daemon.configure(store={"size": "8MiB"})
        daemon.child.send(signal.SIGHUP)
        daemon.wait_for_log("store, may grow to 8388608 octets")
        # Then it takes as many again, without a restart
        self.assertEqual(control.call("GetStatus")["store"]["size_bytes"], 8 << 20)
        fill(daemon, 2 * count, "more")
        self.assertEqual(daemon.describe("d0.example")["DkimEnabled"], False)
        daemon.restart()
        self.assertEqual(daemon.call("GetStatus")["identities"]["Pending"], count - 1 + 2 * count)

    def test_grows_while_others_write_and_read(self):
        daemon = Daemon(self, store={"size": "4MiB"}).start()
        done = threading.Event()
        answered = []

        def work():
            control = daemon.control()
            while not done.is_set():
                domain = f"w{len(answered)}.example"
                control.call("VerifyDomainDkim", Domain=domain)
                control.call("DescribeIdentity", Identity=domain)
                answered.append(domain)

        working = threading.Thread(target=work)
        working.start()
        self.addCleanup(working.join)
        self.addCleanup(done.set)
        for mebibytes in range(5, 25):
            daemon.configure(store={"size": f"{mebibytes}MiB"})
            daemon.child.send(signal.SIGHUP)
            daemon.wait_for_log(f"store, may grow to {mebibytes << 20} octets")
            before = len(answered)
            eventually(lambda: len(answered) > before, "the work goes on")
        done.set()
        working.join()
        self.assertTrue(daemon.child.is_running())
        self.assertEqual(easydkimd(daemon, "--check-store").returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
