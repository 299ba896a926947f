#!/usr/bin/env python3
"""Totals and list are those of tr, sort, uniq and wc on the same input."""
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

import program

CHUNK = 64 * 1024  # input.hpp: chunk_bytes; reads of a file end at its multiples
LONGEST_WORD = 1024 * 1024  # input.hpp: word_bytes_max
ALL = 1_000_000  # more than there are words


class Counts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, content, name="text"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def check(self, paths, *options):
        top = program.expected_top(paths)
        seen = program.report("--top", ALL, *options, *paths)
        self.assertEqual(seen.totals, program.expected_totals(paths, top))
        self.assertTrue(seen.top == top, "the list differs from that of sort and uniq")
        return seen

    def test_the_licences(self):
        folder = Path("/usr/share/common-licenses")
        paths = sorted(p for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
        if not paths:
            self.skipTest(f"there is no {folder}")
        for workers in (1, 2, 4):
            seen = self.check(paths, "--workers", workers)
            self.assertEqual(len(seen.workers), workers)

    def test_a_word_at_every_offset_of_a_chunks_end(self):
        word = b"Straddle"
        text = bytearray(random.Random(1).choices(b"abcde \n", k=CHUNK * (len(word) + 3)))
        for i in range(len(word) + 2):  # from one byte behind the end to one before
            at = CHUNK * (i + 1) + 1 - i
            text[at - 1 : at + len(word) + 1] = b" " + word + b"\n"
        seen = self.check([self.file(text)])
        self.assertEqual(dict(seen.top)["straddle"], len(word) + 2)

    def test_long_words(self):
        sizes = [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 900_000, LONGEST_WORD]
        for name, join in ("apart", b" "), ("lines", b"\n short "):
            for first in b"", b"x ", b" " * CHUNK:
                letters = [bytes([ord("a") + i]) * size for i, size in enumerate(sizes)]
                self.check([self.file(first + join.join(letters), name)])

    def test_the_longest_word(self):
        for text in b"x" * LONGEST_WORD, b"x" * LONGEST_WORD + b" y", b"y " + b"x" * LONGEST_WORD:
            self.check([self.file(text)])

    def test_what_is_a_word(self):
        text = "don't café ÉCOLE x-ray C3PO _under_ Ab aB AB\ttab\vtab\f0a1b2 \u2019tis".encode()
        seen = self.check([self.file(text + bytes(range(1, 256)) + b"z")])
        self.assertEqual(dict(seen.top)["ab"], 3)

    def test_ends_of_lines_and_of_files(self):
        for text in b"one\r\ntwo\r\n", b"no end of line", b"\n", b"\n\n\n", b" ", b"a", b"a\n\nb":
            with self.subTest(text=text):
                self.check([self.file(text)])
        self.check([self.file(b"words do not", "a"), self.file(b"go on in the next file", "b")])

    def test_many_different_words(self):
        chance = random.Random(2)
        sizes = (chance.randint(1, 9) for _ in range(300_000))
        path = self.file(b"\n".join(bytes(chance.choices(b"abcdefghij", k=n)) for n in sizes))
        for workers in (1, 2, 4):
            self.check([path], "--workers", workers)

    def test_ties_are_in_alphabetical_order_and_top_limits_the_list(self):
        path = self.file(b"b b d d d a a e c")
        self.assertEqual(program.report("--top=3", path).top, [("d", 3), ("a", 2), ("b", 2)])
        self.assertEqual(program.report("--top", "0", path).top, [])
        self.assertEqual(program.report("--top", "5", path).top[3:], [("c", 1), ("e", 1)])

    def test_ten_words_unless_told_otherwise(self):
        path = self.file(" ".join(chr(ord("a") + i) for i in range(26)).encode())
        self.assertEqual([word for word, _ in program.report(path).top], list("abcdefghij"))

    def test_empty_input(self):
        nothing = {"files": 1, "bytes": 0, "lines": 0, "words": 0, "distinct words": 0}
        self.assertEqual(program.report().totals, nothing)
        self.assertEqual(program.report("/dev/null").totals, nothing)

    def test_standard_input(self):
        path = self.file(b"to be or not to be\n")
        expected = program.report(path)
        for arguments in [], ["-"], ["--", "-"]:
            seen = program.report(*arguments, input=path.read_bytes())
            self.assertEqual((seen.top, seen.totals), (expected.top, expected.totals))
        both = program.report(path, "-", path, input=b"be\n")
        self.assertEqual(both.totals["files"], 3)
        self.assertEqual(dict(both.top)["be"], 5)

    def start(self, script, *arguments, **how):
        """A process that writes while the program reads; it ends with the test."""
        process = subprocess.Popen(["sh", "-c", script, "sh", *map(str, arguments)], **how)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_pipe_that_gives_little_at_a_time(self):
        script = "for i in 1 2 3 4 5 6 7; do printf slo; printf 'w and st'; printf 'eady\n'; done"
        writer = self.start(script, stdout=subprocess.PIPE)
        with writer.stdout:
            seen = program.report(stdin=writer.stdout)
        self.assertEqual(seen.top, [("and", 7), ("slow", 7), ("steady", 7)])

    def test_fifos_and_files_of_the_kernel(self):
        text = self.file(b"through a fifo " * 10_000)
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        self.start('cat "$1" >"$2"', text, fifo)
        self.assertEqual(program.report(fifo).totals["bytes"], 150_000)
        self.check(["/proc/version"])


if __name__ == "__main__":
    program.main()
