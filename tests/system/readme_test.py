# SPDX-License-Identifier: Apache-2.0
"""README and docs/ are true: their tours are taken, word for word, and what they name is there."""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.dns_world import DnsWorld  # noqa: E402
from support.knot import Knot, zone_lines  # noqa: E402
from support.programs import program  # noqa: E402
from support.ses import SesDaemon  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
README, *_ = TEXTS = [page.read_text(encoding="utf-8") for page in PAGES]
TOUR, SES_API = (TEXTS[PAGES.index(PROJECT / "docs" / name)] for name in ("tour.md", "ses-api.md"))
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


def pattern_of(shown):
    """Of an output in which "..." stands for the rest of a line, or for some lines."""
    pattern = re.escape(shown)
    pattern = re.sub(r"(?m)^(\\ )*\\\.\\\.\\\.\\?\n", "(?:.*\\n)+?", pattern)
    return re.sub(r"(?m)\\ \\\.\\\.\\\.(\\?)$", r" .*\1", pattern)


class ATour(unittest.TestCase):
    def take(self, text, compare):
        """What the owner does between the commands, as the text tells, and what each command prints."""
        world = DnsWorld(self, top=("com", "net"))
        world.zone("example.com", servers=["ns1.example.net", "ns2.example.net"])
        world.zone("amazonses.com", servers=["ns1"])
        world.publish("amazonses.com", '*.dkim.amazonses.com. TXT "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ"\n')
        daemon = Daemon(self, resolver=world.resolver_settings("authoritative"), **DEFAULTS).start()
        tour = console(text)
        self.assertGreaterEqual(len(tour), 7)
        records = []
        for command, shown in tour:
            self.assertTrue(command.startswith("easydkim "), command)
            if command == "easydkim check example.com":
                records = easydkim(daemon, "records", "example.com", "--format", "zone").stdout.splitlines(True)
                without_dot = re.sub(r"\.\n$", "\n", records[1])
                world.publish("example.com", records[0] + without_dot)
            if command == "easydkim wait example.com":
                world.publish("example.com", "".join(records))
            ran = easydkim(daemon, *command.split()[1:])
            compare(without_accidents(ran.stdout + ran.stderr), without_accidents(shown), command)

    def test_prints_what_the_page_of_the_tour_shows(self):
        self.take(TOUR, self.assertEqual)

    def test_prints_what_the_readme_shows_of_it(self):
        def compare(printed, shown, command):
            self.assertRegex(printed, rf"\A{pattern_of(shown)}\Z", command)

        self.take(README, compare)

    def test_is_compared_with_all_that_is_shown(self):
        shown = "a.example\n  status  Pending\n  ...\n  found   x ...\n"
        self.assertRegex("a.example\n  status  Pending\n  b\n  c\n  found   x y\n", rf"\A{pattern_of(shown)}\Z")
        for printed in ("a.example\n  status  Pending\n  found   x y\n", "a.example\n  status  Pending\n  b\n  found   y\n",
                        "b.example\n  status  Pending\n  b\n  found   x y\n"):  # fmt: skip
            self.assertNotRegex(printed, rf"\A{pattern_of(shown)}\Z")


