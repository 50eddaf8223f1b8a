"""Who leads: ranks with what the tests leave open, tiers, gaps to the best and to the average."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csi.comparison.pairs import adjusted, judged
from csi.errors import DesignError
from csi.inference import BoolArray, Estimates, FloatArray
from csi.results import SUPPRESS_BELOW

if TYPE_CHECKING:
    from csi.comparison.result import Comparison


def rank_table(comparison: Comparison) -> pd.DataFrame:
    """Return the ranks of all groups, as `Comparison.ranks` describes them."""
    scores, parts = _scores(comparison), []
    higher = _found_higher(comparison)
    for rows in _sets(comparison, scores):
        large = scores.n_eff[rows] >= SUPPRESS_BELOW
        table = scores.labels.iloc[rows].reset_index(drop=True)
        table["estimate"] = scores.values[rows]
        names = table[comparison.across].tolist()
        within = tuple(table[[*comparison.within, "term"]].iloc[0])
        above = np.array([[(within, a, b) in higher for b in names] for a in names])
        parts.append(pd.concat([table, _ranked(scores.values[rows], above, large)], axis=1))
    return pd.concat(parts, ignore_index=True)


def _ranked(values: FloatArray, above: BoolArray, known: BoolArray) -> pd.DataFrame:
    """Rank the known values; ``above[i, j]`` says that i was found higher than j."""
    k = len(values)
    columns = {name: np.full(k, np.nan) for name in ("rank", "rank_low", "rank_high")}
    order = [i for i in np.argsort(-values, kind="stable") if known[i]]
    for i in order:
        columns["rank"][i] = 1 + sum(values[j] > values[i] for j in order)
        columns["rank_low"][i] = 1 + above[order, i].sum()
        columns["rank_high"][i] = len(order) - above[i, order].sum()
    tier = tiers(values, above, known)
    tied = [np.nan if np.isnan(own) else float((tier == own).sum()) for own in tier]
    return pd.DataFrame({**columns, "tier": tier, "n_tied": tied})


def tiers(values: FloatArray, above: BoolArray, known: BoolArray) -> FloatArray:
    """Return the tier of each value, 1 the highest; NaN where it is not known.

    Going down the ranking, a value opens a new tier when the first of the current tier was found
    higher than it. Values of one tier are therefore not told apart from its first; a value is
    never in a higher tier than a larger one.

    Parameters
    ----------
    values : FloatArray, shape (k,)
    above : BoolArray, shape (k, k)
        ``above[i, j]``: value i was found to be higher than value j.
    known : BoolArray, shape (k,)
    """
    result = np.full(len(values), np.nan)
    first, tier = -1, 0
    for i in np.argsort(-values, kind="stable"):
        if not known[i]:
            continue
        if first < 0 or above[first, i]:
            first, tier = int(i), tier + 1
        result[i] = tier
    return result


def best_gaps(comparison: Comparison) -> pd.DataFrame:
    """Return each group's gap to its best rival, as `Comparison.gaps_to_best` describes it."""
    scores, across = _scores(comparison), comparison.across
    mirrored = _both_ways(comparison.gaps)
    names = [*comparison.within, "term"]
    picks = []
    for rows in _sets(comparison, scores):
        labels, values = scores.labels.iloc[rows], scores.values[rows]
        known = np.flatnonzero(scores.n_eff[rows] >= SUPPRESS_BELOW)
        for i in range(len(rows)):
            rivals = [j for j in known if j != i]
            if rivals:
                best = max(rivals, key=lambda j: values[j])
                key = {name: labels[name].iloc[i] for name in names}
                pair = {"group_a": labels[across].iloc[i], "group_b": labels[across].iloc[best]}
                picks.append({**key, **pair})
    keys = [*comparison.within, "group_a", "group_b", "term"]
    chosen = pd.DataFrame(picks, columns=keys).merge(mirrored, on=keys, how="left")
    return chosen.rename(columns={"group_a": across, "group_b": "best"})


def average_gaps(comparison: Comparison) -> pd.DataFrame:
    """Return each group's gap to the others' average; see `Comparison.gaps_to_average`."""
    scores = _scores(comparison)
    family = dict(zip(comparison.gaps["term"], comparison.gaps["family"], strict=True))
    jacobian, labels = [], []
    for rows in _sets(comparison, scores):
        known = [r for r in rows if scores.n_eff[r] >= SUPPRESS_BELOW]
        for r in known:
            others = [o for o in known if o != r]
            if others:
                line = np.zeros(len(scores))
                line[r], line[others] = 1.0, -1.0 / len(others)
                jacobian.append(line)
                labels.append(scores.labels.iloc[r].to_dict())
    columns = list(scores.labels.columns)
    if not jacobian:
        return pd.DataFrame(columns=[*columns, "family", "estimate", "p_adjusted", "verdict"])
    matrix = np.array(jacobian)
    values = np.where(np.isnan(scores.values), 0.0, scores.values)
    table = scores.map(matrix @ values, matrix, pd.DataFrame(labels)).tidy(comparison.conf_level)
    table.insert(len(columns), "family", [family[term] for term in table["term"]])
    table["p_adjusted"] = adjusted(table["p_value"].to_numpy(), table["family"].tolist())
    table["verdict"] = judged(
        table,
        alpha=1.0 - comparison.conf_level,
        margin=comparison.margin,
        words=("higher", "lower"),
    )
    return table


def _scores(comparison: Comparison) -> Estimates:
    if comparison.scores is None or comparison.waves:
        raise DesignError(
            "Waves have no ranks: rank the groups of one wave, with `compare_groups`."
            if comparison.waves
            else "The comparison was made without its scores, so it has no ranks."
        )
    return comparison.scores


def _sets(comparison: Comparison, scores: Estimates) -> list[list[int]]:
    """Return the positions of the scores that are compared with each other."""
    keys = [*comparison.within, "term"]
    number = scores.labels.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
    return [np.flatnonzero(number == g).tolist() for g in range(int(number.max()) + 1)]


def _found_higher(comparison: Comparison) -> set[tuple[tuple[object, ...], object, object]]:
    """Return (place, a, b) for every a that was found higher than b."""
    found = set()
    for row in comparison.gaps.to_dict("records"):
        place = tuple(row[name] for name in (*comparison.within, "term"))
        if row["verdict"] == "higher":
            found.add((place, row["group_a"], row["group_b"]))
        elif row["verdict"] == "lower":
            found.add((place, row["group_b"], row["group_a"]))
    return found


_CORRECTED = ("corrected_low", "corrected_high")
_TURNED = {"higher": "lower", "lower": "higher"}


def _both_ways(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return every pair as a − b and as b − a."""
    turned = gaps.rename(columns={"group_a": "group_b", "group_b": "group_a"})
    for name in ("estimate", "statistic", "bias", "corrected"):
        turned[name] = -turned[name]
    for low, high in (("conf_low", "conf_high"), ("bias_low", "bias_high"), _CORRECTED):
        turned[low], turned[high] = -turned[high], -turned[low]
    turned["verdict"] = [_TURNED.get(word, word) for word in turned["verdict"]]
    return pd.concat([gaps, turned[gaps.columns]], ignore_index=True)
