"""Hypotheses: whom they name, their gaps by hand, and the planted gap recovered."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.case_mix import build_case_mix
from csi.dissatisfied.faults import DissatisfiedError, LeakageError
from csi.dissatisfied.flags import (
    EventRule,
    SilentRule,
    flag_events,
    flag_silent,
    months_before,
)
from csi.dissatisfied.gaps import TERMS, gap_numbers
from csi.dissatisfied.hypotheses import Hypotheses, examine_hypotheses
from csi.inference import SurveyDesign, make_design
from csi.simulate.subscribers import AS_OF, SubscriberBase
from tests.dissatisfied.derivatives import assert_influences

CHANNELS = ("last_hotline", "last_outlet", "last_app", "last_sms")
MIX = (
    "tenure_months",
    "age_band",
    "plan",
    "drop_rate",
    "weak_coverage",
    "bill_jump",
    "outage_hours_90d",
    "data_share",
    "disputes_6m",
    "port_queries_6m",
    "complaints_6m",
)


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]").astype(np.int64).astype(np.float64)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ("2026-03-31", 6, "2025-09-30"),
        ("2026-03-15", 6, "2025-09-15"),
        ("2026-09-30", 6, "2026-03-31"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-08-30", 6, "2025-02-28"),
        ("2026-01-10", 1, "2025-12-10"),
    ],
)
def test_months_before(day: str, months: int, earlier: str) -> None:
    assert months_before(days(day), months) == days(earlier)
    assert np.isnan(months_before(np.array([np.nan]), months)[0])


def silent(frame: pd.DataFrame, **options: object) -> list[float]:
    rule = SilentRule(channels=("call", "app"), **options)
    return flag_silent(frame, rule, observed=date(2026, 3, 31), interviewed="asked").tolist()


def test_silence_needs_every_channel() -> None:
    frame = pd.DataFrame(
        {
            "call": ["2025-09-29", "2025-09-30", None, None, "2025-01-01"],
            "app": ["2025-09-29", None, None, "2026-03-01", None],
            "asked": "2026-04-02",
        }
    )
    assert silent(frame) == [1.0, 0.0, 1.0, 0.0, 1.0]
    unknown = silent(frame, missing="unknown")
    assert unknown[:2] == [1.0, 0.0]
    assert np.isnan(unknown[2])
    assert unknown[3] == 0.0
    assert np.isnan(unknown[4])


def test_contacts_after_the_snapshot_are_leakage() -> None:
    frame = pd.DataFrame({"call": ["2026-04-01"], "app": [None], "asked": "2026-04-02"})
    with pytest.raises(LeakageError, match="`call` holds a contact after the snapshot"):
        silent(frame)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (SilentRule(), "Rule `silent` names no channel."),
        (SilentRule(channels=("call",), months=0), "`months` must be at least 1; got 0."),
        (SilentRule(channels=("calls",)), "has no column `calls`. Did you mean `call`?"),
        (
            SilentRule(channels=("call",), missing="none"),  # type: ignore[arg-type]
            "`missing` must be one of never, unknown; got 'none'.",
        ),
    ],
)
def test_faults_of_a_silent_rule(rule: SilentRule, message: str) -> None:
    frame = pd.DataFrame({"call": [None], "asked": "2026-04-02"})
    with pytest.raises(DissatisfiedError) as caught:
        flag_silent(frame, rule, observed=date(2026, 3, 31), interviewed="asked")
    assert message in str(caught.value)


def test_events_count_strictly_before_the_interview() -> None:
    events = pd.DataFrame(
        {
            "area": [1, 2, 3, 4, 5, 6],
            "start": ["2026-03-30", "2026-04-01", "2025-01-01", "2025-01-01", "2026-02-01", None],
            "end": ["2026-03-30", "2026-04-01", "2026-01-20", None, "2026-02-03", None],
            "kind": ["cut", "cut", "cut", "cut", "slow", "cut"],
        }
    ).iloc[:5]
    frame = pd.DataFrame({"area": [1, 2, 3, 4, 5, 7, None], "asked": "2026-04-01"})
    rule = EventRule(events=events, start="start", end="end", within_days=60)
    flag = flag_events(frame, rule, interviewed="asked")
    assert flag[:6].tolist() == [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]
    assert np.isnan(flag[6])
    cuts = EventRule(events=events, start="start", end="end", kind="kind", kinds={"cut"})
    assert flag_events(frame, cuts, interviewed="asked")[4] == 0.0
    longer = EventRule(events=events, start="start", end="end", within_days=71)
    assert flag_events(frame, longer, interviewed="asked")[2] == 1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"on": "place"}, "the table of events has no column `place`."),
        ({"on": "place"}, "the survey has no column `place`."),
        ({"within_days": 0}, "`within_days` must be at least 1; got 0."),
        ({"kinds": [1]}, "`kinds` needs `kind`, the column that holds them."),
        ({"end": "end"}, "1 of 2 events end before they start."),
        ({"start": "none"}, "2 of 2 events have no `none`."),
    ],
)
def test_faults_of_an_event_rule(change: dict[str, object], message: str) -> None:
    events = pd.DataFrame(
        {"area": [1, 2], "date": "2026-03-01", "end": ["2026-02-01", None], "none": None}
    )
    frame = pd.DataFrame({"area": [1], "asked": "2026-04-01"})
    with pytest.raises(DissatisfiedError) as caught:
        flag_events(frame, EventRule(events=events, **change), interviewed="asked")
    assert message in str(caught.value)


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    n = 1200
    old = rng.integers(0, 3, n)
    flag = (rng.random(n) < 0.15 + 0.15 * old).astype(float)
    score = 60.0 + 8.0 * old - 6.0 * flag + 15.0 * rng.standard_normal(n)
    return pd.DataFrame(
        {
            "score": np.where(rng.random(n) < 0.04, np.nan, np.round(score)),
            "flag": np.where(rng.random(n) < 0.03, np.nan, flag),
            "old": old,
            "usage": np.where(rng.random(n) < 0.1, np.nan, rng.gamma(2.0, 5.0, n)),
            "w": rng.uniform(0.5, 2.0, n),
            "stratum": rng.integers(1, 4, n),
        }
    )


def numbers(sample: pd.DataFrame, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    design = make_design(sample.assign(w=weights), weights="w", strata="stratum")
    mix = build_case_mix(sample, ("old", "usage"), sample["w"].to_numpy())
    values, influence, *_ = gap_numbers(
        design, sample["score"].to_numpy(), sample["flag"].to_numpy(), mix, dissatisfied_to=44.0
    )
    return values, influence


def test_gaps_by_hand(sample: pd.DataFrame) -> None:
    values = dict(zip(TERMS, numbers(sample, sample["w"].to_numpy())[0], strict=True))
    known = sample.dropna(subset=["score", "flag"])
    named, others = known[known["flag"] == 1], known[known["flag"] == 0]
    mean = {
        name: np.average(part["score"], weights=part["w"])
        for name, part in (("named", named), ("others", others))
    }
    assert values["gap"] == pytest.approx(mean["named"] - mean["others"])
    assert values["gap_percent"] == pytest.approx(100 * (mean["named"] / mean["others"] - 1))
    low = known["score"] <= 44
    w = known["w"]
    assert values["share_of_customers"] == pytest.approx(named["w"].sum() / w.sum())
    assert values["share_of_dissatisfied"] == pytest.approx(
        w[low & (known["flag"] == 1)].sum() / w[low].sum()
    )


def test_one_column_of_levels_is_direct_standardisation(sample: pd.DataFrame) -> None:
    design = make_design(sample, weights="w")
    mix = build_case_mix(sample, ("old",), sample["w"].to_numpy())
    values, *_ = gap_numbers(
        design, sample["score"].to_numpy(), sample["flag"].to_numpy(), mix, dissatisfied_to=44.0
    )
    known = sample.dropna(subset=["score", "flag"])
    named = known[known["flag"] == 1]
    expected = 0.0
    for level, part in known.groupby("old"):
        others = part[part["flag"] == 0]
        own = named[named["old"] == level]
        share = own["w"].sum() / named["w"].sum()
        expected += share * (
            np.average(own["score"], weights=own["w"])
            - np.average(others["score"], weights=others["w"])
        )
    assert values[TERMS.index("adjusted_gap")] == pytest.approx(expected)


def test_influences_are_derivatives(sample: pd.DataFrame) -> None:
    weights = sample["w"].to_numpy()
    influence = numbers(sample, weights)[1]
    assert_influences(
        influence, lambda w: numbers(sample, w)[0], weights, rows=(0, 5, 77, 500), rtol=1e-5
    )


@pytest.fixture(scope="module")
def found(design: SurveyDesign, base: SubscriberBase) -> Hypotheses:
    return examine_hypotheses(
        design,
        ["satisfaction", "satisfaction_second"],
        observed=AS_OF,
        interviewed="interview_date",
        silent=SilentRule(channels=CHANNELS),
        events=EventRule(name="outage", events=pd.read_parquet(base.folder / "outages.parquet")),
        adjust=MIX,
    )


def test_the_planted_gap_is_recovered(found: Hypotheses) -> None:
    table = found.tidy().set_index(["hypothesis", "outcome", "term"])
    for outcome, planted in (("satisfaction", -12.0), ("satisfaction_second", -14.0)):
        row = table.loc["silent", outcome, "adjusted_gap_percent"]
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
        # One survey of 5,000: coverage over many is in benchmarks/results/honest_effect.md.
        assert abs(row["estimate"] - planted) < 3.0 * row["std_error"]
        assert table.loc["silent", outcome, "adjusted_gap"]["verdict"] == "lower"


def test_the_raw_gap_is_that_of_the_base(found: Hypotheses, base: SubscriberBase) -> None:
    truth = pd.concat([pd.read_parquet(path) for path in base.parts("truth")])
    means = truth.groupby("silent")["expected"].mean()
    row = found.tidy().set_index(["hypothesis", "outcome", "term"])
    row = row.loc["silent", "satisfaction", "gap_percent"]
    true = 100.0 * (means[True] / means[False] - 1.0)
    assert row["conf_low"] < true < row["conf_high"]


def test_silence_is_that_of_the_simulation(found: Hypotheses, design: SurveyDesign) -> None:
    flags = found.flags["silent"].to_numpy(dtype=bool)
    assert (flags == design.frame["true_silent"].to_numpy()).all()


def test_every_number_of_a_hypothesis_has_its_place(found: Hypotheses) -> None:
    table = found.tidy()
    assert table["term"].tolist() == list(TERMS) * 4
    tested = table["p_adjusted"].notna()
    assert set(table.loc[tested, "term"]) == {"gap", "adjusted_gap"}
    assert (table.loc[tested, "p_adjusted"] >= table.loc[tested, "p_value"]).all()
    assert found.value("silent", "gap") == table["estimate"][2]


def test_words_claim_no_cause(found: Hypotheses) -> None:
    text = found.summary()
    assert "silent, satisfaction: " in text
    assert "against others of the same case mix" in text
    for word in ("cause", "because", "due to", "leads to", "effect", "impact"):
        assert word not in text


def test_small_groups_are_not_shown(sample: pd.DataFrame) -> None:
    frame = sample.assign(
        rating=np.where(sample["score"] > 50, 8.0, 3.0),
        call=np.where(np.arange(len(sample)) < 20, "2020-01-01", "2026-03-30"),
    )
    few = examine_hypotheses(
        make_design(frame, weights="w"),
        "rating",
        observed=date(2026, 3, 31),
        interviewed=date(2026, 4, 1),
        silent=SilentRule(channels=("call",)),
    )
    table = few.tidy().set_index("term")
    assert table.loc["gap", "flag"] == "suppressed"
    assert np.isnan(table.loc["gap", "estimate"])
    assert table.loc["gap", "verdict"] == "base too small"
    assert "adjusted_gap" not in table.index
    assert "silent, rating: base too small." in few.summary()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Give at least one rule"),
        (
            {"silent": [SilentRule(channels=("call",)), SilentRule(channels=("call",))]},
            "Two rules are called `silent`",
        ),
        ({"silent": SilentRule(channels=("never",))}, "names everybody of 1200 respondents"),
        ({"silent": SilentRule(channels=("call",))}, "names nobody of 1200 respondents"),
        (
            {"silent": SilentRule(channels=("half",)), "adjust": ["olds", "w", "w"]},
            "There is no column `olds`. Did you mean `old`?\n`adjust` names `w` 2 times.",
        ),
        (
            {"silent": SilentRule(channels=("half",)), "adjust": ["who"]},
            "`who` has 1200 levels; a case mix takes columns with at most 50.",
        ),
    ],
)
def test_faults(sample: pd.DataFrame, options: dict[str, object], message: str) -> None:
    number = np.arange(len(sample))
    frame = sample.assign(
        call="2026-03-01",
        never=None,
        half=np.where(number % 2, "2026-03-01", "2020-01-01"),
        who=[f"k{i}" for i in number],
    )
    with pytest.raises(DissatisfiedError) as caught:
        examine_hypotheses(
            make_design(frame),
            "score",
            observed=date(2026, 3, 31),
            interviewed=date(2026, 4, 1),
            **options,
        )
    assert message in str(caught.value)
