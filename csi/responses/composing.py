"""Write the dictionary of an SPSS file: the mirror image of `csi.responses.decoding`."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from csi.responses import extensions as ext
from csi.responses.cases import SYSTEM_MISSING
from csi.responses.decoding import ROLE_ATTRIBUTE
from csi.responses.dictionary import (
    ALIGNMENTS,
    MEASURES,
    VARIABLE_ROLES,
    SpssDictionary,
    SpssVariable,
    Value,
    format_code,
)
from csi.responses.layout import PART
from csi.responses.preflight import preflight
from csi.responses.preparing import Prepared

HIGHEST = 1.7976931348623157e308
LOWEST = -1.7976931348623155e308
UNDATED = "01 Jan 00 00:00:00"
PRODUCT = b"@(#) SPSS DATA FILE csi"
UTF_8 = 65001


def splice(prepared: Prepared, bare: Path) -> bytes:
    """Return a whole file: our dictionary, and the cases that pyreadstat wrote into ``bare``."""
    raw = preflight(bare)
    cases = bare.read_bytes()[raw.data_offset :]
    head = compose(prepared.dictionary, len(prepared.cases), raw.header.compression)
    if raw.header.compression == 2:
        cases = _moved(cases, len(head) - raw.data_offset)
    return head + cases


def _moved(cases: bytes, shift: int) -> bytes:
    """Shift the file offsets in the compressed cases of a .zsav file."""
    start, trailer, length = struct.unpack("<qqq", cases[:24])
    table = trailer - start
    entries = bytearray(cases[table : table + length])
    for at in range(24, length, 24):
        full, packed = struct.unpack("<qq", entries[at : at + 16])
        entries[at : at + 16] = struct.pack("<qq", full + shift, packed + shift)
    head = struct.pack("<qqq", start + shift, trailer + shift, length)
    return head + cases[24:table] + bytes(entries)


def compose(dictionary: SpssDictionary, n_cases: int, compression: int) -> bytes:
    """Return the header and all records of a dictionary whose variables are complete."""
    short = _short_names(dictionary.variables)
    elements = _elements(dictionary.variables)
    variables = dictionary.variables
    long_names = {short[name][0]: name.encode() for name in variables}
    wide = {short[name][0]: b"%d" % v.width for name, v in variables.items() if v.width > 255}
    records = [
        _header(dictionary, elements, n_cases, compression),
        *(_variable_records(variables[name], short[name]) for name in variables),
        *_value_labels(variables, elements),
        _documents(dictionary.documents),
        _extension(3, struct.pack("<8i", 20, 0, 0, -1, 1, 1, 2, UTF_8), size=4),
        _extension(4, struct.pack("<3d", SYSTEM_MISSING, HIGHEST, LOWEST), size=8),
        _extension(5, ext.build_variable_sets(dictionary.variable_sets).encode()),
        *_response_sets(dictionary, short),
        _extension(11, b"".join(_display(variables.values())), size=4),
        _extension(13, ext.build_pairs(long_names)),
        _extension(14, ext.build_pairs(wide, end=b"\0") + b"\t" if wide else b""),
        _extension(16, struct.pack("<qq", 1, n_cases), size=8),
        _extension(17, ext.build_attributes(dictionary.attributes).encode()),
        _extension(18, _attributes(variables).encode()),
        _extension(20, b"UTF-8"),
        *_long_texts(variables),
        struct.pack("<ii", 999, 0),
    ]
    return b"".join(records)


def _short_names(variables: Mapping[str, SpssVariable]) -> dict[str, tuple[bytes, ...]]:
    """Give every column of the file a name of 8 bytes that is no other variable's name.

    A text longer than 255 bytes needs one for each of its parts; see `_parts`.
    """
    taken = {name.upper() for name in variables}
    counter = 0

    def fresh() -> bytes:
        nonlocal counter
        while True:
            counter += 1
            candidate = f"V{counter}_A"[:8]
            if candidate not in taken:
                taken.add(candidate)
                return candidate.encode()

    names = {}
    for name in variables:
        plain = name.upper()
        first = plain.encode() if plain.isascii() and len(plain) <= 8 else fresh()
        more = (fresh() for _ in _parts(variables[name])[1:])
        names[name] = (first, *more)
    return names


def _parts(variable: SpssVariable) -> list[int]:
    """Return the widths of the columns that store a variable."""
    if variable.width <= 255:
        return [variable.width]
    count = -(-variable.width // PART)
    return [255] * (count - 1) + [variable.width - PART * (count - 1)]


def _elements(variables: Mapping[str, SpssVariable]) -> dict[str, int]:
    """Return the position of every variable in a case, in units of 8 bytes; "" is the end."""
    places = {}
    at = 1
    for name, variable in variables.items():
        places[name] = at
        at += sum(_size(width) for width in _parts(variable))
    return {**places, "": at}


def _size(width: int) -> int:
    return max(1, -(-width // 8))


def _header(
    dictionary: SpssDictionary, elements: Mapping[str, int], n_cases: int, compression: int
) -> bytes:
    created = dictionary.created if len(dictionary.created) == len(UNDATED) else UNDATED
    weight = elements[dictionary.weight] if dictionary.weight else 0
    return struct.pack(
        "<4s60siiiiid17s64s3s",
        b"$FL3" if compression == 2 else b"$FL2",
        PRODUCT.ljust(60),
        2,
        elements[""] - 1,
        compression,
        weight,
        n_cases,
        100.0,
        (created[:9] + created[10:]).encode("ascii", "replace"),
        dictionary.file_label.encode().ljust(64),
        b"",
    )


def _variable_records(variable: SpssVariable, names: tuple[bytes, ...]) -> bytes:
    missing = () if variable.width > 8 else variable.missing
    ranges = [span for span in missing if span.low != span.high]
    values = [end for span in ranges for end in (span.low, span.high)]
    values += [span.low for span in missing if span.low == span.high]
    shown = format_code(variable.format, variable.width)
    written = format_code(variable.write_format or variable.format, variable.width)
    label = variable.label.encode()
    records = []
    for number, (width, name) in enumerate(zip(_parts(variable), names, strict=True)):
        first = number == 0
        if variable.width > 255:
            shown = written = 1 << 16 | width << 8
        count = (-len(values) if ranges else len(values)) if first else 0
        fields = (2, width, int(first and bool(label)), count, shown, written, name.ljust(8))
        records.append(struct.pack("<6i8s", *fields))
        if first:
            if label:
                records.append(struct.pack("<i", len(label)) + label + b"\0" * (-len(label) % 4))
            records += [_eight_bytes(value) for value in values]
        filler = struct.pack("<6i8s", 2, -1, 0, 0, 0, 0, b" " * 8)
        records.append(filler * (_size(width) - 1))
    return b"".join(records)


def _eight_bytes(value: Value) -> bytes:
    if isinstance(value, str):
        return value.encode()[:8].ljust(8)
    if math.isinf(value):
        value = HIGHEST if value > 0 else LOWEST
    return struct.pack("<d", value)


def _value_labels(
    variables: Mapping[str, SpssVariable], elements: Mapping[str, int]
) -> Iterator[bytes]:
    """Yield one record for all variables that share their labels."""
    owners: dict[tuple[tuple[Value, str], ...], list[str]] = {}
    for name, variable in variables.items():
        if variable.value_labels and variable.width <= 8:
            owners.setdefault(tuple(variable.value_labels.items()), []).append(name)
    for labels, names in owners.items():
        yield struct.pack("<ii", 3, len(labels))
        for value, label in labels:
            text = label.encode()
            padding = b" " * (-(len(text) + 1) % 8)
            yield _eight_bytes(value) + bytes([len(text)]) + text + padding
        places = [elements[name] for name in names]
        yield struct.pack(f"<ii{len(places)}i", 4, len(places), *places)


def _documents(lines: Sequence[str]) -> bytes:
    if not lines:
        return b""
    return struct.pack("<ii", 6, len(lines)) + b"".join(line.encode().ljust(80) for line in lines)


def _extension(subtype: int, data: bytes, *, size: int = 1) -> bytes:
    return struct.pack("<4i", 7, subtype, size, len(data) // size) + data if data else b""


def _response_sets(
    dictionary: SpssDictionary, short: Mapping[str, tuple[bytes, ...]]
) -> Iterator[bytes]:
    """Yield record 7, and record 19 for sets named by the label of their counted value."""
    sets = {
        name: replace(
            entry, variables=tuple(short[member][0].decode().lower() for member in entry.variables)
        )
        for name, entry in dictionary.multiple_response_sets.items()
    }
    old = {name: s for name, s in sets.items() if s.labels_from == "variable_labels"}
    new = {name: s for name, s in sets.items() if s.labels_from == "counted_values"}
    yield _extension(7, ext.build_response_sets(old))
    yield _extension(19, ext.build_response_sets(new))


def _display(variables: Iterable[SpssVariable]) -> Iterator[bytes]:
    for variable in variables:
        measure = MEASURES.index(variable.measure)
        numbers = (measure, variable.display_width, ALIGNMENTS.index(variable.alignment))
        yield struct.pack("<3i", *numbers) * len(_parts(variable))


def _attributes(variables: Mapping[str, SpssVariable]) -> str:
    entries = []
    for name, variable in variables.items():
        role = {ROLE_ATTRIBUTE: (str(VARIABLE_ROLES.index(variable.role)),)}
        entries.append(f"{name}:{ext.build_attributes({**variable.attributes, **role})}")
    return "/".join(entries)


def _long_texts(variables: Mapping[str, SpssVariable]) -> Iterator[bytes]:
    for name, variable in variables.items():
        if variable.width > 8 and variable.value_labels:
            labels = {str(value): label for value, label in variable.value_labels.items()}
            yield _extension(21, ext.build_long_value_labels(name, variable.width, labels))
    for name, variable in variables.items():
        if variable.width > 8 and variable.missing:
            yield _extension(22, ext.build_long_missing(name, variable.missing))
