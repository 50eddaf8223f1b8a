"""One column of a file on its way to answers: parsed, missing codes taken out, codes checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import Fault
from csi.questionnaire.schema import Item
from csi.responses.cells import Parsed, parse_dates, parse_numbers, parse_texts
from csi.responses.data import MISSING_WORDS, count_of
from csi.responses.dictionary import SpssVariable, value_text
from csi.responses.matching import Change, Source
from csi.responses.tables import AnswerTable

SHOWN = 20
"""Cells of one column that are reported one by one."""

FIRST_ROWS = 3
"""Rows that are named for a code."""

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A column of the result.

    Attributes
    ----------
    values : Series
        NaN where there is no answer.
    reasons : Series of str
        A missing kind where the file holds its code, else "". Empty cells have "" until routing
        decides between *not asked* and *no answer*.
    """

    values: pd.Series
    reasons: pd.Series
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()


def recode_column(table: AnswerTable, source: Source) -> Answers:
    """Recode one column, reporting every cell that its item does not allow."""
    cells = table.frame[source.column].reset_index(drop=True)
    if source.item is None:
        return _carried(cells)
    work = _Column(table=table, source=source, item=source.item)
    if source.listed:
        return work.one_of_list(cells)
    return work.recode(_parse(source.item, cells))


def _carried(cells: pd.Series) -> Answers:
    """Carry a column along: as numbers if all its cells are numbers, else as it is."""
    parsed = parse_numbers(cells)
    values = cells if parsed.wrong else parsed.values
    return Answers(values=values, reasons=pd.Series("", index=cells.index, dtype="str"))


