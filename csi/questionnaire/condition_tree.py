"""The parts of a condition, and what is known of them for each respondent."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import ResponseError, suggest

Value = float | str
Mask = npt.NDArray[np.bool_]

OPPOSITE: Mapping[str, str] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
SIGNS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``item`` against one value, or against each of several (``=`` any, ``!=`` all)."""

    item: str
    sign: str
    values: tuple[Value, ...]

    def known(self, frame: pd.DataFrame, wanted: bool) -> Mask:
        """Tell for each row whether the answer is known to be ``wanted``."""
        sign = self.sign if wanted else OPPOSITE[self.sign]
        answers, answered = _answers(frame, self.item, isinstance(self.values[0], str))
        # Whole numbers are compared as such: large files then need no copy of their columns.
        whole = answers.dtype.kind in "iu"
        hits = [SIGNS[sign](answers, _plain(value) if whole else value) for value in self.values]
        combine = np.logical_and if sign == "!=" else np.logical_or
        return np.asarray(combine.reduce(hits) & answered, dtype=bool)

    def comparisons(self) -> Iterator[Comparison]:
        """Yield every comparison, from left to right."""
        yield self


@dataclass(frozen=True, slots=True)
class Negation:
    """``not`` a part."""

    part: Tree

    def known(self, frame: pd.DataFrame, wanted: bool) -> Mask:
        """Tell for each row whether the answer is known to be ``wanted``."""
        return self.part.known(frame, not wanted)

    def comparisons(self) -> Iterator[Comparison]:
        """Yield every comparison, from left to right."""
        yield from self.part.comparisons()


@dataclass(frozen=True, slots=True)
class Junction:
    """Parts joined by ``and`` (``every``) or by ``or``."""

    parts: tuple[Tree, ...]
    every: bool

    def known(self, frame: pd.DataFrame, wanted: bool) -> Mask:
        """Tell for each row whether the answer is known to be ``wanted``."""
        # `a and b` is true where every part is, and false where any part is.
        combine = np.logical_and if self.every is wanted else np.logical_or
        return np.asarray(combine.reduce([part.known(frame, wanted) for part in self.parts]))

    def comparisons(self) -> Iterator[Comparison]:
        """Yield every comparison, from left to right."""
        for part in self.parts:
            yield from part.comparisons()


Tree = Comparison | Negation | Junction


def _plain(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _answers(frame: pd.DataFrame, item: str, as_text: bool) -> tuple[npt.NDArray[Any], Mask]:
    if item not in frame.columns:
        raise ResponseError(
            f"A condition reads `{item}`, which is not a column of the data. "
            f"{suggest(item, frame.columns)}".strip()
        )
    column = frame[item]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and not as_text:
        return column.to_numpy(), np.ones(1, dtype=bool)
    if as_text:
        return column.astype(str).to_numpy(dtype=object), column.notna().to_numpy(dtype=bool)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return numbers, ~np.isnan(numbers)
