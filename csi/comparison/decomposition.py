"""Why an index moved: other customers, other levels, other weights, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from csi.comparison.element_parts import element_rows, elements_of
from csi.comparison.explained import Explained
from csi.comparison.pairs import Bases, chosen_terms, joined_index
from csi.comparison.stacking import WAVE, waves_of
from csi.errors import DesignError, suggest
from csi.index import Index
from csi.inference import (
    Estimates,
    join_estimates,
    split_domains,
)
from csi.inference.domains import Domains
from csi.inference.stages import column_names, column_of

PARTS = ("mix", "level", "weights", "remainder", "total")
LEVEL = PARTS.index("level")


@dataclass(frozen=True, kw_only=True, eq=False)
class Decomposition:
    """The parts of a change, or of a gap, of one construct's score.

    Attributes
    ----------
    term : str
        The construct.
    across : str
        The column of the two compared levels: the wave, the operator.
    before, after : object
        The two levels; parts explain after minus before.
    cells : tuple of str
        The columns whose combinations are the kinds of customers.
    within : tuple of str
        Columns for whose groups the change is explained one by one.
    parts : Estimates
        Labels: ``within``, ``part, by, item, element``, ``cells``.
    scores : DataFrame
        ``within``, ``score_before, score_after, n_before, n_after``, ``n_cells`` and ``n_merged``:
        cells with too small a base in either level, which were merged into one.
    """

    term: str
    across: str
    before: object
    after: object
    cells: tuple[str, ...]
    within: tuple[str, ...]
    parts: Estimates
    scores: pd.DataFrame

    def __repr__(self) -> str:
        total = self.parts.values[(self.parts.labels["part"] == "total").to_numpy()]
        shown = ", ".join(f"{value:+.2f}" for value in total[:3])
        more = ", …" if len(total) > 3 else ""
        return f"Decomposition({self.term}, {self.before} to {self.after}: {shown}{more})"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the parts in points.

        Returns
        -------
        DataFrame
            The columns of ``within``; ``part``: "mix" (which customers there are), "level" (how
            they answer in each cell), "weights" (of the items in the index), "remainder" (who left
            which question out, and respondents without a cell), "total"; ``by``: "" for the parts,
            whose first four add up to the total; "item", "cell" and "element" for the same part
            item by item, cell by cell, or by the constructs that it goes with, which add up to the
            part; ``item``; ``element``, "unexplained" for what goes with none; the columns of
            ``cells``, "other"
            where small cells were merged, empty where a row is not of a cell; the estimate columns.
        """
        return self.parts.tidy(conf_level)

    def summary(self) -> str:
        """Return the parts in words."""
        lines = [repr(self)]
        table = self.tidy()
        for row in table[table["by"] == ""].to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.within)
            lines.append(
                f"{place + ': ' if place else ''}{row['part']} {row['estimate']:+.2f} "
                f"[{row['conf_low']:+.2f}, {row['conf_high']:+.2f}]"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def decompose_change(
    a: Index,
    b: Index | None = None,
    *,
    cells: str | Sequence[str],
    across: str = WAVE,
    before: object = None,
    after: object = None,
    term: str | None = None,
) -> Decomposition:
    """Explain a change between two waves, or a gap between two groups, part by part.

    The score is Σ_k ω_k Σ_c s_c m_kc + remainder with ω the item weights, s the shares of the cells
    and m the item means within them. Each of the three is moved from its value before to its value
    after; what that does depends on the order, so it is averaged over all orders (Shapley 1953;
    for two factors Kitagawa 1955). The parts add up to the change exactly, and are functions of
    estimates with known influences, so each has a standard error under the design.

    Mix is counted cell by cell against the average: a growing cell counts for what it scores above
    or below the others. A cell without answers on one side has the means of the other side there:
    its appearance is all mix.

    Parameters
    ----------
    a : Index
        By ``across`` and, possibly, other columns, whose groups are explained one by one. Weights
        contribute only where the fit is by ``across`` too.
    b : Index, optional
        The second wave's, where ``a`` has the first's; see `select_wave`.
    cells : str or sequence of str
        Columns whose combinations are the kinds of customers, e.g. line and region.
    across : str
        The column of the two levels.
    before, after : object, optional
        Its two levels; by default the last two waves.
    term : str, optional
        A construct; by default the index construct.

    Returns
    -------
    Decomposition

    Raises
    ------
    DesignError
        If a column, level or term is unknown, or the two levels cannot be compared.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.comparison.stacking import stack_waves
    >>> from csi.index import estimate_index
    >>> from csi.model.fit import fit_model
    >>> def wave(seed, share):  # customers of line 2 score ten points less
    ...     rng = np.random.default_rng(seed)
    ...     line = 1 + (rng.random(400) < share)
    ...     f = rng.normal(size=400) - line
    ...     items = {f"x{k}": 80 + 10 * f + 6 * rng.normal(size=400) for k in range(3)}
    ...     return pd.DataFrame(items).assign(line=line)
    >>> stacked = stack_waves({"q1": wave(1, 0.2), "q2": wave(2, 0.6)})
    >>> index = estimate_index(fit_model(stacked, "F =~ x0 + x1 + x2"), by="wave")
    >>> parts = decompose_change(index, cells="line").tidy().query("by == ''")
    >>> bool(abs(parts.estimate[:4].sum() - parts.estimate.iloc[4]) < 1e-9)
    True
    """
    index = _one_index(a, b)
    names = column_names(cells)
    levels = _levels(index, across, names, before, after)
    chosen = _term(index, term)
    within = tuple(name for name in index.by if name != across)
    domains = split_domains(index.fit.design, index.by)
    bases = Bases(index)
    found, rows = [], []
    for group, pair in _pairs(domains, within, across, levels):
        explained = Explained(index, domains, pair, chosen, names, bases)
        estimates = _with_elements(explained, index, names, bases)
        keys = pd.DataFrame([group] * len(estimates), columns=list(within))
        found.append(estimates.relabel(pd.concat([keys, estimates.labels], axis=1)))
        rows.append({**dict(zip(within, group, strict=True)), **explained.scores()})
    return Decomposition(
        term=chosen,
        across=across,
        before=levels[0],
        after=levels[1],
        cells=names,
        within=within,
        parts=join_estimates(found),
        scores=pd.DataFrame(rows),
    )


def _one_index(a: Index, b: Index | None) -> Index:
    if b is None:
        return a
    if a.fit is not b.fit or a.by != b.by:
        raise DesignError(
            "The two indexes rest on different fits: stack the waves with `stack_waves`, fit the "
            "stacked design, and estimate one index by wave."
        )
    return joined_index(a, b)


def _levels(
    index: Index, across: str, cells: tuple[str, ...], before: object, after: object
) -> tuple[object, object]:
    if across not in index.by:
        raise DesignError(
            f"The index must be estimated by `{across}`; it is by "
            f"{' × '.join(index.by) or 'nothing'}. {suggest(across, index.by)}".rstrip()
        )
    for name in cells:
        column_of(index.fit.design.frame, name, "cells")
        if name in index.by:
            raise DesignError(
                f"`cells` names `{name}`, which the index is estimated by: the mix of `{name}` "
                "cannot change inside one of its groups."
            )
    if not cells:
        raise DesignError("`cells` must name at least one column.")
    known = list(dict.fromkeys(index.scores.labels[across]))
    if before is None and after is None:
        waves = [w for w in waves_of(index.fit.design, across) if w in set(known)]
        before, after = waves[-2:]
    for level in (before, after):
        if level not in known:
            raise DesignError(
                f"`{across}` has no level {level!r}; its levels: "
                f"{', '.join(str(each) for each in known)}."
            )
    if before == after:
        raise DesignError(f"`before` and `after` are both {before!r}: nothing to explain.")
    return before, after


def _term(index: Index, term: str | None) -> str:
    chosen = chosen_terms(index, None if term is None else [term])
    if len(chosen) > 1:
        raise DesignError(f"The model names no index: choose one `term` of {', '.join(chosen)}.")
    return chosen[0]


def _pairs(
    domains: Domains, within: tuple[str, ...], across: str, levels: tuple[object, object]
) -> list[tuple[tuple[object, ...], tuple[int, int]]]:
    """Return each group of ``within`` with the numbers of its two domains."""
    place: dict[tuple[object, ...], dict[object, int]] = {}
    for number, row in enumerate(domains.labels.to_dict("records")):
        key = tuple(row[name] for name in within)
        place.setdefault(key, {})[row[across]] = number
    return [
        (key, (own[levels[0]], own[levels[1]]))
        for key, own in place.items()
        if levels[0] in own and levels[1] in own
    ]


def _with_elements(
    explained: Explained, index: Index, cells: tuple[str, ...], bases: Bases
) -> Estimates:
    """Return the parts, and the level part by the constructs that it goes with."""
    parts = explained.parts()
    domains, pair, df = explained.domains, explained.pair, float(parts.df[0])
    levels = [
        Explained(index, domains, pair, name, cells, bases, df).parts().select([LEVEL])
        for name in elements_of(index, explained.term)
    ]
    if not levels:
        return parts
    sides = _fit_groups(index, domains, pair)
    rows = element_rows(index, sides, parts.select([LEVEL]), levels, explained.term)
    labels = parts.labels.iloc[:0].reindex(range(len(rows)), fill_value="")
    labels = labels.assign(part="level", by="element", element=rows.labels["element"])
    return join_estimates([parts, rows.relabel(labels)])


def _fit_groups(index: Index, domains: Domains, pair: tuple[int, int]) -> tuple[int, int]:
    """Return the group of the fit that each side belongs to; the first of a pooled fit."""
    by = index.fit.by
    if not by or index.weights_of:
        return 0, 0
    groups = [tuple(group.group[name] for name in by) for group in index.fit.groups]
    first, second = (
        groups.index(tuple(domains.labels[name].iloc[each] for name in by)) for each in pair
    )
    return first, second
