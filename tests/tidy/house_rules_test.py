#!/usr/bin/env python3
"""house_rules_test.py: every house rule fires on a small bad house, and none on a good one."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import house_rules

GOOD_HEADER = """\
// door.hpp: what a door is.
#pragma once

#include <troupe/actors/detail/hinge.hpp>

#include <atomic>

namespace troupe {

class door {
public:
  door() : hinge_{1}, open_{false} {}
  bool is_open() const { return open_.load(std::memory_order_relaxed); }

private:
  detail::hinge hinge_;
  std::atomic<bool> open_;
};

}  // namespace troupe
"""

SIGN = "// door.cpp: opens it.\n#include <troupe/actors/door.hpp>\n\n"
GOOD = {
    "actors/door.hpp": GOOD_HEADER,
    "actors/door.cpp": SIGN + "#include <asio.hpp>\n",
    "actors/detail/hinge.hpp": "// hinge.hpp: turns.\n#pragma once\nstruct hinge { int n; };\n",
    "actors/CMakeLists.txt": "add(FILES door.cpp HEADERS door.hpp detail/hinge.hpp)\n",
    "actors/README.md": "# actors\n\n- `door.hpp`, `door.cpp` · what a door is\n",
    "actors/detail/README.md": "# detail\n\nhinge.hpp · turns\n",
    "tests/actors/door_test.cpp": "// door_test.cpp: doors.\n"
    "#include <troupe/actors/detail/hinge.hpp>\n",
    "tests/actors/README.md": "- door_test.cpp · doors\n",
    "tests/CMakeLists.txt": "troupe_add_test(FILES actors/door_test.cpp)\n",
    "build/dev/junk.cpp": "int x;\n",
}

LONG_FUNCTION = "int f(int x) {\n" + "  ++x;\n" * 69 + "  return x;\n}\n"


def header(more):
    return {"actors/door.hpp": GOOD_HEADER + more}


def source(more):
    return {"actors/door.cpp": SIGN + more}


def with_files(listed, files):
    """More files in actors/, each of them listed where it must be."""
    lists = {
        "actors/README.md": GOOD["actors/README.md"] + "".join(f"{n} · x\n" for n in listed),
        "actors/CMakeLists.txt": GOOD["actors/CMakeLists.txt"] + "\n".join(listed) + "\n",
    }
    return lists | files


def chain(count, fan=False):
    """A prelude that includes a1.hpp, which includes a2.hpp, and so on; or (fan) all of them."""
    names = [f"a{n}.hpp" for n in range(1, count + 1)]
    include = "#include <troupe/actors/detail/{}>\n".format
    files = {}
    for name, below in zip(names, names[1:] + [None]):
        link = include(below) if below and not fan else ""
        files[f"actors/detail/{name}"] = f"// {name}: a link.\n#pragma once\n{link}"
    first = "".join(map(include, names if fan else names[:1]))
    files["actors/prelude.hpp"] = "// prelude.hpp: all.\n#pragma once\n" + first
    files["actors/detail/CMakeLists.txt"] = "\n".join(names)
    lines = "".join(f"{name} · x\n" for name in names)
    files["actors/detail/README.md"] = GOOD["actors/detail/README.md"] + lines
    return with_files(["prelude.hpp"], files)


def below_and_above():
    return {
        "actors/kit/probe.hpp": "// probe.hpp: looks.\n#pragma once\n",
        "actors/kit/README.md": "probe.hpp · looks\n",
        "actors/kit/CMakeLists.txt": "probe.hpp\n",
    }


# rule: what makes the good house a bad one, and how often the rule must fire then.
BAD = {
    "file-size": (header("// more\n" * 300), 1),
    "function-size": (source(LONG_FUNCTION), 1),
    "line-length": (source("//" + " long" * 20 + "\n"), 1),
    "folder-size": (
        with_files(
            [f"c{n}.cpp" for n in range(25)],
            {f"actors/c{n}.cpp": f"// c{n}.cpp: one of many.\n" for n in range(25)},
        ),
        1,
    ),
    "sign": (
        {
            "actors/door.cpp": "#include <troupe/actors/door.hpp>\n",
            "actors/detail/hinge.hpp": "// hinge.hpp: x.\n" + "//\n" * 12 + "#pragma once\n",
        },
        2,
    ),
    "pragma-once": ({"actors/detail/hinge.hpp": "// hinge.hpp: turns.\n"}, 1),
    "own-header": ({"actors/door.cpp": SIGN.replace("\n", "\n#include <atomic>\n", 1)}, 1),
    "include-form": (source('#include "other.hpp"\n#include <troupe/actors/no_such.hpp>\n'), 2),
    "floor": (source("#include <troupe/actors/kit/probe.hpp>\n") | below_and_above(), 1),
    "detail": (
        {
            "examples/e.cpp": "// e.cpp: x.\n#include <troupe/actors/detail/hinge.hpp>\n",
            "examples/README.md": "e.cpp · x\n",
        },
        1,
    ),
    "header-include": (header("#include <functional>\n#include <iostream>\n"), 2),
    "foreign-name": (header("#include <asio/ip/tcp.hpp>\nasio::io_context& context();\n"), 2),
    "closure": (chain(10), 1),
    "readme": (
        {
            "actors/README.md": "- door.hpp · half of the pair\n- window.hpp · is not there\n",
            "tools/x.py": "",
        },
        3,
    ),
    "listed": ({"tests/CMakeLists.txt": "# actors/door_test.cpp", "actors/CMakeLists.txt": ""}, 4),
    "memory-order": (source("void f() { a.load(); b->store(g(1)); c.fetch_add(2); }\n"), 3),
    "sleep": (source("void f() { std::this_thread::sleep_for(1ms); }\n"), 1),
    "co-await": (source("task<> f() { co_await log.send(renamed{s}); }\n"), 1),
    "unfinished": (source("// TO" "DO: open the other door too\n"), 1),
}

AWAITS_WELL = """
task<> f() {
  co_await log.send<renamed>(s);
  auto op = out.send(std::move(b));
  co_await op;
  if (auto r = co_await x.try_ask<q>(); r) co_return;
  while (std::optional<line> m = co_await in.next()) { use(m[0], t{1}); }
  co_await blocking([](int n) { return t{n}; }, 1);
  spawn([](inbox<m> in) -> task<> { co_await in.next(); }, t{1});
  auto n = co_await when_all(a[i], b);
  co_return co_await other();
}
struct actor_with_requires { task<> on(m) requires big<m> { co_await sleep(1ms); } };
"""

AWAITS_BADLY = [
    "co_await log.send(renamed{s});",
    "co_await log.send({1, 2});",
    "use(renamed{s}, co_await x);",
    "co_await troupe::blocking([p] { return 1; });",
    "co_await troupe::blocking([&p](int n) { return n; }, 3);",
    "if (co_await x.ask<q>() == 3) co_return;",
    "while (in && co_await x) {}",
    "switch (co_await x) {}",
    "do { step(); } while (co_await x);",
    "bool b = a && co_await x;",
    "int n = co_await x ? 1 : 2;",
    "auto [a, b] = co_await x;",
    "for (auto& a : co_await x) use(a);",
    "if (auto a = f(); co_await g(a)) {}",
]


def write_house(root, files):
    for path, text in files.items():
        file = Path(root) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def violations(files):
    with tempfile.TemporaryDirectory() as root:
        write_house(root, files)
        return house_rules.violations(root)[1]


class HouseRules(unittest.TestCase):
    def test_a_good_house_breaks_no_rule(self):
        self.assertEqual(violations(GOOD), [])

    def test_every_rule_has_a_bad_house(self):
        self.assertEqual(set(BAD), set(house_rules.RULES))

    def test_each_rule_fires_on_its_bad_house_with_place_and_advice(self):
        for rule, (change, count) in BAD.items():
            with self.subTest(rule):
                found = [v for v in violations(GOOD | change) if f" {rule}: " in v]
                self.assertEqual(len(found), count, found)
                for violation in found:
                    self.assertRegex(violation, rf"^[\w/.]+:\d+: {rule}: \S")


class Details(unittest.TestCase):
    def test_a_wide_closure_is_found_and_a_narrow_one_is_not(self):
        self.assertTrue(any("65 headers" in v for v in violations(GOOD | chain(65, fan=True))))
        narrow = violations(GOOD | chain(64, fan=True))
        self.assertFalse(any("headers" in v for v in narrow), narrow)
        self.assertEqual(violations(GOOD | chain(9)), [])

    def test_function_size_reads_initialisers_templates_classes_and_macros(self):
        code = "template <class A, class B = std::vector<int>>\nstruct s : base<A> {\n"
        code += "  s() : a_{1},\n        b_(2) {\n  }\n  int a_{f()};\n"
        code += "  table t = {\n    {1}};\n};\n"
        code += "TEST(A, b) {\n}\nconstexpr int k[] = {1,\n 2};\n"
        self.assertEqual(house_rules.cpp_text.functions(code), [(3, 5), (10, 11)])

    def test_comments_and_literals_are_not_code(self):
        text = '// a.load()\nauto s = "b.load()"; auto r = R"x(c.load())x";\n'
        text += "int n = 1'000; /* d.load() */ char c = '\\'';\n"
        code = house_rules.cpp_text.only_code(text)
        self.assertNotIn("load", code)
        self.assertEqual(len(code), len(text))

    def test_awaits_that_stand_alone_pass(self):
        self.assertEqual(house_rules.co_await_rule.violations(AWAITS_WELL), [])

    def test_awaits_in_company_are_found(self):
        for line in AWAITS_BADLY:
            with self.subTest(line):
                code = f"task<> f() {{\n  {line}\n}}\n"
                found = [n for n, _ in house_rules.co_await_rule.violations(code)]
                self.assertEqual(found, [2])

    def test_a_header_of_its_own_floor_may_use_what_others_may_not(self):
        files = {
            "actors/io/socket.hpp": "// socket.hpp: x.\n#pragma once\n#include <asio.hpp>\n",
            "actors/io/README.md": "socket.hpp · x\n",
            "actors/io/CMakeLists.txt": "socket.hpp\n",
        }
        self.assertEqual(violations(GOOD | files), [])


if __name__ == "__main__":
    unittest.main()
