"""Short boards: what matters, is weak, and lies behind the best competitor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from scipy import stats

from csi.drivers import Drivers
from csi.elements.board_table import ShortBoards
from csi.elements.element_drivers import ElementDrivers
from csi.elements.levels import Elements
from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import BoolArray, Estimates, IntArray
from csi.inference.multiplicity import adjust_p_values
from csi.results import SUPPRESS_BELOW

Among = Literal["all", "users"]
_COLUMNS = [
    "term", "quadrant", "sure", "importance", "performance", "best", "best_performance",
    "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "n", "n_eff",
    "p_adjusted", "verdict",
]  # fmt: skip


def find_short_boards(
    levels: Elements | Index,
    drivers: ElementDrivers | Drivers,
    *,
    own: object,
    across: str | None = None,
    among: Among = "all",
    margin: float | None = None,
    conf_level: float = 0.95,
) -> ShortBoards:
    """Find what is important, weak with us, and worse than with the best competitor.

    The best competitor of an element is the one with the highest score among those with a
    sufficient base; our own customers are never in it. It is chosen by looking at the scores, which
    makes the gap look larger than it is, so each p-value is multiplied by the number of
    competitors it was chosen from (Bonferroni), and then corrected over all gaps of the table by
    Holm (1979). Gaps carry the covariance of both scores; their degrees of freedom are the smaller
    of the two, which is on the safe side.

    Parameters
    ----------
    levels : Elements or Index
        By ``across`` and, possibly, further columns that are held equal.
    drivers : ElementDrivers or Drivers
        Of the same kind: importance in the whole sample.
    own : object
        Our code in ``across``.
    across : str, optional
        The column of competitors; by default the last that the levels have.
    among : {"all", "users"}
        Importance of elements: for all customers (importance × reach), or among users. No matter
        for constructs.
    margin : float, optional
        A gap whose whole interval lies within ±``margin`` points is "too small to matter".
    conf_level : float
        Of intervals; tests use the level 1 − ``conf_level``.

    Returns
    -------
    ShortBoards

    Raises
    ------
    DesignError
        If ``across`` or ``own`` is unknown, or levels and drivers are of different kinds.
    """
    if among not in get_args(Among):
        raise DesignError(f'`among` must be "all" or "users"; got {among!r}.')
    across = across if across is not None else (levels.by[-1] if levels.by else None)
    _check(levels, drivers, across, own)
    assert across is not None
    measure, importance = _importance(drivers, among)
    terms = [term for term in importance.labels["term"] if term not in _inverted(levels)]
    importance = importance.select(importance.labels["term"].isin(terms).to_numpy())
    within = tuple(name for name in levels.by if name != across)
    rows: list[dict[str, Any]] = []
    pairs: list[_Pair] = []
    for cell in _cells(levels.scores, within, across, own, terms):
        judged, chosen = _judge_cell(levels.scores, importance, cell, across, own, conf_level)
        rows += [{name: cell[name].iloc[0] for name in within} | row for row in judged]
        pairs += chosen
    if not pairs:
        raise DesignError(
            f"None of the drivers ({', '.join(importance.labels['term'])}) has a score to compare."
        )
    numbers = _gaps(levels.scores, pairs, across, conf_level)
    table = pd.concat([pd.DataFrame(rows), numbers], axis=1)
    tested = table["p_value"].notna().to_numpy()
    table["p_adjusted"] = np.nan
    if tested.any():
        table.loc[tested, "p_adjusted"] = adjust_p_values(table.loc[tested, "p_value"], "holm")
    table["verdict"] = [
        _verdict({str(name): value for name, value in row.items()}, 1.0 - conf_level, margin)
        for row in table.to_dict("records")
    ]
    return ShortBoards(
        kind="element" if isinstance(levels, Elements) else "construct",
        across=across,
        own=own,
        within=within,
        importance=measure,
        table=table[[*within, *_COLUMNS]],
        n_tests=int(tested.sum()),
        conf_level=conf_level,
    )


def _check(
    levels: Elements | Index, drivers: ElementDrivers | Drivers, across: str | None, own: object
) -> None:
    if isinstance(levels, Elements) != isinstance(drivers, ElementDrivers):
        raise DesignError(
            "`levels` and `drivers` must be of one kind: `Elements` with `ElementDrivers`, or an "
            f"`Index` with `Drivers`; got {type(levels).__name__} and {type(drivers).__name__}."
        )
    if across not in levels.by:
        raise DesignError(
            f"`across` must be one of the columns that the scores are by "
            f"({', '.join(levels.by) or 'none'}); got {across!r}. "
            f"{suggest(str(across), levels.by)}".rstrip()
        )
    codes = levels.scores.labels[across].unique().tolist()
    if own not in codes:
        known = ", ".join(str(code) for code in codes)
        raise DesignError(f"`own` is {own!r}, but `{across}` has {known}.")


def _importance(drivers: ElementDrivers | Drivers, among: Among) -> tuple[str, Estimates]:
    if isinstance(drivers, Drivers):
        return drivers.shown, getattr(drivers, drivers.shown)
    if among == "all":
        return "importance_all", drivers.importance_all
    return "importance", drivers.importance


def _inverted(levels: Elements | Index) -> set[str]:
    """Return constructs of which less is better: a high score there is no strength."""
    questionnaire = levels.questionnaire if isinstance(levels, Elements) else None
    if isinstance(levels, Index):
        questionnaire = levels.fit.questionnaire
    polarity = questionnaire.report.get("polarity", {}) if questionnaire is not None else {}
    if not isinstance(polarity, dict):
        return set()
    return {name for name, direction in polarity.items() if direction == "lower_is_better"}


def _cells(
    scores: Estimates, within: tuple[str, ...], across: str, own: object, terms: Sequence[str]
) -> list[pd.DataFrame]:
    """Return the labels, with their positions, of each group in which we have customers."""
    labels = scores.labels[scores.labels["term"].isin(terms)]
    if not within:
        return [labels]
    groups = labels.groupby(list(within), sort=True, observed=True)
    return [cell for _, cell in groups if (cell[across] == own).any()]


class _Pair(NamedTuple):
    """Positions of our score and of the best competitor's, and how many it was chosen from.

    Without a competitor on a sufficient base, or without one of ours, there is no choice.
    """

    own: int
    best: int
    choices: int


def _judge_cell(
    scores: Estimates,
    importance: Estimates,
    cell: pd.DataFrame,
    across: str,
    own: object,
    conf_level: float,
) -> tuple[list[dict[str, Any]], list[_Pair]]:
    """Return each element's place on the map, and its best competitor."""
    ours, rivals = cell[cell[across] == own], cell[cell[across] != own]
    places = {term: int(at) for at, term in zip(ours.index, ours["term"], strict=True)}
    order = [term for term in importance.labels["term"] if term in places]
    mine = scores.select([places[term] for term in order])
    weight = importance.select(importance.labels["term"].isin(order).to_numpy())
    known, weighed = _known(mine), _known(weight)
    important, clear_importance = _above_mean(weight, known & weighed, conf_level)
    strong, clear_performance = _above_mean(mine, known & weighed, conf_level)
    rows, pairs = [], []
    for k, term in enumerate(order):
        shown = bool(known[k] and weighed[k])
        rows.append(
            {
                "term": term,
                "quadrant": _quadrant(important[k], strong[k]) if shown else "",
                "sure": bool(shown and clear_importance[k] and clear_performance[k]),
                "importance": weight.values[k] if weighed[k] else np.nan,
                "performance": mine.values[k] if known[k] else np.nan,
            }
        )
        others = rivals.index[rivals["term"] == term].to_numpy()
        pairs.append(_best(scores, places[term], others, bool(known[k])))
    return rows, pairs


