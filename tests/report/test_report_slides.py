"""Slides: native where they can be, described, the same bytes each time, in the user's template."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from csi.errors import ReportError
from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import Column, Document, Heading, Score, Table
from csi.report.slides.deck import EAST_ASIAN_FONT
from csi.report.slides.plan import plan_slides
from csi.report.slides.writing import render_slides
from csi.report.theme import Theme
from csi.report.writing import write_report

pptx = pytest.importorskip("pptx", reason="slides need python-pptx (extra `slides`)")


@pytest.fixture(scope="module")
def deck(operators: StudyResults) -> bytes:
    return render_slides(compose(operators, "zh", Theme(), brief=True), Theme())


def opened(data: bytes):  # type: ignore[no-untyped-def]
    return pptx.Presentation(io.BytesIO(data))


def test_every_slide_has_a_title_and_every_shape_a_text(deck: bytes) -> None:
    slides = opened(deck).slides
    assert len(slides) > 8
    for slide in slides:
        assert slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            if shape.has_table or shape.has_chart or shape.shape_type == 13:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")


def test_tables_and_charts_are_native(operators: StudyResults, deck: bytes) -> None:
    shapes = [shape for slide in opened(deck).slides for shape in slide.shapes]
    assert sum(shape.has_chart for shape in shapes) >= 2
    texts = {
        cell.text
        for shape in shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    }
    index = operators.indices[()].tidy()
    value = index.loc[index["term"] == operators.index_construct, "estimate"].item()
    assert any(text.startswith(f"{value:.1f}") for text in texts)


def test_chinese_has_a_font_in_the_theme(deck: bytes) -> None:
    presentation = opened(deck)
    theme = next(
        part for part in presentation.part.package.iter_parts() if "theme" in str(part.partname)
    )
    assert f'<a:ea typeface="{EAST_ASIAN_FONT}"/>' in theme.blob.decode()


def test_the_same_results_give_the_same_bytes(operators: StudyResults, deck: bytes) -> None:
    assert render_slides(compose(operators, "zh", Theme(), brief=True), Theme()) == deck


def test_a_template_of_the_user_keeps_its_size(operators: StudyResults, tmp_path: Path) -> None:
    own = pptx.Presentation()
    own.slides.add_slide(own.slide_layouts[0])
    own.save(str(tmp_path / "brand.pptx"))
    theme = Theme(slides=tmp_path / "brand.pptx")
    made = opened(render_slides(compose(operators, "en", theme, brief=True), theme))
    assert made.slide_width == own.slide_width
    assert made.slides[0].shapes.title.text_frame.text == operators.study.title.en


def test_a_broken_template_is_named(operators: StudyResults, tmp_path: Path) -> None:
    (tmp_path / "brand.pptx").write_text("no")
    theme = Theme(slides=tmp_path / "brand.pptx")
    with pytest.raises(ReportError, match=r"brand\.pptx` is not a presentation that can be opened"):
        render_slides(compose(operators, "en", theme, brief=True), theme)


def test_the_ending_pptx_makes_slides(operators: StudyResults, tmp_path: Path) -> None:
    path = write_report(operators, tmp_path / "report.pptx")
    assert opened(path.read_bytes()).core_properties.title == operators.study.title.en


def test_long_tables_run_over_several_slides() -> None:
    score = Score(1.0, 0.5, 1.5, 100)
    table = Table(
        caption="t", columns=(Column("a"), Column("b")), rows=(("x", score),) * 30, notes=("n",),
        strong=frozenset({29}),
    )  # fmt: skip
    document = Document(
        language="en", title="", period="", author="", confidential="",
        blocks=(Heading("H"), table),
    )  # fmt: skip
    parts = [slide.table for slide in plan_slides(document) if slide.table]
    assert [row for part in parts for row in part.rows] == list(table.rows)
    assert len(parts) > 2
    assert parts[-1].strong == {len(parts[-1].rows) - 1}
