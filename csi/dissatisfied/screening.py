"""Which indicators go with satisfaction by enough points, out of sample, and by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from csi.dissatisfied.information import Choice
from csi.dissatisfied.learners import Binned
from csi.dissatisfied.ranking import as_estimates
from csi.inference import Estimates, FloatArray, IntArray, SurveyDesign

MIN_CELL = 100
"""Rows in a bin before its mean may be the best or the worst."""

PERMUTATIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screening:
    """The effect of every indicator on the satisfaction score.

    Attributes
    ----------
    effects : Estimates
        Difference, in points, between the mean scores of the best and the worst bin, which were
        chosen in the other folds. Labels: ``term``.
    best, worst : tuple of str
        These bins, chosen on all respondents.
    threshold : float
        In points.
    by_chance : float
        Indicators that reach the threshold, on average, if scores are shuffled.
    by_chance_high : float
        The number that shuffled scores exceed in one of twenty cases.
    choice : Choice
        The redundancy-aware choice.
    """

    effects: Estimates
    best: tuple[str, ...]
    worst: tuple[str, ...]
    threshold: float
    by_chance: float
    by_chance_high: float
    choice: Choice

    @property
    def kept(self) -> tuple[str, ...]:
        """Indicators whose effect reaches the threshold and differs from zero."""
        table = self.tidy()
        return tuple(table.loc[table["kept"], "term"])

    @property
    def chosen(self) -> tuple[str, ...]:
        """The redundancy-aware choice, in order."""
        terms = self.effects.labels["term"]
        return tuple(str(terms.iloc[j]) for j in self.choice.chosen)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return one row per indicator.

        Returns
        -------
        DataFrame
            ``term``, the estimate columns, ``best, worst`` (bins), ``kept`` (by the threshold),
            ``chosen`` (position in the redundancy-aware choice, 0 if not chosen) and ``repeats``
            (the chosen indicator that says most of the same).
        """
        table = self.effects.tidy(conf_level)
        terms = table["term"].to_numpy()
        place = np.zeros(len(table), dtype=np.int64)
        place[list(self.choice.chosen)] = 1 + np.arange(len(self.choice.chosen))
        repeats = ["" if k < 0 else str(terms[k]) for k in self.choice.repeats]
        return table.assign(
            best=self.best,
            worst=self.worst,
            kept=(table["estimate"] >= self.threshold) & (table["conf_low"] > 0.0),
            chosen=place,
            repeats=repeats,
        )

    def __repr__(self) -> str:
        return (
            f"Screening(indicators={len(self.effects)}, kept={len(self.kept)}, "
            f"threshold={self.threshold:g} points, by_chance={self.by_chance:.1f}, "
            f"chosen={len(self.chosen)})"
        )


