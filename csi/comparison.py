"""Gaps between groups: tested as differences, corrected for their number, judged in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import Estimates, FloatArray, tidy_numbers
from csi.inference.multiplicity import Correction, adjust_p_values
from csi.results import SUPPRESS_BELOW


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Pairwise gaps between the groups of one column.

    Attributes
    ----------
    across : str
        The column whose levels are compared.
    within : tuple of str
        Columns held equal within a pair.
    gaps : DataFrame
        One row per pair and term, as `tidy` returns it.
    conf_level : float
    margin : float or None
        Gaps smaller than this many points do not matter.
    n_tests : int
        Tests that were made, over all families.
    """

    across: str
    within: tuple[str, ...]
    gaps: pd.DataFrame
    conf_level: float
    margin: float | None
    n_tests: int

    def __repr__(self) -> str:
        found = int(self.gaps["verdict"].isin(["higher", "lower"]).sum())
        within = f" within {' × '.join(self.within)}" if self.within else ""
        counts = f"{len(self.gaps)} gaps, {self.n_tests} tests, {found} found"
        return f"Comparison({self.across}{within}: {counts})"

    def tidy(self) -> pd.DataFrame:
        """Return the gaps.

        Returns
        -------
        DataFrame
            The columns of ``within``, ``group_a, group_b, term, family``, the estimate columns
            (``estimate`` is a − b), ``p_adjusted`` and ``verdict``: "higher", "lower", "no
            evidence", "too small to matter" or "base too small".
        """
        return self.gaps.copy()

    def summary(self) -> str:
        """Return the gaps that were found, in words."""
        lines = [repr(self)]
        for row in self.gaps.to_dict("records"):
            if row["verdict"] not in ("higher", "lower"):
                continue
            place = ", ".join(f"{name} = {row[name]}" for name in self.within)
            lines.append(
                f"{place + ': ' if place else ''}{row['term']}: {row['group_a']} {row['verdict']} "
                f"than {row['group_b']} by {abs(row['estimate']):.1f} "
                f"(adjusted p = {row['p_adjusted']:.3g})"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.gaps.to_html(index=False)


def compare_groups(
    index: Index,
    *,
    across: str | None = None,
    terms: Sequence[str] | None = None,
    conf_level: float = 0.95,
    margin: float | None = None,
) -> Comparison:
    """Test every pairwise gap between the groups of a column.

    The gap's variance is Var(a) + Var(b) − 2 Cov(a, b), so shared weights, clusters and
    respondents are accounted for; its degrees of freedom follow Welch and Satterthwaite. The
    index construct is the headline family and corrected by Holm (1979); other constructs are
    screened by Benjamini and Hochberg (1995). Groups with an effective base below 30 are not
    tested.

    Parameters
    ----------
    index : Index
        Scored by ``across`` and, possibly, further columns that are held equal within a pair.
    across : str, optional
        The column to compare, e.g. the operator; by default the last that the index has.
    terms : sequence of str, optional
        Constructs; by default the index construct, or all where the model names none.
    conf_level : float
        Of intervals; tests use the level 1 − ``conf_level``.
    margin : float, optional
        A gap whose whole interval lies within ±``margin`` is "too small to matter".

    Returns
    -------
    Comparison

    Raises
    ------
    DesignError
        If ``across`` or a term is unknown, or there are fewer than two groups.
    """
    if across is None and index.by:
        across = index.by[-1]
    if across is None or across not in index.by:
        raise DesignError(
            f"`across` must be one of the columns that the index was estimated by "
            f"({', '.join(index.by) or 'none'}); got {across!r}. "
            f"{suggest(str(across), index.by)}".rstrip()
        )
    chosen = _terms(index, terms)
    within = tuple(name for name in index.by if name != across)
    pairs = _pairs(index.scores, across, within, chosen)
    if not pairs:
        raise DesignError(f"`{across}` has fewer than two groups to compare.")
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    gaps = _gap_table(index.scores, first, second, across, within, conf_level)
    headline = {index.construct} if index.construct else set(chosen)
    gaps["family"] = np.where(gaps["term"].isin(headline), "headline", "screening")
    gaps["p_adjusted"] = _adjusted(gaps)
    gaps["verdict"] = _verdicts(gaps, 1.0 - conf_level, margin)
    order = [*within, "group_a", "group_b", "term", "family"]
    return Comparison(
        across=across,
        within=within,
        gaps=gaps[[*order, *(name for name in gaps.columns if name not in order)]],
        conf_level=conf_level,
        margin=margin,
        n_tests=int(gaps["p_value"].notna().sum()),
    )


def _terms(index: Index, terms: Sequence[str] | None) -> list[str]:
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


def _pairs(
    scores: Estimates, across: str, within: tuple[str, ...], terms: list[str]
) -> list[tuple[int, int]]:
    """Return the positions of every two scores of one term that differ in ``across`` only."""
    labels = scores.labels[scores.labels["term"].isin(terms)]
    number = labels.groupby([*within, "term"], sort=False, observed=True).ngroup().to_numpy()
    position = labels.index.to_numpy()
    return [
        pair
        for group in range(int(number.max()) + 1)
        for pair in combinations(position[number == group].tolist(), 2)
    ]


def _gap_table(
    scores: Estimates,
    first: np.ndarray,
    second: np.ndarray,
    across: str,
    within: tuple[str, ...],
    conf_level: float,
) -> pd.DataFrame:
    V = scores.covariance()
    a, b = np.diag(V)[first], np.diag(V)[second]
    variance = np.maximum(a + b - 2.0 * V[first, second], 0.0)
    df = _welch(a, b, scores.df[first], scores.df[second])
    n_eff = np.minimum(scores.n_eff[first], scores.n_eff[second])
    numbers = tidy_numbers(
        scores.values[first] - scores.values[second], np.sqrt(variance), df, conf_level=conf_level
    )
    untested = ~(n_eff >= SUPPRESS_BELOW)
    numbers.loc[untested, ["statistic", "p_value"]] = np.nan
    numbers["n"] = np.minimum(scores.n[first], scores.n[second])
    numbers["n_eff"] = n_eff
    labels = scores.labels
    table = labels.iloc[first][list(within)].reset_index(drop=True)
    table["group_a"] = labels[across].to_numpy()[first]
    table["group_b"] = labels[across].to_numpy()[second]
    table["term"] = labels["term"].to_numpy()[first]
    return pd.concat([table, numbers], axis=1)


def _welch(a: FloatArray, b: FloatArray, df_a: FloatArray, df_b: FloatArray) -> FloatArray:
    """Return (a + b)² / (a²/df_a + b²/df_b) (Welch 1947)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((a + b) ** 2 / (a**2 / df_a + b**2 / df_b))


def _adjusted(gaps: pd.DataFrame) -> FloatArray:
    adjusted = np.full(len(gaps), np.nan)
    corrections: dict[str, Correction] = {"headline": "holm", "screening": "bh"}
    for family, correction in corrections.items():
        rows = np.flatnonzero((gaps["family"] == family) & gaps["p_value"].notna())
        if len(rows):
            adjusted[rows] = adjust_p_values(gaps["p_value"].to_numpy()[rows], correction)
    return adjusted


def _verdicts(gaps: pd.DataFrame, alpha: float, margin: float | None) -> list[str]:
    verdicts = []
    for row in gaps.to_dict("records"):
        if np.isnan(row["p_value"]):
            verdicts.append("base too small")
        elif margin is not None and -margin < row["conf_low"] and row["conf_high"] < margin:
            verdicts.append("too small to matter")
        elif row["p_adjusted"] < alpha:
            verdicts.append("higher" if row["estimate"] > 0 else "lower")
        else:
            verdicts.append("no evidence")
    return verdicts
