"""Scoring: the same whole numbers as NumPy, whole parts, a canary, and a record of the run."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.table_model import TableModel, read_model
from csi.warehouse import scoring
from csi.warehouse.canary import check_engine, edge_rows
from csi.warehouse.engine import DbapiEngine, DuckDBEngine, SparkEngine
from csi.warehouse.expressions import literal, number, quoted
from csi.warehouse.faults import CanaryError, EngineWarning, WarehouseError
from csi.warehouse.reference import score_frame
from csi.warehouse.scoring import read_run, score_customers
from csi.warehouse.sql import ScoringOptions, bucket_constants, reason_names, scoring_sql
from tests.warehouse.conftest import DAY, N_PARTS, ROWS, make_model

duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra `warehouse`)")

OPTIONS = ScoringOptions(key="id", as_of=DAY)


@pytest.fixture(scope="module")
def engine() -> DuckDBEngine:
    return DuckDBEngine(memory_mb=512, threads=1)


def read_scores(run: scoring.ScoringRun) -> pd.DataFrame:
    return pd.concat([pq.read_table(part).to_pandas() for part in run.parts()], ignore_index=True)


def assert_same(scores: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert list(scores.columns) == list(expected.columns)
    for name in expected.columns:
        if name == "probability":
            np.testing.assert_allclose(scores[name], expected[name], rtol=1e-13)
        else:
            np.testing.assert_array_equal(scores[name], expected[name])


@pytest.mark.parametrize("reasons", [0, 1, 3])
def test_scores_equal_numpy(
    model: TableModel,
    frame: pd.DataFrame,
    pattern: str,
    engine: DuckDBEngine,
    tmp_path: Path,
    reasons: int,
) -> None:
    run = score_customers(
        model, pattern, tmp_path / "scores", as_of=DAY, engine=engine, reasons=reasons
    )
    assert_same(read_scores(run), score_frame(model, frame, replace(OPTIONS, reasons=reasons)))


def test_the_ansi_text_gives_the_same_as_the_look_ups(
    model: TableModel, frame: pd.DataFrame, pattern: str, engine: DuckDBEngine
) -> None:
    text = scoring_sql(model, engine.source(pattern), OPTIONS, dialect="ansi")
    assert "[" not in text
    assert_same(engine.fetch(text), score_frame(model, frame, OPTIONS))


def test_reasons_are_the_largest_contributions(model: TableModel, frame: pd.DataFrame) -> None:
    scores = score_frame(model, frame, OPTIONS)
    points = model.points(frame, DAY)
    ranked = -np.sort(-points, axis=1)
    for k in range(3):
        np.testing.assert_array_equal(scores[f"effect_{k + 1}"], np.maximum(ranked[:, k], 0))
    first = scores[scores["reason_1"] > 0]
    own = points[first.index, first["reason_1"] - 1]
    np.testing.assert_array_equal(own, first["effect_1"])
    assert set(reason_names(model)) >= set(scores["reason_1"])


def test_tiers_follow_from_points(model: TableModel, frame: pd.DataFrame) -> None:
    scores = score_frame(model, frame, OPTIONS)
    least = list(model.tier_points().values())
    for tier, rows in scores.groupby("tier"):
        if tier <= len(least):
            assert rows["points"].min() >= least[tier - 1]
        if tier > 1:
            assert rows["points"].max() < least[tier - 2]
    assert scores["tier"].nunique() >= 3


def test_buckets_are_even_seeded_and_follow_the_key_only(frame: pd.DataFrame) -> None:
    keys = pd.DataFrame({"id": np.random.default_rng(1).integers(-(2**63), 2**63 - 1, 200_000)})
    model = make_model(joint=False)
    rows = frame.iloc[np.arange(200_000) % len(frame)].assign(id=keys["id"].to_numpy())
    rows = rows.reset_index(drop=True)
    bucket = score_frame(model, rows, OPTIONS)["bucket"]
    counts = np.bincount(bucket, minlength=1000)
    assert counts.min() > 120
    assert (bucket < 100).mean() == pytest.approx(0.1, abs=0.003)
    other = score_frame(model, rows, replace(OPTIONS, seed=9))["bucket"]
    assert (bucket == other).mean() < 0.01
    assert abs(np.corrcoef(bucket, other)[0, 1]) < 0.02
    constants = {bucket_constants(seed) for seed in range(200)}
    assert len(constants) == 200
    assert all(0 < a < 46_337 and 0 <= b < 46_337 for a, b in constants)


def test_a_bucket_column_is_taken_as_it_is(
    frame: pd.DataFrame, pattern: str, engine: DuckDBEngine, tmp_path: Path
) -> None:
    run = score_customers(
        make_model(joint=False), pattern, tmp_path / "s", as_of=DAY, engine=engine, bucket="chance"
    )
    np.testing.assert_array_equal(read_scores(run)["bucket"], frame["chance"])


def test_the_record_says_what_was_done(
    model: TableModel, frame: pd.DataFrame, pattern: str, engine: DuckDBEngine, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    run = score_customers(
        model,
        pattern,
        tmp_path / "scores",
        as_of=DAY,
        engine=engine,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(k + 1, N_PARTS) for k in range(N_PARTS)]
    assert run.rows == len(frame)
    expected = score_frame(model, frame, OPTIONS)
    names = list(run.manifest["tiers"].values())
    assert run.tiers() == {
        name: int((expected["tier"] == k + 1).sum()) for k, name in enumerate(names)
    }
    assert run.manifest["model_sha256"] == model.sha256()
    assert run.manifest["canary_rows"] == 2000
    total = sum(part["points"] for part in run.manifest["parts"].values())
    assert total == expected["points"].sum()
    assert read_run(tmp_path / "scores").manifest == run.manifest
    assert f"rows={len(frame):,}" in repr(run)


def test_the_same_inputs_give_the_same_bytes(
    model: TableModel, pattern: str, tmp_path: Path
) -> None:
    runs = [
        score_customers(model, pattern, tmp_path / name, as_of=DAY, engine=DuckDBEngine())
        for name in ("a", "b")
    ]
    for one, two in zip(runs[0].parts(), runs[1].parts(), strict=True):
        assert one.read_bytes() == two.read_bytes()
    manifests = [(run.folder / "manifest.json").read_bytes() for run in runs]
    assert manifests[0] == manifests[1]


def test_a_run_that_was_cut_off_goes_on(
    frame: pd.DataFrame, pattern: str, engine: DuckDBEngine, tmp_path: Path
) -> None:
    model = make_model(joint=False)

    class CutError(Exception):
        pass

    def cut(done: int, total: int) -> None:
        if done == 2:
            raise CutError

    folder = tmp_path / "scores"
    with pytest.raises(CutError):
        score_customers(model, pattern, folder, as_of=DAY, engine=engine, progress=cut)
    half_written = folder / ".part-00002.parquet-xyz"
    half_written.mkdir()
    (half_written / "part-00002.parquet").write_bytes(b"half")
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("part-*.parquet")}
    assert len(before) == 2
    reloaded = read_model(model.to_json())
    run = score_customers(reloaded, pattern, folder, as_of=DAY, engine=engine)
    assert_same(read_scores(run), score_frame(model, frame, OPTIONS))
    after = {path.name: path.stat().st_mtime_ns for path in run.parts()}
    assert {name: after[name] for name in before} == before
    assert not list(folder.glob(".part*"))


def test_a_changed_input_or_a_lost_part_is_scored_again(
    frame: pd.DataFrame, pattern: str, engine: DuckDBEngine, tmp_path: Path
) -> None:
    model = make_model(joint=False)
    copies = tmp_path / "base"
    copies.mkdir()
    for path in Path(pattern).parent.glob("*.parquet"):
        (copies / path.name).write_bytes(path.read_bytes())
    table = str(copies / "*.parquet")
    first = score_customers(model, table, tmp_path / "s", as_of=DAY, engine=engine)
    first.parts()[1].unlink()
    (copies / "part-0.parquet").write_bytes((copies / "part-3.parquet").read_bytes())
    again = score_customers(model, table, tmp_path / "s", as_of=DAY, engine=engine)
    expected = score_frame(model, frame, OPTIONS)
    changed = pd.concat([expected.iloc[3 * ROWS :], expected.iloc[ROWS:]], ignore_index=True)
    assert_same(read_scores(again), changed)


def test_the_folder_of_another_run_is_refused_unless_replaced(
    frame: pd.DataFrame, pattern: str, engine: DuckDBEngine, tmp_path: Path
) -> None:
    model = make_model(joint=False)
    score_customers(model, pattern, tmp_path, as_of=DAY, engine=engine)
    other = model.calibrated(0.5, 1.0)
    with pytest.raises(WarehouseError, match=r"scores of another run \(model_sha256, sql_sha256"):
        score_customers(other, pattern, tmp_path, as_of=DAY, engine=engine)
    run = score_customers(other, pattern, tmp_path, as_of=DAY, engine=engine, resume=False)
    assert_same(read_scores(run), score_frame(other, frame, OPTIONS))


class OffByOne(DuckDBEngine):
    """An engine that counts one point too many where a value is null."""

    def fetch(self, sql: str) -> pd.DataFrame:
        got = super().fetch(sql)
        return got.assign(points=got["points"] + got["faults"].isna()) if "points" in got else got


class Floating(DuckDBEngine):
    """An engine that compares in single precision."""

    def fetch(self, sql: str) -> pd.DataFrame:
        return super().fetch(sql.replace('"bill jump" * 1e0', 'CAST("bill jump" AS REAL)'))


@pytest.mark.parametrize("wrong", [OffByOne, Floating])
def test_an_engine_that_differs_is_refused_before_anything_is_written(
    pattern: str, tmp_path: Path, wrong: type[DuckDBEngine]
) -> None:
    with pytest.raises(CanaryError, match=r"differently from the reference: `points` in \d+ of"):
        score_customers(
            make_model(joint=False), pattern, tmp_path / "scores", as_of=DAY, engine=wrong()
        )
    assert not (tmp_path / "scores").exists()


def test_the_canary_covers_every_edge_level_and_null() -> None:
    model = make_model(joint=True)
    rows = edge_rows(model, OPTIONS, 1000)
    codes = model.codes(rows, DAY)
    for name, bins in model.bins.items():
        assert set(codes[name]) == set(range(bins.size + 1)), name
        assert rows[name].iloc[0] is not None
    exact = {float(v) for v in rows["bill jump"].dropna()}
    assert {0.137, float(np.nextafter(0.137, 0)), float(np.nextafter(0.137, 1))} <= exact


def test_no_rows_and_no_files_are_refused(engine: DuckDBEngine, tmp_path: Path) -> None:
    model = make_model(joint=False)
    with pytest.raises(WarehouseError, match="no such parquet file"):
        score_customers(model, str(tmp_path / "*.parquet"), tmp_path, as_of=DAY, engine=engine)


def test_an_engine_s_error_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pd.DataFrame({"phone": ["13912345678", "13812345678"]}).to_parquet(path)
    engine = DuckDBEngine()
    with pytest.raises(WarehouseError, match="refused the query") as caught:
        engine.fetch(f"SELECT CAST(phone || 'x' AS INTEGER) FROM {engine.source(str(path))}")
    assert "139123" not in str(caught.value)
    assert "138123" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_db_api_connection_is_streamed(
    frame: pd.DataFrame, pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csi.warehouse.engine.FETCH_ROWS", 300)
    connection = duckdb.connect()
    escaped = pattern.replace("'", "''")
    connection.execute(f"CREATE VIEW subscribers AS SELECT * FROM read_parquet('{escaped}')")
    model = make_model(joint=True)
    engine = DbapiEngine(connection, dialect="ansi")
    run = score_customers(model, "subscribers", tmp_path / "s", as_of=DAY, engine=engine)
    assert_same(read_scores(run), score_frame(model, frame, OPTIONS))
    with pytest.raises(WarehouseError, match="Use `DuckDBEngine`"):
        DbapiEngine(connection, dialect="duckdb")


def test_sqlite_is_found_out_by_the_canary_or_refuses(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id INTEGER)")
    with pytest.raises(WarehouseError):
        check_engine(make_model(joint=False), "t", OPTIONS, DbapiEngine(connection))


class Session:
    """What scoring uses of a Spark session."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def sql(self, text: str):
        self.asked.append(text)
        raise RuntimeError("Could not parse '13912345678'")


