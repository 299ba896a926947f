#!/usr/bin/env python3
"""house_rules.py [root]: the rules of this code base that a script can hold.

Prints `path:line: rule: what to do` for each violation; exit code 1 if there is one.
house_rules_test.py proves every rule on a bad sample.
"""
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import co_await_rule
import cpp_text

# The rules ----------------------------------------------------------------------------------------

RULES = {
    "file-size": "lines: header 300, source 400, test 500, example 120; top CMakeLists.txt 120",
    "function-size": "a function has at most 70 lines, head included",
    "line-length": "a line has at most 100 columns",
    "folder-size": "a folder holds at most 25 components (a .hpp/.cpp pair is one)",
    "sign": "a C++ file opens with `// <its name>: what it is`, a comment of at most 12 lines",
    "pragma-once": "a header says `#pragma once`",
    "own-header": "a source includes its own header first",
    "include-form": "our headers are included as <troupe/...>; beside a test, \"name.hpp\" may be",
    "floor": "a floor includes only floors below it (FLOORS)",
    "detail": "detail/ and engine/ are included by their own floor and by tests only",
    "header-include": "headers do not include <iostream>, <functional>, <regex>",
    "foreign-name": "public headers of the library name none of FOREIGN (save ALLOWED)",
    "closure": "a public header reaches at most 64 of ours (supervision: 76); a prelude in 9 steps",
    "readme": "a folder of sources has a README.md that lists each file, and no other",
    "listed": "every file of the library and every test stands in a CMakeLists.txt",
    "memory-order": "each atomic operation names its memory order",
    "sleep": "library and tests do not sleep in order to wait",
    "co-await": "co_await stands alone (co_await_rule.py)",
    "unfinished": "no notes about what remains to be done",
}

# Each floor, and what it may include besides itself. `detail/` (seen by the compiler of users) and
# `engine/` (seen by our sources only) belong to the floor around them.
FLOORS = {
    "actors": [],
    "actors/classic": ["actors"],
    "actors/io": ["actors"],
    "actors/kit": ["actors"],
    "supervision": ["actors"],
    "transport": ["actors", "actors/io", "supervision"],
    "transport/servers": ["actors", "actors/io", "supervision", "transport"],
    "transport/processes": ["actors", "actors/io", "supervision", "transport"],
    "transport/kit": ["actors", "actors/io", "actors/kit", "supervision", "transport"],
    "caf": ["actors", "actors/classic", "actors/io", "supervision", "transport"],
}
FOREIGN = ["caf", "capnp", "kj", "asio", "fmt", "spdlog", "nlohmann"]
ALLOWED = {"caf": ["caf"], "actors/io": ["asio"], "transport": ["capnp", "kj"]}
FORBIDDEN_IN_HEADERS = {"iostream", "functional", "regex"}

SOURCE_LINES = {".hpp": 300, ".cpp": 400, ".py": 400, ".cmake": 400}
FOLDER_LINES = {"tests": 500, "examples": 120}
FUNCTION_LINES, COLUMNS, SIGN_LINES, COMPONENTS = 70, 100, 12, 25
# The bound that users feel is that of the file they include. Every public header may be that file,
# so the number holds for each of them; what a detail header drags in counts where it is reached.
# Coroutines doubled it, lives and names came later; the prelude still takes a second to compile
# (time g++ -fsyntax-only).
# The steps are those of a reader who starts at a prelude and takes the shortest way.
# A chain of types, each built on the one before (envelope, request, reply, handle, ref, address,
# actor), makes the steps: fewer would mean files with two ideas. The kit adds two.
# The floor of supervision adds its own twelve: a tree takes 1.5 s to compile. That of the adapters
# has one header for each, and one behind it: their prelude takes 1.3 s.
CLOSURE_HEADERS = {"supervision": 76, "actors/classic": 88}
CLOSURE_DEPTH, PRELUDE = 9, "prelude.hpp"
CLOSURE_OF_MOST = 64
PRIVATE = ["detail", "engine"]

