"""The dictionary of an SPSS file, as frozen values that compare equal when they say the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Measure = Literal["unknown", "nominal", "ordinal", "scale"]
MEASURES: tuple[Measure, ...] = ("unknown", "nominal", "ordinal", "scale")

Alignment = Literal["left", "right", "center"]
ALIGNMENTS: tuple[Alignment, ...] = ("left", "right", "center")

VariableRole = Literal["input", "target", "both", "none", "partition", "split"]
VARIABLE_ROLES: tuple[VariableRole, ...] = (
    "input",
    "target",
    "both",
    "none",
    "partition",
    "split",
)

FORMATS: Mapping[int, str] = {
    1: "A",
    2: "AHEX",
    3: "COMMA",
    4: "DOLLAR",
    5: "F",
    6: "IB",
    7: "PIBHEX",
    8: "P",
    9: "PIB",
    10: "PK",
    11: "RB",
    12: "RBHEX",
    15: "Z",
    16: "N",
    17: "E",
    20: "DATE",
    21: "TIME",
    22: "DATETIME",
    23: "ADATE",
    24: "JDATE",
    25: "DTIME",
    26: "WKDAY",
    27: "MONTH",
    28: "MOYR",
    29: "QYR",
    30: "WKYR",
    31: "PCT",
    32: "DOT",
    33: "CCA",
    34: "CCB",
    35: "CCC",
    36: "CCD",
    37: "CCE",
    38: "EDATE",
    39: "SDATE",
    40: "MTIME",
    41: "YMDHMS",
}
DATE_FORMATS = frozenset(
    {"DATE", "DATETIME", "ADATE", "JDATE", "MOYR", "QYR", "WKYR", "EDATE", "SDATE", "YMDHMS"}
)
TIME_FORMATS = frozenset({"TIME", "DTIME", "MTIME"})

Value: TypeAlias = float | str
"""A number, or the text of a string variable."""

Attributes: TypeAlias = Mapping[str, tuple[str, ...]]
"""Custom attributes: name to one or several values."""


@dataclass(frozen=True, slots=True)
class MissingRange:
    """User-missing values from ``low`` to ``high``; a single value has both equal."""

    low: Value
    high: Value

    def __contains__(self, value: object) -> bool:
        if isinstance(self.low, str) or isinstance(value, str):
            return value == self.low
        return isinstance(value, (int, float)) and self.low <= value <= float(self.high)

    def __str__(self) -> str:
        if self.low == self.high:
            return value_text(self.low)
        low = "lowest" if self.low == -math.inf else value_text(self.low)
        high = "highest" if self.high == math.inf else value_text(self.high)
        return f"{low} to {high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpssVariable:
    """One column: what SPSS shows in its variable view.

    Attributes
    ----------
    width : int
        0 for a number, else the bytes reserved for a text.
    format, write_format : str
        SPSS formats, e.g. ``F8.2``, ``A20``, ``DATE11``; an empty write format means the same.
    value_labels : mapping of value to str
        In the order of the file.
    missing : tuple of MissingRange
        User-missing values. They are kept in the data.
    attributes : mapping of str to tuple of str
        Custom attributes.
    """

    width: int = 0
    label: str = ""
    format: str = ""
    write_format: str = ""
    measure: Measure = "unknown"
    alignment: Alignment = "right"
    display_width: int = 8
    role: VariableRole = "input"
    value_labels: Mapping[Value, str] = field(default_factory=dict)
    missing: tuple[MissingRange, ...] = ()
    attributes: Attributes = field(default_factory=dict)

    @property
    def format_name(self) -> str:
        """Return the format without its width, e.g. ``DATE``."""
        return self.format.rstrip("0123456789.")

    def is_missing(self, value: object) -> bool:
        """Say whether ``value`` is declared user-missing."""
        return any(value in span for span in self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleResponseSet:
    """Several columns that hold the answers to one question with several answers.

    Attributes
    ----------
    kind : str
        ``dichotomies``: a column per answer, ``counted`` when chosen; ``categories``: a column
        per choice made.
    counted : str
        The value that counts, as SPSS writes it (``1``, ``是``); empty for categories.
    labels_from : str
        Whether a category is named by its column's label or by the label of the counted value.
    """

    label: str = ""
    kind: Literal["dichotomies", "categories"]
    variables: tuple[str, ...]
    counted: str = ""
    labels_from: Literal["variable_labels", "counted_values"] = "variable_labels"
    set_label_from_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpssDictionary:
    """Everything in an SPSS file but its cases.

    Attributes
    ----------
    variables : mapping of str to SpssVariable
        In the order of the file.
    weight : str or None
        The variable that SPSS weights by.
    multiple_response_sets, variable_sets : mapping
        By name, without the leading ``$``.
    attributes : mapping of str to tuple of str
        Custom attributes of the file.
    documents : tuple of str
        Lines of at most 80 bytes.
    created : str
        As written in the file, ``01 Jan 26 12:00:00``.
    """

    variables: Mapping[str, SpssVariable] = field(default_factory=dict)
    weight: str | None = None
    multiple_response_sets: Mapping[str, MultipleResponseSet] = field(default_factory=dict)
    variable_sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Attributes = field(default_factory=dict)
    file_label: str = ""
    documents: tuple[str, ...] = ()
    created: str = ""

    def __repr__(self) -> str:
        return f"SpssDictionary(variables={len(self.variables)}, weight={self.weight!r})"


def restrict(dictionary: SpssDictionary, names: Sequence[str]) -> SpssDictionary:
    """Return the dictionary of some of its variables, with what still holds of weight and sets."""
    kept = set(names)
    return replace(
        dictionary,
        variables={name: dictionary.variables[name] for name in names},
        weight=dictionary.weight if dictionary.weight in kept else None,
        multiple_response_sets={
            name: entry
            for name, entry in dictionary.multiple_response_sets.items()
            if kept.issuperset(entry.variables)
        },
        variable_sets={
            name: members
            for name, members in dictionary.variable_sets.items()
            if kept.issuperset(members)
        },
    )


def value_text(value: object) -> str:
    """Write a value as a person would: ``98`` for 98.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def format_text(code: int, width: int) -> str:
    """Return the text of a format code, e.g. ``F8.2``; the usual one where the code is unknown."""
    name, columns, decimals = FORMATS.get(code >> 16 & 0xFF), code >> 8 & 0xFF, code & 0xFF
    if name is None:
        return f"A{width}" if width else "F8.2"
    return f"{name}{columns}.{decimals}" if decimals or name == "F" else f"{name}{columns or ''}"


def format_code(text: str, width: int) -> int:
    """Return the code of a format text; the inverse of `format_text`.

    Raises
    ------
    ValueError
        The format is unknown, or is one of texts on a number or the reverse.
    """
    name = text.rstrip("0123456789.").upper()
    columns, _, decimals = text[len(name) :].partition(".")
    codes = {known: code for code, known in FORMATS.items()}
    if name not in codes or (name in ("A", "AHEX")) != (width > 0):
        raise ValueError(text)
    shown = min(int(columns or 0), 255) or (min(width, 255) if width else 8)
    return codes[name] << 16 | shown << 8 | int(decimals or 0)
