"""Multi-group models equal lavaan's; a planted bias is found and taken out of the gap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import ModelError
from csi.index import estimate_index
from csi.inference import make_design, split_domains
from csi.model.estimation import maximum_likelihood
from csi.model.fit import fit_model
from csi.model.invariance import check_invariance, corrected_gaps
from csi.model.multigroup import fit_multigroup, group_moments, label_map, moment_jacobian
from csi.model.structure import compile_structure
from csi.model.syntax import read_syntax
from csi.moments import estimate_moments
from tests.model.oracles import oracle
from tests.tolerance import OPTIMISER, R_DIGITS

SIMULATED = Path(__file__).parents[1] / "oracles" / "simulated.csv"
N = 600


def reference(case: str) -> dict:
    return oracle("invariance")["simulated"][case]


@pytest.mark.parametrize("level", ["configural", "metric", "scalar", "partial"])
@pytest.mark.parametrize(
    ("case", "columns"),
    [("cfa_MLR", {}), ("cfa_MLR_weights_group", {"weights": "weight"})],
)
def test_levels_equal_lavaan(case: str, columns: dict[str, str], level: str) -> None:
    theirs = reference(case)["levels"][level]
    design = make_design(pd.read_csv(SIMULATED), **columns)
    table = read_syntax(oracle("invariance")["syntax"]["simulated_cfa"])
    structure = compile_structure(table)
    codes = split_domains(design, "group").codes
    moments = [estimate_moments(design, table.items, domain=codes == g) for g in range(3)]
    pooled = estimate_moments(design, table.items)
    start, _ = maximum_likelihood(structure, pooled.cov, pooled.n)
    joined = group_moments(moments)
    labels = label_map(
        structure,
        3,
        "scalar" if level == "partial" else level,  # type: ignore[arg-type]
        free_intercepts=["s3"] if level == "partial" else [],
    )
    fit = fit_multigroup(structure, moments, labels, start, joined.covariance())
    assert fit.gradient < 1e-9
    assert fit.chi2 == pytest.approx(theirs["fit"]["chisq"], rel=R_DIGITS)
    assert fit.df == theirs["fit"]["df"]
    factor = (N - 1) / N
    scaling = theirs["fit"]["chisq.scaling.factor"]
    assert fit.scaling * factor == pytest.approx(scaling, rel=OPTIMISER)
    jacobian = moment_jacobian(fit, moments)
    errors = np.sqrt(np.diag(jacobian @ joined.covariance() @ jacobian.T) * factor)
    rows = {
        (row["group"], row["op"], frozenset((row["lhs"], row["rhs"]))): row
        for row in theirs["parameters"]
    }
    k, compared = structure.n_free, 0
    for g in range(3):
        own = labels.own[g]
        names = [
            (own[free], (g + 1, p.op, frozenset((p.lhs, p.rhs))))
            for p, free in zip(table.parameters, structure.free, strict=True)
            if free >= 0
        ]
        names += [
            (own[k + j], (g + 1, "~1", frozenset((i, "")))) for j, i in enumerate(table.items)
        ]
        names += [
            (own[k + 9 + j], (g + 1, "~1", frozenset((c, ""))))
            for j, c in enumerate(structure.nodes)
            if own[k + 9 + j] >= 0
        ]
        for number, key in names:
            assert fit.values[number] == pytest.approx(rows[key]["est"], rel=OPTIMISER, abs=1e-8)
            assert errors[number] == pytest.approx(rows[key]["se"], rel=OPTIMISER)
            compared += 1
    assert compared >= 90


def test_the_ladder_finds_the_planted_item_and_equals_lavaan() -> None:
    fit = fit_model(
        make_design(pd.read_csv(SIMULATED)), oracle("invariance")["syntax"]["simulated_cfa"]
    )
    invariance = check_invariance(fit, by="group")
    assert invariance.released.to_numpy().tolist() == [["Satisfaction", "s3", "intercept"]]
    assert invariance.verdicts == {
        "Quality": "comparable",
        "Value": "comparable",
        "Satisfaction": "partially comparable",
    }
    table = invariance.tidy().set_index("level")
    theirs = reference("cfa_MLR")
    for name, level in (("configural", "configural"), ("partial scalar", "partial")):
        measures = theirs["levels"][level]["fit"]
        for ours, lavaan in (("cfi", "cfi"), ("rmsea", "rmsea"), ("srmr", "srmr")):
            assert table.loc[name, ours] == pytest.approx(measures[lavaan], rel=R_DIGITS)
    tests = {(t["restricted"], t["general"]): t for t in theirs["differences"]}
    for name, pair in (
        ("metric", ("metric", "configural")),
        ("scalar", ("scalar", "metric")),
        ("partial scalar", ("partial", "metric")),
    ):
        scaled = table.loc[name, "diff_chi2"] * N / (N - 1)
        assert scaled == pytest.approx(tests[pair]["chisq_diff"], rel=OPTIMISER)
        assert table.loc[name, "diff_df"] == tests[pair]["df_diff"]
    means = theirs["levels"]["partial"]["latent_means"]
    for row in invariance.latent_means().itertuples():
        assert row.estimate == pytest.approx(means[row.group][row.term], rel=OPTIMISER)


def biased(seed: int, bias: float, n: int = 500) -> pd.DataFrame:
    """Two operators alike in satisfaction; one item of the second is ``bias`` points higher."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=2 * n)
    items = {f"s{k}": 6.5 + 1.4 * f + 1.1 * rng.normal(size=2 * n) for k in range(4)}
    data = pd.DataFrame(items).assign(operator=np.repeat([1, 2], n))
    data.loc[data["operator"] == 2, "s1"] += bias
    answers = data.filter(like="s").clip(1, 10).round()
    return answers.assign(operator=data["operator"])


