"""Small tables that people type: the strata of a plan, dispositions, quotas, margins."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from csi.errors import SamplingError, suggest
from csi.sampling.frame_files import detect_encoding

ENDINGS = (".csv", ".xlsx", ".parquet")


def read_small_table(path: str | Path) -> pd.DataFrame:
    """Read a table of a CSV (UTF-8 or GB18030), Excel or parquet file, the header in its first row.

    Raises
    ------
    SamplingError
        If there is no such file, it is of another kind, or it cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        near = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
        raise SamplingError(f"{path}: There is no such file. {suggest(path.name, near)}".strip())
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise SamplingError(
            f"{path}: a table cannot be read from `{ending or path.name}`. "
            f"Allowed endings: {', '.join(ENDINGS)}."
        )
    try:
        if ending == ".csv":
            table = pd.read_csv(path, encoding=detect_encoding(path))
        else:
            table = pd.read_excel(path) if ending == ".xlsx" else pd.read_parquet(path)
    except (ValueError, OSError, zipfile.BadZipFile, KeyError) as error:
        raise SamplingError(f"{path}: cannot be read: {error}") from error
    return table.rename(columns=lambda name: str(name).strip())
