"""Slides from a document: native tables and charts that stay editable, pictures where not."""

from __future__ import annotations

import io
from typing import Any

from csi.report.document import Document, Tile
from csi.report.figures import Style, draw_picture
from csi.report.fonts import fonts_for
from csi.report.guard import REPLACEMENT, characters_of, guard_chart, printable
from csi.report.slides.charts import add_native_chart
from csi.report.slides.deck import POINT, Box, Deck
from csi.report.slides.fitting import height_of
from csi.report.slides.plan import (
    AFTER_LEAD,
    AFTER_POINT,
    CAPTION_SIZE,
    FOOT_SIZE,
    LEAD_SIZE,
    POINT_SIZE,
    TILES_HEIGHT,
    Point,
    Slide,
    foot_height,
    plan_slides,
)
from csi.report.slides.tables import add_table
from csi.report.theme import Theme


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
        A template that cannot be opened, or has no layout.
    MissingDependencyError
        Without the ``slides`` extra.
    """
    document = printable(document)
    deck = Deck(theme, document.language)
    writer = _Writer(deck, document, theme)
    for slide in plan_slides(document, deck.room):
        writer.add(slide)
    return deck.bytes(document.title, document.author)


class _Writer:
    def __init__(self, deck: Deck, document: Document, theme: Theme) -> None:
        self.deck, self.document, self.theme = deck, document, theme
        self._style: Style | None = None

    def add(self, plan: Slide) -> None:
        """Add one slide: what is read first is added first."""
        if plan.cover:
            self._cover(plan)
            return
        slide = self.deck.add(plan.title, section=plan.section)
        self._above(slide, plan)
        room, foot = self.deck.area, int(foot_height(plan.foot, self.deck.room.width) * POINT)
        room = Box(room.left, room.top, room.width, room.height - foot)
        if plan.tiles:
            room = self._tiles(slide, plan.tiles, room)
        if plan.points:
            self._points(slide, plan.points, room)
        if plan.lead:
            room = self._lead(slide, plan.lead, room)
        if plan.caption:
            room = self._caption(slide, plan.caption, room)
        if plan.table:
            describe(add_table(slide, plan.table, plan.size, room, self.deck), plan.table.caption
                     or plan.title)  # fmt: skip
        notes = plan.foot
        if plan.figure:
            notes = self._figure(slide, plan, room)
        self._foot(slide, notes, foot)
        if plan.speech:
            slide.notes_slide.notes_text_frame.text = plan.speech

    def _cover(self, plan: Slide) -> None:
        assert plan.cover is not None
        slide = self.deck.add(plan.title, "title", section=self.document.title)
        self._above(slide, plan)
        lines = [plan.cover.subtitle, *(f"{name}: {value}" for name, value in plan.cover.facts)]
        lines = [line.replace("\n", " ") for line in lines if line.strip()]
        below = [p for p in slide.placeholders if p.placeholder_format.idx == 1]
        if below:
            self.deck.write(below[0].text_frame, lines[:8], size=15, colour=self.theme.quiet)
        else:
            self.deck.text_box(slide, self.deck.area, lines, size=15, colour=self.theme.quiet)
        logo = self.theme.logo
        if logo and self.deck.own and logo.suffix.lower() != ".svg":
            picture = slide.shapes.add_picture(str(logo), 900_000, 620_000, height=620_000)
            describe(picture, self.theme.name or logo.stem)

    def _above(self, slide: Any, plan: Slide) -> None:
        """Say above the title which part this is, and on every slide if the data are not real."""
        area = self.deck.area
        top, height = int(self.deck.height * 0.029), 210_000
        if self.deck.own and plan.section:
            box = Box(area.left, top, area.width // 2, height)
            self.deck.text_box(slide, box, [plan.section], size=11, colour=self.theme.quiet)
        if self.document.mark:
            if not self.deck.own:
                top = 40_000
            box = Box(area.left + area.width // 2, top, area.width - area.width // 2, height)
            self.deck.text_box(slide, box, [self.document.mark], size=11, bold=True,
                               colour=self.theme.bad, align="r")  # fmt: skip

    def _tiles(self, slide: Any, tiles: tuple[Tile, ...], room: Box) -> Box:
        from pptx.dml.color import RGBColor
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.enum.text import MSO_ANCHOR

        gap, height = 120_000, int((TILES_HEIGHT - 12) * POINT)
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
            frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            value, small = tile_sizes(tile, width / POINT - 16, height / POINT - 8)
            lines = (
                (tile.label, small, False, self.theme.quiet),
                (tile.value, value, True, self.theme.primary),
                (tile.detail, small, False, self.theme.quiet),
            )
            for row, (text, size, bold, colour) in enumerate(lines):
                paragraph = frame.paragraphs[0] if row == 0 else frame.add_paragraph()
                paragraph._p.get_or_add_pPr().set("algn", "l")
                self.deck.run(paragraph, text, size, bold=bold)
                paragraph.runs[0].font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
        return room.below(int(TILES_HEIGHT * POINT))

    def _points(self, slide: Any, points: tuple[Point, ...], room: Box) -> None:
        """Write statements as a list, with the heads between them."""
        frame = self.deck.text_box(slide, room, [], size=POINT_SIZE).text_frame
        for number, point in enumerate(points):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self.deck.paragraph(paragraph, point.text, size=POINT_SIZE, bold=point.head,
                                colour=self.theme.primary if point.head else "",
                                bullet=not point.head, after=AFTER_POINT)  # fmt: skip

    def _lead(self, slide: Any, lead: tuple[str, ...], room: Box) -> Box:
        used = height_of(lead, LEAD_SIZE, self.deck.room.width - 20, after=AFTER_LEAD)
        box = Box(room.left, room.top, room.width, int(used * POINT))
        self.deck.text_box(slide, box, lead, size=LEAD_SIZE, bullet=True, after=AFTER_LEAD)
        return room.below(int(used * POINT))

    def _caption(self, slide: Any, caption: str, room: Box) -> Box:
        used = int(CAPTION_SIZE * 1.9 * POINT)
        box = Box(room.left, room.top, room.width, used)
        self.deck.text_box(slide, box, [caption], size=CAPTION_SIZE, colour=self.theme.quiet,
                           anchor="ctr")  # fmt: skip
        return room.below(used)

    def _figure(self, slide: Any, plan: Slide, room: Box) -> str:
        """Add a chart and return the notes that fit it."""
        assert plan.figure is not None
        figure = plan.figure
        made = add_native_chart(slide, figure.chart, room, self.deck)
        for shape in made:
            describe(shape, figure.alt)
        if made:
            return plan.foot
        style = self._picture_style()
        chart, _ = guard_chart(figure.chart, style.fonts, style.language)
        picture = draw_picture(chart, style)
        scale = min(room.width / chart.width, room.height / chart.height)
        width, height = int(chart.width * scale), int(chart.height * scale)
        left = room.left + (room.width - width) // 2
        shape = slide.shapes.add_picture(io.BytesIO(picture), left, room.top, width, height)
        describe(shape, figure.alt)
        return plan.foot

    def _picture_style(self) -> Style:
        if self._style is None:
            letters = characters_of(self.document) | {REPLACEMENT}
            fonts = fonts_for(letters, language=self.document.language)
            self._style = Style(fonts=fonts, theme=self.theme, language=self.document.language)
        return self._style

    def _foot(self, slide: Any, notes: str, height: int) -> None:
        """Set the notes above the foot, and the foot."""
        area = self.deck.area
        if notes:
            box = Box(area.left, area.top + area.height - height, area.width, height)
            self.deck.text_box(slide, box, [notes], size=FOOT_SIZE, colour=self.theme.quiet,
                               anchor="b")  # fmt: skip
        parts = [self.document.title, self.document.period, self.document.confidential]
        if not self.deck.own:
            del parts[1:]  # A template's place for it may be narrow.
        self.deck.furnish(slide, "  ·  ".join(filter(None, parts)))


def tile_sizes(tile: Tile, width: float, height: float) -> tuple[float, float]:
    """Return the largest sizes of a tile's value and of its small text that fit."""
    for value, small in ((24.0, 12.0), (20.0, 11.0), (16.0, 11.0), (14.0, 10.0), (12.0, 9.0)):
        used = height_of([tile.label, tile.detail], small, width)
        if used + height_of([tile.value], value, width) <= height:
            break
    return value, small


def describe(shape: Any, text: str) -> None:
    """Set the alternative text of a shape."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", text)
