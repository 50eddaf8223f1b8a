from __future__ import annotations

import pickle
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csi.errors import QuestionnaireError, ResponseError
from csi.questionnaire.conditions import parse_condition

FRAME = pd.DataFrame(
    {
        "a": [1.0, 2.0, np.nan],
        "b": pd.array([1, None, 3], dtype="Int64"),
        "c": ["x", None, "y"],
        "d": pd.Categorical([1, 2, None]),
        "号": [5, 6, 7],
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1", [1, 0, 0]),
        ("a != 1", [0, 1, 0]),
        ("not a = 1", [0, 1, 0]),
        ("not not a = 1", [1, 0, 0]),
        ("a < 2", [1, 0, 0]),
        ("not a < 2", [0, 1, 0]),
        ("a <= 2 and a >= 2", [0, 1, 0]),
        ("a > 1.5", [0, 1, 0]),
        ("a in (1, 2)", [1, 1, 0]),
        ("a not in (2, 3)", [1, 0, 0]),
        ("not a in (2, 3)", [1, 0, 0]),
        ("b >= 1 or a = 2", [1, 1, 1]),
        ("b = 1 and a = 1 or b = 3", [1, 0, 1]),
        ("b = 3 or b = 1 and a = 2", [0, 0, 1]),
        ("(b = 3 or b = 1) and a = 1", [1, 0, 0]),
        ("not (b = 1 or a = 2)", [0, 0, 0]),
        ("not (a = 2 and b = 2)", [1, 0, 1]),
        ("c = 'x'", [1, 0, 0]),
        ('c != "x"', [0, 0, 1]),
        ("c in ('x', 'y')", [1, 0, 1]),
        ("d = 1", [1, 0, 0]),
        ("a = -1", [0, 0, 0]),
        ("a=1e0", [1, 0, 0]),
        ("号 >= 6", [0, 1, 1]),
        ("a = １", [1, 0, 0]),
    ],
)
def test_holds_where_it_is_known_to_hold(text: str, expected: list[int]) -> None:
    assert parse_condition(text).holds(FRAME).tolist() == [bool(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Condition ``, character 1: expected the name of an item, it ends."),
        ("a =", "Condition `a =`, character 4: expected a number or a quoted text, it ends."),
        (
            "a == 1",
            "Condition `a == 1`, character 3: expected `=`, `!=`, `<`, `<=`, `>`, `>=` or `in`, "
            "found `==`. Write `=`.",
        ),
        (
            "a ＝ 1",
            "Condition `a ＝ 1`, character 3: expected `=`, `!=`, `<`, `<=`, `>`, `>=` or `in`, "
            "found `＝`. Write `=`.",
        ),
        (
            "a = b",
            "Condition `a = b`, character 5: expected a number or a quoted text, found `b`. "
            "Put text in quotes: 'b'.",
        ),
        (
            "a = 1 && b = 2",
            "Condition `a = 1 && b = 2`, character 7: expected `and`, `or` or the end of the "
            "condition, found `&&`. Write `and`.",
        ),
        ("a in 1", "Condition `a in 1`, character 6: expected `(`, found `1`."),
        ("a in (1", "Condition `a in (1`, character 8: expected `)`, it ends."),
        ("a not 1", "Condition `a not 1`, character 7: expected `in`, found `1`."),
        ("(a = 1", "Condition `(a = 1`, character 7: expected `)`, it ends."),
        ("a < 'x'", "Condition `a < 'x'`, character 5: `<` compares numbers, found 'x'."),
        (
            "a in (1, 'x')",
            "Condition `a in (1, 'x')`, character 14: `a` is compared with numbers and with text. "
            "Use one kind.",
        ),
        ("1 = a", "Condition `1 = a`, character 1: expected the name of an item, found `1`."),
        (
            "__import__('os')",
            "Condition `__import__('os')`, character 11: expected `=`, `!=`, `<`, `<=`, `>`, `>=` "
            "or `in`, found `(`.",
        ),
        (
            "a = 'x",
            "Condition `a = 'x`, character 5: expected a number or a quoted text, found `'`.",
        ),
    ],
)
def test_says_where_reading_stopped(text: str, message: str) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        parse_condition(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["(" * 10_000 + "a = 1", "not " * 10_000 + "a = 1"])
def test_deep_nesting_is_one_fault(text: str) -> None:
    with pytest.raises(QuestionnaireError, match=r"nested more than 30 deep\. Simplify"):
        parse_condition(text)


def test_an_absent_column_is_named() -> None:
    frame = FRAME.rename(columns={"a": "hotline"})
    with pytest.raises(ResponseError) as caught:
        parse_condition("hotlin = 1").holds(frame)
    assert str(caught.value) == (
        "A condition reads `hotlin`, which is not a column of the data. Did you mean `hotline`?"
    )


def test_knows_its_items_and_keeps_its_text() -> None:
    condition = parse_condition(" a = 1 and  not (b in (1, 2) or a > 3) ")
    assert condition.items == {"a", "b"}
    assert str(condition) == "a = 1 and  not (b in (1, 2) or a > 3)"
    assert [comparison.item for comparison in condition.comparisons] == ["a", "b", "a"]
    assert condition == parse_condition("a=1 and not(b in(1,2) or a>3)")
    assert pickle.loads(pickle.dumps(condition)) == condition


def _conditions() -> st.SearchStrategy[str]:
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    simple = st.builds("{} {} {}".format, st.sampled_from(["a", "b"]), signs, st.integers(0, 3))
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            inner.map("not ({})".format),
            st.builds("({}) and ({})".format, inner, inner),
            st.builds("({}) or ({})".format, inner, inner),
        ),
        max_leaves=6,
    )


@given(_conditions(), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=5))
def test_agrees_with_python_where_all_is_answered(text: str, rows: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype=float)
    python = text.replace(" = ", " == ")
    expected = [eval(python, {"a": a, "b": b}) for a, b in rows]
    assert parse_condition(text).holds(frame).tolist() == expected


@given(_conditions())
def test_what_holds_with_missing_answers_holds_however_they_are_filled(text: str) -> None:
    condition = parse_condition(text)
    holds = condition.holds(pd.DataFrame({"a": [np.nan], "b": [1.0]}))[0]
    filled = condition.holds(pd.DataFrame({"a": [-1.0, 0, 1, 2, 3, 4], "b": [1.0] * 6}))
    assert not holds or filled.all()


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(QuestionnaireError):
        condition = parse_condition(text)
        assert parse_condition(str(condition)) == condition
