"""The names in a lavaan model, with their lines: enough to check it against the items."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_OPERATOR = re.compile(r"=~|<~|~~|~|:=|==|<|>|\|")
_NAME = re.compile(r"[^\W\d][\w.]*")
_CONSTANT = re.compile(r"[-\d.]+")


@dataclass(frozen=True, slots=True)
class Link:
    """One term of one formula: ``left =~ right``, ``left ~ right`` or ``left ~~ right``."""

    left: str
    right: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNames:
    """What a model says about which names.

    Attributes
    ----------
    loadings, paths, covariances : tuple of Link
        ``=~``, ``~`` and ``~~``. Of a loading, ``left`` is the construct.
    constructs : mapping of str to tuple of str
        What measures each measured construct, in order.
    lines : mapping of str to int
        Where each construct is first measured.
    unread : tuple of (int, str)
        Line and text of every statement that is not lavaan syntax.
    """

    loadings: tuple[Link, ...] = ()
    paths: tuple[Link, ...] = ()
    covariances: tuple[Link, ...] = ()
    constructs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[tuple[int, str], ...] = ()

    def items_of(self, construct: str) -> tuple[str, ...]:
        """Return what measures a construct; nothing where it is not measured."""
        return self.constructs.get(construct, ())


def names_in_model(syntax: str, first_line: int = 1) -> ModelNames:
    """Find the names of a lavaan model.

    Labels, fixed values, constraints (``==``, ``<``, ``>``), defined parameters (``:=``) and
    thresholds are passed over.

    Parameters
    ----------
    syntax : str
        One or several formulas per line, ``;`` between them, ``#`` or ``!`` before a comment.
    first_line : int
        Line of the file on which ``syntax`` starts.

    Returns
    -------
    ModelNames

    Examples
    --------
    >>> names = names_in_model("Image =~ x1 + 0.5*x2; Loyalty ~ Image  # paths")
    >>> names.items_of("Image"), [(path.left, path.right) for path in names.paths]
    (('x1', 'x2'), [('Loyalty', 'Image')])
    """
    found: dict[str, list[Link]] = {"=~": [], "~": [], "~~": []}
    unread: list[tuple[int, str]] = []
    for formula in _formulas(syntax, first_line):
        if not _read_links(formula, found):
            unread.append((formula.line_at(0), formula.text))
    measured: dict[str, list[str]] = {}
    for link in found["=~"]:
        measured.setdefault(link.left, []).append(link.right)
    return ModelNames(
        loadings=tuple(found["=~"]),
        paths=tuple(found["~"]),
        covariances=tuple(found["~~"]),
        constructs={construct: tuple(items) for construct, items in measured.items()},
        lines={link.left: link.line for link in reversed(found["=~"])},
        unread=tuple(unread),
    )


class _Formula:
    """One formula, put together from the lines it stands on."""

    def __init__(self, line: int, text: str) -> None:
        self.text = text
        self._starts, self._lines = [0], [line]

    def extend(self, line: int, text: str) -> None:
        self._starts.append(len(self.text))
        self._lines.append(line)
        self.text = f"{self.text} {text}"

    def line_at(self, position: int) -> int:
        return self._lines[bisect_right(self._starts, position) - 1]


def _formulas(syntax: str, first_line: int) -> list[_Formula]:
    """Return every formula; one goes on after a line that ends, or starts, with an operator."""
    formulas: list[_Formula] = []
    open_ended = False
    for line, text in enumerate(syntax.split("\n"), start=first_line):
        for index, piece in enumerate(re.split(r"[#!]", text, maxsplit=1)[0].split(";")):
            open_ended = open_ended and index == 0
            if not (piece := piece.strip()):
                continue
            if formulas and (open_ended or (index == 0 and piece.startswith(("+", "~", "=~")))):
                formulas[-1].extend(line, piece)
            else:
                formulas.append(_Formula(line, piece))
            open_ended = piece.endswith(("+", "~", "*"))
    return formulas


def _read_links(formula: _Formula, found: dict[str, list[Link]]) -> bool:
    """Add the links of one formula to ``found``; tell whether it could be read."""
    operator = _OPERATOR.search(formula.text)
    if not operator:
        return False
    if operator[0] not in found:
        return True
    outcomes = [part.strip() for part in formula.text[: operator.start()].split("+")]
    terms = list(_terms(formula.text, operator.end()))
    if not all(_NAME.fullmatch(name) for name in outcomes):
        return False
    if not all(_NAME.fullmatch(name) or _CONSTANT.fullmatch(name) for _, name in terms):
        return False
    found[operator[0]] += [
        Link(outcome, name, formula.line_at(position))
        for outcome in outcomes
        for position, name in terms
        if _NAME.fullmatch(name)
    ]
    return True


def _terms(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield where each term starts, and its name without the value or label before ``*``."""
    for end in (*_plus_signs(text, start), len(text)):
        name = text[start:end].rpartition("*")[2]
        yield end - len(name.lstrip()), name.strip()
        start = end + 1


def _plus_signs(text: str, start: int) -> list[int]:
    """Return the position of every ``+`` outside parentheses and quotes."""
    positions, depth, quote = [], 0, ""
    for position, character in enumerate(text[start:], start=start):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "+" and depth == 0:
            positions.append(position)
    return positions
