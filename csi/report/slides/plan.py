"""What goes on which slide: a document cut into slides, with no word about PowerPoint."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from csi.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    Cover,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
    Tile,
    Tiles,
    without_ranges,
)
from csi.report.slides.fitting import Room, fit_table, height_of, lines_of

WIDE = Room(900.0, 420.0)
"""The room on a slide of 16:9 under its title."""

POINT_SIZE, LEAD_SIZE, CAPTION_SIZE, FOOT_SIZE = 16.0, 13.0, 12.0, 9.0
AFTER_POINT, AFTER_LEAD = 6.0, 3.0
TILES_HEIGHT = 100.0
TITLE_SIZE = 24.0

_LEAD = 3
"""So few findings stand above the table or chart that they are about."""

_INTERVAL = re.compile(r"\s*\[[^\]]*\]")
_P = re.compile(r"[,，]\s*p\s*[<=]\s*[\d.]+(?=[)）.。,，;；]|$)")


@dataclass(frozen=True, slots=True)
class Point:
    """One statement of a list, or the head of those that follow."""

    text: str
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide: a title and one thing under it.

    Attributes
    ----------
    title : str
        What was found, or what is shown; no two slides have the same.
    section : str
        The part of the report that it belongs to.
    lead : tuple of str
        Findings above a table or chart.
    size : float
        Of the table's text, in points.
    caption : str
        Of the table or figure, where the title is a finding.
    foot : str
        Base, unit, interval and the rules of the marks.
    speech : str
        For the speaker's notes: the running text of the report.
    """

    title: str
    section: str = ""
    cover: Cover | None = None
    tiles: tuple[Tile, ...] = ()
    points: tuple[Point, ...] = ()
    lead: tuple[str, ...] = ()
    table: Table | None = None
    size: float = 0.0
    figure: Figure | None = None
    caption: str = ""
    foot: str = ""
    speech: str = ""


def plan_slides(document: Document, room: Room = WIDE) -> tuple[Slide, ...]:
    """Cut a document into slides.

    Parameters
    ----------
    document : Document
    room : Room
        On a slide under its title, the foot with it, in points.

    Returns
    -------
    tuple of Slide
        A title slide first; a slide for every table and figure, long tables over several; running
        text in the speaker's notes. Bars inside table cells are left out: the numbers stand
        beside them.
    """
    planner = _Planner(room, document.words.get("bars", ""))
    return tuple(_numbered(planner.plan(document.blocks)))


def headline(finding: str) -> str:
    """Return a finding as a title: without interval and p-value, which stand in its full form.

    Examples
    --------
    >>> headline("Broadband: B is higher than A (by 9.4 points [6.8, 12.1], p < 0.001).")
    'Broadband: B is higher than A (by 9.4 points)'
    """
    return _P.sub("", _INTERVAL.sub("", finding)).rstrip(".。 ")


def foot_height(foot: str, width: float) -> float:
    """Return the height of the notes at the foot of a slide."""
    return height_of([foot], FOOT_SIZE, width) + 6.0 if foot else 0.0


