"""Write a questionnaire as an XLSForm, which ODK, KoboToolbox and SurveyCTO turn into an app.

Columns that start with ``csi_`` are passed over by those programs: with them a form that comes
back through `adopt_questionnaire` is the questionnaire that went out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from csi.questionnaire.missing_labels import MISSING_LABELS
from csi.questionnaire.schema import Block, Item, MissingKind, Questionnaire, Scale, Text
from csi.questionnaire.xpath import to_xpath

ENGLISH = "English (en)"
CHINESE = "中文 (zh)"
TITLE_NOTE = "survey_title"

_TRANSLATED = ("label", "hint", "constraint_message", "required_message")
_SURVEY = (
    "type", "name", *(f"{key}::{name}" for key in _TRANSLATED for name in (ENGLISH, CHINESE)),
    "required", "relevant", "constraint", "appearance", "csi_type", "csi_scale", "csi_kind",
    "csi_role", "csi_use", "csi_reverse", "csi_sensitive", "csi_min", "csi_max", "csi_missing",
)  # fmt: skip
_CHOICES = ("list_name", "name", f"label::{ENGLISH}", f"label::{CHINESE}", "csi_missing")
_SETTINGS = ("form_title", "form_id", "version", "default_language", "csi_minutes")

_FROM_FRAME = ("stratum", "psu", "key")
_FRAME_HINT = Text("From the sampling frame: do not ask.", "取自抽样框，无需提问。")
_SENSITIVE_HINT = Text(
    "Sensitive: let the respondent answer unheard by others, and accept a refusal.",
    "敏感问题：请在不被旁人听到的情况下作答，允许拒答。",
)
_REQUIRED = Text("Please record an answer.", "请记录答案。")
_EXCLUSIVE = Text(
    "This answer cannot be combined with another one.", "该选项不能与其他选项同时选择。"
)
_FEW_POINTS = 7
_MANY_CHOICES = 12

Row = dict[str, object]


def write_xlsform(questionnaire: Questionnaire, path: str | Path) -> Path:
    """Write a workbook with the sheets ``survey``, ``choices`` and ``settings``.

    Blocks become groups; ``ask_if`` becomes ``relevant``; every choice list ends with its missing
    codes; each text is there in both languages. The weight is a hidden field, as it comes from the
    sampling frame. The same questionnaire gives the same bytes.

    Parameters
    ----------
    questionnaire : Questionnaire
    path : str or Path
        An ``.xlsx`` file.

    Returns
    -------
    Path
    """
    import xlsxwriter

    lists = _choice_lists(questionnaire)
    sheets: dict[str, tuple[Sequence[str], Iterable[Row]]] = {
        "survey": (_SURVEY, _survey_rows(questionnaire, lists)),
        "choices": (_CHOICES, _choice_rows(lists)),
        "settings": (_SETTINGS, [_settings(questionnaire)]),
    }
    # Texts stay texts: one that starts with `=` must not become a formula.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties(
        {"title": questionnaire.title.en, "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}
    )
    heading = workbook.add_format({"bold": True, "bottom": 1})
    for name, (columns, rows) in sheets.items():
        sheet = workbook.add_worksheet(name)
        sheet.write_row(0, 0, columns, heading)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row.get(column, "") for column in columns])
        sheet.set_column(0, len(columns) - 1, 22)
        sheet.freeze_panes(1, 0)
    workbook.close()
    return Path(path)


# ------------------------------------------------------------------ choices


_Choices = tuple[tuple[int, Text, MissingKind | None], ...]
_Key = tuple[str, _Choices]


def _choice_lists(questionnaire: Questionnaire) -> dict[_Key, str]:
    """Name every choice list: one for each scale, one for each set of choices."""
    lists: dict[_Key, str] = {}
    for item in questionnaire.items.values():
        if item.type in ("scale", "single", "multiple"):
            key = _list_key(item)
            if key not in lists:
                own = f"{item.id}_codes"
                shared = item.scale is not None and not _own_missing(item)
                name = item.scale.id if item.scale and shared else own
                lists[key] = _free(xml_name(name), lists.values())
    return lists


def _list_key(item: Item) -> _Key:
    return (item.scale.id if item.scale else "", _choices_of(item))


def _own_missing(item: Item) -> Mapping[int, MissingKind]:
    """Return the missing codes that are not those of the item's scale."""
    common = item.scale.missing if item.scale else {}
    return {code: kind for code, kind in item.missing.items() if common.get(code) != kind}


def _choices_of(item: Item) -> _Choices:
    labels = _scale_labels(item.scale) if item.scale else item.choices
    answers = ((code, label, None) for code, label in labels.items())
    missing = ((code, MISSING_LABELS[kind], kind) for code, kind in item.missing.items())
    return (*answers, *missing)


def _scale_labels(scale: Scale) -> Mapping[int, Text]:
    labels = {code: Text(str(code), str(code)) for code in range(scale.minimum, scale.maximum + 1)}
    for code, words in ((scale.minimum, scale.low), (scale.maximum, scale.high)):
        labels[code] = Text(f"{code} – {words.en}", f"{code} – {words.zh}")
    return labels


def _choice_rows(lists: Mapping[_Key, str]) -> Iterator[Row]:
    for (_, choices), name in lists.items():
        for code, label, kind in choices:
            yield {
                "list_name": name,
                "name": str(code),
                **_both("label", label),
                "csi_missing": kind or "",
            }


# ------------------------------------------------------------------ survey


