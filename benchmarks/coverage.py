"""Do 95 % intervals cover the truth in 95 % of repeated samples?

Each sample of `simulate_responses` draws new clusters in eight strata; the satisfied answer the
more readily, and the weights make up for it. The truth is the same model fitted to a population of
400,000. Beside our intervals stand those of a plain analysis: no weights, no clusters.

    python benchmarks/coverage.py --samples 1000

A study that was stopped goes on where it stood: finished samples are kept in `--kept`.
"""

from __future__ import annotations

import argparse
import os
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from _study import questionnaire
from scipy import stats

from csi.comparison import compare_groups
from csi.index import estimate_index
from csi.inference import SurveyDesign, make_design
from csi.model.effects import total_effects_in_points
from csi.model.fit import fit_model
from csi.simulate.population import simulate_population
from csi.simulate.responses import DESIGN_COLUMNS, simulate_responses
from csi.simulate.truth import Truth

RESULTS = Path(__file__).parent / "results" / "coverage.md"
CLUSTERS = {150: 4, 300: 8, 600: 10, 1200: 10}
TRUTH = Truth(
    shares={"operator": {1: 0.6, 2: 0.4}},
    shifts={("operator", 2): {"Satisfaction": 0.2}},
    waves={"first": {}, "second": {"Quality": 0.15}},
)
DRIVERS = ("Quality", "Value", "Expectation")
TARGETS = ("index", *(f"effect of {d}" for d in DRIVERS), "gap between operators", "change")
STUDY = questionnaire()


def numbers(design: SurveyDesign) -> pd.DataFrame:
    """Return estimate, standard error and df of every target but the change."""
    fit = fit_model(design, STUDY)
    index = estimate_index(fit).tidy()
    group = fit.groups[0]
    effects = total_effects_in_points(group.structure, group.theta, "Satisfaction", DRIVERS).tidy()
    gap = compare_groups(estimate_index(fit, by="operator"), across="operator").tidy()
    rows = pd.concat([index[index["term"] == "Satisfaction"], effects, gap])
    return rows.assign(target=TARGETS[:-1])[["target", "estimate", "std_error", "df"]]


def one_sample(n: int, sample: int) -> pd.DataFrame:
    """Draw two waves and analyse each with its design and without."""
    truth = replace(TRUTH, clusters=CLUSTERS[n])
    designs: dict[str, list[pd.DataFrame]] = {"ours": [], "plain": []}
    for k, wave in enumerate(TRUTH.waves):
        responses = simulate_responses(STUDY, truth, n, seed=10_000 * n + 2 * sample + k, wave=wave)
        designs["ours"].append(numbers(make_design(responses, **DESIGN_COLUMNS)))
        designs["plain"].append(numbers(make_design(responses)))
    parts = [with_change(*waves).assign(analysis=name) for name, waves in designs.items()]
    return pd.concat(parts).assign(n=n, sample=sample)


def with_change(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Add the change between two independent waves, with Welch's degrees of freedom."""
    a, b = first.iloc[0], second.iloc[0]
    va, vb = a["std_error"] ** 2, b["std_error"] ** 2
    change = {
        "target": "change",
        "estimate": b["estimate"] - a["estimate"],
        "std_error": np.sqrt(va + vb),
        "df": (va + vb) ** 2 / (va**2 / a["df"] + vb**2 / b["df"]),
    }
    return pd.concat([first, pd.DataFrame([change])])


def true_values() -> dict[str, float]:
    first, second = (
        simulate_population(STUDY, TRUTH, size=400_000, seed=1 + k, wave=wave)
        for k, wave in enumerate(TRUTH.waves)
    )
    level = [p.index().set_index("term")["estimate"]["Satisfaction"] for p in (first, second)]
    effects = first.total_effects().set_index("term")["estimate"]
    gap = first.gaps("operator").set_index("term")["estimate"]["Satisfaction"]
    values = (level[0], *(effects[d] for d in DRIVERS), gap, level[1] - level[0])
    return dict(zip(TARGETS, map(float, values), strict=True))


def summarise(kept: pd.DataFrame, truth: dict[str, float]) -> pd.DataFrame:
    rows = []
    for (n, target), own in kept.groupby(["n", "target"], sort=False):
        row: dict[str, object] = {"n": n, "target": target, "samples": own["sample"].nunique()}
        for analysis, part in own.groupby("analysis", sort=False):
            error = part["estimate"] - truth[str(target)]
            half = stats.t.ppf(0.975, part["df"]) * part["std_error"]
            sd = part["estimate"].std(ddof=1)
            row[f"{analysis}: coverage %"] = 100.0 * np.mean(np.abs(error) <= half)
            row[f"{analysis}: SE / SD"] = part["std_error"].mean() / sd
            row[f"{analysis}: bias / SD"] = error.mean() / sd
        rows.append(row)
    return pd.DataFrame(rows)


def report(kept: pd.DataFrame, truth: dict[str, float], out: Path) -> None:
    table = summarise(kept, truth)
    least = int(table["samples"].min())
    margin = 196.0 * np.sqrt(0.95 * 0.05 / least)
    lines = [
        "# Coverage of 95 % intervals in repeated samples",
        "",
        f"{least} samples per size, each with two waves. Eight strata of unequal size; in each, "
        f"{', '.join(map(str, CLUSTERS.values()))} new clusters for n = "
        f"{', '.join(map(str, CLUSTERS))}; 5 % of every variance lies between clusters; "
        "answers on whole numbers from 1 to 10; the satisfied answer more readily and weights "
        "make up for it. *plain*: no weights, no clusters. *SE / SD*: mean standard error over the "
        "standard deviation of the estimates. Made by `python benchmarks/coverage.py --samples "
        f"{least}`.",
        "",
        f"Python {platform.python_version()}, numpy {version('numpy')}, "
        f"semopy {version('semopy')}. Truth, from a population of 400,000: "
        f"{', '.join(f'{name} {value:.3f}' for name, value in truth.items())}. "
        f"Monte Carlo margin of a coverage: ±{margin:.1f}; of SE / SD: "
        f"±{1.96 / np.sqrt(2.0 * least):.3f}.",
        "",
        f"| {' | '.join(table.columns)} |",
        f"|{'---|' * len(table.columns)}",
    ]
    for row in table.to_dict("records"):
        cells = (
            f"{v:.{1 if '%' in name else 3}f}" if isinstance(v, float) else str(v)
            for name, v in row.items()
        )
        lines.append(f"| {' | '.join(cells)} |")
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--kept", type=Path, help="CSV of finished samples, read and appended to")
    arguments = parser.parse_args()
    truth = true_values()
    parts = []
    if arguments.kept and arguments.kept.exists():
        parts.append(pd.read_csv(arguments.kept))
    done = {tuple(row) for part in parts for row in part[["n", "sample"]].drop_duplicates().values}
    for sample in range(arguments.samples):
        for n in CLUSTERS:
            if (n, sample) in done:
                continue
            parts.append(one_sample(n, sample))
            if arguments.kept:
                new = not arguments.kept.exists()
                parts[-1].to_csv(arguments.kept, mode="a", header=new, index=False)
    kept = pd.concat(parts, ignore_index=True)
    report(kept, truth, arguments.out)
    print(arguments.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
