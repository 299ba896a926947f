#!/usr/bin/env python3
"""Whatever breaks in the bank, its books balance."""
import re
import unittest

import program


class Bank(unittest.TestCase):
    def check(self, transfers, blows):
        done = program.run(transfers, blows)
        self.assertEqual(done.stderr.decode(), "")
        seen = re.fullmatch(
            rb"(\d+) paid, (\d+) refused, (\d+) asked again; (\d+) restarts; the sum is 0\n",
            done.stdout,
        )
        self.assertIsNotNone(seen, done.stdout)
        self.assertEqual(int(seen[1]) + int(seen[2]), transfers)
        self.assertEqual(done.returncode, 0)

    def test_with_a_gremlin_that_never_rests(self):
        self.check(1500, 100000)

    def test_that_does_nothing(self):
        self.check(1, 1)

    def test_bad_arguments(self):
        for bad in ["none"], ["0"], ["10", "-1"], ["1", "2", "3"], ["99999999999"]:
            done = program.run(*bad)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"usage: bank", done.stderr)


if __name__ == "__main__":
    program.main()
