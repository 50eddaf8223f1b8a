"""The commands that are about several waves, and regions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from tests.test_study_waves import write_waves

Cli = Callable[..., Done]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_waves(tmp_path_factory.mktemp("waves"))


def rows(done: Done) -> list[dict[str, object]]:
    assert done.code == 0, done.err
    found: list[dict[str, object]] = json.loads(done.out)
    return found


def test_changes_between_two_waves(cli: Cli, folder: Path) -> None:
    words = ("--waves", "w2,w3", "--within", "operator", "--format", "json")
    table = rows(cli("compare", folder, *words))
    verdicts = {row["operator_label"]: row["verdict"] for row in table}
    assert verdicts["B"] == "moved down"
    assert verdicts["A"] != "moved down"
    assert "2 tests" in cli("compare", folder, *words).err


def test_a_trend_is_cut(cli: Cli, folder: Path) -> None:
    done = cli("trend", folder, "--terms", "Value", "--format", "json")
    segments = [row["segment"] for row in rows(done) if row["basis"] == "all items"]
    assert segments == [1, 2, 2]
    assert "break between w1 and w2: val1, wording" in done.err


def test_parts_of_a_change(cli: Cli, folder: Path) -> None:
    done = cli("decompose", folder, "--waves", "w1,w3", "--by", "operator", "--format", "json")
    parts = [row for row in rows(done) if row["by"] == "" and row["operator"] == 2]
    assert [row["part"] for row in parts] == ["mix", "level", "weights", "remainder", "total"]
    assert sum(float(row["estimate"]) for row in parts[:4]) == pytest.approx(parts[4]["estimate"])  # type: ignore[arg-type]


def test_regions(cli: Cli, folder: Path) -> None:
    table = rows(cli("regions", folder, "--format", "json"))
    assert len(table) == 9
    assert {row["region_label"] for row in table} == {"North", "South", "West"}


def test_wrong_words(cli: Cli, folder: Path) -> None:
    assert "Name two waves" in cli("compare", folder, "--waves", "w1").err
    assert "There is no wave before `w1`" in cli("compare", folder, "--waves", "w3,w1").err
    assert "has no wave `w7`" in cli("compare", folder, "--waves", "w1,w7").err
    both = cli("compare", folder, "--waves", "w1,w2", "--across", "line")
    assert "not both at once" in both.err
    answers = ("trend", folder / "w1.csv", "--questionnaire", folder / "q.yaml")
    assert "Only a study file has waves" in cli(*answers).err
    region = cli("regions", folder / "w1.csv", "--questionnaire", folder / "q.yaml")
    assert "--region ITEM" in region.err
