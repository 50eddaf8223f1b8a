"""``csi pseudonymise``: what leaves the operator bears pseudonyms; the secret stays."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from csi.cli.options import Quiet
from csi.cli.output import say


def pseudonymise(
    source: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A .parquet or .csv file.", show_default=False),
    ],
    identifier: Annotated[
        str, typer.Option("--identifier", help="Column that names a person or a line.")
    ],
    key: Annotated[Path, typer.Option("--key", help="File of the operator's secret.")],
    project: Annotated[
        str, typer.Option("--project", help="Pseudonyms of two projects cannot be joined.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="What the file is for.")],
    by: Annotated[str, typer.Option("--by", help="Who takes responsibility for it.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A .parquet file.")],
    keep: Annotated[
        str, typer.Option("--keep", help="Columns to hand on, with commas; no other travels.")
    ] = "",
    name: Annotated[str, typer.Option("--name", help="Column of the pseudonyms.")] = "id",
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Draw the secret first and write it to --key.")
    ] = False,
    exported: Annotated[
        datetime | None,
        typer.Option("--exported", formats=["%Y-%m-%d"], help="Today if absent."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Replace telephone numbers and the like by pseudonyms, and note the export.

    [bold]csi pseudonymise subscribers.csv --identifier msisdn --keep region,arpu --key operator.key
    --new-key --project 2026q1 --purpose scores --by "data office" --out base.parquet[/bold]

    The secret stays with the operator: without it nobody can link a pseudonym to a person, with it
    the same person has the same pseudonym in every file of the project.
    """
    from csi.warehouse.key_files import AUDIT_FILE, pseudonymise_file
    from csi.warehouse.keys import make_key_file, read_key_file

    secret = make_key_file(key) if new_key else read_key_file(key)
    try:
        done = pseudonymise_file(
            source,
            out,
            identifier=identifier,
            keep=[column.strip() for column in keep.split(",") if column.strip()],
            key=secret,
            project=project,
            purpose=purpose,
            by=by,
            exported=date.today() if exported is None else exported.date(),
            name=name,
        )
    except BaseException:
        if new_key:  # nothing left with it, and the next call draws one anew
            key.unlink()
        raise
    if not quiet:
        say(f"{done.rows:,} rows written to {out}; noted in {AUDIT_FILE}")
