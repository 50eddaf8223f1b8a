"""A screen reader can tell every book; the checker that tells is itself tried on broken ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from accessible import barriers
from tagged_pdf import Tag, TaggedPdf, read_tags


@pytest.fixture(scope="module")
def books(pdfs: dict[tuple[str, str], bytes]) -> dict[tuple[str, str], TaggedPdf]:
    return {key: read_tags(pdf) for key, pdf in pdfs.items()}


@pytest.mark.parametrize("name", ["operators", "withheld", "industries"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_keeps_a_reader_out(
    name: str, language: str, books: dict[tuple[str, str], TaggedPdf]
) -> None:
    book = books[name, language]
    assert sum(1 for _ in book.root.every("Table")) > 8
    assert sum(1 for _ in book.root.every("Figure")) > 1
    assert barriers(book) == []


def broken(tag: Tag, kind: str, change: dict[str, object]) -> Tag:
    """Return a structure in which every element of a kind is changed."""
    kids = tuple(broken(kid, kind, change) for kid in tag.kids)
    return replace(tag, kids=kids, **(change if tag.kind == kind else {}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("Figure", {"alt": None}, "Figure on page (3,) without an alternative text"),
        ("Figure", {"alt": "A 1.2 [0.9, 1.5]"}, "an alternative text that is no language: A 1.2"),
        ("Formula", {"alt": " "}, "without an alternative text"),
        ("TH", {"kind": "TD"}, "its head is not one row of column headers"),
        ("TH", {"scope": ""}, "its head is not one row of column headers"),
        ("TH", {"text": ""}, "a column without a name"),
        ("Caption", {"text": ""}, "a table without a caption on page (2,)"),
        ("H1", {"kind": "H2"}, "heading `Executive summary` of level 2 after one of level 0"),
        ("H2", {"text": "Other"}, "headings and bookmarks differ"),
        ("Link", {"text": ""}, "a link without words on page (1,)"),
    ],
)
def test_a_broken_book_is_noticed(
    kind: str, change: dict[str, object], said: str, books: dict[tuple[str, str], TaggedPdf]
) -> None:
    book = books["withheld", "en"]
    found = barriers(replace(book, root=broken(book.root, kind, change)))
    assert any(said in barrier for barrier in found), found


def test_text_outside_the_structure_is_noticed(books: dict[tuple[str, str], TaggedPdf]) -> None:
    book = replace(books["withheld", "en"], untagged=("stray",), language="de")
    assert barriers(book) == ["language `de`", "neither content nor decoration: 'stray'"]
