"""The parts of a change as a function of weights, shares and means before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csi.inference import FloatArray

PartLabels = pd.DataFrame
"""Columns ``part, by, item, element`` and those of the cells, a row per part."""


def change_parts(x: FloatArray, k: int, c: int) -> FloatArray:
    """Return every part of a change.

    T = Σ_k ω_k Σ_c s_c m_kc is trilinear in ω, s and m. What a factor adds to its change, averaged
    over the orders in which the three are changed, is the factor's difference times
    (y₀z₀ + y₁z₁)/3 + (y₀z₁ + y₁z₀)/6 of the two others (Shapley 1953).

    Parameters
    ----------
    x : FloatArray, shape (2 (k + c + c·k + k),)
        Before, then after: item weights, shares of cells, means by cell and item, item means.
    k, c : int
        Number of items, of cells.

    Returns
    -------
    FloatArray
        In the order of `part_labels`.
    """
    (w0, s0, m0, M0), (w1, s1, m1, M1) = (_unpacked(half, k, c) for half in np.split(x, 2))
    dw, ds, dm = w1 - w0, s1 - s0, m1 - m0
    level = dm * (
        (np.outer(s0, w0) + np.outer(s1, w1)) / 3.0 + (np.outer(s0, w1) + np.outer(s1, w0)) / 6.0
    )
    cell_score = (m0 @ w0 + m1 @ w1) / 3.0 + (m0 @ w1 + m1 @ w0) / 6.0
    item_score = (m0.T @ s0 + m1.T @ s1) / 3.0 + (m0.T @ s1 + m1.T @ s0) / 6.0
    # The shares' changes add up to 0, and so do the weights': any centre gives the same sum.
    mix = ds * (cell_score - (s0 + s1) @ cell_score / 2.0)
    weights = dw * (item_score - (w0 + w1) @ item_score / 2.0)
    remainder = w1 @ (M1 - m1.T @ s1) - w0 @ (M0 - m0.T @ s0)
    total = w1 @ M1 - w0 @ M0
    return np.concatenate(
        [
            [mix.sum(), level.sum(), weights.sum(), remainder, total],
            level.sum(axis=0),
            weights,
            mix,
            level.sum(axis=1),
        ]
    )


def part_labels(items: Sequence[str], cells: pd.DataFrame) -> PartLabels:
    """Return what each part is."""
    c = len(cells)
    head = [(part, "", "") for part in ("mix", "level", "weights", "remainder", "total")]
    head += [(part, "item", item) for part in ("level", "weights") for item in items]
    head += [(part, "cell", "") for part in ("mix", "level") for _ in range(c)]
    labels = pd.DataFrame(head, columns=["part", "by", "item"]).assign(element="")
    empty = pd.DataFrame("", index=range(len(head) - 2 * c), columns=cells.columns, dtype=object)
    return pd.concat([labels, pd.concat([empty, cells, cells], ignore_index=True)], axis=1)


def _unpacked(
    half: FloatArray, k: int, c: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return item weights (k,), shares (c,), means (c, k), item means (k,)."""
    w, s, m, M = np.split(half, np.cumsum([k, c, c * k]))
    return w, s, m.reshape(c, k), M
