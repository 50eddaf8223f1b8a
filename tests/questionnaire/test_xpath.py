"""A condition written as XPath asks the respondents whom the condition itself asks."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csi.questionnaire.adopting.carrying import carry_condition
from csi.questionnaire.adopting.expressions import (
    XPATH,
    Chosen,
    Compare,
    Expression,
    Fixed,
    Join,
    Not,
    parse_expression,
)
from csi.questionnaire.adopting.nodes import Target
from csi.questionnaire.conditions import parse_condition
from csi.questionnaire.schema import Item, Scale, Text
from csi.questionnaire.xpath import to_xpath

TEN = Scale(
    id="ten", minimum=1, maximum=10, low=Text("a", "b"), high=Text("c", "d"),
    missing={98: "dont_know"},
)  # fmt: skip
ITEMS = {
    "line": Item(
        id="line", type="single", block="b", text=Text(),
        choices={1: Text("x"), 2: Text("y"), 3: Text("z")}, missing={8: "dont_know", 9: "refused"},
    ),
    "sat": Item(id="sat", type="scale", block="b", text=Text(), scale=TEN, missing=TEN.missing),
    "age": Item(id="age", type="number", block="b", text=Text(), missing={999: "refused"}),
    "why": Item(id="why", type="text", block="b", text=Text()),
    "used": Item(
        id="used", type="multiple", block="b", text=Text(),
        choices={1: Text("x"), 2: Text("y")}, missing={9: "refused"},
    ),
}  # fmt: skip
ANSWERS = {
    "line": ("", "1", "2", "3", "8", "9"),
    "sat": ("", "1", "5", "6", "10", "98"),
    "age": ("", "0", "17", "18", "40", "999"),
    "why": ("", "slow", "dear"),
}


@pytest.mark.parametrize(
    ("condition", "xpath"),
    [
        ("line = 1", "${line} = '1'"),
        ("line in (1, 3)", "${line} = '1' or ${line} = '3'"),
        ("line = 1 and sat = 3", "${line} = '1' and ${sat} = '3'"),
        ("line in (1, 2) and age < 18", "(${line} = '1' or ${line} = '2') and ${age} < 18"),
        ("sat >= 6", "${sat} >= 6 and ${sat} != '98'"),
        ("sat <= 5", "${sat} <= 5"),
        ("age > 17.5", "${age} > 17.5 and ${age} != 999"),
        ("line != 1", "${line} != '1' and ${line} != '' and ${line} != '8' and ${line} != '9'"),
        ("not line = 1", "${line} != '1' and ${line} != '' and ${line} != '8' and ${line} != '9'"),
        ("not (sat > 5 or line = 1)", "${sat} <= 5 and ${line} != '1' and ${line} != ''"
         " and ${line} != '8' and ${line} != '9'"),
        ("why = 'slow'", "${why} = 'slow'"),
        ("why = \"it's\"", "${why} = \"it's\""),
        ("used = 2", "selected(${used}, '2')"),
        ("used != 2", "not(selected(${used}, '2')) and ${used} != '' and "
         "not(selected(${used}, '9'))"),
        ("line = 1 or sat >= 9", "${line} = '1' or (${sat} >= 9 and ${sat} != '98')"),
    ],
)  # fmt: skip
def test_writes_xpath(condition: str, xpath: str) -> None:
    assert to_xpath(parse_condition(condition), ITEMS) == xpath


def comparisons() -> st.SearchStrategy[str]:
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    equal = st.sampled_from(["=", "!="])
    words = st.sampled_from(["in", "not in"])
    return st.one_of(
        st.builds("line {} {}".format, equal, st.sampled_from([1, 2, 3])),
        st.builds("line {} ({}, {})".format, words, st.just(1), st.sampled_from([2, 3])),
        st.builds("sat {} {}".format, signs, st.sampled_from([1, 5, 6, 10])),
        st.builds("age {} {}".format, signs, st.sampled_from([0, 17, 18])),
        st.builds("why {} '{}'".format, equal, st.sampled_from(["slow", "dear"])),
    )


def conditions() -> st.SearchStrategy[str]:
    return st.recursive(
        comparisons(),
        lambda inner: st.one_of(
            st.builds("not ({})".format, inner),
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
        ),
        max_leaves=6,
    )


def respondents() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({name: st.sampled_from(a) for name, a in ANSWERS.items()})


def as_frame(raw: dict[str, str]) -> pd.DataFrame:
    """Return the answers as csi reads them: empty and missing codes are no answers."""
    values: dict[str, object] = {}
    for name, answer in raw.items():
        if name == "why":
            values[name] = answer or None
        else:
            known = answer and int(answer) not in ITEMS[name].missing
            values[name] = float(answer) if known else float("nan")
    return pd.DataFrame({name: pd.Series([value]) for name, value in values.items()})


def evaluate(tree: Expression, raw: dict[str, str]) -> bool:
    """Evaluate as an XForms engine does: an empty answer is empty text, and no number."""
    if isinstance(tree, Fixed):
        return tree.value
    if isinstance(tree, Not):
        return not evaluate(tree.part, raw)
    if isinstance(tree, Join):
        return (all if tree.every else any)(evaluate(part, raw) for part in tree.parts)
    assert isinstance(tree, Compare | Chosen)
    answer = raw[tree.name]
    if isinstance(tree, Chosen):
        return tree.option in answer.split()
    if isinstance(tree.value, str):
        return (answer == tree.value) == (tree.sign == "=")
    number = float(answer) if answer.lstrip("-").isdigit() else float("nan")
    return {
        "=": number == tree.value, "!=": number != tree.value, "<": number < tree.value,
        "<=": number <= tree.value, ">": number > tree.value, ">=": number >= tree.value,
    }[tree.sign]  # fmt: skip


@given(conditions(), respondents())
def test_the_form_asks_whom_the_condition_asks(text: str, raw: dict[str, str]) -> None:
    condition = parse_condition(text)
    xpath = to_xpath(condition, ITEMS)
    expected = bool(condition.holds(as_frame(raw))[0])
    assert evaluate(parse_expression(xpath, XPATH), raw) is expected


@given(conditions(), respondents())
def test_the_way_back_asks_the_same(text: str, raw: dict[str, str]) -> None:
    condition = parse_condition(text)
    back, remarks = carry_condition([to_xpath(condition, ITEMS)], XPATH, target)
    assert remarks == ()
    frame = as_frame(raw)
    if back:
        assert parse_condition(back).holds(frame)[0] == condition.holds(frame)[0]


def target(name: str) -> Target:
    item = ITEMS[name]
    codes = [*item.choices, *item.missing]
    codes += range(1, 11) if item.scale else ()
    return Target(item=item, codes={str(code): code for code in codes}, may_be_blank=True)
