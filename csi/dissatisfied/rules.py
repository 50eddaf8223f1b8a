"""Rules, their union, the model, and whom only the model finds, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.ranking import as_estimates, list_membership
from csi.errors import suggest
from csi.inference import Estimates, FloatArray, SurveyDesign

_MEASURES = ("flagged", "precision", "wrong_calls", "recall", "lift")


def compare_rules(
    design: SurveyDesign,
    rules: Sequence[str],
    probability: FloatArray,
    dissatisfied: FloatArray,
) -> Estimates:
    """Compare rules with a model that may flag as many as their union does.

    Parameters
    ----------
    design : SurveyDesign
    rules : sequence of str
        Columns of truth values, such as silent and event.
    probability : FloatArray, shape (n,)
        Of the model, for respondents that it did not see.
    dissatisfied : FloatArray, shape (n,)
        1, 0, or NaN for those who gave no answer.

    Returns
    -------
    Estimates
        Labels: ``finder`` (each rule, ``any rule``, ``model``, ``model only``, ``rules only``)
        and ``term`` (``flagged``, ``precision``, ``wrong_calls``, ``recall``, ``lift``). The
        model's list is as long as that of any rule.

    Raises
    ------
    DissatisfiedError
        If a rule is unknown or flags nobody or everybody.
    """
    inside = ~np.isnan(dissatisfied) & ~np.isnan(probability) & (design.weights > 0)
    flags = {name: _flag(design, name)[inside] for name in rules}
    union = np.maximum.reduce(list(flags.values()))
    w, y = design.weights[inside], dissatisfied[inside]
    for name, flag in flags.items():
        if flag.max() == flag.min():
            raise DissatisfiedError(f"Rule `{name}` flags {'every' if flag.max() else 'no'}body.")
    by_model, _ = list_membership(probability[inside], w, float(np.average(union, weights=w)))
    finders = {
        **flags,
        "any rule": union,
        "model": by_model,
        "model only": by_model * (1.0 - union),
        "rules only": union * (1.0 - by_model),
    }
    values, influences = [], []
    for flag in finders.values():
        value, influence = _measures(w, flag, y)
        values.append(value)
        influences.append(influence)
    spread = np.zeros((design.n, len(finders) * len(_MEASURES)))
    spread[inside] = np.hstack(influences)
    labels = pd.DataFrame(
        {
            "finder": np.repeat(list(finders), len(_MEASURES)),
            "term": list(_MEASURES) * len(finders),
        }
    )
    return as_estimates(design, labels, np.concatenate(values), spread, inside)


def _flag(design: SurveyDesign, name: str) -> FloatArray:
    if name not in design.frame.columns:
        raise DissatisfiedError(
            f"There is no column `{name}`. {suggest(name, design.frame.columns)}".rstrip()
        )
    return design.frame[name].fillna(value=False).to_numpy(dtype=np.bool_).astype(np.float64)


def _measures(w: FloatArray, flag: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return flagged, precision, wrong calls, recall and lift, with influences (n, 5)."""
    total = float(w.sum())
    flagged, base, found = (float(w @ v) / total for v in (flag, y, flag * y))
    if flagged == 0.0:
        nothing = np.array([0.0, np.nan, np.nan, 0.0, np.nan])
        return nothing, np.zeros((len(w), len(_MEASURES)))
    precision, recall = found / flagged, found / base
    d_precision = flag * (y - precision) / (flagged * total)
    d_recall = y * (flag - recall) / (base * total)
    d_base = (y - base) / total
    influence = np.column_stack(
        [
            (flag - flagged) / total,
            d_precision,
            -d_precision,
            d_recall,
            d_precision / base - precision / base**2 * d_base,
        ]
    )
    return np.array([flagged, precision, 1.0 - precision, recall, precision / base]), influence
