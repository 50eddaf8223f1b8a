"""``csi new``: a study folder that works as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import csi
from csi.cli.options import Quiet
from csi.cli.output import say


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.", show_default=False)
    ],
    questionnaire: Annotated[
        str,
        typer.Option(
            "--questionnaire", metavar="NAME", help="tcsi, acsi, ecsi_mobile, ..., or your file."
        ),
    ] = "tcsi",
    quiet: Quiet = False,
) -> None:
    """Start a study: questionnaire, population, margins, study file, script, next commands.

    [bold]csi new my_study[/bold]

    [bold]csi new my_study --questionnaire telecom_province[/bold]
    """
    made = csi.start_study(folder, questionnaire=questionnaire)
    if not quiet:
        say(f"Started {folder}: {', '.join(made)}")
        say(f"Next: cd {folder}, and follow README.md")
