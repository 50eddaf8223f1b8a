"""Fieldwork: AAPOR's formulas, released numbers, progress, advice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from csi.errors import SamplingError
from csi.sampling.dispositions import disposition_class
from csi.sampling.fieldwork import summarise_fieldwork
from csi.sampling.outcome_rates import CLASSES, RATES, eligibility_rate, outcome_rates
from csi.sampling.release import PLANNED_WEIGHT, fill_chance, numbers_to_fill
from csi.sampling.sample import Sample
from csi.sampling.selection import draw_sample
from tests.sampling.studies import small_frame, small_plan

counts_of = st.lists(st.integers(0, 500), min_size=8, max_size=8).map(np.array)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    plan = small_plan(tmp_path_factory.mktemp("plan"), quota_line=2)
    return draw_sample(plan, small_frame(), seed=4)


def worked(sample: Sample, through: int, seed: int = 0) -> pd.DataFrame:
    """Give every number up to a replicate a disposition."""
    units = sample.units[sample.units["replicate"] <= through]
    codes = np.random.default_rng(seed).choice(
        CLASSES, len(units), p=[0.2, 0.05, 0.25, 0.2, 0.05, 0.1, 0.05, 0.1]
    )
    return pd.DataFrame({"phone": units["phone"].to_numpy(), "disposition": codes})


def test_rates_match_the_example_printed_by_outcomerate() -> None:
    """R outcomerate 1.0.1, README: I 4, P 2, R 1, NC 1, O 1, UH 1, UO 1, NE 1; e = .9."""
    counts = [4, 2, 1, 1, 1, 1, 1, 1]
    assert eligibility_rate(counts) == pytest.approx(0.9)
    rates = outcome_rates(counts, eligibility_rate(counts))
    printed = (
        *(0.364, 0.545, 0.370, 0.556, 0.444, 0.667),
        *(0.500, 0.750, 0.571, 0.857),
        *(0.091, 0.093, 0.111),
        *(0.727, 0.741, 0.889),
    )
    assert list(rates) == list(RATES)
    assert [round(float(rate), 3) for rate in rates.values()] == list(printed)


def test_weighted_rates_match_the_example_printed_by_outcomerate() -> None:
    """The same README: eleven cases with weights 1.3 and 2.5; RR2w .50, CON1w .69."""
    cases = ["I", "P", "I", "UO", "R", "I", "NC", "I", "O", "P", "UH"]
    weights = [1.3] * 6 + [2.5] * 5
    counts = [
        sum(w for case, w in zip(cases, weights, strict=True) if case == name) for name in CLASSES
    ]
    rates = outcome_rates(counts, 1.0)
    assert (round(float(rates["RR2"]), 2), round(float(rates["CON1"]), 2)) == (0.50, 0.69)


@given(counts=counts_of, e=st.floats(0, 1))
def test_identities_of_the_rates(counts: np.ndarray, e: float) -> None:
    rates = {name: float(value) for name, value in outcome_rates(counts, e).items()}
    if counts[:5].sum() == 0:
        assert np.isnan(rates["RR5"])
        return
    slack = 1e-12
    assert rates["RR1"] <= rates["RR3"] + slack <= rates["RR5"] + 2 * slack
    assert rates["RR2"] <= rates["RR4"] + slack <= rates["RR6"] + 2 * slack
    assert rates["REF1"] <= rates["REF2"] + slack <= rates["REF3"] + 2 * slack
    assert rates["CON1"] <= rates["CON2"] + slack <= rates["CON3"] + 2 * slack
    for base in ("1", "2", "3"):
        odd, even = f"RR{2 * int(base) - 1}", f"RR{2 * int(base)}"
        assert rates[odd] <= rates[even]
        assert rates[even] + rates[f"REF{base}"] <= 1 + slack
        assert rates[even] + rates[f"REF{base}"] <= rates[f"CON{base}"] + slack
    if counts[0] + counts[1] + counts[2]:
        assert rates["COOP1"] <= rates["COOP3"] + slack
        assert rates["COOP2"] <= rates["COOP4"] + slack
        assert rates["RR1"] == pytest.approx(rates["COOP1"] * rates["CON1"])
    all_eligible, none = outcome_rates(counts, 1.0), outcome_rates(counts, 0.0)
    assert all_eligible["RR3"] == all_eligible["RR1"]
    assert none["RR3"] == none["RR5"]


@given(counts=counts_of, factor=st.floats(0.1, 50))
def test_the_unit_of_the_weights_does_not_matter(counts: np.ndarray, factor: float) -> None:
    ours, scaled = outcome_rates(counts, 0.7), outcome_rates(counts * factor, 0.7)
    for name in RATES:
        np.testing.assert_allclose(ours[name], scaled[name], rtol=1e-9)


def test_codes_of_aapor() -> None:
    expected = {
        "1": "I", "1.0": "I", "1.1": "I", 1.2: "P", "2.11": "R", "2.12": "R", 2.2: "NC",
        "2.36": "O", "2.0": None, "3.11": "UH", "3.21": "UO", "3.9": "UO", "4.80": "NE",
        "qf": "NE", "uh": "UH", "5": None, "yes": None,
    }  # fmt: skip
    assert {code: disposition_class(code) for code in expected} == expected


def test_unweighted_and_weighted_rates_by_hand(sample: Sample) -> None:
    table = worked(sample, through=1)
    field = summarise_fieldwork(sample, table)
    joined = sample.units.merge(table, on="phone")
    counts = joined.groupby(["region", "disposition"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(CLASSES), fill_value=0)
    total = field.overall()
    assert [total[name] for name in CLASSES] == counts.sum().tolist()
    e = float(eligibility_rate(counts.sum().to_numpy()))
    assert total["eligibility"] == pytest.approx(e)
    assert total["RR3"] == pytest.approx(float(outcome_rates(counts.sum().to_numpy(), e)["RR3"]))
    eligible = sample.cells.set_index("region")["eligible"]
    weighted = counts.mul(eligible / counts.sum(axis=1), axis=0).sum().to_numpy()
    e = float(eligibility_rate(weighted))
    assert field.overall("weighted")["REF2"] == pytest.approx(
        float(outcome_rates(weighted, e)["REF2"])
    )
    # Within a stratum all weights are equal, so the rates are.
    cells = field.rates[field.rates["domain"] == "line × region"]
    plain, with_weights = (cells[cells["weighting"] == w] for w in ("unweighted", "weighted"))
    np.testing.assert_allclose(plain["RR5"], with_weights["RR5"])
    fixed = summarise_fieldwork(sample, table, eligibility=1.0).overall()
    assert fixed["RR3"] == fixed["RR1"]


def test_released_numbers_without_a_disposition_count_as_unknown(sample: Sample) -> None:
    everything = worked(sample, through=1)
    some = everything.iloc[::2]
    field = summarise_fieldwork(sample, some)
    assert field.overall()["released"] == len(everything)
    assert field.units["released"].sum() == len(everything)
    assert field.progress["pending"].sum() == len(everything) - len(some)
    assert field.overall()["UH"] >= len(everything) - len(some)
    assert field.overall()["RR1"] < summarise_fieldwork(sample, everything).overall()["RR1"]


def test_base_weights_add_up_to_the_eligible_customers(sample: Sample) -> None:
    field = summarise_fieldwork(sample, worked(sample, through=2))
    sums = field.units.groupby("region")["base_weight"].sum()
    np.testing.assert_allclose(sums, sample.cells.set_index("region")["eligible"])
    assert field.units.loc[~field.units["released"], "base_weight"].isna().all()


def test_the_main_sample_is_released_from_the_start(sample: Sample) -> None:
    empty = pd.DataFrame({"phone": [], "disposition": []}, dtype=object)
    field = summarise_fieldwork(sample, empty)
    assert field.overall()["released"] == len(sample.main())
    assert field.overall()["RR1"] == 0
    drawn = field.progress[field.progress["design"] == "probability"]
    assert (drawn["missing"] == drawn["n"]).all()
    assert drawn["yield"].isna().all()


def test_numbers_worked_out_of_order_are_counted(sample: Sample) -> None:
    units = sample.units[sample.units["region"] == 1]
    late = units[units["replicate"] == 3].head(4)
    table = pd.DataFrame({"phone": late["phone"], "disposition": "I"})
    field = summarise_fieldwork(sample, table)
    row = field.progress.iloc[0]
    assert row["out_of_order"] == 4
    assert row["released"] == (units["replicate"] <= 3).sum()
    assert "4 numbers were worked before an earlier replicate was finished" in row["note"]


def test_substitutes_are_shown_beside_originals(sample: Sample) -> None:
    table = worked(sample, through=2)
    replicates = summarise_fieldwork(sample, table).replicates
    assert replicates["replicate"].tolist() == [0, 1, 2]
    assert replicates["released"].iloc[0] == len(sample.main())
    assert replicates["I"].sum() == (table["disposition"] == "I").sum()


def test_advice_releases_whole_replicates_until_full(sample: Sample) -> None:
    """Follow the advice with a yield as planned: every cell fills, nothing is cut in pieces."""
    rng = np.random.default_rng(1)
    truth = pd.Series(
        np.where(rng.random(len(sample.units)) < 0.2, "I", "R"), index=sample.units["phone"]
    )
    units, through = sample.units, pd.Series(0, index=sample.cells["region"])
    for _ in range(20):
        out = units[units["replicate"] <= units["region"].map(through)]
        table = pd.DataFrame({"phone": out["phone"], "disposition": truth[out["phone"]].to_numpy()})
        field = summarise_fieldwork(sample, table)
        drawn = field.progress[field.progress["design"] == "probability"].set_index("region")
        if not drawn["release"].sum():
            break
        n = drawn["n"]
        whole = (drawn["release"] % n == 0) | (drawn["release"] == drawn["unreleased"])
        assert whole.all()
        through += np.ceil(drawn["release"] / n).astype(int)
    assert (drawn["complete"] >= n).all()
    assert field.units["released"].sum() < len(units)


def test_advice_by_hand() -> None:
    a, b = 0.15 * PLANNED_WEIGHT + 20, 0.85 * PLANNED_WEIGHT + 80
    numbers = numbers_to_fill(10, worked=100, complete=20, planned_rate=0.15, fill_probability=0.95)
    assert stats.betabinom.sf(9, numbers, a, b) >= 0.95 > stats.betabinom.sf(9, numbers - 1, a, b)
    assert numbers_to_fill(0, worked=9, complete=9, planned_rate=0.2, fill_probability=0.9) == 0
    # Beyond 5,000 numbers the yield is integrated instead; both agree there.
    exact = float(stats.betabinom.sf(999, 5500, a, b))
    assert fill_chance(1000, 5500, a, b) == pytest.approx(exact, abs=2e-3)


def test_a_reserve_that_is_too_small_is_said(sample: Sample) -> None:
    last = int(sample.units["replicate"].max())
    table = worked(sample, through=last).assign(disposition="R")
    field = summarise_fieldwork(sample, table)
    note = field.progress["note"].iloc[0]
    assert "interviews are missing" in note
    assert "0 are in reserve" in note
    assert "strata are full" in field.summary()


def test_quota_interviews_are_counted_and_nothing_else(sample: Sample) -> None:
    quota = pd.DataFrame({"line": [2, 2], "region": [1, 3], "complete": [4, 500]})
    progress = summarise_fieldwork(sample, worked(sample, 0), quota=quota).progress
    rows = progress[progress["design"] == "quota"]
    assert rows["complete"].tolist() == [4, 0, 500]
    assert rows["missing"].iloc[2] == 0
    assert rows[["released", "yield", "release", "fill_probability"]].isna().all(axis=None)


def test_own_codes(sample: Sample) -> None:
    table = worked(sample, 0).assign(disposition="busy")
    field = summarise_fieldwork(sample, table, codes={"Busy": "NC"})
    assert field.overall()["NC"] == len(table)


def test_tidy_and_printed_forms(sample: Sample) -> None:
    field = summarise_fieldwork(sample, worked(sample, 1))
    tidy = field.tidy()
    assert tidy.columns.tolist() == [
        "domain", "line", "region", "weighting", "term", "estimate", "n",
    ]  # fmt: skip
    assert set(tidy["term"]) == set(RATES)
    assert repr(field).startswith("Fieldwork(complete=")
    assert "Release" in field.summary()
    assert "<table" in field._repr_html_()


def test_all_faults_at_once(sample: Sample) -> None:
    table = worked(sample, 0)
    table.loc[0, "disposition"] = "gone"
    table.loc[1, "phone"] = 42
    table.loc[3, "phone"] = table.loc[2, "phone"]
    with pytest.raises(SamplingError) as caught:
        summarise_fieldwork(sample, table, codes={"x": "Y"})
    text = str(caught.value)
    assert "`codes` sends 'X' to 'Y', which is none of I, P, R, NC, O, UH, UO, NE." in text
    assert "1 disposition codes are unknown: 'gone' (1 rows)." in text
    assert "1 rows name a customer who is not in the sample: row 2 (42)." in text
    assert f"more than one final disposition: {table.loc[2, 'phone']}. Keep the last." in text


def test_other_faults(sample: Sample) -> None:
    table = worked(sample, 0)
    with pytest.raises(SamplingError, match="The dispositions have no column `disposition`; they"):
        summarise_fieldwork(sample, table.rename(columns={"disposition": "dispositon"}))
    with pytest.raises(SamplingError, match="`eligibility` must be a share from 0 to 1; got 2"):
        summarise_fieldwork(sample, table, eligibility=2)
    with pytest.raises(SamplingError, match="`quota` has no column `region`; it needs `line`"):
        summarise_fieldwork(sample, table, quota=pd.DataFrame({"line": [2], "complete": [1]}))
    wrong = pd.DataFrame({"line": [1], "region": [1], "complete": [1]})
    with pytest.raises(
        SamplingError, match="row 1: line = 1, region = 1 is no stratum that the pl"
    ):
        summarise_fieldwork(sample, table, quota=wrong)
