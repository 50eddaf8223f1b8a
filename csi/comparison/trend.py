"""Scores over waves, in segments that end where comparing ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from csi.comparison.bridging import bridged_scores, unchanged_items
from csi.comparison.facts import Breaks, WaveFacts, find_breaks
from csi.comparison.pairs import (
    Bases,
    adjusted,
    chosen_terms,
    difference_table,
    judged,
)
from csi.comparison.stacking import WAVE, waves_of
from csi.comparison.waves import ALL_ITEMS, UNCHANGED_ITEMS, refuse_unlike_weights
from csi.errors import DesignError
from csi.index import Index
from csi.inference import Estimates
from csi.results import base_flag

_CHANGE = {
    "estimate": "change",
    "std_error": "change_error",
    "df": "change_df",
    "p_value": "change_p_value",
    "p_adjusted": "change_p_adjusted",
    "conf_low": "change_low",
    "conf_high": "change_high",
    "verdict": "change_verdict",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Trend:
    """Scores of every wave, with the change from the wave before.

    Attributes
    ----------
    column : str
        The column of waves.
    within : tuple of str
        Columns whose groups have a line each.
    waves : tuple of str
        In the order of time.
    points : DataFrame
        As `tidy` returns it.
    breaks : DataFrame
        Where series end: ``before, after, kind, subject, items, reason``; see `Breaks.table`.
    conf_level : float
    margin : float or None
    n_tests : int
        Changes that were tested; they are screened together (Benjamini and Hochberg 1995).
    window : int
        Waves in the moving average; 1 for none.
    """

    column: str
    within: tuple[str, ...]
    waves: tuple[str, ...]
    points: pd.DataFrame
    breaks: pd.DataFrame
    conf_level: float
    margin: float | None
    n_tests: int
    window: int = 1

    def __repr__(self) -> str:
        lines = len(self.points[[*self.within, "term", "basis"]].drop_duplicates())
        return (
            f"Trend({self.waves[0]} to {self.waves[-1]}: {len(self.waves)} waves, {lines} lines, "
            f"{len(self.breaks)} breaks, {self.n_tests} tests)"
        )

    def tidy(self) -> pd.DataFrame:
        """Return the points of every line.

        Returns
        -------
        DataFrame
            The columns of ``within``; ``wave``; ``term``; ``basis``: "all items", or "unchanged
            items" for a line of the items that were the same in all waves, where some were not;
            ``segment``: 1, 2, ...: points may be joined, and compared, inside one segment only; the
            estimate columns of the score; ``flag``; then the change from the wave before:
            ``change, change_error, change_df, change_p_value, change_p_adjusted, change_low,
            change_high``, NaN at the start of a segment, and ``change_verdict``: "moved up", "moved
            down", "no evidence", "too small to matter", "base too small", "not comparable" at the
            start of a later segment, "" in the first wave; ``reason``: why a segment begins.
            With a window also ``smoothed, smoothed_error``, the moving average of the last waves of
            the same segment, beside the scores and never in place of them, and ``smoothed_waves``:
            of how many, as the first of a segment have fewer before them.
        """
        return self.points.copy()

    def summary(self) -> str:
        """Return the breaks and the changes that were found, in words."""
        lines = [repr(self)]
        lines += [
            f"break between {row['before']} and {row['after']}: {row['reason']}"
            for row in self.breaks.to_dict("records")
        ]
        found = self.points["change_verdict"].isin(["moved up", "moved down"])
        for row in self.points[found].to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.within)
            lines.append(
                f"{place + ': ' if place else ''}{row['term']} {row['change_verdict']} in "
                f"{row['wave']} by {abs(row['change']):.1f}"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.points.to_html(index=False)


def trace_trend(
    index: Index,
    *,
    terms: Sequence[str] | None = None,
    facts: Sequence[WaveFacts] = (),
    conf_level: float = 0.95,
    margin: float | None = None,
    window: int = 1,
    column: str = WAVE,
) -> Trend:
    """Follow scores over any number of waves.

    A series is cut where the questions of a construct, the mode or the design changed between one
    wave and the next: there is no change across the cut, and nothing to draw through. Where only
    some items changed, a second line follows the items that were the same throughout.

    Parameters
    ----------
    index : Index
        By ``column`` and, possibly, other columns, on a stacked design. Item weights must be the
        same in all waves: from one pooled fit, or from one wave (``weights_of``).
    terms : sequence of str, optional
        Constructs; by default the index construct, or all where the model names none.
    facts : sequence of WaveFacts, optional
    conf_level : float
    margin : float, optional
    window : int
        Also average this many waves; 1 for no smoothing.
    column : str

    Returns
    -------
    Trend

    Raises
    ------
    DesignError
        If the index is not by wave, a term is unknown, or ``window`` is below 1.
    """
    refuse_unlike_weights(index, column)
    if window < 1:
        raise DesignError(f"`window` counts waves, at least 1; got {window}.")
    waves = waves_of(index.fit.design, column)
    breaks = find_breaks(facts, waves, index.by)
    lines = []
    for term in chosen_terms(index, terms):
        scores = index.scores.select((index.scores.labels["term"] == term).to_numpy())
        lines.append(_Line(index, scores, waves, breaks, term, ALL_ITEMS, column))
        kept = _always_unchanged(index, breaks, waves, term)
        if kept:
            own = bridged_scores(index, term, kept)
            lines.append(_Line(index, own, waves, breaks, term, UNCHANGED_ITEMS, column))
    bases = Bases(index)
    tables = [line.points(bases, conf_level, window) for line in lines]
    points = _judged(pd.concat(tables, ignore_index=True), 1.0 - conf_level, margin)
    within = tuple(name for name in index.by if name != column)
    return Trend(
        column=column,
        within=within,
        waves=tuple(waves),
        points=points,
        breaks=breaks.table(list(pairwise(waves))),
        conf_level=conf_level,
        margin=margin,
        n_tests=int(points["change_p_value"].notna().sum()),
        window=window,
    )


def screen_together(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Screen the changes of several trends as one family (Benjamini and Hochberg 1995).

    A report that follows the index by line, by operator and by both makes all these tests: where
    nothing moved, the chance that any of them is marked is held only if they are one family.

    Parameters
    ----------
    trends : sequence of Trend
        With the same ``conf_level``.

    Returns
    -------
    tuple of Trend
        With new ``change_p_adjusted`` and ``change_verdict``; ``n_tests`` counts all of them.
    """
    if not trends:
        return ()
    p = np.concatenate([each.points["change_p_value"].to_numpy() for each in trends])
    ends = np.cumsum([len(each.points) for each in trends])[:-1]
    parts = np.split(adjusted(p, ["screening"] * len(p)), ends)
    return tuple(
        replace(
            each,
            points=_marked(
                each.points.assign(change_p_adjusted=part), 1.0 - each.conf_level, each.margin
            ),
            n_tests=int(np.isfinite(p).sum()),
        )
        for each, part in zip(trends, parts, strict=True)
    )


