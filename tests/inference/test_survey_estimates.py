"""Means, totals, ratios, shares, domains, differences and degrees of freedom against R survey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.inference import (
    Estimates,
    SurveyDesign,
    estimate_means,
    estimate_ratios,
    estimate_shares,
    estimate_totals,
    scale_boxes,
)
from csi.moments import estimate_moments
from tests.inference.survey_oracles import (
    API_DESIGNS,
    R_SURVEY,
    SIMULATED_DESIGNS,
    api_design,
    assert_matches,
    numbers,
    oracle,
    simulated_design,
    simulated_frame,
)

ITEMS = ["q1", "q2", "q3", "v1", "v2", "v3", "s1", "s2", "s3"]


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


@pytest.mark.parametrize("name", API_DESIGNS)
def test_school_designs_match_survey(shared_data: Path, name: str) -> None:
    check_api_record(api_design(shared_data, name), oracle("survey_api")["designs"][name])


@pytest.mark.parametrize("name", SIMULATED_DESIGNS)
def test_simulated_designs_match_survey(name: str) -> None:
    design, record = simulated_design(name), oracle("design")["survey"][name]
    means = estimate_means(design, ITEMS)
    assert_matches(means, numbers(record, "svymean"), ITEMS)
    check_covariance(means, ITEMS, record["svymean_vcov"])
    assert_matches(estimate_totals(design, ITEMS), numbers(record, "svytotal"), ITEMS)
    by_group = estimate_means(design, ITEMS, by="group")
    names = domain_names(by_group, "group")
    assert_matches(by_group, numbers(record, "svyby group svymean"), names)
    check_covariance(by_group, names, record["svyby_vcov"])
    assert by_group.df[:: len(ITEMS)].tolist() == [record["degf_group"][g] for g in "ABC"]
    assert design.df == record["degf"]
    for statistic, estimates, labels in (
        ("svycontrast group difference", by_group, names),
        ("svycontrast items", means, ITEMS),
    ):
        expected = numbers(record, statistic)
        for term in expected.index:
            plus, minus = term.split(" - ")
            assert_matches(contrast(estimates, labels, plus, minus), expected, [term])
    groups = estimate_shares(design, ["group"])
    assert_matches(groups, numbers(record, "svymean group share"), ["groupA", "groupB", "groupC"])
    pairs = [("s1", "q1"), ("v1", "q1"), ("s1", "q2"), ("v1", "q2")]
    assert_matches(
        estimate_ratios(design, pairs), numbers(record, "svyratio"), [f"{y}/{x}" for y, x in pairs]
    )
    check_variances(design, ITEMS, record)


@pytest.mark.parametrize("name", SIMULATED_DESIGNS)
def test_boxes_of_a_scale_match_survey(name: str) -> None:
    expected = numbers(oracle("design")["survey"][name], "svymean proportion")
    design = simulated_design(name)
    top = estimate_shares(design, ["s1", "s2"], boxes=scale_boxes(1, 10, top=3))
    assert_matches(top, expected, ["I(s1 >= 8)TRUE", "I(s2 >= 8)TRUE"])
    bottom = estimate_shares(design, ["v1"], boxes=scale_boxes(1, 10, bottom=4))
    assert_matches(bottom, expected, ["I(v1 <= 4)TRUE"])


@pytest.mark.parametrize("policy", ["certainty", "adjust", "average"])
def test_lonely_units_match_survey(policy: str) -> None:
    record = oracle("design")["lonely_psu"]
    frame = simulated_frame()
    kept = (frame["stratum"] != 4) | (frame["psu"] == record["kept_psu_of_stratum_4"])
    design = simulated_design("stratified_cluster", frame[kept], lonely=policy)
    assert design.n == record["n"]
    expected = record["options"][policy]
    assert design.df == expected["degf"]
    assert_matches(estimate_means(design, ITEMS), numbers(expected, "svymean"), ITEMS)
    assert_matches(estimate_totals(design, ITEMS), numbers(expected, "svytotal"), ITEMS)
