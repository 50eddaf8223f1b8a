"""How well probabilities rank and predict, with design-based intervals on every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import logit

from csi.dissatisfied.calibration import fit_logistic
from csi.dissatisfied.counts import sums_by_code
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.intervals import share_table
from csi.dissatisfied.ranking import as_estimates, list_membership, local_rate, weighted_auc
from csi.inference import (
    BoolArray,
    Domains,
    Estimates,
    FloatArray,
    SurveyDesign,
    domain_means,
    effective_base,
    split_domains,
)
from csi.results import base_flag

SHARES = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50)
"""Lengths of contact lists, as shares of the population."""

_OVERALL = ("base_rate", "auc", "brier", "mean_probability", "calibration_slope")
_LIST = ("precision", "wrong_calls", "recall", "lift")
_FEW = 10
"""Fewer dissatisfied or other respondents than this give no AUC."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Performance:
    """Ranking and calibration of probabilities on respondents that the model did not see.

    Attributes
    ----------
    estimates : Estimates
        Labels: ``term`` (``base_rate``, ``auc``, ``brier``, ``mean_probability``,
        ``calibration_slope``, and at each list length ``precision``, ``wrong_calls``, ``recall``,
        ``lift``) and ``share`` (the list length; NaN where there is none).
    reliability : Estimates
        Observed share of dissatisfied by tenth of the probability. Labels: ``tenth``,
        ``predicted``, ``term``.
    domains : DataFrame
        ``domain, level``, the columns of `Estimates.tidy`, ``flag``: base rate, mean
        probability, AUC, and precision and share on the ten-percent list, by group.
    """

    estimates: Estimates
    reliability: Estimates
    domains: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every number with its interval, ``flag`` and ``ceiling``.

        Intervals of shares and of the AUC are symmetric on the logit scale, where short lists are
        covered as they should be; that of a lift is its recall's over the length of the list. The
        ceiling is the largest lift possible.
        """
        table = share_table(self.estimates, conf_level)
        plain = self.estimates.tidy(conf_level)
        ends = ["conf_low", "conf_high"]
        slope = table["term"] == "calibration_slope"
        table.loc[slope, ends] = plain.loc[slope, ends]
        lift = table["term"] == "lift"
        recall = table.loc[table["term"] == "recall", ends].to_numpy()
        table.loc[lift, ends] = recall / table.loc[lift, ["share"]].to_numpy()
        base = self.value("base_rate")
        largest = np.minimum(1.0 / base, 1.0 / table["share"])
        table["ceiling"] = np.where(table["term"] == "lift", largest, np.nan)
        return table

    def value(self, term: str, share: float | None = None) -> float:
        """Return one number."""
        labels = self.estimates.labels
        at = labels["share"].isna() if share is None else np.isclose(labels["share"], share)
        return float(self.estimates.values[(labels["term"] == term) & at][0])

    @property
    def calibration_error(self) -> float:
        """Mean absolute gap between predicted and observed over the tenths."""
        gaps = self.reliability.values - self.reliability.labels["predicted"]
        return float(np.average(np.abs(gaps), weights=self.reliability.n_eff))

    def __repr__(self) -> str:
        return (
            f"Performance(auc={self.value('auc'):.3f}, brier={self.value('brier'):.4f}, "
            f"lift@10%={self.value('lift', 0.10):.2f}, base_rate={self.value('base_rate'):.3f}, "
            f"calibration_error={self.calibration_error:.3f})"
        )


def measure_performance(
    design: SurveyDesign,
    probability: FloatArray,
    dissatisfied: FloatArray,
    *,
    shares: Sequence[float] = SHARES,
    by: Sequence[str] = (),
) -> Performance:
    """Measure how well probabilities find the dissatisfied, on respondents not used to fit.

    AUC is the weighted Mann-Whitney statistic with the influences of DeLong et al. (1988). On the
    list of the share k with the highest probabilities, precision is Σ w y T / (k Σ w), with
    T the part of a respondent's weight that is on the list; its influence allows for the
    estimated end of the list: y T − U − m (T − k), m being the local rate at the end.

    Parameters
    ----------
    design : SurveyDesign
    probability : FloatArray, shape (n,)
    dissatisfied : FloatArray, shape (n,)
        1, 0, or NaN for those who gave no answer.
    shares : sequence of float
        List lengths between 0 and 1.
    by : sequence of str
        Columns of the design: performance in each of their groups.

    Returns
    -------
    Performance

    Raises
    ------
    DissatisfiedError
        With fewer than 10 dissatisfied or 10 other respondents, or shares outside (0, 1).
    """
    wrong = [share for share in shares if not 0.0 < share < 1.0]
    if wrong:
        raise DissatisfiedError(f"List lengths lie between 0 and 1; got {wrong[0]!r}.")
    inside = ~np.isnan(dissatisfied) & ~np.isnan(probability) & (design.weights > 0)
    y = np.where(inside, dissatisfied, 0.0)
    counts = int(y.sum()), int(inside.sum() - y.sum())
    if min(counts) < _FEW:
        raise DissatisfiedError(
            f"{counts[0]} dissatisfied and {counts[1]} other respondents cannot show how well a "
            f"model ranks; at least {_FEW} of each are needed."
        )
    p = np.where(inside, probability, 0.0)
    parts = [_overall(design.weights, p, y, inside)]
    parts += [_at_share(design.weights, p, y, inside, share) for share in shares]
    terms = [*_OVERALL, *(list(_LIST) * len(shares))]
    labels = pd.DataFrame(
        {"term": terms, "share": [np.nan] * len(_OVERALL) + list(np.repeat(shares, len(_LIST)))}
    )
    estimates = as_estimates(
        design,
        labels,
        np.concatenate([values for values, _ in parts]),
        np.hstack([influence for _, influence in parts]),
        inside,
    )
    return Performance(
        estimates=_with_bases(estimates, design.weights, p, y, inside, shares),
        reliability=_reliability(design, p, y, inside),
        domains=_by_domain(design, p, y, inside, by),
    )


def _with_bases(
    estimates: Estimates,
    w: FloatArray,
    p: FloatArray,
    y: FloatArray,
    inside: BoolArray,
    shares: Sequence[float],
) -> Estimates:
    """Give numbers of a list its own base: who is on it and, for recall, who is dissatisfied."""
    n, n_eff = estimates.n.copy(), estimates.n_eff.copy()
    low = inside & (y == 1.0)
    found = float(low.sum()), effective_base(w[low])
    for k, share in enumerate(shares):
        on_list, _ = list_membership(p[inside], w[inside], share)
        listed = float((on_list > 0).sum()), effective_base(w[inside] * on_list)
        least = min(listed[0], found[0]), min(listed[1], found[1])
        at = len(_OVERALL) + k * len(_LIST)
        for column, base in enumerate((listed, listed, found, least)):
            n[at + column], n_eff[at + column] = base
    return replace(estimates, n=n, n_eff=n_eff)


def _overall(
    w: FloatArray, p: FloatArray, y: FloatArray, inside: BoolArray
) -> tuple[FloatArray, FloatArray]:
    total = float(w[inside].sum())
    own = np.where(inside, w, 0.0)
    base, brier, mean = (float(own @ v) / total for v in (y, (p - y) ** 2, p))
    auc, auc_influence = weighted_auc(w[inside], p[inside], y[inside])
    slope, slope_influence = _slope(w[inside], p[inside], y[inside])
    influence = np.zeros((len(p), len(_OVERALL)))
    influence[:, 0] = inside * (y - base) / total
    influence[inside, 1] = auc_influence
    influence[:, 2] = inside * ((p - y) ** 2 - brier) / total
    influence[:, 3] = inside * (p - mean) / total
    influence[inside, 4] = slope_influence
    return np.array([base, auc, brier, mean, slope]), influence


def _slope(w: FloatArray, p: FloatArray, y: FloatArray) -> tuple[float, FloatArray]:
    z = logit(np.clip(p, 1e-9, 1.0 - 1e-9))
    if np.ptp(z) < 1e-9:
        return np.nan, np.zeros(len(p))
    fit = fit_logistic(np.column_stack([np.ones_like(z), z]), y, w)
    return float(fit.coefficients[1]), fit.influence[:, 1]


def _at_share(
    w: FloatArray, p: FloatArray, y: FloatArray, inside: BoolArray, share: float
) -> tuple[FloatArray, FloatArray]:
    own_w, own_p, own_y = w[inside], p[inside], y[inside]
    total = float(own_w.sum())
    on_list, last = list_membership(own_p, own_w, share)
    base, found = float(own_w @ own_y) / total, float(own_w @ (own_y * on_list)) / total
    end = local_rate(own_w, own_p, own_y, share, last)
    d_found = (own_y * on_list - found - end * (on_list - share)) / total
    d_base = (own_y - base) / total
    lift = found / (share * base)
    influence = np.zeros((len(p), len(_LIST)))
    influence[inside, 0] = d_found / share
    influence[inside, 1] = -d_found / share
    influence[inside, 2] = d_found / base - found / base**2 * d_base
    influence[inside, 3] = influence[inside, 2] / share
    return np.array([found / share, 1.0 - found / share, found / base, lift]), influence


def _reliability(
    design: SurveyDesign, p: FloatArray, y: FloatArray, inside: BoolArray
) -> Estimates:
    order = np.argsort(p[inside], kind="stable")
    reached = np.cumsum(design.weights[inside][order]) / design.weights[inside].sum()
    tenth = np.empty(len(order), dtype=np.int64)
    tenth[order] = np.minimum((reached * 10.0 - 1e-9).astype(np.int64), 9)
    codes = np.full(design.n, -1, dtype=np.int64)
    codes[inside] = np.unique(tenth, return_inverse=True)[1]
    groups = int(codes.max()) + 1
    weight = sums_by_code(codes[inside], design.weights[inside], groups)
    mass = sums_by_code(codes[inside], (design.weights * p)[inside], groups)
    labels = pd.DataFrame({"tenth": np.arange(1, groups + 1), "predicted": mass / weight})
    domains = Domains(by=("tenth", "predicted"), labels=labels, codes=codes)
    return domain_means(design, y[:, None], ["observed"], domains)


def _by_domain(
    design: SurveyDesign, p: FloatArray, y: FloatArray, inside: BoolArray, by: Sequence[str]
) -> pd.DataFrame:
    on_list = np.zeros(design.n)
    on_list[inside] = list_membership(p[inside], design.weights[inside], 0.10)[0]
    tables = []
    for column in by:
        domains = split_domains(design, column)
        for code, level in enumerate(domains.labels[column]):
            own = inside & (domains.codes == code)
            if own.any():
                table = _one_domain(design, p, y, on_list, own).tidy()
                table.insert(0, "domain", column)
                table.insert(1, "level", level)
                tables.append(table)
    if not tables:
        return pd.DataFrame()
    result = pd.concat(tables, ignore_index=True)
    return result.assign(flag=[base_flag(n_eff) for n_eff in result["n_eff"]])


def _one_domain(
    design: SurveyDesign, p: FloatArray, y: FloatArray, on_list: FloatArray, own: BoolArray
) -> Estimates:
    w = design.weights
    total = float(w[own].sum())
    columns = [np.where(own, v, 0.0) for v in (y, p, on_list, y * on_list)]
    base, mean, listed, found = (float(w @ v) / total for v in columns)
    values = [base, mean, listed, found / listed if listed > 0 else np.nan, np.nan]
    influence = np.zeros((design.n, 5))
    for k, (v, m) in enumerate(zip(columns[:3], values[:3], strict=True)):
        influence[own, k] = (v[own] - m) / total
    if listed > 0:
        influence[own, 3] = (columns[3] - values[3] * on_list)[own] / (listed * total)
    if min(y[own].sum(), (1.0 - y[own]).sum()) >= _FEW:
        values[4], influence[own, 4] = weighted_auc(w[own], p[own], y[own])
    terms = ["base_rate", "mean_probability", "share_on_list", "precision", "auc"]
    return as_estimates(design, pd.DataFrame({"term": terms}), np.array(values), influence, own)
