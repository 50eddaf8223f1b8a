"""What a report may say: findings drawn only from tested verdicts and shown tables.

A finding is a `Phrase`: a key of the text catalogue and frozen values. Both languages word the
same phrases, so they cannot say different things.
"""

from __future__ import annotations

import math

from csi.report.document import Interval, Number, PValue
from csi.report.element_findings import complaint, regional, short_boards
from csi.report.gap_rows import explained_gaps
from csi.report.reading import Reading
from csi.report.rows import Code, Difference, DriverRow, towards
from csi.report.wave_findings import explanations, movements
from csi.report.wording import Construct, Either, Level, Phrase

_SHARED_FROM = 2
"""Lines without a decided difference from which on they share a sentence."""


def findings(reading: Reading) -> tuple[Phrase, ...]:
    """Return the findings of the summary, the most important first."""
    return tuple(phrase for _, phrases in grouped_findings(reading) for phrase in phrases)


def grouped_findings(reading: Reading) -> tuple[tuple[str, tuple[Phrase, ...]], ...]:
    """Return the findings of the summary by what they are about: key of the heading, phrases."""
    boards = (phrase for phrase in short_boards(reading) if phrase.key == "finding.short_board")
    groups = {
        "summary.level": (*_level(reading), *_extremes(reading)),
        "summary.moved": (*movements(reading), *explanations(reading)),
        "summary.ahead": (
            *group_differences(reading, None),
            *explained_gaps(reading),
            *_differences_by_line(reading),
            *_line_differences(reading),
        ),
        "summary.matters": (*_leading_driver(reading), *_priorities(reading), *boards),
        "summary.where": (*regional(reading), *complaint(reading)),
    }
    return tuple((key, phrases) for key, phrases in groups.items() if phrases)


def priorities(drivers: tuple[DriverRow, ...]) -> tuple[DriverRow, ...]:
    """Return drivers that are above the mean weight and below the mean performance.

    Both intervals must be clear of the mean: a driver that may lie on either side of it is no
    priority.
    """
    if not drivers:
        return ()
    weight = math.fsum(d.weight for d in drivers) / len(drivers)
    performance = math.fsum(d.performance for d in drivers) / len(drivers)
    return tuple(d for d in drivers if d.weight_low > weight and d.performance_high < performance)


def leading_drivers(drivers: tuple[DriverRow, ...]) -> tuple[DriverRow, ...]:
    """Return every driver whose rank interval reaches the first rank, strongest first."""
    return tuple(d for i, d in enumerate(drivers) if i == 0 or d.rank_low == 1)


def _level(reading: Reading) -> list[Phrase]:
    row = reading.overall
    values = {
        "index": Construct(reading.index),
        "value": Number(row.estimate),
        "interval": Interval(row.low, row.high),
        "n": row.n,
    }
    phrases = [Phrase("finding.level", values)]
    own = reading.own
    if own is not None and (mine := reading.score(reading.where(group=own))) and mine.shown:
        phrases.append(
            Phrase(
                "finding.own",
                {
                    "own": Level(reading.group or "", own),
                    "value": Number(mine.estimate),
                    "interval": Interval(mine.low, mine.high),
                    "n": mine.n,
                },
            )
        )
    return phrases


def group_differences(reading: Reading, line: Code | None) -> list[Phrase]:
    """One phrase per group that is significantly higher than others; one where none is."""
    tests = [t for t in reading.group_tests(line) if t.tested]
    if not tests or reading.group is None:
        return []
    scope = scope_of(reading, line)
    phrases = []
    for group in reading.groups:
        gaps = _gaps_below(reading.group, group, tests)
        if gaps:
            values = {"scope": scope, "group": Level(reading.group, group), "gaps": gaps}
            phrases.append(Phrase("finding.higher", values))
    if not phrases:
        smallest = min(t.p for t in tests)
        values = {"scope": scope, "tests": len(tests), "p": PValue(smallest)}
        key = "finding.no_difference" if len(tests) > 1 else "finding.no_difference_one"
        phrases.append(Phrase(key, values))
    return phrases


def construct_differences(reading: Reading, line: Code | None) -> list[Phrase]:
    """Say on which constructs besides the index we are better or worse than each competitor."""
    own = reading.own
    if own is None or reading.group is None:
        return []
    phrases = []
    for rival in reading.groups[1:]:
        found: dict[str, list[object]] = {"finding.better": [], "finding.worse": []}
        for term in reading.constructs:
            test = _pair(reading, line, term, own, rival)
            if term == reading.index or test is None or not test.decided:
                continue
            good = (towards(own, test).verdict == "higher") != reading.lower_is_better(term)
            name = Construct(term)
            part = Phrase("finding.partly", {"construct": name}) if test.partial else name
            found["finding.better" if good else "finding.worse"].append(part)
        names = {"own": Level(reading.group, own), "other": Level(reading.group, rival)}
        phrases += [
            Phrase(key, {**names, "constructs": tuple(named)})
            for key, named in found.items()
            if named
        ]
    return phrases


