#!/usr/bin/env python3
"""semantics_test.py: every test that docs/semantics.md or README.md names exists in tests/."""
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MACRO = r"(?:TEST|TEST_F|TEST_P|(?:TEST|SCENARIO)_ON_(?:THREADS|SEEDS)|SCENARIO)"
TEST = re.compile(r"\b" + MACRO + r"\(\s*(\w+),\s*(\w+)\)")
NAMED = re.compile(r"`([A-Z]\w+)\.(\w+|\*)`")


def tests():
    found = set()
    for path in (ROOT / "tests").rglob("*.cpp"):
        found.update(TEST.findall(path.read_text(encoding="utf-8")))
    return found


class Semantics(unittest.TestCase):
    def test_every_named_test_exists(self):
        there = tests()
        suites = {suite for suite, _ in there}
        for document in ("docs/semantics.md", "README.md"):
            named = set(NAMED.findall((ROOT / document).read_text(encoding="utf-8")))
            self.assertTrue(named, document)
            for suite, name in sorted(named):
                exists = suite in suites if name == "*" else (suite, name) in there
                self.assertTrue(exists, f"{document} names {suite}.{name}, which does not exist")

    def test_every_promise_names_a_test(self):
        text = (ROOT / "docs/semantics.md").read_text(encoding="utf-8")
        for n, line in enumerate(text.splitlines(), 1):
            if line.startswith("| ") and not line.startswith(("| promise |", "| rule |")):
                self.assertIn("`", line.rsplit("|", 2)[1], f"line {n} names no test")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
