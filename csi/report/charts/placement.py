"""Where labels go so that they touch nothing: rectangles, overlaps, and a greedy search."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """An axis-parallel rectangle, top left and bottom right, in millimetres."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Rect) -> float:
        """Return the common area in mm²."""
        wide = min(self.x1, other.x1) - max(self.x0, other.x0)
        tall = min(self.y1, other.y1) - max(self.y0, other.y0)
        return wide * tall if wide > 0 and tall > 0 else 0.0

    def outside(self, frame: Rect) -> float:
        """Return the area that lies outside ``frame``."""
        whole = (self.x1 - self.x0) * (self.y1 - self.y0)
        return whole - self.overlap(frame)

    def crossed_by(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        """Return the length of the segment a-b inside the rectangle (Liang and Barsky 1984)."""
        start, end = 0.0, 1.0
        dx, dy = b[0] - a[0], b[1] - a[1]
        for p, q in (
            (-dx, a[0] - self.x0),
            (dx, self.x1 - a[0]),
            (-dy, a[1] - self.y0),
            (dy, self.y1 - a[1]),
        ):
            if p == 0:
                if q < 0:
                    return 0.0
            elif p < 0:
                start = max(start, q / p)
            else:
                end = min(end, q / p)
        return float((dx**2 + dy**2) ** 0.5 * (end - start)) if end > start else 0.0


def place(
    candidates: Sequence[Sequence[Rect]],
    penalty: Callable[[int, Rect], float],
    *,
    passes: int = 4,
) -> list[int]:
    """Choose one candidate rectangle per label.

    Parameters
    ----------
    candidates : sequence of sequences of Rect
        The places where each label may stand, best first.
    penalty : callable
        Cost of one label in one place: what it covers, how far it is from its point.
    passes : int
        Rounds in which every label may move again, given the others.

    Returns
    -------
    list of int
        Which candidate each label takes. Labels that overlap each other cost 50 per mm².
    """
    own = [[penalty(i, rect) for rect in options] for i, options in enumerate(candidates)]
    chosen = [min(range(len(costs)), key=costs.__getitem__) for costs in own]
    for _ in range(passes):
        before = list(chosen)
        for i, options in enumerate(candidates):
            others = [candidates[j][k] for j, k in enumerate(chosen) if j != i]
            costs = [
                own[i][k] + 50 * sum(rect.overlap(other) for other in others)
                for k, rect in enumerate(options)
            ]
            chosen[i] = min(range(len(costs)), key=costs.__getitem__)
        if chosen == before:
            break
    return chosen


def ring(x: float, y: float, width: float, height: float, radii: Sequence[float]) -> list[Rect]:
    """Return places for a label around the point (x, y): right, left, above, below, corners."""
    places = []
    for radius, (side, level) in itertools.product(
        radii,
        [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1), (1, -2), (1, 2),
         (-1, -2), (-1, 2)],
    ):  # fmt: skip
        reach = radius if level in (-1, 0, 1) else radius * 1.7
        left = {1: x + radius, -1: x - radius - width, 0: x - width / 2}[side]
        if level == 0:
            top = y - height / 2
        else:
            top = y + reach * 0.8 if level > 0 else y - reach * 0.8 - height
        places.append(Rect(left, top, left + width, top + height))
    return places
