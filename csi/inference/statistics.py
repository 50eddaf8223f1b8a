"""Totals, ratios and shares by domain: `estimate_means` with other influences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import DesignError
from csi.inference.arrays import BoolArray, FloatArray, group_sums
from csi.inference.design import SurveyDesign
from csi.inference.domains import DomainBasis, domain_bases, split_domains
from csi.inference.estimates import Estimates
from csi.inference.means import domain_means, domain_ratios, identity, numeric_items
from csi.inference.stages import column_of

ShareInterval = Literal["mean", "beta", "xlogit"]


def estimate_totals(
    design: SurveyDesign,
    items: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
) -> Estimates:
    """Estimate the totals Σ_D w y of items over the valid answers.

    Only weights that add up to the population give totals of the population.

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
        Numeric columns. A 0/1 column gives a count.
    by : str or sequence of str, optional
        Columns whose combinations are the domains.

    Returns
    -------
    Estimates
        Labels: the columns of ``by``, then ``term``. NaN where nobody answered.

    Raises
    ------
    DesignError
        If an item is unknown or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"line": [1, 1, 2], "bill": [10.0, 30.0, 50.0], "w": [2.0, 1.0, 1.0]})
    >>> estimate_totals(make_design(data, weights="w"), ["bill"], by="line").values
    array([50., 50.])
    """
    domains = split_domains(design, by)
    y = numeric_items(design.frame, items)
    valid = ~np.isnan(y)
    inside = np.flatnonzero(domains.codes >= 0)
    weighted = np.where(valid, y, 0.0)[inside] * design.weights[inside, None]
    totals = group_sums(domains.codes[inside], len(domains), weighted)
    bases = domain_bases(design, valid, domains)
    shape = totals.shape
    return Estimates(
        design=design,
        labels=domains.labels_for(items),
        values=np.where(bases.n > 0, totals, np.nan).ravel(),
        n=bases.n.ravel(),
        n_eff=bases.n_eff.ravel(),
        df=bases.df.ravel(),
        basis=DomainBasis(y, None, domains.codes, np.zeros(shape), np.ones(shape)),
        jacobian=identity(totals.size),
    )


def estimate_ratios(
    design: SurveyDesign,
    ratios: Sequence[tuple[str, str]],
    *,
    by: str | Sequence[str] | None = None,
) -> Estimates:
    """Estimate ratios of totals Σ_D w y / Σ_D w x over the respondents with both.

    The influence is 1_D (y − R x) / Σ_D w x (Särndal, Swensson and Wretman 1992, sec. 5.6).

    Parameters
    ----------
    design : SurveyDesign
    ratios : sequence of (numerator, denominator)
        Pairs of numeric columns.
    by : str or sequence of str, optional
        Columns whose combinations are the domains.

    Returns
    -------
    Estimates
        Labels: the columns of ``by``, then ``term`` as ``numerator/denominator``. NaN where the
        denominators add up to 0.

    Raises
    ------
    DesignError
        If a column is unknown or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"complaints": [1.0, 0.0, 2.0], "contacts": [2.0, 1.0, 3.0]})
    >>> estimate_ratios(make_design(data), [("complaints", "contacts")]).values
    array([0.5])
    """
    above = numeric_items(design.frame, [y for y, _ in ratios])
    below = numeric_items(design.frame, [x for _, x in ratios])
    terms = [f"{y}/{x}" for y, x in ratios]
    return domain_ratios(design, above, below, terms, split_domains(design, by))


def estimate_shares(
    design: SurveyDesign,
    items: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    boxes: Mapping[str, Collection[object]] | None = None,
) -> Estimates:
    """Estimate which share of the valid answers falls on each level, or in named sets of levels.

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
        Columns of codes or texts.
    by : str or sequence of str, optional
        Columns whose combinations are the domains.
    boxes : mapping of str to levels, optional
        Sets of levels to report instead, such as ``{"top 2": (9, 10)}``; see `scale_boxes`.

    Returns
    -------
    Estimates
        Labels: the columns of ``by``, then ``term`` (the item) and ``level``.

    Raises
    ------
    DesignError
        If an item is unknown or has no answer.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"score": [10, 9, 3, None]}))
    >>> shares = estimate_shares(design, ["score"], boxes=scale_boxes(1, 10, top=2))
    >>> shares.tidy()[["term", "level", "estimate", "n"]].round(3)
        term  level  estimate    n
    0  score  top 2     0.667  3.0
    """
    domains = split_domains(design, by)
    columns: list[FloatArray] = []
    terms: list[str] = []
    levels: list[object] = []
    for item in items:
        answers = column_of(design.frame, item, "items")
        missing = answers.isna().to_numpy(dtype=np.bool_)
        if missing.all():
            raise DesignError(f"`{item}` has no answer: there are no shares to estimate.")
        for level, chosen in _chosen(answers, boxes):
            columns.append(np.where(missing, np.nan, chosen))
            terms.append(item)
            levels.append(level)
    shares = domain_means(design, np.column_stack(columns), terms, domains)
    return shares.relabel(shares.labels.assign(level=pd.Series(levels * len(domains))))


def scale_boxes(
    low: int, high: int, *, top: int | None = None, bottom: int | None = None
) -> dict[str, tuple[int, ...]]:
    """Return the top and bottom boxes of a rating scale, for `estimate_shares`.

    Parameters
    ----------
    low, high : int
        Ends of the scale.
    top, bottom : int, optional
        How many points from each end.

    Returns
    -------
    dict
        ``{"top 2": (9, 10), "bottom 3": (1, 2, 3)}``.

    Raises
    ------
    DesignError
        If a box is empty, or wider than the scale.

    Examples
    --------
    >>> scale_boxes(1, 10, top=2, bottom=3)
    {'top 2': (9, 10), 'bottom 3': (1, 2, 3)}
    """
    points = high - low + 1
    for name, size in (("top", top), ("bottom", bottom)):
        if size is not None and not 1 <= size < points:
            raise DesignError(
                f"`{name}` must be from 1 to {points - 1} on a scale from {low} to {high}; "
                f"got {size!r}."
            )
    boxes = {}
    if top is not None:
        boxes[f"top {top}"] = tuple(range(high - top + 1, high + 1))
    if bottom is not None:
        boxes[f"bottom {bottom}"] = tuple(range(low, low + bottom))
    return boxes


def share_intervals(
    shares: Estimates, interval: ShareInterval = "xlogit", conf_level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return intervals of shares that respect 0 and 1.

    Parameters
    ----------
    shares : Estimates
        From `estimate_shares`, or means of 0/1 columns.
    interval : {"xlogit", "beta", "mean"}
        Symmetric on the logit scale; Clopper and Pearson's with the effective sample size
        p(1 − p)/v (Korn and Graubard 1998), which stays wide near 0 and 1; or p ± t·SE.
    conf_level : float

    Returns
    -------
    low, high : FloatArray, shape (k,)
        NaN on the logit scale where the share is 0 or 1.

    Raises
    ------
    DesignError
        For an unknown interval, and confidence outside (0, 1).

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"score": [10, 9, 3, 5, 9, 8, 2, 10]}))
    >>> top = estimate_shares(design, ["score"], boxes=scale_boxes(1, 10, top=2))
    >>> low, high = share_intervals(top)
    >>> low.round(3), high.round(3)
    (array([0.143]), array([0.857]))
    """
    if interval not in get_args(ShareInterval):
        raise DesignError(
            f"`interval` must be one of {', '.join(get_args(ShareInterval))}; got {interval!r}."
        )
    if not 0.0 < conf_level < 1.0:
        raise DesignError(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
    p, se = shares.values, shares.std_errors()
    df = np.where(shares.df >= 1.0, shares.df, np.nan)
    tail = (1.0 - conf_level) / 2.0
    t = stats.t.isf(tail, df)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if interval == "mean":
            return p - t * se, p + t * se
        if interval == "xlogit":
            centre, half = np.log(p / (1.0 - p)), t * se / (p * (1.0 - p))
            return 1.0 / (1.0 + np.exp(half - centre)), 1.0 / (1.0 + np.exp(-half - centre))
        n_eff = p * (1.0 - p) / se**2 * (stats.t.isf(tail, shares.n - 1.0) / t) ** 2
        return (
            np.asarray(stats.beta.ppf(tail, n_eff * p, n_eff * (1.0 - p) + 1.0)),
            np.asarray(stats.beta.isf(tail, n_eff * p + 1.0, n_eff * (1.0 - p))),
        )


def _chosen(
    answers: pd.Series, boxes: Mapping[str, Collection[object]] | None
) -> list[tuple[object, BoolArray]]:
    """Return each level or box with the respondents who chose it."""
    if boxes is not None:
        return [(name, answers.isin(list(box)).to_numpy()) for name, box in boxes.items()]
    codes, levels = pd.factorize(answers, sort=True)
    plain = [_whole(level) for level in levels]
    return [(level, codes == k) for k, level in enumerate(plain)]


def _whole(level: object) -> object:
    return int(level) if isinstance(level, float) and level.is_integer() else level
