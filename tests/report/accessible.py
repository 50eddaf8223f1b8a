"""What a tagged PDF must have so that a screen reader can tell it: PDF/UA-1, and good sense."""

from __future__ import annotations

from collections.abc import Iterator

from tagged_pdf import Tag, TaggedPdf, data_rows


def barriers(pdf: TaggedPdf) -> list[str]:
    """Return what keeps a reader out, in words; nothing for a book that everybody can read."""
    return [
        *([] if pdf.language in ("en-GB", "zh-CN") else [f"language `{pdf.language}`"]),
        *(f"neither content nor decoration: {text!r}" for text in pdf.untagged if text.strip()),
        *_headings(pdf),
        *(fault for table in pdf.root.every("Table") for fault in _table(table)),
        *(fault for picture in pdf.root.every("Figure", "Formula") for fault in _picture(picture)),
        *(f"a link without words on page {link.pages}" for link in pdf.root.every("Link")
          if not link.text.strip()),
    ]  # fmt: skip


def _headings(pdf: TaggedPdf) -> Iterator[str]:
    """A level is never skipped, and each heading has its bookmark."""
    tags = list(pdf.root.every("H1", "H2", "H3", "H4"))
    before = 0
    for tag in tags:
        level = int(tag.kind[1:])
        if level > before + 1:
            yield f"heading `{tag.text}` of level {level} after one of level {before}"
        before = level
    if _words([tag.text for tag in tags]) != _words([title for title, _, _ in pdf.headings]):
        yield "headings and bookmarks differ"


def _table(table: Tag) -> Iterator[str]:
    caption = next((kid.text for kid in table.kids if kid.kind == "Caption"), "")
    head = [row for part in table.kids if part.kind == "THead" for row in part.kids]
    body = data_rows(table)
    if not caption.strip():
        yield f"a table without a caption on page {table.pages}"
    if len(head) != 1 or any(cell.kind != "TH" or cell.scope != "/Column" for cell in head[0].kids):
        yield f"{caption}: its head is not one row of column headers"
        return
    if any(not cell.text.strip() for cell in head[0].kids):
        yield f"{caption}: a column without a name"
    if any(len(row) != len(head[0].kids) for row in body):
        yield f"{caption}: rows of unequal length"
    if any(not "".join(cell.text for cell in row).strip() for row in body):
        yield f"{caption}: an empty row"


def _picture(picture: Tag) -> Iterator[str]:
    """A picture has a text that is language: at least half of it letters, no list of numbers."""
    alt = picture.alt or ""
    letters = sum(character.isalpha() for character in alt)
    if not alt.strip():
        yield f"{picture.kind} on page {picture.pages} without an alternative text"
    elif picture.kind == "Figure" and letters < 0.5 * len(alt):
        yield f"an alternative text that is no language: {alt}"


def _words(texts: list[str]) -> list[str]:
    return ["".join(text.split()) for text in texts]
