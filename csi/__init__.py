"""Survey design and satisfaction-index computation, from the questionnaire to the quarterly PDF.

Every stage is one function that takes values and returns the next frozen value:

=====================  ==========================================================================
`read_questionnaire`   a YAML file -> `Questionnaire`, or every fault with file and line
`read_spss`            an SPSS file -> its table and dictionary; `write_spss` goes back
`read_responses`       an answer file and its questionnaire -> `Responses`, with a log of changes
`check_responses`      answers that may be no answers -> `QualityReport`
`make_design`          answers, weights, strata, clusters -> `SurveyDesign`
`estimate_means`       means for any groups; shares, boxes, totals, ratios, quantiles likewise
`fit_model`            a design and a model -> `ModelFit`, with a verdict on whether to trust it
`check_invariance`     a fit and groups -> `Invariance`: may the groups be compared
`estimate_index`       a fit -> `Index`: 0-100 scores for any groups
`rank_drivers`         a fit -> `Drivers`: what goes with the outcome, and how surely
`estimate_elements`    quality elements among their users: score, dissatisfied, contact rate
`rank_elements`        elements -> perceived quality, among the users of each channel
`find_short_boards`    what is important, weak with us, and behind the best competitor
`complaint_ladder`     satisfaction and loyalty by what became of customers' problems
`compare_groups`       an index -> `Comparison`: which groups differ
`stack_waves`          the designs of several waves -> one, in which they can be compared
`compare_waves`        an index by wave -> `Comparison`: what moved, and what cannot be compared
`trace_trend`          an index by wave -> `Trend`: series that end where comparing ends
`decompose_change`     an index by wave -> `Decomposition`: why it moved
`decompose_gaps`       an index by operator -> `Decomposition`s: why we score otherwise
`assess_regions`       an index by region -> `Regions`: raw and adjusted scores, ranks, tiers
`fit_dissatisfaction`  operational indicators -> who is dissatisfied, and how well it is known
`score_customers`      a model and a table -> every subscriber's probability and reasons
`pool_dissatisfied`    records of every channel -> who has said so, and how many say so at all
`examine_hypotheses`   silent customers and those hit by events -> how satisfied they are
`plan_actions`         scores, pool and rules -> an action list with a hold-out and its power
`evaluate_actions`     a follow-up survey -> the effect of care, and what is no effect
`write_report`         everything -> PDF, XLSX or PPTX, in English and Chinese
`run_study`            a study folder -> all of the above, in one call
`write_books`          a study folder -> a report for every region or client
=====================  ==========================================================================

Results are frozen. `.tidy()` gives a data frame with one row per number, always with the columns
``estimate, std_error, statistic, df, p_value, conf_low, conf_high, n, n_eff``; `.summary()` gives
text. The library never prints, never changes its input, and never draws a random number
without a seed.

Names are loaded when they are first used, so ``import csi`` itself costs nothing.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [  # noqa: RUF022 -- in the order of the stages
    "start_study",
    "Questionnaire",
    "read_questionnaire",
    "review_questionnaire",
    "export_questionnaire",
    "QuestionnaireDraft",
    "adopt_questionnaire",
    "QuestionnaireDiff",
    "diff_questionnaires",
    "SamplingPlan",
    "plan_sample",
    "Sample",
    "draw_sample",
    "Fieldwork",
    "summarise_fieldwork",
    "read_spss",
    "write_spss",
    "Responses",
    "read_responses",
    "QualityRules",
    "QualityReport",
    "check_responses",
    "SurveyDesign",
    "Estimates",
    "make_design",
    "estimate_means",
    "estimate_shares",
    "scale_boxes",
    "estimate_totals",
    "estimate_ratios",
    "Quantiles",
    "estimate_quantiles",
    "weight_responses",
    "ModelFit",
    "fit_model",
    "Invariance",
    "check_invariance",
    "factor_scores",
    "Index",
    "estimate_index",
    "Drivers",
    "rank_drivers",
    "Elements",
    "estimate_elements",
    "ElementDrivers",
    "rank_elements",
    "ShortBoards",
    "find_short_boards",
    "ComplaintLadder",
    "complaint_ladder",
    "what_if",
    "reliability_sensitivity",
    "Comparison",
    "compare_groups",
    "WaveFacts",
    "stack_waves",
    "compare_waves",
    "select_wave",
    "Trend",
    "trace_trend",
    "Decomposition",
    "decompose_change",
    "decompose_gaps",
    "Regions",
    "assess_regions",
    "simulate_responses",
    "fit_dissatisfaction",
    "score_customers",
    "PoolSource",
    "DissatisfiedPool",
    "pool_dissatisfied",
    "CaptureShare",
    "estimate_capture_share",
    "SilentRule",
    "EventRule",
    "Hypotheses",
    "examine_hypotheses",
    "rank_reasons",
    "rank_causes",
    "Reasons",
    "match_look_alikes",
    "LookAlikes",
    "assign_activity",
    "profile_group",
    "Axis",
    "segment_grid",
    "SegmentGrid",
    "CareRules",
    "read_care_rules",
    "EvaluationPlan",
    "ActionPlan",
    "plan_actions",
    "export_actions",
    "Reliability",
    "Before",
    "Effect",
    "evaluate_actions",
    "Study",
    "read_study",
    "record_provenance",
    "StudyResults",
    "analyse_study",
    "write_report",
    "write_charts",
    "run_study",
    "write_books",
    "read_dissatisfied_study",
    "run_dissatisfied_study",
    "CsiError",
    "CsiWarning",
]

_HOME = {
    "start_study": "csi.starter.folder",
    "Questionnaire": "csi.questionnaire.schema",
    "read_questionnaire": "csi.questionnaire.reading",
    "review_questionnaire": "csi.questionnaire.review",
    "export_questionnaire": "csi.exporting.export",
    "QuestionnaireDraft": "csi.questionnaire.adopting.draft",
    "adopt_questionnaire": "csi.questionnaire.adopting.door",
    "QuestionnaireDiff": "csi.questionnaire.diffing",
    "diff_questionnaires": "csi.questionnaire.diffing",
    "SamplingPlan": "csi.sampling.plan",
    "plan_sample": "csi.sampling.plan",
    "Sample": "csi.sampling.sample",
    "draw_sample": "csi.sampling.selection",
    "Fieldwork": "csi.sampling.fieldwork",
    "summarise_fieldwork": "csi.sampling.fieldwork",
    "read_spss": "csi.responses.spss",
    "write_spss": "csi.responses.spss",
    "Responses": "csi.responses.data",
    "read_responses": "csi.responses.recoding",
    "QualityRules": "csi.responses.quality_report",
    "QualityReport": "csi.responses.quality_report",
    "check_responses": "csi.responses.quality",
    "SurveyDesign": "csi.inference",
    "Estimates": "csi.inference",
    "make_design": "csi.inference",
    "estimate_means": "csi.inference",
    "estimate_shares": "csi.inference",
    "scale_boxes": "csi.inference",
    "estimate_totals": "csi.inference",
    "estimate_ratios": "csi.inference",
    "Quantiles": "csi.inference",
    "estimate_quantiles": "csi.inference",
    "weight_responses": "csi.weighting.weights",
    "ModelFit": "csi.model.fit",
    "fit_model": "csi.model.fit",
    "Invariance": "csi.model.invariance",
    "check_invariance": "csi.model.invariance",
    "factor_scores": "csi.model.scores",
    "Index": "csi.index",
    "estimate_index": "csi.index",
    "Drivers": "csi.drivers",
    "rank_drivers": "csi.drivers",
    "Elements": "csi.elements",
    "estimate_elements": "csi.elements",
    "ElementDrivers": "csi.elements",
    "rank_elements": "csi.elements",
    "ShortBoards": "csi.elements",
    "find_short_boards": "csi.elements",
    "ComplaintLadder": "csi.elements",
    "complaint_ladder": "csi.elements",
    "what_if": "csi.scenarios",
    "reliability_sensitivity": "csi.scenarios",
    "Comparison": "csi.comparison",
    "compare_groups": "csi.comparison",
    "WaveFacts": "csi.comparison",
    "stack_waves": "csi.comparison",
    "compare_waves": "csi.comparison",
    "select_wave": "csi.comparison",
    "Trend": "csi.comparison",
    "trace_trend": "csi.comparison",
    "Decomposition": "csi.comparison",
    "decompose_change": "csi.comparison",
    "decompose_gaps": "csi.comparison",
    "Regions": "csi.comparison",
    "assess_regions": "csi.comparison",
    "simulate_responses": "csi.simulate.responses",
    "fit_dissatisfaction": "csi.dissatisfied.model",
    "score_customers": "csi.warehouse.scoring",
    "PoolSource": "csi.dissatisfied.pool",
    "DissatisfiedPool": "csi.dissatisfied.pool",
    "pool_dissatisfied": "csi.dissatisfied.pool",
    "CaptureShare": "csi.dissatisfied.capture",
    "estimate_capture_share": "csi.dissatisfied.capture",
    "SilentRule": "csi.dissatisfied.flags",
    "EventRule": "csi.dissatisfied.flags",
    "Hypotheses": "csi.dissatisfied.hypotheses",
    "examine_hypotheses": "csi.dissatisfied.hypotheses",
    "rank_reasons": "csi.dissatisfied.reasons",
    "rank_causes": "csi.dissatisfied.reasons",
    "Reasons": "csi.dissatisfied.reasons",
    "match_look_alikes": "csi.dissatisfied.look_alikes",
    "LookAlikes": "csi.dissatisfied.look_alikes",
    "assign_activity": "csi.dissatisfied.profile",
    "profile_group": "csi.dissatisfied.profile",
    "Axis": "csi.dissatisfied.segments",
    "segment_grid": "csi.dissatisfied.segments",
    "SegmentGrid": "csi.dissatisfied.segments",
    "CareRules": "csi.dissatisfied.care_rules",
    "read_care_rules": "csi.dissatisfied.care_rules",
    "EvaluationPlan": "csi.dissatisfied.power",
    "ActionPlan": "csi.dissatisfied.actions",
    "plan_actions": "csi.dissatisfied.actions",
    "export_actions": "csi.dissatisfied.action_list",
    "Reliability": "csi.dissatisfied.reliability",
    "Before": "csi.dissatisfied.evaluation",
    "Effect": "csi.dissatisfied.effect",
    "evaluate_actions": "csi.dissatisfied.evaluation",
    "Study": "csi.study_schema",
    "read_study": "csi.study_file",
    "record_provenance": "csi.storage",
    "StudyResults": "csi.report.book",
    "analyse_study": "csi.study",
    "write_report": "csi.report.writing",
    "write_charts": "csi.report.chart_files",
    "run_study": "csi.study",
    "write_books": "csi.books",
    "read_dissatisfied_study": "csi.dissatisfied_file.reading",
    "run_dissatisfied_study": "csi.dissatisfied_study.running",
    "CsiError": "csi.errors",
    "CsiWarning": "csi.errors",
}
"""Where each public name is defined."""

if TYPE_CHECKING:
    __version__: str
    from csi.books import write_books
    from csi.comparison import (
        Comparison,
        Decomposition,
        Regions,
        Trend,
        WaveFacts,
        assess_regions,
        compare_groups,
        compare_waves,
        decompose_change,
        decompose_gaps,
        select_wave,
        stack_waves,
        trace_trend,
    )
    from csi.dissatisfied.action_list import export_actions
    from csi.dissatisfied.actions import ActionPlan, plan_actions
    from csi.dissatisfied.capture import CaptureShare, estimate_capture_share
    from csi.dissatisfied.care_rules import CareRules, read_care_rules
    from csi.dissatisfied.effect import Effect
    from csi.dissatisfied.evaluation import Before, evaluate_actions
    from csi.dissatisfied.flags import EventRule, SilentRule
    from csi.dissatisfied.hypotheses import Hypotheses, examine_hypotheses
    from csi.dissatisfied.look_alikes import LookAlikes, match_look_alikes
    from csi.dissatisfied.model import fit_dissatisfaction
    from csi.dissatisfied.pool import DissatisfiedPool, PoolSource, pool_dissatisfied
    from csi.dissatisfied.power import EvaluationPlan
    from csi.dissatisfied.profile import assign_activity, profile_group
    from csi.dissatisfied.reasons import Reasons, rank_causes, rank_reasons
    from csi.dissatisfied.reliability import Reliability
    from csi.dissatisfied.segments import Axis, SegmentGrid, segment_grid
    from csi.dissatisfied_file.reading import read_dissatisfied_study
    from csi.dissatisfied_study.running import run_dissatisfied_study
    from csi.drivers import Drivers, rank_drivers
    from csi.elements import (
        ComplaintLadder,
        ElementDrivers,
        Elements,
        ShortBoards,
        complaint_ladder,
        estimate_elements,
        find_short_boards,
        rank_elements,
    )
    from csi.errors import CsiError, CsiWarning
    from csi.exporting.export import export_questionnaire
    from csi.index import Index, estimate_index
    from csi.inference import (
        Estimates,
        Quantiles,
        SurveyDesign,
        estimate_means,
        estimate_quantiles,
        estimate_ratios,
        estimate_shares,
        estimate_totals,
        make_design,
        scale_boxes,
    )
    from csi.model.fit import ModelFit, fit_model
    from csi.model.invariance import Invariance, check_invariance
    from csi.model.scores import factor_scores
    from csi.questionnaire.adopting.door import adopt_questionnaire
    from csi.questionnaire.adopting.draft import QuestionnaireDraft
    from csi.questionnaire.diffing import QuestionnaireDiff, diff_questionnaires
    from csi.questionnaire.reading import read_questionnaire
    from csi.questionnaire.review import review_questionnaire
    from csi.questionnaire.schema import Questionnaire
    from csi.report.book import StudyResults
    from csi.report.chart_files import write_charts
    from csi.report.writing import write_report
    from csi.responses.data import Responses
    from csi.responses.quality import check_responses
    from csi.responses.quality_report import QualityReport, QualityRules
    from csi.responses.recoding import read_responses
    from csi.responses.spss import read_spss, write_spss
    from csi.sampling.fieldwork import Fieldwork, summarise_fieldwork
    from csi.sampling.plan import SamplingPlan, plan_sample
    from csi.sampling.sample import Sample
    from csi.sampling.selection import draw_sample
    from csi.scenarios import reliability_sensitivity, what_if
    from csi.simulate.responses import simulate_responses
    from csi.starter.folder import start_study
    from csi.storage import record_provenance
    from csi.study import analyse_study, run_study
    from csi.study_file import read_study
    from csi.study_schema import Study
    from csi.warehouse.scoring import score_customers
    from csi.weighting.weights import weight_responses
else:

    def __getattr__(name):
        """Load a public name when it is first used."""
        if name == "__version__":
            return import_module("csi.storage").installed_version("csi")
        if name not in _HOME:
            message = f"module `csi` has no name `{name}`"
            raise AttributeError(message, name=name, obj=sys.modules[__name__])
        value = globals()[name] = getattr(import_module(_HOME[name]), name)
        return value


def __dir__() -> list[str]:
    """Name what there is, loaded or not."""
    return sorted({*globals(), *__all__})
