"""Our time beside semopy's and lavaan's, in one run; needs Rscript with lavaan for the latter.

    python benchmarks/engine_speed.py

Every time is the least of three, in seconds of wall clock, with one BLAS thread.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from _study import questionnaire

from csi.comparison import compare_groups
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.bootstrap import bootstrap_fit
from csi.model.effects import total_effects_in_points
from csi.model.fit import ModelFit, fit_model
from csi.responses.data import Responses
from csi.simulate.responses import DESIGN_COLUMNS, simulate_responses
from csi.simulate.truth import Truth

RESULTS = Path(__file__).parent / "results" / "engine_speed.md"
CONSTRUCTS = {"Image": 4, "Expectation": 3, "Quality": 4, "Value": 3, "Satisfaction": 3,
              "Loyalty": 3}  # fmt: skip
PATHS = """
Expectation ~ Image
Quality ~ Expectation
Value ~ Expectation + Quality
Satisfaction ~ Image + Expectation + Quality + Value
Loyalty ~ Image + Satisfaction
"""
DRIVERS = ("Image", "Expectation", "Quality", "Value")
GROUPS, GROUP_SIZE, LARGE, HUGE = 12, 600, 100_000, 1_000_000
STUDY = questionnaire(CONSTRUCTS, PATHS, operators=GROUPS)
LAVAAN = """
suppressMessages(library(lavaan))
arguments <- commandArgs(trailingOnly = TRUE)
large <- read.csv(arguments[1]); small <- read.csv(arguments[2])
model <- paste(readLines(arguments[3]), collapse = "\\n")
seconds <- function(work) min(replicate(as.integer(arguments[4]),
                                        system.time(work())[["elapsed"]]))
cat(seconds(function() sem(model, large, estimator = "MLR")), "")
fit <- sem(model, small)
cat(seconds(function() bootstrapLavaan(fit, R = 50, FUN = coef)) / 50, "")
cat(as.character(packageVersion("lavaan")))
"""


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def whole_analysis(responses: Responses) -> ModelFit:
    """Compute parameters, scores, effects and gaps of every group, all with standard errors."""
    fit = fit_model(make_design(responses, **DESIGN_COLUMNS), STUDY, by="operator")
    fit.tidy()
    index = estimate_index(fit)
    index.tidy()
    for group in fit.groups:
        total_effects_in_points(group.structure, group.theta, "Satisfaction", DRIVERS).tidy()
    compare_groups(index, across="operator").tidy()
    return fit


def ratings(n: int) -> pd.DataFrame:
    frame = simulate_responses(STUDY, Truth(), n, seed=n).frame
    return frame[[item for item in STUDY.items if item != "operator"]]


def ours_large(data: pd.DataFrame) -> None:
    fit_model(make_design(data), STUDY.model.syntax).tidy()


def semopy_large(data: pd.DataFrame) -> None:
    import semopy

    model = semopy.Model(STUDY.model.syntax)
    model.fit(data)
    model.inspect(se_robust=True)


def semopy_refit(data: pd.DataFrame, times: int) -> float:
    import semopy

    rng = np.random.default_rng(1)
    begin = time.perf_counter()
    for _ in range(times):
        model = semopy.Model(STUDY.model.syntax)
        sample = data.iloc[rng.integers(0, len(data), len(data))]
        model.fit(sample, options={"ftol": 1e-12, "maxiter": 9999})
    return (time.perf_counter() - begin) / times


def lavaan(large: pd.DataFrame, small: pd.DataFrame, repeats: int) -> tuple[float, float, str]:
    """Return lavaan's seconds for MLR and for one bootstrap refit, and its version."""
    if shutil.which("Rscript") is None:
        return np.nan, np.nan, "not installed"
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("large.csv", "small.csv", "model.lav", "run.R")]
        large.to_csv(files[0], index=False)
        small.to_csv(files[1], index=False)
        files[2].write_text(STUDY.model.syntax, encoding="utf-8")
        files[3].write_text(LAVAAN, encoding="utf-8")
        done = subprocess.run(
            ["Rscript", str(files[3]), *map(str, files[:3]), str(repeats)],
            check=True,
            capture_output=True,
            text=True,
        )
    large_time, refit_time, installed = done.stdout.split()
    return float(large_time), float(refit_time), installed


