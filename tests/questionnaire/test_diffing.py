from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csi.questionnaire.changes import _longest_rising
from csi.questionnaire.diffing import QuestionnaireDiff, diff_questionnaires
from csi.questionnaire.schema import Questionnaire

Read = Callable[..., Questionnaire]
Edits = list[tuple[str, str]]

NET1 = "      - {id: net1, scale: ten, text: {en: Coverage?, zh: 网络覆盖？}}\n"
NET2 = "      - {id: net2, scale: ten, text: {en: Speed?, zh: 上网速度？}}\n"
SAT1 = "      - {id: sat1, scale: ten, text: {en: How satisfied?, zh: 是否满意？}}\n"
SAT3 = "      - {id: sat3, scale: ten, text: {en: Near ideal?, zh: 接近理想？}}\n"
LINE_TEXT = "text: {en: Which line?, zh: 哪种业务？}"


@pytest.fixture
def diff(read: Read) -> Callable[..., QuestionnaireDiff]:
    def diff_edited(*edits: tuple[str, str], before: Edits | None = None) -> QuestionnaireDiff:
        return diff_questionnaires(read(*(before or [])), read(*edits))

    return diff_edited


def rows(diff: QuestionnaireDiff) -> list[tuple[str, ...]]:
    return [tuple(row) for row in diff.tidy().itertuples(index=False)]


def test_nothing_changed(diff: Callable[..., QuestionnaireDiff]) -> None:
    same = diff(("line = 1", " line=1"), ("id: elements\n", "id: elements\n    kind: elements\n"))
    assert same.summary() == "small 1 → small 1: nothing changed that answers could depend on."
    assert list(same.tidy().columns) == ["kind", "subject", "change", "before", "after", "effect"]
    assert repr(same) == (
        "QuestionnaireDiff('small 1' → 'small 1', changes=0, broken=0 items, 0 constructs)"
    )


@pytest.mark.parametrize(
    ("edits", "expected", "items", "constructs"),
    [
        (
            [("en: Coverage?", "en: Indoor coverage?")],
            [("item", "net1", "wording", "Coverage?", "Indoor coverage?", "break")],
            ["net1"],
            ["Network"],
        ),
        (
            [("en: Coverage?", "en: COVERAGE ?")],
            [("item", "net1", "wording", "Coverage?", "COVERAGE ?", "none")],
            [],
            [],
        ),
        (
            [("zh: 上网速度？", "zh: 下载速度？")],
            [("item", "net2", "wording", "上网速度？", "下载速度？", "break")],
            ["net2"],
            ["Network"],
        ),
        (
            [("id: net1, scale: ten", "id: net1, reverse: true, scale: ten")],
            [("item", "net1", "direction", "as asked", "reversed", "break")],
            ["net1"],
            ["Network"],
        ),
        (
            [("id: net1, scale: ten", "id: net1, type: number, min: 1, max: 10")],
            [
                ("item", "net1", "type", "scale", "number", "break"),
                ("item", "net1", "missing codes", "98 = dont_know, 99 = refused", "", "caution"),
            ],
            ["net1"],
            ["Network"],
        ),
        (
            [("ask_if: line = 1", "ask_if: line = 2")],
            [("item", "net3", "filter", "line = 1", "line = 2", "break")],
            ["net3"],
            ["Network"],
        ),
        (
            [("ask_if: line = 1, ", "")],
            [("item", "net3", "filter", "line = 1", "everyone", "break")],
            ["net3"],
            ["Network"],
        ),
        (
            [("1: {en: Mobile, zh: 移动}", "1: {en: Broadband, zh: 宽带}")],
            [
                ("item", "line", "code reused", "1 = Mobile", "1 = Broadband", "break"),
                ("item", "net3", "filter item", "", "line", "caution"),
            ],
            ["line"],
            [],
        ),
        (
            [("1: {en: Mobile, zh: 移动}", "1: {en: 'Mobile,', zh: 移动}")],
            [("item", "line", "code reworded", "1 = Mobile", "1 = Mobile,", "none")],
            [],
            [],
        ),
        (
            [
                (
                    "2: {en: Fixed, zh: 固定}",
                    "2: {en: Fixed, zh: 固定}\n          3: {en: TV, zh: 电视}",
                )
            ],
            [("item", "line", "code added", "", "3 = TV", "caution")],
            [],
            [],
        ),
        (
            [(NET1, ""), (NET2, NET2 + NET1)],
            [("item", "net2", "order", "after net1", "after sat3", "caution")],
            [],
            [],
        ),
        (
            [(SAT1, ""), (SAT3, SAT3 + SAT1)],
            [("item", "sat1", "order", "after line", "after sat3", "break")],
            ["sat1"],
            ["Satisfaction"],
        ),
        (
            [
                (NET2, NET2 + NET2.replace("net2", "net4").replace("Speed?", "Price?")),
                ("net1 + net2", "net4 + net1 + net2"),
            ],
            [
                ("item", "net4", "added", "", "Price?", "none"),
                (
                    "construct",
                    "Network",
                    "items",
                    "net1, net2, net3",
                    "net4, net1, net2, net3",
                    "break",
                ),
            ],
            [],
            ["Network"],
        ),
        (
            [(NET2, ""), ("net1 + net2", "net1")],
            [
                ("item", "net2", "removed", "Speed?", "", "break"),
                ("construct", "Network", "items", "net1, net2, net3", "net1, net3", "break"),
            ],
            ["net2"],
            ["Network"],
        ),
        (
            [("id: net2", "id: speed"), ("net1 + net2", "net1 + speed")],
            [("item", "speed", "renamed", "net2", "speed", "caution")],
            [],
            [],
        ),
        (
            [("    Satisfaction ~ Network\n", "")],
            [("model", "paths", "paths", "Network → Satisfaction", "", "caution")],
            [],
            [],
        ),
        (
            [("index: Satisfaction", "index: Network")],
            [("model", "index", "index", "Satisfaction", "Network", "break")],
            [],
            [],
        ),
    ],
)
def test_planted_changes(
    diff: Callable[..., QuestionnaireDiff],
    edits: Edits,
    expected: list[tuple[str, ...]],
    items: list[str],
    constructs: list[str],
) -> None:
    found = diff(*edits)
    assert rows(found) == expected
    assert list(found.broken_items) == items
    assert list(found.broken_constructs) == constructs