SKIPPED_FOLDERS = {"build", "include", "__pycache__"}
MUST_NOT_COMPILE = "tests/compile"  # samples of mistakes, so co-await does not look at them

# The files ----------------------------------------------------------------------------------------


class File:
    """One source file, read once, and where it stands in the house."""

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.name, self.stem, self.suffix = path.name, path.stem, path.suffix
        self.text = path.read_text(encoding="utf-8")
        self.lines = self.text.splitlines()
        self.folder = self.path.rpartition("/")[0]
        self.top = self.path.partition("/")[0]
        self.is_cpp = self.suffix in (".hpp", ".cpp")
        self.is_header = self.suffix == ".hpp"
        self.floor = floor_of(self.path)
        hidden = any(f"/{p}/" in self.path for p in PRIVATE)
        self.is_public = self.is_header and self.floor is not None and not hidden
        if self.is_cpp:
            self.code = cpp_text.only_code(self.text)
            self.includes = cpp_text.includes(self.text)
            ours = [(n, h) for n, h, _ in self.includes if h.startswith("troupe/")]
            self.own_includes = [(n, h.removeprefix("troupe/")) for n, h in ours]


class House:
    def __init__(self, root):
        self.root = Path(root).resolve()
        self.violations = []
        paths = sorted(p for p in self.root.rglob("*") if self._is_ours(p))
        self.files = [File(self.root, p) for p in paths if p.suffix in SOURCE_LINES]
        self.cpp = [f for f in self.files if f.is_cpp]
        self.library = [f for f in self.cpp if f.floor]
        self.by_path = {f.path: f for f in self.files}
        self.cmake_lists = {
            p.parent.relative_to(self.root).as_posix(): p.read_text(encoding="utf-8")
            for p in paths
            if p.name == "CMakeLists.txt"
        }
        self.folders = {}
        for file in self.files:
            self.folders.setdefault(file.folder, []).append(file)

    def _is_ours(self, path):
        parts = path.relative_to(self.root).parts
        skipped = any(part in SKIPPED_FOLDERS or part.startswith(".") for part in parts)
        return path.is_file() and not skipped

    def report(self, path, line, rule, what):
        assert rule in RULES
        self.violations.append(f"{path}:{line}: {rule}: {what}")


def floor_of(path):
    folders = path.split("/")[:-1]
    for n in range(len(folders), 0, -1):
        if "/".join(folders[:n]) in FLOORS:
            return "/".join(folders[:n])
    return None


# Sizes --------------------------------------------------------------------------------------------


def check_sizes(house):
    for file in house.files:
        limit = FOLDER_LINES.get(file.top, SOURCE_LINES[file.suffix])
        if len(file.lines) > limit:
            what = f"{len(file.lines)} lines, at most {limit}: it holds two ideas, cut between them"
            house.report(file.path, limit + 1, "file-size", what)
        for n, line in enumerate(file.lines, 1):
            if len(line) > COLUMNS:
                what = f"{len(line)} columns, at most {COLUMNS}"
                house.report(file.path, n, "line-length", what)
    top = house.cmake_lists.get(".", "").count("\n")
    if top > 120:
        what = f"{top} lines, at most 120: move a part into cmake/"
        house.report("CMakeLists.txt", 121, "file-size", what)


def check_functions(house):
    for file in house.cpp:
        for first, last in cpp_text.functions(file.code):
            size = last - first + 1
            if size > FUNCTION_LINES:
                what = f"{size} lines, at most {FUNCTION_LINES}: give its parts names"
                house.report(file.path, first, "function-size", what)


def check_folders(house):
    for folder, files in house.folders.items():
        count = len({f.stem for f in files})
        if count > COMPONENTS:
            what = f"{count} components, at most {COMPONENTS}: cut the folder at an idea"
            house.report(folder, 1, "folder-size", what)


# Signs and headers --------------------------------------------------------------------------------


