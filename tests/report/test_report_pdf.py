from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest

from csi.errors import ReportError, ReportWarning
from csi.questionnaire.schema import Text
from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import Document, Figure, Heading, Paragraph, Table
from csi.report.pdf import render_pdf
from csi.report.slides.writing import render_slides
from csi.report.theme import Theme

STUDIES = ("operators", "withheld", "industries")
LANGUAGES = ("en", "zh")
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
    '<rect width="9" height="9"/></svg>'
)
Pdfs = dict[tuple[str, str], bytes]
Documents = dict[tuple[str, str], Document]


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in reader(pdf).pages)


@pytest.fixture(scope="module")
def texts(pdfs: Pdfs) -> dict[tuple[str, str], str]:
    return {key: text_of(pdf) for key, pdf in pdfs.items()}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def alternatives(node: Any) -> list[str]:
    """Every /Alt of a structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    found: list[str] = []
    if isinstance(node, list):
        for kid in node:
            found += alternatives(kid)
    elif isinstance(node, dict):
        if "/Alt" in node:
            found.append(str(node["/Alt"]))
        if "/K" in node:
            found += alternatives(node["/K"])
    return found


@pytest.mark.parametrize("name", STUDIES)
def test_chinese_is_searchable_also_inside_charts(
    name: str, texts: dict[tuple[str, str], str]
) -> None:
    text = squeezed(texts[name, "zh"])
    assert "执行摘要" in text
    assert "满意度" in text
    for label in {"operators": ["运营商甲", "改进区"], "withheld": ["感知质量"]}.get(name, []):
        assert label in text


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bookmarks_are_the_headings(
    name: str, language: str, pdfs: Pdfs, documents: Documents
) -> None:
    def titles(entries: list[Any]) -> list[str]:
        return [
            title
            for entry in entries
            for title in (titles(entry) if isinstance(entry, list) else [str(entry.title)])
        ]

    headings = [b.text for b in documents[name, language].blocks if isinstance(b, Heading)]
    assert titles(reader(pdfs[name, language]).outline) == headings


@pytest.mark.parametrize("name", STUDIES)
def test_every_figure_has_an_alternative_text(name: str, pdfs: Pdfs, documents: Documents) -> None:
    root = reader(pdfs[name, "en"]).trailer["/Root"]
    found = alternatives(root["/StructTreeRoot"])
    wanted = [b.alt for b in documents[name, "en"].blocks if isinstance(b, Figure)]
    assert wanted
    assert all(alt in found for alt in wanted)


def test_the_file_declares_its_standards_and_language(pdfs: Pdfs) -> None:
    root = reader(pdfs["operators", "zh"]).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "pdfaid:part" in metadata
    assert "pdfuaid:part" in metadata
    assert str(root["/Lang"]).startswith("zh")
    assert root["/MarkInfo"]["/Marked"]


def test_same_results_same_bytes(operators: StudyResults, pdfs: Pdfs) -> None:
    document = compose(operators, "zh", Theme(name="Agency"))
    assert render_pdf(document, Theme(name="Agency")) == pdfs["operators", "zh"]


def test_names_are_never_markup(withheld: StudyResults) -> None:
    name = "$5 *x* #let <a> @ref // [y] \\n _u_"
    study = replace(withheld.study, client=Text(name, name), title=Text(name, name))
    results = replace(withheld, study=study)
    for language in LANGUAGES:
        pdf = render_pdf(compose(results, language, Theme()), Theme())
        assert squeezed(name) in squeezed(text_of(pdf))


def test_a_character_without_a_glyph_is_replaced_and_named(documents: Documents) -> None:
    document = documents["withheld", "en"]
    strange = replace(document, blocks=(*document.blocks, Paragraph("Brand \U0001f600 㐂 镕")))
    with pytest.warns(ReportWarning, match=r"No font has a glyph for 😀 \(U\+1F600\): shown as □"):
        pdf = render_pdf(strange, Theme())
    text = text_of(pdf)
    assert "□" in text
    assert "镕" in text


def test_our_reports_need_no_replacement(texts: dict[tuple[str, str], str]) -> None:
    assert not [key for key, text in texts.items() if "□" in text]


def test_a_missing_brand_font_is_named(documents: Documents) -> None:
    with pytest.warns(ReportWarning, match="unknown font family: acme sans"):
        render_pdf(documents["withheld", "en"], Theme(families=("Acme Sans",)))


def test_an_agency_brings_its_own_template_and_logo(documents: Documents, tmp_path: Path) -> None:
    (tmp_path / "ours.typ").write_text(
        '#import "part.typ": hello\n#let doc = json(sys.inputs.document)\n'
        '#set document(title: doc.title)\n#set text(font: "CSI Sans")\n'
        '#hello #doc.title #image(doc.theme.logo, alt: "Logo")'
    )
    (tmp_path / "part.typ").write_text('#let hello = "House style"')
    (tmp_path / "brand.svg").write_text(LOGO)
    theme = Theme(template=tmp_path / "ours.typ", logo=tmp_path / "brand.svg")
    assert "House style" in text_of(render_pdf(documents["withheld", "en"], theme))


def test_our_template_shows_a_logo(documents: Documents, tmp_path: Path) -> None:
    logo = tmp_path / "brand.svg"
    logo.write_text(LOGO)
    pdf = render_pdf(documents["withheld", "en"], Theme(name="Agency", logo=logo))
    assert "Agency" in alternatives(reader(pdf).trailer["/Root"]["/StructTreeRoot"])


def test_a_broken_template_is_named(documents: Documents, tmp_path: Path) -> None:
    template = tmp_path / "broken.typ"
    template.write_text("#nothing-like-this")
    with pytest.raises(ReportError, match=r"The template `.*broken.typ` cannot be set: unknown"):
        render_pdf(documents["withheld", "en"], Theme(template=template))


def test_eight_hundred_rows_repeat_their_header(documents: Documents) -> None:
    from csi.report.document import Column, Number

    table = Table(
        caption="Long",
        columns=(Column("Unusual header", width=1), Column("Value", "right")),
        rows=tuple((f"row {i}", Number(i, 0)) for i in range(800)),
        notes=("Base: none.",),
        dense=True,
    )
    document = replace(documents["withheld", "en"], blocks=(Heading("One"), table))
    pages = [page.extract_text() for page in reader(render_pdf(document, Theme())).pages]
    assert len(pages) > 10
    assert all("Unusual header" in page for page in pages)


def test_a_word_longer_than_a_column_stays_on_the_page(withheld: StudyResults) -> None:
    """A name without a space breaks; a hash, which readers copy, does not change."""
    name = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    study = replace(withheld.study, client=Text(name, name), title=Text(name, name))
    results = replace(withheld, study=study)
    pdf = render_pdf(compose(results, "en", Theme()), Theme())
    found = text_of(pdf)
    assert squeezed(name) in squeezed(found.replace("\u200b", ""))
    assert "ab" * 32 in squeezed(found)
    assert name[:6] + "\u200b" + name[6:12] in squeezed(found)


def test_slides_take_a_title_of_any_length(withheld: StudyResults) -> None:
    pytest.importorskip("pptx", reason="slides need python-pptx (extra `slides`)")
    results = replace(withheld, study=replace(withheld.study, title=Text("long " * 90)))
    assert render_slides(compose(results, "en", Theme(), brief=True), Theme())
