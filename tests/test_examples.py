"""The example studies, on real answers, as `make report` makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import csi
from csi.report.book import StudyResults
from csi.study import run_study
from tests.processes import contents, python
from tests.test_study import TABLES

ELSEWHERE = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C"}

GROUPED = {"comparisons", "gap_parts", "invariance", "short_boards"}
"""Tables that a study without groups does not have."""


@pytest.fixture(scope="module")
def ecsi(example_reports: Path) -> StudyResults:
    return run_study(example_reports / "ecsi_mobile" / "study.yaml")


@pytest.fixture(scope="module")
def operators(example_reports: Path) -> StudyResults:
    return run_study(example_reports / "mobile_operators" / "study.yaml")


def test_every_file_is_written(ecsi: StudyResults, operators: StudyResults) -> None:
    for results, tables in ((ecsi, TABLES - GROUPED), (operators, TABLES)):
        out, name = results.study.folder / "out", results.study.id
        files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
        assert files == {
            f"{name}_en.pdf",
            f"{name}_zh.pdf",
            f"{name}.xlsx",
            *(f"tables/{table}.csv" for table in tables),
            "tables/provenance.json",
        }


def test_another_process_elsewhere_writes_the_same_bytes(
    ecsi: StudyResults, tmp_path: Path
) -> None:
    words = ("run", ecsi.study.folder / "study.yaml", "--out", tmp_path, "--quiet")
    done = python("-m", "csi", *words, cwd=tmp_path, OMP_NUM_THREADS="1", **ELSEWHERE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(tmp_path) == contents(ecsi.study.folder / "out")


def test_another_process_elsewhere_writes_the_same_slides_and_charts(
    ecsi: StudyResults, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    csi.write_report(ecsi, here / "slides.pptx", language="zh")
    csi.write_charts(ecsi, here / "charts", language="zh")
    words = ("report", ecsi.study.folder / "study.yaml", "--language", "zh", "--quiet")
    outs = ("--out", there / "slides.pptx", "--charts", there / "charts")
    done = python("-m", "csi", *words, *outs, cwd=tmp_path, OMP_NUM_THREADS="1", **ELSEWHERE)
    assert (done.returncode, done.stderr) == (0, "")
    files = contents(there)
    assert {Path(name).suffix for name in files} == {".pptx", ".svg", ".png"}
    assert files == contents(here)


def test_withheld_paths_are_nowhere(ecsi: StudyResults) -> None:
    assert ecsi.verdict == "withheld"
    parameters = read_table(ecsi, "parameters")
    assert set(parameters["verdict"]) == {"withheld"}
    paths = parameters[parameters["op"] == "~"]
    assert len(paths) == 12
    numbers = paths.columns.difference(["lhs", "op", "rhs", "verdict", "n", "n_eff"])
    assert paths[numbers].isna().all(axis=None)
    assert parameters[parameters["op"] == "=~"]["estimate"].notna().all()
    assert "importance" not in set(read_table(ecsi, "drivers")["measure"])


def test_relative_weights_rank_quality_first(ecsi: StudyResults) -> None:
    drivers = read_table(ecsi, "drivers")
    shares = drivers[drivers["measure"] == "lmg_share"].sort_values("rank")
    assert shares["term"].tolist() == ["Quality", "Image", "Value", "Expectation"]
    assert shares["estimate"].sum() == pytest.approx(1.0, abs=1e-9)


def test_the_index_is_shown_all_the_same(ecsi: StudyResults) -> None:
    index = read_table(ecsi, "index").set_index("term")
    assert index.loc["Satisfaction", "estimate"] == pytest.approx(71.3, abs=0.05)
    assert index["flag"].isna().all()


def test_the_summary_says_why_and_quotes_no_path(ecsi: StudyResults) -> None:
    lines = ecsi.summary().splitlines()
    assert lines[1] == "Model: withheld"
    assert "6 of the 12 standardised paths lie beyond ±1" in ecsi.summary()
    assert "3.27" not in ecsi.summary()


def test_small_groups_are_held_back(operators: StudyResults) -> None:
    assert operators.verdict == "certified"
    index = read_table(operators, "index")
    both = index["servicetype"].notna() & index["serviceprovider"].notna()
    cells = index[(index["term"] == "CUSA") & both]
    assert len(cells) == 8
    hidden = cells[cells["flag"] == "suppressed"]
    assert sorted(hidden["n"]) == [10, 17, 26]
    assert hidden[["estimate", "std_error", "conf_low", "conf_high"]].isna().all(axis=None)


def test_the_provenance_names_every_input(operators: StudyResults) -> None:
    text = (operators.study.folder / "out" / "tables" / "provenance.json").read_text("utf-8")
    record = json.loads(text)
    assert set(record["inputs"]) == {
        "study.yaml",
        "operators_reputation.yaml",
        "responses.sav",
    }
    assert record["inputs"]["responses.sav"] == operators.responses.sha256
    assert record["options"]["by"] == ["servicetype", "serviceprovider"]


def test_the_published_industries(project: Path, shared_data: Path, tmp_path: Path) -> None:
    """Each item's mean over its valid answers, then the mean of the three, in two decimals."""
    assert shared_data.is_dir()
    results = run_study(project / "reports" / "acsi_2015" / "study.yaml", out=tmp_path)
    equal = results.indices[("INDUSTRY",)].equal_tidy()
    scores = equal[equal["term"] == "Satisfaction"].set_index("INDUSTRY")["estimate"]
    assert scores.round(2).to_dict() == {1001: 77.24, 3003: 68.34, 3013: 60.83, 5001: 74.77}
    assert {path.name for path in tmp_path.iterdir()} == {
        "acsi_2015_en.pdf",
        "acsi_2015_zh.pdf",
        "acsi_2015.xlsx",
        "tables",
    }


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "mobile_operators",
            (
                "servicetype = 1, serviceprovider = 3: CUSA not shown, effective base 10",
                "Comparison(serviceprovider within servicetype: 12 gaps, 4 tests, 1 found)",
            ),
        ),
        ("ecsi_mobile", ("Model: withheld", "  1. Perceived quality: 0.44")),
    ],
)
def test_the_script_of_a_study_runs_as_it_is(
    example_reports: Path, tmp_path: Path, name: str, lines: tuple[str, ...]
) -> None:
    done = python(example_reports / name / "quarterly.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.splitlines()
    assert set(lines) <= set(printed)
    report = Path(printed[-1])
    assert report == example_reports / name / "out" / "quarterly_en.pdf"
    assert report.read_bytes().startswith(b"%PDF")


def test_the_script_of_the_industries(project: Path, shared_data: Path, tmp_path: Path) -> None:
    assert shared_data.is_dir()
    script = (project / "reports" / "acsi_2015" / "quarterly.py").read_text(encoding="utf-8")
    script = script.replace('here / "out"', f"Path({str(tmp_path)!r})")
    script = script.replace(
        "Path(__file__).parent", f"Path({str(project / 'reports/acsi_2015')!r})"
    )
    (tmp_path / "quarterly.py").write_text(script, encoding="utf-8")
    done = python(tmp_path / "quarterly.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for code, score in ((1001, "77.24"), (3003, "68.34"), (3013, "60.83"), (5001, "74.77")):
        assert [str(code), "Satisfaction", score] in [
            line.split()[:3] for line in done.stdout.splitlines()
        ]


def read_table(results: StudyResults, name: str) -> pd.DataFrame:
    return pd.read_csv(results.study.folder / "out" / "tables" / f"{name}.csv")
