"""What came of the actions of a study."""

from __future__ import annotations

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
    """Judge the effect of care from the follow-up, by the hold-out, and naively beside it.

    The naive change is shown of those who had rated low only: whom the model chose returns to
    their own mean, not to that of all, and the correction would take off too much.
    """
    target = study.follow_up
    if target is None or not target.file.is_file():
        where = study.source if target is None else target.file
        raise StudyError(f"{where}: there is no follow-up survey yet; no effect can be judged.")
    answers, plan = read_answers(study, store), stored_plan(study, store)
    after = pd.read_parquet(target.file)
    reliability = _reliability(study, answers)
    before = None if reliability is None else _before(answers, reliability)
    change = None
    if plan.rules.hold_out > 0:
        taken = _participants(study)
        effect = evaluate_actions(plan, after, participants=taken, **_options(study))
        chosen = _rated_low(answers, plan, after)
        if before is not None and len(chosen) >= LEAST_CHANGES:
            change = evaluate_actions(None, chosen, before=before, **_options(study))
    else:
        chosen = _rated_low(answers, plan, after)
        effect = evaluate_actions(plan, chosen, before=before, **_options(study))
    _keep(store, effect, change, reliability)
    return effect, change


def _options(study: DissatisfiedStudy) -> dict[str, Any]:
    target, survey = study.follow_up, study.survey
    return {
        "outcome": "" if target is None else target.outcome,
        "key": study.key,
        "weights": None if target is None else target.weight,
        "scale": survey.scale,
        "dissatisfied_to": survey.dissatisfied_to,
    }


def _keep(
    store: Store, effect: Effect, change: Effect | None, reliability: Reliability | None
) -> None:
    found = [effect] if change is None else [effect, change]
    table = pd.concat([part.tidy() for part in found], ignore_index=True)
    store.write_tables("effect", {"effect": table})
    facts: dict[str, object] = {"evidence": effect.evidence, "warnings": list(effect.warnings)}
    if reliability is not None:
        facts |= {"reliability": reliability.value, "reliability_source": reliability.source}
    store.write_facts("effect", facts)


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


def _rated_low(answers: Answers, plan: ActionPlan, after: pd.DataFrame) -> pd.DataFrame:
    """Return the follow-up of those in care who had rated low in the survey."""
    survey, key, frame = answers.study.survey, answers.study.key, answers.respondents
    low = frame.loc[frame[survey.outcome] <= survey.dissatisfied_to, key]
    return after[after[key].isin(low) & after[key].isin(plan.arm(CARE)[key])]


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
