"""What the columns of every table mean: the text of ``columns.csv``."""

from __future__ import annotations

import pandas as pd

_NUMBERS = {
    "estimate": "the number",
    "std_error": "its design-based standard error",
    "statistic": "estimate over standard error",
    "df": "degrees of freedom of the design",
    "p_value": "two-sided, against zero",
    "conf_low": "lower end of the 95 % interval",
    "conf_high": "upper end of the 95 % interval",
    "n": "respondents or customers that the number rests on",
    "n_eff": "effective number, after weights",
    "flag": "low: effective base under 100; suppressed: under 30, not shown",
    "term": "which number",
}
_OWN = {
    "pool": {
        "source": "channel, or survey",
        "records": "records read",
        "without_key": "left out: no key",
        "without_date": "left out: no day",
        "later": "left out: after the day of the pool",
        "satisfied": "left out: rated high",
        "expired": "left out: too long ago",
        "duplicates": "left out: same customer and day again",
        "customers": "customers in the pool",
        "only_here": "of them, heard by no other channel",
        "valid_days": "days for which a record counts",
    },
    "capture": {"source": "channel, or any"},
    "causes": {
        "rank": "by share",
        "reason": "code of the cause",
        "term": "share of the records with a known cause, or cumulative",
    },
    "stated": {
        "rank": "by share",
        "reason": "code of the reason stated in the survey",
        "term": "share of the dissatisfied who state one, or cumulative",
    },
    "look_alikes": {
        "group": "said so, or look-alikes: the predicted by those most like them",
        "reason": "code of the reason",
    },
    "who": {
        "column": "what is compared",
        "level": "its level",
        "term": "share among the dissatisfied, share_others, or index (100: as many)",
    },
    "grid": {
        "value": "level of an axis; all: not split",
        "stability": "level of an axis; all: not split",
        "life": "level of an axis; all: not split",
        "term": "share_of_customers, mean (points of 100), dissatisfied (share)",
    },
    "grid_bases": {
        "axes": "grid or margin",
        "cells": "cells that it has",
        "with_customers": "cells with a respondent",
        "shown": "cells with an effective base of at least 30",
        "low": "of them, under 100",
        "suppressed": "cells that are not shown",
        "customers_shown": "share of customers in cells that are shown",
    },
    "hypotheses": {
        "hypothesis": "name in the study file",
        "kind": "silent or event",
        "outcome": "column of ratings",
        "unit": "points of 100, per cent of the others' mean, or share",
        "p_adjusted": "by Holm's method",
        "verdict": "lower, higher, no evidence, or base too small",
    },
    "performance": {
        "learner": "naive, tan, scorecard, or boosting (yardstick)",
        "share": "length of the list as a share of all customers",
        "ceiling": "the largest lift that any ranking could reach",
    },
    "reliability": {
        "tenth": "tenth of the respondents by probability",
        "predicted": "its mean probability",
    },
    "domains": {"domain": "segment", "level": "its level"},
    "screening": {
        "term": "indicator; the estimate is best minus worst bin in points of 100",
        "best": "bin with the highest mean",
        "worst": "bin with the lowest mean",
        "kept": "reaches the threshold with an interval above zero",
        "chosen": "position in the choice without copies; 0: not chosen",
        "repeats": "the chosen indicator that says most of the same",
    },
    "scorecard": {
        "indicator": "column of the base",
        "bin": "its bin",
        "share": "share of the weighted respondents in the bin",
        "points": "ten-thousandths of log-odds against the population's mean",
        "odds_ratio": "the same as an odds ratio",
    },
    "rules": {"finder": "a hypothesis, any rule, model, model only, or rules only"},
    "tiers": {
        "tier": "tier of the model",
        "subscribers": "subscribers in it",
        "share": "share of all subscribers",
        "mean_probability": "their mean probability",
        "expected": "sum of their probabilities",
    },
    "reasons": {
        "tier": "tier of the model",
        "reason": "indicator that adds most points",
        "subscribers": "subscribers with it as first reason",
        "share": "of the tier",
    },
    "profile": {
        "segment": "column of the base",
        "level": "its level",
        "subscribers": "subscribers in it",
        "first_tier": "share of them in the first tier",
        "mean_probability": "their mean probability",
    },
    "actions": {
        "rule": "care rule",
        "strategy": "reach_out, next_contact or remedy",
        "matched": "customers who fit",
        "fatigued": "left alone: contacted often of late",
        "over_capacity": "beyond capacity or budget",
        "care": "on the list to be cared for",
        "hold_out": "held out at random",
        "cost": "of care",
    },
    "effect": {
        "evidence": "randomised, or before-after",
        "unit": "points of 100, share, or cost",
    },
}


def describe_columns(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per column of every table: ``table, column, meaning``.

    Examples
    --------
    >>> describe_columns({"tiers": pd.DataFrame({"tier": []})})["meaning"].item()
    'tier of the model'
    """
    rows = [
        (name, str(column), _OWN.get(name, {}).get(str(column), _NUMBERS.get(str(column), "")))
        for name, table in tables.items()
        for column in table.columns
    ]
    return pd.DataFrame(rows, columns=["table", "column", "meaning"])
