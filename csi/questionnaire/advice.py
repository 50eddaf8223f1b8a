"""What should be mended in a questionnaire that works, and how long the interview lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.model_names import Link, names_in_model
from csi.questionnaire.schema import (
    BLOCK_KINDS,
    LANGUAGES,
    Item,
    ItemType,
    Language,
    Model,
    Questionnaire,
)
from csi.questionnaire.sections import Faults

_ANSWER_SECONDS: Mapping[ItemType, float] = {
    "scale": 5.0,
    "single": 5.0,
    "multiple": 10.0,
    "number": 8.0,
    "date": 10.0,
    "text": 20.0,
}
_GREETING_SECONDS = 90.0
_UNITS_PER_SECOND: Mapping[Language, float] = {"en": 2.5, "zh": 4.0}
_NOT_ASKED = ("weight", "stratum", "psu", "key")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def questionnaire_warnings(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Find what works but should be mended: order, length, thin constructs, swapped languages.

    Parameters
    ----------
    questionnaire : Questionnaire

    Returns
    -------
    tuple of Fault
        In the order of the file.
    """
    faults = Faults(questionnaire.source, QuestionnaireError)
    advise(questionnaire, faults)
    return faults.found


def estimate_minutes(
    questionnaire: Questionnaire, language: Language | None = None, *, filtered: float = 0.5
) -> float:
    """Estimate how long an interview lasts, for planning.

    Greeting and thanks take 90 seconds. Each item takes the time to read its text and choices aloud
    (2.5 English words or 4 Chinese characters a second) and the time to answer: 5 seconds for a
    rating or a single choice, 8 for a number, 10 for several choices or a date, 20 for a text. An
    item behind a filter counts for the share ``filtered``. Weights, strata and keys come from the
    frame and take no time. These are planning figures of ours: time the pilot interviews.

    Parameters
    ----------
    questionnaire : Questionnaire
    language : {"en", "zh"}, optional
        The slower one where not given.
    filtered : float
        Share of respondents who are asked an item with ``ask_if``; 1 gives the longest interview.

    Returns
    -------
    float
        Minutes.
    """
    if language is None:
        return max(estimate_minutes(questionnaire, each, filtered=filtered) for each in LANGUAGES)
    seconds = sum(
        _seconds(item, language) * (filtered if item.ask_if else 1.0)
        for item in questionnaire.items.values()
        if item.role not in _NOT_ASKED
    )
    return (_GREETING_SECONDS + seconds) / 60.0


def advise(questionnaire: Questionnaire, faults: Faults) -> None:
    """Add what `questionnaire_warnings` finds to ``faults``."""
    _advise_on_order(questionnaire, faults)
    _advise_on_competitors(questionnaire, faults)
    _advise_on_length(questionnaire, faults)
    _advise_on_texts(questionnaire, faults)
    _advise_on_scales(questionnaire, faults)
    if questionnaire.model is not None:
        _advise_on_model(questionnaire.model, faults)


def _seconds(item: Item, language: Language) -> float:
    shown = [item.text.to(language), *(label.to(language) for label in item.choices.values())]
    units = sum(
        len(_CHINESE.findall(text)) if language == "zh" else len(text.split()) for text in shown
    )
    return units / _UNITS_PER_SECOND[language] + _ANSWER_SECONDS[item.type]


def _advise_on_order(questionnaire: Questionnaire, faults: Faults) -> None:
    last_kind, last_id = BLOCK_KINDS[0], ""
    for block in questionnaire.blocks:
        if block.kind is None:
            continue
        if BLOCK_KINDS.index(block.kind) < BLOCK_KINDS.index(last_kind):
            message = f"Block `{block.id}` ({block.kind}) comes after `{last_id}` ({last_kind})."
            faults.add(block.line, message, f"The usual order: {', '.join(BLOCK_KINDS)}.")
        else:
            last_kind, last_id = block.kind, block.id
    asked = [item for item in questionnaire.items.values() if item.role not in _NOT_ASKED]
    for item, follower in pairwise(asked):
        if item.sensitive and not follower.sensitive:
            message = f"Item `{item.id}` is sensitive and is asked before `{follower.id}`."
            faults.add(item.line, message, "Ask sensitive items last.")


def _advise_on_competitors(questionnaire: Questionnaire, faults: Faults) -> None:
    for block in questionnaire.blocks:
        for name in block.items if block.kind == "competitors" else ():
            item = questionnaire.items[name]
            if item.type == "scale" and item.ask_if is None:
                message = f"Item `{name}` rates a competitor and is asked of everyone."
                faults.add(item.line, message, "Ask it only of those who use it: add `ask_if`.")


def _advise_on_length(questionnaire: Questionnaire, faults: Faults) -> None:
    limit, minutes = questionnaire.minutes, estimate_minutes(questionnaire)
    if limit is not None and minutes > limit:
        message = f"The interview takes about {minutes:.0f} minutes; the limit is {limit:g}."
        faults.add(0, message, "Drop items, or raise `minutes`.")


def _advise_on_texts(questionnaire: Questionnaire, faults: Faults) -> None:
    first: dict[str, str] = {}
    for item in questionnaire.items.values():
        if item.text.zh and not _CHINESE.search(item.text.zh):
            faults.add(item.line, f"Item `{item.id}`: the `zh` text holds no Chinese character.")
        if _CHINESE.search(item.text.en):
            faults.add(item.line, f"Item `{item.id}`: the `en` text holds Chinese characters.")
        other = first.setdefault(item.text.en.casefold(), item.id) if item.text.en else item.id
        if other != item.id:
            message = f"Items `{other}` and `{item.id}` have the same `en` text."
            faults.add(item.line, message, "Word them apart.")


def _advise_on_scales(questionnaire: Questionnaire, faults: Faults) -> None:
    scales = {item.scale.id: item.scale for item in questionnaire.items.values() if item.scale}
    for scale in scales.values():
        if not scale.missing:
            message = f"Scale `{scale.id}` has no code for those who do not know or refuse."
            faults.add(scale.line, message, "Add `missing: {98: dont_know, 99: refused}`.")


def _advise_on_model(model: Model, faults: Faults) -> None:
    names = names_in_model(model.syntax, model.lines.get("syntax", 0))
    linked = {name for link in names.paths for name in (link.left, link.right)}
    for construct, items in names.constructs.items():
        line = names.lines[construct]
        if len(items) == 1 and items[0] not in model.reliability:
            message = f"`{construct}` has one item, whose reliability is not stated."
            hint = f"Add `reliability: {{{items[0]}: ...}}`; without it the item counts as exact."
            faults.add(line, message, hint)
        if len(items) == 2:
            message = f"`{construct}` has two items."
            faults.add(line, message, "Three or more measure a construct more safely.")
        if linked and construct not in linked:
            faults.add(line, f"`{construct}` takes part in no path.")
    measures: dict[str, list[Link]] = {}
    for link in names.loadings:
        measures.setdefault(link.right, []).append(link)
    for item, links in measures.items():
        if len(links) > 1:
            constructs = ", ".join(f"`{link.left}`" for link in links)
            faults.add(links[-1].line, f"Item `{item}` measures several constructs: {constructs}.")
