"""Time a provincial allocation and a draw from a large subscriber file; check both against limits.

Run: python benchmarks/sampling.py [--rows 50e6] [--frame FILE] [--proof 20]

Writes benchmarks/results/sampling.md. ``--proof`` seconds per problem are given to HiGHS to prove
how much dearer than the optimum any allocation in whole interviews must be.

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
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.optimize import Bounds, LinearConstraint, milp

sys.path.insert(0, str(Path(__file__).parents[1]))

from csi.questionnaire.reading import read_questionnaire
from csi.sampling.allocation import allocate_for_limits
from csi.sampling.exclusions import read_exclusions
from csi.sampling.limits import VarianceLimits
from csi.sampling.plan import plan_sample
from csi.sampling.reserves import numbers_needed
from csi.sampling.selection import draw_sample
from tests.sampling.provinces import province_limits

QUESTIONNAIRE = Path(__file__).parents[1] / "questionnaires" / "telecom_province.yaml"
FLAGS = ("staff", "free_account", "dedicated_line", "test_line", "red_list", "black_list", "dnd")
RESULTS = Path(__file__).parent / "results" / "sampling.md"
SECONDS_ALLOCATION, GAP = 1.0, 1e-6
SECONDS_DRAW, MEGABYTES_DRAW = 10.0, 1000.0


def time_allocations(proof: float) -> tuple[bool, list[str]]:
    """Return whether times and gaps are within their limits, and a table."""
    good = True
    lines = [
        "## Allocation: 192 strata, 296 limits",
        "",
        "Mean score and share in seven tables. `s`: of processor. `excess`: what whole interviews "
        "cost above the dual bound of the optimum; `unavoidable`: HiGHS's proof for whole numbers"
        + (f" after {proof:g} s." if proof else ", not run."),
        "",
        "| minimum | seed | s | interviews | gap | excess | unavoidable | rounding up |",
        "| --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for minimum in (2, 30):
        for seed in range(4):
            limits, cost, population = province_limits(seed)
            start = time.process_time()
            found = allocate_for_limits(limits, cost=cost, minimum=minimum, maximum=population)
            seconds = time.process_time() - start
            rounded = float(cost @ np.ceil(found.exact - 1e-9)) / found.bound - 1
            good &= seconds <= SECONDS_ALLOCATION and abs(found.gap) <= GAP
            least = whole_bound(limits, cost, found.exact, minimum, proof) if proof else np.nan
            unavoidable = "" if np.isnan(least) else f"{100 * (least / found.bound - 1):.2f} %"
            lines.append(
                f"| {minimum} | {seed} | {seconds:.2f} | {found.n.sum()} | {abs(found.gap):.0e} | "
                f"{100 * found.excess:.2f} % | {unavoidable} | {100 * rounded:.2f} % |"
            )
    return good, lines


def whole_bound(
    limits: VarianceLimits, cost: np.ndarray, exact: np.ndarray, minimum: int, seconds: float
) -> float:
    """Return a cost that no whole allocation can go below: branch and cut over 0/1 increments.

    Whole numbers from two below to two above the optimum are open. 1/n is convex, so in the
    relaxation the increments come in their order.
    """
    rows = limits.coefficients / limits.limits[:, None]
    low = np.maximum(np.floor(exact) - 2, minimum).astype(int)
    high = (np.ceil(exact) + 2).astype(int)
    steps = [(h, v) for h in range(len(exact)) for v in range(low[h], high[h])]
    change = np.array([rows[:, h] * (1 / (v + 1) - 1 / v) for h, v in steps]).T
    found = milp(
        np.array([cost[h] for h, _ in steps]),
        constraints=LinearConstraint(change, -np.inf, 1 - rows @ (1 / low) + 1e-9),
        integrality=np.ones(len(steps)),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds},
    )
    return float(found.mip_dual_bound + cost @ low)


def simulate_fill(stated: float = 0.95, cells: int = 200_000) -> list[str]:
    """Return how often cells get full whose numbers were sized for a stated probability."""
    rng = np.random.default_rng(1)
    lines = [
        "",
        "## Reserves: is a cell full as often as stated?",
        "",
        f"Numbers sized by `numbers_needed` for {stated:.0%}; {cells:,} simulated cells each.",
        "",
        "| interviews | response rate | numbers | ratio | full |",
        "| --: | --: | --: | --: | --: |",
    ]
    for n in (30, 100, 400):
        for rate in (0.04, 0.07, 0.15, 0.25):
            numbers = int(numbers_needed(n, rate, stated))
            full = float((rng.binomial(numbers, rate, cells) >= n).mean())
            lines.append(
                f"| {n} | {rate:.0%} | {numbers:,} | 1:{numbers / n - 1:.1f} | {100 * full:.2f} % |"
            )
    return lines


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


def draw(path: Path, rows: int, out: Queue[tuple[float, float, float, str]]) -> None:
    """Draw in this process and report seconds, processor seconds, megabytes and the keys."""
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    cells = [(line, 1, region) for line in range(1, 5) for region in range(1, 17)]
    people = pd.DataFrame(cells, columns=["line", "operator", "region"])
    plan = plan_sample(
        questionnaire, people.assign(population=0.85 * rows / 64), total=20_000, reserve=10
    )
    start, used = time.perf_counter(), time.process_time()
    sample = draw_sample(plan, path, seed=2026)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    out.put((seconds, used, memory, sample.fingerprint()))


def scan(path: Path) -> tuple[float, float]:
    """Read the same columns and do nothing with them; return seconds and processor seconds."""
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    rules = read_exclusions(questionnaire)
    names = {name for rule in rules for name in rule.when.items}
    columns = ["case_id", "line", "operator", "region", *sorted(names)]
    start, used = time.perf_counter(), time.process_time()
    with pq.ParquetFile(path) as file:
        for _ in file.iter_batches(batch_size=1 << 18, columns=columns):
            pass
    return time.perf_counter() - start, time.process_time() - used


def time_draw(rows: int, frame: Path | None) -> tuple[bool, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = frame or Path(folder) / "subscribers.parquet"
        if not path.exists():
            write_frame(path, rows)
        size = path.stat().st_size / 1e6
        rows = pq.ParquetFile(path).metadata.num_rows
        scan(path)  # the second time both find the file in memory
        plain, plain_used = scan(path)
        context = multiprocessing.get_context("spawn")
        out = context.Queue()
        child = context.Process(target=draw, args=(path, rows, out))
        child.start()
        seconds, used, memory, keys = out.get()
        child.join()
    lines = [
        "",
        f"## Draw: 20,000 and a reserve of 1:10 from {rows:,} rows of parquet ({size:.0f} MB)",
        "",
        "| | s | processor s | peak MB |",
        "| --- | --: | --: | --: |",
        f"| draw, 64 strata, six exclusions | {seconds:.1f} | {used:.1f} | {memory:.0f} |",
        f"| plain scan of the same columns | {plain:.1f} | {plain_used:.1f} | |",
        f"| ratio | {seconds / plain:.1f} | {used / plain_used:.1f} | |",
        "",
        f"Limits: {SECONDS_DRAW:.0f} s and {MEGABYTES_DRAW:.0f} MB. SHA-256 of the keys: {keys}.",
    ]
    return seconds <= SECONDS_DRAW and memory <= MEGABYTES_DRAW, lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=10e6)
    parser.add_argument("--frame", type=Path, default=None)
    parser.add_argument("--proof", type=float, default=0.0)
    options = parser.parse_args()
    lines = [
        "# Sampling",
        "",
        f"Made by `benchmarks/sampling.py` on {os.cpu_count()} cores, load average "
        f"{os.getloadavg()[0]:.1f}: numpy {np.__version__}, pyarrow {pa.__version__}.",
        "",
    ]
    drawn, draw_lines = time_draw(int(options.rows), options.frame)
    allocated, allocation_lines = time_allocations(options.proof)
    lines += [*allocation_lines, *draw_lines, *simulate_fill()]
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")
    return int(not (drawn and allocated))


if __name__ == "__main__":
    sys.exit(main())
