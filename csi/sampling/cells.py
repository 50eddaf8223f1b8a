"""The strata of a plan: what they can give, what they are to give, and what to know of them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from csi.errors import SamplingError
from csi.sampling.limits import BoolArray, FloatArray, IntArray
from csi.sampling.population import Population
from csi.sampling.reserves import fill_probability_of, most_interviews, numbers_needed
from csi.sampling.settings import PlanSettings

_MATTERS = 0.05
"""Sampling fractions from here on change a margin by 2.5 percent or more."""

_SHOWN = 8


def most_per_cell(people: Population, settings: PlanSettings) -> FloatArray:
    """Return the most interviews of each stratum: its maximum, or what its frame can promise.

    Raises
    ------
    SamplingError
        With every stratum whose frame cannot give its minimum, and the numbers that would take.
    """
    if math.isnan(settings.reserve_ratio):
        promised = most_interviews(people.size, people.response_rate, settings.fill_probability)
    else:
        promised = np.floor(people.size / (1 + settings.reserve_ratio)).astype(np.int64)
    frame = np.where(people.quota, np.floor(people.size), promised)
    most = np.minimum(people.maximum, frame)
    short = np.flatnonzero(most < people.minimum)
    if len(short):
        raise SamplingError("\n".join(_shortage(people, settings, short)))
    return np.asarray(most, dtype=float)


def _shortage(people: Population, settings: PlanSettings, short: IntArray) -> list[str]:
    lines = []
    for row in short[:_SHOWN]:
        place = ", ".join(f"{name} = {people.codes[name].iloc[row]}" for name in people.codes)
        low, high, size = people.minimum[row], people.maximum[row], people.size[row]
        if high < low:
            lines.append(f"{place}: the minimum {low:g} is above the maximum {high:g}.")
            continue
        if math.isnan(settings.reserve_ratio):
            fill, rate = settings.fill_probability, people.response_rate[row]
            needed = int(numbers_needed(low, rate, fill))
            why = f"at a response rate of {rate:g} and a fill probability of {fill:g}"
        else:
            needed = math.ceil(low * (1 + settings.reserve_ratio))
            why = f"with {settings.reserve_ratio:g} reserves each"
        lines.append(
            f"{place}: a minimum of {low:g} interviews needs {needed} numbers {why}; "
            f"there are {size:g} customers."
        )
    if len(short) > len(lines):
        lines.append(f"… and {len(short) - len(lines)} more.")
    lines.append(
        "Give these strata their own `minimum` in the population table, or merge them with others."
    )
    return lines


def tabulate_cells(
    people: Population, settings: PlanSettings, n: IntArray, most: FloatArray
) -> pd.DataFrame:
    """Tabulate the strata of a plan; see `SamplingPlan.tidy`."""
    drawn: BoolArray = ~people.quota
    if math.isnan(settings.reserve_ratio):
        numbers = numbers_needed(n, people.response_rate, settings.fill_probability)
    else:
        numbers = n + np.ceil(n * settings.reserve_ratio).astype(np.int64)
    numbers = np.minimum(numbers, np.floor(people.size)).astype(np.int64)
    fill = fill_probability_of(n, numbers, people.response_rate)
    fraction = n / people.size
    cells = people.codes.copy()
    cells["design"] = np.where(drawn, "probability", "quota")
    cells["population"] = people.size
    cells["n"] = n
    cells["reserve"] = _where(drawn, numbers - n)
    cells["numbers"] = _where(drawn, numbers)
    cells["fill_probability"] = np.where(drawn, fill, np.nan)
    cells["fraction"] = fraction
    for name in ("cost", "response_rate", "sd", "deff", "minimum"):
        cells[name] = getattr(people, name)
    cells["maximum"] = most
    cells["note"] = [
        _note(*row, settings)
        for row in zip(drawn, numbers, people.size, fraction, fill, strict=True)
    ]
    return cells


def _where(drawn: BoolArray, values: IntArray) -> pd.api.extensions.ExtensionArray:
    return pd.array([int(v) if d else None for v, d in zip(values, drawn, strict=True)], "Int64")


def _note(
    drawn: bool, numbers: int, size: float, fraction: float, fill: float, settings: PlanSettings
) -> str:
    if not drawn:
        return "quota: not a probability sample, no margin of error"
    notes = []
    if numbers >= math.floor(size):
        notes.append("every customer is approached")
    if fraction >= _MATTERS:
        what = "narrows its margin" if settings.finite_population else "is left out of account"
        notes.append(f"{fraction:.0%} of the customers are interviewed; that {what}")
    if fill < settings.fill_probability - 0.005:
        notes.append(f"fills with probability {fill:.2f} only")
    return "; ".join(notes)
