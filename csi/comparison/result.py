"""A set of compared groups or waves, as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csi.comparison.pairs import CORRECTIONS
from csi.comparison.standings import average_gaps, best_gaps, rank_table
from csi.inference import Estimates

NOT_EXAMINED = (
    "whether the questions measure alike in the groups was not tested, so differences may be ones "
    "of measurement"
)
"""Said where nothing is known of comparability."""

FOUND = ("higher", "lower", "moved up", "moved down")
"""Verdicts that say that there is a difference."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Differences between the groups of one column, or between waves.

    Attributes
    ----------
    across : str
        The column whose levels are compared: the operator, the wave.
    within : tuple of str
        Columns held equal within a pair.
    gaps : DataFrame
        One row per pair and term, as `tidy` returns it.
    conf_level : float
    margin : float or None
        Differences smaller than this many points do not matter.
    tolerance : float
        Unlike measurement whose effect on a difference is surely smaller than this many points
        does not stand in the way of comparing.
    n_tests : int
        Tests that were made, over all families.
    waves : bool
        Whether waves were compared, not groups.
    scores : Estimates or None
        The compared scores. Labels: ``within``, ``across``, ``term``.
    overlap : DataFrame
        Respondents whom two waves share: ``wave_a, wave_b, n_a, n_b, n_shared``; empty for groups.
    notes : DataFrame
        What breaks comparisons: ``before, after, subject, reason``; empty for groups.
    """

    across: str
    within: tuple[str, ...]
    gaps: pd.DataFrame
    conf_level: float
    margin: float | None
    n_tests: int
    tolerance: float = 1.0
    waves: bool = False
    scores: Estimates | None = None
    overlap: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        found = int(self.gaps["verdict"].isin(FOUND).sum())
        within = f" within {' × '.join(self.within)}" if self.within else ""
        what = "changes" if self.waves else "gaps"
        return (
            f"Comparison({self.across}{within}: {len(self.gaps)} {what}, {self.n_tests} tests, "
            f"{found} found)"
        )

    @property
    def examined(self) -> bool:
        """Whether it is known for any pair if its questions measure alike."""
        return bool((self.gaps["comparability"] != "").any())

    def tidy(self) -> pd.DataFrame:
        """Return the differences.

        Returns
        -------
        DataFrame
            The columns of ``within``; ``group_a, group_b`` (``estimate`` is a − b), or of waves
            ``before, after`` (``estimate`` is after − before); ``term``; ``family``: "headline" or
            "screening"; the estimate columns, with the smaller ``n`` and ``n_eff`` of the two;
            ``p_adjusted``; ``detectable``: the true difference that one such test finds with
            probability .8; ``comparability``: "comparable", "comparable in effect", "partially
            comparable", "not comparable", "not testable", or "" where it was not examined; ``bias``
            with ``bias_low, bias_high``: points of the difference that unlike measurement makes;
            ``corrected``: the difference without it, with ``corrected_low, corrected_high`` and
            ``corrected_p_value`` of its own test;
            ``verdict``.

            Verdicts of groups: "higher", "lower"; of waves "moved up", "moved down"; of both "no
            evidence", "too small to matter", "not comparable", "base too small".

            Of waves also ``basis``: "all items", or "unchanged items" where some items of the
            construct were changed and the difference rests on the others; ``items``: which these
            are; ``reason``: what stands in the way of comparing.
        """
        return self.gaps.copy()

    def families(self) -> pd.DataFrame:
        """Return the families of tests: ``family, correction, n_tests``."""
        tested = self.gaps[self.gaps["p_value"].notna()]
        counts = tested["family"].value_counts()
        rows = [(name, how, int(counts.get(name, 0))) for name, how in CORRECTIONS.items()]
        return pd.DataFrame(rows, columns=["family", "correction", "n_tests"])

    def ranks(self) -> pd.DataFrame:
        """Return the groups in order, with what the tests leave open.

        Returns
        -------
        DataFrame
            The columns of ``within``, ``across``, ``term``, ``estimate``, ``rank`` (1 is the
            highest), ``rank_low``: one more than the groups found higher; ``rank_high``: all but
            those found lower; ``tier``: going down the ranking, a group opens a new tier when the
            first of the current tier was found higher than it; ``n_tied``: how many share the tier.
            Groups on too small a base have no rank.
        """
        return rank_table(self)

    def gaps_to_best(self) -> pd.DataFrame:
        """Return each group's gap to the best of the others.

        Returns
        -------
        DataFrame
            As `tidy`, with ``across`` for the group and ``best`` for its best rival in place of the
            pair; ``estimate`` is the group minus its best rival. The p-values are those of all
            pairs, so they answer for the rival's having been picked as the best.
        """
        return best_gaps(self)

    def gaps_to_average(self) -> pd.DataFrame:
        """Return each group's gap to the plain average of the other groups.

        Returns
        -------
        DataFrame
            The columns of ``within``, ``across``, ``term``, ``family``, the estimate columns,
            ``p_adjusted`` and ``verdict``. These are tests of their own: they are corrected among
            each other, and not counted in ``n_tests``.
        """
        return average_gaps(self)

    def summary(self) -> str:
        """Return the differences that were found, in words."""
        lines = [repr(self)]
        if not self.examined:
            lines.append(f"{NOT_EXAMINED[0].upper()}{NOT_EXAMINED[1:]}.")
        for row in self.gaps[self.gaps["verdict"].isin(FOUND)].to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.within)
            if self.waves:
                said = f"{row['term']} {row['verdict']} from {row['before']} to {row['after']}"
            else:
                said = f"{row['term']}: {row['group_a']} {row['verdict']} than {row['group_b']}"
            lines.append(
                f"{place + ': ' if place else ''}{said} by {abs(row['estimate']):.1f} "
                f"(adjusted p = {row['p_adjusted']:.3g}{_left(row)})"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.gaps.to_html(index=False)


def _left(row: Mapping[Any, Any]) -> str:
    """Say what is left of a difference without the questions that measure unalike."""
    if row["comparability"] != "partially comparable":
        return ""
    corrected = row["corrected"] if row["estimate"] > 0 else -row["corrected"]
    return f"; {corrected:.1f} without the questions that measure unalike"
