"""How many of the dissatisfied say so: the capture share, from the survey, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_identities, refuse_unlike_keys
from csi.dissatisfied.indicators import days_of
from csi.dissatisfied.intervals import share_table
from csi.dissatisfied.pool import DissatisfiedPool
from csi.inference import (
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
    domain_means,
    join_estimates,
    numeric_items,
    split_domains,
)
from csi.inference.stages import column_names

ANY = "any"


@dataclass(frozen=True, kw_only=True, eq=False)
class CaptureShare:
    """What the channels hear of the dissatisfied.

    Attributes
    ----------
    estimates : Estimates
        Labels: the columns of ``by``, ``source`` (each source and ``any``) and ``term``:
        ``captured`` (of the dissatisfied, who had said so before the interview), ``confirmed`` (of
        those who had said so, who is dissatisfied) and ``dissatisfied`` (of all; source ``any``).
    """

    estimates: Estimates

    @property
    def share(self) -> float:
        """The share of the dissatisfied who have said so anywhere, over all groups' first."""
        labels = self.estimates.labels
        return float(
            self.estimates.values[(labels["term"] == "captured") & (labels["source"] == ANY)][0]
        )

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every share with an interval that stays between 0 and 1, and its ``flag``.

        Parameters
        ----------
        conf_level : float

        Returns
        -------
        DataFrame
            The labels, the columns of `Estimates.tidy` and ``flag``; intervals are symmetric on
            the logit scale, and Clopper and Pearson's where the share is 0 or 1.
        """
        return share_table(self.estimates, conf_level)

    def summary(self) -> str:
        """Return the shares in words."""
        table = self.tidy()
        by = list(table.columns[: table.columns.get_loc("source")])
        lines = []
        for row in table[table["term"] == "captured"].to_dict("records"):
            where = ", ".join(f"{name} = {row[name]}" for name in by)
            through = "any channel" if row["source"] == ANY else row["source"]
            if row["flag"] == "suppressed":
                lines.append(f"{where + ': ' if where else ''}{through}: base too small.")
                continue
            lines.append(
                f"{where + ': ' if where else ''}{row['estimate']:.1%} of the dissatisfied "
                f"({row['conf_low']:.1%} to {row['conf_high']:.1%}, n = {row['n']:.0f}) had said "
                f"so through {through}."
            )
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"CaptureShare({self.share:.3f}, k={len(self.estimates)})"


def estimate_capture_share(
    pool: DissatisfiedPool | str | Sequence[str],
    design: SurveyDesign,
    outcome: str,
    *,
    interviewed: str | date | None = None,
    key: str = "id",
    dissatisfied_to: float = 5.0,
    by: str | Sequence[str] | None = None,
) -> CaptureShare:
    """Estimate how many of the dissatisfied have said so, from a survey of all customers.

    The share is Σ w y f / Σ w y, with y the dissatisfied of the survey and f those whom a channel
    had heard of strictly before the interview and whose record was then still valid. The survey
    itself is no channel: what it hears is what it measures.

    Parameters
    ----------
    pool : DissatisfiedPool, str or sequence of str
        The pool, or columns of truth values, one per source.
    design : SurveyDesign
        Respondents drawn from all customers, not from a list of complainants.
    outcome : str
        Column of ratings.
    interviewed : str or date, optional
        The day of the interview, or its column; needed with a pool.
    key : str
        Column of pseudonymous keys in the design; needed with a pool.
    dissatisfied_to : float
        Ratings up to this count as dissatisfied.
    by : str or sequence of str, optional
        Columns whose groups get shares of their own.

    Returns
    -------
    CaptureShare

    Raises
    ------
    DissatisfiedError
        If columns are unknown, no source is left, or nobody is dissatisfied.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"score": [2, 4, 3, 9], "said": [True, False, False, False]})
    >>> share = estimate_capture_share("said", make_design(data), "score")
    >>> round(share.share, 3)
    0.333
    """
    flags = (
        _flags_of_pool(pool, design, interviewed, key)
        if isinstance(pool, DissatisfiedPool)
        else _flags_of_columns(column_names(pool), design)
    )
    rating = numeric_items(design.frame, [outcome])[:, 0]
    y = np.where(np.isnan(rating), np.nan, rating <= dissatisfied_to)
    if not np.nansum(y * (design.weights > 0)) > 0:
        raise DissatisfiedError(
            f"No respondent gave `{outcome}` {dissatisfied_to:g} or less: there is no share of "
            "the dissatisfied to estimate."
        )
    flags = {ANY: np.logical_or.reduce(list(flags.values())), **flags}
    domains = split_domains(design, by)
    parts, keys = [], []
    for source, flag in flags.items():
        numbers = {
            "captured": np.where(y == 1.0, flag, np.nan),
            "confirmed": np.where(flag & ~np.isnan(y), y, np.nan),
            **({"dissatisfied": y} if source == ANY else {}),
        }
        columns = np.column_stack([np.asarray(v, dtype=np.float64) for v in numbers.values()])
        parts.append(domain_means(design, columns, list(numbers), domains))
        keys.append(source)
    joined = join_estimates(parts, keys=pd.DataFrame({"source": keys}))
    labels = joined.labels[[*domains.by, "source", "term"]]
    return CaptureShare(estimates=joined.relabel(labels))


def _flags_of_pool(
    pool: DissatisfiedPool, design: SurveyDesign, interviewed: str | date | None, key: str
) -> dict[str, BoolArray]:
    if interviewed is None:
        raise DissatisfiedError(
            "`interviewed` is needed with a pool: only what was said before the interview counts."
        )
    refuse_identities(design.frame, key, "The survey")
    interview = days_of(design.frame, interviewed, "interviewed")
    _refuse_mismatch(pool, design.frame[key], interview)
    records = pool.records[pool.records["source"] != "survey"]
    sources = sorted(records["source"].unique())
    if not sources:
        raise DissatisfiedError(
            "The pool holds nothing but the survey itself: there is no channel to measure."
        )
    return {
        source: _said_before(
            records[records["source"] == source], pool.key, design.frame[key], interview
        )
        for source in sources
    }


def _refuse_mismatch(pool: DissatisfiedPool, keys: pd.Series, interview: FloatArray) -> None:
    refuse_unlike_keys(pool.customers[pool.key], keys, "pool and survey")
    first = np.nanmin(interview) if not np.isnan(interview).all() else np.nan
    if not np.datetime64(pool.as_of, "D").astype(np.int64) <= first:
        raise DissatisfiedError(
            f"The pool is of {pool.as_of}, after the first interview: records that were valid "
            "then may have left it. Make a pool as of the day before the field work."
        )


def _said_before(
    records: pd.DataFrame, key: str, keys: pd.Series, interview: FloatArray
) -> BoolArray:
    """Tell who has a record strictly before the interview that is valid on its day."""
    asked = pd.DataFrame({key: keys.to_numpy(), "row": np.arange(len(keys)), "asked": interview})
    pairs = asked.merge(records[[key, "date", "expires"]], on=key)
    day, last = (days_of(pairs, column, column) for column in ("date", "expires"))
    counts = (day < pairs["asked"].to_numpy()) & (last >= pairs["asked"].to_numpy())
    said = np.zeros(len(keys), dtype=np.bool_)
    said[pairs["row"].to_numpy()[counts]] = True
    return said


def _flags_of_columns(columns: Sequence[str], design: SurveyDesign) -> dict[str, BoolArray]:
    missing = [name for name in columns if name not in design.frame.columns]
    if missing or not columns:
        names = ", ".join(f"`{name}`" for name in missing) or "nothing"
        raise DissatisfiedError(f"`pool` names {names}; columns of truth values are needed.")
    return {
        name: design.frame[name].fillna(value=False).to_numpy(dtype=np.bool_) for name in columns
    }
