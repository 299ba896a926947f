#!/usr/bin/env python3
"""guard.py PROGRAM [--record]: what an operation costs, in instructions, against recorded.txt.

Each metric is counted with two amounts of work; the difference of the counts, by the difference of
the amounts, is the metric: what comes before and after the operations falls out. More than
TOLERANCE above what is recorded fails; --record writes what was measured.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RECORDED = Path(__file__).resolve().parent / "recorded.txt"
LESS, MORE = 10_000, 30_000  # operations
TOLERANCE = 0.03
AGAIN = "./dev check instructions --record"
HEAD = f"""\
# Instructions for one operation, one worker, preset callgrind. Written by
# {AGAIN}
"""


def fail(text):
    sys.exit(f"instructions: {text}")


def output(*command):
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        fail(f"exit code {done.returncode}: {' '.join(command)}\n{done.stderr}")
    return done.stdout


def counted(program, metric, operations, folder):
    path = folder / f"{metric}.{operations}"
    callgrind = ["valgrind", "--quiet", "--tool=callgrind", "--collect-atstart=no"]
    output(*callgrind, f"--callgrind-out-file={path}", program, metric, str(operations))
    total = re.search(r"^totals: (\d+)$", path.read_text(encoding="utf-8"), re.M)
    if total is None or int(total[1]) == 0:
        fail(f"callgrind counted nothing in {metric}: is the program built with valgrind's header?")
    return int(total[1])


def measure(program):
    with tempfile.TemporaryDirectory(prefix="troupe-instructions-") as name:
        folder = Path(name)
        for metric in output(program, "--list").split():
            less, more = (counted(program, metric, n, folder) for n in (LESS, MORE))
            yield metric, (more - less) / (MORE - LESS)


def read_recorded():
    """What was recorded, by metric, and with what."""
    if not RECORDED.is_file():
        fail(f"there is no {RECORDED}: write it with {AGAIN}")
    numbers, about = {}, "unknown"
    for n, line in enumerate(RECORDED.read_text(encoding="utf-8").splitlines(), 1):
        name, _, rest = line.partition(" ")
        if name == "with":
            about = rest
        elif line and name != "#":
            try:
                numbers[name] = float(rest)
            except ValueError:
                fail(f"{RECORDED}:{n}: '{line}' is not `metric number`: write it with {AGAIN}")
    return numbers, about


def record(program, about):
    lines = [f"with {about}"]
    for metric, now in measure(program):
        print(f"{metric:16} {now:8.1f} instructions, recorded", flush=True)
        lines.append(f"{metric} {now:.1f}")
    RECORDED.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def compare(program, about):
    before, about_before = read_recorded()
    worse, better, seen = [], [], set()
    for metric, now in measure(program):
        seen.add(metric)
        if metric not in before:
            fail(f"{metric} ({now:.1f}) is not recorded: {AGAIN}")
        then = before[metric]
        change = now / then - 1
        print(f"{metric:16} {now:8.1f} instructions, recorded {then:8.1f}, {change:+.1%}",
              flush=True)
        said = f"{metric}: recorded {then:.1f}, measured {now:.1f} ({change:+.1%})"
        if change > TOLERANCE:
            worse.append(said)
        if change < -TOLERANCE:
            better.append(said)
    for metric in sorted(before.keys() - seen):
        fail(f"{metric} is recorded and not measured any more: {AGAIN}")
    for said in better:
        print(f"instructions: {said}: record the improvement: {AGAIN}")
    if worse:
        if about != about_before:
            worse.append(f"recorded with {about_before}, measured with {about}")
        fail("\n  ".join([f"more than {TOLERANCE:.0%} above what is recorded:", *worse,
                          f"if this is the price of something, record it anew: {AGAIN}"]))


def main():
    sys.dont_write_bytecode = True
    arguments = sys.argv[1:]
    recording = "--record" in arguments
    arguments = [a for a in arguments if a != "--record"]
    if len(arguments) != 1 or not os.access(arguments[0], os.X_OK):
        sys.exit(f"usage: {sys.argv[0]} PROGRAM [--record]; PROGRAM is the target instructions")
    program = os.path.abspath(arguments[0])
    about = output(program, "--about").strip()
    (record if recording else compare)(program, about)


if __name__ == "__main__":
    main()
