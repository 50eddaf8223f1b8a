"""The commands of a study of the dissatisfied: what they write, print and refuse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from csi.cli.dissatisfied import COMMANDS
from tests.cli.conftest import Done

pytest.importorskip("duckdb", reason="scoring needs DuckDB")

Cli = Callable[..., Done]


@pytest.fixture(scope="module")
def ran() -> Path:
    """Return the folder of a small study that was run; tests leave it as it is."""
    from tests.small_dissatisfied import ran_study

    return ran_study()[0]


@pytest.fixture
def copy(ran: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, to be changed."""
    return Path(shutil.copytree(ran, tmp_path / "study"))


def test_help_names_every_command(cli: Cli) -> None:
    done = cli("dissatisfied", "--help")
    assert done.code == 0
    assert all(f" {name} " in done.out for name, _ in COMMANDS)


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_has_help_with_an_example(cli: Cli, name: str) -> None:
    done = cli("dissatisfied", name, "--help")
    assert done.code == 0
    assert f"csi dissatisfied {name} reports/dissatisfied_demo" in done.out


def test_a_whole_study_writes_reports_tables_scores_and_lists(ran: Path) -> None:
    out = ran / "out"
    for name in (
        "report_en.pdf",
        "report_zh.pdf",
        "tables.xlsx",
        "columns.csv",
        "model.json",
        "provenance.json",
        "scores/manifest.json",
        "lists/calls.xlsx",
    ):
        assert (out / name).stat().st_size > 0
    columns = pd.read_csv(out / "columns.csv")
    assert columns["meaning"].notna().all()
    assert set(columns["table"]) == {path.stem for path in (out / "tables").glob("*.csv")}


def test_who_is_held_out_is_not_on_the_list_that_leaves_the_house(ran: Path) -> None:
    actions = pd.read_parquet(ran / "out" / "lists" / "actions.parquet")
    called = set(pd.read_excel(ran / "out" / "lists" / "calls.xlsx", dtype=str)["id"])
    held = set(actions.loc[actions["arm"] == "hold-out", "id"].astype(str))
    assert held
    assert not held & called
    assert called == set(actions.loc[actions["arm"] == "care", "id"].astype(str))


def test_the_list_leaves_an_audit_line_without_any_key(ran: Path) -> None:
    text = (ran / "out" / "lists" / "exports.jsonl").read_text("utf-8")
    line = json.loads(text.splitlines()[-1])
    assert (line["file"], line["arm"]) == ("calls.xlsx", "care")
    keys = pd.read_parquet(ran / "out" / "lists" / "actions.parquet")["id"].astype(str)
    assert not any(key in text for key in keys.head(50))


def test_steps_one_by_one_write_the_same_tables_as_a_whole_run(
    cli: Cli, copy: Path, tmp_path: Path
) -> None:
    results = tmp_path / "again"
    for name in ("pool", "hypotheses", "fit", "score", "profile", "actions", "effect"):
        done = cli("dissatisfied", name, copy, "--results", results, "--quiet")
        assert (done.code, done.err) == (0, "")
    for path in (copy / "out" / "tables").glob("*.csv"):
        assert (results / "tables" / path.name).read_bytes() == path.read_bytes()
    assert (results / "model.json").read_bytes() == (copy / "out" / "model.json").read_bytes()


def test_a_step_prints_findings_or_its_table(cli: Cli, copy: Path, tmp_path: Path) -> None:
    said = cli("dissatisfied", "pool", copy, "--results", tmp_path / "r")
    assert "of the dissatisfied" in said.out
    assert "Written to" in said.err
    table = cli("dissatisfied", "pool", copy, "--results", tmp_path / "r", "--format", "csv", "-q")
    assert table.out.startswith("source,term,estimate")


def test_sql_is_printed_and_nothing_is_scored(cli: Cli, copy: Path) -> None:
    shutil.rmtree(copy / "out" / "scores")
    done = cli("dissatisfied", "score", copy, "--sql")
    assert "\nSELECT " in done.out
    assert "read_parquet(" in done.out
    assert not (copy / "out" / "scores").exists()


def test_scoring_goes_on_where_it_stopped_and_starts_anew_after_another_model(
    cli: Cli, copy: Path
) -> None:
    part = copy / "out" / "scores" / "part-00000.parquet"
    assert cli("dissatisfied", "score", copy, "-q").code == 0
    before = part.stat().st_mtime_ns
    assert cli("dissatisfied", "score", copy, "-q").code == 0
    assert part.stat().st_mtime_ns == before
    model = copy / "out" / "model.json"
    text = json.loads(model.read_text("utf-8"))
    text["offset"] += 0.5
    model.write_text(json.dumps(text), encoding="utf-8")
    assert cli("dissatisfied", "score", copy, "-q").code == 0
    assert part.stat().st_mtime_ns != before


@pytest.mark.parametrize(
    ("lost", "command", "message"),
    [
        (
            "model.json",
            "score",
            "model.json: this file is not there yet. Run `csi dissatisfied fit` first.",
        ),
        (
            "lists/pool.parquet",
            "actions",
            "pool.parquet: this file is not there yet. Run `csi dissatisfied pool` first.",
        ),
        (
            "scores/manifest.json",
            "actions",
            "scores/manifest.json: there is no record of a scoring run.",
        ),
    ],
)
def test_a_step_before_its_time_says_what_to_run_first(
    cli: Cli, copy: Path, lost: str, command: str, message: str
) -> None:
    (copy / "out" / lost).unlink()
    done = cli("dissatisfied", command, copy)
    assert done.code == 1
    assert message in done.err


def test_a_survey_without_its_columns_names_all_of_them(cli: Cli, copy: Path) -> None:
    survey = pd.read_parquet(copy / "data" / "survey.parquet")
    survey.drop(columns=["satisfaction", "drop_rate"]).to_parquet(copy / "data" / "survey.parquet")
    done = cli("dissatisfied", "fit", copy)
    assert done.code == 1
    assert "dissatisfied.yaml: outcome: survey.parquet has no column `satisfaction`." in done.err
    assert "dissatisfied.yaml: indicator drop_rate: survey.parquet has no column" in done.err


def test_another_engine_is_for_python(cli: Cli, ran: Path) -> None:
    done = cli("dissatisfied", "score", ran, "--engine", "spark")
    assert done.code == 2
    assert "needs a session that you made" in " ".join(done.err.replace("│", " ").split())


def test_a_study_without_simulation_cannot_be_made_up(cli: Cli, copy: Path) -> None:
    path = copy / "dissatisfied.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("simulate:"), text.index("base:\n")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    done = cli("dissatisfied", "simulate", copy)
    assert done.code == 1
    assert "dissatisfied.yaml has no `simulate`" in done.err


def test_check_knows_such_a_study(cli: Cli, ran: Path) -> None:
    for path in (ran, ran / "dissatisfied.yaml"):
        done = cli("check", path)
        assert done.code == 0, done.err
        assert "no faults. DissatisfiedStudy('dissatisfied_demo', indicators=13" in done.out
