"""What the sheets of a report show, and how its columns become columns of a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csi.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Facts,
    Flagged,
    Heading,
    Interval,
    Score,
    Table,
    Tiles,
    without_ranges,
)
from csi.report.workbook.looks import text_width

LEAST = 7.0
"""Width of the narrowest column, in characters."""


@dataclass(frozen=True, slots=True)
class Section:
    """What one sheet shows."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def captions(self) -> tuple[str, ...]:
        """Of its tables."""
        found = [block.caption for block in self.blocks if isinstance(block, Table)]
        return tuple(caption for caption in found if caption)


def sections_of(document: Document) -> tuple[Section, ...]:
    """Return the sections of a document that have anything for a sheet."""
    sections: list[tuple[str, list[Block]]] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            sections.append((block.text, []))
        elif sections:
            if isinstance(block, Table):
                block = without_ranges(block, document.words.get("bars", ""))
            sections[-1][1].append(block)
    kept = (Table, Facts, Bullets)
    return tuple(
        Section(title, tuple(blocks))
        for title, blocks in sections
        if any(isinstance(block, kept) for block in blocks)
    )


def pairs_of(tiles: Tiles) -> list[tuple[str, str]]:
    """Return headline numbers as pairs of a name and what is said of it."""
    return [(tile.label, f"{tile.value}   {tile.detail}") for tile in tiles.tiles]


def kind_of(cells: Sequence[Cell]) -> str:
    """Return what a column of the report becomes: several columns for scores and intervals."""
    if any(isinstance(cell, Score) for cell in cells):
        return "score"
    return "interval" if any(isinstance(cell, Interval) for cell in cells) else ""


def parts_of(kind: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """Return the heads of the columns that a column of the report becomes."""
    if kind == "score":
        return (words["score"], words["low"], words["high"], "n", words["marks"])
    return (words["low"], words["high"]) if kind == "interval" else ()


def widths_of(column: Column, cells: Sequence[Cell], document: Document) -> list[float]:
    """Return the widths of the columns that a column of the report becomes."""
    parts = parts_of(kind_of(cells), document.words)
    if parts:
        share = (text_width(column.header) + 2) / len(parts)
        return [max(text_width(part) + 2, share, LEAST) for part in parts]
    longest = max((text_width(str(cell.text if isinstance(cell, Flagged) else cell))
                   for cell in cells), default=0.0)  # fmt: skip
    words = max((text_width(word) for word in column.header.split()), default=0.0)
    head = max(words, text_width(column.header) / 2)
    return [max(longest, head) * 1.1 + 2]


def digits_of(decimals: int) -> str:
    """Return the number format with so many decimals and a true minus sign."""
    plain = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    return f"{plain};\u2212{plain}"
