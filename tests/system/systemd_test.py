"""The units are understood by systemd, and the daemon is shut off from most of the machine."""

import pathlib
import re
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
UNITS = PROJECT / "systemd"
LARGEST_EXPOSURE = 13  # tenths


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

    def test_that_the_exposure_is_small(self):
        judged = run(
            "systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={LARGEST_EXPOSURE}",
            str(self.folder / "easydkimd.service"),
        )  # fmt: skip
        self.assertEqual(judged.returncode, 0, judged.stdout)
        self.assertIn("Overall exposure level", judged.stdout)

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
