"""Repeated samples from a known population with strong non-response, raked each time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from csi.inference import SurveyDesign, estimate_means, make_design
from csi.weighting import weight_responses

PER_STRATUM = 60
WAYS = ("calibrated", "base", "ignored")
"""Residuals with calibrated weights, with base weights as R takes them, and no residuals."""


@dataclass(frozen=True)
class Errors:
    """Estimated against true standard errors, overall and in 16 domains of 180 interviews.

    Attributes
    ----------
    ratio, coverage : mapping of way to array, shape (17,)
        Mean estimated over empirical standard error; share of 95 % intervals that hold the truth.
    bias : array, shape (17,)
        Mean estimate less the truth, in points.
    replications : int
    """

    ratio: dict[str, np.ndarray]
    coverage: dict[str, np.ndarray]
    bias: np.ndarray
    replications: int


def population(seed: int = 20) -> pd.DataFrame:
    """Return 240,000 customers in 16 areas × 3 lines who answer with chances from .12 to .50."""
    rng = np.random.default_rng(seed)
    n = 240_000
    frame = pd.DataFrame(
        {
            "area": rng.integers(0, 16, n),
            "line": rng.choice(3, n, p=[0.5, 0.3, 0.2]),
            "age": rng.choice(4, n, p=[0.2, 0.3, 0.3, 0.2]),
            "sex": rng.integers(0, 2, n),
        }
    )
    frame["brand"] = (rng.random(n) < 0.3 + 0.1 * frame["age"]).astype(int)
    score = 55 + 4 * frame["age"] + 10 * frame["brand"] + 2 * frame["line"] + frame["area"] / 2
    frame["score"] = np.clip(score + rng.normal(0, 15, n), 0, 100)
    frame["stratum"] = frame["area"] * 3 + frame["line"]
    frame["size"] = frame.groupby("stratum")["sex"].transform("size").astype(float)
    frame["answers"] = np.exp(-2.12 + 0.26 * frame["age"] + 0.65 * frame["brand"])
    return frame.sort_values("stratum", kind="stable").reset_index(drop=True)


def draw(frame: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """Call numbers in random order until every stratum is full."""
    answered = np.flatnonzero(generator.random(len(frame)) < frame["answers"].to_numpy())
    stratum = frame["stratum"].to_numpy()[answered]
    order = np.lexsort([generator.random(len(answered)), stratum])
    stratum = stratum[order]
    place = np.arange(len(order)) - np.searchsorted(stratum, stratum)
    return frame.iloc[answered[order][place < PER_STRATUM]]


def repeat(replications: int, seed: int = 5) -> Errors:
    """Draw, rake and estimate again and again."""
    people = population()
    margins = {v: people[v].value_counts().astype(float).to_dict() for v in ("age", "sex", "brand")}
    margins["area"] = people["area"].value_counts().astype(float).to_dict()
    truth = np.array([people["score"].mean(), *people.groupby("area")["score"].mean()])
    generator = np.random.default_rng(seed)
    values = np.empty((replications, len(truth)))
    spread = {way: np.empty_like(values) for way in WAYS}
    half = {way: np.empty_like(values) for way in WAYS}
    for k in range(replications):
        sample = draw(people, generator)
        sample = sample.assign(base=sample["size"] / PER_STRATUM)
        design = make_design(sample, weights="base", strata="stratum", fpc="size")
        raked = {
            way: weight_responses(design, margins=margins, residuals=way)
            for way in ("calibrated", "base")
        }
        raked["ignored"] = replace(raked["base"], calibrations=())
        for way, weighted in raked.items():
            values[k], spread[way][k], df = _estimates(weighted)
            half[way][k] = stats.t.isf(0.025, df) * spread[way][k]
    empirical = values.std(axis=0, ddof=1)
    return Errors(
        ratio={way: own.mean(axis=0) / empirical for way, own in spread.items()},
        coverage={way: (np.abs(values - truth) <= own).mean(axis=0) for way, own in half.items()},
        bias=values.mean(axis=0) - truth,
        replications=replications,
    )


def _estimates(design: SurveyDesign) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    parts = [estimate_means(design, ["score"], by=by) for by in (None, "area")]
    return (
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.std_errors() for part in parts]),
        np.concatenate([part.df for part in parts]),
    )
