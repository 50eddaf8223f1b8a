"""Changes between waves: tested, corrected, and refused where the waves cannot be compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.comparison.bridging import bridged_scores, unchanged_items
from csi.comparison.comparability import (
    COLUMNS,
    Comparability,
    judge_comparability,
    with_comparability,
    withdrawn,
)
from csi.comparison.facts import Breaks, WaveFacts, find_breaks
from csi.comparison.pairs import (
    Bases,
    adjusted,
    chosen_terms,
    detectable,
    difference_table,
    families,
    joined_index,
    judged,
)
from csi.comparison.result import Comparison
from csi.comparison.stacking import WAVE, wave_overlap, waves_of
from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import Estimates
from csi.model.invariance import Invariance
from csi.results import SUPPRESS_BELOW

_Places = dict[tuple[Hashable, ...], dict[Hashable, int]]
"""Positions of scores: by term and group, then by wave."""

ALL_ITEMS, UNCHANGED_ITEMS = "all items", "unchanged items"


def compare_waves(
    a: Index,
    b: Index | None = None,
    *,
    before: str | Sequence[str] | None = None,
    after: str | None = None,
    terms: Sequence[str] | None = None,
    facts: Sequence[WaveFacts] = (),
    invariance: Invariance | Comparability | None = None,
    conf_level: float = 0.95,
    margin: float | None = None,
    tolerance: float = 1.0,
    column: str = WAVE,
) -> Comparison:
    """Test what changed between waves.

    One model is fitted to the stacked waves, so that every wave is scored by the same item weights
    and a change is never one of weights. The variance of a change contains the covariance of the
    waves (see `stack_waves`). The index construct is the headline family and corrected by Holm
    (1979), over all pairs of waves and groups given; other constructs are screened by Benjamini and
    Hochberg (1995).

    A change is not tested, and its verdict is "not comparable", where ``facts`` show that the mode
    or the design changed, or a question of the construct did. In the last case the change is tested
    on the items that stayed the same, in a row of its own.

    Parameters
    ----------
    a : Index
        By ``column`` and, possibly, other columns, of one pooled fit on a stacked design.
    b : Index, optional
        `select_wave` gives each wave of one index: ``compare_waves(first, second)`` compares them.
    before : str or sequence of str, optional
        The earlier wave, or several; by default the last before ``after``.
    after : str, optional
        By default the last wave.
    terms : sequence of str, optional
        Constructs; by default the index construct, or all where the model names none.
    facts : sequence of WaveFacts, optional
        How each wave was asked.
    invariance : Invariance or Comparability, optional
        Over ``column``; see `compare_groups`, and `judge_comparability` for judging it once.
    conf_level : float
    margin : float, optional
        A change whose whole interval lies within ±``margin`` points is "too small to matter".
    tolerance : float
        Points of a change that unlike measurement may make.
    column : str
        The column of `stack_waves`.

    Returns
    -------
    Comparison
        With ``waves`` true.

    Raises
    ------
    DesignError
        If the index is not by wave, a wave or term is unknown, the two indexes are not of one
        stacked design, or their item weights differ between waves.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.comparison.stacking import stack_waves
    >>> from csi.index import estimate_index
    >>> from csi.model.fit import fit_model
    >>> def wave(seed, shift):
    ...     rng = np.random.default_rng(seed)
    ...     f = rng.normal(size=300)
    ...     items = {f"x{k}": 70 + shift + 9 * f + 6 * rng.normal(size=300) for k in range(3)}
    ...     return pd.DataFrame(items)
    >>> stacked = stack_waves({"q1": wave(1, 0), "q2": wave(2, 4)})
    >>> index = estimate_index(fit_model(stacked, "F =~ x0 + x1 + x2"), by="wave")
    >>> compare_waves(index).tidy()[["before", "after", "verdict"]].values.tolist()
    [['q1', 'q2', 'moved up']]
    """
    index = a if b is None else _joined(a, b, column)
    refuse_unlike_weights(index, column)
    present = _present(index, column)
    pairs = _wave_pairs(present, before, after, column)
    breaks = find_breaks(facts, waves_of(index.fit.design, column), index.by)
    chosen = chosen_terms(index, terms)
    known = judge_comparability(
        invariance, index, chosen, across=column, conf_level=conf_level, tolerance=tolerance
    ).table
    rows = list(_rows(index, column, pairs, chosen, breaks))
    gaps = _change_table(index, column, rows, known, conf_level)
    return Comparison(
        across=column,
        within=tuple(name for name in index.by if name != column),
        gaps=finished(gaps, conf_level, margin),
        conf_level=conf_level,
        margin=margin,
        tolerance=tolerance,
        n_tests=int(gaps["p_value"].notna().sum()),
        waves=True,
        scores=index.scores.select(index.scores.labels["term"].isin(chosen).to_numpy()),
        overlap=wave_overlap(index.fit.design, column=column),
        notes=breaks.table(pairs),
    )


def select_wave(index: Index, wave: str, *, column: str = WAVE) -> Index:
    """Return the scores of one wave, still in the design of all: for `compare_waves`.

    Raises
    ------
    DesignError
        If the index is not by wave, or has no such wave.
    """
    refuse_unlike_weights(index, column)
    if wave not in _present(index, column):
        raise DesignError(
            f"The index has no wave `{wave}`; its waves: {', '.join(_present(index, column))}."
        )

    def own(estimates: Estimates) -> Estimates:
        if column not in estimates.labels:
            return estimates
        return estimates.select((estimates.labels[column] == wave).to_numpy())

    return replace(
        index, scores=own(index.scores), equal=own(index.equal), indicators=own(index.indicators)
    )


def correct_together(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Correct the tests of several comparisons as if they were one.

    A report that shows the index by line, by operator and by both makes all these tests: the chance
    that any of its headlines is false is held only if they are one family.

    Parameters
    ----------
    comparisons : sequence of Comparison
        Of waves, with the same ``conf_level``.

    Returns
    -------
    tuple of Comparison
        With new ``p_adjusted`` and ``verdict``.
    """
    if not comparisons:
        return ()
    tables = [each.gaps for each in comparisons]
    p = np.concatenate([table["p_value"].to_numpy() for table in tables])
    family = [name for table in tables for name in table["family"]]
    parts = np.split(adjusted(p, family), np.cumsum([len(table) for table in tables])[:-1])
    return tuple(
        replace(
            each,
            gaps=finished(
                each.gaps.assign(p_adjusted=part), each.conf_level, each.margin, correct=False
            ),
        )
        for each, part in zip(comparisons, parts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One change: two positions in a set of scores, and what there is to say about it."""

    scores: Estimates
    before: int
    after: int
    basis: str
    items: tuple[str, ...]
    obstacles: tuple[str, ...]


def refuse_unlike_weights(index: Index, column: str) -> None:
    """Raise for an index that is not by wave, or whose item weights differ between waves."""
    if column not in index.by:
        raise DesignError(
            f"The index must be estimated by `{column}`, on a design from `stack_waves`; it is by "
            f"{' × '.join(index.by) or 'nothing'}. {suggest(column, index.by)}".rstrip()
        )
    if index.fit.by and not index.weights_of:
        raise DesignError(
            f"The model was fitted by {' × '.join(index.fit.by)}, so a change could be one of item "
            "weights: fit one model to the stacked waves, or fix the weights of one wave."
        )


def _joined(a: Index, b: Index, column: str) -> Index:
    """Put the scores of two waves of one stacked design together."""
    for each in (a, b):
        refuse_unlike_weights(each, column)
    if a.fit.design is not b.fit.design or a.by != b.by:
        raise DesignError(
            "The two indexes belong to different designs, so their covariance is not known: stack "
            'the waves with `stack_waves`, fit one model, and estimate one index by "wave".'
        )
    return joined_index(a, b)


def _present(index: Index, column: str) -> list[str]:
    levels = set(index.scores.labels[column])
    return [wave for wave in waves_of(index.fit.design, column) if wave in levels]


def _wave_pairs(
    waves: list[str], before: str | Sequence[str] | None, after: str | None, column: str
) -> list[tuple[str, str]]:
    for name in (*([before] if isinstance(before, str) else before or ()), after):
        if name is not None and name not in waves:
            raise DesignError(
                f"There is no wave `{name}` in `{column}`; its waves: {', '.join(waves)}. "
                f"{suggest(name, waves)}".rstrip()
            )
    last = after if after is not None else waves[-1]
    if before is None:
        at = waves.index(last)
        if at == 0:
            raise DesignError(f"`{last}` is the first wave: name the wave it is compared with.")
        before = waves[at - 1]
    earlier = [before] if isinstance(before, str) else list(before)
    if last in earlier:
        raise DesignError(f"The wave `{last}` cannot be compared with itself.")
    return [(wave, last) for wave in earlier]


def _rows(
    index: Index,
    column: str,
    pairs: Sequence[tuple[str, str]],
    terms: Sequence[str],
    breaks: Breaks,
) -> Iterator[_Row]:
    """Yield a row per change, and one more where some items stayed the same."""
    within = [name for name in index.by if name != column]
    places = _places(index.scores, within, column)
    bridges: dict[tuple[str, tuple[str, ...]], Estimates] = {}
    for before, after in pairs:
        for term in terms:
            obstacles = breaks.on(term, before, after)
            reasons = tuple(o.reason for o in obstacles)
            for first, second in _both(places, term, before, after):
                yield _Row(index.scores, first, second, ALL_ITEMS, (), reasons)
            changed = {item for o in obstacles for item in o.items}
            kept = unchanged_items(index, term, changed)
            if not changed or not kept or any(o.kind != "questionnaire" for o in obstacles):
                continue
            if (term, kept) not in bridges:
                bridges[term, kept] = bridged_scores(index, term, kept)
            own = bridges[term, kept]
            for first, second in _both(_places(own, within, column), term, before, after):
                yield _Row(own, first, second, UNCHANGED_ITEMS, kept, ())


def _places(scores: Estimates, within: Sequence[str], column: str) -> _Places:
    """Return the positions of scores by term and group, then by wave."""
    labels = scores.labels
    places: _Places = {}
    keys = zip(labels["term"], *(labels[name] for name in within), strict=True)
    for k, (key, wave) in enumerate(zip(keys, labels[column], strict=True)):
        places.setdefault(key, {})[wave] = k
    return places


def _both(places: _Places, term: str, before: str, after: str) -> Iterator[tuple[int, int]]:
    """Yield the positions of a term's scores in both waves, group by group."""
    for key, waves in places.items():
        if key[0] == term and before in waves and after in waves:
            yield waves[before], waves[after]


def _change_table(
    index: Index, column: str, rows: list[_Row], known: pd.DataFrame, conf_level: float
) -> pd.DataFrame:
    within = [name for name in index.by if name != column]
    tables, bases = [], Bases(index)
    for scores in {id(row.scores): row.scores for row in rows}.values():
        own = [row for row in rows if row.scores is scores]
        first = np.array([row.before for row in own])
        second = np.array([row.after for row in own])
        table = scores.labels.iloc[second][within].reset_index(drop=True)
        table["before"] = [str(level) for level in scores.labels[column].iloc[first]]
        table["after"] = [str(level) for level in scores.labels[column].iloc[second]]
        table["term"] = scores.labels["term"].to_numpy()[second]
        table["family"] = families(table["term"].tolist(), index.construct)
        table["basis"] = [row.basis for row in own]
        table["items"] = [", ".join(row.items) for row in own]
        table["reason"] = ["; ".join(row.obstacles) for row in own]
        df = bases.df(scores, second, first)
        differences = difference_table(scores, second, first, df, conf_level=conf_level)
        tables.append(pd.concat([table, differences], axis=1))
    result = pd.concat(tables, ignore_index=True)
    result = with_comparability(
        result, known, ("after", "before"), exact=not within, conf_level=conf_level
    )
    result.loc[result["basis"] == UNCHANGED_ITEMS, "comparability"] = ""
    result.loc[result["reason"] != "", "comparability"] = "not comparable"
    refused = result["comparability"] == "not comparable"
    result.loc[refused, ["statistic", "p_value"]] = np.nan
    unknown = result["comparability"].isin(["", "not comparable", "not testable"])
    result.loc[unknown, COLUMNS[1:]] = np.nan
    return result


def finished(
    gaps: pd.DataFrame, conf_level: float, margin: float | None, *, correct: bool = True
) -> pd.DataFrame:
    """Add adjusted p-values, the detectable change and the verdict."""
    alpha = 1.0 - conf_level
    if correct:
        gaps = gaps.assign(p_adjusted=adjusted(gaps["p_value"].to_numpy(), gaps["family"].tolist()))
    gaps = gaps.assign(
        detectable=detectable(gaps["std_error"].to_numpy(), gaps["df"].to_numpy(), alpha)
    )
    verdicts = judged(gaps, alpha=alpha, margin=margin, words=("moved up", "moved down"))
    refused = (gaps["comparability"] == "not comparable") & (gaps["n_eff"] >= SUPPRESS_BELOW)
    verdicts = ["not comparable" if no else v for v, no in zip(verdicts, refused, strict=True)]
    gaps = gaps.assign(verdict=withdrawn(gaps, verdicts, alpha))
    last = ["p_adjusted", "detectable", *COLUMNS, "basis", "items", "reason", "verdict"]
    return gaps[[*(name for name in gaps.columns if name not in last), *last]]
