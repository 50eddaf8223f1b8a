"""What the planned evaluation will be able to show, said before anything is launched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from csi.dissatisfied.faults import DissatisfiedError

_SHARES = ("response", "alpha", "power")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPlan:
    """What the follow-up survey is expected to be like.

    Attributes
    ----------
    sd : float
        Standard deviation of the score among the customers on the list, in points of 100.
    response : float
        Share of either arm expected to answer the follow-up.
    deff : float
        Design effect of weights and clusters.
    take_up : float or None
        Share of those cared for who are expected to take part.
    alpha, power : float
        Two-sided level of the test, and the chance to find an effect of the size stated.
    """

    sd: float = 20.0
    response: float = 0.35
    deff: float = 1.0
    take_up: float | None = None
    alpha: float = 0.05
    power: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The smallest effect that the evaluation is likely to find.

    Attributes
    ----------
    plan : EvaluationPlan
    care, hold_out : int
        Customers of either arm, in rules that have both.
    answers_care, answers_hold_out : float
        Expected answers.
    std_error : float
        Of the effect, in points; NaN without a hold-out.
    least_effect : float
        Of the offer on all who get it, in points, found with the power stated.
    least_effect_takers : float
        Of care on those who take part, if nobody else is affected; NaN without ``take_up``.
    """

    plan: EvaluationPlan
    care: int
    hold_out: int
    answers_care: float
    answers_hold_out: float
    std_error: float
    least_effect: float
    least_effect_takers: float

    def summary(self) -> str:
        """Return the statement in words."""
        plan = self.plan
        if np.isnan(self.least_effect):
            return (
                "Nobody is held out: no evaluation can tell an effect from what would have "
                "happened anyway."
            )
        text = (
            f"With {self.care:,} customers in care and {self.hold_out:,} held out, of whom "
            f"{plan.response:.0%} answer (standard deviation {plan.sd:g} points, design effect "
            f"{plan.deff:g}), an effect of {self.least_effect:.1f} points is found with a chance "
            f"of {plan.power:.0%} at the {plan.alpha:.0%} level; smaller ones may be missed."
        )
        if not np.isnan(self.least_effect_takers):
            text += (
                f" If {plan.take_up:.0%} take part, that is {self.least_effect_takers:.1f} points "
                "for each who does."
            )
        return text


def state_power(arms: pd.DataFrame, plan: EvaluationPlan) -> Power:
    """State the smallest effect that a stratified comparison of two arms is likely to find.

    (z₁₋α/₂ + z_power) · sd · √(deff Σ W² (1 / r n₁ + 1 / r n₀)), over strata with shares W of the
    customers, n₁ in care, n₀ held out and response r (Bloom 1995).

    Parameters
    ----------
    arms : DataFrame
        One row per stratum: ``care``, ``hold_out``. Strata without either arm are not compared.
    plan : EvaluationPlan

    Returns
    -------
    Power

    Raises
    ------
    DissatisfiedError
        For expectations that cannot be.

    Examples
    --------
    >>> arms = pd.DataFrame({"care": [4000], "hold_out": [1000]})
    >>> round(state_power(arms, EvaluationPlan(sd=20.0, response=0.35)).least_effect, 2)
    3.35
    """
    _check(plan)
    both = arms[(arms["care"] > 0) & (arms["hold_out"] > 0)]
    care, held = both["care"].to_numpy(float), both["hold_out"].to_numpy(float)
    error = least = np.nan
    if len(both):
        W = (care + held) / (care + held).sum()
        error = plan.sd * float(
            np.sqrt(plan.deff * (W**2 / plan.response * (1.0 / care + 1.0 / held)).sum())
        )
        z = stats.norm.isf(plan.alpha / 2.0) + stats.norm.ppf(plan.power)
        least = float(z) * error
    return Power(
        plan=plan,
        care=int(care.sum()),
        hold_out=int(held.sum()),
        answers_care=plan.response * float(care.sum()),
        answers_hold_out=plan.response * float(held.sum()),
        std_error=error,
        least_effect=least,
        least_effect_takers=least / plan.take_up if plan.take_up else np.nan,
    )


def _check(plan: EvaluationPlan) -> None:
    faults = [
        f"`{name}` must lie between 0 and 1; got {getattr(plan, name)!r}."
        for name in _SHARES
        if not 0.0 < getattr(plan, name) < 1.0 and not (name == "response" and plan.response == 1.0)
    ]
    if not plan.sd > 0.0:
        faults.append(f"`sd` must be above 0; got {plan.sd!r}.")
    if not plan.deff > 0.0:
        faults.append(f"`deff` must be above 0; got {plan.deff!r}.")
    if plan.take_up is not None and not 0.0 < plan.take_up <= 1.0:
        faults.append(f"`take_up` must lie between 0 and 1; got {plan.take_up!r}.")
    if faults:
        raise DissatisfiedError("\n".join(faults))
