"""Every text of an English report. `csi.report.text_zh` has the same keys and placeholders."""

from __future__ import annotations

TEXT: dict[str, str] = {
    # Words of the template
    "word.table": "Table",
    "word.figure": "Figure",
    "word.groups": "the groups",
    "word.lines": "the lines",
    "word.index_sheet": "Index table",
    # Cover
    "cover.client": "Client",
    "cover.period": "Period",
    "cover.fieldwork": "Fieldwork",
    "cover.mode": "Mode",
    "cover.interviews": "Respondents",
    "cover.data": "Data file, SHA-256",
    "cover.questionnaire": "Questionnaire",
    "cover.contents": "Contents",
    # Summary
    "summary.title": "Executive summary",
    "summary.findings": "What the data show",
    "summary.cautions": "Read with care",
    "tile.index_all": "Index, all respondents",
    "tile.index_own": "Index, {own}",
    "tile.interval_n": "95 % {interval}, n = {n}",
    "tile.highest": "Highest: {group}",
    "tile.lowest": "Lowest: {group}",
    "tile.rank": "Rank among {count}",
    "tile.rank_detail": "ranks that the tests leave open",
    "tile.gap": "Gap to {other}",
    "tile.gap_detail": "95 % {interval}, {p}",
    "tile.driver": "First driver",
    "tile.driver_detail": "{weight}; rank {ranks}",
    "tile.importance": "{weight} points per point",
    "tile.share": "{weight} % of R²",
    "tile.explained": "Variance explained",
    "tile.explained_detail": "R² of the index on {count} constructs",
    "tile.model": "Path model",
    "tile.model_certified": "paths may be read",
    "tile.model_provisional": "read paths with care",
    "tile.model_withheld": "paths cannot be told apart",
    "league.caption": "Groups by index, with the ranks that the tests leave open",
    "profile.caption": "Scores of all constructs, highest first",
    # Findings
    "finding.level": "{index} of all {n} respondents is {value} {interval} on the 0–100 scale.",
    "finding.own": "{own} scores {value} {interval} on {n} interviews.",
    "finding.higher": "{scope}: {group} scores significantly higher than {gaps}.",
    "finding.gap": "{other} (by {difference} points {interval}, {p})",
    "finding.no_difference": (
        "{scope}: none of the {tests} tested differences is significant (smallest adjusted {p})."
    ),
    "finding.no_difference_one": (
        "{scope}: the one difference that could be tested is not significant ({p}, {tests} test)."
    ),
    "finding.line_higher": (
        "{line} customers score significantly higher than {other} customers, by {difference} "
        "points {interval}, {p}."
    ),
    "finding.line_no_difference": (
        "No evidence of a difference between {line} and {other} customers: {difference} points "
        "{interval}, {p}."
    ),
    "finding.driver_importance": (
        "{driver} is the first of {count} drivers of {outcome}: one point more on it goes with "
        "{weight} index points {interval}, under the model."
    ),
    "finding.driver_lmg_share": (
        "{driver} carries the largest of {count} shares of the explained variance of {outcome}: "
        "{weight} % {interval}."
    ),
    "finding.driver_tie": (
        "The rank of {driver} is not settled: its interval is {low} to {high}, and {rivals} may "
        "also be first."
    ),
    "finding.driver_rank": "The rank interval of {driver} is {low} to {high}.",
    "finding.priority": (
        "Improve first: {drivers}. More important than the average driver and scored below the "
        "average driver, both beyond their intervals."
    ),
    "finding.extremes": (
        "Among the other constructs, {top} scores highest, {top_value} {top_interval}, and {low} "
        "lowest, {low_value} {low_interval}; the intervals do not meet."
    ),
    # Cautions
    "caution.suppressed": (
        "{count} of {total} groups rest on an effective base under {limit} and are neither shown "
        "nor tested: {cells}."
    ),
    "caution.low": (
        "{count} of {total} groups rest on an effective base under {limit} (†): {cells}. Their "
        "intervals are wide."
    ),
    "caution.undecided": (
        "{open} of {tests} tested index differences are not significant. That is no proof that "
        "the groups are equal: the samples may be too small to tell."
    ),
    "caution.partially_comparable": (
        "{index} is only partially comparable between {groups}: some questions measure unalike. "
        "The section on comparability gives the gaps without them."
    ),
    "caution.not_comparable": (
        "{index} fails the test of comparability between {groups}: too few questions measure "
        "alike. The section on comparability says what that changes, in index points."
    ),
    "caution.not_testable": (
        "{index} has one question, so its comparability between {groups} cannot be tested."
    ),
    "caution.withheld": (
        "The path coefficients are withheld: the data cannot tell the constructs apart. Relative "
        "weights rank the drivers instead, and the section on drivers says why."
    ),
    "caution.provisional": (
        "The path model is provisional: the diagnosis in the method appendix lists what weakens it."
    ),
    "caution.fit": (
        "The model misses a usual guide for fit (CFI at least {least}, RMSEA at most {most}): "
        "CFI {cfi}, RMSEA {rmsea}."
    ),
    "caution.weak": "Composite reliability under {limit}: {constructs}.",
    "caution.weak_one": "{construct} (ω = {omega})",
    "scope.overall": "Overall",
    "scope.all_lines": "Over all lines",
    "scope.line": "{line}",
    "scope.cell": "{group} ({line})",
    "scope.one": "{group}",
    "scope.pooled": "all respondents",
    # Scores
    "scores.title": "Index scores",
    "scores.intro": (
        "The index is the 0–100 score of {index}. Groups are compared only where both effective "
        "bases allow it; every difference that was tested is listed below, also those that came "
        "out as no evidence."
    ),
    "scores.table": "Index by group",
    "forest.caption": "Index with 95 % intervals",
    "forest.all": "all respondents {value}",
    "forest.small": "base too small (n = {n})",
    "forest.alt": "Forest chart of the index with 95 % intervals. {rows}.",
    "differences.caption": "The {count} tested differences of the index",
    "all.lines": "All lines",
    "all.groups": "All respondents",
    "all.short": "All",
    # Constructs
    "constructs.title": "Construct scores",
    "constructs.intro": (
        "Every construct of the model on the same 0–100 scale, beside the index. All scores are "
        "weighted means of the items with the weights of one pooled model, so groups are measured "
        "alike."
    ),
    "constructs.table": "Construct scores by group, all lines together",
    "constructs.table_flat": "Construct scores by group",
    "constructs.table_line": "Construct scores by group: {line}",
    "constructs.chart": "Construct scores with 95 % intervals",
    "constructs.alt": (
        "Scores of every construct by group with 95 % intervals; the table of construct scores "
        "holds the same numbers."
    ),
    # Drivers
    "drivers.title": "Drivers",
    "drivers.intro": (
        "Importance is the total effect on {outcome} under the model: the index points that go "
        "with one point more on the driver, through every path. Performance is the driver's own "
        "0–100 score. Both are associations in one cross-section, not proof of cause."
    ),
    "drivers.withheld_title": "Why this report shows no path coefficients as drivers",
    "drivers.withheld_text": (
        "The paths of the model cannot be estimated from these data: the constructs are so close "
        "to each other that their separate effects are undetermined. Numbers for single paths "
        "would change sign or size with a few more interviews. The diagnosis found:"
    ),
    "drivers.beyond_one": (
        "{count} of the {total} standardised paths lie beyond ±1, as happens when the constructs "
        "overlap so much that their effects cancel each other."
    ),
    "drivers.share_intro": (
        "Instead, each construct gets its share of the explained variance of {outcome}, averaged "
        "over all orders in which the constructs can enter (Lindeman, Merenda and Gold 1980). The "
        "shares are stable where constructs overlap, and say how much goes with each, not what "
        "causes it."
    ),
    "drivers.map": "Importance and performance of the drivers, with 95 % intervals",
    "drivers.map_alt": (
        "Map of the drivers, importance against performance, with 95 % intervals. {points}."
    ),
    "drivers.shares": "Relative weights: shares of the explained variance, with 95 % intervals",
    "drivers.shares_alt": "Bars of the relative weights in per cent of R². {rows}.",
    "drivers.table": "Drivers by rank",
    "quadrant.improve": "Improve first",
    "quadrant.strength": "Strength",
    "quadrant.low": "Low priority",
    "quadrant.keep": "Maintain",
    "quadrant.unclear": "Unclear",
    # Path model
    "paths.title": "Path model",
    "paths.intro": (
        "Arrows show the standardised coefficients of the structural model; boxes carry the share "
        "of variance explained. They hold under the model and describe association."
    ),
    "paths.withheld_title": "Coefficients withheld",
    "paths.withheld_text": (
        "The diagram shows the hypotheses of the model only. Its coefficients failed the "
        "diagnosis and must not be read, quoted or compared; the driver section gives the reasons "
        "and the ranking that can be used."
    ),
    "paths.provisional_title": "Read these paths with care",
    "paths.provisional_text": "The model passed as provisional. The diagnosis found:",
    "paths.figure": "Standardised path coefficients, {scope}",
    "paths.hypotheses": "The hypotheses of the model, {scope}",
    "paths.alt": "Path diagram. {paths}.",
    "paths.table": "Path coefficients, {scope}",
    "paths.note": "About this model",
    # Measurement
    "measurement.title": "Measurement",
    "measurement.intro": (
        "How well the questions measure the constructs. Usual guides: reliability (alpha, omega) "
        "at least 0.70, average variance extracted (AVE) at least 0.50, standardised loadings at "
        "least 0.70."
    ),
    "measurement.reliability": "Reliability and convergent validity of the constructs",
    "measurement.loadings": "Items: standardised loading, weight in the construct score, mean",
    # Method
    "method.title": "Method appendix",
    "method.design": "Population, sample and weights",
    "method.population": "Population",
    "method.mode": "Mode",
    "method.fieldwork": "Fieldwork",
    "method.sample": "Sample",
    "method.sample_value": "{n} respondents analysed",
    "method.weights": "Weights",
    "method.weights_value": "weighted; design effect of the weights {deff}, effective n {n_eff}",
    "method.weights_none": "unweighted: every respondent counts alike",
    "method.strata": "Design",
    "method.strata_value": "strata: {strata}; sampling units: {psu}; degrees of freedom: {df}",
    "method.deff_index": "Index",
    "method.deff_index_value": "design effect {deff}, effective n {n_eff}",
    "method.deff_alt": (
        "Effective n is the squared sum of the weights over the sum of the squared weights; the "
        "design effect of the weights is n over effective n."
    ),
    "method.questionnaire": "Questionnaire",
    "method.index": "Index and its uncertainty",
    "method.index_text": (
        "Every construct score, {index} included, is a weighted mean of its items, each rescaled "
        "from its own scale to 0–100. The weights of the items come from the fitted model and add "
        "up to one:"
    ),
    "method.index_alt": (
        "The index of group g is the sum over items k of omega k times the mean of item k minus "
        "its minimum, divided by its range, times 100. Omega k is loading k over the sum of the "
        "loadings."
    ),
    "method.uncertainty": (
        "Standard errors are linearised (Binder 1983): they carry the weights, the strata, the "
        "clusters and the estimation of the item weights. Intervals are 95 % intervals from the t "
        "distribution with the design degrees of freedom."
    ),
    "method.missing": "Missing answers",
    "method.missing_text": (
        "Answers that are missing for different reasons are kept apart. Not asked and not "
        "applicable are never filled in. Item non-response is handled by maximum likelihood over "
        "all answers that are there, under the assumption that it depends only on those."
    ),
    "method.missing_table": "Answers and reasons for none, by construct",
    "missing.not_applicable": "Not applicable",
    "missing.dont_know": "Don't know",
    "missing.refused": "Refused",
    "missing.skipped": "Skipped",
    "missing.not_asked": "Not asked",
    "missing.no_answer": "No answer",
    "method.model": "Model, fit and diagnosis",
    "method.model_text": (
        "Covariance structure model, maximum likelihood on the weighted moments; standard errors "
        "and the scaled chi-square allow for the design and for non-normal answers. Every fit "
        "passes a diagnosis before its paths may be read: certified, provisional or withheld."
    ),
    "method.no_findings": "The diagnosis found nothing.",
    "fit.caption": "Fit of the model",
    "fit.n": "Respondents",
    "fit.npar": "Free parameters",
    "fit.chi2": "χ²",
    "fit.chi2_scaled": "χ², scaled for the design",
    "fit.cfi": "CFI",
    "fit.tli": "TLI",
    "fit.rmsea": "RMSEA [90 % interval]",
    "fit.srmr": "SRMR",
    "fit.loglik": "Log-likelihood",
    "fit.aic": "AIC",
    "fit.bic": "BIC",
    "fit.verdict": "Verdict of the diagnosis",
    "model.certified": "certified",
    "model.provisional": "provisional",
    "model.withheld": "withheld",
    "diagnosis.caption": "Findings of the diagnosis",
    "severity.note": "note",
    "severity.provisional": "provisional",
    "severity.withheld": "withheld",
    "diagnosis.not_converged": (
        "The search for the best fit did not end: the gradient is {value}, limit {limit}."
    ),
    "diagnosis.variance": "The variance of {subject} is {value}; a variance must exceed {limit}.",
    "diagnosis.not_positive_definite": (
        "The correlations between the constructs cannot all hold at once: the smallest eigenvalue "
        "is {value}, and must exceed {limit}."
    ),
    "diagnosis.condition": (
        "The data hardly tell the parameters apart: the condition number of the information is "
        "{value}, limit {limit}; healthy models have 20 to 100."
    ),
    "diagnosis.correlation": "{subject} correlate at {value}, limit {limit}.",
    "diagnosis.htmt": (
        "{subject} are hardly distinct: heterotrait-monotrait ratio {value}, limit {limit}."
    ),
    "diagnosis.path_beyond_one": (
        "The standardised path {subject} is {value}, beyond ±{limit}: a sign of collinearity."
    ),
    "diagnosis.path_error": (
        "The standardised path {subject} has a standard error of {value}, limit {limit}."
    ),
    "diagnosis.sign": (
        "The standardised path {subject} is {value} although the two constructs correlate at "
        "{limit}."
    ),
    "diagnosis.effect_sign": (
        "The standardised total effect {subject} is {value} although the two constructs correlate "
        "at {limit}."
    ),
    "diagnosis.weak_loading": "Item {subject} loads at only {value}, limit {limit}.",
    "diagnosis.other": "{subject}: {code} is {value}, limit {limit}.",
    "method.tests": "Tests and small bases",
    "method.tests_text": (
        "{total} differences were tested, two-sided, with the covariance between the groups. "
        "P-values are adjusted within each set of comparisons (groups within the lines, groups "
        "overall, lines): by Holm's method for the index, by Benjamini and Hochberg's for the "
        "other constructs where they are tested. A difference is "
        "called higher or lower when its adjusted p-value is under 0.05; intervals of differences "
        "are not adjusted. Numbers on an effective base under {suppress} are not shown and not "
        "tested; under {mark} they carry a †."
    ),
    "method.no_tests": (
        "The study has no groups, so no differences were tested. Numbers on an effective base "
        "under {suppress} would not be shown; under {mark} they carry a †."
    ),
    "method.drivers": "Drivers",
    "method.drivers_importance": (
        "Importance is the unstandardised total effect TE on the index, put on the 0–100 scale of "
        "the scores; performance is the score itself. The shares beside it (LMG) average the gain "
        "in R² over all orders of entry and add up to 100 %. Rank intervals come from the joint "
        "distribution of the estimates."
    ),
    "method.drivers_lmg_share": (
        "The relative weights (LMG) average the gain in R² of the index over all orders in which "
        "the constructs can enter a regression on the construct scores; they add up to 100 %. "
        "Rank intervals come from the joint distribution of the estimates. Total effects are "
        "withheld together with the paths that they would be made of."
    ),
    "method.importance_alt": (
        "Importance of driver j is its total effect on s times kappa s over kappa j, where kappa "
        "is the sum of squared loadings over the sum of loadings."
    ),
    "method.reproduce": "To make these numbers again",
    "method.versions": "Software",
    "method.options": "Options",
    "method.changes": "What was done to the values of the file",
    "change.missing_code": "Missing codes recognised",
    "change.column_renamed": "Columns found under another name",
    "change.columns_left_out": "Columns not in the questionnaire, left out",
    "change.choice": "Choices read from a list of codes",
    "change.all_missing": "Items without any answer",
    "change.constant": "Items with one answer only",
    "change.not_asked": "Cells of items that were not asked",
    "change.answered_though_not_asked": "Answers taken out: the item was not to be asked",
    "change.note": "Notes on the file",
    # Data tables
    "data.title": "Data tables",
    "data.index": "Index of every group",
    "data.constructs": "Other constructs of every group",
    "data.indicators": "Item scores, all respondents",
    "data.tests": "All {count} tested differences",
    "data.parameters": "Parameters of the model",
    "data.parameters_withheld": "Parameters of the measurement model (the paths are withheld)",
    # Axes
    "axis.index": "{index}, 0–100",
    "axis.score": "Score, 0–100",
    "axis.performance": "Performance: score of the driver, 0–100",
    "axis.importance": "Importance: points of {index} per point",
    "axis.share": "Share of the explained variance of {outcome}, %",
    # Columns
    "column.alpha": "Alpha",
    "column.answered": "Answered",
    "column.ave": "AVE",
    "column.cells": "Values",
    "column.change": "Change",
    "column.construct": "Construct",
    "column.difference": "Difference",
    "column.driver": "Driver",
    "column.equal": "Equal weights",
    "column.estimate": "Estimate",
    "column.finding": "Finding",
    "column.group": "Group",
    "column.guide": "Usual guide",
    "column.higher_than": "Higher than",
    "column.importance": "Importance",
    "column.index": "Index",
    "column.interval": "95 % interval",
    "column.item": "Item",
    "column.items": "Items",
    "column.limit": "Limit",
    "column.line": "Line",
    "column.low": "Low",
    "column.high": "High",
    "column.marks": "Marks",
    "column.lmg": "Share, %",
    "column.loading": "Loading",
    "column.mark": "Base",
    "column.mean": "Mean",
    "column.measure": "Measure",
    "column.n": "n",
    "column.n_eff": "Effective n",
    "column.omega": "Omega",
    "column.p_adjusted": "p, adjusted",
    "column.parameter": "Parameter",
    "column.path": "Path",
    "column.performance": "Performance",
    "column.points": "Points",
    "column.rank": "Rank",
    "column.rank_interval": "Rank interval",
    "column.reading": "Reading",
    "column.scope": "Within",
    "column.score": "Score",
    "column.se": "SE",
    "column.severity": "Weight",
    "column.share": "Share, %",
    "column.std": "Std. β",
    "column.unstd": "Unstd.",
    "column.value": "Value",
    "column.verdict": "Verdict",
    "column.weight": "Weight",
    "column.wording": "Question",
    # Verdicts and flags
    "verdict.higher": "higher",
    "verdict.lower": "lower",
    "verdict.moved": "moved",
    "verdict.no_evidence": "no evidence",
    "verdict.too_small_to_matter": "too small to matter",
    "verdict.not_comparable": "not comparable",
    "verdict.base_too_small": "base too small",
    "flag.none": "sufficient",
    "flag.low": "† low",
    "flag.suppressed": "suppressed",
    # Notes below tables and figures
    "note.base_shown": "Base: respondents with an answer, n unweighted.",
    "note.base_right": "Base: n at the right, unweighted.",
    "note.base_all": "Base: {n} respondents, unweighted.",
    "note.base_item": "Base: respondents who answered the item.",
    "note.base_tests": "Base: as in the table of scores.",
    "note.unit_index": "Unit: points, 0–100.",
    "note.unit_points": "Unit: index points, first minus second.",
    "note.unit_importance": "Unit: importance in index points per point; performance 0–100.",
    "note.unit_share": "Unit: per cent of the explained variance (R² = {r2} %).",
    "note.unit_reliability": "Unit: coefficients, 0–1.",
    "note.unit_loadings": (
        "Unit: loading standardised; weight, adds up to 1 in a construct; mean 0–100."
    ),
    "note.unit_items": "Unit: points, 0–100, rescaled from the item's own scale.",
    "note.unit_missing": "Unit: per cent of the answers that the construct's items could have.",
    "note.unit_fit": "Unit: as named.",
    "note.unit_diagnosis": "Unit: as named in the finding.",
    "note.unit_changes": "Unit: count of values.",
    "note.unit_parameters": "Unit: items and constructs on 0–100; last column standardised.",
    "note.interval": "Intervals: 95 %, design-based.",
    "note.interval_bars": "Bars: 95 % intervals, design-based.",
    "note.interval_data": "Intervals: in the data tables.",
    "note.interval_rmsea": "Interval: 90 % for the RMSEA, as is usual; none for the others.",
    "note.interval_std": "Intervals: 95 %, of the standardised coefficient.",
    "note.interval_unadjusted": (
        "Intervals: 95 %, not adjusted. p: Holm for the index, Benjamini–Hochberg for the rest."
    ),
    "note.no_interval": "No intervals: descriptive.",
    "note.untested": "Not tested, base too small: {count} more pairs.",
    "note.range": "Bars: the score and its interval on a scale from {low} to {high}.",
    "note.letters_group": (
        "Letters: significantly higher than the group with that letter (5 %, Holm)."
    ),
    "note.letters_line": (
        "Letters: significantly higher than the column with that letter, within the row (5 %, "
        "Holm over all pairs of all lines; the last row by itself). Totals are not tested "
        "against their parts."
    ),
    "note.letters_construct": (
        "Letters: significantly higher than the column with that letter, within the row (5 %, "
        "Holm for the index, Benjamini–Hochberg for the other constructs)."
    ),
    "note.letters_index_only": (
        "Letters: significantly higher than the column with that letter (5 %, Holm); only the "
        "index is tested, the other rows are not."
    ),
    "note.low": "† effective base under {limit}: wide interval, read with care.",
    "note.suppressed": "– effective base under {limit}: not shown, not tested.",
    "note.hollow": "Hollow marks: effective base under 100.",
    "note.rank": "Rank: one place for every group that is significantly higher; a range where "
    "tests leave the order open.",
    "note.rank_interval": "Rank intervals: 95 %; overlapping ranks are not settled.",
    "note.lmg": "Share: of the explained variance (LMG), as a check on the order.",
    "note.reading": "Reading: named only where both intervals are clear of the means.",
    "note.map_lines": (
        "Dashed lines: means of the drivers. Diamonds: improve first, both intervals clear of the "
        "lines."
    ),
    "note.paths_unit": "Unit: standardised coefficients.",
    "note.paths_marks": (
        "Solid: p < 0.05, wider is stronger; dashed grey: not significant; orange: negative. "
        "Intervals: in the table below."
    ),
    "note.paths_p": "Bold: p < 0.05, not adjusted for the number of paths.",
    "note.paths_bare": "No coefficients, no widths, no intervals: the arrows are hypotheses.",
    "note.operators": "=~ measured by; ~ regressed on; ~~ (co)variance.",
    "note.flags": (
        "Base: † low under an effective n of 100; suppressed under 30. Equal weights: the score "
        "with all items alike, as a check."
    ),
    "note.verdicts": (
        "Verdict: higher or lower where the adjusted p < 0.05; no evidence is not evidence of "
        "equality."
    ),
    "note.assumed": "‡ one item: its reliability is assumed, not estimated.",
    # Comparability
    "invariance.title": "Are the groups comparable",
    "invariance.intro": (
        "A gap between groups is a gap in satisfaction only where the questions measure "
        "alike in all groups: with the same loadings (metric) and the same intercepts "
        "(scalar invariance). Where a step of equality is rejected, the question that "
        "misfits most is set free, one after another."
    ),
    "invariance.verdicts": "Comparability by construct: {groups}",
    "invariance.ladder": "Steps of equality: {groups}",
    "invariance.differs": "What differs between the groups",
    "invariance.loading": "loading of “{item}”",
    "invariance.intercept": "level of “{item}”",
    "invariance.comparable": "comparable",
    "invariance.partially_comparable": "partially comparable",
    "invariance.not_comparable": "not comparable",
    "invariance.not_testable": "one item: cannot be tested",
    "invariance.rule": (
        "Comparable: no question had to be set free. Partially comparable: at least two "
        "questions stay equal. Tests at the 5 % level, scaled for the design (Satorra and "
        "Bentler 2001). One item alone gives no test."
    ),
    "invariance.left_out": "Not tested, too few respondents: {groups}.",
    "invariance.level": "Step",
    "invariance.level.configural": "Same structure",
    "invariance.level.metric": "Equal loadings",
    "invariance.level.partial_metric": "Equal loadings, some set free",
    "invariance.level.scalar": "Equal intercepts too",
    "invariance.level.partial_scalar": "Equal intercepts, some set free",
    "invariance.ladder_note": (
        "χ² of the groups’ joint model with means; Δ against the step before, scaled for the "
        "design. No intervals: tests."
    ),
    "invariance.gaps": "Gaps in the index with and without the questions that differ",
    "invariance.observed": "Observed",
    "invariance.corrected": "Without them",
    "invariance.bias": "Owed to them",
    "invariance.gaps_note": (
        "Unit: index points. Intervals: 95 %, design-based. Without them: the gap that the "
        "questions common to all groups support, in points of the same index."
    ),
}
