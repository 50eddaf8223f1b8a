"""Draws: the same sample whatever the order, the chunks or the kind of file; waves; exclusions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csi.errors import SamplingError
from csi.sampling.frame_files import detect_encoding
from csi.sampling.hashing import random_numbers, splitmix64
from csi.sampling.plan import SamplingPlan
from csi.sampling.sample import Sample
from csi.sampling.selection import draw_sample
from tests.sampling.studies import small_frame, small_plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SamplingPlan:
    return small_plan(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return small_frame()


def keys(sample: Sample) -> list[int]:
    return [int(key) for key in sample.units["phone"]]


def test_splitmix64_gives_its_published_sequence() -> None:
    """The generator's outputs for state 1234567 (Vigna's splitmix64.c, as quoted by Rosetta Code).

    Its n-th output mixes state + (n − 1) · gamma; the mixing adds one gamma itself.
    """
    gamma, state = 0x9E3779B97F4A7C15, 1234567
    states = [(state + i * gamma) % 2**64 for i in range(5)]
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert splitmix64(np.array(states, dtype=np.uint64)).tolist() == expected


def test_text_that_spells_a_number_is_that_number() -> None:
    numbers = random_numbers(pa.array([0, -5, 13800138000]), seed=9)
    text = random_numbers(pa.array(["0", " -5", "13800138000"]), seed=9)
    assert numbers.tolist() == text.tolist()
    others = random_numbers(pa.array(["013800138000", "a", "99999999999999999999"]), seed=9)
    assert len(set(others.tolist()) | set(numbers.tolist())) == 6
    assert random_numbers(pa.array(["a"]), seed=9)[0] != random_numbers(pa.array(["a"]), seed=8)[0]


def test_a_text_key_is_sha_256_of_seed_and_key() -> None:
    import hashlib

    start = int(splitmix64(np.array([4], dtype=np.uint64))[0]).to_bytes(8, "little")
    expected = int.from_bytes(hashlib.sha256(start + "用户甲".encode()).digest()[:8], "little")
    assert int(random_numbers(pa.array(["用户甲"]), seed=4)[0]) == expected


@given(seed=st.integers(0, 50), chunk=st.integers(1, 20_000), shuffle=st.integers(0, 1000))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_order_and_chunks_do_not_matter(
    plan: SamplingPlan, frame: pd.DataFrame, seed: int, chunk: int, shuffle: int
) -> None:
    part = frame.iloc[:6000]
    first = draw_sample(plan, part, seed=seed)
    shuffled = part.sample(frac=1, random_state=np.random.default_rng(shuffle))
    second = draw_sample(plan, shuffled, seed=seed, batch_rows=max(chunk, 400))
    assert first.fingerprint() == second.fingerprint()
    pd.testing.assert_frame_equal(first.units, second.units)
    pd.testing.assert_frame_equal(first.audit, second.audit)
    pd.testing.assert_frame_equal(first.cells, second.cells)


def test_the_sample_is_the_smallest_numbers_of_each_stratum(
    plan: SamplingPlan, frame: pd.DataFrame
) -> None:
    sample = draw_sample(plan, frame, seed=7, batch_rows=1000)
    left = frame[(frame["staff"] == 0) & (frame["months"] >= 3)].copy()
    left["u"] = random_numbers(pa.array(left["phone"]), seed=7)
    for cell in plan.cells.to_dict("records"):
        inside = left[(left["line"] == cell["line"]) & (left["region"] == cell["region"])]
        expected = inside.sort_values("u")["phone"].head(cell["numbers"]).tolist()
        units = sample.units
        drawn = units[(units["line"] == cell["line"]) & (units["region"] == cell["region"])]
        assert drawn["phone"].tolist() == expected
        assert drawn["order"].tolist() == list(range(1, cell["numbers"] + 1))
        assert drawn["replicate"].tolist() == [i // cell["n"] for i in range(cell["numbers"])]
    assert len(sample.main()) == plan.n
    assert len(sample.reserve()) == plan.cells["reserve"].sum()


def test_thresholds_lose_nobody(plan: SamplingPlan, frame: pd.DataFrame, monkeypatch) -> None:
    expected = draw_sample(plan, frame, seed=1).fingerprint()
    monkeypatch.setattr("csi.sampling.selection._BUFFER", 10)
    assert draw_sample(plan, frame, seed=1, batch_rows=500).fingerprint() == expected


def test_kinds_of_files_do_not_matter(
    plan: SamplingPlan, frame: pd.DataFrame, tmp_path: Path
) -> None:
    labelled = frame.assign(
        region=frame["region"].map({1: "北", 2: "South", 3: "3"}), 备注="普通用户，甲"
    )
    expected = draw_sample(plan, frame, seed=5)
    frame.to_parquet(tmp_path / "f.parquet", index=False)
    folder = tmp_path / "parts"
    folder.mkdir()
    frame.iloc[12_000:].to_parquet(folder / "a.parquet", index=False)
    frame.iloc[:12_000].to_parquet(folder / "b.parquet", index=False)
    labelled.to_csv(tmp_path / "utf8.csv", index=False, encoding="utf-8-sig")
    labelled.to_csv(tmp_path / "gb.csv", index=False, encoding="gb18030")
    labelled.to_csv(tmp_path / "tabs.txt", index=False, sep="\t")
    assert detect_encoding(tmp_path / "gb.csv") == "gb18030"
    for name in ("f.parquet", "parts", "utf8.csv", "gb.csv", "tabs.txt"):
        sample = draw_sample(plan, tmp_path / name, seed=5, batch_rows=4096)
        assert sample.fingerprint() == expected.fingerprint(), name
        counts = ["matched", "removed", "unknown", "remaining"]
        pd.testing.assert_frame_equal(sample.audit[counts], expected.audit[counts])
    kept = draw_sample(plan, tmp_path / "gb.csv", seed=5, keep=["备注"])
    assert (kept.units["备注"] == "普通用户，甲").all()


def test_the_audit_counts_every_rule_in_order(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    dirty = frame.astype({"phone": "Int64", "months": "Float64", "region": "Int64"})
    dirty.loc[:9, "phone"] = pd.NA
    dirty.loc[5:14, "region"] = 9
    dirty.loc[20:29, "months"] = pd.NA
    dirty.loc[20:24, "staff"] = 0
    sample = draw_sample(plan, dirty, seed=2)
    audit = sample.audit.set_index("rule")
    assert audit.index.tolist() == ["no_key", "not_in_plan", "staff", "new"]
    staff = dirty["staff"] == 1
    new = (dirty["months"] < 3).fillna(False).astype(bool)
    alive = pd.Series(True, index=dirty.index)
    rules = {
        "no_key": dirty["phone"].isna(),
        "not_in_plan": ~dirty["region"].isin([1, 2, 3]),
        "staff": staff,
        "new": new,
    }
    for name, hit in rules.items():
        assert audit.loc[name, "matched"] == hit.sum()
        assert audit.loc[name, "removed"] == (hit & alive).sum()
        alive &= ~hit
        assert audit.loc[name, "remaining"] == alive.sum()
    assert audit.loc["new", "unknown"] == 10
    assert sample.cells["eligible"].sum() == alive.sum()
    listed = dirty["region"].isin([1, 2, 3]).sum()
    assert sample.cells["listed"].sum() == listed
    assert "new: 10 customers lack what the rule reads, and stay in." in sample.summary()


def test_the_coverage_note_bounds_the_bias(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    sample = draw_sample(plan, frame, seed=2)
    removed = int(((frame["staff"] == 1) | (frame["months"] < 3)).sum())
    share = removed / len(frame)
    english, chinese = sample.coverage_note(), sample.coverage_note("zh")
    assert f"the rules remove {removed:,} ({share:.1%})" in english
    assert f"differs by {10 * share:.2f} points" in english
    assert "New customers" in english
    assert "新用户" in chinese
    assert f"剔除{removed:,}名" in chinese


def test_waves_are_disjoint_by_construction(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    waves = [set(keys(draw_sample(plan, frame, seed=3, panels=4, wave=w))) for w in range(5)]
    for a in range(4):
        for b in range(a):
            assert not waves[a] & waves[b]
    assert waves[4] == waves[0]


def test_waves_rotate_by_construction(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    """Two of three quarters of the panels stay, so about two thirds of the customers do."""
    first, second, third = (
        set(keys(draw_sample(plan, frame, seed=3, panels=8, stay=3, wave=w))) for w in (0, 1, 3)
    )
    assert len(first & second) / len(first) == pytest.approx(2 / 3, abs=0.08)
    assert not first & third


def test_earlier_samples_are_avoided_and_counted(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    before = draw_sample(plan, frame, seed=3)
    after = draw_sample(plan, frame, seed=3, avoid=[before], batch_rows=777)
    assert not set(keys(before)) & set(keys(after))
    row = after.audit.set_index("rule").loc["drawn_before"]
    assert row["removed"] == len(before.units)
    assert after.cells["eligible"].sum() == before.cells["eligible"].sum() - len(before.units)


def test_every_customer_is_drawn_equally_often(plan: SamplingPlan) -> None:
    """Over 150 seeds, the draws of a customer are binomial in mean and variance."""
    small = small_frame(rows=1800, seed=8).assign(staff=0, months=50)
    counts = pd.Series(0, index=small["phone"])
    for seed in range(150):
        sample = draw_sample(plan, small, seed=seed)
        counts[sample.main()["phone"]] += 1
    n = plan.cells.set_index(["line", "region"])["n"]
    size = small.groupby(["line", "region"])["phone"].transform("size").to_numpy()
    rows = pd.MultiIndex.from_frame(small[["line", "region"]])
    fractions = n.reindex(rows).to_numpy() / size
    expected = 150 * fractions
    z = (counts.to_numpy() - expected) / np.sqrt(expected * (1 - fractions))
    assert z.mean() == pytest.approx(0, abs=0.01)  # fixed sizes leave no error here
    assert z.var() == pytest.approx(1, abs=4 * np.sqrt(2 / len(z)))


def test_a_short_frame_is_said(plan: SamplingPlan) -> None:
    sample = draw_sample(plan, small_frame(rows=600), seed=1)
    assert sample.cells["note"].str.contains("numbers wanted, only").all()
    assert (sample.cells["drawn"] == sample.cells["eligible"]).all()
    assert "more strata with a note" in sample.summary()


def test_quota_strata_are_not_drawn(tmp_path: Path, frame: pd.DataFrame) -> None:
    plan = small_plan(tmp_path, quota_line=2)
    sample = draw_sample(plan, frame, seed=1)
    assert set(sample.units["line"]) == {1}
    assert (
        sample.audit.set_index("rule").loc["not_in_plan", "removed"] == (frame["line"] == 2).sum()
    )
    every = replace(plan, cells=plan.cells.assign(design="quota"))
    with pytest.raises(SamplingError, match="Every stratum is filled by quota"):
        draw_sample(every, frame, seed=1)


def test_progress_counts_rows(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    seen: list[int] = []
    draw_sample(plan, frame, seed=1, batch_rows=5000, progress=seen.append)
    assert seen == [5000, 10_000, 15_000, 20_000]


def test_bad_frames_say_what_is_wrong(
    plan: SamplingPlan, frame: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(SamplingError) as caught:
        draw_sample(plan, frame.rename(columns={"phone": "phones", "staff": "staf"}), seed=1)
    assert "The frame: no column `phone`. Did you mean `phones`?" in str(caught.value)
    assert "The frame: no column `staff`. Did you mean `staf`?" in str(caught.value)
    with pytest.raises(SamplingError, match=r"`phone` must name each customer once; [0-9]+ of the"):
        draw_sample(plan, pd.concat([frame, frame.iloc[:5000]]), seed=1)
    with pytest.raises(SamplingError, match=r"The keys are of type double\. Give whole numbers or"):
        draw_sample(plan, frame.astype({"phone": float}), seed=1)
    with pytest.raises(SamplingError, match="The frame has no row"):
        draw_sample(plan, frame.iloc[:0], seed=1)
    with pytest.raises(SamplingError, match="Nobody can be drawn: no_key removed 0; not_in_plan"):
        draw_sample(plan, frame.assign(line=8), seed=1)
    with pytest.raises(SamplingError, match="there is no such file"):
        draw_sample(plan, tmp_path / "absent.csv", seed=1)
    text = frame.astype({"staff": object})
    text["staff"] = text["staff"].map({0: "no", 1: "yes"})
    with pytest.raises(
        SamplingError, match=r"The exclusion `staff` \(staff = 1\) compares `staff`"
    ):
        draw_sample(plan, text, seed=1)
    mixed = frame.astype({"line": object})
    mixed.loc[3, "line"] = "x"
    with pytest.raises(SamplingError, match="The frame mixes kinds of values in one column"):
        draw_sample(plan, mixed, seed=1)


def test_bad_files_say_what_is_wrong(plan: SamplingPlan, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"phone,line,region,staff,months\n1,1,1,0,5,9\n")
    with pytest.raises(SamplingError, match=r"f.csv: cannot be read: CSV parse error"):
        draw_sample(plan, path, seed=1)
    path.write_bytes(b"phone,line,line,staff,months\n")
    with pytest.raises(SamplingError, match="the header names line more than once"):
        draw_sample(plan, path, seed=1)
    path.write_bytes(b"phone,line,region,staff,months\n1,1,1,0,5\n\xff\xff\xff\n")
    with pytest.raises(SamplingError, match="neither UTF-8 nor GB18030"):
        draw_sample(plan, path, seed=1)
    path.write_bytes("phone,line,region,staff,months\n1,1,1,0,北\n".encode("gb18030"))
    with pytest.raises(SamplingError, match="cannot be read: 'utf-8' codec can't decode"):
        draw_sample(plan, path, seed=1, encoding="utf-8")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(SamplingError, match=r"bad.parquet: cannot be read"):
        draw_sample(plan, tmp_path / "bad.parquet", seed=1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SamplingError, match="no parquet or CSV file there"):
        draw_sample(plan, tmp_path / "empty", seed=1)


def test_rotation_faults_at_once(plan: SamplingPlan, frame: pd.DataFrame) -> None:
    with pytest.raises(SamplingError) as caught:
        draw_sample(plan, frame, seed=1, wave=-1, panels=0, stay=2)
    assert "`panels` must be at least 1; got 0." in str(caught.value)
    assert "`wave` counts from 0; got -1." in str(caught.value)
    assert "`stay` must be from 1 to `panels` (0); got 2." in str(caught.value)
