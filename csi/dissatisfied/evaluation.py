"""Judge the effect of care: by the hold-out where there is one, else with a warning."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.actions import CARE, HELD_OUT, ActionPlan
from csi.dissatisfied.before_after import Changes, correct_change
from csi.dissatisfied.effect import Effect
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_identities, refuse_unlike_keys
from csi.dissatisfied.randomised import Arms, compare_arms
from csi.dissatisfied.reliability import Reliability, error_variances
from csi.inference import Estimates, FloatArray, SurveyDesign, numeric_items

NO_HOLD_OUT = (
    "Nobody was held out. The naive change is not an effect: whoever is chosen for a low score "
    "rises by itself when asked again. The corrected change takes that out, as far as the "
    "reliability is right, but not what else happened in the time between."
)
_RATES = ("dissatisfied", "effect_on_dissatisfied", "response", "take_up")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Before:
    """The survey in which the customers were found, for a change without a hold-out.

    Only customers who were chosen for their score return to the mean of all. Those whom a model
    chose, without looking at their score, return to their own: judge them by a hold-out.

    Attributes
    ----------
    design : SurveyDesign
        Of all customers, not only of those cared for.
    outcome : str
        Column of the score.
    reliability : Reliability
        Of that score; see `reliability_of_items` and `reliability_of_construct`.
    key : str
        Column of pseudonymous keys.
    cut : float, optional
        Ratings up to this, on the outcome's own scale, were chosen.
    """

    design: SurveyDesign
    outcome: str
    reliability: Reliability
    key: str = "id"
    cut: float | None = None


def evaluate_actions(
    plan: ActionPlan | None,
    follow_up: pd.DataFrame,
    outcome: str,
    *,
    key: str = "id",
    weights: str | None = None,
    scale: tuple[float, float] = (1.0, 10.0),
    dissatisfied_to: float = 5.0,
    participants: Collection[object] | None = None,
    cost: float | None = None,
    before: Before | None = None,
) -> Effect:
    """Compare those cared for with those held out; without a hold-out, correct their change.

    The effect is that of being offered care on all to whom it was offered, whether they took part
    or not (intention to treat). Answers stand for their own rule, stratum and arm; the rates of
    answering are compared, because arms that answer differently may differ in who answers.

    Parameters
    ----------
    plan : ActionPlan, optional
        Without a plan everybody in ``follow_up`` was cared for.
    follow_up : DataFrame
        One row per interview after care.
    outcome : str
        Column of ratings in it.
    key : str
        Column of pseudonymous keys in it.
    weights : str, optional
        Column of weights in it.
    scale : (float, float)
        Ends of the rating scale; effects are in points of 100.
    dissatisfied_to : float
        Ratings up to this count as dissatisfied.
    participants : collection of keys, optional
        Who took part in what was offered. Adds the take-up and the effect on those who took part
        because it was offered (Angrist, Imbens and Rubin 1996).
    cost : float, optional
        Of all care; by default that of the plan.
    before : Before, optional
        Needed where nobody was held out; else its change is shown beside.

    Returns
    -------
    Effect

    Raises
    ------
    IdentityError
        If keys look like names, telephone or identity numbers.
    DissatisfiedError
        If columns are missing, keys repeat, there are too few answers, or nobody was held out and
        ``before`` is missing.

    Examples
    --------
    >>> effect = evaluate_actions(plan, follow_up, "satisfaction")  # doctest: +SKIP
    >>> print(effect.summary())  # doctest: +SKIP
    """
    answers = _answers(follow_up, outcome, key, weights, scale)
    has_hold_out = plan is not None and bool((plan.customers["arm"] == HELD_OUT).any())
    if not has_hold_out and before is None:
        raise DissatisfiedError(
            "Nobody was held out, so an effect cannot be told from what happens by itself. Give "
            "`before`, the survey in which the customers were found, for a corrected change; and "
            "hold some out next time."
        )
    tables, warnings = [], []
    if plan is not None and has_hold_out:
        low = 100.0 * (dissatisfied_to - scale[0]) / (scale[1] - scale[0])
        arms = _arms(plan, answers, participants)
        estimates, compared = compare_arms(arms, dissatisfied_to=low)
        tables.append(_as_numbers(estimates))
        warnings += _cautions(estimates, compared, len(plan.customers))
        strangers = int((~answers["key"].isin(plan.customers[plan.key])).sum())
        if strangers:
            warnings.append(
                f"{strangers} of {len(answers)} answers at follow-up are of nobody on the list and "
                "are left out."
            )
    if before is not None:
        cared = answers
        if plan is not None:
            cared = answers[answers["key"].isin(plan.arm(CARE)[plan.key])]
        changes = _changes(before, cared, scale)
        tables.append(_as_change_numbers(changes))
        warnings += changes.warnings
        if not has_hold_out:
            warnings.append(NO_HOLD_OUT)
    return Effect(
        evidence="randomised" if has_hold_out else "before-after",
        numbers=pd.concat(tables, ignore_index=True),
        cost=_cost(plan, cost),
        cared=len(answers) if plan is None else len(plan.arm(CARE)),
        warnings=tuple(warnings),
    )


def _answers(
    follow_up: pd.DataFrame,
    outcome: str,
    key: str,
    weights: str | None,
    scale: tuple[float, float],
) -> pd.DataFrame:
    refuse_identities(follow_up, key, "The follow-up survey")
    rating = numeric_items(follow_up, [outcome])[:, 0]
    w = np.ones(len(follow_up)) if weights is None else numeric_items(follow_up, [weights])[:, 0]
    faults = []
    if follow_up[key].duplicated().any():
        faults.append(
            f"{int(follow_up[key].duplicated().sum())} keys of the follow-up survey stand twice."
        )
    if not (w >= 0).all():
        faults.append(f"Weights in `{weights}` must be numbers of at least 0.")
    outside = int(((rating < scale[0]) | (rating > scale[1])).sum())
    if outside:
        faults.append(
            f"{outside} ratings in `{outcome}` lie outside the scale {scale[0]:g} to {scale[1]:g}."
        )
    if faults:
        raise DissatisfiedError("\n".join(faults))
    score = 100.0 * (rating - scale[0]) / (scale[1] - scale[0])
    table = pd.DataFrame({"key": follow_up[key].to_numpy(), "score": score, "weight": w})
    return table[~np.isnan(score) & (w > 0)]


def _arms(plan: ActionPlan, answers: pd.DataFrame, participants: Collection[object] | None) -> Arms:
    customers = plan.customers
    refuse_unlike_keys(customers[plan.key], answers["key"], "plan and follow-up")
    heard = customers[[plan.key]].merge(answers, left_on=plan.key, right_on="key", how="left")
    took = None
    if participants is not None:
        took = customers[plan.key].isin(list(participants)).to_numpy(dtype=np.bool_)
    return Arms(
        care=(customers["arm"] == CARE).to_numpy(dtype=np.bool_),
        stratum=pd.factorize(customers["stratum"], sort=True)[0].astype(np.int64),
        score=heard["score"].to_numpy(dtype=np.float64),
        weights=heard["weight"].fillna(1.0).to_numpy(dtype=np.float64),
        took_part=took,
    )


def _as_numbers(estimates: Estimates) -> pd.DataFrame:
    terms = estimates.labels["term"]
    return pd.DataFrame(
        {
            "evidence": "randomised",
            "term": terms,
            "unit": ["share" if term.startswith(_RATES) else "points" for term in terms],
            "estimate": estimates.values,
            "std_error": estimates.std_errors(),
            "df": estimates.df,
            "n": estimates.n,
            "n_eff": estimates.n_eff,
        }
    )


def _cautions(estimates: Estimates, compared: int, listed: int) -> list[str]:
    table = estimates.tidy().set_index("term")
    warnings = []
    care, held = table.loc[["response_care", "response_hold_out"], "estimate"]
    gap = table.loc["response_gap"].to_dict()
    if gap["p_value"] < 0.05:
        warnings.append(
            f"{care:.1%} of those in care and {held:.1%} of those held out answered: who "
            "answers may differ between the arms, and the effect with it."
        )
    took = dict(zip(estimates.labels["term"], estimates.values, strict=True))
    if took.get("take_up_hold_out", 0.0) > 0.0:
        warnings.append(
            f"{took['take_up_hold_out']:.1%} of those held out took part all the same: the arms "
            "are less unlike than planned, and the effect of the offer is smaller."
        )
    if compared < listed:
        warnings.append(
            f"{listed - compared} of {listed} customers on the list are in strata without answers "
            "in both arms and are not compared."
        )
    return warnings


def _changes(before: Before, answers: pd.DataFrame, scale: tuple[float, float]) -> Changes:
    design = before.design
    refuse_identities(design.frame, before.key, "The survey before")
    refuse_unlike_keys(design.frame[before.key], answers["key"], "both surveys")
    rating = numeric_items(design.frame, [before.outcome])[:, 0]
    after = design.frame[before.key].map(answers.set_index("key")["score"])
    points = 100.0 / (scale[1] - scale[0])
    items = before.reliability.items
    errors = None
    if items:
        _refuse_other_score(before, rating)
        errors = points**2 * error_variances(design, items)
    return correct_change(
        design,
        points * (rating - scale[0]),
        after.to_numpy(dtype=np.float64, na_value=np.nan),
        before.reliability,
        cut=None if before.cut is None else points * (before.cut - scale[0]),
        error_variance=errors,
    )


def _refuse_other_score(before: Before, rating: FloatArray) -> None:
    """Raise where the reliability is that of another score than the outcome."""
    mean = numeric_items(before.design.frame, before.reliability.items).mean(axis=1)
    both = ~np.isnan(mean) & ~np.isnan(rating)
    if not np.allclose(mean[both], rating[both], atol=1e-6):
        raise DissatisfiedError(
            f"The reliability is that of the mean of {', '.join(before.reliability.items)}, and "
            f"`{before.outcome}` is not that mean: evaluate the mean."
        )


def _as_change_numbers(changes: Changes) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "evidence": "before-after",
            "term": changes.terms,
            "unit": "points",
            "estimate": changes.values,
            "std_error": changes.std_errors,
            "df": changes.df,
            "n": float(changes.n),
            "n_eff": changes.n_eff,
        }
    )


def _cost(plan: ActionPlan | None, cost: float | None) -> float:
    if cost is not None:
        if not cost >= 0.0:
            raise DissatisfiedError(f"`cost` must be at least 0; got {cost!r}.")
        return cost
    planned = 0.0 if plan is None else float(plan.customers["cost"].sum())
    return planned if planned > 0 else np.nan
