"""Pareto chart: bars from the most frequent cause down, and the running total beside them."""

from __future__ import annotations

from dataclasses import dataclass

from csi.report.charts.scale import Scale
from csi.report.figures import Canvas

_ROW, _AXIS, _TOTAL = 6.2, 9.0, 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoRow:
    """One cause: its share, interval and the running total, in per cent."""

    label: str
    share: float
    low: float
    high: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoChart:
    """Causes by frequency.

    Attributes
    ----------
    vital : int
        The first causes that together reach four fifths; the others are drawn paler.
    """

    rows: tuple[ParetoRow, ...]
    axis: str
    total: str
    vital: int
    width: float = 170.0

    @property
    def height(self) -> float:
        """Height in millimetres."""
        return 5.0 + len(self.rows) * _ROW + _AXIS

    def draw(self, canvas: Canvas) -> None:
        """Draw the chart."""
        theme = canvas.theme
        label = min(max(canvas.text_width(row.label, 7.8) for row in self.rows), 55.0)
        most = 1.05 * max(max(row.high, row.share) for row in self.rows)
        scale = Scale(0.0, most, label + 3.0, self.width - _TOTAL - 2.0)
        bottom = 5.0 + len(self.rows) * _ROW
        canvas.text(self.width - 1.0, 2.2, self.total, size=7, align="right", colour=theme.quiet)
        for tick in scale.ticks():
            canvas.line([(scale(tick), 5.0), (scale(tick), bottom)], width=0.15)
            canvas.text(scale(tick), bottom + 2.2, scale.tick_label(tick), size=7, align="center",
                        colour=theme.quiet)  # fmt: skip
        for number, row in enumerate(self.rows):
            self._row(canvas, scale, row, 5.0 + (number + 0.5) * _ROW, number < self.vital, label)
        middle = (scale.start + scale.end) / 2
        canvas.text(middle, bottom + 6.0, self.axis, size=7, align="center", colour=theme.quiet)

    def _row(
        self, canvas: Canvas, scale: Scale, row: ParetoRow, y: float, vital: bool, label: float
    ) -> None:
        theme = canvas.theme
        name = canvas.wrap(row.label, label, 7.8, most=1)[0]
        canvas.text(label, y, name, size=7.8, align="right")
        canvas.box(scale(0), y - 1.7, scale(row.share) - scale(0), 3.4, fill=theme.accent,
                   opacity=0.55 if vital else 0.22)  # fmt: skip
        canvas.line([(scale(row.low), y), (scale(row.high), y)], colour=theme.primary, width=0.4,
                    round_cap=True)  # fmt: skip
        text = f"{row.share:.1f} %"
        canvas.text(self.width - _TOTAL + 6.0, y, text, size=7.2, bold=vital, align="right")
        canvas.text(self.width - 1.0, y, f"{row.total:.0f} %", size=7.2, align="right",
                    colour=theme.quiet)  # fmt: skip
