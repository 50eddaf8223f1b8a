"""What care has done, in numbers and in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from csi.dissatisfied.faults import DissatisfiedError
from csi.errors import suggest
from csi.inference import tidy_numbers
from csi.results import ESTIMATE_COLUMNS, base_flag

Evidence = Literal["randomised", "before-after"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Effect:
    """What care has done, and how far it can be known.

    Attributes
    ----------
    evidence : {"randomised", "before-after"}
    numbers : DataFrame
        ``evidence``, ``term``, ``unit``, ``estimate``, ``std_error``, ``df``, ``n``, ``n_eff``.
    cost : float
        Of all care; NaN where it is not known.
    cared : int
        Customers in care.
    warnings : tuple of str
    """

    evidence: Evidence
    numbers: pd.DataFrame
    cost: float
    cared: int
    warnings: tuple[str, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every number.

        Parameters
        ----------
        conf_level : float

        Returns
        -------
        DataFrame
            ``evidence, term, unit``, the columns of `Estimates.tidy` and ``flag``. Terms of
            randomised evidence: ``mean_care, mean_hold_out, effect, dissatisfied_care,
            dissatisfied_hold_out, effect_on_dissatisfied, response_care, response_hold_out,
            response_gap``, with participants ``take_up, take_up_hold_out, effect_on_takers``,
            with costs ``cost_per_point``. Of a change: ``mean_before, mean_after, naive_change,
            expected_change, corrected_change``, with a cut (where these two are those at the cut)
            ``expected_change_linear, corrected_change_linear``.
        """
        own = self.numbers
        table = tidy_numbers(
            own["estimate"].to_numpy(),
            own["std_error"].to_numpy(),
            own["df"].to_numpy(),
            conf_level=conf_level,
        )
        table = pd.concat([own[["evidence", "term", "unit"]], table, own[["n", "n_eff"]]], axis=1)
        if not np.isnan(self.cost):
            table = pd.concat([table, self._cost_row(conf_level)], ignore_index=True)
        table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
        return table[["evidence", "term", "unit", *ESTIMATE_COLUMNS, "flag"]]

    def value(self, term: str) -> float:
        """Return one number."""
        rows = self.numbers[self.numbers["term"] == term]
        if len(rows) == 0:
            raise DissatisfiedError(
                f"There is no `{term}`. {suggest(term, self.numbers['term'])}".rstrip()
            )
        return float(rows["estimate"].iloc[0])

    def summary(self) -> str:
        """Return effect, take-up, cost and warnings in words."""
        table = self.tidy().set_index("term").to_dict("index")
        lines = []
        if "effect" in table:
            row = table["effect"]
            found = (
                "an effect is shown"
                if row["p_value"] < 0.05
                else "no effect is shown; smaller ones than the interval allows cannot be excluded"
            )
            lines.append(
                f"Effect of being offered care, against the hold-out: {_points(row)}; {found}."
            )
        if "naive_change" in table:
            lines.append(f"Naive change: {_points(table['naive_change'])}. This is no effect.")
            lines.append(
                f"Expected with no care at all: {_points(table['expected_change'])}. "
                f"Corrected change: {_points(table['corrected_change'])}."
            )
        if "take_up" in table:
            lines.append(
                f"Take-up: {table['take_up']['estimate']:.1%} of those in care took part. Take-up "
                "is not an effect."
            )
        if "cost_per_point" in table:
            row = table["cost_per_point"]
            lines.append(
                f"Cost of one point for one customer: {row['estimate']:,.2f} "
                f"({row['conf_low']:,.2f} to {row['conf_high']:,.2f})."
            )
        return "\n".join([*lines, *self.warnings])

    def _cost_row(self, conf_level: float) -> pd.DataFrame:
        """Cost per customer over effect: the interval is that of the effect, turned over."""
        name = "effect" if self.evidence == "randomised" else "corrected_change"
        row = self.numbers[self.numbers["term"] == name].iloc[0]
        each = self.cost / self.cared
        effect, error = float(row["estimate"]), float(row["std_error"])
        half = float(stats.t.ppf(0.5 + conf_level / 2.0, row["df"])) * error
        low, high = effect - half, effect + half
        return pd.DataFrame(
            {
                "evidence": [row["evidence"]],
                "term": ["cost_per_point"],
                "unit": ["cost"],
                "estimate": [each / effect if effect > 0 else np.inf],
                "std_error": [each * error / effect**2 if effect > 0 else np.nan],
                "statistic": [np.nan],
                "df": [row["df"]],
                "p_value": [np.nan],
                "conf_low": [each / high if high > 0 else np.inf],
                "conf_high": [each / low if low > 0 else np.inf],
                "n": [row["n"]],
                "n_eff": [row["n_eff"]],
            }
        )

    def __repr__(self) -> str:
        name = "effect" if self.evidence == "randomised" else "corrected_change"
        return f"Effect({self.evidence}: {name}={self.value(name):+.2f})"


def _points(row: Mapping[Hashable, Any]) -> str:
    return f"{row['estimate']:+.1f} points ({row['conf_low']:+.1f} to {row['conf_high']:+.1f})"
