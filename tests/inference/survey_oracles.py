"""The designs of tests/oracles/survey_api.R and design.R, and their numbers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from csi.inference import (
    Estimates,
    SurveyDesign,
    estimate_means,
    estimate_ratios,
    estimate_shares,
    estimate_totals,
    make_design,
)
from csi.moments import estimate_moments

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
    """Build one of the six designs of survey_api.R."""
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


def contrast(estimates: Estimates, names: list[str], plus: str, minus: str) -> Estimates:
    row = np.zeros((1, len(names)))
    row[0, names.index(plus)], row[0, names.index(minus)] = 1.0, -1.0
    labels = pd.DataFrame({"term": [f"{plus} - {minus}"]})
    return estimates.map(row @ estimates.values, row, labels)


def domain_names(estimates: Estimates, by: str) -> list[str]:
    return [f"{g}:{t}" for g, t in zip(estimates.labels[by], estimates.labels["term"], strict=True)]


def check_variances(design: SurveyDesign, items: list[str], record: dict) -> None:
    """R's svyvar has the factor n/(n-1); our moments have the denominator Σw."""
    n = int((design.weights > 0).sum())
    moments = estimate_moments(design, items).estimates
    labels = moments.labels
    covariances = moments.select((labels["op"] == "~~").to_numpy())
    k = len(covariances)
    scaled = covariances.map(
        covariances.values * n / (n - 1), np.eye(k) * n / (n - 1), covariances.labels
    )
    names = [f"{a}:{b}" for a, b in scaled.labels[["lhs", "rhs"]].itertuples(index=False)]
    assert_matches(scaled, numbers(record, "svyvar"), names)


def check_api_record(design: SurveyDesign, record: dict) -> None:
    """Compare every estimate that survey_api.R recorded for one design."""
    items = ["api00", "api99", "ell", "meals"]
    means = estimate_means(design, items)
    assert_matches(means, numbers(record, "svymean"), items)
    assert_matches(estimate_means(design, ["enroll"]), numbers(record, "svymean na.rm"), ["enroll"])
    totals = estimate_totals(design, ["api00", "ell"])
    assert_matches(totals, numbers(record, "svytotal"), ["api00", "ell"])
    assert_matches(
        estimate_totals(design, ["enroll"]), numbers(record, "svytotal na.rm"), ["enroll"]
    )
    types = ["stypeE", "stypeH", "stypeM"]
    assert_matches(estimate_totals(design, types), numbers(record, "svytotal factor"), types)
    shares = estimate_shares(design, ["stype", "sch.wide"])
    assert_matches(shares, numbers(record, "svymean factor"), [*types, "sch.wideNo", "sch.wideYes"])
    assert_matches(
        estimate_ratios(design, [("api.stu", "enroll")]),
        numbers(record, "svyratio na.rm"),
        ["api.stu/enroll"],
    )
    pairs = [("api00", "api99"), ("ell", "api99"), ("api00", "meals"), ("ell", "meals")]
    assert_matches(
        estimate_ratios(design, pairs), numbers(record, "svyratio"), [f"{y}/{x}" for y, x in pairs]
    )
    by_type = estimate_means(design, ["api00", "meals"], by="stype")
    names = domain_names(by_type, "stype")
    assert_matches(by_type, numbers(record, "svyby stype svymean"), names)
    assert by_type.df[::2].tolist() == [record["degf_stype"][s] for s in "EHM"]
    check_covariance(by_type, names, record["by_stype_vcov"])
    enrolled = estimate_means(design, ["enroll"], by="stype")
    assert_matches(
        enrolled, numbers(record, "svyby stype svymean na.rm"), domain_names(enrolled, "stype")
    )
    enrolled = estimate_totals(design, ["enroll"], by="stype")
    assert_matches(
        enrolled, numbers(record, "svyby stype svytotal na.rm"), domain_names(enrolled, "stype")
    )
    by_wide = estimate_means(design, ["api00", "ell"], by="sch.wide")
    wide = domain_names(by_wide, "sch.wide")
    assert_matches(by_wide, numbers(record, "svyby sch.wide svymean"), wide)
    for statistic, estimates, labels in (
        ("svycontrast stype", by_type, names),
        ("svycontrast sch.wide", by_wide, wide),
        ("svycontrast items", means, items),
    ):
        expected = numbers(record, statistic)
        for term in expected.index:
            plus, minus = term.split(" - ")
            assert_matches(contrast(estimates, labels, plus, minus), expected, [term])
    check_variances(design, ["api00", "api99"], record)
    assert design.df == record["degf"]


def check_covariance(estimates: Estimates, names: list[str], expected: dict) -> None:
    V = pd.DataFrame(expected["rows"], expected["names"], expected["names"]).loc[names, names]
    spread = np.sqrt(np.diag(V))
    error = np.abs(estimates.covariance() - V.to_numpy()) / np.outer(spread, spread)
    assert error.max() < R_SURVEY
