"""Do 95 % intervals cover the truth in 95 % of repeated samples?

A population with strata, clusters and answers on whole numbers from 1 to 10; respondents answer the
more readily the more satisfied they are, and carry the inverse of that probability as their
weight. Each sample draws new clusters. The truth is the same model fitted to a large part of the
population. Beside our intervals stand those of a plain analysis: no weights, no clusters.

    python benchmarks/coverage.py --samples 1000 --out benchmarks/results/coverage.md
"""

from __future__ import annotations

import argparse
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from csi.index import estimate_index
from csi.inference import Estimates, SurveyDesign, make_design
from csi.model.effects import total_effects_in_points
from csi.model.fit import fit_model

SYNTAX = """
Expectation =~ e1 + e2 + e3
Quality =~ q1 + q2 + q3
Value =~ v1 + v2 + v3
Satisfaction =~ s1 + s2 + s3
Quality ~ Expectation
Value ~ Expectation + Quality
Satisfaction ~ Expectation + Quality + Value
"""
N_STRATA = 8
PSU_PER_STRATUM = {150: 4, 300: 8, 600: 10, 1200: 10}
TARGETS = ("index", "effect of Quality", "effect of Expectation", "gap", "change")


@dataclass(frozen=True)
class Result:
    """Numbers of one sample with their standard errors and degrees of freedom."""

    values: np.ndarray
    errors: np.ndarray
    df: np.ndarray


def draw(rng: np.random.Generator, n: int, n_psu: int, *, selected: bool = True) -> pd.DataFrame:
    """Draw about ``n`` respondents from ``n_psu`` new clusters in each stratum."""
    per_psu = max(round(n / (N_STRATA * n_psu) * (2.2 if selected else 1.0)), 2)
    stratum = np.repeat(np.arange(N_STRATA), n_psu * per_psu)
    psu = np.repeat(np.arange(N_STRATA * n_psu), per_psu)
    size = len(stratum)
    shift = 0.25 * (np.arange(N_STRATA) - 3.5) / 3.5
    cluster = 0.25 * rng.normal(size=N_STRATA * n_psu)
    operator = rng.integers(1, 3, size)
    expectation = shift[stratum] + cluster[psu] + rng.normal(size=size)
    quality = 0.55 * expectation + cluster[psu] + 0.75 * rng.normal(size=size)
    value = 0.2 * expectation + 0.5 * quality + 0.7 * rng.normal(size=size)
    satisfaction = 0.15 * expectation + 0.45 * quality + 0.3 * value + 0.55 * rng.normal(size=size)
    satisfaction += 0.15 * (operator == 2)
    data = {"stratum": stratum, "psu": psu, "operator": operator}
    for letter, f in (("e", expectation), ("q", quality), ("v", value), ("s", satisfaction)):
        for k, loading in enumerate((1.5, 1.3, 1.4), start=1):
            noise = 1.1 * rng.normal(size=size)
            answer = np.clip(np.round(6.8 + loading * f + noise), 1, 10)
            data[f"{letter}{k}"] = (answer - 1.0) / 9.0 * 100.0
    probability = 1.0 / (1.0 + np.exp(-(-0.2 + 0.6 * satisfaction)))
    data["weight"] = 1.0 / probability
    frame = pd.DataFrame(data)
    return frame[rng.random(size) < probability] if selected else frame.assign(weight=1.0)


def analyse(design: SurveyDesign) -> list[Estimates]:
    """Return index, two total effects and the gap between operators, as joint estimates."""
    fit = fit_model(design, SYNTAX)
    group = fit.groups[0]
    index = estimate_index(fit).scores
    whole = index.select((index.labels["term"] == "Satisfaction").to_numpy())
    effects = total_effects_in_points(
        group.structure, group.theta, "Satisfaction", ("Quality", "Expectation")
    )
    scores = estimate_index(fit, by="operator").scores
    two = scores.select((scores.labels["term"] == "Satisfaction").to_numpy())
    gap = two.map(
        np.array([two.values[1] - two.values[0]]),
        np.array([[-1.0, 1.0]]),
        pd.DataFrame({"term": ["gap"]}),
        df=np.array([design.df]),
    )
    parts = (whole, effects, gap)
    return [part.relabel(part.labels[["term"]]) for part in parts]


