"""Numbers on the dissatisfied against R's survey package; see tests/oracles/dissatisfied.R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.before_after import correct_change
from csi.dissatisfied.capture import estimate_capture_share
from csi.dissatisfied.case_mix import build_case_mix
from csi.dissatisfied.gaps import TERMS, gap_numbers
from csi.dissatisfied.randomised import Arms, compare_arms
from csi.dissatisfied.ranking import as_estimates
from csi.dissatisfied.reliability import Reliability, reliability_of_items
from csi.inference import SurveyDesign, make_design

ORACLES = Path(__file__).parents[1] / "oracles"
LINEARISED = 1e-9
JACKKNIFE = 0.02
"""Both estimate one variance; with 40 clusters they differ by a percent or so."""

Oracle = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return json.loads((ORACLES / "dissatisfied.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    frame = pd.read_csv(ORACLES / "simulated.csv")
    low = frame["s1"] <= 5
    return frame.assign(
        score=(frame["s1"] - 1) / 9 * 100,
        named=((frame["id"] * 7) % 10 < 3 + 2 * (frame["q1"] <= 6)).astype(float),
        band=frame["v2"].clip(4, 9),
        low=low,
        said=(frame["id"] * 11) % 7 < 1 + 2 * low,
    )


@pytest.fixture(scope="module")
def design(frame: pd.DataFrame) -> SurveyDesign:
    return make_design(frame, weights="weight", strata="stratum", psu="psu")


def test_gaps(frame: pd.DataFrame, design: SurveyDesign, oracle: Oracle) -> None:
    mix = build_case_mix(frame, ("group", "band"), design.weights)
    values, influence, _, _, inside = gap_numbers(
        design, frame["score"].to_numpy(), frame["named"].to_numpy(), mix, dissatisfied_to=44.5
    )
    labels = pd.DataFrame({"term": TERMS})
    found = as_estimates(design, labels, values, influence, inside).tidy().set_index("term")
    for term, tolerance in (
        ("gap", LINEARISED),
        ("gap_percent", LINEARISED),
        ("adjusted_gap", JACKKNIFE),
        ("adjusted_gap_percent", JACKKNIFE),
    ):
        row, theirs = found.loc[term], oracle[term]
        assert row["estimate"] == pytest.approx(theirs["est"], rel=LINEARISED)
        assert row["std_error"] == pytest.approx(theirs["se"], rel=tolerance)


def test_capture_share(design: SurveyDesign, oracle: Oracle) -> None:
    table = estimate_capture_share("said", design, "s1").tidy()
    table = table[table["source"] == "any"].set_index("term")
    for term in ("captured", "confirmed"):
        assert table.loc[term, "estimate"] == pytest.approx(oracle[term]["est"], rel=LINEARISED)
        assert table.loc[term, "std_error"] == pytest.approx(oracle[term]["se"], rel=LINEARISED)


def test_arms(frame: pd.DataFrame, oracle: Oracle) -> None:
    heard = (frame["id"] * 17) % 5 < 3
    arms = Arms(
        care=((frame["id"] * 13) % 10 < 6).to_numpy(),
        stratum=frame["stratum"].to_numpy() - 1,
        score=np.where(heard, frame["score"], np.nan),
        weights=np.ones(len(frame)),
        took_part=None,
    )
    estimates, _ = compare_arms(arms, dissatisfied_to=44.5)
    table = estimates.tidy().set_index("term")
    for term in ("effect", "effect_on_dissatisfied"):
        assert table.loc[term, "estimate"] == pytest.approx(oracle[term]["est"], rel=LINEARISED)
        assert table.loc[term, "std_error"] == pytest.approx(oracle[term]["se"], rel=LINEARISED)


def test_alpha_and_change(frame: pd.DataFrame, design: SurveyDesign, oracle: Oracle) -> None:
    alpha = reliability_of_items(design, ["s1", "s2", "s3"])
    assert alpha.value == pytest.approx(oracle["alpha"]["est"], rel=LINEARISED)
    assert alpha.std_error == pytest.approx(oracle["alpha"]["se"], rel=0.05)
    x0, x1 = ((frame[[f"{k}{j}" for j in (1, 2, 3)]].mean(axis=1) - 1) / 9 * 100 for k in "sq")
    after = x1.where(x0 <= 100 * 4 / 9 + 1e-9)
    changes = correct_change(
        design, x0.to_numpy(), after.to_numpy(), Reliability(value=0.8, std_error=0.0)
    )
    at = changes.terms.index("corrected_change")
    theirs = oracle["corrected_linear"]
    assert changes.values[at] == pytest.approx(theirs["est"], rel=LINEARISED)
    assert changes.std_errors[at] == pytest.approx(theirs["se"], rel=JACKKNIFE)
