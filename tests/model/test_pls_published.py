"""PLS against numbers that other people printed: 711 on mobi and 316 with sampling weights.

mobi: SmartPLS 2.0.M3, 8 digits, three schemes (675), and semPLS in JSS 48(3), 3 digits (36).
SmartPLS stops early and prints outer weights from one iteration later than the scores behind
its paths and cross loadings. Both iterations are made here, so all digits agree; at the fixed
point itself the paths and cross loadings differ by at most 2.1e-8, the weights by 5e-9.

Weighted: SmartPLS weighted PLS on 250 bank customers. Recipe: weighted correlation matrix with
divisor Σw, mode A, path scheme, stop at a change of 1e-7; missing answers replaced by the
*unweighted* mean first. Consistent PLS is inadmissible on both tables.
"""

import numpy as np
import pandas as pd
import pytest

from csi.model.pls import fit_pls, pls_model
from tests.model.pls_examples import MOBI_BLOCKS, MOBI_ITEMS, MOBI_PATHS, SHARED_DATA

pytestmark = pytest.mark.skipif(
    not (SHARED_DATA / "mobi").is_dir(), reason=f"published results are not in {SHARED_DATA}"
)

SCHEMES = {"centroid": "centroid", "factorial": "factorial", "pathWeighting": "path"}


def mobi_published(software):
    table = pd.read_csv(SHARED_DATA / "mobi" / "published_pls_results.csv")
    return table[table.software.str.startswith(software)]


def mobi_fit(scheme, tol):
    answers = pd.read_csv(SHARED_DATA / "mobi" / "mobi.csv")[MOBI_ITEMS]
    model = pls_model(MOBI_ITEMS, MOBI_BLOCKS, MOBI_PATHS, scheme=scheme)
    return fit_pls(answers.cov(), model, tol=tol)


def estimate(fit, statistic, first, second):
    """The number that a published table calls `statistic` of `first` and `second`."""
    model = fit.model
    if statistic in {"path", "total_effect"}:
        pair = model.constructs.index(first), model.constructs.index(second)
        return {"path": fit.path_matrix, "total_effect": fit.total_effect_matrix}[statistic][pair]
    if statistic == "loading":
        return fit.loadings[model.items.index(second)]
    if statistic == "outer_weight":
        return fit.weights[model.items.index(first)]
    return fit.cross_loadings[model.items.index(first), model.constructs.index(second)]


@pytest.mark.parametrize("printed_scheme", SCHEMES)
def test_smartpls_on_mobi_to_every_printed_digit(printed_scheme):
    rows = mobi_published("SmartPLS")
    rows = rows[rows.scheme == printed_scheme]
    assert len(rows) == 225
    scores = mobi_fit(SCHEMES[printed_scheme], tol=1e-6)
    weights = mobi_fit(SCHEMES[printed_scheme], tol=1e-7)
    settled = mobi_fit(SCHEMES[printed_scheme], tol=1e-12)
    assert (scores.iterations, weights.iterations) == (5, 6)
    for row in rows.itertuples():
        named = row.statistic, row.from_or_indicator, row.to_or_construct
        fit = weights if row.statistic == "outer_weight" else scores
        assert estimate(fit, *named) == pytest.approx(row.value, abs=5e-9), named
        assert estimate(settled, *named) == pytest.approx(row.value, abs=2.2e-8), named


def test_sempls_on_mobi_to_every_printed_digit():
    rows = mobi_published("semPLS")
    assert len(rows) == 36
    fit = mobi_fit("centroid", tol=1e-10)
    for row in rows.itertuples():
        named = row.statistic, row.from_or_indicator, row.to_or_construct
        assert round(estimate(fit, *named), 3) == row.value, named


SIZES = {"EXPE": 5, "IMAG": 5, "LOY": 4, "QUAL": 5, "SAT": 4, "VAL": 4}
BANK_BLOCKS = {name: [f"{name.lower()}{i + 1}" for i in range(n)] for name, n in SIZES.items()}
BANK_ITEMS = [item for block in BANK_BLOCKS.values() for item in block]
BANK_PATHS = [("EXPE", "QUAL"), ("IMAG", "EXPE"), ("IMAG", "SAT"), ("EXPE", "SAT")]
BANK_PATHS += [("QUAL", "SAT"), ("VAL", "SAT"), ("IMAG", "LOY"), ("SAT", "LOY")]
BANK_PATHS += [("EXPE", "VAL"), ("QUAL", "VAL")]


def bank_fit(missing, tol=1e-7):
    name = "satisfaction_NA_weighted.csv" if missing else "satisfaction_weighted.csv"
    table = pd.read_csv(SHARED_DATA / "weighted_pls" / name)
    answers = table[BANK_ITEMS].fillna(table[BANK_ITEMS].mean()).to_numpy(dtype=float)
    covariance = np.cov(answers.T, aweights=table.sample_weights, ddof=0)
    return fit_pls(covariance, pls_model(BANK_ITEMS, BANK_BLOCKS, BANK_PATHS), tol=tol)


RUNS = {
    "expected_weighted_satisfaction_results": (False, False),
    "expected_satisfaction_consistent_weighted": (False, True),
    "expected_weighted_satisfaction_NA_results": (True, False),
    "expected_satisfaction_consistent_NA_weighted": (True, True),
}


@pytest.mark.parametrize("run", RUNS)
def test_smartpls_with_sampling_weights(run):
    missing, consistent = RUNS[run]
    table = pd.read_csv(
        SHARED_DATA / "weighted_pls" / "published_results_smartpls_wpls.csv", index_col="run"
    ).loc[run]
    assert len(table) == 79
    for tol, agree in ((1e-7, 1e-11), (1e-12, 1e-8)):
        fit = bank_fit(missing, tol)
        chosen = fit.consistent if consistent else fit
        for row in table.itertuples():
            if row.table in {"weights", "loadings"}:
                values = fit.weights if row.table == "weights" else chosen.loadings
                value = values[fit.model.items.index(row.parameter.split(" <- ")[0])]
            else:
                matrix = chosen.path_matrix
                if row.table == "total_effects":
                    matrix = chosen.total_effect_matrix
                start, end = row.parameter.split(" -> ")
                value = matrix[fit.model.constructs.index(start), fit.model.constructs.index(end)]
            assert value == pytest.approx(row.value, abs=agree), (row.table, row.parameter)


@pytest.mark.parametrize("missing", [False, True])
def test_the_weighted_consistent_solution_is_flagged(missing):
    fixed = bank_fit(missing).consistent
    assert not fixed.admissible
    assert fixed.problems
