"""Check that data can be an SPSS file, and lay them out for one: every fault at once."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.errors import Fault, ResponseError, ResponseWarning, suggest
from csi.responses.columns import to_seconds
from csi.responses.dictionary import SpssDictionary, SpssVariable, format_code
from csi.responses.spss_data import SpssData

NAME_BYTES = 64
LABEL_BYTES = 256
VALUE_LABEL_BYTES = 120
FILE_LABEL_BYTES = 64
LINE_BYTES = 80
TEXT_BYTES = 32_767

_NAME = re.compile(r"[^\W\d_][\w.$#@]*|[@#$][\w.$#@]*")
_RESERVED = frozenset(
    ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Data that fit an SPSS file.

    Attributes
    ----------
    cases : DataFrame
        Columns ``V1``, ``V2``, ...: numbers as float, texts as str.
    dictionary : SpssDictionary
        An entry for every column, with its final width and format.
    """

    cases: pd.DataFrame
    dictionary: SpssDictionary

    @property
    def widths(self) -> dict[str, int]:
        """Return the width of every column of ``cases``; 0 for a number."""
        names = map(str, self.cases.columns)
        variables = self.dictionary.variables.values()
        return {name: variable.width for name, variable in zip(names, variables, strict=True)}


def prepare(data: SpssData) -> Prepared:
    """Return cases and a complete dictionary, ready to be written.

    Raises
    ------
    ResponseError
        Every name, label, missing value, column or set that an SPSS file cannot hold.
    """
    faults = [*_name_faults(data.frame), *_reference_faults(data)]
    cases = {}
    variables = {}
    for number, name in enumerate(map(str, data.frame.columns), start=1):
        declared = data.dictionary.variables.get(name, SpssVariable())
        try:
            column = _column(name, data.frame.iloc[:, number - 1])
        except ResponseError as error:
            faults += error.faults
            continue
        variable = _complete(declared, column, data.frame.iloc[:, number - 1])
        faults += _variable_faults(name, variable, column)
        cases[f"V{number}"] = column
        variables[name] = _cut_labels(name, variable)
    if faults:
        raise ResponseError(faults)
    dictionary = replace(
        data.dictionary,
        variables=variables,
        file_label=_cut(data.dictionary.file_label, FILE_LABEL_BYTES, "the file label"),
    )
    return Prepared(cases=pd.DataFrame(cases), dictionary=dictionary)


def _name_faults(frame: pd.DataFrame) -> Iterator[Fault]:
    if frame.shape[1] == 0:
        yield Fault("the data", "There is no column; an SPSS file has at least one.")
    seen: set[str] = set()
    for name in frame.columns:
        where = f"column `{name}`"
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name.endswith("."):
            yield Fault(
                where,
                "This is no SPSS name: one starts with a letter, holds letters, digits and"
                " . _ @ # $, and does not end in a full stop.",
            )
        elif len(name.encode()) > NAME_BYTES:
            size = len(name.encode())
            yield Fault(where, f"The name has {size} bytes in UTF-8; SPSS allows {NAME_BYTES}.")
        elif name.upper() in _RESERVED:
            yield Fault(where, "The name is a word of the SPSS language.")
        if str(name).upper() in seen:
            yield Fault(where, "Two columns have this name; SPSS does not tell case.")
        seen.add(str(name).upper())


def _reference_faults(data: SpssData) -> Iterator[Fault]:
    known = list(map(str, data.frame.columns))
    dictionary = data.dictionary
    references = [("the case weight", dictionary.weight)] if dictionary.weight else []
    references += [("the dictionary", name) for name in dictionary.variables]
    for name, entry in dictionary.multiple_response_sets.items():
        references += [(f"the set `${name}`", member) for member in entry.variables]
    for name, members in dictionary.variable_sets.items():
        references += [(f"the variable set `{name}`", member) for member in members]
    for where, name in references:
        if name not in known:
            message = f"It names the column `{name}`, which the data do not have."
            yield Fault(where, message, suggest(name, known))
    weight = dictionary.weight
    if weight in known and not pd.api.types.is_numeric_dtype(data.frame[weight]):
        yield Fault("the case weight", f"The column `{weight}` holds no numbers.")
    for number, line in enumerate(dictionary.documents, start=1):
        if len(line.encode()) > LINE_BYTES:
            yield Fault(f"document line {number}", f"A line holds at most {LINE_BYTES} bytes.")


