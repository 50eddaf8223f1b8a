"""The index: equal to lavaan's delta method, to published means, and to what must not matter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csi.errors import ModelError
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.effects import total_effects_in_points
from csi.model.fit import fit_model
from csi.questionnaire.reading import read_questionnaire
from csi.responses.recoding import read_responses
from tests.model.oracles import oracle, simple_random_factor, without_defined
from tests.tolerance import EXACT, OPTIMISER, R_DIGITS

INDUSTRIES = {1001: 77.24, 3003: 68.34, 3013: 60.83, 5001: 74.77}
SYNTAX = "F =~ x0 + x1 + x2\nG =~ x3 + x4 + x5\nG ~ F"


@pytest.fixture(scope="module")
def acsi(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "acsi2015" / "acsi2015.csv").replace({98: np.nan, 99: np.nan})


def two_constructs(n: int = 200, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    g = 0.6 * f + 0.8 * rng.normal(size=n)
    columns = {f"x{k}": 50 + 9 * (f if k < 3 else g) + 8 * rng.normal(size=n) for k in range(6)}
    return pd.DataFrame(columns).assign(line=rng.integers(1, 3, n), w=rng.uniform(0.5, 2.0, n))


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_index_and_effects_in_points_equal_lavaan_delta_method(
    industry: int, acsi: pd.DataFrame
) -> None:
    """On 0-100 complete answers, with loadings' own uncertainty in the standard error."""
    reference = oracle("acsi_isp")
    defined = {
        row["lhs"]: row
        for row in reference["industries"][str(industry)]["MLR_points"]["parameters"]
        if row["op"] == ":="
    }
    syntax = without_defined(reference["syntax"])
    items = ["OVERALLX", "CUSTOMX", "WRONGX", "OVERALLQ", "CUSTOMQ", "WRONGQ"]
    items += ["PQ", "QP", "SATIS", "CONFIRM", "IDEAL"]
    complete = ((acsi.loc[acsi["INDUSTRY"] == industry, items].dropna() - 1) / 9 * 100).copy()
    fit = fit_model(make_design(complete), syntax)
    index = estimate_index(fit)
    factor = simple_random_factor(len(complete))
    for table, prefix in ((index.tidy(), "index"), (index.equal_tidy(), "equal")):
        for row in table.itertuples():
            theirs = defined[f"{prefix}_{row.term}"]
            assert row.estimate == pytest.approx(theirs["est"], rel=OPTIMISER)
            assert row.std_error * factor == pytest.approx(theirs["se"], rel=OPTIMISER)
    group = fit.groups[0]
    for outcome in ("Satisfaction", "Value", "Quality"):
        drivers = fit.table.antecedents_of(outcome)
        effects = total_effects_in_points(group.structure, group.theta, outcome, drivers).tidy()
        for row in effects.itertuples():
            theirs = defined[f"points_{row.term}_{outcome}"]
            assert row.estimate == pytest.approx(theirs["est"], rel=OPTIMISER)
            assert row.std_error * factor == pytest.approx(theirs["se"], rel=OPTIMISER)


def test_equal_weight_index_of_four_industries(shared_data: Path, project: Path) -> None:
    """Each item's mean over its valid answers; the figures are of the data's README."""
    questionnaire = read_questionnaire(project / "questionnaires" / "acsi.yaml")
    responses = read_responses(shared_data / "acsi2015" / "acsi2015.csv", questionnaire)
    fit = fit_model(make_design(responses), questionnaire)
    table = estimate_index(fit, by="INDUSTRY").equal_tidy()
    table = table[table["term"] == "Satisfaction"].set_index("INDUSTRY")
    for industry, expected in INDUSTRIES.items():
        assert table.loc[industry, "estimate"] == pytest.approx(expected, abs=0.005)


def test_a_model_by_group_equals_a_model_of_the_group_alone() -> None:
    data = two_constructs()
    design = make_design(data, weights="w")
    by_group = fit_model(design, SYNTAX, by="line")
    index = estimate_index(by_group).tidy()
    for level in (1, 2):
        alone = data[data["line"] == level]
        own = estimate_index(fit_model(make_design(alone, weights="w"), SYNTAX)).tidy()
        theirs = index[index["line"] == level].reset_index(drop=True)
        np.testing.assert_allclose(theirs["estimate"], own["estimate"], rtol=R_DIGITS)
        n, N = len(alone), len(data)
        factor = np.sqrt(n / (n - 1) / (N / (N - 1)))  # the domain keeps the whole design
        np.testing.assert_allclose(theirs["std_error"] * factor, own["std_error"], rtol=1e-7)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.permutations(range(3)), st.floats(0.1, 50.0))
def test_marker_row_order_item_order_and_weight_scale_do_not_matter(
    seed: int, order: list[int], scale: float
) -> None:
    data = two_constructs(seed=seed)
    first = " + ".join(f"x{k}" for k in order)
    moved = data.sample(frac=1.0, random_state=seed).assign(w=lambda d: d["w"] * scale)
    plain = estimate_index(fit_model(make_design(data, weights="w"), SYNTAX)).tidy()
    other = estimate_index(
        fit_model(make_design(moved, weights="w"), SYNTAX.replace("x0 + x1 + x2", first))
    ).tidy()
    columns = ["estimate", "std_error", "n", "n_eff", "df"]
    np.testing.assert_allclose(plain[columns], other[columns], rtol=1e-6)
    low, high = data.filter(like="x").to_numpy().min(), data.filter(like="x").to_numpy().max()
    assert plain["estimate"].between(low, high).all()


def test_weights_sum_to_one_and_equal_weights_have_no_error() -> None:
    fit = fit_model(make_design(two_constructs()), SYNTAX)
    for scheme in ("loading", "regression", "pls", "equal"):
        table = estimate_index(fit, weights=scheme).weights_tidy()  # type: ignore[arg-type]
        sums = table.groupby("construct")["estimate"].sum()
        np.testing.assert_allclose(sums, 1.0, rtol=EXACT)
    assert (table["std_error"] == 0.0).all()


def test_marginal_groups_average_to_the_whole() -> None:
    data = two_constructs()
    fit = fit_model(make_design(data, weights="w"), SYNTAX)
    whole = estimate_index(fit).tidy()["estimate"].to_numpy()
    parts = estimate_index(fit, by="line").tidy()
    share = data.groupby("line")["w"].sum() / data["w"].sum()
    mixed = sum(
        share[level] * parts.loc[parts["line"] == level, "estimate"].to_numpy() for level in (1, 2)
    )
    np.testing.assert_allclose(mixed, whole, rtol=EXACT)


def test_bad_requests_say_what_is_allowed() -> None:
    fit = fit_model(make_design(two_constructs()), SYNTAX, by="line")
    with pytest.raises(ModelError, match="must be one of loading, pls, regression, equal; got 'x'"):
        estimate_index(fit, weights="x")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="was fitted by line, so scores need those columns"):
        estimate_index(fit, by="w")
