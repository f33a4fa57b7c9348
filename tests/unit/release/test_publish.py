"""A release is all there or not there, and never changes."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.release import Draft, Release, ReleaseError, latest_release, list_releases, verify_release
from pipeline.release.manifest import list_files, read_manifest, write_manifest
from pipeline.store import StoreError, lock
from pipeline.validate import ContractError
from schemas import SCHEMA_VERSION, TABLES

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

FILES = {name.format(table) for table in TABLES for name in ("{}.parquet", "csv/{}.csv.gz")} | {
    "conflict_events.duckdb",
    "CHANGES.md",
    "CITATION.cff",
    "SHA256SUMS",
    "croissant.json",
    "datapackage.json",
    "quality.json",
    "manifest.json",
}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".") and path.name != ".lock"]


def test_a_release_holds_its_files_and_nothing_is_wrong_with_it(release: Release) -> None:
    assert set(list_files(release.path)) == FILES
    assert verify_release(release.path) == []
    assert latest_release(release.path.parent) == release
    assert hidden(release.path.parent) == []


def test_the_files_of_a_release_are_read_only(release: Release) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in list_files(release.path).values()}
    assert modes == {0o444}


def test_the_manifest_says_what_the_release_was_made_from(release: Release) -> None:
    manifest = read_manifest(release.path)
    assert (manifest["version"], manifest["previous"], manifest["schema_version"]) == (
        "2026.11.0",
        None,
        SCHEMA_VERSION,
    )
    assert manifest["created_at"] == "2026-11-22T03:00:00+00:00"
    assert manifest["commit"] == "0" * 40
    assert manifest["facts"] == {"seconds": 1.5}
    assert manifest["inputs"] == {"total": 2, "article": 2, "duplicate": 0, "irrelevant": 0, "quarantined": 0}
    assert manifest["files"]["claims.parquet"]["rows"] == 3
    assert set(manifest["files"]) == FILES - {"manifest.json"}


def test_the_parquet_footer_tells_table_schema_and_release(release: Release) -> None:
    footer = pl.read_parquet_metadata(release.table("events"))
    assert (footer["table"], footer["schema_version"], footer["release"]) == ("events", SCHEMA_VERSION, "2026.11.0")


def test_the_same_tables_give_the_same_parquet_bytes(publish: Publish, tables: Tables) -> None:
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in tables.items()}
    one, two = publish(tables, folder="one"), publish(shuffled, folder="two")
    assert one
    assert two
    for table in TABLES:
        assert one.table(table).read_bytes() == two.table(table).read_bytes()


def test_nothing_is_published_when_nothing_is_new(publish: Publish, tables: Tables, release: Release) -> None:
    assert publish(tables, "2026.11.1") is None
    assert list_releases(release.path.parent) == [release]
    assert hidden(release.path.parent) == []


def test_a_changed_table_makes_the_next_release(publish: Publish, changed: Tables, release: Release) -> None:
    before = {name: path.read_bytes() for name, path in list_files(release.path).items()}
    new = publish(changed, "2026.11.1")
    assert new
    assert verify_release(new.path) == []
    assert latest_release(release.path.parent) == new
    assert read_manifest(new.path)["previous"] == "2026.11.0"
    assert {name: path.read_bytes() for name, path in list_files(release.path).items()} == before


@pytest.mark.parametrize("version", ["2026.11.0", "2026.10.9", "2025.12.0"])
def test_a_version_that_would_not_follow_is_refused(
    publish: Publish, changed: Tables, release: Release, version: str
) -> None:
    with pytest.raises(ReleaseError, match=r"would not follow 2026.11.0"):
        publish(changed, version)
    assert list_releases(release.path.parent) == [release]


@pytest.mark.parametrize("version", ["2026.13.0", "2026.1.0", "latest", "../2026.11.0", "2026.11.00"])
def test_a_name_that_is_no_version_is_refused(
    publish: Publish, changed: Tables, release: Release, version: str
) -> None:
    with pytest.raises(ReleaseError, match="is no version"):
        publish(changed, version)


def broken(tables: Tables, table: str, **columns: Any) -> Tables:
    return tables | {table: tables[table].with_columns(**columns)}


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        pytest.param(lambda t: broken(t, "events", killed_low=pl.lit(99, pl.Int64)), "low <= best <= high", id="row"),
        pytest.param(
            lambda t: broken(t, "claims", action=pl.lit("gossip")), "names a row of actions", id="foreign_key"
        ),
        pytest.param(lambda t: broken(t, "claims", quote=pl.lit("no such words")), "is the quote", id="span"),
        pytest.param(lambda t: broken(t, "claim_evidence", words=pl.lit("15 people")), "is the words", id="evidence"),
        pytest.param(
            lambda t: t | {"actor_names": pl.concat([t["actor_names"]] * 2)}, "keys are unique", id="repeated_key"
        ),
        pytest.param(lambda t: t | {"events": t["events"].drop("action")}, "column action is missing", id="column"),
        pytest.param(lambda t: {k: v for k, v in t.items() if k != "places"}, "table places is missing", id="table"),
        pytest.param(lambda t: t | {"rumours": t["places"]}, "table rumours is unknown", id="unknown_table"),
    ],
)
def test_a_broken_contract_stops_before_anything_is_written(
    publish: Publish, tables: Tables, tmp_path: Path, break_it: Callable[[Tables], Tables], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        publish(break_it(tables))
    assert not (tmp_path / "releases").exists()


def test_facts_that_are_no_json_leave_no_release(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        publish(tables, facts={"when": object()})
    assert list_releases(tmp_path / "releases") == []
    assert publish(tables) is not None
    assert hidden(tmp_path / "releases") == []


def write_pages(draft: Draft) -> None:
    """Stands for whoever adds files to a release: pages of it and of the one before."""
    assert (draft.folder / "conflict_events.duckdb").exists()
    (draft.folder / "site" / "e").mkdir(parents=True)
    (draft.folder / "site" / "index.html").write_text(f"{draft.version} after {draft.previous}", encoding="utf-8")
    (draft.folder / "site" / "e" / "1.html").write_text(str(draft.tables["events"].height), encoding="utf-8")


def test_what_is_made_of_a_draft_belongs_to_the_release(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    release = publish(tables, makers=[write_pages])
    assert release
    assert (release.path / "site" / "index.html").read_text(encoding="utf-8") == "2026.11.0 after None"
    assert {name for name in read_manifest(release.path)["files"] if "/" in name} >= {
        "site/index.html",
        "site/e/1.html",
    }
    assert stat.S_IMODE((release.path / "site" / "e" / "1.html").stat().st_mode) == 0o444
    assert verify_release(release.path) == []
    page = release.path / "site" / "e" / "1.html"
    page.chmod(0o644)
    page.write_text("3", encoding="utf-8")
    (release.path / "site" / "e" / "2.html").touch()
    assert verify_release(release.path) == [
        "site/e/2.html is unknown",
        "site/e/1.html was changed: its sha256 is not the manifest's",
    ]


def test_a_folder_that_points_elsewhere_is_found(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    release = publish(tables, makers=[write_pages])
    assert release
    (release.path / "site").rename(tmp_path / "site")
    (release.path / "site").symlink_to(tmp_path / "site")
    assert "site is unknown" in verify_release(release.path)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "site/../../outside", "", "a\\b"])
def test_a_manifest_cannot_name_files_outside_its_folder(release: Release, name: str) -> None:
    manifest = read_manifest(release.path)
    manifest["files"][name] = manifest["files"]["CHANGES.md"]
    write_manifest(manifest, release.path)
    assert verify_release(release.path) == [f"{name} is no file of this folder"]


def test_a_draft_that_cannot_be_finished_leaves_no_release(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    def fail(draft: Draft) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        publish(tables, makers=[write_pages, fail])
    assert list_releases(tmp_path / "releases") == []
    assert publish(tables) is not None
    assert hidden(tmp_path / "releases") == []


def test_a_second_publisher_is_refused_while_the_first_is_at_work(
    publish: Publish, tables: Tables, tmp_path: Path
) -> None:
    with lock(tmp_path / "releases"), pytest.raises(StoreError, match=f"process {os.getpid()}"):
        publish(tables)


def test_what_a_dead_publisher_left_is_removed(publish: Publish, changed: Tables, release: Release) -> None:
    releases = release.path.parent
    (releases / ".staging-2026.11.1-999").mkdir()
    (releases / ".staging-2026.11.1-999" / "events.parquet").write_bytes(b"half")
    (releases / ".latest-999").symlink_to("2026.11.1")
    assert publish(changed, "2026.11.1") is not None
    assert hidden(releases) == []


def test_a_release_that_was_finished_but_never_pointed_at_is_taken_up(
    publish: Publish, changed: Tables, release: Release
) -> None:
    releases = release.path.parent
    finished = publish(changed, "2026.11.1")
    (releases / "latest").unlink()
    (releases / "latest").symlink_to(release.version)
    assert publish(changed, "2026.11.2") is None
    assert latest_release(releases) == finished


def test_a_latest_release_that_cannot_be_read_stops_with_a_remedy(
    publish: Publish, changed: Tables, release: Release
) -> None:
    (release.path / "manifest.json").unlink()
    with pytest.raises(ReleaseError, match=r"2026.11.0 cannot be read .*: restore it, or remove its folder"):
        publish(changed, "2026.11.1")


def test_a_release_of_another_schema_is_followed_by_a_new_one_that_says_so(
    publish: Publish, tables: Tables, release: Release
) -> None:
    write_manifest(read_manifest(release.path) | {"schema_version": "0.9.0"}, release.path)
    new = publish(tables, "2026.11.1")
    assert new
    assert f"The schema went from 0.9.0 to {SCHEMA_VERSION}" in (new.path / "CHANGES.md").read_text(encoding="utf-8")
