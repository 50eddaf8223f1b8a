"""Small waves with known changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.comparison import stack_waves
from csi.index import Index, estimate_index
from csi.inference import SurveyDesign, make_design
from csi.model.fit import fit_model

SYNTAX = "F =~ x0 + x1 + x2"


def wave(
    seed: int, n: int = 400, *, shift: float = 0.0, share: float = 0.3, bias: float = 0.0
) -> pd.DataFrame:
    """Draw a wave: customers of line 2 score lower; ``bias`` is added to one item alone."""
    rng = np.random.default_rng(seed)
    line = 1 + (rng.random(n) < share)
    f = rng.normal(size=n) - 0.8 * (line == 2)
    items = {f"x{k}": 70 + shift + 10 * f + 7 * rng.normal(size=n) for k in range(3)}
    items["x2"] = items["x2"] + bias
    return pd.DataFrame(items).assign(
        line=line,
        operator=rng.integers(1, 3, n),
        region=rng.integers(1, 5, n),
        w=rng.uniform(0.5, 2, n),
    )


def design(frame: pd.DataFrame) -> SurveyDesign:
    return make_design(frame, weights="w", strata="region")


def index_by_wave(*waves: pd.DataFrame, by: tuple[str, ...] = (), own: bool = False) -> Index:
    """Return the index by wave; ``own``: with item weights of each wave."""
    stacked = stack_waves({f"q{k}": design(frame) for k, frame in enumerate(waves, start=1)})
    fit = fit_model(stacked, SYNTAX, by="wave" if own else None)
    return estimate_index(fit, by=(*by, "wave"))
