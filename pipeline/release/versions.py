"""Which releases there are, and what the next one is called.

What belongs here: the folder of releases, its names and its `latest`. What does not: what a release holds.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

LATEST: Final = "latest"
MANIFEST: Final = "manifest.json"
DATABASE: Final = "conflict_events.duckdb"
CHANGES: Final = "CHANGES.md"
QUALITY: Final = "quality.json"

_VERSION: Final = re.compile(r"(\d{4})\.(0[1-9]|1[0-2])\.(0|[1-9]\d*)")


class ReleaseError(RuntimeError):
    """A release is missing, damaged, or in the way of another."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published release.

    Attributes:
        version: YYYY.MM.N.
        path: Its folder.
    """

    version: str
    path: Path

    @property
    def database(self) -> Path:
        """The DuckDB database; open it read-only."""
        return self.path / DATABASE

    def table(self, name: str) -> Path:
        """The Parquet file of a table."""
        return self.path / f"{name}.parquet"


def parse_version(version: str) -> tuple[int, int, int]:
    """Returns year, month and number of a version: the order of releases.

    Raises:
        ReleaseError: If it is not YYYY.MM.N.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ReleaseError(f"{version!r} is no version: versions are YYYY.MM.N, such as 2026.11.0")
    year, month, number = match.groups()
    return int(year), int(month), int(number)


def list_releases(releases: Path) -> list[Release]:
    """Returns the releases of a folder, oldest first; unfinished ones are none."""
    if not releases.is_dir():
        return []
    found = [Release(path.name, path) for path in releases.iterdir() if _VERSION.fullmatch(path.name)]
    return sorted(found, key=lambda release: parse_version(release.version))


def latest_release(releases: Path) -> Release | None:
    """Returns the release that `latest` points at, or None where nothing was published."""
    pointer = releases / LATEST
    if not pointer.is_symlink():
        return None
    # The folder itself, not the pointer: DuckDB keeps databases by path, and would go on showing the old one.
    path = releases / pointer.readlink().name
    return Release(path.name, path)


def newest_release(releases: Path) -> Release | None:
    """Returns the release that the next one follows, withdrawn or not, or None where nothing was published."""
    known = list_releases(releases)
    return known[-1] if known else None


def find_release(releases: Path, version: str | None = None) -> Release:
    """Returns a release by its version, or the latest.

    Raises:
        ReleaseError: If there is no such release.
    """
    known = list_releases(releases)
    if not known:
        raise ReleaseError(f"{releases} holds no release: build one first")
    if version is None:
        latest = latest_release(releases)
        if latest is None:
            raise ReleaseError(f"{releases / LATEST} is missing: publish again, or name one of {_names(known)}")
        return latest
    for release in known:
        if release.version == version:
            return release
    raise ReleaseError(f"there is no release {version}: there are {_names(known)}")


def next_version(releases: Path, today: date) -> str:
    """Returns the version of the next release: the month of `today`, counted from 0.

    A version is always above all that are there, even when the clock was set back.
    """
    known = list_releases(releases)
    month = (today.year, today.month)
    if not known:
        year, number_of_month, number = (*month, 0)
    else:
        last = parse_version(known[-1].version)
        year, number_of_month, number = (*last[:2], last[2] + 1) if last[:2] >= month else (*month, 0)
    return f"{year:04}.{number_of_month:02}.{number}"


def _names(releases: list[Release]) -> str:
    return ", ".join(release.version for release in releases)
