from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from csi.questionnaire.diffing import diff_questionnaires
from csi.questionnaire.exporting import write_codebook
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Element, Questionnaire, Text

INDEX = "  index: Satisfaction\n"
TELECOM = Path(__file__).parents[2] / "questionnaires" / "telecom_province.yaml"
SAME = ("ask_if: line = 1, ", "")
OUTLET = (
    "model:\n",
    "      - {id: out1, scale: ten, ask_if: line = 1, text: {en: Staff?, zh: 营业员？}}\n"
    "      - {id: out2, scale: ten, ask_if: 'line  =  1', text: {en: Queue?, zh: 排队？}}\n"
    "model:\n",
)


def elements(text: str) -> tuple[str, str]:
    """Return the edit that declares elements, from line 39 on."""
    return INDEX, f"{INDEX}  elements:\n    {text}\n"


def test_elements_are_read(read: Callable[..., Questionnaire]) -> None:
    q = read(OUTLET, elements("Outlets: {en: Outlets, zh: 营业厅, items: [out1, out2]}"))
    assert q.model is not None
    assert q.model.elements == {
        "Outlets": Element(id="Outlets", text=Text("Outlets", "营业厅"), items=("out1", "out2"))
    }
    assert str(q.element_condition("Outlets")) == "line = 1"
    assert q.element_label("Outlets", "zh") == "营业厅"
    assert q.element_label("Other", "zh") == "Other"


def test_there_need_be_none(read: Callable[..., Questionnaire]) -> None:
    model = read().model
    assert model is not None
    assert model.elements == {}


def test_an_element_may_be_a_construct_that_everybody_rates(
    read: Callable[..., Questionnaire],
) -> None:
    q = read(SAME, elements("Network: {en: N, zh: 网, items: [net3, net1, net2]}"))
    assert q.element_condition("Network") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Speed: {en: S, zh: 速, items: [net2, net9]}",
            [
                "q.yaml:40: The element `Speed` names `net9`, which is not an item. "
                "Did you mean `net3`?"
            ],
        ),
        (
            "Speed: {en: S, zh: 速, items: [net2, line]}",
            [
                "q.yaml:40: The element `Speed` is rated by `line`, which is a `single` item. "
                "Use `scale` items."
            ],
        ),
        (
            "Speed: {en: S, zh: 速, items: [net2]}\n    Rate: {en: R, zh: 率, items: net2}",
            ["q.yaml:41: `net2` rates two elements: `Speed` and `Rate`. Leave it in one of them."],
        ),
        (
            "Speed: {en: S, zh: 速, items: [net2, net2]}",
            ["q.yaml:40: The element `Speed` lists an item twice. Drop one."],
        ),
        (
            "Speed: {en: S, zh: 速, items: []}",
            [
                "q.yaml:40: The element `Speed` has no item that rates it. "
                "List its `scale` items under `items`."
            ],
        ),
        ("Speed: {en: S, zh: 速}", ["q.yaml:40: The element `Speed` has no `items`."]),
        (
            "Speed: {en: S, items: [net2], colour: red}",
            [
                "q.yaml:40: The element `Speed` has no `zh`.",
                "q.yaml:40: The element `Speed` has an unknown key `colour`. "
                "Known keys: `en`, `zh`, `items`.",
            ],
        ),
        (
            "Speed: net2",
            ["q.yaml:40: The model, `elements`: `Speed` must be a mapping, found `net2`."],
        ),
        (
            "Speed: {en: S, zh: 速, items: [net2, net3]}",
            [
                "q.yaml:40: The element `Speed` is rated by `net2`, asked of everybody, and by "
                "`net3`, asked of those with `line = 1`. "
                "Give them the same `ask_if`, or make two elements."
            ],
        ),
        (
            "Network: {en: N, zh: 网, items: [net1, net2]}",
            [
                "q.yaml:40: The element `Network` bears the name of a construct that is measured "
                "by net1, net2, net3, not by net1, net2. "
                "Give both the same items, or rename the element."
            ],
        ),
        (
            "sat1: {en: S, zh: 速, items: [net2]}",
            ["q.yaml:40: `sat1` is both an element and an item. Rename one."],
        ),
    ],
)
def test_every_fault_has_its_line_and_remedy(
    faults: Callable[..., list[str]], text: str, expected: list[str]
) -> None:
    assert faults(elements(text)) == expected


def test_an_item_of_an_element_serves_something(faults: Callable[..., list[str]]) -> None:
    assert len(faults(OUTLET)) == 2
    assert faults(OUTLET, elements("Outlets: {en: O, zh: 厅, items: [out1, out2]}")) == []


