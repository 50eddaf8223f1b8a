"""Read the conditions of other programs: XPath of XLSForms, expressions of LimeSurvey.

Only what can be said in a questionnaire file is understood: comparisons of one answer with one
value, joined by *and*, *or* and *not*. Everything else raises `InexpressibleError` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

_MAX_DEPTH = 30
_FLIPPED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class InexpressibleError(Exception):
    """A condition that a questionnaire file cannot hold; the message says why."""


@dataclass(frozen=True, slots=True)
class Compare:
    """An answer against a value: a number, or text in quotes."""

    name: str
    sign: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option is among those chosen."""

    name: str
    option: str


@dataclass(frozen=True, slots=True)
class Answered:
    """There is an answer."""

    name: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always true, or always false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a part."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Join:
    """Parts joined by *and* (``every``) or by *or*."""

    parts: tuple[Expression, ...]
    every: bool


Expression = Compare | Chosen | Answered | Fixed | Not | Join


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a program writes conditions.

    Attributes
    ----------
    token : pattern
        Its groups ``name``, ``number``, ``text``, ``call`` (with its opening bracket) and ``sign``.
    words : mapping of str to str
        Signs and words in our spelling.
    empty, chosen : frozenset of str
        Functions that tell whether there is no answer, and whether an option is among those
        chosen.
    length : frozenset of str
        Functions whose value is above zero where there is an answer.
    suffixes : frozenset of str
        What may follow a name after a point and changes nothing.
    """

    token: re.Pattern[str]
    words: Mapping[str, str]
    empty: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()
    length: frozenset[str] = frozenset()
    suffixes: frozenset[str] | None = None


_NUMBER = r"(?P<number>-?(?:\d+\.?\d*|\.\d+)(?![\w.]))"
_TEXT = r"""(?P<text>'[^']*'|"[^"]*")"""

XPATH = Dialect(
    token=re.compile(
        rf"""\s*(?:\$\{{\s*(?P<name>[^}}]+?)\s*\}}|{_NUMBER}|{_TEXT}
        |(?P<sign>!=|<=|>=|[=<>(),]|(?:and|or)\b)|(?P<call>[A-Za-z][\w:-]*)\s*\(
        |(?P<other>\S+)|$)""",
        re.VERBOSE,
    ),
    words={},
    chosen=frozenset({"selected"}),
    length=frozenset({"string-length", "count-selected"}),
)

