"""The one generator of scoring SQL: a table model as plain ANSI text.

Only CASE, comparison, + − * / %, CAST, EXP and GREATEST are used. Every value is made DOUBLE
before it is compared, every edge lies between values that occur, points are whole numbers and
tiers and reasons follow from them: the same text gives the same integers on every engine. Only
look-ups in joint tables and the choice of reasons are written differently where DuckDB does them
faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.table_model import POINTS_PER_LOG_ODD, TableModel, Term
from csi.inference import IntArray
from csi.warehouse.expressions import (
    DIALECTS,
    Dialect,
    choose_cell,
    nested_cases,
    number,
    quoted,
    select_from,
)
from csi.warehouse.reasons import (
    REASON_SHIFT,
    REASON_SLOTS,
    insert_tops,
    packed,
    pick_tops,
    reason_columns,
    slots_of,
)

PRIME = 46_337
"""The largest whose square fits 32 bits."""

BUCKETS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringOptions:
    """What scoring writes for every subscriber.

    Attributes
    ----------
    key : str
        Column of pseudonymous keys.
    as_of : date
        The day of the snapshot that is scored.
    reasons : int
        0 to 3 reasons with their points.
    bucket : str or None
        Column of random numbers 0-999 for hold-outs; by default they are made of a whole-number
        key: (a |key mod p| + b) mod p mod 1000 (Carter and Wegman 1979).
    seed : int
        Of those buckets.
    carry : tuple of str
        Other columns to hand through.
    """

    key: str
    as_of: date
    reasons: int = 3
    bucket: str | None = None
    seed: int = 0
    carry: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.reasons <= 3:
            raise DissatisfiedError(f"`reasons` must lie between 0 and 3; got {self.reasons!r}.")

    def columns(self) -> tuple[str, ...]:
        """Return the names of what is written, in order."""
        numbers = range(1, self.reasons + 1)
        extra = [name for k in numbers for name in (f"reason_{k}", f"effect_{k}")]
        return (self.key, "points", "probability", "tier", "bucket", *extra, *self.carry)


def scoring_sql(
    model: TableModel, table: str, options: ScoringOptions, *, dialect: Dialect = "ansi"
) -> str:
    """Write the SELECT that scores a table.

    Parameters
    ----------
    model : TableModel
    table : str
        A table's name or a sub-select in parentheses: text of the user's, taken as it is.
    options : ScoringOptions
    dialect : {"ansi", "duckdb", "spark", "clickhouse"}
        Decides on the quotes of unusual names; DuckDB gets list look-ups and other reasons' text.

    Returns
    -------
    str
        Columns: the key, ``points`` (sum, 10,000 per log-odd), ``probability``, ``tier`` (1 the
        highest), ``bucket`` and, for each reason, its number (0 for none; see
        `reason_names`) and points.

    Examples
    --------
    >>> text = scoring_sql(model, "subscribers", options)  # doctest: +SKIP
    """
    if dialect not in DIALECTS:
        raise DissatisfiedError(f"`dialect` must be one of {', '.join(DIALECTS)}; got {dialect!r}.")
    raw = dict.fromkeys((options.key, *options.carry))
    kept = {name: f"q_k{k}" for k, name in enumerate(raw)}
    layer = _first_layer(model, table, options, kept, dialect)
    through = [*kept.values(), "q_h"]
    layer = _with_bins(model, options.as_of, through, layer, dialect)
    layer = _with_points(model, options, through, layer, dialect)
    find = insert_tops if dialect == "duckdb" else pick_tops
    layer = find(layer, [*through, "q_z"], len(model.terms), options.reasons)
    unit = number(1.0 / (POINTS_PER_LOG_ODD * REASON_SLOTS))
    carried = [f"{kept[name]} AS {quoted(name, dialect)}" for name in raw]
    final = [
        carried[0],
        f"CAST({slots_of('q_z', dialect)} AS INTEGER) AS points",
        f"1e0 / (1e0 + EXP(q_z * -{unit})) AS probability",
        f"CAST({_tier(model)} AS SMALLINT) AS tier",
        "CAST(q_h AS SMALLINT) AS bucket",
        *reason_columns(options.reasons, dialect),
        *carried[1:],
    ]
    note = f"csi: {len(model.terms)} terms; read from the innermost SELECT outwards"
    return select_from(final, layer, "q_t9", note)[1:-1]


def reason_names(model: TableModel) -> dict[int, str]:
    """Return what the numbers of reasons stand for; 0 is no reason above the average."""
    return {0: "", **{t + 1: term.indicator for t, term in enumerate(model.terms)}}


def tier_names(model: TableModel) -> dict[int, str]:
    """Return what the numbers of tiers stand for; the last is everybody else."""
    names = [*model.tiers, "low"]
    return dict(enumerate(names, start=1))


def bucket_constants(seed: int) -> tuple[int, int]:
    """Return the multiplier and the shift of the buckets of a seed."""
    a = (0x9E3779B97F4A7C15 * (2 * seed + 1)) % (PRIME - 1) + 1
    return a, (0xBF58476D1CE4E5B9 * (seed + 1)) % PRIME


def bucket_expression(key: str, seed: int, buckets: int) -> str:
    """Return SQL that puts a whole-number key into one of some buckets, numbered from 0."""
    a, b = bucket_constants(seed)
    return f"(CAST(ABS({key} % {PRIME}) AS INTEGER) * {a} + {b}) % {PRIME} % {buckets}"


def _bucket(options: ScoringOptions, dialect: Dialect) -> str:
    if options.bucket is not None:
        return quoted(options.bucket, dialect)
    return bucket_expression(quoted(options.key, dialect), options.seed, BUCKETS)


def _first_layer(
    model: TableModel,
    table: str,
    options: ScoringOptions,
    kept: Mapping[str, str],
    dialect: Dialect,
) -> str:
    """Read the columns once; names of our own begin with q_ and cannot meet the table's."""
    columns = [f"{quoted(name, dialect)} AS {own}" for name, own in kept.items()]
    columns.append(f"{_bucket(options, dialect)} AS q_h")
    for k, (name, bins) in enumerate(model.bins.items()):
        column = quoted(name, dialect)
        columns.append(
            f"{column} * 1e0 AS q_x{k}" if bins.kind == "number" else f"{column} AS q_x{k}"
        )
    return select_from(columns, table, "q_t0", "the columns that are read")


