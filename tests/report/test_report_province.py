"""The book of the simulated province says what was planted, and nothing else that moved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

import csi
from csi.report.book import StudyResults
from csi.report.cautions import cautions
from csi.report.findings import findings
from csi.report.reading import Reading
from csi.report.wording import Phrase, Wording

OWN, MOBILE, BROADBAND = 1, 2, 4


@pytest.fixture(scope="module")
def phrases(province: StudyResults) -> tuple[Phrase, ...]:
    return findings(Reading(province))


def place(scope: Phrase) -> tuple[int, ...]:
    """Return the codes that a scope names."""
    levels = [scope.values.get(name) for name in ("line", "group")]
    return tuple(int(level.code) for level in levels if level is not None)  # type: ignore[attr-defined]


def test_what_moved_is_what_was_planted(phrases: tuple[Phrase, ...]) -> None:
    """Network falls for our mobile customers, and with it quality; our broadband is overtaken."""
    moved = {
        (place(p.values["scope"]), part.values["construct"].id, part.key.rsplit("_", 1)[1])  # type: ignore[attr-defined,arg-type]
        for p in phrases
        if p.key == "finding.moved"
        for part in p.values["changes"]  # type: ignore[attr-defined]
    }
    assert moved == {
        ((), "Satisfaction", "down"),
        ((BROADBAND,), "Satisfaction", "down"),
        ((OWN,), "Satisfaction", "down"),
        ((MOBILE, OWN), "Network", "down"),
        ((MOBILE, OWN), "Quality", "down"),
        ((BROADBAND, OWN), "Satisfaction", "down"),
        ((BROADBAND, OWN), "Complaints", "up"),
        ((BROADBAND, OWN), "Loyalty", "down"),
    }


def test_another_mix_of_customers_explains_a_part(phrases: tuple[Phrase, ...]) -> None:
    """Our fixed-line customers, who are the most satisfied, became broadband customers."""
    explained = [p for p in phrases if p.key == "finding.explained"]
    assert [place(p.values["scope"]) for p in explained] == [(), (OWN,)]  # type: ignore[arg-type]
    for phrase in explained:
        for part in ("mix", "level"):
            interval = phrase.values[f"{part}_interval"]
            assert interval.high < 0.0  # type: ignore[attr-defined]


def test_the_competitor_that_overtook(province: StudyResults) -> None:
    """Second in broadband a year ago, first now."""
    trend = next(t for t in province.trend if t.within == ("line", "operator"))
    rows = trend.tidy()
    rows = rows[(rows["line"] == BROADBAND) & (rows["term"] == "Satisfaction")]
    score = rows.set_index(["wave", "operator"])["estimate"]
    assert score["2025q1", OWN] > score["2025q1", 2]
    assert score["2026q1", OWN] < score["2026q1", 2] - 5


def test_a_gap_that_rests_on_a_biased_question_is_explained_with_it(
    phrases: tuple[Phrase, ...],
) -> None:
    """One of three questions is answered a point of ten higher: 100/9/3 points of the index."""
    told = [p for p in phrases if p.key.startswith("finding.gap_explained")]
    assert [p.key for p in told] == ["finding.gap_explained", "finding.gap_explained_unlike"]
    assert told[1].values["unlike"].value == pytest.approx(-100 / 9 / 3, abs=0.6)  # type: ignore[attr-defined]


def test_the_biased_question_is_found_and_its_gap_corrected(province: StudyResults) -> None:
    bias = province.invariances["operator"].item_bias()
    assert bias[["item", "operator"]].to_numpy().tolist() == [["SAT3", 3]]
    points = bias["estimate"].iloc[0]
    assert points == pytest.approx(100 / 9, abs=2.0)  # one point on 1 to 10


def test_the_reworded_question_breaks_its_own_series_only(province: StudyResults) -> None:
    broken = [p for p in cautions(Reading(province)) if p.key == "caution.broken_questions"]
    assert [[c.id for c in p.values["constructs"]] for p in broken] == [["Tariffs"]]  # type: ignore[attr-defined]


def test_the_weak_places_are_named(phrases: tuple[Phrase, ...]) -> None:
    low = next(p for p in phrases if p.key == "finding.regions_low")
    assert [int(level.code) for level in low.values["regions"]] == [5]  # type: ignore[attr-defined]
    boards = {
        (place(p.values["scope"]), p.values["element"].id)  # type: ignore[attr-defined,arg-type]
        for p in phrases
        if p.key == "finding.short_board"
    }
    assert ((MOBILE,), "Network") in boards


def test_both_languages_say_the_same_numbers(province: StudyResults) -> None:
    reading = Reading(province)
    labels = {wave.id: wave.label for wave in province.study.waves}
    english, chinese = (
        Wording(province.questionnaire, language, labels) for language in ("en", "zh")
    )
    for phrase in (*findings(reading), *cautions(reading)):
        figures = [
            sorted(re.findall(r"\d+\.\d+", words.sentence(phrase))) for words in (english, chinese)
        ]
        assert figures[0] == figures[1]


@pytest.mark.parametrize(("language", "mark"), [("en", "SYNTHETIC DATA"), ("zh", "模拟数据")])
def test_every_page_is_marked_and_every_section_there(
    province: StudyResults, tmp_path: Path, language: str, mark: str
) -> None:
    path = csi.write_report(province, tmp_path / "book.pdf", language=language)
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert all(mark in page for page in pages)
    titles = {
        "en": (
            "What moved",
            "Quality elements",
            "Channel contact rates",
            "Regions",
            "Waves and changes",
        ),
        "zh": ("有何变动", "质量要素", "渠道接触率", "地区", "各期与变动"),
    }[language]
    text = "\n".join(pages)
    assert all(title in text for title in titles)