def test_a_planted_bias_is_taken_out_of_the_gap() -> None:
    fit = fit_model(make_design(biased(1, 1.0)), "S =~ s0 + s1 + s2 + s3")
    invariance = check_invariance(fit, by="operator")
    assert invariance.released["item"].tolist() == ["s1"]
    index = estimate_index(fit, by="operator")
    gaps = corrected_gaps(invariance, index.scores, index.weights, "S").tidy().set_index("term")
    assert gaps.loc["bias", "conf_low"] < -0.25 < gaps.loc["bias", "conf_high"]  # 1.0 in a quarter
    assert gaps.loc["corrected", "conf_low"] < 0.0 < gaps.loc["corrected", "conf_high"]
    assert gaps.loc["bias", "conf_high"] < 0.0
    total = gaps.loc["corrected", "estimate"] + gaps.loc["bias", "estimate"]
    assert total == pytest.approx(gaps.loc["observed", "estimate"])


@pytest.mark.bench
def test_power_and_false_alarms() -> None:
    found = [released(biased(seed, 1.0)) == ["s1"] for seed in range(100)]
    alarms = [bool(released(biased(1000 + seed, 0.0))) for seed in range(300)]
    assert np.mean(found) >= 0.90
    # two tests at 5 % each: at most 10 % of clean pairs are touched
    assert np.mean(alarms) <= 0.10 + 3 * np.sqrt(0.1 * 0.9 / 300)


def released(data: pd.DataFrame) -> list[str]:
    fit = fit_model(make_design(data), "S =~ s0 + s1 + s2 + s3")
    return check_invariance(fit, by="operator").released["item"].tolist()


def test_small_groups_are_left_out_and_listed() -> None:
    data = biased(1, 0.0)
    data.loc[data.index[:25], "operator"] = 3
    fit = fit_model(make_design(data), "S =~ s0 + s1 + s2 + s3")
    invariance = check_invariance(fit, by="operator")
    assert invariance.left_out["operator"].tolist() == [3]
    assert invariance.left_out["n"].tolist() == [25]
    data["operator"] = np.where(data.index < 25, 3, 1)
    alone = fit_model(make_design(data), "S =~ s0 + s1 + s2 + s3")
    with pytest.raises(ModelError, match="Only 1 of 2 groups have an effective base of at least"):
        check_invariance(alone, by="operator")