def check_signs(house):
    for file in house.cpp:
        if not file.text.startswith(f"// {file.name}: "):
            what = f"open the file with `// {file.name}: what it is`"
            house.report(file.path, 1, "sign", what)
        size = 0
        while size < len(file.lines) and file.lines[size].startswith("//"):
            size += 1
        if size > SIGN_LINES:
            what = f"the sign has {size} lines, at most {SIGN_LINES}"
            house.report(file.path, 1, "sign", what)


def check_headers(house):
    for file in house.cpp:
        if not file.is_header:
            continue
        if not re.search(r"^#pragma once$", file.text, re.M):
            house.report(file.path, 1, "pragma-once", "say `#pragma once` below the sign")
        for line, header, _ in file.includes:
            if file.floor and header in FORBIDDEN_IN_HEADERS:
                what = f"move <{header}> into a source file, or do without"
                house.report(file.path, line, "header-include", what)


def check_own_header_first(house):
    for file in house.library:
        own = file.path.removesuffix(".cpp") + ".hpp"
        if file.is_header or own not in house.by_path:
            continue
        if not file.includes or file.includes[0][1] != f"troupe/{own}":
            line = file.includes[0][0] if file.includes else 1
            house.report(file.path, line, "own-header", f"include <troupe/{own}> first")


def check_foreign_names(house):
    for file in house.library:
        if not file.is_public:
            continue
        allowed = ALLOWED.get(file.floor, []) + ALLOWED.get(file.top, [])
        names = [name for name in FOREIGN if name not in allowed]
        where = [m for m in re.finditer(rf"\b({'|'.join(names)})\s*::", file.code)]
        found = [(cpp_text.line_of(file.code, m.start()), f"{m[1]}::") for m in where]
        found += [(n, f"<{h}>") for n, h, _ in file.includes if re.split(r"[/.]", h)[0] in names]
        for line, name in found:
            what = f"{name} in a public header: keep it in a source or in detail/"
            house.report(file.path, line, "foreign-name", what)


# Includes -----------------------------------------------------------------------------------------


def check_include_form(house):
    for file in house.cpp:
        for line, header, quoted in file.includes:
            path = header.removeprefix("troupe/")
            if quoted and file.floor:
                what = f'write <troupe/{file.folder}/{header}>, not "{header}"'
                house.report(file.path, line, "include-form", what)
            elif header.startswith("troupe/") and path not in house.by_path:
                house.report(file.path, line, "include-form", f"there is no {path}")


def check_floors(house):
    for file in house.library:
        for line, header in file.own_includes:
            floor = floor_of(header)
            if floor != file.floor and floor not in FLOORS[file.floor]:
                below = ", ".join(FLOORS[file.floor]) or "nothing"
                what = f"{file.floor} stands on {below}: it cannot include {header}"
                house.report(file.path, line, "floor", what)


def check_detail(house):
    for file in house.cpp:
        for line, header in file.own_includes:
            hidden = any(f"/{p}/" in header for p in PRIVATE)
            if hidden and file.top not in (header.partition("/")[0], "tests"):
                what = f"{header} belongs to its floor: include what it shows to users"
                house.report(file.path, line, "detail", what)


def check_closure(house):
    def below(path):
        file = house.by_path.get(path)
        return [h for _, h in file.own_includes] if file else []

    for file in house.library:
        if not file.is_public:
            continue
        way = {file.path: [file.path]}  # the shortest one to each header
        waiting = [file.path]
        for path in waiting:
            for header in below(path):
                if header not in way:
                    way[header] = way[path] + [header]
                    waiting.append(header)
        reached, deepest = len(way) - 1, max(way.values(), key=len)
        most = CLOSURE_HEADERS.get(file.floor, CLOSURE_OF_MOST)
        if reached > most:
            what = f"reaches {reached} headers of ours, at most {most}"
            house.report(file.path, 1, "closure", what)
        if file.name == PRELUDE and len(deepest) - 1 > CLOSURE_DEPTH:
            what = f"{len(deepest) - 1} steps, at most {CLOSURE_DEPTH}: {' > '.join(deepest)}"
            house.report(file.path, 1, "closure", what)


