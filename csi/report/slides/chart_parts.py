"""What native charts share: a plain look, axes, error bars, and labels that are never formulas."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

from csi.report.charts.scale import round_step
from csi.report.slides.deck import Deck

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ACTIVE = re.compile(r"\s*[=+@-]|(?:\w+:)?//|(?:https?|ftps?|mailto|internal|external):")
_MARKERS = {
    "circle": "CIRCLE", "square": "SQUARE", "diamond": "DIAMOND", "triangle": "TRIANGLE",
    "cross": "X", "star": "STAR", "pentagon": "CIRCLE", "wedge": "TRIANGLE",
}  # fmt: skip


def safe_label(text: str) -> str:
    r"""Return a text for the workbook behind a chart, where "=" or an address would come to life.

    Examples
    --------
    >>> safe_label("=1+1")
    '\u200b=1+1'
    """
    return f"\u200b{text}" if _ACTIVE.match(text) else text


def dress(chart: Any, deck: Deck, *, size: float = 11) -> None:
    """Take away what a chart does not need, and set its type."""
    chart.has_legend = False
    chart.has_title = False
    chart.font.size = int(size * 12_700)
    chart.value_axis.major_gridlines.format.line.color.rgb = colour_of(deck.theme.rule)
    chart.value_axis.format.line.fill.background()


def name_axis(axis: Any, text: str, deck: Deck) -> None:
    """Write the name of an axis."""
    axis.has_title = True
    deck.write(axis.axis_title.text_frame, [text], size=10, colour=deck.theme.quiet)


def round_limits(values: Sequence[float], *, zero: bool = False) -> tuple[float, float, float]:
    """Return round limits around the finite ones of some values, and a round step."""
    finite = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    step = round_step(((high - low) or 1.0) / 5)
    start, end = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return step * start, step * max(end, start + 1), step


def set_scale(axis: Any, limits: tuple[float, float, float]) -> None:
    """Give an axis its limits and steps, with just the decimals that the steps need."""
    axis.minimum_scale, axis.maximum_scale, step = limits
    axis.major_unit = step
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += not math.isclose(round(step, decimals), step)
    axis.tick_labels.number_format = "0" if not decimals else f"0.{'0' * decimals}"
    axis.tick_labels.number_format_is_linked = False


def set_marker(series: Any, shape: str, size: int, colour: str) -> None:
    """Give a series its marker."""
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = getattr(XL_MARKER_STYLE, _MARKERS[shape])
    series.marker.size = size
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour_of(colour)
    series.marker.format.line.color.rgb = colour_of(colour)


def add_error_bars(
    series: Any, direction: Literal["x", "y", ""], less: Sequence[float], more: Sequence[float],
    colour: str, *, width: float = 1.5,
) -> None:  # fmt: skip
    """Add error bars of each point's own size to a series.

    Parameters
    ----------
    direction : {"x", "y", ""}
        Empty for bars, which have but one.
    less, more : sequence of float
        How far they go below and above each point; none where it is not finite.
    width : float
        In points.
    """
    from pptx.oxml import parse_xml

    way = f'<c:errDir val="{direction}"/>' if direction else ""
    bars = parse_xml(
        f'<c:errBars xmlns:c="{_CHART}" xmlns:a="{_DRAWING}">{way}'
        '<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f"{_amounts('plus', more)}{_amounts('minus', less)}"
        f'<c:spPr><a:ln w="{int(width * 12_700)}" cap="rnd"><a:solidFill>'
        f'<a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    before = series._element.xpath("./c:cat | ./c:xVal | ./c:val")
    before[0].addprevious(bars)


def _amounts(name: str, amounts: Sequence[float]) -> str:
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{float(amount)!r}</c:v></c:pt>'
        for i, amount in enumerate(amounts)
        if math.isfinite(amount)
    )
    count = f'<c:ptCount val="{len(amounts)}"/>'
    return (
        f"<c:{name}><c:numLit><c:formatCode>0.0</c:formatCode>{count}{points}</c:numLit></c:{name}>"
    )


def colour_of(colour: str) -> Any:
    """Return ``#RRGGBB`` as PowerPoint's colour."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#"))