def _always_unchanged(index: Index, breaks: Breaks, waves: list[str], term: str) -> tuple[str, ...]:
    """Return the items of a construct that are the same in all waves, if some are not."""
    changed = {item for a, b in pairwise(waves) for o in breaks.on(term, a, b) for item in o.items}
    return unchanged_items(index, term, changed) if changed else ()


def _segments(
    breaks: Breaks, waves: list[str], term: str, basis: str
) -> tuple[dict[str, int], dict[str, str]]:
    """Return each wave's segment, and why it begins in it."""
    segment, reasons = {waves[0]: 1}, {waves[0]: ""}
    for before, after in pairwise(waves):
        found = [
            o
            for o in breaks.on(term, before, after)
            if basis == ALL_ITEMS or o.kind != "questionnaire"
        ]
        segment[after] = segment[before] + bool(found)
        reasons[after] = "; ".join(o.reason for o in found)
    return segment, reasons


class _Line:
    """One construct over the waves, in all groups, from group to group and wave to wave."""

    def __init__(
        self,
        index: Index,
        scores: Estimates,
        waves: list[str],
        breaks: Breaks,
        term: str,
        basis: str,
        column: str,
    ) -> None:
        self.index, self.term, self.basis = index, term, basis
        self.within = [name for name in index.by if name != column]
        segment, self.reasons = _segments(breaks, waves, term, basis)
        wave = scores.labels[column].astype(str).to_numpy()
        group: np.ndarray = np.zeros(len(scores), dtype=np.int64)
        if self.within:
            group = scores.labels.groupby(self.within, observed=True).ngroup().to_numpy()
        time = np.array([waves.index(each) for each in wave])
        order = np.lexsort((time, group))
        self.scores, self.wave, self.group = scores.select(order), wave[order], group[order]
        self.segment = np.array([segment[each] for each in self.wave])

    def points(self, bases: Bases, conf_level: float, window: int) -> pd.DataFrame:
        """Return the scores with their changes, not yet judged."""
        same = self.group[1:] == self.group[:-1]
        goes_on = same & (self.segment[1:] == self.segment[:-1])
        begins = np.append(False, same & ~goes_on)
        table = self.scores.tidy(conf_level)
        head = table[self.within].assign(
            wave=self.wave, term=self.term, basis=self.basis, segment=self.segment
        )
        numbers = table.drop(columns=list(self.scores.labels.columns)).assign(
            flag=[base_flag(n_eff) for n_eff in self.scores.n_eff]
        )
        changes = self._changes(bases, np.flatnonzero(goes_on) + 1, conf_level)
        changes["_goes_on"] = np.append(False, goes_on)
        changes["_begins"] = begins
        changes["reason"] = [
            self.reasons[wave] if new else "" for wave, new in zip(self.wave, begins, strict=True)
        ]
        parts = [head, numbers, changes]
        if window > 1:
            parts.append(self._smoothed(window))
        return pd.concat(parts, axis=1)

    def _changes(self, bases: Bases, at: np.ndarray, conf_level: float) -> pd.DataFrame:
        """Return the differences of points ``at`` from the points before them."""
        names = ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]
        table = pd.DataFrame(np.nan, index=range(len(self.scores)), columns=names)
        if len(at):
            df = bases.df(self.scores, at, at - 1)
            found = difference_table(self.scores, at, at - 1, df, conf_level=conf_level)
            table.loc[at, names] = found[names].to_numpy()
        return table.rename(columns=_CHANGE)

    def _smoothed(self, window: int) -> pd.DataFrame:
        """Return the mean of each point and those before it in the same segment."""
        k = len(self.scores)
        matrix, averaged = np.zeros((k, k)), []
        for i in range(k):
            own = np.arange(max(i - window + 1, 0), i + 1)
            own = own[(self.group[own] == self.group[i]) & (self.segment[own] == self.segment[i])]
            matrix[i, own] = 1.0 / len(own)
            averaged.append(len(own))
        means = self.scores.map(matrix @ self.scores.values, matrix, self.scores.labels)
        errors = means.std_errors()
        return pd.DataFrame(
            {"smoothed": means.values, "smoothed_error": errors, "smoothed_waves": averaged}
        )


def _judged(points: pd.DataFrame, alpha: float, margin: float | None) -> pd.DataFrame:
    """Add adjusted p-values and verdicts of the changes, in the place of marks."""
    p = adjusted(points["change_p_value"].to_numpy(), ["screening"] * len(points))
    points.insert(int(points.columns.get_loc("change_low")), "change_p_adjusted", p)  # type: ignore[arg-type]
    said = np.where(points.pop("_goes_on"), "no evidence", "")
    said = np.where(points.pop("_begins"), "not comparable", said)
    points.insert(int(points.columns.get_loc("reason")), "change_verdict", said.tolist())  # type: ignore[arg-type]
    return _marked(points, alpha, margin)


def _marked(points: pd.DataFrame, alpha: float, margin: float | None) -> pd.DataFrame:
    """Judge by the adjusted p-values every change that is not across a cut."""
    changes = points[list(_CHANGE.values())[:-1]].rename(
        columns={new: old for old, new in _CHANGE.items()}
    )
    verdicts = judged(changes, alpha=alpha, margin=margin, words=("moved up", "moved down"))
    before = points["change_verdict"]
    said = np.where(before.isin(["", "not comparable"]), before, verdicts)
    return points.assign(change_verdict=said.tolist())
