"""Parts that several sections share: notes of tables, score cells, scales of range columns."""

from __future__ import annotations

import math
from collections.abc import Iterable

from csi.report.charts.intervals import IntervalGroup
from csi.report.charts.scale import limits
from csi.report.document import NO_NUMBER, Cell, Flagged, Number, Score, format_number
from csi.report.reading import Reading
from csi.report.rows import Code, DriverRow, ScoreRow, base_rules
from csi.report.wording import Wording


def score_cell(row: ScoreRow | None, letters: str = "") -> Cell:
    """Return a score with its interval, base, letters and small-base mark; empty for no data."""
    if row is None:
        return ""
    return Score(row.estimate, row.low, row.high, row.n, letters, row.flag)


def range_scale(rows: Iterable[ScoreRow | None]) -> tuple[float, float]:
    """Return limits that hold every interval, on whole fives, inside 0-100."""
    shown = [row for row in rows if row is not None and row.shown]
    low, high = limits([end for row in shown for end in (row.low, row.high, row.estimate)])
    return max(0.0, 5 * math.floor(low / 5)), min(100.0, 5 * math.ceil(high / 5))


def range_header(scale: tuple[float, float]) -> str:
    """Return the header of a range column: the limits of its scale."""
    return f"{scale[0]:.0f}\u2013{scale[1]:.0f}"


def rank_span(low: int, high: int) -> str:
    """Return a range of ranks, ``2`` or ``1–3``."""
    return str(low) if low == high else f"{low}\u2013{high}"


def score_notes(
    words: Wording,
    rows: Iterable[ScoreRow | None],
    *,
    letters: bool,
    scope: str = "note.letters_group",
    ranged: tuple[float, float] | None = None,
) -> tuple[str, ...]:
    """Return base, unit, interval, and the rules of the marks that the rows really carry."""
    suppress, mark = base_rules()
    flags = {row.flag for row in rows if row is not None}
    notes = [words("note.base_shown"), words("note.unit_index"), words("note.interval")]
    if ranged:
        notes.append(words("note.range", low=round(ranged[0]), high=round(ranged[1])))
    if letters:
        notes.append(words(scope))
    if "low" in flags:
        notes.append(words("note.low", limit=mark))
    if "suppressed" in flags:
        notes.append(words("note.suppressed", limit=suppress))
    return tuple(notes)


def group_header(reading: Reading, words: Wording, group: Code) -> str:
    """Return the column header of a group: its name and letter."""
    name = words.level(reading.group, group)
    return f"{name} ({reading.letter(group)})"


def highest_and_lowest(groups: Iterable[IntervalGroup], decimals: int = 1) -> tuple[str, str]:
    """Name the rows of a chart with the highest and the lowest value, for its alternative text."""
    shown = [
        (row.value, f"{group.title} {row.label}".strip())
        for group in groups
        for row in group.rows
        if math.isfinite(row.value)
    ]
    if not shown:
        return NO_NUMBER, NO_NUMBER
    ends = (max(shown, key=lambda pair: pair[0]), min(shown, key=lambda pair: pair[0]))
    high, low = (f"{label} {format_number(value, decimals)}" for value, label in ends)
    return high, low


def item_names(reading: Reading, words: Wording, items: Iterable[str]) -> tuple[str, ...]:
    """Name items in a note: by their short names, as line or group, or as the file calls them."""
    known = {reading.line: "column.line", reading.group: "column.group"}
    return tuple(words.item_name(item, known.get(item, "")) for item in items)


def polarity_notes(reading: Reading, words: Wording) -> tuple[str, ...]:
    """Name the constructs of which less is better; nothing where there is none."""
    lower = [words.construct(c) for c in reading.constructs if reading.lower_is_better(c)]
    return (words("note.polarity", constructs=words.join(lower)),) if lower else ()


def driver_weight(reading: Reading, driver: DriverRow) -> Number:
    """Return the weight of a driver: points per point, or per cent of the explained variance."""
    if reading.results.drivers.shown == "importance":
        return Number(driver.weight, 2)
    return Number(100 * driver.weight)


def verdict_cell(words: Wording, verdict: str) -> Flagged:
    """Return the verdict of a test; a tone only where something was found."""
    decided = verdict in ("higher", "lower")
    key = f"verdict.{verdict.replace(' ', '_')}"
    return Flagged(words(key), "accent" if decided else "quiet")
