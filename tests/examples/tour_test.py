#!/usr/bin/env python3
"""tour_test.py SOURCE PROGRAM: it prints what its source says at the end, and nothing else.

The last lines of a source of the tour are a comment, `// It prints:` and the lines; or
`// It prints, in any order:` and the lines, sorted.
"""
import subprocess
import sys
from pathlib import Path

HEAD = "// It prints:\n//\n"
HEAD_OF_SORTED = "// It prints, in any order:\n//\n"


def promised(source):
    """The lines, and whether they are sorted."""
    text = Path(source).read_text(encoding="utf-8")
    is_sorted = HEAD_OF_SORTED in text
    _, head, lines = text.rpartition(HEAD_OF_SORTED if is_sorted else HEAD)
    if not head or not lines:
        sys.exit(f"{source}: end it with '// It prints:', an empty comment line, and the lines")
    for line in lines.splitlines():
        if not line.startswith("//   "):
            sys.exit(f"{source}: after '// It prints:' each line begins with '//   ': {line}")
    return "".join(line.removeprefix("//   ") + "\n" for line in lines.splitlines()), is_sorted


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} SOURCE PROGRAM")
    source, program = sys.argv[1:]
    expected, is_sorted = promised(source)
    done = subprocess.run(
        [program], stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=False
    )
    printed = done.stdout.decode()
    if is_sorted:
        printed = "".join(sorted(printed.splitlines(keepends=True)))
    if done.returncode != 0 or done.stderr or printed != expected:
        print(f"exit code {done.returncode}, on stderr:\n{done.stderr.decode()}")
        print(f"printed:\n{printed}\ninstead of what stands in {source}:\n{expected}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
