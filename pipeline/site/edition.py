"""What a site is made of: one release, its files and its tables.

What belongs here: reading a release, and what earlier releases changed. What does not: what a page makes of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline.release import list_releases
from pipeline.release.manifest import read_manifest
from pipeline.release.parquet import read_table
from pipeline.release.versions import QUALITY, parse_version

#: What a release changed against the one before it, field by field.
CHANGES: Final = "changes"


@dataclass(frozen=True)
class Edition:
    """One release, as its site shows it.

    Attributes:
        folder: The release's files.
        version: YYYY.MM.N.
        previous: The release before it, or None.
        schema_version: Version of the data contract.
        created_at: When it was made, with its time zone.
        commit: The commit of the code, where known.
        tables: Its tables.
        quality: What quality.json says.
        earlier: What earlier releases changed: their table `changes`, with the column `release`; None where none has it.
    """

    folder: Path
    version: str
    previous: str | None
    schema_version: str
    created_at: datetime
    commit: str | None
    tables: Mapping[str, pl.DataFrame]
    quality: Mapping[str, Any]
    earlier: pl.DataFrame | None = None

    def table(self, name: str) -> pl.DataFrame | None:
        """Returns a table; None where the release has none of that name."""
        return self.tables.get(name)

    @cached_property
    def actor_names(self) -> dict[str, str]:
        """Names of actors by their id; states are named by their ISO 3166-1 alpha-3 code."""
        return dict(self.tables["actors"].select("actor_id", "name").iter_rows())

    def country_name(self, code: str | None) -> str | None:
        """Returns a country's name: states are actors, named by the same code."""
        return None if code is None else self.actor_names.get(code, code)


def read_edition(folder: Path, releases: Path, about: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> Edition:
    """Reads what a site is made of from a release's files, whether it is published yet or not.

    Args:
        folder: The release's files.
        releases: The folder of releases; what those before it changed is read.
        about: What a manifest says: version, previous, schema_version, created_at (ISO 8601), commit.
        tables: The release's tables.
    """
    return Edition(
        folder=folder,
        version=about["version"],
        previous=about["previous"],
        schema_version=about["schema_version"],
        created_at=datetime.fromisoformat(about["created_at"]),
        commit=about.get("commit"),
        tables=tables,
        quality=json.loads((folder / QUALITY).read_text(encoding="utf-8")) if (folder / QUALITY).is_file() else {},
        earlier=_read_earlier(releases, about["version"]),
    )


def read_published(path: Path) -> Edition:
    """Reads what a site is made of from a published release.

    Raises:
        ReleaseError: If it is no whole release.
    """
    manifest = read_manifest(path)
    tables = {name: read_table(path / f"{name}.parquet") for name in manifest["tables"]}
    return read_edition(path, path.parent, manifest, tables)


def _read_earlier(releases: Path, version: str) -> pl.DataFrame | None:
    """Returns what the releases before one changed, each row with its release."""
    frames = [
        read_table(release.table(CHANGES)).with_columns(release=pl.lit(release.version))
        for release in list_releases(releases)
        if parse_version(release.version) < parse_version(version) and release.table(CHANGES).is_file()
    ]
    return pl.concat(frames, how="diagonal_relaxed") if frames else None