def _parse(item: Item, cells: pd.Series) -> Parsed:
    if item.type == "text":
        return parse_texts(cells)
    return parse_dates(cells) if item.type == "date" else parse_numbers(cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column with what is needed to check it and to point at its cells."""

    table: AnswerTable
    source: Source
    item: Item

    def recode(self, parsed: Parsed) -> Answers:
        faults = [*self.wrong_cells(parsed)]
        if self.item.type == "text" or self.item.type == "date":
            reasons = pd.Series("", index=parsed.values.index, dtype="str")
            return Answers(values=parsed.values, reasons=reasons, faults=tuple(faults))
        numbers = parsed.values
        faults += self.disagreements(numbers)
        changes = self.missing_changes(numbers)
        reasons = pd.Series("", index=numbers.index, dtype="str")
        for code, kind in self.item.missing.items():
            reasons = reasons.mask(numbers == code, kind)
        values = numbers.mask(reasons != "")
        faults += self.undeclared(values)
        return Answers(values=values, reasons=reasons, faults=tuple(faults), changes=tuple(changes))

    def where(self, at: int) -> str:
        place = f"{self.table.unit} {self.table.rows[at]}, column {self.source.column}"
        return f"{self.table.source}, {place}" if self.table.source else place

    def column(self) -> str:
        return f"{self.table.source}, column {self.source.column}".removeprefix(", ")

    def wrong_cells(self, parsed: Parsed) -> Iterator[Fault]:
        """Report every cell that is not what the item asks for."""
        labels = {
            word: code
            for code, text in self.item.choices.items()
            for word in (text.en, text.zh)
            if word
        }
        what = "a date as 2026-01-31" if self.item.type == "date" else "a number"
        for at, found in list(parsed.wrong.items())[:SHOWN]:
            word = found.strip("'\"")
            hint = f"It is the label of code {labels[word]}." if word in labels else ""
            yield Fault(self.where(at), f"Found {found}; expected {what}.", hint)
        more = len(parsed.wrong) - SHOWN
        if more > 0:
            yield Fault(self.column(), f"And {count_of(more, 'more cell')} without {what}.")

    def missing_changes(self, numbers: pd.Series) -> list[Change]:
        counts = numbers.value_counts()
        return [
            (self.source.name, "missing code", f"{code} {MISSING_WORDS[kind]}", int(counts[code]))
            for code, kind in self.item.missing.items()
            if code in counts
        ]

    def undeclared(self, values: pd.Series) -> Iterator[Fault]:
        """Report the codes that the item does not allow: which, how many, where first."""
        wrong = values[values.notna() & ~self.allowed(values)]
        if wrong.empty:
            return
        codes = [
            f"{value_text(code)} ({count_of(len(rows), 'cell')}, {self.first_rows(rows)})"
            for code, rows in wrong.groupby(wrong).groups.items()
        ]
        listed = "; ".join(codes[:SHOWN]) + (
            f"; and {len(codes) - SHOWN} more" * (len(codes) > SHOWN)
        )
        hint = self.spss_hint(wrong.unique())
        yield Fault(self.column(), f"Found {listed}; allowed are {self.allowed_text()}.", hint)

    def allowed(self, values: pd.Series) -> pd.Series:
        item = self.item
        if self.source.choice is not None:
            return values.isin([0, 1])
        if item.scale is not None:
            return values.between(item.scale.minimum, item.scale.maximum) & (values % 1 == 0)
        if item.choices:
            return values.isin(list(item.choices))
        low = -np.inf if item.minimum is None else item.minimum
        high = np.inf if item.maximum is None else item.maximum
        return values.between(low, high)

    def allowed_text(self) -> str:
        item = self.item
        if self.source.choice is not None:
            codes = "0 and 1"
        elif item.scale is not None:
            codes = f"whole numbers from {item.scale.minimum} to {item.scale.maximum}"
        elif item.choices:
            codes = ", ".join(map(str, item.choices))
        elif item.minimum is None or item.maximum is None:
            bound = f"from {item.minimum:g}" if item.maximum is None else f"to {item.maximum:g}"
            codes = f"numbers {bound}"
        else:
            codes = f"numbers from {item.minimum:g} to {item.maximum:g}"
        missing = ", ".join(map(str, item.missing))
        plural = "s" if len(item.missing) > 1 else ""
        return f"{codes}, and the missing code{plural} {missing}" if missing else codes

    def first_rows(self, rows: pd.Index) -> str:
        numbers = [str(self.table.rows[at]) for at in rows[:FIRST_ROWS]]
        unit = f"{self.table.unit}{'s' if len(rows) > 1 else ''}"
        return f"{unit} {', '.join(numbers)}{', ...' if len(rows) > FIRST_ROWS else ''}"

    def variable(self) -> SpssVariable | None:
        dictionary = self.table.dictionary
        return dictionary.variables.get(self.source.column) if dictionary else None

    def spss_hint(self, codes: npt.NDArray[np.float64]) -> str:
        """Say what the file itself says about codes that the questionnaire does not know."""
        variable = self.variable()
        if variable is None:
            return ""
        declared = [code for code in codes if variable.is_missing(float(code))]
        if not declared:
            return ""
        texts = [
            f"{value_text(float(code))} {variable.value_labels.get(float(code), '')}".strip()
            for code in declared
        ]
        return (
            f"The file declares {', '.join(texts)} user-missing: say of which kind under `missing`"
            " in the questionnaire."
        )

    def disagreements(self, numbers: pd.Series) -> Iterator[Fault]:
        """Report answers of the questionnaire that the file declares user-missing."""
        variable = self.variable()
        if variable is None or not variable.missing:
            return
        answers = numbers[numbers.notna() & ~numbers.isin(list(self.item.missing))]
        for code, rows in answers[self.allowed(answers)].groupby(answers).groups.items():
            if variable.is_missing(float(str(code))):
                yield Fault(
                    self.column(),
                    f"The file declares {value_text(code)} user-missing, the questionnaire says it"
                    f" is an answer ({count_of(len(rows), 'cell')}, {self.first_rows(rows)}).",
                    "Mend the one that is wrong.",
                )

    def one_of_list(self, cells: pd.Series) -> Answers:
        """Tell where one choice is among the codes that a cell lists, parted by blanks."""
        choice, missing = self.source.choice, self.item.missing
        known = {str(code) for code in (*self.item.choices, *missing)}
        texts = [_as_text(cell) for cell in cells]
        chosen = [set(text.split()) for text in texts]
        wrong = [at for at, codes in enumerate(chosen) if not codes <= known]
        first = choice == next(iter(self.item.choices))  # report a cell once, not for every choice
        faults = [
            Fault(self.where(at), f"Found {texts[at]!r}; expected codes parted by blanks.")
            for at in (wrong[:SHOWN] if first else [])
        ]
        if first and len(wrong) > SHOWN:
            more = count_of(len(wrong) - SHOWN, "more cell")
            faults.append(Fault(self.column(), f"And {more} with other text."))
        reasons = [_first_kind(codes, missing) for codes in chosen]
        values = [
            np.nan if reason or not codes else float(str(choice) in codes)
            for codes, reason in zip(chosen, reasons, strict=True)
        ]
        detail = f"from the codes listed in `{self.source.column}`"
        change = (self.source.name, "choice", detail, int(pd.Series(values).notna().sum()))
        return Answers(
            values=pd.Series(values, dtype=np.float64),
            reasons=pd.Series(reasons, dtype="str"),
            faults=tuple(faults),
            changes=(change,),
        )


def _as_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    return value_text(float(cell)) if isinstance(cell, (int, float)) else str(cell)


def _first_kind(codes: set[str], missing: Mapping[int, str]) -> str:
    return next((kind for code, kind in missing.items() if str(code) in codes), "")