def measure_memory() -> tuple[float, float]:
    """Return the peak gigabytes and the seconds of a million respondents by 30 items, alone."""
    done = subprocess.run(
        [sys.executable, __file__, "--memory"], check=True, capture_output=True, text=True
    )
    peak, taken = done.stdout.split()
    return float(peak), float(taken)


def memory() -> None:
    """Fit 30 items of a million respondents with strata, clusters and weights, and say the peak."""
    import resource

    rng = np.random.default_rng(1)
    study = questionnaire({**CONSTRUCTS, "Image": 7, "Quality": 7, "Loyalty": 7}, PATHS)
    names = [item for item in study.items if item != "operator"]
    common = rng.normal(size=HUGE).astype(np.float32)
    data = {}
    for name in names:
        own = 7.0 + 1.4 * common + 1.2 * rng.normal(size=HUGE).astype(np.float32)
        data[name] = np.clip(np.round(own), 1, 10).astype(np.float64)
    own = rng.integers(0, 8, HUGE)
    data |= {"stratum": own, "psu": own * 500 + rng.integers(0, 500, HUGE)}
    data["weight"] = rng.uniform(0.5, 2.0, HUGE)
    frame = pd.DataFrame(data, copy=False)
    del data, common
    begin = time.perf_counter()
    # one common factor: the constructs of the path model would be one and the same here
    syntax = f"Satisfaction =~ {' + '.join(names)}"
    fit = fit_model(make_design(frame, **DESIGN_COLUMNS), syntax)
    fit.tidy()
    estimate_index(fit).tidy()
    taken = time.perf_counter() - begin
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--memory", action="store_true", help="measure memory in this process")
    arguments = parser.parse_args()
    if arguments.memory:
        memory()
        return
    groups = simulate_responses(STUDY, Truth(), GROUPS * GROUP_SIZE, seed=1)
    fit = whole_analysis(groups)
    analysis = seconds(lambda: whole_analysis(groups))
    bootstrap = seconds(lambda: bootstrap_fit(fit, n_replicates=1000, seed=1), 2)
    large, small = ratings(LARGE), ratings(GROUP_SIZE)
    tenth = large.iloc[: LARGE // 10]
    ours, ours_tenth = (seconds(lambda d=d: ours_large(d)) for d in (large, tenth))
    peer, peer_refit = (
        seconds(lambda: semopy_large(large.astype(float)), 2),
        semopy_refit(small, 30),
    )
    r_large, r_refit, r_version = lavaan(large, small, 2)
    refit = bootstrap / (GROUPS * 1000)
    peak, huge = measure_memory()
    rows = [
        ("12 groups × 600 × 20 items: parameters, scores, effects, gaps", analysis, None, None),
        ("12 × 1,000 bootstrap refits", bootstrap, None, None),
        ("one bootstrap refit, n = 600", refit, peer_refit, r_refit),
        ("n = 100,000, robust standard errors", ours, peer, r_large),
        ("n = 10,000, robust standard errors", ours_tenth, None, None),
        ("n = 1,000,000 × 30 items, strata, clusters, weights", huge, None, None),
    ]
    write(rows, peak, r_version, arguments.out)
    print(arguments.out.read_text(encoding="utf-8"))


def write(
    rows: list[tuple[str, float, float | None, float | None]], peak: float, r: str, out: Path
) -> None:
    lines = [
        "# Speed of the engine",
        "",
        "Seconds of wall clock, least of several runs, one thread; all in one run of "
        "`python benchmarks/engine_speed.py`. semopy: its own robust standard errors, and refits "
        'at a tight tolerance. lavaan: `estimator = "MLR"`, and `bootstrapLavaan`.',
        "",
        f"Python {platform.python_version()}, numpy {version('numpy')}, "
        f"semopy {version('semopy')}, lavaan {r}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} when written.",
        "",
        "| work | csi | semopy | ratio | lavaan | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for work, ours, semopy, lavaan_time in rows:
        cells = [f"{ours:.3g}"]
        for theirs in (semopy, lavaan_time):
            known = theirs is not None and np.isfinite(theirs)
            cells += [f"{theirs:.3g}", f"{theirs / ours:.0f}×"] if known else ["", ""]
        lines.append(f"| {work} | {' | '.join(cells)} |")
    lines += ["", f"Peak memory of the last row: {peak:.2f} GB, data included."]
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
