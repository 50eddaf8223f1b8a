"""Where the steps of a study keep what they found: tidy CSV, JSON facts, parquet lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from csi.dissatisfied.table_model import TableModel, read_model
from csi.errors import StudyError, suggest
from csi.storage import whole_file, write_table

COMMANDS = {
    "pool": ("pool", "capture", "causes"),
    "hypotheses": ("hypotheses",),
    "fit": ("performance", "reliability", "domains", "screening", "scorecard", "rules"),
    "score": ("tiers", "reasons", "profile"),
    "profile": ("stated", "look_alikes", "who", "grid", "grid_bases"),
    "actions": ("actions",),
    "effect": ("effect",),
}
"""The tables that each command writes."""


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of results of one study.

    Attributes
    ----------
    folder : Path
        Holds ``tables/*.csv`` (one number a row; `csi.dissatisfied_study.columns` says what the
        columns mean), ``facts/*.json`` (single numbers and settings of each step), ``model.json``,
        ``scores/`` and ``lists/*.parquet`` (one row per pseudonymous customer; not for sharing).
    """

    folder: Path

    @property
    def scores(self) -> Path:
        """The folder of the scores."""
        return self.folder / "scores"

    def path_of_list(self, name: str) -> Path:
        """Return the path of a list of customers."""
        return self.folder / "lists" / f"{name}.parquet"

    def write_tables(self, command: str, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write the tables of a step; those of an earlier run that it no longer has are removed."""
        filled = {name: table for name, table in tables.items() if len(table.columns)}
        for name in {*COMMANDS[command], *filled}:
            path = self.folder / "tables" / f"{name}.csv"
            if name in filled:
                write_table(filled[name], path)
            else:
                path.unlink(missing_ok=True)

    def table(self, name: str) -> pd.DataFrame:
        """Read a table that an earlier step wrote.

        Raises
        ------
        StudyError
            If that step was not run.
        """
        path = self.folder / "tables" / f"{name}.csv"
        self._check(path, name)
        return read_tidy(path)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Read every table that is there, in the order of the steps."""
        names = [name for names in COMMANDS.values() for name in names]
        found = {path.stem: path for path in (self.folder / "tables").glob("*.csv")}
        ordered = [*(n for n in names if n in found), *sorted(found.keys() - set(names))]
        return {name: read_tidy(found[name]) for name in ordered}

    def write_facts(self, name: str, facts: Mapping[str, object]) -> None:
        """Write the single numbers and settings of a step."""
        text = json.dumps(_plain(facts), indent=1, sort_keys=True, ensure_ascii=False)
        with whole_file(self.folder / "facts" / f"{name}.json") as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def facts(self) -> dict[str, dict[str, Any]]:
        """Read the facts of every step that was run."""
        files = sorted((self.folder / "facts").glob("*.json"))
        return {path.stem: json.loads(path.read_text("utf-8")) for path in files}

    def write_list(self, name: str, table: pd.DataFrame, *, synthetic: bool) -> Path:
        """Write a list of customers to parquet; a synthetic one says so in its metadata."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        arrow = pa.Table.from_pandas(table, preserve_index=False)
        mark = {"csi.synthetic": "true"} if synthetic else {}
        with whole_file(self.path_of_list(name)) as temporary:
            pq.write_table(arrow.replace_schema_metadata(mark), temporary, compression="zstd")
        return self.path_of_list(name)

    def read_list(self, name: str) -> pd.DataFrame:
        """Read a list of customers that an earlier step wrote."""
        path = self.path_of_list(name)
        self._check(path, name)
        return pd.read_parquet(path)

    def write_model(self, model: TableModel) -> None:
        """Write the fitted model as readable JSON."""
        with whole_file(self.folder / "model.json") as temporary:
            temporary.write_text(model.to_json(), encoding="utf-8")

    def model(self) -> TableModel:
        """Read the fitted model."""
        path = self.folder / "model.json"
        self._check(path, "performance")
        return read_model(path.read_text("utf-8"))

    def _check(self, path: Path, name: str) -> None:
        if path.is_file():
            return
        command = next((c for c, tables in COMMANDS.items() if name in tables), "")
        remedy = f"Run `csi dissatisfied {command}` first." if command else suggest(name, ())
        raise StudyError(f"{path}: this file is not there yet. {remedy}".rstrip())


def read_tidy(path: Path) -> pd.DataFrame:
    """Read a CSV of ours: a column without any word is of numbers, empty cells being NaN."""
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return pd.DataFrame({name: _typed(raw[name]) for name in raw.columns})


def _typed(column: pd.Series) -> pd.Series:
    words = set(column)
    if words <= {"True", "False"} and words:
        return column == "True"
    if words <= {""}:
        return column
    try:
        return pd.to_numeric(column.mask(column == "").astype(object))
    except ValueError:
        return column


def _plain(value: object) -> Any:
    """Return a value as JSON knows it; what is no number becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{float(value):.10g}") if np.isfinite(value) else None
    return value if value is None or isinstance(value, str) else str(value)
