"""Every chart of a report as a file of its own, for other documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csi.errors import ReportError, suggest
from csi.report.composing import compose
from csi.report.document import Block, Figure
from csi.report.figures import Style, draw_chart, draw_picture
from csi.report.fonts import fonts_for
from csi.report.guard import REPLACEMENT, characters_of, guard_chart
from csi.report.theme import read_theme
from csi.storage import whole_folder

if TYPE_CHECKING:
    from csi.report.book import StudyResults

FORMATS = ("svg", "png")
_RIM = 3.0
"""Millimetres around a chart: nothing touches the edge where it is pasted."""


def write_charts(
    results: StudyResults,
    folder: str | Path,
    *,
    language: str = "en",
    formats: Sequence[str] = FORMATS,
) -> tuple[Path, ...]:
    """Write every chart of a report as files.

    The SVG has its letters as shapes, so it looks the same where our fonts are not installed; the
    PNG has 200 dots per inch on white.

    Parameters
    ----------
    results : StudyResults
    folder : str or Path
        Made where it does not exist.
    language : {"en", "zh"}
    formats : sequence of {"svg", "png"}

    Returns
    -------
    tuple of Path
        ``<chart>.svg``, ``<chart>.png``; all of them or, if anything fails, none.

    Raises
    ------
    ReportError
        An unknown format or language, a faulty branding.

    Examples
    --------
    >>> write_charts(results, "out/charts", formats=["svg"])  # doctest: +SKIP
    """
    for name in formats:
        if name not in FORMATS:
            raise ReportError(
                f"A chart cannot be written as `{name}`. {suggest(name, FORMATS)} "
                f"Formats: {', '.join(FORMATS)}.".replace("  ", " ")
            )
    theme = read_theme(results.study.branding)
    document = compose(results, language, theme)
    fonts = fonts_for(characters_of(document) | {REPLACEMENT}, language=document.language)
    style = Style(fonts=fonts, theme=theme, language=document.language)
    written = []
    with whole_folder(folder) as temporary:
        for name, figure in named_figures(document.blocks):
            chart, _ = guard_chart(figure.chart, fonts, document.language)
            for ending in formats:
                draw = (
                    draw_picture(chart, style, margin=_RIM)
                    if ending == "png"
                    else draw_chart(chart, style, outlines=True, margin=_RIM)
                )
                (temporary / f"{name}.{ending}").write_bytes(draw)
                written.append(Path(folder) / f"{name}.{ending}")
    return tuple(written)


def named_figures(blocks: Iterable[Block]) -> Iterator[tuple[str, Figure]]:
    """Yield the figures with a name each: their own, numbered where several share it."""
    seen: dict[str, int] = {}
    for block in blocks:
        if isinstance(block, Figure):
            name = block.name or "chart"
            seen[name] = seen.get(name, 0) + 1
            yield (f"{name}_{seen[name]}" if seen[name] > 1 else name), block
