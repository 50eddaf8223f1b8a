"""Exclusions before the draw: every row passes the rules in order, and each rule is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csi.errors import SamplingError
from csi.questionnaire.schema import Text
from csi.sampling.exclusions import Exclusion
from csi.sampling.hashing import UInt64Array, is_text, random_numbers
from csi.sampling.limits import BoolArray, IntArray
from csi.sampling.strata import CellIndex

NO_KEY = ("no_key", Text("No key", "无标识"))
NOT_DRAWN = ("not_in_plan", Text("In no stratum that is drawn", "不属于任何抽样层"))
AVOIDED = ("drawn_before", Text("Drawn in an earlier sample", "已在此前样本中抽中"))

_BITMAP = 44
"""Random numbers are looked up by their first 64 − 44 = 20 bits before they are searched for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screen:
    """What to do with every row.

    Attributes
    ----------
    key : str
    strata : tuple of str
    index : CellIndex
    drawn : ndarray of bool, shape (H + 1,)
        Whether a cell is drawn; the last place, for rows in no cell, is False.
    exclusions : tuple of Exclusion
    seed : int
    avoided : ndarray of uint64
        Sorted random numbers of the keys drawn before.
    """

    key: str
    strata: tuple[str, ...]
    index: CellIndex
    drawn: BoolArray
    exclusions: tuple[Exclusion, ...]
    seed: int
    avoided: UInt64Array

    @property
    def rules(self) -> tuple[tuple[str, Text], ...]:
        """Every rule in order: name and reason."""
        named = tuple((rule.id, rule.text) for rule in self.exclusions)
        last = (AVOIDED,) if len(self.avoided) else ()
        return (NO_KEY, NOT_DRAWN, *named, *last)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rules read, the key first."""
        names = [name for rule in self.exclusions for name in sorted(rule.when.items)]
        return tuple(dict.fromkeys((self.key, *self.strata, *names)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screened:
    """One batch after the rules.

    Attributes
    ----------
    rows, cells, numbers : ndarray, shape (m,)
        Position in the batch, cell and random number of the rows that are left.
    matched, removed, unknown : ndarray of int, shape (R,)
        Rows that each rule holds for; that it was the first to remove; whose answer is missing.
    listed : ndarray of int, shape (H + 1,)
        Rows of each cell before the rules; the last place counts rows in no cell.
    """

    rows: IntArray
    cells: IntArray
    numbers: UInt64Array
    matched: IntArray
    removed: IntArray
    unknown: IntArray
    listed: IntArray


def screen_batch(batch: pa.RecordBatch, screen: Screen) -> Screened:
    """Apply the rules of ``screen`` to one batch."""
    keys = batch.column(screen.key)
    cells = screen.index.cells([batch.column(name) for name in screen.strata])
    counter = _Counter(batch.num_rows)
    counter.remove(_missing(keys))
    counter.remove(~screen.drawn[cells])
    _apply_exclusions(batch, screen.exclusions, counter)
    rows = np.flatnonzero(counter.alive)
    left = keys if len(rows) == len(keys) else keys.take(pa.array(rows))
    numbers = random_numbers(left, screen.seed)
    if len(screen.avoided):
        before = _member(numbers, screen.avoided)
        counter.add(int(before.sum()), int(before.sum()), 0)
        rows, numbers = rows[~before], numbers[~before]
    return Screened(
        rows=rows,
        cells=cells[rows],
        numbers=numbers,
        matched=np.array(counter.matched),
        removed=np.array(counter.removed),
        unknown=np.array(counter.unknown),
        # Cell −1 is counted in the last place.
        listed=np.roll(np.bincount(cells + 1, minlength=len(screen.drawn)), -1),
    )


class _Counter:
    """The rows still alive, and what each rule did."""

    def __init__(self, rows: int) -> None:
        self.alive = np.ones(rows, dtype=bool)
        self.matched: list[int] = []
        self.removed: list[int] = []
        self.unknown: list[int] = []

    def remove(self, hit: BoolArray, unknown: int = 0) -> None:
        self.add(int(hit.sum()), int((hit & self.alive).sum()), unknown)
        self.alive &= ~hit

    def add(self, matched: int, removed: int, unknown: int) -> None:
        self.matched.append(matched)
        self.removed.append(removed)
        self.unknown.append(unknown)


def _apply_exclusions(
    batch: pa.RecordBatch, exclusions: Sequence[Exclusion], counter: _Counter
) -> None:
    columns: dict[str, pd.Series] = {}
    gaps: dict[str, bool] = {}
    for rule in exclusions:
        for comparison in rule.when.comparisons:
            name = comparison.item
            if name not in columns:
                as_text = isinstance(comparison.values[0], str)
                columns[name] = _answers(batch.column(name), as_text, name, rule)
                gaps[name] = bool(columns[name].isna().any())
    frame = pd.DataFrame(columns, copy=False)
    for rule in exclusions:
        hit = rule.when.tree.known(frame, True)
        unknown = 0
        if any(gaps[name] for name in rule.when.items):
            unknown = len(hit) - int((hit | rule.when.tree.known(frame, False)).sum())
        counter.remove(hit, unknown)


def _answers(column: pa.Array, as_text: bool, name: str, rule: Exclusion) -> pd.Series:
    """Return a column as numbers or as text, whichever the rules compare it with."""
    if not (is_text(column.type) or pa.types.is_dictionary(column.type)):
        return pd.Series(column.to_numpy(zero_copy_only=False), copy=False)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    distinct = pd.Series(encoded.dictionary.to_pylist(), dtype=object)
    if not as_text:
        numbers = pd.to_numeric(distinct, errors="coerce")
        wrong = distinct[numbers.isna() & distinct.notna()]
        if len(wrong):
            raise SamplingError(
                f"The exclusion `{rule.id}` ({rule.when}) compares `{name}` with a number, but the "
                f"column holds {wrong.iloc[0]!r}. Compare it with text in quotes, or recode it."
            )
        distinct = numbers.astype(float)
    table = np.append(distinct.to_numpy(), np.nan)
    index = encoded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)
    return pd.Series(table[index], copy=False)


def _missing(keys: pa.Array) -> BoolArray:
    missing = keys.is_null()
    if is_text(keys.type):
        blank = pc.equal(pc.utf8_trim_whitespace(keys), "")
        missing = pc.or_(missing, pc.fill_null(blank, True))
    return np.asarray(missing.to_numpy(zero_copy_only=False))


def _member(numbers: UInt64Array, known: UInt64Array) -> BoolArray:
    bitmap = np.zeros(1 << (64 - _BITMAP), dtype=bool)
    bitmap[(known >> np.uint64(_BITMAP)).astype(np.int64)] = True
    member = bitmap[(numbers >> np.uint64(_BITMAP)).astype(np.int64)]
    near = np.flatnonzero(member)
    place = np.minimum(np.searchsorted(known, numbers[near]), len(known) - 1)
    member[near] = known[place] == numbers[near]
    return member


def tabulate_rules(
    rules: Sequence[tuple[str, Text]], rows: int, counts: Mapping[str, IntArray]
) -> pd.DataFrame:
    """Tabulate what each rule did.

    Returns
    -------
    DataFrame
        ``rule, reason_en, reason_zh, matched, removed, unknown, remaining, share`` (of all rows).
    """
    removed = counts["removed"]
    return pd.DataFrame(
        {
            "rule": [name for name, _ in rules],
            "reason_en": [text.to("en") or name for name, text in rules],
            "reason_zh": [text.to("zh") or name for name, text in rules],
            "matched": counts["matched"],
            "removed": removed,
            "unknown": counts["unknown"],
            "remaining": rows - np.cumsum(removed),
            "share": removed / max(rows, 1),
        }
    )
