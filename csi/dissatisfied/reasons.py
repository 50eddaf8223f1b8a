"""Why customers say they are dissatisfied: stated reasons, and causes of complaints, ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_free_text, refuse_identities
from csi.dissatisfied.intervals import share_table
from csi.dissatisfied.pool import DissatisfiedPool
from csi.errors import suggest
from csi.inference import (
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
    domain_means,
    make_design,
    split_domains,
)
from csi.inference.stages import column_names

_MAX_REASONS = 60


@dataclass(frozen=True, kw_only=True, eq=False)
class Reasons:
    """Reasons by how many name them, and how many name at least one of the first few.

    Attributes
    ----------
    estimates : Estimates
        Labels: the columns of ``by``, ``rank``, ``reason``, ``term``: ``share`` (who names the
        reason) and ``cumulative`` (who names this reason or one ranked before it).
    base : str
        Of whom the shares are, for reports.
    """

    estimates: Estimates
    base: str

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every share, with an interval that stays between 0 and 1 and its ``flag``.

        Shares of several reasons may add up to more than 1: a respondent can name more than one.
        """
        return share_table(self.estimates, conf_level)

    def summary(self, most: int = 10) -> str:
        """Return the first reasons in words."""
        table = self.tidy()
        if table.columns[0] != "rank":
            raise DissatisfiedError("The summary is of all together: rank reasons without `by`.")
        lines = [f"Of {self.base}:"]
        wide = table.set_index(["rank", "term"])
        for rank in sorted(table["rank"].unique())[:most]:
            row, reach = wide.loc[(rank, "share")], wide.loc[(rank, "cumulative")]
            lines.append(
                f"{rank}. {row['reason']}: {row['estimate']:.1%} ({row['conf_low']:.1%} to "
                f"{row['conf_high']:.1%}), with those before {reach['estimate']:.1%}"
            )
        return "\n".join(lines)

    def __repr__(self) -> str:
        labels = self.estimates.labels
        return f"Reasons({labels['reason'].nunique()} reasons of {self.base})"


def rank_reasons(
    design: SurveyDesign,
    columns: str | Sequence[str],
    *,
    marks: bool = False,
    names: Mapping[object, str] | None = None,
    by: str | Sequence[str] | None = None,
    base: str = "those who gave a reason",
) -> Reasons:
    """Rank stated reasons by the share of respondents who name them.

    Parameters
    ----------
    design : SurveyDesign
        Restrict it to the dissatisfied with `csi.inference.restrict_design` where others answered
        too.
    columns : str or sequence of str
        A column of codes, several for several mentions, or with ``marks`` a column per reason.
    marks : bool
        Whether every column is a reason that is marked (1, true) or not.
    names : mapping, optional
        Code, or column with ``marks``, to the name of the reason.
    by : str or sequence of str, optional
        Columns whose groups get shares of their own; ranks are those of all together.
    base : str
        Of whom the shares are, for reports.

    Returns
    -------
    Reasons
        Of respondents with at least one answer to the question.

    Raises
    ------
    DissatisfiedError
        If columns are unknown, nobody gave a reason, or there are more than 60.
    IdentityError
        If reasons are free text instead of codes.

    Examples
    --------
    >>> data = pd.DataFrame({"first": [1, 1, 2], "second": [2, None, None]})
    >>> reasons = rank_reasons(make_design(data), ["first", "second"], names={1: "network"})
    >>> reasons.tidy()[["rank", "reason", "term", "estimate"]].round(2)
       rank   reason        term  estimate
    0     1  network       share      0.67
    1     1  network  cumulative      0.67
    2     2        2       share      0.67
    3     2        2  cumulative      1.00
    """
    chosen = column_names(columns)
    _check(design.frame, chosen)
    reasons, named = _marked(design.frame, chosen) if marks else _coded(design.frame, chosen)
    answered = _answered(design.frame, chosen) & (design.weights > 0)
    if not answered.any():
        raise DissatisfiedError(f"Nobody gave a reason in {', '.join(chosen)}.")
    if len(reasons) > _MAX_REASONS:
        raise DissatisfiedError(
            f"{', '.join(chosen)} hold {len(reasons)} different reasons; at most {_MAX_REASONS} "
            "can be ranked: code them first."
        )
    refuse_free_text(reasons, f"The question {', '.join(chosen)}")
    order = np.lexsort([np.arange(len(reasons)), -(design.weights * answered) @ named])
    named = named[:, order]
    reach = np.maximum.accumulate(named, axis=1)
    values = np.stack([named, reach], axis=2).reshape(len(named), -1)
    values = np.where(answered[:, None], values, np.nan)
    domains = split_domains(design, by)
    terms = [str(k) for k in range(values.shape[1])]
    estimates = domain_means(design, values, terms, domains)
    ranks = np.repeat(np.arange(1, len(order) + 1), 2)
    labels = domains.labels_for(terms)[list(domains.by)].assign(
        rank=np.tile(ranks, len(domains)),
        reason=[_name(reasons[order[rank - 1]], names) for rank in ranks] * len(domains),
        term=["share", "cumulative"] * len(order) * len(domains),
    )
    return Reasons(estimates=estimates.relabel(labels), base=base)


