"""The model whose invariance is tested, made from the model of a fit."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Literal

from csi.errors import ModelError
from csi.model.syntax import Parameter, ParameterTable

Scope = Literal["measurement", "structural"]


def comparison_table(table: ParameterTable, scope: Scope) -> ParameterTable:
    """Return the measurement model, its constructs free to correlate, or the model with its paths.

    Every construct gets its unit from an item, so that its variance can differ between groups.

    Raises
    ------
    ModelError
        For a structural model with constructs that are measured by constructs.
    """
    if scope == "structural":
        higher = [p for p in table.parameters if p.op == "=~" and p.rhs in table.constructs]
        if higher:
            raise ModelError(
                f"`{higher[0]}` measures a construct by a construct; the means of both cannot be "
                'told apart. Use model="measurement".'
            )
        return _with_markers(table)
    blocks = measured_blocks(table)
    items = tuple(dict.fromkeys(item for own in blocks.values() for item in own))
    kept = [
        p
        for p in table.parameters
        if (p.op == "=~" and p.lhs in blocks) or (p.op == "~~" and {p.lhs, p.rhs} <= set(items))
    ]
    kept += [Parameter(c, "~~", c) for c in blocks]
    kept += [Parameter(a, "~~", b) for a, b in combinations(blocks, 2)]
    return _with_markers(
        replace(table, parameters=tuple(kept), items=items, constructs=tuple(blocks))
    )


def measured_blocks(table: ParameterTable) -> dict[str, tuple[str, ...]]:
    """Return the items of every construct that is measured by items."""
    blocks = {c: table.items_of(c) for c in table.constructs}
    return {c: own for c, own in blocks.items() if set(own) <= set(table.items)}


def _with_markers(table: ParameterTable) -> ParameterTable:
    """Fix the first loading of constructs whose unit was their variance."""
    given = {p.lhs for p in table.parameters if p.op == "=~" and p.fixed is not None}
    first = {c: table.items_of(c)[0] for c in table.constructs if c not in given}
    parameters = []
    for p in table.parameters:
        if p.op == "=~" and first.get(p.lhs) == p.rhs:
            p = replace(p, fixed=1.0, label="")
        elif p.op == "~~" and p.lhs == p.rhs and p.lhs in first:
            p = replace(p, fixed=None)
        parameters.append(p)
    return replace(table, parameters=tuple(parameters))
