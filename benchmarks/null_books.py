"""How often does a quarterly book headline a change when nothing has changed?

Each book is a study of three waves in which no score moves: four lines, three operators, clusters,
unequal weights. The book tests the change of every score since the wave before and since the
baseline, for everybody, by line, by operator and by both, as `csi.study_waves` does. A book is
false if it headlines any change at all. Beside it: the same tests without a joint correction.

    python benchmarks/null_books.py --books 200
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy import stats

from csi.comparison import (
    FOUND,
    Trend,
    compare_waves,
    correct_together,
    screen_together,
    stack_waves,
    trace_trend,
)
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model

RESULTS = Path(__file__).parent / "results" / "null_books.md"
SYNTAX = "Satisfaction =~ s1 + s2 + s3\nQuality =~ q1 + q2 + q3\nSatisfaction ~ Quality"
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("line",), ("operator",), ("line", "operator"))
TOWNS, PER_CELL = 40, 60
CORRECTIONS = (
    "joint Holm",
    "Holm within each table",
    "no correction",
    "marks in the trend",
    "marks screened within each table",
)


def wave(rng: np.random.Generator, first: int) -> pd.DataFrame:
    """Draw one wave; groups differ, waves do not. People ``first`` and up answer."""
    line, operator = (part.ravel() for part in np.meshgrid(range(1, 5), range(1, 4)))
    frame = pd.DataFrame({"line": line, "operator": operator})
    frame = frame.loc[frame.index.repeat(PER_CELL)].reset_index(drop=True)
    n = len(frame)
    town = rng.integers(0, TOWNS, n)
    between = rng.normal(0, 0.25, TOWNS)[town] + 0.3 * (frame["line"] == 2)
    quality = rng.normal(size=n) + between - 0.4 * (frame["operator"] == 3)
    satisfaction = 0.7 * quality + 0.7 * rng.normal(size=n)
    for name, factor in (("s", satisfaction), ("q", quality)):
        for k in (1, 2, 3):
            answer = np.clip(np.round(7 + 1.6 * factor + 1.2 * rng.normal(size=n)), 1, 10)
            frame[f"{name}{k}"] = (answer - 1) / 9 * 100
    return frame.assign(town=town, w=rng.uniform(0.5, 2.0, n), wave_of=first)


def book(number: int) -> dict[str, float]:
    """Return what one book headlines."""
    rng = np.random.default_rng([2026, number])
    waves = {f"w{k}": wave(rng, k) for k in range(3)}
    designs = {id: make_design(frame, weights="w", psu="town") for id, frame in waves.items()}
    fit = fit_model(stack_waves(designs), SYNTAX)
    changes, trends = [], []
    for by in GROUPINGS:
        index = estimate_index(fit, by=(*by, "wave"))
        index.scores.covariance()
        changes.append(compare_waves(index, before=["w1", "w0"], terms=["Satisfaction"]))
        trends.append(trace_trend(index, terms=["Satisfaction"]))
    together = pd.concat([each.tidy() for each in correct_together(changes)])
    apart = pd.concat([each.tidy() for each in changes])
    tests = int(together["p_value"].notna().sum())
    return {
        "joint Holm": float(together["verdict"].isin(FOUND).any()),
        "Holm within each table": float(apart["verdict"].isin(FOUND).any()),
        "no correction": float((apart["p_value"] < 0.05).any()),
        "share of tests with p < .05": float((apart["p_value"] < 0.05).sum() / tests),
        "marks in the trend": float(_marked(screen_together(trends))),
        "marks screened within each table": float(_marked(trends)),
        "tests": float(tests),
    }


def _marked(trends: Sequence[Trend]) -> bool:
    return any(each.tidy()["change_verdict"].isin(FOUND).any() for each in trends)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--books", type=int, default=200)
    books = parser.parse_args().books
    found = pd.DataFrame([book(number) for number in range(books)])
    rows = []
    for name in CORRECTIONS:
        false = int(found[name].sum())
        high = stats.beta.ppf(0.975, false + 1, books - false)
        low = stats.beta.ppf(0.025, false, books - false + 1) if false else 0.0
        interval = f"{100 * low:.1f} to {100 * high:.1f}"
        rows.append(f"| {name} | {false} | {100 * false / books:.1f} | {interval} |")
    tests = found["tests"].iloc[0]
    single = 100 * found["share of tests with p < .05"].mean()
    text = f"""# False headlines in books of studies in which nothing changed

{books} books. Each: three waves of {12 * PER_CELL} interviews in {TOWNS} clusters, four lines
× three operators, unequal weights; {tests:.0f} changes of the index are tested, since the wave
before and since the baseline, for everybody, by line, by operator and by both. *False*: books with
at least one headlined change. *joint Holm* is what `csi run` does. *marks in the trend*: changes
from wave to wave, screened by Benjamini and Hochberg over all tables, which the book does not
headline. Made by
`python benchmarks/null_books.py --books {books}`.

Python {platform.python_version()}, numpy {version("numpy")}, semopy {version("semopy")}.
Single tests with p < .05: {single:.1f} %.

| correction | false books | % | 95 % interval |
|---|---|---|---|
"""
    RESULTS.write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
    print(text + "\n".join(rows))


if __name__ == "__main__":
    main()
