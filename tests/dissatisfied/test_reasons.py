"""Reasons, causes, look-alikes, profiles and grids: shares by hand, and what must not be shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.faults import DissatisfiedError, IdentityError
from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.look_alikes import LookAlikes, match_look_alikes
from csi.dissatisfied.profile import assign_activity, profile_group
from csi.dissatisfied.reasons import rank_causes, rank_reasons
from csi.dissatisfied.segments import ALL, Axis, segment_grid
from csi.inference import estimate_means, make_design
from csi.simulate.subscriber_truth import CAUSES
from csi.simulate.subscribers import AS_OF, SubscriberBase

NAMES = dict(enumerate(CAUSES))


@pytest.fixture
def mentions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "first": [1, 1, 2, 3, None, None],
            "second": [2, None, None, 1, None, 2],
            "w": [1.0, 2.0, 1.0, 1.0, 9.0, 1.0],
            "region": [1, 1, 1, 2, 2, 2],
        }
    )


def test_several_mentions_by_hand(mentions: pd.DataFrame) -> None:
    design = make_design(mentions, weights="w")
    table = rank_reasons(design, ["first", "second"], names={1: "network", 2: "price"}).tidy()
    wide = table.pivot_table(index="reason", columns="term", values="estimate", sort=False)
    assert wide.index.tolist() == ["network", "price", "3"]
    assert wide["share"].tolist() == pytest.approx([4 / 6, 3 / 6, 1 / 6])
    assert wide["cumulative"].tolist() == pytest.approx([4 / 6, 1.0, 1.0])
    assert table["n"].tolist() == [5.0] * 6


def test_marks_are_mentions(mentions: pd.DataFrame) -> None:
    marked = mentions.assign(
        network=[1, 1, 0, 1, None, 0],
        price=[True, False, True, False, None, True],
        other=[0, 0, 0, 1, None, 0],
    )
    design = make_design(marked, weights="w")
    names = {1: "network", 2: "price", 3: "other"}
    mine = rank_reasons(design, ["network", "price", "other"], marks=True).tidy()
    theirs = rank_reasons(design, ["first", "second"], names=names).tidy()
    pd.testing.assert_frame_equal(mine, theirs)
    share = estimate_means(make_design(marked.dropna(subset=["other"]), weights="w"), ["network"])
    assert mine["std_error"][0] == pytest.approx(share.std_errors()[0], rel=0.15)


def test_ranks_are_those_of_all_together(mentions: pd.DataFrame) -> None:
    reasons = rank_reasons(make_design(mentions), "first", by="region")
    table = reasons.tidy()
    assert list(table.columns[:4]) == ["region", "rank", "reason", "term"]
    assert table.loc[table["region"] == 2, "reason"].tolist() == ["1", "1", "2", "2", "3", "3"]
    with pytest.raises(DissatisfiedError, match="rank reasons without `by`"):
        reasons.summary()


def test_words_of_reasons(mentions: pd.DataFrame) -> None:
    text = rank_reasons(make_design(mentions), "first", base="the dissatisfied").summary()
    assert text.startswith("Of the dissatisfied:\n1. 1: 50.0% (")


def test_faults_of_reasons(mentions: pd.DataFrame) -> None:
    design = make_design(mentions.assign(many=range(6), none=np.nan))
    with pytest.raises(DissatisfiedError, match="There is no column `frst`"):
        rank_reasons(design, "frst")
    with pytest.raises(DissatisfiedError, match="Nobody gave a reason in none"):
        rank_reasons(design, "none")
    with pytest.raises(DissatisfiedError, match="With `marks` every column holds 1 or 0; first"):
        rank_reasons(design, ["first"], marks=True)
    wide = make_design(pd.DataFrame({"text": [f"word {k}" for k in range(61)]}))
    with pytest.raises(DissatisfiedError, match="text hold 61 different reasons; at most 60"):
        rank_reasons(wide, "text")


def test_causes_are_clustered_by_customer() -> None:
    records = pd.DataFrame({"id": np.repeat(np.arange(60), 3), "cause": np.repeat([1, 2, 2], 60)})
    together = rank_causes(records).tidy().iloc[0]
    apart = rank_causes(records.assign(id=np.arange(180))).tidy().iloc[0]
    assert together["reason"] == "2"
    assert together["estimate"] == pytest.approx(2 / 3)
    assert together["std_error"] == pytest.approx(apart["std_error"] * np.sqrt(3), rel=0.02)
    with pytest.raises(DissatisfiedError, match="1 records have a cause in `cause`: too few"):
        rank_causes(records.head(1))
    with pytest.raises(IdentityError, match="The table of records: `id` holds what look like"):
        rank_causes(records.assign(id="王小明"))


@pytest.fixture(scope="module")
def alike(fit: DissatisfactionFit, answers: pd.DataFrame, base: SubscriberBase) -> LookAlikes:
    everybody = pd.read_parquet(base.parts()[0]).head(20_000)
    p = fit.model.probability(everybody, AS_OF)
    said = answers[answers["satisfaction"] <= 6].copy()
    truth = said["true_cause"].where(said["true_cause"] > 0)
    return match_look_alikes(
        fit.model,
        said.assign(reason=truth),
        everybody[p > np.quantile(p, 0.95)],
        reason="reason",
        as_of=AS_OF,
        names=NAMES,
    )


def test_look_alikes_find_the_true_cause(alike: LookAlikes, base: SubscriberBase) -> None:
    truth = pd.read_parquet(base.parts("truth")[0]).set_index("id")["cause"]
    true = alike.customers["id"].map(truth).map(NAMES)
    assert alike.agreement > alike.by_chance + 0.1
    assert (alike.customers["reason"] == true).mean() > true.value_counts(normalize=True).max()
    assert 0.0 < alike.customers["near"].mean() <= 1.0
    assert "look-alikes say something about reasons" in alike.summary()


def test_the_shares_of_look_alikes_are_mean_votes(alike: LookAlikes) -> None:
    table = alike.tidy().set_index(["group", "reason"])
    assert table.loc["look-alikes", "estimate"].sum() == pytest.approx(1.0)
    assert table.loc["said so", "estimate"].sum() == pytest.approx(1.0)
    # The effective base shows that few of those who said so are matched often.
    assert table.loc["look-alikes", "n_eff"].iloc[0] < table.loc["said so", "n_eff"].iloc[0]


def test_reasons_without_a_pattern_are_a_guess(
    fit: DissatisfactionFit, answers: pd.DataFrame
) -> None:
    rng = np.random.default_rng(2)
    said = answers.head(600).assign(reason=rng.choice([1, 1, 2, 3], 600))
    alike = match_look_alikes(
        fit.model, said, answers.tail(100), reason="reason", as_of=AS_OF, neighbours=40
    )
    assert alike.agreement <= alike.by_chance + 0.05


def test_faults_of_look_alikes(fit: DissatisfactionFit, answers: pd.DataFrame) -> None:
    def message(said: pd.DataFrame, **options: object) -> str:
        with pytest.raises(DissatisfiedError) as caught:
            match_look_alikes(
                fit.model,
                said,
                answers.head(5),
                as_of=AS_OF,
                **{"reason": "reason", **options},
            )
        return str(caught.value)

    assert "no column `reasn`. Did you mean `reason`?" in message(answers, reason="reasn")
    assert "20 customers who said so gave a reason; at least 50" in message(
        answers.head(20).assign(reason=1)
    )
    assert "At least one look-alike" in message(answers.assign(reason=1), neighbours=0)


def test_activity_tiers() -> None:
    frame = pd.DataFrame({"call": [0, 1, 2, None, None], "app": [0, 0, 1, 5, None]})
    tiers = assign_activity(frame, ["call", "app"])
    assert tiers[:4].tolist() == ["none", "occasional", "active", "active"]
    assert tiers.isna().tolist() == [False] * 4 + [True]


def test_faults_of_activity() -> None:
    frame = pd.DataFrame({"call": [0, -1], "app": ["often", None]})
    for columns, message in (
        (["cal"], "There is no column `cal`. Did you mean `call`?"),
        ([], "Name at least one column of contacts."),
        (["call"], "call must hold numbers of contacts."),
        (["app"], "app must hold numbers of contacts."),
    ):
        with pytest.raises(DissatisfiedError) as caught:
            assign_activity(frame, columns)
        assert str(caught.value) == message
    with pytest.raises(DissatisfiedError, match="`active_from` must be at least 2; got 1"):
        assign_activity(frame, ["call"], active_from=1)


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 3000
    plan = rng.integers(1, 4, n)
    return pd.DataFrame(
        {
            "rating": np.clip(rng.normal(8.0 - plan, 2.0, n).round(), 1, 10),
            "plan": plan,
            "arpu": rng.gamma(3.0, 20.0, n),
            "bundle": rng.random(n) < 0.02,
            "w": rng.uniform(0.5, 2.0, n),
        }
    ).assign(low=lambda t: t["rating"] <= 5)


def test_a_profile_by_hand(people: pd.DataFrame) -> None:
    profile = profile_group(make_design(people, weights="w"), "low", ["plan", "arpu"])
    table = profile.tidy().set_index(["column", "level", "term"])
    low, other = people[people["low"]], people[~people["low"]]
    share = low.loc[low["plan"] == 3, "w"].sum() / low["w"].sum()
    among = other.loc[other["plan"] == 3, "w"].sum() / other["w"].sum()
    row = table.loc["plan", "3", "index"]
    assert row["estimate"] == pytest.approx(100 * share / among)
    assert row["statistic"] == pytest.approx((row["estimate"] - 100) / row["std_error"])
    arpu = table.loc["arpu"].xs("share_others", level="term")["estimate"]
    assert arpu.sum() == pytest.approx(1.0)
    assert profile.summary().splitlines()[0].startswith("plan ")
    assert repr(profile) == "Profile(plan, arpu)"


def test_faults_of_a_profile(people: pd.DataFrame) -> None:
    design = make_design(people.assign(all=True))
    with pytest.raises(DissatisfiedError, match="There is no column `lows`"):
        profile_group(design, "lows", ["plan"])
    with pytest.raises(DissatisfiedError, match="`all` is everybody"):
        profile_group(design, "all", ["plan"])
    with pytest.raises(DissatisfiedError, match="Name at least one column to profile by"):
        profile_group(design, "low", [])


AXES = (
    Axis(column="arpu", edges=(40.0, 80.0), labels=("low", "middle", "high"), name="value"),
    Axis(column="bundle", labels=("alone", "bundle")),
    Axis(column="plan"),
)


def test_a_grid_is_domain_means(people: pd.DataFrame) -> None:
    design = make_design(people, weights="w")
    grid = segment_grid(design, "rating", AXES)
    table = grid.tidy().set_index(["value", "bundle", "plan", "term"]).sort_index()
    own = people[(people["arpu"] > 40) & (people["arpu"] <= 80) & ~people["bundle"]]
    own = own[own["plan"] == 2]
    mean = np.average(100 * (own["rating"] - 1) / 9, weights=own["w"])
    cell = table.loc["middle", "alone", "2"]
    assert cell.loc["mean", "estimate"] == pytest.approx(mean)
    assert cell.loc["share_of_customers", "estimate"] == pytest.approx(
        own["w"].sum() / people["w"].sum()
    )
    margin = table.loc[ALL, ALL, "3"]
    low = people[people["plan"] == 3]
    assert margin.loc["dissatisfied", "estimate"] == pytest.approx(
        np.average(low["low"], weights=low["w"])
    )


def test_small_cells_are_not_shown(people: pd.DataFrame) -> None:
    grid = segment_grid(make_design(people, weights="w"), "rating", AXES)
    table = grid.tidy()
    hidden = table[table["flag"] == "suppressed"]
    assert len(hidden) > 0
    assert hidden[["estimate", "std_error", "conf_low"]].isna().all(axis=None)
    assert (hidden["n_eff"] < 30).all()
    bases = grid.bases().set_index("axes")
    row = bases.loc["value × bundle × plan"]
    assert row["cells"] == grid.cells == 18
    assert row["shown"] + row["suppressed"] == row["with_customers"]
    assert bases.loc["value × plan", "suppressed"] == 0
    assert "value × plan has a base in each of its 9 cells." in grid.summary()


def test_a_grid_without_gaps_says_so(people: pd.DataFrame) -> None:
    grid = segment_grid(make_design(people), "rating", [AXES[2]])
    assert grid.summary() == (
        "plan: 3 of 3 cells can be shown, 0 of them on a low base; 100% of customers are in them."
    )


def test_faults_of_a_grid(people: pd.DataFrame) -> None:
    design = make_design(people.assign(text="a"))
    axes = [
        Axis(column="arp"),
        Axis(column="text", edges=(1.0,)),
        Axis(column="plan", edges=(2.0, 1.0)),
        Axis(column="arpu", edges=(50.0,), labels=("a", "b", "c"), name="plan"),
        Axis(column="low"),
    ]
    with pytest.raises(DissatisfiedError) as caught:
        segment_grid(design, "rating", axes)
    assert str(caught.value).splitlines() == [
        "A grid has one to four axes; got 5.",
        "There is no column `arp`. Did you mean `arpu`?",
        "Axis `text` has edges, but `text` is not a number.",
        "Two axes are called `plan`.",
        "Edges of axis `plan` must rise; got (2.0, 1.0).",
        "Axis `plan` has 2 bands and 3 labels.",
    ]
    with pytest.raises(DissatisfiedError, match="Axis `plan` has 3 levels and 1 labels"):
        segment_grid(design, "rating", [Axis(column="plan", labels=("a",))])
