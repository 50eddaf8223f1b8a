from __future__ import annotations

import itertools
import math
import re

import pytest

from csi.report.charts.importance_map import ImportanceMap, MapPoint
from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.charts.path_diagram import PathDiagram, PathEdge, PathNode
from csi.report.charts.path_layout import arrange, grid_for, spread
from csi.report.charts.placement import Rect, place, ring
from csi.report.charts.scale import Scale, limits, round_step
from csi.report.charts.trend import TrendChart, TrendLine, TrendPanel, TrendPoint
from csi.report.figures import Canvas, Chart, Style, draw_chart
from csi.report.fonts import fonts_for
from csi.report.theme import Theme

ECSI = """Image>Expectation Expectation>Quality Expectation>Value Quality>Value Image>Satisfaction
Expectation>Satisfaction Quality>Satisfaction Value>Satisfaction Satisfaction>Complaints
Image>Loyalty Satisfaction>Loyalty Complaints>Loyalty"""
REPUTATION = "QUAL>COMP CSOR>COMP QUAL>LIKE CSOR>LIKE COMP>CUSA LIKE>CUSA CUSA>CUSL LIKE>CUSL"
ACSI = """Expectation>Quality Expectation>Value Quality>Value Expectation>Satisfaction
Quality>Satisfaction Value>Satisfaction Satisfaction>Loyalty"""


@pytest.fixture(scope="module")
def style() -> Style:
    return Style(fonts=fonts_for("", language="zh"), theme=Theme(), language="zh")


def forest() -> IntervalChart:
    rows = (
        IntervalRow(label="甲 $5 *x*", value=70.0, low=66.0, high=74.0, note="70.0"),
        IntervalRow(
            label="乙", value=math.nan, low=math.nan, high=math.nan, series=1, note="n = 9"
        ),
    )
    return IntervalChart(
        groups=(IntervalGroup(title="预付费", rows=rows),), axis="指数", series=2, reference=71.0,
        reference_label="全体 71.0",
    )  # fmt: skip


def driver_map() -> ImportanceMap:
    points = tuple(
        MapPoint(
            label=f"因素{i}", importance=0.1 * i, importance_low=0.1 * i - 0.05,
            importance_high=0.1 * i + 0.05, performance=70 + (i * 7) % 5, performance_low=69.0,
            performance_high=75.0, priority=i == 3,
        )
        for i in range(1, 8)
    )  # fmt: skip
    return ImportanceMap(
        points=points, x_axis="绩效", y_axis="重要性", quadrants=("甲", "乙", "丙", "丁")
    )


def diagram(text: str, strength: float = 0.3) -> PathDiagram:
    pairs = [tuple(part.split(">")) for part in text.split()]
    names = list(dict.fromkeys(itertools.chain.from_iterable(pairs)))
    return PathDiagram(
        nodes=tuple(PathNode(id=name, label=name) for name in names),
        edges=tuple(
            PathEdge(
                start=a, end=b, strength=strength, label="0.30" if strength == strength else ""
            )
            for a, b in pairs
        ),
    )


@pytest.mark.parametrize("chart", [forest(), driver_map(), diagram(ECSI)])
def test_same_chart_same_bytes(chart: Chart, style: Style) -> None:
    assert draw_chart(chart, style) == draw_chart(chart, style)


@pytest.mark.parametrize("chart", [forest(), driver_map(), diagram(ECSI)])
def test_text_stays_text(chart: Chart, style: Style) -> None:
    svg = draw_chart(chart, style).decode()
    assert "<text" in svg
    assert "CSI Sans SC" in svg
    assert "DejaVu" not in svg


def test_labels_are_never_mathematics(style: Style) -> None:
    svg = draw_chart(forest(), style).decode()
    assert "甲 $5 *x*" in svg
    assert "n = 9" in svg


def test_charts_leave_global_settings_alone(style: Style) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw_chart(forest(), style)
    assert dict(mpl.rcParams) == before


def test_everything_lies_on_the_page(style: Style) -> None:
    """Every x of every text lies inside the drawing."""
    for chart in (forest(), driver_map(), diagram(ECSI)):
        svg = draw_chart(chart, style).decode()
        width = float(re.search(r'width="([\d.]+)pt"', svg).group(1))  # type: ignore[union-attr]
        places = [float(x) for x in re.findall(r'<text [^>]*?x="(-?[\d.]+)"', svg)]
        assert places
        assert all(-0.5 <= x <= width + 0.5 for x in places)


def test_forest_scale_holds_every_interval() -> None:
    low, high = forest()._limits()
    assert low < 66.0
    assert high > 74.0


def test_bars_start_at_zero() -> None:
    row = IntervalRow(label="a", value=30.0, low=20.0, high=40.0)
    chart = IntervalChart(groups=(IntervalGroup(title="", rows=(row,)),), axis="%", from_zero=True)
    assert chart._limits()[0] == 0.0


