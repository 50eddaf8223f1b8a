"""The SELECTs behind moments of a table: counts by group, and sums of products by cell.

Only CASE, COALESCE, comparison, + − * %, COUNT, SUM, AVG, MIN, MAX, GROUP BY and LIMIT are used.
Names of our own begin with q_ and cannot meet the table's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csi.dissatisfied.bins import LARGEST
from csi.inference import FloatArray
from csi.warehouse.expressions import Dialect, number, quoted, select_from
from csi.warehouse.sql import bucket_expression

PILOT_ROWS = 10_000
PATTERN_ITEMS = 30
"""Items whose gaps are written down in one whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentColumns:
    """Which columns of the table are read, and how.

    Attributes
    ----------
    items : tuple of str
    by, strata : tuple of str
    weights : str or None
    key : str
        Column of whole numbers that names the sampling unit of a row.
    random_groups : int or None
        Into how many groups the units are put at random; None keeps every unit.
    seed : int
        Of the random groups.
    valid : mapping of str to (float, float)
        Least and largest answer of an item; anything else is a missing answer.
    patterns : bool
        Whether rows with gaps are kept, by the pattern of their gaps.
    """

    items: tuple[str, ...]
    by: tuple[str, ...]
    strata: tuple[str, ...]
    weights: str | None
    key: str
    random_groups: int | None
    seed: int
    valid: Mapping[str, tuple[float, float]]
    patterns: bool

    @property
    def levels(self) -> list[str]:
        """Our names of the columns of ``by`` and ``strata``, each column once."""
        return [f"q_g{k}" for k in range(len(dict.fromkeys((*self.by, *self.strata))))]

    @property
    def gaps(self) -> list[str]:
        """Our names of the whole numbers that hold a row's pattern of gaps."""
        words = -(-len(self.items) // PATTERN_ITEMS) if self.patterns else 0
        return [f"q_p{k}" for k in range(words)]

    @property
    def keys(self) -> list[str]:
        """Our names of all that makes a cell: levels, sampling unit, pattern of gaps."""
        return [*self.levels, "q_u", *self.gaps]


def pilot_sql(columns: MomentColumns, table: str, dialect: Dialect) -> str:
    """Write the SELECT of the means ``q_m{k}`` and mean squares ``q_v{k}`` of the first rows."""
    sums = [
        f"AVG(q_x{k} * {text}) AS {name}{k}"
        for k in range(len(columns.items))
        for name, text in (("q_m", "1e0"), ("q_v", f"1e0 * q_x{k}"))
    ]
    first = f"(SELECT *\nFROM {_read(columns, table, dialect)} AS q_t1\nLIMIT {PILOT_ROWS})"
    return _grouped([], sums, first)


def counting_sql(columns: MomentColumns, table: str, dialect: Dialect) -> str:
    """Write the SELECT that counts rows by group.

    Returns
    -------
    str
        Columns: the levels, ``q_n`` rows, ``q_bad`` rows whose weight is no number of at least 0,
        ``q_unkeyed`` rows without a unit, ``q_used`` rows with weight.
    """
    sums = [
        "COUNT(*) AS q_n",
        f"SUM(CASE WHEN q_w >= 0 AND q_w <= {number(LARGEST)} THEN 0 ELSE 1 END) AS q_bad",
        "SUM(CASE WHEN q_u IS NULL THEN 1 ELSE 0 END) AS q_unkeyed",
        "SUM(CASE WHEN q_w > 0 THEN 1 ELSE 0 END) AS q_used",
    ]
    return _grouped(columns.levels, sums, _read(columns, table, dialect))


def ranges_sql(columns: MomentColumns, table: str, dialect: Dialect) -> str:
    """Write the SELECT of ``q_n{k}, q_l{k}, q_h{k}``: answers, least and largest of item k.

    It is run only where there are no moments, to say why.
    """
    sums = [
        f"{function}(q_x{k}) AS {name}{k}"
        for k in range(len(columns.items))
        for name, function in (("q_n", "COUNT"), ("q_l", "MIN"), ("q_h", "MAX"))
    ]
    return _grouped([], sums, _read(columns, table, dialect))


def rows_sql(columns: MomentColumns, table: str, dialect: Dialect) -> str:
    """Write the SELECT of the rows that count: the keys of their cells, weight and answers."""
    p = range(len(columns.items))
    conditions = ["q_w > 0"]
    gaps = []
    if columns.patterns:
        for word, name in enumerate(columns.gaps):
            own = p[word * PATTERN_ITEMS : (word + 1) * PATTERN_ITEMS]
            bits = [f"CASE WHEN q_x{k} IS NULL THEN {1 << (k - own[0])} ELSE 0 END" for k in own]
            gaps.append(f"{' + '.join(bits)} AS {name}")
    else:
        conditions += [f"q_x{k} IS NOT NULL" for k in p]
    kept = [*columns.levels, "q_u", *gaps, "q_w", *(f"q_x{k}" for k in p)]
    source = _read(columns, table, dialect)
    return f"SELECT {', '.join(kept)}\nFROM {source} AS q_t1\nWHERE {' AND '.join(conditions)}"


def products_sql(columns: MomentColumns, table: str, pilot: FloatArray, dialect: Dialect) -> str:
    """Write the SELECT of the sums of products by cell, in one pass over the table.

    Answers are taken from a pilot mean c, so that Σw(x−c)² − … loses no digits. Gaps count 0.

    Returns
    -------
    str
        Columns: the keys, ``q_n``, ``q_sw`` Σw, ``q_sww`` Σw², ``q_m{i}`` Σw(x_i−c_i) and
        ``q_v{i}_{j}`` Σw(x_i−c_i)(x_j−c_j) for j ≤ i.
    """
    p = range(len(columns.items))
    shifted = [f"q_x{k} * 1e0 - {number(pilot[k])}" for k in p]
    if columns.patterns:
        shifted = [f"COALESCE({text}, 0e0)" for text in shifted]
    names = [*columns.keys, "q_w"]
    inner = rows_sql(columns, table, dialect)
    differences = [f"{text} AS q_d{k}" for k, text in enumerate(shifted)]
    layer = select_from([*names, *differences], f"({inner})", "q_t2")
    weighted = [*names, *(f"q_d{k}" for k in p), *(f"q_w * q_d{k} AS q_e{k}" for k in p)]
    layer = select_from(weighted, layer, "q_t3")
    sums = ["COUNT(*) AS q_n", "SUM(q_w) AS q_sw", "SUM(q_w * q_w) AS q_sww"]
    sums += [f"SUM(q_e{i}) AS q_m{i}" for i in p]
    sums += [f"SUM(q_e{i} * q_d{j}) AS q_v{i}_{j}" for i in p for j in range(i + 1)]
    return _grouped(columns.keys, sums, layer)


def _read(columns: MomentColumns, table: str, dialect: Dialect) -> str:
    """Read every column once; the answers outside their range are null from here on."""
    levels = dict.fromkeys((*columns.by, *columns.strata))
    texts = [
        f"{quoted(name, dialect)} AS {own}"
        for name, own in zip(levels, columns.levels, strict=True)
    ]
    key = quoted(columns.key, dialect)
    groups = columns.random_groups
    unit = key if groups is None else bucket_expression(key, columns.seed, groups)
    texts.append(f"{unit} AS q_u")
    weight = "1e0" if columns.weights is None else f"{quoted(columns.weights, dialect)} * 1e0"
    texts.append(f"{weight} AS q_w")
    for k, item in enumerate(columns.items):
        x = quoted(item, dialect)
        if item in columns.valid:
            low, high = (number(bound) for bound in columns.valid[item])
            x = f"CASE WHEN {x} * 1e0 >= {low} AND {x} * 1e0 <= {high} THEN {x} END"
        texts.append(f"{x} AS q_x{k}")
    return select_from(texts, table, "q_t0")


def _grouped(keys: Sequence[str], sums: Sequence[str], source: str) -> str:
    grouping = f"\nGROUP BY {', '.join(keys)}" if keys else ""
    return f"SELECT {', '.join([*keys, *sums])}\nFROM {source} AS q_t9{grouping}"
