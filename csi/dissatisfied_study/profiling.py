"""Who the dissatisfied of a study are: reasons, look-alikes, profile, segment grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.dissatisfied.look_alikes import LEAST_EXPLICIT, LookAlikes, match_look_alikes
from csi.dissatisfied.profile import TIERS, assign_activity, profile_group
from csi.dissatisfied.reasons import rank_reasons
from csi.dissatisfied.segments import segment_grid
from csi.dissatisfied.table_model import TableModel
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.answers import WEIGHT, Answers, read_answers
from csi.dissatisfied_study.store import Store
from csi.errors import StudyError
from csi.inference import make_design
from csi.warehouse.engine import DuckDBEngine
from csi.warehouse.expressions import quoted
from csi.warehouse.scoring import read_run

ACTIVITY = "activity"
MOST_SAID = 10_000
MOST_PREDICTED = 20_000
_GROUP = "csi_dissatisfied"


def profile_study(study: DissatisfiedStudy, store: Store) -> dict[str, pd.DataFrame]:
    """Write stated reasons, look-alikes of the predicted, profile and grid of the dissatisfied."""
    answers = read_answers(study, store)
    tables = _of_survey(answers)
    found = _look_alikes(study, store)
    if found is not None:
        tables["look_alikes"] = found.tidy()
        store.write_facts(
            "look_alikes",
            {
                "customers": len(found.customers),
                "neighbours": found.neighbours,
                "agreement": found.agreement,
                "by_chance": found.by_chance,
                "near": float(found.customers["near"].mean()),
            },
        )
    if not tables:
        raise StudyError(
            f"{study.source} asks for no profile: name `profile`, a `reason` of the survey, or a "
            "`pool` with causes."
        )
    store.write_tables("profile", tables)
    return tables


def _of_survey(answers: Answers) -> dict[str, pd.DataFrame]:
    study, survey, frame = answers.study, answers.study.survey, answers.respondents
    options = study.profile
    low = frame[survey.outcome] <= survey.dissatisfied_to
    frame = frame.assign(**{_GROUP: low.where(frame[survey.outcome].notna())})
    if options.contacts:
        tiers = assign_activity(frame, options.contacts)
        frame[ACTIVITY] = pd.Categorical(tiers, categories=TIERS, ordered=True)
    if survey.reason:
        frame[survey.reason] = frame[survey.reason].where(low)
    design = make_design(frame, weights=WEIGHT, strata=survey.strata)
    tables = {}
    if survey.reason and frame[survey.reason].notna().any():
        tables["stated"] = rank_reasons(design, survey.reason).tidy()
    columns = [*options.columns, *([ACTIVITY] if options.contacts else [])]
    if columns:
        tables["who"] = profile_group(design, _GROUP, columns).tidy()
    if options.grid:
        grid = segment_grid(
            design,
            survey.outcome,
            options.grid,
            scale=survey.scale,
            dissatisfied_to=survey.dissatisfied_to,
        )
        tables |= {"grid": grid.tidy(), "grid_bases": grid.bases()}
    return tables


def _look_alikes(study: DissatisfiedStudy, store: Store) -> LookAlikes | None:
    """Match customers of the first tier who have not said so with those who have.

    Of either at most some thousands, spread over the keys, which are pseudonyms: a random part.
    """
    if not any(channel.cause for channel in study.channels):
        return None
    model, pool = store.model(), store.read_list("pool")
    said = pool[pool["cause"].notna() & (pool["cause"] != 0)]
    if len(said) < LEAST_EXPLICIT:
        return None
    explicit, predicted = _customers(study, store, model)
    explicit = explicit.merge(said[[study.key, "cause"]], on=study.key)
    if len(explicit) < LEAST_EXPLICIT or len(predicted) == 0:
        return None
    return match_look_alikes(
        model,
        _part(explicit, study.key, MOST_SAID),
        _part(predicted, study.key, MOST_PREDICTED),
        reason="cause",
        as_of=study.as_of,
        key=study.key,
        names={code: f"{code:g}" for code in explicit["cause"].unique()},
    )


def _customers(
    study: DissatisfiedStudy, store: Store, model: TableModel
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the indicators of the pool, and of the first tier without the pool."""
    engine = DuckDBEngine()
    key = quoted(study.key, engine.dialect)
    columns = ", ".join(f"b.{quoted(name, engine.dialect)}" for name in model.indicators)
    scores = engine.source(str(store.scores / "part-*.parquet"))
    pool = engine.source(str(store.path_of_list("pool")))
    first = min(int(number) for number in read_run(store.scores).manifest["tiers"])
    start = f"SELECT b.{key}, {columns} FROM {engine.source(study.table)} AS b "
    said = engine.fetch(f"{start} INNER JOIN {pool} AS p ON b.{key} = p.{key} ORDER BY b.{key}")
    predicted = engine.fetch(
        f"{start} INNER JOIN {scores} AS s ON b.{key} = s.{key} WHERE s.tier = {first} AND "
        f"b.{key} NOT IN (SELECT {key} FROM {pool}) ORDER BY b.{key}"
    )
    return said, predicted


def _part(frame: pd.DataFrame, key: str, most: int) -> pd.DataFrame:
    """Return at most so many rows, spread evenly over the keys in order."""
    if len(frame) <= most:
        return frame.reset_index(drop=True)
    rows = np.linspace(0, len(frame) - 1, most).round().astype(np.int64)
    return frame.sort_values(key).iloc[rows].reset_index(drop=True)
