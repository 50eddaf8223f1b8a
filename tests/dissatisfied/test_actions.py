"""Care rules, the action list, its hold-out and its power."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.actions import ActionPlan, plan_actions
from csi.dissatisfied.care_rules import CareRules, read_care_rules
from csi.dissatisfied.faults import CareRulesError, DissatisfiedError, IdentityError
from csi.dissatisfied.holding_out import draw_hold_out, list_length
from csi.dissatisfied.pool import DissatisfiedPool, PoolSource, pool_dissatisfied
from csi.dissatisfied.power import EvaluationPlan, state_power

CARE = """\
title: Spring care
hold_out: {share: 0.2, within: [region]}
fatigue: {column: contacts, most: 2}
capacity: 900
budget: 3000
rules:
  - name: billing
    strategy: remedy
    when: pool_cause = 3
    action: Review the bill
    cost: 6
    capacity: 100
  - name: silent
    strategy: reach_out
    when: silent = 1 and probability >= 0.2
    action: Call
    cost: 2
  - name: rest
    strategy: next_contact
    when: probability >= 0.3
    action: Offer at the next contact
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "care.yaml"
    path.write_text(CARE, encoding="utf-8")
    return path


@pytest.fixture
def scores() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 6000
    return pd.DataFrame(
        {
            "id": rng.permutation(np.arange(10_000, 10_000 + n)),
            "probability": np.round(rng.beta(1.5, 6.0, n), 3),
            "silent": rng.random(n) < 0.2,
            "region": rng.integers(1, 5, n),
            "contacts": rng.poisson(0.5, n),
        }
    )


@pytest.fixture
def pool(scores: pd.DataFrame) -> DissatisfiedPool:
    said = scores["id"].iloc[:400].tolist()
    records = pd.DataFrame(
        {
            "id": [*said, 1, 2],
            "date": "2026-03-01",
            "cause": [3, 1] * 200 + [3, 3],
        }
    )
    return pool_dissatisfied(
        [PoolSource(name="hotline", records=records, cause="cause")], as_of=date(2026, 3, 31)
    )


def rules_of(path: Path, old: str, new: str) -> CareRules:
    assert old in CARE
    path.write_text(CARE.replace(old, new), encoding="utf-8")
    return read_care_rules(path)


def test_rules_are_read(path: Path) -> None:
    rules = read_care_rules(path)
    assert (rules.title, rules.hold_out, rules.within) == ("Spring care", 0.2, ("region",))
    assert (rules.fatigue_column, rules.fatigue_most) == ("contacts", 2)
    assert (rules.capacity, rules.budget) == (900, 3000)
    billing, silent, rest = rules.rules
    assert (billing.strategy, billing.capacity, billing.cost) == ("remedy", 100, 6)
    assert (silent.capacity, str(silent.when)) == (None, "silent = 1 and probability >= 0.2")
    assert rest.cost == 0.0
    assert rest.where == f"{path}:20"


def test_every_fault_of_the_file_at_once(path: Path) -> None:
    path.write_text(
        """\
hold_out: {share: 1.5}
fatigue: {colum: contacts, most: 0}
capacity: many
rules:
  - name: silent
    strategy: reachout
    when: silent == 1
    action: Call
  - name: silent
    strategy: remedy
    when: cause = 1
    action: ""
  - name: silent
    strategy: remedy
    when: cause = 2
    action: Mend
    kost: 3
""",
        encoding="utf-8",
    )
    with pytest.raises(CareRulesError) as caught:
        read_care_rules(path)
    assert str(caught.value).replace(str(path), "care.yaml").splitlines() == [
        "care.yaml:1: `hold_out`: `share` must be a number from 0 to 0.9, found `1.5`.",
        "care.yaml:2: `fatigue` has no `column`.",
        "care.yaml:2: `fatigue`: `most` must be a whole number from 1 to 1e+09, found `0`.",
        "care.yaml:2: `fatigue` has an unknown key `colum`. Did you mean `column`?",
        "care.yaml:3: The file of care rules: `capacity` must be a whole number from 1 to 1e+09, "
        "found `many`.",
        "care.yaml:6: Rule `silent`: `strategy` cannot be `reachout`. Did you mean `reach_out`?",
        "care.yaml:7: Rule `silent`: Condition `silent == 1`, character 8: expected `=`, `!=`, "
        "`<`, `<=`, `>`, `>=` or `in`, found `==`. Write `=`.",
        "care.yaml:12: Rule `silent`: `action` is empty.",
        "care.yaml:13: Two rules are called `silent`. Rename one.",
        "care.yaml:17: Rule `silent` has an unknown key `kost`. Did you mean `cost`?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: []\nhold_out: {share: 0}\n", "`rules` lists no rule."),
        ("hold_out: {share: 0}\n", "The file of care rules has no `rules`."),
        ("rules: []\n", "The file of care rules has no `hold_out`."),
    ],
)
def test_what_a_file_must_hold(path: Path, text: str, message: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CareRulesError) as caught:
        read_care_rules(path)
    assert message in str(caught.value)


