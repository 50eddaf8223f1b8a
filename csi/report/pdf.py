"""The only door to Typst: a document or a form in, a tagged, archivable PDF out.

PDF/A-2a and PDF/UA-1: searchable, with bookmarks and alternative texts. The file's date, which
PDF/A demands, is fixed (or ``SOURCE_DATE_EPOCH``), so the same results give the same bytes.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from csi.errors import ReportError, ReportWarning
from csi.questionnaire.schema import Language
from csi.report.column_widths import column_shares
from csi.report.document import (
    Block,
    Bullets,
    Callout,
    Cover,
    Document,
    Equation,
    Facts,
    Figure,
    Flagged,
    Heading,
    Paragraph,
    Range,
    Score,
    Table,
    Tiles,
    format_interval,
)
from csi.report.figures import Style, draw_chart
from csi.report.fonts import CHINESE_FAMILY, LATIN_FAMILY, FontSet, fonts_for
from csi.report.guard import REPLACEMENT, characters_of, guard, guard_chart, name_characters
from csi.report.theme import Theme

_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_BRAND_STRETCH = 1.15
"""Other typefaces are wider than ours, which is a narrow one."""
_REGIONS: Mapping[Language, str] = {"en": "gb", "zh": "cn"}
_FIXED_TIME = 946_684_800  # 2000-01-01
_KINDS = {
    Bullets: "bullets",
    Callout: "callout",
    Cover: "cover",
    Equation: "equation",
    Facts: "facts",
    Figure: "figure",
    Heading: "heading",
    Paragraph: "paragraph",
    Table: "table",
    Tiles: "tiles",
}


def render_pdf(document: Document, theme: Theme) -> bytes:
    """Set a document as PDF.

    Parameters
    ----------
    document : Document
    theme : Theme

    Returns
    -------
    bytes

    Raises
    ------
    ReportError
        The template does not compile.
    MissingDependencyError
        Chinese characters without the ``zh`` extra.

    Warns
    -----
    ReportWarning
        Characters without a glyph, replaced by "□", which a box at the end of the report lists; a
        brand font that is not there.
    """
    fonts = fonts_for(
        characters_of((document, theme.name)) | {REPLACEMENT}, language=document.language
    )
    blocks, lost_in_charts = _guard_charts(document, fonts)
    document, lost = guard(replace(document, blocks=blocks), fonts.covers, fonts.marks)
    lost |= lost_in_charts
    _tell_of_lost(lost, document.language)
    if lost and "lost" in document.words:
        told = Callout(
            title=document.words["lost_title"],
            text=document.words["lost"].format(characters=name_characters(lost)),
            tone="quiet",
        )
        document = replace(document, blocks=(*document.blocks, told))
    with tempfile.TemporaryDirectory(prefix="csi-report-") as folder:
        return _compile(document, theme, fonts, Path(folder))


def _guard_charts(document: Document, fonts: FontSet) -> tuple[tuple[Block, ...], frozenset[str]]:
    lost: frozenset[str] = frozenset()
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Figure):
            chart, own = guard_chart(block.chart, fonts, document.language)
            block, lost = replace(block, chart=chart), lost | own
        blocks.append(block)
    return tuple(blocks), lost


def render_form(form: Any, template: str, language: Language) -> bytes:
    """Set a form without charts by a template of its own.

    Parameters
    ----------
    form : a frozen dataclass of texts, numbers and tuples
        The template finds it in ``document.json``, with ``lang``, ``region`` and ``families``.
    template : str
        Typst source.
    language : {"en", "zh"}

    Returns
    -------
    bytes

    Raises
    ------
    MissingDependencyError
        Chinese characters without the ``zh`` extra.

    Warns
    -----
    ReportWarning
        Characters without a glyph, replaced by "□".
    """
    fonts = fonts_for(characters_of(form) | {REPLACEMENT}, language=language)
    form, lost = guard(form, fonts.covers, fonts.marks)
    _tell_of_lost(lost, language)
    data = asdict(form) | {
        "lang": language,
        "region": _REGIONS[language],
        "families": _families(fonts, language),
    }
    with tempfile.TemporaryDirectory(prefix="csi-form-") as folder:
        source = Path(folder) / "template.typ"
        source.write_text(template, "utf-8")
        return _typeset(source, data, [str(path) for path in fonts.folders], source.name)


def _tell_of_lost(lost: frozenset[str], language: str) -> None:
    if lost:
        listed = ", ".join(f"{c} (U+{ord(c):04X})" for c in sorted(lost))
        warnings.warn(
            f"No font has a glyph for {listed}: shown as {REPLACEMENT} in the {language} report; "
            "combining marks are left out.",
            ReportWarning,
            stacklevel=3,
        )


def _compile(document: Document, theme: Theme, fonts: FontSet, folder: Path) -> bytes:
    """Write data, charts and template into a folder of their own and compile there."""
    template = _lay_out_files(theme, folder)
    style = Style(fonts=fonts, theme=theme, language=document.language)
    font_folders = [str(path) for path in fonts.folders]
    if theme.font_folder:
        font_folders.append(str(theme.font_folder))
    data = _encode_document(document, style, folder)
    return _typeset(template, data, font_folders, str(theme.template or "template.typ"))


def _typeset(template: Path, data: Mapping[str, Any], font_folders: list[str], name: str) -> bytes:
    """Compile a template that stands alone in its folder."""
    import typst

    folder = template.parent
    (folder / "document.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    try:
        pdf, notes = typst.compile_with_warnings(
            str(template),
            root=str(folder),
            font_paths=font_folders,
            ignore_system_fonts=True,
            sys_inputs={"document": "document.json"},
            pdf_standards=[*_STANDARDS],
            timestamp=int(os.environ.get("SOURCE_DATE_EPOCH") or _FIXED_TIME),
        )
    except typst.TypstError as error:
        raise ReportError(f"The template `{name}` cannot be set: {error}") from error
    for note in notes:
        warnings.warn(f"Typst: {note.message}", ReportWarning, stacklevel=5)
    return bytes(pdf)


def _lay_out_files(theme: Theme, folder: Path) -> Path:
    """Copy the template, what stands beside it, and the logo."""
    target = folder / "template.typ"
    if theme.template:
        for beside in sorted(theme.template.parent.iterdir()):
            if beside.suffix.lower() in {".typ", ".svg", ".png", ".jpg"}:
                shutil.copyfile(beside, folder / beside.name)
        shutil.copyfile(theme.template, target)
    else:
        target.write_text(files("csi.report").joinpath("template.typ").read_text("utf-8"), "utf-8")
    if theme.logo:
        shutil.copyfile(theme.logo, folder / f"logo{theme.logo.suffix.lower()}")
    return target


def _encode_document(document: Document, style: Style, folder: Path) -> dict[str, Any]:
    theme = style.theme
    colours = {
        f.name: getattr(theme, f.name)
        for f in fields(theme)
        if f.name in ("primary", "accent", "tint", "ink", "quiet", "rule", "good", "bad")
    }
    logo = f"logo{theme.logo.suffix.lower()}" if theme.logo else None
    return {
        "title": document.title,
        "period": document.period,
        "author": document.author,
        "confidential": document.confidential,
        "lang": document.language,
        "region": _REGIONS[document.language],
        "families": [*theme.families, *_families(style.fonts, document.language)],
        "theme": {**colours, "logo": logo},
        "words": dict(document.words),
        "mark": document.mark,
        "blocks": [
            _encode_block(block, number, style, folder)
            for number, block in enumerate(document.blocks)
        ],
    }


def _families(fonts: FontSet, language: Language) -> list[object]:
    if fonts.chinese is None:
        return [LATIN_FAMILY]
    if language == "zh":
        return [{"name": LATIN_FAMILY}, CHINESE_FAMILY]
    return [LATIN_FAMILY, CHINESE_FAMILY]


def _encode_block(block: Any, number: int, style: Style, folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": _KINDS[type(block)]}
    if isinstance(block, Figure):
        name = f"figure-{number}.svg"
        (folder / name).write_bytes(draw_chart(block.chart, style))
        return data | {
            "file": name,
            "width": block.chart.width,
            "caption": block.caption,
            "alt": block.alt,
            "notes": block.notes,
        }
    if isinstance(block, Table):
        stretch = _BRAND_STRETCH if style.theme.families else 1.0
        shares = column_shares(block, stretch=stretch)
        return data | {
            "caption": block.caption,
            "columns": [
                _fields(column) | {"width": share}
                for column, share in zip(block.columns, shares, strict=True)
            ],
            "rows": [[_encode_cell(cell) for cell in row] for row in block.rows],
            "notes": block.notes,
            "strong": sorted(block.strong),
            "dense": block.dense,
        }
    if isinstance(block, Tiles):
        return data | {"tiles": [_fields(tile) for tile in block.tiles]}
    return data | _fields(block)


def _encode_cell(cell: Any) -> object:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Score):
        suppressed = cell.flag == "suppressed"
        base = f"n = {cell.n:,}"
        detail = base if suppressed else f"{format_interval(cell.low, cell.high)}  {base}"
        return {
            "kind": "score",
            "text": str(cell),
            "letters": cell.letters,
            "flag": cell.flag,
            "detail": detail,
        }
    if isinstance(cell, Range):
        return {
            "kind": "range",
            "value": _finite(cell.value),
            "low": _finite(cell.low),
            "high": _finite(cell.high),
            "tone": cell.tone,
        }
    if isinstance(cell, Flagged):
        return {"kind": "flagged", "text": cell.text, "tone": cell.tone}
    return {"kind": "plain", "text": str(cell), "bold": getattr(cell, "bold", False)}


def _fields(block: Any) -> dict[str, Any]:
    return {f.name: getattr(block, f.name) for f in fields(block)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
