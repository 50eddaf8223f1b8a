"""From the cells of a file to answers on the questionnaire's own codes, with every change counted.

Don't know, not applicable, refused, not asked and no answer look alike in a file and are not: each
missing cell gets its reason. Nothing is guessed, nothing is dropped, every fault is reported at
once.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from csi.errors import Fault, ResponseError, ResponseWarning, suggest
from csi.questionnaire.schema import Item, Questionnaire
from csi.responses.answers import Answers, recode_column
from csi.responses.data import CHANGE_COLUMNS, SYNTHETIC, Responses, count_of
from csi.responses.dictionary import value_text
from csi.responses.labels import compare_labels
from csi.responses.matching import Change, Match, match_columns
from csi.responses.routing import route
from csi.responses.signatures import file_kind
from csi.responses.spss import read_spss
from csi.responses.tables import AnswerTable, read_table

TEXT_ENDINGS = (".csv", ".tsv", ".txt")


def read_responses(
    path: str | os.PathLike[str],
    questionnaire: Questionnaire,
    *,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    sheet: str | None = None,
) -> Responses:
    """Read a file of answers and check it against its questionnaire.

    Parameters
    ----------
    path : path
        SPSS (.sav, .zsav, .por), CSV, Excel (.xlsx) or Parquet.
    columns : mapping of item to column, optional
        For columns that are not called as their items are.
    keep : sequence of str
        Columns to carry along that the questionnaire does not declare, e.g. the interviewer or
        the duration.
    sheet : str, optional
        Sheet of a workbook; by default the first.

    Returns
    -------
    Responses
        A multiple item makes one 0/1 column for each choice, ``item_code``.

    Raises
    ------
    ResponseFileError
        The file cannot be read.
    ResponseError
        Every fault of its cells: absent columns, codes that the questionnaire does not declare,
        text where a number belongs, codes that only one of file and questionnaire calls missing,
        keys that occur twice.

    Warns
    -----
    ResponseWarning
        The value labels of an SPSS file say that a scale runs the other way.

    Examples
    --------
    >>> responses = read_responses("wave.sav", questionnaire)  # doctest: +SKIP
    >>> print(responses.summary())  # doctest: +SKIP
    """
    table = read_answers(path, sheet=sheet)
    return recode_table(table, questionnaire, columns=columns, keep=keep)


def read_answers(path: str | os.PathLike[str], *, sheet: str | None = None) -> AnswerTable:
    """Read a file of answers of any kind as it stands; its content decides the kind."""
    kind = file_kind(path)
    if kind in ("workbook", "parquet") or (
        kind == "text" and Path(path).suffix.lower() in TEXT_ENDINGS
    ):
        return read_table(path, sheet=sheet)
    data = read_spss(path)
    return AnswerTable(
        frame=data.frame,
        rows=np.arange(1, len(data.frame) + 1),
        unit="case",
        dictionary=data.dictionary,
        notes=data.notes,
        source=data.source,
        sha256=data.sha256,
    )


def recode_table(
    table: AnswerTable,
    questionnaire: Questionnaire,
    *,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
) -> Responses:
    """Do the work of `read_responses` on a table that is already in memory."""
    match = match_columns(table, questionnaire, columns or {}, keep)
    answers = {name: recode_column(table, source) for name, source in match.sources.items()}
    faults = [*match.faults, *(fault for answer in answers.values() for fault in answer.faults)]
    faults += _key_faults(table, match, answers)
    if faults:
        raise ResponseError(faults)
    values, reasons, routed = route(match, answers)
    changes: list[Change] = [("", "note", note, 0) for note in table.notes]
    changes += match.changes
    changes += [change for answer in answers.values() for change in answer.changes]
    changes += routed
    if table.dictionary is not None:
        changes += _compared(match, table)
    changes += _flat_items(questionnaire, values)
    changes += _formulas(questionnaire)
    if match.left_out:
        changes.append(("", "columns left out", ", ".join(match.left_out), len(match.left_out)))
    return Responses(
        questionnaire=questionnaire,
        frame=values,
        reasons=reasons,
        changes=pd.DataFrame(changes, columns=list(CHANGE_COLUMNS)),
        source=f"{SYNTHETIC}, {table.source}"
        if _is_synthetic(table, questionnaire)
        else table.source,
        sha256=table.sha256,
    )


def _is_synthetic(table: AnswerTable, questionnaire: Questionnaire) -> bool:
    """Tell whether a file marks any of its rows as made up."""
    if SYNTHETIC not in table.frame.columns or SYNTHETIC in questionnaire.items:
        return False
    words = table.frame[SYNTHETIC].astype("str").str.strip().str.lower()
    return bool(words.isin(["1", "1.0", "true"]).any())


def _key_faults(
    table: AnswerTable, match: Match, answers: Mapping[str, Answers]
) -> Iterator[Fault]:
    """Report respondents who stand in the file twice."""
    for name, source in match.sources.items():
        if source.item is None or source.item.role != "key":
            continue
        keys = answers[name].values
        for key, rows in (
            keys[keys.notna() & keys.duplicated(keep=False)].groupby(keys).groups.items()
        ):
            numbers = ", ".join(str(table.rows[at]) for at in rows)
            yield Fault(
                f"{table.source}, column {source.column}",
                f"The key {value_text(key)} stands in {table.unit}s {numbers}.",
                "A respondent may stand in the file once.",
            )


def _compared(match: Match, table: AnswerTable) -> list[Change]:
    changes = compare_labels(match, table.dictionary) if table.dictionary else []
    swapped = [f"`{item}`: {detail}" for item, change, detail, _ in changes if "swapped" in change]
    if swapped:
        warnings.warn(
            f"Scales of {table.source} may run the wrong way. {'; '.join(swapped)}.",
            ResponseWarning,
            stacklevel=4,
        )
    return changes


def _flat_items(questionnaire: Questionnaire, values: pd.DataFrame) -> Iterator[Change]:
    """Note items that say nothing; the model refuses them."""
    for name, item in questionnaire.items.items():
        if item.type == "scale":
            answered = values[name].dropna()
            if answered.empty:
                yield name, "all missing", "", len(values)
            elif answered.nunique() == 1:
                yield name, "constant", f"every answer is {answered.iloc[0]:g}", len(answered)


def _formulas(questionnaire: Questionnaire) -> Iterator[Change]:
    """Note how each scale is rescaled to 0-100 where the model is fitted."""
    formulas: dict[tuple[str, str], int] = {}
    for item in questionnaire.items.values():
        if item.scale is not None:
            low, high = item.scale.minimum, item.scale.maximum
            distance = f"({high} - x)" if item.reverse else f"(x - {low})"
            name = f"{item.scale.id}, reversed" if item.reverse else item.scale.id
            key = (name, f"{distance} / {high - low} * 100")
            formulas[key] = formulas.get(key, 0) + 1
    for (name, formula), count in formulas.items():
        yield "", "rescaled to 0-100", f"{name}: {formula}", count


def rescale_items(
    frame: pd.DataFrame,
    questionnaire: Questionnaire,
    items: Iterable[str] | None = None,
    *,
    codes: bool = True,
) -> pd.DataFrame:
    """Rescale ratings to 0-100: ``(x - min) / (max - min) * 100``; reversed items turned round.

    Parameters
    ----------
    frame : DataFrame, shape (n, n_columns)
        Native codes, as in `Responses.frame`.
    items : iterable of str, optional
        By default every scale item of the questionnaire that the frame holds.
    codes : bool
        Whether the values are answers, which lie on their scale, and not sums over many of them.

    Returns
    -------
    DataFrame, shape (n, n_items)
        Of the items only, with the index of ``frame``; NaN stays NaN.

    Raises
    ------
    ResponseError
        A value lies outside its scale, for instance because the frame was rescaled before; an
        item is not a rating or not in the frame.

    Examples
    --------
    >>> rescale_items(frame, questionnaire, ["CUSA1"])  # doctest: +SKIP
    """
    chosen = list(items) if items is not None else _ratings(frame, questionnaire)
    faults = list(_rescaling_faults(frame, questionnaire, chosen, codes))
    if faults:
        raise ResponseError(faults)
    return pd.DataFrame(
        {name: _rescale(frame[name], questionnaire.items[name]) for name in chosen},
        index=frame.index,
    )


def _ratings(frame: pd.DataFrame, questionnaire: Questionnaire) -> list[str]:
    items = questionnaire.items.values()
    return [item.id for item in items if item.scale is not None and item.id in frame.columns]


def _rescaling_faults(
    frame: pd.DataFrame, questionnaire: Questionnaire, items: Iterable[str], codes: bool
) -> Iterator[Fault]:
    for name in items:
        item = questionnaire.items.get(name)
        if item is None:
            hint = suggest(name, questionnaire.items)
            yield Fault("", f"The questionnaire has no item `{name}`.", hint)
        elif item.scale is None:
            yield Fault("", f"Item `{name}` is no rating, so it has no 0-100 form.")
        elif name not in frame.columns:
            yield Fault("", f"The data have no column `{name}`.", suggest(name, frame.columns))
        elif codes:
            low, high = item.scale.minimum, item.scale.maximum
            outside = frame[name][frame[name].notna() & ~frame[name].between(low, high)]
            if len(outside):
                yield Fault(
                    f"column {name}",
                    f"{count_of(len(outside), 'value')} outside {low} to {high}, the first is"
                    f" {outside.iloc[0]:g}.",
                    "Were the data rescaled before?",
                )


def _rescale(column: pd.Series, item: Item) -> pd.Series:
    if item.scale is None:
        return column
    low, high = item.scale.minimum, item.scale.maximum
    distance = high - column if item.reverse else column - low
    return distance / (high - low) * 100.0
