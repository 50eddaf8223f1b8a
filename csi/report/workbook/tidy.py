"""Tidy sheets: one header row, a row per number, ready for a pivot table or pandas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from csi.report.workbook.looks import Looks, set_page, text_width

_POINTS = "#,##0.0;\u2212#,##0.0"
_FORMATS = {"n": "#,##0", "n_eff": "#,##0.0", "df": "#,##0.0", "std_error": "0.00",
            "statistic": "0.00;\u22120.00", "importance": "0.00", "rank": "0", "rank_low": "0",
            "rank_high": "0", "change_error": "0.00", "change_df": "#,##0.0",
            "share_missing": "0.0%", "expected": "0.0%", "expected_high": "0.0%",
            "loglik": "0.0", "aic": "0.0", "bic": "0.0"}  # fmt: skip
_PRECISE = {"p_value", "p_adjusted", "p_scaled", "std_all", "std_all_se", "cfi", "tli", "rmsea",
            "rmsea_low", "rmsea_high", "rmsea_scaled", "cfi_scaled", "srmr", "change_p_value",
            "change_p_adjusted", "corrected_p_value", "diff_p", "diff_cfi", "alpha", "omega", "ave",
            "spearman_brown", "scaling"}  # fmt: skip
_NUMBERS = ("estimate", "conf_low", "conf_high")
_COEFFICIENTS = {"parameters", "weights"}
_SHARES = {"share", "contact", "dissatisfied", "lmg", "lmg_share", "johnson_share", "reach",
           "top_marks", "flat_rows"}  # fmt: skip
_EFFECTS = {"importance", "importance_all", "pls_effect"}


def write_tidy(
    book: Any, sheet_name: str, table: pd.DataFrame, looks: Looks, *, name: str = "",
    foot: str = "", mark: str = "",
) -> None:  # fmt: skip
    """Write one tidy table: a head that stays, a filter, and numbers as numbers.

    Parameters
    ----------
    name : str
        Of the table: it decides how numbers are shown; they are stored in full.
    mark : str
        Says that the answers are made up, at the head of every printed page; the sheet gets a
        column ``synthetic``.
    """
    if mark:
        table = table.assign(synthetic=True)
    sheet = book.add_worksheet(sheet_name)
    head = looks.head()
    texts = looks()
    measures = table["measure"].tolist() if "measure" in table else None
    for place, header in enumerate(map(str, table.columns)):
        sheet.write_string(0, place, header, head)
        values = table.iloc[:, place].tolist()
        formats = _formats(header, name, measures, len(values))
        made = {number: looks(number) for number in dict.fromkeys(formats)}
        number_at, string_at = sheet.write_number, sheet.write_string
        for row, (value, number) in enumerate(zip(values, formats, strict=True), start=1):
            kind = type(value)
            if kind is str:
                if value:
                    string_at(row, place, value, texts)
            elif kind is float or kind is int:
                if math.isfinite(value):
                    number_at(row, place, value, made[number])
            else:
                _write(sheet, row, place, value, made[number], texts)
        longest = max((text_width(v) for v in values if isinstance(v, str)), default=0.0)
        sheet.set_column(place, place, min(max(text_width(header) + 3, longest + 1, 8), 60))
    sheet.set_row(0, 18)
    keys = _keys(table)
    sheet.freeze_panes(1, keys)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.set_tab_color(looks.theme.rule)
    set_page(sheet, foot=foot, mark=mark, head_rows=(0, 0))


def _keys(table: pd.DataFrame) -> int:
    """Return how many columns say what a row is about: as many as fit on a screen stay."""
    columns = [str(column) for column in table.columns]
    if "term" in columns[:6]:
        return columns.index("term") + 1
    return 1


def _formats(header: str, name: str, measures: list[Any] | None, rows: int) -> list[str]:
    """Return the number format of each cell of a column; what the measure is may decide."""
    if header in _PRECISE:
        return ["0.000"] * rows
    if measures and header in (*_NUMBERS, "std_error"):
        error = header == "std_error"
        return [_format_of(str(measure), error=error) for measure in measures]
    if header in _FORMATS and not (name in _COEFFICIENTS and header == "std_error"):
        return [_FORMATS[header]] * rows
    if name in _COEFFICIENTS and header in (*_NUMBERS, "std_error"):
        return ["0.000"] * rows
    return [_POINTS if header in _POINT_COLUMNS else "General"] * rows


_POINT_COLUMNS = {*_NUMBERS, "performance", "best_performance", "bias", "bias_low", "bias_high",
                  "corrected", "corrected_low", "corrected_high", "detectable", "change",
                  "change_low", "change_high", "chi2", "chi2_scaled", "baseline_chi2", "diff_chi2",
                  "condition"}  # fmt: skip


def _format_of(measure: str, *, error: bool) -> str:
    if measure in _SHARES:
        return "0.0%"
    return "0.00" if error or measure in _EFFECTS else _POINTS


def _write(sheet: Any, row: int, column: int, value: object, number: Any, text: Any) -> None:
    """Write a value that is no plain text or number: a truth, a numpy number, nothing."""
    if isinstance(value, bool | np.bool_):
        sheet.write_boolean(row, column, bool(value), text)
    elif isinstance(value, int | float | np.number):
        if math.isfinite(value):
            sheet.write_number(row, column, value, number)
    elif value is not None and value is not pd.NA:
        sheet.write_string(row, column, str(value), text)
