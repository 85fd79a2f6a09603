# SPDX-License-Identifier: Apache-2.0
"""ARCHITECTURE, CONTRIBUTING, CHANGELOG and LICENSE: what they name is there, and what they promise is kept."""

import functools
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import program  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["EASYDKIM_BUILD"])
ARCHITECTURE, CONTRIBUTING, CHANGELOG = PAGES = [
    (PROJECT / name).read_text(encoding="utf-8") for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
]
ENDINGS = r"\.(?:cpp|hpp|md|py|txt|json|toml(?:\.5)?|[158]|bash)"
FOLDERS = ("core", "resolver", "daemon", "client", "posix", "tests", "script", "man", "docs")


@functools.cache
def names_of_files():
    return {path.name for folder in FOLDERS for path in (PROJECT / folder).rglob("*") if path.is_file()}


def named_paths(text):
    """What stands in backticks and looks like a path of the project."""
    named = re.findall(r"`([\w.-]+(?:/[\w.*-]*)*)`", text)
    return {name for name in named if "/" in name or re.search(ENDINGS + "$", name)}


def is_there(name):
    """A path of the project, or a file name alone, which a file of the sources has."""
    return (PROJECT / name).exists() or name in names_of_files()


class WhatTheyName(unittest.TestCase):
    def test_paths_are_there(self):
        for text, least in ((ARCHITECTURE, 30), (CONTRIBUTING, 3)):
            named = named_paths(text)
            self.assertGreaterEqual(len(named), least)
            self.assertEqual([name for name in sorted(named) if not is_there(name)], [])

    def test_a_path_that_is_not_there_is_found(self):
        self.assertEqual(named_paths("`core/verdict.hpp` `nothing` `1.0`"), {"core/verdict.hpp"})
        for name in ("core/no_such_file.hpp", "no_such_file.hpp", "no_such_folder/"):
            self.assertIn(name, named_paths(f"in `{name}`,"))
            self.assertFalse(is_there(name))

    def test_links_lead_somewhere(self):
        for text in PAGES:
            linked = re.findall(r"\]\(([^)#:]+)\)", text)
            self.assertEqual([name for name in linked if not (PROJECT / name).exists()], [])

    def test_presets_and_test_programs_are_there(self):
        presets = set(re.findall(r'"name": "(\w+)", "inherits"', (PROJECT / "CMakePresets.json").read_text()))
        listed = re.search(r"(?s)The presets are in(.*?)\. The oldest", CONTRIBUTING)[1]
        self.assertEqual(set(re.findall(r"`(\w+)`", listed)), presets)
        targets = subprocess.run(["ninja", "-C", BUILD, "-t", "targets", "all"], capture_output=True, text=True, timeout=60)
        programs = set(re.findall(r"(?m)^(?!cmake_)(\w+_tests): phony", targets.stdout))
        named = set(re.findall(r"`(\w+_tests)`", CONTRIBUTING))
        self.assertGreaterEqual(len(named), 8)
        self.assertEqual(named, programs)

    def test_options_of_the_scripts_are_understood(self):
        for script, option in re.findall(r"`script/(\w+) (--[a-z-]+)", CONTRIBUTING):
            self.assertIn(option, (PROJECT / "script" / script).read_text())


class TheLicences(unittest.TestCase):
    def setUp(self):
        table = CONTRIBUTING.split("| library | Debian package |")[1]
        self.rows = re.findall(r"(?m)^\| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", table)

    def test_are_listed_for_every_library_that_the_programs_link(self):
        listed = {name for row in self.rows for name in re.findall(r"`(\w[\w+-]*)`", row[0])}
        for each in ("easydkimd", "easydkim"):
            dynamic = subprocess.run(["readelf", "-d", program(each)], capture_output=True, text=True, timeout=60)
            needed = set(re.findall(r"NEEDED.*\[(lib[\w+-]+)\.so", dynamic.stdout))
            needed = {name for name in needed if not re.fullmatch(r"lib[a-z]+san", name)}  # of a sanitizer's build
            self.assertGreaterEqual(len(needed), 5)
            self.assertLessEqual(needed, listed)

    def test_are_listed_for_every_package_that_is_needed_to_build(self):
        script = (PROJECT / "script/packages").read_text()
        needed = re.search(r'(?s)packages_build="(.*?)"', script)[1].replace("$boost", "").split()
        listed = {name for row in self.rows for name in re.findall(r"`([\w+.-]+)`", row[1])}
        self.assertEqual([name for name in needed if name not in listed | {"cmake", "ninja-build", "pkg-config"}], [])

    def test_are_compatible_with_ours(self):
        self.assertGreaterEqual(len(self.rows), 15)
        for library, _, licence, verdict in self.rows[1:]:
            self.assertTrue(licence, library)
            self.assertRegex(verdict, "^yes, ", library)

    def test_of_the_project_is_the_apache_license(self):
        text = (PROJECT / "LICENSE").read_text()
        self.assertEqual(text.strip(), pathlib.Path("/usr/share/common-licenses/Apache-2.0").read_text().strip())


class TheChangelog(unittest.TestCase):
    def test_begins_with_what_is_not_released(self):
        self.assertRegex(CHANGELOG, r"\A# Changelog\n[^#]*\n## Unreleased\n")
        groups = set(re.findall(r"(?m)^### (.*)$", CHANGELOG))
        self.assertLessEqual(groups, {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"})

    def test_has_the_format_of_the_store_and_the_way_back(self):
        tables = next((PROJECT / "core").rglob("store_tables.hpp")).read_text()
        number = re.search(r"\bformat = (\d+);", tables)[1]
        self.assertIn(f"The store's format is {number}", CHANGELOG)
        self.assertIn("To go back", CHANGELOG)


class TheArchitecture(unittest.TestCase):
    def test_is_one_page(self):
        self.assertLessEqual(len(ARCHITECTURE.splitlines()), 90)

    def test_fits_into_a_window(self):
        for text in PAGES:
            prose = text.splitlines()
            self.assertEqual([line for line in prose if len(line) > 130 and line[0] != "|"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
