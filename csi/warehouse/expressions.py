"""Names, literals and look-ups as SQL text that every engine reads alike."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal

from csi.dissatisfied.bins import LARGEST, Bins
from csi.dissatisfied.indicators import Level

Dialect = Literal["ansi", "duckdb", "spark", "clickhouse"]
DIALECTS: tuple[Dialect, ...] = ("ansi", "duckdb", "spark", "clickhouse")

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED_WORDS = (
    "all and any as asc between bucket by case cast check column create cross "
    "current_date date day default delete desc distinct double else end except exists "
    "false for from full group having hour if in index inner insert interval into is "
    "join key left like limit minute month natural not null offset on or order outer "
    "over partition primary range right row rows second select set some table then "
    "time timestamp to true union unique update user using values when where window "
    "with year "
)
_RESERVED = frozenset(_RESERVED_WORDS.split())


def quoted(name: str, dialect: Dialect) -> str:
    """Return a name as the engine reads it: plain where it can be, else in quotes."""
    if _PLAIN.match(name) and name.lower() not in _RESERVED:
        return name
    if dialect in ("spark", "clickhouse"):
        return "`" + name.replace("\\", "\\\\").replace("`", "``") + "`"
    return '"' + name.replace('"', '""') + '"'


def literal(value: Level, dialect: Dialect) -> str:
    """Return a level as SQL."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    text = value.replace("'", "''")
    return "'" + (text.replace("\\", "\\\\") if dialect in ("spark", "clickhouse") else text) + "'"


def number(value: float) -> str:
    """Return a DOUBLE literal that reads back as the same number."""
    text = repr(float(value))
    return text if "e" in text else f"{text}e0"


def select_from(
    columns: Sequence[str], source: str, alias: str, note: str = "", *, wide: bool = False
) -> str:
    """Return a sub-select, a column a line unless it is to be wide, under a comment."""
    comment = f"/* {note} */\n" if note else ""
    between = ", " if wide else ",\n  "
    return f"({comment}SELECT {between.join(columns)}\nFROM {source} AS {alias})"


def choose_cell(
    bins: Bins,
    x: str,
    cells: Sequence[int],
    shares: Sequence[float],
    as_of: date,
    dialect: Dialect,
) -> str:
    """Return the cell of a value's bin; null, NaN and unknown levels get the last cell.

    Comparisons with null or NaN are not true, so that these fall to the highest bin, where alone
    it has to be asked whether there is a value. Common bins are found in few steps.
    """
    *values, null = [str(cell) for cell in cells]
    if bins.kind == "level":
        order = sorted(range(len(values)), key=lambda k: -shares[k])
        groups = [", ".join(literal(level, dialect) for level in group) for group in bins.levels]
        whens = [f"WHEN {x} IN ({groups[k]}) THEN {values[k]}" for k in order]
        return f"CASE {' '.join(whens)} ELSE {null} END"
    if bins.kind == "number":
        known = f"{x} <= {number(LARGEST)}"
        below = [f"{x} < {number(edge)}" for edge in bins.edges]
    else:
        known = f"{x} IS NOT NULL"
        below = [f"{x} >= DATE '{_first_day(as_of, edge)}'" for edge in bins.edges]
    values[-1] = f"CASE WHEN {known} THEN {values[-1]} ELSE {null} END"
    return nested_cases(below, values, [*shares[:-2], shares[-2] + shares[-1]])


def nested_cases(conditions: Sequence[str], cells: Sequence[str], shares: Sequence[float]) -> str:
    """Return nested CASEs: conditions[k] is true for cells 0 to k only.

    Every question splits the population as evenly as it can.
    """
    if not conditions:
        return cells[0]
    left = accumulate(shares[:-1])
    middle = min(range(len(conditions)), key=[abs(a - sum(shares) / 2) for a in left].__getitem__)
    low = nested_cases(conditions[:middle], cells[: middle + 1], shares[: middle + 1])
    high = nested_cases(conditions[middle + 1 :], cells[middle + 1 :], shares[middle + 1 :])
    return f"CASE WHEN {conditions[middle]} THEN {low} ELSE {high} END"


def _first_day(as_of: date, edge: float) -> str:
    """Return the earliest day that lies fewer than ``edge`` days before the snapshot."""
    return (as_of - timedelta(days=math.ceil(edge) - 1)).isoformat()
