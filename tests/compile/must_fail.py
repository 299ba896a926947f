#!/usr/bin/env python3
"""must_fail.py [--compiler g++] [--include folder] [sample...]: what each sample says must happen.

The first lines of a sample say it:
  // must fail: text        it does not compile, and the compiler prints the text
  // must warn: text        it compiles, and a warning prints the text
  // must name: account     a line of the compiler's own, not of the source it quotes, has the name
  // must compile           without a warning
  // at most: 11 lines      where the compiler alone speaks, the budget is its own
Under another compiler than g++ only the failure and our own texts are looked at. Without samples:
all of this folder. Exit code 1 if one of them is not as it says.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
OWN = "troupe: "  # how our texts begin

# What a reader is asked to read: the lines that are neither the include stack, nor source that is
# quoted, nor the handlers that the class has (which are the answer).
ERRORS, LINES = 2, 7
STACK = re.compile(r"^(In file included from |\s+from )")
QUOTE = re.compile(r"^\s+(\d+\s)?\s*\|")
HANDLER = re.compile(r"note: (candidates are:|\s{8,})")
PLACE = re.compile(r"^\S+?:\d+:\d+: ")
DIRECTIVE = re.compile(r"^// (must (fail|warn|name|compile)|at most)(?:: (.+))?$")


class Sample:
    """One file, and what it says of itself."""

    def __init__(self, path):
        self.path = path
        self.kind, self.texts, self.names, self.lines = None, [], [], LINES
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("//"):
                break
            if match := DIRECTIVE.match(line):
                self.take(match[2], match[3])
        if self.kind is None or (self.kind != "compile" and not self.texts):
            raise SystemExit(f"{path}: its first lines do not say what must happen")

    def take(self, verb, text):
        if verb is None:
            self.lines = int(text.removesuffix(" lines"))
        elif verb == "name":
            self.names.append(text)
        else:
            self.kind = verb
            if text:
                self.texts.append(text)


def compile_sample(compiler, include, path):
    command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-fsyntax-only", f"-I{include}", path]
    environment = dict(os.environ, LC_ALL="C")
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout + done.stderr


def is_gcc(compiler):
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    return "clang" not in version.stdout


class Output:
    """What the compiler printed, taken apart."""

    def __init__(self, text):
        self.text = text
        said = [l for l in text.splitlines() if l and not STACK.match(l) and not QUOTE.match(l)]
        self.said = [PLACE.sub("", line) for line in said]
        self.handlers = sum(1 for line in said if HANDLER.search(line))
        self.lines = len(said) - self.handlers
        self.errors = sum(1 for line in said if re.search(r": (fatal )?error: ", line))

    def names(self, name):
        whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        return any(whole.search(line) for line in self.said)


def faults(sample, gcc, status, output):
    """What is not as the sample says; gcc: whether texts of the compiler's own count."""
    if sample.kind == "compile":
        return [] if status == 0 and not output.text else ["it must compile, without a warning"]
    found = []
    if (status == 0) != (sample.kind == "warn"):
        found.append("it compiles" if status == 0 else "it does not even compile")
    for text in sample.texts:
        if (gcc or sample.kind == "warn" or text.startswith(OWN)) and text not in output.text:
            found.append(f"the text is missing: {text}")
    if gcc:
        found += [f"no line names {name}" for name in sample.names if not output.names(name)]
        if output.errors > ERRORS:
            found.append(f"{output.errors} errors, at most {ERRORS}")
        if output.lines > sample.lines:
            found.append(f"{output.lines} lines to read, at most {sample.lines}")
    return found


def check(samples, compiler, include):
    gcc, failed = is_gcc(compiler), 0
    for sample in samples:
        status, text = compile_sample(compiler, include, sample.path)
        output = Output(text)
        found = faults(sample, gcc, status, output)
        numbers = f"{output.errors} errors, {output.lines} lines, {output.handlers} handlers listed"
        print(f"{sample.path.name}: {'NOT as it says' if found else sample.kind}: {numbers}")
        if found:
            failed += 1
            print("".join(f"  {fault}\n" for fault in found) + text)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--include", help="the folder that holds troupe/; default: the sources")
    parser.add_argument("samples", nargs="*", type=Path)
    given = parser.parse_args()
    samples = [Sample(path) for path in given.samples or sorted(HERE.glob("*/*.cpp"))]
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(HERE.parents[1], Path(folder) / "troupe")
        return 1 if check(samples, given.compiler, given.include or folder) else 0


if __name__ == "__main__":
    sys.exit(main())
