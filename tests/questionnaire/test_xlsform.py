"""An XLSForm is one that pyxform converts without a warning, and holds all of the questionnaire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.questionnaire.xlsform import write_xlsform, xml_name
from tests.questionnaire.adopting.forms import EVERYTHING

SHIPPED = sorted((Path(__file__).parents[2] / "questionnaires").glob("*.yaml"))
EN, ZH = "label::English (en)", "label::中文 (zh)"
EN_MESSAGE, ZH_MESSAGE = "constraint_message::English (en)", "constraint_message::中文 (zh)"

NEEDS_PYXFORM = "pyxform (extra `forms`) is the judge of an XLSForm"


def sheets(path: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(path, sheet_name=None, keep_default_na=False, dtype=str)


def test_pyxform_converts_every_kind_of_item(tmp_path: Path) -> None:
    convert = pytest.importorskip("pyxform.xls2xform", reason=NEEDS_PYXFORM).convert
    (tmp_path / "q.yaml").write_text(EVERYTHING, encoding="utf-8")
    questionnaire = read_questionnaire(tmp_path / "q.yaml")
    form = convert(str(write_xlsform(questionnaire, tmp_path / "form.xlsx")), validate=False)
    assert form.warnings == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_pyxform_converts_every_shipped_questionnaire(path: Path, tmp_path: Path) -> None:
    convert = pytest.importorskip("pyxform.xls2xform", reason=NEEDS_PYXFORM).convert
    questionnaire = read_questionnaire(path)
    form = convert(str(write_xlsform(questionnaire, tmp_path / "form.xlsx")), validate=False)
    assert form.warnings == []
    for item in questionnaire.items.values():
        assert f"/{item.id}:label" in form.xform
    assert form.xform.count("<translation ") == 2


def test_questions_groups_and_filters(read: Callable[..., Questionnaire], tmp_path: Path) -> None:
    questionnaire = read(("en: Coverage?", "en: =1+1"))
    form = sheets(write_xlsform(questionnaire, tmp_path / "form.xlsx"))
    assert list(form) == ["survey", "choices", "settings"]
    survey = form["survey"]
    assert survey["type"].tolist()[:5] == [
        "start",
        "end",
        "note",
        "begin_group",
        "select_one line_codes",
    ]
    named = survey.set_index("name")
    assert named.loc["survey_title", [EN, ZH]].tolist() == ["Small", "小问卷"]
    assert named.loc["screening", [EN, ZH]].tolist() == ["Screening", "甄别"]
    assert named.loc["net1", [EN, ZH]].tolist() == ["=1+1", "网络覆盖？"]
    assert named.loc["net3", ["type", "relevant", "required"]].tolist() == [
        "select_one ten",
        "${line} = '1'",
        "yes",
    ]
    assert named.loc["net3", "required_message::中文 (zh)"] == "请记录答案。"
    assert form["settings"].loc[0].tolist()[:4] == ["Small", "small", "1", "English (en)"]


def test_a_scale_is_a_choice_list_with_its_missing_codes(
    read: Callable[..., Questionnaire], tmp_path: Path
) -> None:
    choices = sheets(write_xlsform(read(), tmp_path / "form.xlsx"))["choices"]
    ten = choices[choices["list_name"] == "ten"]
    assert ten["name"].tolist() == [*map(str, range(1, 11)), "98", "99"]
    assert ten[EN].tolist()[:3] == ["1 – Bad", "2", "3"]
    assert ten[ZH].tolist()[-3:] == ["10 – 好", "不知道", "拒答"]
    assert ten["csi_missing"].tolist()[-2:] == ["dont_know", "refused"]


def changed_line(item: str) -> tuple[str, str]:
    """Put one more item behind the only one of the first block."""
    return ("          2: {en: Fixed, zh: 固定}", f"          2: {{en: Fixed, zh: 固定}}\n{item}")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "type: number, min: 0, max: 600, missing: {998: dont_know}, use: u",
            {
                "type": "decimal",
                "constraint": "(. >= 0 and . <= 600) or . = 998",
                EN_MESSAGE: "Enter a number from 0 to 600. 998 = Don't know.",
                ZH_MESSAGE: "请输入0至600之间的数字。998 = 不知道。",
                "hint::English (en)": "998 = Don't know.",
            },
        ),
        (
            "type: number, min: 18, use: u",
            {
                "constraint": ". >= 18",
                EN_MESSAGE: "Enter a number of at least 18.",
            },
        ),
        (
            "type: number, max: 99, use: u",
            {
                "constraint": ". <= 99",
                ZH_MESSAGE: "请输入不大于99的数字。",
            },
        ),
        (
            "type: multiple, use: u, choices: {1: {en: a, zh: 甲}, 2: {en: b, zh: 乙}}, "
            "missing: {8: dont_know, 9: refused}",
            {
                "type": "select_multiple new_codes",
                "constraint": "not(selected(., '8') or selected(., '9')) or count-selected(.) = 1",
                EN_MESSAGE: "This answer cannot be combined with another one.",
            },
        ),
        ("type: text, use: u", {"type": "text", "required": "", "constraint": ""}),
        ("type: date, use: u", {"type": "date", "required": "yes"}),
        (
            "type: number, role: weight, min: 0",
            {"type": "hidden", "required": "", "constraint": "", "csi_min": "0"},
        ),
        (
            "type: number, role: key",
            {"hint::English (en)": "From the sampling frame: do not ask.", "csi_role": "key"},
        ),
        (
            "type: text, use: u, sensitive: true",
            {"hint::中文 (zh)": "敏感问题：请在不被旁人听到的情况下作答，允许拒答。"},
        ),
    ],
)
def test_types_of_questions(
    item: str, expected: dict[str, str], read: Callable[..., Questionnaire], tmp_path: Path
) -> None:
    questionnaire = read(changed_line(f"      - {{id: new, text: {{en: N?, zh: 新？}}, {item}}}"))
    survey = sheets(write_xlsform(questionnaire, tmp_path / "form.xlsx"))["survey"]
    row = survey.set_index("name").loc["new"]
    assert {column: row[column] for column in expected} == expected


def test_how_choices_look(read: Callable[..., Questionnaire], tmp_path: Path) -> None:
    """A short scale without missing codes fits on one line; a long list drops down."""
    many = ", ".join(f"{code}: {{en: r{code}, zh: 区{code}}}" for code in range(1, 14))
    questionnaire = read(
        changed_line(
            "      - {id: new, type: single, use: u, text: {en: N?, zh: 新？}, "
            f"choices: {{{many}}}}}\n"
            "      - {id: liked, scale: five, use: u, text: {en: L?, zh: 喜欢？}}"
        ),
        ("scales:\n", "scales:\n  five: {min: 1, max: 5, ends: {en: [no, yes], zh: [否, 是]}}\n"),
    )
    survey = sheets(write_xlsform(questionnaire, tmp_path / "form.xlsx"))["survey"]
    looks = survey.set_index("name")["appearance"]
    assert looks[["line", "new", "liked", "sat1"]].tolist() == [
        "",
        "minimal",
        "likert",
        "columns-pack",
    ]


def test_names_of_the_form_itself_keep_clear_of_items(
    read: Callable[..., Questionnaire], tmp_path: Path
) -> None:
    questionnaire = read(
        changed_line("      - {id: overall, type: text, use: u, text: {en: O?, zh: 总？}}")
    )
    names = sheets(write_xlsform(questionnaire, tmp_path / "form.xlsx"))["survey"]["name"]
    assert [name for name in names if name.startswith("overall")] == ["overall", "overall_"]


def test_same_questionnaire_same_bytes(read: Callable[..., Questionnaire], tmp_path: Path) -> None:
    first = write_xlsform(read(), tmp_path / "a.xlsx").read_bytes()
    assert write_xlsform(read(), tmp_path / "b.xlsx").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "expected"), [("a b", "a_b"), ("1st", "_1st"), ("区-1", "区-1"), ("x/y", "x_y")]
)
def test_names_are_fit_for_xml(name: str, expected: str) -> None:
    assert xml_name(name) == expected
