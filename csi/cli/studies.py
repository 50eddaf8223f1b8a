"""``csi run``, ``csi report`` and ``csi books``: from a study file to what people read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

import csi
from csi.cli.options import Language, Quiet, StudyPath, Wave, split_names
from csi.cli.output import progress_bar, say
from csi.errors import ReportError


def run_whole_study(
    study: StudyPath,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="`out` beside the study if absent."),
    ] = None,
    wave: Wave = "",
    quiet: Quiet = False,
) -> None:
    """Run a whole study: reports, workbook and every table.

    [bold]csi run reports/mobile_operators/study.yaml[/bold]
    """
    from csi.storage import short_path

    with progress_bar(quiet) as progress:
        results = csi.run_study(study, out=out, wave=wave or None, progress=progress)
    if not quiet:
        say(results.summary())
        say(f"Written to {out or short_path(results.study.folder / 'out')}")


def report(
    study: StudyPath,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="The report: .pdf, .xlsx or .pptx."),
    ],
    charts: Annotated[
        Path | None,
        typer.Option("--charts", metavar="FOLDER", help="Write every chart there, SVG and PNG."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE.pptx", help="Slides whose look is taken."),
    ] = None,
    language: Language = "en",
    wave: Wave = "",
    quiet: Quiet = False,
) -> None:
    """Write one report of a study.

    [bold]csi report study.yaml --language zh --out report.pdf[/bold]
    """
    from csi.report.theme import read_theme
    from csi.storage import whole_file
    from csi.study import analyse_study

    with whole_file(out) as temporary, progress_bar(quiet) as progress:
        chosen = _in_template(csi.read_study(study), template, out)
        read_theme(chosen.branding)  # A faulty branding is said before the work.
        results = analyse_study(chosen, wave=wave or None, progress=progress)
        csi.write_report(results, temporary, language=language)
        if charts is not None:
            csi.write_charts(results, charts, language=language)
    if not quiet:
        say(f"Written to {out}")


def _in_template(study: csi.Study, template: Path | None, out: Path) -> csi.Study:
    """Return a study whose slides take the look of a template."""
    if template is None:
        return study
    if out.suffix.lower() != ".pptx":
        raise ReportError("--template is for slides: --out must end in .pptx.")
    return replace(study, branding={**study.branding, "slides": template})


def books(
    study: StudyPath,
    by: Annotated[
        str, typer.Option("--by", metavar="ITEMS", help="Items with a book per code: region.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="`out/books` beside the study."),
    ] = None,
    languages: Annotated[
        str, typer.Option("--languages", metavar="en,zh", help="Those of the study if absent.")
    ] = "",
    ending: Annotated[
        str, typer.Option("--as", metavar="ENDING", help="pdf, xlsx or pptx.")
    ] = "pdf",
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Books at a time.")] = 2,
    wave: Wave = "",
    quiet: Quiet = False,
) -> None:
    """Write one book per region or client; call it again to go on after an interruption.

    [bold]csi books reports/province_quarterly --by region,operator[/bold]
    """
    with progress_bar(quiet) as progress:
        written = csi.write_books(
            study,
            by=split_names(by),
            out=out,
            wave=wave or None,
            languages=_languages(languages),
            ending=f".{ending.lstrip('.')}",
            jobs=jobs,
            progress=progress,
        )
    if not quiet:
        say(f"{len(written)} books in {written[0].parent}" if written else "No books.")


def _languages(text: str) -> tuple[Literal["en", "zh"], ...]:
    from csi.questionnaire.schema import LANGUAGES

    for name in split_names(text):
        if name not in LANGUAGES:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(LANGUAGES)}.")
    return cast(tuple[Literal["en", "zh"], ...], split_names(text))
