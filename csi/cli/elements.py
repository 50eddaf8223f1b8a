"""``csi elements``: what users say of each channel, and what goes with perceived quality."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

import csi
from csi.cli.analyses import By
from csi.cli.analysis import Answer, analysis
from csi.cli.options import split_names
from csi.cli.sources import Source
from csi.errors import ModelError


class ElementTable(StrEnum):
    """The tables of the elements."""

    LEVELS = "levels"
    ITEMS = "items"
    DRIVERS = "drivers"
    MODELS = "models"
    SHORT_BOARDS = "short_boards"
    LADDER = "ladder"
    LADDER_GAPS = "ladder_gaps"


@analysis
def elements(
    source: Source,
    by: By = "",
    show: Annotated[
        ElementTable,
        typer.Option(
            "--show",
            help="Levels, items; drivers, the models behind them; short boards; complaint ladder.",
        ),
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
    own: Annotated[
        int | None,
        typer.Option("--own", metavar="CODE", help="Ours in the last item of --by."),
    ] = None,
) -> Answer:
    """Judge quality elements among those who use them: scores, dissatisfied users, contact rates.

    [bold]csi elements study.yaml --by line,operator[/bold]

    [bold]csi elements study.yaml --show drivers[/bold]

    [bold]csi elements study.yaml --show short_boards --by line,operator --own 1[/bold]

    [bold]csi elements answers.sav --questionnaire q.yaml --dissatisfied-to 4[/bold]
    """
    if source.questionnaire is None:
        raise ModelError("Elements are declared in a questionnaire: give one by --questionnaire.")
    groups = split_names(by)
    if show in (ElementTable.LADDER, ElementTable.LADDER_GAPS):
        _refuse_groups(groups)
        ladder = csi.complaint_ladder(source.fit())
        return Answer(ladder.tidy() if show is ElementTable.LADDER else ladder.gaps_tidy())
    if show in (ElementTable.DRIVERS, ElementTable.MODELS):
        _refuse_groups(groups)
        ranked = csi.rank_elements(source.fit(), outcome=outcome or None)
        table = ranked.tidy() if show is ElementTable.DRIVERS else ranked.models_tidy()
        return Answer(table, note="Associations among users, not effects.")
    found = csi.estimate_elements(
        source.design, source.questionnaire, by=groups or None, dissatisfied_to=dissatisfied_to
    )
    if show is ElementTable.SHORT_BOARDS:
        if own is None or not groups:
            raise typer.BadParameter("Say whose competitors: --by ITEM and --own CODE.")
        ranked = csi.rank_elements(source.fit(), outcome=outcome or None)
        boards = csi.find_short_boards(found, ranked, own=own)
        return Answer(boards.tidy(), note=f"{boards.n_tests} tests")
    return Answer(found.tidy() if show is ElementTable.LEVELS else found.items_tidy())


def _refuse_groups(groups: Sequence[str]) -> None:
    if groups:
        raise typer.BadParameter("This table is for everybody: leave out --by.")
