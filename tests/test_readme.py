"""What README promises is there, and its script runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.processes import python


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text(encoding="utf-8")


def test_the_ten_lines_run(readme: str, example_reports: Path, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 10
    (tmp_path / "ten_lines.py").write_text(code, encoding="utf-8")
    done = python(tmp_path / "ten_lines.py", cwd=example_reports.parent)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("ModelFit(", "Index(", "Drivers(", "Comparison("):
        assert re.search(rf"^{re.escape(name)}", done.stdout, re.MULTILINE)


def test_files_and_folders_are_there(readme: str, project: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", readme)
    spans = re.findall(r"`((?:csi|tests|reports|questionnaires|benchmarks)/[\w/.]*)`", readme)
    assert {"docs/report_page.png", "CONTRIBUTING.md"} <= set(links)
    assert {"csi/study.py", "questionnaires/"} <= set(spans)
    for name in (*links, *spans):
        assert (project / name).exists(), name


def test_the_picture_is_small(project: Path) -> None:
    picture = project / "docs" / "report_page.png"
    assert picture.stat().st_size < 150_000


def test_make_lists_the_tasks_of_the_readme(readme: str, project: Path) -> None:
    targets = re.findall(
        r"^([a-z]+):.*## ", (project / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    assert set(re.findall(r"`?make ([a-z]+)", readme)) <= set(targets)
