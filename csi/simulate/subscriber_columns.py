"""Operational columns of simulated subscribers, a chunk of rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]

N_REGIONS = 16
AREAS_PER_REGION = 12
HALF_YEAR_DAYS = 182
CHANNELS = ("hotline", "outlet", "app", "sms")
CONTACT_RATES = (0.35, 0.30, 0.85, 0.45)
"""Contacts per half year of a subscriber of average activity."""

KPIS = {
    "drop_rate": (0.9, 0.35),
    "setup_failure": (0.8, 0.25),
    "weak_coverage": (0.85, 6.0),
    "handover_failure": (0.75, 0.5),
    "latency_ms": (0.8, 12.0),
    "congestion": (0.7, 5.0),
    "throughput_mbps": (-0.85, 9.0),
}
"""Seven near-copies of one network factor: loading and unit of each."""

KPI_BASE = {"throughput_mbps": 55.0, "latency_ms": 48.0, "weak_coverage": 14.0, "congestion": 12.0}
NEVER = np.iinfo(np.int64).max
"""Days since an event that never happened."""


def pseudonyms(rows: npt.NDArray[np.uint64], seed: int) -> npt.NDArray[np.int64]:
    """Return distinct 64-bit keys that hide the row number (splitmix64, Steele et al. 2014)."""
    z = rows * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))).view(np.int64)


def make_columns(n: int, rng: np.random.Generator, area_outage: FloatArray) -> Columns:
    """Draw complete operational columns.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    area_outage : FloatArray, shape (N_REGIONS * AREAS_PER_REGION,)
        Hours of outage of each area in the last 90 days.

    Returns
    -------
    dict of str to array, shape (n,)
        ``days_*`` are days since an event (`NEVER` where there was none); ``network_poor`` is the
        factor behind the network figures; ``silent`` is no contact on any channel in six months.
    """
    columns = _customer(n, rng)
    columns |= _usage(columns, rng)
    columns |= _network(columns, rng, area_outage)
    columns |= _contacts(columns, rng)
    return columns


def _customer(n: int, rng: np.random.Generator) -> Columns:
    share = 1.0 / np.sqrt(np.arange(1.0, N_REGIONS + 1.0))
    region = np.searchsorted(np.cumsum(share / share.sum()), rng.random(n)).clip(0, N_REGIONS - 1)
    tenure = np.minimum(3.0 + rng.gamma(1.6, 28.0, n), 240.0)
    contract = rng.random(n) < 0.55
    broadband = rng.random(n) < 0.42
    return {
        "region": (region + 1).astype(np.int8),
        "area": (region * AREAS_PER_REGION + rng.integers(0, AREAS_PER_REGION, n)).astype(np.int16),
        "plan": (1 + np.searchsorted([0.3, 0.58, 0.8, 0.94], rng.random(n))).astype(np.int8),
        "age_band": (1 + np.searchsorted([0.12, 0.36, 0.6, 0.8, 0.93], rng.random(n))).astype(
            np.int8
        ),
        "tenure_months": tenure,
        "bundle": broadband & (rng.random(n) < 0.6),
        "contract_months_left": np.where(contract, np.ceil(24.0 * rng.random(n)), np.nan),
        "device_months": rng.gamma(2.0, 13.0, n),
        "device_5g": rng.random(n) < 0.58,
        "broadband": broadband,
        "broadband_mbps": np.where(broadband, rng.choice([100.0, 200.0, 500.0, 1000.0], n), np.nan),
        "broadband_faults_6m": np.where(broadband, rng.poisson(0.35, n), 0.0),
    }


def _usage(columns: Columns, rng: np.random.Generator) -> Columns:
    n = len(columns["plan"])
    plan = np.asarray(columns["plan"], dtype=np.float64)
    level = rng.standard_normal(n)
    allowance = np.array([5.0, 10.0, 20.0, 40.0, 100.0])[np.asarray(columns["plan"], int) - 1]
    arpu = np.exp(3.4 + 0.28 * plan + 0.25 * level)
    minutes = np.exp(4.8 + 0.1 * plan + 0.6 * level)
    data = allowance * np.exp(-0.35 + 0.35 * level + 0.25 * rng.standard_normal(n))
    out: Columns = {"allowance_gb": allowance}
    fading = rng.random(n) < 0.07
    for name, value, spread in (
        ("arpu", arpu, 0.1),
        ("minutes", minutes, 0.2),
        ("data_gb", data, 0.2),
    ):
        months = [value * np.exp(spread * rng.standard_normal(n)) for _ in range(4)]
        months[0] = months[0] * np.where(fading, 0.35 + 0.35 * rng.random(n), 1.0)
        mean = (months[1] + months[2] + months[3]) / 3.0
        out[name] = months[0]
        out |= {f"{name}_m{k}": months[k] for k in (1, 2, 3)}
        out[f"{name}_change"] = months[0] / mean - 1.0
    out["data_share"] = out["data_gb"] / allowance
    out["bill"] = np.asarray(out["arpu"]) * np.where(rng.random(n) < 0.05, 1.2 + rng.random(n), 1.0)
    out["bill_jump"] = np.asarray(out["bill"]) / np.asarray(out["arpu_m1"], float) - 1.0
    out["disputes_6m"] = rng.poisson(0.03 + 0.1 * (np.asarray(out["bill_jump"]) > 0.5))
    out["port_queries_6m"] = rng.poisson(0.035, n)
    return out


def _network(columns: Columns, rng: np.random.Generator, area_outage: FloatArray) -> Columns:
    n = len(columns["area"])
    area = np.asarray(columns["area"], dtype=np.int64)
    of_area = np.sin(1.7 * np.arange(len(area_outage)) ** 1.5)
    factor = 0.5 * of_area[area] + 0.85 * rng.standard_normal(n)
    out: Columns = {
        "network_poor": factor,
        "outage_hours_90d": area_outage[area] * (rng.random(n) < 0.7),
    }
    for name, (loading, unit) in KPIS.items():
        noise = np.sqrt(1.0 - loading**2) * rng.standard_normal(n)
        value = KPI_BASE.get(name, 4.0 * unit) + unit * (loading * factor + noise)
        out[name] = np.maximum(value, 0.0)
    return out


def _contacts(columns: Columns, rng: np.random.Generator) -> Columns:
    """Draw contacts; new, young, heavy and badly served subscribers get in touch more."""
    n = len(columns["plan"])
    age = np.asarray(columns["age_band"], dtype=np.float64)
    tenure = np.asarray(columns["tenure_months"], dtype=np.float64)
    poor = np.asarray(columns["network_poor"], dtype=np.float64)
    trouble = np.asarray(columns["disputes_6m"], float) + (np.asarray(columns["bill_jump"]) > 0.3)
    activity = np.exp(
        0.55 * rng.standard_normal(n)
        - 0.18 * (age - 3.0)
        - 0.25 * np.log(tenure / 36.0)
        + 0.12 * poor
        + 0.3 * trouble
    )
    out: Columns = {}
    silent = np.ones(n, dtype=np.bool_)
    for channel, rate in zip(CHANNELS, CONTACT_RATES, strict=True):
        count = rng.poisson(rate * activity)
        recent = np.ceil(HALF_YEAR_DAYS * rng.random(n) ** np.maximum(count, 1))
        long_ago = HALF_YEAR_DAYS + np.ceil(rng.exponential(400.0 / np.minimum(activity, 4.0), n))
        ever = rng.random(n) < 0.75
        days = np.where(count > 0, recent, long_ago).astype(np.int64)
        known = (count > 0) | (ever & (days <= 3000))
        out[f"{channel}_6m"] = count
        out[f"days_{channel}"] = np.where(known, days, NEVER)
        silent &= count == 0
    hotline = np.asarray(out["hotline_6m"])
    complaint_rate = 0.03 + 0.08 * np.maximum(poor, 0.0) + 0.25 * trouble
    complaints = np.where(hotline > 0, rng.poisson(complaint_rate), 0)
    out["complaints_6m"] = np.minimum(complaints, hotline)
    out["silent"] = silent
    return out
