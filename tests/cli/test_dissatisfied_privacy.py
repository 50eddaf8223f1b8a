"""Names, telephone numbers and free text in the inputs reach no output and no message."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from tests.cli.conftest import Done

pytest.importorskip("duckdb", reason="scoring needs DuckDB")

Cli = Callable[..., Done]
PLANTED = ("王小明", "13912345678", "my number is", "zhang.wei@example.com")


@pytest.fixture
def tainted(tmp_path: Path) -> Path:
    """Return a copy of the small study whose tables hold marks of persons beside the keys."""
    from tests.small_dissatisfied import ran_study

    folder = Path(shutil.copytree(ran_study()[0], tmp_path / "study"))
    shutil.rmtree(folder / "out")
    tables = ["data/survey.parquet", *_parts(folder, "base"), *_parts(folder, "records")]
    for name in tables:
        frame = pd.read_parquet(folder / name)
        marks = {f"note_{k}": text for k, text in enumerate(PLANTED)}
        frame.assign(**marks).to_parquet(folder / name, index=False)
    return folder


def _parts(folder: Path, kind: str) -> list[str]:
    files = (folder / "data" / "base" / kind).glob("*.parquet")
    return [str(path.relative_to(folder)) for path in files]


def _texts(path: Path) -> str:
    if path.suffix == ".pdf":
        pages = PdfReader(io.BytesIO(path.read_bytes())).pages
        return " ".join(page.extract_text() for page in pages)
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return " ".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    return path.read_text(encoding="utf-8-sig")


def test_nothing_of_a_person_reaches_an_output(cli: Cli, tainted: Path) -> None:
    said = []
    for name in (
        "pool", "hypotheses", "fit", "score", "profile", "actions", "effect", "report",
    ):  # fmt: skip
        done = cli("dissatisfied", name, tainted)
        assert done.code == 0, done.err
        said.append(done.out + done.err)
    outputs = {str(p): _texts(p) for p in (tainted / "out").rglob("*") if p.is_file()}
    assert len(outputs) > 25
    for name, text in {"messages": " ".join(said), **outputs}.items():
        for mark in PLANTED:
            assert mark not in text, name


def test_keys_that_are_telephone_numbers_are_refused_without_showing_one(
    cli: Cli, tainted: Path
) -> None:
    for name in ("data/survey.parquet", *_parts(tainted, "records")):
        frame = pd.read_parquet(tainted / name)
        frame["id"] = 13_900_000_000 + np.arange(len(frame))
        frame.to_parquet(tainted / name, index=False)
    done = cli("dissatisfied", "pool", tainted)
    assert done.code == 1
    assert "holds what look like telephone numbers" in done.err
    assert "139000" not in done.err


def test_the_audit_line_of_the_list_names_purpose_and_person(cli: Cli, tainted: Path) -> None:
    for name in ("pool", "fit", "score", "actions"):
        assert cli("dissatisfied", name, tainted, "-q").code == 0
    lines = (tainted / "out" / "lists" / "exports.jsonl").read_text("utf-8").splitlines()
    line = json.loads(lines[-1])
    assert line["purpose"] == "Care of customers who are likely dissatisfied"
    assert line["by"] == "Customer care, simulated operator"
    assert line["file"] == "calls.xlsx"
