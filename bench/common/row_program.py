"""row_program: the command line of row_program.hpp, for programs in Python.

Exit codes: 0 measured, 1 the row failed (why: stderr), 2 wrong arguments.
"""
import os
import sys

sys.dont_write_bytecode = True


class Refused(Exception):
    """Wrong arguments."""


def require(holds, what):
    """Fails the row when what was computed is not what must come out."""
    if not holds:
        raise RuntimeError(what)


def warm_up(work):
    """A tenth of the work goes first and is not measured."""
    return max(work // 10, 2)


def sum_to(n):
    """1 + 2 + … + n."""
    return n * (n + 1) // 2


def positive(option, text):
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Refused(f"{option} needs a positive number, not '{text}'")
    return int(text)


def options_in(words):
    found = {"--workers": 1}
    for option, value in zip(words[::2], words[1::2] + [None] * (len(words) % 2)):
        if option not in ("--work", "--workers"):
            raise Refused(f"unknown option '{option}'")
        if value is None:
            raise Refused(f"{option} needs a value")
        found[option] = positive(option, value)
    if "--work" not in found:
        raise Refused("--work COUNT is missing")
    return found["--work"], found["--workers"]


def run(about, rows, words):
    if not words:
        raise Refused("a row is missing; --list prints those there are")
    if words == ["--list"]:
        print("\n".join(rows))
    elif words == ["--about"]:
        print(about)
    elif words[0] in rows:
        unit, measure = rows[words[0]]
        print(f"{measure(*options_in(words[1:])):.6g} {unit}")
    else:
        raise Refused(f"there is no row '{words[0]}' here; --list prints those there are")


def main(about, rows):
    """`rows`: name to unit and function, that gets work and workers. @returns the exit code"""
    name = os.path.basename(sys.argv[0])
    try:
        run(about, rows, sys.argv[1:])
    except Refused as why:
        usage = f"usage: {name} ROW --work COUNT [--workers N] | --list | --about"
        print(f"{name}: {why}\n{usage}", file=sys.stderr)
        return 2
    except RuntimeError as why:
        print(f"{name}: {why}", file=sys.stderr)
        return 1
    return 0
