"""Does unlike measurement stand in the way of a difference? Judged by its effect in points.

With thousands of respondents a test of invariance rejects differences between items that nobody
would notice in an index. What counts is how many points of a gap they make.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import DesignError, ModelError, TooFewGroupsError
from csi.index import Index, estimate_index
from csi.inference import Estimates, FloatArray, join_estimates
from csi.model.fit import ModelFit
from csi.model.invariance import Invariance, check_invariance

COLUMNS = [
    "comparability",
    "bias",
    "bias_low",
    "bias_high",
    "corrected",
    "corrected_low",
    "corrected_high",
    "corrected_p_value",
]
"""What is said about each pair beside its difference."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparability:
    """What unlike measurement does to the differences between the groups of one column.

    Attributes
    ----------
    across : str
    table : DataFrame
        ``group_a, group_b, term``, then `COLUMNS` of a − b; empty where it was not examined.
    """

    across: str
    table: pd.DataFrame


def tested_alike(fit: ModelFit, by: str) -> Invariance | None:
    """Test whether the questions measure alike in the groups of a column; None where they cannot.

    Too few groups that are large enough, and a model that cannot be fitted in them, are no faults
    of the study: what rests on the test then says that it was not made.
    """
    try:
        return check_invariance(fit, by=by)
    except (TooFewGroupsError, ModelError):
        return None


def judge_comparability(
    invariance: Invariance | Comparability | None,
    index: Index,
    terms: Sequence[str],
    *,
    across: str,
    conf_level: float = 0.95,
    tolerance: float = 1.0,
) -> Comparability:
    """Judge for each pair of groups what unlike measurement does to its difference.

    - *comparable*: no item was found to measure unalike;
    - *comparable in effect*: some were, but the whole interval of their effect on the gap lies
      within ±``tolerance``. Where fewer than two items are alike, nothing says which of them to
      trust, so the effect must be that small whichever single item is trusted (intervals at
      Bonferroni's level);
    - *partially comparable*: the effect is larger, and the gap without it is known;
    - *not comparable*: it is not known;
    - *not testable*: the construct has a single item.

    Parameters
    ----------
    invariance : Invariance, Comparability or None
        Over the groups of ``across`` alone; what was judged already is returned as it is.
    index : Index
        Of one pooled fit.
    terms : sequence of str
    across : str
    conf_level, tolerance : float

    Returns
    -------
    Comparability

    Raises
    ------
    DesignError
        If invariance was tested over other groups, or the index has weights by group.
    """
    nothing = pd.DataFrame(columns=["group_a", "group_b", "term", *COLUMNS])
    if invariance is None:
        return Comparability(across=across, table=nothing)
    tested = (invariance.across,) if isinstance(invariance, Comparability) else invariance.by
    if tested != (across,):
        raise DesignError(
            f"Invariance was tested by {' × '.join(tested)}; comparing the groups of "
            f'`{across}` needs `check_invariance(fit, by="{across}")`.'
        )
    if isinstance(invariance, Comparability):
        return invariance
    overall = index
    if index.by != (across,):
        overall = estimate_index(
            index.fit, by=across, weights=index.scheme, weights_of=index.weights_of
        )
    measured = [term for term in terms if term in invariance.blocks]
    if not measured:
        return Comparability(across=across, table=nothing)
    gaps = invariance.gaps(overall, measured, conf_level)
    rows = [_judged_pair(row, invariance, overall, tolerance, conf_level) for row in _by_pair(gaps)]
    return Comparability(across=across, table=pd.DataFrame(rows))