def _column(name: str, column: pd.Series) -> pd.Series:
    """Return a column as SPSS stores it: float, or str without missing cells."""
    where = f"column `{name}`"
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        raise ResponseError(
            Fault(where, "This is a pandas Categorical.", "Write its codes, and value labels.")
        )
    if isinstance(kind, pd.DatetimeTZDtype):
        raise ResponseError(
            Fault(where, "SPSS dates have no time zone.", "Remove it: column.dt.tz_localize(None).")
        )
    if pd.api.types.is_datetime64_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        return pd.Series(to_seconds(column))
    if pd.api.types.is_numeric_dtype(kind):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        infinite = np.flatnonzero(np.isinf(numbers))
        if len(infinite):
            raise ResponseError(Fault(f"row {infinite[0] + 1}, {where}", "The number is infinite."))
        return pd.Series(numbers)
    other = [row for row, cell in enumerate(column) if not isinstance(cell, str) and pd.notna(cell)]
    if other:
        found = type(column.iloc[other[0]]).__name__
        raise ResponseError(
            Fault(f"row {other[0] + 1}, {where}", f"Found a {found} in a column of texts.")
        )
    return pd.Series(column.fillna("").to_numpy(dtype=object))


def _complete(declared: SpssVariable, column: pd.Series, original: pd.Series) -> SpssVariable:
    """Give a variable the width and the format that its cases need."""
    if column.dtype == np.float64:
        plain = "F8.2"
        if pd.api.types.is_datetime64_dtype(original):
            plain = "DATETIME20"
        elif pd.api.types.is_timedelta64_dtype(original):
            plain = "TIME11.2"
        elif (column.dropna() % 1 == 0).all():
            plain = "F8.0"
        return replace(declared, format=declared.format or plain)
    longest = max((len(text.encode()) for text in column.unique()), default=1)
    width = max(declared.width, longest, 1)
    shown = declared.format if declared.width == width and declared.format else f"A{width}"
    return replace(declared, width=width, format=shown, write_format="")


def _variable_faults(name: str, variable: SpssVariable, column: pd.Series) -> Iterator[Fault]:
    where = f"column `{name}`"
    if column.dtype == np.float64 and variable.width:
        yield Fault(where, "The dictionary says that it holds texts; it holds numbers.")
        return
    if variable.width > TEXT_BYTES:
        yield Fault(where, f"Texts hold at most {TEXT_BYTES:,} bytes; one has {variable.width:,}.")
    for text in filter(None, (variable.format, variable.write_format)):
        try:
            format_code(text, variable.width)
        except ValueError:
            kind = "texts" if variable.width else "numbers"
            yield Fault(where, f"`{text}` is no SPSS format for {kind}.")
    ranges = sum(span.low != span.high for span in variable.missing)
    if len(variable.missing) + ranges > 3 or ranges > 1 or (ranges and variable.width):
        yield Fault(
            where,
            "SPSS holds at most three missing values, or one range and one value; none of texts.",
        )
    keys = [
        *variable.value_labels,
        *(end for span in variable.missing for end in (span.low, span.high)),
    ]
    wrong = [key for key in keys if isinstance(key, str) != (variable.width > 0)]
    if wrong:
        kind = "texts" if variable.width else "numbers"
        yield Fault(where, f"`{wrong[0]}` is labelled or missing, but the column holds {kind}.")


def _cut_labels(name: str, variable: SpssVariable) -> SpssVariable:
    labels = {
        value: _cut(text, VALUE_LABEL_BYTES, f"the label of {value} in column `{name}`")
        for value, text in variable.value_labels.items()
    }
    label = _cut(variable.label, LABEL_BYTES, f"the label of column `{name}`")
    return replace(variable, label=label, value_labels=labels)


def _cut(text: str, limit: int, what: str) -> str:
    """Cut a text to ``limit`` bytes of UTF-8 without splitting a character."""
    data = text.encode()
    if len(data) <= limit:
        return text
    warnings.warn(
        f"{what[0].upper()}{what[1:]} has {len(data)} bytes in UTF-8 and is cut to {limit}, "
        "the most that SPSS holds.",
        ResponseWarning,
        stacklevel=2,
    )
    return data[:limit].decode(errors="ignore")
