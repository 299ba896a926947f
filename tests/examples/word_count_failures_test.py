#!/usr/bin/env python3
"""Every failure has its message and its exit code, and the other files are counted."""
import errno
import os
import pty
import resource
import subprocess
import tempfile
import unittest
from pathlib import Path

import program

INPUT, USAGE, OUTPUT, COUNT = 1, 2, 3, 4  # the exit codes of options.hpp
NOBODY = 65534


class Failures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.good = self.file(b"two words\n", "good")

    def file(self, content, name):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def check(self, message, code, *arguments, **how):
        done = program.run(*arguments, **how)
        self.assertEqual(done.stderr.decode(), message and f"word_count: {message}\n")
        self.assertEqual(done.returncode, code)
        return done.stdout

    def check_others_count(self, message, path, **how):
        """A bad input between two good ones."""
        output = self.check(f"{path}: {message}", INPUT, self.good, path, self.good, **how)
        seen = program.Report(output)
        self.assertEqual(seen.totals["files"], 2)
        self.assertEqual(seen.top, [("two", 2), ("words", 2)])


class Inputs(Failures):
    def test_a_missing_file(self):
        self.check_others_count("No such file or directory", self.folder / "missing")

    def test_a_directory(self):
        self.check_others_count("Is a directory", self.folder)

    def test_a_file_that_may_not_be_read(self):
        path = self.file(b"secret", "secret")
        path.chmod(0)
        how = {}
        if os.geteuid() == 0:
            how = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            try:
                subprocess.run([program.PATH, "--help"], stdout=subprocess.DEVNULL, **how)
            except PermissionError:
                self.skipTest("another user may not run the program here")
        self.check_others_count("Permission denied", path, **how)

    def test_a_file_that_cannot_be_read(self):
        self.check_others_count("Input/output error", "/proc/self/mem")

    def test_binary_data(self):
        self.check_others_count("binary data, skipped", self.file(b"\x7fELF\0\1 word", "program"))
        late = self.file(b"word " * 20_000 + b"\0word", "late")
        self.assertEqual(program.report(late).totals["words"], 20_001)

    def test_an_error_in_the_middle_of_an_input(self):
        master, slave = pty.openpty()  # once its slave is closed, reading the master fails
        os.write(slave, b"some words")
        os.close(slave)
        output = self.check("standard input: Input/output error", INPUT, stdin=master)
        os.close(master)
        self.assertEqual(program.Report(output).totals["words"], 2)

    def test_a_closed_standard_input(self):
        message = "standard input: Bad file descriptor"
        output = self.check(message, INPUT, self.good, "-", preexec_fn=lambda: os.close(0))
        self.assertEqual(program.Report(output).totals["files"], 1)

    def test_a_word_that_is_too_long(self):
        path = self.file(b"a " + b"x" * (1024 * 1024 + 1) + b" b", "long")
        message = f"{path}: a word of more than 1 MiB was cut"
        seen = program.Report(self.check(message, INPUT, path))
        self.assertEqual(seen.totals["words"], 4)
        self.assertEqual(sorted(len(word) for word, _ in seen.top), [1, 1, 1, 1024 * 1024])

    def test_several_at_once(self):
        done = program.run("no", self.good, "nor this", self.folder)
        lines = done.stderr.decode().splitlines()
        about = [line.split(": ")[1] for line in lines]
        self.assertEqual(about, ["no", "nor this", str(self.folder)])
        self.assertEqual(done.returncode, INPUT)
        self.assertEqual(program.Report(done.stdout).totals["files"], 1)


class Outputs(Failures):
    def test_a_full_disk(self):
        message = "standard output: No space left on device"
        for arguments in ["--help"], [self.good], ["missing", self.good]:
            with open("/dev/full", "wb") as full:
                done = program.run(*arguments, stdout=full)
            self.assertEqual(done.stderr.decode().splitlines()[-1], f"word_count: {message}")
            self.assertEqual(done.returncode, OUTPUT)

    def test_a_pipe_that_nobody_reads(self):
        read, write = os.pipe()
        os.close(read)
        self.check("standard output: Broken pipe", OUTPUT, self.good, stdout=write)
        os.close(write)

    def test_a_closed_standard_output(self):
        before = self.good.read_bytes()
        closed = lambda: os.close(1)
        self.check("standard output: Bad file descriptor", OUTPUT, self.good, preexec_fn=closed)
        self.assertEqual(self.good.read_bytes(), before)

    def test_a_closed_standard_error(self):
        done = program.run("missing", self.good, preexec_fn=lambda: os.close(2))
        self.assertEqual(done.returncode, INPUT)
        self.assertEqual(program.Report(done.stdout).totals["files"], 1)


class Usage(Failures):
    def test_help_names_every_option_and_exit_code(self):
        output = self.check("", 0, "--help").decode()
        for words in "usage:", "--top N", "--workers N", "--help", "Exit code: 0", "; 1 ", "; 4 ":
            self.assertIn(words, output)

    def test_wrong_options(self):
        for arguments, message in (
            (["--nonsense"], "wrong option '--nonsense'"),
            (["-x"], "wrong option '-x'"),
            (["-xh"], "wrong option '-xh'"),
            (["--help=me"], "wrong option '--help=me'"),
            (["--top"], "--top needs a number"),
            (["--top", "many"], "--top takes a number, not 'many'"),
            (["--top=-1"], "--top takes a number, not '-1'"),
            (["--top="], "--top takes a number, not ''"),
            (["--top", "9" * 30], f"--top takes a number, not '{'9' * 30}'"),
            (["--workers", "0"], "--workers takes a number from 1, not '0'"),
            (["--workers", "2x"], "--workers takes a number from 1, not '2x'"),
        ):
            with self.subTest(arguments=arguments):
                message += "; try 'word_count --help'"
                self.assertEqual(self.check(message, USAGE, self.good, *arguments), b"")

    def test_more_workers_than_memory(self):
        if program.is_sanitized():
            self.skipTest("a sanitizer needs more address space than the limit allows")

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))

        message = "the count failed: Resource temporarily unavailable"
        self.check(message, COUNT, "--workers", 1000, self.good, preexec_fn=limit)

    def test_more_workers_than_there_can_be(self):
        done = program.run("--workers", "1000000", self.good)
        self.assertEqual((done.returncode, done.stdout), (USAGE, b""))
        self.assertIn("1000000", done.stderr.decode())

    def test_a_file_whose_name_looks_like_an_option(self):
        self.file(b"word", "--top")
        self.assertEqual(program.report("--", "--top", cwd=self.folder).totals["words"], 1)


def everything(master):
    """What was written to a terminal whose other side is closed; it comes in pieces."""
    pieces = []
    try:
        while piece := os.read(master, 4096):
            pieces.append(piece)
    except OSError as error:  # how Linux tells the end
        if error.errno != errno.EIO:
            raise
    return b"".join(pieces)


class Progress(Failures):
    def test_a_terminal_sees_it_and_nobody_else(self):
        text = b"a line of text\n" * 3_000_000
        master, slave = pty.openpty()
        self.assertEqual(program.run(input=text, stdout=slave, stderr=slave).returncode, 0)
        os.close(slave)
        progress, results = everything(master).split(b"\r\x1b[K")  # taken away before the list
        os.close(master)
        self.assertIn(b"MB read", progress)
        seen = program.Report(results.replace(b"\r\n", b"\n"))
        self.assertEqual(program.report(input=text).totals, seen.totals)


if __name__ == "__main__":
    program.main()
