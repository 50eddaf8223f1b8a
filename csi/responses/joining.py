"""Columns of the design that stand in a file of their own: weights, strata, sizes of strata."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from csi.errors import Fault, ResponseError
from csi.responses.data import CHANGE_COLUMNS, Responses

_SHOWN = 5


def join_columns(responses: Responses, table: pd.DataFrame, source: str) -> Responses:
    """Carry columns of a table along with the answers, matched by the items that it names.

    Parameters
    ----------
    responses : Responses
    table : DataFrame
        Columns called as items of the questionnaire say whom a row is about, such as the strata or
        the key of a customer; each combination stands once. The other columns are carried along.
    source : str
        What messages call the table.

    Returns
    -------
    Responses

    Raises
    ------
    ResponseError
        If the table names no item, says something twice, or says nothing about some respondents.
    """
    keys = [name for name in table.columns if name in responses.frame.columns]
    added = [name for name in table.columns if name not in keys]
    if not keys or not added:
        raise ResponseError(
            Fault(
                source,
                f"Its columns are {', '.join(map(str, table.columns))}.",
                "It needs an item of the questionnaire, to find each respondent's row, and what "
                "that row adds.",
            )
        )
    known = pd.MultiIndex.from_frame(table[keys].astype(float))
    wanted = pd.MultiIndex.from_frame(responses.frame[keys].astype(float))
    faults = []
    if known.has_duplicates:
        twice = known[known.duplicated()].unique()
        faults.append(Fault(source, f"{_levels(keys, twice)} stand in more than one row."))
    else:
        place = known.get_indexer(wanted)
        absent = wanted[place < 0]
        if len(absent):
            message = f"No row for {len(absent)} of {len(wanted)} respondents: "
            faults.append(Fault(source, message + _levels(keys, absent.unique()) + "."))
    if faults:
        raise ResponseError(faults)
    columns = {name: table[name].to_numpy()[place] for name in added}
    note = ("", "columns added", f"{', '.join(added)} from {source}", len(added))
    return replace(
        responses,
        frame=responses.frame.assign(**columns),
        reasons=responses.reasons.assign(**dict.fromkeys(added, "")),
        changes=pd.concat(
            [responses.changes, pd.DataFrame([note], columns=list(CHANGE_COLUMNS))],
            ignore_index=True,
        ),
    )


def _levels(keys: list[str], levels: pd.Index) -> str:
    shown = [
        ", ".join(f"{name} = {_plain(value)}" for name, value in zip(keys, level, strict=True))
        for level in levels[:_SHOWN]
    ]
    return "; ".join(shown) + ("; ..." if len(levels) > _SHOWN else "")


def _plain(value: float) -> str:
    return "missing" if np.isnan(value) else f"{value:g}"
