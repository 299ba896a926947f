#!/usr/bin/env python3
"""A long stream takes no more memory than a short one: the reader waits for credit.

And every worker takes part in it.
"""
import random
import re
import subprocess
import unittest
from pathlib import Path

import program

MB = 1_000_000
SHORT, LONG = 20, 200  # megabytes
PEAK_MAX = 64 * MB
GROWTH_MAX = 8 * MB  # what is in flight differs from run to run
SHARE_MIN = 1  # percent of the messages: every worker takes part


def peak(block, blocks, workers):
    """Feeds `block` so many times. @returns the most memory the process had, in bytes; its report

    Asked when all but the last 64 KiB, which the pipe holds, have been read. What wait4() tells at
    the end is of no use: it includes the memory of the python process that was there before exec.
    """
    command = [program.PATH, "--workers", str(workers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for _ in range(blocks):
            process.stdin.write(block)
        process.stdin.flush()
        status = Path(f"/proc/{process.pid}/status").read_text()
        output, _ = process.communicate()
    if process.returncode != 0:
        raise AssertionError(f"exit code {process.returncode}")
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M)[1]) * 1024, program.Report(output)


def text_of_one_megabyte():
    chance = random.Random(3)
    words = [bytes(chance.choices(b"etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(20_000)]
    text = b" ".join(chance.choices(words, k=200_000))
    return text[: MB - 1] + b"\n"


class Memory(unittest.TestCase):
    def setUp(self):
        if program.is_sanitized():
            self.skipTest("a sanitizer keeps what was freed")

    def check(self, block, long=LONG):
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                least, short_report = peak(block, SHORT, workers)
                most, long_report = peak(block, long, workers)
                print(f"{workers} workers: {least / MB:.1f} MB, then {most / MB:.1f} MB")
                self.assertEqual(long_report.totals["bytes"], long * MB)
                words = short_report.totals["words"] * long
                self.assertEqual(long_report.totals["words"] * SHORT, words)
                self.assertGreater(min(long_report.shares), SHARE_MIN)
                self.assertLess(most, PEAK_MAX)
                self.assertLess(most - least, GROWTH_MAX)

    def test_a_stream_of_text(self):
        self.check(text_of_one_megabyte())

    def test_a_stream_of_the_shortest_words(self):
        self.check(b"a b\n" * (MB // 4), long=60)


if __name__ == "__main__":
    program.main()
