"""Where the constructs of a path model stand: few crossings, no arrow through a box.

The constructs take slots of a staggered grid, so that neighbours in a row are never in line. A
local search with a fixed seed moves and swaps them until no single change lowers the cost.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from csi.report.charts.placement import Rect

Edge = tuple[int, int]

_CROSSING, _THROUGH, _BACKWARD, _SAME_COLUMN = 10.0, 30.0, 14.0, 3.0
_STARTS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Slots in millimetres, and the size of the boxes that stand on them."""

    slots: tuple[tuple[float, float], ...]
    columns: tuple[int, ...]
    box: tuple[float, float]


@lru_cache(maxsize=64)
def grid_for(nodes: int, width: float) -> Grid:
    """Return a staggered grid with some free slots for ``nodes`` boxes."""
    n_columns = 4 if nodes <= 12 else 5
    rows = 2
    while _slot_count(n_columns, rows) < 1.35 * nodes + 1:
        rows += 1
    box = (29.0, 12.5) if n_columns == 4 else (25.0, 12.0)
    pitch_x = (width - box[0] - 2) / (n_columns - 1)
    pitch_y = 25.0
    slots, columns = [], []
    for column in range(n_columns):
        shift = 0.0 if column % 2 == 0 else pitch_y / 2
        for row in range(rows if column % 2 == 0 else rows - 1):
            slots.append(
                (1 + box[0] / 2 + column * pitch_x, 1 + box[1] / 2 + row * pitch_y + shift)
            )
            columns.append(column)
    return Grid(slots=tuple(slots), columns=tuple(columns), box=box)


