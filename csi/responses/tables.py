"""Read CSV, Excel and Parquet files into text and numbers, guessing nothing about their meaning."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import Fault, ResponseError, ResponseFileError
from csi.responses.dictionary import SpssDictionary
from csi.responses.encoding import choose_encoding
from csi.responses.signatures import file_kind
from csi.storage import hash_file

SEPARATORS = (",", ";", "\t", "|")
UNPACKED_LIMIT = 4 << 30  # bytes; a workbook that claims more is no table of answers
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerTable:
    """Cells as they stand in a file, with what is needed to point at one.

    Attributes
    ----------
    frame : DataFrame
        Text from CSV; text, numbers, dates and truth values from Excel and Parquet; native values
        from SPSS.
        An empty cell is None or NaN.
    rows : ndarray of int
        Number of each row as a person would find it: line, sheet row or case.
    unit : str
        ``row`` or ``case``.
    dictionary : SpssDictionary or None
        Where the file is SPSS.
    """

    frame: pd.DataFrame
    rows: npt.NDArray[np.intp]
    unit: Literal["row", "case"] = "row"
    dictionary: SpssDictionary | None = None
    notes: tuple[str, ...] = ()
    source: str = ""
    sha256: str = ""


def read_table(path: str | os.PathLike[str], *, sheet: str | None = None) -> AnswerTable:
    """Read a CSV file (UTF-8 or GB18030; comma, semicolon or tab), a workbook or a Parquet file.

    Parameters
    ----------
    sheet : str, optional
        Sheet of a workbook; by default the first.

    Raises
    ------
    ResponseFileError
        The file is missing, empty, of another kind, or not text in a known character set.
    ResponseError
        Rows of the wrong length, columns without a name or with one name.
    """
    kind = file_kind(path)
    if kind == "parquet":
        return _read_parquet(path)
    if kind not in ("text", "workbook"):
        raise ResponseFileError(str(path), "This is an SPSS file.", hint="Read it with read_spss.")
    data = Path(path).read_bytes()
    if kind == "workbook":
        header, rows, numbers, notes = _read_workbook(path, data, sheet)
    else:
        header, rows, numbers, notes = _read_text(path, data)
    width = _check_header(path, header, rows)
    faults = [
        Fault(f"{path}, row {number}", f"It has {len(row)} cells; the header has {width}.")
        for row, number in zip(rows, numbers, strict=True)
        if len(row) != width and any(cell not in (None, "") for cell in row[width:] or ["short"])
    ]
    if faults:
        more = [Fault(str(path), f"And {len(faults) - 20:,} more such rows.")] * (len(faults) > 20)
        raise ResponseError([*faults[:20], *more])
    if not rows:
        raise ResponseFileError(str(path), "The file has a header, but no row of answers.")
    frame = pd.DataFrame([row[:width] for row in rows], columns=header[:width], dtype=object)
    return AnswerTable(
        frame=frame.where(frame != "", None),
        rows=np.asarray(numbers, dtype=np.intp),
        notes=tuple(notes),
        source=Path(path).name,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _read_parquet(path: str | os.PathLike[str]) -> AnswerTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError):
        hint = "Write the file anew."
        raise ResponseFileError(str(path), "The Parquet file is damaged.", hint=hint) from None
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        what = f"The columns {', '.join(nested)} hold lists or structures, not one answer a cell."
        raise ResponseError(Fault(str(path), what, "Give each answer a column of its own."))
    if not table.num_rows:
        raise ResponseFileError(str(path), "The file has columns, but no row of answers.")
    _check_header(path, table.column_names, [])
    frame = table.to_pandas(date_as_object=False)
    return AnswerTable(
        frame=frame.astype(object).where(frame.notna(), None).reset_index(drop=True),
        rows=np.arange(1, len(frame) + 1, dtype=np.intp),
        source=Path(path).name,
        sha256=hash_file(Path(path)),
    )


def _check_header(
    path: str | os.PathLike[str], header: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Check the names of the columns; return how many there are without empty ones at the end."""
    width = len(header)
    while width and not header[width - 1]:
        width -= 1
    faults = [
        Fault(f"{path}, column {place}", "The column has no name.")
        for place, name in enumerate(header[:width], start=1)
        if not name
    ]
    for name, count in Counter(header[:width]).items():
        if name and count > 1:
            faults.append(Fault(str(path), f"{count} columns are called `{name}`."))
    if not width:
        faults.append(Fault(str(path), "The first row holds no column names."))
    if faults:
        raise ResponseError(faults)
    return width


