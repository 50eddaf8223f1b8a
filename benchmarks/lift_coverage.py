"""Do intervals of lift, precision, recall and AUC cover the truth?

A ranking is fixed; samples with unequal weights are drawn from a base whose members are known to be
dissatisfied or not, and every interval is compared with the number of the whole base.

    python benchmarks/lift_coverage.py --samples 1000
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from _subscribers import build_base, coverage, draw, interview, kept, markdown
from scipy.special import expit, logit

from csi.dissatisfied.performance import measure_performance
from csi.inference import make_design
from csi.simulate.subscriber_truth import Mechanisms, dissatisfied_probability

RESULTS = Path(__file__).parent / "results" / "lift_coverage.md"
BASE = 200_000
SIZES = (1600, 6400)
SHARES = (0.01, 0.05, 0.10, 0.20)
STEPS = 0.25
"""A scorecard has few distinct log-odds: its rows are tied."""


def build(seed: int) -> pd.DataFrame:
    """Return a base with a rating, a fine score and a coarse one with many ties."""
    rng = np.random.default_rng(seed)
    mechanisms = Mechanisms()
    base = build_base(BASE, mechanisms, seed=seed)
    p = dissatisfied_probability(base["expected"].to_numpy(), mechanisms)
    z = logit(np.clip(p, 1e-9, 1 - 1e-9)) + 0.5 * rng.standard_normal(BASE)
    low = interview(base, mechanisms.error_sd, rng)["satisfaction"] <= 5
    coarse = expit(np.round(z / STEPS) * STEPS)
    return base[["id", "region"]].assign(y=low.astype(float), fine=expit(z), coarse=coarse, w=1.0)


def measure(frame: pd.DataFrame, score: str, strata: str | None) -> pd.DataFrame:
    """Return every number on a sample or on the base."""
    design = make_design(frame, weights="w", strata=strata)
    p, y = frame[score].to_numpy(), frame["y"].to_numpy()
    table = measure_performance(design, p, y, shares=SHARES).tidy()
    return table.set_index(["term", table["share"].fillna(0.0)])


def cover(base: pd.DataFrame, score: str, n: int, samples: int) -> list[dict[str, object]]:
    """Return the coverage of every number of one ranking at one size."""
    truth = measure(base, score, None)["estimate"]
    found = [
        measure(draw(base, n, np.random.default_rng([sample, n, 9])), score, "region")
        for sample in range(samples)
    ]
    rows = []
    for term, share in truth.index:
        if term in ("wrong_calls", "brier", "mean_probability"):
            continue
        of_term = [table.loc[(term, share)] for table in found]
        name = f"{term}@{share:.0%}" if share else term
        row = coverage(of_term, float(truth[term, share]))
        rows.append({"score": score, "n": n, "number": name, **row})
    return rows


def main() -> None:
    """Run the study and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--kept", type=Path, help="folder of finished parts of this study")
    options = parser.parse_args()
    base = build(seed=1)
    parts = []
    for score in ("fine", "coarse"):
        for n in SIZES:
            path = options.kept / f"{score}-{n}-{options.samples}.pkl" if options.kept else None
            parts.append(
                kept(path, lambda score=score, n=n: cover(base, score, n, options.samples))
            )
    margin = 196.0 * np.sqrt(0.95 * 0.05 / options.samples)
    text = f"""# Coverage of intervals of lift

{options.samples} samples per size from a base of {BASE:,}, as many in each of 16 regions of unequal
size. *coarse*: log-odds in steps of {STEPS}, with many ties. Monte Carlo margin of a coverage:
±{margin:.1f}. Made by `python benchmarks/lift_coverage.py --samples {options.samples}`.

{markdown(pd.concat(parts), 3)}
"""
    options.results.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
