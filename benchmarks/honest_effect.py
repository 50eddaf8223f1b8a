"""Does an evaluation claim an effect where there is none, and find one where there is?

Subscribers whose state stays as it is are interviewed twice. Those who rate low are cared for, with
an effect of 0 or of 3 points. Beside the hold-out stand the naive change and the one corrected for
regression to the mean. Then: do the intervals of the capture share and of the planted gap of silent
customers cover the truth?

    python benchmarks/honest_effect.py --samples 500

A study that was stopped goes on with the parts that are not in the folder `--kept`.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from _subscribers import LAST, build_base, coverage, draw, interview, kept, markdown

from csi.dissatisfied.actions import plan_actions
from csi.dissatisfied.capture import estimate_capture_share
from csi.dissatisfied.care_rules import CareRules, read_care_rules
from csi.dissatisfied.evaluation import Before, evaluate_actions
from csi.dissatisfied.flags import SilentRule
from csi.dissatisfied.hypotheses import examine_hypotheses
from csi.dissatisfied.reliability import reliability_of_items
from csi.inference import make_design
from csi.simulate.subscriber_truth import Mechanisms
from csi.simulate.subscribers import AS_OF

RESULTS = Path(__file__).parent / "results" / "honest_effect.md"
ITEMS = ["satisfaction", "satisfaction_second"]
ERRORS = (8.0, 11.0, 14.0)
EFFECTS = (0.0, 3.0)
BASE = 200_000
SURVEY = 6400
LISTED = 6000
RESPONSE = 0.5
CUT = 5.0
INTERVIEWED = date(2026, 4, 10)
CARE = """\
hold_out: {share: 0.3, within: [region]}
rules:
  - {name: low, strategy: reach_out, when: probability > 0, action: Call}
"""
MIX = (
    "tenure_months",
    "age_band",
    "plan",
    "drop_rate",
    "weak_coverage",
    "network_poor",
    "bill_jump",
    "outage_hours_90d",
    "data_share",
    "disputes_6m",
    "port_queries_6m",
    "complaints_6m",
    "hotline_6m",
    "device_months",
    "broadband_faults_6m",
    "arpu_change",
)


def effects(base: pd.DataFrame, error_sd: float, samples: int, rules: CareRules) -> list[dict]:
    """Return one row per effect and way to estimate it."""
    found: dict[tuple[float, str], list[pd.Series]] = {}
    for sample in range(samples):
        for effect in EFFECTS:
            rng = np.random.default_rng([sample, int(error_sd), int(effect), 5])
            for name, row in one_evaluation(base, error_sd, effect, rng, rules, sample).items():
                found.setdefault((effect, name), []).append(row)
    return [
        {
            "error SD": error_sd,
            "effect": effect,
            "estimate": name,
            **coverage(rows, effect),
            "helped %": 100.0 * float(np.mean([row["conf_low"] > 0.0 for row in rows])),
            "harmed %": 100.0 * float(np.mean([row["conf_high"] < 0.0 for row in rows])),
        }
        for (effect, name), rows in found.items()
    ]


def one_evaluation(
    base: pd.DataFrame,
    error_sd: float,
    effect: float,
    rng: np.random.Generator,
    rules: CareRules,
    seed: int,
) -> dict[str, pd.Series]:
    """Find the low, care for them, ask again: with and without a hold-out."""
    people = draw(base, SURVEY, rng)
    answers = interview(people, error_sd, rng)
    frame = people.assign(**answers, score=answers[ITEMS].mean(axis=1))
    design = make_design(frame, weights="w", strata="region")
    low = frame[frame["score"] <= CUT]
    again = ask_again(low, effect, error_sd, rng)
    before = Before(
        design=design,
        outcome="score",
        reliability=reliability_of_items(design, ITEMS),
        cut=CUT,
    )
    change = evaluate_actions(None, again, "score", before=before).tidy().set_index("term")
    people = base.iloc[rng.choice(len(base), LISTED * 8, replace=False)]
    said = interview(people, error_sd, rng)["satisfaction"]
    listed = people[said <= CUT].head(LISTED)
    plan = plan_actions(listed[["id", "region"]].assign(probability=0.5), None, rules, seed=seed)
    arm = plan.customers.set_index("id")["arm"].reindex(listed["id"]).to_numpy()
    heard = ask_again(listed, effect * (arm == "care"), error_sd, rng)
    randomised = evaluate_actions(plan, heard, "score").tidy().set_index("term")
    return {
        "naive change": change.loc["naive_change"],
        "corrected change": change.loc["corrected_change"],
        "corrected, linear": change.loc["corrected_change_linear"],
        "hold-out": randomised.loc["effect"],
    }


def ask_again(
    people: pd.DataFrame, effect: float | np.ndarray, error_sd: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Interview half of them once more."""
    after = interview(people.assign(state=people["state"] + effect), error_sd, rng)
    table = pd.DataFrame({"id": people["id"], "score": after[ITEMS].mean(axis=1)})
    return table[rng.random(len(table)) < RESPONSE]


