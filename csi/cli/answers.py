"""``csi import`` and ``quality``: answers fit their questionnaire, and look like answers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import csi
from csi.cli.options import Format, Out, Quiet, TableFormat, Wave, split_names
from csi.cli.output import emit, say
from csi.cli.sources import QuestionnairePath, SourcePath, open_responses
from csi.storage import check_table_path, write_table


def import_responses(
    answers: Annotated[
        Path,
        typer.Argument(
            metavar="ANSWERS",
            help="A .sav, .zsav, .por, .csv, .xlsx or .parquet file.",
            show_default=False,
        ),
    ],
    questionnaire: Annotated[
        Path,
        typer.Option("--questionnaire", metavar="FILE", help="The questionnaire of the answers."),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="The cleaned table: .parquet, .csv, ..."),
    ],
    changes: Annotated[
        Path | None,
        typer.Option("--changes", metavar="FILE", help="The log; <out>_changes.csv if absent."),
    ] = None,
    keep: Annotated[
        str,
        typer.Option("--keep", metavar="COLUMNS", help="Columns to carry along, with a comma."),
    ] = "",
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="NAME", help="Of a workbook; the first if absent.")
    ] = "",
    quiet: Quiet = False,
) -> None:
    """Read answers, check them against the questionnaire, write a clean table and a log.

    [bold]csi import answers.sav --questionnaire q.yaml --out clean.parquet[/bold]
    """
    log = changes or out.with_name(f"{out.stem}_changes.csv")
    check_table_path(out)
    check_table_path(log)
    responses = csi.read_responses(
        answers,
        csi.read_questionnaire(questionnaire),
        keep=split_names(keep),
        sheet=sheet or None,
    )
    write_table(responses.frame, out)
    write_table(responses.changes, log)
    if not quiet:
        say(responses.summary())
        say(f"Written to {out} and {log}")


class QualityTable(StrEnum):
    """The tables of a quality report."""

    RULES = "rules"
    ITEMS = "items"
    RESPONDENTS = "respondents"
    INTERVIEWERS = "interviewers"
    CLUSTERING = "clustering"


def quality(
    source: SourcePath,
    questionnaire: QuestionnairePath = None,
    duration: Annotated[
        str, typer.Option("--duration", metavar="COLUMN", help="The length of the interview.")
    ] = "",
    interviewer: Annotated[
        str, typer.Option("--interviewer", metavar="COLUMN", help="Who asked, or where.")
    ] = "",
    show: Annotated[QualityTable, typer.Option("--show", help="Which table.")] = QualityTable.RULES,
    wave: Wave = "",
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Look for answers that may be no answers: flat, too fast, twice the same. Drop nothing.

    [bold]csi quality study.yaml --show items[/bold]

    [bold]csi quality answers.sav --questionnaire q.yaml --duration seconds --interviewer who[/bold]
    """
    if show in (QualityTable.INTERVIEWERS, QualityTable.CLUSTERING) and not interviewer:
        raise typer.BadParameter("Name the column of interviewers: --interviewer COLUMN.")
    if out is not None:
        check_table_path(out)
    columns = [name for name in (duration, interviewer) if name]
    report = csi.check_responses(
        open_responses(source, questionnaire, wave, columns),
        duration=duration or None,
        interviewer=interviewer or None,
    )
    emit(report.tidy() if show is QualityTable.RULES else getattr(report, show), format, out)
    if not quiet:
        say(report.summary())
