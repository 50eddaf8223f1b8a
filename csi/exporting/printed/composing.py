"""From a questionnaire to the printed form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from csi.exporting.printed.form import AnswerKind, Card, Option, Part, PrintedForm, Question
from csi.exporting.printed.routing import FROM_FRAME, Routes, find_routes, list_questions
from csi.exporting.printed.wording import INSTRUCTIONS, OPENING, WORDS, say
from csi.questionnaire.advice import estimate_minutes
from csi.questionnaire.missing_labels import MISSING_LABELS
from csi.questionnaire.schema import Block, Item, Language, Questionnaire, Scale

_MOST_POINTS = 11
_FEWEST_ON_CARD = 3
_MOST_DIGITS = 9
_ROOM: dict[Language, int] = {"en": 46, "zh": 24}
"""Characters of a choice that fit into half of the page."""


def compose_form(questionnaire: Questionnaire, language: Language) -> PrintedForm:
    """Return what is printed of a questionnaire in one language."""
    title = questionnaire.title.to(language)
    minutes = max(1, round(estimate_minutes(questionnaire, language)))
    routes = find_routes(questionnaire.items, language)
    cards = _Cards(questionnaire.items.values(), routes, language)
    parts = (_part(block, questionnaire, routes, cards, language) for block in questionnaire.blocks)
    imprint = (questionnaire.id, questionnaire.version, questionnaire.sha256[:12])
    return PrintedForm(
        title=title,
        edition=say("version", language, version=questionnaire.version),
        imprint=" · ".join(part for part in imprint if part),
        fields=tuple(_fields(questionnaire, language)),
        opening=tuple(text.to(language).format(title=title, minutes=minutes) for text in OPENING),
        instructions=tuple(text.to(language) for text in INSTRUCTIONS),
        parts=tuple(part for part in parts if part.questions),
        cards=cards.cards,
        words={key: text.to(language) for key, text in WORDS.items()},
    )


def _fields(questionnaire: Questionnaire, language: Language) -> Iterator[str]:
    """Yield what is written on the cover: what the frame says, then about the interview."""
    for item in questionnaire.items.values():
        if item.role in ("stratum", "psu"):
            yield item.text.to(language)
    for key in ("interviewer", "date", "start", "end", "outcome", "checked"):
        yield say(key, language)


def _part(
    block: Block,
    questionnaire: Questionnaire,
    routes: Routes,
    cards: _Cards,
    language: Language,
) -> Part:
    items = (questionnaire.items[name] for name in block.items)
    return Part(
        title=block.title.to(language),
        questions=tuple(
            _question(item, routes, cards, language)
            for item in items
            if item.role not in FROM_FRAME
        ),
    )


def _question(item: Item, routes: Routes, cards: _Cards, language: Language) -> Question:
    kind = _kind(item)
    passing, onward = routes.skips.get(item.id, (frozenset(), ""))

    def option(code: int, label: str) -> Option:
        goto = onward if onward and code not in passing else ""
        return Option(code=str(code), label=label, goto=goto)

    labels = [label.to(language) for label in item.choices.values()]
    several = item.type == "multiple"
    return Question(
        number=routes.numbers[item.id],
        item=item.id,
        text=item.text.to(language),
        kind=kind,
        route=routes.boxes.get(item.id, ""),
        only=routes.only.get(item.id, ""),
        task=_task(item, kind, cards.number_of(item), language),
        notes=tuple(_notes(item, routes, language)),
        low=item.scale.low.to(language) if item.scale else "",
        high=item.scale.high.to(language) if item.scale else "",
        options=tuple(_points(item))
        if kind == "points"
        else tuple(option(code, label) for code, label in zip(item.choices, labels, strict=True)),
        missing=tuple(
            option(code, MISSING_LABELS[kind].to(language)) for code, kind in item.missing.items()
        ),
        columns=_columns(labels, language),
        boxes=_digits(item),
        several=several,
    )


def _kind(item: Item) -> AnswerKind:
    if item.scale is not None:
        points = item.scale.maximum - item.scale.minimum + 1
        return "points" if points <= _MOST_POINTS else "number"
    kinds: dict[str, AnswerKind] = {"number": "number", "date": "date", "text": "text"}
    return kinds.get(item.type, "codes")


def _points(item: Item) -> Iterator[Option]:
    if item.scale is not None:
        for code in range(item.scale.minimum, item.scale.maximum + 1):
            yield Option(code=str(code), label="")


def _task(item: Item, kind: AnswerKind, card: int | None, language: Language) -> str:
    tasks = [say("show_card", language, number=card)] if card else []
    if kind == "number":
        tasks.append(_number_task(item, language))
    else:
        several = item.type == "multiple"
        key = {"date": "write_date", "text": "write_text"}.get(kind, "circle_one")
        tasks.append(say("tick_all" if several else key, language))
    return (" " if language == "en" else "").join(tasks)


def _number_task(item: Item, language: Language) -> str:
    low, high = item.minimum, item.maximum
    if item.scale is not None:
        low, high = item.scale.minimum, item.scale.maximum
    bounds = {
        name: f"{bound:.15g}" for name, bound in (("low", low), ("high", high)) if bound is not None
    }
    key = {
        ("low", "high"): "write_number_within",
        ("low",): "write_number_from",
        ("high",): "write_number_to",
    }.get(tuple(bounds), "write_number")
    return say(key, language, **bounds)


def _notes(item: Item, routes: Routes, language: Language) -> Iterator[str]:
    if item.sensitive:
        yield say("sensitive", language)
    runs = routes.decides.get(item.id, [])
    if runs:
        single = len(runs) == 1 and "–" not in runs[0]
        shown = say("between", language).join(runs)
        yield say("decides_one" if single else "decides", language, questions=shown)


def _columns(labels: Iterable[str], language: Language) -> int:
    """Return how many columns the choices fit into without breaking their lines."""
    labels = list(labels)
    longest = max(map(len, labels), default=0)
    if len(labels) > 9 and longest <= _ROOM[language] * 0.55:
        return 3
    return 2 if len(labels) > 3 and longest <= _ROOM[language] else 1


def _digits(item: Item) -> int:
    """Return how many boxes a number needs, 0 where nothing says how great it can be."""
    low, high = item.minimum, item.maximum
    if item.scale is not None:
        low, high = item.scale.minimum, item.scale.maximum
    if high is None or not float(high).is_integer():
        return 0
    numbers = [high, *([low] if low is not None else []), *item.missing]
    return min(_MOST_DIGITS, max(len(str(int(abs(number)))) for number in numbers))


def _marks(scale: Scale) -> Sequence[int]:
    """Return the points that a card shows: all of them, tenths of a long scale, or its ends."""
    span = scale.maximum - scale.minimum
    if span < _MOST_POINTS:
        return range(scale.minimum, scale.maximum + 1)
    step = span // 10 if span % 10 == 0 else span
    return range(scale.minimum, scale.maximum + 1, step)


class _Cards:
    """Gives every scale and every list of choices a card, in the order of their first use."""

    def __init__(self, items: Iterable[Item], routes: Routes, language: Language) -> None:
        self._language: Language = language
        self._shown_for: dict[object, list[Item]] = {}
        for item in items:
            key = _card_key(item)
            if key is not None:
                self._shown_for.setdefault(key, []).append(item)
        self._numbers = {key: number for number, key in enumerate(self._shown_for, start=1)}
        self.cards = tuple(self._card(items, routes) for items in self._shown_for.values())

    def number_of(self, item: Item) -> int | None:
        """Return the number of an item's card, None where it needs none."""
        return self._numbers.get(_card_key(item))

    def _card(self, items: Sequence[Item], routes: Routes) -> Card:
        language, first = self._language, items[0]
        title = say("card", language, number=self._numbers[_card_key(first)])
        shown_for = list_questions((routes.numbers[item.id] for item in items), language)
        if first.scale is not None:
            return Card(
                title=title,
                kind="points",
                questions=shown_for,
                low=first.scale.low.to(language),
                high=first.scale.high.to(language),
                options=tuple(Option(code=str(code), label="") for code in _marks(first.scale)),
            )
        options = tuple(
            Option(code=str(code), label=label.to(language))
            for code, label in first.choices.items()
        )
        return Card(title=title, kind="codes", questions=shown_for, options=options)


def _card_key(item: Item) -> object:
    if item.role in FROM_FRAME:
        return None
    if item.scale is not None:
        scale = item.scale
        return (scale.minimum, scale.maximum, scale.low, scale.high)
    labels = tuple(item.choices.items())
    return labels if len(labels) >= _FEWEST_ON_CARD else None