def _survey_rows(questionnaire: Questionnaire, lists: Mapping[_Key, str]) -> Iterator[Row]:
    names = set(questionnaire.items)
    for metadata in ("start", "end"):
        yield {"type": metadata, "name": _take(f"interview_{metadata}", names)}
    note = _take(TITLE_NOTE, names)
    yield {"type": "note", "name": note, **_both("label", questionnaire.title)}
    for block in questionnaire.blocks:
        yield _group(block, _take(xml_name(block.id), names))
        for name in block.items:
            item = questionnaire.items[name]
            yield _question(item, questionnaire.items, lists.get(_list_key(item), ""))
        yield {"type": "end_group"}


def _group(block: Block, name: str) -> Row:
    return {
        "type": "begin_group",
        "name": name,
        **_both("label", block.title),
        "csi_kind": block.kind or "",
    }


def _question(item: Item, items: Mapping[str, Item], choices: str) -> Row:
    hidden = item.role == "weight"
    constraint, message = _constraint(item)
    row: Row = {
        "type": "hidden" if hidden else _type(item, choices),
        "name": item.id,
        **_both("label", item.text),
        **_both("hint", _hint(item)),
        "relevant": to_xpath(item.ask_if, items) if item.ask_if else "",
        "constraint": "" if hidden else constraint,
        **(_both("constraint_message", message) if constraint and not hidden else {}),
        "appearance": _appearance(item),
        "csi_type": item.type,
        "csi_scale": item.scale.id if item.scale else "",
        "csi_role": item.role or "",
        "csi_use": item.use,
        "csi_reverse": "yes" if item.reverse else "",
        "csi_sensitive": "yes" if item.sensitive else "",
        "csi_min": "" if item.minimum is None else f"{item.minimum:.15g}",
        "csi_max": "" if item.maximum is None else f"{item.maximum:.15g}",
        "csi_missing": _codes(_own_missing(item) if item.scale or not choices else {}),
    }
    if not hidden and item.type != "text":
        row |= {"required": "yes", **_both("required_message", _REQUIRED)}
    return row


def _type(item: Item, choices: str) -> str:
    kinds = {"scale": f"select_one {choices}", "single": f"select_one {choices}",
             "multiple": f"select_multiple {choices}", "number": "decimal"}  # fmt: skip
    return kinds.get(item.type, item.type)


def _appearance(item: Item) -> str:
    if item.scale is not None:
        points = item.scale.maximum - item.scale.minimum + 1
        return "likert" if points <= _FEW_POINTS and not item.missing else "columns-pack"
    return "minimal" if len(item.choices) > _MANY_CHOICES else ""


def _hint(item: Item) -> Text:
    hints = []
    if item.role in _FROM_FRAME:
        hints.append(_FRAME_HINT)
    if item.sensitive:
        hints.append(_SENSITIVE_HINT)
    if item.missing and item.type in ("number", "text", "date"):
        hints.append(_missing_in_words(item))
    return Text(" ".join(hint.en for hint in hints), "".join(hint.zh for hint in hints))


def _constraint(item: Item) -> tuple[str, Text]:
    """Return what an answer must satisfy, and what is said where it does not."""
    if item.type == "multiple" and item.missing:
        alone = " or ".join(f"selected(., '{code}')" for code in item.missing)
        return f"not({alone}) or count-selected(.) = 1", _EXCLUSIVE
    bounds = ((">=", item.minimum), ("<=", item.maximum))
    limits = [f". {sign} {bound:.15g}" for sign, bound in bounds if bound is not None]
    if item.type != "number" or not limits:
        return "", Text()
    within = " and ".join(limits)
    if item.missing:
        within = " or ".join((f"({within})", *(f". = {code}" for code in item.missing)))
    return within, _range_in_words(item)


def _range_in_words(item: Item) -> Text:
    low, high = ("" if b is None else f"{b:.15g}" for b in (item.minimum, item.maximum))
    if low and high:
        words = Text(f"Enter a number from {low} to {high}.", f"请输入{low}至{high}之间的数字。")
    elif low:
        words = Text(f"Enter a number of at least {low}.", f"请输入不小于{low}的数字。")
    else:
        words = Text(f"Enter a number of at most {high}.", f"请输入不大于{high}的数字。")
    more = _missing_in_words(item)
    return Text(f"{words.en} {more.en}".strip(), words.zh + more.zh)


def _missing_in_words(item: Item) -> Text:
    labels = {code: MISSING_LABELS[kind] for code, kind in item.missing.items()}
    if not labels:
        return Text()
    return Text(
        ", ".join(f"{code} = {label.en}" for code, label in labels.items()) + ".",
        "，".join(f"{code} = {label.zh}" for code, label in labels.items()) + "。",
    )


# ------------------------------------------------------------------ settings and names


def _settings(questionnaire: Questionnaire) -> Row:
    minutes = questionnaire.minutes
    return {
        "form_title": questionnaire.title.en or questionnaire.title.zh,
        "form_id": questionnaire.id,
        "version": questionnaire.version,
        "default_language": ENGLISH,
        "csi_minutes": "" if minutes is None else f"{minutes:.15g}",
    }


def _both(key: str, text: Text) -> Row:
    return {f"{key}::{ENGLISH}": text.en, f"{key}::{CHINESE}": text.zh}


def _codes(missing: Mapping[int, MissingKind]) -> str:
    return " ".join(f"{code}:{kind}" for code, kind in missing.items())


def xml_name(name: str) -> str:
    """Return ``name`` as an element of XML may be called."""
    name = re.sub(r"[^\w.-]", "_", name)
    return name if re.match(r"[^\W\d]", name) else f"_{name}"


def _take(name: str, taken: set[str]) -> str:
    name = _free(name, taken)
    taken.add(name)
    return name


def _free(name: str, taken: Iterable[str]) -> str:
    while name in taken:
        name += "_"
    return name
