"""Parquet files that say they are synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from csi.storage import whole_file

if TYPE_CHECKING:
    import pyarrow as pa

METADATA = {"csi.synthetic": "true"}
KINDS = ("base", "truth", "records")


def write_part(
    folder: Path,
    name: str,
    chunks: Iterator[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]],
) -> None:
    """Write one part of the base, its truth and its records, chunk by chunk, whole or not."""
    import pyarrow.parquet as pq

    with (
        whole_file(folder / "base" / name) as base,
        whole_file(folder / "truth" / name) as truth,
        whole_file(folder / "records" / name) as records,
    ):
        writers: dict[str, pq.ParquetWriter] = {}
        paths = dict(zip(KINDS, (base, truth, records), strict=True))
        try:
            for frames in chunks:
                for kind, frame in zip(KINDS, frames, strict=True):
                    table = _marked(frame)
                    if kind not in writers:
                        writers[kind] = pq.ParquetWriter(
                            paths[kind], table.schema, compression="zstd"
                        )
                    writers[kind].write_table(table)
        finally:
            for writer in writers.values():
                writer.close()


def write_marked(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame to a parquet file that is marked synthetic."""
    import pyarrow.parquet as pq

    with whole_file(path) as temporary:
        pq.write_table(_marked(frame), temporary, compression="zstd")


def _marked(frame: pd.DataFrame) -> pa.Table:
    """Return an Arrow table that says it is synthetic; NaN becomes null."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    for k, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(k, column.name, table.column(k).cast(pa.date32()))
    return table.replace_schema_metadata(METADATA)
