"""Moments of a large survey: time and memory of csi and of pandas in the same run, and equality.

Run: python benchmarks/warehouse_moments.py [--rows 10000000] [--work FOLDER]

Every way runs in a process of its own with two threads; core-seconds count user and system time,
because others may use the machine. The answers are 30 ratings, one in a thousand missing, with
unequal weights, in 31 groups.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ITEMS = [f"q{k + 1}" for k in range(30)]
N_GROUPS, ROWS_PER_FILE = 31, 1_000_000


def main() -> None:
    arguments = parse()
    if arguments.way:
        print(json.dumps(measured(WAYS[arguments.way], Path(arguments.work))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(arguments.work or temporary)
        answers = work / "answers"
        if not answers.exists():
            write_answers(answers, arguments.rows)
        print(f"{arguments.rows:,} rows, {len(ITEMS)} answers, {N_GROUPS} groups, 2 threads")
        print(f"{'':44s} wall-s  core-s  peak MB")
        for way in WAYS:
            found = in_process(way, work)
            print(
                f"{way:44s} {found['wall']:6.2f}  {found['core']:6.2f}  {found['peak']:7.0f}",
                flush=True,
            )
        compare(work)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--work", default="")
    parser.add_argument("--way", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def write_answers(folder: Path, rows: int) -> None:
    folder.mkdir(parents=True)
    for number, start in enumerate(range(0, rows, ROWS_PER_FILE)):
        n, rng = min(ROWS_PER_FILE, rows - start), np.random.default_rng([1, number])
        factors = rng.standard_normal((n, 5), dtype=np.float32)
        columns = {
            "id": rng.integers(0, 2**62, n),
            "line": rng.integers(1, N_GROUPS + 1, n).astype(np.int8),
            "w": np.round(rng.gamma(4.0, 0.25, n) + 0.2, 3),
        }
        for k, item in enumerate(ITEMS):
            signal = 0.8 * factors[:, k % 5] + 0.3 * factors[:, 0]
            noise = 0.6 * rng.standard_normal(n, dtype=np.float32)
            answer = np.clip(np.round(7.0 + 1.4 * (signal + noise)), 1, 10).astype(np.uint8)
            columns[item] = pa.array(answer, mask=rng.random(n) < 0.001)
        pq.write_table(pa.table(columns), folder / f"part-{number:03d}.parquet")


def in_process(way: str, work: Path) -> dict[str, float]:
    words = [sys.executable, __file__, "--way", way, "--work", str(work)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)


def measured(way, work: Path) -> dict[str, float]:
    before, start = os.times(), time.perf_counter()
    mean, cov = way(work)
    wall, after = time.perf_counter() - start, os.times()
    np.savez(work / f"{way.__name__}.npz", mean=mean, cov=cov)
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    core = after.user + after.system - before.user - before.system
    return {"wall": wall, "core": core, "peak": peak}


def with_intervals(work: Path):
    return by_csi(work, random_groups=100)


def without_intervals(work: Path):
    return by_csi(work, random_groups=2)


def by_csi(work: Path, random_groups: int, engine=None):
    from csi.warehouse.engine import DuckDBEngine
    from csi.warehouse.moments import moments_from_table

    engine = DuckDBEngine(memory_mb=256, threads=2) if engine is None else engine
    found = moments_from_table(
        f"{work}/answers/*.parquet",
        ITEMS,
        by="line",
        weights="w",
        random_groups=random_groups,
        engine=engine,
    )
    groups = [found.moments(line=line) for line in range(1, N_GROUPS + 1)]
    return np.array([g.mean for g in groups]), np.array([g.cov for g in groups])


class PlainSQL:
    """DuckDB as an engine that adds up products by SQL alone, as others do."""

    dialect = "ansi"

    def __init__(self) -> None:
        from csi.warehouse.engine import DuckDBEngine

        self.engine = DuckDBEngine(memory_mb=256, threads=2)
        self.source, self.fetch = self.engine.source, self.engine.fetch


def plain_sql(work: Path):
    return by_csi(work, random_groups=2, engine=PlainSQL())


def plain_sql_with_intervals(work: Path):
    return by_csi(work, random_groups=30, engine=PlainSQL())


def by_pandas(work: Path):
    frame = pd.read_parquet(f"{work}/answers").dropna(subset=ITEMS)
    means, covariances = [], []
    for _, group in frame.groupby("line"):
        y, w = group[ITEMS].to_numpy(float), group["w"].to_numpy()
        means.append(np.average(y, axis=0, weights=w))
        covariances.append(np.cov(y.T, aweights=w, ddof=0))
    return np.array(means), np.array(covariances)


WAYS = {
    "csi, 100 random groups for intervals": with_intervals,
    "csi, 2 random groups": without_intervals,
    "csi, plain SQL on DuckDB, 2 random groups": plain_sql,
    "csi, plain SQL on DuckDB, 30 random groups": plain_sql_with_intervals,
    "pandas, moments only": by_pandas,
}


def compare(work: Path) -> None:
    expected = np.load(work / f"{by_pandas.__name__}.npz")
    print("\nlargest difference from pandas")
    for name, way in WAYS.items():
        found = np.load(work / f"{way.__name__}.npz")
        mean = np.abs(found["mean"] - expected["mean"]).max()
        cov = np.abs(found["cov"] - expected["cov"]).max()
        print(f"{name:44s} means {mean:.1e}, covariances {cov:.1e}")
        assert max(mean, cov) < 1e-10


if __name__ == "__main__":
    main()
