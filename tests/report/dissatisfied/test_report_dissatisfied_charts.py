from __future__ import annotations

import pytest

from csi.report.dissatisfied.charts.curves import CurvePoint, LiftChart, ReliabilityChart
from csi.report.dissatisfied.charts.pareto import ParetoChart, ParetoRow
from csi.report.figures import Chart, Style, draw_chart
from csi.report.fonts import fonts_for
from csi.report.theme import Theme

POINTS = tuple(CurvePoint(x=k, y=k / 2 + 1, low=k / 2, high=k / 2 + 2) for k in (1.0, 10.0, 50.0))
CHARTS = {
    "reliability": ReliabilityChart(
        points=POINTS, x_axis="Predicted", y_axis="Observed", diagonal="as predicted"
    ),
    "lift": LiftChart(
        points=POINTS,
        ceiling=((1.0, 11.0), (25.0, 4.0), (50.0, 2.0)),
        x_axis="Called",
        y_axis="Lift",
        ceiling_label="most possible",
        random_label="at random",
        curve_label="Scorecard",
    ),
    "pareto": ParetoChart(
        rows=(
            ParetoRow(label="Network", share=60.0, low=50.0, high=70.0, total=60.0),
            ParetoRow(label="Bill", share=40.0, low=30.0, high=50.0, total=100.0),
        ),
        axis="Share",
        total="running total",
        vital=2,
    ),
}


@pytest.fixture(scope="module")
def style() -> Style:
    return Style(fonts=fonts_for(frozenset("abc"), language="en"), theme=Theme(), language="en")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_draws_its_words_and_the_same_bytes_twice(name: str, style: Style) -> None:
    chart: Chart = CHARTS[name]
    svg = draw_chart(chart, style)
    assert svg == draw_chart(chart, style)
    words = {"reliability": "as predicted", "lift": "most possible", "pareto": "running total"}
    assert words[name] in svg.decode()
