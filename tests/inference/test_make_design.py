"""Designs that cannot be used are refused with the column, the row and the remedy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.errors import DesignError
from csi.inference import make_design, restrict_design

FRAME = pd.DataFrame(
    {
        "w": [1.0, 2.0, 3.0, 4.0],
        "gap": [1.0, np.nan, 1.0, 1.0],
        "minus": [1.0, 1.0, -2.0, 1.0],
        "zero": [0.0] * 4,
        "h": [1, 1, 1, 2],
        "c": [1, 1, 2, 3],
        "N": [2.0, 2.0, 2.0, 9.0],
        "uneven": [20.0, 21.0, 20.0, 9.0],
    }
)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"weights": "W"},
            "`weights` names the column `W`, which the data do not have. Did you mean `w`?",
        ),
        (
            {"weights": "gap"},
            "1 of 4 weights in `gap` are missing or not numbers (first in row 2); every respondent "
            "needs a weight.",
        ),
        ({"weights": "minus"}, "Weights in `minus` must not be negative; row 3 has -2."),
        ({"weights": "zero"}, "All weights in `zero` are zero."),
        (
            {"strata": "gap"},
            "`gap` (strata) is missing for 1 respondents (first in row 2); every respondent "
            "belongs to one.",
        ),
        (
            {"strata": "h"},
            "1 of 2 strata have a single sampling unit (first: h = 2), so their variance cannot be "
            'estimated. Merge strata, or choose lonely="certainty", "adjust" or "average".',
        ),
        (
            {"psu": ["h", "c"], "fpc": ["zero_fraction", "few"]},
            "1 of 2 units of stage 1 have a single sampling unit, so their variance cannot be "
            'estimated. Merge strata, or choose lonely="certainty", "adjust" or "average".',
        ),
        (
            {"fpc": ["N", "N"]},
            "`fpc` names 2 columns for 1 stage(s) of selection.",
        ),
        (
            {"fpc": "uneven"},
            "`uneven` (fpc) differs within a stratum; it is one number per stratum.",
        ),
        ({"fpc": "zero"}, "`zero` (fpc) must be a positive number in every row."),
        (
            {"strata": "h", "fpc": "N", "lonely": "adjust"},
            "`N` (fpc) says 2 units in a stratum from which 3 were drawn; give the number of units "
            "in the population, or fractions of at most 1.",
        ),
        (
            {"lonely": "remove"},
            "`lonely` must be one of fail, certainty, adjust, average; got 'remove'.",
        ),
    ],
)
def test_messages_of_designs(options: dict, message: str) -> None:
    frame = FRAME.assign(zero_fraction=0.5, few=[0.5, 0.5, 0.5, 0.5])
    with pytest.raises(DesignError) as caught:
        make_design(frame, **options)
    assert str(caught.value) == message


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(DesignError, match="The data have no rows"):
        make_design(FRAME.iloc[:0])


def test_codes_of_clusters_may_repeat_in_other_strata() -> None:
    frame = pd.DataFrame({"h": [1, 1, 2, 2], "c": [1, 2, 1, 2]})
    assert make_design(frame, strata="h", psu="c").df == 2.0


def test_restricting_to_nobody_is_refused() -> None:
    design = make_design(FRAME)
    with pytest.raises(DesignError) as caught:
        restrict_design(design, np.zeros(4, dtype=bool))
    assert str(caught.value) == (
        "Nobody is left: `keep` is false for every respondent with weight."
    )
    with pytest.raises(DesignError, match="`keep` has 3 values for 4 respondents"):
        restrict_design(design, np.ones(3, dtype=bool))
