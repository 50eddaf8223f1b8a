"""What the sections read off tidy tables: numbers with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csi.report.dissatisfied.results import DissatisfiedResults

LIST = 0.10
"""The length of the list that is shown where only one is."""

SHOWN_SHARES = (0.01, 0.05, 0.10, 0.20, 0.30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number of a tidy table."""

    estimate: float
    low: float
    high: float
    n: int
    flag: str = ""
    verdict: str = ""

    def scaled(self, factor: float) -> Row:
        """Return the number in another unit."""
        low, high = sorted((factor * self.low, factor * self.high))
        return Row(
            estimate=factor * self.estimate,
            low=low,
            high=high,
            n=self.n,
            flag=self.flag,
            verdict=self.verdict,
        )


NOTHING = Row(estimate=math.nan, low=math.nan, high=math.nan, n=0)


class Reading:
    """Results, indexed for the sections.

    Parameters
    ----------
    results : DissatisfiedResults
    """

    def __init__(self, results: DissatisfiedResults) -> None:
        self.results = results
        self.study = results.study

    def has(self, name: str) -> bool:
        """Tell whether a table is there and holds rows."""
        return len(self.results.tables.get(name, ())) > 0

    def table(self, name: str) -> pd.DataFrame:
        """Return a tidy table."""
        return self.results.tables[name]

    def facts(self, step: str) -> Mapping[str, Any]:
        """Return the facts of a step; none where it was not run."""
        return self.results.facts.get(step, {})

    def fact(self, step: str, name: str) -> float:
        """Return one number of the facts; NaN where it is not there."""
        value = self.facts(step).get(name)
        return math.nan if value is None else float(value)

    def row(self, name: str, **where: object) -> Row:
        """Return the number of a table whose labels are as asked; `NOTHING` where there is none."""
        if not self.has(name):
            return NOTHING
        table = self.table(name)
        inside = pd.Series(True, index=table.index)
        for column, value in where.items():
            inside &= (
                (table[column] - value).abs() < 1e-9
                if isinstance(value, float)
                else table[column] == value
            )
        found = table[inside]
        return NOTHING if len(found) == 0 else as_row(found.iloc[0].to_dict())

    @property
    def learner(self) -> str:
        """The chosen learner."""
        return str(self.facts("fit").get("kind", ""))

    def performance(self, term: str, share: float | None = None, learner: str = "") -> Row:
        """Return a number of the performance of a learner, by default of the chosen one."""
        where: dict[str, object] = {"learner": learner or self.learner, "term": term}
        return self.row("performance", **where, **({} if share is None else {"share": share}))

    @property
    def base_rate(self) -> Row:
        """The share of dissatisfied in the survey."""
        return self.performance("base_rate")


def as_row(record: Mapping[Any, Any]) -> Row:
    """Read one record of a tidy table; what is on too small a base is not read."""
    flag = str(record.get("flag", "") or "")
    hidden = flag == "suppressed"

    def number(column: str) -> float:
        value = record.get(column)
        return math.nan if hidden or value is None or value == "" else float(value)

    return Row(
        estimate=number("estimate"),
        low=number("conf_low"),
        high=number("conf_high"),
        n=int(float(record.get("n") or 0)),
        flag=flag,
        verdict=str(record.get("verdict", "") or ""),
    )
