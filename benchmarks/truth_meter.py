"""Is the verdict on a model's paths to be trusted?

Random models from healthy to hopeless: three shapes of path model, drivers that correlate from .3
to .99, loadings from .6 to .9, 150 to 1,200 respondents, random true effects. For each sample the
verdict is noted, and whether what is shown agrees with the truth.

    python benchmarks/truth_meter.py --samples 4000

A study that was stopped goes on where it stood: finished samples are kept in `--kept`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from _study import questionnaire

from csi.drivers import rank_drivers
from csi.inference import make_design
from csi.model.effects import standardised_values
from csi.model.fit import fit_model
from csi.simulate.responses import DESIGN_COLUMNS, simulate_responses
from csi.simulate.truth import Truth, compile_truth, true_effects

RESULTS = Path(__file__).parent / "results" / "truth_meter.md"
NOTABLE = 0.05
"""True effects below this many points per point have no sign worth the name."""

SHAPES = {
    "parallel": (("Image", "Quality", "Value"), ""),
    "wide": (("Image", "Expectation", "Quality", "Value", "Fairness"), ""),
    "acsi": (
        ("Expectation", "Quality", "Value"),
        "Quality ~ Expectation\nValue ~ Expectation + Quality\n",
    ),
    "ecsi": (
        ("Image", "Expectation", "Quality", "Value"),
        "Expectation ~ Image\nQuality ~ Expectation\nValue ~ Expectation + Quality\n",
    ),
}


def draw_case(rng: np.random.Generator) -> tuple[str, Truth, float]:
    """Return a shape, a random truth, and how strongly the drivers hang together."""
    shape = str(rng.choice(list(SHAPES)))
    drivers, chain = SHAPES[shape]
    strength = float(rng.choice([rng.uniform(0.3, 0.85), rng.uniform(0.85, 0.99)]))
    study = study_of(shape)
    items = [item for item in study.items if item != "operator"]
    level = rng.uniform(0.62, 0.9)
    paths: dict[tuple[str, str], float] = {}
    if chain:
        paths[(drivers[-3], drivers[-2])] = strength
        paths |= {(drivers[0], "Expectation"): strength} if shape == "ecsi" else {}
        each = strength / np.sqrt(2.0 + 2.0 * strength)
        paths |= {(drivers[-3], "Value"): each, (drivers[-2], "Value"): each}
    raw = rng.dirichlet(np.ones(len(drivers)))
    explained = rng.uniform(0.4, 0.85)
    correlations = {(a, b): strength for a in drivers for b in drivers if not chain and a < b}
    for _ in range(40):  # scale the paths to the outcome until they explain what they should
        direct = {(d, "Satisfaction"): float(w) for d, w in zip(drivers, raw, strict=True)}
        truth = Truth(
            loadings={
                item: float(np.clip(level + rng.uniform(-0.08, 0.08), 0.5, 0.95)) for item in items
            },
            paths=paths | direct,
            correlations=correlations,
            clusters=int(rng.choice([0, 6, 10])),
        )
        left = compile_or_none(shape, truth)
        if left is not None and abs(1.0 - left - explained) < 0.005:
            break
        raw = raw * (0.5 if left is None else np.sqrt(explained / (1.0 - left)))
    return shape, truth, strength


def compile_or_none(shape: str, truth: Truth) -> float | None:
    """Return the unexplained share of the outcome, None where the paths explain too much."""
    from csi.errors import ModelError

    try:
        plan = compile_truth(study_of(shape), truth)
    except ModelError:
        return None
    return float(plan.Psi[plan.index, plan.index])


def study_of(shape: str):
    drivers, chain = SHAPES[shape]
    paths = f"\n{chain}Satisfaction ~ {' + '.join(drivers)}\n"
    return questionnaire({**dict.fromkeys(drivers, 3), "Satisfaction": 3}, paths)


def one_sample(sample: int, first_seed: int) -> dict[str, object]:
    rng = np.random.default_rng([first_seed, sample])
    shape, truth, strength = draw_case(rng)
    n = int(rng.choice([150, 300, 600, 1200]))
    study = study_of(shape)
    responses = simulate_responses(study, truth, n, seed=first_seed + sample)
    fit = fit_model(make_design(responses, **DESIGN_COLUMNS), study)
    drivers = rank_drivers(fit)
    real = pd.Series(true_effects(study, truth))[list(drivers.names)].to_numpy()
    seen, error = drivers.importance.values, drivers.importance.std_errors()
    shares = drivers.lmg_share.values
    plan = compile_truth(study, truth)
    standard = standardised_values(fit.groups[0].structure, fit.groups[0].theta)
    own = np.flatnonzero(standard.labels["op"] == "~")
    nodes = list(plan.nodes)
    paths = [
        plan.B[nodes.index(a), nodes.index(b)]
        for a, b in standard.labels[["lhs", "rhs"]].to_numpy()[own]
    ]
    path_seen, path_error = standard.values[own], standard.std_errors()[own]
    R = fit.latent_correlations().to_numpy()
    at = [nodes.index(d) for d in drivers.names]
    pairs = R[np.ix_(at, at)][np.tril_indices(len(at), -1)]
    found = {f"{f.code}:{f.severity}" for f in fit.diagnosis().findings}
    best = int(np.argmax(seen))
    order = np.argsort(-seen)
    V = drivers.importance.covariance()
    lead = seen[order[0]] - seen[order[1]]
    lead_error = np.sqrt(
        V[order[0], order[0]] + V[order[1], order[1]] - 2.0 * V[order[0], order[1]]
    )
    ranks = drivers.tidy()
    return {
        "sample": sample,
        "shape": shape,
        "n": n,
        "clusters": truth.clusters,
        "strength": strength,
        "verdict": drivers.verdict,
        "condition": fit.diagnosis().condition,
        "correlation": float(np.abs(pairs).max()),
        "path_error": float(path_error.max()),
        "path": float(np.abs(path_seen).max()),
        "negative": float(path_seen.min()),
        "negative_z": float((path_seen / path_error).min()),
        "findings": " ".join(sorted(found)),
        "top right": bool(real[best] >= real.max() - 1e-12),
        "top nearly right": bool(real[best] >= 0.9 * real.max()),
        "regret": float(1.0 - real[best] / real.max()),
        "true lead": float(np.sort(real)[-1] - np.sort(real)[-2]),
        "lead z": float(lead / lead_error) if lead_error > 0 else np.inf,
        "in the tier": in_the_tier(ranks, int(np.argmax(real)), drivers.names),
        "wrong sign": bool(((real >= NOTABLE) & (seen < 0.0)).any()),
        "surely wrong sign": bool(((real >= 0.0) & (seen + 1.96 * error < 0.0)).any()),
        "wrong path sign": bool(((np.array(paths) >= NOTABLE) & (path_seen < 0.0)).any()),
        **{
            name: " ".join(f"{v:.4f}" for v in own)
            for name, own in {
                "real": real,
                "seen": seen,
                "error": error,
                "lmg": shares,
                "paths": np.array(paths),
                "path_seen": path_seen,
                "path_errors": path_error,
                "path_r": np.array(path_correlations(fit, standard.labels)),
            }.items()
        },
        "lmg top right": bool(real[int(np.argmax(shares))] >= real.max() - 1e-12),
        "lmg top nearly right": bool(real[int(np.argmax(shares))] >= 0.9 * real.max()),
    }


def path_correlations(fit, labels: pd.DataFrame) -> list[float]:
    R = fit.latent_correlations()
    paths = labels[labels["op"] == "~"]
    return [float(R.loc[a, b]) for a, b in paths[["lhs", "rhs"]].to_numpy()]


def in_the_tier(ranks: pd.DataFrame, top: int, names: tuple[str, ...]) -> bool:
    """Tell whether the true first driver is among those whose interval reaches rank 1."""
    own = ranks[ranks["measure"] == "importance"].set_index("term")
    return bool(own["rank_low"][names[top]] == 1) if len(own) else False


SHOWN = (
    "top right",
    "top nearly right",
    "in the tier",
    "wrong sign",
    "surely wrong sign",
    "wrong path sign",
    "lmg top right",
)


def summarise(kept: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    grouped = kept.groupby(by, sort=False, observed=True)
    table = 100.0 * grouped[list(SHOWN)].mean()
    table.insert(0, "samples", grouped.size())
    return table.reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--seed", type=int, default=1_000_000)
    parser.add_argument("--kept", type=Path, help="CSV of finished samples, read and appended to")
    arguments = parser.parse_args()
    rows: list[dict[str, object]] = []
    if arguments.kept and arguments.kept.exists():
        rows = pd.read_csv(arguments.kept).to_dict("records")
    done = {row["sample"] for row in rows}
    for sample in range(arguments.samples):
        if sample in done:
            continue
        rows.append(one_sample(sample, arguments.seed))
        if arguments.kept:
            new = not arguments.kept.exists()
            pd.DataFrame(rows[-1:]).to_csv(arguments.kept, mode="a", header=new, index=False)
    print(summarise(pd.DataFrame(rows), ["verdict"]).round(1).to_string(index=False))


if __name__ == "__main__":
    main()
