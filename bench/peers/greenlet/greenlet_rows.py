#!/usr/bin/python3
"""greenlet_rows: the command line of ../../common/row_program.hpp, spoken by Python's greenlets.

Exit codes: 0 measured, 1 the row failed (why: stderr), 2 wrong arguments.
The interpreter is Debian's own, whose package python3-greenlet is the peer.
"""
import platform
import sys
import time

import greenlet

ROW = "coroutine_switch"
USAGE = f"usage: greenlet_rows {ROW} --work COUNT [--workers N] | --list | --about"


class Refused(Exception):
    """Wrong arguments."""


def switching(count):
    """Seconds that `count` switches take: half of them there, half of them back."""

    def answer():
        switch = starter.switch
        for _ in range(count // 2):
            switch()

    starter = greenlet.getcurrent()
    other = greenlet.greenlet(answer)
    switch = other.switch
    start = time.perf_counter()
    for _ in range(count // 2):
        switch()
    took = time.perf_counter() - start
    other.switch()  # the one that lets it end, if all others were made
    if not other.dead:
        raise RuntimeError("switches were lost")
    return took


def looping(count):
    """Seconds that the two loops take without their switches."""
    start = time.perf_counter()
    for _ in range(count // 2):
        pass
    for _ in range(count // 2):
        pass
    return time.perf_counter() - start


def measure(work):
    """Nanoseconds for each of `work` switches, after a tenth of them as a warm-up."""
    work += work % 2
    switching(max(work // 10, 2))
    return (switching(work) - looping(work)) * 1e9 / work


def positive(option, text):
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Refused(f"{option} needs a positive number, not '{text}'")
    return int(text)


def work_in(words):
    found = {}
    for option, value in zip(words[::2], words[1::2] + [None] * (len(words) % 2)):
        if option not in ("--work", "--workers"):
            raise Refused(f"unknown option '{option}'")
        if value is None:
            raise Refused(f"{option} needs a value")
        found[option] = positive(option, value)
    if "--work" not in found:
        raise Refused("--work COUNT is missing")
    return found["--work"]


def run(words):
    if not words:
        raise Refused("a row is missing; --list prints those there are")
    if words == ["--list"]:
        print(ROW)
    elif words == ["--about"]:
        print(f"greenlet {greenlet.__version__}, Python {platform.python_version()}")
    elif words[0] == ROW:
        print(f"{measure(work_in(words[1:])):.6g} ns")
    else:
        raise Refused(f"there is no row '{words[0]}' here; --list prints those there are")


def main():
    try:
        run(sys.argv[1:])
    except Refused as why:
        print(f"greenlet_rows: {why}\n{USAGE}", file=sys.stderr)
        return 2
    except RuntimeError as why:
        print(f"greenlet_rows: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