class _Planner:
    """Remembers headings, tiles, statements and running text that wait for their slide."""

    def __init__(self, room: Room, bars: str) -> None:
        self.room, self.bars = room, bars
        self.section = self.heading = self.group = ""
        self.tiles: tuple[Tile, ...] = ()
        self.points: list[Point] = []
        self.lead: tuple[str, ...] = ()
        self.speech: list[str] = []

    def plan(self, blocks: Iterable[Block]) -> Iterator[Slide]:
        for block in blocks:
            if isinstance(block, Heading):
                yield from self._open(block)
            elif isinstance(block, Paragraph):
                self.speech.append(block.text)
            elif isinstance(block, Tiles):
                self.tiles = block.tiles
            elif isinstance(block, Bullets):
                self._collect(block.items)
            else:
                yield from self._slides(block)
        yield from self._flush()

    def _open(self, heading: Heading) -> Iterator[Slide]:
        if heading.level > 2:
            self.group = heading.text
            return
        if heading.level == 1 or not self.tiles:
            yield from self._flush()
        self.group = ""
        self.heading = heading.text if heading.level == 2 else ""
        self.section = heading.text if heading.level == 1 else self.section

    def _collect(self, items: tuple[str, ...]) -> None:
        """Keep findings: a few for the table or chart that follows, many for a slide."""
        if len(items) <= _LEAD and not (self.group or self.tiles or self.points or self.lead):
            self.lead = items
            return
        if self.group:
            self.points.append(Point(self.group, head=True))
        self.points += [Point(text) for text in (*self.lead, *items)]
        self.group, self.lead = "", ()

    def _flush(self) -> Iterator[Slide]:
        """Set what waits and has found no table or chart."""
        points = [*map(Point, self.lead), *self.points]
        self.points, self.lead = [], ()
        if points or self.tiles:
            yield from self._statements(points, self.heading or self.section)

    def _slides(self, block: Block) -> Iterator[Slide]:
        if self.points or (self.tiles and not isinstance(block, Callout)):
            yield from self._flush()
        if isinstance(block, Cover):
            yield Slide(title=block.title, cover=block)
        elif isinstance(block, Callout):
            texts = (block.text, *block.items) if block.text else block.items
            yield from self._statements([Point(text) for text in texts], block.title)
        elif isinstance(block, Facts):
            yield from self._tables(_facts_table(block))
        elif isinstance(block, Table):
            yield from self._tables(without_ranges(block, self.bars))
        elif isinstance(block, Figure):
            yield self._slide(block.caption, block.notes, figure=block)

    def _statements(self, points: list[Point], title: str) -> Iterator[Slide]:
        """Fill slides with statements; a head never stands last."""
        while points or self.tiles:
            room = self.room.height - (TILES_HEIGHT if self.tiles else 0.0)
            taken = 0
            while taken < len(points) and self._height(points[: taken + 1]) <= room:
                taken += 1
            least = 2 if points and points[0].head else 1
            taken = max(taken, least)
            if least < taken < len(points) and points[taken - 1].head:
                taken -= 1
            yield Slide(title=title, section=self.section, tiles=self.tiles,
                        points=tuple(points[:taken]), speech=self._spoken())  # fmt: skip
            self.tiles = ()
            points = [*_continued(points, taken), *points[taken:]]

    def _height(self, points: list[Point]) -> float:
        texts = [point.text for point in points]
        return height_of(texts, POINT_SIZE, self.room.width - 20, after=AFTER_POINT)

    def _tables(self, table: Table) -> Iterator[Slide]:
        if not table.rows:
            return
        foot = foot_height("  ".join(table.notes), self.room.width)
        whole = Room(self.room.width, self.room.height - foot)
        lead = height_of(self.lead, LEAD_SIZE, self.room.width - 20, after=AFTER_LEAD)
        if self.lead:
            lead += CAPTION_SIZE * 2
        for part in fit_table(table, whole, lead=lead):
            yield self._slide(table.caption, table.notes, table=part.table, size=part.size)

    def _slide(
        self, caption: str, notes: tuple[str, ...], *, table: Table | None = None,
        size: float = 0.0, figure: Figure | None = None,
    ) -> Slide:  # fmt: skip
        """Put findings that wait above a table or figure; the first of them is its title."""
        title = headline(self.lead[0]) if self.lead else ""
        if not title or lines_of(title, TITLE_SIZE * 0.8, self.room.width) > 2:
            title = caption or self.heading or self.section
        lead = tuple(text for text in self.lead if text.rstrip(".。 ") != title)
        slide = Slide(
            title=title, section=self.section, lead=lead, table=table, size=size,
            figure=figure, caption="" if title == caption else caption,
            foot="  ".join(notes), speech=self._spoken(),
        )  # fmt: skip
        self.lead = ()
        return slide

    def _spoken(self) -> str:
        text, self.speech = "\n\n".join(self.speech), []
        return text


def _continued(points: list[Point], taken: int) -> list[Point]:
    """Return the head under which statements go on on the next slide."""
    heads = [point for point in points[:taken] if point.head]
    return heads[-1:] if taken < len(points) and not points[taken].head else []


def _numbered(slides: Iterable[Slide]) -> Iterator[Slide]:
    """Tell slides with one title apart: by their section, then by their number among the alike."""
    slides = list(slides)
    sections: dict[str, set[str]] = {}
    for slide in slides:
        sections.setdefault(slide.title, set()).add(slide.section)
    titles = [
        f"{slide.title} · {slide.section}" if len(sections[slide.title]) > 1 else slide.title
        for slide in slides
    ]
    seen: Counter[str] = Counter()
    for slide, title in zip(slides, titles, strict=True):
        seen[title] += 1
        count = titles.count(title)
        yield replace(slide, title=f"{title} ({seen[title]}/{count})" if count > 1 else title)


def _facts_table(facts: Facts) -> Table:
    columns = (Column("", width=1), Column("", width=3))
    return Table(caption="", columns=columns, rows=facts.pairs, notes=(), dense=True)
