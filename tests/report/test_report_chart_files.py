"""Charts as files of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from csi.errors import ReportError
from csi.report.book import StudyResults
from csi.report.chart_files import write_charts


def test_every_chart_is_written_in_both_formats(operators: StudyResults, tmp_path: Path) -> None:
    paths = write_charts(operators, tmp_path / "charts", language="zh")
    names = {path.name for path in paths}
    assert {"forest.svg", "forest.png", "importance_map.svg", "path_model.png"} <= names
    assert all(path.read_bytes()[:4] in (b"<?xm", b"\x89PNG") for path in paths)
    again = write_charts(operators, tmp_path / "again", language="zh")
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


def test_the_letters_of_a_chart_file_are_shapes(operators: StudyResults, tmp_path: Path) -> None:
    path = write_charts(operators, tmp_path, formats=["svg"])[0]
    assert b"<text" not in path.read_bytes()


def test_an_unknown_format_is_named(operators: StudyResults, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"cannot be written as `svgz`\. Did you mean `svg`\?"):
        write_charts(operators, tmp_path, formats=["svgz"])


def test_a_chart_file_has_a_rim(operators: StudyResults, tmp_path: Path) -> None:
    path = write_charts(operators, tmp_path, formats=["png"])[0]
    width = int.from_bytes(path.read_bytes()[16:20], "big")
    assert width == pytest.approx((170 + 2 * 3) / 25.4 * 200, abs=1)
