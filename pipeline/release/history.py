"""All releases side by side in SQL: any question as of any release.

What belongs here: the database that attaches each release, and its macros. What does not: one release's database
(database.py), differences in words (diff.py).
"""

from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from pipeline.release.database import quoted
from pipeline.release.query import ask
from pipeline.release.versions import Release, ReleaseError, find_release, list_releases
from schemas import TABLES
from schemas.dictionary import VIEWS

_OFFLINE: Final = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def query_all(releases: Path, sql: str) -> pl.DataFrame:
    """Answers a question over all releases; nothing can be written, no other file read.

    Each release is attached under its version (`"2026.11.0".events`). `as_of('2026.11.0')` gives its events,
    `<table>_as_of('2026.11.0')` any table of it, `all_<table>` the rows of all releases with a column `release`; plain
    names are those of the latest release.

    Args:
        releases: The folder of releases.
        sql: A statement that gives rows.

    Raises:
        QueryError: If the statement is wrong, names a release that is not there, gives no rows, or would write.
        ReleaseError: If there is no release.
    """
    latest, known = find_release(releases), list_releases(releases)
    with duckdb.connect(":memory:", config=dict(_OFFLINE)) as connection:
        for release in known:
            if not release.database.is_file():
                raise ReleaseError(f"{release.database} is missing: {release.version} is no whole release")
            connection.execute(f'ATTACH {quoted(str(release.database))} AS "{release.version}" (READ_ONLY)')
        for statement in write_macros(connection, known, latest):
            connection.execute(statement)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return ask(connection, sql)


def write_macros(connection: duckdb.DuckDBPyConnection, known: list[Release], latest: Release) -> list[str]:
    """Returns the statements that define views and macros over releases that are attached."""
    there = set(
        connection.execute("SELECT database_name, table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
    )
    versions = ", ".join(quoted(release.version) for release in known)
    names = ", ".join(release.version for release in known)
    wrong = f"error('there is no release ' || coalesce(version, 'null') || {quoted(f': there are {names}')})"
    statements = []
    for table in TABLES:
        held = [release.version for release in known if (release.version, table) in there]
        parts = [f'SELECT {quoted(version)} AS release, * FROM "{version}".{table}' for version in held]
        if parts:
            statements.append(f"CREATE VIEW all_{table} AS {' UNION ALL BY NAME '.join(parts)}")
            statements.append(
                f"CREATE MACRO {table}_as_of(version) AS TABLE SELECT * EXCLUDE (release) FROM all_{table} "
                f"WHERE release = CASE WHEN version IN ({versions}) THEN version ELSE {wrong} END"
            )
    statements.append("CREATE MACRO as_of(version) AS TABLE SELECT * FROM events_as_of(version)")
    views = {row[0] for row in connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND database_name = ?", [latest.version]
    ).fetchall()}  # fmt: skip
    for name in (*TABLES, *VIEWS):
        if name in views or (latest.version, name) in there:
            statements.append(f'CREATE VIEW {name} AS SELECT * FROM "{latest.version}".{name}')
    return statements
