"""A subscriber file that stands in for the real one: the customers of a plan and its exclusions.

Nothing in it is real: the column ``synthetic`` says so in every row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csi.errors import SamplingError
from csi.questionnaire.schema import Questionnaire
from csi.responses.data import SYNTHETIC
from csi.sampling.exclusions import Exclusion, read_exclusions
from csi.sampling.plan import SamplingPlan

EXCLUDED = 0.02
"""Customers whom each exclusion takes out, as a share of those who stay."""

_FIRST_KEY = 1_000_000
_TRIED = 1 << 14


def simulate_frame(plan: SamplingPlan, *, seed: int) -> pd.DataFrame:
    """Make up the subscriber file that a plan is to be drawn from.

    Parameters
    ----------
    plan : SamplingPlan
        Each stratum without a quota gets as many customers as the plan says, and each exclusion
        two percent more, whom it will take out.
    seed : int

    Returns
    -------
    DataFrame
        The key, the strata, every column that an exclusion reads, and ``synthetic`` (True).

    Raises
    ------
    SamplingError
        If no stratum has a frame, or an exclusion holds for nobody or for everybody.

    Examples
    --------
    >>> frame = simulate_frame(plan, seed=1)  # doctest: +SKIP
    """
    rng = np.random.default_rng(seed)
    cells = plan.cells[plan.cells["design"] == "probability"]
    if cells.empty:
        raise SamplingError("Every stratum is filled by quota: there is no frame to simulate.")
    strata = list(plan.settings.strata)
    size = cells["population"].to_numpy().round().astype(np.int64)
    home = np.repeat(np.arange(len(cells)), size)
    kinds = _kinds(read_exclusions(plan.questionnaire), rng)
    extra = int(EXCLUDED * len(home))
    parts = [_some(kinds[0], len(home), rng), *(_some(kind, extra, rng) for kind in kinds[1:])]
    out = rng.choice(len(cells), size=extra * (len(kinds) - 1), p=size / size.sum())
    place = np.concatenate([home, out])
    frame = cells[strata].iloc[place].reset_index(drop=True)
    frame = pd.concat([frame, pd.concat(parts, ignore_index=True)], axis=1)
    frame.insert(0, frame_key(plan.questionnaire), _FIRST_KEY + np.arange(len(frame)))
    order = rng.permutation(len(frame))
    return frame.iloc[order].reset_index(drop=True).assign(**{SYNTHETIC: True})


def frame_key(questionnaire: Questionnaire) -> str:
    """Return the item that names a customer, or ``customer``."""
    keys = (item.id for item in questionnaire.items.values() if item.role == "key")
    return next(keys, "customer")


def _some(kind: pd.DataFrame, size: int, rng: np.random.Generator) -> pd.DataFrame:
    return kind.iloc[rng.integers(0, len(kind), size)].reset_index(drop=True)


def _kinds(rules: Sequence[Exclusion], rng: np.random.Generator) -> list[pd.DataFrame]:
    """Return customers whom no rule takes out, then for each rule some whom it does.

    Values are tried at and beside those that the rules compare with.
    """
    tried: dict[str, list[object]] = {}
    for rule in rules:
        for comparison in rule.when.comparisons:
            values = tried.setdefault(comparison.item, [])
            for value in comparison.values:
                near = [value, "other"] if isinstance(value, str) else [value - 1, value, value + 1]
                values += [each for each in near if each not in values]
    columns = {
        name: pd.Series([values[k] for k in rng.integers(0, len(values), _TRIED)])
        for name, values in tried.items()
    }
    people = pd.DataFrame(columns, index=range(_TRIED))
    hits = [np.asarray(rule.when.holds(people)) for rule in rules]
    stays = ~np.any(hits, axis=0) if hits else np.ones(_TRIED, dtype=bool)
    faults = ["The exclusions together leave nobody."] if not stays.any() else []
    faults += [
        f"The exclusion `{rule.id}` ({rule.when}) holds for nobody."
        for rule, hit in zip(rules, hits, strict=True)
        if not hit.any()
    ]
    if faults:
        raise SamplingError(faults)
    return [people[stays], *(people[hit] for hit in hits)]
