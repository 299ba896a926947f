"""program.py: starts word_count as a user would, and reads its report.

The test scripts take the program's path as first argument: `word_count_counts_test.py PATH [...]`.
"""
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True

PATH = ""  # of the program under test


def main():
    global PATH
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_OF_WORD_COUNT [unittest arguments]")
    PATH = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__")


def is_sanitized():
    with open(PATH, "rb") as binary:
        text = binary.read()
    return b"__asan_init" in text or b"__tsan_init" in text


def run(*arguments, **how):
    """What subprocess.run says; standard input is empty unless `input` or `stdin` is given."""
    if "input" not in how:
        how.setdefault("stdin", subprocess.DEVNULL)
    how.setdefault("stdout", subprocess.PIPE)
    how.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([PATH, *map(str, arguments)], timeout=100, **how)


class Report:
    """The three paragraphs: list (not if it is empty), totals, time and workers."""

    def __init__(self, output):
        paragraphs = output.decode().removesuffix("\n").split("\n\n")
        *top, totals, run_facts = [p.split("\n") for p in paragraphs]
        self.top = [(word, int(n)) for n, word in (line.split() for line in sum(top, []))]
        self.totals = {}
        for line in totals:
            n, name = line.split(maxsplit=1)
            self.totals[name if name.endswith("s") else name + "s"] = int(n)  # "1 file"
        self.workers = run_facts[1:]
        self.shares = [float(line.split()[-2]) for line in self.workers]  # percent of the messages


def complaints(stderr):
    """What a program says on stderr, without the reports of turns that take long: on a machine that
    is busy, and under sanitizers, they do."""
    return [line for line in stderr.decode().splitlines() if "has been in one turn of" not in line]


def report(*arguments, **how):
    """The report of a run in which nothing went wrong."""
    done = run(*arguments, **how)
    if done.returncode != 0 or complaints(done.stderr):
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.decode()}")
    return Report(done.stdout)


# What the same input is to the tools that everybody trusts.
LIST = r"""
for file; do tr -cs A-Za-z '\n' <"$file" | tr A-Z a-z; echo; done |
  sed '/^$/d' | sort | uniq -c | sort -k1,1nr -k2,2
"""


def shell(script, paths):
    command = ["sh", "-c", script, "sh", *map(str, paths)]
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout


def expected_top(paths):
    lines = shell(LIST, paths).decode().splitlines()
    return [(word, int(n)) for n, word in (line.split() for line in lines)]


def expected_totals(paths, top):
    lines, size = shell('cat "$@" | wc -lc', paths).split()
    return {
        "files": len(paths),
        "bytes": int(size),
        "lines": int(lines),
        "words": sum(n for _, n in top),
        "distinct words": len(top),
    }
