"""Who is asked: a tiny language of comparisons, read without ``eval``.

::

    condition  = and_part {"or" and_part}
    and_part   = not_part {"and" not_part}
    not_part   = "not" not_part | "(" condition ")" | comparison
    comparison = name ("=" | "!=" | "<" | "<=" | ">" | ">=") value
               | name ["not"] "in" "(" value {"," value} ")"
    value      = number | 'text' | "text"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import pandas as pd

from csi.errors import QuestionnaireError
from csi.questionnaire.condition_tree import (
    SIGNS,
    Comparison,
    Junction,
    Mask,
    Negation,
    Tree,
    Value,
)

_MAX_DEPTH = 30
_WORDS = ("and", "or", "not", "in")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<name>[^\W\d][\w.]*)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<sign>!=|<=|>=|==|<>|&&|\|\||[=<>(),])
      | (?P<other>\w[\w.]*|\S)
      | $
    )""",
    re.VERBOSE,
)
_INSTEAD: Mapping[str, str] = {
    "==": "=",
    "<>": "!=",
    "&&": "and",
    "||": "or",
    "\uff1d": "=",
    "\uff1c": "<",
    "\uff1e": ">",
    "\uff08": "(",
    "\uff09": ")",
    "\uff0c": ",",
    "\u2260": "!=",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the answers of a respondent.

    Two conditions are equal when they mean the same comparisons, however they are spaced.

    Attributes
    ----------
    text : str
        As it was written.
    tree : Comparison, Negation or Junction
    """

    text: str = field(compare=False)
    tree: Tree

    def __str__(self) -> str:
        return self.text

    @property
    def items(self) -> frozenset[str]:
        """The items that the condition reads."""
        return frozenset(comparison.item for comparison in self.comparisons)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison, from left to right."""
        return tuple(self.tree.comparisons())

    def holds(self, frame: pd.DataFrame) -> Mask:
        """Tell for each row whether the condition is known to hold.

        A comparison with a missing answer is unknown (Kleene 1952): neither it nor its negation
        holds, so ``not a = 1`` and ``a != 1`` say the same. ``a = 1 or b = 1`` holds where one of
        them does, whatever is missing in the other.

        Parameters
        ----------
        frame : DataFrame, shape (n, ...)
            Codes, NaN where there is no answer. Columns other than `items` are not read.

        Returns
        -------
        ndarray of bool, shape (n,)

        Raises
        ------
        ResponseError
            If the frame lacks an item of the condition.

        Examples
        --------
        >>> frame = pd.DataFrame({"used": [1, 0, float("nan")]})
        >>> parse_condition("used = 1").holds(frame).tolist()
        [True, False, False]
        >>> parse_condition("not used = 1").holds(frame).tolist()
        [False, True, False]
        """
        return self.tree.known(frame, True)


def parse_condition(text: str) -> Condition:
    """Read a condition such as ``used_hotline = 1 and line in (2, 3)``.

    Parameters
    ----------
    text : str
        Comparisons ``= != < <= > >=``, ``in (...)``, ``not in (...)``, joined by ``and``, ``or``,
        ``not`` and parentheses. ``and`` binds closer than ``or``.

    Returns
    -------
    Condition

    Raises
    ------
    QuestionnaireError
        With the character where reading stopped, what stands there and what is expected.

    Examples
    --------
    >>> condition = parse_condition("used = 1 and not line in (2, 3)")
    >>> sorted(condition.items), str(condition)
    (['line', 'used'], 'used = 1 and not line in (2, 3)')
    """
    parser = _Parser(text)
    tree = parser.junction("or", 0)
    if parser.kind != "end":
        parser.fail("`and`, `or` or the end of the condition")
    return Condition(text.strip(), tree)


class _Parser:
    """Recursive descent over one condition, one token of look-ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kind, self.token, self.start, self.end = "end", "", 0, 0
        self.advance()

    def junction(self, word: str, depth: int) -> Tree:
        if depth > _MAX_DEPTH:
            self.fault(f"nested more than {_MAX_DEPTH} deep", "Simplify the condition.")
        parts = [self.operand(word, depth)]
        while self.accept(word):
            parts.append(self.operand(word, depth))
        return parts[0] if len(parts) == 1 else Junction(tuple(parts), word == "and")

    def operand(self, word: str, depth: int) -> Tree:
        return self.junction("and", depth) if word == "or" else self.negation(depth)

    def negation(self, depth: int) -> Tree:
        if self.accept("not"):
            if depth > _MAX_DEPTH:
                self.fault(f"nested more than {_MAX_DEPTH} deep", "Simplify the condition.")
            return Negation(self.negation(depth + 1))
        if self.accept("("):
            tree = self.junction("or", depth + 1)
            self.expect(")")
            return tree
        return self.comparison()

    def comparison(self) -> Comparison:
        if self.kind != "name":
            self.fail("the name of an item")
        item = self.take()
        if self.kind == "sign" and self.token in SIGNS:
            sign = self.take()
            if self.kind == "text" and sign not in ("=", "!="):
                self.fault(f"`{sign}` compares numbers, found {self.token}", "")
            return Comparison(item, sign, (self.value(),))
        sign = "!=" if self.accept("not") else "="
        if not self.accept("in"):
            self.fail("`in`" if sign == "!=" else "`=`, `!=`, `<`, `<=`, `>`, `>=` or `in`")
        self.expect("(")
        values = [self.value()]
        while self.accept(","):
            values.append(self.value())
        self.expect(")")
        if len({type(value) for value in values}) > 1:
            self.fault(f"`{item}` is compared with numbers and with text", "Use one kind.")
        return Comparison(item, sign, tuple(values))

    def value(self) -> Value:
        if self.kind == "number":
            return float(self.take())
        if self.kind == "text":
            return self.take()[1:-1]
        hint = f"Put text in quotes: '{self.token}'." if self.kind == "name" else ""
        return self.fail("a number or a quoted text", hint)

    def accept(self, token: str) -> bool:
        if self.token != token or self.kind not in ("word", "sign"):
            return False
        self.advance()
        return True

    def expect(self, token: str) -> None:
        if not self.accept(token):
            self.fail(f"`{token}`")

    def take(self) -> str:
        token = self.token
        self.advance()
        return token

    def advance(self) -> None:
        match = _TOKEN.match(self.text, self.end)
        self.kind = (match and match.lastgroup) or "end"
        if not match or self.kind == "end":
            self.token, self.start = "", len(self.text.rstrip())
            return
        self.token = match[self.kind]
        self.start, self.end = match.span(self.kind)
        if self.token in _WORDS:
            self.kind = "word"

    def fail(self, expected: str, hint: str = "") -> NoReturn:
        found = f"found `{self.token}`" if self.kind != "end" else "it ends"
        if self.token in _INSTEAD:
            hint = f"Write `{_INSTEAD[self.token]}`."
        self.fault(f"expected {expected}, {found}", hint)

    def fault(self, problem: str, hint: str) -> NoReturn:
        message = f"Condition `{_shorten(self.text)}`, character {self.start + 1}: {problem}."
        raise QuestionnaireError(f"{message} {hint}".strip())


def _shorten(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
