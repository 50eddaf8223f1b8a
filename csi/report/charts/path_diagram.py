"""Path diagram: constructs as boxes, paths as arrows whose width is the size of the effect."""

from __future__ import annotations

import math
from dataclasses import dataclass

from csi.report.charts.path_layout import Grid, arrange, grid_for, spread
from csi.report.charts.placement import Rect, place
from csi.report.figures import Canvas, Point

_ALONG = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72)
_SIZE = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PathNode:
    """A construct; ``note`` stands small below its name (R²)."""

    id: str
    label: str
    note: str = ""
    target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEdge:
    """A path. ``strength`` is the standardised coefficient; NaN draws the bare hypothesis."""

    start: str
    end: str
    strength: float = math.nan
    significant: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDiagram:
    """Constructs and the paths between them."""

    nodes: tuple[PathNode, ...]
    edges: tuple[PathEdge, ...]
    width: float = 170.0

    @property
    def grid(self) -> Grid:
        """The slots that the constructs take."""
        return grid_for(len(self.nodes), self.width)

    @property
    def height(self) -> float:
        """Height in millimetres: to the lowest box."""
        return max(y for _, y in self._spots().values()) + self.grid.box[1] / 2 + 1

    def draw(self, canvas: Canvas) -> None:
        """Draw arrows, then their labels, then boxes."""
        spots = self._spots()
        boxes = {node.id: self._box(spots[node.id]) for node in self.nodes}
        ends = [_clipped(spots[e.start], spots[e.end], boxes) for e in self.edges]
        for edge, (a, b) in zip(self.edges, ends, strict=True):
            self._arrow(canvas, edge, a, b)
        self._labels(canvas, ends, list(boxes.values()))
        for node in self.nodes:
            self._node(canvas, node, boxes[node.id])

    def _spots(self) -> dict[str, Point]:
        number = {node.id: i for i, node in enumerate(self.nodes)}
        edges = tuple((number[e.start], number[e.end]) for e in self.edges)
        placed = arrange(len(self.nodes), edges, self.grid)
        return dict(zip(number, spread(placed, self.grid), strict=True))

    def _box(self, spot: Point) -> Rect:
        wide, tall = self.grid.box
        x, y = spot
        return Rect(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)

    def _arrow(self, canvas: Canvas, edge: PathEdge, a: Point, b: Point) -> None:
        theme = canvas.theme
        dashes: tuple[float, ...] = ()
        if math.isnan(edge.strength):
            colour, width = theme.quiet, 0.35
        elif not edge.significant:
            colour, width, dashes = "#9AA5B1", 0.3, (3.0, 2.0)
        else:
            colour = theme.bad if edge.strength < 0 else theme.primary
            width = 0.35 + 1.5 * min(abs(edge.strength), 1.0)
        head = 2.2 + width
        length = math.dist(a, b)
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        neck = (b[0] - ux * head * 0.8, b[1] - uy * head * 0.8)
        canvas.line([a, neck], colour=colour, width=width, dashes=dashes)
        half = head * 0.42
        base = (b[0] - ux * head, b[1] - uy * head)
        canvas.polygon(
            [
                b,
                (base[0] - uy * half, base[1] + ux * half),
                (base[0] + uy * half, base[1] - ux * half),
            ],
            fill=colour,
        )

    def _labels(self, canvas: Canvas, ends: list[tuple[Point, Point]], boxes: list[Rect]) -> None:
        """Write every coefficient on a white ground where it covers no box and no other arrow."""
        labelled = [i for i, edge in enumerate(self.edges) if edge.label]
        candidates = []
        for i in labelled:
            a, b = ends[i]
            wide = canvas.text_width(self.edges[i].label, _SIZE) + 1.6
            spots = [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for t in _ALONG]
            candidates.append(
                [Rect(x - wide / 2, y - 1.8, x + wide / 2, y + 1.8) for x, y in spots]
            )

        def penalty(number: int, rect: Rect) -> float:
            own = labelled[number]
            crossed = sum(rect.crossed_by(*ends[j]) for j in range(len(ends)) if j != own)
            covered = sum(rect.overlap(box) for box in boxes)
            return 40 * covered + 6 * crossed + candidates[number].index(rect) * 0.4

        for number, k in enumerate(place(candidates, penalty)):
            edge, rect = self.edges[labelled[number]], candidates[number][k]
            theme = canvas.theme
            colour = theme.quiet if not edge.significant else theme.ink
            if edge.significant and edge.strength < 0:
                colour = theme.bad
            canvas.box(rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0, fill="#FFFFFF",
                       radius=0.8)  # fmt: skip
            canvas.text((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2, edge.label, size=_SIZE,
                        align="center", colour=colour, bold=edge.significant)  # fmt: skip

    def _node(self, canvas: Canvas, node: PathNode, box: Rect) -> None:
        theme = canvas.theme
        fill, ink = (theme.primary, "#FFFFFF") if node.target else (theme.tint, theme.primary)
        wide = box.x1 - box.x0
        canvas.box(box.x0, box.y0, wide, box.y1 - box.y0, fill=fill, edge=theme.primary, line=0.35,
                   radius=1.6)  # fmt: skip
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        lines = canvas.wrap(node.label, wide - 2.5, 8, bold=True)
        lift = 1.7 if node.note else 0.0
        canvas.lines(x, y - lift, lines, size=8, lead=1.05, bold=True, colour=ink, align="center")
        if node.note:
            canvas.text(x, box.y1 - 2.4, node.note, size=6.5, align="center", colour=ink)


def _clipped(a: Point, b: Point, boxes: dict[str, Rect]) -> tuple[Point, Point]:
    """Cut the line between two box centres at the borders of the boxes."""
    box = next(iter(boxes.values()))
    half_wide, half_tall = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = min(
        half_wide / abs(dx) if dx else math.inf,
        half_tall / abs(dy) if dy else math.inf,
    )
    return (a[0] + share * dx, a[1] + share * dy), (b[0] - share * dx, b[1] - share * dy)
