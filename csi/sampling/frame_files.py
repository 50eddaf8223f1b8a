"""Subscriber files of any size, read in batches: CSV, parquet, or a data frame in memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from csi.errors import SamplingError, suggest

FrameSource = pd.DataFrame | str | Path | Sequence[str | Path]

_BLOCK = 16 << 20
_DELIMITERS = ",\t;|"
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_batches(
    frame: FrameSource, columns: Sequence[str], *, encoding: str | None, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield the named columns of a frame in batches.

    Parameters
    ----------
    frame : DataFrame, path, or sequence of paths
        ``.parquet`` files or folders of them; anything else is read as CSV.
    columns : sequence of str
    encoding : str or None
        Of CSV files; by default UTF-8 where the whole file is, else GB18030.
    batch_rows : int

    Yields
    ------
    pyarrow.RecordBatch
        Columns of CSV files come as text, so that no value depends on those before it.

    Raises
    ------
    SamplingError
        If a file is absent, lacks columns, or cannot be read.
    """
    if isinstance(frame, pd.DataFrame):
        _check_columns("The frame", [str(name) for name in frame.columns], columns)
        yield from _table(frame[list(columns)]).to_batches(max_chunksize=batch_rows)
        return
    for path in _files(frame):
        try:
            if path.suffix.lower() in (".parquet", ".pq"):
                yield from _parquet(path, columns, batch_rows)
            else:
                yield from _csv(path, columns, encoding)
        except (pa.ArrowException, UnicodeError, OSError) as error:
            raise SamplingError(f"{path}: cannot be read: {error}") from error


def _files(frame: str | Path | Sequence[str | Path]) -> list[Path]:
    given = [Path(frame)] if isinstance(frame, str | Path) else [Path(path) for path in frame]
    files: list[Path] = []
    for path in given:
        if path.is_dir():
            files += sorted(path.glob("*.parquet"))
        elif path.is_file():
            files.append(path)
        else:
            raise SamplingError(f"{path}: there is no such file.")
    if not files:
        raise SamplingError(f"{', '.join(map(str, given))}: no parquet or CSV file there.")
    return files


def _table(frame: pd.DataFrame) -> pa.Table:
    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except pa.ArrowException as error:
        raise SamplingError(
            f"The frame mixes kinds of values in one column: {error}. Convert it to one kind."
        ) from error


def _parquet(path: Path, columns: Sequence[str], batch_rows: int) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        _check_columns(str(path), file.schema_arrow.names, columns)
        yield from file.iter_batches(batch_size=batch_rows, columns=list(columns))


def _csv(path: Path, columns: Sequence[str], encoding: str | None) -> Iterator[pa.RecordBatch]:
    chosen = encoding or detect_encoding(path)
    header, delimiter = _header(path, chosen)
    _check_columns(str(path), header, columns)
    with pacsv.open_csv(
        path,
        read_options=pacsv.ReadOptions(
            encoding="utf8" if chosen == _ENCODINGS[0] else chosen,
            block_size=_BLOCK,
            column_names=header,
            skip_rows=1,
        ),
        parse_options=pacsv.ParseOptions(delimiter=delimiter),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            include_columns=list(columns),
            strings_can_be_null=True,
        ),
    ) as reader:
        yield from reader


def detect_encoding(path: Path) -> str:
    """Return ``utf-8-sig`` if the whole file is UTF-8, else ``gb18030`` if it is that.

    Raises
    ------
    SamplingError
        If it is neither.
    """
    for name in _ENCODINGS:
        if _is_encoded(path, name):
            return name
    raise SamplingError(
        f"{path}: neither UTF-8 nor GB18030. Save it as UTF-8, or name its encoding."
    )


def _is_encoded(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)(errors="strict")
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _header(path: Path, encoding: str) -> tuple[list[str], str]:
    with path.open(encoding=encoding, newline="") as file:
        line = file.readline()
    delimiter = max(_DELIMITERS, key=line.count)
    names = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
    names = [name.strip() for name in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SamplingError(f"{path}: the header names {', '.join(twice)} more than once.")
    return names, delimiter


def _check_columns(where: str, present: Sequence[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in present]
    if missing:
        lines = [
            f"{where}: no column `{name}`. {suggest(name, present)}".strip() for name in missing
        ]
        raise SamplingError("\n".join([*lines, f"It has {', '.join(present)}."]))
