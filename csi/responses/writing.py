"""Answers as a file again: with labels for SPSS, with plain codes for everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from csi.questionnaire.schema import Item, Language, Questionnaire
from csi.responses.data import SYNTHETIC, Responses
from csi.responses.dictionary import SpssVariable
from csi.responses.spss import write_spss
from csi.responses.template import spss_template
from csi.storage import write_table

_SPSS = (".sav", ".zsav")


def write_responses(responses: Responses, path: str | Path, *, language: Language = "en") -> None:
    """Write answers so that `read_responses` reads the same ones.

    A missing answer is written as the code that its item has for the reason, else as nothing.
    Made-up answers get a column ``synthetic`` of ones, which every reader of csi honours.

    Parameters
    ----------
    responses : Responses
    path : str or Path
        Ending in .sav or .zsav (labels, missing codes, weight), .csv, .xlsx or .parquet.
    language : {"en", "zh"}
        Of the labels in an SPSS file.

    Raises
    ------
    StorageError
        For another ending, or a folder that cannot be written.
    """
    frame = coded_answers(responses)
    if responses.synthetic:
        frame = frame.assign(**{SYNTHETIC: 1.0})
    if Path(path).suffix.lower() not in _SPSS:
        write_table(frame, path)
        return
    template = spss_template(responses.questionnaire, language=language)
    plain = SpssVariable(format="F8.2", measure="scale")
    listed = {name: template.dictionary.variables.get(name, plain) for name in map(str, frame)}
    weight = template.dictionary.weight
    dictionary = replace(
        template.dictionary, variables=listed, weight=weight if weight in listed else None
    )
    write_spss(replace(template, frame=frame, dictionary=dictionary), path)


def coded_answers(responses: Responses) -> pd.DataFrame:
    """Return the answers with the codes of missing ones in their places."""
    columns = {}
    for name, values in responses.frame.items():
        codes = {kind: code for code, kind in _missing(responses.questionnaire, str(name)).items()}
        reasons = responses.reasons[name].map(codes)
        columns[name] = values.where(values.notna() | reasons.isna(), reasons)
    return pd.DataFrame(columns, index=responses.frame.index)


def _missing(questionnaire: Questionnaire, column: str) -> dict[int, str]:
    """Return the missing codes of the item behind a column."""
    item: Item | None = questionnaire.items.get(column)
    if item is None:
        stem = column.rpartition("_")[0]
        item = questionnaire.items.get(stem)
        if item is None or item.type != "multiple":
            return {}
    return dict(item.missing)
