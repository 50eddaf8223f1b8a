"""Do intervals of quality elements, rated by users only, cover the truth in repeated samples?

Each sample of `simulate_responses` draws new clusters in eight strata from a province whose
questionnaire has nine elements; half of the customers use an outlet, one in eight had a technician
in. The satisfied answer the more readily, and the weights make up for it. The truth is the same
analysis of a population of 400,000. Beside our intervals stand those of two habits: no weights and
clusters (*plain*), and the cells of those who were not asked filled with the users' mean, everybody
counted as a user (*filled*).

    python benchmarks/elements.py --samples 500
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

from csi.elements import complaint_ladder, estimate_elements, rank_elements
from csi.inference import SurveyDesign, make_design
from csi.questionnaire.reading import read_questionnaire
from csi.simulate.population import simulate_population
from csi.simulate.responses import DESIGN_COLUMNS, simulate_responses
from csi.simulate.truth import Truth

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "elements.md"
STUDY = read_questionnaire(HERE.parent / "questionnaires" / "telecom_province.yaml")
SIZES = (600, 1500)
TRUTH = Truth(
    shares={"complained": {0: 0.7, 1: 0.3}},
    means={"COM1": 3.0},
    shifts={("used_outlet", 1): {"Satisfaction": 0.2}},
)
LEVELS = ("score", "dissatisfied", "contact")
RANKED = ("importance", "importance_all", "lmg_share")
TARGETS = (
    *(f"{measure} of {element}" for element in ("Outlets", "Installation") for measure in LEVELS),
    *(f"{measure} of Outlets" for measure in RANKED),
    *(f"{measure} of Network" for measure in ("importance", "lmg_share")),
    "ladder: handled well - badly",
)


def numbers(design: SurveyDesign) -> pd.DataFrame:
    """Return estimate, standard error, df and interval of every target."""
    levels = estimate_elements(design, STUDY).tidy()
    ranked = rank_elements(design, STUDY).tidy()
    gaps = complaint_ladder(design, STUDY, terms=["Satisfaction"]).gaps_tidy()
    gap = gaps[(gaps["step_a"] == "handled_well") & (gaps["step_b"] == "handled_badly")]
    rows = pd.concat(
        [
            levels.assign(target=levels["measure"] + " of " + levels["term"]),
            ranked.assign(target=ranked["measure"] + " of " + ranked["term"]),
            gap.assign(target=TARGETS[-1]),
        ]
    ).set_index("target")
    columns = ["estimate", "std_error", "conf_low", "conf_high"]
    return rows.loc[list(TARGETS), columns].reset_index()


def one_sample(n: int, sample: int) -> pd.DataFrame:
    responses = simulate_responses(STUDY, TRUTH, n, seed=100_000 * n + sample)
    analyses = {
        "ours": make_design(responses, **DESIGN_COLUMNS),
        "plain": make_design(responses),
        "filled": make_design(filled(responses.frame), **DESIGN_COLUMNS),
    }
    parts = [numbers(design).assign(analysis=name) for name, design in analyses.items()]
    return pd.concat(parts).assign(n=n, sample=sample)


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill in the outlet's ratings of those who were not asked, and count them as users."""
    full = frame.copy()
    items = ["OUT1", "OUT2", "OUT3"]
    full[items] = full[items].fillna(full[items].mean())
    full["used_outlet"] = 1.0
    return full


def true_values() -> dict[str, float]:
    population = simulate_population(STUDY, TRUTH, size=400_000, seed=1)
    table = numbers(make_design(population.responses))
    return dict(zip(table["target"], table["estimate"], strict=True))


def summarise(kept: pd.DataFrame, truth: dict[str, float]) -> pd.DataFrame:
    rows = []
    for (n, target), own in kept.groupby(["n", "target"], sort=False):
        row: dict[str, object] = {"n": n, "target": target, "truth": truth[str(target)]}
        for analysis, part in own.groupby("analysis", sort=False):
            part = part[part["std_error"].notna() & np.isfinite(part["conf_low"])]
            if analysis == "filled" and "Outlets" not in str(target):
                row[f"{analysis}: %"] = row[f"{analysis}: bias / SD"] = "-"
                continue
            error = part["estimate"] - truth[str(target)]
            sd = part["estimate"].std(ddof=1)
            inside = part["conf_low"].le(truth[str(target)]) & part["conf_high"].ge(
                truth[str(target)]
            )
            row[f"{analysis}: %"] = 100.0 * float(inside.mean())
            if analysis == "ours":
                row["ours: SE / SD"] = float(part["std_error"].mean() / sd)
            row[f"{analysis}: bias / SD"] = float(error.mean() / sd) if sd > 0 else np.inf
        rows.append(row)
    return pd.DataFrame(rows)


def report(kept: pd.DataFrame, truth: dict[str, float], out: Path) -> None:
    table = summarise(kept, truth)
    samples = int(kept.groupby("n")["sample"].nunique().min())
    margin = 100.0 * stats.norm.ppf(0.975) * np.sqrt(0.95 * 0.05 / samples)
    lines = [
        "# Coverage of 95 % intervals of quality elements",
        "",
        f"{samples} samples per size; " + " ".join(__doc__.split("\n\n")[1].split("\n")),
        "",
        f"Python {platform.python_version()}, numpy {version('numpy')}. Made by `python "
        f"benchmarks/elements.py --samples {samples}`. Monte Carlo margin of a coverage: "
        f"±{margin:.1f}.",
        "",
        f"| {' | '.join(table.columns)} |",
        f"|{'---|' * len(table.columns)}",
    ]
    for row in table.to_dict("records"):
        cells = (
            f"{value:.{1 if name.endswith('%') else 3}f}"
            if isinstance(value, float)
            else str(value)
            for name, value in row.items()
        )
        lines.append(f"| {' | '.join(cells)} |")
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cell(name: str, value: object) -> str:
    decimals = 1 if name.endswith("%") else 3
    return f"{value:.{decimals}f}" if isinstance(value, float) else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    truth = true_values()
    parts = [one_sample(n, sample) for sample in range(arguments.samples) for n in SIZES]
    report(pd.concat(parts, ignore_index=True), truth, arguments.out)
    print(arguments.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
