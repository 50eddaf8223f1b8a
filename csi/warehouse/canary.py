"""A small run on the target engine, compared with NumPy before anything is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd

from csi.dissatisfied.table_model import TableModel
from csi.warehouse.engine import Engine
from csi.warehouse.expressions import literal, number, quoted
from csi.warehouse.faults import CanaryError, WarehouseError
from csi.warehouse.reference import score_frame
from csi.warehouse.sql import ScoringOptions, scoring_sql

EDGE_ROWS = 1000
REAL_ROWS = 1000
CLICKHOUSE_ROWS = 100
"""Rows of literals that stay below ClickHouse's limit of 256 kB of text."""

_TOLERANCE = 1e-9


def check_engine(model: TableModel, table: str, options: ScoringOptions, engine: Engine) -> int:
    """Score made-up rows at every edge and the first rows of the table, and compare.

    The made-up rows hold values on, just below and just above every edge, every level, an unknown
    one, and nulls; the table's rows show what its column types do to comparisons.

    Parameters
    ----------
    model : TableModel
    table : str
        As it stands after FROM.
    options : ScoringOptions
    engine : Engine

    Returns
    -------
    int
        Rows compared.

    Raises
    ------
    CanaryError
        If any whole number differs, or a probability by more than 1e-9; with the columns and the
        number of rows, without values.
    WarehouseError
        If the table has no rows.
    """
    rows = edge_rows(model, options, EDGE_ROWS)
    step = CLICKHOUSE_ROWS if engine.dialect == "clickhouse" else EDGE_ROWS
    compared = 0
    for first in range(0, EDGE_ROWS, step):
        made = _values_sql(rows.iloc[first : first + step], model, options, engine)
        compared += _compare(model, made, options, engine, "made-up rows")
    wanted = [options.key, *([options.bucket] if options.bucket else []), *model.bins]
    names = ", ".join(quoted(name, engine.dialect) for name in dict.fromkeys(wanted))
    sample = f"(SELECT {names} FROM {table} AS q_s LIMIT {REAL_ROWS})"
    return compared + _compare(model, sample, options, engine, "rows of the table")


def edge_rows(model: TableModel, options: ScoringOptions, n: int) -> pd.DataFrame:
    """Make rows whose values lie on and around the edges of every indicator.

    Returns
    -------
    DataFrame, n rows
        The key, the bucket if it is a column, and every indicator. The first row has no null.
    """
    rng = np.random.default_rng(20260331)
    columns: dict[str, object] = {options.key: rng.integers(-(2**62), 2**62, n)}
    if options.bucket is not None:
        columns[options.bucket] = rng.integers(0, 1000, n)
    for name, bins in model.bins.items():
        if bins.kind == "level":
            levels = [level for group in bins.levels for level in group]
            pool = np.array([*levels, None], dtype=object)
        else:
            edges = np.array(bins.edges or (0.0,))
            if bins.kind == "date":
                days = np.unique(np.concatenate([np.floor(edges) + k for k in (-1, 0, 1)]))
                day = [options.as_of - timedelta(days=int(d)) for d in days]
                pool = np.array([*day, None], dtype=object)
            else:
                near = [edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)]
                far = np.array([edges.min() - 1.0, edges.max() + 1.0, 0.0])
                pool = np.array([*np.concatenate([*near, far]).tolist(), None], dtype=object)
        drawn = pool[rng.integers(0, len(pool), n)]
        drawn[: len(pool)] = pool[:n]
        columns[name] = pd.Series(drawn, dtype=object)
    return pd.DataFrame(columns)


def _values_sql(
    rows: pd.DataFrame, model: TableModel, options: ScoringOptions, engine: Engine
) -> str:
    """Return the rows as a sub-select of literals."""
    dialect = engine.dialect

    def cell(name: str, value: object) -> str:
        if value is None:
            return "NULL"
        if name not in model.bins or name in (options.key, options.bucket):
            return f"CAST({value} AS BIGINT)"
        kind = model.bins[name].kind
        if kind == "number":
            return number(float(value))  # type: ignore[arg-type]
        return f"DATE '{value}'" if kind == "date" else literal(value, dialect)  # type: ignore[arg-type]

    names = ", ".join(quoted(str(name), dialect) for name in rows.columns)
    lines = []
    for record in rows.itertuples(index=False):
        values = [cell(str(n), v) for n, v in zip(rows.columns, record, strict=True)]
        lines.append(f"({', '.join(values)})")
    return f"(SELECT * FROM (VALUES {', '.join(lines)}) AS q_v ({names}))"


def _compare(
    model: TableModel, source: str, options: ScoringOptions, engine: Engine, what: str
) -> int:
    carried = [name for name in model.bins if name != options.key]
    if options.bucket is not None and options.bucket not in carried:
        carried.append(options.bucket)
    wider = replace(options, carry=tuple(carried))
    got = engine.fetch(scoring_sql(model, source, wider, dialect=engine.dialect))
    if len(got) == 0:
        raise WarehouseError(f"The canary found no {what}: there is nothing to score.")
    got = got.set_axis([*wider.columns()], axis=1)
    expected = score_frame(model, _as_read(got, model), replace(options, carry=()))
    differing = []
    for name in options.columns():
        a, b = got[name].to_numpy(), expected[name].to_numpy()
        if name == "probability":
            wrong = ~(np.abs(a.astype(np.float64) - b) <= _TOLERANCE)
        else:
            wrong = a.astype(np.int64) != b if name != options.key else a != b
        if wrong.any():
            differing.append(f"`{name}` in {int(wrong.sum())} of {len(got)} {what}")
    if differing:
        raise CanaryError(
            f"This engine scores differently from the reference: {', '.join(differing)}. Nothing "
            "was written. Check the types of the model's columns in this engine (dates as DATE, "
            "numbers as numbers, levels as in the survey)."
        )
    return len(got)


def _as_read(got: pd.DataFrame, model: TableModel) -> pd.DataFrame:
    """Return the engine's values in the types in which the reference takes them."""
    columns = {}
    for name in got.columns:
        column = got[name]
        if name in model.bins and model.bins[name].kind == "number":
            column = pd.Series(np.array([np.nan if v is None else v for v in column], float))
        columns[name] = column
    return pd.DataFrame(columns)
