"""Tables of a ladder of invariance: its levels, and the parameters of each group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.inference import tidy_numbers
from csi.model.ladder import Ladder, Step
from csi.model.multigroup_measures import multigroup_measures


def level_table(ladder: Ladder) -> pd.DataFrame:
    """Return one row per model, as `Invariance.tidy` describes it."""
    measures = {id(step.fit): multigroup_measures(step.fit) for step in ladder.steps}
    rows = []
    for step in ladder.steps:
        own, test, before = measures[id(step.fit)], step.difference, step.before
        cfi = measures[id(before)]["cfi_scaled"] if before else np.nan
        rows.append(
            {
                "level": step.name,
                **own,
                "diff_chi2": test.chi2 if test else np.nan,
                "diff_df": float(test.df) if test else np.nan,
                "diff_p": test.p_value if test else np.nan,
                "diff_cfi": own["cfi_scaled"] - cfi,
                "holds": step.holds,
                "verdict": "baseline" if test is None else "holds" if step.holds else "rejected",
            }
        )
    return pd.DataFrame(rows)


def parameter_table(step: Step, groups: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Return every group's parameters, as `Invariance.parameters` describes them."""
    fit = step.fit
    structure, k = fit.model.structure, fit.model.structure.n_free
    entries = [*structure.free[structure.free >= 0].tolist(), *range(k, fit.model.width)]
    names: list[tuple[str, str, str]] = [
        (row.lhs, row.op, row.rhs)
        for row, free in zip(structure.table.parameters, structure.free, strict=True)
        if free >= 0
    ]
    names += [(name, "~1", "") for name in (*structure.items, *structure.nodes)]
    terms = pd.DataFrame({"term": [""] * len(fit.values)})
    errors = fit.functions(fit.values, np.eye(len(fit.values)), terms).std_errors()
    times = np.zeros(len(fit.values), dtype=np.int64)
    for number in fit.labels.own:
        times[number[number >= 0]] += 1
    tables = []
    for g, moments in enumerate(fit.data.moments):
        labels = pd.DataFrame(names, columns=["lhs", "op", "rhs"])
        for position, name in enumerate(groups.columns):
            labels.insert(position, name, [groups[name].iloc[g]] * len(labels))
        number = fit.labels.own[g, entries]
        free, at = number >= 0, np.maximum(number, 0)
        df = np.full(len(number), moments.estimates.df[0])
        error = np.where(free, errors[at], 0.0)
        table = tidy_numbers(fit.of_group(g)[entries], error, df, conf_level=conf_level)
        table["n"], table["n_eff"] = moments.n, moments.n_eff
        table["shared"] = free & (times[at] > 1)
        tables.append(pd.concat([labels, table], axis=1))
    return pd.concat(tables, ignore_index=True)
