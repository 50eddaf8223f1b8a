"""Totals, ratios and shares by domain: `estimate_means` with other influences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from csi.errors import DesignError
from csi.inference.arrays import BoolArray, FloatArray, group_sums
from csi.inference.design import SurveyDesign
from csi.inference.domains import DomainBasis, domain_bases, split_domains
from csi.inference.estimates import Estimates
from csi.inference.means import domain_means, domain_ratios, identity, numeric_items
from csi.inference.stages import column_of


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
