"""The method statement: eleven items, two languages, no margin where there is none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import SamplingError
from csi.questionnaire.schema import Text
from csi.sampling.fieldwork import Fieldwork, summarise_fieldwork
from csi.sampling.plan import SamplingPlan
from csi.sampling.selection import draw_sample
from csi.sampling.statement import ITEMS, MethodDetails, describe_method
from tests.sampling.studies import small_frame, small_plan

FULL = MethodDetails(
    **{
        field.name: Text(f"{field.name} in words", f"{field.name}说明")
        for field in dataclasses.fields(MethodDetails)
    }
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SamplingPlan:
    return small_plan(tmp_path_factory.mktemp("plan"), quota_line=2)


@pytest.fixture(scope="module")
def field(plan: SamplingPlan) -> Fieldwork:
    sample = draw_sample(plan, small_frame(), seed=4)
    codes = np.resize(["I", "R", "NC", "UH", "NE"], len(sample.main()))
    table = pd.DataFrame({"phone": sample.main()["phone"], "disposition": codes})
    return summarise_fieldwork(sample, table)


def test_all_eleven_items_in_both_languages(plan: SamplingPlan, field: Fieldwork) -> None:
    statement = describe_method(plan, FULL, fieldwork=field)
    assert len(statement.items) == len(ITEMS) == 11
    assert statement.missing == ()
    for item in statement.items:
        assert item.body.en
        assert item.body.zh
    for name in dataclasses.asdict(FULL):
        assert f"{name} in words" in statement.text("en")
        assert f"{name}说明" in statement.text("zh")
    assert repr(statement) == "MethodStatement(11 of 11 items complete)"
    tidy = statement.tidy()
    assert tidy["number"].tolist() == list(range(1, 12))
    assert tidy["complete"].all()


def test_what_nobody_said_is_named_and_said(plan: SamplingPlan) -> None:
    statement = describe_method(plan)
    assert statement.missing == (
        "sponsor", "conductor", "population", "recruitment", "mode", "dates", "weighting",
        "processing",
    )  # fmt: skip
    assert "The sponsor is not stated." in statement.text()
    assert "未说明委托方。" in statement.text("zh")
    assert "interviews planned in the probability sample" in statement.text()


def test_numbers_come_from_the_study(plan: SamplingPlan, field: Fieldwork) -> None:
    text, chinese = (describe_method(plan, fieldwork=field).text(lang) for lang in ("en", "zh"))
    total = field.overall()
    for part in (
        f"RR1 {total['RR1']:.1%}",
        f"with seed 4, wave 0 of 1 panels; SHA-256 of the drawn keys: {field.sample.fingerprint()}",
        plan.questionnaire.sha256,
        "The rules remove",
        f"{int(total['I'])} interviews completed in the probability sample, 0 in the quota sample",
    ):
        assert part.lower() in text.lower()
    assert f"应答率RR1为{total['RR1']:.1%}" in chinese
    assert "随机种子4" in chinese


def test_no_margin_for_quota(plan: SamplingPlan, tmp_path: Path) -> None:
    precision = describe_method(plan).items[7].body
    # Of all, line and region only line 1 is drawn at random.
    assert precision.en.count("Planned margin of error") == 1
    assert "No margin of error is given for groups that contain quota interviews." in precision.en
    assert "不给出抽样误差" in precision.zh
    every = small_plan(tmp_path)
    assert describe_method(every).items[7].body.en.count("Planned margin of error") == 3
    assert "quota" not in describe_method(every).text()


def test_parts_of_different_studies_are_refused(
    plan: SamplingPlan, field: Fieldwork, tmp_path: Path
) -> None:
    other = small_plan(tmp_path)
    with pytest.raises(SamplingError, match="`sample` was drawn by another plan than `plan`"):
        describe_method(other, fieldwork=field)
    sample = draw_sample(plan, small_frame(), seed=5)
    with pytest.raises(SamplingError, match="`fieldwork` accounts for another sample"):
        describe_method(plan, sample=sample, fieldwork=field)
