"""``csi check``, ``export``, ``adopt``, ``diff``: questionnaires, for us and for others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

import csi
from csi.cli.options import Format, Language, Out, Quiet, TableFormat
from csi.cli.output import emit, say
from csi.errors import QuestionnaireError, StorageError, StudyError
from csi.storage import check_table_path, whole_file

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
    if _is_dissatisfied(file):
        from csi.dissatisfied_file.reading import read_dissatisfied_study

        text = f"{file}: no faults. {read_dissatisfied_study(file)!r}"
    elif _is_study(file):
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
            help="A codebook (.xlsx), a form for field apps (.xlsform.xlsx) or on paper (.pdf), "
            "or an SPSS file to type answers into (.sav).",
            show_default=False,
        ),
    ],
    as_: Annotated[
        Literal["codebook", "xlsform"] | None,
        typer.Option("--as", help="Which workbook an .xlsx file is.", show_default=False),
    ] = None,
    language: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Write a questionnaire as a codebook, a form for apps or on paper, or an SPSS file.

    [bold]csi export q.yaml codebook.xlsx[/bold]

    [bold]csi export q.yaml form.xlsform.xlsx[/bold]

    [bold]csi export q.yaml questionnaire_zh.pdf --language zh[/bold]

    [bold]csi export q.yaml answers.sav --language zh[/bold]
    """
    read = csi.read_questionnaire(questionnaire)
    csi.export_questionnaire(read, out, kind=as_, language=language)
    if not quiet:
        say(f"Written to {out}")


def adopt(
    form: Annotated[
        Path,
        typer.Argument(
            metavar="FORM",
            help="An XLSForm (.xlsx) or a LimeSurvey survey (.lss).",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The questionnaire file.", show_default=False
        ),
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there already.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Make a questionnaire file of a form from ODK, KoboToolbox or LimeSurvey.

    What cannot be carried over is listed and stands as a comment in the file.

    [bold]csi adopt form.xlsx --out questionnaire.yaml[/bold]

    [bold]csi adopt limesurvey_survey_123456.lss --out questionnaire.yaml[/bold]
    """
    if out.exists() and not force:
        raise StorageError(f"{out}: there is such a file. Name another, or give --force.")
    draft = csi.adopt_questionnaire(form)
    with whole_file(out) as temporary:
        temporary.write_text(draft.text, encoding="utf-8")
    if not quiet:
        typer.echo(draft.summary(str(out)))
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


def _is_dissatisfied(file: Path) -> bool:
    """Tell a study of the dissatisfied: it has a base and a survey."""
    from csi.questionnaire.located import read_yaml

    if file.is_dir():
        return (file / "dissatisfied.yaml").is_file() and not (file / "study.yaml").is_file()
    root = read_yaml(file, StudyError).root
    return "base" in root and "survey" in root
