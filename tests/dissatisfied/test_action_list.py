"""The exported list: nothing but what is needed, and a line that says it was written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.action_list import AUDIT_FILE, export_actions
from csi.dissatisfied.actions import ActionPlan, plan_actions
from csi.dissatisfied.faults import DissatisfiedError

SIGNED = {"purpose": "spring care", "exported": date(2026, 4, 1), "by": "care desk"}


@pytest.fixture
def plan(tmp_path: Path) -> ActionPlan:
    path = tmp_path / "care.yaml"
    path.write_text(
        "hold_out: {share: 0.25}\n"
        "rules:\n"
        "  - {name: few, strategy: remedy, when: probability > 0.99, action: Mend}\n"
        "  - {name: many, strategy: reach_out, when: probability > 0.3, action: Call}\n",
        encoding="utf-8",
    )
    n = 400
    scores = pd.DataFrame(
        {
            "id": np.arange(n) * 7_777_777_777_777_777 + 1,
            "probability": np.r_[np.full(8, 0.995), np.linspace(0.1, 0.9, n - 8)],
        }
    )
    return plan_actions(scores, None, path, seed=5)


def test_the_list_holds_only_what_is_needed(plan: ActionPlan, tmp_path: Path) -> None:
    written = export_actions(plan, tmp_path / "care.parquet", **SIGNED)
    table = pd.read_parquet(written.path)
    assert list(table.columns) == ["id", "rule", "strategy", "action", "priority"]
    assert written.rows == len(table) == len(plan.arm("care"))
    assert not table["id"].isin(plan.arm("hold-out")["id"]).any()


def test_a_workbook_keeps_every_digit_of_a_key(plan: ActionPlan, tmp_path: Path) -> None:
    path = tmp_path / "care.xlsx"
    export_actions(plan, path, **SIGNED)
    table = pd.read_excel(path, dtype=str)
    assert set(table["id"]) == set(plan.arm("care")["id"].astype(str))


def test_the_hold_out_is_a_list_of_its_own(plan: ActionPlan, tmp_path: Path) -> None:
    written = export_actions(plan, tmp_path / "later.parquet", arm="hold-out", **SIGNED)
    table = pd.read_parquet(written.path)
    assert list(table.columns) == ["id", "rule"]
    assert set(table["id"]) == set(plan.arm("hold-out")["id"])


def test_every_export_leaves_a_line_without_keys(plan: ActionPlan, tmp_path: Path) -> None:
    first = export_actions(plan, tmp_path / "care.parquet", **SIGNED)
    again = export_actions(plan, tmp_path / "care.parquet", **SIGNED)
    lines = (tmp_path / AUDIT_FILE).read_text(encoding="utf-8").splitlines()
    assert lines == [first.audit, again.audit]
    assert first.audit == again.audit
    note = json.loads(first.audit)
    assert note["rows"] == first.rows
    assert note["customers_by_rule"]["few"] == "below 10"
    assert note["customers_by_rule"]["many"] > 10
    assert (note["by"], note["purpose"], note["file"]) == (
        "care desk",
        "spring care",
        "care.parquet",
    )
    assert not any(str(key) in first.audit for key in plan.customers["id"] if key > 1)


def test_faults_of_an_export(plan: ActionPlan, tmp_path: Path) -> None:
    with pytest.raises(DissatisfiedError) as caught:
        export_actions(
            plan,
            tmp_path / "care.csv",
            purpose=" ",
            by="",
            exported=date(2026, 4, 1),
            arm="both",  # type: ignore[arg-type]
        )
    assert str(caught.value).splitlines() == [
        "care.csv: a list cannot be written as `.csv`. Allowed endings: .xlsx, .parquet.",
        "`purpose` is empty: say what the list is for.",
        "`by` is empty: say who takes responsibility for the list.",
        "`arm` must be one of care, hold-out; got 'both'.",
    ]
    assert not (tmp_path / AUDIT_FILE).exists()
