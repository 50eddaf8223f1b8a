"""XLSForms become questionnaires: ours come back whole, others with a note of all that is lost."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from csi.errors import QuestionnaireError
from csi.questionnaire.adopting.door import adopt_questionnaire
from csi.questionnaire.adopting.draft import QuestionnaireDraft
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Text
from csi.questionnaire.xlsform import write_xlsform
from tests.questionnaire.adopting.forms import EVERYTHING, Rows, write_workbook

SHIPPED = sorted((Path(__file__).parents[3] / "questionnaires").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_questionnaire_comes_back_whole(path: Path, tmp_path: Path) -> None:
    original = read_questionnaire(path)
    draft = adopt_questionnaire(write_xlsform(original, tmp_path / "form.xlsx"))
    adopted = draft.questionnaire
    assert draft.notes == ()
    assert adopted.items == original.items
    assert adopted.blocks == original.blocks
    for field in ("id", "version", "title", "minutes"):
        assert getattr(adopted, field) == getattr(original, field)
    assert all("serves nothing" in fault.message for fault in draft.faults)


def test_every_kind_of_item_comes_back(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(EVERYTHING, encoding="utf-8")
    original = read_questionnaire(tmp_path / "q.yaml")
    draft = adopt_questionnaire(write_xlsform(original, tmp_path / "form.xlsx"))
    adopted = draft.questionnaire
    assert (draft.notes, draft.faults) == ((), ())
    assert list(adopted.items) == list(original.items)
    for name, item in original.items.items():
        condition, item_block = item.ask_if, adopted.items[name].block
        assert replace(adopted.items[name], ask_if=None) == replace(
            item, ask_if=None, block=item_block
        )
        assert (adopted.items[name].ask_if is None) == (condition is None)
    assert str(adopted.items["spend"].ask_if) == "a != 1 and rating2 >= 0"
    assert [block.kind for block in adopted.blocks] == ["usage", None]
    assert [block.title for block in adopted.blocks] == [block.title for block in original.blocks]


def test_the_proposed_model_makes_the_draft_readable(tmp_path: Path) -> None:
    form = write_xlsform(read_questionnaire(SHIPPED[1]), tmp_path / "form.xlsx")
    text = adopt_questionnaire(form).text
    head, model = text.split("# A model to start from")
    lines = model.splitlines()[1:]
    (tmp_path / "q.yaml").write_text(
        head + "\n".join(line.removeprefix("# ") for line in lines) + "\n", encoding="utf-8"
    )
    assert read_questionnaire(tmp_path / "q.yaml").model is not None


# ------------------------------------------------------------------ foreign forms


CHOICES: Rows = [
    {"list_name": "yn", "name": "yes", "label::English": "Yes", "label::Chinese": "是"},
    {"list_name": "yn", "name": "no", "label::English": "No", "label::Chinese": "否"},
    {"list_name": "yn", "name": "dk", "label::English": "Don’t know", "label::Chinese": "说不清"},
    {"list_name": "five", "name": 1, "label::English": "1 - Awful", "label::Chinese": "1 极差"},
    *({"list_name": "five", "name": n, "label::English": n} for n in (2, 3, 4)),
    {"list_name": "five", "name": 5, "label::English": "5 - Great", "label::Chinese": "5 极好"},
    {"list_name": "five", "name": 98, "label::English": "no idea", "label::Chinese": "没想法"},
    {"list_name": "town", "name": "a", "label::English": "A-town", "label::Chinese": "甲"},
    {"list_name": "town", "name": "b", "label::English": "B-town", "label::Chinese": "乙"},
]


def adopt(tmp_path: Path, *survey: dict[str, object], **sheets: Rows) -> QuestionnaireDraft:
    rows = [
        {"label::English": f"{row.get('name')}?", "label::Chinese": f"{row.get('name')}？", **row}
        for row in survey
    ]
    sheets.setdefault("choices", CHOICES)
    return adopt_questionnaire(write_workbook(tmp_path / "form.xlsx", survey=rows, **sheets))


def said(draft: QuestionnaireDraft) -> list[str]:
    return [str(note) for note in draft.notes]


def test_options_get_codes_and_missing_codes_their_kinds(tmp_path: Path) -> None:
    draft = adopt(tmp_path, {"type": "select_one yn", "name": "used", "required": "yes"})
    item = draft.questionnaire.items["used"]
    assert item.type == "single"
    assert item.choices == {1: Text("Yes", "是"), 2: Text("No", "否")}
    assert item.missing == {98: "dont_know"}
    assert said(draft) == [
        "choices, list `yn`: The options have new codes: yes → 1, no → 2.",
        "choices, list `yn`: The option `dk` (dont_know) has the code 98.",
    ]
    assert "# choices, list `yn`: The options have new codes: yes → 1, no → 2." in draft.text


def test_points_between_worded_ends_are_a_scale(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path,
        {"type": "select_one five", "name": "sat", "required": "yes"},
        {"type": "select_one five", "name": "net", "required": "yes"},
    )
    scale = draft.questionnaire.items["sat"].scale
    assert scale is not None
    assert (scale.minimum, scale.maximum) == (1, 5)
    assert (scale.low, scale.high) == (Text("Awful", "极差"), Text("Great", "极好"))
    assert scale.missing == {98: "dont_know"}
    assert draft.questionnaire.items["net"].scale == scale
    assert said(draft) == ["choices, list `five`: 98 (no idea) is taken for `dont_know`."]


def test_worded_points_stay_choices(tmp_path: Path) -> None:
    words = ("Bad", "Poor", "Fair", "Good")
    choices = [{"list_name": "w", "name": n, "label": w} for n, w in enumerate(words, start=1)]
    rows = [{"type": "select_one w", "name": name} for name in ("sat", "net", "fee")]
    draft = adopt(tmp_path, *rows, choices=choices)
    assert draft.questionnaire.items["sat"].type == "single"
    assert list(draft.questionnaire.items["sat"].choices) == [1, 2, 3, 4]
    assert said(draft) == [
        "choices, list `w`: It stays a list of choices; if it is a rating scale, put it in "
        "`scales`."
    ]
    assert said(adopt(tmp_path, *rows[:2], choices=choices)) == []


@pytest.mark.parametrize(
    ("relevant", "condition"),
    [
        ("${used} = 'yes'", "used = 1"),
        ("selected(${town}, 'b')", "town = 2"),
        ("${sat} <= 2 and ${used}='yes'", "sat <= 2 and used = 1"),
        ("${town} = 'a' or ${town} = 'b'", "town in (1, 2)"),
        ("not(${age} >= 18)", "age < 18"),
        ("18 <= ${age}", "age >= 18"),
        ("${town} != ''", "town in (1, 2)"),
        ("string-length(${why}) > 0", "why != ''"),
        ("${age} != ''", "age = 0 or age != 0"),
        ("${used} != '' and ${used} != 'dk'", "used in (1, 2)"),
        ("true()", None),
    ],
)
def test_conditions_are_carried_over(relevant: str, condition: str | None, tmp_path: Path) -> None:
    draft = adopt(tmp_path, *SOURCES, {"type": "text", "name": "new", "relevant": relevant})
    ask_if = draft.questionnaire.items["new"].ask_if
    assert (str(ask_if) if ask_if else None) == condition
    assert not [note for note in said(draft) if "not carried over" in note]


SOURCES: tuple[dict[str, object], ...] = (
    {"type": "select_one yn", "name": "used", "required": "yes"},
    {"type": "select_one five", "name": "sat", "required": "yes"},
    {"type": "select_one town", "name": "town", "required": "yes"},
    {"type": "integer", "name": "age", "required": "yes"},
    {"type": "text", "name": "why"},
)


@pytest.mark.parametrize(
    ("relevant", "reason"),
    [
        ("${used} = ${town}", "it compares two answers"),
        ("${age} + 1 > 18", "`+` is not a comparison of an answer with a value"),
        ("regex(${why}, 'x')", "it uses `regex()`"),
        ("${gone} = 1", "there is no question `gone`"),
        ("${town} = 'z'", "`town` has no choice `z`"),
        ("${town} > 1", "it orders the options of `town`, whose codes are new"),
        ("${used} = 'dk'", "98 is a missing code of `used`, which is never an answer"),
        ("${why} = ''", "it holds where `why` has no answer"),
        ("${used} =", "it breaks off"),
        ("false()", "it never holds"),
        ("string-length(${why}) > 3", "it counts characters or choices"),
        ("${used}", "`used` stands there without a comparison"),
        ("1 = 1", "it compares two values"),
        ("${age} = 'old'", "`age` is never `old`"),
        ("${age} < 'nan'", "`age` is never `nan`"),
        ("(" * 40 + "${age} = 1" + ")" * 40, "it is nested more than 30 deep"),
    ],
)
def test_other_conditions_stand_as_comments(relevant: str, reason: str, tmp_path: Path) -> None:
    draft = adopt(tmp_path, *SOURCES, {"type": "text", "name": "new", "relevant": relevant})
    assert draft.questionnaire.items["new"].ask_if is None
    message = f"not carried over: asked if `{relevant}` ({reason})"
    assert said(draft)[-1] == f"survey, row 7: `new`: {message}."
    assert f"      # {message}\n      - id: new\n" in draft.text


def test_respondents_without_an_answer_are_told_of(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path,
        {"type": "select_one yn", "name": "used"},
        {"type": "select_one five", "name": "sat", "required": "yes"},
        {"type": "text", "name": "a", "relevant": "${used} != 'yes'"},
        {"type": "text", "name": "b", "relevant": "${sat} >= 4"},
    )
    assert said(draft)[-3:] == [
        "survey, row 4: `a`: asked if `used != 1`, but the form also asked those without an "
        "answer to `used`.",
        "survey, row 4: `a`: asked if `used != 1`, but the form also asked those with 98 "
        "(dont_know) in `used`.",
        "survey, row 5: `b`: asked if `sat >= 4`, but the form also asked those with 98 "
        "(dont_know) in `sat`.",
    ]


def test_groups_are_blocks_and_pass_on_their_conditions(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path,
        {"type": "select_one yn", "name": "used", "required": "yes"},
        {
            "type": "begin group",
            "name": "g",
            "label::English": "Group",
            "relevant": "${used}='yes'",
        },
        {"type": "begin_group", "name": "inner", "label::English": "Inner"},
        {"type": "integer", "name": "age", "relevant": "${used} != 'no'"},
        {"type": "end_group"},
        {"type": "end group"},
        {"type": "text", "name": "why"},
    )
    assert [(block.id, block.items) for block in draft.questionnaire.blocks] == [
        ("questions", ("used",)),
        ("g", ("age",)),
        ("questions_2", ("why",)),
    ]
    assert str(draft.questionnaire.items["age"].ask_if) == "used = 1 and used != 2"
    assert "survey, row 4: The group `Inner` within a group is not carried over." in said(draft)


@pytest.mark.parametrize(
    ("row", "low", "high", "missing"),
    [
        ({"type": "integer", "constraint": ". > 17 and . < 100"}, 18, 99, {}),
        ({"type": "decimal", "constraint": ".>=0.5"}, 0.5, None, {}),
        ({"type": "integer", "constraint": "(. >= 0 and . <= 60) or .=99"}, 0, 60, {99: "refused"}),
        ({"type": "range", "parameters": "start=1 end=7 step=1"}, 1, 7, {}),
    ],
)  # fmt: skip
def test_bounds_of_numbers(
    row: dict[str, object], low: float, high: float | None, missing: dict[int, str], tmp_path: Path
) -> None:
    item = adopt(tmp_path, {"name": "num", **row}).questionnaire.items["num"]
    assert (item.minimum, item.maximum, item.missing) == (low, high, missing)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ({"type": "geopoint", "name": "x"},
         "The question `x` (x?) is not carried over: an item cannot be of type `geopoint`."),
        ({"type": "calculate", "name": "x", "label::English": None, "label::Chinese": None,
          "calculation": "${n} * 2"},
         "The question `x` (${n} * 2) is not carried over: an item cannot be of type `calculate`."),
        ({"type": "deviceid", "name": "x"},
         "The metadata `deviceid` (`x`) is no item: left to the app."),
        ({"type": "text", "name": "x", "hint::English": "be brief"},
         "`x`: `hint::english` is not carried over: be brief."),
        ({"type": "text", "name": "x", "media::image::English": "a.png"},
         "`x`: `media::image::english` is not carried over: a.png."),
        ({"type": "decimal", "name": "x", "constraint": ". > 0"},
         "`x`: the constraint `. > 0` is not carried over."),
        ({"type": "integer", "name": "x", "constraint": ". != ${n}"},
         "`x`: the constraint `. != ${n}` is not carried over."),
        ({"type": "select_one town or_other", "name": "x"},
         "`x`: the answer in words behind `or_other` is not carried over."),
        ({"type": "select_one gone", "name": "x"}, "`x`: there is no choice list `gone`."),
        ({"type": "text", "name": "x", "label::English": "Why, ${num}?"},
         "`x`: the text takes in `${num}`."),
        ({"type": "text", "name": "x", "default": "none"},
         "`x`: `default` is not carried over: none."),
        ({"type": "text", "name": "net-1"}, "`net_1`: the question `net-1` is now `net_1`."),
        ({"type": "text", "name": "estimate"},
         "`estimate_2`: the question `estimate` is now `estimate_2`."),
        ({"type": "text", "name": "NUM"}, "`NUM_2`: the question `NUM` is now `NUM_2`."),
    ],
)  # fmt: skip
def test_nothing_is_dropped_in_silence(row: dict[str, object], note: str, tmp_path: Path) -> None:
    draft = adopt(tmp_path, {"type": "integer", "name": "num"}, row)
    assert f"survey, row 3: {note}" in said(draft)


def test_a_repeat_is_left_out_with_all_it_asks(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path,
        {"type": "text", "name": "why"},
        {"type": "begin_repeat", "name": "members"},
        {"type": "text", "name": "who"},
        {"type": "end_repeat"},
    )
    assert list(draft.questionnaire.items) == ["why"]
    assert said(draft) == [
        "survey, row 3: The repeat `members` is not carried over, nor what it asks.",
        "survey, row 4: The question `who` (who?) is not carried over: it is repeated.",
    ]


def test_other_languages_and_settings_are_told_of(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path,
        {"type": "text", "name": "why", "label::Français (fr)": "pourquoi ?"},
        settings=[{"form_title": "Survey", "form_id": "s 1", "version": 3, "style": "pages"}],
    )
    assert (draft.questionnaire.id, draft.questionnaire.version) == ("s-1", "3")
    assert said(draft) == [
        "settings: `style` is not carried over: pages.",
        "survey: The texts in `français (fr)` are not carried over (1).",
    ]


def test_other_columns_of_choices_and_other_sheets_are_told_of(tmp_path: Path) -> None:
    choices = [
        {"list_name": "t", "name": n, "label": f"l{n}", "label::fr": "x", "image": "a.png"}
        for n in (1, 2)
    ]
    draft = adopt(
        tmp_path,
        {"type": "select_one t", "name": "x"},
        choices=choices,
        entities=[{"list_name": "e"}],
    )
    assert said(draft) == [
        "choices: The column `image` is not carried over.",
        "survey: The texts in `fr` are not carried over (2).",
        "entities: The sheet is not carried over.",
    ]


def test_what_is_missing_is_listed_as_faults(tmp_path: Path) -> None:
    """A form in one language gives a draft, and the draft says what it lacks."""
    path = write_workbook(
        tmp_path / "form.xlsx",
        survey=[{"type": "text", "name": "why", "label": "Why: is it, [so]?"}],
    )
    draft = adopt_questionnaire(path)
    assert draft.questionnaire.items["why"].text.en == "Why: is it, [so]?"
    assert any("zh" in fault.message for fault in draft.faults)
    assert all(fault.where.startswith("questionnaire.yaml") for fault in draft.faults)
    assert draft.summary().startswith("form 1: 1 items in 1 blocks, 0 of them filtered.\n")
    assert "Yet to be done (" in draft.summary()
    assert "\n  mine.yaml:" in draft.summary("mine.yaml")


# ------------------------------------------------------------------ what is no form


def refused(path: Path) -> str:
    with pytest.raises(QuestionnaireError) as caught:
        adopt_questionnaire(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_files_that_are_no_form(tmp_path: Path) -> None:
    assert refused(tmp_path / "form.docx") == (
        "form.docx: A form cannot be read from `.docx`. "
        "Allowed: .xlsx (XLSForm), .lss (LimeSurvey)."
    )
    assert refused(tmp_path / "gone.xlsx") == "gone.xlsx: There is no such file."
    (tmp_path / "text.xlsx").write_text("no workbook")
    assert refused(tmp_path / "text.xlsx") == (
        "text.xlsx: The workbook cannot be read: File is not a zip file. "
        "Open it in Excel and save it anew as .xlsx."
    )
    write_workbook(tmp_path / "other.xlsx", data=[{"a": 1}])
    assert refused(tmp_path / "other.xlsx") == (
        "other.xlsx: The workbook is no XLSForm. "
        "An XLSForm has a sheet `survey` with the columns `type` and `name`."
    )
    write_workbook(tmp_path / "empty.xlsx", survey=[{"type": "note", "name": "n"}])
    assert refused(tmp_path / "empty.xlsx") == "empty.xlsx: The form asks no question."


def test_a_sheet_that_is_no_questionnaire(tmp_path: Path) -> None:
    rows = [{"type": "text", "name": f"x{n}"} for n in range(20_000)]
    assert refused(write_workbook(tmp_path / "long.xlsx", survey=rows)) == (
        "long.xlsx: The sheet `survey` has more than 20,000 rows. Is it the right file?"
    )


def test_a_workbook_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("big", "w") as file,
    ):
        for _ in range(201):
            file.write(bytes(1_000_000))
    assert refused(path) == "bomb.xlsx: The workbook would unpack to 201,000,000 bytes."
