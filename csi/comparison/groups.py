"""Gaps between groups: tested as differences, corrected for their number, judged in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from csi.comparison.comparability import (
    COLUMNS,
    Comparability,
    judge_comparability,
    with_comparability,
    withdrawn,
)
from csi.comparison.pairs import (
    Bases,
    adjusted,
    chosen_terms,
    detectable,
    difference_table,
    families,
    judged,
)
from csi.comparison.result import Comparison
from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import Estimates
from csi.model.invariance import Invariance
from csi.results import SUPPRESS_BELOW


def compare_groups(
    index: Index,
    *,
    across: str | None = None,
    terms: Sequence[str] | None = None,
    conf_level: float = 0.95,
    margin: float | None = None,
    invariance: Invariance | Comparability | None = None,
    tolerance: float = 1.0,
) -> Comparison:
    """Test every pairwise gap between the groups of a column.

    The gap's variance is Var(a) + Var(b) − 2 Cov(a, b), so shared weights, clusters and
    respondents are accounted for; its degrees of freedom follow Welch and Satterthwaite, or are
    those of the design where the groups share sampling units. The index construct is the headline
    family and corrected by Holm (1979); other constructs are screened by Benjamini and Hochberg
    (1995). Groups with an effective base below 30 are not tested.

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
    invariance : Invariance or Comparability, optional
        Over the groups of ``across``; pairs whose items measure unalike are then judged by how many
        points of the gap that makes, and are "not comparable" where it decides the verdict.
    tolerance : float
        Points of a gap that unlike measurement may make in a pair that is comparable in effect.

    Returns
    -------
    Comparison

    Raises
    ------
    DesignError
        If ``across`` or a term is unknown, there are fewer than two groups, or invariance was
        tested over other groups.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.index import estimate_index
    >>> from csi.inference import make_design
    >>> from csi.model.fit import fit_model
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=400)
    >>> data = pd.DataFrame({f"x{k}": 70 + 9 * f + 8 * rng.normal(size=400) for k in range(3)})
    >>> data["operator"] = np.repeat(["A", "B"], 200)
    >>> fit = fit_model(make_design(data), "F =~ x0 + x1 + x2")
    >>> compare_groups(estimate_index(fit, by="operator")).tidy()["verdict"].tolist()
    ['no evidence']
    """
    across = _across(index, across)
    chosen = chosen_terms(index, terms)
    within = tuple(name for name in index.by if name != across)
    scores = index.scores.select(index.scores.labels["term"].isin(chosen).to_numpy())
    pairs = _pairs(scores, across, within)
    if not pairs:
        raise DesignError(f"`{across}` has fewer than two groups to compare.")
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    known = judge_comparability(
        invariance, index, chosen, across=across, conf_level=conf_level, tolerance=tolerance
    ).table
    gaps = _labels(scores.labels, first, second, across, within)
    gaps["family"] = families(gaps["term"].tolist(), index.construct)
    df = Bases(index).df(scores, first, second)
    numbers = difference_table(scores, first, second, df, conf_level=conf_level)
    gaps = with_comparability(
        pd.concat([gaps, numbers], axis=1),
        known,
        ("group_a", "group_b"),
        exact=not within,
        conf_level=conf_level,
    )
    gaps.loc[gaps["comparability"] == "not comparable", ["statistic", "p_value"]] = np.nan
    return Comparison(
        across=across,
        within=within,
        gaps=_finished(gaps, conf_level, margin),
        conf_level=conf_level,
        margin=margin,
        tolerance=tolerance,
        n_tests=int(gaps["p_value"].notna().sum()),
        scores=scores,
    )


def _across(index: Index, across: str | None) -> str:
    if across is None and index.by:
        across = index.by[-1]
    if across is None or across not in index.by:
        raise DesignError(
            f"`across` must be one of the columns that the index was estimated by "
            f"({', '.join(index.by) or 'none'}); got {across!r}. "
            f"{suggest(str(across), index.by)}".rstrip()
        )
    return across


def _pairs(scores: Estimates, across: str, within: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the positions of every two scores of one term that differ in ``across`` only."""
    number = scores.labels.groupby([*within, "term"], sort=False, observed=True).ngroup().to_numpy()
    return [
        pair
        for group in range(int(number.max()) + 1)
        for pair in combinations(np.flatnonzero(number == group).tolist(), 2)
    ]


def _labels(
    labels: pd.DataFrame,
    first: np.ndarray,
    second: np.ndarray,
    across: str,
    within: tuple[str, ...],
) -> pd.DataFrame:
    table = labels.iloc[first][list(within)].reset_index(drop=True)
    table["group_a"] = labels[across].to_numpy()[first]
    table["group_b"] = labels[across].to_numpy()[second]
    table["term"] = labels["term"].to_numpy()[first]
    return table


def _finished(gaps: pd.DataFrame, conf_level: float, margin: float | None) -> pd.DataFrame:
    """Add adjusted p-values, the detectable gap and the verdict."""
    alpha = 1.0 - conf_level
    gaps["p_adjusted"] = adjusted(gaps["p_value"].to_numpy(), gaps["family"].tolist())
    gaps["detectable"] = detectable(gaps["std_error"].to_numpy(), gaps["df"].to_numpy(), alpha)
    verdicts = judged(gaps, alpha=alpha, margin=margin, words=("higher", "lower"))
    refused = (gaps["comparability"] == "not comparable") & (gaps["n_eff"] >= SUPPRESS_BELOW)
    verdicts = ["not comparable" if no else v for v, no in zip(verdicts, refused, strict=True)]
    gaps["verdict"] = withdrawn(gaps, verdicts, alpha)
    last = ["p_adjusted", "detectable", *COLUMNS, "verdict"]
    first = [name for name in gaps.columns if name not in last]
    return gaps[[*first, *last]]
