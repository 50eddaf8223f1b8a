"""A presentation being built: its template, theme, layouts and the room on a slide."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from csi.errors import MissingDependencyError, ReportError
from csi.report.slides.archive import fixed_archive
from csi.report.theme import Theme

EAST_ASIAN_FONT = "Microsoft YaHei"
"""Named in the theme, so that every text of the deck has it; it comes with Windows and Office."""

_LATIN_FONT = "Segoe UI"
_POINT = 12_700
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ROLE = Literal["title", "title_only"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a slide, in English Metric Units (914,400 to the inch)."""

    left: int
    top: int
    width: int
    height: int


class Deck:
    """A presentation with a theme, and helpers that write into it.

    Parameters
    ----------
    theme : Theme
        Its colours become those of the presentation, unless it names a template of its own.
    language : {"en", "zh"}
    """

    def __init__(self, theme: Theme, language: str) -> None:
        try:
            from pptx import Presentation
        except ImportError as error:
            raise MissingDependencyError(
                "Slides need python-pptx. Install it: pip install 'csi[slides]'"
            ) from error
        self.theme = theme
        self.language = language
        self.own = theme.slides is None
        try:
            self.file: Any = Presentation(str(theme.slides) if theme.slides else None)
        except Exception as error:
            raise ReportError(
                f"The template `{theme.slides}` is not a presentation that can be opened: {error}"
            ) from error
        if self.own:
            self._widen()
        self._remove_slides()
        self._dress()
        self.width, self.height = int(self.file.slide_width or 0), int(self.file.slide_height or 0)

    def add(self, title: str, role: _ROLE = "title_only") -> Any:
        """Add a slide with its title, which screen readers announce."""
        slide = self.file.slides.add_slide(self._layout(role))
        if slide.shapes.title is not None:
            frame = slide.shapes.title.text_frame
            self.write(frame, [title], size=24 if role == "title_only" else 36, bold=True)
            if self.own:
                frame.paragraphs[0].alignment = _left()
        for placeholder in list(slide.placeholders):
            if placeholder.placeholder_format.idx != 0 and not placeholder.has_text_frame:
                placeholder._element.getparent().remove(placeholder._element)
        return slide

    def room(self, slide: Any) -> Box:
        """Return the part of a slide under its title, above the foot."""
        title = slide.shapes.title
        margin = int(0.45 * 914_400)
        top = int(title.top + title.height) if title is not None else margin
        left = int(title.left) if title is not None and title.left is not None else margin
        foot = int(0.62 * 914_400)
        return Box(left, top, self.width - 2 * left, self.height - top - foot)

    def write(
        self, frame: Any, lines: Iterable[str], *, size: float, bold: bool = False,
        colour: str = "", bullet: bool = False,
    ) -> None:  # fmt: skip
        """Put lines into a text frame, a paragraph each."""
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            if bullet:
                paragraph.space_after = int(4 * _POINT)
            self.run(paragraph, f"• {line}" if bullet else line, size, bold=bold, colour=colour)

    def run(
        self, paragraph: Any, text: str, size: float, *, bold: bool = False, colour: str = ""
    ) -> None:
        """Append a run of text in the language of the deck."""
        from pptx.dml.color import RGBColor
        from pptx.enum.lang import MSO_LANGUAGE_ID

        run = paragraph.add_run()
        run.text = _CONTROL.sub("", text)
        run.font.size = int(size * _POINT)
        run.font.bold = bold
        ids = {"zh": MSO_LANGUAGE_ID.SIMPLIFIED_CHINESE, "en": MSO_LANGUAGE_ID.ENGLISH_UK}
        run.font.language_id = ids[self.language]
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))

    def text_box(
        self, slide: Any, box: Box, lines: Iterable[str], *, size: float, bold: bool = False,
        colour: str = "", bullet: bool = False,
    ) -> Any:  # fmt: skip
        """Add a box of text that wraps."""
        shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
        shape.text_frame.word_wrap = True
        self.write(shape.text_frame, lines, size=size, bold=bold, colour=colour, bullet=bullet)
        return shape

    def bytes(self, title: str, author: str) -> bytes:
        """Return the file, the same bytes for the same slides."""
        properties = self.file.core_properties
        properties.title, properties.author = title, author or "csi"
        properties.last_modified_by, properties.revision = author or "csi", 1
        properties.language = {"zh": "zh-CN"}.get(self.language, "en-GB")
        buffer = io.BytesIO()
        self.file.save(buffer)
        return fixed_archive(buffer.getvalue())

    def _layout(self, role: _ROLE) -> Any:
        """Return the layout for a role, by its placeholders: names differ between languages."""
        from pptx.enum.shapes import PP_PLACEHOLDER

        layouts = list(self.file.slide_layouts)
        kinds = [
            {p.placeholder_format.type for p in layout.placeholders} - _furniture()
            for layout in layouts
        ]
        if role == "title":
            return next(
                (x for x, k in zip(layouts, kinds, strict=True)
                 if PP_PLACEHOLDER.CENTER_TITLE in k),
                layouts[0],
            )  # fmt: skip
        titled = (x for x, k in zip(layouts, kinds, strict=True) if k == {PP_PLACEHOLDER.TITLE})
        return next(titled, layouts[-1])

    def _widen(self) -> None:
        """Make the built-in 4:3 template 16:9, its placeholders with it."""
        wide, old = 12_192_000, int(self.file.slide_width)
        self.file.slide_width = wide
        self.file.slide_height = 6_858_000
        master = self.file.slide_master
        for shape in (*master.placeholders, *(p for x in master.slide_layouts
                                              for p in x.placeholders)):  # fmt: skip
            if shape.left is not None:
                shape.left, shape.width = (int(v * wide / old) for v in (shape.left, shape.width))
        for layout in (master, *master.slide_layouts):
            for shape in layout.placeholders:
                if shape.placeholder_format.type in _titles():
                    shape.left, shape.width = 420_000, wide - 840_000
                    shape.top, shape.height = 240_000, 640_000
        for shape in self._layout("title").placeholders:
            if shape.placeholder_format.idx == 0:
                shape.top, shape.height = 2_000_000, 1_500_000

    def _remove_slides(self) -> None:
        """Empty a template of the slides that it was saved with."""
        listed = self.file.slides._sldIdLst
        for entry in list(listed):
            self.file.part.drop_rel(entry.rId)
            listed.remove(entry)

    def _dress(self) -> None:
        """Write fonts and colours into the theme; a template keeps what it has."""
        from pptx.opc.constants import RELATIONSHIP_TYPE

        part = self.file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        part._blob = dressed_theme(part.blob.decode("utf-8"), self.theme, self.own).encode("utf-8")