# Lists of files -----------------------------------------------------------------------------------

README_LINE = re.compile(r"^(?:[-*] )?((?:`?[\w.\-]+`?/?(?:, )?)+) · \S")


def check_readmes(house):
    for folder, files in house.folders.items():
        path = f"{folder}/README.md" if folder else "README.md"
        readme = house.root / path
        if not readme.is_file():
            what = "write it: one line a file, `mailbox.hpp, mailbox.cpp · what they provide`"
            house.report(path, 1, "readme", what)
            continue
        listed = {}
        for n, line in enumerate(readme.read_text(encoding="utf-8").splitlines(), 1):
            match = README_LINE.match(line)
            for name in match[1].split(", ") if match else []:
                listed[name.strip("`/ ")] = n
        for name, n in listed.items():
            if not (readme.parent / name).exists():
                house.report(path, n, "readme", f"there is no {name}: take it out")
        for file in files:
            if file.name not in listed:
                what = f"list {file.name}: `name.hpp, name.cpp · what they provide`, names in full"
                house.report(path, 1, "readme", what)


def check_listed(house):
    def is_listed(file):
        above = Path(file.path).parent
        for folder in [above, *above.parents]:
            name = re.escape(Path(file.path).relative_to(folder).as_posix())
            text = re.sub(r"#[^\n]*", "", house.cmake_lists.get(folder.as_posix(), ""))
            if re.search(rf"(?<![\w./-]){name}(?![\w./-])", text):
                return True
        return False

    for file in house.cpp:
        must = file.floor or (file.top == "tests" and file.name.endswith("_test.cpp"))
        if must and not is_listed(file):
            what = "name it in the CMakeLists.txt of its folder, or of one above"
            house.report(file.path, 1, "listed", what)


# Code ---------------------------------------------------------------------------------------------

ATOMIC_CALL = re.compile(
    r"(?:\.|->)\s*(load|store|exchange|fetch_\w+|compare_exchange_\w+|test_and_set)\s*\("
)
ORDER = re.compile(r"memory_order|\b(relaxed|consume|acquire|release|acq_rel|seq_cst)\b|\border\b")
SLEEPS = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)\b")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def check_memory_order(house):
    for file in house.cpp:
        brackets = cpp_text.Brackets(file.code)
        for match in ATOMIC_CALL.finditer(file.code):
            opener = match.end() - 1
            arguments = file.code[opener : brackets.closer.get(opener, opener)]
            if not ORDER.search(arguments):
                line = cpp_text.line_of(file.code, match.start(1))
                what = f"{match[1]}() without a memory order: name it, with its partner"
                house.report(file.path, line, "memory-order", what)


def check_sleep(house):
    for file in house.cpp:
        if not file.floor and file.top != "tests":
            continue
        for match in SLEEPS.finditer(file.code):
            line = cpp_text.line_of(file.code, match.start())
            what = f"{match[1]}: wait for the event itself, or advance the manual clock"
            house.report(file.path, line, "sleep", what)


def check_co_await(house):
    for file in house.cpp:
        if not file.path.startswith(MUST_NOT_COMPILE):
            for line, what in co_await_rule.violations(file.code):
                house.report(file.path, line, "co-await", what)


def check_unfinished(house):
    for file in house.files:
        for match in UNFINISHED.finditer(file.text):
            line = cpp_text.line_of(file.text, match.start())
            house.report(file.path, line, "unfinished", "finish it, or take the note out")


CHECKS = [check for name, check in sorted(globals().items()) if name.startswith("check_")]


def violations(root):
    house = House(root)
    for check in CHECKS:
        check(house)
    return len(house.files), sorted(house.violations)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    count, found = violations(root)
    for violation in found:
        print(violation)
    print(f"house rules: {count} files, {len(RULES)} rules, {len(found)} violations")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
