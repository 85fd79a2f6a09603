"""Who may know whom: what the libraries of CMake cannot see, because much of what is included is headers only."""

import pathlib
import re
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("core", "posix", "resolver", "daemon", "client")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# The standard library of C++ has names without a dot and without a slash; of C's it is the <c...> ones.
STANDARD = re.compile(r"^[a-z_0-9]+$")

# Folder -> what its files may include, by the beginning of the name. The longest folder that fits decides.
OURS = {
    "core": ("core/",),
    "core/store": ("core/", "posix/"),
    "posix": ("posix/", "posix/file_handle.hpp"),
    "resolver": ("core/", "posix/", "resolver/"),
    "daemon": ("core/", "posix/", "resolver/", "daemon/"),
    "daemon/client": ("core/", "posix/", "daemon/client/", "posix/standard_descriptors.hpp"),
    "client": ("core/", "posix/", "client/"),
}  # fmt: skip
FOREIGN = {
    "core": ("boost/system/",),
    # POSIX files and locks; the checksum of a record.
    "core/store": ("boost/system/", "isa-l/crc.h", "lmdb.h", "fcntl.h", "unistd.h", "sys/", "errno.h", "endian.h"),
    "resolver": ("boost/system/", "boost/asio", "ares", "netinet/", "arpa/", "sys/", "linux/", "unistd.h", "netdb.h",
                 "poll.h", "fcntl.h"),
}  # fmt: skip
# A C library -> the files (without suffix) that may call it.
C_LIBRARIES = {
    r"\bmdb_\w+\s*\(|<lmdb\.h>": r"^core/store/(lmdb/)?lmdb$",
    r"\bcrc32_\w+\s*\(|<isa-l/": r"^core/store/(records/)?record_octets$",
    r"\bares_\w+\s*\(|<ares\w*\.h>": r"^resolver/(\w+/)?(cares_channel\w*|lookup\w*)$",
    r"\bRAND_\w+\s*\(|\b(HMAC|SHA256)\s*\(|\bEVP_\w+\s*\(|<openssl/": r"^daemon/(process/)?(random|ses_api/(signature/)?digest)$",
    r"\bidn2_\w+\s*\(|<idn2\.h>": r"^daemon/(operations/)?idna$",
    r"\bpsl_\w+\s*\(|<libpsl\.h>": r"^daemon/(operations/)?public_suffix$",
    r"\bsd_\w+\s*\(|<systemd/": r"^daemon/(process/)?notify$",
    r"\bseccomp_\w+\s*\(|<seccomp\.h>": r"^daemon/process/system_call_filter$",
    r"<toml\+\+/": r"^daemon/(config/)?(config|ses_api/(signature/)?credentials)$",
    r"<prometheus/": r"^daemon/(metrics|monitoring)/metrics_text$",
}
EMPTY_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|manager|base|impl|misc)(_|$)")


def sources():
    files = [path for folder in FOLDERS for path in sorted((PROJECT / folder).rglob("*.[ch]pp"))]
    assert len(files) > 20, "the sources are not where they should be"
    return [(path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def row_of(table, name):
    fitting = [folder for folder in table if name.startswith(folder + "/")]
    return table[max(fitting, key=len)] if fitting else None


def wrong_includes(name, text):
    wrong = []
    for kind, included in INCLUDE.findall(without_comments(text)):
        if kind == '"':
            allowed = row_of(OURS, name)
            if included.startswith("core/store/") and not name.startswith(("core/store/", "daemon/")):
                allowed = ()
        else:
            allowed = None if STANDARD.match(included) else row_of(FOREIGN, name)
        if allowed is not None and not included.startswith(tuple(allowed)):
            wrong.append(f"{name} includes {included}")
    return wrong


class Dependencies(unittest.TestCase):
    def test_that_no_coroutine_forgets_what_it_threw(self):
        forgetting = [name for name, text in sources() if "asio::detached" in without_comments(text)]
        self.assertEqual(forgetting, [])  # see daemon/process/not_waited_for.hpp

    def test_that_each_part_includes_only_what_it_may_know(self):
        wrong = [each for name, text in sources() for each in wrong_includes(name, text)]
        self.assertEqual(wrong, [])

    def test_that_a_wrong_include_would_be_seen(self):
        for name, include in (
            ("core/a.hpp", "<boost/asio.hpp>"),
            ("core/a.hpp", "<unistd.h>"),
            ("core/a.hpp", '"core/store/lmdb/lmdb.hpp"'),
            ("core/a.hpp", '"daemon/process/log.hpp"'),
            ("core/store/a.hpp", '"resolver/transport/pace.hpp"'),
            ("resolver/a.hpp", '"core/store/records/record.hpp"'),
            ("resolver/a.hpp", "<spdlog/spdlog.h>"),
        ):
            self.assertEqual(len(wrong_includes(name, f"#include {include}\n")), 1, (name, include))
        self.assertEqual(wrong_includes("core/a.hpp", "#include <vector>\n#include <boost/system/result.hpp>\n"), [])

    def test_that_a_c_library_is_called_in_one_place(self):
        wrong = []
        for name, text in sources():
            for calls, allowed in C_LIBRARIES.items():
                found = re.search(calls, without_comments(text))
                if found and not re.search(allowed, name.rsplit(".", 1)[0]):
                    wrong.append(f"{name} has {found.group()}")
        self.assertEqual(wrong, [])


class Files(unittest.TestCase):
    def test_that_no_file_has_an_empty_name(self):
        self.assertEqual([name for name, _ in sources() if EMPTY_NAMES.search(pathlib.Path(name).stem)], [])

    def test_that_every_header_is_included_once_only(self):
        missing = [name for name, text in sources() if name.endswith(".hpp") and "#pragma once" not in text]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
