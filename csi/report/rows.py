"""The rows that a report is made of, read from tidy tables: scores, differences, drivers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from csi.results import FLAG_BELOW, SUPPRESS_BELOW

if TYPE_CHECKING:
    from csi.comparison import Comparison
    from csi.drivers import Drivers

Code = int | str
Domain = tuple[Code, ...]

_DIFFERENCES = (
    "estimate", "conf_low", "conf_high", "corrected", "corrected_low", "corrected_high",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One construct score of one group; NaN where the base is too small to show it."""

    estimate: float
    std_error: float
    low: float
    high: float
    n: int
    n_eff: float
    flag: str

    @property
    def shown(self) -> bool:
        """Whether the number may be printed."""
        return self.flag != "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One tested difference between two codes of the item ``across``: a minus b."""

    across: str
    within: Domain
    a: Code
    b: Code
    term: str
    difference: float
    low: float
    high: float
    p: float
    verdict: str
    comparability: str = ""
    corrected: float = math.nan
    corrected_low: float = math.nan
    corrected_high: float = math.nan

    @property
    def decided(self) -> bool:
        """Whether one of the two is higher beyond chance."""
        return self.verdict in ("higher", "lower")

    @property
    def tested(self) -> bool:
        """Whether the bases and the questions allowed a verdict on the difference."""
        return self.verdict not in ("base too small", "not comparable")

    @property
    def shown(self) -> bool:
        """Whether both bases allow the number to be printed."""
        return self.verdict != "base too small"

    @property
    def partial(self) -> bool:
        """Whether a part of the difference is one of measurement, and known."""
        return self.comparability == "partially comparable" and not math.isnan(self.corrected)


def towards(group: Code, test: Difference) -> Difference:
    """Return the test as ``group`` minus the other."""
    if test.a == group:
        return test
    return replace(
        test,
        a=test.b,
        b=test.a,
        difference=-test.difference,
        low=-test.high,
        high=-test.low,
        verdict={"higher": "lower", "lower": "higher"}.get(test.verdict, test.verdict),
        corrected=-test.corrected,
        corrected_low=-test.corrected_high,
        corrected_high=-test.corrected_low,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRow:
    """One driver with one measure of its weight: importance, or share of explained variance."""

    term: str
    weight: float
    weight_low: float
    weight_high: float
    rank: int
    rank_low: int
    rank_high: int
    performance: float
    performance_low: float
    performance_high: float
    share: float


def plain(code: object) -> Code:
    """Return an answer code as int where it is a whole number, else as text."""
    try:
        number = float(code)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(code)
    return int(number) if number.is_integer() else str(code)


def base_rules() -> tuple[int, int]:
    """Return the effective bases below which numbers are suppressed and marked."""
    return int(SUPPRESS_BELOW), int(FLAG_BELOW)


def score_rows(frame: pd.DataFrame) -> dict[tuple[Domain, str], ScoreRow]:
    """Read the tidy table of an index: a row per domain and construct.

    Numbers on too small a base are NaN here, whatever the table holds.
    """
    columns = list(frame.columns)
    by = columns[: columns.index("term")]
    rows = {}
    for row in frame.to_dict("records"):
        flag = str(row["flag"])
        estimate, std_error, low, high = _numbers(
            row, ("estimate", "std_error", "conf_low", "conf_high"), hidden=flag == "suppressed"
        )
        rows[tuple(plain(row[c]) for c in by), str(row["term"])] = ScoreRow(
            estimate=estimate,
            std_error=std_error,
            low=low,
            high=high,
            n=int(row["n"]),
            n_eff=float(row["n_eff"]),
            flag=flag,
        )
    return rows


def difference_rows(comparison: Comparison) -> Iterator[Difference]:
    """Read the tidy table of a comparison; untested differences are NaN here."""
    frame = comparison.tidy()
    columns = list(frame.columns)
    within = columns[: columns.index("group_a")]
    for row in frame.to_dict("records"):
        verdict = str(row["verdict"])
        difference, low, high, corrected, corrected_low, corrected_high = _numbers(
            row, _DIFFERENCES, hidden=verdict == "base too small"
        )
        yield Difference(
            across=str(comparison.across),
            within=tuple(plain(row[column]) for column in within),
            a=plain(row["group_a"]),
            b=plain(row["group_b"]),
            term=str(row["term"]),
            difference=difference,
            low=low,
            high=high,
            p=float(row["p_adjusted"]),
            verdict=verdict,
            comparability=str(row["comparability"]),
            corrected=corrected,
            corrected_low=corrected_low,
            corrected_high=corrected_high,
        )


def driver_rows(drivers: Drivers) -> tuple[DriverRow, ...]:
    """Read the drivers by the measure that may be shown, strongest first."""
    frame = drivers.tidy()
    shown = frame[frame["measure"] == drivers.shown].sort_values("rank", kind="stable")
    performance = _by_term(frame, "performance")
    shares = _by_term(frame, "lmg_share")
    return tuple(
        _driver(row, performance.get(str(row["term"]), {}), shares.get(str(row["term"]), {}))
        for row in shown.to_dict("records")
    )


def _by_term(frame: pd.DataFrame, measure: str) -> dict[str, Mapping[Any, Any]]:
    part = frame[frame["measure"] == measure]
    return {str(row["term"]): row for row in part.to_dict("records")}


def _driver(
    row: Mapping[Any, Any], performance: Mapping[Any, Any], share: Mapping[Any, Any]
) -> DriverRow:
    score, low, high = (
        float(performance.get(c, math.nan)) for c in ("estimate", "conf_low", "conf_high")
    )
    return DriverRow(
        term=str(row["term"]),
        weight=float(row["estimate"]),
        weight_low=float(row["conf_low"]),
        weight_high=float(row["conf_high"]),
        rank=_whole(row["rank"]),
        rank_low=_whole(row["rank_low"]),
        rank_high=_whole(row["rank_high"]),
        performance=score,
        performance_low=low,
        performance_high=high,
        share=float(share.get("estimate", math.nan)),
    )


def _numbers(
    row: Mapping[Any, Any], columns: tuple[str, ...], *, hidden: bool
) -> tuple[float, ...]:
    return tuple(math.nan if hidden else float(row[column]) for column in columns)


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)
