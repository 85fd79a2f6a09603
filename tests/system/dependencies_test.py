# SPDX-License-Identifier: Apache-2.0
"""Who may know whom: what the libraries of CMake cannot see, because much of what is included is headers only."""

import pathlib
import re
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TOPS = ("core", "posix", "resolver", "daemon", "client")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# The standard library of C++ has names without a dot and without a slash; of C's it is the <c...> ones.
STANDARD = re.compile(r"^[a-z_0-9]+$")

CORE = ("core", "core/diagnosis")
STORE = ("core/store", "core/store/records", "core/store/lmdb")
RESOLVER = tuple(f"resolver/{floor}" for floor in ("wire", "transport", "recursive", "servers", "zones"))
SES_API = tuple(f"daemon/ses_api{room}" for room in ("", "/call", "/signature", "/query", "/v2"))


def rooms(*names):
    return tuple(f"daemon/{name}" for name in names)


# Folder -> the folders whose headers its files may include, besides its own. Arrows lead downwards only.
MAY_KNOW = {
    "core": (),
    "core/diagnosis": ("core",),
    "core/store/records": CORE,
    "core/store": (*CORE, "core/store/records"),
    "core/store/lmdb": (*CORE, "core/store", "core/store/records", "posix"),
    "posix": (),
    # Each floor of the resolver knows those below it.
    "resolver/wire": CORE,
    "resolver/transport": (*CORE, *RESOLVER[:1]),
    "resolver/recursive": (*CORE, *RESOLVER[:2]),
    "resolver/servers": (*CORE, *RESOLVER[:3]),
    "resolver/zones": (*CORE, *RESOLVER[:4]),
    "resolver/polling": (*CORE, *RESOLVER),
    "resolver/diagnosis/session": (*CORE, *RESOLVER),
    "resolver/diagnosis/probes": (*CORE, *RESOLVER, "resolver/diagnosis/session"),
    "resolver/diagnosis": (*CORE, *RESOLVER, "resolver/diagnosis/session", "resolver/diagnosis/probes"),
    "daemon": (*CORE, *STORE, "posix", *RESOLVER, "resolver/polling", "resolver/diagnosis", *SES_API,
               *rooms("config", "control", "http", "json", "monitoring", "operations", "process", "storage")),
    "daemon/process": (*CORE, "core/store", "posix"),
    "daemon/storage": (*CORE, *STORE, "posix"),
    "daemon/config": (*CORE, *RESOLVER, "resolver/polling", *rooms("process")),
    "daemon/http": (*CORE, *rooms("process")),
    "daemon/operations": (*CORE, "core/store", *RESOLVER, "resolver/polling", *rooms("storage", "process")),
    "daemon/json": (*CORE, *rooms("operations")),
    "daemon/monitoring": (*CORE, "core/store", *RESOLVER, "resolver/polling",
                          *rooms("json", "operations", "storage", "http", "config", "process")),
    # A transport translates and counts. It never opens the store, never asks the DNS: of the DNS it has the clock only.
    "daemon/control": (*CORE, "posix", *rooms("monitoring", "json", "operations", "storage", "process")),
    "daemon/ses_api/call": (*CORE, *rooms("operations", "http", "process")),
    "daemon/ses_api/signature": (*CORE, "posix", "daemon/ses_api/call", *rooms("http", "config", "process")),
    "daemon/ses_api/query": (*CORE, "daemon/ses_api/call", *rooms("operations", "http", "process")),
    "daemon/ses_api/v2": (*CORE, "daemon/ses_api/call", *rooms("json", "operations", "http", "process")),
    "daemon/ses_api": (*CORE, *SES_API[1:], *rooms("monitoring", "operations", "http", "config", "process")),
    "client/connection": CORE,
    "client/text": (*CORE, "client/connection"),
    "client/formats": (*CORE, "client/connection", "client/text"),
    "client/commands": (*CORE, "posix", "client/connection", "client/text", "client/formats"),
    "client": (*CORE, "posix", "client/connection", "client/text", "client/formats", "client/commands"),
}  # fmt: skip
# The transports count with these, and with nothing else of monitoring.
COUNTERS = "daemon/monitoring/request_tally.hpp"
# A file -> what it may include beyond its folder: the contract of the store names its back end where it dispatches.
EXCEPTIONS = {
    "core/store/identity_store.cpp": ("core/store/lmdb/open_store.hpp",),
    "core/store/write_group.cpp": ("core/store/lmdb/open_store.hpp",),
    "daemon/control/control_connection.hpp": ("resolver/transport/steady_time.hpp",),
}
POSIX_CALLS = ("fcntl.h", "unistd.h", "sys/", "errno.h")
# Folder and what lies in it -> the libraries whose headers it may include; others are free.
FOREIGN = {
    "core": ("boost/system/",),
    "core/store": ("boost/system/", "isa-l/crc.h", "lmdb.h", "endian.h", *POSIX_CALLS),
    "posix": ("boost/system/", "boost/asio/error.hpp", *POSIX_CALLS),
    "resolver": ("boost/system/", "boost/asio", "ares", "netinet/", "arpa/", "linux/", "netdb.h", "poll.h",
                 *POSIX_CALLS),
    "client": ("boost/asio/", "boost/json", "CLI/", *POSIX_CALLS),
}  # fmt: skip
# A library -> where its headers may be included and its functions called.
LIBRARIES = {
    r"\bmdb_\w+\s*\(|<lmdb\.h>": r"^core/store/lmdb/",
    r"\bcrc32_\w+\s*\(|<isa-l/": r"^core/store/records/",
    r"\bares_\w+\s*\(|<ares\w*\.h>": r"^resolver/transport/",
    r"\bRAND_\w+\s*\(|\b(HMAC|SHA256)\s*\(|\bEVP_\w+\s*\(|<openssl/": r"^daemon/(process|ses_api/signature|keys)/",
    r"\bidn2_\w+\s*\(|<idn2\.h>|\bpsl_\w+\s*\(|<libpsl\.h>": r"^daemon/operations/",
    r"\bsd_\w+\s*\(|<systemd/|\bseccomp_\w+\s*\(|<seccomp\.h>": r"^daemon/process/",
    r"<toml\+\+/": r"^daemon/(config/|ses_api/signature/credentials\.)",
    r"<prometheus/": r"^daemon/monitoring/",
    r"<pugixml": r"^daemon/ses_api/query/",
    r"<CLI/": r"^(client/command_options|daemon/main)\.cpp$",
    r"<boost/beast/": r"^daemon/http/",
}
EMPTY_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|manager|base|impl|misc)(_|$)")
MOST_NOUNS = 20


