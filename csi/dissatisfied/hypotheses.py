"""The hypotheses silent and event: how satisfied the customers are whom each names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from csi.dissatisfied.case_mix import build_case_mix
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.flags import EventRule, SilentRule, flag_events, flag_silent
from csi.dissatisfied.gaps import TERMS, UNITS, gap_numbers
from csi.inference import (
    ArrayBasis,
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
    numeric_items,
    tidy_numbers,
)
from csi.inference.multiplicity import adjust_p_values
from csi.inference.stages import column_names
from csi.results import ESTIMATE_COLUMNS, base_flag

_TESTED = ("gap", "adjusted_gap")


@dataclass(frozen=True, kw_only=True, eq=False)
class Hypotheses:
    """What the survey says about the customers whom each hypothesis names.

    Attributes
    ----------
    estimates : Estimates
        Labels: ``hypothesis``, ``kind`` (``silent`` or ``event``), ``outcome``, ``term``, ``unit``
        (``points`` of 100, ``percent`` of the others' mean, or ``share``).
    adjust : tuple of str
        Columns of the case mix.
    flags : DataFrame, shape (n, n_hypotheses)
        Whom each hypothesis names: true, false, or missing where unknown.
    """

    estimates: Estimates
    adjust: tuple[str, ...]
    flags: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every number.

        Parameters
        ----------
        conf_level : float

        Returns
        -------
        DataFrame
            ``hypothesis, kind, outcome, term, unit``, the columns of `Estimates.tidy`,
            ``p_adjusted`` (Holm 1979, over the hypotheses and outcomes of one term, gaps in points
            only), ``flag`` and, for gaps, ``verdict``: "lower", "higher", "no evidence" or "base
            too small". On an effective base below 30 only the bases are shown.

            Terms: ``mean_named, mean_others, gap, gap_percent, adjusted_gap,
            adjusted_gap_percent, compared`` (the part of the named that has counterparts among
            the others), ``share_of_customers, share_of_dissatisfied, dissatisfied_named,
            dissatisfied_others``.
        """
        est = self.estimates
        table = pd.concat(
            [
                est.labels,
                tidy_numbers(est.values, est.std_errors(), est.df, conf_level=conf_level),
                pd.DataFrame({"n": est.n, "n_eff": est.n_eff}),
            ],
            axis=1,
        )
        table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
        hidden = table["flag"] == "suppressed"
        numbers = [name for name in ESTIMATE_COLUMNS if name not in ("n", "n_eff")]
        table.loc[hidden, numbers] = np.nan
        untested = ~table["term"].isin(TERMS[2:6])
        table.loc[untested, ["statistic", "p_value"]] = np.nan
        table["p_adjusted"] = _holm(table)
        table["verdict"] = _verdicts(table, 1.0 - conf_level)
        order = [*est.labels.columns, *ESTIMATE_COLUMNS, "p_adjusted", "flag", "verdict"]
        return table[order]

    def value(self, hypothesis: str, term: str, outcome: str | None = None) -> float:
        """Return one number; of the first outcome where none is named."""
        labels = self.estimates.labels
        at = (labels["hypothesis"] == hypothesis) & (labels["term"] == term)
        if outcome is not None:
            at &= labels["outcome"] == outcome
        if not at.any():
            raise DissatisfiedError(f"There is no `{term}` of `{hypothesis}`.")
        return float(self.estimates.values[at.to_numpy()][0])

    def summary(self) -> str:
        """Return the gaps in words that claim no cause."""
        table = self.tidy()
        lines = []
        for (name, outcome), rows in table.groupby(["hypothesis", "outcome"], sort=False):
            of = rows.set_index("term").to_dict("index")
            if of["gap"]["flag"] == "suppressed":
                lines.append(f"{name}, {outcome}: base too small.")
                continue
            gap, relative = of["gap"], of["gap_percent"]
            lines.append(
                f"{name}, {outcome}: {of['share_of_customers']['estimate']:.1%} of customers, "
                f"{of['share_of_dissatisfied']['estimate']:.1%} of the dissatisfied; mean "
                f"{gap['estimate']:+.1f} points against others ({gap['conf_low']:+.1f} to "
                f"{gap['conf_high']:+.1f}), {relative['estimate']:+.1f} % "
                f"({relative['conf_low']:+.1f} to {relative['conf_high']:+.1f})"
            )
            if self.adjust:
                same, percent = of["adjusted_gap"], of["adjusted_gap_percent"]
                lines[-1] += (
                    f"; against others of the same case mix {same['estimate']:+.1f} points "
                    f"({same['conf_low']:+.1f} to {same['conf_high']:+.1f}), "
                    f"{percent['estimate']:+.1f} %"
                )
            lines[-1] += f". {gap['verdict'].capitalize()}."
        return "\n".join(lines)

    def __repr__(self) -> str:
        names = ", ".join(self.flags.columns)
        return f"Hypotheses({names}; n={self.estimates.design.n})"


def examine_hypotheses(
    design: SurveyDesign,
    outcome: str | Sequence[str],
    *,
    observed: str | date,
    interviewed: str | date,
    silent: SilentRule | Sequence[SilentRule] = (),
    events: EventRule | Sequence[EventRule] = (),
    adjust: Sequence[str] = (),
    scale: tuple[float, float] = (1.0, 10.0),
    dissatisfied_to: float = 5.0,
) -> Hypotheses:
    """Compare the customers whom each hypothesis names with all others, raw and case-mix adjusted.

    The adjusted gap is the mean of the named minus what others of the same case mix give: the
    others' answers are regressed on bins of the columns of ``adjust`` and predicted for the named
    (Oaxaca 1973; Kline 2011). Its standard error is linearised and includes the regression's. A
    gap is a difference between groups, not what silence or an event does to anybody.

    Parameters
    ----------
    design : SurveyDesign
        Respondents with answers and operational columns.
    outcome : str or sequence of str
        Columns of ratings.
    observed : str or date
        The day of the operational snapshot, or its column: silence counts back from here.
    interviewed : str or date
        The day of the interview, or its column: events count strictly before it.
    silent : SilentRule or sequence of SilentRule
    events : EventRule or sequence of EventRule
    adjust : sequence of str
        Columns that make the case mix; numbers are cut at their fifths, missing values are a
        level of their own.
    scale : (float, float)
        Ends of the rating scale; gaps are in points of 100.
    dissatisfied_to : float
        Ratings up to this count as dissatisfied.

    Returns
    -------
    Hypotheses

    Raises
    ------
    LeakageError
        If a contact is dated on or after its interview.
    DissatisfiedError
        If columns cannot be used, no rule is given, or a rule names nobody or everybody.

    Examples
    --------
    >>> found = examine_hypotheses(  # doctest: +SKIP
    ...     design, "satisfaction", observed=date(2026, 3, 31), interviewed="interview_date",
    ...     silent=SilentRule(months=6, channels=("last_hotline", "last_app")),
    ...     adjust=("tenure_months", "age_band"),
    ... )
    """
    silents = (silent,) if isinstance(silent, SilentRule) else tuple(silent)
    incidents = (events,) if isinstance(events, EventRule) else tuple(events)
    _check_names([*(rule.name for rule in silents), *(rule.name for rule in incidents)])
    frame = design.frame
    quiet = {
        rule.name: flag_silent(frame, rule, observed=observed, interviewed=interviewed)
        for rule in silents
    }
    hit = {rule.name: flag_events(frame, rule, interviewed=interviewed) for rule in incidents}
    flags = {**quiet, **hit}
    mix = build_case_mix(frame, adjust, design.weights)
    kinds = ["silent"] * len(silents) + ["event"] * len(incidents)
    outcomes = column_names(outcome)
    ratings = numeric_items(design.frame, outcomes)
    low, high = scale
    score = 100.0 * (ratings - low) / (high - low)
    numbers, labels = [], []
    for (name, flag), kind in zip(flags.items(), kinds, strict=True):
        _check_flag(name, flag, design.weights)
        for column, item in enumerate(outcomes):
            low_score = 100.0 * (dissatisfied_to - low) / (high - low)
            numbers.append(
                gap_numbers(design, score[:, column], flag, mix, dissatisfied_to=low_score)
            )
            labels += [(name, kind, item, t, u) for t, u in zip(TERMS, UNITS, strict=True)]
    return Hypotheses(
        estimates=_joined(design, numbers, labels, with_mix=mix is not None),
        adjust=tuple(adjust),
        flags=pd.DataFrame(flags).map(lambda v: None if np.isnan(v) else bool(v)),
    )


def _check_names(names: list[str]) -> None:
    if not names:
        raise DissatisfiedError("Give at least one rule: `silent`, `events` or both.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DissatisfiedError(f"Two rules are called `{twice[0]}`: give each its own name.")


def _check_flag(name: str, flag: FloatArray, weights: FloatArray) -> None:
    known = flag[~np.isnan(flag) & (weights > 0)]
    if len(known) == 0 or known.max() == known.min():
        every = len(known) > 0 and known.max() == 1.0
        raise DissatisfiedError(
            f"Rule `{name}` names {'every' if every else 'no'}body of {len(flag)} respondents: "
            "there is nothing to compare."
        )


def _joined(
    design: SurveyDesign,
    numbers: Sequence[tuple[FloatArray, FloatArray, FloatArray, FloatArray, BoolArray]],
    labels: list[tuple[str, str, str, str, str]],
    *,
    with_mix: bool,
) -> Estimates:
    values = np.concatenate([part[0] for part in numbers])
    inside = np.logical_or.reduce([part[4] for part in numbers])
    df = np.concatenate([np.full(len(part[0]), design.domain_df(part[4])) for part in numbers])
    table = pd.DataFrame(labels, columns=["hypothesis", "kind", "outcome", "term", "unit"])
    estimates = Estimates(
        design=design,
        labels=table,
        values=values,
        n=np.concatenate([part[2] for part in numbers]),
        n_eff=np.concatenate([part[3] for part in numbers]),
        df=df,
        basis=ArrayBasis(np.hstack([part[1] for part in numbers]), inside),
        jacobian=np.eye(len(values)),
    )
    adjusted = table["term"].isin(["adjusted_gap", "adjusted_gap_percent", "compared"])
    return estimates if with_mix else estimates.select(~adjusted.to_numpy())


def _holm(table: pd.DataFrame) -> FloatArray:
    adjusted = np.full(len(table), np.nan)
    for term in _TESTED:
        rows = np.flatnonzero((table["term"] == term) & table["p_value"].notna())
        if len(rows):
            adjusted[rows] = adjust_p_values(table["p_value"].to_numpy()[rows], "holm")
    return adjusted


def _verdicts(table: pd.DataFrame, alpha: float) -> list[str]:
    verdicts = []
    for row in table.to_dict("records"):
        if row["term"] not in _TESTED:
            verdicts.append("")
        elif np.isnan(row["p_adjusted"]):
            verdicts.append("base too small")
        elif row["p_adjusted"] < alpha:
            verdicts.append("higher" if row["estimate"] > 0 else "lower")
        else:
            verdicts.append("no evidence")
    return verdicts
