"""Pseudonyms by command: who is whom stays with the operator, and every export is noted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from csi.warehouse.keys import pseudonymise, read_key_file
from tests.cli.conftest import Done

Cli = Callable[..., Done]
PHONES = ["13800138000", "13900139000", "13700137000"]


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    pd.DataFrame({"msisdn": PHONES, "region": [1, 2, 2], "name": ["A", "B", "C"]}).to_csv(
        "base.csv", index=False
    )
    said = {"identifier": "msisdn", "keep": "region", "key": "operator.key", "project": "2026q1"}
    said |= {"purpose": "scores", "by": "data office", "out": "base.parquet"}
    said |= {"exported": "2026-04-01"}
    return ["pseudonymise", "base.csv", *(x for k, v in said.items() for x in (f"--{k}", v))]


def test_a_file_of_subscribers_loses_its_numbers(cli: Cli, words: list[str]) -> None:
    done = cli(*words, "--new-key")
    assert done.code == 0
    assert done.err.strip() == "3 rows written to base.parquet; noted in exports.jsonl"
    table = pd.read_parquet("base.parquet")
    assert table.columns.tolist() == ["id", "region"]
    key = read_key_file("operator.key")
    assert table["id"].tolist() == pseudonymise(PHONES, key=key, project="2026q1").tolist()
    noted = Path("exports.jsonl").read_text()
    assert json.loads(noted)["exported"] == "2026-04-01"
    assert not any(phone in noted + done.out + done.err for phone in PHONES)


def test_a_secret_is_never_replaced(cli: Cli, words: list[str]) -> None:
    assert cli(*words, "--new-key").code == 0
    secret = Path("operator.key").read_bytes()
    again = cli(*words, "--new-key")
    assert again.code == 1
    assert "The file of the secret exists already and is not replaced" in again.err
    assert Path("operator.key").read_bytes() == secret


def test_an_identifier_cannot_travel(cli: Cli, words: list[str]) -> None:
    words[words.index("region")] = "region,msisdn"
    done = cli(*words, "--new-key")
    assert done.code == 1
    assert "`keep` names `msisdn`: the identifier does not travel." in done.err
    assert not Path("base.parquet").exists()
    assert not Path("operator.key").exists()  # so that the same call, mended, draws one


def test_no_file_leaves_that_cannot_be_noted(cli: Cli, words: list[str]) -> None:
    Path("exports.jsonl").mkdir()
    assert cli(*words, "--new-key").code == 1
    assert sorted(path.name for path in Path().iterdir()) == ["base.csv", "exports.jsonl"]
