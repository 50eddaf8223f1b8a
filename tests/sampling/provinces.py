"""A provincial study as an allocation problem: 16 prefectures, 4 lines, 3 operators, 7 tables."""

from __future__ import annotations

import itertools

import numpy as np

from csi.sampling.limits import VarianceLimits, domain_coefficients, limit_variances

TABLES = (
    ((), 1.0),
    ((0,), 3.0),
    ((1,), 2.0),
    ((2,), 2.0),
    ((0, 1), 5.0),
    ((1, 2), 3.0),
    ((0, 2), 5.0),
)
"""Columns (prefecture, line, operator) of each table and its half-width in points."""


def province_limits(
    seed: int, *, regions: int = 16, tight: float = 0.45
) -> tuple[VarianceLimits, np.ndarray, np.ndarray]:
    """Return limits on a mean score and a share for every number of seven tables.

    ``tight`` multiplies every wanted variance. Competitors' customers cost 2.5 times as much.
    """
    rng = np.random.default_rng(seed)
    cells = np.array(list(itertools.product(range(regions), range(4), range(3))))
    size = rng.lognormal(0, 0.6, regions)[cells[:, 0]]
    size = size * np.array([0.05, 0.6, 0.1, 0.25])[cells[:, 1]]
    size = size * np.array([0.5, 0.3, 0.2])[cells[:, 2]]
    population = np.round(8e6 * size / size.sum()).clip(2000)
    share = rng.uniform(0.1, 0.5, len(cells))
    spreads = (rng.uniform(14, 26, len(cells)) ** 2, 1e4 * share * (1 - share))
    labels, members, widths = [], [], []
    for columns, half_width in TABLES:
        codes = cells[:, list(columns)]
        for group in np.unique(codes, axis=0) if columns else np.zeros((1, 0), dtype=int):
            labels.append(f"{columns} = {group.tolist()}")
            members.append((codes == group).all(axis=1))
            widths.append(half_width)
    wanted = (np.array(widths) / 1.96) ** 2 * tight
    limits = limit_variances(
        [f"{kind} {label}" for kind in ("score", "share") for label in labels],
        np.vstack([domain_coefficients(np.array(members), population, v) for v in spreads]),
        # A share in percent points has about 2.4 times the spread of a score.
        np.concatenate([wanted, wanted * 2.4**2]),
        population,
    )
    return limits, np.where(cells[:, 2] == 0, 1.0, 2.5), population