def sources():
    files = [path for top in TOPS for path in sorted((PROJECT / top).rglob("*.[ch]pp"))]
    assert len(files) > 20, "the sources are not where they should be"
    return [(path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def folder_of(name):
    return name.rpartition("/")[0]


def may_include(name, included):
    """Whether the file `name` may include the file `included` of ours."""
    folder, other = folder_of(name), folder_of(included)
    if folder == other or included in EXCEPTIONS.get(name, ()):
        return True
    if other == "daemon/monitoring" and folder.startswith(("daemon/control", "daemon/ses_api")):
        return included == COUNTERS
    return other in MAY_KNOW[folder]


def row_of(table, name):
    fitting = [folder for folder in table if name.startswith(folder + "/")]
    return table[max(fitting, key=len)] if fitting else None


def wrong_includes(name, text):
    wrong = []
    for kind, included in INCLUDE.findall(without_comments(text)):
        if kind == '"':
            allowed = may_include(name, included)
        else:
            libraries = row_of(FOREIGN, name)
            allowed = STANDARD.match(included) or libraries is None or included.startswith(tuple(libraries))
        if not allowed:
            wrong.append(f"{name} includes {included}")
    return wrong


class Dependencies(unittest.TestCase):
    def test_that_no_coroutine_forgets_what_it_threw(self):
        forgetting = [name for name, text in sources() if "asio::detached" in without_comments(text)]
        self.assertEqual(forgetting, [])  # see daemon/process/not_waited_for.hpp

    def test_that_each_folder_has_its_row(self):
        self.assertEqual({folder_of(name) for name, _ in sources()}, set(MAY_KNOW))

    def test_that_each_folder_includes_only_what_it_may_know(self):
        wrong = [each for name, text in sources() for each in wrong_includes(name, text)]
        self.assertEqual(wrong, [])

    def test_that_no_arrow_leads_back(self):
        def known_to(folder, above=()):
            self.assertNotIn(folder, above, "a circle")
            for each in MAY_KNOW[folder]:
                known_to(each, (*above, folder))

        for folder in MAY_KNOW:
            known_to(folder)

    def test_that_every_exception_is_needed(self):
        texts = dict(sources())
        unused = [(name, included) for name, rows in EXCEPTIONS.items() for included in rows
                  if f'#include "{included}"' not in texts.get(name, "")]  # fmt: skip
        self.assertEqual(unused, [])

    def test_that_a_wrong_include_would_be_seen(self):
        for name, include in (
            ("core/a.hpp", "<boost/asio.hpp>"),
            ("core/a.hpp", "<unistd.h>"),
            ("core/a.hpp", '"core/diagnosis/evidence.hpp"'),
            ("core/a.hpp", '"core/store/lmdb/lmdb.hpp"'),
            ("core/a.hpp", '"daemon/process/log.hpp"'),
            ("core/store/a.hpp", '"resolver/transport/pace.hpp"'),
            ("core/store/records/a.hpp", '"core/store/store_error.hpp"'),
            ("resolver/wire/a.hpp", '"resolver/transport/pace.hpp"'),
            ("resolver/polling/a.hpp", '"resolver/diagnosis/probe.hpp"'),
            ("resolver/diagnosis/probes/a.hpp", '"resolver/diagnosis/probe.hpp"'),
            ("resolver/zones/a.hpp", '"core/store/records/record.hpp"'),
            ("resolver/zones/a.hpp", "<spdlog/spdlog.h>"),
            ("daemon/json/a.hpp", '"daemon/monitoring/status_file.hpp"'),
            ("daemon/control/a.hpp", '"daemon/monitoring/status_file.hpp"'),
            ("daemon/control/a.hpp", '"core/store/identity_store.hpp"'),
            ("daemon/storage/a.hpp", '"daemon/operations/operations.hpp"'),
            ("client/text/a.hpp", '"client/commands/list.hpp"'),
            ("client/text/a.hpp", '"daemon/json/identity_object.hpp"'),
        ):
            self.assertEqual(len(wrong_includes(name, f"#include {include}\n")), 1, (name, include))
        self.assertEqual(wrong_includes("core/a.hpp", "#include <vector>\n#include <boost/system/result.hpp>\n"), [])

    def test_that_a_library_is_used_in_its_room_only(self):
        wrong = []
        for name, text in sources():
            for calls, allowed in LIBRARIES.items():
                found = re.search(calls, without_comments(text))
                if found and not re.search(allowed, name):
                    wrong.append(f"{name} has {found.group()}")
        self.assertEqual(wrong, [])


class Files(unittest.TestCase):
    def test_that_no_file_has_an_empty_name(self):
        self.assertEqual([name for name, _ in sources() if EMPTY_NAMES.search(pathlib.Path(name).stem)], [])

    def test_that_every_source_names_its_licence(self):
        missing = [name for name, text in sources() if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n")]
        self.assertEqual(missing, [])

    def test_that_every_header_is_included_once_only(self):
        missing = [name for name, text in sources() if name.endswith(".hpp") and "#pragma once" not in text]
        self.assertEqual(missing, [])

    def test_that_no_folder_holds_two_subjects(self):
        nouns = {}
        for name, _ in sources():
            nouns.setdefault(folder_of(name), set()).add(pathlib.Path(name).stem)
        self.assertEqual({folder: len(held) for folder, held in nouns.items() if len(held) > MOST_NOUNS}, {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
