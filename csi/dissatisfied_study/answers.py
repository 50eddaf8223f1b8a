"""The survey of a study: who was issued, who answered, and what their answers weigh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.flags import EventRule, SilentRule, flag_events, flag_silent
from csi.dissatisfied.indicators import Indicator
from csi.dissatisfied.nonresponse import weight_for_response
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.store import Store
from csi.errors import StudyError, suggest
from csi.inference import BoolArray, SurveyDesign, make_design
from csi.storage import hash_file, whole_file

WEIGHT = "response_weight"
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """The hypotheses of a study, ready to be examined."""

    silent: tuple[SilentRule, ...]
    events: tuple[EventRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """The survey.

    Attributes
    ----------
    issued : DataFrame
        Everybody issued, with `WEIGHT`, which is 0 for those who did not answer.
    respondents : DataFrame
        Those who answered, with a column of truth values for every hypothesis.
    """

    study: DissatisfiedStudy
    issued: pd.DataFrame
    respondents: pd.DataFrame

    def design(self) -> SurveyDesign:
        """Return the respondents with weights that allow for non-response."""
        return make_design(self.respondents, weights=WEIGHT, strata=self.study.survey.strata)

    def facts(self) -> dict[str, object]:
        """Return how many were issued and answered, and what the weights do to the level."""
        survey = self.study.survey
        rated = self.respondents[survey.outcome].notna()
        low = (self.respondents[survey.outcome] <= survey.dissatisfied_to)[rated]
        plain = self.respondents[survey.weight][rated] if survey.weight else None
        w = self.respondents[WEIGHT][rated].to_numpy(dtype=np.float64)
        return {
            "issued": len(self.issued),
            "responded": int(rated.sum()),
            "dissatisfied": int(low.sum()),
            "rate_unweighted": float(low.mean()),
            "rate_design": float(np.average(low, weights=plain)),
            "rate_weighted": float(np.average(low, weights=w)),
            "weight_effect": float(len(w) * (w @ w) / w.sum() ** 2),
        }


def read_answers(study: DissatisfiedStudy, store: Store) -> Answers:
    """Read the survey and weight it for non-response; the weights are kept beside the results.

    Raises
    ------
    StudyError
        If the file lacks columns that the study names: all of them at once.
    """
    issued = _read(study)
    _check_columns(study, issued)
    issued[WEIGHT] = _weights(study, issued, store)
    answered = issued[study.survey.responded].fillna(value=False).to_numpy(dtype=np.bool_)
    respondents = issued[answered].reset_index(drop=True)
    flags = flag_respondents(study, respondents)
    return Answers(study=study, issued=issued, respondents=respondents.assign(**flags))


def flag_respondents(study: DissatisfiedStudy, respondents: pd.DataFrame) -> dict[str, BoolArray]:
    """Return whom each hypothesis names; where nothing is known, nobody."""
    rules = rules_of(study)
    interviewed = study.survey.interviewed
    flags = {
        rule.name: flag_silent(respondents, rule, observed=study.as_of, interviewed=interviewed)
        for rule in rules.silent
    } | {
        rule.name: flag_events(respondents, rule, interviewed=interviewed) for rule in rules.events
    }
    return {name: flag == 1.0 for name, flag in flags.items()}


def rules_of(study: DissatisfiedStudy) -> Rules:
    """Return the hypotheses of a study with the incidents that they are about."""
    return Rules(
        silent=tuple(
            SilentRule(name=rule.name, months=rule.months, channels=rule.channels)
            for rule in study.hypotheses.silent
        ),
        events=tuple(
            EventRule(
                name=rule.name,
                events=pd.read_parquet(rule.file),
                on=rule.on,
                start=rule.start,
                end=rule.end,
                within_days=rule.within_days,
            )
            for rule in study.hypotheses.events
        ),
    )


def _read(study: DissatisfiedStudy) -> pd.DataFrame:
    file = study.survey.file
    if not file.is_file():
        remedy = " Run `csi dissatisfied simulate` first." if study.simulate else ""
        raise StudyError(f"{file}: there is no such file.{remedy}")
    return pd.read_parquet(file)


def _check_columns(study: DissatisfiedStudy, frame: pd.DataFrame) -> None:
    survey, name = study.survey, study.survey.file.name
    silent = study.hypotheses.silent
    wanted = {
        "key": study.key,
        "responded": survey.responded,
        "interviewed": survey.interviewed,
        "outcome": survey.outcome,
        "weight": survey.weight,
        "strata": survey.strata,
        "second": survey.second,
        "reason": survey.reason,
        **{f"indicator {i.column}": i.column for i in study.indicators},
        **{f"segment {column}": column for column in study.segments},
        **{f"adjust {column}": column for column in study.hypotheses.adjust},
        **{f"channel {column}": column for rule in silent for column in rule.channels},
        **{f"event {rule.name}": rule.on for rule in study.hypotheses.events},
    }
    lines = [
        f"{study.source}: {what}: {name} has no column `{column}`. "
        f"{suggest(column, frame.columns)}".rstrip()
        for what, column in wanted.items()
        if column is not None and column not in frame.columns
    ]
    if lines:
        raise StudyError("\n".join(lines))


def _weights(study: DissatisfiedStudy, issued: pd.DataFrame, store: Store) -> pd.Series:
    """Weight for non-response once, and again only where the survey or the study changed."""
    kept = store.folder / "lists" / "weights.parquet"
    mark = f"{hash_file(study.survey.file)[:16]} {study.sha256[:16]}"
    if kept.is_file():
        stored = pd.read_parquet(kept)
        if stored.attrs.get("made_from") == mark:
            return pd.Series(stored[WEIGHT].to_numpy(), index=issued.index)
    known: list[str | Indicator] = list(study.indicators)
    if study.survey.strata:
        known.append(Indicator(column=study.survey.strata, kind="level"))
    weights = weight_for_response(
        make_design(issued, weights=study.survey.weight, strata=study.survey.strata),
        study.survey.responded,
        known,
        observed=study.as_of,
        seed=_SEED,
    )
    table = pd.DataFrame({study.key: issued[study.key].to_numpy(), WEIGHT: weights.to_numpy()})
    table.attrs["made_from"] = mark
    with whole_file(kept) as temporary:
        table.to_parquet(temporary, index=False)
    return weights
