"""Who is asked what, in the words of an interviewer.

On paper nobody computes: a comparison with a coded answer becomes the list of codes for which it
holds, so that 98 (don't know) is not taken for "6 or more".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from csi.exporting.printed.wording import say
from csi.questionnaire.condition_tree import (
    OPPOSITE,
    SIGNS,
    Comparison,
    Junction,
    Negation,
    Tree,
    Value,
)
from csi.questionnaire.conditions import Condition
from csi.questionnaire.schema import Item, Language

_LONGEST_LABEL = 40
FROM_FRAME = ("weight", "stratum", "psu", "key")


@dataclass(slots=True, kw_only=True)
class Routes:
    """The way through the interview.

    Attributes
    ----------
    numbers : dict of str to str
        Number of each item that is asked.
    boxes, only : dict of str to str
        What stands above the first item behind a filter, and above the others.
    decides : dict of str to list of str
        For each item, the runs of questions that it lets through.
    skips : dict of str to tuple
        For an item right before the questions it lets through: the codes that let pass, and where
        to go on with the others.
    """

    numbers: dict[str, str]
    boxes: dict[str, str] = field(default_factory=dict)
    only: dict[str, str] = field(default_factory=dict)
    decides: dict[str, list[str]] = field(default_factory=dict)
    skips: dict[str, tuple[frozenset[int], str]] = field(default_factory=dict)


def find_routes(items: Mapping[str, Item], language: Language) -> Routes:
    """Give every question a number, and say of each run behind a filter who is asked."""
    asked = [item for item in items.values() if item.role not in FROM_FRAME]
    routes = Routes(numbers={item.id: f"Q{n}" for n, item in enumerate(asked, start=1)})
    for start, stop in _runs(asked):
        first, condition = asked[start], asked[start].ask_if
        if condition is None:
            continue
        run = asked[start:stop]
        words = describe_condition(condition, items, routes.numbers, language)
        shown = _span([routes.numbers[item.id] for item in run])
        onward = routes.numbers[asked[stop].id] if stop < len(asked) else say("finish", language)
        routes.boxes[first.id] = say(
            "route", language, questions=shown, condition=words, next=onward
        )
        for item in run[1:]:
            routes.only[item.id] = say("only", language, condition=words)
        for name in sorted(condition.items):
            routes.decides.setdefault(name, []).append(shown)
        before = asked[start - 1] if start else None
        if before is not None and condition.items == {before.id} and _codes(before):
            passing = frozenset(_holding(condition.tree, True, before))
            routes.skips[before.id] = (passing, onward)
    return routes


def describe_condition(
    condition: Condition, items: Mapping[str, Item], numbers: Mapping[str, str], language: Language
) -> str:
    """Say a condition by question numbers and codes.

    Examples
    --------
    >>> describe_condition(parse_condition("line in (2, 4)"), items, {"line": "Q1"}, "en")
    'Q1 = 2 (3G) or 4 (Broadband)'
    """
    return _Words(items, numbers, language).part(condition.tree, True, "")


@dataclass(frozen=True, slots=True)
class _Words:
    items: Mapping[str, Item]
    numbers: Mapping[str, str]
    language: Language

    def part(self, tree: Tree, wanted: bool, inside: str) -> str:
        if isinstance(tree, Negation):
            return self.part(tree.part, not wanted, inside)
        if isinstance(tree, Comparison):
            return self.comparison(tree, wanted)
        word = "and" if tree.every is wanted else "or"
        parts = [self.part(part, wanted, word) for part in tree.parts]
        text = say(word, self.language).join(parts)
        return f"({text})" if inside not in ("", word) else text

    def comparison(self, tree: Comparison, wanted: bool) -> str:
        item = self.items[tree.item]
        name = self.numbers.get(item.id) or self.say("quoted", text=item.text.to(self.language))
        if _codes(item) and not isinstance(tree.values[0], str):
            return f"{name} = {self.codes(item, _holding(tree, wanted, item))}"
        sign = tree.sign if wanted else OPPOSITE[tree.sign]
        shown = {"!=": "≠", "<=": "≤", ">=": "≥"}.get(sign, sign)
        values = self.say("or_code").join(map(self.value, tree.values))
        misleading = [code for code in item.missing if sign != "=" and _passes(code, sign, tree)]
        more = self.say("except", codes=", ".join(map(str, misleading))) if misleading else ""
        return f"{name} {shown} {values}{more}"

    def codes(self, item: Item, codes: Sequence[int]) -> str:
        if item.scale is not None:
            return self.say("or_code").join(_ranges(codes))
        labels = ((code, item.choices[code].to(self.language)) for code in codes)
        return self.say("or_code").join(
            self.say("code_label", code=code, label=_shorten(label)) for code, label in labels
        )

    def value(self, value: Value) -> str:
        return self.say("quoted", text=value) if isinstance(value, str) else f"{value:.15g}"

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)


def list_questions(numbers: Iterable[str], language: Language) -> str:
    """Write the numbers of questions, neighbours as one span.

    Examples
    --------
    >>> list_questions(["Q1", "Q2", "Q3", "Q7"], "en")
    'Q1–Q3, Q7'
    """
    spans = _ranges([int(number.removeprefix("Q")) for number in numbers])
    return say("between", language).join(f"Q{span}".replace("–", "–Q") for span in spans)


def _runs(asked: Sequence[Item]) -> list[tuple[int, int]]:
    """Return where neighbours with the same condition begin and end."""
    starts = [
        place
        for place, item in enumerate(asked)
        if place == 0 or item.ask_if != asked[place - 1].ask_if
    ]
    return list(zip(starts, [*starts[1:], len(asked)], strict=True))


def _codes(item: Item) -> list[int]:
    if item.scale is not None:
        return list(range(item.scale.minimum, item.scale.maximum + 1))
    return list(item.choices)


def _holding(tree: Tree, wanted: bool, item: Item) -> list[int]:
    """Return the codes of the only item of a condition for which it holds."""
    return [code for code in _codes(item) if _holds(tree, wanted, code)]


def _holds(tree: Tree, wanted: bool, code: int) -> bool:
    if isinstance(tree, Negation):
        return _holds(tree.part, not wanted, code)
    if isinstance(tree, Junction):
        test = all if tree.every is wanted else any
        return test(_holds(part, wanted, code) for part in tree.parts)
    return _passes(code, tree.sign if wanted else OPPOSITE[tree.sign], tree)


def _passes(code: int, sign: str, comparison: Comparison) -> bool:
    test = all if sign == "!=" else any
    return test(
        not isinstance(value, str) and bool(SIGNS[sign](code, value)) for value in comparison.values
    )


def _ranges(codes: Sequence[int]) -> list[str]:
    """Write 1, 2, 3, 7 as 1–3 and 7."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return [str(low) if low == high else f"{low}–{high}" for low, high in ranges]


def _shorten(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"


def _span(numbers: Sequence[str]) -> str:
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
