"""The extension records that pyreadstat drops, both ways: bytes to values and values to bytes.

Every ``parse_`` function raises ValueError where its record does not follow the format; the caller
notes it and goes on, because these records say nothing about how the cases are stored.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from csi.responses.dictionary import Attributes, MissingRange, MultipleResponseSet

Decode: TypeAlias = Callable[[bytes], str]

_SET = re.compile(rb"\$([^=]+)=([CDE])")
_NUMBER = re.compile(rb" ?(\d+) ")


def parse_pairs(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    r"""Yield ``KEY=value`` pairs parted by tabs (records 13 and 14)."""
    for part in data.split(b"\t"):
        key, equals, value = part.strip(b"\0 \n").partition(b"=")
        if equals:
            yield key, value.strip(b"\0")


def build_pairs(pairs: Mapping[bytes, bytes], end: bytes = b"") -> bytes:
    """Return the inverse of `parse_pairs`; ``end`` closes every value."""
    return b"\t".join(key + b"=" + value + end for key, value in pairs.items())


def parse_attributes(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    r"""Parse ``name('value'\n'value'\n)name(...)`` and return it with the text that follows."""
    found: dict[str, tuple[str, ...]] = {}
    while (opening := text.find("(")) > 0 and "/" not in text[:opening]:
        name, text = text[:opening], text[opening + 1 :]
        values = []
        while text.startswith("'"):
            value, close, text = text[1:].partition("'\n")
            if not close:
                raise ValueError(name)
            values.append(value)
        if not text.startswith(")"):
            raise ValueError(name)
        found[name] = tuple(values)
        text = text[1:]
    return found, text


def parse_file_attributes(text: str) -> dict[str, tuple[str, ...]]:
    """Parse the attributes of the file (record 17)."""
    found, rest = parse_attributes(text)
    if rest.strip("\0 \n"):
        raise ValueError(rest[:40])
    return found


def build_attributes(attributes: Attributes) -> str:
    """Return the inverse of `parse_attributes`."""
    return "".join(
        f"{name}({''.join(f'{chr(39)}{value}{chr(39)}{chr(10)}' for value in values)})"
        for name, values in attributes.items()
    )


def parse_variable_attributes(text: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Parse ``variable:attributes/variable:attributes`` (record 18)."""
    found = {}
    while text.strip("\0 \n"):
        name, colon, rest = text.partition(":")
        if not colon:
            raise ValueError(text[:40])
        found[name.lstrip("\0 \n")], text = parse_attributes(rest)
        text = text.removeprefix("/")
    return found


def parse_variable_sets(text: str) -> dict[str, tuple[str, ...]]:
    """Parse lines ``set= variable variable`` (record 5)."""
    found = {}
    for line in text.splitlines():
        name, equals, members = line.partition("=")
        if equals:
            found[name.strip()] = tuple(members.split())
    return found


def build_variable_sets(sets: Mapping[str, tuple[str, ...]]) -> str:
    """Return the inverse of `parse_variable_sets`."""
    return "".join(f"{name}= {' '.join(members)}\n" for name, members in sets.items())


def parse_response_sets(data: bytes, decode: Decode) -> dict[str, MultipleResponseSet]:
    """Parse the lines of records 7 and 19; variables are named as in the file."""
    found: dict[str, MultipleResponseSet] = {}
    rest = data.strip(b"\0\n\r ")
    while rest:
        match = _SET.match(rest)
        if not match:
            raise ValueError(rest[:40])
        name, kind, rest = decode(match[1]), match[2], rest[match.end() :]
        labels_from: Literal["variable_labels", "counted_values"] = "variable_labels"
        from_first = False
        counted = b""
        if kind == b"E":
            flags, rest = rest[1:].split(b" ", 1)
            labels_from, from_first = "counted_values", flags == b"11"
        if kind != b"C":
            counted, rest = _counted(rest)
        label, rest = _counted(rest)
        members, _, rest = rest.partition(b"\n")
        found[name] = MultipleResponseSet(
            label=decode(label),
            kind="categories" if kind == b"C" else "dichotomies",
            variables=tuple(decode(member) for member in members.split()),
            counted=decode(counted),
            labels_from=labels_from,
            set_label_from_first=from_first,
        )
        rest = rest.lstrip(b"\0\n\r ")
    return found


