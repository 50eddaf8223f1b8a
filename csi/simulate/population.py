"""A simulated population, large enough that what it shows is the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from csi.errors import ModelError
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.effects import total_effects_in_points
from csi.model.fit import ModelFit, fit_model
from csi.questionnaire.schema import Questionnaire
from csi.responses.data import Responses
from csi.simulate.people import draw_people, draw_places, stratum_shares
from csi.simulate.responses import build_responses, wave_changes
from csi.simulate.truth import Truth, compile_truth

PEOPLE_PER_UNIT = 25
"""Many small units, so that the draw of the units adds little to the truth's own error."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedPopulation:
    """A whole population with the model fitted to it: the truth by brute force.

    Everybody takes part and knows an answer; nobody is coached. Rounding, ceilings, biased items
    and routing are as in the samples.

    Attributes
    ----------
    responses : Responses
    fit : ModelFit
    """

    responses: Responses
    fit: ModelFit

    def __repr__(self) -> str:
        return f"SimulatedPopulation(N={len(self.responses.frame):,})"

    def index(self, by: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the true scores: the columns of ``by``, ``term``, ``estimate``."""
        scores = estimate_index(self.fit, by=by).scores
        return scores.labels.assign(estimate=scores.values)

    def total_effects(self, outcome: str | None = None) -> pd.DataFrame:
        """Return the true total effects in points per point: ``term``, ``estimate``."""
        model = self.responses.questionnaire.model
        assert model is not None
        target = model.index if outcome is None else outcome
        drivers = self.fit.table.antecedents_of(target)
        group = self.fit.groups[0]
        effects = total_effects_in_points(group.structure, group.theta, target, drivers)
        return effects.labels.assign(estimate=effects.values)

    def gaps(self, across: str) -> pd.DataFrame:
        """Return the true gaps: ``group_a, group_b, term, estimate`` (a − b)."""
        table = self.index(across).pivot(index="term", columns=across, values="estimate")
        rows = [
            {"group_a": a, "group_b": b, "term": term, "estimate": row[a] - row[b]}
            for a, b in combinations(table.columns, 2)
            for term, row in table.iterrows()
        ]
        return pd.DataFrame(rows, columns=["group_a", "group_b", "term", "estimate"])


def simulate_population(
    questionnaire: Questionnaire,
    truth: Truth | None = None,
    *,
    size: int = 200_000,
    seed: int,
    wave: str | None = None,
) -> SimulatedPopulation:
    """Draw a large population and fit the model to it.

    Parameters
    ----------
    questionnaire : Questionnaire
    truth : Truth, optional
    size : int
        People, about; at least 10,000.
    seed : int
    wave : str, optional

    Returns
    -------
    SimulatedPopulation

    Raises
    ------
    ModelError
        As `simulate_responses`; or for a population that is too small to be the truth.
    """
    if size < 10_000:
        raise ModelError(f"`size` must be at least 10,000, or it is only a sample; got {size}.")
    given = truth or Truth()
    plan = compile_truth(questionnaire, _complete(given))
    rng = np.random.default_rng(seed)
    per_stratum = max(size // (plan.truth.strata * PEOPLE_PER_UNIT), 2)
    places = draw_places(plan, per_stratum, rng)
    sizes = size * stratum_shares(plan.truth)[places.stratum] / per_stratum
    unit = np.repeat(np.arange(len(places.stratum)), np.round(sizes).astype(np.int64))
    changes = wave_changes(given, wave)
    people = draw_people(plan, questionnaire, places, unit, changes, rng)
    people = replace(people, weight=np.ones(len(unit)))
    source = f"synthetic, population, seed {seed}"
    responses = build_responses(plan, questionnaire, places, people, rng, source=source)
    return SimulatedPopulation(
        responses=responses, fit=fit_model(make_design(responses), questionnaire)
    )


def _complete(truth: Truth) -> Truth:
    """Return the truth of people who all know an answer and were not coached."""
    return replace(truth, dont_know={}, no_answer={}, coached=0.0)