def _pair(
    reading: Reading, line: Code | None, term: str, own: Code, rival: Code
) -> Difference | None:
    tests = reading.group_tests(line, term)
    return next((t for t in tests if {t.a, t.b} == {own, rival} and t.tested), None)


def _differences_by_line(reading: Reading) -> list[Phrase]:
    """Say who is ahead within each line; lines where no test decides share a sentence."""
    told, open_lines = [], []
    for line in reading.lines:
        phrases = group_differences(reading, line)
        if any(phrase.key == "finding.higher" for phrase in phrases) or not phrases:
            told += phrases
        else:
            open_lines.append((line, phrases))
    if len(open_lines) < _SHARED_FROM:
        return [*told, *(phrase for _, phrases in open_lines for phrase in phrases)]
    lines = tuple(Level(reading.line or "", line) for line, _ in open_lines)
    tests = [t for line, _ in open_lines for t in reading.group_tests(line) if t.tested]
    values = {"lines": lines, "tests": len(tests), "p": PValue(min(t.p for t in tests))}
    return [*told, Phrase("finding.no_difference_lines", values)]


def _line_differences(reading: Reading) -> list[Phrase]:
    """Say which lines score higher than which; one phrase per line where there are several."""
    tests = [test for test in reading.line_tests() if test.tested]
    if reading.line is None or not tests:
        return []
    if len(tests) > 1:
        return [
            Phrase("finding.lines_higher", {"line": Level(reading.line, line), "gaps": gaps})
            for line in reading.lines
            if (gaps := _gaps_below(reading.line, line, tests))
        ]
    test = tests[0]
    higher = test if test.verdict != "lower" else towards(test.b, test)
    values = {"line": Level(reading.line, higher.a), **_gap(reading.line, higher)}
    key = "finding.line_higher" if test.decided else "finding.line_no_difference"
    return [Phrase(key, values)]


def _gaps_below(item: str, code: Code, tests: list[Difference]) -> tuple[Phrase, ...]:
    """Return what lies significantly below a group."""
    below = [towards(code, test) for test in tests if _is_higher(code, test)]
    return tuple(Phrase("finding.gap", _gap(item, test)) for test in below)


def _gap(item: str, test: Difference) -> dict[str, object]:
    return {
        "other": Level(item, test.b),
        "difference": Number(test.difference),
        "interval": Interval(test.low, test.high),
        "p": PValue(test.p),
        "unlike": without_unlike(test),
    }


def _leading_driver(reading: Reading) -> list[Phrase]:
    """Name the first driver, or all that may be the first."""
    drivers = reading.drivers
    if not drivers:
        return []
    first, shown = drivers[0], reading.results.drivers.shown
    leaders = leading_drivers(drivers)
    scale, decimals = (1.0, 2) if shown == "importance" else (100.0, 1)
    values = {
        "driver": Construct(first.term),
        "leaders": Either(tuple(Construct(d.term) for d in leaders)),
        "outcome": Construct(reading.results.drivers.outcome),
        "count": len(drivers),
        "weight": Number(first.weight * scale, decimals),
        "interval": Interval(first.weight_low * scale, first.weight_high * scale, decimals),
    }
    return [Phrase(f"finding.driver{'s' if len(leaders) > 1 else ''}_{shown}", values)]


def _priorities(reading: Reading) -> list[Phrase]:
    found = priorities(reading.drivers)
    if not found:
        return []
    key = f"finding.priority_{reading.results.drivers.shown}"
    return [Phrase(key, {"drivers": tuple(Construct(d.term) for d in found)})]


def _extremes(reading: Reading) -> list[Phrase]:
    """Highest and lowest construct, where their intervals do not meet."""
    rows = [
        (c, reading.score({}, c))
        for c in reading.constructs
        if c != reading.index and not reading.lower_is_better(c)
    ]
    shown = [(c, row) for c, row in rows if row is not None and row.shown]
    if len(shown) < 2:
        return []
    top_name, top = max(shown, key=lambda pair: pair[1].estimate)
    low_name, low = min(shown, key=lambda pair: pair[1].estimate)
    if not top.low > low.high:
        return []
    values = {
        "top": Construct(top_name),
        "top_value": Number(top.estimate),
        "top_interval": Interval(top.low, top.high),
        "low": Construct(low_name),
        "low_value": Number(low.estimate),
        "low_interval": Interval(low.low, low.high),
    }
    return [Phrase("finding.extremes", values)]


def scope_of(reading: Reading, line: Code | None) -> Phrase:
    """Name a line, or all of them."""
    if line is None:
        return Phrase("scope.overall" if reading.line is None else "scope.all_lines", {})
    return Phrase("scope.line", {"line": Level(reading.line or "", line)})


def _is_higher(group: Code, test: Difference) -> bool:
    return (test.verdict == "higher" and test.a == group) or (
        test.verdict == "lower" and test.b == group
    )


def without_unlike(test: Difference) -> Phrase | str:
    """Return the difference without the questions that measure unalike; nothing where all do."""
    if not test.partial:
        return ""
    values = {
        "corrected": Number(test.corrected),
        "interval": Interval(test.corrected_low, test.corrected_high),
    }
    return Phrase("finding.without_unlike", values)
