"""Every message of the PLS package, by its text."""

from itertools import pairwise

import numpy as np
import pytest

from csi.errors import ModelError
from csi.model.pls import fit_pls, fit_pls_stack, pls_jacobian, pls_model
from tests.model.pls_examples import (
    BLOCKS,
    ITEMS,
    PATHS,
    THREE,
    factor_population,
    small_covariance,
    small_model,
)


def refusal(call, *args, **options):
    with pytest.raises(ModelError) as caught:
        call(*args, **options)
    return str(caught.value)


def test_all_faults_of_a_model_come_at_once():
    message = refusal(
        pls_model,
        ["q1", "q2", "s1", "s1"],
        {"Quality": ["q1", "q22"], "Satisfaction": ["s1", "q1"], "Alone": ["q2"], "Empty": []},
        [("Quality", "Satisfactoin"), ("Quality", "Satisfaction"), ("Quality", "Satisfaction")],
        modes={"Qality": "A", "Quality": "C"},
        composites=["Image"],
        scheme="pathway",
    )
    assert message.splitlines() == [
        "Item `s1` names two rows of the matrix.",
        "Construct `Quality`: item `q22` is not in the matrix. Did you mean `q2`?",
        "Construct `Empty` has no items; give it at least one.",
        "Item `q1` is listed twice (`Quality`, `Satisfaction`); an item serves one construct.",
        "Path Quality -> Satisfactoin: no construct is named `Satisfactoin`. "
        "Did you mean `Satisfaction`?",
        "Path Quality -> Satisfaction is given twice.",
        "Construct `Alone` has no path; PLS finds its weights from its neighbours. "
        "Add a path or drop the construct.",
        "Construct `Empty` has no path; PLS finds its weights from its neighbours. "
        "Add a path or drop the construct.",
        "`modes` names `Qality`, which is not a construct. Did you mean `Quality`?",
        "`composites` names `Image`, which is not a construct.",
        "Construct `Quality`: mode 'C'; allowed are 'A' and 'B'.",
        "Scheme 'pathway'; allowed are 'centroid', 'factorial', 'path'.",
    ]


@pytest.mark.parametrize("extra", [("Satisfaction", "Image"), ("Image", "Image")])
def test_cycles_are_named(extra):
    paths = [*PATHS, extra]
    message = refusal(pls_model, ITEMS, BLOCKS, paths)
    start, end = "The paths go round: ", ". Turn or drop one of them."
    assert message.startswith(start)
    assert message.endswith(end)
    walk = message.removeprefix(start).removesuffix(end).split(" -> ")
    assert walk[0] == walk[-1]
    assert set(pairwise(walk)) <= set(paths)
    assert "Image" in walk


def test_a_model_without_constructs():
    assert refusal(pls_model, ["a"], {}, []) == "The model has no constructs."


def test_a_matrix_of_the_wrong_shape():
    assert refusal(fit_pls, np.eye(3), small_model()) == (
        "The covariance matrix has shape (3, 3); the model names 12 items."
    )
    assert refusal(fit_pls_stack, np.eye(12), small_model()) == (
        "The stack of matrices has shape (12, 12); the model needs (r, 12, 12)."
    )


def test_missing_entries():
    S = small_covariance()
    S[1, 4] = S[4, 1] = np.nan
    assert refusal(fit_pls, S, small_model()) == (
        "The covariance matrix has missing or infinite entries at `i2`, `q2`."
    )


def test_an_item_that_everybody_answered_alike():
    S = small_covariance()
    S[7], S[:, 7] = 0, 0
    assert refusal(fit_pls, S, small_model()) == (
        "Construct `Value`: item `v2` has variance 0; everybody gave the same answer. "
        "Drop the item."
    )


def test_an_asymmetric_matrix():
    S = small_covariance()
    S[2, 5] += 0.1
    assert refusal(fit_pls, S, small_model()) == (
        "The covariance matrix is not symmetric at `i3`, `q3`."
    )


def test_an_indefinite_matrix():
    R = np.array([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]])
    model = pls_model(list("abc"), {"X": ["a"], "Y": ["b", "c"]}, [("X", "Y")])
    assert refusal(fit_pls, R, model) == (
        "The matrix is not a covariance matrix: its correlations have an eigenvalue of -0.8, and "
        "none may be negative. Moments from pairs of answers do this; use complete answers or "
        "maximum-likelihood moments."
    )


def test_items_that_cancel_out():
    R = np.array([[1, -1, 0.5], [-1, 1, -0.5], [0.5, -0.5, 1]])
    model = pls_model(list("abc"), {"X": ["a", "b"], "Y": ["c"]}, [("X", "Y")])
    assert refusal(fit_pls, R, model) == (
        "Construct `X`: its items cancel out (`a`, `b`). Reverse the items that point the other "
        "way."
    )
    assert fit_pls_stack([R, np.eye(3) * 0.5 + 0.5], model).converged.tolist() == [False, True]


