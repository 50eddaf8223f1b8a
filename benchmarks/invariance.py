"""Is a biased item found, are clean ones left alone, is the corrected gap right, and how fast?

Operators rate three constructs by three items each on whole numbers from 1 to 10, with ceilings.
In the last operator one item of the first construct may be answered 1.0 points higher than its
satisfaction explains. The true gap is that of the same population without this bias.

    python benchmarks/invariance.py --samples 1000
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from csi.index import estimate_index
from csi.inference import SurveyDesign, make_design
from csi.model.fit import fit_model
from csi.model.invariance import Invariance, check_invariance

LOADINGS = (1.4, 1.2, 1.3)
SYNTAX = "\n".join(f"F{c} =~ " + " + ".join(f"x{c}{k}" for k in range(3)) for c in range(3))
GAP = 0.25
"""How much more the last operator is liked, in standard deviations of satisfaction."""


@dataclass(frozen=True)
class Scenario:
    """Operators, respondents of each, and whether weights and clusters are in the design."""

    groups: int
    n: int
    designed: bool = False

    @property
    def name(self) -> str:
        design = ", weights and 60 towns" if self.designed else ""
        return f"{self.groups} × {self.n}{design}"


SCENARIOS = (
    Scenario(2, 500),
    Scenario(2, 500, designed=True),
    Scenario(3, 500),
    Scenario(12, 500),
    Scenario(2, 150),
)


def draw(rng: np.random.Generator, scenario: Scenario, bias: float) -> pd.DataFrame:
    size = scenario.groups * scenario.n
    operator = np.repeat(np.arange(scenario.groups), scenario.n)
    last = operator == scenario.groups - 1
    town = rng.integers(0, 60, size)
    shift = 0.3 * rng.normal(size=(60, 3)) * scenario.designed
    f = 0.8 * rng.normal(size=(size, 3)) + 0.6 * rng.normal(size=(size, 1)) + shift[town]
    f += GAP * last[:, None]
    data = {"operator": operator, "town": town, "weight": rng.uniform(0.5, 2.0, size)}
    for c in range(3):
        for k, loading in enumerate(LOADINGS):
            answer = 6.5 + loading * f[:, c] + 1.1 * rng.normal(size=size)
            answer += bias * last * ((c, k) == (0, 1))
            data[f"x{c}{k}"] = np.clip(np.round(answer), 1, 10)
    return pd.DataFrame(data)


def design_of(scenario: Scenario, data: pd.DataFrame) -> SurveyDesign:
    return (
        make_design(data, weights="weight", psu="town") if scenario.designed else make_design(data)
    )


def analyse(scenario: Scenario, data: pd.DataFrame) -> tuple[Invariance, pd.Series, pd.Series]:
    """Return the ladder, and the observed and corrected gaps of last and first operator."""
    fit = fit_model(design_of(scenario, data), SYNTAX)
    invariance = check_invariance(fit, by="operator")
    gaps = invariance.gaps(estimate_index(fit, by="operator"), terms=["F0"])
    gaps = gaps[(gaps["group_a"] == 0) & (gaps["group_b"] == scenario.groups - 1)].set_index("gap")
    return invariance, gaps.loc["observed"], gaps.loc["corrected"]


def true_gap() -> float:
    """Return the gap in a large population whose items are unbiased."""
    large = Scenario(2, 400_000)
    fit = fit_model(make_design(draw(np.random.default_rng(1), large, 0.0)), SYNTAX)
    scores = estimate_index(fit, by="operator").tidy()
    first, second = scores[scores["term"] == "F0"]["estimate"]
    return float(first - second)


def study(scenario: Scenario, samples: int, truth: float) -> dict[str, object]:
    few = samples if scenario.groups < 12 else max(samples // 5, 1)
    planted_samples = max(few // 2, 1)
    clean = [
        analyse(scenario, draw(np.random.default_rng(s), scenario, 0.0))[0] for s in range(few)
    ]
    planted = [
        analyse(scenario, draw(np.random.default_rng(10**6 + s), scenario, 1.0))
        for s in range(planted_samples)
    ]
    item = ["x01", scenario.groups - 1]
    named = [each.item_bias()[["item", "operator"]].to_numpy().tolist() for each, _, _ in planted]
    corrected = pd.DataFrame([row for _, _, row in planted])
    withheld = corrected["estimate"].isna()
    corrected = corrected[~withheld].infer_objects()
    values = corrected["estimate"].to_numpy(float)
    inside = (corrected["conf_low"] <= truth) & (truth <= corrected["conf_high"])
    observed = np.array([float(row["estimate"]) for _, row, _ in planted])
    return {
        "operators × respondents": scenario.name,
        "samples": f"{few} + {planted_samples}",
        "false alarms %": 100.0 * np.mean([not each.released.empty for each in clean]),
        "found %": 100.0 * np.mean([item in each for each in named]),
        "found, nothing else %": 100.0 * np.mean([each == [item] for each in named]),
        "not comparable %": 100.0 * withheld.mean(),
        "observed gap − truth": observed.mean() - truth,
        "corrected gap − truth": values.mean() - truth,
        "± Monte Carlo": 1.96 * values.std(ddof=1) / np.sqrt(len(values)),
        "coverage %": 100.0 * inside.mean(),
        "SE / SD": corrected["std_error"].mean() / values.std(ddof=1),
    }


def timed_data() -> tuple[pd.DataFrame, str]:
    """Return 12 operators of 600 with five constructs of four items, one of them biased."""
    rng = np.random.default_rng(0)
    f = rng.multivariate_normal(np.zeros(5), 0.5 * np.eye(5) + 0.5, size=7200)
    columns = {
        f"x{c}{k}": 6.5 + 1.4 * f[:, c] + 1.1 * rng.normal(size=7200)
        for c in range(5)
        for k in range(4)
    }
    data = pd.DataFrame(columns).assign(operator=np.repeat(np.arange(12), 600))
    data.loc[data["operator"] == 3, "x12"] += 1.0
    return data, "\n".join(f"F{c} =~ " + " + ".join(f"x{c}{k}" for k in range(4)) for c in range(5))


def speed() -> dict[str, float]:
    """Return CPU seconds of the whole ladder, and of lavaan's three models where R is there."""
    data, syntax = timed_data()
    fit = fit_model(make_design(data), syntax)
    check_invariance(fit, by="operator")
    seconds = []
    for _ in range(3):
        start = time.process_time()
        check_invariance(fit, by="operator")
        seconds.append(time.process_time() - start)
    return {"csi": min(seconds), "lavaan": lavaan_seconds(data, syntax)}


