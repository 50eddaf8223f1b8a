"""The sheets of a workbook as rows of text that know their number."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from csi.errors import Fault, QuestionnaireError

_UNPACKED_LIMIT = 200_000_000
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet, and its filled cells by column."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell, empty where there is none."""
        return self.cells.get(column, "")


def read_sheets(path: Path, content: bytes, names: Iterable[str]) -> dict[str, list[Row]]:
    """Read the sheets of some names, whatever their case; a sheet that is not there is left out.

    Column names come in lower case, with ``::`` between their parts and no spaces around them.

    Raises
    ------
    QuestionnaireError
        If the file is no workbook, or one that would fill the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        sheets = _read(content, tuple(names)) if unpacked <= _UNPACKED_LIMIT else None
    except Exception as error:
        message = f"The workbook cannot be read: {error or type(error).__name__}."
        hint = "Open it in Excel and save it anew as .xlsx."
        raise QuestionnaireError(Fault(str(path), message, hint)) from None
    if sheets is None:
        message = f"The workbook would unpack to {unpacked:,} bytes."
        raise QuestionnaireError(Fault(str(path), message))
    for name, rows in sheets.items():
        if rows and rows[-1].number > _MOST_ROWS:
            message = f"The sheet `{name}` has more than {_MOST_ROWS:,} rows."
            raise QuestionnaireError(Fault(str(path), message, "Is it the right file?"))
    return sheets


def _read(content: bytes, names: tuple[str, ...]) -> dict[str, list[Row]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations that openpyxl does not know
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        found = {
            name: list(_rows(sheets[name].iter_rows(values_only=True, max_row=_MOST_ROWS + 1)))
            for name in names
            if name in sheets
        }
        book.close()
    return found


def _rows(rows: Iterable[tuple[object, ...]]) -> Iterator[Row]:
    header: list[str] = []
    for number, cells in enumerate(rows, start=1):
        texts = [_text(cell) for cell in cells]
        if not any(texts):
            continue
        if not header:
            header = [_column(text) for text in texts]
            continue
        filled = {name: text for name, text in zip(header, texts, strict=False) if name and text}
        yield Row(number, filled)


def _column(text: str) -> str:
    parts = [part.strip() for part in re.split(r":{1,2}", text.lower())]
    return "::".join(["_".join(parts[0].split()), *parts[1:]])


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
