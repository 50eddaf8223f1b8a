"""Read a tagged PDF as a screen reader does: its structure, with the text of every element."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdf

_TOKEN = re.compile(
    rb"(?P<text>\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*\)|<[0-9A-Fa-f\s]*>(?!>))"
    rb"|(?P<mark>/[^\s/<>\[\]()]+\s*(?:<<.*?>>\s*)?B[DM]C\b)"
    rb"|(?P<named>/[^\s/<>\[\]()]+\s+(?:[-.\d]+\s+Tf|Do)\b)"
    rb"|(?P<end>\bEMC\b)",
    re.DOTALL,
)
"""What matters in a page's description; pypdf reads all of it, which takes ten times as long."""

_IDENTIFIER = re.compile(rb"/MCID\s+(\d+)")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_RANGE = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CODE = re.compile(rb"<([0-9A-Fa-f]+)>")


@dataclass(frozen=True, kw_only=True)
class Tag:
    """One element of the structure tree; `pages` holds the pages of its text, from 1."""

    kind: str
    text: str
    pages: tuple[int, ...]
    alt: str | None
    scope: str
    kids: tuple[Tag, ...]

    def every(self, *kinds: str) -> Iterator[Tag]:
        """Yield this element and all below it that are of one of the kinds."""
        if self.kind in kinds or not kinds:
            yield self
        for kid in self.kids:
            yield from kid.every(*kinds)


@dataclass(frozen=True, kw_only=True)
class TaggedPdf:
    """`untagged` holds texts that are neither in the structure nor marked as decoration.

    `pages` has all text of each page, running headers too.
    """

    root: Tag
    language: str
    headings: tuple[tuple[str, int, int], ...]
    untagged: tuple[str, ...]
    pages: tuple[str, ...]

    def sections(self) -> dict[str, list[Tag]]:
        """Return what stands under each heading of the first level, in reading order."""
        found: dict[str, list[Tag]] = {}
        title = ""
        for tag in self.root.kids:
            if tag.kind == "H1":
                title = tag.text
            found.setdefault(title, []).append(tag)
        return found

    def pages_of(self, title: str) -> tuple[int, int]:
        """Return the first and the last page of a section, by the bookmarks."""
        places = [(t, page) for t, page, level in self.headings if level == 1]
        first = next(number for number, (t, _) in enumerate(places) if t == title)
        last = places[first + 1][1] if first + 1 < len(places) else 10_000
        return places[first][1], last


@dataclass
class _Content:
    """Text by page and marked-content identifier."""

    marked: dict[tuple[int, int], str] = field(default_factory=lambda: defaultdict(str))
    untagged: list[str] = field(default_factory=list)


