"""Columns between SPSS and pandas: dates and times, texts as bytes, texts stored in parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import ResponseFileError
from csi.responses.dictionary import DATE_FORMATS, TIME_FORMATS, SpssDictionary
from csi.responses.encoding import Decoder
from csi.responses.layout import STORED, Column

EPOCH = 12_219_379_200
"""Seconds from SPSS's zero, 14 October 1582, to 1970."""

LATEST = 253_402_300_800 + EPOCH
"""Seconds to the year 10000, where SPSS dates end."""

MICRO = 1_000_000

FloatArray = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


def build_frame(
    table: pd.DataFrame,
    columns: Sequence[Column],
    dictionary: SpssDictionary,
    decode: Decoder,
    *,
    path: str,
    force: bool,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Turn the table that pyreadstat decoded into native values; return notes on odd cells.

    Parameters
    ----------
    table : DataFrame
        One column per variable record, in the order of ``columns``; texts as bytes in Latin-1.
    """
    notes = []
    finished = {}
    place = 0
    for name, column in zip(dictionary.variables, columns, strict=True):
        parts = [table.iloc[:, place + number] for number in range(len(column.records))]
        place += len(column.records)
        if column.width:
            finished[name], bad = to_texts(parts, decode)
            if len(bad):
                notes.append(
                    f"Column `{name}`, {_rows(bad)}: not valid {decode.codec}; shown with \ufffd."
                )
        else:
            finished[name] = parts[0]
    frame, more = convert_dates(pd.DataFrame(finished), dictionary, path=path, force=force)
    return frame, (*notes, *more)


def convert_dates(
    frame: pd.DataFrame, dictionary: SpssDictionary, *, path: str, force: bool = False
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Turn the seconds of date and time columns into dates and durations.

    Raises
    ------
    ResponseFileError
        A cell holds no possible date, and ``force`` is not set.
    """
    notes = []
    columns = {}
    for name in frame.columns:
        kind = dictionary.variables[name].format_name
        columns[name] = frame[name]
        if kind in DATE_FORMATS or kind in TIME_FORMATS:
            seconds = frame[name].to_numpy(dtype=np.float64)
            columns[name], bad = (to_dates if kind in DATE_FORMATS else to_times)(seconds)
            if len(bad):
                what = f"{seconds[bad[0]]:.0f} seconds are no {kind} that SPSS can show"
                message = f"Column `{name}`, {_rows(bad)}: {what}"
                if not force:
                    hint = "Pass force=True to leave these cells empty."
                    raise ResponseFileError(path, f"{message}.", hint=hint)
                notes.append(f"{message}; left empty.")
    return pd.DataFrame(columns, index=frame.index), tuple(notes)


def _rows(rows: Rows) -> str:
    shown = ", ".join(str(row + 1) for row in rows[:3])
    more = f" and {len(rows) - 3:,} more" if len(rows) > 3 else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"


def to_dates(seconds: FloatArray) -> tuple[pd.Series, Rows]:
    """Turn SPSS seconds into dates; return also the rows that hold no possible date (made NaT)."""
    with np.errstate(invalid="ignore"):
        good = (seconds > -EPOCH) & (seconds < LATEST)
    bad = np.flatnonzero(~good & ~np.isnan(seconds))
    micros = np.full(seconds.shape, np.iinfo(np.int64).min)
    micros[good] = _micros(seconds[good]) - EPOCH * MICRO
    return pd.Series(micros.view("datetime64[us]")), bad


def to_times(seconds: FloatArray) -> tuple[pd.Series, Rows]:
    """Turn SPSS seconds into durations; return also the rows that are too long (made NaT)."""
    with np.errstate(invalid="ignore"):
        good = np.abs(seconds) < LATEST
    bad = np.flatnonzero(~good & ~np.isnan(seconds))
    micros = np.full(seconds.shape, np.iinfo(np.int64).min)
    micros[good] = _micros(seconds[good])
    return pd.Series(micros.view("timedelta64[us]")), bad


def _micros(seconds: FloatArray) -> npt.NDArray[np.int64]:
    whole = np.floor(seconds)
    return whole.astype(np.int64) * MICRO + np.rint((seconds - whole) * MICRO).astype(np.int64)


def to_seconds(column: pd.Series) -> FloatArray:
    """Return dates or durations as SPSS seconds; the inverse of `to_dates` and `to_times`."""
    dates = pd.api.types.is_datetime64_dtype(column)
    unit = "datetime64[us]" if dates else "timedelta64[us]"
    values = column.to_numpy().astype(unit)
    micros = values.view(np.int64)
    seconds = micros // MICRO + (EPOCH if dates else 0) + (micros % MICRO) / MICRO
    return np.where(np.isnat(values), np.nan, seconds)


def to_texts(parts: Sequence[pd.Series], decode: Decoder) -> tuple[pd.Series, Rows]:
    """Join the parts of a text and decode it; return also the rows that could not be decoded.

    Parameters
    ----------
    parts : sequence of Series of str
        One character per byte (Latin-1), without trailing blanks.
    """
    joined = parts[0].fillna("").astype(object)
    for number, part in enumerate(parts[1:], start=1):
        joined = joined.str.ljust(number * STORED) + part.fillna("").astype(object)
    codes, uniques = pd.factorize(joined)
    texts, failed = [], []
    for unique in uniques:
        before = len(decode.failures)
        texts.append(decode(unique.encode("latin-1")))
        failed.append(len(decode.failures) > before)
    bad = np.flatnonzero(np.asarray(failed, dtype=bool)[codes]) if failed else np.empty(0, np.intp)
    return pd.Series(np.asarray(texts, dtype=object)[codes], dtype="str"), bad
