"""The report as frozen blocks: what it says, in one language, and nothing about how it is set.

Sections turn results into blocks; `csi.report.pdf` sets them. Numbers stay numbers until they are
set, so that every engine writes the same digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from csi.report.figures import Chart

MINUS = "\u2212"
NO_NUMBER = "\u2013"

Align = Literal["left", "right", "center"]
Tone = Literal["plain", "accent", "good", "bad", "quiet"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a table cell, shown with fixed decimals; NaN shows as an en dash.

    Attributes
    ----------
    mark : str
        Set right after the number: the dagger of a small base.
    """

    value: float
    decimals: int = 1
    bold: bool = False
    mark: str = ""

    def __str__(self) -> str:
        return f"{format_number(self.value, self.decimals)}{self.mark}"


@dataclass(frozen=True, slots=True)
class PValue:
    """A p-value: three decimals, or "< 0.001"."""

    value: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return NO_NUMBER
        return "< 0.001" if self.value < 0.001 else f"{self.value:.3f}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval in a table cell."""

    low: float
    high: float
    decimals: int = 1

    def __str__(self) -> str:
        return format_interval(self.low, self.high, self.decimals)


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its marks, and its interval and base in small type below.

    Attributes
    ----------
    letters : str
        Columns that it is significantly higher than.
    flag : {"", "low", "suppressed"}
        Small-base mark; a suppressed score holds NaN.
    """

    value: float
    low: float
    high: float
    n: int
    letters: str = ""
    flag: str = ""
    bold: bool = False

    def __str__(self) -> str:
        return f"{format_number(self.value)}{base_mark(self.flag)}"


@dataclass(frozen=True, slots=True)
class Range:
    """A point and its interval, drawn inside a table cell on the scale of its column."""

    value: float
    low: float
    high: float
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A word with a tone, such as a verdict."""

    text: str
    tone: Tone = "plain"


Cell = str | Number | PValue | Interval | Score | Range | Flagged


@dataclass(frozen=True, slots=True)
class Column:
    """A table column.

    Attributes
    ----------
    width : float
        Share of the free width; 0 takes the width of the content.
    scale : (float, float) or None
        Limits of a column of `Range` cells.
    """

    header: str
    align: Align = "left"
    width: float = 0.0
    scale: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with the base, unit, interval and rule of marks that it must state.

    Attributes
    ----------
    rows : tuple of tuple of Cell
    strong : frozenset of int
        Rows set bold above a rule: totals.
    notes : tuple of str
        Base, unit, interval and the rule of every mark, in words.
    dense : bool
        Small type, for data tables.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    strong: frozenset[int] = frozenset()
    dense: bool = False

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Row {number} of table `{self.caption}` has {len(row)} cells "
                    f"for {len(self.columns)} columns."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with the text that stands for it where it cannot be seen.

    Attributes
    ----------
    name : str
        Of its file, where the chart is written by itself.
    """

    chart: Chart
    caption: str
    alt: str
    notes: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The title page, with the contents list down to heading level ``depth``."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    contents: str
    depth: int = 2
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 opens a section and enters the bookmarks.

    Attributes
    ----------
    listed : bool
        Whether the contents list has it, as far as its level goes.
    """

    text: str
    level: int = 1
    new_page: bool = False
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of statements."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One headline number."""

    label: str
    value: str
    detail: str
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class Tiles:
    """A row of headline numbers."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A box that a reader must not miss."""

    title: str
    text: str
    items: tuple[str, ...] = ()
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A formula: Typst mathematics written by us, never by a user, and its reading in words."""

    name: Literal["index", "importance", "deff"]
    alt: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and a value, set as a two-column list."""

    pairs: tuple[tuple[str, str], ...]


Block = Cover | Heading | Paragraph | Bullets | Tiles | Callout | Equation | Facts | Table | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report in one language.

    Attributes
    ----------
    title, period, author, confidential : str
        For the running header and footer and the file's metadata.
    words : mapping of str to str
        The few words that the template itself sets ("Table", "Figure", ...).
    mark : str
        Stands at the head of every page, the first too; may be empty.
    """

    language: Literal["en", "zh"]
    title: str
    period: str
    author: str
    confidential: str
    blocks: tuple[Block, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""


def without_ranges(table: Table, bars: str = "") -> Table:
    """Return a table without its drawn bars, for an engine that cannot draw in a cell.

    Parameters
    ----------
    bars : str
        How the note on the bars starts; it is left out too.
    """
    kept = [i for i, column in enumerate(table.columns) if column.scale is None]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        notes=tuple(n for n in table.notes if not (bars and n.startswith(bars))),
    )


def base_mark(flag: str) -> str:
    """Return the mark of a number on a base that is small but shown."""
    return "\u2020" if flag == "low" else ""


def format_number(value: float, decimals: int = 1) -> str:
    """Write a number with a true minus sign, thousands separated, NaN as an en dash.

    Examples
    --------
    >>> format_number(-1234.56)
    '\u22121,234.6'
    """
    if not math.isfinite(value):
        return NO_NUMBER
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if float(text.replace(",", "")) == 0 else MINUS + text[1:]
    return text


def signed(value: float, decimals: int = 1) -> str:
    """Write a number with its sign, ``+1.2``."""
    text = format_number(value, decimals)
    return text if not value > 0 else f"+{text}"


def format_interval(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval in brackets, ``[72.1, 75.0]``."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NO_NUMBER
    return f"[{format_number(low, decimals)}, {format_number(high, decimals)}]"
