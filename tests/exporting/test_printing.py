"""The printed form as PDF: every question, tagged, the same bytes again."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import pypdf
import pytest

from csi.exporting.export import export_questionnaire
from csi.exporting.printed.printing import print_questionnaire
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Language, Questionnaire

needs_font = pytest.mark.skipif(
    find_spec("justmytype_intl_cjk") is None, reason="the extra `zh` is not installed"
)
PROVINCE = Path(__file__).parents[2] / "questionnaires" / "telecom_province.yaml"


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_every_question_and_card_is_there(paper: Questionnaire) -> None:
    cover, *inside = pages(print_questionnaire(paper))
    assert "Interviewer number" in cover
    text = "\n".join(inside)
    for number, item in enumerate(
        item for item in paper.items.values() if item.role not in ("key", "psu", "weight")
    ):
        assert f"Q{number + 1} " in text
        assert f"{item.text.en} {item.id}" in text
    assert "ASK Q5–Q6 IF Q4 = 6–10 AND Q3 = 1 (Yes). OTHERWISE GO TO Q7." in text
    assert [page.split("\n")[0] for page in inside[-4:]] == [
        "Card 1 Q1",
        "Card 2 Q4–Q6",
        "Card 3 Q7",
        "Card 4 Q8",
    ]


def test_the_foot_says_which_edition_it_is(paper: Questionnaire) -> None:
    for number, page in enumerate(pages(print_questionnaire(paper)), start=1):
        assert paper.sha256[:12] in page
        assert f"Page {number} / " in page


def test_it_is_tagged_and_archivable(paper: Questionnaire) -> None:
    reader = pypdf.PdfReader(io.BytesIO(print_questionnaire(paper)))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en-GB"
    metadata = catalog["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.title == "On paper"


@needs_font
@pytest.mark.parametrize("language", ["en", "zh"])
def test_same_questionnaire_same_bytes(paper: Questionnaire, language: Language) -> None:
    first = print_questionnaire(paper, language=language)
    assert print_questionnaire(paper, language=language) == first


@needs_font
def test_a_long_questionnaire_in_chinese(tmp_path: Path) -> None:
    questionnaire = read_questionnaire(PROVINCE)
    path = export_questionnaire(questionnaire, tmp_path / "form.pdf", language="zh")
    text = "".join(pages(path.read_bytes())).replace("\n", "")
    for item in questionnaire.items.values():
        if item.role not in ("key", "weight"):
            assert item.text.zh.replace(" ", "") in text.replace(" ", ""), item.id
