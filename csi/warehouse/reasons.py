"""SQL that finds the largest contributions of a row, without a window or an array.

A contribution is packed with the number of its term into one whole number, so that the largest
tells both and no two are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from csi.inference import IntArray
from csi.warehouse.expressions import Dialect, select_from

REASON_SHIFT = 200_000
"""Added to points before they are packed with the number of their term."""

REASON_SLOTS = 64
_SLOT_BITS = 6
Points = TypeVar("Points", int, IntArray)


def packed(points: Points, term: int) -> Points:
    """Return (points + shift) · slots + term, a positive number."""
    return (points + REASON_SHIFT) * REASON_SLOTS + term


def pick_tops(layer: str, through: Sequence[str], n_terms: int, reasons: int) -> str:
    """Add ``q_m1`` the largest of ``q_r0, q_r1, …``, ``q_m2`` the largest below it, and so on.

    Parameters
    ----------
    layer : str
        A sub-select with the contributions.
    through : sequence of str
        Columns to hand on.
    n_terms, reasons : int

    Returns
    -------
    str
        A sub-select; 0 where there are no more contributions.
    """
    terms = [f"q_r{t}" for t in range(n_terms)]
    tops: list[str] = []
    for k in range(1, reasons + 1):
        below = (
            [f"CASE WHEN {r} < q_m{k - 1} THEN {r} ELSE 0 END" for r in terms] if k > 1 else terms
        )
        largest = below[0] if n_terms == 1 else f"GREATEST({', '.join(below)})"
        kept = [*through, *tops, *(terms if k < reasons else [])]
        note = f"reason {k}: the largest contribution{' below the one before' if k > 1 else ''}"
        layer = select_from([*kept, f"{largest} AS q_m{k}"], layer, f"q_t4_{k}", note)
        tops.append(f"q_m{k}")
    return layer


def insert_tops(layer: str, through: Sequence[str], n_terms: int, reasons: int) -> str:
    """Add the same columns as `pick_tops`, by inserting one contribution after the other.

    Each step hands the smaller of two numbers on to the next place, as their sum less the larger.
    DuckDB does the two CASEs and sums per place in two thirds of the time of GREATEST, which
    would have to be asked once per reason over all terms.
    """
    if reasons == 0:
        return layer
    places = range(1, reasons + 1)
    last = n_terms - 1
    start = ["q_r0 AS q_m1", *(f"0 AS q_m{j}" for j in places[1:])]
    terms = [f"q_r{t}" for t in range(1, n_terms)]
    note = "the largest contributions: every term in turn is put in its place"
    layer = select_from([*through, *terms, *start], layer, "q_t4", note)
    for step in range(1, last + reasons):
        entering = {j: f"q_r{step}" if j == 1 else f"q_p{j}" for j in places}
        active = [j for j in places if 1 <= step - (j - 1) <= last]
        kept = [*through, *terms[step - 1 :], *(f"q_m{j}" for j in places)]
        pending = [f"q_p{j}" for j in active if j > 1]
        larger = [
            f"CASE WHEN {entering[j]} > q_m{j} THEN {entering[j]} ELSE q_m{j} END AS q_n{j}"
            for j in active
        ]
        layer = select_from([*kept, *pending, *larger], layer, f"q_a{step}", wide=True)
        kept = [*through, *terms[step:]]
        placed = [f"q_n{j} AS q_m{j}" if j in active else f"q_m{j}" for j in places]
        smaller = [f"q_m{j} + {entering[j]} - q_n{j} AS q_p{j + 1}" for j in active if j < reasons]
        layer = select_from([*kept, *placed, *smaller], layer, f"q_b{step}", wide=True)
    return layer


def reason_columns(reasons: int, dialect: Dialect) -> list[str]:
    """Return the number and the points of every reason; 0 where nothing is above the mean."""
    least = packed(1, 0)
    columns = []
    for k in range(1, reasons + 1):
        term = f"q_m{k} & {REASON_SLOTS - 1}" if dialect == "duckdb" else f"q_m{k} % {REASON_SLOTS}"
        points = slots_of(f"q_m{k}", dialect, f"({term})")
        columns += [
            f"CAST(CASE WHEN q_m{k} >= {least} THEN ({term}) + 1 ELSE 0 END AS SMALLINT) "
            f"AS reason_{k}",
            f"CASE WHEN q_m{k} >= {least} THEN CAST({points} AS INTEGER) - {REASON_SHIFT} "
            f"ELSE 0 END AS effect_{k}",
        ]
    return columns


def slots_of(number: str, dialect: Dialect, rest: str = "") -> str:
    """Return a packed number, less the rest, divided by the slots."""
    if dialect == "duckdb":
        return f"{number} >> {_SLOT_BITS}"
    return f"({number} - {rest}) / {REASON_SLOTS}" if rest else f"{number} / {REASON_SLOTS}"
