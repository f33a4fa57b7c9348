"""The DuckDB database of a release: the Parquet files as tables, the views, and a comment on every column.

What belongs here: the SQL that builds the database, and how it is opened. What does not: descriptions
(schemas/dictionary.py), questions to it (query.py).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from pipeline.release.views import VIEW_SQL
from pipeline.store import fsync, naming
from schemas import TABLES
from schemas.dictionary import VIEWS, describe, table_entries, view_entries

#: Every DuckDB since 1.0 reads this format; the default of 2.0 is read by 2.0 alone.
STORAGE_VERSION: Final = "v1.0.0"

#: Nothing is fetched to build or to open a database: it says the same everywhere.
_OFFLINE: Final = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}

_READ_ONLY: Final = _OFFLINE | {"enable_external_access": "false", "lock_configuration": "true"}


def build_database(folder: Path, path: Path) -> None:
    """Builds the database of a release from its Parquet files.

    Args:
        folder: Holds `<table>.parquet` of every table.
        path: The database; it must not exist.

    Raises:
        StoreError: If it cannot be written.
    """
    with naming(path, duckdb.Error), duckdb.connect(":memory:", config=dict(_OFFLINE)) as connection:
        connection.execute(f"ATTACH {quoted(str(path))} AS release (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE release")
        # One transaction: each of its own would be brought to the disk, some 250 times.
        connection.execute("BEGIN")
        for table in TABLES:
            # Stored without a time zone, in UTC: with one, each client would show its own local time.
            times = [entry.column for entry in table_entries(table) if entry.type == "datetime (UTC)"]
            replaced = ", ".join(f"{column} AT TIME ZONE 'UTC' AS {column}" for column in times)
            columns = f"* REPLACE ({replaced})" if times else "*"
            source = quoted(str(folder / f"{table}.parquet"))
            connection.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM read_parquet({source})")
        for view, sql in VIEW_SQL.items():
            connection.execute(f"CREATE VIEW {view} AS {sql}")
        for name in (*TABLES, *VIEWS):
            kind, entries = ("VIEW", view_entries(name)) if name in VIEWS else ("TABLE", table_entries(name))
            connection.execute(f"COMMENT ON {kind} {name} IS {quoted(describe(name))}")
            for entry in entries:
                connection.execute(f'COMMENT ON COLUMN {name}."{entry.column}" IS {quoted(entry.comment)}')
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH release")
    fsync(path)


def write_database(tables: Mapping[str, pl.DataFrame], path: Path) -> None:
    """Writes tables into a database that a browser can open: no time zones, no views, no comments.

    Args:
        tables: Rows in the order in which they are stored.
        path: The database; it must not exist.

    Raises:
        StoreError: If it cannot be written.
    """
    with naming(path, duckdb.Error), duckdb.connect(":memory:", config=dict(_OFFLINE)) as connection:
        connection.execute(f"ATTACH {quoted(str(path))} AS site (STORAGE_VERSION '{STORAGE_VERSION}')")
        for name, frame in tables.items():
            connection.register("rows_of_it", database_form(frame))
            connection.execute(f"CREATE TABLE site.{name} AS SELECT * FROM rows_of_it")
            connection.unregister("rows_of_it")
        connection.execute("DETACH site")
    fsync(path)


@contextmanager
def open_database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens a database for reading; its connection writes nothing and reads no other file."""
    with duckdb.connect(str(path), read_only=True, config=dict(_READ_ONLY)) as connection:
        yield connection


def database_form(frame: pl.DataFrame) -> pl.DataFrame:
    """Returns a table's rows as the database shows them: datetimes in UTC, without a time zone."""
    return frame.with_columns(pl.col(pl.Datetime("us", "UTC")).dt.replace_time_zone(None))


def check_database(path: Path, tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Returns in what a database differs from the tables, their views and comments: nothing, if all is well.

    Args:
        path: The database.
        tables: All tables, sorted as they are stored.
    """
    problems = []
    with open_database(path) as connection:
        found = connection.sql("SELECT table_name FROM information_schema.tables").pl()["table_name"].to_list()
        for name in sorted({*tables, *VIEWS} - {*found}):
            problems.append(f"{path.name}: {name} is missing")
        for name in sorted({*found} - {*tables, *VIEWS}):
            problems.append(f"{path.name}: {name} is unknown")
        for name in sorted({*tables} & {*found}):
            if not connection.sql(f'SELECT * FROM "{name}"').pl().equals(database_form(tables[name])):
                problems.append(f"{path.name}: the rows of {name} are not those of {name}.parquet")
        for view in sorted({*VIEWS} & {*found}):
            if connection.sql(f'SELECT * FROM "{view}" LIMIT 0').columns != list(VIEWS[view].columns):
                problems.append(f"{path.name}: the columns of the view {view} are not those of the data dictionary")
        bare = connection.sql(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        )
        problems += [f"{path.name}: {table}.{column} has no comment" for table, column in bare.pl().iter_rows()]
    return problems


def quoted(text: str) -> str:
    """Returns text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
