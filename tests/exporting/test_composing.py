"""What stands on the printed form, before it is set."""

from __future__ import annotations

import pytest

from csi.exporting.printed.composing import compose_form
from csi.exporting.printed.form import Option, PrintedForm, Question
from csi.exporting.printed.wording import INSTRUCTIONS, OPENING, WORDS
from csi.questionnaire.schema import Language, Questionnaire


@pytest.fixture
def form(paper: Questionnaire) -> PrintedForm:
    return compose_form(paper, "en")


@pytest.fixture
def questions(form: PrintedForm) -> dict[str, Question]:
    return {question.item: question for part in form.parts for question in part.questions}


def test_cover(form: PrintedForm, paper: Questionnaire) -> None:
    assert (form.title, form.edition) == ("On paper", "Version 2026.1")
    assert form.imprint == f"paper · 2026.1 · {paper.sha256[:12]}"
    assert form.fields == (
        "Town", "Interviewer number", "Date", "Start (hh:mm)", "End (hh:mm)", "Outcome code",
        "Checked by",
    )  # fmt: skip
    assert "It takes about 2 minutes." in form.opening[1]


def test_what_comes_from_the_frame_is_not_asked(form: PrintedForm) -> None:
    assert [part.title for part in form.parts] == ["Screening", "Quality elements"]


def test_a_scale_is_a_row_of_points_with_its_missing_codes_apart(
    questions: dict[str, Question],
) -> None:
    net1 = questions["net1"]
    assert (net1.number, net1.kind, net1.low, net1.high) == ("Q4", "points", "Bad", "Good")
    assert [option.code for option in net1.options] == [str(code) for code in range(1, 11)]
    assert net1.missing == (Option(code="98", label="Don't know"),)
    assert net1.task == "SHOW CARD 2. Circle one code."
    assert net1.notes == ("Decides whether Q5–Q6 are asked.",)


def test_choices_have_arrows_where_they_skip(questions: dict[str, Question]) -> None:
    line = questions["line"]
    assert line.options == (
        Option(code="1", label="Mobile"),
        Option(code="2", label="Fixed", goto="Q3"),
        Option(code="3", label="Both"),
    )
    assert line.missing == (Option(code="9", label="Refused", goto="Q3"),)
    assert line.notes == ("Decides whether Q2 is asked.",)


def test_two_choices_need_no_card(questions: dict[str, Question]) -> None:
    assert questions["used"].task == "Circle one code."
    assert questions["seen"].task == "SHOW CARD 3. Tick all that apply."
    assert questions["seen"].several


@pytest.mark.parametrize(
    ("item", "boxes", "task"),
    [
        ("months", 3, "Write a number from 0 to 600."),
        ("share", 3, "SHOW CARD 4. Write a number from 0 to 100."),
        ("income", 0, "Write the number."),
    ],
)
def test_numbers_have_a_box_for_each_digit(
    item: str, boxes: int, task: str, questions: dict[str, Question]
) -> None:
    assert (questions[item].kind, questions[item].boxes) == ("number", boxes)
    assert questions[item].task == task


def test_sensitive_questions_say_so(questions: dict[str, Question]) -> None:
    assert questions["income"].notes == (
        "Sensitive: let the respondent point at the answer, and accept a refusal.",
    )


def test_there_is_one_card_for_each_scale_and_list(form: PrintedForm) -> None:
    assert [(card.title, card.kind, card.questions) for card in form.cards] == [
        ("Card 1", "codes", "Q1"),
        ("Card 2", "points", "Q4–Q6"),
        ("Card 3", "codes", "Q7"),
        ("Card 4", "points", "Q8"),
    ]
    assert [option.label for option in form.cards[0].options] == ["Mobile", "Fixed", "Both"]
    assert [option.code for option in form.cards[3].options] == [
        str(code) for code in range(0, 101, 10)
    ]


def test_no_card_shows_a_missing_code(form: PrintedForm) -> None:
    codes = {option.code for card in form.cards for option in card.options}
    assert codes.isdisjoint({"9", "98", "998"} - {str(code) for code in range(1, 11)})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_choices_fit_into_columns(language: Language, paper: Questionnaire) -> None:
    form = compose_form(paper, language)
    columns = {q.item: q.columns for part in form.parts for q in part.questions}
    assert (columns["line"], columns["used"]) == (1, 1)


def test_everything_is_there_in_both_languages() -> None:
    for text in (*WORDS.values(), *INSTRUCTIONS, *OPENING):
        assert text.en
        assert text.zh