LIMESURVEY = Dialect(
    token=re.compile(
        rf"""\s*(?:(?P<sign>===|!==|!=|==|<>|<=|>=|&&|\|\||[=<>(),!]
        |(?i:and|or|not|eq|ne|lt|le|gt|ge)\b)
        |{_NUMBER}|{_TEXT}|(?P<call>[A-Za-z]\w*)\s*\(
        |(?P<name>(?:\d+X\d+X|[^\W\d])\w*(?:\.\w+)*)|(?P<other>\S+)|$)""",
        re.VERBOSE,
    ),
    words={
        "==": "=", "===": "=", "!==": "!=", "<>": "!=", "&&": "and", "||": "or", "!": "not",
        "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    },
    empty=frozenset({"is_empty", "empty"}),
    suffixes=frozenset({"naok", "code", "value", "valuenaok"}),
)  # fmt: skip


def parse_expression(text: str, dialect: Dialect) -> Expression:
    """Read one condition.

    Raises
    ------
    InexpressibleError
        Where it holds anything but comparisons of one answer with one value.
    """
    parser = _Parser(text, dialect)
    tree = parser.junction("or", 0)
    if parser.kind != "end":
        parser.refuse()
    return tree


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison."""

    kind: str
    value: str


class _Parser:
    """Recursive descent, one token of look-ahead."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.kind, self.token, self.end = "end", "", 0
        self.advance()

    def junction(self, word: str, depth: int) -> Expression:
        if depth > _MAX_DEPTH:
            raise InexpressibleError(f"it is nested more than {_MAX_DEPTH} deep")
        parts = [self.operand(word, depth)]
        while self.accept(word):
            parts.append(self.operand(word, depth))
        return parts[0] if len(parts) == 1 else Join(tuple(parts), word == "and")

    def operand(self, word: str, depth: int) -> Expression:
        return self.junction("and", depth) if word == "or" else self.negation(depth)

    def negation(self, depth: int) -> Expression:
        if self.accept("not"):
            return Not(self.negation(self.deeper(depth)))
        if self.accept("("):
            tree = self.junction("or", self.deeper(depth))
            self.expect(")")
            return tree
        if self.kind == "call":
            return self.function(depth)
        return self.comparison(self.side())

    def deeper(self, depth: int) -> int:
        if depth >= _MAX_DEPTH:
            raise InexpressibleError(f"it is nested more than {_MAX_DEPTH} deep")
        return depth + 1

    def function(self, depth: int) -> Expression:
        name, dialect = self.take().lower(), self.dialect
        if name in ("true", "false"):
            self.expect(")")
            return Fixed(name == "true")
        if name in ("not", "boolean"):
            part = self.junction("or", self.deeper(depth))
            self.expect(")")
            return Not(part) if name == "not" else part
        if name in dialect.chosen:
            item = self.item()
            self.expect(",")
            option = self.side()
            self.expect(")")
            if option.kind == "name":
                raise InexpressibleError("it compares two answers")
            return Chosen(item, option.value)
        if name in dialect.empty | dialect.length:
            item = self.item()
            self.expect(")")
            return self.length(item) if name in dialect.length else Not(Answered(item))
        raise InexpressibleError(f"it uses `{name}()`")

    def length(self, item: str) -> Expression:
        sign, number = self.take(), self.take()
        if (sign, number) in ((">", "0"), ("!=", "0"), (">=", "1")):
            return Answered(item)
        if (sign, number) in (("=", "0"), ("<", "1")):
            return Not(Answered(item))
        raise InexpressibleError("it counts characters or choices")

    def comparison(self, left: _Operand) -> Expression:
        if self.token not in ("=", "!=", "<", "<=", ">", ">="):
            if left.kind == "number":
                return Fixed(float(left.value) != 0)
            if left.kind == "name" and self.token in ("", "and", "or", ")"):
                raise InexpressibleError(f"`{left.value}` stands there without a comparison")
            return self.refuse()
        sign, right = self.take(), self.side()
        if left.kind == right.kind == "name":
            raise InexpressibleError("it compares two answers")
        if "name" not in (left.kind, right.kind):
            raise InexpressibleError("it compares two values")
        if right.kind == "name":
            left, right, sign = right, left, _FLIPPED.get(sign, sign)
        value = float(right.value) if right.kind == "number" else right.value
        return Compare(left.value, sign, value)

    def side(self) -> _Operand:
        if self.kind not in ("name", "number", "text"):
            return self.refuse()
        kind, token = self.kind, self.take()
        return _Operand(kind, token[1:-1] if kind == "text" else self.plain(kind, token))

    def item(self) -> str:
        if self.kind != "name":
            return self.refuse()
        return self.plain("name", self.take())

    def plain(self, kind: str, token: str) -> str:
        """Return a name without the suffix that says how to read it."""
        if kind != "name" or self.dialect.suffixes is None or "." not in token:
            return token
        name, suffix = token.split(".", 1)
        if suffix.lower() not in self.dialect.suffixes:
            raise InexpressibleError(f"it asks for `.{suffix}` of `{name}`")
        return name

    def accept(self, token: str) -> bool:
        if self.kind != "sign" or self.token != token:
            return False
        self.advance()
        return True

    def expect(self, token: str) -> None:
        if not self.accept(token):
            self.refuse()

    def take(self) -> str:
        token = self.token
        self.advance()
        return token

    def advance(self) -> None:
        match = self.dialect.token.match(self.text, self.end)
        self.kind = (match and match.lastgroup) or "end"
        if not match or self.kind == "end":
            self.token, self.end = "", len(self.text)
            return
        self.token, self.end = match[self.kind], match.end()
        if self.kind == "sign":
            self.token = self.dialect.words.get(self.token.lower(), self.token.lower())

    def refuse(self) -> NoReturn:
        if self.kind == "end":
            raise InexpressibleError("it breaks off")
        shown = self.token if len(self.token) <= 30 else f"{self.token[:29]}…"
        raise InexpressibleError(f"`{shown}` is not a comparison of an answer with a value")
