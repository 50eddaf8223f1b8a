"""Engines that run the SQL: DuckDB here, or the connection that the user made.

An engine does four things and nothing else: it says which columns a table has, fetches a small
result, writes a large one, and names its dialect. Clusters, sessions, retries and schedulers
are the user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from csi.errors import MissingDependencyError
from csi.storage import whole_file
from csi.warehouse.expressions import Dialect
from csi.warehouse.faults import WarehouseError

FETCH_ROWS = 50_000
LONG_SQL = 8000
"""Characters from which Spark's methods may be too long for the JVM's compiler."""

_COMPILE_ALL = "-XX:-DontCompileHugeMethods"
_DICTIONARY = 2000
"""Columns with more values, such as probabilities, are not worth the search for repeats."""

_OVERSHOOT = 0.65
"""DuckDB's memory limit as a part of the budget: it may exceed the limit by up to a half."""


class Engine(Protocol):
    """What scoring asks of an engine."""

    @property
    def dialect(self) -> Dialect:
        """How unusual names are quoted, and whether lists may be looked up."""
        ...

    def source(self, table: str) -> str:
        """Return a table as it stands after FROM."""
        ...

    def fetch(self, sql: str) -> pd.DataFrame:
        """Run a query with a small result."""
        ...

    def write(self, sql: str, path: Path) -> None:
        """Run a query with a large result into a parquet file or folder."""
        ...


class DuckDBEngine:
    """DuckDB in this process, within a memory budget.

    Parameters
    ----------
    memory_mb : int
        Budget of the whole process for scoring.
    threads : int, optional
        By default all cores.
    temporary : path, optional
        Where larger-than-memory operations may spill; by default nowhere.
    """

    dialect: Dialect = "duckdb"

    def __init__(
        self,
        *,
        memory_mb: int = 1024,
        threads: int | None = None,
        temporary: str | Path | None = None,
    ) -> None:
        if memory_mb < 128:
            raise WarehouseError(f"`memory_mb` must be at least 128; got {memory_mb!r}.")
        self._connection = connect_duckdb(memory_mb, threads, temporary)

    def source(self, table: str) -> str:
        """Return parquet files, named by a pattern or a path, as ``read_parquet('…')``."""
        if table.endswith(".parquet"):
            escaped = table.replace("'", "''")
            return f"read_parquet('{escaped}')"
        return table

    def fetch(self, sql: str) -> pd.DataFrame:
        """Run a query and return all of its result."""
        with scrubbed():
            frame: pd.DataFrame = self._connection.cursor().execute(sql).df()
        return frame

    def batches(self, sql: str, rows: int) -> Iterator[Any]:
        """Run a query and give its result in Arrow batches of up to so many rows, in order."""
        with scrubbed():
            relation = self._connection.cursor().sql(sql)
            make = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
            yield from make(rows)

    def write(self, sql: str, path: Path) -> None:
        """Copy the result of a query into one parquet file, whole or not at all."""
        with whole_file(path) as temporary, scrubbed():
            target = str(temporary).replace("'", "''")
            self._connection.cursor().execute(
                f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION snappy, "
                f"DICTIONARY_SIZE_LIMIT {_DICTIONARY})"
            ).fetchall()


class SparkEngine:
    """A Spark session that the user made.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
    """

    dialect: Dialect = "spark"

    def __init__(self, session: Any) -> None:
        self._session = session

    def source(self, table: str) -> str:
        """Return parquet files as ``parquet.`…` ``, other tables as they are."""
        if table.endswith(".parquet"):
            folder = table.replace("`", "``")
            return f"parquet.`{folder}`"
        return table

    def fetch(self, sql: str) -> pd.DataFrame:
        """Run a query and return all of its result."""
        with scrubbed():
            result = self._session.sql(sql)
            return pd.DataFrame([tuple(row) for row in result.collect()], columns=result.columns)

    def write(self, sql: str, path: Path) -> None:
        """Write the result of a query into a folder of parquet files."""
        with scrubbed():
            self._session.sql(sql).write.mode("overwrite").parquet(str(path))

    def advice(self, sql: str) -> str:
        """Return what the driver and the executors should be started with, or nothing."""
        conf = getattr(self._session, "conf", None)
        options = "" if conf is None else str(conf.get("spark.driver.extraJavaOptions", ""))
        if len(sql) <= LONG_SQL or _COMPILE_ALL in options:
            return ""
        return (
            "Spark generates methods of more than 8,000 bytes for this query, which the JVM does "
            f"not compile unless the driver and the executors run with {_COMPILE_ALL} "
            "(spark.driver.extraJavaOptions and spark.executor.extraJavaOptions); measured, that "
            "is three to four times faster."
        )


class DbapiEngine:
    """A DB-API connection that the user made, to ClickHouse, Trino or another SQL engine.

    Parameters
    ----------
    connection : DB-API 2.0 connection
    dialect : {"ansi", "clickhouse", "spark"}
    """

    def __init__(self, connection: Any, *, dialect: Dialect = "ansi") -> None:
        if dialect == "duckdb":
            raise WarehouseError("Use `DuckDBEngine` for DuckDB.")
        self._connection = connection
        self.dialect: Dialect = dialect

    def source(self, table: str) -> str:
        """Return the table as it is."""
        return table

    def fetch(self, sql: str) -> pd.DataFrame:
        """Run a query and return all of its result."""
        frames = list(self._batches(sql))
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    def write(self, sql: str, path: Path) -> None:
        """Stream the result of a query into one parquet file, 50,000 rows at a time."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with whole_file(path) as temporary:
            writer = None
            try:
                for frame in self._batches(sql):
                    table = pa.Table.from_pandas(frame, preserve_index=False)
                    if writer is None:
                        writer = pq.ParquetWriter(temporary, table.schema)
                    writer.write_table(table.cast(writer.schema))
            finally:
                if writer is not None:
                    writer.close()

    def _batches(self, sql: str) -> Iterator[pd.DataFrame]:
        """Give the result in frames; an empty result is one empty frame."""
        with scrubbed():
            cursor = self._connection.cursor()
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchmany(FETCH_ROWS)
            while True:
                yield pd.DataFrame([tuple(row) for row in rows], columns=names)
                rows = cursor.fetchmany(FETCH_ROWS)
                if not rows:
                    return


class scrubbed:  # noqa: N801 -- used as a statement
    """Turn an engine's error into one of ours that quotes no value.

    Engines put the offending value into their messages ("could not convert string '139…'"): a
    telephone number would reach the log.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if error is None or not isinstance(error, Exception) or isinstance(error, WarehouseError):
            return
        first = str(error).splitlines()[0] if str(error) else ""
        text = re.sub(r"'[^']*'|\"[^\"]*\"|\d{4,}", "…", first)[:200]
        raise WarehouseError(
            f"The engine refused the query ({type(error).__name__}): {text}"
        ) from None


def connect_duckdb(
    memory_mb: int, threads: int | None = None, temporary: str | Path | None = None
) -> Any:
    """Return a DuckDB connection within a memory budget, that loads no extension by itself."""
    try:
        import duckdb
    except ImportError:
        raise MissingDependencyError.for_extra("duckdb", "warehouse", "Scoring here") from None
    options: dict[str, Any] = {
        "memory_limit": f"{int(memory_mb * _OVERSHOOT)}MB",
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if threads is not None:
        options["threads"] = threads
    options["temp_directory"] = "" if temporary is None else str(temporary)
    return duckdb.connect(":memory:", config=options)
