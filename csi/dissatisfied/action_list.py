"""The list for those who care: written whole, without a word too much, and noted down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd

from csi.dissatisfied.actions import CARE, HELD_OUT, ActionPlan
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_identities
from csi.storage import append_line, hash_file, write_table

SMALLEST_CELL = 10
"""Counts below this are not written: they might point at somebody."""

AUDIT_FILE = "exports.jsonl"
_ENDINGS = (".xlsx", ".parquet")
_COLUMNS = ("rule", "strategy", "action", "priority")
Arm = Literal["care", "hold-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was written, and the line that was noted down about it.

    Attributes
    ----------
    path : Path
    rows : int
    audit : str
        One line of JSON without any key of a customer.
    """

    path: Path
    rows: int
    audit: str


def export_actions(
    plan: ActionPlan,
    path: str | Path,
    *,
    purpose: str,
    exported: date,
    by: str,
    arm: Arm = "care",
) -> Export:
    """Write one arm of an action plan, and add a line to ``exports.jsonl`` beside it.

    The list holds the pseudonymous key, rule, strategy, action and priority: no probability, no
    stratum and no other column of the customer. Those held out are on no list for those who care;
    write them apart, for the follow-up survey.

    Parameters
    ----------
    plan : ActionPlan
    path : str or Path
        Ending in ``.xlsx`` or ``.parquet``.
    purpose : str
        What the list is for; purpose and person stand in the audit line.
    exported : date
    by : str
        Who takes responsibility for the list.
    arm : {"care", "hold-out"}

    Returns
    -------
    Export

    Raises
    ------
    IdentityError
        If keys look like names, telephone or identity numbers.
    DissatisfiedError
        For another ending, an empty purpose or person, or an arm without customers.
    """
    path = Path(path)
    _check(path, purpose, by, arm)
    rows = plan.arm(arm)
    if len(rows) == 0:
        raise DissatisfiedError(f"Nobody is in the arm `{arm}`: there is no list to write.")
    refuse_identities(rows, plan.key, "The action list")
    columns = [plan.key, *(_COLUMNS if arm == CARE else ("rule",))]
    listed = rows[columns]
    if path.suffix.lower() == ".xlsx":
        # A workbook rounds whole numbers to 15 digits: a key of 19 must be text.
        listed = listed.assign(**{plan.key: listed[plan.key].astype(str)})
    write_table(listed, path)
    audit = json.dumps(
        {
            "exported": exported.isoformat(),
            "by": by,
            "purpose": purpose,
            "file": path.name,
            "sha256": hash_file(path),
            "arm": arm,
            "rows": len(rows),
            "rules": plan.rules.source,
            "rules_sha256": plan.rules.sha256,
            "seed": plan.seed,
            "customers_by_rule": _counts(rows["rule"]),
        },
        ensure_ascii=False,
        sort_keys=True,
    )
    append_line(path.parent / AUDIT_FILE, audit)
    return Export(path=path, rows=len(rows), audit=audit)


def _check(path: Path, purpose: str, by: str, arm: str) -> None:
    faults = []
    if path.suffix.lower() not in _ENDINGS:
        faults.append(
            f"{path.name}: a list cannot be written as `{path.suffix or path.name}`. Allowed "
            f"endings: {', '.join(_ENDINGS)}."
        )
    if not purpose.strip():
        faults.append("`purpose` is empty: say what the list is for.")
    if not by.strip():
        faults.append("`by` is empty: say who takes responsibility for the list.")
    if arm not in (CARE, HELD_OUT):
        faults.append(f"`arm` must be one of {CARE}, {HELD_OUT}; got {arm!r}.")
    if faults:
        raise DissatisfiedError("\n".join(faults))


def _counts(rules: pd.Series) -> dict[str, int | str]:
    counts = rules.value_counts().sort_index()
    return {
        str(name): int(count) if count >= SMALLEST_CELL else f"below {SMALLEST_CELL}"
        for name, count in counts.items()
    }
