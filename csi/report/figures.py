"""The only door to matplotlib: a canvas in millimetres that charts draw on, and SVG out of it.

Text stays text in the SVG, so a reader can search and copy it in the PDF. Nothing here touches
pyplot or changes a global setting.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from csi.report.fonts import FontSet
from csi.report.theme import Theme

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

Align = Literal["left", "center", "right"]
Point = tuple[float, float]

_POINTS_PER_MM = 72 / 25.4
_RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "csi",
    "path.simplify": False,
    "text.usetex": False,
}
_MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle": "^",
    "wedge": "v",
    "pentagon": "p",
    "cross": "X",
    "star": "*",
}
_HANZI = "\u4e00-\u9fff"
_SEAM = re.compile(f"(?<=[{_HANZI}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_HANZI}])")
_CAP_MIDDLE = 0.36
"""Height of the optical middle of a line above its baseline, in em."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a chart is drawn with."""

    fonts: FontSet
    theme: Theme
    language: str


class Chart(Protocol):
    """A chart as data: it knows its size and how to draw itself."""

    @property
    def width(self) -> float:
        """Width in millimetres."""

    @property
    def height(self) -> float:
        """Height in millimetres."""

    def draw(self, canvas: Canvas) -> None:
        """Draw on a canvas of that size."""


def spaced(text: str) -> str:
    """Set a space between Chinese and Latin letters or digits, as the pages around a chart do.

    Examples
    --------
    >>> spaced("3G/4G移动电话")
    '3G/4G 移动电话'
    """
    return _SEAM.sub(" ", text)


def draw_chart(chart: Chart, style: Style, *, outlines: bool = False, margin: float = 0.0) -> bytes:
    """Return a chart as SVG bytes, the same bytes for the same chart and style.

    Parameters
    ----------
    outlines : bool
        Letters become shapes: looks the same where the fonts are not installed, but can no longer
        be searched.
    margin : float
        Empty rim in millimetres, for a file of its own.
    """
    import matplotlib as mpl

    with mpl.rc_context(_RC | {"svg.fonttype": "path"} if outlines else _RC):
        canvas = Canvas(chart.width, chart.height, style, margin)
        chart.draw(canvas)
        return canvas.svg()


def draw_picture(
    chart: Chart, style: Style, *, resolution: int = 200, margin: float = 0.0
) -> bytes:
    """Return a chart as PNG bytes on white, for programs that cannot show SVG.

    Parameters
    ----------
    resolution : int
        Dots per inch.
    margin : float
        Empty rim in millimetres, for a file of its own.
    """
    import matplotlib as mpl

    with mpl.rc_context(_RC):
        canvas = Canvas(chart.width, chart.height, style, margin)
        chart.draw(canvas)
        return canvas.png(resolution)


