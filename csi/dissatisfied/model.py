"""Fit who is dissatisfied from operational indicators, and say honestly how well it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from scipy.special import expit

from csi.dissatisfied.calibration import fit_calibration
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.fitting import Sizes, cross_fit, describe_training, finish, fit_learner
from csi.dissatisfied.folds import assign_folds
from csi.dissatisfied.indicators import Indicator, find_indicators, read_values, refuse_leakage
from csi.dissatisfied.information import choose_indicators
from csi.dissatisfied.learners import LEARNERS, Learner, bin_indicators
from csi.dissatisfied.performance import measure_performance
from csi.dissatisfied.screening import screen_indicators
from csi.dissatisfied.table_model import TableModel
from csi.inference import BoolArray, FloatArray, SurveyDesign, numeric_items

LEAST_DISSATISFIED = 60
DEFAULT_TIERS = {"high": 0.10, "middle": 0.30}


def fit_dissatisfaction(
    design: SurveyDesign,
    outcome: str,
    indicators: Sequence[str | Indicator],
    *,
    observed: str | date,
    interviewed: str | date,
    seed: int,
    dissatisfied_to: float = 5.0,
    scale: tuple[float, float] = (1.0, 10.0),
    learner: Learner = "scorecard",
    max_indicators: int = 15,
    max_bins: int = 8,
    threshold: float = 10.0,
    folds: int = 5,
    by: Sequence[str] = (),
    population_rate: float | None = None,
    tiers: Mapping[str, float] | None = None,
    yardstick: bool = True,
) -> DissatisfactionFit:
    """Fit additive table models of dissatisfaction, each judged on answers that it did not see.

    Everything that looks at answers (choice of indicators, tables, calibration) is done again in
    every fold without the respondents on whom it is judged. The final model uses all of them.

    Parameters
    ----------
    design : SurveyDesign
        Respondents with their answers and operational data. Weights should allow for
        non-response; see `weight_for_response`.
    outcome : str
        Column of ratings.
    indicators : sequence of str or Indicator
    observed : str or date
        The day of the operational snapshot, or its column.
    interviewed : str or date
        The day of the interview, or its column. Anything observed on or after it is refused.
    seed : int
        Of the folds and shuffles.
    dissatisfied_to : float
        Ratings up to this count as dissatisfied.
    scale : (float, float)
        Ends of the rating scale, for effects in points of 100.
    learner : {"scorecard", "tan", "naive"}
        Which model to score with; all three are fitted.
    max_indicators, max_bins : int
    threshold : float
        Points that an indicator must move the score by to be kept by the screening.
    folds : int
    by : sequence of str
        Columns (regions, segments) in whose groups performance is shown.
    population_rate : float, optional
        A known share of dissatisfied, to which the level of the probabilities is set. A survey
        cannot repair its own level where dissatisfaction itself decides who responds.
    tiers : mapping of str to float, optional
        Tier to the share of subscribers in it or in a higher one; by default
        ``{"high": 0.10, "middle": 0.30}``, the rest being ``low``.
    yardstick : bool
        Whether to fit full boosting beside.

    Returns
    -------
    DissatisfactionFit

    Raises
    ------
    LeakageError
        If an indicator was not known strictly before every interview.
    DissatisfiedError
        If columns cannot be used, or fewer than 60 respondents are dissatisfied.
    """
    wanted = find_indicators(design.frame, indicators)
    dissatisfied, score, inside = _outcome(design, outcome, dissatisfied_to, scale)
    answered = design.frame[inside]
    refuse_leakage(answered, wanted, observed=observed, interviewed=interviewed)
    shares = _checked(learner, folds, dict(DEFAULT_TIERS if tiers is None else tiers))
    values = read_values(design.frame, wanted, as_of=observed)
    rows = np.flatnonzero(inside)
    y, w = np.where(inside, dissatisfied, 0.0), design.weights
    binned = bin_indicators(wanted, {k: v[rows] for k, v in values.items()}, w[rows])
    fold = assign_folds(design, folds, seed=seed)
    sizes = Sizes(max_indicators=max_indicators, max_bins=max_bins)
    held_out = cross_fit(binned, y[rows], w[rows], fold[rows], sizes, yardstick=yardstick)
    about = describe_training(
        answered,
        outcome,
        binned.names,
        dissatisfied=int(y.sum()),
        dissatisfied_to=dissatisfied_to,
        observed=observed,
        seed=seed,
    )
    rate = (
        float(np.average(y[rows], weights=w[rows])) if population_rate is None else population_rate
    )
    models: dict[str, TableModel] = {}
    probabilities = {}
    for name, z in held_out.items():
        offset, slope = fit_calibration(z, y[rows], w[rows])
        probabilities[name] = np.full(design.n, np.nan)
        probabilities[name][rows] = expit(offset + slope * z)
        if name in LEARNERS:
            models[name] = finish(
                name,
                fit_learner(name, binned, y[rows], w[rows], np.arange(len(rows)), sizes),
                binned,
                w[rows],
                slope,
                rate=rate,
                tiers=shares,
                about=about,
            )
    performances = {
        name: measure_performance(design, p, dissatisfied, by=by if name == learner else ())
        for name, p in probabilities.items()
    }
    coarse = np.array([bins.size + 1 for bins in binned.coarse])
    choice = choose_indicators(binned.coarse_codes, coarse, y[rows], w[rows], most=max_indicators)
    return DissatisfactionFit(
        design=design,
        outcome=outcome,
        dissatisfied=dissatisfied,
        model=models[learner],
        models=models,
        held_out=probabilities,
        performances=performances,
        screening=screen_indicators(
            design, binned, rows, score, fold, choice, threshold=threshold, seed=seed
        ),
    )


def _outcome(
    design: SurveyDesign, outcome: str, dissatisfied_to: float, scale: tuple[float, float]
) -> tuple[FloatArray, FloatArray, BoolArray]:
    rating = numeric_items(design.frame, [outcome])[:, 0]
    inside = ~np.isnan(rating) & (design.weights > 0)
    dissatisfied = np.where(inside, rating <= dissatisfied_to, np.nan)
    count = int(np.nansum(dissatisfied))
    if min(count, int(inside.sum()) - count) < LEAST_DISSATISFIED:
        raise DissatisfiedError(
            f"{count} of {int(inside.sum())} respondents gave `{outcome}` {dissatisfied_to:g} or "
            f"less. A model needs at least {LEAST_DISSATISFIED} dissatisfied and as many other "
            "respondents; pool waves, or count more ratings as dissatisfied."
        )
    score = 100.0 * (rating - scale[0]) / (scale[1] - scale[0])
    return dissatisfied, score, inside


def _checked(learner: str, folds: int, tiers: dict[str, float]) -> dict[str, float]:
    faults = []
    if learner not in LEARNERS:
        faults.append(f"`learner` must be one of {', '.join(LEARNERS)}; got {learner!r}.")
    if not 2 <= folds <= 20:
        faults.append(f"`folds` must lie between 2 and 20; got {folds!r}.")
    shares = list(tiers.values())
    if not shares or not all(0.0 < share < 1.0 for share in shares) or shares != sorted(shares):
        faults.append(f"`tiers` are rising shares between 0 and 1; got {tiers!r}.")
    if faults:
        raise DissatisfiedError("\n".join(faults))
    return tiers
