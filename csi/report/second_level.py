"""The lines of a summary about elements, gaps, waves, complaints and regions, where they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from csi.questionnaire.schema import Language

if TYPE_CHECKING:
    from csi.comparison import Decomposition
    from csi.report.book import StudyResults

_WEAKEST = 3
_PARTS = ("mix", "level", "weights", "remainder")


def second_level(results: StudyResults, language: Language) -> Iterator[str]:
    """Yield a line or two for each kind of result that there is.

    Parameters
    ----------
    results : StudyResults
    language : Language
        Of names; the words are English.
    """
    yield from _elements(results, language)
    yield from _boards(results, language)
    for gap in results.gap_parts:
        pair = [_level(results, gap.across, code, language) for code in (gap.after, gap.before)]
        yield f"Gap {pair[0]} \u2212 {pair[1]}: {_said_parts(gap)}"
    yield from _trend(results)
    for change in results.decomposition:
        if not change.within:
            yield f"Change {change.before} to {change.after}: {_said_parts(change)}"
    yield from _ladder(results)
    yield from _regions(results, language)


def _elements(results: StudyResults, language: Language) -> Iterator[str]:
    everybody = results.elements.get(())
    if everybody is None:
        return
    table = everybody.tidy()
    table = table[(table["measure"] == "score") & (table["flag"] != "suppressed")]
    lowest = table.nsmallest(_WEAKEST, "estimate")
    named = (
        f"{results.questionnaire.element_label(str(row['term']), language)} {row['estimate']:.1f}"
        for row in lowest.to_dict("records")
    )
    yield f"Elements ({len(table)}, scored by their users), the lowest: {', '.join(named)}"


def _boards(results: StudyResults, language: Language) -> Iterator[str]:
    if not results.short_boards:
        return
    found = []
    for board in results.short_boards:
        table = board.tidy()
        for row in table[table["verdict"] == "short board"].to_dict("records"):
            name = (
                results.questionnaire.element_label
                if board.kind == "element"
                else results.questionnaire.construct_label
            )(str(row["term"]), language)
            place = [_level(results, item, row[item], language) for item in board.within]
            rival = _level(results, board.across, row["best"], language)
            where = f" ({', '.join(place)})" if place else ""
            found.append(f"{name}{where}, {abs(row['estimate']):.1f} points behind {rival}")
    yield f"Short-boards: {'; '.join(dict.fromkeys(found)) or 'none found'}"


def _trend(results: StudyResults) -> Iterator[str]:
    if not results.trend:
        return
    trend = results.trend[0]
    broken = sorted({str(subject) or "all" for subject in trend.breaks["subject"]})
    ends = f"; series end for {', '.join(broken)}" if broken else ""
    yield f"Trend: {len(trend.waves)} waves, {trend.waves[0]} to {trend.waves[-1]}{ends}"


def _ladder(results: StudyResults) -> Iterator[str]:
    ladder = results.complaint_ladder
    if ladder is not None:
        gaps = ladder.gaps_tidy()
        found = int(gaps["verdict"].isin(["higher", "lower"]).sum())
        yield f"Complaint ladder: {len(ladder.steps)} steps, {found} of {len(gaps)} gaps found"


def _regions(results: StudyResults, language: Language) -> Iterator[str]:
    regions = results.regions
    if regions is None:
        return
    table = regions.tidy()
    table = table[(table["measure"] == "adjusted") & table["tier"].notna()]
    tiers = int(table["tier"].nunique())
    line = f"Regions: {len(table)} in {tiers} tier{'' if tiers == 1 else 's'}"
    if tiers > 1:
        lowest = table[table["tier"] == table["tier"].max()]
        names = [_level(results, regions.region, c, language) for c in lowest[regions.region]]
        line += f"; the lowest: {', '.join(names)}"
    yield line


def _said_parts(explained: Decomposition) -> str:
    table = explained.tidy()
    points = table[table["by"] == ""].set_index("part")["estimate"]
    said = ", ".join(f"{part} {points[part]:+.1f}" for part in _PARTS if abs(points[part]) >= 0.05)
    return f"{points['total']:+.1f} points ({said or 'no part reaches 0.05'})"


def _level(results: StudyResults, item: str, code: Any, language: Language) -> str:
    return results.questionnaire.level_label(item, code, language)
