"""lavaan syntax: what is understood, what lavaan adds, what is refused and how."""

from __future__ import annotations

import re

import pytest

from csi.errors import ModelError
from csi.model.syntax import read_syntax


def written(syntax: str) -> dict[str, float | None]:
    return {str(p): p.fixed for p in read_syntax(syntax).parameters}


def test_first_loading_is_one_and_variances_are_added() -> None:
    assert written("A =~ a1 + a2 + a3") == {
        "A =~ a1": 1.0,
        "A =~ a2": None,
        "A =~ a3": None,
        "a1 ~~ a1": None,
        "a2 ~~ a2": None,
        "a3 ~~ a3": None,
        "A ~~ A": None,
    }


def test_exogenous_constructs_and_terminal_outcomes_covary() -> None:
    table = written("A =~ a1+a2\nB =~ b1+b2\nC =~ c1+c2\nD =~ d1+d2\nC ~ A + B\nD ~ A")
    assert "A ~~ B" in table
    assert "C ~~ D" in table
    assert "A ~~ C" not in table


def test_a_single_item_has_no_error_unless_stated() -> None:
    assert written("A =~ a1\nB =~ b1 + b2 + b3")["a1 ~~ a1"] == 0.0
    assert written("A =~ a1\na1 ~~ 0.4*a1\nB =~ b1 + b2 + b3")["a1 ~~ a1"] == 0.4


def test_comments_semicolons_continuations_and_modifiers() -> None:
    table = read_syntax("""
        A =~ NA*a1 + x*a2 +   # a comment
             x*a3 + start(.5)*a4; A ~~ 1*A ! another
    """)
    by_name = {str(p): p for p in table.parameters}
    assert by_name["A =~ a1"].fixed is None
    assert by_name["A =~ a2"].label == by_name["A =~ a3"].label == "x"
    assert by_name["A =~ a4"].start == 0.5
    assert by_name["A ~~ A"].fixed == 1.0


def test_antecedents_are_found_through_mediators() -> None:
    table = read_syntax("A=~a1+a2\nB=~b1+b2\nC=~c1+c2\nB ~ A\nC ~ B")
    assert table.antecedents_of("C") == ("A", "B")
    assert table.predictors_of("C") == ("B",)


@pytest.mark.parametrize(
    ("syntax", "message"),
    [
        ("", "The model is empty: write at least one `construct =~ item + item` line."),
        ("A = a1 + a2", "`A = a1 + a2` is not a formula"),
        ("A =~ a1 + + a2", "has 'nothing' where a name belongs"),
        ("A =~ a1 + 2b", "has '2b' where a name belongs"),
        ("A =~ a1 + a2\nx := a*b", "uses `:=`. Total and indirect effects are computed"),
        ("A =~ a1 + a2\na == b", "Give equal parameters the same label instead"),
        ("A =~ a1 + a2\na1 ~ 1", "has an intercept. Means are left free"),
        ("A =~ a1 + a2\nA =~ a1", "`A =~ a1` stands in the model twice: keep one."),
        ("A =~ a1 + a2\nA ~ A", "`A ~ A` regresses a variable on itself."),
        ("x ~ y", "The model measures no construct"),
        (
            "A=~a1+a2\nB=~b1+b2\nC=~c1+c2\nA ~ B\nB ~ C\nC ~ A",
            "The paths form a circle (A → C → B → A)",
        ),
        ("A =~ ?*a1 + a2", "`?` in `A =~ ?*a1 + a2` is not a value, a label, NA or start(value)."),
    ],
)
def test_refusals_say_what_to_do(syntax: str, message: str) -> None:
    with pytest.raises(ModelError, match=re.escape(message)):
        read_syntax(syntax)


def test_all_faults_are_reported_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        read_syntax("A = 1\nB =~ + b\nC =~ c1 + c2")
    assert len(str(caught.value).splitlines()) == 2
