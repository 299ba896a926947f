#!/usr/bin/env python3
"""What was said comes back, in order, and nothing else is printed."""
import unittest

import program


class Echo(unittest.TestCase):
    def check(self, expected, *texts):
        done = program.run(*texts)
        self.assertEqual(done.stderr.decode(), "")
        self.assertEqual(done.stdout.decode(), expected)
        self.assertEqual(done.returncode, 0)

    def test_without_arguments(self):
        self.check("hello\nworld\n")

    def test_many_texts(self):
        texts = [f"text {i} " + "x" * (i * 500) for i in range(40)]
        self.check("".join(text + "\n" for text in texts), *texts)

    def test_nothing_at_all(self):
        self.check("\n", "")


if __name__ == "__main__":
    program.main()
