"""Slides from a document: native tables and charts that stay editable, pictures where not."""

from __future__ import annotations

from typing import Any

from csi.report.document import (
    Column,
    Document,
    Flagged,
    Number,
    Score,
    Table,
    Tile,
    format_interval,
)
from csi.report.figures import Style, draw_picture
from csi.report.fonts import fonts_for
from csi.report.guard import REPLACEMENT, characters_of, guard
from csi.report.slides.charts import add_native_chart
from csi.report.slides.deck import Box, Deck
from csi.report.slides.plan import Slide, plan_slides
from csi.report.theme import Theme

_INCH = 914_400


def render_slides(document: Document, theme: Theme) -> bytes:
    """Set a document as a PowerPoint file.

    Tables and most charts are native: a reader can change them. Other charts are pictures. Every
    one has an alternative text; base, unit, interval and marks stand at the foot of the slide, the
    running text in the speaker's notes.

    Parameters
    ----------
    document : Document
    theme : Theme
        ``slides`` names the user's own template.

    Returns
    -------
    bytes
        The same for the same document.

    Raises
    ------
    ReportError
        A template that cannot be opened.
    MissingDependencyError
        Without the ``slides`` extra.
    """
    deck = Deck(theme, document.language)
    writer = _Writer(deck, document, theme)
    for slide in plan_slides(document):
        writer.add(slide)
    return deck.bytes(document.title, document.author)


