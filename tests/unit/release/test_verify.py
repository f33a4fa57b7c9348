"""Anything that is not as it was published is found and named."""

import hashlib
import random
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.release import Release, verify_release
from pipeline.release.manifest import list_files, read_manifest, write_manifest
from pipeline.release.parquet import write_table
from schemas import SCHEMA_VERSION, TABLES

FILES = [
    *(f"{table}.parquet" for table in TABLES),
    *(f"csv/{table}.csv.gz" for table in TABLES),
    "conflict_events.duckdb",
    "CHANGES.md",
    "quality.json",
    "datapackage.json",
    "croissant.json",
    "CITATION.cff",
    "SHA256SUMS",
    "manifest.json",
]


def test_every_file_of_a_release_is_tried(release: Release) -> None:
    assert sorted(list_files(release.path)) == sorted(FILES)


def reseal(folder: Path, name: str, **changed: object) -> None:
    """Writes into the manifest what a file is now, as somebody who hides a change would."""
    manifest = read_manifest(folder)
    data = (folder / name).read_bytes()
    manifest["files"][name] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **changed}
    write_manifest(manifest, folder)


def rewrite(release: Release, table: str, frame: pl.DataFrame, version: str | None = None) -> None:
    release.table(table).unlink()
    write_table(table, frame, release.path, version or release.version)
    reseal(release.path, f"{table}.parquet")


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_anywhere_is_found(release: Release, name: str) -> None:
    path, moments = release.path / name, random.Random(name)
    whole = path.read_bytes()
    path.chmod(0o644)
    for at in {0, len(whole) - 1, *(moments.randrange(len(whole)) for _ in range(2))}:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << moments.randrange(8))]) + whole[at + 1 :])
        problems = verify_release(release.path)
        assert len(problems) == 1, f"byte {at}"
        assert name in problems[0]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(release: Release, name: str) -> None:
    (release.path / name).unlink()
    (problem,) = verify_release(release.path)
    assert f"{name} is missing" in problem


@pytest.mark.parametrize("name", FILES)
def test_a_shortened_file_is_found(release: Release, name: str) -> None:
    path = release.path / name
    data = path.read_bytes()[:-1]
    path.chmod(0o644)
    path.write_bytes(data)
    assert len(verify_release(release.path)) == 1


def test_an_unknown_file_is_found(release: Release) -> None:
    (release.path / "conflict_events.duckdb.wal").touch()
    assert verify_release(release.path) == ["conflict_events.duckdb.wal is unknown"]


def test_changed_figures_are_found(release: Release) -> None:
    path = release.path / "quality.json"
    path.chmod(0o644)
    path.write_text("[]\n", encoding="utf-8")
    assert verify_release(release.path) == ["quality.json was changed: its sha256 is not the manifest's"]


def test_a_file_that_points_elsewhere_is_found(release: Release, tmp_path: Path) -> None:
    release.table("events").rename(tmp_path / "events.parquet")
    release.table("events").symlink_to(tmp_path / "events.parquet")
    assert verify_release(release.path) == ["events.parquet is missing"]


def test_a_renamed_release_is_found(release: Release) -> None:
    renamed = release.path.rename(release.path.with_name("2026.12.0"))
    assert verify_release(renamed) == ["the folder is named 2026.12.0, its manifest says 2026.11.0"]


def test_a_manifest_that_says_something_else_is_found(release: Release) -> None:
    path = release.path / "manifest.json"
    path.chmod(0o644)
    path.write_text(path.read_text(encoding="utf-8").replace('"article": 2', '"article": 3'), encoding="utf-8")
    (problem,) = verify_release(release.path)
    assert "was changed after it was written" in problem


def test_a_manifest_of_wrong_rows_is_found(release: Release) -> None:
    reseal(release.path, "events.parquet", rows=3)
    assert verify_release(release.path) == ["events.parquet: 2 rows, the manifest says otherwise"]


def test_a_file_left_out_of_the_manifest_is_found(release: Release) -> None:
    manifest = read_manifest(release.path)
    del manifest["files"]["events.parquet"]
    write_manifest(manifest, release.path)
    assert verify_release(release.path) == ["events.parquet is not in the manifest", "events.parquet is unknown"]


def test_a_table_of_another_release_is_found(release: Release) -> None:
    rewrite(release, "events", pl.read_parquet(release.table("events")), version="2026.10.0")
    assert verify_release(release.path) == [
        "events.parquet: its footer says release 2026.10.0, the manifest says 2026.11.0"
    ]


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        pytest.param("events", pl.lit("gossip").alias("accounting"), "isin", id="model"),
        pytest.param("claims", pl.lit("NOBODY").alias("actor_id"), "names a row of actors", id="foreign_key"),
        pytest.param("claims", pl.col("char_start") + 1, "text[char_start:char_end] is the quote", id="span"),
    ],
)
def test_rows_that_break_the_contract_are_found(release: Release, table: str, change: pl.Expr, message: str) -> None:
    rewrite(release, table, pl.read_parquet(release.table(table)).with_columns(change))
    problems = verify_release(release.path)
    assert any(message in problem for problem in problems)


def test_a_database_with_other_rows_than_the_parquet_files_is_found(release: Release) -> None:
    frame = pl.read_parquet(release.table("events")).with_columns(confidence=pl.lit(0.5))
    rewrite(release, "events", frame)
    assert verify_release(release.path) == [
        "conflict_events.duckdb: the rows of events are not those of events.parquet"
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        pytest.param("DROP VIEW contradictions", "contradictions is missing", id="missing_view"),
        pytest.param("CREATE TABLE rumours (i INT)", "rumours is unknown", id="unknown_table"),
        pytest.param("COMMENT ON COLUMN events.action IS NULL", "events.action has no comment", id="comment"),
        pytest.param("CREATE OR REPLACE VIEW contradictions AS SELECT 1 AS i", "columns of the view", id="view"),
    ],
)
def test_a_database_that_was_written_to_is_found(release: Release, sql: str, message: str) -> None:
    release.database.chmod(0o644)
    with duckdb.connect(str(release.database)) as connection:
        connection.execute(sql)
    reseal(release.path, release.database.name)
    assert any(message in problem for problem in verify_release(release.path))


def test_a_folder_that_is_no_release_says_so(tmp_path: Path) -> None:
    (problem,) = verify_release(tmp_path)
    assert "manifest.json is missing: this is no whole release" in problem


def test_a_release_of_an_older_schema_is_checked_for_its_bytes(release: Release) -> None:
    write_manifest(read_manifest(release.path) | {"schema_version": "0.9.0"}, release.path)
    problems = verify_release(release.path)
    assert len(problems) == len(TABLES)
    assert all(
        f"its footer says schema_version {SCHEMA_VERSION}, the manifest says 0.9.0" in problem for problem in problems
    )
