"""``csi tabulate``, ``fit``, ``index``, ``drivers``, ...: one table each, from a study or answers.

A command is a function of a `Source` and its own options that returns its table and the fit that it
rests on; `analysis` adds the options that all of them share.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

import csi
from csi.cli.analysis import Answer, analysis
from csi.cli.options import split_names
from csi.cli.sources import Source
from csi.cli.tabulation import boxes, flagged, ratings
from csi.cli.waves import Waves, compared_waves

if TYPE_CHECKING:
    import pandas as pd


class FitTable(StrEnum):
    """The tables of a fit."""

    PARAMETERS = "parameters"
    FIT = "fit"
    RELIABILITY = "reliability"
    R_SQUARED = "r_squared"


class InvarianceTable(StrEnum):
    """The tables of a test of invariance."""

    LEVELS = "levels"
    RELEASED = "released"
    MEANS = "means"


class IndexWeights(StrEnum):
    """How the items of a construct are weighted."""

    LOADING = "loading"
    PLS = "pls"
    REGRESSION = "regression"
    EQUAL = "equal"


By = Annotated[
    str,
    typer.Option("--by", metavar="ITEMS", help="By the groups of these items: line,operator."),
]


@analysis
def tabulate(
    source: Source,
    items: Annotated[
        str,
        typer.Option("--items", metavar="ITEMS", help="Of these, with a comma; else all ratings."),
    ] = "",
    by: By = "",
    shares: Annotated[
        bool, typer.Option("--shares", help="The share of each answer, not the mean.")
    ] = False,
    top: Annotated[
        int | None, typer.Option("--top", help="The share of the highest N points.", min=1)
    ] = None,
    bottom: Annotated[
        int | None, typer.Option("--bottom", help="The share of the lowest N points.", min=1)
    ] = None,
) -> Answer:
    """Tabulate items on their own scales: means, shares, top and bottom boxes.

    [bold]csi tabulate study.yaml --by line[/bold]

    [bold]csi tabulate study.yaml --items sat1,sat2 --top 2 --bottom 3 --by line,operator[/bold]
    """
    names, groups = split_names(items) or ratings(source), split_names(by) or None
    if top or bottom:
        parts = boxes(source, names, groups, top, bottom)
    elif shares:
        parts = [csi.estimate_shares(source.design, names, by=groups)]
    else:
        parts = [csi.estimate_means(source.design, names, by=groups)]
    return Answer(flagged(parts))


@analysis
def fit(
    source: Source,
    by: By = "",
    show: Annotated[FitTable, typer.Option("--show", help="Which table.")] = FitTable.PARAMETERS,
) -> Answer:
    """Fit the structural model; say whether it may be trusted.

    [bold]csi fit study.yaml[/bold]

    [bold]csi fit study.yaml --show fit --by operator[/bold]

    [bold]csi fit answers.sav --questionnaire q.yaml --weights w --psu town[/bold]

    [bold]csi fit answers.csv --model model.lav --out parameters.csv[/bold]
    """
    from csi.report.book import judged_parameters

    fitted = source.fit(split_names(by))
    tables: dict[FitTable, Callable[[], pd.DataFrame]] = {
        FitTable.PARAMETERS: lambda: judged_parameters(fitted),
        FitTable.FIT: fitted.glance,
        FitTable.RELIABILITY: fitted.reliability,
        FitTable.R_SQUARED: fitted.r_squared,
    }
    return Answer(tables[show](), fitted)


@analysis
def invariance(
    source: Source,
    by: By = "",
    show: Annotated[InvarianceTable, typer.Option("--show", help="Which table.")] = (
        InvarianceTable.LEVELS
    ),
) -> Answer:
    """Test whether the groups may be compared, and name the questions that measure unalike.

    [bold]csi invariance study.yaml[/bold]

    [bold]csi invariance study.yaml --by line --show released[/bold]
    """
    groups = split_names(by) or source.by[-1:]
    if not groups:
        raise typer.BadParameter("Name the item whose groups are tested: --by ITEM.")
    fitted = source.fit()
    found = csi.check_invariance(fitted, by=groups)
    tables: dict[InvarianceTable, Callable[[], pd.DataFrame]] = {
        InvarianceTable.LEVELS: found.tidy,
        InvarianceTable.RELEASED: lambda: found.released,
        InvarianceTable.MEANS: found.latent_means,
    }
    return Answer(tables[show](), fitted, found.summary())


@analysis
def index(
    source: Source,
    by: By = "",
    items: Annotated[bool, typer.Option("--items", help="Score items, not constructs.")] = False,
    index_weights: Annotated[
        IndexWeights, typer.Option("--index-weights", help="How the items of a construct weigh.")
    ] = IndexWeights.LOADING,
) -> Answer:
    """Score every construct from 0 to 100, for everybody or by group.

    [bold]csi index study.yaml[/bold]

    [bold]csi index study.yaml --by line,operator --format csv[/bold]

    [bold]csi index answers.sav --questionnaire q.yaml --by line --out index.xlsx[/bold]
    """
    fitted = source.fit()
    scores = csi.estimate_index(fitted, by=split_names(by) or None, weights=index_weights.value)
    return Answer(scores.indicators_tidy() if items else scores.tidy(), fitted)


@analysis
def drivers(
    source: Source,
    outcome: Annotated[
        str,
        typer.Option("--outcome", metavar="CONSTRUCT", help="What is driven; else the index."),
    ] = "",
) -> Answer:
    """Rank what goes with satisfaction: importance, performance, relative weights.

    [bold]csi drivers study.yaml[/bold]

    [bold]csi drivers study.yaml --outcome Loyalty --format json[/bold]
    """
    fitted = source.fit()
    return Answer(csi.rank_drivers(fitted, outcome or None).tidy(), fitted)


@analysis
def compare(
    source: Source,
    across: Annotated[
        str,
        typer.Option("--across", metavar="ITEM", help="Whose groups; else the study's last `by`."),
    ] = "",
    within: Annotated[
        str, typer.Option("--within", metavar="ITEMS", help="Inside each of these groups.")
    ] = "",
    terms: Annotated[
        str, typer.Option("--terms", metavar="CONSTRUCTS", help="Only these, with a comma.")
    ] = "",
    margin: Annotated[
        float | None,
        typer.Option("--margin", help="Smaller differences do not matter, in points.", min=0.0),
    ] = None,
    waves: Waves = "",
) -> Answer:
    """Test which groups differ, or what changed between two waves, with all tests counted.

    [bold]csi compare study.yaml[/bold]

    [bold]csi compare study.yaml --waves 2026q1,2026q2 --within operator[/bold]

    [bold]csi compare study.yaml --across operator --within line --terms Satisfaction[/bold]
    """
    if waves and across:
        raise typer.BadParameter("Compare groups (--across) or waves (--waves), not both at once.")
    if waves:
        return compared_waves(source, waves, split_names(within), terms, margin)
    from csi.comparison.comparability import tested_alike

    if not across and not source.by:
        raise typer.BadParameter("Name the item whose groups are compared: --across ITEM.")
    inside = split_names(within) or (() if across else source.by[:-1])
    across = across or source.by[-1]
    fitted = source.fit()
    compared = csi.compare_groups(
        csi.estimate_index(fitted, by=(*inside, across)),
        across=across,
        terms=split_names(terms) or None,
        margin=margin,
        invariance=tested_alike(fitted, across),
    )
    tests = f"{compared.n_tests} test{'' if compared.n_tests == 1 else 's'}"
    if not compared.examined:
        from csi.comparison.result import NOT_EXAMINED

        tests += f"; {NOT_EXAMINED}"
    return Answer(compared.tidy().assign(across=across), fitted, tests)
