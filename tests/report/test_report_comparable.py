"""A gap that partly is one of measurement is never told without the gap that is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from csi.report.book import StudyResults
from csi.report.cautions import cautions
from csi.report.composing import compose
from csi.report.document import Document, Interval, Number, Table, Tiles
from csi.report.findings import findings, without_unlike
from csi.report.reading import Reading
from csi.report.rows import Difference, towards
from csi.report.theme import Theme
from csi.report.wording import Phrase, Wording

CORRECTED = (-2.34, -4.1, -0.6)
UNLIKE = {"en": "2.3 [0.6, 4.1] without the questions", "zh": "题目后为2.3分 [0.6, 4.1]"}


@pytest.fixture(scope="module")
def partial(operators: StudyResults) -> StudyResults:
    """Over all lines our gaps of the index are partial, those of others not comparable.

    Every partial gap is 2.34 points without the unlike questions.
    """
    changed = []
    for comparison in operators.comparisons:
        gaps = comparison.gaps.astype({"comparability": object, "verdict": object})
        if comparison.across == "serviceprovider" and not comparison.within:
            index = (gaps["term"] == operators.index_construct) & (
                gaps["verdict"] != "base too small"
            )
            ours = index & (gaps["group_a"] == 1)
            lower = gaps["estimate"] < 0
            value, low, high = CORRECTED
            gaps.loc[ours, "comparability"] = "partially comparable"
            gaps.loc[ours, "verdict"] = np.where(lower, "lower", "higher")[ours]
            gaps.loc[ours, "corrected"] = np.where(lower, value, -value)[ours]
            gaps.loc[ours, "corrected_low"] = np.where(lower, low, -high)[ours]
            gaps.loc[ours, "corrected_high"] = np.where(lower, high, -low)[ours]
            gaps.loc[index & ~ours, ["comparability", "verdict"]] = "not comparable"
        changed.append(replace(comparison, gaps=gaps))
    return replace(operators, comparisons=tuple(changed))


@pytest.fixture(scope="module")
def documents(partial: StudyResults) -> dict[str, Document]:
    return {lang: compose(partial, lang, Theme(name="Agency")) for lang in ("en", "zh")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sentence_names_both_gaps(partial: StudyResults, language: str) -> None:
    words = Wording(partial.questionnaire, language)
    told = [phrase for phrase in findings(Reading(partial)) if phrase.key == "finding.higher"]
    assert told
    for phrase in told:
        gaps: tuple[Phrase, ...] = phrase.values["gaps"]  # type: ignore[assignment]
        assert words.sentence(phrase).count(UNLIKE[language]) == len(gaps)


def test_a_comparable_gap_has_no_such_addition(operators: StudyResults) -> None:
    words = Wording(operators.questionnaire, "en")
    assert not any("unalike" in words.sentence(p) for p in findings(Reading(operators)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_row_with_the_corrected_gap_follows(
    partial: StudyResults, documents: dict[str, Document], language: str
) -> None:
    words = Wording(partial.questionnaire, language)
    tables = [b for b in documents[language].blocks if isinstance(b, Table)]
    header = words("column.comparable")
    marked = [t for t in tables if t.columns[-1].header == header]
    assert len(marked) == 2  # of the index, and of all constructs in the data tables
    for table in marked:
        partly = [i for i, row in enumerate(table.rows) if words("comparable.partially_comparable")
                  == getattr(row[-1], "text", "")]  # fmt: skip
        assert partly
        for i in partly:
            raw, corrected = table.rows[i], table.rows[i + 1]
            assert words("differences.without") in corrected
            number = next(cell for cell in corrected if isinstance(cell, Number))
            interval = next(cell for cell in corrected if isinstance(cell, Interval))
            assert abs(number.value) == -CORRECTED[0]
            assert interval.low < number.value < interval.high
            own = next(cell for cell in raw if isinstance(cell, Number))
            assert np.sign(number.value) == np.sign(own.value)
        notes = " ".join(table.notes)
        assert words("note.corrected") in notes


def test_pairs_that_are_not_comparable_are_named_and_not_called_small(
    partial: StudyResults, documents: dict[str, Document]
) -> None:
    reading = Reading(partial)
    lost = [t for t in reading.tests if t.verdict == "not comparable"]
    assert lost
    words = Wording(partial.questionnaire, "en")
    said = next(words.sentence(p) for p in cautions(reading) if p.key == "caution.withdrawn")
    assert said.count(" − ") == len(lost)
    small = sum(t.verdict == "base too small" for t in reading.tests
                if t.term == reading.index)  # fmt: skip
    table = next(b for b in documents["en"].blocks
                 if isinstance(b, Table) and "differences of the index" in b.caption)  # fmt: skip
    assert f"Not tested, base too small: {small} more pairs." in table.notes
    assert words("note.withdrawn") in table.notes


def test_the_headline_gap_says_what_is_left_of_it(documents: dict[str, Document]) -> None:
    for document, said in ((documents["en"], "2.3 without"), (documents["zh"], "题目后")):
        tiles = next(b for b in document.blocks if isinstance(b, Tiles)).tiles
        assert any(said in tile.detail for tile in tiles)


def test_a_turned_gap_turns_its_corrected_one() -> None:
    test = Difference(
        across="g", within=(), a=1, b=2, term="x", difference=-8.0, low=-10.7, high=-5.4, p=0.001,
        verdict="lower", comparability="partially comparable", corrected=-4.4, corrected_low=-7.1,
        corrected_high=-1.7,
    )  # fmt: skip
    turned = towards(2, test)
    assert (turned.corrected, turned.corrected_low, turned.corrected_high) == (4.4, 1.7, 7.1)
    assert isinstance(without_unlike(turned), Phrase)
    assert without_unlike(replace(test, comparability="comparable in effect")) == ""
