"""A simulated base in memory, its answers, and stratified samples of it: for the benchmarks."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from csi.simulate.subscriber_columns import (
    AREAS_PER_REGION,
    CHANNELS,
    N_REGIONS,
    NEVER,
    make_columns,
)
from csi.simulate.subscriber_truth import Mechanisms, expected_scores, losses, to_rating
from csi.simulate.subscribers import AS_OF

LAST = tuple(f"last_{channel}" for channel in CHANNELS)


def build_base(n: int, mechanisms: Mechanisms, seed: int) -> pd.DataFrame:
    """Return ``n`` subscribers in the order of regions, with scores expected and lasting states."""
    rng = np.random.default_rng([seed, 1])
    areas = N_REGIONS * AREAS_PER_REGION
    outages = np.where(rng.random(areas) < 0.25, rng.gamma(1.5, 4.0, areas), 0.0)
    columns = make_columns(n, rng, outages)
    lost = losses(columns, mechanisms)
    first, second = expected_scores(lost, columns["silent"], mechanisms)
    for channel in CHANNELS:
        days = columns.pop(f"days_{channel}")
        back = np.where(days == NEVER, 0, days).astype("timedelta64[D]")
        dates = (np.datetime64(AS_OF, "D") - back).astype("datetime64[s]")
        columns[f"last_{channel}"] = np.where(days == NEVER, np.datetime64("NaT"), dates)
    noise = mechanisms.state_sd * rng.standard_normal(n)
    base = pd.DataFrame(columns).assign(
        id=np.arange(1, n + 1), expected=first, state=first + noise, gap=second - first
    )
    return base.sort_values("region", kind="stable", ignore_index=True)


def interview(people: pd.DataFrame, error_sd: float, rng: np.random.Generator) -> pd.DataFrame:
    """Return ratings 1-10 on both measures, each with an error of its own."""
    errors = error_sd * rng.standard_normal((len(people), 2))
    state, gap = people["state"].to_numpy(), people["gap"].to_numpy()
    return pd.DataFrame(
        {
            "satisfaction": to_rating(state + errors[:, 0]).astype(float),
            "satisfaction_second": to_rating(state + gap + errors[:, 1]).astype(float),
        },
        index=people.index,
    )


def draw(people: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw about ``n`` subscribers, as many in each region, with their design weights.

    The rows of ``people`` must stand in the order of regions, as `build_base` gives them.
    """
    region = people["region"].to_numpy()
    ends = np.searchsorted(region, np.arange(1, N_REGIONS + 2))
    each = n // N_REGIONS
    rows = [start + rng.choice(stop - start, each, replace=False) for start, stop in pairwise(ends)]
    weights = np.repeat(np.diff(ends) / each, each)
    return people.iloc[np.concatenate(rows)].reset_index(drop=True).assign(w=weights)


def kept(path: Path | None, rows: Callable[[], list[dict[str, object]]]) -> pd.DataFrame:
    """Return rows, from the file where an earlier run left them."""
    if path is not None and path.exists():
        return pd.read_pickle(path)
    table = pd.DataFrame(rows())
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_pickle(path)
    return table


def coverage(rows: Sequence[pd.Series], truth: float) -> dict[str, float]:
    """Return mean, bias and coverage of estimates."""
    table = pd.DataFrame(rows)
    inside = (table["conf_low"] <= truth) & (truth <= table["conf_high"])
    return {
        "truth": truth,
        "mean": table["estimate"].mean(),
        "bias": table["estimate"].mean() - truth,
        "coverage %": 100.0 * inside.mean(),
        "SE / SD": table["std_error"].mean() / table["estimate"].std(),
    }


def markdown(table: pd.DataFrame, decimals: int = 2) -> str:
    """Return a table as Markdown."""
    head = f"| {' | '.join(table.columns)} |\n|{'---|' * len(table.columns)}"
    lines = [
        "| "
        + " | ".join(f"{v:.{decimals}f}" if isinstance(v, float) else str(v) for v in row)
        + " |"
        for row in table.itertuples(index=False)
    ]
    return "\n".join([head, *lines])
