"""Files of identifiers made pseudonymous a batch at a time, with a line about each export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csi.errors import suggest
from csi.storage import append_line, hash_file, whole_file
from csi.warehouse.faults import WarehouseError
from csi.warehouse.keys import OperatorKey, collision_odds, pseudonymise

if TYPE_CHECKING:
    import pyarrow as pa

AUDIT_FILE = "exports.jsonl"
BATCH_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyExport:
    """What was written, and the line that was noted down about it.

    Attributes
    ----------
    path : Path
    rows : int
    audit : str
        One line of JSON without an identifier, a pseudonym or a name of a source file.
    """

    path: Path
    rows: int
    audit: str


def pseudonymise_file(
    source: str | Path,
    target: str | Path,
    *,
    identifier: str,
    keep: Sequence[str],
    key: OperatorKey,
    project: str,
    purpose: str,
    by: str,
    exported: date,
    name: str = "id",
) -> KeyExport:
    """Write a parquet file with pseudonyms for identifiers, and a line to ``exports.jsonl``.

    Memory does not grow with the file. Only the columns of ``keep`` travel; the identifier never
    does. The audit line stands beside the target.

    Parameters
    ----------
    source : str or Path
        ``.parquet`` or ``.csv``; of a CSV file the identifier is read as text.
    target : str or Path
        Ending in ``.parquet``.
    identifier : str
        Column of text or whole numbers that names a person or a line.
    keep : sequence of str
        Columns to hand on: those the model or the survey needs, and no other.
    key : OperatorKey
    project, purpose, by : str
        Whose pseudonyms, what the file is for, and who takes responsibility.
    exported : date
    name : str
        Column of the pseudonyms.

    Returns
    -------
    KeyExport

    Raises
    ------
    WarehouseError
        For other endings, unknown columns, an identifier among the columns that travel, or
        identifiers that `pseudonymise` refuses. Nothing is written then, and no value is shown.

    Examples
    --------
    >>> pseudonymise_file(  # doctest: +SKIP
    ...     "subscribers.csv", "for_research.parquet", identifier="msisdn",
    ...     keep=["region", "arpu"], key=read_key_file("operator.key"), project="2026 Q1",
    ...     purpose="scores", by="data office", exported=date(2026, 4, 1),
    ... )
    """
    source, target, keep = Path(source), Path(target), tuple(keep)
    _check(source, target, identifier, keep, name, purpose, by)
    rows = 0
    with whole_file(target) as temporary:
        writer = None
        try:
            for batch in _batches(source, identifier, keep):
                table = _replaced(batch, identifier, keep, name, key, project)
                writer = _writer(temporary, table) if writer is None else writer
                writer.write_table(table)
                rows += table.num_rows
        finally:
            if writer is not None:
                writer.close()
        if writer is None:
            raise WarehouseError("The file of identifiers has no rows.")
        audit = json.dumps(
            {
                "exported": exported.isoformat(),
                "by": by,
                "purpose": purpose,
                "file": target.name,
                "sha256": hash_file(temporary),
                "project": project,
                "secret": key.fingerprint(),
                "rows": rows,
                "columns": [name, *keep],
                "collision_odds": float(f"{collision_odds(rows):.1e}"),
            },
            ensure_ascii=False,
            sort_keys=True,
        )
        # Noted first: a file that nobody noted must not leave.
        append_line(target.parent / AUDIT_FILE, audit)
    return KeyExport(path=target, rows=rows, audit=audit)


def _check(
    source: Path,
    target: Path,
    identifier: str,
    keep: Sequence[str],
    name: str,
    purpose: str,
    by: str,
) -> None:
    faults = []
    if source.suffix.lower() not in (".parquet", ".csv"):
        faults.append("The source must end in .parquet or .csv.")
    elif not source.is_file():
        faults.append("There is no such source file.")
    if target.suffix.lower() != ".parquet":
        faults.append("The target must end in .parquet.")
    if identifier in keep:
        faults.append(f"`keep` names `{identifier}`: the identifier does not travel.")
    if name in keep:
        faults.append(f"`keep` names `{name}`, which is the column of the pseudonyms.")
    if len(set(keep)) < len(keep):
        faults.append("`keep` names a column twice.")
    if not purpose.strip():
        faults.append("`purpose` is empty: say what the file is for.")
    if not by.strip():
        faults.append("`by` is empty: say who takes responsibility for the file.")
    if faults:
        raise WarehouseError("\n".join(faults))
    known = _column_names(source)
    unknown = [column for column in (identifier, *keep) if column not in known]
    if unknown:
        lines = [f"There is no column `{u}`. {suggest(u, known)}".rstrip() for u in unknown]
        raise WarehouseError("\n".join(lines))


def _column_names(source: Path) -> list[str]:
    import pyarrow.parquet as pq

    if source.suffix.lower() == ".parquet":
        return [str(name) for name in pq.read_schema(source).names]
    import pyarrow.csv as pc

    with _quiet(), pc.open_csv(source) as reader:
        return [str(name) for name in reader.schema.names]


def _batches(source: Path, identifier: str, keep: Sequence[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    columns = [identifier, *keep]
    with _quiet():
        if source.suffix.lower() == ".parquet":
            with pq.ParquetFile(source) as file:
                yield from file.iter_batches(BATCH_ROWS, columns=columns)
            return
        options = pc.ConvertOptions(
            column_types={identifier: pa.string()},
            include_columns=columns,
            strings_can_be_null=True,
        )
        with pc.open_csv(source, convert_options=options) as reader:
            yield from reader


def _replaced(
    batch: pa.RecordBatch,
    identifier: str,
    keep: Sequence[str],
    name: str,
    key: OperatorKey,
    project: str,
) -> pa.Table:
    import pyarrow as pa

    pseudonyms = pseudonymise(batch.column(identifier).to_pandas(), key=key, project=project)
    arrays = [pa.array(pseudonyms), *(batch.column(column) for column in keep)]
    return pa.table(arrays, names=[name, *keep])


def _writer(path: Path, table: pa.Table) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(path, table.schema.remove_metadata(), compression="zstd")


class _quiet:  # noqa: N801 -- used as a statement
    """Turn an error of the reader into one that quotes no value of the file."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        import pyarrow as pa

        if isinstance(error, pa.ArrowException):
            raise WarehouseError(
                f"The file of identifiers cannot be read ({type(error).__name__}): check its "
                "header, its separators, and that a column has one type throughout."
            ) from None
