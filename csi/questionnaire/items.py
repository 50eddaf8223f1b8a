"""Read the scales and the items of a questionnaire file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from csi.errors import QuestionnaireError
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.schema import (
    ITEM_TYPES,
    LANGUAGES,
    ROLES,
    Item,
    ItemType,
    MissingKind,
    Role,
    Scale,
    Text,
)
from csi.questionnaire.sections import Section
from csi.questionnaire.texts import read_labels, read_missing, read_text
from csi.results import ESTIMATE_COLUMNS

_NAME = re.compile(r"[^\W\d][\w.]*")
LONGEST_NAME = 64
_TAKEN = ("term", "lhs", "op", "rhs", "flag", "verdict", "wave", *ESTIMATE_COLUMNS)
_CONDITION_WORDS = ("and", "or", "not", "in")
RESERVED_NAMES = (*_CONDITION_WORDS, *_TAKEN)
"""What no item may be called, in lower case."""


def read_scale(section: Section, name: str) -> Scale:
    """Read ``{min, max, ends: {en: [low, high], zh: [low, high]}, missing: {code: kind}}``."""
    section.label = f"Scale `{name}`"
    minimum, maximum = section.integer("min"), section.integer("max")
    missing = read_missing(section)
    low, high = _read_ends(section)
    section.close()
    if minimum is not None and maximum is not None:
        _check_range(section, minimum, maximum, missing)
    return Scale(
        id=name,
        minimum=minimum if minimum is not None else 0,
        maximum=maximum if maximum is not None else 1,
        low=low,
        high=high,
        missing=missing,
        line=section.line,
    )


def read_item(section: Section, block: str, scales: Mapping[str, Scale]) -> Item:
    """Read one item; its type is ``scale`` where only a scale is named."""
    name = _read_name(section)
    type_ = section.choice("type", ITEM_TYPES, "scale" if "scale" in section else None)
    scale = _read_item_scale(section, type_, scales)
    choices = read_labels(section, "choices") if type_ in ("single", "multiple") else {}
    missing = read_missing(section)
    within = (section.number("min", required=False), section.number("max", required=False))
    item = Item(
        id=name,
        type=cast("ItemType", type_ or "scale"),
        block=block,
        text=read_text(section, "text"),
        scale=scale,
        choices=choices,
        missing={**(scale.missing if scale else {}), **missing},
        role=cast("Role", section.choice("role", ROLES, "")) or None,
        use=section.text("use", ""),
        ask_if=read_condition(section, "ask_if"),
        reverse=section.flag("reverse"),
        sensitive=section.flag("sensitive"),
        minimum=within[0],
        maximum=within[1],
        line=section.line_of("id"),
    )
    _check_codes(section, item)
    _check_keys_of_type(section, item)
    section.close()
    return item


def read_condition(section: Section, key: str, *, required: bool = False) -> Condition | None:
    """Read a condition; a fault says at which character reading stopped."""
    text = section.text(key, None if required else "")
    if not text:
        return None
    try:
        return parse_condition(text)
    except QuestionnaireError as error:
        section.fault(key, error.faults[0].message)
        return None


def _read_ends(section: Section) -> tuple[Text, Text]:
    ends = section.section("ends")
    if ends is None:
        return Text(), Text()
    ends.label = f"{section.label}, `ends`"
    words: dict[str, tuple[str, str]] = {}
    for language in LANGUAGES:
        entries = [entry.text for entry in ends.entries(language)]
        if language in ends and len(entries) != 2:
            message = f"{ends.label}: `{language}` needs two texts, found {len(entries)}."
            ends.fault(language, message, "Write the words for the lowest and the highest code.")
        words[language] = (entries[0], entries[-1]) if entries else ("", "")
    ends.close()
    return Text(words["en"][0], words["zh"][0]), Text(words["en"][1], words["zh"][1])


def _check_range(
    section: Section, minimum: int, maximum: int, missing: Mapping[int, MissingKind]
) -> None:
    if minimum >= maximum:
        message = f"{section.label} runs from {minimum} to {maximum}."
        section.fault("min", message, "`min` must be less than `max`.")
    for code in missing:
        if minimum <= code <= maximum:
            message = (
                f"{section.label}: the missing code {code} lies between {minimum} and {maximum}."
            )
            section.fault("missing", message, "Use a code outside the scale.")


def _read_name(section: Section) -> str:
    name = section.text("id")
    if not name:
        return name
    section.label = f"Item `{name}`"
    if not _NAME.fullmatch(name) or len(name.encode()) > LONGEST_NAME:
        message = f"The id `{name}` cannot name a column."
        hint = f"Use letters, digits, `_` and `.`, starting with a letter, at most {LONGEST_NAME}."
        section.fault("id", message, hint)
    elif name.lower() in _CONDITION_WORDS:
        section.fault("id", f"The id `{name}` is a word of conditions.", "Choose another.")
    elif name.lower() in _TAKEN:
        section.fault("id", f"The id `{name}` is a column of every result.", "Choose another.")
    return name


def _read_item_scale(section: Section, type_: str, scales: Mapping[str, Scale]) -> Scale | None:
    if type_ != "scale":
        return None
    name = section.text("scale")
    if name and name not in scales:
        hint = section.faults.suggest(name, scales) or "Declare it under `scales`."
        section.fault("scale", f"{section.label}: there is no scale `{name}`.", hint)
    return scales.get(name)


def _check_codes(section: Section, item: Item) -> None:
    if item.type in ("single", "multiple") and "choices" in section and len(item.choices) < 2:
        section.fault("choices", f"{section.label} needs two choices, found {len(item.choices)}.")
    for code in item.missing:
        in_scale = item.scale is not None and item.scale.minimum <= code <= item.scale.maximum
        if code in item.choices or (in_scale and "missing" in section):
            message = f"{section.label}: the code {code} is both an answer and a missing code."
            section.fault("missing", message, "Use another code.")
    for language in LANGUAGES:
        first: dict[str, int] = {}
        for code, label in item.choices.items():
            word = getattr(label, language)
            if word and word in first:
                message = f"{section.label}: the codes {first[word]} and {code} are both `{word}`."
                section.fault("choices", message, "Word them apart.")
            first.setdefault(word, code)


def _check_keys_of_type(section: Section, item: Item) -> None:
    """Report keys that say nothing about an item of this type."""
    belongs = {
        "scale": ("scale",),
        "choices": ("single", "multiple"),
        "reverse": ("scale", "single", "number"),
        "min": ("number",),
        "max": ("number",),
    }
    for key, types in belongs.items():
        if key in section and item.type not in types and section.text("type", "scale"):
            section.plain(key)
            section.fault(key, f"{section.label}: a `{item.type}` item has no `{key}`.")
    low, high = item.minimum, item.maximum
    if low is not None and high is not None and low >= high:
        section.fault("min", f"{section.label}: `min` must be less than `max`.")
