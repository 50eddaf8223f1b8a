"""Who was asked about which element, and what they said, in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csi.errors import ModelError
from csi.inference import BoolArray, Domains, Estimates, FloatArray, SurveyDesign
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.schema import Element, Questionnaire
from csi.responses.recoding import rescale_items


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementAnswers:
    """The answers about one element.

    Attributes
    ----------
    element : Element
    condition : Condition or None
        Who is asked; None for everybody.
    asked, not_asked : BoolArray, shape (n,)
        Neither for those whose filter question has no answer: whether they use the channel is not
        known. They were not asked the items, and count in no rate.
    points : FloatArray, shape (n, n_items)
        Ratings from 0 to 100; NaN without an answer and for all who were not asked.
    """

    element: Element
    condition: Condition | None
    asked: BoolArray
    not_asked: BoolArray
    points: FloatArray

    @property
    def audience(self) -> str:
        """Who is asked, as the questionnaire says it; empty for everybody."""
        return str(self.condition or "")

    @property
    def contact(self) -> FloatArray:
        """1 for users, 0 for others, NaN where it is not known; shape (n,)."""
        return np.where(self.asked, 1.0, np.where(self.not_asked, 0.0, np.nan))

    def own_scores(self) -> FloatArray:
        """Return each user's own score: the mean of the items answered, at least half of them.

        NaN for those who answered fewer and for all who were not asked; shape (n,).
        """
        return mean_of_answered(self.points)


def mean_of_answered(points: FloatArray) -> FloatArray:
    """Return the mean over the answered columns; NaN where fewer than half are answered."""
    answered = np.isfinite(points)
    count = answered.sum(axis=1)
    enough = 2 * count >= max(points.shape[1], 1)
    total = np.where(answered, points, 0.0).sum(axis=1)
    return np.where(enough, total / np.maximum(count, 1), np.nan)


def average_blocks(
    means: Estimates, sizes: Sequence[int], domains: Domains, names: Sequence[str]
) -> Estimates:
    """Return the mean of each block's item means, in each domain.

    Parameters
    ----------
    means : Estimates
        Domain by domain, block by block.
    sizes : sequence of int
        Items of each block.
    domains : Domains
    names : sequence of str
        What the blocks are called.
    """
    spans = list(sizes) * len(domains)
    values, jacobian = np.zeros(len(spans)), np.zeros((len(spans), len(means)))
    for row, (size, end) in enumerate(zip(spans, np.cumsum(spans), strict=True)):
        values[row] = means.values[end - size : end].mean()
        jacobian[row, end - size : end] = 1.0 / size
    return means.map(values, jacobian, domains.labels_for(names))


def element_answers(
    design: SurveyDesign, questionnaire: Questionnaire
) -> tuple[ElementAnswers, ...]:
    """Read the answers about every element of a questionnaire.

    Raises
    ------
    ModelError
        If the questionnaire declares no elements.
    ResponseError
        If the data lack an item or a filter, or hold a value outside its scale.
    """
    if questionnaire.model is None or not questionnaire.model.elements:
        raise ModelError(
            f"The questionnaire `{questionnaire.id}` declares no quality elements. Add "
            "`elements: {NAME: {en: ..., zh: ..., items: [...]}}` under `model`."
        )
    elements = questionnaire.model.elements.values()
    return tuple(_answers_about(element, design, questionnaire) for element in elements)


def _answers_about(
    element: Element, design: SurveyDesign, questionnaire: Questionnaire
) -> ElementAnswers:
    frame = design.frame
    points = rescale_items(frame, questionnaire, element.items).to_numpy(dtype=np.float64)
    condition = questionnaire.element_condition(element.id)
    if condition is None:
        everybody = np.ones(design.n, dtype=np.bool_)
        asked, not_asked = everybody, ~everybody
    else:
        # Three-valued: `not (c)` does not hold either where the filter has no answer.
        asked = condition.holds(frame)
        not_asked = parse_condition(f"not ({condition})").holds(frame)
    return ElementAnswers(
        element=element,
        condition=condition,
        asked=asked,
        not_asked=not_asked,
        points=np.where(asked[:, None], points, np.nan),
    )
