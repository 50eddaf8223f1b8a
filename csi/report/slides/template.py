"""The presentation that slides go into: ours, dressed in a brand, or a user's own template."""

from __future__ import annotations

import re
from typing import Any, Literal

from csi.errors import MissingDependencyError, ReportError
from csi.report.theme import Theme

EAST_ASIAN_FONT = "Microsoft YaHei"
"""Named in the theme, so that every text of the deck has it; it comes with Windows and Office."""

TABLE_STYLE = "{6B9F4B0E-53C1-4F0B-9D0A-7C5A11C51001}"
"""Our table style: a head in the brand's colour, thin rules, no stripes."""

Role = Literal["title", "title_only"]

_LATIN_FONT = "Segoe UI"
_INCH = 914_400
_WIDE, _HIGH = 12_192_000, 6_858_000
_SIDE = 420_000
_PML = "http://schemas.openxmlformats.org/presentationml/2006/main"
_EMPTY = ('<a:ea typeface=""/>', '<a:ea typeface="" />')


def open_template(theme: Theme) -> Any:
    """Return an empty presentation with its theme, masters and layouts ready.

    Raises
    ------
    ReportError
        A template that is no presentation, or has no layout.
    MissingDependencyError
        Without the ``slides`` extra.
    """
    try:
        from pptx import Presentation
    except ImportError as error:
        raise MissingDependencyError(
            "Slides need python-pptx. Install it: pip install 'csi[slides]'"
        ) from error
    try:
        file: Any = Presentation(str(theme.slides) if theme.slides else None)
        layouts = len(file.slide_layouts)
    except Exception as error:
        raise ReportError(
            f"The template `{theme.slides}` is not a presentation that can be opened: {error}"
        ) from error
    if not layouts:
        raise ReportError(
            f"The template `{theme.slides}` has no slide layout, so no slide can be added. Open it "
            "in PowerPoint, add a layout with a title (View, Slide Master), and save it."
        )
    if theme.slides is None:
        _lay_out(file)
        _style_tables(file, theme)
        _drop_preview(file)
    _remove_slides(file)
    _dress(file, theme)
    return file


def find_layout(file: Any, role: Role) -> Any:
    """Return the layout for a role, by its placeholders: names differ between languages.

    Without one that fits, the layout with a title and the fewest other places; without a title
    anywhere, the layout with the fewest places.
    """
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    layouts = list(file.slide_layouts)
    kinds = [[p.placeholder_format.type for p in layout.placeholders] for layout in layouts]
    wanted = KIND.CENTER_TITLE if role == "title" else KIND.TITLE
    furniture = {KIND.DATE, KIND.FOOTER, KIND.SLIDE_NUMBER}

    def cost(number: int) -> tuple[bool, bool, int, int]:
        found = [kind for kind in kinds[number] if kind not in furniture]
        others = len(found) - (wanted in found)
        spare = max(others - 1, 0) if role == "title" else others
        return (
            wanted not in found,
            not set(found) & {KIND.TITLE, KIND.CENTER_TITLE},
            spare,
            number,
        )

    return layouts[min(range(len(layouts)), key=cost)]


def dressed_theme(xml: str, theme: Theme, own: bool) -> str:
    """Return a presentation's theme with an East Asian font and, if it is ours, our colours."""
    for empty in _EMPTY:
        xml = xml.replace(empty, f'<a:ea typeface="{EAST_ASIAN_FONT}"/>')
    if not own:
        return xml
    xml = re.sub(r'(<a:font script="Hans" typeface=")[^"]*"', rf'\g<1>{EAST_ASIAN_FONT}"', xml)
    xml = re.sub(r'(<a:latin typeface=")[^"]*"', rf'\g<1>{_LATIN_FONT}"', xml)
    colours = {"dk1": theme.ink, "dk2": theme.primary, "accent1": theme.primary,
               "accent2": theme.accent}  # fmt: skip
    for number, colour in enumerate(theme.colours(4), start=3):
        colours[f"accent{number}"] = colour
    for name, colour in colours.items():
        pattern = rf"<a:{name}>.*?</a:{name}>"
        value = f'<a:srgbClr val="{colour.lstrip("#").upper()}"/>'
        xml = re.sub(pattern, f"<a:{name}>{value}</a:{name}>", xml, flags=re.DOTALL)
    return xml


def table_style(file: Any) -> str:
    """Return the style that tables have where nobody chose one: ours, or the template's."""
    part = _table_styles(file)
    found = re.search(rb'\bdef="(\{[^"]+\})"', part.blob) if part is not None else None
    return found[1].decode() if found else ""


def _lay_out(file: Any) -> None:
    """Make the built-in 4:3 template 16:9 and put titles, foot and number where we want them."""
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    old = int(file.slide_width)
    file.slide_width, file.slide_height = _WIDE, _HIGH
    foot = (6_500_000, 250_000)
    places = {
        KIND.TITLE: (_SIDE, 400_000, _WIDE - 2 * _SIDE, 640_000),
        KIND.FOOTER: (_SIDE, foot[0], 9_000_000, foot[1]),
        KIND.SLIDE_NUMBER: (_WIDE - _SIDE - 1_200_000, foot[0], 1_200_000, foot[1]),
    }
    master = file.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in list(holder.placeholders):
            kind = shape.placeholder_format.type
            if kind in places:
                shape.left, shape.top, shape.width, shape.height = places[kind]
            elif kind == KIND.DATE:
                shape._element.getparent().remove(shape._element)
            elif shape.left is not None:
                shape.left, shape.width = (int(v * _WIDE / old) for v in (shape.left, shape.width))
            if kind in (KIND.FOOTER, KIND.SLIDE_NUMBER):
                _align(shape, "l" if kind == KIND.FOOTER else "r")
    _style_titles(master)
    _lay_out_cover(find_layout(file, "title"))