@pytest.fixture
def plan(scores: pd.DataFrame, pool: DissatisfiedPool, path: Path) -> ActionPlan:
    return plan_actions(scores, pool, path, seed=11)


def test_the_first_rule_that_fits_counts(
    plan: ActionPlan, scores: pd.DataFrame, pool: DissatisfiedPool
) -> None:
    customers = plan.customers
    assert not customers["id"].duplicated().any()
    causes = pool.customers.set_index("id")["cause"]
    billing = customers[customers["rule"] == "billing"]
    assert (billing["id"].map(causes) == 3).all()
    silent = customers[customers["rule"] == "silent"].merge(scores, on="id")
    assert silent["silent"].all()
    assert (silent["probability_x"] >= 0.2).all()


def test_limits_hold(plan: ActionPlan, scores: pd.DataFrame) -> None:
    care = plan.arm("care")
    assert care["rule"].value_counts()["billing"] == 100
    assert len(care) <= 900
    assert care["cost"].sum() <= 3000
    contacts = scores.set_index("id")["contacts"].reindex(plan.customers["id"])
    assert not (contacts >= 2).any()
    counts = plan.tidy()
    left = counts["fatigued"] + counts["over_capacity"] + counts["care"] + counts["hold_out"]
    assert (left == counts["matched"]).all()
    assert counts["cost"].sum() == care["cost"].sum()


def test_the_hold_out_is_drawn_from_the_whole_list(plan: ActionPlan) -> None:
    counts = plan.counts.set_index("rule")
    assert counts.loc["billing", "hold_out"] == 25
    share = plan.customers.groupby("stratum")["arm"].apply(lambda arm: (arm == "hold-out").mean())
    sizes = plan.customers["stratum"].value_counts()
    assert ((share - 0.2).abs() * sizes <= 1.0 + 1e-9).all()
    # Within a rule both arms have the same chance at every priority.
    silent = plan.customers[plan.customers["rule"] == "silent"]
    means = silent.groupby("arm")["probability"].mean()
    assert abs(means["care"] - means["hold-out"]) < 0.02


def test_a_customer_of_the_pool_without_a_score_comes_first(plan: ActionPlan) -> None:
    first = plan.customers[plan.customers["rule"] == "billing"].head(2)
    assert set(first["id"]) == {1, 2}
    assert first["probability"].isna().all()


def test_who_is_held_out_depends_on_key_and_seed_only(
    scores: pd.DataFrame, pool: DissatisfiedPool, path: Path, plan: ActionPlan
) -> None:
    shuffled = scores.sample(frac=1.0, random_state=2)
    again = plan_actions(shuffled, pool, path, seed=11)
    pd.testing.assert_frame_equal(again.customers, plan.customers)
    other = plan_actions(scores, pool, path, seed=12)
    assert set(other.arm("hold-out")["id"]) != set(plan.arm("hold-out")["id"])


def test_every_customer_has_the_same_chance_to_be_held_out() -> None:
    rng = np.random.default_rng(0)
    stratum = pd.Series(["a"] * 3 + ["b"] * 5 + ["c"] * 12)
    times = np.zeros(20)
    for _ in range(4000):
        numbers = rng.integers(0, 2**63, 20).astype(np.uint64)
        times += draw_hold_out(stratum, numbers, 0.2, np.inf)
    assert np.abs(times[8:] / 4000 - times[8:].mean() / 4000).max() < 0.03
    assert times[:3].min() > 0


@pytest.mark.parametrize(
    ("able", "capacity", "share", "length"),
    [(50, np.inf, 0.2, 50), (50, 20, 0.2, 25), (50, 20, 0.0, 20), (22, 20, 0.2, 22)],
)
def test_the_list_is_longer_by_the_hold_out(
    able: int, capacity: float, share: float, length: int
) -> None:
    assert list_length(able, capacity, share) == length
    stratum = pd.Series(["a"] * length)
    held = draw_hold_out(stratum, np.arange(length).astype(np.uint64), share, capacity)
    assert (~held).sum() <= capacity


