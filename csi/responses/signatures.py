"""What a file is, by its first bytes rather than by its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from csi.errors import ResponseFileError

FileKind = Literal["system", "portable", "workbook", "parquet", "text"]

_READABLE: tuple[tuple[bytes, FileKind], ...] = (
    (b"$FL2", "system"),
    (b"$FL3", "system"),
    (b"PK\x03\x04", "workbook"),
    (b"PAR1", "parquet"),
)
_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls, .doc) or an SPSS output file"),
    (b"<stata_dta>", "a Stata file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)
_PORTABLE_MARK = 464  # the 8-byte tag SPSSPORT stands here, in the file's own character table


def file_kind(path: str | os.PathLike[str]) -> FileKind:
    """Say what ``path`` holds: an SPSS file, a workbook, a Parquet file, or text.

    Raises
    ------
    ResponseFileError
        It does not exist, is a folder, is empty, is encrypted or is of a kind we cannot read.
    """
    start = _first_bytes(path)
    if start[8:20] == b"ENCRYPTEDSAV":
        raise ResponseFileError(
            str(path),
            "The file is encrypted with a password.",
            offset=8,
            hint="Open it in SPSS and save it without a password.",
        )
    for mark, kind in _READABLE:
        if start.startswith(mark):
            return kind
    for mark, name in _FOREIGN:
        if start.startswith(mark):
            raise ResponseFileError(str(path), f"This is {name}, not a file of answers.")
    if _is_portable(start):
        return "portable"
    return "text"


def _first_bytes(path: str | os.PathLike[str]) -> bytes:
    file = Path(path)
    if file.is_dir():
        raise ResponseFileError(str(path), "This is a folder, not a file.")
    try:
        with file.open("rb") as stream:
            start = stream.read(1024)
    except FileNotFoundError:
        raise ResponseFileError(str(path), "There is no such file.") from None
    except OSError as error:
        raise ResponseFileError(
            str(path), f"The file cannot be opened: {error.strerror}."
        ) from None
    if not start:
        raise ResponseFileError(str(path), "The file is empty (0 bytes).")
    return start


def _is_portable(start: bytes) -> bool:
    """Portable files are text in lines of 80; the tag is the last thing before the version."""
    joined = start.replace(b"\r", b"").replace(b"\n", b"")
    return joined[_PORTABLE_MARK - 8 : _PORTABLE_MARK] == b"SPSSPORT" or joined.startswith(
        b"ASCII SPSS PORT FILE"
    )
