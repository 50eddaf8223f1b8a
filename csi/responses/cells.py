"""Turn the cells of one column into numbers, dates or text; report those that cannot be.

Nothing is guessed: ``10, 9``, a full-width digit, a blank beside the number or a number in words
is reported with its row, because each of them may mean something else than it seems to.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

_NUMERAL = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A column after parsing.

    Attributes
    ----------
    values : Series
        float, datetime64 or str; missing where the cell is empty or cannot be parsed.
    empty : ndarray of bool
        Where the cell held nothing.
    wrong : mapping of int to str
        Position of each cell that cannot be parsed, to what was found.
    """

    values: pd.Series
    empty: npt.NDArray[np.bool_]
    wrong: Mapping[int, str] = field(default_factory=dict)


def parse_numbers(cells: pd.Series) -> Parsed:
    """Parse a column of codes or quantities."""
    if cells.dtype == np.float64:
        values = cells.to_numpy()
        infinite = np.isinf(values)
        return Parsed(
            values=pd.Series(np.where(infinite, np.nan, values)),
            empty=np.isnan(values),
            wrong={int(at): "an infinite number" for at in np.flatnonzero(infinite)},
        )
    return _parse(cells, _number, np.dtype("float64"))


def parse_dates(cells: pd.Series) -> Parsed:
    """Parse a column of dates: ISO text (``2026-01-31``), or dates as Excel and SPSS know them."""
    if pd.api.types.is_datetime64_dtype(cells.dtype):
        values = cells.reset_index(drop=True).astype("datetime64[us]")
        return Parsed(values=values, empty=values.isna().to_numpy())
    return _parse(cells, _date, np.dtype("datetime64[us]"))


def parse_texts(cells: pd.Series) -> Parsed:
    """Parse a column of text; only the ends are trimmed."""
    return _parse(cells, _text, np.dtype("object"))


def _parse(
    cells: pd.Series, parse: Callable[[object], object], dtype: np.dtype[np.generic]
) -> Parsed:
    """Parse every different cell once."""
    codes, different = _different(cells)
    parsed = [None if _is_empty(cell) else parse(cell) for cell in different]
    found = {at: value.found for at, value in enumerate(parsed) if isinstance(value, _Wrong)}
    values = pd.Series(
        [None if at in found else value for at, value in enumerate(parsed)], dtype=dtype
    )
    empty = np.array([value is None for value in parsed], dtype=bool)
    wrong = np.flatnonzero(np.isin(codes, list(found)))
    return Parsed(
        values=values.take(codes).reset_index(drop=True),
        empty=empty[codes],
        wrong={int(at): found[codes[at]] for at in wrong},
    )


def _different(cells: pd.Series) -> tuple[npt.NDArray[np.intp], list[object]]:
    """Return the different cells and where each stands; 1, 1.0, True and "1" are different."""
    plain = cells.astype(object)
    if set(map(type, plain)) <= {str, type(None)}:
        codes, uniques = pd.factorize(plain, use_na_sentinel=False)
        return codes, list(uniques)
    places: dict[tuple[type, object], int] = {}
    order = [places.setdefault((type(cell), cell), len(places)) for cell in plain]
    return np.array(order, dtype=np.intp), [cell for _, cell in places]


@dataclass(frozen=True, slots=True)
class _Wrong:
    found: str


def _is_empty(cell: object) -> bool:
    if cell is None or cell is pd.NA or cell is pd.NaT or cell == "":
        return True
    return isinstance(cell, (float, np.floating)) and bool(np.isnan(cell))


def _number(cell: object) -> float | _Wrong:
    if isinstance(cell, bool):
        return _Wrong(f"the truth value {cell}")
    if isinstance(cell, (int, float, np.number)):
        return float(cell)
    if not isinstance(cell, str):
        return _Wrong(f"the {type(cell).__name__} {cell}")
    if _NUMERAL.fullmatch(cell):
        return float(cell)
    plain = unicodedata.normalize("NFKC", cell).strip()
    if _NUMERAL.fullmatch(plain) and plain != cell:
        how = "with blanks beside it" if plain == cell.strip() else "in full-width characters"
        return _Wrong(f"{cell!r}, a number {how}")
    return _Wrong(repr(cell))


def _date(cell: object) -> dt.datetime | _Wrong:
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, str) and _DATE.fullmatch(cell):
        try:
            return dt.datetime.fromisoformat(cell)
        except ValueError:
            return _Wrong(f"{cell!r}, a day that does not exist")
    return _Wrong(repr(cell))


def _text(cell: object) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None
