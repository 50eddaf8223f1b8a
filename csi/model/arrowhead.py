"""Equations in which groups meet only through the numbers they share.

The information matrix of a multi-group model has a block for the numbers of each group alone, and
a border for the shared ones. Eliminating block by block costs as much as one group times the number
of groups, not the cube of all numbers together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csi.inference import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrowhead:
    """A symmetric matrix Σ_g R_gᵀ A_g R_g, factored.

    Attributes
    ----------
    n : int
        Its order.
    own : tuple of IntArray
        The numbers that only one group has, group by group.
    inverse : tuple of FloatArray
        The inverse of each group's own block.
    side : tuple of FloatArray, shapes (n_own, n_shared)
        Each inverse times the border.
    shared : IntArray
        The numbers that several groups have.
    core : FloatArray, shape (n_shared, n_shared)
        Inverse of the Schur complement: the shared part of the whole inverse.
    """

    n: int
    own: tuple[IntArray, ...]
    inverse: tuple[FloatArray, ...]
    side: tuple[FloatArray, ...]
    shared: IntArray
    core: FloatArray

    def solve(self, right: FloatArray) -> FloatArray:
        """Return the inverse times ``right``, shape (n,) or (n, r)."""
        result = np.zeros_like(right)
        rest = self.profile(right)
        result[self.shared] = self.core @ rest
        for own, inverse, side in zip(self.own, self.inverse, self.side, strict=True):
            result[own] = inverse @ right[own] - side @ result[self.shared]
        return result

    def profile(self, right: FloatArray) -> FloatArray:
        """Return what is left of ``right`` for the shared numbers once the others are solved."""
        rest: FloatArray = right[self.shared].copy()
        for own, side in zip(self.own, self.side, strict=True):
            rest -= side.T @ right[own]
        return rest


def factor_arrowhead(
    numbers: Sequence[IntArray], blocks: Sequence[FloatArray], n: int, *, damping: float = 0.0
) -> Arrowhead:
    """Factor Σ_g R_gᵀ (A_g + damping·diag A_g) R_g.

    Parameters
    ----------
    numbers : sequence of IntArray
        Which of the n numbers each row of a group's block is.
    blocks : sequence of FloatArray
        The symmetric A_g.
    n : int
    damping : float
        Added to the diagonal, relative to it (Marquardt 1963).

    Raises
    ------
    numpy.linalg.LinAlgError
        If a block or the rest is singular.
    """
    times = np.zeros(n, dtype=np.int64)
    for number in numbers:
        times[number] += 1
    shared = np.flatnonzero(times > 1)
    place = np.full(n, -1, dtype=np.int64)
    place[shared] = np.arange(len(shared))
    schur = np.zeros((len(shared), len(shared)))
    own: list[IntArray] = []
    inverses: list[FloatArray] = []
    sides: list[FloatArray] = []
    for number, block in zip(numbers, blocks, strict=True):
        A = block + damping * np.diag(np.maximum(np.diag(block), 1e-12)) if damping else block
        alone = place[number] < 0
        at = place[number[~alone]]
        border = np.zeros((int(alone.sum()), len(shared)))
        border[:, at] = A[np.ix_(alone, ~alone)]
        inverse: FloatArray = np.asarray(np.linalg.inv(A[np.ix_(alone, alone)]))
        side = inverse @ border
        schur[np.ix_(at, at)] += A[np.ix_(~alone, ~alone)]
        schur -= border.T @ side
        own.append(number[alone])
        inverses.append(inverse)
        sides.append(side)
    return Arrowhead(
        n=n,
        own=tuple(own),
        inverse=tuple(inverses),
        side=tuple(sides),
        shared=shared,
        core=np.asarray(np.linalg.inv(schur)),
    )