def _counted(data: bytes) -> tuple[bytes, bytes]:
    match = _NUMBER.match(data)
    if not match or match.end() + int(match[1]) > len(data):
        raise ValueError(data[:40])
    end = match.end() + int(match[1])
    return data[match.end() : end], data[end:]


def build_response_sets(sets: Mapping[str, MultipleResponseSet]) -> bytes:
    """Return the inverse of `parse_response_sets`, in UTF-8."""
    lines = []
    for name, entry in sets.items():
        label = entry.label.encode()
        counted = entry.counted.encode()
        head = f"${name}=".encode()
        if entry.kind == "categories":
            head += b"C "
        elif entry.labels_from == "variable_labels":
            head += b"D%d %b " % (len(counted), counted)
        else:
            flags = b"11" if entry.set_label_from_first else b"1"
            head += b"E %b %d %b " % (flags, len(counted), counted)
        members = " ".join(entry.variables).encode()
        lines.append(head + b"%d %b %b\n" % (len(label), label, members))
    return b"".join(lines)


def parse_long_value_labels(data: bytes, order: str, decode: Decode) -> dict[str, dict[str, str]]:
    """Parse the value labels of texts longer than 8 bytes (record 21)."""
    found: dict[str, dict[str, str]] = {}
    at = 0
    while at < len(data):
        name, at = _sized(data, at, order)
        at += 4  # the width of the variable
        (count,), at = _number(data, at, order)
        labels = {}
        for _ in range(count):
            value, at = _sized(data, at, order)
            label, at = _sized(data, at, order)
            labels[decode(value)] = decode(label)
        found[decode(name)] = labels
    return found


def build_long_value_labels(name: str, width: int, labels: Mapping[str, str]) -> bytes:
    """Return the inverse of `parse_long_value_labels` for one variable, in UTF-8."""
    parts = [_with_size(name.encode()), struct.pack("<ii", width, len(labels))]
    for value, label in labels.items():
        parts += [_with_size(value.encode().ljust(width)), _with_size(label.encode())]
    return b"".join(parts)


def parse_long_missing(
    data: bytes, order: str, decode: Decode
) -> dict[str, tuple[MissingRange, ...]]:
    """Parse the missing values of texts longer than 8 bytes (record 22)."""
    found = {}
    at = 0
    while at < len(data):
        name, at = _sized(data, at, order)
        count = data[at]
        (size,), at = _number(data, at + 1, order)
        values = [decode(data[at + size * k : at + size * (k + 1)]) for k in range(count)]
        if size < 0 or at + size * count > len(data):
            raise ValueError(name)
        at += size * count
        found[decode(name)] = tuple(MissingRange(value, value) for value in values)
    return found


def build_long_missing(name: str, missing: Sequence[MissingRange]) -> bytes:
    """Return the inverse of `parse_long_missing` for one variable, in UTF-8."""
    values = b"".join(str(span.low).encode()[:8].ljust(8) for span in missing)
    return _with_size(name.encode()) + struct.pack("<Bi", len(missing), 8) + values


def _number(data: bytes, at: int, order: str) -> tuple[tuple[int], int]:
    if at + 4 > len(data):
        raise ValueError(at)
    return struct.unpack(f"{order}i", data[at : at + 4]), at + 4


def _sized(data: bytes, at: int, order: str) -> tuple[bytes, int]:
    (size,), at = _number(data, at, order)
    if not 0 <= size <= len(data) - at:
        raise ValueError(size)
    return data[at : at + size], at + size


def _with_size(data: bytes) -> bytes:
    return struct.pack("<i", len(data)) + data
