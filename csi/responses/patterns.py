"""Patterns in the ratings of respondents: the same answer throughout, answers of someone else.

All work is on one integer matrix, -1 where there is no answer, so that 20,000 respondents with 40
items take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int8]
"""Steps of each rating above the least code, shape (n, n_items); -1 where there is no answer."""

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

BLOCK = 4_000_000  # pairs compared at a time: about 4 MB per array


def is_flat(codes: Codes) -> Mask:
    """Tell who gave one and the same answer to everything they answered."""
    top = codes.max(axis=1, initial=-1)
    low = np.where(codes >= 0, codes, 127).min(axis=1, initial=127)
    return np.asarray((top == low) & (top >= 0))


def longest_run(codes: Codes) -> npt.NDArray[np.intp]:
    """Return the greatest number of equal answers in a row, unanswered items skipped."""
    n, items = codes.shape
    longest = np.zeros(n, dtype=np.intp)
    run = np.zeros(n, dtype=np.intp)
    last = np.full(n, -1, dtype=codes.dtype)
    for item in range(items):
        now = codes[:, item]
        answered = now >= 0
        run = np.where(answered, np.where(now == last, run + 1, 1), run)
        last = np.where(answered, now, last)
        longest = np.maximum(longest, run)
    return longest


def spread_within(scores: FloatArray, groups: Sequence[Sequence[int]]) -> FloatArray:
    """Return each respondent's pooled standard deviation among items that belong together.

    Parameters
    ----------
    scores : ndarray, shape (n, n_items)
        On 0-100, NaN where there is no answer.
    groups : sequence of sequence of int
        Columns of each battery.

    Returns
    -------
    ndarray, shape (n,)
        ``sqrt(sum of squared deviations / sum of (answers - 1))``; NaN without two answers.
    """
    squares = np.zeros(len(scores))
    freedom = np.zeros(len(scores))
    for columns in groups:
        part = scores[:, list(columns)]
        count = (~np.isnan(part)).sum(axis=1)
        mean = np.nansum(part, axis=1) / np.maximum(count, 1)
        squares += np.nansum((part - mean[:, None]) ** 2, axis=1)
        freedom += np.maximum(count - 1, 0)
    return np.asarray(np.sqrt(squares / np.where(freedom > 0, freedom, np.nan)))


def duplicate_groups(codes: Codes) -> npt.NDArray[np.intp]:
    """Give one number to all rows that are equal in every cell, 0 to rows that are alone."""
    packed = np.ascontiguousarray(codes).view(np.dtype((np.void, codes.shape[1])))
    _, inverse, counts = np.unique(packed.ravel(), return_inverse=True, return_counts=True)
    repeated = counts[inverse] > 1
    numbers = np.zeros(len(codes), dtype=np.intp)
    _, numbers[repeated] = np.unique(inverse[repeated], return_inverse=True)
    return np.where(repeated, numbers + 1, 0)


def closest_match(codes: Codes, minimum: int) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Find for each row the other row that agrees with it most (Kuriakose and Robbins 2016).

    Agreement is the share of equal answers among the items that both answered. Every pair is
    compared, in blocks of constant memory.

    Parameters
    ----------
    minimum : int
        Pairs with fewer items in common do not count.

    Returns
    -------
    share : ndarray of float, shape (n,)
        0 to 1; NaN where no other row has enough items in common.
    partner : ndarray of int, shape (n,)
        Row of the closest match, -1 for none.
    """
    n, _ = codes.shape
    columns = np.ascontiguousarray(codes.T)
    answered = (codes >= 0).astype(np.float32)
    share = np.full(n, -1.0, dtype=np.float32)
    partner = np.full(n, -1, dtype=np.intp)
    height = max(1, BLOCK // max(n, 1))
    for start in range(0, n, height):
        rows = slice(start, min(start + height, n))
        shape = (rows.stop - start, n - start)
        equal, same = np.zeros(shape, dtype=np.uint8), np.empty(shape, dtype=np.bool_)
        for column in columns:
            mine = np.where(column[rows] >= 0, column[rows], -2)  # no answer equals nothing
            np.equal(mine[:, None], column[None, start:], out=same)
            np.add(equal, same.view(np.uint8), out=equal)
        common = answered[rows] @ answered[start:].T
        ratio = equal / np.maximum(common, 1)
        ratio[common < minimum] = -1.0
        own = np.arange(shape[0])
        ratio[own, own] = -1.0
        _keep_best(share, partner, ratio, rows)
    return np.where(share < 0, np.nan, share).astype(np.float64), partner


def match_in_blocks(
    codes: Codes, minimum: int, agreement: float, largest: int
) -> tuple[FloatArray, npt.NDArray[np.intp], int]:
    """Find near-duplicates among very many rows: compare those that are equal in a block of items.

    Two complete rows that agree in ``agreement`` of their K items differ in at most
    d = ⌊(1 − agreement) K⌋, so of d + 1 blocks of items at least one is equal: no such pair is
    missed. Pairs that left different items out may be.

    Parameters
    ----------
    minimum : int
        Pairs with fewer items in common do not count.
    agreement : float
        Share of equal answers that is looked for.
    largest : int
        Rows with one and the same block that are still compared with each other.

    Returns
    -------
    share, partner
        As `closest_match`; NaN and -1 for rows that were compared with none.
    left_out : int
        Rows in groups that are too large to compare.
    """
    n, items = codes.shape
    share, partner = np.full(n, np.nan), np.full(n, -1, dtype=np.intp)
    too_many = np.zeros(n, dtype=np.bool_)
    different = int((1.0 - agreement) * items + 1e-9)
    for columns in np.array_split(np.arange(items), different + 1):
        block = np.ascontiguousarray(codes[:, columns])
        number = duplicate_groups(block)
        order = np.argsort(number, kind="stable")
        starts = np.searchsorted(number[order], np.arange(1, number.max(initial=0) + 2))
        for first, last in pairwise(starts):
            rows = order[first:last]
            if len(rows) > largest:
                too_many[rows] = True
                continue
            found, other = closest_match(codes[rows], minimum)
            better = ~np.isnan(found) & ~(found <= share[rows])
            share[rows[better]] = found[better]
            partner[rows[better]] = rows[other[better]]
    return share, partner, int(too_many.sum())


def _keep_best(
    share: npt.NDArray[np.float32],
    partner: npt.NDArray[np.intp],
    ratio: npt.NDArray[np.float32],
    rows: slice,
) -> None:
    """Update the best match of the rows, and of the columns: each pair is compared once."""
    later = slice(rows.start, len(share))
    for axis, places, first in ((1, rows, rows.start), (0, later, rows.start)):
        best = ratio.argmax(axis=axis)
        found = ratio.max(axis=axis)
        better = found > share[places]
        share[places] = np.where(better, found, share[places])
        partner[places] = np.where(better, best + first, partner[places])
