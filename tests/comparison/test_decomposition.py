"""Parts of a change: identities, brute force, the numerical derivative, the jackknife."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from csi.comparison import Decomposition, decompose_change, select_wave, stack_waves
from csi.comparison.parts import change_parts
from csi.errors import DesignError
from csi.index import Index, estimate_index
from csi.inference import SurveyDesign, make_design
from csi.model.fit import fit_model
from tests.comparison.waves import SYNTAX, index_by_wave, wave


def own_index(stacked: SurveyDesign, *, by: tuple[str, ...] = ("wave",)) -> Index:
    return estimate_index(fit_model(stacked, SYNTAX, by="wave"), by=by)


def holed(seed: int, n: int = 400, **changes: float) -> pd.DataFrame:
    """Draw a wave in which customers of line 2 often leave an item out."""
    frame = wave(seed, n, **changes)
    skipped = (frame["line"] == 2) & (np.random.default_rng(seed).random(n) < 0.3)
    return frame.assign(x1=frame["x1"].mask(skipped))


def test_the_parts_add_up_to_the_change() -> None:
    index = index_by_wave(
        holed(1, 1500), holed(2, 1500, share=0.6, shift=3), by=("operator",), own=True
    )
    result = decompose_change(index, cells=["line", "region"])
    table = result.tidy()
    scores = index.scores.values.reshape(2, 2)
    for operator, score in zip((1, 2), scores, strict=True):
        own = table[table["operator"] == operator]
        parts = own[own["by"] == ""].set_index("part")["estimate"]
        assert parts["total"] == pytest.approx(score[1] - score[0], abs=1e-9)
        assert abs(parts[["mix", "level", "weights", "remainder"]].sum() - parts["total"]) < 1e-9
        for part, by in (
            ("level", "item"),
            ("weights", "item"),
            ("mix", "cell"),
            ("level", "cell"),
        ):
            rows = own[(own["part"] == part) & (own["by"] == by)]
            assert rows["estimate"].sum() == pytest.approx(parts[part], abs=1e-9)
        assert abs(parts["remainder"]) > 1e-3
    total = table[table["part"] == "total"]
    V = index.scores.covariance()
    assert total["std_error"].iloc[0] ** 2 == pytest.approx(
        V[0, 0] + V[1, 1] - 2 * V[0, 1], rel=1e-8
    )


def test_parts_are_averages_over_all_orders() -> None:
    """Brute force: change weights, shares and means one after another, in all six orders."""
    rng = np.random.default_rng(1)
    k, c = 3, 4
    halves = []
    for _ in range(2):
        w, s, m = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(c)), rng.normal(70, 9, (c, k))
        halves.append((w, s, m))
    x = np.concatenate([np.concatenate([w, s, m.ravel(), s @ m]) for w, s, m in halves])
    found = change_parts(x, k, c)
    mean = np.zeros(3)
    for order in permutations(range(3)):
        now = list(halves[0])
        for factor in order:
            before = now[1] @ now[2] @ now[0]
            now[factor] = halves[1][factor]
            mean[factor] += (now[1] @ now[2] @ now[0] - before) / 6
    np.testing.assert_allclose(found[:3], mean[[1, 2, 0]], atol=1e-12)
    assert found[3] == pytest.approx(0, abs=1e-12)


def test_influences_are_numerical_derivatives() -> None:
    """Weigh one respondent a little more, refit everything, and see how far each part moves."""
    stacked = stack_waves(
        {"a": make_design(holed(1, 200), weights="w"), "b": make_design(holed(2, 200), weights="w")}
    )

    def parts(design: SurveyDesign) -> np.ndarray:
        return decompose_change(own_index(design), cells="line").parts.values

    influence = decompose_change(own_index(stacked), cells="line").parts.influence()
    step = 1e-4
    for person in (3, 77, 250, 391):
        move = step * (np.arange(stacked.n) == person)
        higher, lower = (
            parts(replace(stacked, weights=stacked.weights + sign * move)) for sign in (1, -1)
        )
        numerical = (higher - lower) / (2 * step)
        np.testing.assert_allclose(influence[person], numerical, atol=2e-5)


def test_standard_errors_agree_with_the_jackknife() -> None:
    frames = [
        holed(k, 600, share=share).assign(town=np.arange(600) % 30)
        for k, share in ((1, 0.3), (2, 0.6))
    ]
    stacked = stack_waves(
        {n: make_design(f, psu="town") for n, f in zip("ab", frames, strict=True)}
    )
    result = decompose_change(own_index(stacked), cells="line").parts
    kept = [k for k, by in enumerate(result.labels["by"]) if by == ""]
    spread = np.zeros(len(kept))
    for side in (0, 1):
        values = []
        for town in range(30):
            out = stacked.psu == 30 * side + town
            w = np.where(out, 0.0, stacked.weights)
            again = decompose_change(own_index(replace(stacked, weights=w)), cells="line").parts
            values.append(again.values[kept])
        spread += 29 / 30 * ((np.array(values) - np.mean(values, axis=0)) ** 2).sum(axis=0)
    np.testing.assert_allclose(result.std_errors()[kept], np.sqrt(spread), rtol=0.1)


def test_a_pooled_fit_has_no_part_of_weights() -> None:
    index = index_by_wave(wave(1), wave(2, share=0.7))
    parts = decompose_change(index, cells="line").tidy().query("by == ''").set_index("part")
    assert parts.loc["weights", "estimate"] == 0.0
    assert parts.loc["mix", "conf_high"] < 0
    assert parts.loc["level", "conf_low"] < 0 < parts.loc["level", "conf_high"]


def test_a_gap_between_operators_is_explained_the_same_way() -> None:
    frame = wave(1, 1200)
    frame["operator"] = 1 + (
        np.random.default_rng(2).random(1200) < 0.2 + 0.5 * (frame["line"] == 2)
    )
    fit = fit_model(make_design(frame), SYNTAX)
    index = estimate_index(fit, by="operator")
    result = decompose_change(index, across="operator", before=1, after=2, cells="line")
    parts = result.tidy().query("by == ''").set_index("part")
    gap = index.scores.values[1] - index.scores.values[0]
    assert parts.loc["total", "estimate"] == pytest.approx(gap, abs=1e-9)
    assert parts.loc["mix", "estimate"] == pytest.approx(
        gap, abs=2 * parts.loc["level", "std_error"]
    )
    assert "mix -" in result.summary()


def test_a_cell_that_appears_is_mix_and_small_ones_are_merged() -> None:
    first, second = wave(1, 600), wave(2, 600)
    second.loc[:149, "region"] = 9
    index = index_by_wave(first, second)
    cells = decompose_change(index, cells="region").tidy().query("by == 'cell'")
    new = cells[cells["region"] == 9].set_index("part")["estimate"]
    assert new["level"] == 0.0
    first.loc[:9, "region"], second.loc[:9, "region"] = 10, 11
    merged = decompose_change(index_by_wave(first, second), cells="region")
    assert merged.scores["n_merged"].tolist() == [2]
    assert "other" in set(merged.tidy()["region"])


def test_two_indexes_and_bad_requests() -> None:
    index = index_by_wave(wave(1), wave(2), by=("line",))
    both = decompose_change(select_wave(index, "q1"), select_wave(index, "q2"), cells="region")
    np.testing.assert_allclose(
        both.parts.values, decompose_change(index, cells="region").parts.values, atol=1e-12
    )
    with pytest.raises(DesignError, match="`cells` names `line`, which the index is estimated by"):
        decompose_change(index, cells="line")
    with pytest.raises(DesignError, match="`cells` must name at least one column"):
        decompose_change(index, cells=[])
    with pytest.raises(DesignError, match=r"`wave` has no level 'q7'; its levels: q1, q2"):
        decompose_change(index, cells="region", before="q7", after="q2")
    with pytest.raises(DesignError, match="are both 'q2': nothing to explain"):
        decompose_change(index, cells="region", before="q2", after="q2")
    with pytest.raises(DesignError, match="must be estimated by `operator`"):
        decompose_change(index, cells="region", across="operator")
    with pytest.raises(DesignError, match="rest on different fits"):
        decompose_change(index, index_by_wave(wave(1), wave(2)), cells="region")


def driven(seed: int, fall: float, n: int = 900) -> pd.DataFrame:
    """Draw a wave: satisfaction rises by .5 with the network and .3 with the price."""
    rng = np.random.default_rng(seed)
    line = 1 + (rng.random(n) < 0.4)
    network = rng.normal(size=n) - fall
    price = 0.5 * (network + fall) + rng.normal(size=n)
    satisfied = 0.5 * network + 0.3 * price + 0.6 * rng.normal(size=n) - 0.4 * (line == 2)
    constructs = {"s": satisfied, "n": network, "p": price}
    items = {
        f"{name}{k}": 70 + 10 * each + 4 * rng.normal(size=n)
        for name, each in constructs.items()
        for k in range(3)
    }
    return pd.DataFrame(items).assign(line=line, w=rng.uniform(0.5, 2, n))


DRIVEN = "S =~ s0 + s1 + s2\nN =~ n0 + n1 + n2\nP =~ p0 + p1 + p2\nS ~ N + P"


def test_the_level_is_explained_by_the_elements_it_goes_with() -> None:
    """The network fell by .6, which is three points of satisfaction; the price did not move."""
    stacked = stack_waves(
        {
            "a": make_design(driven(1, 0.0), weights="w"),
            "b": make_design(driven(2, 0.6), weights="w"),
        }
    )

    def decomposed(design: SurveyDesign) -> Decomposition:
        fit = fit_model(design, DRIVEN, by="wave")
        return decompose_change(estimate_index(fit, by="wave"), cells="line", term="S")

    result = decomposed(stacked)
    table = result.tidy()
    parts = table[table["by"] == ""].set_index("part")
    elements = table[table["by"] == "element"].set_index("element")
    assert elements.index.tolist() == ["N", "P", "unexplained"]
    assert elements["estimate"].sum() == pytest.approx(parts.loc["level", "estimate"], abs=1e-9)
    assert elements.loc["N", "conf_low"] < -3 < elements.loc["N", "conf_high"] < 0
    for name in ("P", "unexplained"):
        assert elements.loc[name, "conf_low"] < 0 < elements.loc[name, "conf_high"]
    influence, step = result.parts.influence(), 1e-4
    for person in (3, 1200):
        move = step * (np.arange(stacked.n) == person)
        higher, lower = (
            decomposed(replace(stacked, weights=stacked.weights + sign * move)).parts.values
            for sign in (1, -1)
        )
        np.testing.assert_allclose(influence[person], (higher - lower) / (2 * step), atol=2e-5)