def measured(design: SurveyDesign) -> Result:
    parts = analyse(design)
    return Result(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.std_errors() for part in parts]),
        np.concatenate([part.df for part in parts]),
    )


def one_sample(rng: np.random.Generator, n: int) -> tuple[Result, Result]:
    """Analyse two waves with the design and without; the change is between the waves."""
    waves = [draw(rng, n, PSU_PER_STRATUM[n]) for _ in range(2)]
    designed, naive = [], []
    for wave in waves:
        designed.append(measured(make_design(wave, weights="weight", strata="stratum", psu="psu")))
        naive.append(measured(make_design(wave)))
    return with_change(*designed), with_change(*naive)


def with_change(first: Result, second: Result) -> Result:
    variance = first.errors[0] ** 2 + second.errors[0] ** 2
    df = variance**2 / (first.errors[0] ** 4 / first.df[0] + second.errors[0] ** 4 / second.df[0])
    return Result(
        np.append(first.values, second.values[0] - first.values[0]),
        np.append(first.errors, np.sqrt(variance)),
        np.append(first.df, df),
    )


def study(n: int, samples: int, truth: np.ndarray, seed: int) -> list[dict[str, object]]:
    from scipy import stats

    rng = np.random.default_rng(seed)
    ours, plain = zip(*(one_sample(rng, n) for _ in range(samples)), strict=True)
    rows = []
    for k, target in enumerate(TARGETS):
        row: dict[str, object] = {"n": n, "target": target}
        for name, results in (("", ours), ("plain ", plain)):
            values = np.array([r.values[k] for r in results])
            errors = np.array([r.errors[k] for r in results])
            df = np.array([r.df[k] for r in results])
            half = stats.t.ppf(0.975, df) * errors
            row[f"{name}coverage %"] = 100.0 * np.mean(np.abs(values - truth[k]) <= half)
            row[f"{name}SE / SD"] = errors.mean() / values.std(ddof=1)
            row[f"{name}bias / SD"] = (values.mean() - truth[k]) / values.std(ddof=1)
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/coverage.md"))
    arguments = parser.parse_args()
    population = draw(np.random.default_rng(1), 400_000, 2_000, selected=False)
    truth = np.append(measured(make_design(population)).values, 0.0)
    rows = []
    for n in PSU_PER_STRATUM:
        rows += study(n, arguments.samples, truth, seed=n)
        write(rows, arguments.samples, truth, arguments.out)
        print(pd.DataFrame(rows[-len(TARGETS) :]).round(3).to_string(index=False), flush=True)


def write(rows: list[dict[str, object]], samples: int, truth: np.ndarray, out: Path) -> None:
    names = list(rows[0])
    lines = [
        "# Coverage of 95 % intervals in repeated samples",
        "",
        f"{samples} samples per size, two waves each; 8 strata, 4 to 10 new clusters per stratum, "
        "weights informative (the satisfied answer more readily). `plain`: no weights, no "
        f"clusters. Made by `python benchmarks/coverage.py --samples {samples}`.",
        "",
        f"Python {platform.python_version()}, numpy {version('numpy')}, "
        f"semopy {version('semopy')}. "
        f"Truth: {', '.join(f'{t} {v:.3f}' for t, v in zip(TARGETS, truth, strict=True))}. "
        f"Monte Carlo error of a coverage of 95 %: ±{196 * np.sqrt(0.95 * 0.05 / samples):.1f}.",
        "",
        f"| {' | '.join(names)} |",
        f"|{'---|' * len(names)}",
    ]
    for row in rows:
        cells = [_shown(name, value) for name, value in row.items()]
        lines.append(f"| {' | '.join(cells)} |")
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shown(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if "coverage" in name else f"{value:.3f}"
    return str(value)


if __name__ == "__main__":
    main()
