"""Short boards: what matters, is weak, and lies behind the best competitor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from csi.drivers import Drivers
from csi.elements.board_table import ShortBoards
from csi.elements.element_drivers import ElementDrivers
from csi.elements.levels import Elements
from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import BoolArray, Estimates, FloatArray
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
    for _, cell in _cells(levels.scores, within, across, own, terms):
        rows += _judge_cell(levels.scores, importance, cell, across, own, within, conf_level)
    table = pd.DataFrame(rows, columns=[*within, *_COLUMNS])
    if pd.api.types.is_float_dtype(table["best"]):  # whole codes that NaN turned into floats
        table["best"] = table["best"].astype("Int64")
    tested = table["p_value"].notna().to_numpy()
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
        table=table,
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
) -> list[tuple[object, pd.DataFrame]]:
    """Return the labels, with their positions, of each group in which we have customers."""
    labels = scores.labels[scores.labels["term"].isin(terms)]
    if not within:
        return [((), labels)]
    groups = labels.groupby(list(within), sort=True, observed=True)
    return [(key, cell) for key, cell in groups if (cell[across] == own).any()]


def _judge_cell(
    scores: Estimates,
    importance: Estimates,
    cell: pd.DataFrame,
    across: str,
    own: object,
    within: tuple[str, ...],
    conf_level: float,
) -> list[dict[str, Any]]:
    ours = cell[cell[across] == own]
    order = importance.labels["term"].tolist()
    places = {term: int(at) for at, term in zip(ours.index, ours["term"], strict=True)}
    order = [term for term in order if term in places]
    mine = scores.select([places[term] for term in order])
    weight = importance.select([importance.labels["term"].tolist().index(t) for t in order])
    shown = _known(mine) & _known(weight)
    important, clear_importance = _above_mean(weight, shown, conf_level)
    strong, clear_performance = _above_mean(mine, shown, conf_level)
    rows = []
    for k, term in enumerate(order):
        row: dict[str, Any] = {name: ours[name].iloc[0] for name in within}
        row |= {
            "term": term,
            "quadrant": _quadrant(important[k], strong[k]) if shown[k] else "",
            "sure": bool(shown[k] and clear_importance[k] and clear_performance[k]),
            "importance": weight.values[k] if _known(weight)[k] else np.nan,
            "performance": mine.values[k] if _known(mine)[k] else np.nan,
        }
        rivals = cell[(cell[across] != own) & (cell["term"] == term)]
        row |= _gap(scores, places[term], rivals, across, conf_level)
        rows.append(row)
    return rows


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
    known = estimates.select(at)
    centring = np.eye(len(at)) - 1.0 / len(at)
    distance = known.map(centring @ known.values, centring, known.labels)
    df = np.where(distance.df >= 1.0, distance.df, np.nan)
    half = stats.t.ppf(0.5 + conf_level / 2.0, df) * distance.std_errors()
    above[at] = distance.values >= 0.0
    clear[at] = np.abs(distance.values) > half
    return above, clear


def _quadrant(important: bool, strong: bool) -> str:
    if important:
        return "advantage" if strong else "improvement"
    return "maintenance" if strong else "opportunity"


def _gap(
    scores: Estimates, own: int, rivals: pd.DataFrame, across: str, conf_level: float
) -> dict[str, Any]:
    """Return our gap to the best competitor, with its p-value raised for the choice."""
    known = _known(scores)
    usable = [int(at) for at in rivals.index if known[at]]
    if not known[own] or not usable:
        return {"n": scores.n[own], "n_eff": scores.n_eff[own]}
    best = max(usable, key=lambda at: float(scores.values[at]))
    contrast: FloatArray = np.zeros((1, len(scores)))
    contrast[0, [own, best]] = 1.0, -1.0
    gap = scores.map(
        np.array([scores.values[own] - scores.values[best]]), contrast, pd.DataFrame(index=[0])
    )
    numbers = gap.tidy(conf_level).iloc[0]
    row: dict[str, Any] = {str(name): value for name, value in numbers.items()}
    row["p_value"] = min(1.0, row["p_value"] * len(usable))
    row["best"] = scores.labels[across].iloc[best]
    row["best_performance"] = scores.values[best]
    return row


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
