"""Scores, dissatisfied users and contact rates of the quality elements, in any groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from csi.elements.answers import (
    ElementAnswers,
    average_blocks,
    element_answers,
    mean_of_answered,
)
from csi.elements.limits import share_limits
from csi.errors import DesignError
from csi.inference import (
    BoolArray,
    Domains,
    Estimates,
    FloatArray,
    SurveyDesign,
    domain_means,
    split_domains,
)
from csi.questionnaire.schema import Item, Questionnaire
from csi.results import base_flag

DissatisfiedBy = Literal["mean", "worst"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Elements:
    """What users say of every quality element, group by group.

    Attributes
    ----------
    design : SurveyDesign
    questionnaire : Questionnaire
    by : tuple of str
        Columns whose combinations are the groups; empty for the whole sample.
    scores : Estimates
        0-100, among users. Labels: ``by``, ``term`` (the element).
    dissatisfied : Estimates
        Share of the users who are dissatisfied, 0 to 1. Labels: ``by``, ``term``.
    contact : Estimates
        Share of all customers of the group who are users, 0 to 1; 1 for what everybody rates.
        Labels: ``by``, ``term``.
    items : Estimates
        Item means in points among users. Labels: ``by``, ``element``, ``term`` (the item).
    dissatisfied_to : float or None
        The highest code that counts as dissatisfied; None for the lower half of each scale.
    dissatisfied_by : {"mean", "worst"}
        Whether a user's mean over the items is held against it, or the worst of them.
    """

    design: SurveyDesign
    questionnaire: Questionnaire
    by: tuple[str, ...]
    scores: Estimates
    dissatisfied: Estimates
    contact: Estimates
    items: Estimates
    dissatisfied_to: float | None
    dissatisfied_by: DissatisfiedBy

    def __repr__(self) -> str:
        elements = self.scores.labels["term"].nunique()
        groups = len(self.scores) // max(elements, 1)
        by = " × ".join(self.by) or "all"
        return f"Elements(by={by}, groups={groups}, elements={elements}, n={self.design.n})"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every measure of every element in every group.

        Returns
        -------
        DataFrame
            The columns of ``by``; ``term``, the element; ``measure``: ``score`` in points,
            ``dissatisfied`` and ``contact`` as shares from 0 to 1; the estimate columns; and
            ``flag``: "", "low" (effective base below 100) or "suppressed" (below 30: not to be
            shown). ``n`` counts users, in rows of ``contact`` customers. Intervals of shares stay
            within 0 and 1.
        """
        parts = [self.scores.tidy(conf_level).assign(measure="score")]
        for name, shares in (("dissatisfied", self.dissatisfied), ("contact", self.contact)):
            table = shares.tidy(conf_level).assign(measure=name)
            low, high = share_limits(shares, conf_level, self._certain(shares, name))
            parts.append(table.assign(conf_low=low, conf_high=high))
        table = pd.concat(parts, ignore_index=True)
        table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
        first = [*self.by, "term", "measure"]
        return table[[*first, *(name for name in table.columns if name not in first)]]

    def items_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the item means: ``by``, ``element``, ``term``, the estimates, ``flag``."""
        table = self.items.tidy(conf_level)
        return table.assign(flag=[base_flag(n_eff) for n_eff in table["n_eff"]])

    def summary(self) -> str:
        """Return a line per element and group, suppressed numbers left out."""
        table = self.tidy()
        lines = [repr(self)]
        for group, rows in table.groupby([*self.by, "term"], sort=False, observed=True):
            *levels, term = group if isinstance(group, tuple) else (group,)
            place = ", ".join(
                f"{name} = {level}" for name, level in zip(self.by, levels, strict=True)
            )
            shown = rows.set_index("measure")
            lines.append(f"{place + ': ' if place else ''}{term}: {_words(shown)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)

    def _certain(self, shares: Estimates, measure: str) -> BoolArray:
        """Tell which shares hold by design: everybody uses what everybody is asked about."""
        asked_of_all = [
            self.questionnaire.element_condition(term) is None for term in shares.labels["term"]
        ]
        return np.asarray(asked_of_all) & (measure == "contact")


def estimate_elements(
    design: SurveyDesign,
    questionnaire: Questionnaire,
    *,
    by: str | Sequence[str] | None = None,
    dissatisfied_to: float | None = None,
    dissatisfied_by: DissatisfiedBy = "mean",
) -> Elements:
    """Estimate score, dissatisfied users and contact rate of every quality element.

    Users are those who were asked about an element. Whoever was not asked has no score, is not
    dissatisfied, and is never filled in: users are a domain of the whole design (Särndal, Swensson
    and Wretman 1992, ch. 10), so standard errors are right where the number of users is random.

    *Score*: the mean of the item means, in points; each item over its valid answers, as in the
    index with equal weights. *Dissatisfied*: a user whose mean over the answered items is at or
    below ``dissatisfied_to``; users who answered fewer than half of the items do not count.
    *Contact*: users among the customers of the group whose filter questions have an answer.

    Parameters
    ----------
    design : SurveyDesign
    questionnaire : Questionnaire
        With ``elements`` in its model.
    by : str or sequence of str, optional
        Columns whose combinations are the groups.
    dissatisfied_to : float, optional
        The highest code that counts as dissatisfied, on the items' own scales; reversed items are
        mirrored. By default the lower half of each scale: 5 of 1-10, 2 of 1-5.
    dissatisfied_by : {"mean", "worst"}
        ``worst``: one item at or below the code is enough.

    Returns
    -------
    Elements

    Raises
    ------
    ModelError
        If the questionnaire declares no elements.
    DesignError
        If ``dissatisfied_to`` lies outside a scale, or ``by`` is unknown.
    ResponseError
        If the data lack an item.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> from csi.questionnaire.reading import read_questionnaire
    >>> from csi.simulate.responses import simulate_responses
    >>> q = read_questionnaire("questionnaires/telecom_province.yaml")
    >>> design = make_design(simulate_responses(q, n=600, seed=1), weights="weight", psu="psu")
    >>> elements = estimate_elements(design, q, by="operator")
    >>> elements
    Elements(by=operator, groups=3, elements=9, n=600)
    """
    if dissatisfied_by not in get_args(DissatisfiedBy):
        raise DesignError(f'`dissatisfied_by` must be "mean" or "worst"; got {dissatisfied_by!r}.')
    answers = element_answers(design, questionnaire)
    domains = split_domains(design, by)
    terms = [answer.element.id for answer in answers]
    excess = [_above_threshold(a, questionnaire, dissatisfied_to, dissatisfied_by) for a in answers]
    unhappy = np.column_stack(
        [np.where(np.isnan(own), np.nan, (own <= 1e-9).astype(np.float64)) for own in excess]
    )
    contact = np.column_stack([answer.contact for answer in answers])
    items = _item_means(design, answers, domains)
    return Elements(
        design=design,
        questionnaire=questionnaire,
        by=domains.by,
        scores=average_blocks(items, [len(a.element.items) for a in answers], domains, terms),
        dissatisfied=domain_means(design, unhappy, terms, domains),
        contact=domain_means(design, contact, terms, domains),
        items=items,
        dissatisfied_to=dissatisfied_to,
        dissatisfied_by=dissatisfied_by,
    )


def _above_threshold(
    answers: ElementAnswers,
    questionnaire: Questionnaire,
    dissatisfied_to: float | None,
    dissatisfied_by: DissatisfiedBy,
) -> FloatArray:
    """Return how many points each user is above dissatisfaction; NaN without an opinion."""
    own = [questionnaire.items[name] for name in answers.element.items]
    above = answers.points - np.array([_threshold(item, dissatisfied_to) for item in own])
    mean = mean_of_answered(above)
    if dissatisfied_by == "mean":
        return mean
    worst = np.where(np.isnan(above), np.inf, above).min(axis=1)
    return np.where(np.isnan(mean), np.nan, worst)


def _threshold(item: Item, code: float | None) -> float:
    """Return the points of the highest dissatisfied code of an item's scale."""
    if item.scale is None:
        raise DesignError(f"Item `{item.id}` has no scale, so nobody is dissatisfied with it.")
    low, high = item.scale.minimum, item.scale.maximum
    if code is None:
        code = low + (high - low + 1) // 2 - 1
    if not low <= code < high:
        raise DesignError(
            f"`dissatisfied_to` must lie on the scale of `{item.id}`, from {low} to {high - 1}; "
            f"got {code!r}."
        )
    return (code - low) / (high - low) * 100.0


def _item_means(
    design: SurveyDesign, answers: Sequence[ElementAnswers], domains: Domains
) -> Estimates:
    points = np.hstack([answer.points for answer in answers])
    named = [(answer.element.id, item) for answer in answers for item in answer.element.items]
    means = domain_means(design, points, [item for _, item in named], domains)
    labels = means.labels.copy()
    elements = [element for element, _ in named] * len(domains)
    labels.insert(labels.shape[1] - 1, "element", elements)
    return means.relabel(labels)


def _words(shown: pd.DataFrame) -> str:
    score, unhappy, contact = (shown.loc[name] for name in ("score", "dissatisfied", "contact"))
    users = "" if contact["estimate"] == 1.0 else f", used by {contact['estimate']:.0%}"
    if score["flag"] == "suppressed":
        return f"not shown, effective base {score['n_eff']:.0f}{users}"
    mark = " †" if score["flag"] == "low" else ""
    return (
        f"{score['estimate']:.1f} [{score['conf_low']:.1f}, {score['conf_high']:.1f}], "
        f"{unhappy['estimate']:.0%} dissatisfied{users}, n={score['n']:.0f}{mark}"
    )
