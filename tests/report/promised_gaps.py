"""What a book promises of our gaps: their parts, and what unlike questions make of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from promised import Cell, Expected, Promise, Row, interval, num, pair_label, partial

from csi.report.document import format_number


def _gap_parts(promise: Promise) -> Iterator[Expected]:
    """Our gap to each competitor by part, all lines together."""
    words = promise.words
    gaps: dict[int | str | None, dict[str, Row]] = {}
    for row in promise.records("gap_parts", by=""):
        promise.show("gap_parts", row)
        gaps.setdefault(row.code("group_b"), {})[str(row["part"])] = row
    unlike = _unlike(promise)
    rows: list[tuple[Cell, ...]] = []
    for rival, parts in gaps.items():
        rest = parts["remainder"].number_in("estimate") + parts["weights"].number_in("estimate")
        total, *others = (parts[name] for name in ("total", "mix", "level"))
        rows.append(
            (
                promise.group_label(rival),
                f"~{re.escape(num(total, 'estimate'))}†?",
                interval(total),
                *(cell for part in others for cell in (num(part, "estimate"), interval(part))),
                *((format_number(unlike.get(rival, math.nan)),) if unlike else ()),
                format_number(rest),
            )
        )
    own = "" if promise.own is None else promise.group_label(promise.own)
    caption = words("gaps.table", own=own)
    yield Expected(section=words("scores.title"), caption=caption, rows=tuple(rows))


def _unlike(promise: Promise) -> dict[int | str | None, float]:
    """Return the points that unlike questions make of our gap to each competitor."""
    points = {}
    for row in promise.records("comparisons", across=promise.group, term=promise.index):
        a, b = row.code("group_a"), row.code("group_b")
        if row.code(promise.line) is None and promise.own in (a, b) and partial(row):
            found = row.number_in("estimate") - row.number_in("corrected")
            points[b if a == promise.own else a] = found if a == promise.own else -found
    return points


def _gaps(promise: Promise) -> Iterator[Expected]:
    """Gaps in the index without the questions that measure unalike."""
    words = promise.words
    rows: list[tuple[Cell, ...]] = []
    for item, invariance in promise.results.invariances.items():
        if promise.index not in set(invariance.released["construct"]):
            continue
        for row in promise.records("comparisons", across=item, term=promise.index):
            if promise.line and item != promise.line and row.code(promise.line) is not None:
                continue
            pair = pair_label(promise, row).replace(" − ", " – ")
            rows.append((pair, num(row, "estimate"), interval(row), num(row, "corrected"),
                         interval(row, of="corrected"),
                         num(row, "bias"), interval(row, of="bias")))  # fmt: skip
    yield Expected(
        section=words("invariance.title"), caption=words("invariance.gaps"), rows=tuple(rows)
    )


GAPS = (_gap_parts, _gaps)
