"""The tables as a release, with what goes with it: the extractor's figures, the codebook, the site.

What belongs here: what a release is told of the build that made it. What does not: the files of a release
(pipeline/release), and its pages (pipeline/site).
"""

import json
import os
import subprocess
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline.build.accounts import account_inputs
from pipeline.build.progress import Progress, no_progress
from pipeline.codebook import read_notes, render_codebook
from pipeline.evaluate import measure_quality, quality_key
from pipeline.release import (
    CHECKS,
    Draft,
    Release,
    list_releases,
    next_version,
    publish_release,
    read_index,
)
from pipeline.seeds import SEEDS
from pipeline.site import build_site, read_edition
from pipeline.store import Store, write_atomically
from pipeline.validate import ContractError, empty_table
from schemas import SCHEMA_VERSION, TABLES

#: Names the secret key of minisign that releases are signed with, where they are.
SIGNING_KEY: Final = "CONFLICT_EVENTS_MINISIGN_KEY"


def recall_quality(
    store: Store, now: datetime, seeds: Path = SEEDS, workers: int | None = None, progress: Progress = no_progress
) -> dict[str, Any]:
    """Returns the figures of this extractor on the project's own gold, measured again only where they may differ."""
    key, known = quality_key(seeds), store.read_interim("quality")
    if known is None or known["key"][0] != key:
        measured = json.dumps(measure_quality(seeds, now, workers, progress))
        known = pl.DataFrame({"key": [key], "quality": [measured]})
        store.write_interim("quality", known)
    quality: dict[str, Any] = json.loads(known["quality"][0])
    return quality


def publish(
    store: Store, now: datetime, seeds: Path = SEEDS, workers: int | None = None, progress: Progress = no_progress
) -> Release | None:
    """Publishes the tables as a release, or nothing (None) where the latest one holds the same.

    Raises:
        ContractError: If the tables break the contract, or were not made together; nothing was written.
    """
    version = next_version(store.releases, now.date())
    tables = {name: store.read_table(name) for name in TABLES}
    counts, problems = account_inputs(store)
    if problems:
        raise ContractError(f"inputs do not add up: {'; '.join(problems)}: make all tables again, in one run")
    known = {release.version for release in list_releases(store.releases)} | {version}
    named = set(tables["events"]["first_release"]) | set(tables["events"]["last_changed_release"])
    if named - known:
        raise ContractError(
            f"events are of release {max(named - known)}, but the next one is {version}: resolve them again, then publish"
        )
    return publish_release(
        store.releases,
        tables,
        version=version,
        created_at=now,
        commit=read_commit(),
        facts={"input_states": counts, "extractor_versions": sorted(tables["claims"]["extractor_version"].unique())},
        quality=recall_quality(store, now, seeds, workers, progress),
        makers=[partial(write_codebook, seeds), partial(write_site, seeds)],
        signing_key=Path(key) if (key := os.environ.get(SIGNING_KEY)) else None,
    )


def read_movements(store: Store) -> dict[str, list[str]]:
    """Returns, by check, what moved past its bound in the newest release."""
    newest = read_index(store.releases)[:1]
    return {name: entry["movements"].get(name, []) for entry in newest for name in CHECKS}


def read_changes(release: Release | None) -> pl.DataFrame:
    """Returns what a release changed; nothing where none was published."""
    return pl.read_parquet(release.table("changes")) if release else empty_table(TABLES["changes"])


def write_codebook(seeds: Path, draft: Draft) -> None:
    """Writes codebook.md into a release: its actions, with bounds and examples."""
    page = render_codebook(draft.tables["actions"], read_notes(seeds))
    write_atomically(draft.folder / "codebook.md", page.encode())


def write_site(seeds: Path, draft: Draft) -> None:
    """Writes site/ into a release: its pages, after all files that they list."""
    about = {
        "version": draft.version,
        "previous": draft.previous.version if draft.previous else None,
        "schema_version": SCHEMA_VERSION,
        "created_at": draft.created_at.isoformat(),
        "commit": read_commit(),
    }
    build_site(read_edition(draft.folder, draft.releases, about, draft.tables), draft.folder / "site", seeds=seeds)


def read_commit() -> str | None:
    """Returns the commit of the code, with `+changes` where files differ from it; None where it is no checkout."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+changes"],
            cwd=SEEDS.parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
