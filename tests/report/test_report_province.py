"""The book of the simulated province says what was planted, and nothing else that moved."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from accessible import barriers
from not_shown import left_out
from promised import Promise, bodies, faults, squeezed, unnoticed_changes
from promised_sections import promised_tables
from spoiled import shown, spoil, typed
from tagged_pdf import TaggedPdf, read_tags

import csi
from csi.errors import ReportWarning
from csi.report.book import StudyResults
from csi.report.cautions import cautions
from csi.report.composing import compose
from csi.report.document import format_interval, format_number
from csi.report.findings import findings
from csi.report.reading import Reading
from csi.report.slides.writing import render_slides
from csi.report.tables import render_workbook
from csi.report.theme import Theme
from csi.report.wording import Phrase, Wording

OWN, MOBILE, BROADBAND = 1, 2, 4
THREE_ERRORS = 0.6
"""Points: three standard errors, .20 each, of a third of the bias."""


@pytest.fixture(scope="module")
def books(province: StudyResults, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("province")
    return {
        language: csi.write_report(
            province, folder / f"{language}.pdf", language=language
        ).read_bytes()
        for language in ("en", "zh")
    }


@pytest.fixture(scope="module")
def tagged(books: dict[str, bytes]) -> dict[str, TaggedPdf]:
    return {language: read_tags(pdf) for language, pdf in books.items()}


@pytest.fixture(scope="module")
def phrases(province: StudyResults) -> tuple[Phrase, ...]:
    return findings(Reading(province))


def place(scope: Phrase) -> tuple[int, ...]:
    """Return the codes that a scope names."""
    levels = [scope.values.get(name) for name in ("line", "group")]
    return tuple(int(level.code) for level in levels if level is not None)  # type: ignore[attr-defined]


def test_what_moved_is_what_was_planted(phrases: tuple[Phrase, ...]) -> None:
    """Network falls for our mobile customers, and with it quality; our broadband is overtaken."""
    moved = {
        (place(p.values["scope"]), part.values["construct"].id, part.key.rsplit("_", 1)[1])  # type: ignore[attr-defined,arg-type]
        for p in phrases
        if p.key == "finding.moved"
        for part in p.values["changes"]  # type: ignore[attr-defined]
    }
    assert moved == {
        ((), "Satisfaction", "down"),
        ((BROADBAND,), "Satisfaction", "down"),
        ((OWN,), "Satisfaction", "down"),
        ((MOBILE, OWN), "Network", "down"),
        ((MOBILE, OWN), "Quality", "down"),
        ((BROADBAND, OWN), "Satisfaction", "down"),
        ((BROADBAND, OWN), "Complaints", "up"),
        ((BROADBAND, OWN), "Loyalty", "down"),
    }


def test_another_mix_of_customers_explains_a_part(phrases: tuple[Phrase, ...]) -> None:
    """Our fixed-line customers, who are the most satisfied, became broadband customers."""
    explained = [p for p in phrases if p.key == "finding.explained"]
    assert [place(p.values["scope"]) for p in explained] == [(), (OWN,)]  # type: ignore[arg-type]
    for phrase in explained:
        for part in ("mix", "level"):
            interval = phrase.values[f"{part}_interval"]
            assert interval.high < 0.0  # type: ignore[attr-defined]


def test_the_competitor_that_overtook(province: StudyResults) -> None:
    """Second in broadband a year ago, first now."""
    trend = next(t for t in province.trend if t.within == ("line", "operator"))
    rows = trend.tidy()
    rows = rows[(rows["line"] == BROADBAND) & (rows["term"] == "Satisfaction")]
    score = rows.set_index(["wave", "operator"])["estimate"]
    assert score["2025q1", OWN] > score["2025q1", 2]
    assert score["2026q1", OWN] < score["2026q1", 2] - 5


def test_a_gap_that_rests_on_a_biased_question_is_explained_with_it(
    phrases: tuple[Phrase, ...],
) -> None:
    """One of three questions is answered a point of ten higher: 100/9/3 points of the index."""
    told = [p for p in phrases if p.key.startswith("finding.gap_explained")]
    assert [p.key for p in told] == ["finding.gap_explained", "finding.gap_explained_unlike"]
    assert told[1].values["unlike"].value == pytest.approx(-100 / 9 / 3, abs=THREE_ERRORS)  # type: ignore[attr-defined]


def test_the_biased_question_is_found_and_its_gap_corrected(province: StudyResults) -> None:
    bias = province.invariances["operator"].item_bias()
    assert bias[["item", "operator"]].to_numpy().tolist() == [["SAT3", 3]]
    points = bias["estimate"].iloc[0]
    assert points == pytest.approx(100 / 9, abs=2.0)  # one point on 1 to 10


def test_the_reworded_question_breaks_its_own_series_only(province: StudyResults) -> None:
    broken = [p for p in cautions(Reading(province)) if p.key == "caution.broken_questions"]
    assert [[c.id for c in p.values["constructs"]] for p in broken] == [["Tariffs"]]  # type: ignore[attr-defined]


def test_the_weak_places_are_named(phrases: tuple[Phrase, ...]) -> None:
    low = next(p for p in phrases if p.key == "finding.regions_low")
    assert [int(level.code) for level in low.values["regions"]] == [5]  # type: ignore[attr-defined]
    boards = {
        (place(p.values["scope"]), p.values["element"].id)  # type: ignore[attr-defined,arg-type]
        for p in phrases
        if p.key == "finding.short_board"
    }
    assert ((MOBILE,), "Network") in boards


def test_both_languages_say_the_same_numbers(province: StudyResults) -> None:
    reading = Reading(province)
    labels = {wave.id: wave.label for wave in province.study.waves}
    english, chinese = (
        Wording(province.questionnaire, language, labels) for language in ("en", "zh")
    )
    for phrase in (*findings(reading), *cautions(reading)):
        figures = [
            sorted(re.findall(r"\d+\.\d+", words.sentence(phrase))) for words in (english, chinese)
        ]
        assert figures[0] == figures[1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_every_table_is_in_its_row(
    province: StudyResults, tagged: dict[str, TaggedPdf], language: str
) -> None:
    promise = Promise(province, language, province.tables())
    expected = promised_tables(promise)
    assert len(expected) >= 38
    assert not faults(expected, tagged[language])
    assert not left_out(promise)


def test_another_number_in_any_column_of_the_book_is_noticed(
    province: StudyResults, tagged: dict[str, TaggedPdf]
) -> None:
    expected = promised_tables(Promise(province, "en", province.tables()))
    for promise, body in zip(expected, bodies(expected, tagged["en"]), strict=True):
        assert body is not None
        assert list(unnoticed_changes(promise, body)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_keeps_a_reader_out(tagged: dict[str, TaggedPdf], language: str) -> None:
    assert barriers(tagged[language]) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_chart_alone_shows_is_in_its_text(
    province: StudyResults, tagged: dict[str, TaggedPdf], language: str
) -> None:
    """The two waterfalls print the parts of the change; a reader of the picture finds them."""
    parts = province.tables()["decomposition"]
    latest = parts["before"] == province.study.waves[-2].id
    ours = parts["line"].isna() & (parts["operator"].isna() | (parts["operator"] == OWN))
    charts = [squeezed(f.text) for f in tagged[language].root.every("Figure")]
    for _, row in parts[latest & ours & parts["by"].eq("") & parts["part"].ne("total")].iterrows():
        if abs(row["estimate"]) > 0.005:
            note = format_interval(row["conf_low"], row["conf_high"])
            sign = "+" if row["estimate"] > 0 else ""
            wanted = squeezed(f"{sign}{format_number(row['estimate'])}{note}")
            assert any(wanted in text for text in charts)


@pytest.mark.parametrize(("language", "mark"), [("en", "SYNTHETIC DATA"), ("zh", "模拟数据")])
def test_every_page_is_marked_and_every_section_there(
    tagged: dict[str, TaggedPdf], language: str, mark: str
) -> None:
    assert all(mark in page for page in tagged[language].pages)
    titles = {
        "en": ("What moved", "Quality elements", "Channel contact rates", "Regions"),
        "zh": ("有何变动", "质量要素", "渠道接触率", "地区"),
    }[language]
    assert set(titles) <= set(tagged[language].sections())
    assert {"en": "Waves and changes", "zh": "各期与变动"}[language] in [
        title for title, _, _ in tagged[language].headings
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_name_stands_in_every_table_as_typed(
    province: StudyResults, tmp_path: Path, language: str
) -> None:
    """The book of names that cannot all be shown is the book of what can be shown of them."""
    with pytest.warns(ReportWarning, match=r"No font has a glyph for .*U\+1F600"):
        path = csi.write_report(spoil(province, typed()), tmp_path / "b.pdf", language=language)
    book = read_tags(path.read_bytes())
    visible = spoil(province, shown())
    promise = Promise(visible, language, visible.tables())
    assert not faults(promised_tables(promise), book)
    study = visible.study
    for text in (study.title, study.client, study.fieldwork, study.population, study.mode):
        assert squeezed(text.to(language)) in squeezed("".join(book.pages))
    assert "U+1F600 GRINNING FACE" in book.pages[-1]
    assert "U+0308 COMBINING DIAERESIS" in book.pages[-1]
    charts = [squeezed(figure.text) for figure in book.root.every("Figure")]
    for code in visible.questionnaire.items["operator"].choices:
        label = squeezed(visible.questionnaire.level_label("operator", code, language))
        assert any(label[:9] in text for text in charts)


def test_any_name_is_a_text_in_the_workbook(province: StudyResults) -> None:
    spoiled = spoil(province, typed())
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(spoiled, "en")))
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert not [c.coordinate for c in cells if c.hyperlink and c.hyperlink.target]
    texts = {cell.value for cell in cells}
    for item in ("operator", "line", "region"):
        labels = [text.en for text in spoiled.questionnaire.items[item].choices.values()]
        assert {label for label in labels if "\x07" not in label} <= texts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_name_stands_on_slides_as_typed(province: StudyResults, language: str) -> None:
    pptx = pytest.importorskip("pptx", reason="slides need python-pptx (extra `slides`)")
    spoiled = spoil(province, typed())
    data = render_slides(compose(spoiled, language, Theme(), brief=True), Theme())
    slides = pptx.Presentation(io.BytesIO(data)).slides
    texts = "".join(
        part.text for slide in slides for shape in slide.shapes for part in text_parts(shape)
    )
    for code, text in spoiled.questionnaire.items["operator"].choices.items():
        assert squeezed(text.to(language).replace("\x07", "")) in squeezed(texts), code


def text_parts(shape: Any) -> list[Any]:
    """Return what has a text in a shape of a slide."""
    if shape.has_table:
        return [cell for row in shape.table.rows for cell in row.cells]
    return [shape.text_frame] if shape.has_text_frame else []
