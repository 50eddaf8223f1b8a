"""A verdict that does not show a wrong sign; its limits come from benchmarks/truth_meter.py."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.inference import make_design
from csi.model.fit import ModelFit, fit_model

MODEL = """
A =~ a1 + a2 + a3
B =~ b1 + b2 + b3
C =~ c1 + c2 + c3
C ~ A + B
"""


def fitted(effect_of_b: float, *, common: float = 0.5, n: int = 2000) -> ModelFit:
    """Fit a model whose drivers A and B correlate at ``common``."""
    rng = np.random.default_rng(11)
    a = rng.normal(size=n)
    b = common * a + np.sqrt(1 - common**2) * rng.normal(size=n)
    c = 0.8 * a + effect_of_b * b + 0.5 * rng.normal(size=n)
    data = {
        f"{name}{k}": own + 0.5 * rng.normal(size=n)
        for name, own in (("a", a), ("b", b), ("c", c))
        for k in (1, 2, 3)
    }
    return fit_model(make_design(pd.DataFrame(data)), MODEL)


def codes(fit: ModelFit) -> dict[str, str]:
    return {finding.code: finding.severity for finding in fit.diagnosis().findings}


def test_a_healthy_model_is_certified() -> None:
    assert fitted(0.3).diagnosis().verdict == "certified"


def test_an_effect_against_the_correlation_is_provisional() -> None:
    """B correlates with C through A while its own effect is below zero."""
    fit = fitted(-0.02)
    assert fit.diagnosis().verdict == "provisional"
    assert codes(fit)["effect_sign"] == "provisional"
    finding = next(f for f in fit.diagnosis().findings if f.code == "effect_sign")
    assert finding.subject == "C ~ B"
    assert finding.value < 0.0 < finding.threshold


def test_a_withheld_model_does_not_list_signs() -> None:
    fit = fitted(-0.3, common=0.9995)
    assert fit.diagnosis().verdict == "withheld"
    assert "effect_sign" not in codes(fit)


def test_a_path_that_is_not_known_to_a_fifth_is_provisional() -> None:
    fit = fitted(0.3, common=0.97, n=150)
    errors = [f for f in fit.diagnosis().findings if f.code == "path_error"]
    assert errors
    assert all(f.value > f.threshold == 0.20 for f in errors)
    assert fit.diagnosis().verdict == "provisional"