def rank_causes(
    records: DissatisfiedPool | pd.DataFrame,
    *,
    cause: str = "cause",
    key: str = "id",
    names: Mapping[object, str] | None = None,
) -> Reasons:
    """Rank causes of complaints by their share of all records, with the cumulative share.

    The records of a period are all there are; the intervals say what another such period might
    bring. Records of one customer are not independent, so customers are the sampling units.

    Parameters
    ----------
    records : DissatisfiedPool or DataFrame
        One row per record.
    cause, key : str
        Columns of coded causes and of pseudonymous keys.
    names : mapping, optional
        Code to the name of the cause.

    Returns
    -------
    Reasons
        Of records with a known cause.

    Raises
    ------
    DissatisfiedError
        If columns are unknown, or no record has a cause.

    Examples
    --------
    >>> records = pd.DataFrame({"id": [7, 7, 8, 9], "cause": [1, 1, 2, 1]})
    >>> rank_causes(records).tidy()["estimate"].tolist()
    [0.75, 0.75, 0.25, 1.0]
    """
    frame = records.records if isinstance(records, DissatisfiedPool) else records
    key = records.key if isinstance(records, DissatisfiedPool) else key
    refuse_identities(frame, key, "The table of records")
    _check(frame, (cause,))
    known = frame[frame[cause].notna() & frame[key].notna()]
    if known[key].nunique() < 2:
        raise DissatisfiedError(f"{len(known)} records have a cause in `{cause}`: too few to rank.")
    design = make_design(known[[key, cause]], psu=key)
    return rank_reasons(design, cause, names=names, base="records with a known cause")


def _check(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    faults = [
        f"There is no column `{name}`. {suggest(name, frame.columns)}".rstrip()
        for name in columns
        if name not in frame.columns
    ]
    if faults or not columns:
        raise DissatisfiedError("\n".join(faults) or "Name at least one column of reasons.")


def _answered(frame: pd.DataFrame, columns: Sequence[str]) -> BoolArray:
    return frame[list(columns)].notna().any(axis=1).to_numpy(dtype=np.bool_)


def _coded(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[list[object], FloatArray]:
    """Return the codes, and who names each in any of the columns, shape (n, n_codes)."""
    stacked = pd.concat([frame[name].astype(object) for name in columns], ignore_index=True)
    codes, levels = pd.factorize(stacked)
    table = codes.reshape(len(columns), len(frame))
    named = np.zeros((len(frame), len(levels)))
    for row in table:
        given = np.flatnonzero(row >= 0)
        named[given, row[given]] = 1.0
    by_name = sorted(range(len(levels)), key=lambda k: str(levels[k]))
    return [_plain(levels[k]) for k in by_name], named[:, by_name]


def _marked(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[list[object], FloatArray]:
    marks = frame[list(columns)].astype(object).apply(pd.to_numeric, errors="coerce")
    values = marks.to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise DissatisfiedError(
            f"With `marks` every column holds 1 or 0; {', '.join(columns)} hold other values."
        )
    return list(columns), np.nan_to_num(values)


def _plain(level: object) -> object:
    return int(level) if isinstance(level, float) and level.is_integer() else level


def _name(reason: object, names: Mapping[object, str] | None) -> str:
    return str(reason) if names is None else names.get(reason, str(reason))
