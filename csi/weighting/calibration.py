"""Weights that meet totals: post-stratification, raking, and calibration by Newton's method.

Arrays in, arrays out; `csi.weighting.weight_responses` is the door for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csi.inference import FloatArray, IntArray
from csi.weighting.distances import Distance, Exponential

TOLERANCE = 1e-10
"""Default of the largest relative misfit max |achieved/target − 1|."""

FARTHEST = 1e6
"""A multiplier beyond this belongs to targets that cannot be met."""

SWEEPS = 100
"""Rounds of proportional fitting before raking goes on with Newton steps."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibrated:
    """Weights that meet totals, or failed to.

    Attributes
    ----------
    weights : FloatArray, shape (n,)
    misfit : float
        Largest relative misfit of the totals.
    iterations : int
    converged : bool
    """

    weights: FloatArray
    misfit: float
    iterations: int
    converged: bool

    def __repr__(self) -> str:
        return (
            f"Calibrated(n={len(self.weights)}, misfit={self.misfit:.1e}, "
            f"iterations={self.iterations}, converged={self.converged})"
        )


def poststratify(cells: IntArray, base: FloatArray, totals: FloatArray) -> Calibrated:
    """Scale base weights to the totals of non-overlapping cells: w = d N_c / Σ_c d.

    Parameters
    ----------
    cells : IntArray, shape (n,)
        Position in ``totals`` of each respondent's cell.
    base : FloatArray, shape (n,)
    totals : FloatArray, shape (n_cells,)
        Positive where the cell has respondents.

    Returns
    -------
    Calibrated
    """
    weights, misfit, sweeps = _fit_margins([cells], base, [totals], tolerance=0.0, max_sweeps=1)
    return Calibrated(weights=weights, misfit=misfit, iterations=sweeps, converged=True)


def rake(
    margins: Sequence[IntArray],
    base: FloatArray,
    totals: Sequence[FloatArray],
    *,
    tolerance: float = TOLERANCE,
    max_iter: int = 200,
) -> Calibrated:
    """Scale base weights to several margins in turn until all hold (Deming and Stephan 1940).

    Equals calibration with the exponential distance. Where proportional fitting is slow, Newton
    steps finish.

    Parameters
    ----------
    margins : sequence of IntArray, each of shape (n,)
        Position in the margin's totals of each respondent's level.
    base : FloatArray, shape (n,)
        Positive base weights. Many respondents with the same levels may be passed as one.
    totals : sequence of FloatArray
        Positive, with the same sum in all margins.
    tolerance : float
        Largest relative misfit allowed.
    max_iter : int
        Newton steps allowed after the first rounds of fitting.

    Returns
    -------
    Calibrated

    Examples
    --------
    >>> import numpy as np
    >>> sex, age = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> rake([sex, age], np.ones(4), [np.array([60.0, 40.0]), np.array([30.0, 70.0])]).weights
    array([18., 42., 12., 28.])
    """
    weights, misfit, sweeps = _fit_margins(
        margins, base, totals, tolerance=tolerance, max_sweeps=SWEEPS
    )
    if misfit <= tolerance:
        return Calibrated(weights=weights, misfit=misfit, iterations=sweeps, converged=True)
    finished = calibrate(
        indicators(margins, [len(t) for t in totals]),
        weights,
        np.concatenate(list(totals)),
        distance=Exponential(),
        tolerance=tolerance,
        max_iter=max_iter,
    )
    return Calibrated(
        weights=finished.weights,
        misfit=finished.misfit,
        iterations=sweeps + finished.iterations,
        converged=finished.converged,
    )


def calibrate(
    auxiliaries: FloatArray,
    base: FloatArray,
    targets: FloatArray,
    *,
    distance: Distance,
    cells: IntArray | None = None,
    scale: FloatArray | None = None,
    tolerance: float = TOLERANCE,
    max_iter: int = 200,
) -> Calibrated:
    """Find the weights nearest to the base weights with Σ w x = targets.

    w = d F(q xᵀλ), where λ minimises the convex Σ d Φ(q xᵀλ)/q − targetsᵀλ: Newton steps, halved
    until it falls, damped where its curvature vanishes (Deville and Särndal 1992; Deville,
    Särndal and Sautory 1993).

    Parameters
    ----------
    auxiliaries : FloatArray, shape (n, q) or (n_cells, q)
        May be redundant, as full sets of indicators are.
    base : FloatArray, shape (n,)
    targets : FloatArray, shape (q,)
    distance : Distance
        `Linear`, `Exponential` or `Logit`.
    cells : IntArray, shape (n,), optional
        Each respondent's row of ``auxiliaries``, where many share one.
    scale : FloatArray, shape (n,), optional
        Deville and Särndal's q: how freely each weight may move; 1 by default.
    tolerance : float
        Largest relative misfit allowed; of a target of 0, relative to Σ d |x|.
    max_iter : int

    Returns
    -------
    Calibrated

    Examples
    --------
    >>> import numpy as np
    >>> from csi.weighting.distances import Linear
    >>> x = np.column_stack([np.ones(4), [1.0, 2.0, 3.0, 4.0]])
    >>> calibrate(x, np.ones(4), np.array([4.0, 11.0]), distance=Linear()).weights
    array([0.7, 0.9, 1.1, 1.3])
    """
    problem = _Dual(auxiliaries, base, targets, distance, cells, scale)
    at = problem.start()
    damping, iteration = 0.0, 0
    while at.misfit > tolerance and iteration < max_iter:
        iteration += 1
        following = problem.descend(at, damping)
        if following is not None:
            at, damping = following, damping / 10.0 if damping > 1e-8 else 0.0
        elif damping < 1e4:
            damping = max(damping * 10.0, 1e-6)
        else:
            break
    return Calibrated(
        weights=at.weights,
        misfit=at.misfit,
        iterations=iteration,
        converged=bool(at.misfit <= tolerance),
    )


