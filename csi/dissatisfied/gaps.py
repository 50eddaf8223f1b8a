"""Numbers on a named group and all others, each with every respondent's influence on it."""

from __future__ import annotations

import numpy as np

from csi.dissatisfied.case_mix import CaseMix
from csi.inference import BoolArray, FloatArray, SurveyDesign, effective_base

TERMS = (
    "mean_named",
    "mean_others",
    "gap",
    "gap_percent",
    "adjusted_gap",
    "adjusted_gap_percent",
    "compared",
    "share_of_customers",
    "share_of_dissatisfied",
    "dissatisfied_named",
    "dissatisfied_others",
)
UNITS = (
    "points",
    "points",
    "points",
    "percent",
    "points",
    "percent",
    "share",
    "share",
    "share",
    "share",
    "share",
)


def gap_numbers(
    design: SurveyDesign,
    score: FloatArray,
    flag: FloatArray,
    mix: CaseMix | None,
    *,
    dissatisfied_to: float,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, BoolArray]:
    """Return values (k,), influences (n, k), n (k,), effective n (k,) and who is inside (n,).

    Parameters
    ----------
    design : SurveyDesign
    score : FloatArray, shape (n,)
        0-100; NaN without an answer.
    flag : FloatArray, shape (n,)
        1 for the named, 0 for others, NaN where unknown.
    mix : CaseMix or None
    dissatisfied_to : float
        Scores up to this count as dissatisfied.
    """
    w = design.weights
    inside = ~np.isnan(score) & ~np.isnan(flag) & (w > 0)
    y = np.where(inside, score, 0.0)
    named, others = inside & (flag == 1.0), inside & (flag == 0.0)
    low = (inside & (y <= dissatisfied_to + 1e-9)).astype(np.float64)
    m1, i1 = _mean(w, y, named)
    m0, i0 = _mean(w, y, others)
    adjusted, by_mix, compared = _adjusted(w, y, named, others, mix)
    numbers = [
        (m1, i1),
        (m0, i0),
        (m1 - m0, i1 - i0),
        _percent((m1, i1), (m0, i0)),
        adjusted,
        by_mix,
        compared,
        _mean(w, named.astype(np.float64), inside),
        _mean(w, named.astype(np.float64), low > 0),
        _mean(w, low, named),
        _mean(w, low, others),
    ]
    bases = [named, others, None, None, None, None, named, inside, low > 0, named, others]
    n = [_base(named, others, base) for base in bases]
    n_eff = [_effective(w, named, others, base) for base in bases]
    return (
        np.array([value for value, _ in numbers]),
        np.column_stack([influence for _, influence in numbers]),
        np.array(n),
        np.array(n_eff),
        inside,
    )


Number = tuple[float, FloatArray]


def _mean(w: FloatArray, y: FloatArray, who: BoolArray) -> Number:
    """Return Σ w y / Σ w over some respondents, and its influence."""
    total = float(w[who].sum())
    if total == 0.0:
        return np.nan, np.zeros(len(w))
    mean = float(w[who] @ y[who]) / total
    return mean, np.where(who, (y - mean) / total, 0.0)


def _percent(above: Number, below: Number) -> Number:
    """Return 100 (a / b − 1) by the delta method."""
    (a, i), (b, j) = above, below
    return 100.0 * (a / b - 1.0), 100.0 * (i / b - a / b**2 * j)


def _adjusted(
    w: FloatArray, y: FloatArray, named: BoolArray, others: BoolArray, mix: CaseMix | None
) -> tuple[Number, Number, Number]:
    """Return gap and percent against others of the same case mix, and the part compared.

    With b the others' weighted regression on the levels and x̄ the mean of the named, the gap is
    ȳ − x̄'b. Its influence: of the named (y − x'b − gap) / Σ w, of the others −x̄'H⁻¹x (y − x'b)
    with H = Σ w x x'.
    """
    nothing = np.nan, np.zeros(len(w))
    if mix is None:
        return nothing, nothing, nothing
    supported = mix.supported(others)
    who = named & supported
    if not who.any():
        return nothing, nothing, _mean(w, supported.astype(np.float64), named)
    X = mix.matrix(others)
    fit_w = np.where(others, w, 0.0)
    inverse = np.linalg.pinv((X * fit_w[:, None]).T @ X, rcond=1e-10, hermitian=True)
    b = inverse @ (X.T @ (fit_w * y))
    predicted = X @ b
    total = float(w[who].sum())
    x_bar = w[who] @ X[who] / total
    spread = np.where(others, X @ (inverse @ x_bar) * (y - predicted), 0.0)
    m1, i1 = _mean(w, y, who)
    m0, i0 = _mean(w, predicted, who)
    i0 = i0 + spread
    return (
        (m1 - m0, i1 - i0),
        _percent((m1, i1), (m0, i0)),
        _mean(w, supported.astype(np.float64), named),
    )


def _base(named: BoolArray, others: BoolArray, who: BoolArray | None) -> float:
    """Return the respondents behind a number; for gaps, those of the smaller side."""
    return float(who.sum()) if who is not None else float(min(named.sum(), others.sum()))


def _effective(w: FloatArray, named: BoolArray, others: BoolArray, who: BoolArray | None) -> float:
    if who is not None:
        return effective_base(w[who])
    return min(effective_base(w[named]), effective_base(w[others]))
