"""Slides: native where they can be, described, the same bytes each time, in the user's template."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from csi.errors import ReportError
from csi.report.book import StudyResults
from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.charts.waterfall import WaterfallChart, WaterfallStep
from csi.report.composing import compose
from csi.report.document import (
    Block,
    Bullets,
    Column,
    Document,
    Heading,
    Interval,
    Number,
    Score,
    Table,
)
from csi.report.figures import Chart
from csi.report.slides.charts import add_native_chart
from csi.report.slides.deck import Deck
from csi.report.slides.fitting import Room, column_widths, fit_table, text_width
from csi.report.slides.plan import plan_slides
from csi.report.slides.tables import add_table
from csi.report.slides.template import EAST_ASIAN_FONT, TABLE_STYLE
from csi.report.slides.writing import render_slides
from csi.report.theme import Theme
from csi.report.writing import write_report

pptx = pytest.importorskip("pptx", reason="slides need python-pptx (extra `slides`)")


@pytest.fixture(scope="module")
def deck(operators: StudyResults) -> bytes:
    return render_slides(compose(operators, "zh", Theme(), brief=True), Theme())


def opened(data: bytes):  # type: ignore[no-untyped-def]
    return pptx.Presentation(io.BytesIO(data))


def test_every_slide_has_a_title_of_its_own_and_every_shape_a_text(deck: bytes) -> None:
    slides = opened(deck).slides
    assert len(slides) > 8
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    for slide in slides:
        for shape in slide.shapes:
            if shape.has_table or shape.has_chart or shape.shape_type == 13:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")


def test_a_reader_hears_the_title_first_and_the_number_last(deck: bytes) -> None:
    for slide in list(opened(deck).slides)[1:]:
        names = [shape.name for shape in slide.shapes]
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id
        assert "Slide Number" in names[-1]
        kinds = [shape.has_table or shape.has_chart for shape in slide.shapes]
        assert not any(kinds[-2:])


def test_slides_are_numbered_and_named_by_section(deck: bytes) -> None:
    file = opened(deck)
    for slide in list(file.slides)[1:]:
        assert slide.shapes._spTree.xpath('.//a:fld[@type="slidenum"]')
    sections = file.part._element.xpath('.//*[local-name()="section"]')
    listed = file.part._element.xpath('.//*[local-name()="section"]//*[local-name()="sldId"]')
    assert len(sections) > 4
    assert [int(each.get("id")) for each in listed] == [slide.slide_id for slide in file.slides]


def test_the_first_row_of_a_table_is_its_head(deck: bytes) -> None:
    tables = [s.table for slide in opened(deck).slides for s in slide.shapes if s.has_table]
    assert {table._tbl.tblPr.xpath("./a:tableStyleId")[0].text for table in tables} == {TABLE_STYLE}
    assert sum(table.first_row and table.first_col for table in tables) > 5
    facts = [table for table in tables if not table.first_row]
    assert all(len(table.columns) == 2 for table in facts)


def test_nothing_is_set_outside_a_slide(deck: bytes) -> None:
    file = opened(deck)
    for slide in file.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= file.slide_width
            assert 0 <= shape.top <= shape.top + shape.height <= file.slide_height


def test_synthetic_answers_are_marked_on_every_slide(operators: StudyResults) -> None:
    study = replace(operators.study, synthetic=True)
    document = compose(replace(operators, study=study), "en", Theme(), brief=True)
    for slide in opened(render_slides(document, Theme())).slides:
        assert any(s.has_text_frame and s.text_frame.text == document.mark for s in slide.shapes)


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


@pytest.mark.parametrize("wide", [False, True])
def test_a_template_of_the_user_keeps_its_size(
    operators: StudyResults, tmp_path: Path, wide: bool
) -> None:
    own = pptx.Presentation()
    if wide:
        own.slide_width, own.slide_height = 12_192_000, 6_858_000
    own.slides.add_slide(own.slide_layouts[0])
    made = opened(_in_template(operators, own, tmp_path))
    assert made.slide_width == own.slide_width
    assert made.slides[0].shapes.title.text_frame.text == operators.study.title.en
    for slide in made.slides:
        assert all(p.text_frame.text for p in slide.placeholders)


def test_a_template_without_titles_gets_titles(operators: StudyResults, tmp_path: Path) -> None:
    own = pptx.Presentation()
    for holder in (own.slide_master, *own.slide_layouts):
        for shape in list(holder.placeholders):
            shape._element.getparent().remove(shape._element)
    made = opened(_in_template(operators, own, tmp_path))
    assert all(slide.shapes.title.text_frame.text for slide in made.slides)


def test_a_template_keeps_no_list_of_slides_that_are_gone(
    operators: StudyResults, tmp_path: Path
) -> None:
    made = opened(_in_template(operators, pptx.Presentation(), tmp_path))
    again = opened(_in_template(operators, made, tmp_path))
    assert len(again.part._element.xpath('.//*[local-name()="sectionLst"]')) == 1


def test_a_template_without_layouts_is_named(operators: StudyResults, tmp_path: Path) -> None:
    own = pptx.Presentation()
    for layout in list(own.slide_layouts):
        own.slide_layouts.remove(layout)
    with pytest.raises(ReportError, match=r"brand\.pptx` has no slide layout.*Slide Master"):
        _in_template(operators, own, tmp_path)


def _in_template(results: StudyResults, own, folder: Path) -> bytes:  # type: ignore[no-untyped-def]
    own.save(str(folder / "brand.pptx"))
    theme = Theme(slides=folder / "brand.pptx")
    return render_slides(compose(results, "en", theme, brief=True), theme)


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
    assert len(parts) > 1
    assert parts[-1].strong == {len(parts[-1].rows) - 1}


@pytest.mark.parametrize("count", [22, 23, 24, 45, 46, 47])
def test_no_row_stands_alone_on_its_slide(count: int) -> None:
    table = Table(caption="t", columns=(Column("a"),), rows=(("x",),) * count, notes=())
    parts = [len(part.table.rows) for part in fit_table(table, Room(900, 300))]
    assert sum(parts) == count
    assert len(parts) > 1
    assert max(parts) - min(parts) <= 2


def test_text_shrinks_before_a_table_is_cut() -> None:
    table = Table(caption="t", columns=(Column("a"),), rows=(("x",),) * 15, notes=())
    (part,) = fit_table(table, Room(900, 250))
    assert part.size == 9


def test_columns_leave_room_for_their_longest_word_and_number() -> None:
    columns = (Column("Driver"), Column("Importance"), Column("95 % interval"))
    rows = (("a long name of several words " * 4, Number(-12.8), Interval(-10.5, 12.5)),)
    table = Table(caption="", columns=columns, rows=rows, notes=())
    widths = column_widths(table, 12, 400)
    assert sum(widths) == pytest.approx(400)
    assert widths[1] > text_width("Importance", 12)
    assert widths[2] > text_width("[\u221210.5, 12.5]", 12)


def test_findings_above_a_table_become_its_title() -> None:
    finding = "B scores higher than A (by 9.4 points [6.8, 12.1], p < 0.001)."
    slide = plan_slides(_document(Heading("H"), Bullets((finding,)), _TABLE))[0]
    assert slide.title == "B scores higher than A (by 9.4 points)"
    assert slide.lead == (finding,)
    assert slide.caption == "Scores"


def test_findings_of_one_section_never_stand_in_another() -> None:
    blocks = (Heading("One"), Bullets(("f",)), Heading("Two"), _TABLE)
    first, second = plan_slides(_document(*blocks))
    assert [point.text for point in first.points] == ["f"]
    assert (first.section, second.section) == ("One", "Two")
    assert not second.lead


def test_slides_with_one_title_are_told_apart() -> None:
    many = replace(_TABLE, rows=(("x",),) * 60)
    slides = plan_slides(_document(Heading("One"), _TABLE, Heading("Two"), many))
    titles = [slide.title for slide in slides]
    assert titles[:2] == ["Scores · One", "Scores · Two (1/3)"]
    assert len(set(titles)) == len(titles)


def test_the_parts_of_a_change_start_at_zero() -> None:
    steps = (
        WaterfallStep(label="mix", value=-1.5, low=-2.0, high=-1.0, note="", tone="bad"),
        WaterfallStep(label="=1+1", value=0.5, low=-0.5, high=1.5, note=""),
    )
    made = _chart(
        WaterfallChart(before=("Q1", 70.0, ""), after=("Q2", 69.0, ""), steps=steps, axis="x")
    )
    assert list(made.plots[0].series[0].values) == [-1.0, 0.5, -1.5]
    assert made.value_axis.minimum_scale <= -2
    assert made.value_axis.maximum_scale >= 1.5
    assert made._chartSpace.xpath(".//c:errBars")
    book = openpyxl.load_workbook(io.BytesIO(made.part.chart_workbook.xlsx_part.blob))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}


def test_a_forest_chart_keeps_scores_and_intervals() -> None:
    rows = (
        IntervalRow(label="A", value=60.0, low=58.0, high=63.0, series=0, note="60.0 n = 40"),
        IntervalRow(label="B", value=math.nan, low=math.nan, high=math.nan, series=1),
    )
    chart = IntervalChart(groups=(IntervalGroup(title="", rows=rows),), axis="x", series=2)
    made = _chart(chart)
    assert list(made.plots[0].categories) == ["A\nn = 40", "B"]
    assert list(made.plots[0].series[0].values) == [60.0, None]
    bars = made.plots[0].series[0]._element.xpath(".//c:errBars//c:v/text()")
    assert [float(text) for text in bars] == [3.0, 2.0]


_TABLE = Table(caption="Scores", columns=(Column("a"),), rows=(("x",),), notes=())


def _document(*blocks: Block) -> Document:
    return Document(language="en", title="", period="", author="", confidential="", blocks=blocks)


def _chart(chart: Chart):  # type: ignore[no-untyped-def]
    deck = Deck(Theme(), "en")
    add_native_chart(deck.add("t"), chart, deck.area, deck)
    slide = opened(deck.bytes("t", "")).slides[0]
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def test_a_list_that_goes_on_repeats_its_head() -> None:
    blocks = [Heading("One"), Heading("First", 3), Bullets(("a",) * 4)]
    blocks += [Heading("Second", 3), Bullets(tuple(f"long {i} " * 20 for i in range(12)))]
    slides = plan_slides(_document(*blocks))
    assert len(slides) > 1
    assert slides[0].points[0].text == "First"
    assert all(slide.points[0].text == "Second" for slide in slides[1:])
    assert not any(slide.points[-1].head for slide in slides)
    texts = [point.text for slide in slides for point in slide.points if not point.head]
    assert len(texts) == 16


def test_a_head_above_one_giant_statement_does_not_stand_alone() -> None:
    blocks = (Heading("One"), Heading("Head", 3), Bullets(("x" * 9000,)))
    (slide,) = plan_slides(_document(*blocks))
    assert [point.head for point in slide.points] == [True, False]


def test_an_empty_cell_is_no_higher_than_its_row() -> None:
    deck = Deck(Theme(), "en")
    table = Table(caption="", columns=(Column("a"),), rows=(("",),), notes=())
    frame = add_table(deck.add("t"), table, 9, deck.area, deck)
    assert frame.table.cell(1, 0)._tc.xpath(".//a:endParaRPr/@sz") == ["900"]


def test_sections_that_a_study_leaves_out_have_no_slides(operators: StudyResults) -> None:
    study = replace(operators.study, sections=("cover", "scores"))
    document = compose(replace(operators, study=study), "en", Theme(), brief=True)
    slides = plan_slides(document)
    assert {slide.section for slide in slides[1:]} == {slides[1].section}
