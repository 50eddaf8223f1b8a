"""Bayesian networks: tables by counting, trees and chosen indicators by their definitions."""

from __future__ import annotations

import json
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from csi.dissatisfied.bayes import (
    PARENT_ROWS,
    PRIOR_ROWS,
    fit_naive,
    fit_tan,
    tree_parents,
    weigh_terms,
)
from csi.dissatisfied.information import choose_indicators, conditional_information
from csi.dissatisfied.table_model import term_values
from tests.processes import python
from tests.tolerance import EXACT

SIZES = np.array([3, 4, 3])
NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    n = 40_000
    y = rng.random(n) < 0.2
    a = (rng.random(n) + 0.3 * y > 0.7).astype(int) + (rng.random(n) < 0.2)
    b = np.where(rng.random(n) < 0.8, a, rng.integers(0, 4, n))
    c = rng.integers(0, 3, n)
    return np.column_stack([a, b, c]), y.astype(float), rng.uniform(0.5, 2.0, n)


def test_naive_tables_are_ratios_of_weighted_shares(sample) -> None:
    codes, y, w = sample
    intercept, terms = fit_naive(codes, SIZES, NAMES, y, w)
    for j, term in enumerate(terms):
        for k in range(SIZES[j]):
            at = codes[:, j] == k
            if at.any():
                ratio = np.average(at, weights=w * y) / np.average(at, weights=w * (1 - y))
                assert term.table[k] == pytest.approx(np.log(ratio), abs=0.01)
    assert terms[0].table.shape == (3,)
    assert terms[1].table[3] == pytest.approx(0.0, abs=0.2)
    rate = np.average(y, weights=w)
    assert intercept == pytest.approx(np.log(rate / (1 - rate)), abs=1e-3)


def test_an_unseen_bin_is_no_evidence(sample) -> None:
    codes, y, w = sample
    _, terms = fit_naive(codes, SIZES + 1, NAMES, y, w)
    assert all(term.table[-1] == 0.0 for term in terms)


def test_the_tree_is_the_strongest_of_all_trees(sample) -> None:
    codes, y, w = sample
    strength = {
        (i, j): conditional_information(
            codes[:, i], codes[:, j], y.astype(int), (SIZES[i], SIZES[j], 2), w
        )
        for i, j in [(0, 1), (0, 2), (1, 2)]
    }
    parents = tree_parents(codes, SIZES, y, w)
    edges = {tuple(sorted((k, int(p)))) for k, p in enumerate(parents) if p >= 0}
    weakest = min(strength, key=strength.__getitem__)
    assert edges == set(strength) - {weakest}


def test_conditional_information_by_its_definition() -> None:
    rng = np.random.default_rng(2)
    a, b, c = rng.integers(0, 3, 500), rng.integers(0, 2, 500), rng.integers(0, 2, 500)
    w = rng.uniform(0.5, 2.0, 500)

    def share(mask) -> float:
        return float(w[mask].sum() / w.sum())

    expected = sum(
        p * np.log(p * share(c == z) / (share((a == x) & (c == z)) * share((b == v) & (c == z))))
        for x, v, z in product(range(3), range(2), range(2))
        if (p := share((a == x) & (b == v) & (c == z))) > 0
    )
    assert conditional_information(a, b, c, (3, 2, 2), w) == pytest.approx(expected, rel=1e-10)


def test_tables_given_a_parent_are_shrunk_shares(sample) -> None:
    codes, y, w = sample
    _, terms = fit_tan(codes, SIZES, NAMES, y, w)
    scaled = w * w.sum() / (w @ w)
    joint = [term for term in terms if len(term.columns) == 2]
    assert len(joint) == 2
    for term in joint:
        child, parent = (codes[:, NAMES.index(name)] for name in term.columns)
        for k, g in np.ndindex(*term.table.shape):
            shares = []
            for group in (1, 0):
                at = y == group
                plain = scaled[at & (child == k)].sum() + PRIOR_ROWS
                plain /= scaled[at].sum() + PRIOR_ROWS * term.table.shape[0]
                held = scaled[at & (child == k) & (parent == g)].sum() + PARENT_ROWS * plain
                shares.append(held / (scaled[at & (parent == g)].sum() + PARENT_ROWS))
            if (child == k).any():
                assert term.table[k, g] == pytest.approx(np.log(shares[0] / shares[1]), abs=1e-9)