def test_long_labels_are_wrapped_or_cut(style: Style) -> None:
    canvas = Canvas(100, 50, style)
    for text in ("a long name of an operator with many words", "名称很长很长很长很长的运营商公司"):
        lines = canvas.wrap(text, 22, 8)
        assert len(lines) == 2
        assert all(canvas.text_width(line, 8) <= 22 for line in lines)
    assert canvas.wrap("short", 22, 8) == ("short",)
    assert canvas.wrap("unbreakableunbreakable", 12, 8, most=1)[0].endswith("…")


@pytest.mark.parametrize("model", [ECSI, REPUTATION, ACSI])
def test_no_arrow_runs_through_a_box(model: str) -> None:
    chart = diagram(model)
    number = {node.id: i for i, node in enumerate(chart.nodes)}
    edges = tuple((number[e.start], number[e.end]) for e in chart.edges)
    grid = grid_for(len(chart.nodes), chart.width)
    spots = spread(arrange(len(chart.nodes), edges, grid), grid)
    wide, tall = grid.box
    for a, b in edges:
        for node, (x, y) in enumerate(spots):
            if node not in (a, b):
                box = Rect(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
                assert box.crossed_by(spots[a], spots[b]) == 0


def test_boxes_do_not_overlap() -> None:
    chart = diagram(ECSI)
    boxes = [chart._box(spot) for spot in chart._spots().values()]
    assert all(a.overlap(b) == 0 for a, b in itertools.combinations(boxes, 2))


def test_a_withheld_diagram_has_no_numbers(style: Style) -> None:
    svg = draw_chart(diagram(ECSI, math.nan), style).decode()
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert texts
    assert not any(re.search(r"\d", text) for text in texts)


def test_labels_find_free_places() -> None:
    """Four labels around almost the same point end up apart."""
    spots = [(50.0, 50.0), (51.0, 50.5), (50.5, 51.0), (49.5, 49.0)]
    candidates = [ring(x, y, 20, 4, (2, 4, 8)) for x, y in spots]
    chosen = place(candidates, lambda i, rect: 0.01 * abs(rect.x0 - spots[i][0]))
    rects = [candidates[i][k] for i, k in enumerate(chosen)]
    assert all(a.overlap(b) == 0 for a, b in itertools.combinations(rects, 2))


def test_length_of_a_segment_in_a_box() -> None:
    box = Rect(0, 0, 10, 10)
    assert box.crossed_by((-5, 5), (15, 5)) == pytest.approx(10)
    assert box.crossed_by((-5, 20), (15, 20)) == 0
    assert box.crossed_by((2, 2), (2, 6)) == pytest.approx(4)


def test_scales() -> None:
    assert [round_step(x) for x in (0.13, 1.0, 2.1, 30)] == [0.2, 1.0, 2.5, 50]
    scale = Scale(60, 80, 0, 100)
    assert scale(70) == 50
    assert scale.ticks(5) == (60, 65, 70, 75, 80)
    assert Scale(-0.2, 0.3, 0, 1).tick_label(-0.1) == "−0.1"
    halves = Scale(0, 12.5, 0, 1)
    assert [halves.tick_label(tick) for tick in halves.ticks()] == [
        "0.0", "2.5", "5.0", "7.5", "10.0", "12.5",
    ]  # fmt: skip
    assert limits([math.nan]) == (0.0, 1.0)
    low, high = limits([0, 100], floor=0, ceiling=100)
    assert (low, high) == (0, 100)


def trend(*labels: str, waves: tuple[str, ...]) -> TrendChart:
    lines = tuple(
        TrendLine(
            label=label,
            series=number,
            points=tuple(
                TrendPoint(value=60.0 + number + i, low=59.0 + number + i, high=61.0 + number + i)
                for i in range(len(waves))
            ),
        )
        for number, label in enumerate(labels)
    )
    panel = TrendPanel(title="All", lines=lines, series=len(lines))
    return TrendChart(panels=(panel, panel), waves=waves, axis="Index")


def test_names_of_lines_are_whole_and_take_no_more_room_than_they_need(style: Style) -> None:
    waves = ("2025年一季度", "2025年二季度")
    drawn = draw_chart(trend("3G/4G/5G移动电话", "宽带", waves=waves), style).decode()
    assert "61.0 3G/4G/5G 移动电话" in drawn
    assert "…" not in drawn


def test_names_of_waves_that_would_touch_break_after_the_year(style: Style) -> None:
    few, many = (tuple(f"2025年第{i}季度" for i in range(n)) for n in (2, 8))
    assert ">2025 年第 1 季度<" in draw_chart(trend("甲", waves=few), style).decode()
    assert ">第 1 季度<" in draw_chart(trend("甲", waves=many), style).decode()


def test_a_panel_colours_its_lines_as_other_charts_of_so_many_groups(style: Style) -> None:
    drawn = draw_chart(trend("甲", "乙", "丙", waves=("1", "2")), style).decode().lower()
    assert all(colour.lower() in drawn for colour in Theme().colours(3))