def _with_bins(
    model: TableModel, as_of: date, through: Sequence[str], layer: str, dialect: Dialect
) -> str:
    """Add the bins of indicators that joint tables look up."""
    joint = {name for term in model.terms if len(term.columns) > 1 for name in term.columns}
    if not joint:
        return layer
    columns = [*through, *(f"q_x{k}" for k in range(len(model.bins)))]
    for k, (name, bins) in enumerate(model.bins.items()):
        if name in joint:
            cells = range(bins.size + 1)
            code = choose_cell(bins, f"q_x{k}", cells, model.shares[name], as_of, dialect)
            columns.append(f"{code} AS q_b{k}")
    return select_from(columns, layer, "q_t1", "bins that joint tables look up")


def _with_points(
    model: TableModel, options: ScoringOptions, through: Sequence[str], layer: str, dialect: Dialect
) -> str:
    """Look up the points of every term, packed with the term's number, and add them up.

    Packed points are (points + shift) · slots + term; their sum less that of the shifts and the
    numbers is the sum of the points times the slots.
    """
    columns = [
        f"{_term(term, packed(cells, t), model, options.as_of, dialect)} AS q_r{t}"
        for t, (term, cells) in enumerate(zip(model.terms, model.point_tables(), strict=True))
    ]
    note = f"points of every term: (points + {REASON_SHIFT}) * {REASON_SLOTS} + number of the term"
    layer = select_from([*through, *columns], layer, "q_t2", note)
    n = len(columns)
    start = model.base_points * REASON_SLOTS - sum(packed(0, t) for t in range(n))
    total = " + ".join([f"({start})", *(f"q_r{t}" for t in range(n))])
    kept = [f"q_r{t}" for t in range(n)] if options.reasons else []
    note = f"their sum, times {REASON_SLOTS}"
    return select_from([*through, f"{total} AS q_z", *kept], layer, "q_t3", note)


def _term(term: Term, cells: IntArray, model: TableModel, as_of: date, dialect: Dialect) -> str:
    position = {name: k for k, name in enumerate(model.bins)}
    first = term.columns[0]
    if len(term.columns) == 1:
        x, bins, shares = f"q_x{position[first]}", model.bins[first], model.shares[first]
        return choose_cell(bins, x, cells.tolist(), shares, as_of, dialect)
    index = f"q_b{position[first]}"
    for name, size in zip(term.columns[1:], cells.shape[1:], strict=True):
        index = f"({index}) * {size} + q_b{position[name]}"
    flat = [str(cell) for cell in cells.ravel().tolist()]
    if dialect == "duckdb":
        return f"[{', '.join(flat)}][{index} + 1]"
    # bins taken as independent: only the order of the questions depends on it
    joint = [prod(pair) for pair in product(*(model.shares[name] for name in term.columns))]
    below = [f"{index} < {k}" for k in range(1, len(flat))]
    return nested_cases(below, flat, joint)


def _tier(model: TableModel) -> str:
    whens = [
        f"WHEN q_z >= {least * REASON_SLOTS} THEN {k}"
        for k, least in enumerate(model.tier_points().values(), start=1)
    ]
    return f"CASE {' '.join(whens)} ELSE {len(whens) + 1} END"
