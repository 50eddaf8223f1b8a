"""The columns of a system file: long names put in, very long texts put together."""

from __future__ import annotations

from dataclasses import dataclass

from csi.responses.extensions import parse_pairs
from csi.responses.preflight import RawDictionary, VariableRecord

PART = 252
"""A text longer than 255 bytes takes one column for every 252 bytes, the last one the rest."""

STORED = 255
"""Each of those columns but the last stores this many bytes of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A variable as the user sees it, and where its cases are.

    Attributes
    ----------
    records : tuple of int
        Positions among the variable records; several for a very long text.
    short_name, name : bytes
        The 8-byte name that links the records of the file, and the full name.
    width : int
        0 for a number, else bytes.
    """

    records: tuple[int, ...]
    short_name: bytes
    name: bytes
    width: int


def lay_out(raw: RawDictionary) -> tuple[Column, ...]:
    """Return the columns of a file.

    Raises
    ------
    ResponseFileError
        A very long text lacks some of its parts, or two columns have one name.
    """
    names = long_names(raw)
    widths = _pairs(raw, 14)
    columns = []
    at = 0
    while at < len(raw.variables):
        record = raw.variables[at]
        short = record.name.rstrip(b" \0")
        width = _width(raw, record, widths.get(short.upper()))
        parts = max(1, -(-width // PART)) if width > 255 else 1
        column = Column(
            records=tuple(range(at, at + parts)),
            short_name=short,
            name=names.get(short.upper(), short),
            width=width,
        )
        _check_parts(raw, column)
        columns.append(column)
        at += parts
    _check_names(raw, columns)
    return tuple(columns)


def long_names(raw: RawDictionary) -> dict[bytes, bytes]:
    """Return the full names of record 13, by short name in capitals."""
    return _pairs(raw, 13)


def _pairs(raw: RawDictionary, subtype: int) -> dict[bytes, bytes]:
    records = raw.extensions.get(subtype, ())
    return {key.upper(): value for record in records for key, value in parse_pairs(record.data)}


def _width(raw: RawDictionary, record: VariableRecord, text: bytes | None) -> int:
    if text is None:
        return record.width
    if not text.isdigit() or not record.width or not 0 < int(text) <= 32767:
        found = text.decode("latin-1")
        raise raw.damaged(f"A text is said to be {found!r} bytes wide.", record.offset)
    return int(text)


def _check_parts(raw: RawDictionary, column: Column) -> None:
    first = raw.variables[column.records[0]]
    if column.records[-1] >= len(raw.variables):
        raise raw.damaged("A very long text lacks some of its parts.", first.offset)
    if any(raw.variables[part].width == 0 for part in column.records[1:]):
        raise raw.damaged("A very long text has a number among its parts.", first.offset)


def _check_names(raw: RawDictionary, columns: list[Column]) -> None:
    seen: set[bytes] = set()
    for column in columns:
        offset = raw.variables[column.records[0]].offset
        if not column.name or any(byte < 0x20 or byte == 0x7F for byte in column.name):
            raise raw.damaged("A variable name holds control characters.", offset)
        if column.name.upper() in seen:
            name = column.name.decode("latin-1")
            raise raw.damaged(f"Two variables are called `{name}`.", offset)
        seen.add(column.name.upper())
