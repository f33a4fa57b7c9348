"""A release from its tables: all of it, or nothing.

What belongs here: the order of steps that makes a crash harmless. What does not: how a file is written.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.release.anomalies import judge_release
from pipeline.release.changes import render_changes
from pipeline.release.checksums import sign_sums, write_sums
from pipeline.release.compatibility import check_version, compare_schemas
from pipeline.release.csv_files import FOLDER, read_csv, write_csv
from pipeline.release.database import build_database, check_database
from pipeline.release.descriptors import write_descriptors
from pipeline.release.index import LINK, write_index
from pipeline.release.manifest import (
    Manifest,
    describe_schema,
    list_files,
    make_manifest,
    read_manifest,
    write_manifest,
)
from pipeline.release.parquet import read_table, write_table
from pipeline.release.revisions import apply_changes, list_changes
from pipeline.release.verify import check_files, contract_problems
from pipeline.release.versions import (
    CHANGES,
    DATABASE,
    QUALITY,
    Release,
    ReleaseError,
    newest_release,
    parse_version,
)
from pipeline.store import fsync, lock, sort_table, write_atomically
from pipeline.validate import ContractError
from schemas import SCHEMA_VERSION, TABLES, TELLING

#: How the folder of an unfinished release begins.
STAGING: Final = ".staging-"


class Draft(NamedTuple):
    """A release in the making, for those who add files to it.

    Attributes:
        folder: Its files so far; only what is written below it belongs to the release.
        releases: The folder of releases.
        version: The release.
        previous: The release before it, or None.
        created_at: When the run began, with its time zone.
        tables: Its tables, sorted as they are stored.
    """

    folder: Path
    releases: Path
    version: str
    previous: Release | None
    created_at: datetime
    tables: Mapping[str, pl.DataFrame]


#: Writes further files into a draft.
Maker = Callable[[Draft], None]


def publish_release(
    releases: Path,
    tables: Mapping[str, pl.DataFrame],
    *,
    version: str,
    created_at: datetime,
    commit: str | None = None,
    facts: Mapping[str, Any] | None = None,
    quality: Mapping[str, Any] | None = None,
    makers: Sequence[Maker] = (),
    signing_key: Path | None = None,
) -> Release | None:
    """Publishes the tables as a release, unless the latest one holds the same.

    Whenever the process dies, `latest` names the old release or the new one, whole; what it left behind is
    removed, or taken up, by the next call.

    Args:
        releases: The folder of releases.
        tables: Every table of `schemas.TABLES`, in any row order; `changes` is made here, whatever it holds.
        version: The new release, see `next_version`.
        created_at: When the run began, with its time zone.
        commit: The commit of the code, where known.
        facts: What the manifest should say of the run: plain JSON values.
        quality: How good the extractor is, for quality.json: plain JSON values.
        makers: Called one after another once tables, database, CHANGES.md and quality.json are written; what they
            write into the draft's folder belongs to the release: it is hashed, counted and never changes.
        signing_key: A secret key of minisign to sign SHA256SUMS with; none: it is not signed.

    Returns:
        The release, or None where every table equals the latest release's.

    Raises:
        ContractError: If the tables break the contract; nothing was written.
        ReleaseError: If the version is not above all that exist, the schema's version does not say what changed in it,
            or the release before cannot be read.
        StoreError: If another process is publishing.
    """
    problems = contract_problems(tables)
    if problems:
        raise ContractError(f"no release {version}: the tables break the contract:\n  " + "\n  ".join(problems[:20]))
    ordered = {name: sort_table(name, tables[name]) for name in TABLES}
    with lock(releases):
        recover(releases)
        previous = newest_release(releases)
        if previous and parse_version(version) <= parse_version(previous.version):
            raise ReleaseError(f"release {version} would not follow {previous.version}: releases never change")
        before, manifest_before = _read_previous(previous)
        schema, made_by = manifest_before.get("schema_version"), manifest_before.get("commit")
        if previous and schema == SCHEMA_VERSION and _are_same(before, ordered):
            return None
        ordered["changes"] = list_changes(before, ordered, same_code=commit == made_by)
        differences = compare_schemas(manifest_before, describe_schema()) if previous else []
        if previous and (refused := check_version(str(schema), SCHEMA_VERSION, differences)):
            raise ReleaseError(f"no release {version}: {refused}")
        staging = releases / f"{STAGING}{version}-{os.getpid()}"
        staging.mkdir()
        for name, frame in ordered.items():
            write_table(name, frame, staging, version)
            write_csv(name, frame, staging)
        build_database(staging, staging / DATABASE)
        note = None
        if previous and schema != SCHEMA_VERSION:
            what = "; ".join(difference.text for difference in differences) or "nothing that is read differs"
            note = f"The schema went from {schema} to {SCHEMA_VERSION}: {what}. Columns of both are compared."
        previous_version = previous.version if previous else None
        changes = render_changes(version, ordered, previous_version, before, note)
        write_atomically(staging / CHANGES, changes.encode())
        figures = json.dumps(quality or {}, indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(staging / QUALITY, (figures + "\n").encode())
        write_descriptors(staging, version, created_at)
        for make in makers:
            make(Draft(staging, releases, version, previous, created_at, ordered))
        write_sums(staging)
        if signing_key is not None:
            sign_sums(staging, signing_key, f"conflict-events {version}")
        manifest = make_manifest(
            staging,
            ordered,
            version=version,
            previous=previous_version,
            created_at=created_at,
            commit=commit,
            facts=facts or {},
            checks={check.name: check.movements for check in judge_release(before, ordered, created_at)},
        )
        write_manifest(manifest, staging)
        settle(staging)
        problems = _check_written(staging, ordered, before)
        if problems:
            raise ReleaseError(f"release {version} was not published:\n  " + "\n  ".join(problems))
        release = Release(version, releases / version)
        staging.rename(release.path)
        fsync(releases)
        write_index(releases)
        return release


def _are_same(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> bool:
    """Returns whether two releases hold the same, whatever they tell of themselves."""
    data = [name for name in TABLES if name not in TELLING]
    return all(name in before and after[name].equals(before[name]) for name in data)


def settle(folder: Path) -> None:
    """Brings all that is below a folder to the disk, its files for reading only."""
    for path in list_files(folder).values():
        path.chmod(0o444)
        fsync(path)
    for inner in sorted(path for path in folder.rglob("*") if path.is_dir()):
        fsync(inner)
    fsync(folder)


def _check_written(staging: Path, tables: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]) -> list[str]:
    """Reads everything back from the disk; returns what is not as it was meant to be written."""
    problems = check_files(staging, read_manifest(staging))
    if before and not sort_table("events", apply_changes(before["events"], tables["changes"])).equals(tables["events"]):
        problems.append("the release before, with the changes applied, is not this one")
    for name, frame in tables.items():
        file = staging / f"{name}.parquet"
        if not read_table(file).equals(frame):
            problems.append(f"{file.name} does not hold the rows that were written")
        if not read_csv(name, staging / FOLDER / f"{name}.csv.gz").equals(frame):
            problems.append(f"{name}.csv.gz does not hold the rows that were written")
    return problems + check_database(staging / DATABASE, tables)


def _read_previous(previous: Release | None) -> tuple[dict[str, pl.DataFrame], Manifest]:
    """Returns the tables and the manifest of the release before."""
    if previous is None:
        return {}, {}
    try:
        manifest = read_manifest(previous.path)
        tables = {name: read_table(previous.table(name)) for name in manifest["tables"]}
    except (OSError, ReleaseError, pl.exceptions.PolarsError) as error:
        raise ReleaseError(
            f"release {previous.version} cannot be read ({error}): restore it, or remove its folder"
        ) from error
    return tables, manifest


def recover(releases: Path) -> None:
    """Removes what a publisher that died left unfinished, and finishes the index and the pointers.

    The lock is held: whatever is unfinished belongs to nobody.
    """
    for leftover in releases.glob(f"{STAGING}*"):
        shutil.rmtree(leftover)
    for leftover in (*releases.glob(f"{LINK}*"), *releases.glob(".*.tmp")):
        leftover.unlink()
    write_index(releases)
