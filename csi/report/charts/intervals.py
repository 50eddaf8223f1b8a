"""Forest chart: one line per score with its interval, grouped, every line labelled directly."""

from __future__ import annotations

import math
from dataclasses import dataclass

from csi.report.charts.scale import Scale, limits
from csi.report.figures import Canvas
from csi.report.theme import MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """One score.

    Attributes
    ----------
    series : int
        Which group it is: its colour and marker, the same on every page.
    note : str
        What stands at the right: the number, or why there is none.
    faint : bool
        Drawn hollow: a small base.
    """

    label: str
    value: float
    low: float
    high: float
    series: int = 0
    note: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalGroup:
    """Rows under one title."""

    title: str
    rows: tuple[IntervalRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalChart:
    """Scores with intervals in groups.

    Attributes
    ----------
    series : int
        Number of groups that share colours.
    reference : float
        A dashed line, NaN for none; ``reference_label`` names it.
    """

    groups: tuple[IntervalGroup, ...]
    axis: str
    series: int = 1
    reference: float = math.nan
    reference_label: str = ""
    width: float = 170.0
    row_height: float = 4.4
    from_zero: bool = False

    @property
    def height(self) -> float:
        """Height in millimetres."""
        rows = sum(len(group.rows) for group in self.groups)
        return self._top + rows * self.row_height + len(self.groups) * _GAP + _BOTTOM

    @property
    def _top(self) -> float:
        """Room above the groups: for the name of the reference line."""
        return _TOP if math.isfinite(self.reference) else 1.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the chart."""
        title = _column(canvas, [g.title for g in self.groups], bold=True, most=32.0)
        label = _column(canvas, [r.label for g in self.groups for r in g.rows], most=36.0)
        note = _column(canvas, [r.note for g in self.groups for r in g.rows], most=50.0, size=7)
        start = (title + 4 if title else 0) + label + 3
        scale = Scale(*self._limits(), start + 2, self.width - note - 5)
        bottom = self.height - _BOTTOM
        self._name_reference(canvas, scale)
        y = self._top
        for number, group in enumerate(self.groups):
            tall = len(group.rows) * self.row_height + _GAP
            if number % 2 == 0:
                canvas.box(0, y, self.width, tall, fill=canvas.theme.tint, opacity=0.55)
            self._rule(canvas, scale, y, tall)
            lines = canvas.wrap(group.title, title + 0.5, 8, bold=True, most=3)
            canvas.lines(1.5, y + tall / 2, lines, bold=True, colour=canvas.theme.primary)
            for i, row in enumerate(group.rows):
                middle = y + _GAP / 2 + (i + 0.5) * self.row_height
                self._row(canvas, scale, row, middle, label_at=start - 2)
            y += tall
        self._axis(canvas, scale, bottom)

    def _limits(self) -> tuple[float, float]:
        rows = [row for group in self.groups for row in group.rows]
        ends = [end for row in rows for end in (row.value, row.low, row.high)]
        if math.isfinite(self.reference):
            ends.append(self.reference)
        if self.from_zero:
            ends.append(0.0)
        low, high = limits(ends)
        return (0.0 if self.from_zero and low > -0.05 * high else low), high

    def _rule(self, canvas: Canvas, scale: Scale, y: float, tall: float) -> None:
        """Grid inside one group, above its ground."""
        for tick in scale.ticks():
            canvas.line([(scale(tick), y), (scale(tick), y + tall)], width=0.15)

    def _name_reference(self, canvas: Canvas, scale: Scale) -> None:
        if not math.isfinite(self.reference):
            return
        x = scale(self.reference)
        width = canvas.text_width(self.reference_label, 6.5)
        at = min(max(x, scale.start + width / 2), self.width - width / 2)
        canvas.text(at, self._top - 2.4, self.reference_label, size=6.5, align="center",
                    colour=canvas.theme.quiet)  # fmt: skip

    def _row(
        self, canvas: Canvas, scale: Scale, row: IntervalRow, y: float, *, label_at: float
    ) -> None:
        colour = canvas.theme.colours(self.series)[row.series]
        canvas.text(label_at, y, canvas.wrap(row.label, 36.0, 7.5, most=1)[0], size=7.5,
                    align="right")  # fmt: skip
        quiet = canvas.theme.quiet
        canvas.text(self.width - 1, y, row.note, size=7, align="right",
                    colour=canvas.theme.ink if math.isfinite(row.value) else quiet)  # fmt: skip
        if not math.isfinite(row.value):
            return
        if self.from_zero:
            canvas.box(
                scale(0), y - 1.1, scale(row.value) - scale(0), 2.2, fill=colour, opacity=0.3
            )
        if math.isfinite(row.low):
            canvas.line([(scale(row.low), y), (scale(row.high), y)], colour=colour, width=0.5,
                        round_cap=True)  # fmt: skip
        shape = MARKERS[row.series % len(MARKERS)]
        canvas.marker(scale(row.value), y, shape, fill=colour, hollow=row.faint)

    def _axis(self, canvas: Canvas, scale: Scale, bottom: float) -> None:
        quiet = canvas.theme.quiet
        if math.isfinite(self.reference):
            x = scale(self.reference)
            canvas.line(
                [(x, self._top - 0.8), (x, bottom)], colour=quiet, width=0.25, dashes=(3, 2)
            )
        canvas.line([(0, bottom), (self.width, bottom)], colour=quiet, width=0.2)
        for tick in scale.ticks():
            canvas.text(scale(tick), bottom + 2.2, scale.tick_label(tick), size=7, align="center",
                        colour=quiet)  # fmt: skip
        middle = (scale.start + scale.end) / 2
        canvas.text(middle, bottom + 5.8, self.axis, size=7, align="center", colour=quiet)


_TOP = 4.6
_BOTTOM = 8.0
_GAP = 1.6


def _column(
    canvas: Canvas, texts: list[str], *, most: float, size: float = 8, bold: bool = False
) -> float:
    """Return the width that a column of labels takes, at most ``most``."""
    return min(max((canvas.text_width(t, size, bold=bold) for t in texts if t), default=0.0), most)
