"""English texts of changes between waves."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "trend.title": "What moved",
    "trend.chart": "{index} over the waves, with 95 % intervals",
    "trend.alt": "Line chart over the waves from {first} to {last}. {rows}.",
    "trend.alt_row": "{label} went from {first} to {last}",
    "trend.joint": "; ",
    "trend.own_lines": "{own}, by line",
    "trend.index_table": "Changes of the index, with verdicts",
    "trend.construct_table": (
        "Other constructs that moved or cannot be compared, for everybody and for us"
    ),
    "trend.unchanged_items": "{construct}, unchanged questions only ({items})",
    "trend.waterfall": "Why the index moved: {scope}",
    "trend.waterfall_alt": (
        "Waterfall chart of the index, {scope}: from {first} to {last}. "
        "Parts of the change: {rows}."
    ),
    "trend.breaks": "Where series end",
    "part.mix": "Other mix of customers",
    "part.level": "Other answers of like customers",
    "part.weights": "Other weights of the questions",
    "part.remainder": "Remainder",
    "part.total": "Change",
    "break.all": "all",
    "break.questionnaire": "questions changed",
    "break.mode": "another mode",
    "break.design": "another design",
    "finding.moved": "{scope}, since {wave}: {changes}.",
    "finding.moved_up": (
        "{construct}{polarity} moved up by {difference} points {interval}, {p}{unlike}"
    ),
    "finding.moved_down": (
        "{construct}{polarity} moved down by {difference} points {interval}, {p}{unlike}"
    ),
    "finding.nothing_moved": "Since {wave}, none of the {tests} tested changes is significant.",
    "finding.explained": (
        "{scope}: of the change of {total} points since {wave}, {mix} {mix_interval} go with "
        "another mix of customers and {level} {level_interval} with other answers of like "
        "customers."
    ),
    "finding.lower_is_better": " (lower is better)",
    "caution.broken_mode": (
        "The mode of asking changed since {wave}: no change since then can be told, and every "
        "trend is broken there."
    ),
    "caution.broken_design": (
        "The sampling design changed since {wave}: no change since then can be told, and every "
        "trend is broken there."
    ),
    "caution.broken_measurement": (
        "{constructs}: some changes since {wave} are not comparable. Without the questions that "
        "measure unalike in the two waves the verdict would be another, or cannot be told."
    ),
    "caution.broken_questions": (
        "Questions of {constructs} were changed since {wave}: a change on all its questions "
        "cannot be told, and the trend is broken there."
    ),
    "scope.everybody": "All respondents",
}
