"""What a check of the answers found, as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csi.responses.data import count_of

RULES: Mapping[str, str] = {
    "flat": "the same answer to everything",
    "erratic": "answers spread within batteries beyond Q3 + {rules.erratic:g} IQR",
    "fast": "faster than {rules.fast:g} times the median",
    "slow": "slower than {rules.slow:g} times the median",
    "duplicate": "all answers equal to another respondent's",
    "near_duplicate": "{rules.match:.0%} of the answers equal to another respondent's",
}
"""The rules about respondents, in the order they are reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRules:
    """What is flagged; declare changes before looking at the data.

    Attributes
    ----------
    minimum_answers : int
        Respondents with fewer ratings are not judged by their pattern.
    erratic : float
        Spread within batteries above the third quartile by this many interquartile ranges.
    fast, slow : float
        Duration as a multiple of the median.
    match : float
        Share of equal answers with another respondent.
    match_limit : int
        Above this many respondents only those are compared who are equal in a block of items.
    unanswered, dont_know : float
        Share of those asked.
    ceiling, floor : float
        Share of answers at the end of a scale.
    between : float
        Intraclass correlation of interviewers.
    p_value : float
        Level of its test, on either side.
    """

    minimum_answers: int = 8
    erratic: float = 3.0
    fast: float = 0.4
    slow: float = 4.0
    match: float = 0.95
    match_limit: int = 50_000
    unanswered: float = 0.05
    dont_know: float = 0.10
    ceiling: float = 0.30
    floor: float = 0.30
    between: float = 0.05
    p_value: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QualityReport:
    """What `check_responses` found; nothing was dropped.

    Attributes
    ----------
    respondents : DataFrame, one row per respondent
        ``answers``, ``mean`` (0-100), ``longest_run``, ``spread``, ``match``, ``partner``,
        ``duplicate_group``, ``pace`` (duration / median), and one truth value per rule.
    items : DataFrame
        ``item, asked, unanswered, dont_know, ceiling, floor, mean, flags``.
    interviewers : DataFrame
        ``interviewer, n, mean`` and the share flagged by each rule; empty without a column.
    clustering : DataFrame
        ``term, estimate, statistic, p_high, p_low, n, n_groups, flag``: intraclass correlations.
    rules : QualityRules
    notes : tuple of str
    """

    respondents: pd.DataFrame
    items: pd.DataFrame
    interviewers: pd.DataFrame
    clustering: pd.DataFrame
    rules: QualityRules
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        flagged = int(self.respondents[self._rule_columns()].any(axis=1).sum())
        items = int((self.items["flags"] != "").sum())
        n = len(self.respondents)
        return f"QualityReport(n={n}, flagged_respondents={flagged}, flagged_items={items})"

    def _rule_columns(self) -> list[str]:
        return [name for name in RULES if name in self.respondents]

    def tidy(self) -> pd.DataFrame:
        """Return one row per rule about respondents.

        Columns ``rule, meaning, n, share``, and the mean score of the ratings (0-100) of all, of
        the flagged, and of all without the flagged: what dropping them would do to the level.
        """
        mean = self.respondents["mean"]
        rows = []
        for name in self._rule_columns():
            hit = self.respondents[name]
            rows.append(
                {
                    "rule": name,
                    "meaning": RULES[name].format(rules=self.rules),
                    "n": int(hit.sum()),
                    "share": float(hit.mean()),
                    "mean_all": float(mean.mean()),
                    "mean_flagged": float(mean[hit].mean()),
                    "mean_without": float(mean[~hit].mean()),
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return the findings, a line each."""
        lines = [f"{count_of(len(self.respondents), 'respondent')}; nothing was dropped."]
        for row in self.tidy().to_dict("records"):
            if row["n"]:
                change = row["mean_without"] - row["mean_all"]
                lines.append(
                    f"- {row['meaning']}: {count_of(row['n'], 'respondent')} ({row['share']:.1%});"
                    f" without them the mean score moves by {change:+.2f}"
                )
        for row in self.items.to_dict("records"):
            if row["flags"]:
                lines.append(f"- item {row['item']}: {row['flags']}")
        for row in self.clustering.to_dict("records"):
            if row["flag"]:
                lines.append(f"- {row['term']}: intraclass correlation {row['flag']}")
        return "\n".join([*lines, *(f"- {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False) + self.items.to_html(index=False)
