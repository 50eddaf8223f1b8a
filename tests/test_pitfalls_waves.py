"""Traps of change and of units: whom intervals hold for, moving averages, points or shares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csi
from csi.report.book import StudyResults
from csi.report.reading import Reading
from csi.report.sections.design_facts import design_facts
from csi.report.units import UNITS
from csi.report.wording import Wording
from tests.comparison.waves import index_by_wave, wave
from tests.small_study import write_study


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    folder = write_study(tmp_path_factory.mktemp("units"))
    return csi.analyse_study(csi.read_study(Path(folder)))


def test_a_finite_population_is_stated(results: StudyResults) -> None:
    """Trap 24: a correction makes intervals hold for these customers only; the report says so."""
    words = Wording(results.questionnaire, "en")

    def said(design: csi.SurveyDesign) -> str:
        facts = dict(design_facts(Reading(replace(results, design=design)), words))
        return facts["Size of the population"]

    frame = results.design.frame.assign(size=float(2 * len(results.design.frame)))
    assert "not used" in said(results.design)
    finite = said(csi.make_design(frame, fpc="size"))
    assert "in 1 of 1 strata" in finite
    assert "not for the service in general" in finite


def test_moving_averages_are_labelled_and_stand_beside_the_score() -> None:
    """Trap 42: the score is never replaced, and a short window says how short it is."""
    index = index_by_wave(*(wave(k) for k in range(1, 5)))
    points = csi.trace_trend(index, window=3).tidy()
    np.testing.assert_array_equal(points["estimate"], index.scores.values)
    assert points["smoothed_waves"].tolist() == [1, 2, 3, 3]
    assert points["smoothed"].iloc[3] == pytest.approx(points["estimate"].iloc[1:].mean())
    assert not {"smoothed", "smoothed_waves"} & set(csi.trace_trend(index).tidy())


def test_every_number_of_a_result_has_its_unit(results: StudyResults) -> None:
    """Trap 43: points or share, and of which less is better, for every table that is written."""
    tables = results.tables()
    units = tables.pop("units").set_index(["table", "measure"])["unit"]
    for name, table in tables.items():
        column = next((c for c in ("measure", "op") if c in table), None)
        measures = set(table[column]) if column else {""}
        assert measures <= set(UNITS[name]), name
        assert all(units[name, measure] for measure in measures)


@pytest.mark.parametrize("measure", ["dissatisfied", "contact"])
def test_shares_are_shares_and_scores_points(measure: str) -> None:
    assert UNITS["elements"][measure] == "share, 0 to 1"
    assert UNITS["elements"]["score"].startswith("points")


def test_less_is_better_where_the_questionnaire_says_so(project: Path) -> None:
    """Trap 43: complaints that fall are good."""
    from csi.report.book import lower_is_better
    from csi.report.units import units_table

    form = csi.read_questionnaire(project / "questionnaires" / "telecom_province.yaml")
    assert lower_is_better(form) == ("Complaints",)
    table = units_table({"index": pd.DataFrame()}, lower_is_better(form))
    assert table["better"].tolist() == ["higher, but lower of Complaints"]
