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
}
