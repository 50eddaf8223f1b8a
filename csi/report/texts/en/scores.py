"""English texts of scores of groups and constructs."""

from __future__ import annotations

TEXT: dict[str, str] = {
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
    "forest.alt": (
        "Forest chart of the index with 95 % intervals, a row for every group. Highest: {high}; "
        "lowest: {low}. The table of this section holds the same numbers."
    ),
    "differences.caption": "The {count} differences of the index",
    "all.lines": "All lines",
    "all.groups": "All respondents",
    "all.short": "All",
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
    "axis.index": "{index}, 0–100",
    "axis.score": "Score, 0–100",
    "axis.performance": "Performance: score of the driver, 0–100",
    "axis.importance": "Importance: points of {index} per point",
    "axis.share": "Share of the explained variance of {outcome}, %",
    "gaps.title": "Why we score otherwise than competitors",
    "gaps.table": "The gaps of {own}, part by part",
    "gaps.against": "Against",
    "gaps.mix": "Other mix of customers",
    "gaps.level": "Other answers of like customers",
    "gaps.unlike": "Unlike questions, among these",
    "finding.gap_explained": (
        "Of the gap of {own} to {other}, {total} points, {mix} {mix_interval} go with another mix "
        "of customers and {level} {level_interval} with other answers of like customers."
    ),
    "finding.gap_explained_unlike": (
        "Of the gap of {own} to {other}, {total} points, {mix} {mix_interval} go with another mix "
        "of customers and {level} {level_interval} with other answers of like customers, {unlike} "
        "of these with questions that measure unalike."
    ),
    "note.unit_gap_parts": "Unit: index points, ours minus theirs.",
    "note.gap_parts": (
        "Parts averaged over all orders of replacement; kinds of customers by {cells}. The parts "
        "add up exactly; remainder: who left which question out, and small cells."
    ),
    "note.gap_unlike": (
        "Unlike questions, among these: points of the gap that are owed to questions which measure "
        "unalike, inside the part of other answers."
    ),
}
