"""English texts of measurement invariance."""

from __future__ import annotations

TEXT: dict[str, str] = {
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
    "invariance.loading": "loading of “{item}” in {group} (answers {points} {interval} points)",
    "invariance.intercept": "level of “{item}” in {group} ({points} {interval} points)",
    "invariance.comparable": "comparable",
    "invariance.partially_comparable": "partially comparable",
    "invariance.not_comparable": "not comparable",
    "invariance.not_testable": "one item: cannot be tested",
    "invariance.unit": (
        "Unit: verdicts; in brackets by how many points, 0–100, a question is answered higher than "
        "elsewhere at an equal level of the construct, with its 95 % interval."
    ),
    "invariance.ladder_unit": "Unit: χ² and coefficients.",
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
    "column.comparable": "Comparable",
    "differences.without": "without unlike questions",
    "comparable.comparable": "yes",
    "comparable.comparable_in_effect": "in effect",
    "comparable.partially_comparable": "partly",
    "comparable.not_comparable": "no",
    "comparable.not_testable": "one question",
    "comparable.unknown": "not tested",
    "note.comparable": "Comparable: {rules}.",
    "note.comparable_join": "; ",
    "note.comparable_comparable": "yes, all questions measure alike",
    "note.comparable_comparable_in_effect": (
        "in effect, unlike questions surely make less than 1 point"
    ),
    "note.comparable_partially_comparable": (
        "partly, unlike questions make a part of the difference"
    ),
    "note.comparable_not_comparable": "no, too few questions measure alike",
    "note.comparable_not_testable": "one question, which cannot be tested",
    "note.comparable_unknown": "not tested, a group is too small",
    "note.corrected": (
        "Without unlike questions: the difference without what the questions that measure unalike "
        "make of it, tested by itself."
    ),
    "note.withdrawn": (
        "Not comparable: no verdict, as without the unlike questions it would be another or cannot "
        "be told."
    ),
    "note.alike": "Comparability between {groups}: {verdicts}.",
    "note.alike_untested": "Comparability between {groups}: not tested.",
    "note.alike_not_comparable": "{constructs} not comparable",
    "note.alike_partially_comparable": (
        "{constructs} partially comparable (a verdict or letter stands only where it holds without "
        "the unlike questions)"
    ),
    "note.alike_not_testable": "{constructs} with one question, not testable",
    "note.alike_rest": "the others comparable",
    "note.alike_all_comparable": "all questions measure alike",
    "note.alike_all_partially_comparable": (
        "partial, some questions measure unalike (a verdict or letter stands only where it holds "
        "without them)"
    ),
    "note.alike_all_not_comparable": "none, too few questions measure alike",
    "note.alike_all_not_testable": "one question, not testable",
    "note.change_alike": "Comparability between the waves: {verdicts}.",
}
