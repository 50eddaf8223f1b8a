"""Read the meaning of a checked dictionary: labels, missing values, sets, attributes, weight."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from csi.responses import extensions as ext
from csi.responses.dictionary import (
    ALIGNMENTS,
    MEASURES,
    VARIABLE_ROLES,
    MissingRange,
    MultipleResponseSet,
    SpssDictionary,
    SpssVariable,
    Value,
    VariableRole,
    format_text,
)
from csi.responses.encoding import Decoder, declared_codec
from csi.responses.layout import Column, long_names
from csi.responses.preflight import RawDictionary, VariableRecord

ROLE_ATTRIBUTE = "$@Role"
EXTREME = 1.7976931348623155e308  # at and beyond, a number means "lowest" or "highest"

T = TypeVar("T")


def declared_encoding(raw: RawDictionary) -> str:
    """Return the codec that the file declares, or ""."""
    code_page = None
    for record in raw.extensions.get(3, ()):
        if len(record.data) == 32:
            code_page = int(raw.unpack("8i", record.data)[7])
    name = b"".join(record.data for record in raw.extensions.get(20, ())).decode("latin-1")
    return declared_codec(name.strip(" \0"), code_page)


def dictionary_texts(raw: RawDictionary) -> Iterator[bytes]:
    """Yield every text of the dictionary, still as bytes."""
    yield raw.header.file_label
    yield from raw.documents
    for variable in raw.variables:
        yield variable.name
        yield variable.label
    for record in raw.labels:
        yield from (text for _, text in record.labels)
    yield from long_names(raw).values()


def decode_dictionary(
    raw: RawDictionary, columns: tuple[Column, ...], decoder: Decoder
) -> tuple[SpssDictionary, tuple[str, ...]]:
    """Return the dictionary, and notes on the parts that could not be understood."""
    return _Reading(raw=raw, columns=columns, decode=decoder).run()


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One dictionary on its way from bytes to values."""

    raw: RawDictionary
    columns: tuple[Column, ...]
    decode: Decoder
    names: tuple[str, ...] = ()
    variables: dict[str, SpssVariable] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def run(self) -> tuple[SpssDictionary, tuple[str, ...]]:
        raw, decode = self.raw, self.decode
        self.names = tuple(decode(column.name) for column in self.columns)
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise raw.damaged(f"Two variables are called `{twice}`.", self.raw.variables[0].offset)
        for name, column in zip(self.names, self.columns, strict=True):
            self.variables[name] = self.variable(column)
            self.short[decode(column.short_name).casefold()] = name
            self.full[name.casefold()] = name
        self.value_labels()
        self.display()
        self.long_texts()
        self.attributes()
        dictionary = SpssDictionary(
            variables=self.variables,
            weight=self.weight(),
            multiple_response_sets=self.response_sets(),
            variable_sets=self.merged(5, lambda data: ext.parse_variable_sets(self.decode(data))),
            attributes=self.merged(17, lambda data: ext.parse_file_attributes(self.decode(data))),
            file_label=decode(raw.header.file_label),
            documents=tuple(decode(line) for line in raw.documents),
            created=" ".join(
                part.decode("latin-1").strip(" \0")
                for part in (raw.header.created[:9], raw.header.created[9:])
            ),
        )
        return dictionary, tuple(self.notes)

    def merged(self, subtype: int, parse: Callable[[bytes], Mapping[str, T]]) -> dict[str, T]:
        """Parse all records of a subtype; what cannot be parsed is noted and left out."""
        found: dict[str, T] = {}
        for record in self.raw.extensions.get(subtype, ()):
            try:
                found.update(parse(record.data))
            except (ValueError, IndexError):
                self.notes.append(
                    f"Extension record {subtype} at byte {record.offset} is malformed; left out."
                )
        return found

    def variable(self, column: Column) -> SpssVariable:
        record = self.raw.variables[column.records[0]]
        shown = format_text(record.print_format, column.width)
        written = format_text(record.write_format, column.width)
        return SpssVariable(
            width=column.width,
            label=self.decode(record.label),
            format=shown if column.width <= 255 else f"A{column.width}",
            write_format="" if written == shown or column.width > 255 else written,
            alignment="left" if column.width else "right",
            missing=self.missing(record),
        )

    def missing(self, record: VariableRecord) -> tuple[MissingRange, ...]:
        values = [self.value(record.width, data) for data in record.missing]
        if record.missing_count >= 0 or record.width:
            return tuple(MissingRange(value, value) for value in values)
        low, high, *single = values
        return (MissingRange(low, high), *(MissingRange(value, value) for value in single))

    def value(self, width: int, data: bytes) -> Value:
        if width:
            return self.decode(data)
        number = float(self.raw.unpack("d", data)[0])
        return math.copysign(math.inf, number) if abs(number) >= EXTREME else number

    def value_labels(self) -> None:
        owners = {
            self.raw.variables[column.records[0]].element: name
            for name, column in zip(self.names, self.columns, strict=True)
        }
        for record in self.raw.labels:
            for element in record.elements:
                name = owners.get(element)
                if name is None:  # a later part of a very long text
                    continue
                width = self.variables[name].width
                labels = {self.value(width, key): self.decode(text) for key, text in record.labels}
                self.variables[name] = replace(self.variables[name], value_labels=labels)

    def display(self) -> None:
        """Read measure, display width and alignment (record 11).

        SPSS writes them for every part of a very long text, other programs once per column; old
        files leave the width out.
        """
        starts = [column.records[0] for column in self.columns]
        layouts = {
            per * count: (per, places)
            for count, places in (
                (len(starts), range(len(starts))),
                (len(self.raw.variables), starts),
            )
            for per in (2, 3)
        }
        for record in self.raw.extensions.get(11, ()):
            count = len(record.data) // 4
            if count not in layouts:
                self.notes.append("Measures and column widths do not fit the variables; left out.")
                continue
            numbers = [int(n) for n in self.raw.unpack(f"{count}i", record.data[: 4 * count])]
            per, places = layouts[count]
            for name, place in zip(self.names, places, strict=True):
                measure, *width, align = numbers[per * place : per * (place + 1)]
                self.variables[name] = replace(
                    self.variables[name],
                    measure=MEASURES[measure] if 0 <= measure < 4 else "unknown",
                    display_width=width[0] if width else 8,
                    alignment=ALIGNMENTS[align] if 0 <= align < 3 else "right",
                )

    def long_texts(self) -> None:
        order, decode = self.raw.header.order, self.decode
        labels = self.merged(21, lambda data: ext.parse_long_value_labels(data, order, decode))
        missing = self.merged(22, lambda data: ext.parse_long_missing(data, order, decode))
        for name in {*labels, *missing}:
            known = self.full.get(name.casefold())
            if known is None:
                self.notes.append(f"Labels name the variable `{name}`, which does not exist.")
                continue
            variable = self.variables[known]
            both: dict[Value, str] = {**variable.value_labels}
            both.update(labels.get(name, {}))
            self.variables[known] = replace(
                variable,
                value_labels=both,
                missing=missing.get(name, variable.missing),
            )

    def attributes(self) -> None:
        found = self.merged(18, lambda data: ext.parse_variable_attributes(self.decode(data)))
        for name, attributes in found.items():
            known = self.full.get(name.casefold())
            if known is None:
                self.notes.append(f"Attributes name the variable `{name}`, which does not exist.")
                continue
            own = dict(attributes)
            role = own.pop(ROLE_ATTRIBUTE, ("0",))
            self.variables[known] = replace(self.variables[known], attributes=own, role=_role(role))

    def weight(self) -> str | None:
        element = self.raw.header.weight_element
        for name, column in zip(self.names, self.columns, strict=True):
            if element and self.raw.variables[column.records[0]].element == element:
                if column.width == 0:
                    return name
                self.notes.append(f"The file is weighted by the text `{name}`; no weight is used.")
                return None
        if element:
            self.notes.append(f"The file is weighted by variable {element}, which does not exist.")
        return None

    def response_sets(self) -> dict[str, MultipleResponseSet]:
        found: dict[str, MultipleResponseSet] = {}
        for subtype in (7, 19):
            sets = self.merged(subtype, lambda data: ext.parse_response_sets(data, self.decode))
            for name, entry in sets.items():
                # SPSS writes 8-byte names here, other programs write full names
                keys = [member.casefold() for member in entry.variables]
                members = [self.short.get(key) or self.full.get(key) for key in keys]
                if None in members:
                    lost = entry.variables[members.index(None)]
                    self.notes.append(f"The set `${name}` names `{lost}`, which does not exist.")
                kept = tuple(member for member in members if member is not None)
                found[name] = replace(entry, variables=kept)
        return found


def _role(values: tuple[str, ...]) -> VariableRole:
    code = values[0] if values else "0"
    return VARIABLE_ROLES[int(code)] if code in {"0", "1", "2", "3", "4", "5"} else "input"
