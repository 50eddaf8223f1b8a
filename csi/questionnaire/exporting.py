"""Write a questionnaire as a codebook that colleagues without the file can read."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from csi.questionnaire.model_names import names_in_model
from csi.questionnaire.schema import Questionnaire

_ITEM_COLUMNS = (
    "place", "block", "item", "type", "text_en", "text_zh", "minimum", "maximum", "low_en",
    "high_en", "low_zh", "high_zh", "asked_if", "reversed", "sensitive", "role", "use", "construct",
    "element",
)  # fmt: skip
_CODE_COLUMNS = ("item", "code", "label_en", "label_zh", "missing")
_CONSTRUCT_COLUMNS = ("construct", "name_en", "name_zh", "items", "caused_by", "reliability")
_ELEMENT_COLUMNS = ("element", "name_en", "name_zh", "items", "asked_if")

Rows = list[Sequence[object]]


def write_codebook(questionnaire: Questionnaire, path: str | Path) -> Path:
    """Write a workbook with a sheet each of items, codes and constructs, and elements if declared.

    Parameters
    ----------
    questionnaire : Questionnaire
    path : str or Path
        An ``.xlsx`` file; replaced as a whole, never half written. The same questionnaire gives
        the same bytes.

    Returns
    -------
    Path
    """
    import xlsxwriter

    path = Path(path)
    sheets = {
        "Items": (_ITEM_COLUMNS, _item_rows(questionnaire)),
        "Codes": (_CODE_COLUMNS, _code_rows(questionnaire)),
        "Constructs": (_CONSTRUCT_COLUMNS, _construct_rows(questionnaire)),
    }
    if elements := _element_rows(questionnaire):
        sheets["Elements"] = (_ELEMENT_COLUMNS, elements)
    with NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        temporary = Path(file.name)
    try:
        # Texts stay texts: one that starts with `=` must not become a formula.
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        workbook = xlsxwriter.Workbook(str(temporary), options)
        title = f"{questionnaire.id} {questionnaire.version}"
        created = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
        workbook.set_properties({"title": title, "created": created})
        for name, (columns, rows) in sheets.items():
            _write_sheet(workbook, name, columns, rows)
        workbook.close()
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _write_sheet(workbook: object, name: str, columns: Sequence[str], rows: Rows) -> None:
    sheet = workbook.add_worksheet(name)  # type: ignore[attr-defined]
    heading = workbook.add_format({"bold": True, "bottom": 1})  # type: ignore[attr-defined]
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})  # type: ignore[attr-defined]
    sheet.write_row(0, 0, columns, heading)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row, wrapped)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, 48 if column.startswith("text") else 14)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


def _item_rows(questionnaire: Questionnaire) -> Rows:
    names = names_in_model(questionnaire.model.syntax if questionnaire.model else "")
    elements = questionnaire.model.elements.values() if questionnaire.model else ()
    rows: Rows = []
    for place, item in enumerate(questionnaire.items.values(), start=1):
        scale = item.scale
        rows.append(
            (
                place,
                item.block,
                item.id,
                item.type,
                item.text.en,
                item.text.zh,
                scale.minimum if scale else item.minimum,
                scale.maximum if scale else item.maximum,
                *(
                    (scale.low.en, scale.high.en, scale.low.zh, scale.high.zh)
                    if scale
                    else ("",) * 4
                ),
                str(item.ask_if or ""),
                "yes" if item.reverse else "",
                "yes" if item.sensitive else "",
                item.role or "",
                item.use,
                _join(link.left for link in names.loadings if link.right == item.id),
                _join(element.id for element in elements if item.id in element.items),
            )
        )
    return rows


def _code_rows(questionnaire: Questionnaire) -> Rows:
    rows: Rows = []
    for item in questionnaire.items.values():
        rows += [(item.id, code, text.en, text.zh, "") for code, text in item.choices.items()]
        rows += [(item.id, code, "", "", kind) for code, kind in item.missing.items()]
    return rows


def _construct_rows(questionnaire: Questionnaire) -> Rows:
    model = questionnaire.model
    if model is None:
        return []
    names = names_in_model(model.syntax)
    return [
        (
            construct,
            name.en,
            name.zh,
            _join(names.items_of(construct)),
            _join(link.right for link in names.paths if link.left == construct),
            next((model.reliability.get(item) for item in names.items_of(construct)), None),
        )
        for construct, name in model.constructs.items()
    ]


def _element_rows(questionnaire: Questionnaire) -> Rows:
    elements = questionnaire.model.elements if questionnaire.model else {}
    return [
        (
            element.id,
            element.text.en,
            element.text.zh,
            _join(element.items),
            str(questionnaire.element_condition(element.id) or ""),
        )
        for element in elements.values()
    ]


def _join(names: Iterable[str]) -> str:
    return ", ".join(names)
