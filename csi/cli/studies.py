"""``csi run`` and ``csi report``: from a study file to what people read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import csi
from csi.cli.options import Language, Quiet, StudyPath, Wave
from csi.cli.output import progress_bar, say


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
        Path, typer.Option("--out", "-o", metavar="FILE", help="The report: .pdf or .xlsx.")
    ],
    language: Language = "en",
    wave: Wave = "",
    quiet: Quiet = False,
) -> None:
    """Write one report of a study.

    [bold]csi report study.yaml --language zh --out report.pdf[/bold]
    """
    from csi.storage import whole_file
    from csi.study import analyse_study

    with whole_file(out) as temporary, progress_bar(quiet) as progress:
        results = analyse_study(csi.read_study(study), wave=wave or None, progress=progress)
        csi.write_report(results, temporary, language=language)
    if not quiet:
        say(f"Written to {out}")
