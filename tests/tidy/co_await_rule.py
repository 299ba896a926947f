"""co_await_rule.py: `co_await` stands alone.

g++ 12.2 destroys some temporaries of an expression that awaits twice (aggregates, capturing
lambdas, braced lists), and may corrupt the frame of a coroutine that awaits in a condition. So the
rule is about shape: it refuses some harmless lines too, and each has an equally short way out.
"""
import re

from cpp_text import Brackets, line_of

BRACE = "a braced value in an expression that awaits: build it in the call, or name it first"
LAMBDA = "a capturing lambda in an expression that awaits: pass the values as arguments"
CONDITION = "an await in a condition: write `auto x = co_await ...;` first"
LOGIC = "an await beside && || ?: : write `auto x = co_await ...;` first"
BINDING = "a structured binding of an await: name the result, then bind"

_DECLARES = re.compile(r"^\s*(?:const\s+)?[\w:<>,*&\s]*\w[>*&]*[\s&*]\s*\w+\s*=\s*$")
_BODY = "@"  # stands for the body of a lambda
_CAPTURES = re.compile(
    r"(?:^|[(,=!&|?:{;]|\b(?:return|co_return|co_await))"  # what may stand before a lambda
    r"\s*\[[^\]\[]*[^\]\[\s][^\]\[]*\]\s*[(<m@-]"
)


def violations(code):
    """(line, what to do) of every await in a shape that g++ 12.2 gets wrong."""
    brackets = Brackets(code)
    found = []
    for match in re.finditer(r"(?<!\boperator )\bco_await\b", code):
        text = _fault(code, brackets, match.start())
        if text:
            found.append((line_of(code, match.start()), text))
    return found


def _fault(code, brackets, position):
    boundary, condition = _boundary(code, brackets, position)
    start, end = brackets.statement(boundary, position)
    before, after = code[start:position], code[position:end]
    if condition and not _DECLARES.match(before):
        return CONDITION
    if re.search(r"(&&|\|\||\?)\s*[!(]*\s*$", before):
        return LOGIC
    if re.search(r"&&|\|\||\?", _outer(after)):
        return LOGIC
    if re.search(r"\bauto\s*&{0,2}\s*\[", before):
        return BINDING
    outer = _without_blocks(brackets, start, end)
    if _CAPTURES.search(outer):
        return LAMBDA
    if "{" in outer:
        return BRACE
    return None


def _boundary(code, brackets, position):
    """The bracket that the full expression stands in; and whether it is that of a condition."""
    opener = brackets.around(position)
    while opener >= 0:
        if brackets.is_block(opener):
            return opener, False
        if re.search(r"\b(if|while|switch|for)\s*$", code[:opener]):
            return opener, True
        opener = brackets.parent[opener]
    return -1, False


def _outer(text):
    """What stands in no bracket of this text."""
    kept, depth = [], 0
    for c in text:
        if c in ")]}":
            depth -= 1
            if depth < 0:
                break
        if depth == 0:
            kept.append(c)
        if c in "([{":
            depth += 1
    return "".join(kept)


def _without_blocks(brackets, start, end):
    """The expression without the bodies of its lambdas: these hold statements of their own."""
    kept, i = [], start
    while i < end:
        if i in brackets.closer and brackets.is_block(i):
            kept.append(_BODY)
            i = brackets.closer[i]
        else:
            kept.append(brackets.code[i])
        i += 1
    return "".join(kept)
