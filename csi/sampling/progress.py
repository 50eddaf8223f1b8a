"""How full every stratum is, and how many reserves to release."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.errors import SamplingError
from csi.sampling.limits import FloatArray, IntArray
from csi.sampling.outcome_rates import CLASSES
from csi.sampling.plan import SamplingPlan
from csi.sampling.release import PLANNED_WEIGHT, fill_chance, numbers_to_fill
from csi.sampling.sample import Sample


def stratum_progress(
    sample: Sample,
    counts: FloatArray,
    pending: IntArray,
    out_of_order: IntArray,
    fill_probability: float,
) -> pd.DataFrame:
    """Tabulate the strata that were drawn; see `Fieldwork.progress`.

    Parameters
    ----------
    counts : ndarray, shape (H, 8)
        Released numbers by class; those without a disposition are under UH.
    pending : ndarray of int, shape (H,)
        Released numbers without a disposition.
    out_of_order : ndarray of int, shape (H,)
    fill_probability : float
    """
    plan = sample.plan
    drawn = plan.cells["design"] == "probability"
    rates = plan.cells.loc[drawn, "response_rate"].to_numpy(dtype=float)
    complete = counts[:, CLASSES.index("I")].astype(np.int64)
    released = counts.sum(axis=1).astype(np.int64)
    rows = [
        _advise(
            n=int(n),
            complete=int(done),
            worked=int(out - waiting),
            pending=int(waiting),
            unreleased=int(had - out),
            planned_rate=float(rate),
            fill_probability=fill_probability,
        )
        for n, done, out, waiting, had, rate in zip(
            sample.cells["n"],
            complete,
            released,
            pending,
            sample.cells["drawn"],
            rates,
            strict=True,
        )
    ]
    table = sample.cells[list(plan.settings.strata)].reset_index(drop=True)
    table["design"] = "probability"
    table["n"], table["complete"] = sample.cells["n"].to_numpy(), complete
    table["missing"] = np.maximum(table["n"] - complete, 0)
    table["released"] = pd.array(released, dtype="Int64")
    table["pending"] = pd.array(pending, dtype="Int64")
    table["unreleased"] = pd.array(sample.cells["drawn"].to_numpy() - released, dtype="Int64")
    worked = released - pending
    table["yield"] = np.divide(
        complete, worked, out=np.full(len(table), np.nan), where=worked > 0, casting="unsafe"
    )
    table["release"] = pd.array([row[0] for row in rows], dtype="Int64")
    table["fill_probability"] = [row[1] for row in rows]
    table["out_of_order"] = pd.array(
        np.pad(out_of_order, (0, len(table) - len(out_of_order))), dtype="Int64"
    )
    table["note"] = [
        "; ".join(part for part in (row[2], _disorder(int(early))) if part)
        for row, early in zip(rows, table["out_of_order"], strict=True)
    ]
    return table


def quota_progress(plan: SamplingPlan, quota: pd.DataFrame | None) -> pd.DataFrame:
    """Tabulate the strata filled by quota: interviews against the plan, and nothing else.

    Raises
    ------
    SamplingError
        If ``quota`` lacks columns or names a stratum that is not filled by quota.
    """
    strata = list(plan.settings.strata)
    cells = plan.cells[plan.cells["design"] == "quota"]
    table = cells[[*strata, "design", "n"]].reset_index(drop=True)
    done = np.zeros(len(table), dtype=np.int64)
    if quota is not None:
        missing = [name for name in (*strata, "complete") if name not in quota.columns]
        if missing:
            raise SamplingError(
                f"`quota` has no column {', '.join(f'`{name}`' for name in missing)}; it needs "
                f"{', '.join(f'`{name}`' for name in (*strata, 'complete'))}."
            )
        places = pd.MultiIndex.from_frame(table[strata]).get_indexer(
            pd.MultiIndex.from_frame(quota[strata])
        )
        if (places < 0).any():
            row = int(np.flatnonzero(places < 0)[0])
            place = ", ".join(f"{name} = {quota[name].iloc[row]}" for name in strata)
            raise SamplingError(
                f"`quota`, row {row + 1}: {place} is no stratum that the plan fills by quota."
            )
        np.add.at(done, places, quota["complete"].to_numpy(dtype=np.int64))
    table["complete"] = done
    table["missing"] = np.maximum(table["n"] - done, 0)
    for name in ("released", "pending", "unreleased", "release", "out_of_order"):
        table[name] = pd.array([None] * len(table), dtype="Int64")
    table["yield"] = table["fill_probability"] = np.nan
    table["note"] = ["quota: not a probability sample"] * len(table)
    return table


def _advise(
    *,
    n: int,
    complete: int,
    worked: int,
    pending: int,
    unreleased: int,
    planned_rate: float,
    fill_probability: float,
) -> tuple[int, float, str]:
    """Return numbers to release, the probability of filling with them, and a note."""
    missing = max(n - complete, 0)
    if not missing:
        return 0, 1.0, ""
    needed = numbers_to_fill(
        missing,
        worked=worked,
        complete=complete,
        planned_rate=planned_rate,
        fill_probability=fill_probability,
    )
    lacking = max(needed - pending, 0)
    # Replicates have n numbers and are released whole; the last may be shorter.
    release = min(-(-lacking // n) * n, unreleased)
    a = planned_rate * PLANNED_WEIGHT + complete
    b = (1 - planned_rate) * PLANNED_WEIGHT + worked - complete
    chance = fill_chance(missing, pending + release, a, max(b, 1e-9))
    note = ""
    if lacking > unreleased:
        note = (
            f"{missing} interviews are missing; {lacking} more numbers would be needed and "
            f"{unreleased} are in reserve"
        )
    return release, chance, note


def _disorder(count: int) -> str:
    return f"{count} numbers were worked before an earlier replicate was finished" if count else ""
