# SPDX-License-Identifier: Apache-2.0
"""What a file holds: a source file has its header, and a class is small enough to be read."""

import pathlib
import re
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
# The folders that keep these rules.
FOLDERS = ("core", "posix", "resolver", "daemon", "client")
# Files that hold a part of a class of another file, and classes that are too large: those that are left to be mended.
PARTS_OF_A_CLASS = (
    "resolver/diagnosis/session/other_witness.cpp",
    "resolver/polling/poller_lane.cpp",
    "resolver/transport/cares_channel_sockets.cpp",
)
LARGE_CLASSES = (
    "core/store/lmdb/store_tables.hpp: store_tables",
    "resolver/diagnosis/session/examination.hpp: examination",
)
MOST_PUBLIC_FUNCTIONS = 15  # of a class; constructors, destructors and operators are not counted

CLASS = re.compile(r"(?<!enum )\b(class|struct)\s+(?:\[\[[^\]]*\]\]\s*)?([\w:]+)\s*(?:final\b\s*)?(?::(?!:)[^;{]*)?$")
ACCESS = re.compile(r"^\s*(public|protected|private)\s*:(?!:)")
NO_FUNCTION = re.compile(r"^(using|friend|typedef|static_assert|enum|namespace|extern)\b")


def headers():
    return [path for folder in FOLDERS for path in sorted((PROJECT / folder).rglob("*.hpp"))]


def bare(text):
    """C++ without what could confuse: comments, the preprocessor, literals, attributes."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*#.*?(?<!\\)$", " ", text, flags=re.MULTILINE)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"'(?:\\.|[^'\\\n])+'", "0", text)
    return re.sub(r"\[\[[^\]]*\]\]", " ", text)


def function_named(declaration, inside):
    """The name of the function that is declared in the class `inside`; nothing when it is something else."""
    words = re.sub(r"^\s*template\s*<[^;{]*?>\s*(?=[\w:])", "", declaration.strip()).replace("->", "")
    shorter = None
    while shorter != words:  # arguments of templates, from the inside
        shorter, words = words, re.sub(r"<[^<>;{}]*>", "", words)
    words = re.sub(r"\b(decltype|alignas|explicit|requires)\s*\([^()]*\)", "", words)
    if NO_FUNCTION.match(words) or "operator" in words:
        return None
    head, bracket, _ = words.partition("(")
    name = re.search(r"(~?\w+)\s*$", head)
    if not bracket or not name or "=" in head or name[1].lstrip("~") == inside:
        return None
    return name[1]


def public_functions(text):
    """Each class of a header, by its full name, with the public functions that it declares."""
    classes, open_blocks, begin = {}, [], 0  # a block: the class, or nothing, and whether it is public there
    text = bare(text)
    for at, letter in enumerate(text):
        if letter not in "{};:":
            continue
        words = text[begin:at]
        here = open_blocks[-1] if open_blocks else None
        if letter == ":":
            access = ACCESS.match(text[begin : at + 1]) if text[at : at + 2] != "::" else None
            if access and here and here["class"]:
                here["public"] = access[1] == "public"
                begin = at + 1
            continue
        if here and here["class"] and here["public"] and letter in "{;" and not CLASS.search(words):
            name = function_named(words, here["class"].rpartition("::")[2])
            if name:
                classes[here["class"]].append(name)
        if letter == "{":
            found = CLASS.search(words)
            outside = next((block["class"] for block in reversed(open_blocks) if block["class"]), None)
            name = f"{outside}::{found[2]}" if found and outside else found[2] if found else None
            is_inside_code = here is not None and not here["class"] and not here["namespace"]
            if is_inside_code:
                name = None
            if name:
                classes.setdefault(name, [])
            open_blocks.append({"class": name, "public": bool(found) and found[1] == "struct",
                                "namespace": bool(re.search(r"\bnamespace\b[\w:\s]*$", words))})  # fmt: skip
        elif letter == "}" and open_blocks:
            open_blocks.pop()
        begin = at + 1
    return classes


class Files(unittest.TestCase):
    def test_that_a_source_file_has_its_header(self):
        alone = [path.relative_to(PROJECT).as_posix() for folder in FOLDERS
                 for path in sorted((PROJECT / folder).rglob("*.cpp"))
                 if path.name != "main.cpp" and not path.with_suffix(".hpp").exists()]  # fmt: skip
        self.assertEqual(tuple(alone), PARTS_OF_A_CLASS)

    def test_that_a_source_file_includes_its_header_first(self):
        wrong = []
        for path in (path.with_suffix(".cpp") for path in headers()):
            if path.exists():
                name = path.with_suffix(".hpp").relative_to(PROJECT).as_posix()
                if re.search(r"^#include .*", path.read_text(encoding="utf-8"), re.MULTILINE)[0] != f'#include "{name}"':
                    wrong.append(path.relative_to(PROJECT).as_posix())
        self.assertEqual(wrong, [])

    def test_that_a_class_has_few_public_functions(self):
        large = {}
        for path in headers():
            for name, functions in public_functions(path.read_text(encoding="utf-8")).items():
                if len(functions) > MOST_PUBLIC_FUNCTIONS:
                    large[f"{path.relative_to(PROJECT).as_posix()}: {name}"] = functions
        self.assertEqual({name: found for name, found in large.items() if name not in LARGE_CLASSES}, {})
        self.assertEqual([name for name in LARGE_CLASSES if name not in large], [])

    def test_that_the_functions_of_a_class_are_counted_rightly(self):
        classes = public_functions("""
            namespace some {
            class forward;
            /// `no_function()` of a comment; class neither { int f(); };
            class house final : public std::vector<int> {
             public:
              struct dependencies {
                std::function<void(int)> told;
                int rooms = count(3);
                bool is_whole() const noexcept { return rooms > 0 && f(rooms); }
              };
              using visitor = std::function<void(int)>;
              enum class kind : std::uint8_t { one, two };
              explicit house(dependencies with) : with_{std::move(with)}, rooms_{f(1)} {}
              ~house();
              house(const house&) = delete;
              house& operator=(const house&) = delete;
              bool operator==(const house&) const = default;
              static constexpr std::array<int, 3> sizes{1, f(2), 3};
              static house of(int rooms = 3, std::string name = "a(b");
              template <class T, class U = std::vector<T>>
              auto take(std::map<T, std::function<void(U)>> all) -> std::optional<T>;
              const std::vector<std::string>& names() const noexcept { return names_; }
              decltype(dependencies::told) hook{};
              void enter(int room);
              void enter(std::string room);
             protected:
              void not_counted();
             private:
              void neither(int);
              std::atomic<bool> open_{false};
            };
            inline bool free_function(const house& of) { return of.names().empty(); }
            struct open_to_all {
              int a(), b;
              bool is_open() const;
            };
            }
        """)
        self.assertEqual(classes, {
            "house": ["of", "take", "names", "enter", "enter"],
            "house::dependencies": ["is_whole"],
            "open_to_all": ["a", "is_open"],
        })  # fmt: skip

    def test_that_a_class_of_too_many_functions_would_be_seen(self):
        functions = "".join(f"  int f{number}() const;\n" for number in range(MOST_PUBLIC_FUNCTIONS + 1))
        classes = public_functions("class large {\n public:\n  large();\n" + functions + "};\n")
        self.assertEqual(len(classes["large"]), MOST_PUBLIC_FUNCTIONS + 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
