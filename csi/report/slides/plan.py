"""What goes on which slide: a document cut into slides, with no word about PowerPoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from csi.report.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Column,
    Cover,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Score,
    Table,
    Tile,
    Tiles,
)

_ROOM = 28.0
"""Lines of table text that a slide has room for."""

_BULLETS = 9
_LEAD = 3
"""So few findings stand above the table that they are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide: a title and one thing under it.

    Attributes
    ----------
    caption : str
        Of the table or figure.
    foot : str
        Base, unit, interval and the rules of the marks.
    speech : str
        For the speaker's notes: the running text of the report.
    """

    title: str
    cover: Cover | None = None
    tiles: tuple[Tile, ...] = ()
    bullets: tuple[str, ...] = ()
    table: Table | None = None
    figure: Figure | None = None
    caption: str = ""
    foot: str = ""
    speech: str = ""


def plan_slides(document: Document) -> tuple[Slide, ...]:
    """Cut a document into slides.

    Parameters
    ----------
    document : Document

    Returns
    -------
    tuple of Slide
        A title slide first; a slide for every table and figure, long tables over several; running
        text in the speaker's notes. Bars inside table cells are left out: the numbers stand
        beside them.
    """
    return tuple(_Planner().plan(document.blocks))


class _Planner:
    """Remembers the heading, the tiles and the running text that wait for their slide."""

    def __init__(self) -> None:
        self.title = ""
        self.tiles: tuple[Tile, ...] = ()
        self.speech: list[str] = []
        self.lead: tuple[str, ...] = ()

    def plan(self, blocks: Iterable[Block]) -> Iterator[Slide]:
        for block in blocks:
            if isinstance(block, Heading):
                self.title = block.text if block.level == 1 else self.title
            elif isinstance(block, Paragraph):
                self.speech.append(block.text)
            elif isinstance(block, Tiles):
                self.tiles = block.tiles
            else:
                yield from self._slides(block)

    def _slides(self, block: Block) -> Iterator[Slide]:
        if isinstance(block, Cover):
            yield Slide(title=block.title, cover=block)
        elif isinstance(block, Bullets) and len(block.items) <= _LEAD and not self.tiles:
            self.lead = block.items
        elif isinstance(block, Bullets):
            yield from self._bullets(block.items, self.title)
        elif isinstance(block, Callout):
            items = (block.text, *block.items) if block.text else block.items
            yield from self._bullets(items, block.title)
        elif isinstance(block, Facts):
            yield from self._tables(_facts_table(block))
        elif isinstance(block, Table):
            yield from self._tables(without_ranges(block))
        elif isinstance(block, Figure):
            yield Slide(title=self.title, figure=block, caption=block.caption,
                        foot="  ".join(block.notes), speech=self._spoken())  # fmt: skip

    def _bullets(self, items: tuple[str, ...], title: str) -> Iterator[Slide]:
        most = _BULLETS - (3 if self.tiles else 0)
        while items:
            yield Slide(title=title, tiles=self.tiles, bullets=items[:most], speech=self._spoken())
            self.tiles, items, most = (), items[most:], _BULLETS

    def _tables(self, table: Table) -> Iterator[Slide]:
        for part in _parts(table, _ROOM - 2.2 * len(self.lead)):
            yield Slide(title=self.title, table=part, caption=table.caption, bullets=self.lead,
                        foot="  ".join(table.notes), speech=self._spoken())  # fmt: skip
            self.lead = ()

    def _spoken(self) -> str:
        text, self.speech = "\n\n".join(self.speech), []
        return text


def without_ranges(table: Table) -> Table:
    """Leave out the columns that hold bars."""
    kept = [i for i, column in enumerate(table.columns) if column.scale is None]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
    )


def _facts_table(facts: Facts) -> Table:
    columns = (Column("", width=1), Column("", width=3))
    return Table(caption="", columns=columns, rows=facts.pairs, notes=(), dense=True)


def _parts(table: Table, room: float) -> Iterator[Table]:
    """Cut a table where a slide is full: the first has less room, under the findings."""
    start, filled = 0, 0.0
    for number, row in enumerate(table.rows):
        height = _height(row)
        if number > start and filled + height > room:
            yield _rows(table, start, number)
            start, filled, room = number, 0.0, _ROOM
        filled += height
    if len(table.rows) > start:
        yield _rows(table, start, len(table.rows))


def _height(row: tuple[Cell, ...]) -> float:
    """Return about how many lines a row takes."""
    if any(isinstance(cell, Score) for cell in row):
        return 2.4
    longest = max((len(str(cell)) for cell in row if isinstance(cell, str)), default=0)
    return 1.5 + longest // 80


def _rows(table: Table, start: int, end: int) -> Table:
    strong = frozenset(i - start for i in table.strong if start <= i < end)
    return replace(table, rows=table.rows[start:end], strong=strong)
