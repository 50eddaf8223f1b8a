"""Quantiles and Woodruff's intervals against R survey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import DesignError
from csi.inference import SurveyDesign, estimate_quantiles, make_design
from tests.inference.survey_oracles import (
    API_DESIGNS,
    R_SURVEY,
    api_design,
    oracle,
    simulated_design,
)

PROBABILITIES = [0.1, 0.25, 0.5, 0.75, 0.9]


def check_next_answer(design: SurveyDesign, ours: pd.Series, theirs: pd.Series) -> None:
    """Where exactly the share p lies at or below an answer, rounding may move R to the next."""
    for ((item, p), own), other in zip(ours.items(), theirs, strict=True):
        answers = np.sort(design.frame[item].to_numpy())
        at = round(p * len(answers)) - 1
        assert np.isclose(at, p * len(answers) - 1)
        assert own in (answers[at], (answers[at] + answers[at + 1]) / 2)
        assert other == answers[at + 1]


def check_quantiles(
    design: SurveyDesign, items: list[str], rows: list[dict], *, ties: bool = False
) -> None:
    table = pd.DataFrame(rows)
    table = table[table["interval"] != "score"]
    assert len(table) == 90
    for (interval, rule), expected in table.groupby(["interval", "qrule"]):
        ours = estimate_quantiles(design, items, PROBABILITIES, rule=rule, interval=interval)
        tidy = ours.tidy().set_index(["term", "quantile"])
        tidy = tidy.loc[list(zip(expected["item"], expected["p"], strict=True))]
        if ties:
            same = np.isclose(tidy["estimate"], expected["est"], rtol=R_SURVEY)
            check_next_answer(design, tidy[~same]["estimate"], expected["est"][~same])
            tidy, expected = tidy[same], expected[same]
        for column, theirs in (
            ("estimate", "est"),
            ("conf_low", "ci_low"),
            ("conf_high", "ci_high"),
            ("std_error", "se"),
        ):
            np.testing.assert_allclose(
                tidy[column], expected[theirs].astype(float), rtol=R_SURVEY, err_msg=column
            )


@pytest.mark.parametrize("name", API_DESIGNS)
def test_school_quantiles_match_survey(shared_data: Path, name: str) -> None:
    rows = oracle("survey_api")["designs"][name]["quantiles"]
    design = api_design(shared_data, name)
    check_quantiles(design, ["api00", "ell"], rows, ties=name == "srs_fpc")


@pytest.mark.parametrize("name", ["weights", "stratified_cluster"])
def test_simulated_quantiles_match_survey(name: str) -> None:
    check_quantiles(simulated_design(name), ["s1", "v2"], oracle("design")["quantiles"][name])


def test_a_domain_quantile_is_that_of_the_domain_alone_without_a_design() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"g": rng.integers(0, 3, 300), "y": rng.normal(size=300)})
    by_group = estimate_quantiles(make_design(frame), ["y"], [0.3, 0.5], by="g").tidy()
    for g, part in frame.groupby("g"):
        alone = estimate_quantiles(make_design(part), ["y"], [0.3, 0.5]).tidy()
        own = by_group[by_group["g"] == g]
        assert own["estimate"].tolist() == alone["estimate"].tolist()
        assert own["df"].tolist() == alone["df"].tolist()


def test_differences_of_quantiles_have_a_standard_error() -> None:
    quantiles = estimate_quantiles(simulated_design("stratified_cluster"), ["s1"], [0.25, 0.75])
    iqr = quantiles.estimates.map(
        np.diff(quantiles.estimates.values),
        np.array([[-1.0, 1.0]]),
        pd.DataFrame({"term": ["iqr"]}),
    )
    low, high = quantiles.estimates.std_errors()
    assert iqr.std_errors()[0] <= low + high


def test_an_interval_beyond_the_answers_is_nan() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0]})
    table = estimate_quantiles(make_design(frame), ["y"], [0.7]).tidy()
    assert table["estimate"].tolist() == [3.0]
    assert np.isnan(table[["std_error", "conf_high"]].to_numpy()).all()


def test_a_domain_without_answers_has_nan_quantiles() -> None:
    frame = pd.DataFrame({"g": [1, 1, 2], "y": [1.0, 2.0, np.nan]})
    table = estimate_quantiles(make_design(frame), ["y"], [0.5], by="g").tidy()
    assert np.isnan(table.loc[1, ["estimate", "std_error", "conf_low"]].to_numpy(dtype=float)).all()


def test_wrong_options_are_all_reported() -> None:
    design = make_design(pd.DataFrame({"y": [1.0, 2.0]}))
    with pytest.raises(DesignError) as caught:
        estimate_quantiles(design, ["y"], [0.5, 1.0], rule="mid", interval="bca", conf_level=95)
    assert str(caught.value) == (
        "`probabilities` must lie strictly between 0 and 1; got 1.0.\n"
        "`conf_level` must lie between 0 and 1; got 95.\n"
        "`rule` must be one of math, school, hf7; got 'mid'.\n"
        "`interval` must be one of mean, beta, xlogit; got 'bca'."
    )
