"""A sampling plan in words."""

from __future__ import annotations

import math

import pandas as pd

from csi.sampling.allocated import Allocation
from csi.sampling.settings import PlanSettings

_SHOWN = 5


def summarise_plan(
    settings: PlanSettings, cells: pd.DataFrame, margins: pd.DataFrame, allocation: Allocation
) -> str:
    """Return size, proof, prices, margins, reserves and warnings, one to a paragraph."""
    parts = [
        _size(cells, allocation),
        _proof(settings, allocation),
        _prices(allocation),
        _margins(settings, margins),
        _reserves(settings, cells),
        _warnings(settings, cells),
    ]
    return "\n\n".join(part for part in parts if part)


def _size(cells: pd.DataFrame, allocation: Allocation) -> str:
    quota = cells["design"] == "quota"
    text = f"{int(cells['n'].sum())} interviews in {len(cells)} strata, cost {allocation.cost:g}."
    if quota.any():
        text += (
            f" {int(cells.loc[quota, 'n'].sum())} of them fill quotas in {int(quota.sum())} strata "
            f"without a frame: not a probability sample, so no margin of error."
        )
    return text


def _proof(settings: PlanSettings, allocation: Allocation) -> str:
    if math.isnan(allocation.bound):
        return f"The total is divided by the method {allocation.method}; margins follow from it."
    text = (
        f"No allocation that keeps these half-widths costs less than {allocation.bound:.6g} "
        f"(gap {max(allocation.gap, 0.0):.1e})"
    )
    if not math.isnan(allocation.excess):
        text += f"; whole interviews add {100 * allocation.excess:.2f} %"
    text += "."
    if allocation.loosened != 1.0:
        wider = "wider" if allocation.loosened > 1 else "narrower"
        text = (
            f"To fit the total every half-width is {allocation.loosened:.3g} times the wanted one "
            f"({wider}). {text}"
        )
    return text


def _prices(allocation: Allocation) -> str:
    prices = allocation.prices()
    if not len(prices):
        return ""
    lines = [f"{len(prices)} half-widths decide the cost. One percent wider saves most for:"]
    for limit, saving in zip(prices["limit"][:_SHOWN], prices["saving"], strict=False):
        lines.append(f"  {limit}: {saving:.3g}")
    return "\n".join(lines)


def _margins(settings: PlanSettings, margins: pd.DataFrame) -> str:
    lines = [f"Expected half-widths at {settings.conf_level:.0%} confidence, in points:"]
    for domain, group in margins.groupby("domain", sort=False):
        drawn = group[group["design"] == "probability"]
        if drawn.empty:
            lines.append(f"  {domain}: no margin of error (quota)")
            continue
        low, high = drawn["half_width"].min(), drawn["half_width"].max()
        change = drawn["detectable_change"].max()
        span = f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}"
        without = f"; {len(group) - len(drawn)} without (quota)" if len(drawn) < len(group) else ""
        lines.append(
            f"  {domain}: ±{span}; a change of {change:.1f} is found with probability "
            f"{settings.power:g}{without}"
        )
    return "\n".join(lines)


def _reserves(settings: PlanSettings, cells: pd.DataFrame) -> str:
    drawn = cells[cells["design"] == "probability"]
    if drawn.empty:
        return ""
    numbers, n = int(drawn["numbers"].sum()), int(drawn["n"].sum())
    lowest = float(drawn["fill_probability"].min())
    text = (
        f"{numbers} numbers for {n} interviews (1:{(numbers - n) / n:.1f}). Each stratum is full "
        f"with a probability of at least {lowest:.2f}."
    )
    if lowest < settings.fill_probability - 0.005:
        text += (
            f" For {settings.fill_probability:g} leave `reserve` out and give `fill_probability`: "
            f"reserves are then sized by the response rate."
        )
    return text


def _warnings(settings: PlanSettings, cells: pd.DataFrame) -> str:
    noted = cells[(cells["note"] != "") & (cells["design"] == "probability")]
    if noted.empty:
        return ""
    lines = [f"{len(noted)} strata need attention:"]
    for row in noted.head(_SHOWN).to_dict("records"):
        place = ", ".join(f"{name} = {row[name]}" for name in settings.strata)
        lines.append(f"  {place}: {row['note']}")
    return "\n".join(lines)
