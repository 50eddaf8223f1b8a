"""What a command prints: tables to standard output, messages to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from csi.cli.options import TableFormat
from csi.storage import FLOAT_FORMAT, write_table

if TYPE_CHECKING:
    import pandas as pd


def say(message: str) -> None:
    """Write a message to standard error."""
    print(message, file=sys.stderr)  # noqa: T201


def emit(table: pd.DataFrame, style: TableFormat, out: Path | None) -> None:
    """Write a table to a file, or to standard output.

    Parameters
    ----------
    table : DataFrame
    style : TableFormat
        How to print it; a file is written by its ending.
    out : Path or None
    """
    if out is not None:
        write_table(table, out)
    elif style is TableFormat.CSV:
        table.to_csv(sys.stdout, index=False, float_format=FLOAT_FORMAT, lineterminator="\n")
    elif style is TableFormat.JSON:
        table.to_json(
            sys.stdout, orient="records", indent=2, double_precision=10, force_ascii=False
        )
        sys.stdout.write("\n")
    else:
        _print_table(table)


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, float], None] | None]:
    """Show how far a long command is: a bar on a terminal, a line per step elsewhere."""
    if quiet:
        yield None
    elif not sys.stderr.isatty():
        yield lambda step, _share: say(step)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=1.0)
            yield lambda step, share: bar.update(task, description=step, completed=share)


def _print_table(table: pd.DataFrame) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    columns = []
    for name in table.columns:
        is_number = table[name].dtype.kind in "iuf"
        drawn.add_column(str(name), justify="right" if is_number else "left", no_wrap=True)
        columns.append(_cells(str(name), table[name]))
    for row in zip(*columns, strict=True):
        drawn.add_row(*row)
    # On a pipe nothing is cut: the reader decides what fits.
    Console(width=None if sys.stdout.isatty() else 10_000, markup=False).print(drawn)


def _cells(name: str, column: pd.Series) -> list[str]:
    """Return a column as text, its numbers with the same decimals."""
    missing = column.isna()
    if column.dtype.kind not in "iuf":
        return ["" if gap else str(value) for value, gap in zip(column, missing, strict=True)]
    values = column[~missing].astype(float)
    whole = name == "n_eff" or bool((values == values.round()).all())
    decimals = 0 if whole else 2 if bool((values.abs() >= 10).any()) else 3
    small = 0.001 if name.startswith("p_") else -float("inf")
    return [
        "" if gap else "<0.001" if value < small else f"{value:.{decimals}f}"
        for value, gap in zip(column, missing, strict=True)
    ]
