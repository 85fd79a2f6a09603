# SPDX-License-Identifier: Apache-2.0
"""The units are understood by systemd, and the daemon is shut off from most of the machine."""

import pathlib
import re
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
UNITS = PROJECT / "systemd"
EXPOSURE = "1.2"
EXPOSURE_WITH_A_LOCAL_RESOLVER = "1.1"


def run(*command):
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )


class Units(unittest.TestCase):
    def setUp(self):
        """The units as installed, but with a program that is there, whatever is installed on this machine."""
        folder = tempfile.TemporaryDirectory(prefix="easydkim-units-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        service = (UNITS / "easydkimd.service").read_text()
        service, changed = re.subn(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", service)
        self.assertEqual(changed, 1)
        (self.folder / "easydkimd.service").write_text(service)
        (self.folder / "easydkimd.socket").write_text((UNITS / "easydkimd.socket").read_text())

    def test_that_both_units_are_understood(self):
        for unit in ("easydkimd.service", "easydkimd.socket"):
            verified = run("systemd-analyze", "verify", "--man=no", str(self.folder / unit))
            self.assertEqual((verified.returncode, verified.stdout), (0, ""), unit)

    def test_that_a_mistake_would_be_seen(self):
        with (self.folder / "easydkimd.service").open("a") as service:
            service.write("[Service]\nNoSuchSetting=yes\n")
        verified = run("systemd-analyze", "verify", "--man=no", str(self.folder / "easydkimd.service"))
        self.assertIn("NoSuchSetting", verified.stdout)

    def exposure(self):
        """The overall one, and the settings that add to it."""
        judged = run(
            "systemd-analyze", "security", "--no-pager", "--offline=true", str(self.folder / "easydkimd.service")
        )
        self.assertEqual(judged.returncode, 0, judged.stdout)
        overall = re.search(r"Overall exposure level for \S+: (\S+)", judged.stdout)
        self.assertTrue(overall, judged.stdout)
        return overall[1], re.findall(r"(?m)^✗ (\S+)= ?(\S*).* ([0-9.]+) *$", judged.stdout)

    def test_that_the_exposure_is_small_and_each_line_of_it_is_explained(self):
        overall, remaining = self.exposure()
        self.assertEqual(overall, EXPOSURE)
        self.assertTrue(remaining)
        unit = (UNITS / "easydkimd.service").read_text()
        explained = unit[unit.index('# What "systemd-analyze security" still counts') : unit.index("[Install]")]
        for setting, _, points in remaining:
            self.assertRegex(explained, rf"{setting.split('=')[0]}=[^\n]*\({re.escape(points)}\)", setting)

    def test_that_the_exposure_is_smaller_with_a_resolver_on_the_machine(self):
        drop_ins = self.folder / "easydkimd.service.d"
        drop_ins.mkdir()
        (drop_ins / "local-resolver.conf").write_text((UNITS / "local-resolver.conf").read_text())
        verified = run("systemd-analyze", "verify", "--man=no", str(self.folder / "easydkimd.service"))
        self.assertEqual((verified.returncode, verified.stdout), (0, ""))
        # Without drop-ins of a unit that is only a file: what they say stands at its end then.
        with (self.folder / "easydkimd.service").open("a") as service:
            service.write((UNITS / "local-resolver.conf").read_text())
        self.assertEqual(self.exposure()[0], EXPOSURE_WITH_A_LOCAL_RESOLVER)

    def test_that_the_daemon_cannot_take_the_machine(self):
        unit = (UNITS / "easydkimd.service").read_text()
        for line in ("MemoryMax=25%", "LimitCORE=0"):
            self.assertIn(f"\n{line}\n", unit)
        self.assertRegex(unit, r"(?m)^TasksMax=\d+$")
        self.assertNotRegex(unit, r"(?m)^MemoryHigh=")

    def test_that_the_unit_lets_the_daemon_limit_its_own_system_calls(self):
        unit = (UNITS / "easydkimd.service").read_text()
        allowed = set()
        for line in re.findall(r"(?m)^SystemCallFilter=(.*)$", unit):
            calls = {call for word in line.lstrip("~").split() for call in self.calls_of(word)}
            allowed = allowed - calls if line.startswith("~") else allowed | calls
        own = re.findall(r'"([a-z0-9_]+)"', (PROJECT / "daemon/process/system_call_filter.cpp").read_text())
        self.assertGreater(len(own), 80)
        known = set(self.calls_of("@known"))
        self.assertEqual(sorted(set(own) & known - allowed), [])
        self.assertIn("seccomp", allowed)
        for call in ("io_uring_setup", "userfaultfd", "memfd_create", "keyctl", "process_vm_writev", "ptrace", "mount"):
            self.assertNotIn(call, own)

    def calls_of(self, word):
        """The system calls of a group, its groups included; a call is itself."""
        if not word.startswith("@"):
            return [word]
        listed = run("systemd-analyze", "syscall-filter", "--no-pager", word).stdout
        names = [line.strip() for line in listed.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
        return [call for name in names for call in self.calls_of(name)]

    def test_that_the_socket_unit_and_the_defaults_name_the_same_paths(self):
        socket = (UNITS / "easydkimd.socket").read_text()
        service = (UNITS / "easydkimd.service").read_text()
        defaults = (PROJECT / "etc" / "easydkimd.toml").read_text()
        self.assertIn("ListenStream=/run/easydkim/control.sock\n", socket)
        self.assertIn('#socket = "/run/easydkim/control.sock"\n', defaults)
        self.assertIn("RuntimeDirectory=easydkim\n", service)
        self.assertIn('#file = "/run/easydkim/status.json"\n', defaults)
        self.assertIn("StateDirectory=easydkim\n", service)
        self.assertIn('#path = "/var/lib/easydkim"\n', defaults)

    def test_that_the_user_and_its_directory_are_made(self):
        made = run("systemd-sysusers", "--dry-run", str(UNITS / "easydkim.sysusers"))
        self.assertEqual(made.returncode, 0, made.stdout)
        self.assertRegex((UNITS / "easydkim.sysusers").read_text(), r"(?m)^u easydkim ")
        self.assertRegex((UNITS / "easydkim.tmpfiles").read_text(), r"(?m)^d /run/easydkim 0755 easydkim easydkim ")


class ManualPages(unittest.TestCase):
    def test_that_they_are_understood(self):
        pages = sorted((PROJECT / "man").glob("*.[1-8]"))
        self.assertGreaterEqual(len(pages), 2)
        for page in pages:
            lint = run("mandoc", "-T", "lint", "-W", "warning", str(page))
            self.assertEqual((lint.returncode, lint.stdout), (0, ""), page.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