def _known(estimates: Estimates) -> BoolArray:
    return np.asarray(np.isfinite(estimates.values) & (estimates.n_eff >= SUPPRESS_BELOW))


def _above_mean(
    estimates: Estimates, shown: BoolArray, conf_level: float
) -> tuple[BoolArray, BoolArray]:
    """Tell which numbers are above the mean of those shown, and which are clear of it."""
    k = len(estimates)
    above, clear = np.zeros(k, dtype=np.bool_), np.zeros(k, dtype=np.bool_)
    at = np.flatnonzero(shown)
    if len(at) == 0:
        return above, clear
    centring = np.eye(len(at)) - 1.0 / len(at)
    distance = centring @ estimates.values[at]
    variance = np.diag(centring @ estimates.covariance()[np.ix_(at, at)] @ centring)
    df = np.min(estimates.df[at])
    t = stats.t.ppf(0.5 + conf_level / 2.0, df) if df >= 1.0 else np.inf
    above[at] = distance >= 0.0
    clear[at] = np.abs(distance) > t * np.sqrt(np.maximum(variance, 0.0))
    return above, clear


def _quadrant(important: bool, strong: bool) -> str:
    if important:
        return "advantage" if strong else "improvement"
    return "maintenance" if strong else "opportunity"


def _best(scores: Estimates, own: int, others: IntArray, known: bool) -> _Pair:
    """Choose the competitor with the highest score on a sufficient base."""
    usable = others[(scores.n_eff[others] >= SUPPRESS_BELOW) & np.isfinite(scores.values[others])]
    if not known or not len(usable):
        return _Pair(own, own, 0)
    return _Pair(own, int(usable[np.argmax(scores.values[usable])]), len(usable))


def _gaps(
    scores: Estimates, pairs: Sequence[_Pair], across: str, conf_level: float
) -> pd.DataFrame:
    """Return our gaps to the best competitors, with p-values raised for the choice of the best."""
    own, best, choices = (np.array(part) for part in zip(*pairs, strict=True))
    used, place = np.unique(np.concatenate([own, best]), return_inverse=True)
    contrasts = np.zeros((len(pairs), len(used)))
    rows = np.arange(len(pairs))
    np.add.at(contrasts, (rows, place[: len(pairs)]), 1.0)
    np.add.at(contrasts, (rows, place[len(pairs) :]), -1.0)
    codes = scores.labels[across]
    labels = pd.DataFrame({"best": codes.iloc[best].to_numpy()})
    chosen = scores.select(used)
    gaps = chosen.map(
        scores.values[own] - scores.values[best],
        contrasts,
        labels,
        n=np.minimum(scores.n[own], scores.n[best]),
        n_eff=np.minimum(scores.n_eff[own], scores.n_eff[best]),
        df=np.minimum(scores.df[own], scores.df[best]),
    )
    table = gaps.tidy(conf_level)
    table["p_value"] = np.minimum(table["p_value"] * choices, 1.0)
    table.insert(1, "best_performance", scores.values[best])
    if pd.api.types.is_integer_dtype(codes.dtype):
        table["best"] = table["best"].astype("Int64")
    none = choices == 0
    hidden = [name for name in table.columns if name not in ("n", "n_eff")]
    return table.assign(**{name: table[name].mask(none) for name in hidden})


def _verdict(row: dict[str, Any], alpha: float, margin: float | None) -> str:
    if np.isnan(row["p_value"]):
        return "base too small"
    if margin is not None and -margin < row["conf_low"] and row["conf_high"] < margin:
        return "too small to matter"
    if not row["p_adjusted"] < alpha:
        return "no evidence"
    if row["estimate"] > 0:
        return "ahead"
    return "short board" if row["quadrant"] == "improvement" else "behind"
