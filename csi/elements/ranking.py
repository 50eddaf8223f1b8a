"""Second-level drivers: rank elements among the users of each channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csi.elements.answers import ElementAnswers, element_answers
from csi.elements.element_drivers import ElementDrivers
from csi.elements.levels import Elements, estimate_elements
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
from csi.model.fit import ModelFit
from csi.questionnaire.schema import Questionnaire
from csi.results import SUPPRESS_BELOW


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
    models, not_fitted = [], {}
    for audience in dict.fromkeys(answer.audience for answer in answers):
        columns = _columns(answers, audience, name)
        asked = next(answer.asked for answer in answers if answer.audience == audience)
        base = _complete_base(design, scored.scores, own[:, columns], asked)
        if base < SUPPRESS_BELOW:
            not_fitted[audience] = f"effective base {base:.0f}"
            continue
        names = [answers[k].element.id for k in columns]
        try:
            models.append(fit_audience(design, scored, audience, names, own[:, columns], asked))
        except ModelError as error:  # one channel's flat answers must not cost the others theirs
            not_fitted[audience] = str(error)
    return _collected(questionnaire, name, answers, own, models, not_fitted, design)


def _columns(answers: Sequence[ElementAnswers], audience: str, outcome: str) -> list[int]:
    """Return the elements in one audience's regression: its own, then those all rate."""
    mine = [k for k, answer in enumerate(answers) if answer.audience == audience]
    shared = [k for k, answer in enumerate(answers) if not answer.audience]
    return [k for k in dict.fromkeys((*mine, *shared)) if answers[k].element.id != outcome]


def _complete_base(
    design: SurveyDesign, outcome: FloatArray, scores: FloatArray, asked: BoolArray
) -> float:
    """Return the effective base of the users with all scores."""
    complete = asked & np.isfinite(outcome) & np.isfinite(scores).all(axis=1)
    return effective_base(design.weights[complete]) if scores.shape[1] else 0.0


def _collected(
    questionnaire: Questionnaire,
    outcome: str,
    answers: Sequence[ElementAnswers],
    own: FloatArray,
    models: Sequence[AudienceModel],
    not_fitted: Mapping[str, str],
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
        not_fitted=not_fitted,
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
