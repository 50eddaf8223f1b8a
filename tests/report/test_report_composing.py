from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from csi.model import diagnosis
from csi.model.fit import fit_model
from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import (
    Callout,
    Document,
    Figure,
    Flagged,
    Heading,
    Interval,
    Number,
    PValue,
    Range,
    Score,
    Table,
    Tiles,
)
from csi.report.findings import findings, leading_drivers
from csi.report.pdf import render_pdf
from csi.report.reading import Reading
from csi.report.texts import CATALOGUES
from csi.report.theme import Theme
from csi.report.wording import Wording

STUDIES = ("operators", "withheld", "industries")
Documents = dict[tuple[str, str], Document]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


@pytest.mark.parametrize("name", STUDIES)
def test_both_languages_carry_the_same_facts(name: str, documents: Documents) -> None:
    """Block by block the same kinds, and cell by cell the same numbers."""
    english, chinese = documents[name, "en"], documents[name, "zh"]
    assert [type(b) for b in english.blocks] == [type(b) for b in chinese.blocks]
    numeric = (Number, PValue, Interval, Score, Range)
    for left, right in zip(tables(english), tables(chinese), strict=True):
        cells = [
            [cell for row in table.rows for cell in row if isinstance(cell, numeric)]
            for table in (left, right)
        ]
        assert list(map(repr, cells[0])) == list(map(repr, cells[1]))


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_table_states_base_unit_and_interval(
    name: str, language: str, documents: Documents
) -> None:
    base, unit = ("Base", "Unit") if language == "en" else ("基数", "单位")
    interval = ("nterval", "nterval") if language == "en" else ("区间", "区间")
    for block in documents[name, language].blocks:
        if isinstance(block, Table):
            notes = " ".join(block.notes)
            assert base in notes
            assert unit in notes
            assert interval[0] in notes


@pytest.mark.parametrize("name", STUDIES)
def test_every_mark_has_its_rule(name: str, documents: Documents) -> None:
    for table in tables(documents[name, "en"]):
        scores = [cell for row in table.rows for cell in row if isinstance(cell, Score)]
        notes = " ".join(table.notes)
        if any(score.letters for score in scores):
            assert "Letters:" in notes
        if any(score.flag == "low" for score in scores):
            assert "†" in notes
        if any(score.flag == "suppressed" for score in scores):
            assert "–" in notes


@pytest.mark.parametrize("name", STUDIES)
def test_figures_have_alternative_texts_with_the_numbers(name: str, documents: Documents) -> None:
    figures = [b for b in documents[name, "en"].blocks if isinstance(b, Figure)]
    assert figures
    assert all(len(figure.alt) > 30 for figure in figures)


def test_the_index_table_holds_every_cell(operators: StudyResults, documents: Documents) -> None:
    reading = Reading(operators)
    table = next(t for t in tables(documents["operators", "en"]) if t.caption == "Index by group")
    assert len(table.rows) == 3
    assert [len(row) for row in table.rows] == [6, 6, 6]
    for row, line in zip(table.rows, (*reading.lines, None), strict=True):
        for cell, group in zip(row[1:-1], reading.groups, strict=True):
            assert isinstance(cell, Score)
            assert cell.letters == reading.letters(group, line)


def test_a_withheld_report_shows_no_path_as_a_driver(documents: Documents) -> None:
    document = documents["withheld", "en"]
    captions = [t.caption for t in tables(document)]
    assert not any("Path coefficients" in caption for caption in captions)
    assert "Parameters of the measurement model (the paths are withheld)" in captions
    parameters = tables(document)[-1]
    assert not any(" ~ " in str(row[0]) for row in parameters.rows)
    headers = {column.header for table in tables(document) for column in table.columns}
    assert "Importance" not in headers


def test_a_study_without_groups_has_no_group_sections(documents: Documents) -> None:
    titles = [b.text for b in documents["withheld", "en"].blocks if isinstance(b, Heading)]
    assert "Index scores" not in titles
    assert "Drivers" in titles


def test_suppressed_numbers_are_nowhere(operators: StudyResults, documents: Documents) -> None:
    """No cell carries the score of a group whose base is too small, at any precision."""
    frame = operators.indices["servicetype", "serviceprovider"].tidy()
    secret = {f"{v:.2f}" for v in frame[frame["flag"] == "suppressed"]["estimate"]}
    kept = {f"{v:.2f}" for v in frame[frame["flag"] != "suppressed"]["estimate"]}
    shown = {
        str(cell)
        for table in tables(documents["operators", "en"])
        for row in table.rows
        for cell in row
        if isinstance(cell, Number | Score)
    }
    assert shown & kept
    # other numbers may coincide with a secret one; most must be absent
    assert len(secret & shown) < 0.2 * len(secret)


