"""Read an XLSForm: the sheets ``survey``, ``choices`` and ``settings``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.adopting.assembling import assemble
from csi.questionnaire.adopting.cells import conditions_of, missing_of, number_of, text_of
from csi.questionnaire.adopting.draft import QuestionnaireDraft, finish_draft
from csi.questionnaire.adopting.expressions import XPATH
from csi.questionnaire.adopting.languages import language_of, language_of_text
from csi.questionnaire.adopting.numbers import read_bounds
from csi.questionnaire.adopting.parts import Form, FormBlock, FormItem, Option
from csi.questionnaire.adopting.workbook import Row, read_sheets
from csi.questionnaire.schema import (
    BLOCK_KINDS,
    ITEM_TYPES,
    MISSING_KINDS,
    ROLES,
    ItemType,
    Text,
)
from csi.questionnaire.xlsform import TITLE_NOTE

_SHEETS = ("survey", "choices", "settings")
_OTHER_SHEETS = ("external_choices", "entities", "osm")
_METADATA = (
    "start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit", "simserial",
    "subscriberid", "start-geopoint", "background-audio",
)  # fmt: skip
_TYPES: Mapping[str, ItemType] = {
    "integer": "number", "int": "number", "decimal": "number", "range": "number",
    "text": "text", "string": "text", "date": "date", "datetime": "date", "select_one": "single",
    "select_multiple": "multiple", "acknowledge": "single",
}  # fmt: skip
_ACKNOWLEDGED = Text("Acknowledged", "已确认")
_NOT_ACKNOWLEDGED = Text("Not acknowledged", "未确认")
_CARRIED = (
    "type", "name", "label", "required", "relevant", "relevance", "constraint",
    "constraint_message", "required_message", "appearance", "parameters", "bind::relevant",
    "bind::required", "bind::constraint", "bind::type",
)  # fmt: skip
_CHOICE_COLUMNS = ("list_name", "list", "name", "value", "label")
_OURS = "csi_"
_YES = ("yes", "true", "true()", "1")


def adopt_xlsform(path: Path, content: bytes) -> QuestionnaireDraft:
    """Make a questionnaire of an XLSForm; see `adopt_questionnaire`."""
    sheets = read_sheets(path, content, (*_SHEETS, *_OTHER_SHEETS))
    survey = sheets.get("survey", [])
    if not any(row.get("type") for row in survey):
        hint = "An XLSForm has a sheet `survey` with the columns `type` and `name`."
        raise QuestionnaireError(Fault(str(path), "The workbook is no XLSForm.", hint))
    form = _Reader(path, sheets).read()
    if not any(block.items for block in form.blocks):
        raise QuestionnaireError(Fault(str(path), "The form asks no question.", ""))
    return finish_draft(form, assemble(form, declared=_is_ours(sheets)))


def _is_ours(sheets: Mapping[str, list[Row]]) -> bool:
    """Tell whether csi wrote the form: then it says what others leave open."""
    return any("csi_type" in row.cells for row in sheets["survey"])


class _Group:
    """An open group: what must hold for its questions, and whether they are repeated."""

    def __init__(self, conditions: list[str], repeated: bool) -> None:
        self.conditions = conditions
        self.repeated = repeated


class _Reader:
    def __init__(self, path: Path, sheets: Mapping[str, list[Row]]) -> None:
        self.path = path
        self.sheets = sheets
        self.ours = _is_ours(sheets)
        self.form = Form(source=path.name, dialect=XPATH)
        self.groups: list[_Group] = []
        self.other_languages: dict[str, int] = {}
        self.lists = self.choices()

    def read(self) -> Form:
        self.settings()
        for row in self.sheets["survey"]:
            if row.get("type"):
                self.row(row, " ".join(row.get("type").split()))
        for name, count in self.other_languages.items():
            self.form.note("survey", f"The texts in `{name}` are not carried over ({count}).")
        for name in _OTHER_SHEETS:
            if self.sheets.get(name):
                self.form.note(name, "The sheet is not carried over.")
        return self.form

    def settings(self) -> None:
        rows = self.sheets.get("settings", [])
        row = rows[0] if rows else Row(0, {})
        form, title = self.form, row.get("form_title") or self.path.stem
        name = row.get("form_id") or row.get("id_string") or self.path.name.split(".")[0]
        form.name = re.sub(r"[^A-Za-z0-9_.-]", "-", name).lstrip("_.-") or "form"
        form.version = row.get("version")
        form.title = Text(**{language_of_text(title): title})
        minutes = row.get("csi_minutes")
        form.minutes = float(minutes) if re.fullmatch(r"\d+(\.\d+)?", minutes) else None
        known = ("form_title", "form_id", "id_string", "version", "default_language")
        for column, value in row.cells.items():
            if column not in known and not column.startswith(_OURS):
                form.note("settings", f"`{column}` is not carried over: {value}.")

    def choices(self) -> dict[str, list[Option]]:
        lists: dict[str, list[Option]] = {}
        others: dict[str, None] = {}
        for row in self.sheets.get("choices", []):
            name = row.get("list_name") or row.get("list")
            if not name:
                continue
            for column in row.cells:
                base, _, language = column.partition("::")
                if base == "label" and language and language_of(language) is None:
                    self.count_language(language)
                elif base not in _CHOICE_COLUMNS and not column.startswith(_OURS):
                    others.setdefault(column)
            kind = row.get("csi_missing")
            lists.setdefault(name, []).append(
                Option(
                    name=row.get("name") or row.get("value"),
                    label=text_of(row, "label"),
                    missing=kind if kind in MISSING_KINDS else None,
                )
            )
        for column in others:
            self.form.note("choices", f"The column `{column}` is not carried over.")
        return lists

    def row(self, row: Row, type_: str) -> None:
        where = f"survey, row {row.number}"
        word = type_.replace("begin ", "begin_").replace("end ", "end_").split(" ")[0].lower()
        if word in ("begin_group", "begin_repeat"):
            self.begin(row, where, repeated=word == "begin_repeat")
        elif word in ("end_group", "end_repeat"):
            if self.groups:
                self.groups.pop()
        elif self.ours and word == "note" and row.get("name").rstrip("_") == TITLE_NOTE:
            self.form.title = text_of(row, "label")
        elif word in _METADATA:
            if not self.ours:
                message = (
                    f"The metadata `{word}` (`{row.get('name')}`) is no item: left to the app."
                )
                self.form.note(where, message)
        else:
            self.question(row, type_, word, where)

    def begin(self, row: Row, where: str, *, repeated: bool) -> None:
        title = text_of(row, "label")
        if self.groups:
            words = title.en or title.zh or row.get("name")
            self.form.note(where, f"The group `{words}` within a group is not carried over.")
        else:
            kind = row.get("csi_kind")
            self.form.blocks.append(
                FormBlock(
                    name=row.get("name") or "block",
                    title=title,
                    kind=kind if kind in BLOCK_KINDS else None,
                )
            )
        if repeated:
            message = f"The repeat `{row.get('name')}` is not carried over, nor what it asks."
            self.form.note(where, message)
        self.groups.append(_Group(conditions_of(row), repeated))

    def question(self, row: Row, type_: str, word: str, where: str) -> None:
        form, name = self.form, row.get("name")
        repeated = any(group.repeated for group in self.groups)
        ours = row.get("csi_type")
        known = ours in ITEM_TYPES or word in _TYPES
        if repeated or not known or not name:
            reason = "it is repeated" if repeated else f"an item cannot be of type `{word}`"
            words = text_of(row, "label")
            text = words.en or words.zh or row.get("calculation")
            shown = f"`{name}` ({text})" if text else f"`{name}`"
            form.note(where, f"The question {shown} is not carried over: {reason}.")
            return
        if not self.groups and (not form.blocks or form.blocks[-1].name != "questions"):
            form.blocks.append(FormBlock(name="questions", title=Text("Questions", "问题")))
        item = self.item(row, type_, word, where)
        form.blocks[-1].items.append(item)

    def item(self, row: Row, type_: str, word: str, where: str) -> FormItem:
        ours = row.get("csi_type")
        type_of = ours if ours in ITEM_TYPES else _TYPES[word]
        item = FormItem(
            name=row.get("name"),
            type=type_of,
            text=text_of(row, "label"),
            where=where,
            conditions=[c for group in self.groups for c in group.conditions] + conditions_of(row),
            optional=(row.get("required") or row.get("bind::required")).lower() not in _YES,
        )
        if type_of in ("scale", "single", "multiple"):
            self.options(item, type_, word, ours)
        self.numbers(item, row, word, ours)
        self.marks(item, row)
        self.leftovers(item, row)
        return item

    def options(self, item: FormItem, type_: str, word: str, ours: str) -> None:
        if word == "acknowledge":
            item.options = [
                Option(name="1", label=_ACKNOWLEDGED), Option(name="0", label=_NOT_ACKNOWLEDGED)
            ]  # fmt: skip
            return
        words = type_.split(" ")
        name = words[1] if len(words) > 1 else ""
        if "or_other" in words:
            self.tell(item, "the answer in words behind `or_other` is not carried over")
        item.options = self.lists.get(name, [])
        item.shared = f"choices, list `{name}`"
        if not item.options:
            self.tell(item, f"there is no choice list `{name}`")
        item.rating = {"scale": True, "single": False, "multiple": False}.get(ours)
        if item.type == "multiple":
            item.rating = False

    def numbers(self, item: FormItem, row: Row, word: str, ours: str) -> None:
        constraint = row.get("constraint") or row.get("bind::constraint")
        if ours:
            item.minimum, item.maximum = (
                number_of(row.get("csi_min")),
                number_of(row.get("csi_max")),
            )
            item.missing = missing_of(row.get("csi_missing"))
        elif word == "range":
            found = dict(re.findall(r"(\w+)\s*=\s*(-?[\d.]+)", row.get("parameters")))
            item.minimum, item.maximum = (
                number_of(found.get("start", "0")),
                number_of(found.get("end", "10")),
            )
        elif constraint:
            whole = word in ("integer", "int")
            bounds = read_bounds(constraint, whole=whole) if item.type == "number" else None
            if bounds is None:
                self.tell(item, f"the constraint `{constraint}` is not carried over")
            else:
                item.minimum, item.maximum = bounds.minimum, bounds.maximum
                item.missing = dict(bounds.missing)
                for code, kind in bounds.missing.items():
                    self.tell(item, f"{code} is taken for `{kind}`")

    def marks(self, item: FormItem, row: Row) -> None:
        role = row.get("csi_role")
        item.role = role if role in ROLES else None
        item.use = row.get("csi_use")
        item.scale = row.get("csi_scale")
        item.reverse = row.get("csi_reverse") == "yes"
        item.sensitive = row.get("csi_sensitive") == "yes"

    def leftovers(self, item: FormItem, row: Row) -> None:
        """Tell which cells of a question have no place in a questionnaire."""
        ours = bool(row.get("csi_type"))
        piped = re.search(r"\$\{[^}]*\}", f"{item.text.en} {item.text.zh}")
        if piped:
            self.tell(item, f"the text takes in `{piped[0]}`")
        for column, value in row.cells.items():
            base, _, language = column.partition("::")
            if base == "label" and language and language_of(language) is None:
                self.count_language(language)
            elif ours or column in _CARRIED or base in _CARRIED or column.startswith(_OURS):
                continue
            else:
                self.tell(item, f"`{column}` is not carried over: {value}")

    def count_language(self, name: str) -> None:
        self.other_languages[name] = self.other_languages.get(name, 0) + 1

    def tell(self, item: FormItem, message: str) -> None:
        self.form.note(item.where, f"`{item.name}`: {message}.")
        item.comments.append(message)
