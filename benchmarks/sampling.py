"""Time a provincial allocation and a draw from a large subscriber file; check both against limits.

Run: python benchmarks/sampling.py [--rows 50e6] [--frame FILE]

The frame is written to a temporary folder and removed, unless ``--frame`` names a file to keep. The
draw runs in a process of its own, so its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[1]))

from csi.questionnaire.reading import read_questionnaire
from csi.sampling.allocation import allocate_for_limits
from csi.sampling.plan import plan_sample
from csi.sampling.selection import draw_sample
from tests.sampling.provinces import province_limits

QUESTIONNAIRE = Path(__file__).parents[1] / "questionnaires" / "telecom_province.yaml"
FLAGS = ("staff", "free_account", "dedicated_line", "test_line", "red_list", "black_list", "dnd")
SECONDS_ALLOCATION, GAP, EXCESS = 1.0, 1e-6, 0.002
SECONDS_DRAW, MEGABYTES_DRAW = 10.0, 1000.0


def time_allocations() -> bool:
    print("allocation: 192 strata, 296 limits (mean score and share in seven tables)")
    good = True
    for minimum in (2, 30):
        for seed in range(4):
            limits, cost, population = province_limits(seed)
            start = time.perf_counter()
            found = allocate_for_limits(limits, cost=cost, minimum=minimum, maximum=population)
            seconds = time.perf_counter() - start
            rounded = float(cost @ np.ceil(found.exact - 1e-9)) / found.bound - 1
            good &= seconds <= SECONDS_ALLOCATION and abs(found.gap) <= GAP
            print(
                f"  minimum {minimum:2d}, seed {seed}: {seconds:5.2f} s, n {found.n.sum()}, gap "
                f"{found.gap:.0e}, whole interviews +{100 * found.excess:.2f} % (rounding up "
                f"+{100 * rounded:.2f} %), {len(found.prices())} binding"
            )
    return good


def write_frame(path: Path, rows: int, block: int = 1_000_000) -> None:
    rng = np.random.default_rng(1)
    writer = None
    for first in range(0, rows, block):
        n = min(block, rows - first)
        columns = {
            "case_id": 13_000_000_000 + 7919 * np.arange(first, first + n),
            "line": rng.integers(1, 5, n, dtype=np.int8),
            "operator": np.ones(n, dtype=np.int8),
            "region": rng.integers(1, 17, n, dtype=np.int8),
            "status": (rng.random(n, dtype=np.float32) > 0.03).astype(np.int8),
            "months_on_network": rng.integers(0, 200, n, dtype=np.int16),
        }
        columns |= {
            flag: (rng.random(n, dtype=np.float32) < 0.01).astype(np.int8) for flag in FLAGS
        }
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def draw(path: Path, rows: int) -> None:
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    cells = [(line, 1, region) for line in range(1, 5) for region in range(1, 17)]
    people = pd.DataFrame(cells, columns=["line", "operator", "region"])
    plan = plan_sample(
        questionnaire, people.assign(population=0.85 * rows / 64), total=20_000, reserve=10
    )
    start = time.perf_counter()
    sample = draw_sample(plan, path, seed=2026)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"  {sample}")
    print(
        f"  {seconds:.1f} s (limit {SECONDS_DRAW:.0f}), processor time {time.process_time():.1f} s "
        f"with start-up, {memory:.0f} MB (limit {MEGABYTES_DRAW:.0f})"
    )
    print(f"  keys: {sample.fingerprint()}")
    sys.exit(int(seconds > SECONDS_DRAW or memory > MEGABYTES_DRAW))


def time_draw(rows: int, frame: Path | None) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = frame or Path(folder) / "subscribers.parquet"
        if not path.exists():
            write_frame(path, rows)
        size = path.stat().st_size / 1e6
        print(f"draw: 20,000 and a reserve of 1:10 from {rows:,} rows of parquet ({size:.0f} MB)")
        child = multiprocessing.get_context("spawn").Process(target=draw, args=(path, rows))
        child.start()
        child.join()
    return child.exitcode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=10e6)
    parser.add_argument("--frame", type=Path, default=None)
    options = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    good = time_allocations()
    good &= time_draw(int(options.rows), options.frame)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