def lavaan_seconds(data: pd.DataFrame, syntax: str) -> float:
    if shutil.which("Rscript") is None:
        return np.nan
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        data.to_csv(path, index=False)
        script = f"""
            suppressMessages(library(lavaan))
            d <- read.csv("{path}"); m <- "{syntax}"
            t <- system.time({{
              a <- cfa(m, d, estimator = "MLR", group = "operator")
              b <- cfa(m, d, estimator = "MLR", group = "operator", group.equal = "loadings")
              c <- cfa(m, d, estimator = "MLR", group = "operator",
                       group.equal = c("loadings", "intercepts"))
              lavTestLRT(a, b, c, method = "satorra.bentler.2001")
            }})
            cat(t[["user.self"]] + t[["sys.self"]])
        """
        done = subprocess.run(
            ["Rscript", "-e", script], capture_output=True, text=True, check=False
        )
    return float(done.stdout) if done.returncode == 0 else np.nan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/invariance.md"))
    arguments = parser.parse_args()
    seconds = speed()
    truth = true_gap()
    rows = []
    for scenario in SCENARIOS:
        rows.append(study(scenario, arguments.samples, truth))
        write(rows, seconds, truth, arguments)
        print(pd.DataFrame(rows[-1:]).round(3).to_string(index=False), flush=True)


def write(
    rows: list[dict[str, object]],
    seconds: dict[str, float],
    truth: float,
    arguments: argparse.Namespace,
) -> None:
    names = list(rows[0])
    lines = [
        "# Biased items: found, left alone, taken out of the gap",
        "",
        "Three constructs of three items, whole answers from 1 to 10 with ceilings. Planted: one "
        "item of the last operator is answered 1.0 points higher. `samples`: clean + planted.",
        "`false alarms`: anything released in clean samples. `found`: the item is released in its "
        "operator. `not comparable`: fewer than two items of the construct are left equal, and no "
        "corrected gap is given.",
        f"Gap: first − last operator, truth {truth:.3f} points on 1-10. Made by `python "
        f"benchmarks/invariance.py --samples {arguments.samples}`.",
        "",
        f"| {' | '.join(names)} |",
        f"|{'---|' * len(names)}",
        *(f"| {' | '.join(_shown(name, row[name]) for name in names)} |" for row in rows),
        "",
        "Speed: 12 operators × 600 × 20 items, one planted bias, the whole ladder with its search: "
        f"{seconds['csi']:.2f} CPU seconds; lavaan's configural, metric and scalar model without "
        f"search: {seconds['lavaan']:.1f} ({seconds['lavaan'] / seconds['csi']:.0f} times that).",
        "",
        f"{_processor()}, one thread, Python {platform.python_version()}, "
        f"numpy {version('numpy')}, semopy {version('semopy')}.",
    ]
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _shown(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if "%" in name else f"{value:.3f}"
    return str(value)


if __name__ == "__main__":
    main()
