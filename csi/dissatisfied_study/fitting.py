"""Fit the model of a study and write down how well it works."""

from __future__ import annotations

import pandas as pd

from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.model import fit_dissatisfaction
from csi.dissatisfied.rules import compare_rules
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.answers import Answers, read_answers
from csi.dissatisfied_study.store import Store


def fit_study(study: DissatisfiedStudy, store: Store) -> DissatisfactionFit:
    """Fit all learners, write the chosen one as ``model.json``, and its record as tables."""
    answers = read_answers(study, store)
    options = study.model
    fit = fit_dissatisfaction(
        answers.design(),
        study.survey.outcome,
        study.indicators,
        observed=study.as_of,
        interviewed=study.survey.interviewed,
        seed=options.seed,
        dissatisfied_to=study.survey.dissatisfied_to,
        scale=study.survey.scale,
        learner=options.learner,
        max_indicators=options.max_indicators,
        max_bins=options.max_bins,
        threshold=options.threshold,
        folds=options.folds,
        by=study.segments,
        tiers=options.tiers,
    )
    store.write_model(fit.model)
    store.write_tables("fit", _tables(fit, answers))
    store.write_facts("survey", answers.facts())
    store.write_facts("fit", _facts(fit))
    return fit


def _tables(fit: DissatisfactionFit, answers: Answers) -> dict[str, pd.DataFrame]:
    rules = list(answers.study.hypotheses.labels)
    tables = {
        "performance": fit.tidy(),
        "reliability": fit.performance.reliability.tidy(),
        "domains": fit.performance.domains,
        "screening": fit.screening.tidy(),
        "scorecard": fit.model.card(),
    }
    if rules:
        held_out = fit.held_out[fit.model.kind]
        table = compare_rules(fit.design, rules, held_out, fit.dissatisfied).tidy()
        tables["rules"] = table
    return tables


def _facts(fit: DissatisfactionFit) -> dict[str, object]:
    screening = fit.screening
    return {
        "kind": fit.model.kind,
        "model_sha256": fit.model.sha256(),
        "about": dict(fit.model.about),
        "calibration_error": fit.performance.calibration_error,
        "yardstick_gap": fit.yardstick_gap,
        "threshold": screening.threshold,
        "by_chance": screening.by_chance,
        "by_chance_high": screening.by_chance_high,
        "kept": list(screening.kept),
        "chosen": list(screening.chosen),
        "indicators": list(fit.model.indicators),
    }
