"""How much goes on a slide: text measured by its letters, tables sized, cut and balanced.

PowerPoint measures text only when it opens the file, so the widths here are those of a common sans
serif, a little on the wide side. Everything is in points, 72 to the inch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from csi.report.document import Cell, Flagged, Score, Table, format_interval

SIZES = (14.0, 12.0, 11.0, 10.0, 9.0)
"""Sizes of table text, the first that lets a table on one slide; longer ones are cut at _CUT."""

DETAIL = 0.75
"""Size of an interval and base under a score, as a share of the score's."""

MARGIN = 4.0
"""Room left and right in a table cell; above and below it is half of that."""

LEAD = 1.2
_CUT = 10.0
_SURE = 1.2
"""Of a word's width: bold letters of a wide face still fit."""
_DENSE = 11.0
_WIDEST = 26
"""Ems that a column is given unasked."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a slide has for one thing: width and height."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table, or one part of it, with the size of its text."""

    table: Table
    size: float


def fit_table(table: Table, room: Room, *, lead: float = 0.0) -> tuple[TablePart, ...]:
    """Choose the size of a table's text; cut the table where even a small size is too tall.

    Parameters
    ----------
    table : Table
    room : Room
        Of a whole slide.
    lead : float
        Height that something else takes on the first slide.

    Returns
    -------
    tuple of TablePart
        Parts of about equal height, so that no row stands alone on its slide.
    """
    largest = _DENSE if table.dense else SIZES[0]
    for size in (s for s in SIZES if s <= largest):
        wide = sum(_wanted(table, size)[1]) <= room.width
        if wide and sum(row_heights(table, size, room.width)) <= room.height - lead:
            return (TablePart(table, size),)
    head, *rows = row_heights(table, _CUT, room.width)
    full = max(room.height - head, 1.0)
    first = max(room.height - head - lead, 1.0)
    count = len(_cut(rows, first, full))
    fair = sum(rows) / count
    for step in range(21):
        most = fair + (full - fair) * step / 20
        ends = _cut(rows, min(first, most), min(full, most))
        if len(ends) == count:
            break
    starts = (0, *ends[:-1])
    return tuple(
        TablePart(_rows(table, start, end), _CUT) for start, end in zip(starts, ends, strict=True)
    )


def column_widths(table: Table, size: float, width: float) -> tuple[float, ...]:
    """Share a width among the columns: each its longest text, long texts wrap between words."""
    wants, least = _wanted(table, size)
    total = sum(wants)
    if total <= width:
        return tuple(width * want / total for want in wants)
    spare = [max(want - must, 0.0) for want, must in zip(wants, least, strict=True)]
    cut = min((total - width) / (sum(spare) or 1.0), 1.0)
    widths = [want - cut * extra for want, extra in zip(wants, spare, strict=True)]
    return tuple(width * each / sum(widths) for each in widths)


def _wanted(table: Table, size: float) -> tuple[list[float], list[float]]:
    """Return the width that each column would like, and the least that cuts no word or number."""
    wants, least = [], []
    for number, column in enumerate(table.columns):
        cells = [row[number] for row in table.rows]
        texts = [shown(cell) for cell in cells if not isinstance(cell, Score)]
        numbers = [detail_of(cell) for cell in cells if isinstance(cell, Score)]
        whole = [text for cell, text in zip(cells, map(shown, cells), strict=True)
                 if not isinstance(cell, str | Flagged)]  # fmt: skip
        words = [w for text in (column.header, *texts) for w in _words(text)]
        must = _SURE * max(
            *(text_width(t, size) for t in (*whole, *words, "0")),
            *(text_width(t, size * DETAIL) for t in (*numbers, "0")),
        )
        want = max(text_width(text, size) for text in (column.header, *texts, "0"))
        wants.append(max(must, min(want, _WIDEST * size)) + 2 * MARGIN)
        least.append(must + 2 * MARGIN)
    return wants, least


def _words(text: str) -> list[str]:
    """Return what is not broken: words, while a line may end after any hanzi."""
    return re.split(r"\s+|(?<=[\u2e80-\uffff])", text)


def text_width(text: str, size: float) -> float:
    """Return about how wide a line is: a hanzi is as wide as high, a letter half of that."""
    return size * sum(1.02 if ord(c) >= 0x2E80 else 0.57 for c in text)


def lines_of(text: str, size: float, width: float) -> int:
    """Return about how many lines a text takes in a width; words are not cut."""
    lines = 0
    for paragraph in text.split("\n"):
        lines += max(1, math.ceil(text_width(paragraph, size) * 1.04 / max(width, size)))
    return lines


def height_of(lines: Iterable[str], size: float, width: float, *, after: float = 0.0) -> float:
    """Return the height of paragraphs, with room ``after`` each."""
    return sum(lines_of(line, size, width) * size * LEAD + after for line in lines)


def row_heights(table: Table, size: float, width: float) -> list[float]:
    """Return the height of the header row, zero if there is none, and of every row."""
    widths = [w - 2 * MARGIN for w in column_widths(table, size, width)]
    headers = [column.header for column in table.columns]
    head = 0.0
    if any(headers):
        lines = max(lines_of(t, size, w) for t, w in zip(headers, widths, strict=True))
        head = lines * size * LEAD + MARGIN
    rows = [
        max(_cell_height(cell, size, w) for cell, w in zip(row, widths, strict=True)) + MARGIN
        for row in table.rows
    ]
    return [head, *rows]


def _cell_height(cell: Cell, size: float, width: float) -> float:
    if isinstance(cell, Score):
        small = size * DETAIL
        return size * LEAD + lines_of(detail_of(cell), small, width) * small * LEAD
    return lines_of(shown(cell), size, width) * size * LEAD


def shown(cell: Cell) -> str:
    """Return the text of a cell that is no score."""
    return cell.text if isinstance(cell, Flagged) else str(cell)


def detail_of(score: Score) -> str:
    """Return what stands under a score: its interval and base."""
    base = f"n = {score.n:,}"
    if score.flag == "suppressed":
        return base
    return f"{format_interval(score.low, score.high)}  {base}"


def _cut(heights: list[float], first: float, full: float) -> list[int]:
    """Return where each part ends if every slide is filled before the next."""
    ends, filled, most = [], 0.0, first
    for number, height in enumerate(heights):
        if filled and filled + height > most + 1e-6:
            ends.append(number)
            filled, most = 0.0, full
        filled += height
    return [*ends, len(heights)]


def _rows(table: Table, start: int, end: int) -> Table:
    strong = frozenset(i - start for i in table.strong if start <= i < end)
    return replace(table, rows=table.rows[start:end], strong=strong)
