"""A study of some of its respondents says how many there were, not how many rows the file has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import Cover, Facts, Table
from csi.report.theme import read_theme


def test_the_base_counts_respondents_with_a_weight(withheld: StudyResults) -> None:
    weights = withheld.design.weights.copy()
    weights[:50] = 0.0
    some = replace(withheld, design=replace(withheld.design, weights=weights))
    assert some.n == len(weights) - 50
    document = compose(some, "en", read_theme({}))
    rows, kept = f"{len(weights)}", f"{some.n}"
    notes = [n for b in document.blocks if isinstance(b, Table) for n in b.notes]
    whole = [note for note in notes if note.startswith(f"Base: {kept} respondents")]
    assert whole
    assert not any(note.startswith(f"Base: {rows} respondents") for note in notes)
    assert not any(
        rows in value
        for b in document.blocks
        if isinstance(b, Cover | Facts)
        for value in _texts(b)
    )
    assert np.count_nonzero(some.design.weights) == some.n


def _texts(block: Cover | Facts) -> list[str]:
    pairs = block.facts if isinstance(block, Cover) else block.pairs
    return [value for name, value in pairs if name in ("Respondents", "Sample")]
