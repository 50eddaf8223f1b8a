"""The action list: who is cared for and how, with a random hold-out and the power it gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from csi.dissatisfied.care_rules import CareRule, CareRules, read_care_rules
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.holding_out import draw_hold_out, list_length, permanent_numbers
from csi.dissatisfied.identities import (
    refuse_free_text,
    refuse_identities,
    refuse_unlike_keys,
)
from csi.dissatisfied.pool import DissatisfiedPool
from csi.dissatisfied.power import EvaluationPlan, Power, state_power
from csi.errors import suggest
from csi.inference import BoolArray, FloatArray

CARE, HELD_OUT = "care", "hold-out"


@dataclass(frozen=True, kw_only=True, eq=False)
class ActionPlan:
    """Who is to be cared for, and who is held out to see what care does.

    Attributes
    ----------
    rules : CareRules
    key : str
        Name of the column of keys.
    seed : int
        Of the hold-out.
    customers : DataFrame
        One row per customer on the list, by rule and priority: the key, ``rule``, ``strategy``,
        ``action``, ``arm`` (``care`` or ``hold-out``), ``stratum``, ``priority`` (1 is first
        within the rule), ``probability`` and ``cost``.
    counts : DataFrame
        Per rule: ``matched``, ``fatigued`` (left alone), ``over_capacity``, ``care``,
        ``hold_out`` and ``cost``.
    power : Power
        What the evaluation will be able to show.
    """

    rules: CareRules
    key: str
    seed: int
    customers: pd.DataFrame
    counts: pd.DataFrame
    power: Power

    def arm(self, arm: str) -> pd.DataFrame:
        """Return the customers of one arm, ``care`` or ``hold-out``."""
        return self.customers[self.customers["arm"] == arm].reset_index(drop=True)

    def tidy(self) -> pd.DataFrame:
        """Return `counts`: one row per rule."""
        return self.counts.copy()

    def summary(self) -> str:
        """Return the plan and its power in words."""
        lines = [
            f"{row['rule']} ({row['strategy']}): {row['care']:,} in care, {row['hold_out']:,} held "
            f"out, of {row['matched']:,} who fit; {row['fatigued']:,} left alone, "
            f"{row['over_capacity']:,} beyond capacity or budget; cost {row['cost']:,.0f}."
            for row in self.counts.to_dict("records")
        ]
        return "\n".join([*lines, self.power.summary()])

    def __repr__(self) -> str:
        care, held = (len(self.arm(arm)) for arm in (CARE, HELD_OUT))
        return f"ActionPlan(rules={len(self.counts)}, care={care}, hold_out={held})"


def plan_actions(
    scores: pd.DataFrame,
    pool: DissatisfiedPool | None,
    rules: CareRules | str | Path,
    *,
    seed: int,
    key: str = "id",
    probability: str = "probability",
    evaluation: EvaluationPlan | None = None,
) -> ActionPlan:
    """Put customers on the list by the first rule that fits, hold some out, and state the power.

    Within a rule those with the highest probability come first. Capacity and budget limit how many
    are cared for, rule after rule; the list is longer by the hold-out, which is drawn from the
    whole list so that both arms are alike. Who is held out depends on key and seed only.

    Parameters
    ----------
    scores : DataFrame
        Scored customers with every column that the rules read.
    pool : DissatisfiedPool, optional
        Adds ``in_pool`` (1 or 0), ``pool_cause`` and ``pool_sources``; customers of the pool
        without a score are added, first in priority.
    rules : CareRules, str or Path
        Rules, or their file; see `read_care_rules`.
    seed : int
    key, probability : str
        Columns of ``scores``.
    evaluation : EvaluationPlan, optional
        What the follow-up survey is expected to be like.

    Returns
    -------
    ActionPlan

    Raises
    ------
    CareRulesError
        With every fault of the file.
    IdentityError
        If keys look like names, telephone or identity numbers.
    DissatisfiedError
        If columns are missing, keys repeat, or nobody fits any rule.

    Examples
    --------
    >>> plan = plan_actions(scores, pool, "care.yaml", seed=7)  # doctest: +SKIP
    >>> print(plan.summary())  # doctest: +SKIP
    """
    known = rules if isinstance(rules, CareRules) else read_care_rules(rules)
    frame = _candidates(scores, pool, key, probability)
    _check_columns(frame, known)
    numbers = permanent_numbers(frame[key], seed)
    priority = _priority(frame, probability)
    order = np.lexsort([numbers, -priority])
    tired = _tired(frame, known)
    free = np.ones(len(frame), dtype=np.bool_)
    left = _Left(known.capacity, known.budget)
    parts, counts = [], []
    for rule in known.rules:
        matched = rule.when.holds(frame) & free
        free &= ~matched
        able = order[(matched & ~tired)[order]]
        capacity = left.capacity_for(rule)
        chosen = able[: list_length(len(able), capacity, known.hold_out)]
        stratum = _strata(frame.iloc[chosen], rule.name, known.within)
        held = draw_hold_out(stratum, numbers[chosen], known.hold_out, capacity)
        left.spend(rule, int((~held).sum()))
        parts.append(_rows(frame.iloc[chosen], rule, stratum, held, key, probability))
        counts.append(_count(rule, matched, tired, able, held))
    customers = pd.concat(parts, ignore_index=True)
    if len(customers) == 0:
        raise DissatisfiedError(
            f"No customer of {len(frame)} is on the list: no rule of {known.source} fits anybody "
            "who may be contacted."
        )
    table = pd.DataFrame(counts)
    return ActionPlan(
        rules=known,
        key=key,
        seed=seed,
        customers=customers,
        counts=table,
        power=state_power(table, evaluation or EvaluationPlan()),
    )


class _Left:
    """What is left of capacity and budget as the rules take their turns."""

    def __init__(self, capacity: int | None, budget: float | None) -> None:
        self.capacity = np.inf if capacity is None else float(capacity)
        self.budget = np.inf if budget is None else budget

    def capacity_for(self, rule: CareRule) -> float:
        """Return how many customers the rule may still care for."""
        own = np.inf if rule.capacity is None else float(rule.capacity)
        paid = np.floor(self.budget / rule.cost + 1e-9) if rule.cost > 0 else np.inf
        return float(min(own, self.capacity, paid))

    def spend(self, rule: CareRule, care: int) -> None:
        """Take what a rule has used."""
        self.capacity -= care
        self.budget -= care * rule.cost


def _candidates(
    scores: pd.DataFrame, pool: DissatisfiedPool | None, key: str, probability: str
) -> pd.DataFrame:
    refuse_identities(scores, key, "The table of scores")
    if probability not in scores.columns:
        raise DissatisfiedError(
            f"The table of scores has no column `{probability}`. "
            f"{suggest(probability, scores.columns)}".rstrip()
        )
    faults = []
    if scores[key].isna().any():
        faults.append(f"{int(scores[key].isna().sum())} of {len(scores)} scores have no key.")
    if scores[key].duplicated().any():
        faults.append(f"{int(scores[key].duplicated().sum())} keys of scores stand twice.")
    values = pd.to_numeric(scores[probability], errors="coerce")
    if ((values < 0) | (values > 1)).any():
        faults.append(f"`{probability}` must lie between 0 and 1.")
    if faults:
        raise DissatisfiedError("\n".join(faults))
    if pool is None:
        return scores.assign(in_pool=0).reset_index(drop=True)
    said = pool.customers[[pool.key, "cause", "sources"]].rename(
        columns={pool.key: key, "cause": "pool_cause", "sources": "pool_sources"}
    )
    refuse_unlike_keys(said[key], scores[key], "pool and scores")
    joined = scores.merge(said.assign(in_pool=1), on=key, how="outer")
    return joined.assign(in_pool=joined["in_pool"].fillna(0).astype(int))


def _check_columns(frame: pd.DataFrame, rules: CareRules) -> None:
    faults = []
    for rule in rules.rules:
        for name in sorted(rule.when.items - set(frame.columns)):
            faults.append(
                f"{rule.where}: rule `{rule.name}` reads `{name}`, which neither scores nor pool "
                f"have. {suggest(name, frame.columns)}".rstrip()
            )
    for name in (*rules.within, *([rules.fatigue_column] if rules.fatigue_column else [])):
        if name not in frame.columns:
            faults.append(
                f"{rules.source} names the column `{name}`, which the scores do not have. "
                f"{suggest(name, frame.columns)}".rstrip()
            )
    if faults:
        raise DissatisfiedError("\n".join(faults))


def _priority(frame: pd.DataFrame, probability: str) -> FloatArray:
    """Return the probability; who has said so and has no score comes first."""
    value = pd.to_numeric(frame[probability]).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(value), frame["in_pool"].to_numpy(dtype=np.float64), value)


def _tired(frame: pd.DataFrame, rules: CareRules) -> BoolArray:
    if not rules.fatigue_column:
        return np.zeros(len(frame), dtype=np.bool_)
    contacts = pd.to_numeric(frame[rules.fatigue_column], errors="coerce")
    return np.asarray(contacts.fillna(0) >= rules.fatigue_most, dtype=np.bool_)


def _strata(frame: pd.DataFrame, rule: str, within: tuple[str, ...]) -> pd.Series:
    stratum = pd.Series(rule, index=range(len(frame)), dtype=object)
    for name in within:
        level = frame[name].reset_index(drop=True)
        refuse_free_text(level.unique(), f"`within: {name}`: the column")
        stratum = stratum + f", {name} " + level.astype(object).fillna("unknown").astype(str)
    return stratum


def _rows(
    frame: pd.DataFrame,
    rule: CareRule,
    stratum: pd.Series,
    held: BoolArray,
    key: str,
    probability: str,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            key: frame[key].to_numpy(),
            "rule": rule.name,
            "strategy": rule.strategy,
            "action": rule.action,
            "arm": np.where(held, HELD_OUT, CARE).astype(object),
            "stratum": stratum.to_numpy(),
            "priority": np.arange(1, len(frame) + 1),
            "probability": frame[probability].to_numpy(dtype=np.float64, na_value=np.nan),
            "cost": np.where(held, 0.0, rule.cost),
        }
    )


def _count(
    rule: CareRule,
    matched: BoolArray,
    tired: BoolArray,
    able: np.ndarray,
    held: BoolArray,
) -> dict[str, object]:
    care = int((~held).sum())
    return {
        "rule": rule.name,
        "strategy": rule.strategy,
        "matched": int(matched.sum()),
        "fatigued": int((matched & tired).sum()),
        "over_capacity": len(able) - len(held),
        "care": care,
        "hold_out": int(held.sum()),
        "cost": care * rule.cost,
    }
