"""``csi check``, ``export`` and ``diff``: the questionnaire is right, and others can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import csi
from csi.cli.options import Format, Language, Out, Quiet, TableFormat
from csi.cli.output import emit, say
from csi.errors import QuestionnaireError, StudyError
from csi.storage import check_table_path

Form = Annotated[
    Path, typer.Argument(metavar="QUESTIONNAIRE", help="A questionnaire.", show_default=False)
]


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


def export(
    questionnaire: Form,
    out: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A codebook (.xlsx), or an SPSS file to type answers into (.sav).",
            show_default=False,
        ),
    ],
    language: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Write a questionnaire as a codebook or as an SPSS file without cases.

    [bold]csi export q.yaml codebook.xlsx[/bold]

    [bold]csi export q.yaml answers.sav --language zh[/bold]
    """
    csi.export_questionnaire(csi.read_questionnaire(questionnaire), out, language=language)
    if not quiet:
        say(f"Written to {out}")


def diff(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="The older version.", show_default=False)
    ],
    after: Annotated[
        Path, typer.Argument(metavar="AFTER", help="The newer version.", show_default=False)
    ],
    out: Out = None,
    format: Format = TableFormat.TABLE,
) -> None:
    """Compare two versions of a questionnaire: what changed, and which trends it breaks.

    [bold]csi diff q_2025.yaml q_2026.yaml[/bold]

    [bold]csi diff q_2025.yaml q_2026.yaml --out changes.xlsx[/bold]
    """
    if out is not None:
        check_table_path(out)
    found = csi.diff_questionnaires(csi.read_questionnaire(before), csi.read_questionnaire(after))
    if out is None and format is TableFormat.TABLE:
        typer.echo(found.summary())
    else:
        emit(found.tidy(), format, out)


def _is_study(file: Path) -> bool:
    """Tell a study from a questionnaire: it lists waves."""
    from csi.questionnaire.located import read_yaml

    return file.is_dir() or "waves" in read_yaml(file, StudyError).root
