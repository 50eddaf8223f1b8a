"""Repeated samples from a known population with strong non-response, raked each time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from csi.inference import SurveyDesign, estimate_means, make_design
from csi.weighting import weight_responses

PER_STRATUM = 60
PART = 400
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
    """Return 120,000 customers in 16 areas × 3 lines who answer with chances from .12 to .50."""
    rng = np.random.default_rng(seed)
    n = 120_000
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
    frame["base"] = frame["size"] / PER_STRATUM
    frame["answers"] = np.exp(-2.12 + 0.26 * frame["age"] + 0.65 * frame["brand"])
    return frame.sort_values("stratum", kind="stable").reset_index(drop=True)


def draw(frame: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """Call numbers in random order until every stratum is full."""
    answered = np.flatnonzero(generator.random(len(frame)) < frame["answers"].to_numpy())
    stratum = frame["stratum"].to_numpy()[answered]
    order = np.argsort(stratum + generator.random(len(answered)))
    stratum = stratum[order]
    place = np.arange(len(order)) - np.searchsorted(stratum, stratum)
    return frame.take(answered[order][place < PER_STRATUM])


def repeat(replications: int) -> Errors:
    """Draw, rake and estimate again and again, in parts that have seeds of their own."""
    parts = range(0, replications, PART)
    return judge([simulate(min(PART, replications - k), 100 + k // PART) for k in parts])


def simulate(replications: int, seed: int) -> np.ndarray:
    """Return estimates, then errors and half-widths of each way, shape (R, 1 + 2·3, 17)."""
    people = population()
    margins = {v: people[v].value_counts().astype(float).to_dict() for v in ("age", "sex", "brand")}
    margins["area"] = people["area"].value_counts().astype(float).to_dict()
    generator = np.random.default_rng(seed)
    found = np.empty((replications, 1 + 2 * len(WAYS), 17))
    for k in range(replications):
        design = make_design(draw(people, generator), weights="base", strata="stratum", fpc="size")
        raked = {way: weight_responses(design, margins=margins, residuals=way) for way in WAYS[:2]}
        raked["ignored"] = replace(raked["base"], calibrations=())
        for place, (way, weighted) in enumerate(raked.items()):
            assert way == WAYS[place]
            found[k, 0], found[k, 1 + 2 * place], df = _estimates(weighted)
            found[k, 2 + 2 * place] = stats.t.isf(0.025, df) * found[k, 1 + 2 * place]
    return found


def judge(parts: list[np.ndarray]) -> Errors:
    """Compare estimated with empirical errors over all parts of a simulation."""
    people = population()
    truth = np.array([people["score"].mean(), *people.groupby("area")["score"].mean()])
    found = np.concatenate(parts)
    values = found[:, 0]
    empirical = values.std(axis=0, ddof=1)
    spread = {way: found[:, 1 + 2 * place] for place, way in enumerate(WAYS)}
    half = {way: found[:, 2 + 2 * place] for place, way in enumerate(WAYS)}
    return Errors(
        ratio={way: own.mean(axis=0) / empirical for way, own in spread.items()},
        coverage={way: (np.abs(values - truth) <= own).mean(axis=0) for way, own in half.items()},
        bias=values.mean(axis=0) - truth,
        replications=len(found),
    )


def _estimates(design: SurveyDesign) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    parts = [estimate_means(design, ["score"], by=by) for by in (None, "area")]
    return (
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.std_errors() for part in parts]),
        np.concatenate([part.df for part in parts]),
    )