def dressed_theme(xml: str, theme: Theme, own: bool) -> str:
    """Return a presentation's theme with an East Asian font and, if it is ours, our colours."""
    xml = xml.replace('<a:ea typeface=""/>', f'<a:ea typeface="{EAST_ASIAN_FONT}"/>')
    if not own:
        return xml
    xml = re.sub(r'(<a:font script="Hans" typeface=")[^"]*"', rf'\g<1>{EAST_ASIAN_FONT}"', xml)
    xml = re.sub(r'(<a:latin typeface=")[^"]*"', rf'\g<1>{_LATIN_FONT}"', xml)
    colours = {"dk2": theme.primary, "accent1": theme.primary, "accent2": theme.accent}
    for number, colour in enumerate(theme.colours(4), start=3):
        colours[f"accent{number}"] = colour
    for name, colour in colours.items():
        pattern = rf"(<a:{name}>\s*<a:srgbClr val=\")[0-9A-Fa-f]{{6}}"
        xml = re.sub(pattern, rf"\g<1>{colour.lstrip('#')}", xml)
    return xml


def _left() -> Any:
    from pptx.enum.text import PP_ALIGN

    return PP_ALIGN.LEFT


def _furniture() -> set[Any]:
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    return {KIND.DATE, KIND.FOOTER, KIND.SLIDE_NUMBER}


def _titles() -> set[Any]:
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    return {KIND.TITLE, KIND.CENTER_TITLE}
