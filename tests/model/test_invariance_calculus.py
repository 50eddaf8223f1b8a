"""Slopes, curvature, elimination and influences of multi-group models, by brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.inference import make_design
from csi.model.arrowhead import factor_arrowhead
from csi.model.common_ruler import construct_means, item_bias
from csi.model.group_model import label_map
from csi.model.group_slopes import (
    group_discrepancy,
    group_expected,
    group_gradient,
    group_hessian,
    group_point,
    moment_slope,
)
from csi.model.ladder import Ladder, Step, score_statistics, start_of_groups, with_intercepts
from csi.model.multigroup import MultiGroupFit, fit_multigroup
from csi.model.structure import Structure, compile_structure
from csi.model.syntax import read_syntax
from tests.model.multigroup_examples import grouped, operators, reweighted
from tests.tolerance import EXACT

STEP = 1e-5
MODELS = {
    "paths and an error covariance": """
        Q =~ q1 + q2 + q3
        V =~ v1 + v2 + v3
        S =~ s1 + s2 + s3
        V ~ Q
        S ~ Q + V
        q1 ~~ v1
    """,
    "equal loadings": "Q =~ q1 + q2 + q3\n V =~ v1 + a*v2 + a*v3",
    "an observed predictor": "S =~ s1 + s2 + s3\n V =~ v1 + v2 + v3\n S ~ x\n V ~ S",
}


def slope_of(function, at: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    steps = STEP * np.eye(len(at))
    return np.stack([(function(at + e) - function(at - e)) / (2 * STEP) for e in steps], axis=-1)


@pytest.fixture(params=MODELS)
def example(request: pytest.FixtureRequest) -> tuple[Structure, np.ndarray, np.ndarray, np.ndarray]:
    """A structure, a point (θ, ν, α) away from the optimum, and moments."""
    structure = compile_structure(read_syntax(MODELS[request.param]))
    rng = np.random.default_rng(1)
    theta = rng.uniform(0.4, 0.9, structure.n_free)
    for p, free in zip(structure.table.parameters, structure.free, strict=True):
        if free >= 0 and p.op == "~~":
            theta[free] = 1.5 if p.lhs == p.rhs else 0.3
    size = len(structure.items)
    own = np.concatenate([theta, rng.normal(size=size + len(structure.nodes))])
    root = rng.normal(size=(size, 3 * size))
    return structure, own, rng.normal(size=size), root @ root.T / size


def test_gradient_and_hessian(
    example: tuple[Structure, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    structure, own, mean, S = example

    def discrepancy(at: np.ndarray) -> np.ndarray:
        return np.asarray(group_discrepancy(group_point(structure, at), mean, S))

    def gradient(at: np.ndarray) -> np.ndarray:
        return group_gradient(group_point(structure, at), mean, S)

    np.testing.assert_allclose(gradient(own), slope_of(discrepancy, own), atol=1e-7)
    hessian = group_hessian(group_point(structure, own), mean, S)
    np.testing.assert_allclose(hessian, slope_of(gradient, own) / 2.0, atol=1e-7)


def test_expected_information_is_the_hessian_at_a_perfect_fit(
    example: tuple[Structure, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    structure, own, _, _ = example
    point = group_point(structure, own)
    hessian = group_hessian(point, point.mu, point.implied.sigma)
    np.testing.assert_allclose(group_expected(point), hessian, atol=1e-10)


def test_slope_by_moments(example: tuple[Structure, np.ndarray, np.ndarray, np.ndarray]) -> None:
    structure, own, mean, S = example
    point, lower = group_point(structure, own), np.tril_indices(len(mean))

    def by_cov(half: np.ndarray) -> np.ndarray:
        cov = np.zeros_like(S)
        cov[lower] = half
        return group_gradient(point, mean, cov + np.tril(cov, -1).T)

    slope, p = moment_slope(point, mean), len(mean)
    by_mean = slope_of(lambda m: group_gradient(point, m, S), mean)
    np.testing.assert_allclose(slope[:, :p], by_mean, atol=1e-7)
    np.testing.assert_allclose(slope[:, p:], slope_of(by_cov, S[lower]), atol=1e-7)


def test_a_covariance_that_is_not_positive_definite_has_no_discrepancy(
    example: tuple[Structure, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    structure, own, mean, S = example
    point = group_point(structure, np.where(own == 1.5, -9.0, own))
    assert group_discrepancy(point, mean, S) == np.inf


@pytest.mark.parametrize("damping", [0.0, 0.3])
def test_elimination_solves_the_whole_system(damping: float) -> None:
    rng = np.random.default_rng(2)
    numbers = [np.array([0, 1, 2, 5]), np.array([6, 2, 3]), np.array([5, 4, 2])]
    whole, blocks = np.zeros((7, 7)), []
    for number in numbers:
        root = rng.normal(size=(len(number), 6))
        blocks.append(root @ root.T)
        damped = blocks[-1] + damping * np.diag(np.diag(blocks[-1]))
        whole[np.ix_(number, number)] += damped
    right = rng.normal(size=(7, 2))
    found = factor_arrowhead(numbers, blocks, 7, damping=damping)
    np.testing.assert_allclose(found.solve(right), np.linalg.solve(whole, right), rtol=1e-10)
    np.testing.assert_allclose(found.solve(right[:, 0]), np.linalg.solve(whole, right[:, 0]))
    assert found.shared.tolist() == [2, 5]
    inverse = np.linalg.inv(whole)[np.ix_(found.shared, found.shared)]
    np.testing.assert_allclose(found.core, inverse, rtol=1e-10)


SYNTAX = "S =~ s0 + s1 + s2\n T =~ s3 + t1 + t2\n T ~ S"


@pytest.fixture(scope="module")
def three_groups() -> pd.DataFrame:
    data = operators(5, n=80, n_groups=3, bias=1.0)
    rng = np.random.default_rng(6)
    for name in ("t1", "t2"):
        data[name] = (data["s3"] + rng.normal(size=len(data))).clip(1, 10)
    return data


def partial(
    data_frame: pd.DataFrame, weights: np.ndarray | None = None
) -> tuple[MultiGroupFit, Ladder]:
    """The scalar model with a loading (s1 in the last group) and an intercept (s3) released."""
    model, data = grouped(make_design(data_frame), SYNTAX, "operator", "structural")
    if weights is not None:
        data = reweighted(data, weights)
    items = model.structure.items
    s1 = next(
        int(free)
        for p, free in zip(model.structure.table.parameters, model.structure.free, strict=True)
        if p.op == "=~" and p.rhs == "s1"
    )
    released = ((s1, 2), (model.structure.n_free + items.index("s3"), 1))
    labels = label_map(model, 3, "scalar", with_intercepts(model, released))
    fit = fit_multigroup(model, data, labels, start_of_groups(model, data))
    return fit, Ladder(steps=(Step(name="partial scalar", fit=fit),), released=released)


def test_influences_are_the_change_by_a_respondents_weight(three_groups: pd.DataFrame) -> None:
    fit, ladder = partial(three_groups)
    groups = pd.DataFrame({"operator": [1, 2, 3]})
    blocks = {"S": (), "T": ()}
    terms = pd.DataFrame({"term": [""] * len(fit.values)})
    ours = [
        fit.functions(fit.values, np.eye(len(fit.values)), terms).influence(),
        construct_means(fit, groups, blocks).influence(),
        item_bias(ladder, groups).influence(),
    ]

    def numbers(weights: np.ndarray) -> np.ndarray:
        again, climbed = partial(three_groups, weights)
        parts = construct_means(again, groups, blocks), item_bias(climbed, groups)
        return np.concatenate([again.values, *(part.values for part in parts)])

    for respondent in (0, 100, 239):
        up, down = np.ones(240), np.ones(240)
        up[respondent], down[respondent] = 1.001, 0.999
        change = (numbers(up) - numbers(down)) / 0.002
        influence = np.concatenate([part[respondent] for part in ours])
        np.testing.assert_allclose(influence, change, atol=2e-7)


def test_the_scaling_is_the_trace_that_it_is_short_for(three_groups: pd.DataFrame) -> None:
    fit, _ = partial(three_groups)
    terms = pd.DataFrame({"term": [""] * len(fit.values)})
    V = fit.functions(fit.values, np.eye(len(fit.values)), terms).covariance()
    H = np.zeros_like(V)
    for share, part, own in zip(fit.data.share, fit.parts, fit.labels.own, strict=True):
        kept = own >= 0
        H[np.ix_(own[kept], own[kept])] += share * part.hessian[np.ix_(kept, kept)]
    assert fit.spread == pytest.approx(fit.data.n * np.trace(H @ V), rel=EXACT * 100)


def test_score_statistics_are_near_what_a_release_gains(three_groups: pd.DataFrame) -> None:
    model, data = grouped(make_design(three_groups), SYNTAX, "operator", "structural")
    start = start_of_groups(model, data)
    scalar = fit_multigroup(model, data, label_map(model, 3, "scalar"), start)
    at = model.structure.n_free + model.structure.items.index("s1")
    candidates = [(at, g) for g in range(3)]
    freed = [
        fit_multigroup(model, data, label_map(model, 3, "scalar", [one]), start)
        for one in candidates
    ]
    gained = [scalar.chi2 - fit.chi2 for fit in freed]
    statistics = score_statistics(scalar, candidates)
    assert int(np.argmax(statistics)) == int(np.argmax(gained)) == 2
    np.testing.assert_allclose(statistics, gained, rtol=0.35)
