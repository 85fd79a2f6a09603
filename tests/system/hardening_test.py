# SPDX-License-Identifier: Apache-2.0
"""How the programs are linked, and what a release is compiled with: a fault of memory ends them."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests"))
from support.programs import program  # noqa: E402

FLAGS_EVERYWHERE = {"-fstack-protector-strong", "-fPIE", "-D_GLIBCXX_ASSERTIONS", "-D_FORTIFY_SOURCE=2"}
FLAGS_BY_COMPILER = {"-fstack-clash-protection", "-fcf-protection"}


def run(*command):
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
    )


class Programs(unittest.TestCase):
    def test_that_they_lie_elsewhere_each_time_and_what_links_them_cannot_be_written(self):
        for name in ("easydkimd", "easydkim"):
            read = run("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", program(name))
            self.assertEqual(read.returncode, 0, read.stdout)
            self.assertRegex(read.stdout, r"Type: +DYN ", name)  # position-independent
            self.assertRegex(read.stdout, r"FLAGS_1\).*\bPIE\b", name)
            self.assertRegex(read.stdout, r"FLAGS_1\).*\bNOW\b", name)  # all is bound at the start,
            self.assertRegex(read.stdout, r"(?m)^ +GNU_RELRO ", name)  # and closed then
            stack = re.search(r"(?m)^ +GNU_STACK .*", read.stdout)
            self.assertTrue(stack, name)
            self.assertNotIn("E", stack[0].split()[6], name)

    def test_that_they_watch_their_stack(self):
        for name in ("easydkimd", "easydkim"):
            self.assertIn("__stack_chk_fail", run("readelf", "--wide", "--dyn-syms", program(name)).stdout, name)


class ARelease(unittest.TestCase):
    def test_is_compiled_with_what_this_compiler_has(self):
        with tempfile.TemporaryDirectory(prefix="easydkim-release-") as build:
            made = run("cmake", "-S", PROJECT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                       "-DBUILD_TESTING=OFF")  # fmt: skip
            self.assertEqual(made.returncode, 0, made.stdout)
            compiled = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
            cache = (pathlib.Path(build) / "CMakeCache.txt").read_text()
        has = {flag for flag in FLAGS_BY_COMPILER
               if re.search(rf"(?m)^easydkim_has{re.sub('[^A-Za-z0-9]', '_', flag)}:INTERNAL=1$", cache)}  # fmt: skip
        self.assertIn("-fstack-clash-protection", has)
        for each in compiled:
            missing = (FLAGS_EVERYWHERE | has) - set(each["command"].split())
            self.assertEqual(missing, set(), each["file"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
