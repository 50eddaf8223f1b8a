"""``csi check`` and ``csi import``: the questionnaire is right, and the answers fit it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import csi
from csi.cli.options import Quiet, split_names
from csi.cli.output import say
from csi.errors import QuestionnaireError, StudyError
from csi.storage import check_table_path, write_table


def check(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A questionnaire, or a study file.", show_default=False
        ),
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Let warnings of a questionnaire fail, too.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Check a questionnaire or a study file: every fault at once, with its line.

    [bold]csi check questionnaires/ecsi_mobile.yaml[/bold]

    [bold]csi check reports/ecsi_mobile/study.yaml[/bold]
    """
    if _is_study(file):
        text = f"{file}: no faults. {csi.read_study(file)!r}"
    else:
        review = csi.review_questionnaire(file)
        if review.faults or (strict and review.warnings):
            raise QuestionnaireError(review.faults or review.warnings)
        text = review.summary()
    if not quiet:
        typer.echo(text)


def import_responses(
    answers: Annotated[
        Path,
        typer.Argument(
            metavar="ANSWERS", help="A .sav, .zsav, .por, .csv or .xlsx file.", show_default=False
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


def _is_study(file: Path) -> bool:
    """Tell a study from a questionnaire: it lists waves."""
    from csi.questionnaire.located import read_yaml

    if file.is_dir():
        return True
    return "waves" in read_yaml(file, StudyError).root
