"""How wide the columns of a table are set: nothing wraps where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from csi.report.document import Cell, Flagged, Range, Score, Table, format_interval

PAGE = 170.0
"""Width of the text on a page, in millimetres."""

_INSET, _DENSE_INSET = 3.4, 2.7
_POINT = 25.4 / 72
_SIZE, _DENSE_SIZE = 8.6, 7.6
_BOLD, _SMALL = 1.07, 0.8
_SPARE = 1.025
_RANGE = 30.0
_WIDE = 0x2E80
_WIDTHS = (
    (0.2, " "),
    (0.28, ".,:;|'!()[]ijlf"),
    (0.36, "rt-\u2013/"),
    (0.44, "csvxyz"),
    (0.59, "ABCDEFGHIJKLNOPQRSTUVXYZ+=<>\u2212"),
    (0.83, "mwMW%\u2192"),
)
"""Widths of characters in em; the others are about half an em wide."""


def column_shares(table: Table, *, stretch: float = 1.0) -> tuple[float, ...]:
    """Return the share of the free width of each column; 0 takes the width of the content.

    A column with a declared share gets what its longest text needs and a part of what is left, in
    the proportion of the declared shares. Where the texts are too long to stand on one line each,
    the short columns keep theirs on one line and the others wrap.

    Parameters
    ----------
    table : Table
    stretch : float
        How much wider than ours the typeface is.

    Returns
    -------
    tuple of float
        In millimetres, so that only their ratios matter.

    Examples
    --------
    >>> from csi.report.document import Column
    >>> columns = (Column("Line", width=1), Column("What differs", width=1))
    >>> rows = (("Fixed line", "the level of " + 30 * "one question, "),)
    >>> narrow, wide = column_shares(Table(caption="", columns=columns, rows=rows, notes=()))
    >>> narrow < 20 < 100 < wide
    True
    """
    size = (_DENSE_SIZE if table.dense else _SIZE) * _POINT * _SPARE * stretch
    inset = _DENSE_INSET if table.dense else _INSET
    needs = [
        max(_text_width(column.header) * _BOLD, *(_cell_width(row[i]) for row in table.rows), 0.0)
        * size
        + inset
        for i, column in enumerate(table.columns)
    ]
    needs = [max(n, _RANGE) if c.scale else n for n, c in zip(needs, table.columns, strict=True)]
    scores = [i for i in range(len(needs)) if any(isinstance(row[i], Score) for row in table.rows)]
    for i in scores:  # groups side by side look alike
        needs[i] = max(needs[j] for j in scores)
    free = PAGE - sum(n for n, c in zip(needs, table.columns, strict=True) if not c.width)
    stretched = [(n, c.width) for n, c in zip(needs, table.columns, strict=True) if c.width]
    shares = iter(_shared(stretched, free))
    return tuple(next(shares) if column.width else 0.0 for column in table.columns)


def _shared(stretched: Sequence[tuple[float, float]], free: float) -> list[float]:
    """Give every column its need, or a fair part where the needs are too large together."""
    needs = [need for need, _ in stretched]
    left = free - sum(needs)
    if left >= 0:
        total = sum(width for _, width in stretched)
        return [need + left * width / total for need, width in stretched]
    given = [0.0] * len(needs)
    rest, columns = max(free, 0.0), len(needs)
    for i in sorted(range(len(needs)), key=needs.__getitem__):
        given[i] = max(min(needs[i], rest / columns), 1.0)
        rest, columns = rest - given[i], columns - 1
    return given


def _cell_width(cell: Cell) -> float:
    """Return the width of a cell in em."""
    if isinstance(cell, Range):
        return 0.0
    if isinstance(cell, Score):
        below = f"{format_interval(cell.low, cell.high)}  n = {cell.n:,}"
        above = (_text_width(str(cell)) + 0.9 * _text_width(f" {cell.letters}")) * _BOLD * 1.05
        return max(above, _text_width(below) * _SMALL)
    if isinstance(cell, str):
        return _text_width(cell)
    return _text_width(cell.text if isinstance(cell, Flagged) else str(cell)) * _BOLD


@lru_cache(maxsize=8192)
def _text_width(text: str) -> float:
    """Return about the width of a text in em, as our typeface has it."""
    width, before = 0.0, False
    for number, character in enumerate(text):
        wide = ord(character) >= _WIDE
        width += 1.0 if wide else next((w for w, kind in _WIDTHS if character in kind), 0.51)
        if number and wide != before and character != " ":
            width += 0.25
        before = wide
    return width