@lru_cache(maxsize=64)
def arrange(nodes: int, edges: tuple[Edge, ...], grid: Grid) -> tuple[int, ...]:
    """Return the slot of every node.

    Parameters
    ----------
    nodes : int
    edges : tuple of (int, int)
        From and to, by number of the node.
    grid : Grid

    Returns
    -------
    tuple of int, length nodes
    """
    costs = _Costs(grid)
    rng = random.Random(20240501)
    start = _layered(nodes, edges, grid)
    best, best_cost = start, float("inf")
    for attempt in range(_STARTS if nodes <= 12 else _STARTS // 4):
        placed, cost = _descend(start, edges, costs)
        if cost < best_cost:
            best, best_cost = placed, cost
        start = list(best)
        if attempt % 2:
            start = rng.sample(range(len(grid.slots)), nodes)
        else:
            _shake(start, rng, len(grid.slots), 2 + attempt % nodes)
    return tuple(best)


def spread(placed: Sequence[int], grid: Grid) -> tuple[tuple[float, float], ...]:
    """Return the box centres, stretched to the full width and moved up to the top edge."""
    spots = [grid.slots[slot] for slot in placed]
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    full = max(x for x, _ in grid.slots) - min(x for x, _ in grid.slots)
    stretch = full / (right - left) if right > left else 1.0
    lift = min(y for _, y in spots) - grid.box[1] / 2 - 1
    margin = min(x for x, _ in grid.slots)
    return tuple((margin + (x - left) * stretch, y - lift) for x, y in spots)


def _slot_count(columns: int, rows: int) -> int:
    return sum(rows if column % 2 == 0 else rows - 1 for column in range(columns))


class _Costs:
    """Geometry between slots, computed once: pair a→b has number ``a * slots + b``."""

    def __init__(self, grid: Grid) -> None:
        self.slots = len(grid.slots)
        wide, tall = grid.box
        boxes = [
            Rect(x - wide / 2 - 1.5, y - tall / 2 - 1.5, x + wide / 2 + 1.5, y + tall / 2 + 1.5)
            for x, y in grid.slots
        ]
        pairs = list(itertools.product(range(self.slots), repeat=2))
        self.length = [_length(grid, a, b) for a, b in pairs]
        self.blocked = [
            sum(
                1 << k
                for k, box in enumerate(boxes)
                if k not in (a, b) and box.crossed_by(grid.slots[a], grid.slots[b]) > 0
            )
            for a, b in pairs
        ]
        self.crosses = _crossing_pairs(np.array(grid.slots))


def _length(grid: Grid, a: int, b: int) -> float:
    (ax, ay), (bx, by) = grid.slots[a], grid.slots[b]
    step = grid.columns[b] - grid.columns[a]
    cost = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 / 30
    return float(cost) + (_BACKWARD if step < 0 else _SAME_COLUMN if step == 0 else 0.0)


def _crossing_pairs(slots: NDArray[np.float64]) -> list[bytes]:
    """Return, for every two pairs of slots, whether the lines between them cross."""
    count = len(slots)
    start, end = np.divmod(np.arange(count * count), count)
    a, b = slots[start], slots[end]
    way = b - a
    # side[p, q]: on which side of line p the slot q lies
    side = np.sign(
        way[:, None, 0] * (slots[None, :, 1] - a[:, None, 1])
        - way[:, None, 1] * (slots[None, :, 0] - a[:, None, 0])
    )
    apart = side[:, start] * side[:, end] < 0
    return [row.tobytes() for row in apart & apart.T]


def _descend(start: Sequence[int], edges: Sequence[Edge], costs: _Costs) -> tuple[list[int], float]:
    """Move one node, or swap two, while that lowers the cost."""
    placed = list(start)
    touching = [[i for i, edge in enumerate(edges) if node in edge] for node in range(len(placed))]
    known: dict[tuple[int, ...], float] = {}  # what stands costs, by the edges that are counted
    improved = True
    while improved:
        improved = False
        for node, slot in itertools.product(range(len(placed)), range(costs.slots)):
            if placed[node] == slot:
                continue
            trial, moved = list(placed), touching[node]
            if slot in placed:
                other = placed.index(slot)
                trial[other] = placed[node]
                moved = sorted({*moved, *touching[other]})
            trial[node] = slot
            counted = tuple(moved)
            if counted not in known:
                known[counted] = _cost(placed, edges, costs, counted)
            if known[counted] - _cost(trial, edges, costs, counted) > 1e-9:
                placed, improved = trial, True
                known.clear()
    return placed, _cost(placed, edges, costs, range(len(edges)))


def _cost(
    placed: Sequence[int], edges: Sequence[Edge], costs: _Costs, counted: Sequence[int]
) -> float:
    """Cost of all edges, and of the crossings of the ``counted`` ones with every other."""
    taken = sum(1 << slot for slot in placed)
    ends = [placed[a] * costs.slots + placed[b] for a, b in edges]
    cost = sum(costs.length[pair] for pair in ends)
    cost += _THROUGH * sum((costs.blocked[pair] & taken).bit_count() for pair in ends)
    crossings = 0
    among = set(counted)
    others = [pair for j, pair in enumerate(ends) if j not in among]
    for i in counted:
        row = costs.crosses[ends[i]]
        later = [ends[j] for j in among if j > i]
        crossings += sum([row[pair] for pair in others]) + sum([row[pair] for pair in later])
    return cost + _CROSSING * crossings


def _layered(nodes: int, edges: Sequence[Edge], grid: Grid) -> list[int]:
    """Start: nodes in the order of their longest path from a source, along the columns."""
    depth = [0] * nodes
    for _ in range(nodes):
        for a, b in edges:
            depth[b] = min(max(depth[b], depth[a] + 1), nodes)
    order = sorted(range(nodes), key=lambda node: (depth[node], node))
    step = len(grid.slots) / nodes
    placed = [0] * nodes
    for rank, node in enumerate(order):
        placed[node] = int(rank * step)
    return placed


def _shake(placed: list[int], rng: random.Random, slots: int, moves: int) -> None:
    for _ in range(moves):
        node, slot = rng.randrange(len(placed)), rng.randrange(slots)
        if slot in placed:
            placed[placed.index(slot)] = placed[node]
        placed[node] = slot
