"""A run that is killed in the middle of a part goes on, without double or missing rows."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csi.dissatisfied.table_model import TableModel
from csi.warehouse.engine import DuckDBEngine
from csi.warehouse.scoring import score_customers
from tests.processes import ROOT
from tests.warehouse.conftest import DAY, make_model

pytest.importorskip("duckdb", reason="duckdb is not installed (extra `warehouse`)")

PARTS, ROWS = 5, 120_000
PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from csi.dissatisfied.table_model import read_model
from csi.warehouse.engine import DuckDBEngine
from csi.warehouse.scoring import score_customers

model, table, folder, day = sys.argv[1:]
score_customers(
    read_model(Path(model).read_text("utf-8")), table, folder, as_of=date.fromisoformat(day),
    engine=DuckDBEngine(memory_mb=512, threads=1),
)
"""


@pytest.fixture(scope="module")
def base(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder, rng = tmp_path_factory.mktemp("base"), np.random.default_rng(3)
    for part in range(PARTS):
        rows = frame.iloc[rng.integers(0, len(frame), ROWS)].reset_index(drop=True)
        rows["id"] = np.arange(part * ROWS, (part + 1) * ROWS) * 7_919 + 2**40
        table = pa.Table.from_pandas(rows)
        k = table.schema.get_field_index("last_contact")
        table = table.set_column(k, "last_contact", table.column(k).cast(pa.date32()))
        pq.write_table(table, folder / f"part-{part}.parquet")
    return str(folder / "*.parquet")


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def kill_within_part(number: int, command: list[str], folder: Path) -> None:
    """Start the command, and kill it as soon as it has begun to write a part."""
    child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    deadline = time.monotonic() + 60
    while not list(folder.glob(f".part-{number:05d}.parquet-*")):
        assert child.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline, "the run never came to that part"
        time.sleep(0.001)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_run_goes_on_to_the_same_bytes(base: str, tmp_path: Path) -> None:
    model: TableModel = make_model(joint=True)
    (tmp_path / "model.json").write_text(model.to_json(), encoding="utf-8")
    folder = tmp_path / "scores"
    arguments = [str(tmp_path / "model.json"), base, str(folder), DAY.isoformat()]
    command = [sys.executable, "-c", PROGRAM, *arguments]

    kill_within_part(2, command, folder)
    finished = sorted(folder.glob("part-*.parquet"))
    assert [p.name for p in finished] == ["part-00000.parquet", "part-00001.parquet"]
    written = [p.stat().st_mtime_ns for p in finished]
    engine = DuckDBEngine(memory_mb=512, threads=1)
    run = score_customers(model, base, folder, as_of=DAY, engine=engine)
    assert [p.stat().st_mtime_ns for p in finished] == written, "a finished part was done again"

    whole = tmp_path / "whole"
    score_customers(model, base, whole, as_of=DAY, engine=engine)
    assert hashes(folder) == hashes(whole)
    keys = np.concatenate([pq.read_table(p, columns=["id"])["id"].to_numpy() for p in run.parts()])
    assert len(keys) == run.rows == PARTS * ROWS
    assert len(np.unique(keys)) == PARTS * ROWS
    assert len(json.loads((folder / "manifest.json").read_text("utf-8"))["parts"]) == PARTS
