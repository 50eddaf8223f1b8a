"""The few findings that a reader must know who reads nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from csi.report.document import Number
from csi.report.reading import Reading
from csi.report.rows import Code
from csi.report.wave_rows import ChangeRow
from csi.report.wording import Level, Phrase

Groups = tuple[tuple[str, tuple[Phrase, ...]], ...]


def headlines(reading: Reading, groups: Groups) -> tuple[Phrase, ...]:
    """Pick from the findings of the summary: where we stand, who is ahead, what moved, what to do.

    Parameters
    ----------
    reading : Reading
    groups : tuple of (str, tuple of Phrase)
        Findings by subject, as `grouped_findings` returns them.

    Returns
    -------
    tuple of Phrase
        At most one of each subject, each of them a member of ``groups``: us where the study names
        our own group, else everybody.
    """
    found = dict(groups)
    picks = (
        _first(found.get("summary.level", ()), _is("finding.own"), _is("finding.level")),
        _ahead(reading, found.get("summary.ahead", ())),
        _first(
            found.get("summary.moved", ()),
            lambda phrase: phrase.key == "finding.moved" and _about_us(reading, phrase),
            lambda phrase: phrase.key == "finding.moved" and _about_all(phrase),
            _is("finding.nothing_moved"),
        ),
        _action(found.get("summary.matters", ())),
    )
    return tuple(phrase for phrase in picks if phrase is not None)


def latest_change(reading: Reading) -> ChangeRow | None:
    """Return the change of our index, or of everybody's, since the wave before; None untested."""
    changes = reading.results.changes
    if not changes:
        return None
    before = str(changes[0].gaps["before"].iloc[0])
    where = () if reading.own is None else ((reading.group, reading.own),)
    for row in reading.changes:
        if (row.where, row.term, row.before) == (where, reading.index, before) and row.tested:
            return row
    return None


def _ahead(reading: Reading, phrases: tuple[Phrase, ...]) -> Phrase | None:
    """Take our lead over all lines, or the largest over us, there or in a line; else that none is.

    Without a group of ours the first lead is told.
    """
    leads = [phrase for phrase in phrases if phrase.key == "finding.higher"]
    overall = [phrase for phrase in leads if _scope(phrase) != "scope.line"]
    open_ = _first(phrases, lambda p: p.key.startswith("finding.no_difference"))
    if reading.own is None:
        return next(iter(overall), open_)
    ours = [phrase for phrase in overall if _code(phrase.values["group"]) == reading.own]
    for found in (overall, leads):
        behind = [phrase for phrase in found if _gap_to(phrase, reading.own) > 0]
        if found is overall and ours:
            return ours[0]
        if behind:
            return max(behind, key=lambda phrase: _gap_to(phrase, reading.own))
    return next(iter(overall), open_)


def _gap_to(phrase: Phrase, group: Code | None) -> float:
    gaps = phrase.values["gaps"]
    sizes = (
        _size(gap.values)
        for gap in (gaps if isinstance(gaps, tuple) else ())
        if isinstance(gap, Phrase) and _code(gap.values["other"]) == group
    )
    return max(sizes, default=0.0)


def _action(phrases: tuple[Phrase, ...]) -> Phrase | None:
    """Take the deepest short-board, else what to improve first, else the first driver."""
    boards = [phrase for phrase in phrases if phrase.key == "finding.short_board"]
    if boards:
        return max(boards, key=lambda phrase: _size(phrase.values))
    return _first(phrases, lambda p: p.key.startswith("finding.priority"), lambda _: True)


def _first(phrases: Iterable[Phrase], *tests: Callable[[Phrase], bool]) -> Phrase | None:
    """Return the first phrase that passes the first test that any passes."""
    candidates = tuple(phrases)
    passing = (phrase for test in tests for phrase in candidates if test(phrase))
    return next(passing, None)


def _is(key: str) -> Callable[[Phrase], bool]:
    return lambda phrase: phrase.key == key


def _about_us(reading: Reading, phrase: Phrase) -> bool:
    scope = phrase.values["scope"]
    return (
        isinstance(scope, Phrase)
        and scope.key == "scope.one"
        and reading.own is not None
        and scope.values["group"] == Level(reading.group or "", reading.own)
    )


def _about_all(phrase: Phrase) -> bool:
    return _scope(phrase) == "scope.everybody"


def _scope(phrase: Phrase) -> str:
    scope = phrase.values["scope"]
    return scope.key if isinstance(scope, Phrase) else ""


def _code(level: object) -> Code | None:
    return level.code if isinstance(level, Level) else None


def _size(values: Mapping[str, object]) -> float:
    number = values["difference"]
    return abs(number.value) if isinstance(number, Number) else 0.0
