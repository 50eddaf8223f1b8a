"""Why a score moved: the parts of a change one below another, from before to after."""

from __future__ import annotations

import math
from dataclasses import dataclass

from csi.report.charts.scale import Scale, limits
from csi.report.figures import Canvas

_ROW, _TOP, _BOTTOM = 7.6, 2.0, 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallStep:
    """One part of a change.

    Attributes
    ----------
    value : float
        Points that it adds.
    low, high : float
        Interval of ``value``.
    tone : {"good", "bad", "quiet"}
        Quiet where the interval holds zero.
    """

    label: str
    value: float
    low: float
    high: float
    note: str
    tone: str = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallChart:
    """The score before, the parts, and the score after.

    Attributes
    ----------
    before, after : (str, float, str)
        Label, score and note of the two ends.
    """

    before: tuple[str, float, str]
    after: tuple[str, float, str]
    steps: tuple[WaterfallStep, ...]
    axis: str
    width: float = 170.0

    @property
    def height(self) -> float:
        """Height in millimetres."""
        return _TOP + _ROW * (len(self.steps) + 2) + _BOTTOM

    def draw(self, canvas: Canvas) -> None:
        """Draw the chart."""
        labels = [self.before[0], self.after[0], *(step.label for step in self.steps)]
        notes = [self.before[2], self.after[2], *(step.note for step in self.steps)]
        left = min(max(canvas.text_width(t, 8) for t in labels), 56.0) + 4
        right = min(max(canvas.text_width(t, 7.5) for t in notes), 48.0) + 4
        scale = Scale(*self._limits(), left, self.width - right)
        bottom = _TOP + _ROW * (len(self.steps) + 2)
        self._grid(canvas, scale, bottom)
        self._end(canvas, scale, self.before, _TOP + _ROW / 2, self.before[1])
        at = self.before[1]
        for number, step in enumerate(self.steps, start=1):
            self._step(canvas, scale, step, at, _TOP + (number + 0.5) * _ROW)
            at += step.value
        self._end(canvas, scale, self.after, bottom - _ROW / 2, self.after[1])

    def _limits(self) -> tuple[float, float]:
        at, ends = self.before[1], [self.before[1], self.after[1]]
        for step in self.steps:
            ends += [at + step.value, at + step.low, at + step.high]
            at += step.value
        return limits(ends, pad=0.08)

    def _grid(self, canvas: Canvas, scale: Scale, bottom: float) -> None:
        quiet = canvas.theme.quiet
        for tick in scale.ticks():
            canvas.line([(scale(tick), _TOP), (scale(tick), bottom)], width=0.15)
            canvas.text(scale(tick), bottom + 2.4, scale.tick_label(tick), size=7, align="center",
                        colour=quiet)  # fmt: skip
        canvas.line([(0, bottom), (self.width, bottom)], colour=quiet, width=0.2)
        middle = (scale.start + scale.end) / 2
        canvas.text(middle, bottom + 6.4, self.axis, size=7, align="center", colour=quiet)

    def _end(
        self, canvas: Canvas, scale: Scale, end: tuple[str, float, str], y: float, value: float
    ) -> None:
        label, _, note = end
        canvas.box(0, y - _ROW / 2, self.width, _ROW, fill=canvas.theme.tint, opacity=0.55)
        canvas.text(1.5, y, label, size=8, bold=True, colour=canvas.theme.primary)
        canvas.marker(scale(value), y, "diamond", size=3.0, fill=canvas.theme.primary)
        canvas.text(self.width - 1, y, note, size=7.5, bold=True, align="right")

    def _step(self, canvas: Canvas, scale: Scale, step: WaterfallStep, at: float, y: float) -> None:
        colour = {"good": canvas.theme.good, "bad": canvas.theme.bad}.get(
            step.tone, canvas.theme.quiet
        )
        x0, x1 = sorted((scale(at), scale(at + step.value)))
        canvas.line([(scale(at), y - _ROW), (scale(at), y + 1.8)], colour=canvas.theme.quiet,
                    width=0.15, dashes=(2, 1.5))  # fmt: skip
        canvas.box(x0, y - 1.8, max(x1 - x0, 0.3), 3.6, fill=colour)
        if math.isfinite(step.low):
            ends = [(scale(at + step.low), y + 2.6), (scale(at + step.high), y + 2.6)]
            canvas.line(ends, colour=colour, width=0.4, round_cap=True)
        label = canvas.wrap(step.label, 56.0, 8, most=1)[0]
        canvas.text(1.5, y, label, size=8)
        canvas.text(self.width - 1, y, step.note, size=7.5, align="right")
