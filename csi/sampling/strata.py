"""Stratum codes, as the questionnaire knows them, found in any column that means them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from csi.questionnaire.schema import Questionnaire
from csi.sampling.limits import IntArray

PlaceArray = npt.NDArray[np.signedinteger[Any]]
"""Positions of codes: narrow where many rows are read."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StratumItem:
    """One stratifying item.

    Attributes
    ----------
    name : str
    codes : tuple of int
        Its answer codes, in the order of the questionnaire.
    places : mapping of str to int
        Position in ``codes`` of each code in digits and of each label in either language.
    """

    name: str
    codes: tuple[int, ...]
    places: Mapping[str, int]

    @classmethod
    def of(cls, questionnaire: Questionnaire, name: str) -> StratumItem:
        """Take the codes and labels from the questionnaire."""
        choices = questionnaire.items[name].choices
        places: dict[str, int] = {}
        for place, (code, label) in enumerate(choices.items()):
            places |= {text: place for text in (label.en, label.zh) if text}
            places[str(code)] = place
        return cls(name=name, codes=tuple(choices), places=places)

    def positions(self, column: pa.Array | pa.ChunkedArray) -> PlaceArray:
        """Return for each value its position in `codes`; -1 where it is none of them.

        Numbers are read as codes; text as a code in digits or as a label.
        """
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        if pa.types.is_integer(column.type) and not column.null_count:
            return self._of_integers(column.to_numpy(zero_copy_only=False))
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        table = np.array([*(self._place(value) for value in encoded.dictionary.to_pylist()), -1])
        index = encoded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)
        return np.asarray(table[index], dtype=np.int64)

    def unknown(self, column: pa.Array) -> list[object]:
        """Return the values of a column that are no codes, each once, in order."""
        distinct = column.unique()
        known = self.positions(distinct) >= 0
        return [value for value, ok in zip(distinct.to_pylist(), known, strict=True) if not ok]

    def _of_integers(self, values: IntArray) -> PlaceArray:
        if values.dtype.itemsize <= 2:
            # Every value that fits in two bytes has its own place in a table.
            info = np.iinfo(values.dtype)
            table = np.full(int(info.max) - int(info.min) + 1, -1, dtype=np.int32)
            for place, code in enumerate(self.codes):
                if info.min <= code <= info.max:
                    table[code] = place  # negative codes count from the end, as their bits do
            return table.take(values.view(f"u{values.dtype.itemsize}"))
        codes = np.array(self.codes, dtype=np.int64)
        order = np.argsort(codes)
        found = np.minimum(np.searchsorted(codes[order], values), len(codes) - 1)
        places = order[found]
        return np.where(codes[places] == values, places, -1)

    def _place(self, value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return self.places.get(str(value).strip(), -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellIndex:
    """Cells of a plan, found from the strata of a row.

    Attributes
    ----------
    items : tuple of StratumItem
    cell_of : ndarray of int
        Cell at each combination of positions, the last item fastest; -1 where the plan has none.
        One more place at the end stands for everything else.
    """

    items: tuple[StratumItem, ...]
    cell_of: IntArray

    @classmethod
    def of(cls, items: Sequence[StratumItem], positions: Sequence[PlaceArray]) -> CellIndex:
        """Give the cells numbers in the order of ``positions``, one array per item."""
        size = int(np.prod([len(item.codes) for item in items]))
        cell_of = np.full(size + 1, -1, dtype=np.int64)
        keys = _combined(items, positions)
        cell_of[keys] = np.arange(len(keys))
        return cls(items=tuple(items), cell_of=cell_of)

    def cells(self, columns: Sequence[pa.Array]) -> IntArray:
        """Return the cell of each row, -1 where it belongs to none."""
        positions = [
            item.positions(column) for item, column in zip(self.items, columns, strict=True)
        ]
        return np.asarray(self.cell_of.take(_combined(self.items, positions), mode="wrap"))


def _combined(items: Sequence[StratumItem], positions: Sequence[PlaceArray]) -> PlaceArray:
    key, absent = positions[0], positions[0] < 0
    for item, position in zip(items[1:], positions[1:], strict=True):
        key = key * len(item.codes)
        key += position
        absent |= position < 0
    return np.where(absent, -1, key)