def test_a_spark_session_is_only_asked_for_sql() -> None:
    engine = SparkEngine(Session())
    assert engine.source("s3://base/*.parquet") == "parquet.`s3://base/*.parquet`"
    assert engine.source("warehouse.subscribers") == "warehouse.subscribers"
    with pytest.raises(WarehouseError) as caught:
        engine.fetch("SELECT 1")
    assert "139" not in str(caught.value)
    assert engine.advice("x" * 8000) == ""
    assert "-XX:-DontCompileHugeMethods" in engine.advice("x" * 8001)
    started = SimpleNamespace(conf={"spark.driver.extraJavaOptions": "-XX:-DontCompileHugeMethods"})
    assert SparkEngine(started).advice("x" * 8001) == ""


def test_slow_spark_is_warned_of_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csi.warehouse.engine.LONG_SQL", 1000)
    model = make_model(joint=True)
    with (
        pytest.warns(EngineWarning, match="-XX:-DontCompileHugeMethods"),
        pytest.raises(WarehouseError, match="refused the query"),
    ):
        score_customers(model, "t", tmp_path / "s", as_of=DAY, engine=SparkEngine(Session()))


def test_names_and_literals_are_quoted_for_each_engine() -> None:
    assert quoted("arpu", "ansi") == "arpu"
    assert quoted("select", "ansi") == '"select"'
    assert quoted('a"b', "duckdb") == '"a""b"'
    assert quoted("a`b", "spark") == "`a``b`"
    assert literal("O'B", "ansi") == "'O''B'"
    assert literal("a\\b", "clickhouse") == "'a\\\\b'"
    assert literal("a\\b", "duckdb") == "'a\\b'"
    assert literal(True, "ansi") == "TRUE"
    assert literal(-3, "ansi") == "-3"
    assert float(number(0.1).removesuffix("e0")) == 0.1
    assert number(1e300) == "1e+300"


def test_impossible_options_are_refused() -> None:
    model = make_model(joint=False)
    with pytest.raises(DissatisfiedError, match="`reasons` must lie between 0 and 3; got 4"):
        ScoringOptions(key="id", as_of=DAY, reasons=4)
    with pytest.raises(DissatisfiedError, match="`dialect` must be one of ansi, duckdb"):
        scoring_sql(model, "t", OPTIONS, dialect="oracle")  # type: ignore[arg-type]
    with pytest.raises(WarehouseError, match="`memory_mb` must be at least 128"):
        DuckDBEngine(memory_mb=64)


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="no record of a scoring run"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(WarehouseError, match="no record of a scoring run"):
        read_run(tmp_path)


def test_the_record_holds_no_person(
    pattern: str, engine: DuckDBEngine, tmp_path: Path, frame: pd.DataFrame
) -> None:
    run = score_customers(make_model(joint=False), pattern, tmp_path, as_of=DAY, engine=engine)
    text = json.dumps(run.manifest)
    assert not any(str(key) in text for key in frame["id"])
