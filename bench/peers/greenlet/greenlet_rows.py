#!/usr/bin/python3
"""greenlet_rows: the command line of ../../common/row_program.hpp, spoken by Python's greenlets.

The interpreter is Debian's own, whose package python3-greenlet is the peer.
"""
import platform
import sys
import time

import greenlet

import row_program


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
    row_program.require(other.dead, "switches were lost")
    return took


def looping(count):
    """Seconds that the two loops take without their switches."""
    start = time.perf_counter()
    for _ in range(count // 2):
        pass
    for _ in range(count // 2):
        pass
    return time.perf_counter() - start


def coroutine_switch(work, _workers):
    """Nanoseconds for each of `work` switches, after a tenth of them as a warm-up."""
    work += work % 2
    switching(row_program.warm_up(work))
    return (switching(work) - looping(work)) * 1e9 / work


if __name__ == "__main__":
    sys.exit(
        row_program.main(
            f"greenlet {greenlet.__version__}, Python {platform.python_version()}",
            {"coroutine_switch": ("ns", coroutine_switch)},
        )
    )