def _style_titles(master: Any) -> None:
    """Titles of every slide: left, bold, in the brand's dark colour, at the foot of their box."""
    from pptx.oxml import parse_xml

    styles = master._element.find(f"{{{_PML}}}txStyles/{{{_PML}}}titleStyle")
    level = styles[0]
    level.set("algn", "l")
    run = level.find("{http://schemas.openxmlformats.org/drawingml/2006/main}defRPr")
    run.set("b", "1")
    run.set("sz", "2400")
    fill = run.find("{http://schemas.openxmlformats.org/drawingml/2006/main}solidFill")
    run.replace(fill, parse_xml(
        '<a:solidFill xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:schemeClr val="tx2"/></a:solidFill>'))  # fmt: skip
    for shape in master.placeholders:
        if shape.placeholder_format.idx == 0:
            shape.text_frame._txBody.bodyPr.set("anchor", "ctr")
            for side in ("lIns", "rIns"):
                shape.text_frame._txBody.bodyPr.set(side, "0")


def _lay_out_cover(layout: Any) -> None:
    """Title and facts to the left beside a band in the brand's colour."""
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.shapes.shapetree import SlideShapes

    for shape in layout.placeholders:
        if shape.placeholder_format.idx == 0:
            shape.left, shape.top = 900_000, 1_650_000
            shape.width, shape.height = _WIDE - 1_500_000, 1_500_000
            shape.text_frame._txBody.bodyPr.set("anchor", "b")
        elif shape.placeholder_format.idx == 1:
            shape.left, shape.top = 900_000, 3_350_000
            shape.width, shape.height = _WIDE - 1_500_000, 2_900_000
            for side in ("lIns", "rIns"):
                shape.text_frame._txBody.bodyPr.set(side, "0")
            _align(shape, "l")
    tree = layout.shapes._spTree
    shapes: Any = SlideShapes(tree, layout)
    band = shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, _SIDE, _HIGH)
    band.fill.solid()
    band.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    band.line.fill.background()
    band.shadow.inherit = False
    tree.remove(band._element)
    tree.insert(2, band._element)


def _align(shape: Any, side: str) -> None:
    """Set the side of a placeholder's text for the slides that inherit it."""
    for level in shape._element.xpath(".//a:lstStyle/*"):
        level.set("algn", side)


def _style_tables(file: Any, theme: Theme) -> None:
    """Give the presentation our table style, which every table can be changed by at once."""
    part = _table_styles(file)
    if part is None:
        return
    rule = theme.rule.lstrip("#")
    line = f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{rule}"/></a:solidFill></a:ln>'
    text = '<a:fontRef idx="minor"/><a:schemeClr val="{}"/>'
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'def="{TABLE_STYLE}"><a:tblStyle styleId="{TABLE_STYLE}" styleName="csi">'
        f"<a:wholeTbl><a:tcTxStyle>{text.format('tx1')}</a:tcTxStyle><a:tcStyle><a:tcBdr>"
        f"<a:bottom>{line}</a:bottom><a:insideH>{line}</a:insideH></a:tcBdr>"
        "<a:fill><a:noFill/></a:fill></a:tcStyle></a:wholeTbl>"
        f'<a:firstRow><a:tcTxStyle b="on">{text.format("bg1")}</a:tcTxStyle>'
        '<a:tcStyle><a:tcBdr/><a:fill><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
        "</a:fill></a:tcStyle></a:firstRow></a:tblStyle></a:tblStyleLst>"
    ).encode()


def _drop_preview(file: Any) -> None:
    """Leave out the picture of an empty slide that file managers would show."""
    package = file.part.package
    for key, found in list(package._rels.items()):
        if found.reltype.endswith("/thumbnail"):
            package._rels.pop(key)


def _table_styles(file: Any) -> Any:
    parts = file.part.package.iter_parts()
    return next((p for p in parts if str(p.partname) == "/ppt/tableStyles.xml"), None)


def _remove_slides(file: Any) -> None:
    """Empty a template of the slides that it was saved with, and of what points to them."""
    listed = file.slides._sldIdLst
    for entry in list(listed):
        file.part.drop_rel(entry.rId)
        listed.remove(entry)
    root = file.part._element
    for stale in root.xpath("./p:custShowLst | ./p:extLst/p:ext[.//*[local-name()='sectionLst']]"):
        stale.getparent().remove(stale)


def _dress(file: Any, theme: Theme) -> None:
    """Write fonts and colours into the themes; a template keeps what it has."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    for master in file.slide_masters:
        part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        xml = dressed_theme(part.blob.decode("utf-8"), theme, theme.slides is None)
        part._blob = xml.encode("utf-8")