@pytest.mark.skipif(find_spec("pyagrum") is None, reason="pyagrum is not installed")
def test_the_tables_equal_exact_inference_in_a_bayesian_network(sample, tmp_path: Path) -> None:
    codes, y, w = sample
    intercept, terms = fit_tan(codes, SIZES, NAMES, y, w)
    grid = np.array(list(product(*(range(size) for size in SIZES))))
    z = intercept + term_values(terms, dict(zip(NAMES, grid.T, strict=True))).sum(axis=1)
    rng = np.random.default_rng(3)
    tables: dict[str, list[object]] = {}
    for term in terms:
        cells = tables.setdefault(term.columns[0], [])
        for parent in np.ndindex(*term.table.shape[1:]):
            pair = shares_with_ratio(np.exp(term.table[(slice(None), *parent)]), rng)
            at = dict(zip(term.columns[1:], parent, strict=True))
            cells += [{"given": {"y": g, **at}, "shares": p.tolist()} for g, p in enumerate(pair)]
    network = {
        "sizes": dict(zip(NAMES, SIZES.tolist(), strict=True)),
        "prior": [1 / (1 + np.exp(intercept)), 1 / (1 + np.exp(-intercept))],
        "parents": {t.columns[0]: t.columns[1] if len(t.columns) > 1 else None for t in terms},
        "tables": tables,
    }
    (tmp_path / "network.json").write_text(json.dumps(network))
    done = python(Path(__file__).with_name("pyagrum_posteriors.py"), tmp_path / "network.json")
    assert done.returncode == 0, done.stderr
    posterior = np.array(json.loads(done.stdout))
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), posterior, atol=EXACT)


def shares_with_ratio(ratio: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Return distributions p₀ and p₁ with p₁ / p₀ = ratio; ratios must lie around 1."""
    low, high = int(np.argmin(ratio)), int(np.argmax(ratio))
    p0 = rng.uniform(0.001, 0.01, len(ratio))
    p0[[low, high]] = 0.0
    rest, mass = 1.0 - p0.sum(), 1.0 - p0 @ ratio
    p0[high] = (mass - rest * ratio[low]) / (ratio[high] - ratio[low])
    p0[low] = rest - p0[high]
    assert p0.min() > 0
    return [p0, p0 * ratio]


def test_weighing_counts_copies_once() -> None:
    rng = np.random.default_rng(9)
    y = (rng.random(20_000) < 0.3).astype(float)
    one = (rng.random(20_000) < 0.3 + 0.4 * y).astype(int)
    codes = np.column_stack([one] * 5)
    names = tuple("abcde")
    w = np.ones(len(y))
    sizes = np.full(5, 2)
    intercept, terms = fit_naive(codes, sizes, names, y, w)
    values = term_values(terms, dict(zip(names, codes.T, strict=True)))
    b0, weighed = weigh_terms(intercept, terms, values, y, w)
    total = sum(term.table for term in weighed)
    np.testing.assert_allclose(total, terms[0].table, atol=0.02)
    assert b0 == pytest.approx(intercept, abs=0.02)


def test_terms_that_speak_the_wrong_way_are_left_out() -> None:
    rng = np.random.default_rng(10)
    y = (rng.random(5000) < 0.4).astype(float)
    codes = (rng.random((5000, 2)) < 0.3 + 0.3 * y[:, None]).astype(int)
    _, terms = fit_naive(codes, np.array([2, 2]), ("a", "b"), y, np.ones(5000))
    values = term_values(terms, {"a": codes[:, 0], "b": 1 - codes[:, 1]})
    _, weighed = weigh_terms(0.0, terms, values, y, np.ones(5000))
    assert [term.indicator for term in weighed] == ["a"]


def test_a_copy_of_a_chosen_indicator_is_not_chosen() -> None:
    rng = np.random.default_rng(4)
    y = (rng.random(8000) < 0.2).astype(float)
    strong = (rng.random(8000) + 0.5 * y > 0.8).astype(int)
    copy = np.where(rng.random(8000) < 0.98, strong, 1 - strong)
    other = (rng.random(8000) + 0.25 * y > 0.8).astype(int)
    noise = rng.integers(0, 5, 8000)
    codes = np.column_stack([strong, copy, other, noise])
    choice = choose_indicators(codes, np.array([2, 2, 2, 5]), y, np.ones(8000), most=4)
    assert choice.chosen == (0, 2)
    assert choice.repeats[1] == 0


def test_noise_is_hardly_ever_chosen() -> None:
    rng = np.random.default_rng(6)
    chosen = 0
    for _ in range(40):
        y = (rng.random(3000) < 0.15).astype(float)
        codes = rng.integers(0, 6, (3000, 10))
        chosen += len(choose_indicators(codes, np.full(10, 6), y, np.ones(3000), most=5).chosen)
    assert chosen / 400 < 0.02