def test_a_singular_mode_b_block_names_the_items():
    S = small_covariance()
    S[3], S[:, 3] = S[4], S[:, 4].copy()
    S[3, 3] = S[4, 4]
    message = refusal(fit_pls, S, small_model(modes={"Quality": "B"}))
    assert message == (
        "Construct `Quality` (mode B): items `q1`, `q2` are linearly dependent. "
        "Drop one of them, or use mode A."
    )
    assert fit_pls(S, small_model()).converged


def test_a_construct_without_correlation():
    S = small_covariance()
    S[11, :11] = S[:11, 11] = 0
    assert refusal(fit_pls, S, small_model()) == (
        "PLS found no weights for `Complaints`: a construct is uncorrelated with its neighbours, "
        "or its predecessors are collinear. Drop it, or drop the paths that repeat each other."
    )


def test_collinear_predictors():
    R = np.array([[1.0, 1.0, 0.5], [1.0, 1.0, 0.5], [0.5, 0.5, 1.0]])
    blocks = {"X": ["x"], "Z": ["z"], "Y": ["y"]}
    paths = [("X", "Y"), ("Z", "Y")]
    message = "The predictors of `Y` are collinear; drop or merge one of them."
    assert refusal(fit_pls, R, pls_model(list("xzy"), blocks, paths, scheme="factorial")) == message
    assert "its predecessors are collinear" in refusal(
        fit_pls, R, pls_model(list("xzy"), blocks, paths)
    )
    fit = fit_pls_stack([R, np.eye(3) * 0.5 + 0.5], pls_model(list("xzy"), blocks, paths))
    assert fit.converged.tolist() == [False, True]


def test_weights_that_do_not_settle():
    message = refusal(fit_pls, small_covariance(), small_model(), max_iter=2)
    assert message.startswith("PLS did not settle in 2 iterations: a weight still moved by ")
    assert message.endswith(
        "and tol is 1e-10. Raise max_iter, or look for constructs that the items do not tell apart."
    )


def test_options_out_of_range():
    assert refusal(fit_pls, small_covariance(), small_model(), tol=0, max_iter=0).splitlines() == [
        "tol is 0; it must lie between 0 and 1.",
        "max_iter is 0; it must be at least 1.",
    ]


def test_jacobian_targets():
    fit = fit_pls(small_covariance(), small_model())
    message = refusal(pls_jacobian, fit, ["total_effects"])
    assert message.startswith("No estimate is called `total_effects`. Did you mean `total_effect`?")
    assert refusal(pls_jacobian, fit, []).startswith("No targets are given. Allowed are weight, ")
    stacked = fit_pls_stack(small_covariance()[None], small_model())
    assert refusal(pls_jacobian, stacked) == (
        "pls_jacobian takes the fit of one matrix (fit_pls), not of a stack."
    )


def test_inadmissible_consistent_estimates_say_why():
    R = np.array([[1, 0.36, 0.7, 0.7], [0.36, 1, 0.7, 0.7], [0.7, 0.7, 1, 0.6], [0.7, 0.7, 0.6, 1]])
    model = pls_model(list("abcd"), {"X": ["a", "b"], "Y": ["c", "d"]}, [("X", "Y")])
    fixed = fit_pls(R, model).consistent
    assert not fixed.admissible
    assert fixed.problems == (
        f"The latent correlation of `Y` and `X` is {0.7 / np.sqrt(0.36 * 0.6):.3f}.",
        f"R² of `Y` is {0.49 / (0.36 * 0.6):.3f}: its disturbance variance is negative.",
        "The latent correlation matrix is not positive definite.",
    )


def test_a_negative_error_variance_is_inadmissible():
    R = factor_population(np.full((3, 3), 0.4) + 0.6 * np.eye(3))
    R[0, 1:3] = R[1:3, 0] = (0.8, 0.6)
    R[1, 2] = R[2, 1] = 0.35
    R[0, 3:] *= 1.4
    R[3:, 0] *= 1.4
    fixed = fit_pls(R, THREE).consistent
    assert not fixed.admissible
    assert f"The loading of `a` is {fixed.loadings[0]:.3f}: its error variance is negative." in (
        fixed.problems
    )


def test_a_negative_reliability_is_inadmissible_and_leaves_nan():
    R = np.array([[1, -0.2, 0.6], [-0.2, 1, 0.5], [0.6, 0.5, 1]])
    model = pls_model(list("abc"), {"X": ["a", "b"], "Y": ["c"]}, [("X", "Y")])
    fixed = fit_pls(R, model).consistent
    assert not fixed.admissible
    assert fixed.problems[0] == (
        f"The reliability of `X` is {fixed.rho_a[0]:.3f}; it must lie between 0 and 1."
    )
    assert np.isnan(fixed.path_matrix[0, 1])
    assert np.isnan(pls_jacobian(fit_pls(R, model), ["consistent_path"]).matrix).all()