def test_a_change_of_scale_breaks_everything_on_it(
    diff: Callable[..., QuestionnaireDiff],
) -> None:
    found = diff(("max: 10\n", "max: 11\n"), ("[差, 好]", "[差, 很好]"))
    assert rows(found)[:2] == [
        ("item", "sat1", "scale", "1 to 10", "1 to 11", "break"),
        ("item", "sat1", "ends", "差 … 好", "差 … 很好", "break"),
    ]
    assert found.broken_items == ("sat1", "sat2", "sat3", "net1", "net2", "net3")
    assert found.broken_constructs == ("Satisfaction", "Network")


def test_a_missing_code_given_to_an_answer_is_a_reused_code(
    diff: Callable[..., QuestionnaireDiff],
) -> None:
    found = diff(
        (LINE_TEXT, LINE_TEXT + "\n        missing: {8: refused}"),
        ("2: {en: Fixed, zh: 固定}", "2: {en: Fixed, zh: 固定}\n          9: {en: TV, zh: 电视}"),
        before=[(LINE_TEXT, LINE_TEXT + "\n        missing: {9: refused}")],
    )
    assert rows(found)[:2] == [
        ("item", "line", "code reused", "9 = refused", "9 = TV", "break"),
        ("item", "line", "missing codes", "9 = refused", "8 = refused", "caution"),
    ]


def test_codes_that_differ_by_a_number_are_not_the_same(
    diff: Callable[..., QuestionnaireDiff],
) -> None:
    old = ("1: {en: Mobile, zh: 移动}", "1: {en: Monthly plan of 38 yuan, zh: 每月38元套餐}")
    new = ("1: {en: Mobile, zh: 移动}", "1: {en: Monthly plan of 58 yuan, zh: 每月58元套餐}")
    assert rows(diff(new, before=[old]))[0][2] == "code reused"


def test_reliability_and_constructs(diff: Callable[..., QuestionnaireDiff]) -> None:
    single = [
        ("net1 + net2 + net3", "net1"),
        ("id: net2,", "id: net2, use: x,"),
        ("id: net3,", "id: net3, use: x,"),
    ]
    index = "index: Satisfaction"
    found = diff(
        *single,
        (index, index + "\n  reliability: {net1: 0.7}"),
        before=[*single, (index, index + "\n  reliability: {net1: 0.8}")],
    )
    assert rows(found) == [("model", "net1", "reliability", "0.8", "0.7", "caution")]


def test_summary_says_what_breaks_first(diff: Callable[..., QuestionnaireDiff]) -> None:
    found = diff(
        ('version: "1"', 'version: "2"'),
        ("en: Speed?", "en: Download speed?"),
        ("en: Coverage?", "en: coverage"),
        ("    Satisfaction ~ Network\n", ""),
    )
    assert found.summary() == (
        "small 1 → small 2\n"
        "Breaks the trend (1):\n"
        "  net2, wording: `Speed?` → `Download speed?`\n"
        "With caution (1):\n"
        "  paths, paths: `Network → Satisfaction` → nothing\n"
        "Harmless (1):\n"
        "  net1, wording: `Coverage?` → `coverage`\n"
        "Trends broken, items: net2.\n"
        "Trends broken, constructs: Network."
    )
    assert "<table" in found._repr_html_()


@given(st.permutations(range(7)))
def test_moved_items_are_as_few_as_can_be(order: list[int]) -> None:
    names = [str(number) for number in order]
    places = {str(number): number for number in range(7)}
    rising = [places[name] for name in _longest_rising(names, places)]
    best = [1] * 7
    for end in range(7):
        for start in range(end):
            if order[start] < order[end]:
                best[end] = max(best[end], best[start] + 1)
    assert rising == sorted(rising)
    assert len(rising) == max(best)
