"""What a table says of the comparability of its differences: cells, rows and notes."""

from __future__ import annotations

from collections.abc import Sequence

from csi.report.document import Cell, Flagged, Interval, Number
from csi.report.reading import Reading
from csi.report.rows import Difference
from csi.report.wording import Groups, Wording

_WORST_FIRST = ("not comparable", "partially comparable", "not testable", "comparable")


def comparable_cell(words: Wording, test: Difference) -> Cell:
    """Say whether the questions behind a difference measure alike."""
    key = test.comparability.replace(" ", "_") or "unknown"
    return Flagged(words(f"comparable.{key}"), "quiet")


def corrected_rows(
    words: Wording, test: Difference, *, blank: int, decimals: int = 1
) -> tuple[tuple[Cell, ...], ...]:
    """Return the row that follows a difference which unlike questions are a part of.

    Parameters
    ----------
    blank : int
        Empty cells that it starts with; p, verdict and comparability stay empty, too.
    """
    if not test.partial:
        return ()
    return (
        (
            *("",) * blank,
            words("differences.without"),
            Number(test.corrected, decimals),
            Interval(test.corrected_low, test.corrected_high, decimals),
            "",
            "",
            "",
        ),
    )


def comparable_notes(words: Wording, tests: Sequence[Difference]) -> tuple[str, ...]:
    """Explain the words that stand in the column of comparability, and no others."""
    found = {test.comparability for test in tests}
    order = ("comparable", "comparable in effect", "partially comparable", "not comparable",
             "not testable", "")  # fmt: skip
    said = tuple(
        words(f"note.comparable_{name.replace(' ', '_') or 'unknown'}")
        for name in order
        if name in found
    )
    notes = [words("note.comparable", rules=words("note.comparable_join").join(said))]
    if any(test.partial for test in tests):
        notes.append(words("note.corrected"))
    if any(test.verdict == "not comparable" for test in tests):
        notes.append(words("note.withdrawn"))
    return tuple(notes)


def alike_note(
    reading: Reading, words: Wording, terms: Sequence[str], *, item: str | None = None
) -> tuple[str, ...]:
    """Say of a table of scores whether its groups may be compared on its constructs.

    Parameters
    ----------
    item : str, optional
        Whose groups the table compares; by default those of the study.
    """
    item = item or reading.group
    if item is None:
        return ()
    groups = Groups(item, lines=item == reading.line)
    invariance = reading.results.invariances.get(item)
    if invariance is None:
        return (words("note.alike_untested", groups=groups),)
    verdicts = {term: invariance.verdicts.get(term, "not testable") for term in terms}
    return (words("note.alike", groups=groups, verdicts=said_verdicts(words, verdicts)),)


def waves_alike_note(reading: Reading, words: Wording, terms: Sequence[str]) -> tuple[str, ...]:
    """Say whether the questions of constructs measure alike in the waves; nothing if unknown."""
    verdicts: dict[str, str] = {}
    for comparison in reading.results.changes:
        own = comparison.gaps[comparison.gaps["reason"] == ""]
        for term, verdict in zip(own["term"], own["comparability"], strict=True):
            if term in terms and verdict:
                verdicts[term] = _worse_of(verdicts.get(term, "comparable"), verdict)
    return (
        (words("note.change_alike", verdicts=said_verdicts(words, verdicts)),) if verdicts else ()
    )


def _worse_of(a: str, b: str) -> str:
    """Return the worse of two verdicts; comparable in effect counts as comparable."""
    return next((v for v in _WORST_FIRST if v in (a, b)), "comparable")


def said_verdicts(words: Wording, verdicts: dict[str, str]) -> str:
    """Name the constructs of each verdict, the worst first; all of one verdict together."""
    found = [v for v in _WORST_FIRST if v in verdicts.values()]
    if len(found) == 1:
        return words(f"note.alike_all_{found[0].replace(' ', '_')}")
    parts = []
    for verdict in found:
        key = f"note.alike_{verdict.replace(' ', '_')}"
        if verdict == "comparable":
            parts.append(words("note.alike_rest"))
            continue
        named = [words.construct(term) for term, own in verdicts.items() if own == verdict]
        parts.append(words(key, constructs=words.join(named)))
    return words("note.comparable_join").join(parts)
