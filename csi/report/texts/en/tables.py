"""English texts of columns, verdicts, and the notes below tables."""

from __future__ import annotations

TEXT: dict[str, str] = {
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
    "column.number": "No.",
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
    "column.wave": "Wave",
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
    "verdict.higher": "higher",
    "verdict.lower": "lower",
    "verdict.moved": "moved",
    "verdict.no_evidence": "no evidence",
    "verdict.too_small_to_matter": "too small to matter",
    "verdict.not_comparable": "not comparable",
    "verdict.base_too_small": "base too small",
    "flag.low": "† low",
    "flag.suppressed": "suppressed",
    "note.base_shown": "Base: respondents with an answer, n unweighted.",
    "note.base_right": "Base: n beside each score, unweighted.",
    "note.base_all": "Base: {n} respondents, counted without weights.",
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
    "note.unit_missing": (
        "Unit: per cent of the answers that the construct's items could have, without weights."
    ),
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
    "note.untested_changes": "Not tested, base too small: {count} more changes.",
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
    "note.rank": (
        "Rank: one place for every group that is significantly higher; a range where tests leave "
        "the order open."
    ),
    "note.rank_interval": "Rank intervals: 95 %; overlapping ranks are not settled.",
    "note.lmg": "Share: of the explained variance (LMG), as a check on the order.",
    "note.reading": "Reading: named only where both intervals are clear of the means.",
    "note.map_lines": (
        "Dashed lines: means of the drivers. Diamonds: improve first, both intervals clear of "
        "the lines."
    ),
    "note.paths_unit": "Unit: standardised coefficients.",
    "note.paths_marks": (
        "Solid: p < 0.05, wider is stronger; dashed grey: not significant; orange: negative. "
        "Intervals: in the table below."
    ),
    "note.paths_p": "Bold: p < 0.05, not adjusted for the number of paths.",
    "note.paths_bare": (
        "Base: none. Unit: none, as no number is shown. No coefficients, no widths, no "
        "intervals: the arrows are hypotheses."
    ),
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
    "column.our_score": "Ours",
    "column.best_rival": "Best competitor",
    "column.their_score": "Theirs",
    "column.gap": "Gap",
    "note.unit_short_boards_importance": (
        "Unit: importance in index points per point, over all lines; scores and gap in points, "
        "ours minus theirs."
    ),
    "note.unit_short_boards_lmg_share": (
        "Unit: share in per cent of the explained variance, over all lines; scores and gap in "
        "points, ours minus theirs."
    ),
    "note.best_rival": (
        "Best competitor: the one with the best score on this driver; the test counts all pairs."
    ),
    "note.polarity": "Lower is better: {constructs}.",
    "column.since": "Since",
    "column.part": "Part",
    "column.between": "Between",
    "column.and": "and",
    "column.reason": "Reason",
    "column.element": "Element",
    "column.region": "Region",
    "column.tier": "Tier",
    "column.adjusted": "Adjusted",
    "column.raw": "Raw",
    "column.shrunk": "Shrunk",
    "column.source": "Source",
    "column.unit": "Unit",
    "column.base": "Base",
    "column.base_unit": "Base unit",
    "column.step": "Step",
    "column.customers": "Customers, %",
    "verdict.moved_up": "moved up",
    "verdict.moved_down": "moved down",
    "verdict.short_board": "short-board",
    "verdict.behind": "behind",
    "verdict.ahead": "ahead",
    "note.base_waves": "Base: respondents of each wave; n in the table of the method.",
    "note.base_table": "Base: as in the table.",
    "note.base_users": "Base: users of the element with an answer, n unweighted.",
    "note.base_contact": "Base: customers whose use is known, n unweighted.",
    "note.base_steps": "Base: customers whose step is known, n unweighted.",
    "note.unit_change": "Unit: index points, {wave} minus the wave named.",
    "note.unit_dissatisfied": "Unit: per cent of the users. Lower is better.",
    "note.unit_score": "Unit: points, 0–100.",
    "note.unit_contact": "Unit: per cent of all customers.",
    "note.unit_boards": (
        "Unit: importance in points per point; scores and gap in points, ours minus theirs."
    ),
    "note.unit_steps": "Unit: customers in per cent; scores in points, 0–100.",
    "note.interval_shares": "Intervals: 95 %, design-based, within 0 and 100.",
    "note.interval_parts": (
        "Thin lines: 95 % intervals of the parts; grey: the interval holds zero, or not of answers."
    ),
    "note.interval_unadjusted_boards": (
        "Intervals: 95 %, not adjusted. p: corrected over the {tests} gaps and for the choice of "
        "the best competitor."
    ),
    "note.interval_ladder": "Intervals: 95 %, not adjusted. p: Holm over the {tests} differences.",
    "note.alike_none": "Comparability of the questions: not tested here.",
    "note.interval_changes": "Intervals: 95 %, not adjusted.",
    "note.no_tests": "Not tested here.",
    "note.weights_pooled": (
        "All waves are scored with the same weights of the questions, so scores here may differ in "
        "the last digit from those of the reported wave alone."
    ),
    "note.series": "Which waves may be compared: see where series end.",
    "note.broken": "Double dashed lines: no comparison across them.",
    "note.change_tests": (
        "p: over all {tests} tested changes of the report, Holm for the index, "
        "Benjamini–Hochberg for the rest."
    ),
    "note.change_verdicts": (
        "Verdict: moved where the adjusted p < 0.05; not comparable where questions, mode or "
        "design changed, or unlike measurement decides; no evidence is not evidence of no change."
    ),
    "note.unit_parts": "Unit: index points, 0–100; parts in points of change.",
    "note.parts": (
        "Parts averaged over all orders of replacement; kinds of customers by {cells}. The parts "
        "add up exactly."
    ),
    "note.breaks": "Base: the questionnaires of the waves. Unit: questions. No intervals: facts.",
    "note.boards": (
        "Short-board: more important than the average element, scored below it, and behind the "
        "best competitor (5 %). Behind, ahead: the gap alone."
    ),
    "note.adjusted": "Adjusted: as if every region had the same customers by {mix}.",
    "note.adjusted_none": "Adjusted: nothing to adjust for, equal to raw.",
    "note.shrunk": (
        "Shrunk: drawn to the common mean by what is sampling error (Fay and Herriot 1979)."
    ),
    "note.tiers": (
        "Rank intervals: 95 % jointly (Holm). Tier: a new one opens where the first of the tier "
        "above is significantly higher."
    ),
    "note.sources": (
        "Each source counts something else, on its own base and unit as named; they are never "
        "averaged into the scores. Intervals: where the source gives one."
    ),
}
