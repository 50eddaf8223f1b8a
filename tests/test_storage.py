"""Files are written whole or not at all; a provenance has hashes and versions and no time."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import csi
from csi.errors import StorageError
from csi.results import Provenance
from csi.storage import (
    hash_file,
    record_provenance,
    short_path,
    whole_file,
    whole_folder,
    write_provenance,
    write_table,
    write_tables,
)


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"line_label": ["预付费", "Contract"], "estimate": [1 / 3, float("nan")], "n": [10, 20]}
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_path_is_named_from_here_where_that_is_shorter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert short_path(tmp_path / "a" / "b.csv") == Path("a/b.csv")
    assert short_path(tmp_path.parent / "c.csv") == Path("../c.csv")
    assert short_path(Path("/c")) == Path("/c")


def test_a_failure_leaves_no_folder_on_the_way(tmp_path: Path) -> None:
    for half in (half_a_file, half_a_folder):
        with pytest.raises(RuntimeError, match="stop"):
            half(tmp_path / "new" / "deeper" / "a")
    assert list(tmp_path.iterdir()) == []


def half_a_file(path: Path) -> None:
    with whole_file(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError("stop")


def half_a_folder(path: Path) -> None:
    with whole_folder(path) as folder:
        (folder / "a.pdf").write_text("half")
        raise RuntimeError("stop")


def test_a_whole_file_replaces_only_on_success(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="stop"):
        half_a_file(path)
    assert path.read_text() == "old"
    with whole_file(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "new"
    assert names(tmp_path) == ["note.txt"]


def test_a_failed_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        half_a_folder(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_whole_folder_keeps_what_it_did_not_write(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.docx").write_text("mine")
    (out / "a.csv").write_text("old")
    with whole_folder(out, last="tables/z.json") as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "z.json").write_text("{}")
        (folder / "a.csv").write_text("new")
    assert names(out) == ["a.csv", "notes.docx", "z.json"]
    assert (out / "a.csv").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_csv_has_ten_digits_empty_missing_and_utf8(tmp_path: Path, table: pd.DataFrame) -> None:
    write_tables({"index": table}, tmp_path / "tables")
    content = (tmp_path / "tables" / "index.csv").read_bytes()
    assert content.decode("utf-8-sig") == (
        "line_label,estimate,n\n预付费,0.3333333333,10\nContract,,20\n"
    )


@pytest.mark.parametrize("ending", [".json", ".parquet", ".xlsx"])
def test_other_endings_read_back(tmp_path: Path, table: pd.DataFrame, ending: str) -> None:
    path = tmp_path / f"index{ending}"
    write_table(table, path)
    read = {".json": pd.read_json, ".parquet": pd.read_parquet, ".xlsx": pd.read_excel}[ending]
    pd.testing.assert_frame_equal(read(path), table, check_dtype=False, atol=1e-10, rtol=0)


@pytest.mark.parametrize("ending", [".csv", ".json", ".parquet", ".xlsx"])
def test_same_table_same_bytes(tmp_path: Path, table: pd.DataFrame, ending: str) -> None:
    paths = [tmp_path / f"{number}{ending}" for number in range(2)]
    for path in paths:
        write_table(table, path)
    assert hash_file(paths[0]) == hash_file(paths[1])


def test_a_workbook_does_not_say_when_it_was_made(tmp_path: Path, table: pd.DataFrame) -> None:
    write_table(table, tmp_path / "index.xlsx")
    with zipfile.ZipFile(tmp_path / "index.xlsx") as workbook:
        properties = workbook.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z</dcterms:created>" in properties
    assert "2000-01-01T00:00:00Z</dcterms:modified>" in properties


def test_an_unknown_ending_is_an_error(tmp_path: Path, table: pd.DataFrame) -> None:
    with pytest.raises(StorageError) as caught:
        write_table(table, tmp_path / "index.doc")
    assert str(caught.value) == (
        f"{tmp_path / 'index.doc'}: a table cannot be written as `.doc`. "
        "Allowed endings: .csv, .json, .parquet, .xlsx."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_provenance_is_hashes_versions_and_options(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_bytes(b"abc")
    made = record_provenance([answers], {"seed": 7})
    # The SHA-256 of "abc" is a published test vector (FIPS 180-2, appendix B.1).
    assert made.inputs == {
        "answers.csv": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    }
    assert made.versions["csi"] == csi.__version__
    assert {"python", "numpy", "semopy", "typst", "pyreadstat"} <= set(made.versions)
    path = tmp_path / "provenance.json"
    write_provenance(made, path)
    assert json.loads(path.read_text(encoding="utf-8"))["options"] == {"seed": 7}


def test_a_provenance_has_no_time(tmp_path: Path) -> None:
    made = Provenance(inputs={"b": "2", "a": "1"})
    paths = [tmp_path / name for name in ("one.json", "two.json")]
    for path in paths:
        write_provenance(made, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_files_of_an_earlier_run_do_not_stay_beside_new_ones(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "tables").mkdir(parents=True)
    for name in ("tables/comparisons.csv", "tables/notes.txt", "quarterly_en.pdf"):
        (out / name).write_text("old")
    with whole_folder(out, owned=["tables/*.csv"]) as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "index.csv").write_text("new")
    left = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert left == {"tables/index.csv", "tables/notes.txt", "quarterly_en.pdf"}