def indicators(margins: Sequence[IntArray], sizes: Sequence[int]) -> FloatArray:
    """Return a 0/1 column for every level of every margin."""
    columns = [np.eye(size)[margin] for margin, size in zip(margins, sizes, strict=True)]
    return np.hstack(columns)


def _fit_margins(
    margins: Sequence[IntArray],
    base: FloatArray,
    totals: Sequence[FloatArray],
    *,
    tolerance: float,
    max_sweeps: int,
) -> tuple[FloatArray, float, int]:
    """Scale to each margin in turn; return weights, largest relative misfit, rounds."""
    weights = base.astype(np.float64)
    sweep, worst = 0, np.inf
    while sweep < max_sweeps and worst > tolerance:
        sweep, worst = sweep + 1, 0.0
        for margin, total in zip(margins, totals, strict=True):
            sums = np.bincount(margin, weights=weights, minlength=len(total))
            factor = np.divide(total, sums, out=np.ones(len(total)), where=sums > 0)
            worst = max(worst, float(np.abs(sums / total - 1.0).max(where=total > 0, initial=0.0)))
            weights = weights * factor[margin]
        if len(margins) == 1:
            break
    return weights, _margin_misfit(margins, weights, totals), sweep


def _margin_misfit(
    margins: Sequence[IntArray], weights: FloatArray, totals: Sequence[FloatArray]
) -> float:
    return max(
        float(np.abs(np.bincount(m, weights=weights, minlength=len(t)) / t - 1.0).max())
        for m, t in zip(margins, totals, strict=True)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """One λ with what follows from it."""

    multiplier: FloatArray
    u: FloatArray
    weights: FloatArray
    objective: float
    gradient: FloatArray
    misfit: float


class _Dual:
    """The convex function of λ that calibration minimises."""

    def __init__(
        self,
        auxiliaries: FloatArray,
        base: FloatArray,
        targets: FloatArray,
        distance: Distance,
        cells: IntArray | None,
        scale: FloatArray | None,
    ) -> None:
        self.X, self.d, self.targets = auxiliaries, base, targets
        self.distance, self.cells = distance, cells
        self.q: FloatArray | float = 1.0 if scale is None else scale
        size = self._collapse(base) @ np.abs(auxiliaries)
        self.unit = np.where(targets != 0, np.abs(targets), np.where(size > 0, size, 1.0))

    def start(self) -> _Point:
        """Return λ = 0: the base weights, cut at the bounds."""
        return self._point(np.zeros(self.X.shape[1]))

    def descend(self, at: _Point, damping: float) -> _Point | None:
        """Return the end of one Newton step, halved until the function falls, or None."""
        with np.errstate(over="ignore", invalid="ignore"):
            curvature = self._collapse(self.d * self.distance.slope(at.u) * self.q)
            hessian = (self.X * curvature[:, None]).T @ self.X
            if not np.isfinite(hessian).all():
                return None
            step = _newton_step(hessian, at.gradient, damping)
            slope = float(at.gradient @ step)
        if not np.isfinite(slope):
            return None
        for halving in range(30):
            size = 0.5**halving
            trial = self._point(at.multiplier + size * step)
            falls = trial.objective <= at.objective + 1e-4 * size * slope
            # Near the minimum the function is flat to rounding and the misfit decides.
            if (falls and trial.objective < at.objective) or trial.misfit < 0.9 * at.misfit:
                return trial
        return None

    def _point(self, multiplier: FloatArray) -> _Point:
        by_row = self.X @ multiplier
        u = (by_row if self.cells is None else by_row[self.cells]) * self.q
        with np.errstate(over="ignore", invalid="ignore"):
            weights = self.d * self.distance.factor(u)
            height = float((self.d * self.distance.primitive(u) / self.q).sum())
            objective = height - float(self.targets @ multiplier)
            gradient = self._collapse(weights) @ self.X - self.targets
            misfit = float(np.abs(gradient / self.unit).max(initial=0.0))
        # Where no weights meet the targets, the function falls for ever.
        far = np.abs(u).max(initial=0.0) > FARTHEST
        if far or not (np.isfinite(objective) and np.isfinite(misfit)):
            objective, misfit = np.inf, np.inf
        return _Point(multiplier, u, weights, objective, gradient, misfit)

    def _collapse(self, values: FloatArray) -> FloatArray:
        if self.cells is None:
            return values
        return np.bincount(self.cells, weights=values, minlength=len(self.X)).astype(np.float64)


def _newton_step(hessian: FloatArray, gradient: FloatArray, damping: float) -> FloatArray:
    """Solve for the step in the directions that have curvature."""
    size = np.sqrt(np.where(np.diag(hessian) > 0, np.diag(hessian), 1.0))
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    curved = values > 1e-11 * max(float(values[-1]), 1e-300)
    if damping > 0.0:
        inverse = 1.0 / (np.maximum(values, 0.0) + damping)
    else:
        inverse = np.divide(1.0, values, out=np.zeros_like(values), where=curved)
    return np.asarray(-(vectors @ (inverse * (vectors.T @ (gradient / size)))) / size)