def captures(base: pd.DataFrame, samples: int) -> list[dict]:
    """Return coverage of the capture share, of all and of one region, at two sizes."""
    rng = np.random.default_rng(77)
    rating = interview(base, 6.0, rng)["satisfaction"]
    said = rng.random(len(base)) < np.where(rating <= CUT, 0.37, 0.05)
    people = base[["region", "plan"]].assign(rating=rating, said=said)
    low = people[people["rating"] <= CUT]
    rows = []
    for n in (1600, 6400):
        whole, part, confirmed = [], [], []
        for sample in range(samples):
            frame = draw(people, n, np.random.default_rng([sample, n, 6]))
            design = make_design(frame, weights="w", strata="region")
            whole.append(_captured(design, None))
            confirmed.append(_captured(design, None, "confirmed"))
            part.append(_captured(design, "plan"))
        confirmed_truth = (people.loc[people["said"], "rating"] <= CUT).mean()
        in_part = low[low["plan"] == 2]
        for name, found, truth in (
            ("captured", whole, low["said"].mean()),
            ("captured, plan 2", part, in_part["said"].mean()),
            ("confirmed", confirmed, confirmed_truth),
        ):
            base_size = float(np.mean([row["n"] for row in found]))
            rows.append({"n": n, "share": name, "base": base_size, **coverage(found, truth)})
    return rows


def _captured(design, by: str | None, term: str = "captured") -> pd.Series:
    table = estimate_capture_share("said", design, "rating", by=by).tidy()
    keep = (table["source"] == "any") & (table["term"] == term)
    if by is not None:
        keep &= table[by] == 2
    return table[keep].iloc[0]


def gaps(base: pd.DataFrame, samples: int) -> list[dict]:
    """Return coverage of the gap of silent customers, raw and adjusted, in percent."""
    rng = np.random.default_rng(78)
    people = base[["region", "silent", *LAST, *MIX]].assign(**interview(base, 6.0, rng))
    mechanisms = Mechanisms()
    silent = people["silent"].to_numpy()
    found: dict[tuple[str, str], list[pd.Series]] = {}
    for sample in range(samples):
        frame = draw(people, SURVEY, np.random.default_rng([sample, 8]))
        table = _gap_table(make_design(frame, weights="w", strata="region"))
        for item in ITEMS:
            for term in ("gap_percent", "adjusted_gap_percent"):
                found.setdefault((item, term), []).append(table.loc[(item, term)])
    whole = _gap_table(make_design(people))
    adjusted = gaps_of_ratings(base, mechanisms)
    rows = []
    for (item, term), own in found.items():
        raw = people.loc[silent, item].sub(1).mean() / people.loc[~silent, item].sub(1).mean()
        truth = adjusted[item] if "adjusted" in term else 100.0 * (raw - 1.0)
        of_all = float(whole.loc[(item, term), "estimate"])
        rows.append({"measure": item, "gap": term, "whole base": of_all, **coverage(own, truth)})
    return rows


def gaps_of_ratings(base: pd.DataFrame, mechanisms: Mechanisms) -> dict[str, float]:
    """Return the percent by which silence moves the mean ratings of the silent themselves.

    The planted gap is one of expected scores; ratings are rounded and end at 1 and 10.
    """
    rng = np.random.default_rng(79)
    people = base[base["silent"]]
    first, second = people["expected"], people["expected"] + people["gap"]
    first_else = first / (1.0 + mechanisms.silent_gap)
    second_else = second / (1.0 + mechanisms.silent_gap_second)
    instead = people.assign(
        state=people["state"] - first + first_else, gap=second_else - first_else
    )
    means = [
        np.mean([interview(frame, 6.0, rng)[ITEMS].sub(1).mean() for _ in range(10)], axis=0)
        for frame in (people, instead)
    ]
    return dict(zip(ITEMS, (100.0 * (means[0] / means[1] - 1.0)).tolist(), strict=True))


def _gap_table(design) -> pd.DataFrame:
    found = examine_hypotheses(
        design,
        ITEMS,
        observed=AS_OF,
        interviewed=INTERVIEWED,
        silent=SilentRule(channels=LAST),
        adjust=MIX,
    )
    return found.tidy().set_index(["outcome", "term"])


def main() -> None:
    """Run the study and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--kept", type=Path, help="folder of finished parts of this study")
    options = parser.parse_args()
    n = options.samples

    def part(name: str) -> Path | None:
        return options.kept / f"{name}-{n}.pkl" if options.kept else None

    base = build_base(BASE, Mechanisms(), seed=1)
    states = base[["id", "region", "state", "gap"]]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "care.yaml"
        path.write_text(CARE, encoding="utf-8")
        rules = read_care_rules(path)
    silent = kept(part("gaps"), lambda: gaps(base, n))
    said = kept(part("captures"), lambda: captures(base, n))
    care = pd.concat(
        kept(part(f"effects-{error:g}"), lambda error=error: effects(states, error, n, rules))
        for error in ERRORS
    )
    margin = 196.0 * np.sqrt(0.95 * 0.05 / options.samples)
    text = f"""# Honest effects

{options.samples} samples of a simulated base of {BASE:,} subscribers. Monte Carlo margin of a
coverage of 95 %: ±{margin:.1f}. Made by `python benchmarks/honest_effect.py --samples
{options.samples}`.

## The effect of care

The score is the mean of two ratings; a rating's error has the standard deviation shown, beside
states with one of 12 that stay as they are. A survey of {SURVEY:,} finds those with a mean rating
of {CUT:g} or less; all are cared for and half answer again. With the hold-out, up to {LISTED:,}
low raters are listed, 30 % of them held out, and half answer. *helped*, *harmed*: intervals above
and below 0; with no effect both are false claims.

{markdown(care)}

## The capture share

37 % of the dissatisfied and 5 % of the others have said so.

{markdown(said, 3)}

## The gap of silent customers, percent

Planted: -12 and -14 on the two measures' expected scores, all else equal. The truth of the raw gap
is that of the base; of the adjusted one, what silence does to the mean ratings of the silent
themselves, which are rounded and end at 1 and 10. *whole base*: our own number on all {BASE:,};
what is left between them are losses that fifths of the case mix do not follow.

{markdown(silent)}
"""
    options.results.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
