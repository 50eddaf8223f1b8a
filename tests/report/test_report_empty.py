"""What a small base leaves empty is left out, and what is true twice is said once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from report_studies import simulated_study

from csi.report.book import StudyResults
from csi.report.cautions import cautions
from csi.report.charts.trend import TrendLine, TrendPoint
from csi.report.composing import compose
from csi.report.document import Heading
from csi.report.reading import Reading
from csi.report.sections.lines import lines
from csi.report.sections.trend_chart import has_trend
from csi.report.theme import Theme
from csi.report.wording import Wording

NAN = float("nan")


@pytest.fixture(scope="module")
def thin() -> StudyResults:
    """The first line is large; the second holds nobody's group of thirty."""
    by = {"servicetype": [0.85, 0.15], "serviceprovider": [0.4, 0.35, 0.15, 0.1]}
    return simulated_study("operators_reputation", 200, seed=4, by=by, own=1)


def test_a_line_of_which_no_group_is_shown_has_no_page(thin: StudyResults) -> None:
    reading = Reading(thin)
    blocks = lines(reading, Wording(thin.questionnaire, "en"))
    assert [b.text for b in blocks if isinstance(b, Heading)] == ["Prepaid"]
    titles = [b.text for b in compose(thin, "en", Theme()).blocks if isinstance(b, Heading)]
    assert "Index scores" in titles
    assert "Contract" not in titles


def test_one_caution_for_all_groupings_that_share_a_verdict(operators: StudyResults) -> None:
    words = Wording(operators.questionnaire, "en")
    untestable = SimpleNamespace(verdicts={operators.index_construct: "not testable"})
    both = dict.fromkeys(operators.study.by, untestable)
    reading = Reading(replace(operators, invariances=both))  # type: ignore[arg-type]
    told = [words.sentence(p) for p in cautions(reading) if "testable" in p.key]
    assert len(told) == 1
    assert "Provider" in told[0]
    assert "Contract type" in told[0]


@pytest.mark.parametrize(
    ("values", "joined"), [((60.0, 61.0), True), ((NAN, 61.0), False), ((NAN, NAN), False)]
)
def test_a_chart_needs_two_points_to_join(values: tuple[float, ...], joined: bool) -> None:
    points = tuple(TrendPoint(value=v, low=v, high=v) for v in values)
    assert has_trend([TrendLine(label="A", series=0, points=points)]) is joined
