"""The waves of a study together: what moved, how it went on, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from csi.comparison import (
    Comparison,
    Decomposition,
    Trend,
    WaveFacts,
    compare_waves,
    correct_together,
    decompose_change,
    find_breaks,
    screen_together,
    stack_waves,
    trace_trend,
)
from csi.comparison.comparability import Comparability, judge_comparability, tested_alike
from csi.comparison.stacking import WAVE
from csi.index import Index, estimate_index
from csi.inference import SurveyDesign, drop_set_aside, restrict_design
from csi.model.fit import ModelFit, fit_model
from csi.questionnaire.schema import Item, Questionnaire
from csi.study_answers import WaveAnswers
from csi.study_schema import Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveResults:
    """What several waves say; empty for one. See `StudyResults` for the fields."""

    changes: tuple[Comparison, ...] = ()
    trend: tuple[Trend, ...] = ()
    decomposition: tuple[Decomposition, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class StackedStudy:
    """The waves of a study up to the reported one, as one design.

    Attributes
    ----------
    design : SurveyDesign
        From `stack_waves`; answers are on the scales of the reported wave's questionnaire.
    questionnaire : Questionnaire
        Of the reported wave.
    facts : tuple of WaveFacts
    before : tuple of str
        The waves that the reported one is compared with: the one before it, then the baseline.
    """

    design: SurveyDesign
    questionnaire: Questionnaire
    facts: tuple[WaveFacts, ...]
    before: tuple[str, ...]

    @property
    def reported(self) -> str:
        """The reported wave."""
        return self.facts[-1].id


def stack_study(study: Study, waves: Mapping[str, WaveAnswers]) -> StackedStudy:
    """Put the waves of a study on top of each other.

    Parameters
    ----------
    study : Study
    waves : mapping of str to WaveAnswers
        In the order of time; the last is reported.
    """
    ids = list(waves)
    forms = {id: answers.asked.questionnaire for id, answers in waves.items()}
    questionnaire = forms[ids[-1]]
    designs = {
        id: replace(
            answers.design, frame=on_scales_of(answers.design.frame, forms[id], questionnaire)
        )
        for id, answers in waves.items()
    }
    facts = tuple(
        WaveFacts(
            id=id,
            questionnaire=own,
            mode=study.wave(id).mode or study.mode.to("en"),
            design=study.wave(id).sampling,
        )
        for id, own in forms.items()
    )
    before = [ids[-2]]
    if study.baseline in ids[:-2]:
        before.append(str(study.baseline))
    return StackedStudy(
        design=stack_waves(designs, panel=study.panel),
        questionnaire=questionnaire,
        facts=facts,
        before=tuple(before),
    )


def compare_study_waves(
    study: Study, stacked: StackedStudy, groupings: Sequence[tuple[str, ...]]
) -> WaveResults:
    """Test the changes of the reported wave, trace every series, and explain the index.

    One model is fitted to all waves, so that changes are none of item weights; their tests are one
    family over all groupings, and so are those from wave to wave. Explanations rest on a model of
    each wave, as its own report does: what its weights do to the printed index is a part of them.

    Parameters
    ----------
    study : Study
    stacked : StackedStudy
    groupings : sequence of tuple of str
        Items whose groups are reported: ``()`` for everybody.
    """
    fit = fit_model(stacked.design, stacked.questionnaire)
    terms = list(stacked.questionnaire.model.constructs) if stacked.questionnaire.model else None
    comparability = _comparability(fit, terms or [])
    changes, trends = [], []
    for by in groupings:
        index = estimate_index(fit, by=(*by, WAVE))
        index.scores.covariance()  # once, for all that follows
        scored = [term for term in terms or () if (index.scores.labels["term"] == term).any()]
        changes.append(
            compare_waves(
                index,
                before=_answered(index, stacked.before),
                after=stacked.reported,
                terms=scored,
                facts=stacked.facts,
                invariance=comparability,
                margin=study.margin,
            )
        )
        trends.append(trace_trend(index, terms=scored, facts=stacked.facts, margin=study.margin))
    return WaveResults(
        changes=correct_together(changes),
        trend=screen_together(trends),
        decomposition=tuple(_decompositions(study, stacked)),
    )


def on_scales_of(frame: pd.DataFrame, own: Questionnaire, wanted: Questionnaire) -> pd.DataFrame:
    """Put the ratings of an earlier questionnaire on the scales of another.

    A rating is moved to where it lies between the ends, so that it has the same 0-100 form. That
    does not make the two scales comparable: the questionnaires differ, and the trend is cut there.
    """
    if own is wanted:
        return frame
    moved = {}
    for name, item in own.items.items():
        other = wanted.items.get(name)
        if other is None or name not in frame or item.scale is None or other.scale is None:
            continue
        if _ends(item) != _ends(other):
            (low, high), (new_low, new_high) = _ends(item), _ends(other)
            moved[name] = new_low + (frame[name] - low) / (high - low) * (new_high - new_low)
    return frame.assign(**moved) if moved else frame


def _ends(item: Item) -> tuple[float, float]:
    """Return the worst and the best answer."""
    if item.scale is None:
        return 0.0, 1.0
    low, high = float(item.scale.minimum), float(item.scale.maximum)
    return (high, low) if item.reverse else (low, high)


def _comparability(fit: ModelFit, terms: Sequence[str]) -> Comparability | None:
    """Judge once what unlike measurement does to the changes; None where it cannot be tested."""
    found = tested_alike(fit, WAVE)
    if found is None:
        return None
    return judge_comparability(found, estimate_index(fit, by=WAVE), terms, across=WAVE)


def _answered(index: Index, waves: Sequence[str]) -> list[str]:
    present = set(index.scores.labels[WAVE])
    return [wave for wave in waves if wave in present]


def _decompositions(study: Study, stacked: StackedStudy) -> list[Decomposition]:
    """Explain the change of the index since each earlier wave, where it may be compared."""
    cells = study.kinds
    index = stacked.questionnaire.model.index if stacked.questionnaire.model else ""
    breaks = find_breaks(stacked.facts, groups=cells)
    before = [w for w in stacked.before if not breaks.on(index, w, stacked.reported)]
    if not cells or not before:
        return []
    wave = stacked.design.frame[WAVE]
    used = wave.isin([*before, stacked.reported]).to_numpy()
    design = drop_set_aside(restrict_design(stacked.design, used))
    own = fit_model(design, stacked.questionnaire, by=WAVE)
    if any(not group.record.converged for group in own.groups):
        return []
    found = []
    for earlier in before:
        for by in ((), *((item,) for item in study.by)):
            rest = tuple(name for name in cells if name not in by)
            if rest:
                scored = estimate_index(own, by=(*by, WAVE))
                found.append(
                    decompose_change(scored, cells=rest, before=earlier, after=stacked.reported)
                )
    return found