def read_tags(pdf: bytes) -> TaggedPdf:
    """Return the structure of a PDF whose fonts are all composite, as Typst writes them."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    numbers = {page.indirect_reference.idnum: i for i, page in enumerate(reader.pages, start=1)}
    content = _Content()
    maps: dict[int, dict[int, str]] = {}
    for number, page in enumerate(reader.pages, start=1):
        _read_stream(
            page.get_contents().get_data(), page["/Resources"], number, content, maps, None
        )
    root = reader.trailer["/Root"]
    top = root["/StructTreeRoot"]["/K"]
    return TaggedPdf(
        root=_tag(top if not isinstance(top, list) else top[0], 0, numbers, content),
        language=str(root["/Lang"]),
        headings=tuple(_bookmarks(reader, reader.outline, 1)),
        untagged=tuple(content.untagged),
        pages=tuple(
            "".join(text for (page, _), text in content.marked.items() if page == number)
            for number in range(1, len(reader.pages) + 1)
        ),
    )


def data_rows(table: Tag) -> list[tuple[Tag, ...]]:
    """Return the cells of a table's rows, without the notes below them.

    A cell without text that stands before the first column keeps rows together on a page.
    """
    width = sum(len(row.kids) for part in table.every("THead") for row in part.kids)
    rows = [row.kids for part in table.every("TBody") for row in part.every("TR")]
    if rows and len(rows[-1]) == 1:
        rows.pop()
    return [row[1:] if len(row) == width + 1 and not row[0].text.strip() else row for row in rows]


def _read_stream(
    stream: bytes,
    resources: Any,
    page: int,
    content: _Content,
    maps: dict[int, dict[int, str]],
    inside: int | None,
) -> None:
    """Collect text under the innermost identifier; -1 stands for decoration."""
    stack: list[int | None] = [inside]
    glyphs: dict[int, str] = {}
    for found in _TOKEN.finditer(stream):
        token = found.group()
        if found.lastgroup == "text":
            text = _decoded(token, glyphs)
            if stack[-1] is None:
                content.untagged.append(text)
            else:
                content.marked[page, stack[-1]] += text
        elif found.lastgroup == "mark":
            stack.append(_identifier(token, stack[-1]))
        elif found.lastgroup == "end":
            stack.pop()
        elif token.endswith(b"Tf"):
            glyphs = _glyphs(resources["/Font"][token.split()[0].decode()], maps)
        else:
            form = resources["/XObject"][token.split()[0].decode()].get_object()
            if form["/Subtype"] == "/Form":
                own = form.get("/Resources", resources)
                _read_stream(form.get_data(), own, page, content, maps, stack[-1])


def _identifier(token: bytes, outer: int | None) -> int | None:
    if token.startswith(b"/Artifact"):
        return -1
    found = _IDENTIFIER.search(token)
    return int(found.group(1)) if found else outer


def _glyphs(font: Any, maps: dict[int, dict[int, str]]) -> dict[int, str]:
    """Return the characters of a font's glyphs, from its ToUnicode table."""
    font = font.get_object()
    key = font["/ToUnicode"].indirect_reference.idnum if "/ToUnicode" in font else -1
    if key not in maps:
        table = font["/ToUnicode"].get_data() if key >= 0 else b""
        maps[key] = {}
        for kind, body in _RANGE.findall(table):
            codes = [bytes.fromhex(code.decode()) for code in _CODE.findall(body)]
            assert kind == b"char", "a table of ranges: teach this reader to read them"
            for code, text in zip(codes[::2], codes[1::2], strict=True):
                maps[key][int.from_bytes(code)] = text.decode("utf-16-be")
    return maps[key]


def _decoded(token: bytes, glyphs: dict[int, str]) -> str:
    raw = token[1:-1]
    if token.startswith(b"<"):
        raw = bytes.fromhex(raw.decode())
    elif b"\\" in raw:
        raw = _ESCAPE.sub(_unescaped, raw)
    codes = (int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2))
    return "".join(glyphs.get(code, "\ufffd") for code in codes)


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found.group(1)
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPED.get(code, code)


def _tag(node: Any, page: int, numbers: dict[int, int], content: _Content) -> Tag:
    node = node.get_object()
    if "/Pg" in node:
        page = numbers[node.raw_get("/Pg").idnum]
    inner = node.get("/K", [])
    kids: list[Tag] = []
    text, pages = "", set()
    for kid in inner if isinstance(inner, list) else [inner]:
        kid = kid.get_object()
        if isinstance(kid, int):
            text += content.marked[page, int(kid)]
            pages.add(page)
        elif kid.get("/Type") == "/MCR":
            place = numbers[kid.raw_get("/Pg").idnum] if "/Pg" in kid else page
            text += content.marked[place, int(kid["/MCID"])]
            pages.add(place)
        elif kid.get("/Type") != "/OBJR":
            child = _tag(kid, page, numbers, content)
            kids.append(child)
            text += child.text
            pages.update(child.pages)
    return Tag(
        kind=str(node["/S"])[1:],
        text=text,
        pages=tuple(sorted(pages)),
        alt=str(node["/Alt"]) if "/Alt" in node else None,
        scope=_scope(node),
        kids=tuple(kids),
    )


def _scope(node: Any) -> str:
    attributes = node.get("/A", [])
    parts = attributes if isinstance(attributes, list) else [attributes]
    return next((str(p.get_object()["/Scope"]) for p in parts if "/Scope" in p.get_object()), "")


def _bookmarks(
    reader: pypdf.PdfReader, entries: list[Any], level: int
) -> Iterator[tuple[str, int, int]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _bookmarks(reader, entry, level + 1)
        else:
            number = reader.get_destination_page_number(entry)
            assert number is not None
            yield str(entry.title), number + 1, level
