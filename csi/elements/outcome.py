"""The construct that elements are related to, as a score of each respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.elements.answers import average_blocks, mean_of_answered
from csi.errors import ModelError, suggest
from csi.index import construct_items, estimate_index
from csi.inference import Domains, Estimates, FloatArray, SurveyDesign, domain_means
from csi.model.fit import ModelFit
from csi.questionnaire.model_names import names_in_model
from csi.questionnaire.schema import Questionnaire
from csi.responses.recoding import rescale_items


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Scores of one construct, 0-100.

    Attributes
    ----------
    name : str
    scores : FloatArray, shape (n,)
        Weighted mean of the items that the respondent answered, at least half of them; else NaN.
    weights : Estimates or None
        The fitted weights of the items; None where all weigh the same.
    slopes : FloatArray, shape (n, n_items)
        Derivatives of the scores with respect to the weights.
    """

    name: str
    scores: FloatArray
    weights: Estimates | None
    slopes: FloatArray


def default_outcome(questionnaire: Questionnaire) -> str:
    """Return the construct that the paths of element constructs lead to.

    The index construct where there are none, or several.

    Raises
    ------
    ModelError
        If the questionnaire has no model.
    """
    model = questionnaire.model
    if model is None:
        raise ModelError(f"The questionnaire `{questionnaire.id}` has no `model`.")
    paths = names_in_model(model.syntax).paths
    found = {path.left for path in paths if path.right in model.elements}
    outcomes = found - set(model.elements)
    return outcomes.pop() if len(outcomes) == 1 else model.index


def outcome_scores(
    design: SurveyDesign, questionnaire: Questionnaire, name: str, fit: ModelFit | None
) -> Outcome:
    """Score every respondent on a construct, with the fit's item weights or with equal ones.

    Raises
    ------
    ModelError
        If the construct is unknown or has no items.
    """
    blocks = construct_blocks(questionnaire, fit)
    if not blocks.get(name):
        raise ModelError(
            f"`{name}` is not a construct with items of the model ({', '.join(blocks)}). "
            f"{suggest(name, blocks)}".rstrip()
        )
    items = blocks[name]
    if fit is None:
        points = rescale_items(design.frame, questionnaire, items).to_numpy(dtype=np.float64)
        scores = mean_of_answered(points)
        return Outcome(
            name=name, scores=scores, weights=None, slopes=np.zeros((design.n, len(items)))
        )
    points = fit.values[:, [fit.table.items.index(item) for item in items]]
    weights = _fitted_weights(fit, name)
    answered = np.isfinite(points)
    own = np.where(answered, weights.values, 0.0)
    total = own.sum(axis=1)
    enough = np.isfinite(mean_of_answered(points)) & (total > 0)
    filled = np.where(answered, points, 0.0)
    scores = (own * filled).sum(axis=1) / np.where(enough, total, np.nan)
    slopes = np.where(answered, filled - scores[:, None], 0.0) / total[:, None]
    return Outcome(name=name, scores=scores, weights=weights, slopes=slopes)


def construct_blocks(
    questionnaire: Questionnaire, fit: ModelFit | None
) -> dict[str, tuple[str, ...]]:
    """Return the items of each construct, of the fit or of the questionnaire's model."""
    if fit is not None:
        return construct_items(fit)
    syntax = questionnaire.model.syntax if questionnaire.model else ""
    measured = names_in_model(syntax).constructs
    return {
        construct: tuple(item for item in items if item in questionnaire.items)
        for construct, items in measured.items()
    }


def construct_levels(
    design: SurveyDesign,
    questionnaire: Questionnaire,
    names: Sequence[str],
    domains: Domains,
    fit: ModelFit | None,
) -> Estimates:
    """Return construct scores in domains, with the fit's item weights or with equal ones.

    Labels: the domains' and ``term``.
    """
    if fit is not None:
        scores = estimate_index(fit, by=domains).scores
        places = scores.labels["term"].isin(names).to_numpy()
        return scores.select(places)
    blocks = construct_blocks(questionnaire, None)
    items = [item for name in names for item in blocks[name]]
    points = rescale_items(design.frame, questionnaire, items).to_numpy(dtype=np.float64)
    means = domain_means(design, points, items, domains)
    return average_blocks(means, [len(blocks[name]) for name in names], domains, names)


def _fitted_weights(fit: ModelFit, name: str) -> Estimates:
    weights = estimate_index(fit).weights
    mine = weights.select((weights.labels["construct"] == name).to_numpy())
    return mine.relabel(pd.DataFrame({"lhs": name, "rhs": mine.labels["term"]}))
