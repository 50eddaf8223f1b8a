"""Quantiles by domain, with Woodruff's intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import sparse, stats

from csi.errors import DesignError
from csi.inference.arrays import FloatArray
from csi.inference.design import SurveyDesign
from csi.inference.domains import Domains, split_domains
from csi.inference.estimates import Estimates
from csi.inference.means import domain_means, numeric_items
from csi.inference.statistics import ShareInterval, share_intervals

QuantileRule = Literal["math", "school", "hf7"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantiles:
    """Quantiles of items by domain.

    Attributes
    ----------
    estimates : Estimates
        Labels: the columns of ``by``, then ``term`` and ``quantile``. Their influence is
        −(1(y ≤ q) − F(q)) / (f Σw) with the density f that Woodruff's interval implies.
    conf_low, conf_high : FloatArray, shape (k,)
        Ends of the intervals, which need not lie symmetrically; NaN where the distribution ends
        before the interval does.
    conf_level : float
    """

    estimates: Estimates
    conf_low: FloatArray
    conf_high: FloatArray
    conf_level: float

    def __repr__(self) -> str:
        return f"Quantiles(k={len(self.estimates)}, n={self.estimates.design.n})"

    def tidy(self) -> pd.DataFrame:
        """Return one row per quantile, with Woodruff's intervals."""
        table = self.estimates.tidy(self.conf_level)
        return table.assign(conf_low=self.conf_low, conf_high=self.conf_high)


def estimate_quantiles(
    design: SurveyDesign,
    items: Sequence[str],
    probabilities: Sequence[float] = (0.25, 0.5, 0.75),
    *,
    by: str | Sequence[str] | None = None,
    rule: QuantileRule = "math",
    interval: ShareInterval = "mean",
    conf_level: float = 0.95,
) -> Quantiles:
    """Estimate quantiles of items, for any domains, over the valid answers.

    The interval turns that of the share of answers up to the quantile, F(q), into answers
    (Woodruff 1952). The standard error is its length over twice the t quantile.

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
        Numeric columns.
    probabilities : sequence of float
        Strictly between 0 and 1.
    by : str or sequence of str, optional
        Columns whose combinations are the domains.
    rule : {"math", "school", "hf7"}
        The smallest answer with at least the share p below or at it; the same but halfway to the
        next answer where the share is exactly p; or interpolated (Hyndman and Fan 1996, type 7).
    interval : {"mean", "beta", "xlogit"}
        Of F(q): symmetric, Korn and Graubard's (1998), or symmetric on the logit scale.
    conf_level : float

    Returns
    -------
    Quantiles

    Raises
    ------
    DesignError
        For unknown items, probabilities outside (0, 1), and unknown rules or intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"minutes": range(1, 102)}))
    >>> estimate_quantiles(design, ["minutes"], [0.5]).tidy()[["estimate", "conf_low", "conf_high"]]
       estimate  conf_low  conf_high
    0      51.0      41.0       62.0
    """
    _check_options(probabilities, rule, interval, conf_level)
    domains = split_domains(design, by)
    y = numeric_items(design.frame, items)
    sorted_answers = {
        (g, j): _SortedAnswers(y[domains.codes == g, j], design.weights[domains.codes == g])
        for g in range(len(domains))
        for j in range(len(items))
    }
    wanted = [(j, p) for j in range(len(items)) for p in probabilities]
    q = np.array(
        [[sorted_answers[g, j].quantile(p, rule) for j, p in wanted] for g in range(len(domains))]
    )
    shares = _shares_up_to(design, y[:, [j for j, _ in wanted]], q, domains)
    low, high = share_intervals(shares, interval, conf_level)
    ends = [
        [
            sorted_answers[g, j].quantile(end.reshape(q.shape)[g, k], rule)
            for g in range(len(domains))
            for k, (j, _) in enumerate(wanted)
        ]
        for end in (low, high)
    ]
    conf_low, conf_high = np.array(ends[0]), np.array(ends[1])
    labels = domains.labels_for([items[j] for j, _ in wanted])
    labels = labels.assign(quantile=[p for _, p in wanted] * len(domains))
    return Quantiles(
        estimates=_linearised(shares, q.ravel(), conf_high - conf_low, labels, conf_level),
        conf_low=conf_low,
        conf_high=conf_high,
        conf_level=conf_level,
    )


def _check_options(
    probabilities: Sequence[float], rule: str, interval: str, conf_level: float
) -> None:
    faults = [
        f"`probabilities` must lie strictly between 0 and 1; got {p!r}."
        for p in probabilities
        if not 0.0 < p < 1.0
    ]
    if not 0.0 < conf_level < 1.0:
        faults.append(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
    for name, value, allowed in (
        ("rule", rule, get_args(QuantileRule)),
        ("interval", interval, get_args(ShareInterval)),
    ):
        if value not in allowed:
            faults.append(f"`{name}` must be one of {', '.join(allowed)}; got {value!r}.")
    if faults:
        raise DesignError("\n".join(faults))


class _SortedAnswers:
    """The weighted distribution of the answers of one item in one domain."""

    def __init__(self, answers: FloatArray, weights: FloatArray) -> None:
        counted = ~np.isnan(answers) & (weights > 0)
        order = np.argsort(answers[counted], kind="stable")
        self.answers = answers[counted][order]
        self.cumulated = np.cumsum(weights[counted][order])

    def quantile(self, p: float, rule: str) -> float:
        """Return a quantile; NaN without answers and outside [0, 1]."""
        x, cumulated = self.answers, self.cumulated
        if len(x) == 0 or not 0.0 <= p <= 1.0:
            return float("nan")
        if rule == "hf7":
            if len(x) == 1:
                return float(x[0])
            return float(np.interp(p, np.append(0.0, cumulated[:-1]) / cumulated[-2], x))
        # Sums of weights are rounded: a share that is p but for the last digits is p.
        share, rounding = cumulated / cumulated[-1], 1e-12
        at = int(np.searchsorted(share, p + rounding, side="right")) - 1
        if at < 0:
            return float(x[0])
        following = min(at + 1, len(x) - 1)
        if share[at] < p - rounding:
            return float(x[following])
        return float(x[at] if rule == "math" else (x[at] + x[following]) / 2.0)


def _shares_up_to(
    design: SurveyDesign, y: FloatArray, q: FloatArray, domains: Domains
) -> Estimates:
    """Estimate F(q): the share of answers up to each quantile of the respondent's own domain."""
    limit = q[domains.codes]
    up_to = np.where(np.isnan(y), np.nan, y <= limit)
    return domain_means(design, up_to, [""] * y.shape[1], domains)


def _linearised(
    shares: Estimates, q: FloatArray, length: FloatArray, labels: pd.DataFrame, conf_level: float
) -> Estimates:
    df = np.where(shares.df >= 1.0, shares.df, np.nan)
    t = stats.t.isf((1.0 - conf_level) / 2.0, df)
    se = shares.std_errors()
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(length == 0.0, 0.0, -length / (2.0 * t * se))
    return Estimates(
        design=shares.design,
        labels=labels,
        values=q,
        n=shares.n,
        n_eff=shares.n_eff,
        df=shares.df,
        basis=shares.basis,
        jacobian=sparse.csr_array(sparse.diags_array(slope, format="csr")),
    )
