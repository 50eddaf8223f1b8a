"""A presentation being built: its slides, the room on them, and text in the deck's language."""

from __future__ import annotations

import copy
import io
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from csi.report.slides.archive import fixed_archive
from csi.report.slides.fitting import Room, lines_of
from csi.report.slides.template import (
    EAST_ASIAN_FONT,
    Role,
    find_layout,
    open_template,
    table_style,
)
from csi.report.theme import Theme

POINT = 12_700
"""English Metric Units in a point, 1/72 inch."""

_MOST = 255
"""Characters that a property of the file may have."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a slide, in English Metric Units (914,400 to the inch)."""

    left: int
    top: int
    width: int
    height: int

    def below(self, used: int) -> Box:
        """Return what is left under the first ``used`` units."""
        return Box(self.left, self.top + used, self.width, max(self.height - used, 0))


class Deck:
    """A presentation with a theme, and helpers that write into it.

    Parameters
    ----------
    theme : Theme
        Its colours become those of the presentation, unless it names a template of its own.
    language : {"en", "zh"}
    """

    def __init__(self, theme: Theme, language: str) -> None:
        self.theme = theme
        self.language = language
        self.own = theme.slides is None
        self.file: Any = open_template(theme)
        self.width, self.height = int(self.file.slide_width or 0), int(self.file.slide_height or 0)
        self.table_style = table_style(self.file)
        self.area = self._area()
        self._sections: list[tuple[str, list[int]]] = []

    @property
    def room(self) -> Room:
        """The room under a title, in points."""
        return Room(self.area.width / POINT, self.area.height / POINT)

    def add(self, title: str, role: Role = "title_only", *, section: str = "") -> Any:
        """Add a slide with its title, which screen readers announce; empty places are taken out."""
        slide = self.file.slides.add_slide(find_layout(self.file, role))
        heading = slide.shapes.title
        for placeholder in list(slide.placeholders):
            kept = role == "title" and placeholder.placeholder_format.idx == 1
            if placeholder != heading and not (kept and placeholder.has_text_frame):
                placeholder._element.getparent().remove(placeholder._element)
        if heading is None:
            heading = self._title_of_our_own(slide)
        self._write_title(heading, title, role)
        if not self._sections or self._sections[-1][0] != section:
            self._sections.append((section, []))
        self._sections[-1][1].append(int(slide.slide_id))
        return slide

    def write(
        self, frame: Any, lines: Iterable[str], *, size: float, bold: bool = False,
        colour: str = "", bullet: bool = False, after: float = 0.0, align: str = "",
    ) -> None:  # fmt: skip
        """Put lines into a text frame, a paragraph each."""
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self.paragraph(paragraph, line, size=size, bold=bold, colour=colour, bullet=bullet,
                           after=after, align=align)  # fmt: skip

    def paragraph(
        self, paragraph: Any, line: str, *, size: float, bold: bool = False, colour: str = "",
        bullet: bool = False, after: float = 0.0, align: str = "",
    ) -> None:  # fmt: skip
        """Put a line into a paragraph."""
        properties = paragraph._p.get_or_add_pPr()
        if align:
            properties.set("algn", align)
        if after:
            paragraph.space_after = int(after * POINT)
        if bullet:
            _bullet(properties, size)
        self.run(paragraph, line, size, bold=bold, colour=colour)

    def run(
        self, paragraph: Any, text: str, size: float, *, bold: bool = False, colour: str = ""
    ) -> None:
        """Append a run of text in the language of the deck; size 0 keeps that of its place."""
        from pptx.dml.color import RGBColor
        from pptx.enum.lang import MSO_LANGUAGE_ID

        run = paragraph.add_run()
        run.text = _CONTROL.sub("", text)
        font = run.font
        if size:
            font.size = int(size * POINT)
        if bold:
            font.bold = True
        ids = {"zh": MSO_LANGUAGE_ID.SIMPLIFIED_CHINESE, "en": MSO_LANGUAGE_ID.ENGLISH_UK}
        font.language_id = ids[self.language]
        if colour and (self.own or colour not in (self.theme.quiet, self.theme.primary)):
            font.color.rgb = RGBColor.from_string(colour.lstrip("#"))

    def text_box(
        self, slide: Any, box: Box, lines: Iterable[str], *, size: float, bold: bool = False,
        colour: str = "", bullet: bool = False, after: float = 0.0, align: str = "",
        anchor: str = "t",
    ) -> Any:  # fmt: skip
        """Add a box of text that wraps, its text flush with what stands above and below."""
        shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        frame.margin_top = frame.margin_bottom = 0
        frame._txBody.bodyPr.set("anchor", anchor)
        self.write(frame, lines, size=size, bold=bold, colour=colour, bullet=bullet, after=after,
                   align=align)  # fmt: skip
        return shape

    def furnish(self, slide: Any, text: str) -> None:
        """Put foot and number on a slide, where its layout has them."""
        from pptx.enum.shapes import PP_PLACEHOLDER as KIND

        found = {p.placeholder_format.type: p for p in slide.slide_layout.placeholders}
        if KIND.FOOTER in found:
            shape = self._copied(slide, found[KIND.FOOTER])
            self.write(shape.text_frame, [text], size=9)
        if KIND.SLIDE_NUMBER in found:
            self._copied(slide, found[KIND.SLIDE_NUMBER], keep_text=True)
        else:
            self._number(slide)

    def bytes(self, title: str, author: str) -> bytes:
        """Return the file, the same bytes for the same slides."""
        self._list_sections()
        properties = self.file.core_properties
        properties.title, properties.author = title[:_MOST], (author or "csi")[:_MOST]
        properties.last_modified_by, properties.revision = (author or "csi")[:_MOST], 1
        properties.language = {"zh": "zh-CN"}.get(self.language, "en-GB")
        for part in self.file.part.package.iter_parts():
            if "/theme/" in str(part.partname) and hasattr(part, "_blob"):
                part._blob = part.blob.replace(
                    b'<a:ea typeface=""/>', f'<a:ea typeface="{EAST_ASIAN_FONT}"/>'.encode()
                )
        buffer = io.BytesIO()
        self.file.save(buffer)
        return fixed_archive(buffer.getvalue())

    def _area(self) -> Box:
        """Return what a slide has under its title and above its foot, by its layout."""
        from pptx.enum.shapes import PP_PLACEHOLDER as KIND

        layout = find_layout(self.file, "title_only")
        furniture = (KIND.FOOTER, KIND.SLIDE_NUMBER, KIND.DATE)
        margin = self.width // 28
        left, top, bottom = margin, int(0.16 * self.height), self.height - margin
        for shape in layout.placeholders:
            if shape.left is None:
                continue
            end = int(shape.top + shape.height)
            kind = shape.placeholder_format.type
            if kind in (KIND.TITLE, KIND.CENTER_TITLE) and end < self.height * 0.4:
                top = end + 110_000
                left = min(max(int(shape.left), margin), self.width // 4)
            elif kind in furniture and shape.top > self.height * 0.75:
                bottom = min(bottom, int(shape.top) - 40_000)
        return Box(left, top, self.width - 2 * left, bottom - top)

    def _write_title(self, heading: Any, title: str, role: Role) -> None:
        """Write a title; one too long for its place gets smaller letters."""
        width = (heading.width or self.area.width) / POINT
        size, most = (32.0, 3) if role == "title" else (24.0, 1)
        while size > 14 and lines_of(title, size, width) > most + (size < 21):
            size -= 2
        kept = role == "title" and not self.own
        self.write(heading.text_frame, [title], size=0 if kept else size)

    def _title_of_our_own(self, slide: Any) -> Any:
        """Add a title where the layout has no place for one."""
        from pptx.oxml import parse_xml

        box = Box(self.area.left, self.height // 28, self.area.width, self.area.top)
        shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.top * 2)
        shape.text_frame.word_wrap = True
        shape.name = "Title"
        shape._element.nvSpPr.cNvSpPr.attrib.pop("txBox", None)
        shape._element.nvSpPr.nvPr.append(parse_xml(
            '<p:ph xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
            'type="title"/>'))  # fmt: skip
        return slide.shapes.title

    def _copied(self, slide: Any, placeholder: Any, *, keep_text: bool = False) -> Any:
        """Copy a layout's placeholder to a slide; its place and look stay the layout's."""
        element = copy.deepcopy(placeholder._element)
        slide.shapes._spTree.append(element)
        element.nvSpPr.cNvPr.set("id", str(len(slide.shapes._spTree) + 100))
        for child in list(element.spPr):
            element.spPr.remove(child)
        shape = slide.shapes[-1]
        if not keep_text:
            for paragraph in list(shape.text_frame._txBody.p_lst)[1:]:
                shape.text_frame._txBody.remove(paragraph)
            for child in list(shape.text_frame.paragraphs[0]._p):
                shape.text_frame.paragraphs[0]._p.remove(child)
        return shape

    def _number(self, slide: Any) -> None:
        """Write the number on a slide whose layout has no place for it."""
        from pptx.oxml import parse_xml

        box = Box(self.width - 700_000, self.height - 260_000, 600_000, 200_000)
        shape = self.text_box(slide, box, [], size=9)
        paragraph = shape.text_frame.paragraphs[0]._p
        paragraph.get_or_add_pPr().set("algn", "r")
        paragraph.append(parse_xml(
            '<a:fld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum">'
            f'<a:rPr lang="en-GB" sz="900"/><a:t>{len(self.file.slides)}</a:t></a:fld>'
        ))  # fmt: skip

    def _list_sections(self) -> None:
        """Name the report's parts in PowerPoint's list of slides."""
        from xml.sax.saxutils import quoteattr

        from pptx.oxml import parse_xml

        root = self.file.part._element
        space = f'xmlns:p="{root.nsmap["p"]}"'
        sections = []
        for number, (name, slides) in enumerate(self._sections):
            key = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {name}")).upper()
            ids = "".join(f'<p14:sldId id="{slide}"/>' for slide in slides)
            title = quoteattr(_CONTROL.sub("", name) or "–")
            sections.append(
                f'<p14:section name={title} id="{{{key}}}"><p14:sldIdLst>{ids}</p14:sldIdLst>'
                "</p14:section>"
            )
        if not root.xpath("./p:extLst"):
            root.append(parse_xml(f"<p:extLst {space}/>"))
        root.xpath("./p:extLst")[0].append(parse_xml(
            f'<p:ext {space} uri="{_SECTIONS}"><p14:sectionLst xmlns:p14="{_P14}">'
            f"{''.join(sections)}</p14:sectionLst></p:ext>"
        ))  # fmt: skip


def _bullet(properties: Any, size: float) -> None:
    """Make a paragraph an item of a list, hanging after its dot."""
    from pptx.oxml import parse_xml

    indent = int(size * 0.9 * POINT)
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    properties.append(parse_xml(f'<a:buFont {space} typeface="Arial"/>'))
    properties.append(parse_xml(f'<a:buChar {space} char="•"/>'))
