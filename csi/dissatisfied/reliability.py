"""How reliable a score is: the part of its variance that lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.ranking import as_estimates
from csi.inference import BoolArray, FloatArray, SurveyDesign, numeric_items
from csi.model.fit import ModelFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """The reliability of a score and its standard error.

    Attributes
    ----------
    value : float
        Between 0 and 1.
    std_error : float
    source : str
        Where it comes from, for reports.
    items : tuple of str
        The items whose mean is the score; their spread shows the error at each score.
    """

    value: float
    std_error: float
    source: str = ""
    items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 < self.value <= 1.0:
            raise DissatisfiedError(f"A reliability lies between 0 and 1; got {self.value!r}.")
        if not 0.0 <= self.std_error < 1.0:
            raise DissatisfiedError(
                f"The standard error of a reliability lies between 0 and 1; got {self.std_error!r}."
            )


def reliability_of_items(design: SurveyDesign, items: Sequence[str]) -> Reliability:
    """Return Cronbach's alpha of the mean of items, with a design-based standard error.

    α = k / (k − 1) · (1 − Σ σ²ⱼ / σ²_sum); its influence follows from those of the variances.

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
        At least two columns of one scale; respondents with all answers count.

    Returns
    -------
    Reliability

    Raises
    ------
    DissatisfiedError
        With fewer than two items, or where they do not vary together.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, 3.0, 2.0, 4.0]})
    >>> round(reliability_of_items(make_design(data), ["a", "b"]).value, 3)
    0.889
    """
    if len(items) < 2:
        raise DissatisfiedError("Alpha needs at least two items; a single rating shows no error.")
    X = numeric_items(design.frame, items)
    inside = ~np.isnan(X).any(axis=1) & (design.weights > 0)
    k = len(items)
    own, d_own = _variances(X, design.weights, inside)
    whole, d_whole = _variances(X.sum(axis=1, keepdims=True), design.weights, inside)
    ratio = float(own.sum() / whole[0])
    alpha = k / (k - 1) * (1.0 - ratio)
    if not 0.0 < alpha <= 1.0:
        raise DissatisfiedError(
            f"Alpha of {', '.join(items)} is {alpha:.2f}: the items do not vary together."
        )
    influence = -k / (k - 1) * (d_own.sum(axis=1) - ratio * d_whole[:, 0]) / whole[0]
    estimate = as_estimates(
        design, pd.DataFrame({"term": ["alpha"]}), np.array([alpha]), influence[:, None], inside
    )
    return Reliability(
        value=alpha,
        std_error=float(estimate.std_errors()[0]),
        source=f"alpha of {', '.join(items)}",
        items=tuple(items),
    )


def error_variances(design: SurveyDesign, items: Sequence[str]) -> FloatArray:
    """Return an unbiased estimate of the error variance of each respondent's mean, shape (n,).

    Σⱼ (xⱼ − x̄ − (mⱼ − m))² / (k (k − 1)), with mⱼ the mean of item j: what is left of the items'
    spread beyond the differences that all share. NaN without all answers.
    """
    X = numeric_items(design.frame, items)
    inside = ~np.isnan(X).any(axis=1) & (design.weights > 0)
    k = len(items)
    centred = X - np.average(X[inside], weights=design.weights[inside], axis=0)
    rest = centred - centred.mean(axis=1, keepdims=True)
    variances = (rest**2).sum(axis=1) / (k * (k - 1))
    return np.where(inside, variances, np.nan)


def reliability_of_construct(fit: ModelFit, construct: str) -> Reliability:
    """Return the omega of a construct of a fitted model.

    The standard error is Bonett's (2002) for alpha, (1 − ω) √(2k / ((k − 1)(n − 2))), taken for
    omega. Omega knows nothing of moods that pass between two interviews: the true reliability for
    a change is rather lower, and the corrected change then still too large.

    Parameters
    ----------
    fit : ModelFit
    construct : str

    Returns
    -------
    Reliability

    Raises
    ------
    DissatisfiedError
        If the construct is unknown or has a single item.
    """
    table = fit.reliability()
    rows = table[table["construct"] == construct]
    if len(rows) == 0:
        known = ", ".join(table["construct"].unique())
        raise DissatisfiedError(f"The model has no construct `{construct}`; it has {known}.")
    row = rows.iloc[0]
    k = int(row["n_items"])
    if k < 2 or bool(row["assumed"]):
        raise DissatisfiedError(
            f"`{construct}` rests on a single item, whose reliability is assumed, not measured."
        )
    n = float(fit.glance()["n_eff"].iloc[0])
    omega = float(row["omega"])
    return Reliability(
        value=omega,
        std_error=(1.0 - omega) * float(np.sqrt(2.0 * k / ((k - 1) * (n - 2.0)))),
        source=f"omega of {construct}",
    )


def _variances(
    X: FloatArray, weights: FloatArray, inside: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return weighted variances of columns (k,) and their influences (n, k)."""
    w = np.where(inside, weights, 0.0)
    values = np.where(inside[:, None], X, 0.0)
    total = w.sum()
    squares = (values - w @ values / total) ** 2
    variances = w @ squares / total
    return variances, np.where(inside[:, None], (squares - variances) / total, 0.0)
