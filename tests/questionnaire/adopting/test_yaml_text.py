"""Whatever a form says, the file that is written says the same when it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csi.errors import QuestionnaireError
from csi.questionnaire.adopting.yaml_text import scalar, write_yaml
from csi.questionnaire.located import parse_yaml
from csi.questionnaire.reading import examine, read_questionnaire
from csi.questionnaire.schema import Questionnaire, Text
from csi.questionnaire.sections import Faults

SHIPPED = sorted((Path(__file__).parents[3] / "questionnaires").glob("*.yaml"))

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text == text.strip() and "\n" not in text and "\r" not in text
)


def reread(text: str) -> Questionnaire:
    faults = Faults("q.yaml", QuestionnaireError)
    return examine(parse_yaml(text.encode("utf-8"), "q.yaml", faults))[0]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Very low", "Very low"),
        ("Yes", '"Yes"'),
        ("no", '"no"'),
        ("null", '"null"'),
        ("3G", '"3G"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("[a], {b}", '"[a], {b}"'),
        ('say "x"', '"say \\"x\\""'),
        ("您满意吗？", "您满意吗？"),
        ("", '""'),
        ("ends ", '"ends "'),
        ("bell\x07", '"bell\\u0007"'),
        ("next\x85line", '"next\\u0085line"'),
        ("- a", '"- a"'),
    ],
)
def test_quotes_only_where_they_are_needed(text: str, written: str) -> None:
    assert scalar(text) == written


@given(texts, texts)
def test_any_text_is_read_back(english: str, chinese: str) -> None:
    original = read_questionnaire(SHIPPED[1])
    item = replace(original.items["IMAG1"], text=Text(english, chinese))
    changed = replace(original, title=item.text, items={**original.items, "IMAG1": item})
    read = reread(write_yaml(changed, opening=[english], comments={"IMAG1": [chinese]}))
    assert read.title == item.text
    assert read.items == changed.items


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_questionnaires_are_written_and_read_back(path: Path) -> None:
    original = read_questionnaire(path)
    read = reread(write_yaml(original))
    assert read.items == original.items
    assert read.blocks == original.blocks
