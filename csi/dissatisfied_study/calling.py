"""The list as it leaves the house."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from csi.dissatisfied.actions import CARE, ActionPlan
from csi.dissatisfied_study.store import Store
from csi.storage import whole_file

_CALL_COLUMNS = ("strategy", "action", "priority", "probability", "cost")


def write_calls(plan: ActionPlan, store: Store) -> Path:
    """Write the list as it leaves the house: a workbook of those cared for, a sheet per rule.

    Keys are text, as a spreadsheet rounds long numbers; who is held out is not in it.
    """
    import xlsxwriter

    path, care = store.folder / "lists" / "calls.xlsx", plan.arm(CARE)
    with whole_file(path) as temporary:
        options = {"constant_memory": True, "strings_to_numbers": False}
        with xlsxwriter.Workbook(temporary, options) as book:
            book.set_properties({"created": datetime(2000, 1, 1)})
            for name in dict.fromkeys(care["rule"]):
                sheet = book.add_worksheet(str(name)[:31])
                sheet.write_row(0, 0, [plan.key, *_CALL_COLUMNS])
                own = care[care["rule"] == name]
                keys, rest = own[plan.key].astype(str), own[list(_CALL_COLUMNS)]
                pairs = zip(keys, rest.itertuples(index=False), strict=True)
                for row, (key, values) in enumerate(pairs, start=1):
                    sheet.write_row(row, 0, [key, *(_cell(value) for value in values)])
                sheet.freeze_panes(1, 0)
    store.audit(path, len(care))
    return path


def _cell(value: Any) -> Any:
    """Return a value as a workbook takes it: a customer without a score has an empty cell."""
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
