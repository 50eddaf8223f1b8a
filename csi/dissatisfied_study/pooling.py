"""The explicit pool of a study, the share that it captures, and the hypotheses about the others."""

from __future__ import annotations

import glob
from dataclasses import replace

import pandas as pd

from csi.dissatisfied.capture import CaptureShare, estimate_capture_share
from csi.dissatisfied.hypotheses import Hypotheses, examine_hypotheses
from csi.dissatisfied.pool import DissatisfiedPool, PoolSource, pool_dissatisfied
from csi.dissatisfied.reasons import rank_causes
from csi.dissatisfied_schema import Channel, DissatisfiedStudy
from csi.dissatisfied_study.answers import Answers, read_answers, rules_of
from csi.dissatisfied_study.store import Store
from csi.errors import StudyError

SURVEY = "survey"


def pool_study(study: DissatisfiedStudy, store: Store) -> tuple[DissatisfiedPool, CaptureShare]:
    """Pool all channels and the survey, and estimate the share that the channels capture.

    The share is that of a pool of the channels alone on the day of the snapshot, before the field
    work; the pool that is acted on has the survey's dissatisfied, too.
    """
    if not study.channels:
        raise StudyError(f"{study.source} has no `pool`: name the channels of complaints there.")
    answers = read_answers(study, store)
    channels = [_source(study, channel) for channel in study.channels]
    last = pd.Timestamp(answers.respondents[study.survey.interviewed].max()).date()
    pool = pool_dissatisfied([*channels, _survey(answers)], as_of=last)
    capture = estimate_capture_share(
        pool_dissatisfied(channels, as_of=study.as_of),
        answers.design(),
        study.survey.outcome,
        interviewed=study.survey.interviewed,
        key=study.key,
        dissatisfied_to=study.survey.dissatisfied_to,
    )
    tables = {"pool": pool.tidy(), "capture": capture.tidy()}
    if any(channel.cause for channel in study.channels):
        tables["causes"] = rank_causes(_without_survey(pool)).tidy()
    store.write_tables("pool", tables)
    store.write_list("pool", pool.customers, synthetic=study.synthetic)
    store.write_facts("pool", {"customers": len(pool), "as_of": last.isoformat()})
    store.write_facts("survey", answers.facts())
    return pool, capture


def hypotheses_of_study(study: DissatisfiedStudy, store: Store) -> Hypotheses:
    """Examine the silent and those hit by events, on both measures of satisfaction."""
    rules = rules_of(study)
    if not (rules.silent or rules.events):
        raise StudyError(f"{study.source} has no `hypotheses`: name `silent` or `events` there.")
    answers, survey = read_answers(study, store), study.survey
    found = examine_hypotheses(
        answers.design(),
        [survey.outcome, *([survey.second] if survey.second else [])],
        observed=study.as_of,
        interviewed=survey.interviewed,
        silent=rules.silent,
        events=rules.events,
        adjust=study.hypotheses.adjust,
        scale=survey.scale,
        dissatisfied_to=survey.dissatisfied_to,
    )
    store.write_tables("hypotheses", {"hypotheses": found.tidy()})
    store.write_facts("survey", answers.facts())
    return found


def _without_survey(pool: DissatisfiedPool) -> DissatisfiedPool:
    """Return the pool with the records of the channels alone: what customers said unasked."""
    return replace(pool, records=pool.records[pool.records["source"] != SURVEY])


def _source(study: DissatisfiedStudy, channel: Channel) -> PoolSource:
    frame = pd.concat([pd.read_parquet(file) for file in sorted(glob.glob(channel.files))])
    if channel.where is not None:
        frame = frame[channel.where.holds(frame)]
    return PoolSource(
        name=channel.name,
        records=frame,
        key=study.key,
        date=channel.date,
        rating=channel.rating,
        dissatisfied_to=channel.dissatisfied_to,
        cause=channel.cause,
        valid_days=channel.valid_days,
    )


def _survey(answers: Answers) -> PoolSource:
    survey = answers.study.survey
    return PoolSource(
        name=SURVEY,
        records=answers.respondents,
        key=answers.study.key,
        date=survey.interviewed,
        rating=survey.outcome,
        dissatisfied_to=survey.dissatisfied_to,
        cause=survey.reason,
    )
