"""PLS: closed forms, invariance, and every number that the result promises."""

import numpy as np
import pytest

from csi.model.pls import fit_pls, fit_pls_stack, pls_model
from tests.model.pls_examples import (
    BLOCKS,
    ITEMS,
    PATHS,
    THREE,
    factor_population,
    small_answers,
    small_covariance,
    small_model,
)

SCHEMES = ("centroid", "factorial", "path")


def two_blocks(mode, scheme):
    items = ["a1", "a2", "a3", "b1", "b2"]
    blocks = {"A": items[:3], "B": items[3:]}
    model = pls_model(items, blocks, [("A", "B")], modes=dict.fromkeys("AB", mode), scheme=scheme)
    x = np.random.default_rng(7).normal(size=(60, 5)) @ (np.eye(5) + 0.4)
    return np.corrcoef(x.T), model


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_blocks_in_mode_b_give_the_first_canonical_correlation(scheme):
    R, model = two_blocks("B", scheme)
    fit = fit_pls(R, model)
    aa, bb, ab = R[:3, :3], R[3:, 3:], R[:3, 3:]
    squared = np.linalg.eigvals(np.linalg.solve(aa, ab) @ np.linalg.solve(bb, ab.T)).real.max()
    assert fit.paths[0] == pytest.approx(np.sqrt(squared), rel=1e-12)
    assert fit.r_squared[1] == pytest.approx(squared, rel=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_blocks_in_mode_a_give_inter_battery_weights(scheme):
    R, model = two_blocks("A", scheme)
    fit = fit_pls(R, model)
    left, _, right = np.linalg.svd(R[:3, 3:])
    ratio_a = fit.weights[:3] / left[:, 0]
    ratio_b = fit.weights[3:] / right[0]
    np.testing.assert_allclose(ratio_a, ratio_a[0], rtol=1e-9)
    np.testing.assert_allclose(ratio_b, ratio_b[0], rtol=1e-9)


def test_single_items_give_ordinary_regression():
    R = np.array([[1, 0.3, 0.5], [0.3, 1, 0.4], [0.5, 0.4, 1]])
    blocks = {name: [name.lower()] for name in "XZY"}
    fit = fit_pls(R, pls_model(["x", "z", "y"], blocks, [("X", "Y"), ("Z", "Y")]))
    beta = np.linalg.solve(R[:2, :2], R[:2, 2])
    np.testing.assert_allclose(fit.paths, beta, rtol=1e-14)
    assert fit.r_squared[2] == pytest.approx(beta @ R[:2, 2], rel=1e-14)
    np.testing.assert_array_equal(fit.weights, 1)
    np.testing.assert_array_equal(fit.consistent.rho_a, 1)
    np.testing.assert_array_equal(fit.consistent.path_matrix, fit.path_matrix)


def test_total_effects_are_sums_over_chains_of_paths():
    fit = fit_pls(small_covariance(), small_model())
    b = dict(zip(fit.model.paths, fit.paths, strict=True))
    total = dict(zip(fit.model.effects, fit.total_effects, strict=True))
    by_quality = b["Quality", "Satisfaction"] + b["Quality", "Value"] * b["Value", "Satisfaction"]
    by_image = b["Image", "Satisfaction"] + b["Image", "Quality"] * by_quality
    assert total["Image", "Satisfaction"] == pytest.approx(by_image, rel=1e-13)
    assert total["Image", "Complaints"] == pytest.approx(
        by_image * b["Satisfaction", "Complaints"], rel=1e-13
    )
    assert ("Complaints", "Image") not in total
    assert len(total) == 10


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("mode", ["A", "B"])
def test_the_result_agrees_with_scores_computed_from_answers(scheme, mode):
    x = small_answers()
    model = small_model(scheme=scheme, modes={"Quality": mode, "Satisfaction": mode})
    fit = fit_pls(np.cov(x.T), model)
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    scores = np.column_stack(
        [z[:, model.owner == j] @ fit.weights[model.owner == j] for j in range(5)]
    )
    np.testing.assert_allclose(scores.std(axis=0, ddof=1), 1, rtol=1e-12)
    together = np.corrcoef(np.column_stack([scores, z]).T)
    np.testing.assert_allclose(fit.construct_correlations, together[:5, :5], atol=1e-13)
    np.testing.assert_allclose(fit.cross_loadings, together[5:, :5], atol=1e-13)
    own = fit.cross_loadings[np.arange(12), model.owner]
    np.testing.assert_array_equal(fit.loadings, own)
    y = scores[:, 3]
    beta = np.linalg.lstsq(scores[:, :3], y, rcond=None)[0]
    np.testing.assert_allclose(fit.path_matrix[:3, 3], beta, rtol=1e-10)
    residual = y - scores[:, :3] @ beta
    assert fit.r_squared[3] == pytest.approx(1 - residual.var() / y.var(), rel=1e-12)


def test_index_weights_make_the_index_of_raw_answers():
    x = small_answers()
    model = small_model()
    fit = fit_pls(np.cov(x.T), model)
    sums = np.bincount(model.owner, fit.index_weights)
    np.testing.assert_allclose(sums, 1, rtol=1e-14)
    index = np.column_stack(
        [x[:, model.owner == j] @ fit.index_weights[model.owner == j] for j in range(5)]
    )
    np.testing.assert_allclose(np.corrcoef(index.T), fit.construct_correlations, atol=1e-13)
    slope = np.polyfit(index[:, 1], index[:, 2], 1)[0]
    assert fit.index_effect_matrix[1, 2] == pytest.approx(slope, rel=1e-10)


def test_communality_and_redundancy():
    fit = fit_pls(small_covariance(), small_model())
    assert fit.communality[2] == pytest.approx(np.mean(fit.loadings[6:8] ** 2), rel=1e-14)
    assert fit.redundancy[2] == pytest.approx(fit.communality[2] * fit.r_squared[2], rel=1e-14)
    assert np.isnan(fit.redundancy[0])
    assert np.isnan(fit.r_squared[0])


def test_standardised_results_do_not_depend_on_units():
    S = small_covariance()
    sd = np.sqrt(np.diag(S))
    raw, standardised = fit_pls(S, small_model()), fit_pls(S / np.outer(sd, sd), small_model())
    np.testing.assert_allclose(raw.weights, standardised.weights, rtol=1e-9)
    np.testing.assert_allclose(raw.total_effects, standardised.total_effects, rtol=1e-9)
    assert np.abs(raw.index_weights - standardised.index_weights).max() > 0.01


def test_items_are_found_by_name_and_others_are_left_out():
    S = small_covariance()
    order = np.random.default_rng(3).permutation(12)
    names = ["age", *[ITEMS[i] for i in order]]
    wider = np.zeros((13, 13))
    wider[0, 0] = 9.0
    wider[1:, 1:] = S[np.ix_(order, order)]
    fit = fit_pls(wider, pls_model(names, BLOCKS, PATHS))
    np.testing.assert_allclose(fit.weights, fit_pls(S, small_model()).weights, atol=1e-10)
    assert fit.model.items == tuple(ITEMS)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sum_of_loadings_is_positive_and_a_reversed_block_turns_its_construct(scheme):
    S = small_covariance()
    flip = np.ones(12)
    flip[3:6] = -1
    there = fit_pls(S, small_model(scheme=scheme))
    back = fit_pls(S * np.outer(flip, flip), small_model(scheme=scheme))
    assert (np.bincount(there.model.owner, there.loadings) > 0).all()
    np.testing.assert_allclose(back.weights, there.weights, atol=1e-9)
    np.testing.assert_allclose(back.paths[:2], -there.paths[:2], atol=1e-9)


def test_one_reversed_item_gets_a_negative_weight_not_a_turned_construct():
    S = small_covariance()
    flip = np.ones(12)
    flip[4] = -1
    fit = fit_pls(S * np.outer(flip, flip), small_model())
    assert fit.weights[4] < 0 < fit.weights[3]
    np.testing.assert_allclose(fit.paths, fit_pls(S, small_model()).paths, atol=1e-9)


def test_the_same_matrix_gives_the_same_bytes():
    S, model = small_covariance(), small_model()
    assert fit_pls(S, model).weights.tobytes() == fit_pls(S, model).weights.tobytes()


def test_a_composite_population_is_recovered_exactly():
    # Single-factor blocks with equal loadings: equal weights, and composites correlate
    # phi * reliability.
    loading, phi = 0.8, 0.5
    lam = np.zeros((6, 2))
    lam[:3, 0] = lam[3:, 1] = loading
    R = lam @ np.array([[1, phi], [phi, 1]]) @ lam.T
    np.fill_diagonal(R, 1)
    model = pls_model(list("abcdef"), {"X": list("abc"), "Y": list("def")}, [("X", "Y")])
    fit = fit_pls(R, model)
    omega = 9 * loading**2 / (9 * loading**2 + 3 * (1 - loading**2))
    np.testing.assert_allclose(fit.weights, fit.weights[0], rtol=1e-12)
    assert fit.paths[0] == pytest.approx(phi * omega, rel=1e-12)
    np.testing.assert_allclose(fit.consistent.rho_a, omega, rtol=1e-12)
    assert fit.consistent.path_matrix[0, 1] == pytest.approx(phi, rel=1e-12)
    assert fit.consistent.r_squared[1] == pytest.approx(phi**2, rel=1e-12)
    np.testing.assert_allclose(fit.consistent.loadings, loading, rtol=1e-12)
    assert fit.consistent.admissible
    assert fit.consistent.problems == ()


def test_consistent_pls_recovers_a_factor_population():
    phi = np.array([[1, 0.5, 0.6], [0.5, 1, 0.7], [0.6, 0.7, 1]])
    fit = fit_pls(factor_population(phi), THREE)
    np.testing.assert_allclose(fit.consistent.construct_correlations, phi, rtol=1e-9)
    np.testing.assert_allclose(fit.consistent.loadings, [0.9, 0.7, 0.5] * 3, rtol=1e-9)
    assert fit.consistent.admissible


def test_rho_a_is_dijkstra_and_henselers_ratio():
    R = np.corrcoef(small_answers().T)
    fit = fit_pls(R, small_model(composites=["Value"], modes={"Satisfaction": "B"}))
    w, block = fit.weights[:3], R[:3, :3]
    off = ~np.eye(3, dtype=bool)
    ratio = (w @ w) ** 2 * (w @ (block * off) @ w) / (w @ (np.outer(w, w) * off) @ w)
    assert fit.consistent.rho_a[0] == pytest.approx(ratio, rel=1e-12)
    np.testing.assert_array_equal(fit.consistent.rho_a[2:], 1)
    np.testing.assert_array_equal(fit.consistent.loadings[6:], fit.loadings[6:])


def test_a_stack_gives_the_same_as_one_matrix_at_a_time():
    stack = np.stack([small_covariance(n=80, seed=seed) for seed in range(12)])
    model = small_model(modes={"Quality": "B"})
    together = fit_pls_stack(stack, model, tol=1e-12)
    for i, S in enumerate(stack):
        alone = fit_pls(S, model, tol=1e-12)
        assert together.iterations[i] == alone.iterations
        for name in ("weights", "index_weights", "cross_loadings", "paths", "total_effects"):
            np.testing.assert_allclose(getattr(together, name)[i], getattr(alone, name), atol=1e-12)
        np.testing.assert_allclose(
            together.consistent.path_matrix[i], alone.consistent.path_matrix, atol=1e-10
        )
        assert together.consistent.admissible[i] == alone.consistent.admissible
        assert alone.consistent.admissible == (alone.consistent.problems == ())


def test_a_stack_marks_what_it_cannot_fit_and_fits_the_rest():
    good = small_covariance()
    constant, dependent, missing = good.copy(), good.copy(), good.copy()
    constant[0], constant[:, 0] = 0, 0
    dependent[3], dependent[:, 3] = dependent[4], dependent[:, 4]
    dependent[3, 3] = dependent[4, 4]
    missing[2, 5] = np.nan
    model = small_model(modes={"Quality": "B"})
    fit = fit_pls_stack([constant, good, dependent, missing], model)
    assert fit.converged.tolist() == [False, True, False, False]
    assert fit.consistent.admissible.tolist() == [False, True, False, False]
    assert np.isnan(fit.paths[[0, 2, 3]]).all()
    np.testing.assert_allclose(fit.paths[1], fit_pls(good, model).paths, atol=1e-7)


def test_a_stack_without_a_usable_matrix_is_all_nan():
    fit = fit_pls_stack(np.zeros((2, 12, 12)), small_model())
    assert not fit.converged.any()
    assert np.isnan(fit.consistent.loadings).all()


def test_a_slow_matrix_counts_as_not_converged_in_a_stack():
    fit = fit_pls_stack(small_covariance()[None], small_model(), max_iter=1)
    assert not fit.converged[0]
    assert fit.iterations[0] == 1
    assert np.isfinite(fit.paths).all()
