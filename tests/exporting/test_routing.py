"""What an interviewer reads about who is asked, and where to go on."""

from __future__ import annotations

import pytest

from csi.exporting.printed.routing import describe_condition, find_routes
from csi.questionnaire.conditions import parse_condition
from csi.questionnaire.schema import Questionnaire


def test_only_what_is_asked_has_a_number(paper: Questionnaire) -> None:
    assert find_routes(paper.items, "en").numbers == {
        "line": "Q1", "months": "Q2", "used": "Q3", "net1": "Q4", "net2": "Q5", "net3": "Q6",
        "seen": "Q7", "share": "Q8", "income": "Q9",
    }  # fmt: skip


def test_a_box_stands_above_each_run_behind_a_filter(paper: Questionnaire) -> None:
    routes = find_routes(paper.items, "en")
    assert routes.boxes == {
        "months": "ASK Q2 IF Q1 = 1 (Mobile) or 3 (Both). OTHERWISE GO TO Q3.",
        "net2": "ASK Q5–Q6 IF Q4 = 6–10 AND Q3 = 1 (Yes). OTHERWISE GO TO Q7.",
        "seen": "ASK Q7 IF Q2 > 12 (not 998). OTHERWISE GO TO Q8.",
        "income": "ASK Q9 IF “Town” = “A”. OTHERWISE GO TO THE END.",
    }
    assert routes.only == {"net3": "Only if Q4 = 6–10 AND Q3 = 1 (Yes)"}
    assert routes.decides == {
        "line": ["Q2"], "net1": ["Q5–Q6"], "used": ["Q5–Q6"], "months": ["Q7"], "town": ["Q9"],
    }  # fmt: skip


def test_the_same_in_chinese(paper: Questionnaire) -> None:
    boxes = find_routes(paper.items, "zh").boxes
    assert boxes["months"] == "若 Q1 = 1（移动）或3（都用），询问 Q2；否则跳至Q3。"
    assert boxes["net2"] == "若 Q4 = 6–10且Q3 = 1（是），询问 Q5–Q6；否则跳至Q7。"
    assert boxes["income"] == "若 “乡镇” = “A”，询问 Q9；否则跳至访问结束。"


def test_arrows_stand_only_right_before_what_is_skipped(paper: Questionnaire) -> None:
    assert find_routes(paper.items, "en").skips == {"line": (frozenset({1, 3}), "Q3")}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("net1 != 5", "Q4 = 1–4 or 6–10"),
        ("not net1 in (1, 2)", "Q4 = 3–10"),
        ("line != 2", "Q1 = 1 (Mobile) or 3 (Both)"),
        ("not line = 1", "Q1 = 2 (Fixed) or 3 (Both)"),
        ("months = 3", "Q2 = 3"),
        ("months <= 12", "Q2 ≤ 12"),
        ("not months <= 12", "Q2 > 12 (not 998)"),
        ("months != 12", "Q2 ≠ 12 (not 998)"),
        ("line = 1 or used = 1 and net1 = 10", "Q1 = 1 (Mobile) OR (Q3 = 1 (Yes) AND Q4 = 10)"),
        ("not (line = 1 and used = 1)", "Q1 = 2 (Fixed) or 3 (Both) OR Q3 = 0 (No)"),
    ],
)
def test_conditions_in_words(condition: str, words: str, paper: Questionnaire) -> None:
    numbers = find_routes(paper.items, "en").numbers
    assert describe_condition(parse_condition(condition), paper.items, numbers, "en") == words
