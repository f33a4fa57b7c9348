"""A release made again from what the data folder keeps: its raw bytes, the release before it, and the seeds.

What belongs here: the stages of a build over a copy of one release's beginnings, and the comparison of what they made.
What does not: the stages (pipeline/build).
"""

import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.build import (
    extract_claims,
    no_progress,
    parse_raw,
    read_commit,
    resolve_events,
    write_articles,
    write_coverage,
    write_quarantine,
    write_seeds,
)
from pipeline.readers import Reader
from pipeline.release import Release, find_release, publish_release
from pipeline.release.changes import compare_table
from pipeline.release.manifest import read_manifest
from pipeline.release.versions import QUALITY
from pipeline.seeds import SEEDS
from pipeline.store import Store, sha256_of
from schemas import TABLES

Progress = Callable[[str, int, int], None]

#: What a build takes as it came, and a rebuild from the release: nobody can collect a day again.
_COLLECTED: Final = ("raw_articles", "coverage")


class Rebuilt(NamedTuple):
    """What a rebuild found.

    Attributes:
        release: The release.
        made_by: The commit that made it; None: unknown.
        commit: The commit that made it again.
        differences: Tables whose Parquet bytes are not the same, in words: none, if it was made again as it is.
    """

    release: Release
    made_by: str | None
    commit: str | None
    differences: list[str]


def rebuild(
    store: Store,
    version: str,
    seeds: Path = SEEDS,
    workers: int | None = None,
    reader: Reader | None = None,
    progress: Progress = no_progress,
) -> Rebuilt:
    """Makes a release again, beside the data folder, and compares every Parquet file with the one released.

    Args:
        store: The data folder; nothing in it changes.
        version: The release.
        seeds: The folder of seeds, with the decisions of people.
        workers: Processes; by default one for each core where there is much to do.
        reader: What reads the articles; the rules by default.
        progress: Told of the work that is done.

    Raises:
        ReleaseError: If there is no such release.
        StoreError: If raw bytes of it are no longer kept.
    """
    release = find_release(store.releases, version)
    manifest = read_manifest(release.path)
    now = datetime.fromisoformat(manifest["created_at"])
    with tempfile.TemporaryDirectory(dir=store.root, prefix=".rebuild-") as folder:
        copy = Store(Path(folder))
        _lay_out(copy, store, release, manifest["previous"])
        write_seeds(copy, pl.read_parquet(release.table("sources")), seeds)
        parse_raw(copy, seeds, workers, progress)
        write_articles(copy)
        extract_claims(copy, seeds, reader, progress)
        resolve_events(copy, now, seeds)
        write_quarantine(copy)
        write_coverage(copy)
        made = publish_release(
            copy.releases,
            {name: copy.read_table(name) for name in TABLES},
            version=version,
            created_at=now,
            commit=manifest["commit"],
            facts=manifest["facts"],
            quality=json.loads((release.path / QUALITY).read_bytes()),
        )
        differences = [] if made is None else _compare(release, made)
    return Rebuilt(release, manifest["commit"], read_commit(), differences)


def _lay_out(copy: Store, store: Store, release: Release, previous: str | None) -> None:
    """Puts into an empty data folder what the release was made from: links where it is only read."""
    (copy.root / "raw").symlink_to((store.root / "raw").resolve())
    for name in _COLLECTED:
        copy.write_table(name, pl.read_parquet(release.table(name)))
    # What could not be had when it was collected: no input of this release, but refused in it.
    refused = pl.read_parquet(release.table("quarantine")).filter(pl.col("stage") == "ingest")
    inputs = pl.read_parquet(release.table("inputs"))
    unread = refused.join(inputs, left_on="record_id", right_on="input_id", how="anti")
    copy.write_interim("refused_by_collect", unread)
    copy.releases.mkdir()
    if previous is not None:
        before = find_release(store.releases, previous)
        (copy.releases / previous).symlink_to(before.path.resolve())


def _compare(release: Release, made: Release) -> list[str]:
    """Returns the tables whose files differ, with the rows that do."""
    differences = []
    for name in TABLES:
        if sha256_of(release.table(name)) == sha256_of(made.table(name)):
            continue
        change = compare_table(name, pl.read_parquet(release.table(name)), pl.read_parquet(made.table(name)))
        rows = (change.added.height, change.removed.height, change.changed.height)
        said = "{} rows more, {} fewer, {} otherwise".format(*rows) if any(rows) else "the rows are the same"
        differences.append(f"{name}.parquet: other bytes; {said}")
    return differences
