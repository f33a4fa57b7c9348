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

from pipeline.store import fsync
from schemas import TABLES
from schemas.dictionary import VIEWS, describe, table_entries, view_entries

#: Every DuckDB since 1.0 reads this format; the default of 2.0 is read by 2.0 alone.
STORAGE_VERSION: Final = "v1.0.0"

#: Nothing is fetched to build or to open a database: it says the same everywhere.
_OFFLINE: Final = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}

_READ_ONLY: Final = _OFFLINE | {"enable_external_access": "false", "lock_configuration": "true"}

#: In the sums, a number that an event lacks is replaced by its nearest other one: low <= best <= high stays true.
_VIEW_SQL: Final = {
    "events_with_claims": """
        SELECT e.*, ec.claim_id, ec.relation, ec.used_in_estimate, c.quote, c.action_text, c.actor_text,
            c.recipient_text, c.date_text, c.place_text AS claim_place_text, c.metric AS claim_metric,
            c.quantity_low AS claim_quantity_low, c.quantity_best AS claim_quantity_best,
            c.quantity_high AS claim_quantity_high, c.quantity_unit AS claim_quantity_unit, c.quantity_text,
            c.affected_text, c.claimant_id, c.claimant_text, c.claimant_type, c.claim_mode, c.article_id,
            a.title, a.url, a.publisher, a.published_at
        FROM events AS e
        JOIN event_claims AS ec ON ec.event_id = e.event_id
        JOIN claims AS c ON c.claim_id = ec.claim_id
        JOIN articles AS a ON a.article_id = c.article_id
    """,
    "casualties_by_country_month": """
        SELECT country, CAST(date_trunc('month', event_date_start) AS DATE) AS month, count(*) AS n_events,
            CAST(sum(coalesce(killed_low, killed_best)) AS BIGINT) AS killed_low,
            CAST(sum(coalesce(killed_best, killed_low)) AS BIGINT) AS killed_best,
            CAST(sum(coalesce(killed_high, killed_best, killed_low)) AS BIGINT) AS killed_high,
            CAST(sum(coalesce(injured_low, injured_best)) AS BIGINT) AS injured_low,
            CAST(sum(coalesce(injured_best, injured_low)) AS BIGINT) AS injured_best,
            CAST(sum(coalesce(injured_high, injured_best, injured_low)) AS BIGINT) AS injured_high,
            CAST(sum(coalesce(casualties_low, casualties_best)) AS BIGINT) AS casualties_low,
            CAST(sum(coalesce(casualties_best, casualties_low)) AS BIGINT) AS casualties_best,
            CAST(sum(coalesce(casualties_high, casualties_best, casualties_low)) AS BIGINT) AS casualties_high
        FROM events
        WHERE accounting = 'increment'
            AND date_trunc('month', event_date_start) = date_trunc('month', event_date_end)
            AND coalesce(killed_low, killed_best, killed_high, injured_low, injured_best, injured_high,
                casualties_low, casualties_best, casualties_high) IS NOT NULL
        GROUP BY country, month
        ORDER BY month, country
    """,
    "contradictions": """
        SELECT e.event_id, e.event_date_start, e.event_date_end, e.action, e.country, e.place_text, c.metric,
            c.quantity_unit,
            CASE c.metric WHEN 'killed' THEN e.killed_low WHEN 'injured' THEN e.injured_low
                WHEN 'casualties' THEN e.casualties_low WHEN e.quantity_metric THEN e.quantity_low
            END AS estimate_low,
            CASE c.metric WHEN 'killed' THEN e.killed_best WHEN 'injured' THEN e.injured_best
                WHEN 'casualties' THEN e.casualties_best WHEN e.quantity_metric THEN e.quantity_best
            END AS estimate_best,
            CASE c.metric WHEN 'killed' THEN e.killed_high WHEN 'injured' THEN e.injured_high
                WHEN 'casualties' THEN e.casualties_high WHEN e.quantity_metric THEN e.quantity_high
            END AS estimate_high,
            c.claim_id, c.quantity_low AS claim_low, c.quantity_best AS claim_best, c.quantity_high AS claim_high,
            c.claim_mode, c.claimant_id, c.claimant_text, c.claimant_type, c.quote, c.article_id
        FROM event_claims AS ec
        JOIN events AS e ON e.event_id = ec.event_id
        JOIN claims AS c ON c.claim_id = ec.claim_id
        WHERE ec.relation = 'contradicts'
    """,
}


def build_database(folder: Path, path: Path) -> None:
    """Builds the database of a release from its Parquet files.

    Args:
        folder: Holds `<table>.parquet` of every table.
        path: The database; it must not exist.
    """
    with duckdb.connect(":memory:", config=dict(_OFFLINE)) as connection:
        connection.execute(f"ATTACH {_quoted(str(path))} AS release (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE release")
        # One transaction: each of its own would be brought to the disk, some 250 times.
        connection.execute("BEGIN")
        for table in TABLES:
            # Stored without a time zone, in UTC: with one, each client would show its own local time.
            times = [entry.column for entry in table_entries(table) if entry.type == "datetime (UTC)"]
            replaced = ", ".join(f"{column} AT TIME ZONE 'UTC' AS {column}" for column in times)
            columns = f"* REPLACE ({replaced})" if times else "*"
            source = _quoted(str(folder / f"{table}.parquet"))
            connection.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM read_parquet({source})")
        for view, sql in _VIEW_SQL.items():
            connection.execute(f"CREATE VIEW {view} AS {sql}")
        for name in (*TABLES, *VIEWS):
            kind, entries = ("VIEW", view_entries(name)) if name in VIEWS else ("TABLE", table_entries(name))
            connection.execute(f"COMMENT ON {kind} {name} IS {_quoted(describe(name))}")
            for entry in entries:
                connection.execute(f"COMMENT ON COLUMN {name}.{entry.column} IS {_quoted(entry.comment)}")
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH release")
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


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
