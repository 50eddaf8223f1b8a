"""Groups for the tests of invariance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from csi.inference import SurveyDesign, make_design, split_domains
from csi.model.comparison_model import Scope, comparison_table
from csi.model.fit import ModelFit, fit_model
from csi.model.group_model import GroupModel, lay_out
from csi.model.group_moments import GroupMoments
from csi.model.syntax import read_syntax
from csi.moments import estimate_moments

SIMULATED = Path(__file__).parents[1] / "oracles" / "simulated.csv"


def grouped(
    design: SurveyDesign, syntax: str, by: str, scope: Scope = "measurement"
) -> tuple[GroupModel, GroupMoments]:
    """The model and the moments of every group, as `check_invariance` makes them."""
    table = comparison_table(read_syntax(syntax), scope)
    codes = split_domains(design, by).codes
    moments = [
        estimate_moments(design, table.items, domain=codes == g) for g in range(codes.max() + 1)
    ]
    return lay_out(table), GroupMoments(
        tuple(moments), tuple(f"group {g}" for g in range(len(moments)))
    )


def reweighted(data: GroupMoments, weights: np.ndarray) -> GroupMoments:
    """The same groups where respondent i counts ``weights[i]`` times."""
    frame = data.design.frame
    design = make_design(frame.assign(times=weights), weights="times")
    moments = []
    for each in data.moments:
        again = estimate_moments(design, data.items, domain=each.inside)
        moments.append(replace(again, n=float(weights[each.inside].sum())))  # type: ignore[arg-type]
    return GroupMoments(tuple(moments), data.names)


def operators(
    seed: int,
    *,
    n: int = 500,
    n_groups: int = 2,
    bias: float = 0.0,
    gap: float = 0.0,
    loading: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Operators 1, 2, ...; in the last, s1 is answered ``bias`` higher and all like it ``gap``."""
    rng = np.random.default_rng(seed)
    operator = np.repeat(np.arange(1, n_groups + 1), n)
    last = operator == n_groups
    f = rng.normal(size=len(operator)) + gap * last
    data = pd.DataFrame({"operator": operator})
    for k in range(4):
        own = 1.4 + (loading or {}).get(f"s{k}", 0.0) * last
        data[f"s{k}"] = 6.0 + own * f + 1.1 * rng.normal(size=len(f))
    data.loc[last, "s1"] += bias
    items = data.columns[1:]
    data[items] = data[items].clip(1, 10).round()
    return data


def fitted(data: pd.DataFrame, syntax: str = "S =~ s0 + s1 + s2 + s3", **design: str) -> ModelFit:
    return fit_model(make_design(data, **design), syntax)  # type: ignore[arg-type]
