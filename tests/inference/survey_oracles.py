"""The designs of tests/oracles/survey_api.R and design.R, and their numbers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from csi.inference import Estimates, SurveyDesign, make_design

ORACLES = Path(__file__).parents[1] / "oracles"
R_SURVEY = 1e-8
"""R's survey package by the same closed forms, 15 digits; Newton steps stopped at 1e-12."""

API_DESIGNS = ("srs_fpc", "strat", "strat_fpc", "clus1_fpc", "clus2_fpc", "clus2_wr")
SIMULATED_DESIGNS = ("weights", "strata", "cluster", "stratified_cluster", "stratified_cluster_fpc")


@cache
def oracle(name: str) -> dict[str, Any]:
    return json.loads((ORACLES / f"{name}.json").read_text())


def api_frame(folder: Path, sample: str) -> pd.DataFrame:
    """Read one sample of schools, with 0/1 columns for the levels that R turns into dummies."""
    frame = pd.read_csv(folder / "api" / f"api{sample}.csv")
    for level in ("E", "H", "M"):
        frame[f"stype{level}"] = (frame["stype"] == level).astype(float)
    for level in ("No", "Yes"):
        frame[f"sch.wide{level}"] = (frame["sch.wide"] == level).astype(float)
    return frame


def api_design(folder: Path, name: str) -> SurveyDesign:
    sample, _, kind = name.partition("_")
    frame = api_frame(folder, sample)
    if sample == "srs":
        return make_design(frame, weights="pw", fpc="fpc")
    if sample == "strat":
        return make_design(frame, weights="pw", strata="stype", fpc="fpc" if kind else None)
    if sample == "clus1":
        return make_design(frame, weights="pw", psu="dnum", fpc="fpc")
    if kind == "wr":
        return make_design(frame, weights="pw", psu=["dnum", "snum"])
    # R takes the weights from the sizes of both stages.
    districts = frame["fpc1"] / frame["dnum"].nunique()
    schools = frame["fpc2"] / frame.groupby("dnum")["snum"].transform("nunique")
    frame["two_stage"] = districts * schools
    return make_design(frame, weights="two_stage", psu=["dnum", "snum"], fpc=["fpc1", "fpc2"])


@cache
def simulated_frame() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "simulated.csv")


def simulated_design(name: str, frame: pd.DataFrame | None = None, **options: Any) -> SurveyDesign:
    columns: dict[str, dict[str, str]] = {
        "weights": {},
        "strata": {"strata": "stratum"},
        "cluster": {"psu": "psu"},
        "stratified_cluster": {"psu": "psu", "strata": "stratum"},
        "stratified_cluster_fpc": {"psu": "psu", "strata": "stratum", "fpc": "fpc"},
    }
    data = simulated_frame() if frame is None else frame
    return make_design(data, weights="weight", **columns[name], **options)


def numbers(record: dict[str, Any], statistic: str) -> pd.DataFrame:
    """Return R's estimates of one call, indexed by term."""
    rows = [row for row in record["estimates"] if row["statistic"] == statistic]
    assert rows, statistic
    return pd.DataFrame(rows).set_index("term")[["est", "se"]]


def assert_matches(estimates: Estimates, expected: pd.DataFrame, terms: list[str]) -> None:
    """Compare values and standard errors; an SE of 0 may be off by rounding of its estimate."""
    expected = expected.loc[terms]
    np.testing.assert_allclose(estimates.values, expected["est"], rtol=R_SURVEY, atol=1e-11)
    scale = 1e-11 * np.abs(expected["est"].to_numpy(dtype=float))
    error = np.abs(estimates.std_errors() - expected["se"].to_numpy(dtype=float))
    assert (error <= R_SURVEY * expected["se"] + scale).all(), error
    # The fast path and the whole covariance matrix agree.
    whole = np.sqrt(np.maximum(np.diag(estimates.covariance()), 0.0))
    np.testing.assert_allclose(whole, estimates.std_errors(), rtol=1e-9, atol=scale.max())