def test_verdict_cells_stand_out_only_when_decided(documents: Documents) -> None:
    flagged = [
        cell
        for table in tables(documents["operators", "en"])
        for row in table.rows
        for cell in row
        if isinstance(cell, Flagged) and cell.text in ("higher", "lower", "no evidence")
    ]
    assert {(c.text, c.tone) for c in flagged} >= {("no evidence", "quiet")}
    assert all((c.tone == "accent") == (c.text != "no evidence") for c in flagged)


def test_a_fit_by_group_has_a_diagram_per_group(operators: StudyResults) -> None:
    fit = fit_model(operators.design, operators.questionnaire, by="servicetype")
    results = replace(operators, fit=fit)
    document = compose(results, "en", Theme())
    captions = [b.caption for b in document.blocks if isinstance(b, Figure)]
    assert "Standardised path coefficients, Prepaid" in captions
    assert "Standardised path coefficients, Contract" in captions
    headers = [[c.header for c in t.columns] for t in tables(document)]
    assert ["Measure", "Prepaid", "Contract", "Usual guide"] in headers


def test_the_tone_of_a_gap_follows_its_polarity(industries: StudyResults) -> None:
    """The same significant gap is bad news for a score and good news for a complaint rate."""
    tones = {}
    study = replace(industries.study, own=5001)
    for polarity in ("higher_is_better", "lower_is_better"):
        report = {"polarity": {"Satisfaction": polarity}}
        form = replace(industries.questionnaire, report=report)
        results = replace(industries, questionnaire=form, study=study)
        document = compose(results, "en", Theme())
        tiles = next(b for b in document.blocks if isinstance(b, Tiles)).tiles
        tones[polarity] = next(t.tone for t in tiles if t.label.startswith("Gap"))
    assert tones == {"higher_is_better": "bad", "lower_is_better": "good"}


def test_the_driver_section_quotes_no_withheld_path(documents: Documents) -> None:
    for language in ("en", "zh"):
        boxes = [b for b in documents["withheld", language].blocks if isinstance(b, Callout)]
        said = " ".join(" ".join((box.text, *box.items)) for box in boxes)
        assert "±1" in said
        assert "1.88" not in said


def test_every_finding_of_the_diagnosis_has_its_sentence(documents: Documents) -> None:
    """The codes that `csi.model.diagnosis` can give are worded in the catalogue."""
    source = Path(diagnosis.__file__).read_text("utf-8")
    codes = set(re.findall(r'Finding\(\s*"(\w+)"', source))
    assert len(codes) >= 8
    assert not [code for code in codes if f"diagnosis.{code}" not in CATALOGUES["en"]]


def test_only_the_chosen_sections_are_composed(operators: StudyResults) -> None:
    study = replace(operators.study, sections=("scores", "method"))
    document = compose(replace(operators, study=study), "en", Theme())
    titles = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1]
    assert titles == ["Index scores", "Method appendix"]


def test_every_line_has_a_page_with_its_short_boards(
    operators: StudyResults, documents: Documents
) -> None:
    document = documents["operators", "en"]
    titles = [b.text for b in document.blocks if isinstance(b, Heading) and b.new_page]
    lines = [operators.questionnaire.level_label("servicetype", code, "en") for code in (1, 2)]
    assert titles[1:] == lines
    boards = [t for t in tables(document) if "against the best competitor" in t.caption]
    assert len(boards) == len(lines)


def test_synthetic_answers_mark_every_page(operators: StudyResults) -> None:
    study = replace(operators.study, synthetic=True)
    for language in ("en", "zh"):
        document = compose(replace(operators, study=study), language, Theme())
        pages = PdfReader(io.BytesIO(render_pdf(document, Theme()))).pages
        mark = document.mark.split("：")[0].split(":")[0]
        assert all(mark in page.extract_text() for page in pages)


def test_drivers_that_tie_are_all_named(withheld: StudyResults) -> None:
    reading = Reading(withheld)
    leaders = leading_drivers(reading.drivers)
    assert len(leaders) > 1
    phrase = next(p for p in findings(reading) if p.key == "finding.drivers_lmg_share")
    for language in ("en", "zh"):
        words = Wording(reading.questionnaire, language)
        assert all(words.construct(d.term) in words.sentence(phrase) for d in leaders)


def test_low_bases_carry_their_dagger_in_the_summary(operators: StudyResults) -> None:
    document = compose(operators, "en", Theme())
    league = next(t for t in tables(document) if t.caption.startswith("Groups by index"))
    marked = any("\u2020" in str(cell) for row in league.rows for cell in row)
    assert marked == any("\u2020" in note for note in league.notes)
