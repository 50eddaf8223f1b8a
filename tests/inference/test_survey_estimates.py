"""Means, totals, ratios, shares, domains, differences and degrees of freedom against R survey."""

from __future__ import annotations

from pathlib import Path

import pytest

from csi.inference import (
    estimate_means,
    estimate_ratios,
    estimate_shares,
    estimate_totals,
    scale_boxes,
    share_intervals,
)
from tests.inference.survey_oracles import (
    API_DESIGNS,
    R_SURVEY,
    SIMULATED_DESIGNS,
    api_design,
    assert_matches,
    check_api_record,
    check_covariance,
    check_variances,
    contrast,
    domain_names,
    numbers,
    oracle,
    simulated_design,
    simulated_frame,
)

ITEMS = ["q1", "q2", "q3", "v1", "v2", "v3", "s1", "s2", "s3"]


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


@pytest.mark.parametrize("name", API_DESIGNS)
def test_intervals_of_shares_match_survey(shared_data: Path, name: str) -> None:
    """svyciprop's method "logit" fits a model, exact to 1e-9; the others are closed forms."""
    share = estimate_shares(api_design(shared_data, name), ["sch.wide"], boxes={"yes": ("Yes",)})
    for row in oracle("survey_api")["designs"][name]["proportion_intervals"]:
        interval = "xlogit" if row["method"] == "logit" else row["method"]
        low, high = share_intervals(share, interval)
        assert share.values[0] == pytest.approx(row["est"], rel=R_SURVEY)
        assert low[0] == pytest.approx(row["ci_low"], rel=R_SURVEY)
        assert high[0] == pytest.approx(row["ci_high"], rel=R_SURVEY)


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