class CallsFromAProgram(unittest.TestCase):
    def run_shell(self, command, environment=None):
        ran = subprocess.run(["bash", "-euc", command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=90, env=environment)  # fmt: skip
        self.assertEqual(ran.returncode, 0, (command, ran.stderr))
        return ran.stdout

    def test_of_the_control_socket_need_no_client(self):
        daemon = Daemon(self).start()
        command = re.search(r"(?m)^    echo .*\|\n.*$", README)[0]
        self.assertIn("/run/easydkim/control.sock", command)
        answer = self.run_shell(command.replace("/run/easydkim/control.sock", shlex.quote(str(daemon.socket))))
        self.assertEqual(len(json.loads(answer)["result"]["DkimTokens"]), 3)

    def test_of_the_ses_api_are_those_of_aws(self):
        # Given a daemon with the keys of the page, and a domain with its records
        knot = Knot(self, "example.com")
        daemon = SesDaemon(self, resolver={"servers": [knot.server]})
        keys = textwrap.dedent(re.search(r"(?m)(?:^    .*\n)*?^    \[\[credential\]\]\n((?:^    .*\n)+)", SES_API)[0])
        daemon.write_credentials(keys[keys.index("[[credential]]") :])
        daemon.start()
        key, secret = (re.search(rf'{name} = "(.*)"', keys)[1] for name in ("access_key_id", "secret_access_key"))
        environment = daemon.aws_environment(key) | {"AWS_SECRET_ACCESS_KEY": secret}
        knot.publish("example.com", zone_lines(daemon.call("VerifyDomainDkim", Domain="example.com")))
        daemon.wait_for_status("example.com", "Success")
        # When what the pages show is run, word for word but for the port
        shown = set(re.findall(r"(?m)^    (aws .*)$", README + SES_API))
        self.assertEqual({command.split()[2] for command in shown}, {"verify-domain-dkim", "wait", "get-email-identity"})
        for command in shown:
            self.assertIn("http://127.0.0.1:8580", command)
            self.run_shell(command.replace("http://127.0.0.1:8580", daemon.endpoint), environment)
        # Then also the program gets the records
        source = re.search(r"(?s)```python\n(.*?)```", SES_API)[1].replace("http://127.0.0.1:8580", daemon.endpoint)
        ran = subprocess.run([sys.executable, "-c", source], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=90, env=environment)  # fmt: skip
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(ran.stdout.replace(" CNAME ", ". CNAME ").replace(".com\n", ".com.\n"),
                         zone_lines(daemon.call("VerifyDomainDkim", Domain="example.com")))  # fmt: skip


class WhatTheReadmeNames(unittest.TestCase):
    """And what the pages of docs/ do."""

    def test_commands_are_those_of_the_client(self):
        told = subprocess.run([program("easydkim"), "--help"], capture_output=True, text=True, timeout=30).stdout
        commands = set(re.findall(r"(?m)^  ([a-z]+)\b", told))
        for page, text in zip(PAGES, TEXTS):
            named = set(re.findall(r"(?<![\w/.-])easydkim (?!easydkimd\b)([a-z]+)\b(?=[^`\n]*[`\n])", " ".join(re.findall(
                r"`[^`\n]+`|(?m:^    .*\n|^\$ .*\n)", text))))  # fmt: skip
            self.assertLessEqual(named, commands, page)
            if text is README:
                self.assertGreaterEqual(len(named), 6)

    def test_keys_are_those_of_the_configuration(self):
        section, keys = "", set()
        for line in (PROJECT / "etc/easydkimd.toml").read_text().splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif match := re.match(r"#(\w+) = ", line):
                keys.add(f"{section}.{match[1]}")
        sections = {key.split(".")[0] for key in keys}
        for page, text in zip(PAGES, TEXTS):
            named = {name for name in re.findall(r"`(\w+\.\w+)`", text) if name.split(".")[0] in sections}
            self.assertLessEqual(named, keys, page)
            if text is README:
                self.assertGreaterEqual(len(named), 2)

    def test_files_are_there(self):
        for page, text in zip(PAGES, TEXTS):
            linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
            self.assertEqual([name for name in linked if not (page.parent / name).exists()], [], page)
            scripts = set(re.findall(r"\bscript/(\w+)", text))
            self.assertEqual([name for name in scripts if not (PROJECT / "script" / name).exists()], [], page)
            if text is README:
                self.assertGreaterEqual(len(linked), 8)

    def test_pages_are_all_linked_from_the_readme(self):
        self.assertEqual([page.name for page in PAGES[1:] if f"](docs/{page.name})" not in README], [])

    def test_headings_are_there(self):
        for page, text in zip(PAGES, TEXTS):
            headings = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
                        for heading in re.findall(r"(?m)^#+ (.*)$", text)}  # fmt: skip
            self.assertLessEqual(set(re.findall(r"\]\(#([^)]+)\)", text)), headings, page)

    def test_benchmarks_are_those_of_the_script(self):
        names = subprocess.run([PROJECT / "script/bench", "--list"], capture_output=True, text=True, timeout=30).stdout.split()
        named = set(re.findall(r"`script/bench (\w+)`", "".join(TEXTS)))
        self.assertGreaterEqual(len(named), 4)
        self.assertLessEqual(named, set(names))

    def test_operations_of_the_ses_api_are_those_of_the_manual(self):
        manual = (PROJECT / "man/easydkimd.8").read_text(encoding="utf-8").split(".Ss The SES API\n")[1].split("\n.Ss ")[0]
        self.assertEqual(set(re.findall(r"(?m)^\| `([A-Z]\w+)`", SES_API)),
                         set(re.findall(r"(?m)^\.Li ((?:[A-Z][a-z]+){2,})\b", manual)))  # fmt: skip


class TheReadme(unittest.TestCase):
    def test_is_read_in_a_few_minutes(self):
        self.assertLessEqual(len(README.splitlines()), 200)

    def test_fits_into_a_window(self):
        self.assertEqual([line for line in README.splitlines() if len(line) > 130], [])
        for page, text in zip(PAGES, TEXTS):
            prose = re.sub(r"(?s)```.*?```", "", text).splitlines()
            self.assertEqual([line for line in prose if len(line) > 130 and line[0] != "|"], [], page)


if __name__ == "__main__":
    unittest.main(verbosity=2)
