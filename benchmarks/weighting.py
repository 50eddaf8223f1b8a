"""Time raking, bootstrap re-raking and tables with standard errors, beside R's survey package.

Run: OMP_NUM_THREADS=1 python benchmarks/weighting.py [--rows 1000000]

R does the same work in the same run, where `Rscript` and survey are installed: the raking in full
(of whole numbers; to 1e-9 of the total weight, where csi goes to 1e-10 of every level), the table
for 3 of its 100 items, scaled up.
"""

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from csi.inference import estimate_means, make_design
from csi.weighting import replicate_weights, weight_responses

LEVELS = (16, 5, 2, 6, 4, 3)
ITEMS = [f"q{j}" for j in range(100)]
R_QUESTIONS = 3

R_SCRIPT = """
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail")
args <- commandArgs(TRUE)
people <- read.csv(file.path(args[1], "people.csv"))
targets <- lapply(0:5, function(j) {
  t <- read.csv(file.path(args[1], sprintf("v%d.csv", j))); names(t) <- c(paste0("v", j), "Freq"); t
})
design <- svydesign(ids = ~1, weights = ~w, data = people)
raking <- system.time(raked <- rake(design, lapply(0:5, function(j) as.formula(paste0("~v", j))),
  targets, control = list(maxit = 100, epsilon = 1e-9, verbose = FALSE)))[["elapsed"]]
answers <- read.csv(file.path(args[1], "answers.csv"))
stratified <- svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~N, data = answers)
table <- system.time(for (q in paste0("q", seq_len(as.integer(args[2])) - 1))
  svyby(as.formula(paste0("~", q)), ~domain, stratified, svymean, na.rm = TRUE))[["elapsed"]]
means <- svyby(~q0, ~domain, stratified, svymean, na.rm = TRUE)
cat(sprintf("%.15g\\n", c(raking, table, weights(raked)[1], SE(means)[1])))
cat(as.character(packageVersion("survey")), "\\n")
"""


def seconds(work: Callable[[], object], repeat: int = 5) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def people(n: int) -> tuple[pd.DataFrame, dict[str, dict[int, float]]]:
    rng = np.random.default_rng(1)
    common = rng.normal(size=n)
    frame = pd.DataFrame(
        {
            f"v{j}": (k * norm.cdf(0.6 * common + 0.8 * rng.normal(size=n))).astype(int)
            for j, k in enumerate(LEVELS)
        }
    )
    frame["w"] = rng.gamma(2.0, 1.0, n)
    margins = {
        f"v{j}": dict(enumerate(5.0 * n * rng.dirichlet(np.full(k, 20.0))))
        for j, k in enumerate(LEVELS)
    }
    return frame, margins


def worded(
    frame: pd.DataFrame, margins: dict[str, dict[int, float]]
) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    texts = {v: ("level " + frame[v].astype(str)).astype("str") for v in margins}
    named = {v: {f"level {k}": t for k, t in m.items()} for v, m in margins.items()}
    return frame.assign(**texts), named


def answers(n: int = 20_000) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    scores = rng.integers(1, 11, (n, len(ITEMS))).astype(float)
    scores[rng.random(scores.shape) < 0.05] = np.nan
    return pd.DataFrame(scores, columns=ITEMS).assign(
        domain=rng.integers(0, 16, n), h=rng.integers(0, 64, n), w=rng.gamma(2.0, 1.0, n), N=50_000
    )


def run_r(
    frame: pd.DataFrame, margins: dict[str, dict[int, float]], table: pd.DataFrame
) -> tuple[list[float], str] | None:
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        frame.to_csv(place / "people.csv", index=False)
        table.to_csv(place / "answers.csv", index=False)
        for v, m in margins.items():
            pd.DataFrame(m.items()).to_csv(place / f"{v}.csv", index=False)
        (place / "run.R").write_text(R_SCRIPT)
        done = subprocess.run(
            ["Rscript", str(place / "run.R"), folder, str(R_QUESTIONS)],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        print(f"R did not run: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    *numbers, version = done.stdout.split()
    return [float(x) for x in numbers], version


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    n = parser.parse_args().rows
    frame, margins = people(n)
    text_frame, text_margins = worded(frame, margins)
    design, text_design = make_design(frame, weights="w"), make_design(text_frame, weights="w")
    raking = seconds(lambda: weight_responses(design, margins=margins))
    raking_text = seconds(lambda: weight_responses(text_design, margins=text_margins))

    small, small_margins = people(20_000)
    raked = weight_responses(make_design(small, weights="w"), margins=small_margins)
    bootstrap = seconds(
        lambda: replicate_weights(raked, n_replicates=500, seed=1, margins=small_margins), 1
    )

    table = answers()
    stratified = make_design(table, weights="w", strata="h", fpc="N")
    means = seconds(lambda: estimate_means(stratified, ITEMS, by="domain").std_errors())
    calibrated = weight_responses(
        stratified,
        margins={
            "domain": (table.groupby("domain")["w"].sum() * 2.0).to_dict(),
            "h": (table.groupby("h")["w"].sum() * 2.0).to_dict(),
        },
    )
    residuals = seconds(lambda: estimate_means(calibrated, ITEMS, by="domain").std_errors(), 3)

    r = run_r(frame, margins, table)
    r_times = {} if r is None else {"raking": r[0][0], "table": r[0][1] * len(ITEMS) / R_QUESTIONS}
    rows = [
        (f"rake {n:,} × 6 margins, whole numbers", raking, r_times.get("raking")),
        (f"rake {n:,} × 6 margins, texts", raking_text, r_times.get("raking")),
        ("500 bootstrap replicates of 20,000, raked again", bootstrap, None),
        ("100 items × 16 domains × 20,000 with SE", means, r_times.get("table")),
        ("  the same, raked on 80 levels", residuals, None),
    ]
    version = "" if r is None else f", survey {r[1]}"
    print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}, "
        f"pandas {pd.__version__}{version}"
    )
    print(f"{'':52s}{'csi, s':>9s}{'R, s':>9s}{'ratio':>8s}")
    for label, ours, theirs in rows:
        beside = "" if theirs is None else f"{theirs:9.1f}{theirs / ours:8.0f}"
        print(f"{label:52s}{ours:9.3f}{beside}")
    if r is not None:
        first = weight_responses(design, margins=margins).weights[0]
        error = estimate_means(stratified, ["q0"], by="domain").std_errors()[0]
        print(
            f"first raked weight {first:.6g} (R {r[0][2]:.6g}), "
            f"first standard error {error:.10g} (R {r[0][3]:.10g})"
        )


if __name__ == "__main__":
    main()
