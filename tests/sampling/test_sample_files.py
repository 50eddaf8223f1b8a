"""Samples as files: written, read back, and refused where they were changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from csi.errors import SamplingError
from csi.sampling.fieldwork import summarise_fieldwork
from csi.sampling.plan import SamplingPlan
from csi.sampling.sample import Sample
from csi.sampling.sample_files import read_sample, write_sample
from csi.sampling.selection import draw_sample
from tests.sampling.studies import small_frame, small_plan


@pytest.fixture
def plan(tmp_path: Path) -> SamplingPlan:
    return small_plan(tmp_path, quota_line=2)


@pytest.fixture
def sample(plan: SamplingPlan) -> Sample:
    frame = small_frame(5000)
    frame["phone"] = "0" + frame["phone"].astype(str)
    return draw_sample(plan, frame.assign(name="甲，乙"), seed=6, keep=["name"])


def test_a_sample_survives_its_files(plan: SamplingPlan, sample: Sample, tmp_path: Path) -> None:
    write_sample(sample, tmp_path / "draw")
    back = read_sample(plan, tmp_path / "draw")
    assert back.fingerprint() == sample.fingerprint()
    assert back.units.astype(str).equals(sample.units.astype(str))
    pd.testing.assert_frame_equal(back.audit, sample.audit, check_dtype=False)
    assert (back.seed, back.rows, back.key) == (6, 5000, "phone")
    table = pd.DataFrame({"phone": sample.main()["phone"], "disposition": "I"})
    ours, theirs = (summarise_fieldwork(each, table).rates for each in (sample, back))
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_the_same_draw_writes_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sample(sample, tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_changed_files_are_refused(plan: SamplingPlan, sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "draw"
    write_sample(sample, folder)
    lines = (folder / "main.csv").read_text(encoding="utf-8-sig").splitlines()
    (folder / "main.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8-sig")
    with pytest.raises(SamplingError, match="do not hold the customers that were drawn, in their"):
        read_sample(plan, folder)
    (folder / "main.csv").write_text("phone\n1\n", encoding="utf-8-sig")
    (folder / "reserve.csv").write_text("phone\n1\n", encoding="utf-8-sig")
    with pytest.raises(SamplingError, match=r"main.csv has no column line, region, order"):
        read_sample(plan, folder)
    (folder / "draw.json").unlink()
    with pytest.raises(SamplingError, match=r"no draw.json. Name the folder that the draw was wri"):
        read_sample(plan, folder)


def test_another_plan_is_refused(sample: Sample, tmp_path: Path) -> None:
    write_sample(sample, tmp_path / "draw")
    other = small_plan(tmp_path, quota_line=2, half_width=3)
    with pytest.raises(SamplingError, match="the sample was drawn by another plan"):
        read_sample(other, tmp_path / "draw")
