"""What a fitted ladder says of constructs and items: means, common loadings, bias, verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from csi.inference import Estimates, FloatArray
from csi.model.group_slopes import group_point
from csi.model.ladder import Ladder, loading_rows, with_intercepts
from csi.model.multigroup import MultiGroupFit
from csi.model.structure import BETA, LAMBDA

Blocks = Mapping[str, Sequence[str]]

_MIN_EQUAL = 2
"""Items of a construct that must be equal in two groups (Byrne, Shavelson and Muthén 1989)."""


def construct_means(fit: MultiGroupFit, groups: pd.DataFrame, constructs: Blocks) -> Estimates:
    """Return the construct means (I−B)⁻¹α of every group but the first, against the first."""
    nodes = [fit.model.structure.nodes.index(name) for name in constructs]
    values, rows, labels, about = [], [], [], []
    for g in range(1, len(fit.data)):
        level, slope = _levels(fit, g)
        values += level[nodes].tolist()
        rows.append(slope[nodes])
        labels += [{**groups.iloc[g].to_dict(), "term": name} for name in constructs]
        about += [(0, g)] * len(nodes)
    return fit.functions(np.array(values), np.vstack(rows), pd.DataFrame(labels), about)


def _levels(fit: MultiGroupFit, g: int) -> tuple[FloatArray, FloatArray]:
    """Return a group's node means and their derivatives by the free numbers.

    (I−B)⁻¹ by α and (I−B)⁻¹_i · mean_j by the path β_ij.
    """
    structure, width = fit.model.structure, fit.model.width
    point = group_point(structure, fit.of_group(g))
    total = point.implied.total
    by_entry = np.zeros((len(structure.nodes), width))
    by_entry[:, width - len(structure.nodes) :] = total
    for path in np.flatnonzero((structure.matrix == BETA) & (structure.free >= 0)):
        i, j = structure.row[path], structure.column[path]
        by_entry[:, structure.free[path]] += total[:, i] * point.level[j]
    number = fit.labels.own[g]
    result = np.zeros((len(by_entry), fit.labels.n_free))
    result[:, number[number >= 0]] = by_entry[:, number >= 0]
    return point.level, result


def common_loadings(fit: MultiGroupFit, constructs: Blocks) -> Estimates:
    """Return every loading as most groups have it; the groups' mean where no two agree."""
    structure = fit.model.structure
    values, rows, labels = [], [], []
    for at in np.flatnonzero(structure.matrix == LAMBDA):
        construct = structure.nodes[structure.column[at]]
        if construct not in constructs:
            continue
        own = fit.labels.own[:, structure.free[at]]
        numbers, times = np.unique(own, return_counts=True)
        usual = own == numbers[int(np.argmax(times))] if times.max() > 1 else own == own
        value, row = _mean_over(fit, int(structure.free[at]), np.flatnonzero(usual).tolist())
        values.append(value)
        rows.append(row)
        labels.append((construct, structure.items[structure.row[at]]))
    table = pd.DataFrame(labels, columns=["construct", "term"])
    return fit.functions(np.array(values), np.array(rows), table)


def _mean_over(fit: MultiGroupFit, entry: int, groups: Sequence[int]) -> tuple[float, FloatArray]:
    """Return the mean of an entry over groups, with its derivatives by the free numbers."""
    row = np.zeros(fit.labels.n_free)
    for g in groups:
        if (number := fit.labels.own[g, entry]) >= 0:
            row[number] += 1.0 / len(groups)
    return float(np.mean([fit.of_group(g)[entry] for g in groups])), row


def named_releases(ladder: Ladder, groups: pd.DataFrame) -> pd.DataFrame:
    """Return construct, item, what and the group of every release, in the order found."""
    model = ladder.steps[-1].fit.model
    structure = model.structure
    rows = []
    for entry, g in ladder.released:
        at = loading_rows(model, entry)[0]
        what = "loading" if model.loading[entry] else "intercept"
        names = structure.nodes[structure.column[at]], structure.items[structure.row[at]]
        rows.append((*names, what, *groups.iloc[g]))
    return pd.DataFrame(rows, columns=["construct", "item", "what", *groups.columns])


def item_bias(ladder: Ladder, groups: pd.DataFrame) -> Estimates:
    """Return how much higher an item is answered in a group than elsewhere at equal constructs.

    (ν_g − ν) + Σ_j (λ_gj − λ_j)·mean_gj with ν and λ those of the groups where the item was not
    released, at the group's own construct means.
    """
    fit = ladder.steps[-1].fit
    structure = fit.model.structure
    loose = with_intercepts(fit.model, ladder.released)
    values, rows = np.zeros(len(ladder.released)), np.zeros((len(ladder.released), len(fit.values)))
    for r, (entry, g) in enumerate(ladder.released):
        level, slope = _levels(fit, g)
        item = structure.row[loading_rows(fit.model, entry)[0]]
        loadings = np.flatnonzero((structure.matrix == LAMBDA) & (structure.row == item))
        parts = [(structure.n_free + int(item), 1.0, np.zeros(len(fit.values)))]
        for at in loadings:
            node = structure.column[at]
            parts.append((int(structure.free[at]), float(level[node]), slope[node]))
        for position, factor, by_factor in parts:
            others = [h for h in range(len(groups)) if h != g and (position, h) not in loose]
            here, by_here = _mean_over(fit, position, [g])
            there, by_there = _mean_over(fit, position, others)
            values[r] += factor * (here - there)
            rows[r] += factor * (by_here - by_there) + (here - there) * by_factor
    about = [(g,) for _, g in ladder.released]
    return fit.functions(values, rows, named_releases(ladder, groups), about)


def pair_verdict(ladder: Ladder, own: Sequence[str], a: int, b: int) -> str:
    """Judge the scores of one construct in two groups by the items that are equal in both."""
    if len(own) == 1:
        return "not testable"
    equal = len(set(own) - biased_items(ladder, a) - biased_items(ladder, b))
    if not ladder.holds or equal < min(_MIN_EQUAL, len(own)):
        return "not comparable"
    return "comparable" if equal == len(own) else "partially comparable"


def biased_items(ladder: Ladder, group: int) -> set[str]:
    """Return the items that were released in a group."""
    model = ladder.steps[-1].fit.model
    return {
        model.structure.items[model.structure.row[at]]
        for entry, g in ladder.released
        if g == group
        for at in loading_rows(model, entry)
    }


def construct_verdict(ladder: Ladder, own: Sequence[str], n_groups: int) -> str:
    """Judge a construct by its least comparable pair of groups."""
    found = {pair_verdict(ladder, own, a, b) for a, b in combinations(range(n_groups), 2)}
    order = ("not testable", "not comparable", "partially comparable", "comparable")
    return next(verdict for verdict in order if verdict in found)
