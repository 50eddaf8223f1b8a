"""A drawn sample: who is asked first, who is in reserve, and who could not be drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd

from csi.questionnaire.schema import Language
from csi.sampling.coverage import coverage_note
from csi.sampling.plan import SamplingPlan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Customers in the order in which they are to be approached.

    Attributes
    ----------
    plan : SamplingPlan
    key : str
        Column that names a customer.
    seed, wave, panels, stay : int
        As given to `draw_sample`.
    units : DataFrame
        As `tidy` returns it.
    cells : DataFrame, one row per drawn stratum
        The strata, ``listed`` (in the frame), ``eligible`` (after the rules), ``coverage``,
        ``n`` (interviews wanted), ``numbers`` (wanted), ``drawn``, ``note``.
    audit : DataFrame, one row per rule
        ``rule, reason_en, reason_zh, matched, removed, unknown, remaining, share``: ``matched``
        rows meet the rule, ``removed`` were not removed by an earlier one, ``unknown`` lack the
        answer and stay in.
    rows : int
        Rows of the frame.
    """

    plan: SamplingPlan
    key: str
    seed: int
    wave: int
    panels: int
    stay: int
    units: pd.DataFrame
    cells: pd.DataFrame
    audit: pd.DataFrame
    rows: int

    def __repr__(self) -> str:
        main = int((self.units["replicate"] == 0).sum())
        reserve = len(self.units) - main
        return f"Sample(main={main}, reserve={reserve}, strata={len(self.cells)}, seed={self.seed})"

    def tidy(self) -> pd.DataFrame:
        """Return the customers.

        Returns
        -------
        DataFrame
            The key, the strata, ``order`` within the stratum from 1, ``replicate`` (0 is the main
            sample, reserves follow from 1), and the columns that were kept.
        """
        return self.units.copy()

    def main(self) -> pd.DataFrame:
        """Return the customers to approach first."""
        return self.units[self.units["replicate"] == 0].reset_index(drop=True)

    def reserve(self) -> pd.DataFrame:
        """Return the reserve, to be released one whole replicate after the other."""
        return self.units[self.units["replicate"] > 0].reset_index(drop=True)

    def coverage_note(self, language: Language = "en") -> str:
        """Return who was left out, how many, and what that may do to the results."""
        return coverage_note(self.rows, self.audit, language)

    def fingerprint(self) -> str:
        """Return a SHA-256 of the keys in order: equal for equal draws on any machine."""
        columns = [*self.plan.settings.strata, "order", self.key]
        text = self.units[columns].astype(str).agg("\t".join, axis=1)
        return hashlib.sha256("\n".join(text).encode()).hexdigest()

    def summary(self) -> str:
        """Return what was drawn, what fell short and what was left out, in words."""
        short = self.cells[self.cells["note"] != ""]
        lines = [repr(self)]
        for row in short.head(5).to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.plan.settings.strata)
            lines.append(f"{place}: {row['note']}")
        if len(short) > 5:
            lines.append(f"… and {len(short) - 5} more strata with a note.")
        for row in self.audit[self.audit["unknown"] > 0].to_dict("records"):
            lines.append(
                f"{row['rule']}: {row['unknown']} customers lack what the rule reads, and stay in."
            )
        return "\n".join([*lines, self.coverage_note()])

    def _repr_html_(self) -> str:
        return self.cells.to_html(index=False)
