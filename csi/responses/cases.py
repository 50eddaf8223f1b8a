"""The cases of a system file: counted, checked, and handed to pyreadstat behind a clean dictionary.

pyreadstat decodes the cases and nothing else. It is given a stream that begins with a bare
dictionary written here (numbered names, types and widths only) and goes on with the file's own
cases. Whatever is wrong in the real dictionary can therefore not reach it, and the number of cases
that it allocates is the number that we counted.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from csi.errors import ResponseFileError
from csi.responses.preflight import RawDictionary

END, LITERAL = 252, 253
SYSTEM_MISSING = -1.7976931348623157e308
LATIN_1 = 28591  # a code page in which every byte is a character: strings come back as bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Where the cases are, and how many whole ones there are.

    Attributes
    ----------
    body : bytes or None
        Bytecodes; None for an uncompressed file, which is read from disk.
    n : int
    note : str
        What was wrong with the count, where the caller insisted on reading.
    """

    raw: RawDictionary
    body: bytes | None
    n: int
    note: str = ""

    def names(self) -> tuple[str, ...]:
        """Return the names by which pyreadstat knows the variables, in order."""
        return tuple(f"V{number}" for number, _ in enumerate(self.raw.variables, start=1))

    def open(self) -> _Spliced:
        """Return the stream for pyreadstat; close it after use."""
        head = _bare_dictionary(self.raw, self.n, compressed=self.body is not None)
        if self.body is None:
            length = self.n * self.raw.case_elements * 8
            file = open(self.raw.path, "rb")  # noqa: SIM115 (closed by _Spliced)
            return _Spliced(head, file, self.raw.data_offset, length)
        return _Spliced(head, io.BytesIO(self.body), 0, len(self.body))


def count_cases(raw: RawDictionary, *, force: bool = False) -> Cases:
    """Count the cases of a file and compare with what its header announces.

    Parameters
    ----------
    force : bool
        Take the whole cases that are there, whatever the header announces.

    Raises
    ------
    ResponseFileError
        The file is truncated, its compressed part is damaged, or the counts differ.
    """
    if raw.header.compression == 0:
        body = None
        elements, rest = divmod(raw.file_size - raw.data_offset, 8)
        size = raw.case_elements
        n, whole = elements // size, elements % size == 0 and rest == 0
    else:
        body = _inflate(raw) if raw.header.compression == 2 else _bytecodes(raw)
        elements, whole = _count_elements(np.frombuffer(body, dtype=np.uint8).reshape(-1, 8))
        n, rest = divmod(elements, raw.case_elements)
        whole = whole and rest == 0
    message = _compare(n, raw.header.n_cases, whole=whole)
    if message and not force:
        raise ResponseFileError(
            raw.path,
            message,
            offset=raw.file_size if "ends" in message else 80,
            hint=f"Ask for the file again, or pass force=True to read the {n:,} whole cases.",
        )
    return Cases(raw=raw, body=body, n=n, note=message)


def _compare(found: int, announced: int, *, whole: bool) -> str:
    if announced == -1:
        return "" if whole else f"The file ends inside case {found + 1:,}."
    if found < announced:
        return f"The file ends after {found:,} of the {announced:,} cases that it announces."
    if found > announced:
        return f"The header announces {announced:,} cases; the file holds {found:,}."
    return ""


