"""Score every subscriber where the table lives, part by part, and keep a record of the run."""

from __future__ import annotations

import glob
import hashlib
import json
import shutil
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from csi.dissatisfied.identities import refuse_identities
from csi.dissatisfied.table_model import TableModel
from csi.storage import installed_version, whole_file
from csi.warehouse.canary import check_engine
from csi.warehouse.engine import DuckDBEngine, Engine, SparkEngine
from csi.warehouse.expressions import quoted
from csi.warehouse.faults import EngineWarning, WarehouseError
from csi.warehouse.sql import ScoringOptions, reason_names, scoring_sql, tier_names

MANIFEST = "manifest.json"
SAMPLED_KEYS = 10_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoringRun:
    """What a run of scoring wrote.

    Attributes
    ----------
    folder : Path
        ``part-*.parquet`` and ``manifest.json``.
    manifest : mapping of str to object
        Model, data and SQL by their hashes, options, meaning of tiers and reasons, the canary,
        and rows, sums and tiers of every part.
    """

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """Subscribers scored."""
        return sum(int(part["rows"]) for part in self.manifest["parts"].values())

    def parts(self) -> list[Path]:
        """Return the files of scores in order."""
        return sorted(self.folder.glob("part-*.parquet"))

    def tiers(self) -> dict[str, int]:
        """Return the subscribers in each tier."""
        totals = dict.fromkeys(self.manifest["tiers"].values(), 0)
        for part in self.manifest["parts"].values():
            for number, count in part["tiers"].items():
                totals[self.manifest["tiers"][number]] += int(count)
        return totals

    def __repr__(self) -> str:
        tiers = ", ".join(f"{name}={count:,}" for name, count in self.tiers().items())
        return f"ScoringRun(rows={self.rows:,}, {tiers})"


def score_customers(
    model: TableModel,
    table: str,
    folder: str | Path,
    *,
    as_of: date,
    key: str = "id",
    engine: Engine | None = None,
    reasons: int = 3,
    bucket: str | None = None,
    seed: int = 0,
    resume: bool = True,
    progress: Progress | None = None,
) -> ScoringRun:
    """Score every row of a table of subscribers.

    A canary of about 2,000 rows is scored first and compared with NumPy; where anything differs,
    nothing is written. On DuckDB every parquet file of the table is a part of its own, written
    whole or not at all, so that a run which was cut off goes on where it stopped.

    Parameters
    ----------
    model : TableModel
    table : str
        On DuckDB a parquet path or pattern, or any table text; elsewhere a table's name or a
        sub-select in parentheses.
    folder : str or Path
        Made where it does not exist.
    as_of : date
        The day that the table describes: dates in it count backwards from here.
    key : str
        Column of pseudonymous whole-number keys; see `csi.warehouse.keys.pseudonymise`.
    engine : Engine, optional
        By default DuckDB in this process with a budget of 1 GB.
    reasons : int
        0 to 3.
    bucket : str, optional
        Column of random numbers 0-999 for hold-outs; needed where keys are not whole numbers.
    seed : int
        Of the buckets that are otherwise made of the keys.
    resume : bool
        Whether to keep the parts that an equal run has written already.
    progress : callable, optional
        Called with the parts done and their number.

    Returns
    -------
    ScoringRun

    Raises
    ------
    IdentityError
        If keys look like telephone numbers, names or other marks of a person.
    CanaryError
        If the engine scores differently from NumPy.
    WarehouseError
        If the table has no rows or file, or the folder holds the scores of another run.

    Warns
    -----
    EngineWarning
        If Spark runs without the option that makes long queries several times faster.

    Examples
    --------
    >>> run = score_customers(  # doctest: +SKIP
    ...     fit.model, "base/*.parquet", "scores", as_of=date(2026, 3, 31)
    ... )
    """
    engine = DuckDBEngine() if engine is None else engine
    options = ScoringOptions(key=key, as_of=as_of, reasons=reasons, bucket=bucket, seed=seed)
    sources = _parts(table, engine)
    whole = scoring_sql(model, engine.source(table), options, dialect=engine.dialect)
    if isinstance(engine, SparkEngine) and (advice := engine.advice(whole)):
        warnings.warn(advice, EngineWarning, stacklevel=2)
    manifest = _manifest(model, options, whole, engine, table)
    target = Path(folder)
    done = _resumed(target, manifest, resume)
    _refuse_bare_keys(engine.source(table), key, engine)
    manifest["canary_rows"] = check_engine(model, engine.source(table), options, engine)
    target.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    for number, source in enumerate(sources):
        output = target / f"part-{number:05d}.parquet"
        known = done.get(output.name)
        if known is None or known["input"] != _fingerprint(source) or not output.exists():
            sql = scoring_sql(model, engine.source(source), options, dialect=engine.dialect)
            engine.write(sql, output)
            known = {"input": _fingerprint(source), **_tally(output)}
        manifest["parts"][output.name] = known
        _write_manifest(manifest, target)
        if progress is not None:
            progress(number + 1, len(sources))
    return ScoringRun(folder=target, manifest=manifest)


