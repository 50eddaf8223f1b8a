"""Differences between pairs of scores: estimated, tested, corrected, judged."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import (
    Estimates,
    FloatArray,
    SurveyDesign,
    join_estimates,
    split_domains,
    tidy_numbers,
)
from csi.inference.multiplicity import Correction, adjust_p_values
from csi.results import SUPPRESS_BELOW

CORRECTIONS: dict[str, Correction] = {"headline": "holm", "screening": "bh"}
"""How the p-values of each family of tests are adjusted."""

POWER = 0.8
"""Probability of finding a change of the size that a table calls detectable."""


def chosen_terms(index: Index, terms: Sequence[str] | None) -> list[str]:
    """Return the constructs to compare: those named, the index construct, or all.

    Raises
    ------
    DesignError
        If a term has no score.
    """
    known = index.scores.labels["term"].drop_duplicates().tolist()
    if terms is None:
        return [index.construct] if index.construct else known
    for term in terms:
        if term not in known:
            raise DesignError(
                f"`terms` names `{term}`, which has no score ({', '.join(known)}). "
                f"{suggest(term, known)}".rstrip()
            )
    return list(terms)


def families(terms: Sequence[str], construct: str) -> list[str]:
    """Return the family of each term: the index is the headline, other constructs are screened."""
    headline = {construct} if construct else set(terms)
    return ["headline" if term in headline else "screening" for term in terms]


def difference_table(
    scores: Estimates,
    first: np.ndarray,
    second: np.ndarray,
    df: FloatArray,
    *,
    conf_level: float,
) -> pd.DataFrame:
    """Return scores ``first`` minus scores ``second``, with their covariance.

    Not tested, so without p-value, are pairs of which one has an effective base below 30.

    Returns
    -------
    DataFrame
        The estimate columns; ``n`` and ``n_eff`` are the smaller of the two.
    """
    V = scores.covariance()
    variance = np.maximum(
        V[first, first] + V[second, second] - 2.0 * V[first, second],
        0.0,
    )
    n_eff = np.minimum(scores.n_eff[first], scores.n_eff[second])
    table = tidy_numbers(
        scores.values[first] - scores.values[second], np.sqrt(variance), df, conf_level=conf_level
    )
    table.loc[~(n_eff >= SUPPRESS_BELOW), ["statistic", "p_value"]] = np.nan
    table["n"] = np.minimum(scores.n[first], scores.n[second])
    table["n_eff"] = n_eff
    return table


def joined_index(a: Index, b: Index) -> Index:
    """Put the scores of two indexes of one design together, as one index of more groups."""
    return replace(
        a,
        scores=join_estimates([a.scores, b.scores]),
        indicators=join_estimates([a.indicators, b.indicators]),
    )


class Bases:
    """What the groups of an index rest on: which group a score is of, and its sampling units."""

    def __init__(self, index: Index) -> None:
        self.by = list(index.by)
        domains = split_domains(index.fit.design, index.by)
        self.place: dict[tuple[Hashable, ...], int] = {
            tuple(row): k for k, row in enumerate(domains.labels.itertuples(index=False, name=None))
        }
        design: SurveyDesign = index.fit.design
        order = np.argsort(domains.codes, kind="stable")
        starts = np.searchsorted(domains.codes[order], np.arange(len(domains) + 1))
        self.units = [
            np.unique(design.psu[order[first:last]]) for first, last in pairwise(starts.tolist())
        ]
        self.stratum = design.stages[0].stratum_of_unit
        self.known: dict[tuple[int, int], float] = {}

    def numbers(self, labels: pd.DataFrame) -> np.ndarray:
        """Return the number of each row's group among the groups of the index."""
        rows = labels[self.by].itertuples(index=False, name=None)
        return np.array([self.place[tuple(row)] for row in rows], dtype=np.int64)

    def df(self, scores: Estimates, first: np.ndarray, second: np.ndarray) -> FloatArray:
        """Return the degrees of freedom of scores ``first`` minus scores ``second``.

        Two groups that have no sampling unit in common follow Welch and Satterthwaite,
        (a + b)² / (a²/df_a + b²/df_b) (Welch 1947). Where units have respondents in both, the
        difference varies from unit to unit as one number, and has the units of either minus their
        strata.
        """
        V = np.diag(scores.covariance())
        a, b = V[first], V[second]
        with np.errstate(divide="ignore", invalid="ignore"):
            df = (a + b) ** 2 / (a**2 / scores.df[first] + b**2 / scores.df[second])
        domain = self.numbers(scores.labels)
        pairs = zip(domain[first].tolist(), domain[second].tolist(), strict=True)
        shared = np.array([self._shared(*pair) for pair in pairs])
        return np.where(np.isfinite(shared), shared, df)

    def _shared(self, a: int, b: int) -> float:
        """Return the units of either group minus their strata; NaN where no unit has both."""
        if (a, b) not in self.known:
            both = np.union1d(self.units[a], self.units[b])
            if len(both) == len(self.units[a]) + len(self.units[b]):
                self.known[a, b] = np.nan
            else:
                self.known[a, b] = float(len(both) - len(np.unique(self.stratum[both])))
        return self.known[a, b]


def adjusted(p_values: FloatArray, family: Sequence[str]) -> FloatArray:
    """Return the p-values adjusted family by family; untested ones stay NaN."""
    result = np.full(len(p_values), np.nan)
    names = np.asarray(family)
    for name, correction in CORRECTIONS.items():
        rows = np.flatnonzero((names == name) & np.isfinite(p_values))
        if len(rows):
            result[rows] = adjust_p_values(p_values[rows], correction)
    return result


def judged(
    table: pd.DataFrame, *, alpha: float, margin: float | None, words: tuple[str, str]
) -> list[str]:
    """Return the verdict of each difference.

    Parameters
    ----------
    table : DataFrame
        With ``estimate, conf_low, conf_high, p_value, p_adjusted``.
    alpha : float
    margin : float or None
        A difference whose whole interval lies within ±``margin`` is too small to matter: two
        one-sided tests at half of ``alpha`` each (Schuirmann 1987).
    words : (str, str)
        For a difference above and below zero.
    """
    verdicts = []
    for row in table.to_dict("records"):
        if np.isnan(row["p_value"]):
            verdicts.append("base too small")
        elif margin is not None and -margin < row["conf_low"] and row["conf_high"] < margin:
            verdicts.append("too small to matter")
        elif row["p_adjusted"] < alpha:
            verdicts.append(words[0] if row["estimate"] > 0 else words[1])
        else:
            verdicts.append("no evidence")
    return verdicts


def detectable(std_error: FloatArray, df: FloatArray, alpha: float) -> FloatArray:
    """Return the true difference that a single test finds with probability `POWER`.

    (t_{1−α/2} + t_{power}) standard errors.
    """
    safe = np.where(df >= 1.0, df, np.nan)
    return np.asarray((stats.t.isf(alpha / 2.0, safe) + stats.t.ppf(POWER, safe)) * std_error)
