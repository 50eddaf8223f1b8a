"""Moments of surveys too large for memory, ready for the model, the index and the drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from csi.inference import FloatArray, Lonely, SurveyDesign
from csi.moments import Moments, estimate_moments
from csi.warehouse.engine import DuckDBEngine, Engine
from csi.warehouse.faults import WarehouseError
from csi.warehouse.moment_cells import CellSums, sum_cells
from csi.warehouse.moment_sql import MomentColumns, counting_sql, pilot_sql, ranges_sql
from csi.warehouse.stand_ins import UNIT, WEIGHT, stand_in_design

MAX_ROWS = 1_000_000
"""Rows that may stand for respondents: 30 items take 240 MB."""

Gaps = Literal["complete", "patterns"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableMoments:
    """Moments of a table by group and sampling unit.

    Attributes
    ----------
    items, by : tuple of str
    design : SurveyDesign
        For `fit_model`, `estimate_index` and all that follows: its rows have the weights, means
        and covariances of the table's, unit by unit, and are nobody's answers.
    bases : DataFrame
        One row per group: the columns of ``by``, ``rows`` of the table, ``n`` of them used,
        ``n_eff``, ``dropped`` for gaps, ``unweighted`` with weight 0.
    """

    items: tuple[str, ...]
    by: tuple[str, ...]
    design: SurveyDesign
    bases: pd.DataFrame

    def moments(self, **levels: object) -> Moments:
        """Return the means and covariances of everybody, or of one group.

        Parameters
        ----------
        **levels
            Columns of ``by`` and their levels.

        Raises
        ------
        WarehouseError
            If a column is not in ``by``, or nobody has those levels.
        """
        inside = np.ones(self.design.n, dtype=np.bool_)
        for name, level in levels.items():
            if name not in self.by:
                raise WarehouseError(
                    f"The moments are not split by `{name}`; they are by "
                    f"{' × '.join(self.by) or 'nothing'}."
                )
            inside &= (self.design.frame[name] == level).to_numpy(dtype=np.bool_)
        if not inside.any():
            raise WarehouseError("No row has the levels asked for.")
        return estimate_moments(self.design, self.items, domain=inside)

    def __repr__(self) -> str:
        by = f", by={' × '.join(self.by)}" if self.by else ""
        n, dropped = int(self.bases["n"].sum()), int(self.bases["dropped"].sum())
        return f"TableMoments(items={len(self.items)}, n={n:,}, dropped={dropped:,}{by})"


def moments_from_table(
    table: str,
    items: Sequence[str],
    *,
    by: Sequence[str] | str = (),
    weights: str | None = None,
    strata: Sequence[str] | str = (),
    key: str = "id",
    random_groups: int | None = 100,
    seed: int = 0,
    missing: Gaps = "complete",
    valid: tuple[float, float] | Mapping[str, tuple[float, float]] | None = None,
    lonely: Lonely = "fail",
    engine: Engine | None = None,
) -> TableMoments:
    """Take weighted means and covariances from a table of any size, with what intervals need.

    A light SELECT counts rows by group; one pass adds up products by group, stratum and sampling
    unit: by plain SQL, of which only sums leave the engine, or on DuckDB batch by batch in this
    process. The units are put into random groups (Wolter 2007, ch. 2), so that standard errors
    have ``random_groups`` − 1 degrees of freedom in each stratum.

    Parameters
    ----------
    table : str
        On DuckDB a parquet path or pattern, or any table text; elsewhere a table's name or a
        sub-select in parentheses.
    items : sequence of str
        Columns of numbers. Nulls are missing answers.
    by : str or sequence of str
        Columns whose combinations can be reported or get a model of their own.
    weights : str, optional
        Column of weights; without it every row counts alike.
    strata : str or sequence of str
        Columns whose combinations are the strata; without them between-stratum differences count
        as sampling error, which errs on the safe side.
    key : str
        Column of whole numbers that names the sampling unit of a row: the respondent, or the
        primary sampling unit.
    random_groups : int or None
        At least 2. None keeps every unit as it is: for tables with few of them.
    seed : int
        Of the random groups.
    missing : {"complete", "patterns"}
        Rows that answered everything; or every row, kept apart by the pattern of its gaps, for
        full-information likelihood and means over the valid answers. The latter is for gaps with
        few patterns, such as questions that were not asked.
    valid : (float, float) or mapping of str to (float, float), optional
        Least and largest answer; anything else, such as a code for "don't know", is missing.
    lonely : {"fail", "certainty", "adjust", "average"}
        What a stratum with a single unit contributes; see `make_design`.
    engine : Engine, optional
        By default DuckDB in this process with a budget of 1 GB.

    Returns
    -------
    TableMoments

    Raises
    ------
    WarehouseError
        With all faults at once: items without answers or constant, NaN among the answers, bad
        weights, rows without a key; too many cells.

    Examples
    --------
    >>> found = moments_from_table(  # doctest: +SKIP
    ...     "answers/*.parquet", ["q1", "q2", "q3"], by="line", weights="w"
    ... )
    >>> fit = fit_model(found.design, "F =~ q1 + q2 + q3")  # doctest: +SKIP
    """
    engine = DuckDBEngine() if engine is None else engine
    columns = _columns(items, by, weights, strata, key, random_groups, seed, missing, valid)
    source = engine.source(table)
    counts = engine.fetch(counting_sql(columns, source, engine.dialect))
    _refuse_bad_rows(counts, columns)
    pilot = _pilot(engine.fetch(pilot_sql(columns, source, engine.dialect)), len(columns.items))
    cells = sum_cells(columns, source, pilot, engine)
    _refuse_no_moments(cells, columns, source, engine)
    _refuse_many_cells(cells, columns)
    return TableMoments(
        items=columns.items,
        by=columns.by,
        design=stand_in_design(cells, columns, pilot, lonely),
        bases=_bases(counts, cells, columns),
    )


def _columns(
    items: Sequence[str],
    by: Sequence[str] | str,
    weights: str | None,
    strata: Sequence[str] | str,
    key: str,
    random_groups: int | None,
    seed: int,
    missing: Gaps,
    valid: tuple[float, float] | Mapping[str, tuple[float, float]] | None,
) -> MomentColumns:
    """Check what was asked for, all faults at once."""
    by, strata = ((names,) if isinstance(names, str) else tuple(names) for names in (by, strata))
    items = tuple(items)
    faults = []
    if not items or len(set(items)) < len(items):
        faults.append(f"`items` must name at least one column, each once; got {list(items)!r}.")
    shared = set(items) & {*by, *strata, key} | {*items, *by, *strata} & {UNIT, WEIGHT}
    if shared:
        faults.append(f"{_list(shared)} cannot be an item and a group, key or name of ours.")
    if random_groups is not None and random_groups < 2:
        faults.append(f"`random_groups` must be at least 2, or None; got {random_groups!r}.")
    if missing not in ("complete", "patterns"):
        faults.append(f"`missing` must be complete or patterns; got {missing!r}.")
    ranges = dict.fromkeys(items, valid) if isinstance(valid, tuple) else dict(valid or {})
    faults += [
        f"`valid` of `{name}` must be two numbers, the least and the largest; got {bounds!r}."
        for name, bounds in ranges.items()
        if bounds is None or not bounds[0] < bounds[1]
    ]
    if faults:
        raise WarehouseError("\n".join(faults))
    return MomentColumns(
        items=items,
        by=by,
        strata=strata,
        weights=weights,
        key=key,
        random_groups=random_groups,
        seed=seed,
        valid={name: bounds for name, bounds in ranges.items() if bounds is not None},
        patterns=missing == "patterns",
    )


def _refuse_bad_rows(counts: pd.DataFrame, columns: MomentColumns) -> None:
    rows, bad, unkeyed, used = (
        int(counts[name].fillna(0).sum()) for name in ("q_n", "q_bad", "q_unkeyed", "q_used")
    )
    faults = []
    if rows == 0:
        faults.append("The table has no rows.")
    elif bad:
        faults.append(
            f"{bad:,} of {rows:,} weights in `{columns.weights}` are missing, negative or not "
            "numbers; every row needs a weight."
        )
    elif used == 0:
        faults.append(f"None of {rows:,} rows has a weight above 0.")
    if unkeyed:
        faults.append(
            f"{unkeyed:,} of {rows:,} rows have no `{columns.key}`: every row needs its unit."
        )
    if faults:
        raise WarehouseError("\n".join(faults))


def _pilot(found: pd.DataFrame, p: int) -> FloatArray:
    """Return means to a digit of the spread: differences of ratings then are whole numbers."""
    numbers = found.iloc[0].to_numpy(dtype=np.float64)
    mean, square = numbers[0 : 2 * p : 2], numbers[1 : 2 * p : 2]
    known = np.isfinite(mean) & np.isfinite(square)
    mean = np.where(known, mean, 0.0)
    spread = np.sqrt(np.maximum(np.where(known, square, 0.0) - mean**2, 0.0))
    unit = 10.0 ** np.floor(np.log10(np.where(spread > 0, 2.0 * spread, 1.0)))
    return np.round(mean / unit) * unit


def _refuse_no_moments(
    cells: CellSums, columns: MomentColumns, source: str, engine: Engine
) -> None:
    """Say which items have no means or variances, and why."""
    p = range(len(columns.items))
    total = cells.second[:, p, p].sum(axis=0) - (
        cells.first.sum(axis=0) ** 2 / cells.weight.sum() if len(cells.n) else 0.0
    )
    if len(cells.n) and np.isfinite(cells.first).all() and (total > 0).all():
        return
    found = engine.fetch(ranges_sql(columns, source, engine.dialect)).iloc[0]
    faults = []
    for k, item in enumerate(columns.items):
        n, low, high = (found.iloc[3 * k + j] for j in range(3))
        if int(n) == 0:
            faults.append(f"`{item}` has no answer.")
        elif not np.isfinite([float(low), float(high)]).all():
            faults.append(
                f"`{item}` holds NaN or infinite values. Store missing answers as nulls, or say "
                "in `valid` what an answer is."
            )
        elif low == high:
            faults.append(f"`{item}` is constant: all answers are the same. Leave it out.")
    if not faults:
        faults.append(
            f"No group of rows with all {len(columns.items)} answers varies in every item. Use "
            'missing="patterns" where questions were not asked of everybody.'
        )
    raise WarehouseError("\n".join(faults))


def _refuse_many_cells(cells: CellSums, columns: MomentColumns) -> None:
    rows = int((cells.answered(columns).sum(axis=1) + 1).sum())
    if rows > MAX_ROWS:
        raise WarehouseError(
            f"{len(cells.n):,} groups × strata × sampling units × patterns of gaps are too many "
            f"({rows:,} rows would stand for them; at most {MAX_ROWS:,}). Use fewer random groups, "
            'fewer groups, or missing="complete".'
        )


def _bases(counts: pd.DataFrame, cells: CellSums, columns: MomentColumns) -> pd.DataFrame:
    by = columns.levels[: len(dict.fromkeys(columns.by))]
    rows = counts[["q_n", "q_used"]].astype(np.int64)
    used = pd.DataFrame({"n": cells.n, "w": cells.weight, "ww": cells.squares})
    if not by:
        rows, used = rows.sum().to_frame().T, used.sum().to_frame().T
        labels = pd.DataFrame(index=range(1))
    else:
        rows = rows.groupby([counts[name] for name in by], dropna=False).sum()
        used = used.groupby([cells.keys[name] for name in by], dropna=False).sum()
        used = used.reindex(rows.index, fill_value=0.0)
        labels = rows.index.to_frame(index=False).set_axis(list(columns.by), axis=1)
    with np.errstate(invalid="ignore"):
        n_eff = (used["w"] ** 2 / used["ww"]).fillna(0.0).to_numpy()
    n = used["n"].to_numpy().astype(np.int64)
    numbers = {
        "rows": rows["q_n"].to_numpy(),
        "n": n,
        "n_eff": n_eff,
        "dropped": rows["q_used"].to_numpy() - n,
        "unweighted": (rows["q_n"] - rows["q_used"]).to_numpy(),
    }
    return labels.assign(**numbers)


def _list(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
