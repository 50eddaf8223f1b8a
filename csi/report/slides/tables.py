"""Tables on slides: native, so that a reader can change every cell."""

from __future__ import annotations

from typing import Any

from csi.report.document import Column, Flagged, Number, Score, Table
from csi.report.slides.deck import POINT, Box, Deck
from csi.report.slides.fitting import DETAIL, MARGIN, column_widths, detail_of, row_heights, shown

_AIR = 1.5
"""Rows grow by this where a slide has room for it."""


def add_table(slide: Any, table: Table, size: float, room: Box, deck: Deck) -> Any:
    """Add a table that fills the width of its room; its first row is marked as its head.

    Parameters
    ----------
    size : float
        Of the text, in points.

    Returns
    -------
    GraphicFrame
    """
    head = any(column.header for column in table.columns)
    count = len(table.rows) + head
    heights = row_heights(table, size, room.width / POINT)
    air = min(_AIR, room.height / POINT / sum(heights))
    height = int(sum(heights) * air * POINT)
    frame = slide.shapes.add_table(
        count, len(table.columns), room.left, room.top, room.width, height
    )
    grid = frame.table
    _set_style(grid, deck.table_style)
    grid.first_row = head
    grid.first_col = head and deck.own  # A template may shout there.
    grid.horz_banding = not deck.own
    for number, width in enumerate(column_widths(table, size, room.width / POINT)):
        grid.columns[number].width = int(width * POINT)
    for row, tall in zip(grid.rows, heights[0 if head else 1 :], strict=True):
        row.height = int(tall * air * POINT)
    writer = _Cells(deck, size)
    cells = list(grid.iter_cells())
    if head:
        for column in table.columns:
            writer.write(cells.pop(0), column.header, column, bold=True)
    targets = iter(cells)
    for i, row in enumerate(table.rows):
        for cell, column in zip(row, table.columns, strict=True):
            bold = i in table.strong or (isinstance(cell, Number) and cell.bold)
            writer.write(next(targets), cell, column, bold=bold)
    return frame


def _set_style(grid: Any, style: str) -> None:
    """Take the presentation's own table style in place of python-pptx's."""
    for found in grid._tbl.tblPr.xpath("./a:tableStyleId"):
        if style:
            found.text = style


class _Cells:
    """Writes cells of one table."""

    def __init__(self, deck: Deck, size: float) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        self.deck, self.size = deck, size
        self.middle = MSO_ANCHOR.MIDDLE
        self.sides = {"right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
        theme = deck.theme
        self.colours = {"good": theme.good, "bad": theme.bad, "accent": theme.accent,
                        "quiet": theme.quiet}  # fmt: skip

    def write(self, target: Any, cell: Any, column: Column, *, bold: bool) -> None:
        target.margin_left = target.margin_right = int(MARGIN * POINT)
        target.margin_top = target.margin_bottom = int(MARGIN / 2 * POINT)
        target.vertical_anchor = self.middle
        paragraph = target.text_frame.paragraphs[0]
        if column.align in self.sides:
            paragraph.alignment = self.sides[column.align]
        if isinstance(cell, Score):
            self.deck.run(paragraph, f"{cell} {cell.letters}".strip(), self.size, bold=True)
            below = target.text_frame.add_paragraph()
            if column.align in self.sides:
                below.alignment = self.sides[column.align]
            self.deck.run(below, detail_of(cell), self.size * DETAIL, colour=self.colours["quiet"])
            return
        if not shown(cell):
            # An empty paragraph is 18 points high unless its end says otherwise.
            paragraph._p.get_or_add_endParaRPr().set("sz", str(int(self.size * 100)))
            return
        tone = cell.tone if isinstance(cell, Flagged) else "plain"
        self.deck.run(paragraph, shown(cell), self.size, bold=bold,
                      colour=self.colours.get(tone, ""))  # fmt: skip
