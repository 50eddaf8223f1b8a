"""Σ(θ) and its derivatives: closed forms against brute force and semopy."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from csi.errors import ModelError
from csi.model._semopy import fit_semopy
from csi.model.estimation import maximum_likelihood, starting_values
from csi.model.structure import (
    compile_structure,
    discrepancy,
    expected_information,
    gradient,
    implied_moments,
    observed_information,
    sigma_jacobian,
)
from csi.model.syntax import read_syntax
from tests.tolerance import EXACT

SYNTAX = """
A =~ a1 + a2 + a3
B =~ b1 + e*b2 + e*b3
C =~ c1
c1 ~~ 0.3*c1
B ~ A
C ~ B + z
a1 ~~ b1
"""


def example() -> tuple:
    structure = compile_structure(read_syntax(SYNTAX))
    rng = np.random.default_rng(2)
    theta = rng.uniform(0.5, 1.2, structure.n_free)
    for p, free in zip(structure.table.parameters, structure.free, strict=True):
        if p.op == "~~" and p.lhs != p.rhs:
            theta[free] = 0.1  # keeps Σ positive definite
    noise = rng.normal(size=(400, len(structure.items)))
    root = np.linalg.cholesky(implied_moments(structure, theta).sigma)
    S = np.cov((noise @ root.T).T, ddof=0)
    return structure, theta, S


def test_derivatives_equal_central_differences() -> None:
    structure, theta, S = example()
    implied = implied_moments(structure, theta)
    lower = np.tril_indices(len(S))
    information = expected_information(implied)
    for k in range(structure.n_free):
        step = np.zeros_like(theta)
        step[k] = 1e-6
        up, down = theta + step, theta - step
        slope = (discrepancy(structure, up, S) - discrepancy(structure, down, S)) / 2e-6
        assert gradient(implied, S)[k] == pytest.approx(slope, abs=1e-8)
        dsigma = (
            implied_moments(structure, up).sigma - implied_moments(structure, down).sigma
        ) / 2e-6
        np.testing.assert_allclose(sigma_jacobian(implied)[:, k], dsigma[lower], atol=1e-8)
        W = np.linalg.inv(implied.sigma)
        assert information[k, k] == pytest.approx(np.trace(W @ dsigma @ W @ dsigma) / 2, rel=1e-6)
        curvature = (
            gradient(implied_moments(structure, up), S)
            - gradient(implied_moments(structure, down), S)
        ) / 4e-6
        np.testing.assert_allclose(
            observed_information(structure, theta, S)[k], curvature, atol=1e-7
        )


def test_equal_labels_and_fixed_values_count_in_the_degrees_of_freedom() -> None:
    structure, _, _ = example()
    p = len(structure.items)
    names = [str(q) for q in structure.table.parameters if q.fixed is None]
    assert structure.n_free == len(names) - 1  # two loadings share the label `e`
    assert structure.df == p * (p + 1) // 2 - structure.n_free


def test_the_optimum_recovers_a_perfect_covariance() -> None:
    structure, theta, _ = example()
    sigma = implied_moments(structure, theta).sigma
    found, record = maximum_likelihood(structure, sigma, 400)
    np.testing.assert_allclose(found, theta, rtol=1e-7)
    assert record.converged
    assert record.gradient < 1e-9


def test_units_do_not_matter() -> None:
    structure, _, S = example()
    one, _ = maximum_likelihood(structure, S, 400)
    big = compile_structure(read_syntax(SYNTAX.replace("0.3*c1", f"{0.3 * 10_000}*c1")))
    other, _ = maximum_likelihood(big, S * 10_000, 400)
    values = discrepancy(big, other, S * 10_000)
    assert values == pytest.approx(discrepancy(structure, one, S), rel=1e-9)


def test_semopy_leaves_the_global_random_state_alone() -> None:
    structure, _, S = example()
    before = random.getstate()
    fit_semopy(structure, S, 400, starting_values(structure, S))
    assert random.getstate() == before


def test_threads_do_not_mix_their_models() -> None:
    structure, _, S = example()
    other = compile_structure(read_syntax("A =~ a1 + a2 + a3 + b1"))
    keep = [structure.items.index(name) for name in other.items]
    alone = fit_semopy(structure, S, 400, starting_values(structure, S)).theta

    def work(k: int) -> np.ndarray:
        if k % 2:
            small = S[np.ix_(keep, keep)]
            return fit_semopy(other, small, 400, starting_values(other, small)).theta
        return fit_semopy(structure, S, 400, starting_values(structure, S)).theta

    with ThreadPoolExecutor(4) as pool:
        for k, theta in enumerate(pool.map(work, range(12))):
            if k % 2 == 0:
                np.testing.assert_allclose(theta, alone, rtol=EXACT)


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(ModelError, match="4 free parameters but 2 items give only 3"):
        compile_structure(read_syntax("A =~ a1 + a2"))
