"""Findings about changes: only what a test found, and what explains it."""

from __future__ import annotations

from csi.report.document import Interval, Number, PValue
from csi.report.reading import Reading
from csi.report.wave_rows import ChangeRow, Where, explained
from csi.report.wording import Construct, Level, Phrase, WaveName


def movements(reading: Reading) -> list[Phrase]:
    """Say what moved since the wave before: a phrase per group; one where nothing did.

    The index is told of everybody and every group; other constructs where each is us within a line,
    which is where something can be done. The tables have the rest.
    """
    rows = [row for row in reading.changes if row.before == _wave_before(reading)]
    if not rows:
        return []
    by_place: dict[Where, list[ChangeRow]] = {}
    for row in rows:
        if row.moved and row.basis == "all items" and _told(reading, row):
            by_place.setdefault(row.where, []).append(row)
    phrases = [
        Phrase(
            "finding.moved",
            {
                "scope": named_place(reading, where),
                "wave": WaveName(rows[0].before),
                "changes": tuple(_part(reading, row) for row in moved),
            },
        )
        for where, moved in by_place.items()
    ]
    tests = sum(row.tested for row in rows)
    if not phrases and tests:
        values = {"wave": WaveName(rows[0].before), "tests": tests}
        phrases.append(Phrase("finding.nothing_moved", values))
    return phrases


def explanations(reading: Reading) -> list[Phrase]:
    """Say how much of a change is another mix of customers: where the change is beyond chance."""
    phrases = []
    moved = {
        row.where for row in reading.changes
        if row.moved and row.term == reading.index and row.before == _wave_before(reading)
    }  # fmt: skip
    for found, where, parts, _ in explained(reading.results):
        by_name = {part.part: part for part in parts}
        ours = not where or where == ((reading.group, reading.own),)
        if where not in moved or not ours or str(found.before) != _wave_before(reading):
            continue
        values: dict[str, object] = {
            "scope": named_place(reading, where),
            "total": Number(by_name["total"].value),
            "wave": WaveName(str(found.before)),
        }
        for name in ("mix", "level"):
            part = by_name[name]
            values |= {name: Number(part.value), f"{name}_interval": Interval(part.low, part.high)}
        phrases.append(Phrase("finding.explained", values))
    return phrases


def broken(reading: Reading) -> list[Phrase]:
    """Say of which constructs no change can be told since the wave before, and why."""
    terms: dict[str, dict[str, None]] = {}
    for row in reading.changes:
        if row.obstacle and row.before == _wave_before(reading):
            terms.setdefault(row.obstacle, {})[row.term] = None
    wave = WaveName(_wave_before(reading))
    return [
        Phrase(
            f"caution.broken_{obstacle}",
            {"constructs": tuple(Construct(term) for term in found), "wave": wave},
        )
        for obstacle, found in terms.items()
    ]


def named_place(reading: Reading, where: Where) -> Phrase:
    """Name a group, or everybody."""
    if not where:
        return Phrase("scope.everybody", {})
    levels = [Level(item, code) for item, code in where]
    if len(levels) == 2:
        return Phrase("scope.cell", {"line": levels[0], "group": levels[1]})
    return Phrase("scope.one", {"group": levels[0]})


def _wave_before(reading: Reading) -> str:
    changes = reading.results.changes
    return str(changes[0].gaps["before"].iloc[0]) if changes else ""


def _told(reading: Reading, row: ChangeRow) -> bool:
    places = dict(row.where)
    finest = len(places) == len(reading.results.study.by)
    return row.term == reading.index or (finest and places.get(reading.group or "") == reading.own)


def _part(reading: Reading, row: ChangeRow) -> Phrase:
    """Say how far a construct moved; sizes are without a sign, as the words say the direction."""
    up = row.difference > 0
    worse = Phrase("finding.lower_is_better", {}) if reading.lower_is_better(row.term) else ""
    values = {
        "construct": Construct(row.term),
        "polarity": worse,
        "difference": Number(abs(row.difference)),
        "interval": size(row.low, row.high),
        "p": PValue(row.p),
        "unlike": "",
    }
    if row.partial:
        sign = 1.0 if up else -1.0
        low, high = sorted((sign * row.corrected_low, sign * row.corrected_high))
        values["unlike"] = Phrase(
            "finding.without_unlike",
            {"corrected": Number(sign * row.corrected), "interval": Interval(low, high)},
        )
    return Phrase("finding.moved_up" if up else "finding.moved_down", values)


def size(low: float, high: float) -> Interval:
    """Return the interval of a difference whose direction is told in words: as of a size."""
    return Interval(-high, -low) if high < 0 else Interval(low, high)
