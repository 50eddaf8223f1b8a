"""``csi weight``: from answers and population margins to weights, and what they are like."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import csi
from csi.cli.options import Format, Quiet, TableFormat, Wave, split_names
from csi.cli.output import emit, say
from csi.cli.sources import (
    Fpc,
    Lonely,
    Psu,
    QuestionnairePath,
    Sampled,
    SourcePath,
    Strata,
    is_study,
    open_answers,
)
from csi.storage import check_table_path, write_table

if TYPE_CHECKING:
    import pandas as pd

    from csi.weighting.margins import Margins


class WeightTable(StrEnum):
    """The tables of a diagnosis."""

    MARGINS = "margins"
    OVERVIEW = "overview"
    DOMAINS = "domains"
    EXTREMES = "extremes"


class Method(StrEnum):
    """How weights are changed to meet the margins."""

    RAKE = "rake"
    POSTSTRATIFY = "poststratify"
    LINEAR = "linear"
    TRUNCATED = "truncated"
    LOGIT = "logit"


def weight(
    source: SourcePath,
    questionnaire: QuestionnairePath = None,
    margins: Annotated[
        Path | None,
        typer.Option("--margins", metavar="FILE", help="Totals: .yaml, .csv, .xlsx, .parquet."),
    ] = None,
    method: Annotated[Method, typer.Option("--method", help="How weights are changed.")] = (
        Method.RAKE
    ),
    bounds: Annotated[
        str, typer.Option("--bounds", metavar="LOW,HIGH", help="Of the factors: 0.3,3.")
    ] = "",
    trim: Annotated[
        float | None, typer.Option("--trim", help="The largest weight, in mean weights.")
    ] = None,
    total: Annotated[
        float | None, typer.Option("--total", help="What they add up to; else the margins' sum.")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="ITEMS", help="Effective bases of these groups.")
    ] = "",
    wave: Wave = "",
    weights: Annotated[
        str, typer.Option("--weights", metavar="COLUMN", help="The base weights.")
    ] = "",
    strata: Strata = "",
    psu: Psu = "",
    fpc: Fpc = "",
    lonely: Lonely = "",
    show: Annotated[WeightTable, typer.Option("--show", help="Which table.")] = WeightTable.MARGINS,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="The weights: .csv, .parquet, .xlsx."),
    ] = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Weight respondents to population margins; say what the weights are like.

    [bold]csi weight study.yaml --out weights.csv[/bold]

    [bold]csi weight answers.sav --questionnaire q.yaml --margins margins.yaml --trim 5[/bold]
    """
    from csi.weighting.diagnostics import diagnose_weights
    from csi.weighting.margin_files import read_margins_file

    if out is not None:
        check_table_path(out)
    stated = None if margins is None else read_margins_file(margins)
    said = Sampled(weights or None, strata or None, psu or None, fpc or None, lonely or None)
    design, wanted, cap, keys = _open(source, questionnaire, wave, said, stated)
    design = csi.weight_responses(
        design,
        margins=wanted,
        method=str(method),  # type: ignore[arg-type]
        bounds=_bounds(bounds),
        trim=cap if trim is None else trim,
        total=total,
    )
    found = diagnose_weights(design, margins=wanted, by=split_names(by) or None)
    if out is not None:
        write_table(_table(design, keys), out)
    emit(getattr(found, show), format, None)
    if not quiet:
        say(design.description["calibration"])
        say(repr(found))
        say(f"Weights written to {out}" if out else "Nothing is written without --out.")


def _open(
    source: Path,
    questionnaire: Path | None,
    wave: str,
    said: Sampled,
    stated: Margins | None,
) -> tuple[csi.SurveyDesign, Margins, float | None, list[str]]:
    """Return the design before calibration, margins, the study's own trimming, and key items."""
    if is_study(source, wave, questionnaire=questionnaire, **said._asdict()):
        from csi.study_answers import design_wave, read_wave

        study = csi.read_study(source)
        this = study.wave(wave or None)
        margins = stated or this.margins
        if not margins:
            raise typer.BadParameter(f"Wave `{this.id}` has no `margins`: name them, --margins.")
        asking = replace(study, waves=(replace(this, margins=margins),))
        # Everybody is weighted, also those whom the study does not report.
        before = replace(study, waves=(replace(this, margins={}),), where=None)
        responses = read_wave(asking, this.id)
        return design_wave(before, responses, this.id), margins, this.trim, _keys(responses)
    if stated is None:
        raise typer.BadParameter("Name the margins: --margins FILE.")
    names = [name for key in stated for name in (key if isinstance(key, tuple) else (key,))]
    answers = open_answers(source, questionnaire, (*said.columns, *names))
    return said.design(answers), stated, None, _keys(answers)


def _keys(responses: csi.Responses) -> list[str]:
    items = responses.questionnaire.items.values()
    return [item.id for item in items if item.role == "key"]


def _bounds(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        raise typer.BadParameter(f"--bounds: write LOW,HIGH as in 0.3,3; got `{text}`.") from None
    return low, high


def _table(design: csi.SurveyDesign, keys: list[str]) -> pd.DataFrame:
    """Return one row per respondent: row, key where there is one, base weight, weight."""
    table = design.frame[keys].copy()
    table.insert(0, "row", range(1, design.n + 1))
    return table.assign(base_weight=design.calibrations[0].base_weights, weight=design.weights)