class _Writer:
    def __init__(self, deck: Deck, document: Document, theme: Theme) -> None:
        self.deck, self.document, self.theme = deck, document, theme
        self._style: Style | None = None

    def add(self, plan: Slide) -> None:
        """Add one slide."""
        slide = self.deck.add(plan.title, "title" if plan.cover else "title_only")
        self._mark(slide)
        if plan.cover:
            self._cover(slide, plan)
            return
        room = self.deck.room(slide)
        if plan.tiles:
            room = self._tiles(slide, plan.tiles, room)
        if plan.bullets:
            room = self._bullets(slide, plan, room)
        if plan.caption:
            room = self._caption(slide, plan.caption, room)
        if plan.table:
            self._table(slide, plan.table, plan.caption, room)
        if plan.figure:
            self._figure(slide, plan, room)
        self._foot(slide, plan)

    def _cover(self, slide: Any, plan: Slide) -> None:
        assert plan.cover is not None
        lines = [plan.cover.subtitle, *(f"{name}: {value}" for name, value in plan.cover.facts)]
        below = [p for p in slide.placeholders if p.placeholder_format.idx == 1]
        if below:
            self.deck.write(below[0].text_frame, [line.replace("\n", " ") for line in lines[:5]],
                            size=14)  # fmt: skip

    def _mark(self, slide: Any) -> None:
        """Say on every slide that the data are not real."""
        if self.document.mark:
            box = Box(self.deck.width - 3 * _INCH, 60_000, int(2.9 * _INCH), 240_000)
            self.deck.text_box(slide, box, [self.document.mark], size=9, bold=True,
                               colour=self.theme.bad)  # fmt: skip

    def _tiles(self, slide: Any, tiles: tuple[Tile, ...], room: Box) -> Box:
        from pptx.dml.color import RGBColor
        from pptx.enum.shapes import MSO_SHAPE

        gap, height = 120_000, int(1.25 * _INCH)
        width = (room.width - gap * (len(tiles) - 1)) // len(tiles)
        for number, tile in enumerate(tiles):
            left = room.left + number * (width + gap)
            shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, room.top, width, height)
            shape.fill.solid()
            shape.fill.fore_color.rgb = RGBColor.from_string(self.theme.tint.lstrip("#"))
            shape.line.fill.background()
            shape.shadow.inherit = False
            frame = shape.text_frame
            frame.word_wrap = True
            for row, (text, size, bold, colour) in enumerate(
                (
                    (tile.label, 11, False, self.theme.quiet),
                    (tile.value, 24 if len(tile.value) < 12 else 13, True, self.theme.primary),
                    (tile.detail, 10, False, self.theme.quiet),
                )
            ):
                paragraph = frame.paragraphs[0] if row == 0 else frame.add_paragraph()
                self.deck.run(paragraph, text, size, bold=bold, colour=colour)
        used = height + gap
        return Box(room.left, room.top + used, room.width, room.height - used)

    def _bullets(self, slide: Any, plan: Slide, room: Box) -> Box:
        """Write findings; where a table follows, leave it the rest of the room."""
        if plan.table is None:
            size = 16 if len(plan.bullets) < 6 else 14
            self.deck.text_box(slide, room, plan.bullets, size=size, bullet=True)
            return room
        used = sum(300_000 * (1 + _letters(text) // 130) for text in plan.bullets) + 60_000
        box = Box(room.left, room.top - 40_000, room.width, used)
        self.deck.text_box(slide, box, plan.bullets, size=13, bullet=True)
        return Box(room.left, room.top + used, room.width, room.height - used)

    def _caption(self, slide: Any, caption: str, room: Box) -> Box:
        box = Box(room.left, room.top - 30_000, room.width, 300_000)
        self.deck.text_box(slide, box, [caption], size=12, colour=self.theme.quiet)
        used = 290_000
        return Box(room.left, room.top + used, room.width, room.height - used)

    def _table(self, slide: Any, table: Table, caption: str, room: Box) -> None:
        head = any(column.header for column in table.columns)
        rows = len(table.rows) + head
        height = min(room.height, rows * int(0.3 * _INCH))
        frame = slide.shapes.add_table(
            rows, len(table.columns), room.left, room.top, room.width, height
        )
        describe(frame, caption or self.document.title)
        grid = frame.table
        grid.first_row = head
        size = 9.0 if table.dense or len(table.rows) > 9 else 11.0
        for number, width in enumerate(_widths(table, room.width)):
            grid.columns[number].width = width
        for number, column in enumerate(table.columns if head else ()):
            self._cell(grid.cell(0, number), column.header, column, size, bold=True)
        for i, row in enumerate(table.rows):
            for j, cell in enumerate(row):
                bold = i in table.strong or (isinstance(cell, Number) and cell.bold)
                self._cell(grid.cell(i + head, j), cell, table.columns[j], size, bold=bold)

    def _cell(self, target: Any, cell: object, column: Column, size: float, *, bold: bool) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        target.margin_top = target.margin_bottom = 18_000
        target.margin_left = target.margin_right = 50_000
        target.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = target.text_frame.paragraphs[0]
        sides = {"right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
        paragraph.alignment = sides.get(column.align, PP_ALIGN.LEFT)
        if isinstance(cell, Score):
            self.deck.run(paragraph, f"{cell} {cell.letters}".strip(), size, bold=True)
            base = f"n = {cell.n:,}"
            shown = cell.flag != "suppressed"
            detail = f"{format_interval(cell.low, cell.high)}  {base}" if shown else base
            self.deck.run(target.text_frame.add_paragraph(), detail, size - 2.5,
                          colour=self.theme.quiet)  # fmt: skip
            return
        tone = cell.tone if isinstance(cell, Flagged) else "plain"
        colours = {"good": self.theme.good, "bad": self.theme.bad, "accent": self.theme.accent,
                   "quiet": self.theme.quiet}  # fmt: skip
        text = cell.text if isinstance(cell, Flagged) else str(cell)
        self.deck.run(paragraph, text, size, bold=bold, colour=colours.get(tone, ""))

    def _figure(self, slide: Any, plan: Slide, room: Box) -> None:
        assert plan.figure is not None
        figure = plan.figure
        shapes = add_native_chart(slide, figure.chart, room, self.deck, self.document.words)
        for shape in shapes:
            describe(shape, figure.alt)
        if shapes:
            return
        import io

        style = self._picture_style()
        chart, _ = guard(figure.chart, style.fonts.covers)
        picture = draw_picture(chart, style)
        scale = min(room.width / chart.width, room.height / chart.height)
        width, height = int(chart.width * scale), int(chart.height * scale)
        left = room.left + (room.width - width) // 2
        shape = slide.shapes.add_picture(io.BytesIO(picture), left, room.top, width, height)
        describe(shape, figure.alt)

    def _picture_style(self) -> Style:
        if self._style is None:
            letters = characters_of(self.document) | {REPLACEMENT}
            fonts = fonts_for(letters, language=self.document.language)
            self._style = Style(fonts=fonts, theme=self.theme, language=self.document.language)
        return self._style

    def _foot(self, slide: Any, plan: Slide) -> None:
        top = self.deck.height - int(0.58 * _INCH)
        if plan.foot:
            room = self.deck.room(slide)
            box = Box(room.left, top, room.width, int(0.5 * _INCH))
            self.deck.text_box(slide, box, [plan.foot], size=8, colour=self.theme.quiet)
        if plan.speech:
            slide.notes_slide.notes_text_frame.text = plan.speech


def describe(shape: Any, text: str) -> None:
    """Set the alternative text of a shape."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", text)


def _widths(table: Table, whole: int) -> list[int]:
    """Share the width by the longest text of each column; a hanzi counts two."""
    wants = []
    for number, column in enumerate(table.columns):
        cells = [row[number] for row in table.rows]
        texts = [column.header, *(_shown(cell) for cell in cells)]
        longest = max((_letters(text) for text in texts), default=1)
        wants.append(min(max(longest, 5), 46))
    total = sum(wants)
    return [whole * want // total for want in wants]


def _shown(cell: object) -> str:
    if isinstance(cell, Score):
        return f"{format_interval(cell.low, cell.high)} n = {cell.n:,}"[:22]
    return cell.text if isinstance(cell, Flagged) else str(cell)


def _letters(text: str) -> int:
    return sum(2 if ord(c) >= 0x2E80 else 1 for c in text)