def _refuse_bare_keys(source: str, key: str, engine: Engine) -> None:
    """Raise where the first keys look like telephone numbers or other marks of a person."""
    name = quoted(key, engine.dialect)
    sample = engine.fetch(f"SELECT {name} FROM {source} AS q_s LIMIT {SAMPLED_KEYS}")
    refuse_identities(sample.set_axis([key], axis=1), key, "The table of subscribers")


def read_run(folder: str | Path) -> ScoringRun:
    """Read what a finished run wrote down.

    Raises
    ------
    WarehouseError
        If the folder holds no run.
    """
    path = Path(folder) / MANIFEST
    try:
        return ScoringRun(folder=Path(folder), manifest=json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        raise WarehouseError(f"{path}: there is no record of a scoring run.") from None


def _parts(table: str, engine: Engine) -> list[str]:
    """Return the source of every part: parquet files, or the table as one."""
    if not (isinstance(engine, DuckDBEngine) and table.endswith(".parquet")):
        return [table]
    files = sorted(glob.glob(table))
    if not files:
        raise WarehouseError(f"{table}: no such parquet file.")
    return files


def _manifest(
    model: TableModel, options: ScoringOptions, sql: str, engine: Engine, table: str
) -> dict[str, Any]:
    return {
        "csi": installed_version("csi"),
        "engine": type(engine).__name__,
        "model_sha256": model.sha256(),
        "model": {"kind": model.kind, **model.about},
        "sql_sha256": hashlib.sha256(sql.encode()).hexdigest(),
        "table": Path(table).name if table.endswith(".parquet") else table,
        "as_of": options.as_of.isoformat(),
        "key": options.key,
        "bucket": options.bucket or f"made of the key, seed {options.seed}",
        "reasons": {str(k): name for k, name in reason_names(model).items()},
        "tiers": {str(k): name for k, name in tier_names(model).items()},
        "tier_points": model.tier_points(),
        "parts": {},
    }


def _resumed(folder: Path, manifest: Mapping[str, Any], resume: bool) -> Mapping[str, Any]:
    """Return the parts that an equal run has written; refuse those of another."""
    path = folder / MANIFEST
    if not path.exists() or not resume:
        return {}
    earlier = read_run(folder).manifest
    same = ("model_sha256", "sql_sha256", "as_of", "key", "bucket")
    differing = [name for name in same if earlier.get(name) != manifest[name]]
    if differing:
        raise WarehouseError(
            f"{folder} holds the scores of another run ({', '.join(differing)} differ). Choose "
            "another folder, or set `resume` to False to replace them."
        )
    parts: Mapping[str, Any] = earlier["parts"]
    return parts


def _sweep(folder: Path) -> None:
    """Remove what a killed run left half-written."""
    for left in folder.glob(".part-*.parquet-*"):
        shutil.rmtree(left, ignore_errors=True)


def _fingerprint(source: str) -> str:
    """Return what identifies an input file: its size and its last bytes, the parquet footer."""
    path = Path(source)
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 65_536, 0))
        return f"{size}-{hashlib.sha256(file.read()).hexdigest()}"


def _tally(output: Path) -> dict[str, Any]:
    """Count what was written, from the file itself."""
    import pyarrow.dataset as ds

    rows, points = 0, 0
    tiers: dict[str, int] = {}
    for batch in ds.dataset(output, format="parquet").to_batches(columns=["points", "tier"]):
        rows += batch.num_rows
        if batch.num_rows:
            points += batch.column("points").to_numpy(zero_copy_only=False).sum(dtype="int64")
            for entry in batch.column("tier").value_counts():
                number = str(entry["values"].as_py())
                tiers[number] = tiers.get(number, 0) + entry["counts"].as_py()
    return {"rows": rows, "points": int(points), "tiers": dict(sorted(tiers.items()))}


def _write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    with whole_file(folder / MANIFEST) as temporary:
        text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")
