"""What changed in the items of a questionnaire, one change at a time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from csi.questionnaire.schema import LANGUAGES, Item, Questionnaire, Scale, Text

Effect = Literal["break", "caution", "none"]

_SAME_LABEL = 0.8


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes
    ----------
    kind : str
        What changed: ``item``, ``construct``, ``element`` or ``model``.
    subject : str
        Which one.
    change : str
        How: ``added``, ``removed``, ``renamed``, ``wording``, ``type``, ``scale``, ``ends``,
        ``direction``, ``range``, ``code added``, ``code removed``, ``code reworded``,
        ``code reused``, ``missing codes``, ``filter``, ``filter item``, ``order``, ``items``,
        ``index``, ``paths``, ``reliability``.
    before, after : str
    effect : {"break", "caution", "none"}
        On the trend of the subject.
    """

    kind: str
    subject: str
    change: str
    before: str
    after: str
    effect: Effect

    def __str__(self) -> str:
        pair = " → ".join(f"`{text}`" if text else "nothing" for text in (self.before, self.after))
        return f"{self.subject}, {self.change}: {pair}"


def item_changes(
    before: Questionnaire, after: Questionnaire, index_items: Collection[str]
) -> Iterator[Change]:
    """Yield every change of the items; those that measure the index must keep their place."""
    renamed = renamed_items(before, after)
    moved = _moved(before, after)
    for item in after.items.values():
        old = before.items.get(item.id)
        if old is None:
            yield from _arrival(item, renamed)
            continue
        yield from _same_item(old, item)
        if item.id in moved:
            effect: Effect = "break" if item.id in index_items else "caution"
            yield Change(
                "item", item.id, "order", _place(before, item), _place(after, item), effect
            )
    for old in before.items.values():
        if old.id not in after.items and old.id not in renamed.values():
            yield Change("item", old.id, "removed", old.text.en, "", "break")


def renamed_items(before: Questionnaire, after: Questionnaire) -> dict[str, str]:
    """Map each new id to the old id of the very same question."""
    gone = [item for item in before.items.values() if item.id not in after.items]
    new = [item for item in after.items.values() if item.id not in before.items]
    renamed: dict[str, str] = {}
    for item in new:
        for old in gone:
            if old.id not in renamed.values() and not list(_same_item(old, item)):
                renamed[item.id] = old.id
                break
    return renamed


def words(names: Iterable[str]) -> str:
    """Join names for a cell of a table."""
    return ", ".join(names)


def _arrival(item: Item, renamed: dict[str, str]) -> Iterator[Change]:
    if item.id in renamed:
        yield Change("item", item.id, "renamed", renamed[item.id], item.id, "caution")
    else:
        yield Change("item", item.id, "added", "", item.text.en, "none")


def _same_item(old: Item, new: Item) -> Iterator[Change]:
    """Yield the changes of one item, its place apart."""
    for language in LANGUAGES:
        pair = getattr(old.text, language), getattr(new.text, language)
        if pair[0] != pair[1]:
            effect: Effect = "none" if _plain(pair[0]) == _plain(pair[1]) else "break"
            yield Change("item", new.id, "wording", *pair, effect)
    if old.type != new.type:
        yield Change("item", new.id, "type", old.type, new.type, "break")
    if old.scale and new.scale:
        yield from _scale_changes(new.id, old.scale, new.scale)
    if old.reverse != new.reverse:
        names = [("as asked", "reversed")[item.reverse] for item in (old, new)]
        yield Change("item", new.id, "direction", names[0], names[1], "break")
    ranges = [f"{item.minimum} to {item.maximum}" for item in (old, new)]
    if old.type == new.type == "number" and ranges[0] != ranges[1]:
        yield Change("item", new.id, "range", ranges[0], ranges[1], "caution")
    yield from _code_changes(old, new)
    if old.ask_if != new.ask_if:
        conditions = [str(item.ask_if or "everyone") for item in (old, new)]
        yield Change("item", new.id, "filter", conditions[0], conditions[1], "break")


def _scale_changes(name: str, old: Scale, new: Scale) -> Iterator[Change]:
    ranges = [f"{scale.minimum} to {scale.maximum}" for scale in (old, new)]
    if ranges[0] != ranges[1]:
        yield Change("item", name, "scale", ranges[0], ranges[1], "break")
    for language in LANGUAGES:
        ends = [
            f"{getattr(scale.low, language)} … {getattr(scale.high, language)}"
            for scale in (old, new)
        ]
        if ends[0] != ends[1]:
            effect: Effect = "none" if _plain(ends[0]) == _plain(ends[1]) else "break"
            yield Change("item", name, "ends", ends[0], ends[1], effect)


def _code_changes(old: Item, new: Item) -> Iterator[Change]:
    for code in sorted({*old.choices, *new.choices}):
        labels = old.choices.get(code), new.choices.get(code)
        pair = [f"{code} = {label.en}" if label else "" for label in labels]
        if labels[0] is None and code in old.missing:
            before = f"{code} = {old.missing[code]}"
            yield Change("item", new.id, "code reused", before, pair[1], "break")
        elif labels[0] is None:
            yield Change("item", new.id, "code added", "", pair[1], "caution")
        elif labels[1] is None:
            yield Change("item", new.id, "code removed", pair[0], "", "caution")
        elif labels[0] != labels[1]:
            change, effect = _label_change(labels[0], labels[1])
            yield Change("item", new.id, change, pair[0], pair[1], effect)
    if old.missing != new.missing:
        lists = [
            words(f"{code} = {kind}" for code, kind in sorted(item.missing.items()))
            for item in (old, new)
        ]
        yield Change("item", new.id, "missing codes", lists[0], lists[1], "caution")


def _label_change(old: Text, new: Text) -> tuple[str, Effect]:
    """Tell a label that was mended from a code that was given away."""
    pairs = [(_plain(old.en), _plain(new.en)), (_plain(old.zh), _plain(new.zh))]
    if all(a == b for a, b in pairs):
        return "code reworded", "none"
    alike = all(
        SequenceMatcher(None, a, b).ratio() >= _SAME_LABEL
        and re.findall(r"\d+", a) == re.findall(r"\d+", b)
        for a, b in pairs
    )
    return ("code reworded", "caution") if alike else ("code reused", "break")


def _moved(before: Questionnaire, after: Questionnaire) -> set[str]:
    """Return the fewest items whose move explains the new order."""
    places = {name: place for place, name in enumerate(before.items)}
    common = [name for name in after.items if name in places]
    return set(common) - set(_longest_rising(common, places))


def _longest_rising(names: list[str], places: dict[str, int]) -> list[str]:
    """Return a longest part of ``names`` whose places rise (patience sorting)."""
    tops: list[int] = []
    top_names: list[str] = []
    below: dict[str, str | None] = {}
    for name in names:
        pile = bisect_left(tops, places[name])
        below[name] = top_names[pile - 1] if pile else None
        tops[pile : pile + 1] = [places[name]]
        top_names[pile : pile + 1] = [name]
    rising: list[str] = []
    name_or_none = top_names[-1] if top_names else None
    while name_or_none is not None:
        rising.append(name_or_none)
        name_or_none = below[name_or_none]
    return rising[::-1]


def _place(questionnaire: Questionnaire, item: Item) -> str:
    names = list(questionnaire.items)
    place = names.index(item.id)
    return f"after {names[place - 1]}" if place else "first"


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