_Table = tuple[list[str], list[list[object]], list[int], list[str]]


def _read_text(path: str | os.PathLike[str], data: bytes) -> _Table:
    text, note = _decode(path, data)
    if "\0" in text:
        offset = data.find(b"\0")
        hint = "Save it as CSV in UTF-8."
        raise ResponseFileError(str(path), "The file is not text.", offset=offset, hint=hint)
    first = text[: text.find("\n")] if "\n" in text else text
    separator = max(SEPARATORS, key=first.count)
    notes = [note] if note else []
    if separator != "," and separator in first:
        notes.append(f"Columns are parted by {separator!r}.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[object]] = []
    numbers = []
    line = 0
    try:
        for record in reader:
            if any(record):
                records.append(list(record))
                numbers.append(line + 1)
            line = reader.line_num
    except csv.Error as error:
        raise ResponseFileError(
            str(path),
            f"The row that starts in line {line + 1} cannot be split into cells: {error}.",
            hint="Is a quotation mark left open there?",
        ) from None
    header = [str(name) for name in records[0]] if records else []
    return header, records[1:], numbers[1:], notes


def _decode(path: str | os.PathLike[str], data: bytes) -> tuple[str, str]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            chosen, note = codec, ""
            break
    else:
        decision = choose_encoding("", data.splitlines())
        chosen = decision.codec
        name = {"gb18030": "GB18030 (GBK)", "cp1252": "Windows-1252"}.get(chosen, chosen.upper())
        note = "" if chosen == "utf-8" else f"The text is not UTF-8; it was read as {name}."
    try:
        return data.decode(chosen), note
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ResponseFileError(
            str(path),
            f"Line {line} holds bytes that are no {chosen} text.",
            offset=error.start,
            hint="Save the file as CSV in UTF-8.",
        ) from None


def _read_workbook(path: str | os.PathLike[str], data: bytes, sheet: str | None) -> _Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        sheets = _sheets(data, sheet) if unpacked <= UNPACKED_LIMIT else {}
    except Exception as error:
        message = f"The workbook cannot be read: {error or type(error).__name__}."
        hint = "Open it in Excel and save it anew as .xlsx."
        raise ResponseFileError(str(path), message, hint=hint) from None
    if not sheets:
        raise ResponseFileError(str(path), f"The workbook would unpack to {unpacked:,} bytes.")
    chosen = next(iter(sheets)) if sheet is None else sheet
    if chosen not in sheets:
        listed = ", ".join(sheets)
        raise ResponseError(Fault(str(path), f"There is no sheet `{chosen}`, only {listed}."))
    filled = [
        (number, row)
        for number, row in enumerate(sheets[chosen], start=1)
        if any(cell not in (None, "") for cell in row)
    ]
    notes = []
    if len(sheets) > 1:
        notes.append(f"Sheet `{chosen}` was read, of {', '.join(sheets)}.")
    header = ["" if cell is None else str(cell) for cell in filled[0][1]] if filled else []
    return header, [row for _, row in filled[1:]], [number for number, _ in filled[1:]], notes


def _sheets(data: bytes, sheet: str | None) -> dict[str, list[list[object]]]:
    """Return the cells of one sheet, the first by default; other sheets come without cells."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations that openpyxl does not know
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        names = [entry.title for entry in book.worksheets]
        chosen = names[0] if sheet is None else sheet
        cells: dict[str, list[list[object]]] = {name: [] for name in names}
        if chosen in cells:
            cells[chosen] = [list(row) for row in book[chosen].iter_rows(values_only=True)]
        book.close()
    return cells
