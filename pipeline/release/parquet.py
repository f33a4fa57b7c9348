"""The Parquet files of a release: one per table, the same bytes for the same rows.

What belongs here: how a table is laid down and read back. What does not: checks of its rows (publish, verify).
"""

from pathlib import Path

import polars as pl

from pipeline.store import sort_table, write_parquet
from schemas import SCHEMA_VERSION


def footer(table: str, version: str, schema_version: str = SCHEMA_VERSION) -> dict[str, str]:
    """Returns what a Parquet file says of itself, since files travel alone."""
    return {"table": table, "schema_version": schema_version, "release": version}


def write_table(table: str, frame: pl.DataFrame, folder: Path, version: str) -> Path:
    """Writes a table of a release, sorted by its key, and returns its file."""
    path = folder / f"{table}.parquet"
    write_parquet(sort_table(table, frame), path, footer(table, version))
    return path


def read_table(path: Path) -> pl.DataFrame:
    """Reads a table of a release."""
    return pl.read_parquet(path, hive_partitioning=False)
