"""Weights: time beside R's survey and svy, and what standard errors are worth under non-response.

Run: OMP_NUM_THREADS=1 python benchmarks/weighting.py [--rows 1000000] [--replications 8800]
     [--svy ENVIRONMENT/bin/python]

R does the same work in the same run, where `Rscript` and survey are installed: the raking in full
(of whole numbers; to 1e-9 of the total weight, where csi goes to 1e-10 of every level), the table
for 3 of its 100 items, scaled up. svy is no dependency: it runs in an environment of its own.
`--replications 0` leaves the simulation out. Writes benchmarks/results/weighting.md.
"""

import argparse
import os
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

sys.path.insert(0, str(Path(__file__).parents[1]))

from csi.inference import estimate_means, make_design
from csi.weighting import replicate_weights, weight_responses
from tests.weighting.repeated_samples import Errors, repeat

RESULTS = Path(__file__).parent / "results" / "weighting.md"
LEVELS = (16, 5, 2, 6, 4, 3)
ITEMS = [f"q{j}" for j in range(100)]
R_QUESTIONS = 3

SVY_SCRIPT = """
import json, sys, time
import polars as pl
import svy
folder = sys.argv[1]
people = pl.read_csv(folder + "/people.csv")
controls = {
    f"v{j}": dict(pl.read_csv(f"{folder}/v{j}.csv").rows()) for j in range(6)
}
times = []
for _ in range(3):
    sample = svy.Sample(people, svy.Design(wgt="w"))
    start = time.perf_counter()
    raked = sample.weighting.rake(controls=controls, tol=1e-9)
    times.append(time.perf_counter() - start)
print(min(times), raked.data["rk_wgt"][0], svy.__version__)
"""

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


def run_svy(
    interpreter: Path, frame: pd.DataFrame, margins: dict[str, dict[int, float]]
) -> tuple[float, float, str] | None:
    """Return the best of three times, the first weight, and the version."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        frame.to_csv(place / "people.csv", index=False)
        for v, m in margins.items():
            pd.DataFrame(m.items()).to_csv(place / f"{v}.csv", index=False)
        (place / "run.py").write_text(SVY_SCRIPT)
        done = subprocess.run(
            [str(interpreter), str(place / "run.py"), folder],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        print(f"svy did not run: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    best, weight, version = done.stdout.split()
    return float(best), float(weight), version


def errors_table(found: Errors) -> list[str]:
    """Return what estimated standard errors are worth, as Markdown."""
    words = {
        "calibrated": "residuals with calibrated weights",
        "base": "residuals with base weights (R's convention)",
        "ignored": "calibration left out of the variance",
    }
    half = 1 / np.sqrt(2 * found.replications)
    lines = [
        "",
        "## Standard errors under strong non-response",
        "",
        f"{found.replications:,} samples of 2,880 from 120,000 customers in 48 strata, called "
        "until each stratum is full; chances to answer from .12 to .50 by age and brand; raked to "
        "age, sex, brand and area. Ratio of mean estimated to empirical standard error (Monte "
        f"Carlo error {half:.4f}) and coverage of 95 % intervals, overall and in "
        "16 areas of 180.",
        "",
        "| variance | overall | | areas: ratio | | | areas: coverage | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| | ratio | coverage | least | mean | greatest | least | greatest |",
    ]
    for way, text in words.items():
        ratio, coverage = found.ratio[way], 100 * found.coverage[way]
        lines.append(
            f"| {text} | {ratio[0]:.3f} | {coverage[0]:.1f} % | {ratio[1:].min():.3f} | "
            f"{ratio[1:].mean():.3f} | {ratio[1:].max():.3f} | {coverage[1:].min():.1f} % | "
            f"{coverage[1:].max():.1f} % |"
        )
    lines += [
        "",
        f"Bias: {found.bias[0]:+.3f} points overall, at most {np.abs(found.bias[1:]).max():.3f} in "
        "an area. The limits are .97 to 1.03 and 93.5 to 96.5 %, overall and in every area.",
    ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--replications", type=int, default=8_800)
    parser.add_argument("--svy", type=Path, default=None)
    options = parser.parse_args()
    lines = speed_table(options.rows, options.svy)
    if options.replications:
        lines += errors_table(repeat(options.replications))
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def speed_table(n: int, svy: Path | None) -> list[str]:
    """Return times beside the peers', as Markdown."""
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
    peer = None if svy is None else run_svy(svy, frame, margins)
    r_times = {} if r is None else {"raking": r[0][0], "table": r[0][1] * len(ITEMS) / R_QUESTIONS}
    peer_times = {} if peer is None else {"raking": peer[0]}
    rows = [
        (f"rake {n:,} × 6 margins, whole numbers", raking, "raking"),
        (f"rake {n:,} × 6 margins, texts", raking_text, "raking"),
        ("500 bootstrap replicates of 20,000, raked again", bootstrap, ""),
        ("100 items × 16 domains × 20,000 with SE", means, "table"),
        ("the same, raked on 80 levels", residuals, ""),
    ]
    versions = (
        f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}"
    )
    versions += "" if r is None else f"; R survey {r[1]}"
    versions += "" if peer is None else f"; svy {peer[2]}"
    lines = [
        "# Weights",
        "",
        f"Made by `benchmarks/weighting.py` on {os.cpu_count()} cores ({platform.machine()}), load "
        f"{os.getloadavg()[0]:.1f}: {versions}. Trust the ratios; every encoding of levels is "
        "included.",
        "",
        "| work | csi, s | R survey, s | ratio | svy, s | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for label, ours, kind in rows:
        cells = [f"{ours:.3f}"]
        for times in (r_times, peer_times):
            theirs = times.get(kind)
            cells += ["", ""] if theirs is None else [f"{theirs:.2f}", f"{theirs / ours:.0f}"]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    if r is not None:
        first = weight_responses(design, margins=margins).weights[0]
        error = estimate_means(stratified, ["q0"], by="domain").std_errors()[0]
        lines += [
            "",
            f"First raked weight {first:.6g} (R {r[0][2]:.6g}"
            + ("" if peer is None else f", svy {peer[1]:.6g}")
            + f"); first standard error {error:.10g} (R {r[0][3]:.10g}).",
        ]
    return lines


if __name__ == "__main__":
    main()
