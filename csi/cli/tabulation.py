"""What ``csi tabulate`` puts into its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

import csi
from csi.cli.sources import Source
from csi.results import base_flag

if TYPE_CHECKING:
    import pandas as pd


def ratings(source: Source) -> tuple[str, ...]:
    """Return the items that have a scale, as the questionnaire says."""
    if source.questionnaire is None:
        raise typer.BadParameter("Name the items: --items ITEMS.")
    return tuple(item.id for item in source.questionnaire.items.values() if item.scale)


def boxes(
    source: Source,
    items: Sequence[str],
    by: Sequence[str] | None,
    top: int | None,
    bottom: int | None,
) -> list[csi.Estimates]:
    """Estimate the shares of top and bottom boxes, each item on its own scale."""
    parts = []
    for name in items:
        item = source.questionnaire.items.get(name) if source.questionnaire else None
        if item is None or item.scale is None:
            raise typer.BadParameter(f"`{name}` has no scale, so it has no boxes.")
        levels = csi.scale_boxes(item.scale.minimum, item.scale.maximum, top=top, bottom=bottom)
        parts.append(csi.estimate_shares(source.design, [name], by=by, boxes=levels))
    return parts


def flagged(parts: Sequence[csi.Estimates]) -> pd.DataFrame:
    """Return one table, with the mark of small bases."""
    import pandas as pd

    table = pd.concat([part.tidy() for part in parts], ignore_index=True)
    return table.assign(flag=[base_flag(n_eff) for n_eff in table["n_eff"]])