def test_words_state_the_power_before_launch(plan: ActionPlan) -> None:
    text = plan.summary()
    assert "billing (remedy): 100 in care, 25 held out, of " in text
    assert "is found with a chance of 80% at the 5% level; smaller ones may be missed." in text
    assert repr(plan).startswith("ActionPlan(rules=3, care=")


def test_without_a_hold_out_nothing_can_be_shown(
    scores: pd.DataFrame, pool: DissatisfiedPool, path: Path
) -> None:
    rules = rules_of(path, "{share: 0.2, within: [region]}", "{share: 0}")
    plan = plan_actions(scores, pool, rules, seed=1)
    assert (plan.customers["arm"] == "care").all()
    assert np.isnan(plan.power.least_effect)
    assert "Nobody is held out: no evaluation can tell an effect" in plan.summary()


def test_power_of_two_equal_arms_is_the_textbook_s() -> None:
    # sd 20, 80 % power: 698 per arm for 3 points (Cohen 1988).
    arms = pd.DataFrame({"care": [698], "hold_out": [698]})
    power = state_power(arms, EvaluationPlan(sd=20.0, response=1.0))
    assert power.least_effect == pytest.approx(3.0, abs=0.002)
    halved = state_power(arms, EvaluationPlan(response=0.5, deff=2.0, take_up=0.25))
    assert halved.least_effect == pytest.approx(2.0 * power.least_effect)
    assert halved.least_effect_takers == pytest.approx(4.0 * halved.least_effect)
    assert "If 25% take part, that is 24.0 points for each who does." in halved.summary()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"response": 0.0}, "`response` must lie between 0 and 1; got 0.0."),
        ({"power": 1.0}, "`power` must lie between 0 and 1; got 1.0."),
        ({"sd": 0.0}, "`sd` must be above 0; got 0.0."),
        ({"deff": -1.0}, "`deff` must be above 0; got -1.0."),
        ({"take_up": 2.0}, "`take_up` must lie between 0 and 1; got 2.0."),
    ],
)
def test_impossible_expectations(options: dict[str, float], message: str) -> None:
    with pytest.raises(DissatisfiedError) as caught:
        state_power(pd.DataFrame({"care": [9], "hold_out": [9]}), EvaluationPlan(**options))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "when: probability >= 0.3",
            "when: probabilty >= 0.3",
            "care.yaml:20: rule `rest` reads `probabilty`, which neither scores nor pool have. Did "
            "you mean `probability`?",
        ),
        ("within: [region]", "within: [regon]", "care.yaml names the column `regon`"),
        ("column: contacts", "column: contact", "care.yaml names the column `contact`"),
    ],
)
def test_columns_that_rules_read(
    scores: pd.DataFrame, pool: DissatisfiedPool, path: Path, old: str, new: str, message: str
) -> None:
    rules = rules_of(path, old, new)
    with pytest.raises(DissatisfiedError) as caught:
        plan_actions(scores, pool, rules, seed=1)
    assert message in str(caught.value)


def test_faults_of_the_scores(scores: pd.DataFrame, pool: DissatisfiedPool, path: Path) -> None:
    def message(frame: pd.DataFrame) -> str:
        with pytest.raises(DissatisfiedError) as caught:
            plan_actions(frame, pool, path, seed=1)
        return str(caught.value)

    assert "has no column `probability`" in message(scores.rename(columns={"probability": "p"}))
    twice = scores.assign(id=10_001, probability=2.0)
    assert message(twice).splitlines() == [
        "5999 keys of scores stand twice.",
        "`probability` must lie between 0 and 1.",
    ]
    text = scores.assign(id="k" + scores["id"].astype(str))
    assert "Keys are whole numbers on one side and text on the other" in message(text)
    phones = scores.assign(id=13_800_000_000 + scores["id"])
    with pytest.raises(IdentityError, match="The table of scores: `id` holds what look like tele"):
        plan_actions(phones, pool, path, seed=1)


def test_nobody_fits(scores: pd.DataFrame, path: Path) -> None:
    rules = rules_of(path, "when: probability >= 0.3", "when: probability > 1")
    none = scores.assign(silent=False, pool_cause=0)
    with pytest.raises(DissatisfiedError, match="No customer of 6000 is on the list"):
        plan_actions(none, None, rules, seed=1)
