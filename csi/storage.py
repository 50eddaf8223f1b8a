"""Files written whole or not at all, and the record of what they were made from."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from csi.errors import StorageError
from csi.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("csi", "numpy", "scipy", "pandas", "semopy", "matplotlib", "typst", "pyreadstat")
"""The packages whose version can move a number or a page."""

TABLE_ENDINGS = (".csv", ".json", ".parquet", ".xlsx")

FLOAT_FORMAT = "%.10g"
"""Ten significant digits: more would differ from machine to machine."""


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place only if the body succeeds.

    Raises
    ------
    StorageError
        Before the body, if the folder cannot be written.

    Examples
    --------
    >>> with whole_file("note.txt") as temporary:  # doctest: +SKIP
    ...     temporary.write_text("done")
    """
    path = Path(path)
    folder = _temporary_folder(path)
    try:
        yield folder / path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / path.name, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def append_line(path: str | Path, line: str) -> None:
    """Add a line to a text file, whole or not at all; earlier lines stay as they are.

    Examples
    --------
    >>> append_line("exports.jsonl", "{}")  # doctest: +SKIP
    """
    path = Path(path)
    earlier = path.read_text(encoding="utf-8") if path.exists() else ""
    with whole_file(path) as temporary:
        temporary.write_text(f"{earlier}{line}\n", encoding="utf-8")


@contextmanager
def whole_folder(
    path: str | Path, *, last: str | None = None, owned: Iterable[str] = ()
) -> Iterator[Path]:
    """Yield a temporary folder whose files move into ``path`` only if the body succeeds.

    Files in ``path`` that the body did not write stay as they are, but for the ``owned`` ones.

    Parameters
    ----------
    path : str or Path
        Made where it does not exist.
    last : str, optional
        The file that is moved after all others: where it is new, everything is.
    owned : iterable of str
        Patterns of files that an earlier run may have left; those not made anew are removed.

    Raises
    ------
    StorageError
        Before the body, if the folder cannot be written.
    """
    path = Path(path)
    if path.is_file():
        raise StorageError(f"{path}: This is a file, not a folder to write to. Name a folder.")
    folder = _temporary_folder(path)
    try:
        yield folder
        made = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
        stale = {file for pattern in owned for file in path.glob(pattern)}
        for file in sorted(stale - {path / name for name in made}):
            file.unlink()
        for name in sorted(made, key=lambda name: name.as_posix() == last):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / name, path / name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _temporary_folder(path: Path) -> Path:
    """Make a folder as near to ``path`` as there is one, so that its files can be moved there."""
    home = next(parent for parent in path.absolute().parents if parent.exists())
    try:
        return Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=home))
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}. Choose a folder where you may "
            "write."
        ) from error


def short_path(path: Path) -> Path:
    """Name a file from the current folder where that is shorter, for messages."""
    try:
        relative = Path(os.path.relpath(path))
    except ValueError:  # another drive of Windows
        return path
    return relative if len(str(relative)) < len(str(path)) else path


def check_table_path(path: Path) -> None:
    """Find out before the work whether a table can be written to a path.

    Raises
    ------
    StorageError
        If it is a folder, or its ending is not one of .csv, .json, .parquet, .xlsx.
    """
    ending, allowed = path.suffix.lower(), ", ".join(TABLE_ENDINGS)
    if path.is_dir():
        raise StorageError(f"{path}: This is a folder; name a file in it ({allowed}).")
    if ending not in TABLE_ENDINGS:
        raise StorageError(
            f"{path}: a table cannot be written as `{ending or path.name}`. "
            f"Allowed endings: {allowed}."
        )


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table in the format that the ending of ``path`` names.

    Numbers are written with ten significant digits (.csv, .json) or in full (.parquet, .xlsx);
    missing is an empty field or null.

    Raises
    ------
    StorageError
        If it is a folder, or its ending is not one of .csv, .json, .parquet, .xlsx.
    """
    path = Path(path)
    check_table_path(path)
    ending = path.suffix.lower()
    with whole_file(path) as temporary:
        if ending == ".csv":
            # The mark lets spreadsheet programs see that the Chinese labels are UTF-8.
            table.to_csv(
                temporary,
                index=False,
                encoding="utf-8-sig",
                float_format=FLOAT_FORMAT,
                lineterminator="\n",
            )
        elif ending == ".json":
            table.to_json(
                temporary, orient="records", indent=2, double_precision=10, force_ascii=False
            )
        elif ending == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            _write_workbook(table, temporary)


def _write_workbook(table: pd.DataFrame, path: Path) -> None:
    from pandas import ExcelWriter

    with ExcelWriter(path, engine="xlsxwriter") as writer:
        # A workbook states when it was made: a fixed time keeps its bytes the same.
        writer.book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        table.to_excel(writer, index=False)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> None:
    """Write each table as ``<name>.csv``."""
    for name, table in tables.items():
        write_table(table, Path(folder) / f"{name}.csv")


def write_provenance(provenance: Provenance, path: str | Path) -> None:
    """Write a provenance as JSON, keys in order."""
    content = {
        "inputs": dict(provenance.inputs),
        "versions": dict(provenance.versions),
        "options": dict(provenance.options),
    }
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    with whole_file(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def record_provenance(
    inputs: Iterable[str | Path], options: Mapping[str, object] | None = None
) -> Provenance:
    """Note what a result is made from: hashes of files, versions of packages, options.

    There is no time in it: the same inputs give the same record.

    Parameters
    ----------
    inputs : iterable of path
    options : mapping, optional
        Every choice that shapes the numbers.

    Returns
    -------
    Provenance
    """
    return Provenance(
        inputs={Path(path).name: hash_file(path) for path in inputs},
        versions={
            "python": platform.python_version(),
            **{package: installed_version(package) for package in PACKAGES},
        },
        options=dict(options or {}),
    )


def hash_file(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes as hexadecimal text."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def installed_version(package: str) -> str:
    """Return the version of a package, or ``not installed``."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
