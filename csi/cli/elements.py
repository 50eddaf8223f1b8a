"""``csi elements``: what users say of each channel, and what goes with perceived quality."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

import csi
from csi.cli.analyses import By
from csi.cli.analysis import Answer, analysis
from csi.cli.options import split_names
from csi.cli.sources import Source
from csi.errors import ModelError

if TYPE_CHECKING:
    import pandas as pd


class ElementTable(StrEnum):
    """The tables of the elements."""

    LEVELS = "levels"
    ITEMS = "items"
    DRIVERS = "drivers"
    MODELS = "models"


@analysis
def elements(
    source: Source,
    by: By = "",
    show: Annotated[
        ElementTable,
        typer.Option("--show", help="Levels, single items, drivers, or the models behind them."),
    ] = ElementTable.LEVELS,
    dissatisfied_to: Annotated[
        float | None,
        typer.Option(
            "--dissatisfied-to",
            metavar="CODE",
            help="The highest dissatisfied answer; else the lower half of the scale.",
        ),
    ] = None,
    outcome: Annotated[
        str,
        typer.Option("--outcome", metavar="CONSTRUCT", help="What the elements are related to."),
    ] = "",
) -> Answer:
    """Judge quality elements among those who use them: scores, dissatisfied users, contact rates.

    [bold]csi elements study.yaml --by line,operator[/bold]

    [bold]csi elements study.yaml --show drivers[/bold]

    [bold]csi elements answers.sav --questionnaire q.yaml --dissatisfied-to 4[/bold]
    """
    if source.questionnaire is None:
        raise ModelError("Elements are declared in a questionnaire: give one by --questionnaire.")
    if show in (ElementTable.DRIVERS, ElementTable.MODELS):
        return _drivers(source, by, show, outcome)
    found = csi.estimate_elements(
        source.design,
        source.questionnaire,
        by=split_names(by) or None,
        dissatisfied_to=dissatisfied_to,
    )
    return Answer(found.tidy() if show is ElementTable.LEVELS else found.items_tidy())


def _drivers(source: Source, by: str, show: ElementTable, outcome: str) -> Answer:
    if by:
        raise typer.BadParameter("Elements are ranked for everybody: leave out --by.")
    ranked = csi.rank_elements(source.fit(), outcome=outcome or None)
    table: pd.DataFrame = ranked.tidy() if show is ElementTable.DRIVERS else ranked.models_tidy()
    return Answer(table, note="Associations among users, not effects.")
