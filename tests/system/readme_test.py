"""The README is true: its tour is taken, word for word, and what it names is there."""

import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.programs import program  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DEFAULTS = {
    "verification": {"window": "72h", "recheck_interval": "24h", "grace": "72h"},
    "polling": {"first_check": "5s", "min_interval": "15s", "max_interval": "10m"},
}


def console(text):
    """The blocks of a console session, as pairs of a command and what it printed."""
    session = "".join(re.findall(r"(?s)```console\n(.*?)```", text))
    commands = re.split(r"(?m)^\$ ", session)[1:]
    return [(command.split("\n", 1)[0], command.split("\n", 1)[1]) for command in commands]


def without_accidents(text):
    """Tokens, times, addresses and the socket of the test are different each time."""
    text = re.sub(r"[a-z2-7]{32}", "TOKEN", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"\((in )?\d+ (second|minute|hour|day)s?( ago)?\)", "(SPAN)", text)
    text = re.sub(r"\(\d+(\.\d+){3}\)", "(ADDRESS)", text)
    return re.sub(r" --socket \S+", "", text)


class TheTour(unittest.TestCase):
    def test_prints_what_the_readme_shows(self):
        world = DnsWorld(self, top=("com", "net"))
        world.zone("example.com", servers=["ns1.example.net", "ns2.example.net"])
        world.zone("amazonses.com", servers=["ns1"])
        world.publish("amazonses.com", '*.dkim.amazonses.com. TXT "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ"\n')
        daemon = Daemon(self, resolver=world.resolver_settings("authoritative"), **DEFAULTS).start()
        tour = console(README)
        self.assertGreaterEqual(len(tour), 7)
        records = []
        for command, shown in tour:
            self.assertTrue(command.startswith("easydkim "), command)
            # What the owner does between the commands, as the text tells.
            if command == "easydkim check example.com":
                records = easydkim(daemon, "records", "example.com", "--format", "zone").stdout.splitlines(True)
                without_dot = re.sub(r"\.\n$", "\n", records[1])
                world.publish("example.com", records[0] + without_dot)
            if command == "easydkim wait example.com":
                world.publish("example.com", "".join(records))
            ran = easydkim(daemon, *command.split()[1:])
            self.assertEqual(without_accidents(ran.stdout + ran.stderr), without_accidents(shown), command)


class WhatTheReadmeNames(unittest.TestCase):
    def test_commands_are_those_of_the_client(self):
        told = subprocess.run([program("easydkim"), "--help"], capture_output=True, text=True, timeout=30).stdout
        commands = set(re.findall(r"(?m)^  ([a-z]+)\b", told))
        named = set(re.findall(r"(?<![\w/.-])easydkim (?!easydkimd\b)([a-z]+)\b(?=[^`\n]*[`\n])", " ".join(re.findall(
            r"`[^`\n]+`|(?m:^    .*\n|^\$ .*\n)", README))))  # fmt: skip
        self.assertGreaterEqual(len(named), 6)
        self.assertLessEqual(named, commands)

    def test_keys_are_those_of_the_configuration(self):
        section, keys = "", set()
        for line in (PROJECT / "etc/easydkimd.toml").read_text().splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif match := re.match(r"#(\w+) = ", line):
                keys.add(f"{section}.{match[1]}")
        sections = {key.split(".")[0] for key in keys}
        named = {name for name in re.findall(r"`(\w+\.\w+)`", README) if name.split(".")[0] in sections}
        self.assertGreaterEqual(len(named), 2)
        self.assertLessEqual(named, keys)

    def test_files_are_there(self):
        linked = re.findall(r"\]\(([^)#:]+)\)", README)
        self.assertGreaterEqual(len(linked), 8)
        self.assertEqual([name for name in linked if not (PROJECT / name).exists()], [])
        scripts = set(re.findall(r"\bscript/(\w+)", README))
        self.assertEqual([name for name in scripts if not (PROJECT / "script" / name).exists()], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
