"""Names, numbers and texts of persons are planted in every input and found in no output."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.action_list import AUDIT_FILE, export_actions
from csi.dissatisfied.actions import ActionPlan, plan_actions
from csi.dissatisfied.capture import estimate_capture_share
from csi.dissatisfied.evaluation import evaluate_actions
from csi.dissatisfied.faults import IdentityError
from csi.dissatisfied.flags import SilentRule
from csi.dissatisfied.hypotheses import examine_hypotheses
from csi.dissatisfied.identities import refuse_free_text
from csi.dissatisfied.pool import DissatisfiedPool, PoolSource, pool_dissatisfied
from csi.dissatisfied.profile import profile_group
from csi.dissatisfied.reasons import rank_causes, rank_reasons
from csi.dissatisfied.segments import Axis, segment_grid
from csi.errors import CsiError
from csi.inference import make_design

PHONE, NAME, WORDS = "13912345678", "欧阳小明", "please call me back, I am furious"
PLANTED = (PHONE, NAME, WORDS, "furious")
N = 900


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "id": [f"{key:016x}" for key in rng.integers(2**62, 2**63, N)],
            "rating": rng.integers(1, 11, N),
            "last_call": np.where(rng.random(N) < 0.5, "2025-01-01", "2026-03-01"),
            "region": rng.integers(1, 4, N),
            "probability": rng.random(N),
            "cause": rng.integers(1, 4, N),
            "phone": PHONE,
            "name": NAME,
            "said": WORDS,
        }
    )


@pytest.fixture
def pool(people: pd.DataFrame) -> DissatisfiedPool:
    records = people.head(400).assign(date="2026-03-01")
    return pool_dissatisfied(
        [PoolSource(name="hotline", records=records, cause="cause")], as_of=date(2026, 3, 31)
    )


@pytest.fixture
def plan(people: pd.DataFrame, pool: DissatisfiedPool, tmp_path: Path) -> ActionPlan:
    path = tmp_path / "care.yaml"
    path.write_text(
        "hold_out: {share: 0.3, within: [region]}\n"
        "rules:\n"
        "  - {name: call, strategy: reach_out, when: probability > 0.2, action: Call, cost: 1}\n",
        encoding="utf-8",
    )
    return plan_actions(people, pool, path, seed=1)


def clean(*outputs: object) -> None:
    for output in outputs:
        text = output.to_csv() if isinstance(output, pd.DataFrame) else str(output)
        assert not any(mark in text for mark in PLANTED)


def test_no_result_shows_what_was_planted(
    people: pd.DataFrame, pool: DissatisfiedPool, plan: ActionPlan, tmp_path: Path
) -> None:
    design = make_design(people.assign(low=people["rating"] <= 5))
    clean(pool.customers, pool.records, pool.tidy(), pool.summary(), repr(pool))
    captured = estimate_capture_share(pool, design, "rating", interviewed=date(2026, 4, 2))
    clean(captured.tidy(), captured.summary(), repr(captured))
    found = examine_hypotheses(
        design,
        "rating",
        observed=date(2026, 3, 31),
        interviewed=date(2026, 4, 2),
        silent=SilentRule(channels=("last_call",)),
        adjust=["region"],
    )
    clean(found.tidy(), found.summary(), found.flags, repr(found))
    reasons, causes = rank_reasons(design, "cause"), rank_causes(pool)
    clean(reasons.tidy(), reasons.summary(), causes.tidy(), causes.summary())
    profile = profile_group(design, "low", ["region"])
    grid = segment_grid(design, "rating", [Axis(column="region")])
    clean(profile.tidy(), profile.summary(), grid.tidy(), grid.bases(), grid.summary())
    clean(plan.customers, plan.tidy(), plan.summary(), repr(plan))
    effect = evaluate_actions(plan, people, "rating", participants=people["id"].head(50))
    clean(effect.tidy(), effect.summary(), repr(effect))
    for ending in (".parquet", ".xlsx"):
        written = export_actions(
            plan,
            tmp_path / f"list{ending}",
            purpose="care",
            exported=date(2026, 4, 1),
            by="desk",
        )
        is_book = ending == ".xlsx"
        clean(pd.read_excel(written.path) if is_book else pd.read_parquet(written.path))
    clean((tmp_path / AUDIT_FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("column", ["phone", "name"])
def test_no_error_shows_what_was_planted(
    people: pd.DataFrame, pool: DissatisfiedPool, plan: ActionPlan, column: str
) -> None:
    marked = people.drop(columns="id").rename(columns={column: "id"})
    unlike = marked.assign(id=[f"{PHONE[:-3]}{k:03d}" for k in range(N)])
    design = make_design(marked)
    attempts: list[Callable[[], object]] = [
        lambda: pool_dissatisfied(
            [PoolSource(name="x", records=marked.assign(date="2026-03-01"))],
            as_of=date(2026, 3, 31),
        ),
        lambda: estimate_capture_share(pool, design, "rating", interviewed=date(2026, 4, 2)),
        lambda: rank_causes(marked),
        lambda: plan_actions(unlike, None, plan.rules, seed=1),
        lambda: evaluate_actions(plan, marked, "rating"),
    ]
    for attempt in attempts:
        with pytest.raises(IdentityError) as caught:
            attempt()
        clean(caught.value)


def test_free_text_is_no_code(people: pd.DataFrame, plan: ActionPlan) -> None:
    wild = people.assign(cause=PHONE, said=WORDS * 3, low=people["rating"] <= 5)
    design = make_design(wild)
    attempts: list[Callable[[], object]] = [
        lambda: rank_reasons(design, "said"),
        lambda: rank_causes(wild),
        lambda: profile_group(design, "low", ["said"]),
        lambda: segment_grid(design, "rating", [Axis(column="said")]),
        lambda: pool_dissatisfied(
            [PoolSource(name="x", records=wild.assign(date="2026-03-01"), cause="cause")],
            as_of=date(2026, 3, 31),
        ),
        lambda: plan_actions(wild.assign(region=WORDS * 3), None, plan.rules, seed=1),
    ]
    for attempt in attempts:
        with pytest.raises(IdentityError, match="holds free text, or numbers and addresses") as e:
            attempt()
        clean(e.value)


def test_other_errors_show_no_value_either(people: pd.DataFrame, plan: ActionPlan) -> None:
    twice = pd.concat([people, people.head(1)]).assign(rating=99)
    with pytest.raises(CsiError) as caught:
        evaluate_actions(plan, twice, "rating")
    clean(caught.value)
    assert people["id"].iloc[0] not in str(caught.value)


def test_names_of_codes_pass() -> None:
    refuse_free_text([1, 2.0, "network", "宽带速度", "5G, 100 GB", "to 13.91", None], "A column")
