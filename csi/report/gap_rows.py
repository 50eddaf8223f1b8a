"""Our gaps to the competitors by part, read from the results."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from csi.report.document import Interval, Number
from csi.report.reading import Reading
from csi.report.rows import Code, plain, towards
from csi.report.wave_rows import PartRow, part_row
from csi.report.wording import Level, Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """Our score minus a competitor's, and its parts by name."""

    own: Code
    rival: Code
    parts: Mapping[str, PartRow]


def gap_rows(reading: Reading) -> tuple[GapRow, ...]:
    """Return the gaps that were explained, over all lines."""
    rows = []
    for gap in reading.results.gap_parts:
        table = gap.tidy()
        parts = {
            str(row["part"]): part_row(row) for row in table[table["by"] == ""].to_dict("records")
        }
        rows.append(GapRow(own=plain(gap.after), rival=plain(gap.before), parts=parts))
    return tuple(rows)


def explained_gaps(reading: Reading) -> list[Phrase]:
    """Say what goes with our gaps: where a test found one, and another mix is clearly a part."""
    decided = {frozenset((t.a, t.b)) for t in reading.group_tests() if t.decided}
    phrases = []
    for row in gap_rows(reading):
        if frozenset((row.own, row.rival)) not in decided or not row.parts["mix"].clear:
            continue
        values: dict[str, object] = {
            "own": Level(reading.group or "", row.own),
            "other": Level(reading.group or "", row.rival),
            "total": Number(row.parts["total"].value),
        }
        for name in ("mix", "level"):
            part = row.parts[name]
            values |= {name: Number(part.value), f"{name}_interval": Interval(part.low, part.high)}
        unlike = owed_to_questions(reading, row)
        known = not math.isnan(unlike)
        key = "finding.gap_explained_unlike" if known else "finding.gap_explained"
        phrases.append(Phrase(key, values | ({"unlike": Number(unlike)} if known else {})))
    return phrases


def owed_to_questions(reading: Reading, row: GapRow) -> float:
    """Return the points of a gap that unlike questions make; NaN where they make none."""
    for test in reading.group_tests():
        if {test.a, test.b} == {row.own, row.rival} and test.partial:
            mine = towards(row.own, test)
            return mine.difference - mine.corrected
    return math.nan
