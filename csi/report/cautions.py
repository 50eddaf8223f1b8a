"""What a reader must know before using the findings of a report."""

from __future__ import annotations

from csi.report.document import Number
from csi.report.findings import scope_of
from csi.report.reading import Reading
from csi.report.rows import Code, base_rules
from csi.report.wave_findings import broken
from csi.report.wording import Construct, Groups, Level, Phrase

_WEAK_RELIABILITY = 0.7
_POOR_CFI = 0.90
_POOR_RMSEA = 0.08


def cautions(reading: Reading) -> tuple[Phrase, ...]:
    """Return what a reader must know before using the findings."""
    return (
        *_small_bases(reading),
        *broken(reading),
        *_undecided(reading),
        *_withdrawn(reading),
        *_comparability(reading),
        *_model_cautions(reading),
        *_weak_constructs(reading),
    )


def _small_bases(reading: Reading) -> list[Phrase]:
    cells = list(reading.cells())
    suppress, mark = base_rules()
    phrases = []
    for flag, key, limit in (
        ("suppressed", "caution.suppressed", suppress),
        ("low", "caution.low", mark),
    ):
        found = tuple(_cell_name(reading, where) for where, row in cells if row.flag == flag)
        if found:
            values = {"count": len(found), "total": len(cells), "limit": limit, "cells": found}
            phrases.append(Phrase(key, values))
    return phrases


def _cell_name(reading: Reading, where: dict[str, Code]) -> Phrase:
    levels = tuple(Level(item, code) for item, code in where.items())
    if len(levels) == 2:
        return Phrase("scope.cell", {"line": levels[0], "group": levels[1]})
    return Phrase("scope.one", {"group": levels[0]})


def _undecided(reading: Reading) -> list[Phrase]:
    tests = [t for t in reading.tests if t.tested and t.term == reading.index]
    open_ = sum(not t.decided for t in tests)
    return [Phrase("caution.undecided", {"open": open_, "tests": len(tests)})] if open_ else []


def _withdrawn(reading: Reading) -> list[Phrase]:
    """Name the pairs that unlike questions keep from a verdict."""
    tests = [t for t in reading.tests if t.shown and t.term == reading.index]
    lost = [t for t in tests if t.verdict == "not comparable"]
    if not lost:
        return []
    pairs = tuple(
        Phrase(
            "caution.pair",
            {
                "scope": scope_of(reading, test.within[0] if test.within else None),
                "a": Level(test.across, test.a),
                "b": Level(test.across, test.b),
            },
        )
        for test in lost
    )
    values = {"count": len(lost), "total": len(tests), "pairs": pairs}
    return [Phrase("caution.withdrawn", values)]


def _comparability(reading: Reading) -> list[Phrase]:
    """Say where the index itself measures unalike, or could not be tested."""
    by_verdict: dict[str, list[Groups]] = {}
    for item in reversed(list(reading.results.invariances)):
        verdict = reading.results.invariances[item].verdicts.get(reading.index, "comparable")
        if verdict != "comparable":
            key = f"caution.{verdict.replace(' ', '_')}"
            by_verdict.setdefault(key, []).append(Groups(item, item == reading.line))
    phrases = [
        Phrase(key, {"index": Construct(reading.index), "groups": tuple(groups)})
        for key, groups in by_verdict.items()
    ]
    untested = [item for item in reading.compared if item not in reading.results.invariances]
    phrases += [
        Phrase("caution.untested", {"groups": Groups(item, item == reading.line)})
        for item in untested
    ]
    return phrases


def _model_cautions(reading: Reading) -> list[Phrase]:
    phrases = []
    if reading.verdict != "certified":
        phrases.append(Phrase(f"caution.{reading.verdict}", {}))
    fit = reading.results.fit.glance().iloc[0]
    cfi, rmsea = float(fit["cfi"]), float(fit["rmsea"])
    if cfi < _POOR_CFI or rmsea > _POOR_RMSEA:
        values = {
            "cfi": Number(cfi, 3),
            "rmsea": Number(rmsea, 3),
            "least": Number(_POOR_CFI, 2),
            "most": Number(_POOR_RMSEA, 2),
        }
        phrases.append(Phrase("caution.fit", values))
    return phrases


def _weak_constructs(reading: Reading) -> list[Phrase]:
    frame = reading.results.fit.reliability()
    weak = frame[(frame["omega"] < _WEAK_RELIABILITY) & ~frame["assumed"].astype(bool)]
    if weak.empty:
        return []
    named = tuple(
        Phrase("caution.weak_one", {"construct": Construct(str(c)), "omega": Number(float(o), 2)})
        for c, o in zip(weak["construct"], weak["omega"], strict=True)
    )
    return [Phrase("caution.weak", {"constructs": named, "limit": Number(_WEAK_RELIABILITY, 1)})]
