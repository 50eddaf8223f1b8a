"""What a group of customers is like: activity tiers, and over-representation by any column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from csi.dissatisfied.case_mix import build_case_mix
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.ranking import as_estimates
from csi.errors import suggest
from csi.inference import BoolArray, Estimates, FloatArray, SurveyDesign, effective_base
from csi.results import ESTIMATE_COLUMNS, base_flag

TIERS = ("none", "occasional", "active")


def assign_activity(
    frame: pd.DataFrame, contacts: Sequence[str], *, active_from: int = 3
) -> pd.Series:
    """Return each customer's activity tier: how often they were in touch on any channel.

    Parameters
    ----------
    frame : DataFrame
    contacts : sequence of str
        Columns with the number of contacts per channel in one window of time.
    active_from : int
        Contacts from which a customer is ``active``; fewer, but some, are ``occasional``.

    Returns
    -------
    Series of str, length n
        ``none``, ``occasional`` or ``active``; missing where every count is.

    Raises
    ------
    DissatisfiedError
        If columns are unknown, or hold anything but counts.

    Examples
    --------
    >>> counts = pd.DataFrame({"calls": [0, 1, 4], "visits": [0, 1, 0]})
    >>> assign_activity(counts, ["calls", "visits"]).tolist()
    ['none', 'occasional', 'active']
    """
    missing = [name for name in contacts if name not in frame.columns]
    if missing or not contacts:
        lines = [
            f"There is no column `{name}`. {suggest(name, frame.columns)}".rstrip()
            for name in missing
        ]
        raise DissatisfiedError("\n".join(lines) or "Name at least one column of contacts.")
    if active_from < 2:
        raise DissatisfiedError(f"`active_from` must be at least 2; got {active_from!r}.")
    counts = frame[list(contacts)].apply(pd.to_numeric, errors="coerce")
    if (counts.isna() & frame[list(contacts)].notna()).any(axis=None) or (counts < 0).any(
        axis=None
    ):
        raise DissatisfiedError(f"{', '.join(contacts)} must hold numbers of contacts.")
    total = counts.sum(axis=1, min_count=1).to_numpy(dtype=np.float64, na_value=np.nan)
    tier = np.select([total == 0, total < active_from, total >= active_from], TIERS, default="")
    return pd.Series(tier, index=frame.index, name="activity").where(tier != "", None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """A group of customers beside all others.

    Attributes
    ----------
    estimates : Estimates
        Labels: ``column``, ``level``, ``term``: ``share`` (of the group), ``share_others`` and
        ``index`` (100 is as many as among the others).
    """

    estimates: Estimates

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every number; on an effective base below 30 only the base."""
        table = self.estimates.tidy(conf_level)
        table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
        numbers = [name for name in ESTIMATE_COLUMNS if name not in ("n", "n_eff")]
        table.loc[table["flag"] == "suppressed", numbers] = np.nan
        # Shares are not tested, and an index against 100, not against nothing.
        index = table["term"] == "index"
        apart = (table["estimate"] - 100.0) / table["std_error"]
        table["statistic"] = apart.where(index & (table["std_error"] > 0))
        table["p_value"] = 2.0 * stats.t.sf(np.abs(table["statistic"]), table["df"])
        return table

    def summary(self, most: int = 8) -> str:
        """Return the levels that stand out most, in words."""
        table = self.tidy()
        wide = table[table["term"] == "index"].dropna(subset=["estimate"])
        apart = wide[(wide["conf_low"] > 100.0) | (wide["conf_high"] < 100.0)]
        order = np.argsort(-np.abs(np.log(np.maximum(apart["estimate"], 1e-9) / 100.0)))
        lines = [
            f"{row['column']} {row['level']}: index {row['estimate']:.0f} "
            f"({row['conf_low']:.0f} to {row['conf_high']:.0f})"
            for row in apart.iloc[order[:most]].to_dict("records")
        ]
        return "\n".join(lines) or "No level stands out."

    def __repr__(self) -> str:
        labels = self.estimates.labels
        return f"Profile({', '.join(labels['column'].drop_duplicates())})"


def profile_group(design: SurveyDesign, group: str, columns: Sequence[str]) -> Profile:
    """Compare what a group is like with all others, to see who is over-represented in it.

    The index is 100 · share in the group / share among the others, with a linearised interval.

    Parameters
    ----------
    design : SurveyDesign
    group : str
        Column of truth values.
    columns : sequence of str
        Numbers with many values are cut at their fifths.

    Returns
    -------
    Profile

    Raises
    ------
    DissatisfiedError
        If columns are unknown, or the group is empty or everybody.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"low": [True, False] * 60, "plan": [1, 1, 2, 2, 1, 2] * 20})
    >>> profile_group(make_design(data), "low", ["plan"])
    Profile(plan)
    """
    if group not in design.frame.columns:
        raise DissatisfiedError(
            f"There is no column `{group}`. {suggest(group, design.frame.columns)}".rstrip()
        )
    mix = build_case_mix(design.frame, columns, design.weights)
    if mix is None:
        raise DissatisfiedError("Name at least one column to profile by.")
    known = design.frame[group].notna().to_numpy(dtype=np.bool_) & (design.weights > 0)
    inside = known & design.frame[group].fillna(value=False).to_numpy(dtype=np.bool_)
    others = known & ~inside
    if not inside.any() or not others.any():
        raise DissatisfiedError(f"`{group}` is {'every' if inside.any() else 'no'}body.")
    labels, values, influences = [], [], []
    for column, codes, names in zip(mix.columns, mix.codes.T, mix.levels, strict=True):
        for code, name in enumerate(names):
            numbers = _compare(design.weights, codes == code, inside, others)
            labels += [(column, name, term) for term in ("share", "share_others", "index")]
            values += [value for value, _ in numbers]
            influences += [influence for _, influence in numbers]
    estimates = as_estimates(
        design,
        pd.DataFrame(labels, columns=["column", "level", "term"]),
        np.array(values),
        np.column_stack(influences),
        known,
    )
    return Profile(estimates=_with_bases(estimates, inside, others, design.weights))


def _compare(
    w: FloatArray, level: BoolArray, inside: BoolArray, others: BoolArray
) -> list[tuple[float, FloatArray]]:
    (a, i), (b, j) = (_share(w, level, who) for who in (inside, others))
    if b == 0.0:
        return [(a, i), (b, j), (np.nan, np.zeros(len(w)))]
    return [(a, i), (b, j), (100.0 * a / b, 100.0 * (i / b - a / b**2 * j))]


def _share(w: FloatArray, level: BoolArray, who: BoolArray) -> tuple[float, FloatArray]:
    total = float(w[who].sum())
    share = float(w[who & level].sum()) / total
    return share, np.where(who, (level - share) / total, 0.0)


def _with_bases(
    estimates: Estimates, inside: BoolArray, others: BoolArray, w: FloatArray
) -> Estimates:
    sides = [(float(who.sum()), effective_base(w[who])) for who in (inside, others)]
    both = min(sides[0][0], sides[1][0]), min(sides[0][1], sides[1][1])
    pattern = np.array([*sides, both] * (len(estimates) // 3))
    return replace(estimates, n=pattern[:, 0], n_eff=pattern[:, 1])
