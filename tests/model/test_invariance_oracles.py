"""Multi-group models equal lavaan's: χ², estimates, standard errors, measures, tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi.inference import make_design
from csi.model.common_ruler import construct_means
from csi.model.comparison_model import Scope
from csi.model.group_model import Level, label_map
from csi.model.invariance_tables import parameter_table
from csi.model.ladder import Step, scaled_difference, start_of_groups
from csi.model.multigroup import MultiGroupFit, fit_multigroup
from csi.model.multigroup_measures import multigroup_measures
from csi.model.syntax import read_syntax
from tests.model.multigroup_examples import SIMULATED, grouped
from tests.model.oracles import oracle
from tests.tolerance import OPTIMISER, R_DIGITS

N = 600
FACTOR = (N - 1) / N
"""csi has n/(n − 1) with the n of all groups in the design together; lavaan has none."""

LEVELS = ("configural", "metric", "scalar", "partial")
CASES: dict[str, tuple[Scope, dict[str, str]]] = {
    "cfa_MLR": ("measurement", {}),
    "cfa_MLR_weights_group": ("measurement", {"weights": "weight"}),
    "sem_MLR": ("structural", {}),
    "sem_MLR_weights_group": ("structural", {"weights": "weight"}),
}


def fit_level(case: str, level: str, **design: str) -> MultiGroupFit:
    scope: Scope = "structural" if case.startswith("sem") else "measurement"
    syntax = oracle("invariance")["syntax"][
        "simulated_sem" if scope == "structural" else "simulated_cfa"
    ]
    frame = pd.read_csv(SIMULATED)
    frame["own_psu"] = frame["group"] + frame["psu"].astype(str)
    model, data = grouped(make_design(frame, **design), syntax, "group", scope)  # type: ignore[arg-type]
    s3 = model.structure.n_free + model.structure.items.index("s3")
    released = [(s3, 1), (s3, 2)] if level == "partial" else []
    name = "scalar" if level == "partial" else level
    labels = label_map(model, 3, name, released)  # type: ignore[arg-type]
    return fit_multigroup(model, data, labels, start_of_groups(model, data))


def compare_parameters(
    ours: pd.DataFrame, theirs: dict[str, Any], groups: list[Any], factor: float
) -> int:
    rows = {
        (groups[row["group"] - 1], row["op"], frozenset((row["lhs"], row["rhs"]))): row
        for row in theirs["parameters"]
    }
    for row in ours.to_dict("records"):
        reference = rows[(row["group"], row["op"], frozenset((row["lhs"], row["rhs"])))]
        assert row["estimate"] == pytest.approx(reference["est"], rel=OPTIMISER, abs=1e-8)
        assert row["std_error"] * factor == pytest.approx(reference["se"], rel=OPTIMISER)
    return len(ours)


def compare_measures(ours: dict[str, Any], theirs: dict[str, float], factor: float) -> None:
    """Scaled χ² differ by the factor; what is made of them follows."""
    assert ours["chi2"] == pytest.approx(theirs["chisq"], abs=1e-8)
    assert ours["df"] == theirs["df"]
    scaled = theirs["chisq.scaled"] * factor
    baseline = theirs["baseline.chisq.scaled"] * factor
    df, base_df = theirs["df"], theirs["baseline.df"]
    assert ours["scaling"] * factor == pytest.approx(theirs["chisq.scaling.factor"], rel=OPTIMISER)
    assert ours["chi2_scaled"] == pytest.approx(scaled, rel=OPTIMISER)
    assert ours["cfi_scaled"] == pytest.approx(
        1.0 - max(scaled - df, 0.0) / (baseline - base_df), rel=OPTIMISER
    )
    rmsea = np.sqrt(max(scaled - df, 0.0) / df / theirs["ntotal"])
    assert ours["rmsea_scaled"] == pytest.approx(
        rmsea * theirs["rmsea"] / np.sqrt((theirs["chisq"] - df) / df / theirs["ntotal"]),
        rel=OPTIMISER,
    )
    for name in ("cfi", "rmsea", "srmr"):
        assert ours[name] == pytest.approx(theirs[name], rel=R_DIGITS)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("case", CASES)
def test_levels_equal_lavaan(case: str, level: str) -> None:
    theirs = oracle("invariance")["simulated"][case]
    fit = fit_level(case, level, **CASES[case][1])
    assert fit.gradient < 1e-9
    compare_measures(multigroup_measures(fit), theirs["levels"][level]["fit"], FACTOR)
    groups = pd.DataFrame({"group": theirs["groups"]})
    table = parameter_table(Step(name=level, fit=fit), groups, 0.95)
    compared = compare_parameters(
        table, theirs["levels"][level], theirs["groups"], float(np.sqrt(FACTOR))
    )
    assert compared == 3 * (9 + 9 + 3 + 3 + 9 + 3)
    if level in ("scalar", "partial"):
        means = construct_means(fit, groups, {"Quality": (), "Value": (), "Satisfaction": ()})
        for row in means.tidy().itertuples():
            reference = theirs["levels"][level]["latent_means"][row.group][row.term]
            assert row.estimate == pytest.approx(reference, rel=OPTIMISER)


@pytest.mark.parametrize("case", CASES)
def test_difference_tests_equal_lavaan(case: str) -> None:
    fits = {level: fit_level(case, level, **CASES[case][1]) for level in LEVELS}
    for test in oracle("invariance")["simulated"][case]["differences"]:
        found = scaled_difference(fits[test["restricted"]], fits[test["general"]])
        assert found.chi2 == pytest.approx(test["chisq_diff"] * FACTOR, rel=OPTIMISER)
        assert found.df == test["df_diff"]


def test_unscaled_differences_equal_lavaan() -> None:
    fits = {level: fit_level("cfa_MLR", level) for level in LEVELS}
    theirs = oracle("invariance")["simulated"]["cfa_ML"]
    for level, fit in fits.items():
        assert fit.chi2 == pytest.approx(theirs["levels"][level]["fit"]["chisq"], abs=1e-8)
    for test in theirs["differences"]:
        difference = fits[test["restricted"]].chi2 - fits[test["general"]].chi2
        assert difference == pytest.approx(test["chisq_diff"], abs=1e-8)


@pytest.mark.parametrize("level", LEVELS)
def test_clusters_equal_lavaan(level: str) -> None:
    """lavaan takes clusters of different groups as different, and does not centre their scores.

    Groups as strata give the first; what centring takes away is each group's pull, put back here.
    """
    theirs = oracle("invariance")["simulated"]["cfa_MLR_weights_group_cluster"]
    fit = fit_level("cfa", level, weights="weight", strata="group", psu="own_psu")
    terms = pd.DataFrame({"term": [""] * len(fit.values)})
    estimates = fit.functions(fit.values, np.eye(len(fit.values)), terms)
    V = estimates.covariance().copy()
    frame = fit.data.design.frame
    for each in fit.data.moments:
        units = frame.loc[each.inside, "own_psu"].nunique()
        pull = fit.data.design.weights[each.inside] @ estimates.influence()[each.inside]
        V += np.outer(pull, pull) / (units - 1)
    rows = {
        (row["group"], row["op"], frozenset((row["lhs"], row["rhs"]))): row
        for row in theirs["levels"][level]["parameters"]
    }
    structure, k, p = fit.model.structure, fit.model.structure.n_free, len(fit.data.items)
    for g in range(3):
        own = fit.labels.own[g]
        for q, free in zip(structure.table.parameters, structure.free, strict=True):
            row = rows[(g + 1, q.op, frozenset((q.lhs, q.rhs)))]
            assert fit.of_group(g)[free] == pytest.approx(row["est"], rel=OPTIMISER, abs=1e-8)
            if own[free] >= 0:
                assert np.sqrt(V[own[free], own[free]]) == pytest.approx(row["se"], rel=OPTIMISER)
        for j, item in enumerate(fit.data.items):
            row = rows[(g + 1, "~1", frozenset((item, "")))]
            number = own[k + j]
            assert np.sqrt(V[number, number]) == pytest.approx(row["se"], rel=OPTIMISER)
    assert len(structure.items) == p


def test_industries_equal_lavaan(shared_data: Path) -> None:
    """Four industries of the ACSI; lavaan counts them in the order of the file."""
    reference = oracle("invariance")
    syntax, theirs = reference["syntax"]["acsi_cfa"], reference["acsi"]["cfa_MLR"]
    frame = pd.read_csv(shared_data / "acsi2015" / "acsi2015.csv")
    items = list(read_syntax(syntax).items)
    frame[items] = frame[items].where(~frame[items].isin([98, 99])).astype(float)
    frame = frame.dropna(subset=items)[["INDUSTRY", *items]]
    model, data = grouped(make_design(frame), syntax, "INDUSTRY")
    k = model.structure.n_free
    free = [k + items.index(name.split("~")[0].strip()) for name in reference["acsi"]["free"]]
    factor = (data.n - 1) / data.n
    groups = pd.DataFrame({"group": [1001, 3003, 3013, 5001]})
    fits = {}
    for level in LEVELS:
        released = [(at, g) for at in free for g in (1, 2, 3)] if level == "partial" else []
        name: Level = "scalar" if level == "partial" else level  # type: ignore[assignment]
        labels = label_map(model, 4, name, released)
        fits[level] = fit_multigroup(model, data, labels, start_of_groups(model, data))
        compare_measures(multigroup_measures(fits[level]), theirs["levels"][level]["fit"], factor)
    table = parameter_table(Step(name="configural", fit=fits["configural"]), groups, 0.95)
    names = [int(name) for name in theirs["groups"]]
    compared = compare_parameters(table, theirs["levels"]["configural"], names, factor**0.5)
    assert compared == 4 * (11 + 11 + 4 + 6 + 11 + 4)
    for test in theirs["differences"]:
        found = scaled_difference(fits[test["restricted"]], fits[test["general"]])
        assert found.chi2 == pytest.approx(test["chisq_diff"] * factor, rel=OPTIMISER)