class Canvas:
    """A drawing surface in millimetres, origin at the top left, y downwards.

    Parameters
    ----------
    width, height : float
        In millimetres.
    margin : float
        Empty rim around them, in millimetres.
    """

    def __init__(self, width: float, height: float, style: Style, margin: float = 0.0) -> None:
        from matplotlib.figure import Figure

        self.width = width
        self.height = height
        self.style = style
        self.theme = style.theme
        wide, high = width + 2 * margin, height + 2 * margin
        self._figure: Figure = Figure(figsize=(wide / 25.4, high / 25.4))
        self._figure.patch.set_visible(False)
        self._axes = self._figure.add_axes(
            (margin / wide, margin / high, width / wide, height / high)
        )
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._drawn = 0

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 8,
        colour: str | None = None,
        bold: bool = False,
        align: Align = "left",
        angle: float = 0,
    ) -> None:
        """Write one line of ``size`` points whose optical middle is at (x, y)."""
        text = spaced(text)
        shift = _CAP_MIDDLE * size / _POINTS_PER_MM
        dx, dy = (shift, 0.0) if angle == 90 else (0.0, shift)
        from matplotlib.text import Text

        label = Text(
            x + dx,
            y + dy,
            text,
            fontproperties=self._font(text, size, bold),
            color=colour or self.theme.ink,
            ha=align,
            va="baseline",
            rotation=angle,
            rotation_mode="anchor",
            parse_math=False,
            clip_on=False,
        )
        self._add(label)

    def lines(
        self, x: float, y: float, lines: Sequence[str], *, size: float = 8, lead: float = 1.18,
        colour: str | None = None, bold: bool = False, align: Align = "left",
    ) -> None:  # fmt: skip
        """Write lines whose common middle is at (x, y)."""
        step = lead * size / _POINTS_PER_MM
        top = y - step * (len(lines) - 1) / 2
        for i, line in enumerate(lines):
            self.text(x, top + i * step, line, size=size, colour=colour, bold=bold, align=align)

    def text_width(self, text: str, size: float = 8, *, bold: bool = False) -> float:
        """Return the width of a line in millimetres."""
        from matplotlib.textpath import TextToPath

        font, line = self._font(text, size, bold), spaced(text)
        width, _, _ = TextToPath().get_text_width_height_descent(line, font, ismath=False)
        return float(width) / _POINTS_PER_MM

    def wrap(
        self, text: str, width: float, size: float = 8, *, bold: bool = False, most: int = 2
    ) -> tuple[str, ...]:
        """Break a text into at most ``most`` lines of ``width`` mm; the last may end in "…"."""
        lines: list[str] = []
        rest = text.strip()
        while rest:
            head, tail = self._break(rest, width, size, bold=bold)
            lines.append(head)
            rest = tail
        if len(lines) > most:
            last = " ".join(lines[most - 1 :])
            while last and self.text_width(f"{last}…", size, bold=bold) > width:
                last = last[:-1]
            lines = [*lines[: most - 1], f"{last.rstrip()}…"]
        return tuple(lines) or ("",)

    def line(
        self, points: Sequence[Point], *, colour: str | None = None, width: float = 0.25,
        dashes: tuple[float, ...] = (), opacity: float = 1.0, round_cap: bool = False,
    ) -> None:  # fmt: skip
        """Draw a polyline; ``width`` in millimetres."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        line = Line2D(
            xs,
            ys,
            color=colour or self.theme.rule,
            linewidth=width * _POINTS_PER_MM,
            alpha=opacity,
            solid_capstyle="round" if round_cap else "butt",
            clip_on=False,
        )
        if dashes:
            line.set_dashes(list(dashes))
        self._add(line)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str | None = None,
        edge: str | None = None, line: float = 0.25, radius: float = 0.0, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """Draw a rectangle with its top left corner at (x, y)."""
        from matplotlib.patches import FancyBboxPatch, Rectangle

        look: dict[str, Any] = {
            "facecolor": fill or "none",
            "edgecolor": edge or "none",
            "linewidth": line * _POINTS_PER_MM if edge else 0,
            "alpha": opacity,
            "clip_on": False,
        }
        if radius:
            shape = f"round,pad=0,rounding_size={radius}"
            self._add(
                FancyBboxPatch((x, y), width, height, boxstyle=shape, mutation_scale=1, **look)
            )
        else:
            self._add(Rectangle((x, y), width, height, **look))

    def polygon(self, points: Sequence[Point], *, fill: str, opacity: float = 1.0) -> None:
        """Fill a polygon."""
        from matplotlib.patches import Polygon

        self._add(
            Polygon(list(points), closed=True, facecolor=fill, edgecolor="none", alpha=opacity,
                    clip_on=False)
        )  # fmt: skip

    def marker(
        self, x: float, y: float, shape: str, *, size: float = 2.2, fill: str, hollow: bool = False
    ) -> None:
        """Draw a marker of ``size`` millimetres with a white rim."""
        from matplotlib.lines import Line2D

        self._add(
            Line2D(
                [x],
                [y],
                linestyle="none",
                marker=_MARKERS[shape],
                markersize=size * _POINTS_PER_MM,
                markerfacecolor="white" if hollow else fill,
                markeredgecolor=fill if hollow else "white",
                markeredgewidth=1.1 if hollow else 0.5,
                clip_on=False,
            )
        )

    def svg(self) -> bytes:
        """Return the drawing as SVG."""
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        buffer = io.BytesIO()
        canvas: Any = FigureCanvasSVG(self._figure)
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    def png(self, resolution: int) -> bytes:
        """Return the drawing as PNG on white."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        buffer = io.BytesIO()
        canvas: Any = FigureCanvasAgg(self._figure)
        self._figure.patch.set(visible=True, facecolor="white")
        self._figure.set_dpi(resolution)
        canvas.print_png(buffer, metadata={"Software": None})
        return buffer.getvalue()

    def _add(self, artist: Artist) -> None:
        """Add an artist above everything drawn before."""
        self._drawn += 1
        artist.set_zorder(self._drawn)
        self._axes.add_artist(artist)

    def _font(self, text: str, size: float, bold: bool) -> FontProperties:
        """Return a face that shows the whole text: viewers switch faces only at text borders."""
        from matplotlib.font_manager import FontProperties

        face = self.style.fonts.face_for(text, self.style.language)
        return FontProperties(
            family=[face.family],
            fname=str(face.bold if bold else face.regular),
            weight=700 if bold else 400,
            size=size,
        )

    def _break(self, text: str, width: float, size: float, *, bold: bool) -> tuple[str, str]:
        """Split off the longest head that fits, at a space or before a Chinese character."""
        if self.text_width(text, size, bold=bold) <= width:
            return text, ""
        best = 0
        for i in range(1, len(text)):
            at_break = text[i] == " " or (ord(text[i]) >= 0x2E80 and text[i] not in "，。；：、）”")
            if at_break:
                if best and self.text_width(text[:i], size, bold=bold) > width:
                    break
                best = i
        if not best or self.text_width(text[:best], size, bold=bold) > width:
            best = best or len(text)
            while best > 1 and self.text_width(text[:best], size, bold=bold) > width:
                best -= 1
        return text[:best].rstrip(), text[best:].lstrip()
