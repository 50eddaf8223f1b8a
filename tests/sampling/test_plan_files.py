"""A plan as a folder, a sample with its plan, and the base weights of what came back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import SamplingError
from csi.questionnaire.reading import read_questionnaire
from csi.sampling.fieldwork import summarise_fieldwork
from csi.sampling.plan import SamplingPlan, plan_sample
from csi.sampling.plan_files import half_widths, read_plan, write_plan
from csi.sampling.selection import draw_sample
from csi.sampling.statement_files import read_method_details
from csi.simulate.field import simulate_field
from csi.simulate.frame import simulate_frame

CELLS = pd.DataFrame(
    {
        "line": [1, 2, 1, 2],
        "operator": [1, 1, 2, 2],
        "population": [3000, 2000, 2500, 1500],
        "design": ["probability", "probability", "quota", "quota"],
    }
)
WIDTHS = {(): 3.0, ("line", "operator"): 6.0}


@pytest.fixture(scope="module")
def form(project: Path) -> Path:
    return project / "questionnaires" / "tcsi.yaml"


@pytest.fixture(scope="module")
def plan(form: Path) -> SamplingPlan:
    return plan_sample(read_questionnaire(form), CELLS, half_width=WIDTHS, response_rate=0.25)


def stored(plan: SamplingPlan, form: Path, folder: Path) -> Path:
    options = {"half_width": half_widths(WIDTHS), "response_rate": 0.25, "budget": None}
    write_plan(plan, folder, questionnaire=form, population=CELLS, options=options)
    return folder


def test_a_plan_is_made_again_from_its_folder(
    plan: SamplingPlan, form: Path, tmp_path: Path
) -> None:
    again = read_plan(stored(plan, form, tmp_path / "plan"))
    pd.testing.assert_frame_equal(again.cells, plan.cells)
    assert again.settings == plan.settings
    assert (tmp_path / "plan" / "plan.txt").read_text("utf-8") == plan.summary() + "\n"


def test_a_changed_or_incomplete_folder_is_refused(
    plan: SamplingPlan, form: Path, tmp_path: Path
) -> None:
    folder = stored(plan, form, tmp_path / "plan")
    CELLS.assign(population=[3000, 2000, 2500, 9000]).to_csv(folder / "population.csv")
    with pytest.raises(SamplingError) as raised:
        read_plan(folder)
    assert str(raised.value) == (
        f"{folder}: strata.csv is not what questionnaire.yaml, population.csv, options.json give: "
        "one of them was changed. Make the plan again with `csi plan`."
    )
    (folder / "options.json").unlink()
    with pytest.raises(
        SamplingError, match=r"no options.json. Name a folder that `csi plan` wrote."
    ):
        read_plan(folder)


def test_a_simulated_frame_has_the_plan_s_customers_and_those_it_excludes(
    plan: SamplingPlan,
) -> None:
    frame = simulate_frame(plan, seed=3)
    pd.testing.assert_frame_equal(frame, simulate_frame(plan, seed=3))
    assert frame["synthetic"].all()
    assert frame["case_id"].is_unique
    sample = draw_sample(plan, frame, seed=1)
    assert sample.cells["eligible"].tolist() == [3000, 2000]
    assert (sample.audit["removed"][2:] > 0).all()


def test_a_simulated_field_fills_the_plan(plan: SamplingPlan) -> None:
    sample = draw_sample(plan, simulate_frame(plan, seed=3), seed=1)
    field = simulate_field(sample, seed=5)
    found = summarise_fieldwork(sample, field.dispositions, quota=field.quota)
    assert (found.progress["missing"] == 0).all()
    # Whole replicates are worked to their end, each number once.
    assert found.progress["pending"].fillna(0).eq(0).all()
    assert found.overall()["I"] / found.overall()["released"] == pytest.approx(0.25, abs=0.03)
    answers = field.responses
    assert answers.synthetic
    own = answers.frame[answers.frame["operator"] == 1]
    drawn = sample.units.set_index("case_id")["line"]
    assert (drawn.loc[own["case_id"]].to_numpy() == own["line"].to_numpy()).all()
    assert answers.frame["case_id"].is_unique


def test_base_weights_add_up_to_the_customers(plan: SamplingPlan) -> None:
    sample = draw_sample(plan, simulate_frame(plan, seed=3), seed=1)
    field = simulate_field(sample, seed=5)
    found = summarise_fieldwork(sample, field.dispositions, quota=field.quota)
    table = found.base_weights()
    assert list(table["stratum"]) == [1, 2, 3, 4]
    total = (table["base_weight"] * table["interviews"]).to_numpy()
    np.testing.assert_allclose(total, [3000, 2000, 2500, 1500])
    joined = field.responses.frame.merge(table, on=["line", "operator"])
    assert joined["base_weight"].sum() == pytest.approx(9000)


def test_details_of_the_method_are_read_with_their_faults(tmp_path: Path) -> None:
    path = tmp_path / "method.yaml"
    path.write_text("mode: {en: Telephone, zh: 电话}\n", encoding="utf-8")
    assert read_method_details(path).mode.zh == "电话"
    path.write_text("mode: Telephone\nmood: x\n", encoding="utf-8")
    with pytest.raises(SamplingError) as raised:
        read_method_details(path)
    assert "`mode` stands in one language." in str(raised.value)
    assert "The details has an unknown key `mood`. Did you mean `mode`?" in str(raised.value)
    assert len(raised.value.faults) == 2


def test_faults_of_a_plan_are_counted(form: Path) -> None:
    with pytest.raises(SamplingError) as raised:
        plan_sample(read_questionnaire(form), CELLS, sd=-1.0, deff=0.0)
    assert len(raised.value.faults) == 2


def test_a_field_without_enough_numbers_calls_them_all(plan: SamplingPlan, form: Path) -> None:
    poor = plan_sample(
        read_questionnaire(form), CELLS, half_width=WIDTHS, response_rate=0.25, reserve=0
    )
    sample = draw_sample(poor, simulate_frame(poor, seed=3), seed=1)
    field = simulate_field(sample, seed=5)
    assert len(field.dispositions) == len(sample.units)
