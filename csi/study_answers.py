"""The answers of a study's waves, and how each wave was sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from csi.errors import StudyError
from csi.inference import SurveyDesign, drop_set_aside, make_design, restrict_design
from csi.questionnaire.conditions import Condition
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.responses.data import Responses
from csi.responses.joining import join_columns
from csi.responses.recoding import read_responses
from csi.sampling.table_files import read_small_table
from csi.storage import short_path
from csi.study_schema import Study, Wave
from csi.weighting.weights import weight_responses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveAnswers:
    """The answers of a wave, and how it was sampled.

    Attributes
    ----------
    asked : Responses
        A respondent for each row of the design.
    design : SurveyDesign
        With weight 0 for those whom the study does not report.
    """

    asked: Responses
    design: SurveyDesign

    @property
    def responses(self) -> Responses:
        """The answers that the results rest on."""
        kept = self.design.weights > 0
        return replace(
            self.asked,
            frame=self.asked.frame[kept].reset_index(drop=True),
            reasons=self.asked.reasons[kept].reset_index(drop=True),
        )


def read_waves(study: Study, wave: str | None = None) -> dict[str, WaveAnswers]:
    """Read the waves of a study up to one, weight everybody, and look at those whom it reports.

    Parameters
    ----------
    study : Study
    wave : str, optional
        The last one by default.

    Returns
    -------
    dict of str to WaveAnswers
        In the order of time; waves with the same questionnaire file share the questionnaire.

    Raises
    ------
    CsiError
        With what is wrong with a wave's answers, or where nobody is left.
    """
    forms: dict[Path, Questionnaire] = {}
    found = {}
    for each in reversed(study.until(wave)):
        path = study.form(each.id)
        responses = read_wave(study, each.id, questionnaire=forms.get(path))
        forms[path] = responses.questionnaire
        found[each.id] = _lightened(study, responses, design_wave(study, responses, each.id))
    return dict(reversed(found.items()))


def narrow_waves(
    study: Study, waves: Mapping[str, WaveAnswers], where: Condition
) -> dict[str, WaveAnswers]:
    """Look at some of the respondents of all waves; see `design_wave` for what stays of the others.

    Raises
    ------
    StudyError
        If nobody is left in one of the waves.
    """
    return {
        id: _lightened(
            study,
            answers.asked,
            _chosen(study, answers.design, where, study.wave(id).responses.name),
        )
        for id, answers in waves.items()
    }


def read_wave(
    study: Study,
    wave: str | None = None,
    *,
    keep: Sequence[str] = (),
    questionnaire: Questionnaire | None = None,
) -> Responses:
    """Read the answers of everybody in one wave, with the columns that its design needs.

    Parameters
    ----------
    study : Study
    wave : str, optional
        The last one by default.
    keep : sequence of str
        Columns to carry along besides those that the study file names.
    questionnaire : Questionnaire, optional
        The wave's, where it has been read already.

    Returns
    -------
    Responses
    """
    form = questionnaire or read_questionnaire(short_path(study.form(wave)))
    this = study.wave(wave)
    beside = None if this.design is None else read_small_table(short_path(this.design))
    elsewhere = () if beside is None else tuple(beside.columns)
    design = (this.weight, this.strata, this.psu, this.fpc, study.panel, *_calibrated(this))
    known = {*form.items, *elsewhere}
    responses = read_responses(
        short_path(this.responses),
        form,
        columns=this.columns,
        keep=[n for n in dict.fromkeys((*this.keep, *keep, *design)) if n and n not in known],
        sheet=this.sheet,
    )
    if beside is None or this.design is None:
        return responses
    return join_columns(responses, beside, this.design.name)


def _calibrated(wave: Wave) -> list[str]:
    """Return the variables that the weights of a wave are calibrated on."""
    return [name for key in wave.margins for name in (key if isinstance(key, tuple) else (key,))]


def design_wave(study: Study, responses: Responses, wave: str | None = None) -> SurveyDesign:
    """Describe how a wave was sampled, weight everybody, then look at those whom it reports.

    The others stay in the design: which of the respondents are kept is itself a result of sampling,
    so the standard errors need everybody (Särndal, Swensson and Wretman 1992, ch. 10), and margins
    belong to the whole sample.

    Parameters
    ----------
    study : Study
    responses : Responses
        Of everybody; see `read_wave`.
    wave : str, optional
        The last one by default.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    StudyError
        If nobody is left.
    """
    this = study.wave(wave)
    design = make_design(
        responses,
        weights=this.weight,
        strata=this.strata,
        psu=this.psu,
        fpc=this.fpc,
        lonely=this.lonely,
    )
    if this.margins:
        design = weight_responses(
            design, margins=this.margins, trim=this.trim, residuals=this.residuals
        )
    if study.where is None:
        return design
    return _chosen(study, design, study.where, this.responses.name)


def _chosen(study: Study, design: SurveyDesign, where: Condition, file: str) -> SurveyDesign:
    """Set aside the respondents for whom a condition does not hold."""
    keep = where.holds(design.frame)
    if not design.weights[keep].any():
        raise StudyError(
            f"{study.source}: `where: {where}` holds for none of the {design.n:,} respondents. "
            f"Compare it with the codes in {file}."
        )
    return restrict_design(design, keep)


def _lightened(study: Study, asked: Responses, design: SurveyDesign) -> WaveAnswers:
    """Leave out the rows of those set aside, where no other number needs them; panels do."""
    answers = WaveAnswers(asked=asked, design=design)
    light = design if study.panel else drop_set_aside(design)
    return answers if light is design else WaveAnswers(asked=answers.responses, design=light)
