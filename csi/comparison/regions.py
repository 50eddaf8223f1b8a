"""Regions side by side: raw, adjusted for their customers, shrunk, ranked; other sources beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from csi.comparison.case_mix import adjust_scores
from csi.comparison.coaching import coaching_table
from csi.comparison.pairs import chosen_terms
from csi.comparison.shrinkage import Shrunk, shrink
from csi.comparison.sources import check_sources, ranked_sources
from csi.comparison.standings import tiers
from csi.errors import DesignError
from csi.index import Index
from csi.inference import Estimates
from csi.inference.ranks import rank_intervals, significantly_larger
from csi.results import SUPPRESS_BELOW, base_flag

MEASURES = ("raw", "adjusted", "shrunk")


@dataclass(frozen=True, kw_only=True, eq=False)
class Regions:
    """The scores of regions.

    Attributes
    ----------
    region : str
        The column of regions.
    term : str
        The construct.
    mix : tuple of str
        What the adjusted scores are adjusted for; may be empty.
    table : DataFrame
        As `tidy` returns it.
    slopes : DataFrame
        Points per unit of each covariate: ``term`` and the estimate columns.
    shrunk : Shrunk
        Common mean, variance between regions, and how much each keeps of its own score.
    sources : DataFrame
        Other sources as `side_by_side` shows them; empty where there are none.
    coaching : DataFrame
        See `csi.comparison.coaching.coaching_table`.
    n_left_out : int
        Respondents without one of the covariates, in no adjusted score.
    conf_level : float
    """

    region: str
    term: str
    mix: tuple[str, ...]
    table: pd.DataFrame
    slopes: pd.DataFrame
    shrunk: Shrunk
    sources: pd.DataFrame
    coaching: pd.DataFrame
    n_left_out: int
    conf_level: float

    def __repr__(self) -> str:
        own = self.table[self.table["measure"] == "adjusted"]
        flagged = self.coaching.loc[self.coaching["flag"] != "", self.region].nunique()
        return (
            f"Regions({self.term} by {self.region}: {len(own)} regions, "
            f"{own['tier'].nunique()} tiers, {flagged} with answers out of line)"
        )

    def tidy(self) -> pd.DataFrame:
        """Return three rows per region.

        Returns
        -------
        DataFrame
            The region's column; ``term``; ``measure``: "raw", "adjusted" (as if every region had
            the customers of all) or "shrunk" (the adjusted score drawn to the common mean by what
            of it is sampling error); the estimate columns; ``flag``; ``rank`` (1 is the highest);
            ``rank_low, rank_high``: the ranks that the tests leave open, all intervals holding
            together (Holm; none for shrunk scores); ``tier``; ``n_tied``. Regions on too small a
            base have no rank.
        """
        return self.table.copy()

    def side_by_side(self) -> pd.DataFrame:
        """Return other sources beside the scores, each on its own base and unit.

        Returns
        -------
        DataFrame
            The region's column, ``source``, ``value``, ``unit``, ``base``, ``base_unit``, ``low``,
            ``high`` (NaN where not given), ``rank`` (1 is the best of that source), ``score_rank``
            (of the adjusted score). They are never averaged: they count different things.
        """
        return self.sources.copy()

    def summary(self) -> str:
        """Return the tiers and what is out of line, in words."""
        own = self.table[(self.table["measure"] == "adjusted") & self.table["tier"].notna()]
        lines = [repr(self)]
        for tier, part in own.sort_values("rank").groupby("tier"):
            lines.append(f"tier {tier:.0f}: {', '.join(str(name) for name in part[self.region])}")
        for row in self.coaching[self.coaching["flag"] != ""].to_dict("records"):
            lines.append(
                f"{self.region} = {row[self.region]}: {row['measure'].replace('_', ' ')} "
                f"{100 * row['estimate']:.0f} %, the others lead to expect "
                f"{100 * row['expected']:.0f} %"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.table.to_html(index=False)


def assess_regions(
    index: Index,
    *,
    region: str | None = None,
    mix: Sequence[str] = (),
    sources: pd.DataFrame | None = None,
    term: str | None = None,
    conf_level: float = 0.95,
) -> Regions:
    """Rank regions fairly: for the customers they have, and as far as the sample allows.

    Parameters
    ----------
    index : Index
        By one column, of one pooled fit.
    region : str, optional
        That column.
    mix : sequence of str, optional
        Columns of customers to adjust for: age, line. A numeric column with more than 15 levels is
        a number, others are categories.
    sources : DataFrame, optional
        Other measures of the regions, a row each: ``region, source, value, unit, base, base_unit``
        and, if known, ``low, high``, and ``better``: "lower" (default) or "higher".
    term : str, optional
        A construct; by default the index construct.
    conf_level : float

    Returns
    -------
    Regions

    Raises
    ------
    DesignError
        If the index has other columns, its weights differ between regions, a column is unknown, the
        covariates determine the region, or a row of ``sources`` is not usable.
    """
    if len(index.by) != 1 or (region is not None and index.by != (region,)):
        raise DesignError(
            f"The index must be estimated by the region alone; it is by "
            f"{' × '.join(index.by) or 'nothing'}."
        )
    if index.fit.by and not index.weights_of:
        raise DesignError("The model was fitted by region: only one pooled fit scores them alike.")
    name = index.by[0]
    if name in mix:
        raise DesignError(f"`mix` names `{name}`, the regions themselves.")
    chosen = chosen_terms(index, None if term is None else [term])[0]
    raw = index.scores.select((index.scores.labels["term"] == chosen).to_numpy())
    adjusted = adjust_scores(index, name, mix, chosen)
    large = raw.n_eff >= SUPPRESS_BELOW
    shrunk = shrink(np.where(large, adjusted.scores.values, np.nan), adjusted.scores.std_errors())
    tables = [
        _ranked(raw, large, "raw", conf_level),
        _ranked(adjusted.scores, large, "adjusted", conf_level),
        _shrunk_table(adjusted.scores, shrunk, conf_level),
    ]
    table = pd.concat(tables, ignore_index=True)
    own = table[table["measure"] == "adjusted"]
    ranks = dict(zip(own[name], own["rank"], strict=True))
    return Regions(
        region=name,
        term=chosen,
        mix=tuple(mix),
        table=table,
        slopes=adjusted.slopes.tidy(conf_level),
        shrunk=shrunk,
        sources=ranked_sources(check_sources(sources, list(ranks)), name, ranks),
        coaching=coaching_table(index, name, conf_level),
        n_left_out=adjusted.n_left_out,
        conf_level=conf_level,
    )


def _ranked(scores: Estimates, large: np.ndarray, measure: str, conf_level: float) -> pd.DataFrame:
    ranks = pd.DataFrame(
        np.nan, index=range(len(scores)), columns=["rank", "rank_low", "rank_high", "tier"]
    )
    known = np.flatnonzero(large & np.isfinite(scores.values))
    own = scores.select(known)
    if len(known):
        intervals = rank_intervals(own, conf_level)
        ranks.loc[known, ["rank", "rank_low", "rank_high"]] = intervals.to_numpy()
        above = significantly_larger(own, 1.0 - conf_level)
        ranks.loc[known, "tier"] = tiers(own.values, above, np.ones(len(known), dtype=np.bool_))
    return _with_measure(scores.tidy(conf_level), measure, ranks)


def _shrunk_table(adjusted: Estimates, shrunk: Shrunk, conf_level: float) -> pd.DataFrame:
    """Return the shrunken scores, with normal intervals of their prediction errors."""
    table = adjusted.tidy(conf_level)
    half = stats.norm.ppf(0.5 + conf_level / 2.0) * shrunk.std_errors
    table["estimate"], table["std_error"] = shrunk.values, shrunk.std_errors
    table["conf_low"], table["conf_high"] = shrunk.values - half, shrunk.values + half
    table[["statistic", "df", "p_value"]] = np.nan
    ranks = pd.DataFrame(
        np.nan, index=table.index, columns=["rank", "rank_low", "rank_high", "tier"]
    )
    ranks["rank"] = table["estimate"].rank(ascending=False, method="min")
    return _with_measure(table, "shrunk", ranks)


def _with_measure(table: pd.DataFrame, measure: str, ranks: pd.DataFrame) -> pd.DataFrame:
    place = int(table.columns.get_loc("term")) + 1  # type: ignore[arg-type]
    table.insert(place, "measure", measure)
    table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
    tied = ranks["tier"].map(ranks["tier"].value_counts())
    return pd.concat([table, ranks], axis=1).assign(n_tied=tied.astype(np.float64))