def _bytecodes(raw: RawDictionary) -> bytes:
    with Path(raw.path).open("rb") as stream:
        stream.seek(raw.data_offset)
        data = stream.read()
    return data[: len(data) // 8 * 8]


def _count_elements(blocks: np.ndarray) -> tuple[int, bool]:
    """Count the 8-byte elements that a bytecode stream makes, and whether it ends cleanly.

    A block is eight codes, followed by 8 bytes for each code that says "literal"; so the place of
    a block depends on all blocks before it.
    """
    steps = ((blocks == LITERAL).sum(axis=1) + 1).tolist()
    visited = []
    at = 0
    while at < len(steps):
        visited.append(at)
        at += steps[at]
    codes = blocks[visited].ravel()
    ends = np.flatnonzero(codes == END)
    stop = int(ends[0]) if len(ends) else len(codes)
    literals_missing = at - len(steps) if stop > 8 * (len(visited) - 1) else 0
    produced = codes[:stop]
    if literals_missing:  # the last literals of the last block lie behind the end of the file
        kept = np.flatnonzero(produced == LITERAL)
        produced = produced[: kept[-min(literals_missing, len(kept))]]
    return int((produced != 0).sum()), literals_missing == 0


def _inflate(raw: RawDictionary) -> bytes:
    """Unpack the zlib blocks of a .zsav file, checking its table of blocks."""
    with Path(raw.path).open("rb") as stream:
        stream.seek(raw.data_offset)
        data = stream.read()
    base = raw.data_offset
    if len(data) < 24:
        raise raw.damaged("The file ends before its compressed cases.", raw.file_size)
    start, trailer, length = map(int, raw.unpack("qqq", data[:24]))
    if start != base or trailer < base + 24 or length < 24 or trailer + length != raw.file_size:
        raise raw.damaged("The table of compressed blocks is not where the file says it is.", base)
    _, _, block_size, count = raw.unpack("qqii", data[trailer - base :][:24])
    if length != 24 + 24 * count:
        raise raw.damaged(f"The table announces {count:,} compressed blocks.", int(trailer))
    body = bytearray()
    place = base + 24
    for number in range(int(count)):
        at = int(trailer) - base + 24 * (number + 1)
        _, offset, full, packed = raw.unpack("qqii", data[at : at + 24])
        if offset != place or not 0 < packed <= trailer - offset or not 0 < full <= block_size:
            raise raw.damaged(f"Compressed block {number + 1} has impossible sizes.", base + at)
        body += _inflate_block(
            raw, data[place - base : place - base + int(packed)], int(full), place
        )
        place += int(packed)
    return bytes(body[: len(body) // 8 * 8])


def _inflate_block(raw: RawDictionary, packed: bytes, full: int, offset: int) -> bytes:
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(packed, full + 1)  # one more than announced, never a bomb
    except zlib.error as error:
        raise raw.damaged(f"A compressed block cannot be unpacked ({error}).", offset) from None
    if len(data) != full or not engine.eof:
        raise raw.damaged("A compressed block has not the size that the table says.", offset)
    return data


def _bare_dictionary(raw: RawDictionary, n: int, *, compressed: bool) -> bytes:
    order = raw.header.order
    parts = [
        b"$FL2",
        b"@(#) SPSS DATA FILE".ljust(60),
        struct.pack(f"{order}iiiii", 2, raw.case_elements, int(compressed), 0, n),
        struct.pack(f"{order}d", 100.0),
        b"01 Jan 0000:00:00".ljust(17 + 64),
        b"\0\0\0",
    ]
    for number, variable in enumerate(raw.variables, start=1):
        width = variable.width
        code = (1 << 16 | width << 8) if width else (5 << 16 | 8 << 8 | 2)
        name = f"V{number}".encode().ljust(8)
        parts.append(struct.pack(f"{order}6i8s", 2, width, 0, 0, code, code, name))
        filler = struct.pack(f"{order}6i8s", 2, -1, 0, 0, 0, 0, b" " * 8)
        parts.append(filler * (variable.elements - 1))
    endian = 2 if order == "<" else 1
    parts.append(struct.pack(f"{order}12i", 7, 3, 4, 8, 20, 0, 0, -1, 1, 1, endian, LATIN_1))
    special = (system_missing(raw), 1.7976931348623157e308, -1.7976931348623155e308)
    parts.append(struct.pack(f"{order}4i3d", 7, 4, 8, 3, *special))
    parts.append(struct.pack(f"{order}2i", 999, 0))
    return b"".join(parts)


def system_missing(raw: RawDictionary) -> float:
    """Return the number that stands for "no answer" in this file."""
    for record in raw.extensions.get(4, ()):
        if len(record.data) >= 8:
            return float(raw.unpack("d", record.data[:8])[0])
    return SYSTEM_MISSING


class _Spliced:
    """A file for pyreadstat: ``head``, then ``length`` bytes of ``body`` from ``start``."""

    def __init__(self, head: bytes, body: BinaryIO, start: int, length: int) -> None:
        self._head, self._body, self._start = head, body, start
        self._size = len(head) + length
        self._at = 0

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._size - self._at
        count = left if size is None or size < 0 else min(size, left)
        from_head = self._head[self._at : self._at + count]
        from_body = b""
        if len(from_head) < count:
            self._body.seek(self._start + max(self._at, len(self._head)) - len(self._head))
            from_body = self._body.read(count - len(from_head))
        data = from_head + from_body if from_head else from_body
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        base = (0, self._at, self._size)[whence]
        self._at = min(max(base + offset, 0), self._size)
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._body.close()
