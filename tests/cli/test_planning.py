"""`csi plan`, `draw`, `fieldwork`, `simulate`: what they print, and how they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

Cli = Callable[..., object]

CELLS = "line,operator,population,design\n1,1,900,probability\n2,1,700,probability\n1,2,800,quota\n"


@pytest.fixture(scope="module")
def form(project: Path) -> Path:
    return project / "questionnaires" / "tcsi.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cells.csv").write_text(CELLS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(cli: Cli, form: Path, *more: object) -> object:
    words = ("--population", "cells.csv", "--response-rate", 0.5, "--half-width", 6)
    return cli("plan", form, *words, *more)


def test_a_plan_goes_to_the_screen_or_to_a_folder(cli: Cli, form: Path, folder: Path) -> None:
    done = planned(cli, form, "--format", "csv")
    assert done.code == 0
    assert done.out.startswith("line,operator,design,population,n,reserve,numbers")
    assert done.err.endswith("Nothing is written without --out.\n")
    assert planned(cli, form, "--out", "plan", "--show", "margins", "-q").err == ""
    assert {path.name for path in (folder / "plan").iterdir()} == {
        *("questionnaire.yaml", "population.csv", "options.json"),
        *("strata.csv", "margins.csv", "plan.txt"),
    }


def test_half_widths_by_domain(cli: Cli, form: Path, folder: Path) -> None:
    words = ("--population", "cells.csv", "--out", "plan", "-q")
    done = cli("plan", form, *words, "--half-width", "all=3,line * operator=8")
    assert done.code == 0, done.err
    options = json.loads((folder / "plan" / "options.json").read_text("utf-8"))
    assert options["half_width"] == {"all": 3.0, "line × operator": 8.0}
    assert cli("draw", "plan", "--frame", "none.csv", "--seed", 1, "--out", "s").err == (
        "csi: none.csv: there is no such file.\n"
    )
    assert cli("plan", form, *words, "--half-width", "all=wide").code == 2
    done = cli("plan", form, *words, "--half-width", "lines=3")
    assert "`--half-width` names the domain lines; the plan has all, line" in done.err


def test_the_same_seed_draws_the_same_and_waves_differ(cli: Cli, form: Path, folder: Path) -> None:
    planned(cli, form, "--out", "plan", "-q")
    assert cli("simulate", "plan", "--frame", "--seed", 1, "--out", "f.csv", "-q").code == 0
    for name, more in (("a", ()), ("b", ()), ("c", ("--avoid", "a"))):
        words = ("--frame", "f.csv", "--seed", 5, "--out", name, "-q")
        assert cli("draw", "plan", *words, *more).code == 0
    first, again, other = (pd.read_csv(folder / n / "main.csv")["case_id"] for n in "abc")
    assert first.tolist() == again.tolist()
    reserve = pd.read_csv(folder / "a" / "reserve.csv")["case_id"]
    assert not set(other) & {*first, *reserve}


def test_what_a_field_lacks_is_said(cli: Cli, form: Path, folder: Path) -> None:
    planned(cli, form, "--out", "plan", "-q")
    cli("simulate", "plan", "--frame", "--seed", 1, "--out", "f.parquet", "-q")
    cli("draw", "plan", "--frame", "f.parquet", "--seed", 5, "--out", "s", "-q")
    key = pd.read_csv(folder / "s" / "main.csv")["case_id"].iloc[0]
    (folder / "d.csv").write_text(f"case_id,disposition\n{key},busy\n1,I\n")
    done = cli("fieldwork", "s", "d.csv")
    assert done.code == 1
    assert "1 disposition codes are unknown: 'busy' (1 rows)." in done.err
    assert "explain them with `--codes`." in done.err
    assert "1 rows name a customer who is not in the sample: row 2 (1)." in done.err
    (folder / "d.csv").write_text(f"case_id,disposition\n{key},busy\n")
    done = cli("fieldwork", "s", "d.csv", "--codes", "busy=NC", "--show", "rates", "-f", "json")
    assert done.code == 0
    assert json.loads(done.out)[0]["NC"] == 1
    assert "The method statement lacks sponsor, conductor" in done.err
    assert cli("fieldwork", "s", "d.csv", "--codes", "busy").code == 2
    assert not (folder / "fieldwork").exists()


def test_folders_that_are_none_are_refused(cli: Cli, form: Path, folder: Path) -> None:
    done = cli("draw", "cells.csv", "--frame", "cells.csv", "--seed", 1, "--out", "s")
    assert done.err == (
        "csi: cells.csv: no questionnaire.yaml, population.csv, options.json, strata.csv. "
        "Name a folder that `csi plan` wrote.\n"
    )
    assert cli("simulate", "x", "--frame", "--field", "--seed", 1, "--out", "y").code == 2
    done = cli("simulate", form, "--seed", 1, "--n", 20, "--out", "a.csv")
    assert done.code == 1
    assert "`--n` must be at least" in done.err
    assert not (folder / "a.csv").exists()
