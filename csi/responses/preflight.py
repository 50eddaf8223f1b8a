"""Walk an SPSS system file record by record and refuse what is damaged, before decoding it.

One wrong byte can crash, hang or exhaust a decoder that trusts the file. So every length, count
and index is checked here against the file's size and against the records before it. pyreadstat is
later given a dictionary that we write ourselves (`csi.responses.cases`): it never sees these bytes.

The layout of the records is the one that GNU PSPP documents publicly.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from csi.errors import ResponseFileError
from csi.responses.signatures import file_kind

HEADER_SIZE = 176
STRING_FORMATS = frozenset({1, 2})  # A, AHEX
SEND_AGAIN = "Ask for the file again, or open it in SPSS and save it anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableRecord:
    """One variable record with its continuations.

    Attributes
    ----------
    offset : int
        Byte offset of the record.
    element : int
        Position of its first 8 bytes in a case, counted from 1.
    width : int
        0 for a number, else bytes of a string, at most 255.
    missing_count : int
        0 to 3 values; -2 a range; -3 a range and a value.
    """

    offset: int
    element: int
    width: int
    name: bytes
    label: bytes
    missing_count: int
    missing: tuple[bytes, ...]
    print_format: int
    write_format: int

    @property
    def elements(self) -> int:
        """Number of 8-byte elements that the variable takes in a case."""
        return max(1, -(-self.width // 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRecord:
    """Value labels, and the variables (by element) that they belong to."""

    offset: int
    labels: tuple[tuple[bytes, bytes], ...]
    elements: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRecord:
    """A record of type 7."""

    offset: int
    subtype: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first 176 bytes.

    Attributes
    ----------
    order : str
        ``<`` or ``>``: byte order of the file's numbers.
    compression : int
        0 none, 1 bytecodes, 2 bytecodes in zlib blocks (.zsav).
    weight_element : int
        Element of the case weight, 0 for none.
    n_cases : int
        -1 where the writer did not know.
    """

    order: str
    compression: int
    weight_element: int
    n_cases: int
    created: bytes
    file_label: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDictionary:
    """Header and dictionary of a system file, checked but not decoded.

    Attributes
    ----------
    data_offset, file_size : int
        Bytes.
    """

    path: str
    header: Header
    variables: tuple[VariableRecord, ...]
    labels: tuple[LabelRecord, ...] = ()
    documents: tuple[bytes, ...] = ()
    extensions: Mapping[int, tuple[ExtensionRecord, ...]] = field(default_factory=dict)
    data_offset: int
    file_size: int

    @property
    def case_elements(self) -> int:
        """Number of 8-byte elements in one case."""
        last = self.variables[-1]
        return last.element + last.elements - 1

    def unpack(self, layout: str, data: bytes) -> tuple[int | float, ...]:
        """Unpack numbers in the file's byte order."""
        return struct.unpack(self.header.order + layout, data)

    def damaged(self, message: str, offset: int | None = None) -> ResponseFileError:
        """Return the error that says where the file is damaged."""
        return ResponseFileError(self.path, message, offset=offset, hint=SEND_AGAIN)


def preflight(path: str | os.PathLike[str]) -> RawDictionary:
    """Read and check the header and the dictionary of a .sav or .zsav file.

    Takes milliseconds, keeps no more than the dictionary's own size in memory, and cannot read
    outside the file.

    Raises
    ------
    ResponseFileError
        The file is missing, empty, encrypted, of another kind, truncated or damaged.
    """
    if file_kind(path) != "system":
        raise ResponseFileError(
            str(path),
            "The file does not start as an SPSS file does ($FL2 or $FL3).",
            offset=0,
            hint="Is the ending right? Tables are read from .csv and .xlsx.",
        )
    with Path(path).open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        return _Walk(stream=stream, path=str(path), size=size).run()