def screen_indicators(
    design: SurveyDesign,
    binned: Binned,
    rows: IntArray,
    score: FloatArray,
    folds: IntArray,
    choice: Choice,
    *,
    threshold: float,
    seed: int,
) -> Screening:
    """Measure the effect of every indicator out of sample, and what shuffled scores give.

    Parameters
    ----------
    design : SurveyDesign
    binned : Binned
        Of the respondents ``rows``.
    rows : IntArray
        Who has a score.
    score : FloatArray, shape (n,)
        Satisfaction on 0-100.
    folds : IntArray, shape (n,)
        Best and worst bins are chosen outside a fold and compared within it.
    choice : Choice
    threshold : float
    seed : int
        Of the shuffles.

    Returns
    -------
    Screening
    """
    w, y, fold = design.weights[rows], score[rows], folds[rows]
    cells = _Cells.of(binned.coarse_codes, fold)
    best, worst = cells.extremes(w, y[:, None])
    values, influence = cells.effects(w, y, best[:, :, 0], worst[:, :, 0])
    spread = np.zeros((design.n, len(values)))
    spread[rows] = influence
    inside = np.zeros(design.n, dtype=np.bool_)
    inside[rows] = True
    labels = pd.DataFrame({"term": binned.names})
    rng = np.random.default_rng(seed)
    shuffled = np.column_stack([y[rng.permutation(len(y))] for _ in range(PERMUTATIONS)])
    counts = (cells.shuffled_effects(w, shuffled) >= threshold).sum(axis=0)
    whole = _Cells.of(binned.coarse_codes, np.zeros_like(fold))
    top, bottom = whole.extremes(w, y[:, None])
    return Screening(
        effects=as_estimates(design, labels, values, spread, inside),
        best=_words(binned, top[0, :, 0]),
        worst=_words(binned, bottom[0, :, 0]),
        threshold=threshold,
        by_chance=float(counts.mean()),
        by_chance_high=float(np.quantile(counts, 0.95)),
        choice=choice,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Indicators × bins × folds.

    Attributes
    ----------
    codes : array of int, shape (n, J)
    fold : IntArray, shape (n,)
    n_folds, widest : int
    members : sparse array, shape (n_folds * J * widest, n)
    counts : FloatArray, shape (n_folds, J, widest)
    """

    codes: npt.NDArray[np.int64]
    fold: IntArray
    n_folds: int
    widest: int
    members: sparse.csr_array[np.float64]
    counts: FloatArray

    @classmethod
    def of(cls, codes: npt.NDArray[np.int64], fold: IntArray) -> _Cells:
        n, J = codes.shape
        n_folds, widest = int(fold.max()) + 1, int(codes.max()) + 1
        cell = (fold[:, None] * J + np.arange(J)) * widest + codes
        who = np.repeat(np.arange(n), J)
        shape = (n_folds * J * widest, n)
        members = sparse.csr_array((np.ones(n * J), (cell.ravel(), who)), shape=shape)
        counts = np.bincount(cell.ravel(), minlength=shape[0]).reshape(n_folds, J, widest)
        return cls(codes, fold, n_folds, widest, members, counts.astype(np.float64))

    def sums(self, columns: FloatArray) -> FloatArray:
        """Return sums of columns (n, m) by cell, shape (n_folds, J, widest, m)."""
        J = self.codes.shape[1]
        return np.asarray(self.members @ columns).reshape(self.n_folds, J, self.widest, -1)

    def outside(self, by_fold: FloatArray) -> FloatArray:
        """Return totals without each fold; with a single fold, its own."""
        return by_fold if self.n_folds == 1 else by_fold.sum(axis=0, keepdims=True) - by_fold

    def extremes(
        self, w: FloatArray, columns: FloatArray
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the best and the worst bin outside each fold, shape (n_folds, J, m) each."""
        weight = self.outside(self.sums(w[:, None]))
        total = self.outside(self.sums(w[:, None] * columns))
        enough = (self.outside(self.counts) >= MIN_CELL) & (self.counts > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(enough[..., None], total / weight, np.nan)
        high = np.where(np.isnan(mean), -np.inf, mean).argmax(axis=2)
        low = np.where(np.isnan(mean), np.inf, mean).argmin(axis=2)
        return high, low

    def effects(
        self,
        w: FloatArray,
        y: FloatArray,
        best: npt.NDArray[np.intp],
        worst: npt.NDArray[np.intp],
    ) -> tuple[FloatArray, FloatArray]:
        """Return effects (J,) and influences (n, J): mean differences averaged over the folds."""
        J = self.codes.shape[1]
        weight, total = self.sums(w[:, None])[..., 0], self.sums((w * y)[:, None])[..., 0]
        values, influence = np.zeros(J), np.zeros((len(y), J))
        for bins, sign in ((best, 1.0), (worst, -1.0)):
            at = bins[:, :, None]
            held = np.take_along_axis(weight, at, axis=2)[..., 0]
            with np.errstate(divide="ignore", invalid="ignore"):
                mean = np.take_along_axis(total, at, axis=2)[..., 0] / held
            values += sign * mean.mean(axis=0)
            own = self.codes == bins[self.fold]
            residual = (y[:, None] - mean[self.fold]) / (held[self.fold] * self.n_folds)
            influence += sign * np.where(own, residual, 0.0)
        return values, influence

    def shuffled_effects(self, w: FloatArray, columns: FloatArray) -> FloatArray:
        """Return the effects for many shuffled scores at once, shape (J, m)."""
        best, worst = self.extremes(w, columns)
        weight = self.sums(w[:, None])
        total = self.sums(w[:, None] * columns)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / weight
        high = np.take_along_axis(mean, best[:, :, None, :], axis=2)[:, :, 0]
        low = np.take_along_axis(mean, worst[:, :, None, :], axis=2)[:, :, 0]
        return np.asarray((high - low).mean(axis=0))


def _words(binned: Binned, codes: npt.NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(bins.describe(int(code)) for bins, code in zip(binned.coarse, codes, strict=True))
