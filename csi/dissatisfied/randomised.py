"""The effect of care by chance alone: those cared for against those held out at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.ranking import as_estimates
from csi.inference import BoolArray, Estimates, FloatArray, IntArray, SurveyDesign, make_design

LEAST_ANSWERS = 2
"""A stratum with fewer answers in one arm has no variance there: such strata are merged."""

RANDOMISED_TERMS = (
    "mean_care",
    "mean_hold_out",
    "effect",
    "dissatisfied_care",
    "dissatisfied_hold_out",
    "effect_on_dissatisfied",
    "response_care",
    "response_hold_out",
    "response_gap",
)
TAKE_UP_TERMS = ("take_up", "take_up_hold_out", "effect_on_takers")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arms:
    """Everybody on the list, with what the follow-up survey heard from them.

    Attributes
    ----------
    care : BoolArray, shape (n,)
        In care, or held out.
    stratum : IntArray, shape (n,)
    score : FloatArray, shape (n,)
        At follow-up, 0-100; NaN without an answer.
    weights : FloatArray, shape (n,)
        Of the answers, from the follow-up survey; above 0.
    took_part : BoolArray, shape (n,), or None
    """

    care: BoolArray
    stratum: IntArray
    score: FloatArray
    weights: FloatArray
    took_part: BoolArray | None


def compare_arms(arms: Arms, *, dissatisfied_to: float) -> tuple[Estimates, int]:
    """Return the numbers of both arms and their differences, and how many customers are compared.

    Each arm's mean is Σ_s N_s ȳ_s / Σ_s N_s over strata s with N_s customers on the list, so that
    what differs between strata cannot pass for an effect; answers stand for their own arm and
    stratum. Variances are those of stratified samples from either arm (Neyman 1923).

    Parameters
    ----------
    arms : Arms
    dissatisfied_to : float
        Scores up to this count as dissatisfied.

    Returns
    -------
    Estimates
        Labels: ``term``; see `RANDOMISED_TERMS` and, with ``took_part``, `TAKE_UP_TERMS`.
    int

    Raises
    ------
    DissatisfiedError
        If no stratum has two answers in both arms.
    """
    answered = ~np.isnan(arms.score)
    base = _base_weights(arms)
    stratum, compared = _merged(arms, answered)
    cell = np.where(compared, 2 * stratum + arms.care, -1)
    design = _design(cell, compared)
    inside = compared & answered
    y = np.where(answered, arms.score, 0.0)
    low = np.where(answered, arms.score <= dissatisfied_to + 1e-9, 0.0)
    parts: list[tuple[float, FloatArray]] = []
    for column in (y, low):
        care, held = (
            _arm_mean(column, base, cell, inside, compared, arms.care, arm=arm)
            for arm in (True, False)
        )
        parts += [care, held, _difference(care, held)]
    ones = np.ones(len(y))
    heard = answered.astype(np.float64)
    care, held = (
        _arm_mean(heard, ones, cell, compared, compared, arms.care, arm=arm)
        for arm in (True, False)
    )
    parts += [care, held, _difference(care, held)]
    terms = list(RANDOMISED_TERMS)
    if arms.took_part is not None:
        took = arms.took_part.astype(np.float64)
        care, held = (
            _arm_mean(took, ones, cell, compared, compared, arms.care, arm=arm)
            for arm in (True, False)
        )
        parts += [care, held, _ratio(parts[2], _difference(care, held))]
        terms += TAKE_UP_TERMS
    estimates = as_estimates(
        design,
        pd.DataFrame({"term": terms}),
        np.array([value for value, _ in parts]),
        np.column_stack([influence for _, influence in parts]),
        compared,
    )
    return _with_bases(estimates, terms, inside, compared, arms.care, cell), int(compared.sum())


def _base_weights(arms: Arms) -> FloatArray:
    """Return each customer's weight for the list's strata: w N_s / n_s of the own arm."""
    size = int(arms.stratum.max()) + 1
    whole = np.bincount(arms.stratum, minlength=size)
    own = np.bincount(2 * arms.stratum + arms.care, minlength=2 * size)
    both = own.reshape(-1, 2).min(axis=1) > 0
    share = whole[arms.stratum] / own[2 * arms.stratum + arms.care]
    return np.where(both[arms.stratum], arms.weights * share, 0.0)


def _merged(arms: Arms, usable: BoolArray) -> tuple[IntArray, BoolArray]:
    """Return strata, small ones merged into one, and who is in a stratum with both arms."""
    size = int(arms.stratum.max()) + 1
    stratum = arms.stratum.copy()
    base = _base_weights(arms) > 0
    for _ in range(2):
        cells = np.bincount((2 * stratum + arms.care)[usable], minlength=2 * (size + 1))
        small = cells.reshape(-1, 2).min(axis=1) < LEAST_ANSWERS
        # What is small after merging cannot be compared at all.
        stratum = np.where(small[stratum], size, stratum)
    compared = np.asarray(base & ~small[stratum], dtype=np.bool_)
    if not compared.any():
        raise DissatisfiedError(
            f"{int(usable.sum())} answers at follow-up: no stratum has at least {LEAST_ANSWERS} in "
            "care and held out, so there is nothing to compare."
        )
    return stratum, compared


def _design(cell: IntArray, compared: BoolArray) -> SurveyDesign:
    frame = pd.DataFrame({"cell": cell, "w": compared.astype(np.float64)})
    return make_design(frame, weights="w", strata="cell", lonely="certainty")


def _arm_mean(
    y: FloatArray,
    weights: FloatArray,
    cell: IntArray,
    inside: BoolArray,
    compared: BoolArray,
    care: BoolArray,
    *,
    arm: bool,
) -> tuple[float, FloatArray]:
    """Return Σ N_s ȳ_s / N of an arm and its influences (n,)."""
    influence, value = np.zeros(len(y)), 0.0
    total = int(compared.sum())
    for code in np.unique(cell[compared & _side(care, arm=arm)]):
        own = cell == code
        part = float((compared & (cell // 2 == code // 2)).sum()) / total
        who = own & inside
        w, r, n = weights[who], int(who.sum()), int(own.sum())
        mean = float(np.average(y[who], weights=w))
        value += part * mean
        # Those who did not answer count in the cell's n / (n - 1); the variance is that of r.
        small = np.sqrt(r / (r - 1) * (n - 1) / n)
        influence[who] = part * small * w * (y[who] - mean) / w.sum()
    return value, influence


def _side(care: BoolArray, *, arm: bool) -> BoolArray:
    return care if arm else ~care


def _difference(
    a: tuple[float, FloatArray], b: tuple[float, FloatArray]
) -> tuple[float, FloatArray]:
    return a[0] - b[0], a[1] - b[1]


def _ratio(a: tuple[float, FloatArray], b: tuple[float, FloatArray]) -> tuple[float, FloatArray]:
    if b[0] <= 0.0:
        return np.nan, np.zeros(len(a[1]))
    return a[0] / b[0], a[1] / b[0] - a[0] / b[0] ** 2 * b[1]


def _with_bases(
    estimates: Estimates,
    terms: list[str],
    inside: BoolArray,
    compared: BoolArray,
    care: BoolArray,
    cell: IntArray,
) -> Estimates:
    """Set n, effective n and degrees of freedom: of answers, or of the list for rates."""
    n, df = np.empty(len(terms)), np.empty(len(terms))
    for k, term in enumerate(terms):
        rate = term.startswith(("response", "take_up"))
        who = compared if rate else inside
        sides = [int((who & _side(care, arm=arm)).sum()) for arm in (True, False)]
        of_care, of_held = term.endswith("_care") or term == "take_up", term.endswith("_hold_out")
        n[k] = sides[0] if of_care else sides[1] if of_held else min(sides)
        df[k] = who.sum() - len(np.unique(cell[who]))
    return replace(estimates, n=n, n_eff=n.copy(), df=df)