def test_changed_elements_break_their_trend(read: Callable[..., Questionnaire]) -> None:
    one = read(OUTLET, elements("Outlets: {en: O, zh: 厅, items: [out1, out2]}"))
    two = read(
        OUTLET,
        elements(
            "Outlets: {en: O, zh: 厅, items: [out1]}\n    Queue: {en: Q, zh: 队, items: [out2]}"
        ),
    )
    changes = [
        (change.kind, change.subject, change.change, change.effect)
        for change in diff_questionnaires(one, two).changes
    ]
    assert changes == [
        ("element", "Outlets", "items", "break"),
        ("element", "Queue", "added", "none"),
    ]
    back = diff_questionnaires(two, one).changes
    assert ("element", "Queue", "removed", "break") in [
        (change.kind, change.subject, change.change, change.effect) for change in back
    ]


def test_the_codebook_has_a_sheet_of_elements(
    read: Callable[..., Questionnaire], tmp_path: Path
) -> None:
    q = read(OUTLET, elements("Outlets: {en: Outlets, zh: 营业厅, items: [out1, out2]}"))
    path = write_codebook(q, tmp_path / "codebook.xlsx")
    sheets = pd.read_excel(path, sheet_name=None, keep_default_na=False)
    assert sheets["Elements"].values.tolist() == [
        ["Outlets", "Outlets", "营业厅", "out1, out2", "line = 1"]
    ]
    items = sheets["Items"].set_index("item")
    assert items.loc[["out1", "net1"], "element"].tolist() == ["Outlets", ""]


def test_the_provincial_questionnaire_has_nine_elements() -> None:
    q = read_questionnaire(TELECOM)
    assert q.model is not None
    conditions = {name: str(q.element_condition(name) or "") for name in q.model.elements}
    assert conditions == {
        "Network": "",
        "Outlets": "used_outlet = 1",
        "Hotline": "used_hotline = 1",
        "Online": "used_online = 1",
        "Tariffs": "",
        "Billing": "",
        "ValueAdded": "used_vas = 1",
        "Installation": "line = 4 and had_visit = 1",
        "ComplaintHandling": "complained = 1",
    }


def ladder(text: str) -> tuple[str, str]:
    """Return the edit that declares a complaint ladder, from line 40 on."""
    return INDEX, f"{INDEX}  complaint_ladder:\n    {text}\n"


GOOD = (
    "none: {en: None, zh: 无, when: sat1 > 5}\n"
    "    some: {en: Some, zh: 有, when: sat1 <= 5 and line = 1}"
)


def test_a_ladder_is_read(read: Callable[..., Questionnaire]) -> None:
    model = read(ladder(GOOD)).model
    assert model is not None
    steps = model.complaint_ladder
    assert {name: str(step.when) for name, step in steps.items()} == {
        "none": "sat1 > 5",
        "some": "sat1 <= 5 and line = 1",
    }
    assert steps["some"].text == Text("Some", "有")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: {en: A, zh: 甲, when: sat9 > 5}\n    b: {en: B, zh: 乙, when: line = 3}",
            [
                "q.yaml:40: The step `a` of the complaint ladder is for `sat9 > 5`, but there is "
                "no item `sat9`. Did you mean `sat3`?",
                "q.yaml:41: The step `b` of the complaint ladder is for `line = 3`, but `line` "
                "has no code 3. Its codes: 1, 2.",
            ],
        ),
        (
            "a: {en: A, zh: 甲, when: sat1 > 5}",
            ["q.yaml:40: The complaint ladder has a single step. Compare two or more."],
        ),
        (
            "a: {en: A, zh: 甲}\n    b: sat1",
            [
                "q.yaml:40: The step `a` has no `when`.",
                "q.yaml:41: The model, `complaint_ladder`: `b` must be a mapping, found `sat1`.",
            ],
        ),
    ],
)
def test_faults_of_a_ladder(
    faults: Callable[..., list[str]], text: str, expected: list[str]
) -> None:
    assert faults(ladder(text)) == expected


def test_a_changed_ladder_calls_for_caution(read: Callable[..., Questionnaire]) -> None:
    before, after = read(ladder(GOOD)), read(ladder(GOOD.replace("sat1 > 5", "sat1 > 6")))
    (change,) = diff_questionnaires(before, after).changes
    assert (change.subject, change.change, change.before, change.after, change.effect) == (
        "none",
        "complaint ladder",
        "sat1 > 5",
        "sat1 > 6",
        "caution",
    )
