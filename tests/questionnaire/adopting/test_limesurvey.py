"""LimeSurvey surveys become questionnaires: each type of question, both formats, hostile files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from csi.errors import QuestionnaireError
from csi.questionnaire.adopting.door import adopt_questionnaire
from csi.questionnaire.adopting.draft import QuestionnaireDraft
from csi.questionnaire.adopting.html_text import plain_text
from csi.questionnaire.schema import Item, Text
from tests.questionnaire.adopting.forms import question, write_survey

FIVE = [("A1", "Bad"), ("A2", "2"), ("A3", "3"), ("A4", "4"), ("A5", "Good")]
TOWNS = [("1", "North"), ("2", "South"), ("98", "Don't know")]

Adopt = Callable[..., QuestionnaireDraft]


@pytest.fixture(params=[True, False], ids=["version 6", "version 3"])
def adopt(request: pytest.FixtureRequest, tmp_path: Path) -> Adopt:
    """Adopt a survey of one group of questions, in the format of either version."""

    def adopt_questions(*questions: dict[str, object], **options: object) -> QuestionnaireDraft:
        path = write_survey(
            tmp_path / "s.lss", {"Group": questions}, modern=request.param, **options
        )  # type: ignore[arg-type]
        return adopt_questionnaire(path)

    return adopt_questions


def only(draft: QuestionnaireDraft) -> Item:
    (item,) = draft.questionnaire.items.values()
    return item


def said(draft: QuestionnaireDraft) -> list[str]:
    return [str(note) for note in draft.notes]


def test_both_formats_give_one_questionnaire(tmp_path: Path) -> None:
    groups = {
        "One": [question("q1", "Y"), question("q2", "M", subs=["a", "b"], other="Y")],
        "Two": [question("q3", "F", subs=["x", "y"], answers=FIVE, relevance='q1.NAOK == "Y"')],
    }
    texts = [
        adopt_questionnaire(write_survey(tmp_path / "s.lss", groups, modern=modern)).text
        for modern in (True, False)
    ]
    assert texts[0] == texts[1]


def test_names_titles_and_groups(adopt: Adopt) -> None:
    draft = adopt(question("q1", "S", text="<p>Why &amp; <b>how</b>?</p>"))
    questionnaire = draft.questionnaire
    assert (questionnaire.id, questionnaire.version) == ("limesurvey-9", "1")
    assert questionnaire.title == Text("T en", "T zh-Hans")
    assert [(block.id, block.title.zh) for block in questionnaire.blocks] == [("group", "Group 中")]
    assert only(draft).text == Text("Why & how?", "Why & how? 中")


@pytest.mark.parametrize(
    ("entry", "kinds"),
    [
        (question("q", "L", answers=TOWNS), {"q": "single"}),
        (question("q", "!", answers=TOWNS), {"q": "single"}),
        (question("q", "O", answers=TOWNS), {"q": "single"}),
        (question("q", "5"), {"q": "scale"}),
        (question("q", "A", subs=["s1", "s2"]), {"q_s1": "scale", "q_s2": "scale"}),
        (question("q", "B", subs=["s1", "s2"]), {"q_s1": "scale", "q_s2": "scale"}),
        (question("q", "C", subs=["s1"]), {"q_s1": "single"}),
        (question("q", "E", subs=["s1"]), {"q_s1": "single"}),
        (question("q", "F", subs=["s1", "s2"], answers=FIVE), {"q_s1": "scale", "q_s2": "scale"}),
        (question("q", "F", subs=["s1"], answers=TOWNS[:2]), {"q_s1": "single"}),
        (question("q", "H", subs=["s1"], answers=FIVE), {"q_s1": "scale"}),
        (question("q", "M", subs=["s1", "s2"]), {"q": "multiple"}),
        (question("q", "P", subs=["s1", "s2"]), {"q": "multiple"}),
        (question("q", "N"), {"q": "number"}),
        (question("q", "K", subs=["s1", "s2"]), {"q_s1": "number", "q_s2": "number"}),
        (question("q", "S"), {"q": "text"}),
        (question("q", "T"), {"q": "text"}),
        (question("q", "U"), {"q": "text"}),
        (question("q", "Q", subs=["s1"]), {"q_s1": "text"}),
        (question("q", "Y"), {"q": "single"}),
        (question("q", "G"), {"q": "single"}),
        (question("q", "D"), {"q": "date"}),
        (question("q", ":", subs=["r"], columns=["c1", "c2"]),
         {"q_r_c1": "number", "q_r_c2": "number"}),
        (question("q", ":", subs=["r"], columns=["c"], attributes={"multiflexible_checkbox": "1"}),
         {"q_r_c": "single"}),
        (question("q", ";", subs=["r"], columns=["c"]), {"q_r_c": "text"}),
        (question("q", "1", subs=["r"], answers=FIVE, second=FIVE),
         {"q_r_0": "scale", "q_r_1": "scale"}),
        (question("q", "R", answers=TOWNS[:2]), {"q_1": "single", "q_2": "single"}),
        (question("q", "R", subs=["a", "b", "c"], attributes={"max_answers": "2"}),
         {"q_1": "single", "q_2": "single"}),
    ],
)  # fmt: skip
def test_types_of_questions(entry: dict[str, object], kinds: dict[str, str], adopt: Adopt) -> None:
    items = adopt(entry).questionnaire.items
    assert {name: item.type for name, item in items.items()} == kinds


def test_an_array_is_a_scale_for_each_row(adopt: Adopt) -> None:
    draft = adopt(question("sat", "F", subs=["SQ001", "SQ002"], answers=[*FIVE, ("A6", "N/A")]))
    first, second = draft.questionnaire.items.values()
    assert first.text == Text("sat? part SQ001", "sat? 中：part SQ001 中")
    assert first.scale is not None
    assert first.scale == second.scale
    assert (first.scale.minimum, first.scale.maximum) == (1, 5)
    assert (first.scale.low, first.scale.high) == (Text("Bad", "Bad 中"), Text("Good", "Good 中"))
    assert first.scale.missing == {97: "not_applicable"}
    assert said(draft) == [
        "question sat, answers: The options have new codes: A1 → 1, A2 → 2, A3 → 3, A4 → 4, "
        "A5 → 5.",
        "question sat, answers: The option `A6` (not_applicable) has the code 97.",
    ]


def test_words_between_the_ends_of_an_array_are_told_of(adopt: Adopt) -> None:
    answers = [("1", "Bad"), ("2", "Fair"), ("3", "Good")]
    assert said(adopt(question("q", "F", subs=["a"], answers=answers))) == [
        "question q, answers: The words between the ends are not carried over: 2 = Fair."
    ]


def test_words_that_count_against_the_codes(adopt: Adopt) -> None:
    answers = [("1", "3 - like"), ("2", "2"), ("3", "1 - dislike")]
    assert said(adopt(question("q", "F", subs=["a"], answers=answers))) == [
        "question q, answers: The words count against the codes: `reverse: true` may be due."
    ]


def test_choices_missing_codes_and_other(adopt: Adopt) -> None:
    draft = adopt(question("town", "L", answers=TOWNS, other="Y"))
    item = only(draft)
    assert {code: label.en for code, label in item.choices.items()} == {
        1: "North",
        2: "South",
        3: "Other",
    }
    assert item.missing == {98: "dont_know"}
    assert said(draft) == [
        "question town: `town`: `other` has the code `3`; its words are not carried over."
    ]


def test_several_choices_are_numbered(adopt: Adopt) -> None:
    item = only(adopt(question("q", "M", subs=["SQ001", "SQ005"])))
    assert {code: label.en for code, label in item.choices.items()} == {
        1: "part SQ001",
        5: "part SQ005",
    }


def test_numbers_have_bounds(adopt: Adopt) -> None:
    bounds = {"min_num_value_n": "18", "max_num_value_n": "99"}
    item = only(adopt(question("age", "N", attributes=bounds)))
    assert (item.minimum, item.maximum) == (18, 99)
    draft = adopt(question("age", "N", attributes={"max_num_value_n": "{max}"}))
    assert said(draft) == ["question age: `age`: the bound `{max}` is not carried over."]


# ------------------------------------------------------------------ conditions


SOURCES = (
    question("used", "Y", qid="501"),
    question("brand", "M", subs=["SQ001", "SQ002"], qid="502"),
    question("sat", "F", subs=["a"], answers=FIVE, qid="503"),
    question("age", "N", qid="504"),
    question("why", "S", mandatory="N"),
)


@pytest.mark.parametrize(
    ("relevance", "condition"),
    [
        ("1", None),
        ("", None),
        ('((used.NAOK == "Y"))', "used = 1"),
        ("used == 'N'", "used = 2"),
        ('used.NAOK ne "Y"', "used != 1"),
        ('{used.NAOK=="Y"}', "used = 1"),
        ("age.NAOK >= 18 && age.NAOK < 65", "age >= 18 and age < 65"),
        ("age gt 18 or age le 3", "age > 18 or age <= 3"),
        ('brand_SQ001.NAOK == "Y"', "brand = 1"),
        ('brand_SQ001 == "Y" || brand_SQ002 == "Y"', "brand in (1, 2)"),
        ("!is_empty(brand_SQ002.NAOK)", "brand = 2"),
        ("is_empty(brand_SQ002.NAOK)", "brand != 2"),
        ('sat_a.NAOK == "A5"', "sat_a = 5"),
        ("!is_empty(why)", "why != ''"),
        ('!(used.NAOK == "Y")', "used != 1"),
        ('9X1X501.NAOK == "Y"', "used = 1"),
        ('9X1X502SQ002.NAOK == "Y"', "brand = 2"),
        ('9X1X503a.NAOK == "A1"', "sat_a = 1"),
    ],
)
def test_relevance_is_carried_over(relevance: str, condition: str | None, adopt: Adopt) -> None:
    draft = adopt(*SOURCES, question("new", "S", relevance=relevance))
    ask_if = draft.questionnaire.items["new"].ask_if
    assert (str(ask_if) if ask_if else None) == condition
    assert not [note for note in said(draft) if "`new`: not carried over" in note]


@pytest.mark.parametrize(
    ("relevance", "reason"),
    [
        ("count(brand_SQ001) > 1", "it uses `count()`"),
        ("used == why", "it compares two answers"),
        ("used.shown == 'Yes'", "it asks for `.shown` of `used`"),
        ("is_empty(why)", "it holds where `why` has no answer"),
        ('brand_SQ001 == "N"', "it compares a choice of `brand` with `N`"),
        ('brand_SQ009 == "Y"', "there is no question `brand_SQ009`"),
        ("0", "it never holds"),
        ("age + 1 > 3", "`+` is not a comparison of an answer with a value"),
        ("sat_a > 3", "it orders the options of `sat_a`, whose codes are new"),
    ],
)
def test_other_relevance_stands_as_a_comment(relevance: str, reason: str, adopt: Adopt) -> None:
    draft = adopt(*SOURCES, question("new", "S", relevance=relevance))
    message = f"not carried over: asked if `{relevance}` ({reason})"
    assert said(draft)[-1] == f"question new: `new`: {message}."
    assert f"      # {message}\n" in draft.text


def test_conditions_of_group_and_row_are_joined(tmp_path: Path) -> None:
    groups = {"A": [question("used", "Y")], "B": [question("sat", "F", subs=["a"], answers=FIVE)]}
    path = write_survey(tmp_path / "s.lss", groups)
    text = path.read_text("utf-8").replace(
        "<gid><![CDATA[2]]></gid>\n    <sid><![CDATA[9]]></sid>",
        "<gid><![CDATA[2]]></gid>\n    <grelevance><![CDATA[used == 'Y']]></grelevance>",
        1,
    )
    path.write_text(text, encoding="utf-8")
    items = adopt_questionnaire(path).questionnaire.items
    assert str(items["sat_a"].ask_if) == "used = 1"


def test_old_tables_of_conditions(tmp_path: Path) -> None:
    rows = [
        {"qid": "900", "scenario": 1, "cqid": "501", "cfieldname": "9X1X501", "method": "==",
         "value": "Y"},
        {"qid": "900", "scenario": 1, "cqid": "502", "cfieldname": "+9X1X502SQ001", "method": "==",
         "value": ""},
        {"qid": "900", "scenario": 2, "cqid": "504", "cfieldname": "9X1X504", "method": ">",
         "value": "64"},
    ]  # fmt: skip
    new = question("new", "S", relevance="", qid="900")
    path = write_survey(
        tmp_path / "s.lss", {"G": [*SOURCES, new]}, modern=False, more={"conditions": rows}
    )
    ask_if = adopt_questionnaire(path).questionnaire.items["new"].ask_if
    assert str(ask_if) == "used = 1 and brand = 1 or age > 64"


# ------------------------------------------------------------------ what is left behind


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        (question("q", "X"), "The question `q` is not carried over: it is a text display. (q?)"),
        (question("q", "I"), "The question `q` is not carried over: it is a language switch. (q?)"),
        (question("q", "*"), "The question `q` is not carried over: it is an equation. (q?)"),
        (question("q", "|"), "The question `q` is not carried over: it is a file upload. (q?)"),
        (question("q", "Z"),
         "The question `q` is not carried over: it is of the unknown type `Z`. (q?)"),
        (question("q", "F", answers=FIVE), "The question `q` is not carried over: it has no rows."),
        (question("q", "S", help="short"), "`q`: the help is not carried over: short."),
        (question("q", "S", preg="/a/"), "`q`: the pattern `/a/` is not carried over."),
        (question("q", "S", text="Why, {used}?"), "`q`: the text takes in `{used}`."),
        (question("q", "O", answers=TOWNS),
         "`q`: the comment beside the answer is not carried over."),
        (question("q", "P", subs=["a", "b"]),
         "`q`: the comments beside the choices are not carried over."),
        (question("q", "M", subs=["a", "b"], attributes={"exclude_all_others": "b"}),
         "`q`: `exclude_all_others` is not carried over: b."),
        (question("q", "F", subs=["a"], answers=FIVE, attributes={"array_filter": "brand"}),
         "`q_a`: `array_filter` is not carried over: brand."),
    ],
)  # fmt: skip
def test_nothing_is_dropped_in_silence(entry: dict[str, object], note: str, adopt: Adopt) -> None:
    assert f"question q: {note}" in said(adopt(question("first", "S"), entry))


def test_tables_without_a_place_are_told_of(adopt: Adopt) -> None:
    more = {
        "quota": [{"id": 1}, {"id": 2}],
        "surveys_languagesettings": [
            {"surveyls_language": "en", "surveyls_welcometext": "Hello", "surveyls_endtext": "Bye"}
        ],
    }
    assert said(adopt(question("q", "S"), more=more)) == [
        "quota: 2 quotas are not carried over.",
        "survey: The welcome text is not carried over.",
        "survey: The closing text is not carried over.",
    ]


def test_other_languages(adopt: Adopt) -> None:
    draft = adopt(question("q", "S"), languages=("fr", "en", "zh-Hans", "zh-Hant-TW"))
    assert only(draft).text == Text("q? 中", "q? 中")
    assert said(draft) == [
        "languages: The texts in `fr` are not carried over.",
        "languages: The texts in `zh-Hant-TW` are not carried over.",
    ]
    draft = adopt(question("q", "S"), languages=("fr", "de"))
    assert only(draft).text == Text("q?", "")
    assert said(draft) == [
        "languages: The texts in `fr` stand as English: translate them.",
        "languages: The texts in `de` are not carried over.",
    ]
    assert any("`zh`" in fault.message for fault in draft.faults)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain  text", "plain text"),
        ("<p>One</p><p>two<br/>three</p>", "One two three"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("<style>p {}</style><script>alert(1)</script>Safe", "Safe"),
        ("<b>unclosed", "unclosed"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_html_becomes_words(html: str, text: str) -> None:
    assert plain_text(html) == text


# ------------------------------------------------------------------ hostile files


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType><x>&c;</x></document>"""
OUTSIDE = """<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>&x;</document>"""
UNSAFE = (
    "The file declares a document type or entities, which is not safe. "
    "Export the survey from LimeSurvey anew."
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is no XML: no element found in line 1. Export the survey from LimeSurvey "
         "anew."),
        (b"id: q", "The file is no XML: syntax error in line 1. Export the survey from LimeSurvey "
         "anew."),
        (b"<document>\n<a>", "The file is no XML: no element found in line 2. Export the survey "
         "from LimeSurvey anew."),
        (b"<document><:a/></document>", "The file is no XML: not well-formed (invalid token) in "
         "line 1. Export the survey from LimeSurvey anew."),
        (b"<html/>", "The file is XML, but no LimeSurvey survey: it starts with `<html>`."),
        (b"<document/>", "The file is XML, but no LimeSurvey survey: it starts with `<document>`."),
        (b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>",
         "The file holds a LimeSurvey `Group`, not a survey. "
         "Export the whole survey: Display/Export > Survey structure (.lss)."),
        (LAUGHS.encode(), UNSAFE),
        (OUTSIDE.encode(), UNSAFE),
        (b"<a>" * 21 + b"</a>" * 21, "The file is nested deeper, or is longer, than any survey. "
         "Export the survey from LimeSurvey anew."),
        (b"<?xml version='1.0' encoding='none-such'?><document/>",
         "The file is no XML that can be read: unknown encoding: none-such."),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
         "The survey names no language. Is the export complete?"),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType><languages><language>en"
         b"</language></languages></document>", "The survey has no question."),
    ],
)  # fmt: skip
def test_files_that_are_no_survey(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "s.lss"
    path.write_bytes(content)
    with pytest.raises(QuestionnaireError) as caught:
        adopt_questionnaire(path)
    assert str(caught.value) == f"{path}: {message}"


def test_codes_that_stand_twice(adopt: Adopt, tmp_path: Path) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        adopt(
            question("q", "S"),
            question("q", "F", subs=["a", "a"], answers=[("1", "x"), ("1", "y"), ("2", "z")]),
        )
    path = tmp_path / "s.lss"
    assert str(caught.value).splitlines() == [
        f"{path}: Two questions have the code `q`. Rename one in LimeSurvey.",
        f"{path}: Question `q`: two subquestions have the code `a`. Rename one in LimeSurvey.",
        f"{path}: Question `q`: two answers have the code `1`. Rename one in LimeSurvey.",
    ]


def test_a_survey_that_only_shows_texts(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.lss", {"G": [question("q", "X")]})
    with pytest.raises(QuestionnaireError, match=r"s\.lss: The survey asks no question\.$"):
        adopt_questionnaire(path)


def test_a_file_beyond_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "s.lss"
    path.write_bytes(b" " * 20_000_001)
    with pytest.raises(QuestionnaireError) as caught:
        adopt_questionnaire(path)
    assert str(caught.value) == f"{path}: The file is larger than 20 MB. Is it the right file?"
