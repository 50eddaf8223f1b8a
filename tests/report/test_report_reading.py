from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from csi.report.book import StudyResults
from csi.report.reading import Reading
from csi.report.rows import plain


@pytest.mark.parametrize(("code", "read"), [(1, 1), (2.0, 2), ("3", 3), ("north", "north")])
def test_codes(code: object, read: object) -> None:
    assert plain(code) == read


def test_groups_come_own_first(operators: StudyResults) -> None:
    study = replace(operators.study, own=3)
    reading = Reading(replace(operators, study=study))
    assert reading.groups == (3, 1, 2, 4)
    assert [reading.letter(group) for group in reading.groups] == ["A", "B", "C", "D"]


def test_the_questionnaire_orders_the_constructs(operators: StudyResults) -> None:
    assert Reading(operators).constructs == ("CUSA", "CUSL", "LIKE", "COMP", "QUAL", "CSOR")


def test_letters_agree_with_the_p_values(operators: StudyResults, industries: StudyResults) -> None:
    """A letter stands exactly where the adjusted p < 0.05 and the sign is right."""
    seen = 0
    for results in (operators, industries):
        reading = Reading(results)
        for comparison in results.comparisons:
            if comparison.across != reading.group:
                continue
            for row in comparison.tidy().to_dict("records"):
                line = plain(row["servicetype"]) if comparison.within else None
                a, b = plain(row["group_a"]), plain(row["group_b"])
                for high, low, sign in ((a, b, 1), (b, a, -1)):
                    expected = row["p_adjusted"] < 0.05 and sign * row["estimate"] > 0
                    marked = reading.letter(low) in reading.letters(high, line, row["term"])
                    assert marked == expected
                    seen += marked
    assert seen > 10


def test_too_small_groups_show_no_number(operators: StudyResults) -> None:
    reading = Reading(operators)
    hidden = [row for _, row in reading.cells() if row.flag == "suppressed"]
    assert hidden
    assert all(math.isnan(row.estimate) and math.isnan(row.low) for row in hidden)
    untested = [test for test in reading.tests if not test.tested]
    assert untested
    assert all(math.isnan(test.difference) for test in untested)


def test_rank_intervals_count_significant_neighbours(industries: StudyResults) -> None:
    reading = Reading(industries)
    for group in reading.groups:
        best, worst = reading.rank_interval(group)
        higher = lower = 0
        for test in reading.group_tests():
            if group in (test.a, test.b) and test.decided:
                is_up = (test.verdict == "higher") == (test.a == group)
                lower, higher = lower + is_up, higher + (not is_up)
        assert (best, worst) == (1 + higher, len(reading.groups) - lower)


def test_lines_and_groups_may_share_codes(operators: StudyResults) -> None:
    """Codes 1 and 2 are lines and operators; a test between lines is no test between operators."""
    reading = Reading(operators)
    assert {test.across for test in reading.group_tests()} == {"serviceprovider"}
    assert {test.across for test in reading.line_tests()} == {"servicetype"}


def test_missing_total_is_named(withheld: StudyResults) -> None:
    empty = replace(withheld, indices={})
    with pytest.raises(KeyError, match="no index of all respondents"):
        _ = Reading(empty).overall


def test_drivers_by_the_measure_that_is_shown(
    withheld: StudyResults, industries: StudyResults
) -> None:
    shares = Reading(withheld).drivers
    assert sum(row.weight for row in shares) == pytest.approx(1)
    importance = Reading(industries).drivers
    assert [row.rank for row in importance] == list(range(1, len(importance) + 1))
    frame: pd.DataFrame = industries.drivers.tidy()
    top = frame[(frame["measure"] == "importance") & (frame["rank"] == 1)]
    assert importance[0].weight == float(top["estimate"].iloc[0])
