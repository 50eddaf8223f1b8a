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
    x : FloatArray, shape (..., 2 (k + c + c·k + k))
        Before, then after: item weights, shares of cells, means by cell and item, item means.
    k, c : int
        Number of items, of cells.

    Returns
    -------
    FloatArray, shape (..., n_parts)
        In the order of `part_labels`.
    """
    (w0, s0, m0, M0), (w1, s1, m1, M1) = (_unpacked(half, k, c) for half in np.split(x, 2, axis=-1))
    dw, ds, dm = w1 - w0, s1 - s0, m1 - m0
    level = dm * ((_outer(s0, w0) + _outer(s1, w1)) / 3.0 + (_outer(s0, w1) + _outer(s1, w0)) / 6.0)
    cell_score = (_by_cell(m0, w0) + _by_cell(m1, w1)) / 3.0
    cell_score += (_by_cell(m0, w1) + _by_cell(m1, w0)) / 6.0
    item_score = (_by_item(m0, s0) + _by_item(m1, s1)) / 3.0
    item_score += (_by_item(m0, s1) + _by_item(m1, s0)) / 6.0
    # The shares' changes add up to 0, and so do the weights': any centre gives the same sum.
    mix = ds * (cell_score - ((s0 + s1) * cell_score).sum(axis=-1, keepdims=True) / 2.0)
    weights = dw * (item_score - ((w0 + w1) * item_score).sum(axis=-1, keepdims=True) / 2.0)
    remainder = (w1 * (M1 - _by_item(m1, s1))).sum(axis=-1)
    remainder = remainder - (w0 * (M0 - _by_item(m0, s0))).sum(axis=-1)
    total = (w1 * M1).sum(axis=-1) - (w0 * M0).sum(axis=-1)
    sums = [mix.sum(axis=-1), level.sum(axis=(-2, -1)), weights.sum(axis=-1), remainder, total]
    detail = [level.sum(axis=-2), weights, mix, level.sum(axis=-1)]
    return np.concatenate([np.stack(sums, axis=-1), *detail], axis=-1)


def part_slopes(x: FloatArray, k: int, c: int) -> FloatArray:
    """Return the derivatives of `change_parts`, shape (n_parts, len(x)).

    Exact, by complex steps (Squire and Trapp 1998), all at once.
    """
    step = 1e-30
    stepped: FloatArray = (x + 1j * step * np.eye(len(x))).view(np.ndarray)
    return np.asarray(change_parts(stepped, k, c).imag.T / step)


def _outer(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(a[..., :, None] * b[..., None, :])


def _by_cell(m: FloatArray, w: FloatArray) -> FloatArray:
    return np.asarray((m * w[..., None, :]).sum(axis=-1))


def _by_item(m: FloatArray, s: FloatArray) -> FloatArray:
    return np.asarray((m * s[..., :, None]).sum(axis=-2))


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
    """Return item weights (..., k), shares (..., c), means (..., c, k), item means (..., k)."""
    w, s, m, M = np.split(half, np.cumsum([k, c, c * k]), axis=-1)
    return w, s, m.reshape(*m.shape[:-1], c, k), M
