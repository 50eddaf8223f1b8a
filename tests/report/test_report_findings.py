from __future__ import annotations

import re

import pytest

from csi.report.book import StudyResults
from csi.report.cautions import cautions
from csi.report.findings import findings, priorities
from csi.report.reading import Reading
from csi.report.rows import Difference, DriverRow, towards
from csi.report.wording import Phrase, Wording


def keys(phrases: tuple[Phrase, ...]) -> list[str]:
    return [phrase.key for phrase in phrases]


def higher(reading: Reading, phrase: Phrase) -> tuple[str, set[str]]:
    """Who is said to be higher than whom, by code."""
    gaps = phrase.values["gaps"]
    others = {str(gap.values["other"].code) for gap in gaps}  # type: ignore[attr-defined]
    return str(phrase.values["group"].code), others  # type: ignore[attr-defined]


def test_higher_only_where_a_test_says_so(operators: StudyResults) -> None:
    reading = Reading(operators)
    tests = [t for t in reading.tests if t.term == reading.index and t.across == reading.group]
    expected = {(t.a, t.b) for t in tests if t.verdict == "higher"}
    expected |= {(t.b, t.a) for t in tests if t.verdict == "lower"}
    said = set()
    for phrase in findings(reading):
        if phrase.key == "finding.higher":
            group, others = higher(reading, phrase)
            said |= {(int(group), int(other)) for other in others}
    assert said == expected


def test_no_driver_sentence_reads_a_withheld_path(withheld: StudyResults) -> None:
    reading = Reading(withheld)
    assert "finding.driver_importance" not in keys(findings(reading))
    assert "finding.drivers_lmg_share" in keys(findings(reading))
    assert "caution.withheld" in keys(cautions(reading))


def test_small_bases_are_a_caution(operators: StudyResults) -> None:
    found = cautions(Reading(operators))
    assert {"caution.suppressed", "caution.low", "caution.undecided"} <= set(keys(found))


def test_undecided_differences_are_not_called_equal(operators: StudyResults) -> None:
    words = Wording(operators.questionnaire, "en")
    said = " ".join(words.sentence(p) for p in cautions(Reading(operators)))
    assert "no proof that the groups are equal" in said


@pytest.mark.parametrize("name", ["operators", "withheld", "industries"])
def test_both_languages_say_the_same_numbers(name: str, studies: dict[str, StudyResults]) -> None:
    reading = Reading(studies[name])
    english, chinese = (Wording(reading.questionnaire, lang) for lang in ("en", "zh"))
    for phrase in (*findings(reading), *cautions(reading)):
        figures = [
            sorted(re.findall(r"\d[\d.,]*\d|\d", words.sentence(phrase)))
            for words in (english, chinese)
        ]
        assert figures[0] == figures[1]


def driver(term: str, weight: float, performance: float, half: float = 0.05) -> DriverRow:
    return DriverRow(
        term=term, weight=weight, weight_low=weight - half, weight_high=weight + half, rank=1,
        rank_low=1, rank_high=1, performance=performance, performance_low=performance - half * 10,
        performance_high=performance + half * 10, share=0.5,
    )  # fmt: skip


def test_a_priority_is_clear_of_both_means() -> None:
    strong, weak = driver("strong", 0.2, 75.0), driver("weak", 0.6, 65.0)
    assert priorities((strong, weak)) == (weak,)
    assert priorities((strong, driver("vague", 0.6, 65.0, half=0.9))) == ()
    assert priorities(()) == ()


def test_a_difference_turned_round() -> None:
    test = Difference(
        across="g", within=(), a=1, b=2, term="x", difference=-3.0, low=-5.0, high=-1.0, p=0.01,
        verdict="lower",
    )  # fmt: skip
    turned = towards(2, test)
    assert (turned.a, turned.b, turned.difference, turned.low, turned.high, turned.verdict) == (
        2, 1, 3.0, 1.0, 5.0, "higher",
    )  # fmt: skip
    assert towards(1, test) is test
