"""Simulated answers have the truth that they were made with, and are marked synthetic."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from csi.errors import ModelError
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.simulate.population import simulate_population
from csi.simulate.responses import DESIGN_COLUMNS, simulate_responses
from csi.simulate.truth import Truth


@pytest.fixture(scope="module")
def questionnaire(project: Path) -> Questionnaire:
    return read_questionnaire(project / "questionnaires" / "operators_reputation.yaml")


def test_the_sample_estimates_the_population(questionnaire: Questionnaire) -> None:
    truth = Truth()
    population = simulate_population(questionnaire, truth, size=200_000, seed=3)
    expected = population.index().set_index("term")["estimate"]
    responses = simulate_responses(questionnaire, truth, 3000, seed=4)
    design = make_design(responses, **DESIGN_COLUMNS)
    table = estimate_index(fit_model(design, questionnaire)).tidy().set_index("term")
    for term, row in table.iterrows():
        assert abs(row["estimate"] - expected[term]) < 4 * row["std_error"], term


def test_same_seed_same_answers_and_marked(questionnaire: Questionnaire) -> None:
    first, again = (simulate_responses(questionnaire, None, 300, seed=1) for _ in range(2))
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert first.source.startswith("synthetic")


def test_too_few_respondents_are_refused(questionnaire: Questionnaire) -> None:
    with pytest.raises(ModelError, match="`n` must be at least"):
        simulate_responses(questionnaire, None, 2, seed=1)
