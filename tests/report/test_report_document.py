from __future__ import annotations

import math

import pytest

from csi.report.document import (
    Column,
    Interval,
    Number,
    PValue,
    Score,
    Table,
    format_number,
)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (71.25, 1, "71.2"),
        (-0.04, 1, "0.0"),
        (-3.0, 1, "−3.0"),
        (-1234567.0, 0, "−1,234,567"),
        (math.nan, 1, "–"),
        (math.inf, 1, "–"),
    ],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


def test_cells() -> None:
    assert str(Number(0.5, 2)) == "0.50"
    assert str(PValue(0.0123)) == "0.012"
    assert str(PValue(0.0001)) == "< 0.001"
    assert str(PValue(math.nan)) == "–"
    assert str(Interval(-0.1, 2)) == "[−0.1, 2.0]"
    assert str(Interval(math.nan, 2)) == "–"
    assert str(Score(71.0, 70, 72, 50, "AB", "low")) == "71.0†"


def test_a_table_refuses_a_ragged_row() -> None:
    with pytest.raises(ValueError, match="Row 2 of table `T` has 1 cells for 2 columns"):
        Table(
            caption="T",
            columns=(Column("a"), Column("b")),
            rows=(("1", "2"), ("3",)),
            notes=(),
        )
