"""The action list of a study: who is a candidate, who is cared for, who is held out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from csi.dissatisfied.action_list import export_actions
from csi.dissatisfied.actions import ActionPlan, plan_actions
from csi.dissatisfied.care_rules import CareRules, read_care_rules
from csi.dissatisfied.flags import flag_events, flag_silent
from csi.dissatisfied.pool import DissatisfiedPool
from csi.dissatisfied.power import EvaluationPlan, Power, state_power
from csi.dissatisfied_schema import Actions, DissatisfiedStudy
from csi.dissatisfied_study.answers import rules_of
from csi.dissatisfied_study.store import Store
from csi.errors import StudyError
from csi.warehouse.engine import DuckDBEngine
from csi.warehouse.expressions import quoted
from csi.warehouse.scoring import read_run

_POOL_COLUMNS = ("in_pool", "pool_cause", "pool_sources")
_SCORE_COLUMNS = ("probability", "tier", "bucket", "reason_1", "reason_2", "reason_3")


def plan_study(study: DissatisfiedStudy, store: Store) -> ActionPlan:
    """Put the customers of the chosen tiers and of the pool on the list, and hold some out."""
    actions, rules = _actions(study)
    pool = _pool(study, store)
    plan = plan_actions(
        _candidates(study, store, actions, rules),
        pool,
        rules,
        seed=actions.seed,
        key=study.key,
        evaluation=_evaluation(actions),
    )
    store.write_tables("actions", {"actions": plan.tidy()})
    store.write_list("actions", plan.customers, synthetic=study.synthetic)
    store.write_facts("power", _power_facts(plan.power))
    return plan


def export_calls(study: DissatisfiedStudy, plan: ActionPlan, store: Store) -> Path:
    """Write the list as it leaves the house, without those held out, and its audit line."""
    actions, _ = _actions(study)
    path = store.folder / "lists" / "calls.xlsx"
    export_actions(
        plan, path, purpose=actions.purpose, exported=date.today(), by=actions.responsible
    )
    return path


def stored_plan(study: DissatisfiedStudy, store: Store) -> ActionPlan:
    """Return the plan of the list that was written."""
    actions, rules = _actions(study)
    counts = store.table("actions")
    return ActionPlan(
        rules=rules,
        key=study.key,
        seed=actions.seed,
        customers=store.read_list("actions"),
        counts=counts,
        power=state_power(counts, _evaluation(actions)),
    )


def _actions(study: DissatisfiedStudy) -> tuple[Actions, CareRules]:
    if study.actions is None:
        raise StudyError(f"{study.source} has no `actions`: name the file of care rules there.")
    return study.actions, read_care_rules(study.actions.rules)


def _evaluation(actions: Actions) -> EvaluationPlan:
    return EvaluationPlan(
        sd=actions.sd, response=actions.response, deff=actions.deff, take_up=actions.take_up
    )


def _power_facts(power: Power) -> dict[str, object]:
    plan = power.plan
    return {
        "care": power.care,
        "hold_out": power.hold_out,
        "answers_care": power.answers_care,
        "answers_hold_out": power.answers_hold_out,
        "std_error": power.std_error,
        "least_effect": power.least_effect,
        "least_effect_takers": power.least_effect_takers,
        "sd": plan.sd,
        "response": plan.response,
        "deff": plan.deff,
        "take_up": plan.take_up,
        "alpha": plan.alpha,
        "power": plan.power,
    }


def _pool(study: DissatisfiedStudy, store: Store) -> DissatisfiedPool | None:
    """Return the pool that was written; its records are not needed for a list."""
    if not study.channels:
        return None
    customers = store.read_list("pool")
    last = store.facts()["pool"]["as_of"]
    return DissatisfiedPool(
        as_of=pd.Timestamp(last).date(),
        key=study.key,
        customers=customers,
        records=pd.DataFrame(),
        counts=store.table("pool"),
    )


def _candidates(
    study: DissatisfiedStudy, store: Store, actions: Actions, rules: CareRules
) -> pd.DataFrame:
    """Return scores and the columns that the rules read, of the chosen tiers and of the pool."""
    run = read_run(store.scores)
    numbers = [int(n) for n, name in run.manifest["tiers"].items() if name in actions.tiers]
    if not numbers:
        known = ", ".join(f"`{name}`" for name in run.manifest["tiers"].values())
        raise StudyError(
            f"{study.source}: `actions`: no tier is called {', '.join(actions.tiers)}. "
            f"The model's tiers: {known}."
        )
    frame = _fetch(study, store, _base_columns(study, rules), numbers)
    reasons = run.manifest["reasons"]
    for name in (column for column in frame.columns if str(column).startswith("reason_")):
        frame[name] = [reasons.get(str(number), "") for number in frame[name]]
    return _with_flags(study, frame)


def _base_columns(study: DissatisfiedStudy, rules: CareRules) -> tuple[str, ...]:
    """Return what is read from the base: columns of rules, strata, fatigue and hypotheses."""
    hypotheses = study.hypotheses
    wanted = {name for rule in rules.rules for name in rule.when.items} | set(rules.within)
    wanted |= {rules.fatigue_column} if rules.fatigue_column else set()
    named = wanted & set(hypotheses.labels)
    for silent in hypotheses.silent:
        wanted |= set(silent.channels) if silent.name in named else set()
    for event in hypotheses.events:
        wanted |= {event.on} if event.name in named else set()
    known = {*named, *_POOL_COLUMNS, *_SCORE_COLUMNS, study.key}
    return tuple(sorted(wanted - known))


def _fetch(
    study: DissatisfiedStudy, store: Store, columns: tuple[str, ...], tiers: list[int]
) -> pd.DataFrame:
    engine = DuckDBEngine()
    key = quoted(study.key, engine.dialect)
    scores = engine.source(str(store.scores / "part-*.parquet"))
    wanted = ["s.*", *(f"b.{quoted(name, engine.dialect)}" for name in columns)]
    inside = f"s.tier IN ({', '.join(map(str, tiers))})"
    if study.channels:
        pool = engine.source(str(store.path_of_list("pool")))
        inside += f" OR s.{key} IN (SELECT {key} FROM {pool})"
    frame = engine.fetch(
        f"SELECT {', '.join(wanted)} FROM {scores} AS s INNER JOIN "
        f"{engine.source(study.table)} AS b ON s.{key} = b.{key} WHERE {inside} ORDER BY s.{key}"
    )
    if len(frame) == 0:
        raise StudyError(f"{store.scores}: the scores hold nobody of the chosen tiers.")
    return frame


def _with_flags(study: DissatisfiedStudy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add whom each hypothesis names, as on the day after the snapshot."""
    rules, next_day = rules_of(study), (pd.Timestamp(study.as_of) + pd.Timedelta(days=1)).date()
    flags = {}
    for silent in rules.silent:
        if set(silent.channels) <= set(frame.columns):
            flags[silent.name] = flag_silent(
                frame, silent, observed=study.as_of, interviewed=next_day
            )
    for event in rules.events:
        if event.on in frame.columns:
            flags[event.name] = flag_events(frame, event, interviewed=next_day)
    return frame.assign(**{name: (flag == 1.0).astype(np.int64) for name, flag in flags.items()})
