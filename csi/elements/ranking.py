"""Second-level drivers: what goes with perceived quality among the users of each channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.elements.answers import ElementAnswers, element_answers
from csi.elements.levels import Elements, estimate_elements
from csi.elements.limits import share_limits
from csi.elements.outcome import default_outcome, outcome_scores
from csi.elements.regression import AudienceModel, fit_audience
from csi.errors import ModelError
from csi.inference import (
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
    effective_base,
    join_estimates,
)
from csi.inference.ranks import rank_intervals
from csi.model.fit import ModelFit
from csi.questionnaire.schema import Questionnaire
from csi.results import SUPPRESS_BELOW, base_flag

_RANKED = ("importance", "importance_all", "performance", "reach")
MEASURES = (*_RANKED, "lmg", "lmg_share", "johnson_share")
"""What is told of each element; see `ElementDrivers`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementDrivers:
    """How each element is associated with the outcome, among its users and for all customers.

    All estimates have a number per element, NaN where too few users answered (effective base
    below 30). Labels: ``term``.

    Attributes
    ----------
    questionnaire : Questionnaire
    outcome : str
        The construct whose score the elements are related to.
    names : tuple of str
        The elements.
    audiences : tuple of str
        Who was asked about each; "" for everybody.
    importance : Estimates
        Points of the outcome that go with one point more of the element, among its users, the
        elements that the same people rate held equal.
    reach : Estimates
        Share of all customers who are users.
    importance_all : Estimates
        importance × reach: points of all customers' mean outcome that go with one point more
        among the users.
    performance : Estimates
        Scores among users.
    lmg, lmg_share, johnson_share : Estimates
        Relative weights among the elements that the same people rate: comparable within one
        audience only, where they are not ranked against others.
    models : tuple of AudienceModel
        The regressions behind them, one for each audience that is large enough.
    """

    questionnaire: Questionnaire
    outcome: str
    names: tuple[str, ...]
    audiences: tuple[str, ...]
    importance: Estimates
    reach: Estimates
    importance_all: Estimates
    performance: Estimates
    lmg: Estimates
    lmg_share: Estimates
    johnson_share: Estimates
    models: tuple[AudienceModel, ...]

    def __repr__(self) -> str:
        ranked = self.importance_all.values
        first = self.names[int(np.nanargmax(ranked))] if np.isfinite(ranked).any() else None
        return (
            f"ElementDrivers(outcome={self.outcome!r}, elements={len(self.names)}, "
            f"audiences={len(set(self.audiences))}, first={first!r})"
        )

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every measure of every element.

        Returns
        -------
        DataFrame
            ``term``, the element; ``audience``, who was asked, "" for everybody; ``measure``, one
            of `MEASURES`; the estimate columns; ``rank, rank_low, rank_high`` (empty for relative
            weights); ``flag``: "", "low" (effective base below 100) or "suppressed" (below 30).
            ``n`` counts users with all scores, in rows of ``performance`` users, of ``reach``
            customers.
        """
        parts = []
        for name in MEASURES:
            estimates: Estimates = getattr(self, name)
            table = estimates.tidy(conf_level)
            if name == "reach":
                certain = np.array([audience == "" for audience in self.audiences])
                limits = share_limits(estimates, conf_level, certain)
                table["conf_low"], table["conf_high"] = limits
            table.insert(1, "audience", self.audiences)
            table.insert(2, "measure", name)
            ranks = rank_intervals(estimates, conf_level)
            if name not in _RANKED:
                ranks[:] = np.nan
            parts.append(pd.concat([table, ranks], axis=1))
        tidy = pd.concat(parts, ignore_index=True)
        return tidy.assign(flag=[base_flag(n_eff) for n_eff in tidy["n_eff"]])

    def models_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every regression in full, with the elements that are held equal.

        Returns
        -------
        DataFrame
            ``audience, term, measure`` (``coefficient``, ``lmg``, ``lmg_share``,
            ``johnson_share``), the estimate columns, ``r_squared, n_dropped``.
        """
        parts = []
        for model in self.models:
            for measure in ("coefficient", "lmg", "lmg_share", "johnson_share"):
                name = "coefficients" if measure == "coefficient" else measure
                table = getattr(model, name).tidy(conf_level)
                table.insert(0, "audience", model.audience)
                table.insert(2, "measure", measure)
                parts.append(table.assign(r_squared=model.r_squared, n_dropped=model.n_dropped))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def summary(self) -> str:
        """Return the ranking in words: associations, which are not effects."""
        lines = [repr(self), f"One point more goes with ... points of {self.outcome}, among users:"]
        table = self.importance.tidy()
        order = np.argsort(-np.nan_to_num(self.importance_all.values), kind="stable")
        for k in order.tolist():
            row, name = table.iloc[k], self.names[k]
            if np.isnan(row["estimate"]):
                lines.append(f"{name}: not shown, effective base {row['n_eff']:.0f}")
                continue
            lines.append(
                f"{name}: {row['estimate']:.2f} [{row['conf_low']:.2f}, {row['conf_high']:.2f}] × "
                f"{self.reach.values[k]:.0%} of customers = {self.importance_all.values[k]:.2f} "
                f"for all; score {self.performance.values[k]:.1f}"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def rank_elements(
    source: ModelFit | SurveyDesign,
    questionnaire: Questionnaire | None = None,
    *,
    outcome: str | None = None,
) -> ElementDrivers:
    """Rank the quality elements by how they are associated with a construct among their users.

    Each element is judged among those who were asked about it, by the weighted regression of the
    construct's score on the element, on the elements that everybody rates, and on those asked of
    the same people. Nothing is filled in: whoever was not asked, or answered fewer than half of an
    element's items, is left out of that regression and stays in the design. Standard errors are
    linearised (Binder 1983) and equal those of R's ``svyglm``. Beside them LMG (Shapley) and
    Johnson's relative weights within the same people.

    An association is not an effect: what the regression leaves out, and the mood in which all
    questions are answered, are in it.

    Parameters
    ----------
    source : ModelFit or SurveyDesign
        A fit of the whole sample scores the outcome with its item weights, whose estimation is in
        the standard errors; a design scores it with equal weights.
    questionnaire : Questionnaire, optional
        By default the fit's.
    outcome : str, optional
        By default the construct that the model's paths from elements lead to; where there are
        none or several, the index.

    Returns
    -------
    ElementDrivers

    Raises
    ------
    ModelError
        If the fit is by group, there are no elements, or the outcome is unknown.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> from csi.questionnaire.reading import read_questionnaire
    >>> from csi.simulate.responses import simulate_responses
    >>> q = read_questionnaire("questionnaires/telecom_province.yaml")
    >>> design = make_design(simulate_responses(q, n=600, seed=1), weights="weight", psu="psu")
    >>> rank_elements(design, q).outcome
    'Quality'
    """
    fit = source if isinstance(source, ModelFit) else None
    design = source.design if isinstance(source, ModelFit) else source
    if fit is not None and fit.by:
        raise ModelError(
            f"The model was fitted by {' × '.join(fit.by)}; elements are ranked with one pooled "
            "model. Fit one, or give the design of one group (see `restrict_design`)."
        )
    questionnaire = questionnaire or (fit.questionnaire if fit is not None else None)
    if questionnaire is None:
        raise ModelError("Give the `questionnaire` that declares the elements.")
    answers = element_answers(design, questionnaire)
    name = outcome or default_outcome(questionnaire)
    scored = outcome_scores(design, questionnaire, name, fit)
    own = np.column_stack([answer.own_scores() for answer in answers])
    models = []
    for audience in dict.fromkeys(answer.audience for answer in answers):
        columns = _columns(answers, audience, name)
        asked = next(answer.asked for answer in answers if answer.audience == audience)
        if columns and _large_enough(design, scored.scores, own[:, columns], asked):
            names = [answers[k].element.id for k in columns]
            models.append(fit_audience(design, scored, audience, names, own[:, columns], asked))
    return _collected(questionnaire, name, answers, own, models, design)


def _columns(answers: Sequence[ElementAnswers], audience: str, outcome: str) -> list[int]:
    """Return the elements in one audience's regression: its own, then those all rate."""
    mine = [k for k, answer in enumerate(answers) if answer.audience == audience]
    shared = [k for k, answer in enumerate(answers) if not answer.audience]
    return [k for k in dict.fromkeys((*mine, *shared)) if answers[k].element.id != outcome]


def _large_enough(
    design: SurveyDesign, outcome: FloatArray, scores: FloatArray, asked: BoolArray
) -> bool:
    complete = asked & np.isfinite(outcome) & np.isfinite(scores).all(axis=1)
    return effective_base(design.weights[complete]) >= SUPPRESS_BELOW


def _collected(
    questionnaire: Questionnaire,
    outcome: str,
    answers: Sequence[ElementAnswers],
    own: FloatArray,
    models: Sequence[AudienceModel],
    design: SurveyDesign,
) -> ElementDrivers:
    judged = [k for k, answer in enumerate(answers) if answer.element.id != outcome]
    names = tuple(answers[k].element.id for k in judged)
    levels = estimate_elements(design, questionnaire)
    users = [design.weights[answers[k].asked & np.isfinite(own[:, k])] for k in judged]
    bases = np.array([[float(np.count_nonzero(w)), effective_base(w)] for w in users])
    audiences = tuple(answers[k].audience for k in judged)

    def gather(measure: str) -> Estimates:
        parts = [getattr(model, measure) for model in models]
        return _of_elements(parts, [m.audience for m in models], names, audiences, bases, levels)

    importance = gather("coefficients")
    reach = _selected(levels.contact, names)
    return ElementDrivers(
        questionnaire=questionnaire,
        outcome=outcome,
        names=names,
        audiences=audiences,
        importance=importance,
        reach=reach,
        importance_all=_times(importance, reach),
        performance=_selected(levels.scores, names),
        lmg=gather("lmg"),
        lmg_share=gather("lmg_share"),
        johnson_share=gather("johnson_share"),
        models=tuple(models),
    )


def _selected(estimates: Estimates, names: Sequence[str]) -> Estimates:
    terms = estimates.labels["term"].tolist()
    return estimates.select([terms.index(name) for name in names])


def _of_elements(
    parts: Sequence[Estimates],
    audience_of_part: Sequence[str],
    names: Sequence[str],
    audiences: Sequence[str],
    bases: FloatArray,
    levels: Elements,
) -> Estimates:
    """Return each element's number from its own audience's model; NaN where there is none."""
    joined = join_estimates(parts) if parts else levels.scores
    place: dict[tuple[str, str], int] = {}
    for part, audience in zip(parts, audience_of_part, strict=True):
        for term in part.labels["term"]:
            place[audience, term] = len(place)
    jacobian = np.zeros((len(names), len(joined)))
    values, n, n_eff = np.full(len(names), np.nan), bases[:, 0].copy(), bases[:, 1].copy()
    df = np.full(len(names), np.nan)
    for row, key in enumerate(zip(audiences, names, strict=True)):
        if (at := place.get(key)) is not None:
            jacobian[row, at] = 1.0
            values[row], df[row] = joined.values[at], joined.df[at]
            n[row], n_eff[row] = joined.n[at], joined.n_eff[at]
    labels = pd.DataFrame({"term": list(names)})
    return joined.map(values, jacobian, labels, n=n, n_eff=n_eff, df=df)


def _times(importance: Estimates, reach: Estimates) -> Estimates:
    """Return the products, by the product rule; their base is that of the importance."""
    joined = join_estimates([importance, reach])
    jacobian = np.hstack([np.diag(reach.values), np.diag(np.nan_to_num(importance.values))])
    return joined.map(
        importance.values * reach.values,
        jacobian,
        importance.labels,
        n=importance.n,
        n_eff=importance.n_eff,
        df=importance.df,
    )
