"""Every margin that cannot be met is refused by name: no silent misses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.errors import WeightingError
from csi.inference import make_design
from csi.weighting import weight_responses


@pytest.fixture
def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": [1, 1, 2, 2, 3, 3, 3, 3, 1, 2],
            "sex": ["m", "f", "m", "f", "m", "f", "m", "f", "f", "m"],
            "gap": [1, 1, np.nan, 2, 2, 2, 1, 1, np.nan, 2],
            "bill": [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100],
            "w": [1.0] * 9 + [0.0],
        }
    )


def refusal(people: pd.DataFrame, margins: object, **options: object) -> str:
    with pytest.raises(WeightingError) as caught:
        weight_responses(people, margins=margins, **options)
    return str(caught.value)


AGE = {1: 30, 2: 30, 3: 40}
SEX = {"m": 50, "f": 50}


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        (
            {"age": AGE, "sex": {"m": 50, "f": 60}},
            "The margins disagree about the population: `age` adds up to 100, `sex` adds up to "
            "110. Scale them to one total.",
        ),
        (
            {"age": {**AGE, 4: 10}},
            "Margin `age`: no respondent has age = 4 (total 10). Merge it with another level, in "
            "the totals and the data.",
        ),
        (
            {"age": {1: 30, 2: 70}},
            "Margin `age`: 4 respondents have age = 3, for which there is no total. Add its total, "
            "or merge it with another.",
        ),
        (
            {"gap": {1: 50, 2: 50}},
            "Margin `gap`: 2 of 10 respondents have no answer (first in row 3). Fill them in, or "
            "give them a level of their own.",
        ),
        (
            {"bill": 550.0, "gap": 7.0},
            "Margin `gap`: 2 of 10 respondents have no answer (first in row 3). Fill them in.",
        ),
        (
            {"age": {1: 30, 2: 70, 3: 0}},
            "Margin `age`: the total of age = 3 is 0, but 4 respondents have it. Leave them out, "
            "or merge the level.",
        ),
        (
            {"age": {1: 30, 2: -1, 3: float("nan")}},
            "Margin `age`: the total of age = 2 is -1; it must be a number of at least 0.\n"
            "Margin `age`: the total of age = 3 is nan; it must be a number of at least 0.\n"
            "Margin `age`: 3 respondents have age = 2, for which there is no total. Add its total, "
            "or merge it with another.\n"
            "Margin `age`: 4 respondents have age = 3, for which there is no total. Add its total, "
            "or merge it with another.",
        ),
        ({"aeg": AGE}, "Margin `aeg`: the data have no column `aeg`. Did you mean `age`?"),
        (
            {("age", "sx"): AGE},
            "Margin `age × sx`: the data have no column `sx`. Did you mean `sex`?",
        ),
        ({("age", "age"): AGE}, "Margin `age × age` names a variable twice."),
        (
            {"age": [30, 30, 40]},
            "Margin `age` must map levels to totals, such as {1: 520.0, 2: 480.0}, or be the total "
            "of a numeric variable; got a list.",
        ),
        ({"sex": 100.0}, "Margin `sex` is one number, but the column holds str values."),
        (
            {},
            "`margins` must map variables to totals by level, such as "
            '{"age": {1: 520.0, 2: 480.0}}; got a dict.',
        ),
        (
            {
                ("age", "sex"): {
                    (1, "m"): 15,
                    (1, "f"): 15,
                    (2, "m"): 10,
                    (2, "f"): 20,
                    (3, "m"): 20,
                    (3, "f"): 20,
                },
                "age": {1: 31, 2: 29, 3: 40},
            },
            "The margins `age × sex` and `age` disagree about age = 1: 30 against 31.\n"
            "The margins `age × sex` and `age` disagree about age = 2: 30 against 29.",
        ),
    ],
)
def test_messages_of_margins(people: pd.DataFrame, margins: object, message: str) -> None:
    people["sex"] = people["sex"].astype("str")
    assert refusal(people, margins) == message


def test_all_faults_come_at_once(people: pd.DataFrame) -> None:
    text = refusal(people, {"age": {1: 50, 2: 50}, "gap": {1: 100, 2: 0}, "nobody": {1: 100}})
    assert [line.split(":")[0] for line in text.splitlines()] == [
        "Margin `age`",
        "Margin `gap`",
        "Margin `gap`",
        "Margin `nobody`",
    ]


def test_a_level_of_another_type_is_explained(people: pd.DataFrame) -> None:
    text = refusal(people, {"age": {"1": 30, "2": 30, "3": 40}})
    assert (
        "There is 1, of another type than '1': write numbers without quotes where the data hold "
        "numbers." in text
    )


def test_a_level_of_a_crossed_margin_needs_all_its_variables(people: pd.DataFrame) -> None:
    text = refusal(people, {("age", "sex"): {1: 30, (2, "m"): 70}})
    assert text.startswith(
        "Margin `age × sex`: 1 is not a level of 2 variables; write (age, sex).\n"
    )


def test_a_structural_zero_names_the_margins_in_the_way() -> None:
    """All 1s are m: a total of 40 for m cannot hold beside one of 60 for age 1."""
    frame = pd.DataFrame({"age": [1, 1, 2, 2], "sex": ["m", "m", "f", "f"]})
    text = refusal(frame, {"age": {1: 60, 2: 40}, "sex": {"m": 40, "f": 60}})
    assert text.startswith("No weights meet the margins together. Nearest: ")
    assert "age = 1: target 60, reached 40" in text or "sex = m: target 40, reached 60" in text
    assert text.endswith(". Merge levels, drop a margin.")


def test_margins_that_take_the_weight_of_a_respondent_are_refused() -> None:
    """Men of age 2 would need the weight 0."""
    frame = pd.DataFrame({"age": [1, 2, 2], "sex": ["m", "m", "f"]})
    text = refusal(frame, {"age": {1: 40, 2: 60}, "sex": {"m": 40, "f": 60}})
    assert text == (
        "The margins can only be met by taking the weight of 1 respondents (first in row 2: "
        "age = 2, sex = m). Merge levels, or drop a margin."
    )


def test_weights_that_do_not_settle_are_refused(people: pd.DataFrame) -> None:
    margins = {"age": AGE, "sex": {"m": 37, "f": 63}}
    text = refusal(people, margins, method="logit", bounds=(0.5, 2.0), max_iter=1)
    assert text.startswith(
        "The weights between 0.5 and 2 times the base weights do not settle on the margins: after "
        "1 steps the largest misfit is "
    )
    assert text.endswith(
        "Merge levels that rest on few respondents, drop a margin, or allow a larger `tolerance`."
    )


def test_bounds_that_are_too_narrow_name_the_margin(people: pd.DataFrame) -> None:
    margins = {"age": {1: 5, 2: 5, 3: 90}, "sex": SEX}
    text = refusal(people, margins, method="logit", bounds=(0.5, 2.0))
    assert text.startswith(
        "No weights between 0.5 and 2 times the base weights meet the margins together. Nearest: "
        "age = "
    )
    assert text.endswith("Merge levels, drop a margin, or allow more.")
    assert "age = 3: target 90, reached " in text


def test_a_cap_on_a_hard_target_names_the_margin(people: pd.DataFrame) -> None:
    text = refusal(people, {"age": {1: 2, 2: 8, 3: 90}}, trim=2.0)
    assert text.startswith("No weights up to 20 meet the margins together. Nearest: age = ")
    assert "age = 3: target 90, reached " in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"method": "raking"},
            "`method` must be one of rake, poststratify, linear, truncated, logit; got 'raking'.",
        ),
        ({"method": "logit"}, "method='logit' needs `bounds`, such as bounds=(0.3, 3.0)."),
        (
            {"method": "linear", "bounds": (0.5, 2)},
            'method="linear" has no bounds: use "truncated" or "logit".',
        ),
        (
            {"method": "poststratify", "bounds": (0.5, 2)},
            'method="poststratify" has no bounds: use "rake", or `trim`.',
        ),
        (
            {"bounds": (1.5, 2.0)},
            "`bounds` must be (smallest, largest) factors with 0 <= smallest < 1 < largest; got "
            "(1.5, 2.0).",
        ),
        (
            {"trim": 0.5, "total": -1, "tolerance": 0},
            "`trim` must be the largest weight as a multiple of the mean weight, above 1, or "
            "(smallest, largest) with smallest < 1 < largest; got 0.5.\n"
            "`total` must be a positive number; got -1.\n"
            "`tolerance` must lie between 0 and 1; got 0.",
        ),
        (
            {"method": "logit", "bounds": (0.5, 2), "trim": 3.0},
            'method="logit" cannot be trimmed: use "truncated" or "rake".',
        ),
        (
            {"method": "poststratify"},
            'method="poststratify" takes one margin, simple or crossed; got 2 (age, sex). Cross '
            'them, or use "rake".',
        ),
    ],
)
def test_messages_of_options(people: pd.DataFrame, options: dict, message: str) -> None:
    assert refusal(people, {"age": AGE, "sex": SEX}, **options) == message


def test_negative_weights_are_refused() -> None:
    frame = pd.DataFrame({"one": [1] * 4, "bill": [1.0, 1.0, 1.0, 10.0]})
    text = refusal(frame, {"one": {1: 4}, "bill": 3.0}, method="linear")
    assert text == (
        "Linear calibration gives 1 respondents negative weights (lowest -0.1111 in row 4). Use "
        'method="truncated" or "logit" with `bounds`.'
    )


def test_respondents_of_weight_zero_are_not_looked_at(people: pd.DataFrame) -> None:
    people.loc[9, "age"] = 99
    weighted = weight_responses(make_design(people, weights="w"), margins={"age": AGE})
    assert weighted.weights[9] == 0.0
    assert weighted.weights.sum() == pytest.approx(100.0)
