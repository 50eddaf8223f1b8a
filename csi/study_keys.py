"""Values of a study file that several of its keys have: names, texts, paths, items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from csi.errors import QuestionnaireError, SamplingError, suggest
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire, Text
from csi.questionnaire.sections import Section
from csi.questionnaire.texts import read_text
from csi.sampling.method_details import MethodDetails
from csi.sampling.statement_files import read_method_details
from csi.storage import short_path

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def read_identifier(section: Section) -> str:
    """Read an ``id``: it becomes part of file names."""
    text = section.text("id")
    if text and not _IDENTIFIER.fullmatch(text):
        section.fault(
            "id",
            f"{section.label}: `id` cannot be `{text}`.",
            "Use letters, digits, `_`, `-` and `.`: it becomes part of file names.",
        )
    return text


def read_texts(section: Section, key: str, default: Text | None = None) -> Text:
    """Read a text in both languages, or one text for both."""
    if isinstance(section.plain(key), dict):
        return read_text(section, key)
    text = section.text(key, None if key == "title" else "")
    return Text(en=text, zh=text) if text else default or Text()


def read_path(
    section: Section, key: str, folder: Path, *, required: bool = False, hint: str = ""
) -> Path | None:
    """Read a path that must lead to a file; that of `font_folder`, to a folder."""
    text = section.text(key, None if required else "")
    if not text:
        return None
    path, is_folder = folder / text, key == "font_folder"
    if path.is_dir() if is_folder else path.is_file():
        return path.resolve()
    kind = "folder" if is_folder else "file"
    near = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
    remedy = hint or suggest(path.name, near) or "Paths start at the folder of the study file."
    section.fault(key, f"{section.label}: there is no {kind} `{text}`.", remedy)
    return None


def read_form(root: Section, path: Path | None) -> Questionnaire | None:
    """Read the questionnaire; its faults are faults of the study."""
    if path is None:
        return None
    try:
        return read_questionnaire(short_path(path))
    except QuestionnaireError as error:
        for fault in error.faults:
            root.faults.include(root.line_of("questionnaire"), fault)
        return None


def read_method(root: Section, folder: Path) -> tuple[MethodDetails, Path | None]:
    """Read the file of what only people know of the survey; its faults are faults of the study."""
    path = read_path(root, "method", folder)
    if path is None:
        return MethodDetails(), None
    try:
        return read_method_details(short_path(path)), path
    except SamplingError as error:
        for fault in error.faults:
            root.faults.include(root.line_of("method"), fault)
        return MethodDetails(), path


def read_columns(section: Section, questionnaire: Questionnaire | None) -> Mapping[str, str]:
    """Read which item is in which column of the answers."""
    columns = section.section("columns", required=False)
    if columns is None:
        return {}
    for item in columns:
        check_item(columns, "columns", columns.line_of(item), item, questionnaire)
    return {item: columns.text(item) for item in columns}


def check_item(
    section: Section, key: str, line: int, name: str, questionnaire: Questionnaire | None
) -> None:
    """Note a fault for a name that is no column of the questionnaire's answers."""
    if name and questionnaire is not None and name not in column_names(questionnaire):
        hint = suggest(name, column_names(questionnaire)) or "Declare it there as an item."
        message = f"{section.label}: `{key}` names `{name}`, which {questionnaire.source} lacks."
        section.faults.add(line, message, hint)


def column_names(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the columns that answers have: a multiple item has one for each choice."""
    choices = (
        f"{item.id}_{code}"
        for item in questionnaire.items.values()
        if item.type == "multiple"
        for code in item.choices
    )
    return (*questionnaire.items, *choices)
