"""Does the explanation of a change find the parts that were planted?

Two waves of a population with known item weights, shares of cells and item means by cell. Planted
are another mix of customers, a fall of two cells, a rise of one item everywhere, other loadings,
and questions that customers of one line leave out more often. The truth is the same sum over the
population's numbers, in closed form.

    python benchmarks/decomposition.py --samples 300
"""

from __future__ import annotations

import argparse
import os
import platform
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy import stats

from csi.comparison import decompose_change, stack_waves
from csi.comparison.parts import change_parts, part_labels
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model

RESULTS = Path(__file__).parent / "results" / "decomposition.md"
SYNTAX = "F =~ x1 + x2 + x3"
CELLS = [(line, region) for line in (1, 2) for region in (1, 2, 3)]
SHARES = np.array([[0.20, 0.20, 0.20, 0.15, 0.15, 0.10], [0.12, 0.12, 0.12, 0.24, 0.22, 0.18]])
MEANS = np.array([[0.3, 0.4, 0.2, -0.7, -0.5, -0.6], [0.3, 0.4, 0.2, -1.0, -0.5, -0.9]])
INTERCEPTS = np.array([[68.0, 72.0, 80.0], [70.0, 72.0, 80.0]])
LOADINGS = np.array([[12.0, 12.0, 12.0], [10.0, 12.0, 15.0]])
LEFT_OUT = np.array([[0.05, 0.10], [0.05, 0.30]])
"""Share of those who leave the third item out, by wave and line."""

TOWNS, INTRACLASS = 60, 0.04


def truth() -> pd.DataFrame:
    """Return every part in the population."""
    halves = []
    for t in (0, 1):
        means = INTERCEPTS[t] + np.outer(MEANS[t], LOADINGS[t])
        answered = np.ones((6, 3))
        answered[:, 2] = 1 - np.repeat(LEFT_OUT[t], 3)
        kept = SHARES[t][:, None] * answered
        items = (kept * means).sum(axis=0) / kept.sum(axis=0)
        weights = LOADINGS[t] / LOADINGS[t].sum()
        halves.append(np.concatenate([weights, SHARES[t], means.ravel(), items]))
    labels = part_labels(["x1", "x2", "x3"], pd.DataFrame(CELLS, columns=["line", "region"]))
    return labels.assign(truth=change_parts(np.concatenate(halves), 3, 6))


def wave(rng: np.random.Generator, t: int, n: int) -> pd.DataFrame:
    """Draw one wave: unequal chances of selection by cell, made up for by weights."""
    chance = np.array([1.0, 1.5, 1.0, 2.0, 1.0, 1.5]) * SHARES[t]
    cell = rng.choice(6, n, p=chance / chance.sum())
    town = rng.integers(0, TOWNS, n)
    shared = rng.normal(0, np.sqrt(INTRACLASS), TOWNS)[town]
    f = MEANS[t][cell] + shared + np.sqrt(1 - INTRACLASS) * rng.normal(size=n)
    x = INTERCEPTS[t] + np.outer(f, LOADINGS[t]) + 9 * rng.normal(size=(n, 3))
    line = np.array([each[0] for each in CELLS])[cell]
    x[rng.random(n) < LEFT_OUT[t][line - 1], 2] = np.nan
    frame = pd.DataFrame(x, columns=["x1", "x2", "x3"])
    region = np.array([each[1] for each in CELLS])[cell]
    weight = SHARES[t][cell] / (chance / chance.sum())[cell]
    return frame.assign(line=line, region=region, town=town, w=weight)


def one_sample(sample: int, n: int) -> pd.DataFrame:
    """Return the parts found in one pair of waves."""
    rng = np.random.default_rng([2027, n, sample])
    designs = {f"w{t}": make_design(wave(rng, t, n), weights="w", psu="town") for t in (0, 1)}
    fit = fit_model(stack_waves(designs), SYNTAX, by="wave")
    found = decompose_change(estimate_index(fit, by="wave"), cells=["line", "region"]).tidy()
    parts = found[found["by"] == ""]
    gap = abs(parts["estimate"].iloc[:4].sum() - parts["estimate"].iloc[4])
    columns = ["part", "by", "item", "line", "region", "estimate", "std_error"]
    inside = found[["conf_low", "conf_high"]]
    return found[columns].assign(
        low=inside["conf_low"], high=inside["conf_high"], residual=gap, sample=sample
    )


def summary(samples: pd.DataFrame, planted: pd.DataFrame, n: int) -> list[str]:
    keys = ["part", "by", "item", "line", "region"]
    merged = samples.astype({"line": str, "region": str}).merge(
        planted.astype({"line": str, "region": str}), on=keys
    )
    covered = (merged["low"] <= merged["truth"]) & (merged["truth"] <= merged["high"])
    rows = []
    for key, part in merged.assign(covered=covered).groupby(keys, sort=False):
        name = " ".join(str(word) for word in (key[0], *key[2:]) if word != "")
        truth_, mean = part["truth"].iloc[0], part["estimate"].mean()
        ratio = part["std_error"].mean() / part["estimate"].std()
        known = part["estimate"].std() / np.sqrt(len(part)) < 0.05 * abs(truth_)
        off = f"{100 * (mean - truth_) / truth_:+.1f}" if known else "–"
        rows.append(
            f"| {n} | {name} | {truth_:+.3f} | {mean:+.3f} | {off} | {ratio:.3f} "
            f"| {100 * part['covered'].mean():.1f} |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000])
    options = parser.parse_args()
    planted, rows, residual = truth(), [], 0.0
    for n in options.sizes:
        samples = pd.concat([one_sample(k, n) for k in range(options.samples)])
        residual = max(residual, float(samples["residual"].max()))
        rows += summary(samples, planted, n)
    margin = 100 * stats.norm.ppf(0.975) * np.sqrt(0.05 * 0.95 / options.samples)
    text = f"""# Planted parts of a change, found again

{options.samples} pairs of waves per size (n interviews each), in {TOWNS} clusters drawn anew in
each wave; cells have unequal chances of selection, made up for by weights. Planted: another mix of
customers, a fall in two of six cells, a rise of one item, other loadings, and a question that one
line leaves out more often. *off*: mean estimate against the planted part, in % of it (– where its
Monte Carlo error is above 5 %). *SE / SD*: mean standard error over the standard deviation of the
estimates. Largest difference between the sum of the four parts and the total: {residual:.1e}
points. Made by `python benchmarks/decomposition.py --samples {options.samples}`.

Python {platform.python_version()}, numpy {version("numpy")}, semopy {version("semopy")}.
Monte Carlo margin of a coverage: ±{margin:.1f}.

| n | part | planted | mean found | off % | SE / SD | coverage % |
|---|---|---|---|---|---|---|
"""
    RESULTS.write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
    print(text + "\n".join(rows))


if __name__ == "__main__":
    main()