def _by_pair(gaps: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a record per pair: its verdict, its bias with interval, its corrected gap's error."""
    bias = gaps[gaps["gap"] == "bias"]
    corrected = gaps[gaps["gap"] == "corrected"]
    table = bias[["group_a", "group_b", "term", "verdict"]].assign(
        bias=bias["estimate"], bias_low=bias["conf_low"], bias_high=bias["conf_high"]
    )
    table["_bias_error"] = bias["std_error"]
    table["_corrected_error"] = corrected["std_error"].to_numpy()
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _judged_pair(
    row: dict[str, Any],
    invariance: Invariance,
    index: Index,
    tolerance: float,
    conf_level: float,
) -> dict[str, Any]:
    """Replace the verdict of one pair by that on its effect in points."""
    verdict = row.pop("verdict")
    if verdict == "not comparable":
        row["bias_low"], row["bias_high"] = _worst_bias(
            invariance, index, row["term"], (row["group_a"], row["group_b"]), conf_level
        )
    if verdict in ("partially comparable", "not comparable") and (
        -tolerance < row["bias_low"] and row["bias_high"] < tolerance
    ):
        verdict = "comparable in effect"
    elif verdict in ("not comparable", "not testable"):
        row.update(bias=np.nan, bias_low=np.nan, bias_high=np.nan)
    return {**row, "comparability": verdict}


def _worst_bias(
    invariance: Invariance, index: Index, term: str, pair: tuple[object, object], conf_level: float
) -> tuple[float, float]:
    """Return the widest interval of the bias over the items that could be trusted alone.

    If only item j measures alike, the constructs differ by d_j/λ_j, d the gap of an item's means
    and λ its common loading, so that the bias is Σ_k ω_k (d_k − λ_k d_j/λ_j).
    """
    items = list(invariance.blocks[term])
    biases = _single_anchor_biases(invariance, index, term, pair, items)
    table = biases.tidy(1.0 - (1.0 - conf_level) / len(items))
    return float(table["conf_low"].min()), float(table["conf_high"].max())


def _single_anchor_biases(
    invariance: Invariance,
    index: Index,
    term: str,
    pair: tuple[object, object],
    items: Sequence[str],
) -> Estimates:
    across = invariance.by[0]
    omega = index.weights.select(
        (index.weights.labels["construct"] == term).to_numpy()
        & index.weights.labels["term"].isin(items).to_numpy()
    )
    loading = invariance.loadings.select(
        [_place(invariance.loadings.labels, construct=term, term=item) for item in items]
    )
    means = index.indicators.select(
        [
            _place(index.indicators.labels, **{across: group, "construct": term, "term": item})
            for group in pair
            for item in items
        ]
    )
    joined = join_estimates([omega, loading, means])
    k = len(items)
    w, lam, m = joined.values[:k], joined.values[k : 2 * k], joined.values[2 * k :]
    d = m[:k] - m[k:]
    values, rows = [], []
    for j in range(k):
        value, slopes = _anchor_bias(w, lam, d, j)
        values.append(value)
        rows.append(np.concatenate([slopes[0], slopes[1], slopes[2], -slopes[2]]))
    labels = pd.DataFrame({"term": list(items)})
    return joined.map(np.array(values), np.array(rows), labels)


def _anchor_bias(
    w: FloatArray, lam: FloatArray, d: FloatArray, j: int
) -> tuple[float, tuple[FloatArray, FloatArray, FloatArray]]:
    """Return Σ ω_k (d_k − λ_k d_j/λ_j) and its derivatives to ω, λ and d."""
    kappa, ratio = float(w @ lam), d[j] / lam[j]
    by_w = d - lam * ratio
    by_lam = -w * ratio
    by_lam[j] += kappa * ratio / lam[j]
    by_d = w.copy()
    by_d[j] -= kappa / lam[j]
    return float(w @ d - kappa * ratio), (by_w, by_lam, by_d)


def _place(labels: pd.DataFrame, **wanted: object) -> int:
    match = np.ones(len(labels), dtype=bool)
    for name, value in wanted.items():
        match &= (labels[name] == value).to_numpy()
    return int(np.flatnonzero(match)[0])


def with_comparability(
    table: pd.DataFrame,
    known: pd.DataFrame,
    names: tuple[str, str],
    *,
    exact: bool,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Put what is known of each pair beside its difference.

    Parameters
    ----------
    table : DataFrame
        With a row per pair; ``names`` are its columns of a and b in a − b.
    known : DataFrame
        The table of a `Comparability`, for pairs in either order.
    names : (str, str)
    exact : bool
        Whether the pairs are those of the invariance test; within further groups, the bias is
        that of everybody, and its error is added as if it were another sample's.
    conf_level : float
        Of the interval of the corrected difference.
    """
    found = dict(_entries(known))
    columns = ["comparability", "bias", "bias_low", "bias_high", "_bias_error", "_corrected_error"]
    pairs = table[[*names, "term"]].itertuples(index=False, name=None)
    rows = [[found.get(tuple(pair), {}).get(name, np.nan) for name in columns] for pair in pairs]
    extra = pd.DataFrame(rows, index=table.index, columns=columns, dtype=object)
    result = table.assign(
        comparability=["" if value != value else str(value) for value in extra["comparability"]],
        **{name: extra[name].astype(np.float64) for name in columns[1:]},
    )
    result["corrected"] = result["estimate"] - result["bias"]
    known_error = result.pop("_corrected_error")
    spread = np.sqrt(result["std_error"] ** 2 + result.pop("_bias_error") ** 2)
    error = known_error if exact else spread
    half = stats.t.isf((1.0 - conf_level) / 2.0, result["df"]) * error
    result["corrected_low"] = result["corrected"] - half
    result["corrected_high"] = result["corrected"] + half
    statistic = result["corrected"].abs() / error
    p_value = 2.0 * stats.t.sf(statistic, result["df"])
    result["corrected_p_value"] = np.where(np.isfinite(statistic), p_value, np.nan)
    return result


def _entries(known: pd.DataFrame) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Yield what is known of a − b and of b − a."""
    for row in known.to_dict("records"):
        entry = {str(name): value for name, value in row.items()}
        yield (row["group_a"], row["group_b"], row["term"]), entry
        turned = {"bias": -row["bias"], "bias_low": -row["bias_high"]}
        turned["bias_high"] = -row["bias_low"]
        yield (row["group_b"], row["group_a"], row["term"]), {**entry, **turned}


def withdrawn(table: pd.DataFrame, verdicts: Sequence[str], alpha: float) -> list[str]:
    """Return the verdicts, "not comparable" where unlike measurement decides.

    A verdict on a partially comparable pair stands if the gap without the biased items, tested by
    itself, leads to the same one: a difference in the same direction, or none.
    """
    result = []
    for verdict, row in zip(verdicts, table.to_dict("records"), strict=True):
        if row["comparability"] == "not comparable" and verdict != "base too small":
            verdict = "not comparable"
        elif row["comparability"] == "partially comparable" and verdict != "base too small":
            upheld = bool(row["corrected_p_value"] < alpha)
            same = upheld and row["corrected"] * row["estimate"] > 0
            decided = verdict not in ("no evidence", "too small to matter")
            if (decided and not same) or (not decided and upheld):
                verdict = "not comparable"
        result.append(verdict)
    return result
