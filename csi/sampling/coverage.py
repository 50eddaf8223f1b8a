"""What the exclusions do to the results, in words and as a bound."""

from __future__ import annotations

import pandas as pd

from csi.questionnaire.schema import Language
from csi.sampling.screening import NO_KEY, NOT_DRAWN

_OUTSIDE = (NO_KEY[0], NOT_DRAWN[0])
"""Rows that are no customers of the strata that are drawn: they do not count as uncovered."""


def coverage_note(rows: int, audit: pd.DataFrame, language: Language) -> str:
    """Say how many customers the rules removed, and what the index may miss.

    With a share e of the customers left out, whose index differs by d from those covered, the index
    of all differs by ``e · d`` from the one measured: at most ``100 e`` points.
    """
    outside = int(audit.loc[audit["rule"].isin(_OUTSIDE), "removed"].sum())
    customers = rows - outside
    rules = audit[~audit["rule"].isin(_OUTSIDE) & (audit["removed"] > 0)]
    removed = int(rules["removed"].sum())
    share = removed / max(customers, 1)
    reason = f"reason_{language}"
    if language == "zh":
        listed = "，".join(f"{row[reason]}{row['removed']:,}" for row in rules.to_dict("records"))
        return (
            f"抽样框共{rows:,}行，其中{outside:,}行无标识或不属于抽样层；"
            f"在{customers:,}名用户中，各规则依次剔除{removed:,}名（{share:.1%}）"
            f"{'：' + listed if listed else ''}。结果只代表其余用户。"
            f"被剔除者的指数每相差10分，全体用户的指数就相差{10 * share:.2f}分。"
        )
    listed = ", ".join(f"{row[reason]} {row['removed']:,}" for row in rules.to_dict("records"))
    return (
        f"The frame has {rows:,} rows; {outside:,} have no key or belong to no stratum that is "
        f"drawn. Of {customers:,} customers the rules remove {removed:,} ({share:.1%}), in this "
        f"order{': ' + listed if listed else ''}. Results speak of the others only: for every 10 "
        f"points by which those left out differ, the index of all customers differs by "
        f"{10 * share:.2f} points."
    )
