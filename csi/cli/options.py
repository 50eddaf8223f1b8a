"""The options that several commands share."""

from __future__ import annotations

import warnings
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from csi.errors import CsiWarning


class TableFormat(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def _hush(quiet: bool) -> bool:
    """Silence csi's own warnings, too; `csi.cli.main.run` puts the filters back."""
    if quiet:
        warnings.simplefilter("ignore", CsiWarning)
    return quiet


StudyPath = Annotated[
    Path, typer.Argument(metavar="STUDY", help="A study file, or its folder.", show_default=False)
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Write to a file: .csv, .json, .parquet or .xlsx."
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress and no notes, only errors.", callback=_hush),
]
Format = Annotated[TableFormat, typer.Option("--format", "-f", help="How to print the table.")]
Wave = Annotated[
    str, typer.Option("--wave", metavar="ID", help="A wave of the study; the last one if absent.")
]


Language = Annotated[
    Literal["en", "zh"], typer.Option("--language", "-l", help="The language of its text.")
]


def split_names(text: str) -> tuple[str, ...]:
    """Split ``line,operator``."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