@dataclass(slots=True, kw_only=True)
class _Walk:
    """The state of one walk: where we are, and what has been read."""

    stream: BinaryIO
    path: str
    size: int
    order: str = "<"
    position: int = 0
    variables: list[VariableRecord] = field(default_factory=list)
    owed: int = 0  # continuation records that the last string still owes
    elements: int = 0
    labels: list[LabelRecord] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    extensions: dict[int, tuple[ExtensionRecord, ...]] = field(default_factory=dict)

    def run(self) -> RawDictionary:
        header = self.header()
        while True:
            start = self.position
            (kind,) = self.integers(1, "the dictionary")
            if kind == 2:
                self.variable(start)
            elif kind == 3:
                self.value_labels(start)
            elif kind == 6:
                self.document()
            elif kind == 7:
                self.extension(start)
            elif kind == 999:
                self.integers(1, "the end of the dictionary")
                break
            else:
                raise self.damaged(f"The dictionary has a record of unknown type {kind}.", start)
        if not self.variables:
            raise self.damaged("The dictionary declares no variable.", start)
        self.settle(start)
        return RawDictionary(
            path=self.path,
            header=header,
            variables=tuple(self.variables),
            labels=tuple(self.labels),
            documents=tuple(self.documents),
            extensions=self.extensions,
            data_offset=self.position,
            file_size=self.size,
        )

    def bytes(self, count: int, what: str) -> bytes:
        left = self.size - self.position
        if not 0 <= count <= left:
            raise self.damaged(
                f"{what[0].upper()}{what[1:]} should have {count:,} bytes more; {left:,} are left."
            )
        data = self.stream.read(count)
        self.position += count
        return data

    def integers(self, count: int, what: str) -> tuple[int, ...]:
        return struct.unpack(f"{self.order}{count}i", self.bytes(4 * count, what))

    def damaged(self, message: str, offset: int | None = None) -> ResponseFileError:
        where = self.position if offset is None else offset
        return ResponseFileError(self.path, message, offset=where, hint=SEND_AGAIN)

    def header(self) -> Header:
        data = self.bytes(HEADER_SIZE, "the header")
        if data[64:68] in (b"\0\0\0\2", b"\0\0\0\3"):
            self.order = ">"
        elif data[64:68] not in (b"\2\0\0\0", b"\3\0\0\0"):
            raise self.damaged("The layout code of the header is neither 2 nor 3.", 64)
        compression, weight, cases = struct.unpack(f"{self.order}iii", data[72:84])
        if compression not in ((2,) if data[:4] == b"$FL3" else (0, 1)):
            raise self.damaged(f"The header names compression {compression}, which is unknown.", 72)
        if cases < -1:
            raise self.damaged(f"The header announces {cases:,} cases.", 80)
        (bias,) = struct.unpack(f"{self.order}d", data[84:92])
        if compression and bias != 100.0:
            raise self.damaged(f"The compression bias is {bias:g}; it is 100 in every file.", 84)
        return Header(
            order=self.order,
            compression=compression,
            weight_element=weight,
            n_cases=cases,
            created=data[92:109],
            file_label=data[109:173],
        )

    def variable(self, start: int) -> None:
        width, labelled, missing, shown, written = self.integers(5, "a variable record")
        name = self.bytes(8, "a variable record")
        if width == -1:
            if not self.owed:
                raise self.damaged("A continuation record follows no long string.", start)
            self.owed -= 1
            self.elements += 1
            return
        self.settle(start)
        if not 0 <= width <= 255:
            raise self.damaged(f"A variable is {width} bytes wide; 255 is the most.", start)
        if missing not in (-3, -2, 0, 1, 2, 3):
            raise self.damaged(f"A variable declares {missing} missing values.", start)
        if not name.strip(b" \0"):
            raise self.damaged("A variable has no name.", start)
        for code in (shown, written):
            self.check_format(width, code, start)
        label = b""
        if labelled:
            (length,) = self.integers(1, "a variable label")
            label = self.bytes(length + -length % 4, "a variable label")[:length]
        values = self.bytes(8 * abs(missing), "the missing values")
        record = VariableRecord(
            offset=start,
            element=self.elements + 1,
            width=width,
            name=name,
            label=label,
            missing_count=missing,
            missing=tuple(values[at : at + 8] for at in range(0, len(values), 8)),
            print_format=shown,
            write_format=written,
        )
        self.variables.append(record)
        self.elements += 1
        self.owed = record.elements - 1

    def check_format(self, width: int, code: int, start: int) -> None:
        """Refuse a string format on a number, or the reverse: one of the two was damaged."""
        kind = code >> 16 & 0xFF
        if kind and (kind in STRING_FORMATS) != (width > 0):
            what = f"string of {width} bytes" if width else "number"
            raise self.damaged(f"A variable is a {what}, but its format {kind} is not.", start)

    def settle(self, start: int) -> None:
        if self.owed:
            raise self.damaged(
                f"A long string lacks {self.owed} of its continuation records.", start
            )

    def value_labels(self, start: int) -> None:
        (count,) = self.integers(1, "a set of value labels")
        if not 0 <= count <= (self.size - self.position) // 16:
            raise self.damaged(f"A set of value labels announces {count:,} labels.", start)
        labels = []
        for _ in range(count):
            value = self.bytes(8, "a value label")
            length = self.bytes(1, "a value label")[0]
            text = self.bytes(length + -(length + 1) % 8, "a value label")
            labels.append((value, text[:length]))
        (kind,) = self.integers(1, "a set of value labels")
        if kind != 4:
            raise self.damaged(
                "A set of value labels does not say which variables it is for.", start
            )
        (count,) = self.integers(1, "a set of value labels")
        if not 0 < count <= (self.size - self.position) // 4:
            raise self.damaged(f"A set of value labels is for {count:,} variables.", start)
        elements = self.integers(count, "a set of value labels")
        self.check_targets(elements, start)
        self.labels.append(LabelRecord(offset=start, labels=tuple(labels), elements=elements))

    def check_targets(self, elements: tuple[int, ...], start: int) -> None:
        """Refuse labels of numbers on a string: decoders follow a null pointer there."""
        widths = {variable.element: variable.width for variable in self.variables}
        unknown = [element for element in elements if element not in widths]
        if unknown:
            raise self.damaged(
                f"A set of value labels is for variable {unknown[0]}, which does not exist.", start
            )
        if len({widths[element] > 0 for element in elements}) > 1:
            raise self.damaged("A set of value labels is for numbers and strings at once.", start)

    def document(self) -> None:
        (lines,) = self.integers(1, "the documents")
        text = self.bytes(80 * lines, "the documents")
        self.documents += [text[at : at + 80] for at in range(0, len(text), 80)]

    def extension(self, start: int) -> None:
        subtype, size, count = self.integers(3, "an extension record")
        if size < 0 or count < 0:
            raise self.damaged(f"An extension record has {count} parts of {size} bytes.", start)
        data = self.bytes(size * count, "an extension record")
        record = ExtensionRecord(offset=start, subtype=subtype, data=data)
        self.extensions[subtype] = (*self.extensions.get(subtype, ()), record)
