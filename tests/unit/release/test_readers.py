"""The tools that people have open a release: DuckDB from 1.0 on, polars, pyarrow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from pipeline.release import Release
from pipeline.release.database import database_form, open_database
from schemas import TABLES
from schemas.dictionary import VIEWS, data_dictionary, describe

Tables = dict[str, pl.DataFrame]

OLD_READER = Path(__file__).resolve().parents[3] / ".venv" / "compat" / "duckdb-1.0"

#: Prints what a client of any version sees: its version, the row counts and the comments.
SCRIPT = """
import json, sys
import duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
names = json.loads(sys.argv[2])
rows = {name: len(con.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
tables = con.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall()
views = con.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
columns = con.execute("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").fetchall()
parquet = con.execute("SELECT count(*) FROM read_parquet(?)", [sys.argv[3]]).fetchall()[0][0]
con.close()
print(json.dumps([duckdb.__version__, rows, tables + views, columns, parquet]))
"""


@pytest.mark.parametrize("client", ["oldest", "current"])
def test_duckdb_opens_the_database_with_its_views_and_comments(release: Release, client: str) -> None:
    environment = dict(os.environ)
    if client == "oldest":
        assert (OLD_READER / "duckdb").is_dir(), f"{OLD_READER} is missing: run scripts/bootstrap.py"
        environment["PYTHONPATH"] = str(OLD_READER)
    names = [*TABLES, *VIEWS]
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT, release.database, json.dumps(names), release.table("claims")],
        env=environment,
        cwd=release.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    version, rows, comments, columns, parquet = json.loads(answer.stdout)
    assert version.startswith("1." if client == "oldest" else "2.")
    assert (rows["claims"], rows["events_with_claims"], rows["quarantine"], parquet) == (3, 3, 0, 3)
    assert dict(comments) == {name: describe(name) for name in names}
    assert {(table, column): comment for table, column, comment in columns} == {
        (entry.table, entry.column): entry.comment for entry in data_dictionary()
    }


def test_the_oldest_reader_is_the_locked_one() -> None:
    assert (OLD_READER / "duckdb").is_dir(), f"{OLD_READER} is missing: run scripts/bootstrap.py"
    locked = (Path(__file__).resolve().parents[3] / "scripts" / "compat.lock").read_text(encoding="utf-8")
    (installed,) = (path.name for path in OLD_READER.glob("duckdb-*.dist-info"))
    assert installed.removeprefix("duckdb-").removesuffix(".dist-info") in locked


@pytest.mark.parametrize("table", TABLES)
def test_polars_pyarrow_and_duckdb_read_the_same_rows(release: Release, tables: Tables, table: str) -> None:
    by_polars = pl.read_parquet(release.table(table))
    assert_frame_equal(by_polars, tables[table])
    by_pyarrow = pl.from_arrow(pq.read_table(release.table(table)))
    assert isinstance(by_pyarrow, pl.DataFrame)
    assert_frame_equal(by_pyarrow, by_polars)
    with open_database(release.database) as connection:
        assert_frame_equal(connection.sql(f"FROM {table}").pl(), database_form(by_polars))


def test_pyarrow_reads_the_footer(release: Release) -> None:
    footer = pq.read_metadata(release.table("events")).metadata
    assert (footer[b"table"], footer[b"release"]) == (b"events", b"2026.11.0")


def test_the_database_uses_the_format_of_the_oldest_reader(release: Release) -> None:
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tags = connection.sql("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()[0][0]
    assert "v1.0.0" in str(tags)
