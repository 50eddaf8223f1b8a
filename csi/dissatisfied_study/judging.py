"""What came of the actions of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csi.dissatisfied.actions import CARE, ActionPlan
from csi.dissatisfied.effect import Effect
from csi.dissatisfied.evaluation import Before, evaluate_actions
from csi.dissatisfied.reliability import Reliability, reliability_of_items
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.acting import stored_plan
from csi.dissatisfied_study.answers import Answers, read_answers
from csi.dissatisfied_study.store import Store
from csi.errors import StudyError

LEAST_CHANGES = 30


def judge_study(study: DissatisfiedStudy, store: Store) -> tuple[Effect, Effect | None]:
    """Judge the effect of care from the follow-up, by the hold-out, and naively beside it."""
    target = study.follow_up
    if target is None or not target.file.is_file():
        where = study.source if target is None else target.file
        raise StudyError(f"{where}: there is no follow-up survey yet; no effect can be judged.")
    answers, survey = read_answers(study, store), study.survey
    plan, after = stored_plan(study, store), pd.read_parquet(target.file)
    options: dict[str, Any] = {
        "outcome": target.outcome,
        "key": study.key,
        "weights": target.weight,
        "scale": survey.scale,
        "dissatisfied_to": survey.dissatisfied_to,
    }
    reliability = _reliability(study, answers)
    before = None if reliability is None else _before(answers, reliability)
    held_out = plan.rules.hold_out > 0
    effect = evaluate_actions(
        plan,
        after,
        participants=_participants(study),
        before=None if held_out else before,
        **options,
    )
    change = None
    if held_out and before is not None:
        change = _change(answers, plan, after, before, options)
    found = [effect] if change is None else [effect, change]
    table = pd.concat([part.tidy() for part in found], ignore_index=True)
    store.write_table("effect", table)
    facts: dict[str, object] = {"evidence": effect.evidence, "warnings": list(effect.warnings)}
    if reliability is not None:
        facts |= {"reliability": reliability.value, "reliability_source": reliability.source}
    store.write_facts("effect", facts)
    return effect, change


def _participants(study: DissatisfiedStudy) -> pd.Series | None:
    file = study.follow_up.participants if study.follow_up else None
    if file is None or not file.is_file():
        return None
    keys: pd.Series = pd.read_parquet(file, columns=[study.key])[study.key]
    return keys


def _before(answers: Answers, reliability: Reliability) -> Before:
    study = answers.study
    return Before(
        design=answers.design(),
        outcome=study.survey.outcome,
        reliability=reliability,
        key=study.key,
    )


def _change(
    answers: Answers,
    plan: ActionPlan,
    after: pd.DataFrame,
    before: Before,
    options: Mapping[str, Any],
) -> Effect | None:
    """Return what a comparison before and after would claim of those who had rated low.

    Only of them: whom the model chose returns to their own mean, not to that of all. Too few for
    a comparison give none.
    """
    study, frame = answers.study, answers.respondents
    low = frame.loc[frame[study.survey.outcome] <= study.survey.dissatisfied_to, study.key]
    chosen = after[after[study.key].isin(low) & after[study.key].isin(plan.arm(CARE)[plan.key])]
    if len(chosen) < LEAST_CHANGES:
        return None
    return evaluate_actions(None, chosen, before=before, **options)


def _reliability(study: DissatisfiedStudy, answers: Answers) -> Reliability | None:
    """Return the reliability of one rating: as stated, or from two parallel measures.

    Alpha of the mean of two measures is 2ρ / (1 + ρ), so ρ = α / (2 − α) (Spearman 1910).
    """
    target, survey = study.follow_up, study.survey
    if target is not None and target.reliability is not None:
        return Reliability(
            value=target.reliability, std_error=target.reliability_se, source=study.source
        )
    if survey.second is None:
        return None
    alpha = reliability_of_items(answers.design(), [survey.outcome, survey.second])
    return Reliability(
        value=alpha.value / (2.0 - alpha.value),
        std_error=2.0 * alpha.std_error / (2.0 - alpha.value) ** 2,
        source=f"{survey.outcome}, {survey.second}",
    )
