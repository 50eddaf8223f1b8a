"""English texts of findings and cautions: sentences about tested results."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "summary.level": "Level",
    "summary.moved": "What moved",
    "summary.ahead": "Who is ahead",
    "summary.matters": "What goes with satisfaction, and where we are weak",
    "summary.where": "Regions and complaints",
    "finding.no_difference_lines": (
        "{lines}: none of the {tests} tested differences is significant (smallest adjusted {p})."
    ),
    "finding.lines_higher": "{line} customers score significantly higher than {gaps}.",
    "finding.level": "{index} of all {n} respondents is {value} {interval} on the 0–100 scale.",
    "finding.own": "{own} scores {value} {interval} on {n} interviews.",
    "finding.higher": "{scope}: {group} scores significantly higher than {gaps}.",
    "finding.gap": "{other} (by {difference} points {interval}, {p}{unlike})",
    "finding.no_difference": (
        "{scope}: none of the {tests} tested differences is significant (smallest adjusted {p})."
    ),
    "finding.no_difference_one": (
        "{scope}: the one difference that could be tested is not significant ({p}, {tests} test)."
    ),
    "finding.line_higher": (
        "{line} customers score significantly higher than {other} customers, by {difference} "
        "points {interval}, {p}{unlike}."
    ),
    "finding.line_no_difference": (
        "No evidence of a difference between {line} and {other} customers: {difference} points "
        "{interval}, {p}{unlike}."
    ),
    "finding.without_unlike": (
        "; {corrected} {interval} without the questions that measure unalike"
    ),
    "finding.partly": "{construct} (partially comparable)",
    "finding.driver_importance": (
        "{driver} is the first of {count} drivers of {outcome}: one point more on it goes with "
        "{weight} index points {interval}, under the model."
    ),
    "finding.driver_lmg_share": (
        "Of {count} constructs, {driver} has the strongest association with {outcome}: {weight} "
        "% {interval} of the explained variance goes with it."
    ),
    "finding.extremes": (
        "Among the other constructs, {top} scores highest, {top_value} {top_interval}, and {low} "
        "lowest, {low_value} {low_interval}; the intervals do not meet."
    ),
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
    "caution.withdrawn": (
        "{count} of {total} index differences are not comparable, and no verdict is given on them: "
        "{pairs}. Without the questions that measure unalike the verdict would be another, or "
        "cannot be told."
    ),
    "caution.pair": "{a} − {b} ({scope})",
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
    "finding.drivers_importance": (
        "The data leave open which of {count} drivers of {outcome} comes first: {leaders}. The "
        "highest estimate is that of {driver}: one point more on it goes with {weight} index "
        "points {interval}, under the model."
    ),
    "finding.drivers_lmg_share": (
        "The data leave open which of {count} constructs has the strongest association with "
        "{outcome}: {leaders}. The largest share of the explained variance goes with {driver}, "
        "{weight} % {interval}."
    ),
    "finding.priority_importance": (
        "Improve first: {drivers}. More important than the average driver and scored below the "
        "average driver, both beyond their intervals."
    ),
    "finding.priority_lmg_share": (
        "Look here first: {drivers}. More strongly associated with the index than the average "
        "construct and scored below the average construct, both beyond their intervals; the "
        "withheld paths cannot say more."
    ),
    "finding.better": "{own} is significantly better than {other} on {constructs}.",
    "finding.worse": "{own} is significantly worse than {other} on {constructs}.",
    "caution.untested": (
        "Whether the questions measure alike for {groups} could not be tested: a group is too "
        "small, or its model did not converge. The gaps may hold differences of measurement."
    ),
}
