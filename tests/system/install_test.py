# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` puts where, so that the units find their program and the operator keeps the configuration."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.folder import temporary_folder  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["EASYDKIM_BUILD"])


class AnInstallation(unittest.TestCase):
    def setUp(self):
        self.root = temporary_folder(self)
        self.install()

    def install(self):
        done = subprocess.run(["cmake", "--install", BUILD], env={**os.environ, "DESTDIR": str(self.root)},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_has_programs_units_documents_and_configuration(self):
        found = {"/" + path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file()}
        self.assertEqual(
            found,
            {
                "/etc/easydkim/easydkimd.toml",
                "/etc/easydkim/grafana-easydkim.json",
                "/etc/easydkim/prometheus-easydkim.rules.yml",
                "/etc/easydkim/unbound-easydkim.conf",
                "/usr/bin/easydkim",
                "/usr/lib/systemd/system/easydkimd.service",
                "/usr/lib/systemd/system/easydkimd.socket",
                "/usr/lib/sysusers.d/easydkim.conf",
                "/usr/lib/tmpfiles.d/easydkim.conf",
                "/usr/sbin/easydkimd",
                "/usr/share/bash-completion/completions/easydkim",
                "/usr/share/doc/easydkim/CHANGELOG.md",
                "/usr/share/doc/easydkim/LICENSE",
                "/usr/share/doc/easydkim/README.md",
                *(f"/usr/share/doc/easydkim/docs/{page.name}" for page in (PROJECT / "docs").glob("*.md")),
                "/usr/share/man/man1/easydkim.1",
                "/usr/share/man/man5/easydkimd.toml.5",
                "/usr/share/man/man8/easydkimd.8",
            },
        )

    def test_has_the_program_where_the_unit_starts_it(self):
        unit = (self.root / "usr/lib/systemd/system/easydkimd.service").read_text()
        program = self.root / re.search(r"(?m)^ExecStart=/(\S+)", unit)[1]
        version = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        self.assertEqual(version.returncode, 0)
        configuration = self.root / "etc/easydkim/easydkimd.toml"
        checked = subprocess.run([program, "--check-config", "--config", configuration], stdin=subprocess.DEVNULL,
                                 capture_output=True, timeout=30)  # fmt: skip
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_keeps_the_configuration_that_is_there(self):
        configuration = self.root / "etc/easydkim/easydkimd.toml"
        configuration.write_text("# ours\n")
        self.install()
        self.assertEqual(configuration.read_text(), "# ours\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
