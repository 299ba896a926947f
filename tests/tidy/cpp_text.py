"""cpp_text.py: enough reading of C++ for the house rules: what is code, what encloses what.

Not a parser. It relies on the format that .clang-format enforces.
"""
import re

OPENERS = {"(": ")", "[": "]", "{": "}"}

_LITERALS = re.compile(
    r"""(?P<raw>R"(?P<tag>[^\s()\\]{0,16})\((?:.|\n)*?\)(?P=tag)")"""
    r"""|(?P<line>//[^\n]*)"""
    r"""|(?P<block>/\*(?:.|\n)*?\*/)"""
    r"""|(?P<number>\b\d(?:'?[\w.])*)"""  # 1'000 is no character literal
    r"""|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
)


def _spaces(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The same text, comments replaced by blanks: positions and lines stay."""

    def blank(match):
        return _spaces(match.group()) if match["line"] or match["block"] else match.group()

    return _LITERALS.sub(blank, text)


def only_code(text):
    """The same text, comments and the insides of literals replaced by blanks."""

    def blank(match):
        if match["number"]:
            return match.group()
        if match["line"] or match["block"]:
            return _spaces(match.group())
        return '"' + _spaces(match.group()[1:-1]) + '"'

    return _LITERALS.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def includes(text):
    """(line, header, is_quoted) of every include."""
    pattern = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
    found = pattern.finditer(without_comments(text))
    return [(line_of(text, m.start(1)), m[2], m[1] == '"') for m in found]


class Brackets:
    """Which bracket closes which, and which one encloses a position."""

    def __init__(self, code):
        self.code = code
        self.closer = {}  # position of an opener -> position of its closer
        self.parent = {}  # position of an opener -> position of the opener around it, or -1
        stack = []
        for i, c in enumerate(code):
            if c in OPENERS:
                self.parent[i] = stack[-1] if stack else -1
                stack.append(i)
            elif c in ")]}" and stack and OPENERS[code[stack[-1]]] == c:
                self.closer[stack.pop()] = i

    def around(self, position):
        """The innermost opener whose closer comes after the position, or -1."""
        inside = [o for o, c in self.closer.items() if o < position < c]
        return max(inside, default=-1)

    def statement(self, boundary, position):
        """(start, end) of the statement at a position that stands in the bracket `boundary`."""
        start, i = boundary + 1, boundary + 1
        limit = self.closer.get(boundary, len(self.code))
        while i < limit:
            if i in self.closer:
                block, i = self.is_block(i), self.closer[i]
                after = self.code[i + 1 :].lstrip()[:1]
                if block and i < position and after not in {",", ")", ";", "(", "."}:
                    start = i + 1  # the end of a nested block, not of a lambda in an expression
            elif self.code[i] == ";":
                if i >= position:
                    return start, i
                start = i + 1
            i += 1
        return start, limit

    def is_block(self, brace):
        """Does this brace open a block of statements? (The other kind builds a value.)"""
        if self.code[brace] != "{":
            return False
        before = self.code[:brace].rstrip()
        if before.endswith("{"):
            return self.is_block(len(before) - 1)
        if not before or before[-1] in ";})]":
            return True
        words = r"\b(else|do|try|noexcept|const|override|mutable|final)$"
        result_type = r"->\s*[\w:<>,*&\s]+$"
        scope = r"\b(class|struct|union|enum|namespace|requires)\b[^;{}=]*$"
        return bool(re.search(f"{words}|{result_type}|{scope}", before[-300:]))


def functions(code):
    """(first, last) line of every outermost function body, its head included.

    Walks namespaces and classes. A brace at that level whose statement has parentheses opens a
    function; member initialisers and default values are stepped over.
    """
    brackets = Brackets(code)
    found = []
    _scan(code, brackets, 0, len(code), found)
    return found


_TYPE = re.compile(
    r"(?:inline\s+|export\s+|typedef\s+)*(?:namespace|class|struct|union|enum|extern)\b"
)


def _scan(code, brackets, begin, end, found):
    head, i = begin, begin
    while i < end:
        c = code[i]
        if c == "#" and not code[code.rfind("\n", 0, i) + 1 : i].strip():
            i = _end_of_directive(code, i)
            head = i
        elif c in ";":
            head = i + 1
        elif c == ":" and re.search(r"\b(public|private|protected)\s*$", code[head:i]):
            head = i + 1
        elif c == "{" and i in brackets.closer:
            close = brackets.closer[i]
            text = _without_template(code[head:i])
            if _TYPE.match(text):
                _scan(code, brackets, i + 1, close, found)
                head = close + 1
            elif "(" in text and not _is_member_init(text):
                start = head + len(code[head:i]) - len(code[head:i].lstrip())
                found.append((line_of(code, start), line_of(code, close)))
                head = close + 1
            i = close
        elif c in "([" and i in brackets.closer:
            i = brackets.closer[i]
        i += 1


def _end_of_directive(code, position):
    while True:
        newline = code.find("\n", position)
        if newline < 0:
            return len(code)
        if code[newline - 1] != "\\":
            return newline
        position = newline + 1


def _is_member_init(text):
    return bool(re.search(r"\)[\w\s()]*:[^:]", text) and re.search(r"[\w>]\s*$", text))


def _without_template(text):
    text = text.lstrip()
    while text.startswith("template"):
        start = text.find("<")
        depth, i = 0, start
        while start >= 0 and i < len(text):
            depth += {"<": 1, ">": -1}.get(text[i], 0)
            if text[i - 1 : i + 1] == "->":
                depth += 1
            i += 1
            if depth == 0:
                break
        text = text[i:].lstrip() if start >= 0 else ""
    return re.sub(r"^(\[\[[^\]]*\]\]\s*)+", "", text)
