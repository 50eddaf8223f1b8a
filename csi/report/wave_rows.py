"""Changes, trends and their explanation, read from the results for the sections."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csi.report.charts.trend import TrendPoint
from csi.report.rows import Code, plain
from csi.results import base_flag

if TYPE_CHECKING:
    from csi.comparison import Decomposition, Trend
    from csi.report.book import StudyResults

Where = tuple[tuple[str, Code], ...]

_NUMBERS = (
    "estimate", "conf_low", "conf_high", "corrected", "corrected_low", "corrected_high",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change of one construct in one group; numbers that must not be read are NaN."""

    where: Where
    before: str
    after: str
    term: str
    difference: float
    low: float
    high: float
    p: float
    verdict: str
    basis: str
    items: str
    reason: str
    partial: bool
    corrected: float
    corrected_low: float
    corrected_high: float

    @property
    def obstacle(self) -> str:
        """What keeps the change from a verdict: "mode", "design", "questions", "measurement"."""
        if self.verdict != "not comparable":
            return ""
        kind, colon, _ = self.reason.partition(": ")
        if not self.reason:
            return "measurement"
        return kind if colon and kind in ("mode", "design") else "questions"

    @property
    def moved(self) -> bool:
        """Whether the test found a change."""
        return self.verdict in ("moved up", "moved down")

    @property
    def tested(self) -> bool:
        """Whether there was a test."""
        return not math.isnan(self.p)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One part of an explained change, with its interval."""

    part: str
    value: float
    std_error: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def change_rows(results: StudyResults) -> tuple[ChangeRow, ...]:
    """Return every change: of everybody, then of the groups of each grouping."""
    return tuple(
        _change(row, comparison.within)
        for comparison in results.changes
        for row in comparison.tidy().to_dict("records")
    )


def _change(row: Mapping[Any, Any], within: tuple[str, ...]) -> ChangeRow:
    verdict = str(row["verdict"])
    hidden = verdict in ("base too small", "not comparable")
    numbers = [math.nan if hidden else float(row[c]) for c in _NUMBERS]
    return ChangeRow(
        where=tuple((name, plain(row[name])) for name in within),
        before=str(row["before"]),
        after=str(row["after"]),
        term=str(row["term"]),
        difference=numbers[0],
        low=numbers[1],
        high=numbers[2],
        p=float(row["p_adjusted"]),
        verdict=verdict,
        basis=str(row["basis"]),
        items=str(row["items"]),
        reason=str(row["reason"]),
        partial=row["comparability"] == "partially comparable" and not math.isnan(numbers[3]),
        corrected=numbers[3],
        corrected_low=numbers[4],
        corrected_high=numbers[5],
    )


def trend_of(results: StudyResults, within: tuple[str, ...]) -> Trend | None:
    """Return the trend of a grouping."""
    return next((t for t in results.trend if t.within == within), None)


def trend_points(
    trend: Trend, term: str, where: Mapping[str, Code]
) -> tuple[TrendPoint, ...] | None:
    """Return the points of one group over all waves; None where it has none."""
    table = trend.points
    chosen = (table["term"] == term) & (table["basis"] == "all items")
    for name, code in where.items():
        chosen &= table[name].map(plain) == code
    rows = {str(row["wave"]): row for row in table[chosen].to_dict("records")}
    if not rows:
        return None
    return tuple(_point(rows.get(wave)) for wave in trend.waves)


def _point(row: Mapping[Any, Any] | None) -> TrendPoint:
    if row is None or row["flag"] == "suppressed":
        return TrendPoint(value=math.nan, low=math.nan, high=math.nan)
    value, low, high = (float(row[c]) for c in ("estimate", "conf_low", "conf_high"))
    return TrendPoint(value=value, low=low, high=high, segment=int(row["segment"]))


def explained(
    results: StudyResults,
) -> Iterator[tuple[Decomposition, Where, tuple[PartRow, ...], Mapping[str, float]]]:
    """Yield each explained change: its group, its parts in order, and the two scores.

    Parts on too small a base are NaN.
    """
    for found in results.decomposition:
        table = found.tidy()
        table = table[table["by"] == ""]
        for score in found.scores.to_dict("records"):
            where = tuple((name, plain(score[name])) for name in found.within)
            own = table
            for name, code in where:
                own = own[own[name].map(plain) == code]
            parts = tuple(part_row(row) for row in own.to_dict("records"))
            yield found, where, parts, {str(k): float(v) for k, v in score.items()
                                        if k in ("score_before", "score_after")}  # fmt: skip


def part_row(row: Mapping[Any, Any]) -> PartRow:
    """Read one part; NaN on too small a base."""
    hidden = base_flag(float(row["n_eff"])) == "suppressed"
    value, error, low, high = (
        math.nan if hidden else float(row[c])
        for c in ("estimate", "std_error", "conf_low", "conf_high")
    )
    return PartRow(part=str(row["part"]), value=value, std_error=error, low=low, high=high)
