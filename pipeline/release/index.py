"""What is said of releases after they are made, outside their folders: index.json, latest.json, and `latest`.

What belongs here: the list of releases with their grades, who signed one off, and which were withdrawn. What does not:
anything inside a release, which never changes.

A release is `stable` when no check of it moved past its bound, or when a person signed it off; else `candidate`.
`latest` is the newest release that was not yanked.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipeline.release.manifest import read_manifest
from pipeline.release.versions import LATEST, MANIFEST, Release, ReleaseError, find_release, list_releases
from pipeline.store import fsync, lock, write_atomically

INDEX: Final = "index.json"
POINTER: Final = "latest.json"

#: What the index says of a release beyond its manifest; kept when the index is written again.
_SAID: Final = ("signed_off", "yanked")

#: An unfinished `latest`.
LINK: Final = ".latest-"

Entry = dict[str, Any]


def read_index(releases: Path) -> list[Entry]:
    """Returns what index.json says of each release, newest first; nothing where it was never written.

    Raises:
        ReleaseError: If it is damaged.
    """
    path = releases / INDEX
    if not path.exists():
        return []
    try:
        entries: list[Entry] = json.loads(path.read_bytes())["releases"]
        if any(not isinstance(entry, dict) or "version" not in entry for entry in entries):
            raise ValueError("a release has no version")
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"{path} is damaged ({error}): restore it, or remove it and say again which releases are signed off or yanked"
        ) from error
    return entries


def write_index(releases: Path, said: Mapping[str, Mapping[str, Any]] | None = None) -> list[Entry]:
    """Writes index.json, then `latest` and latest.json, for the releases that are there; returns the entries.

    The folder's lock is held by the caller. Whenever the process dies, the next call makes it whole.

    Args:
        releases: The folder of releases.
        said: What is now said of a release (`signed_off`, `yanked`), by version.
    """
    known = {entry["version"]: entry for entry in read_index(releases)}
    entries = []
    for release in reversed(list_releases(releases)):
        # What a manifest says never changes, so it is read once.
        entry = known.get(release.version) or _tell(release) | dict.fromkeys(_SAID)
        entry = entry | dict((said or {}).get(release.version, {}))
        passed = not entry["movements"] or entry["signed_off"] is not None
        entries.append(entry | {"grade": "stable" if passed else "candidate"})
    if not entries:
        return []
    latest = _latest(entries)
    _write(releases / INDEX, render_index(entries))
    link = releases / LATEST
    if not link.is_symlink() or link.readlink().name != latest["version"]:
        unfinished = releases / f"{LINK}{os.getpid()}"
        unfinished.symlink_to(latest["version"])
        unfinished.replace(link)
        fsync(releases)
    _write(releases / POINTER, render_pointer(entries))
    return entries


def sign_off(releases: Path, version: str, *, author: str, reason: str, now: datetime) -> Entry:
    """Makes a candidate stable: a person looked at what moved and lets it pass.

    Args:
        releases: The folder of releases.
        version: The candidate.
        author: Who signs it off: a name or pseudonym.
        reason: Why.
        now: When.

    Returns:
        What the index now says of it.

    Raises:
        ReleaseError: If there is no such release, it is stable, or was yanked.
    """
    with lock(releases):
        entry = _find(releases, version)
        if entry["grade"] == "stable":
            raise ReleaseError(f"release {version} is stable: nothing of it needs to be signed off")
        if entry["yanked"]:
            raise ReleaseError(f"release {version} was yanked: {entry['yanked']['reason']}")
        return _say(releases, version, "signed_off", {"author": author, "reason": reason, "at": _time(now)})


def yank(releases: Path, version: str, *, reason: str, use_instead: str, now: datetime) -> Entry:
    """Withdraws a release: it stays as it is, but is no longer what anyone is led to.

    Args:
        releases: The folder of releases.
        version: The release.
        reason: What is wrong with it.
        use_instead: The release to use in its place.
        now: When.

    Returns:
        What the index now says of it.

    Raises:
        ReleaseError: If one of them does not exist, or the other was yanked itself.
    """
    with lock(releases):
        _find(releases, version)
        if use_instead == version or _find(releases, use_instead)["yanked"]:
            raise ReleaseError(f"release {use_instead} is no replacement: name one that was not yanked")
        return _say(releases, version, "yanked", {"reason": reason, "use_instead": use_instead, "at": _time(now)})


def _find(releases: Path, version: str) -> Entry:
    find_release(releases, version)
    return next(entry for entry in write_index(releases) if entry["version"] == version)


def _say(releases: Path, version: str, name: str, words: Mapping[str, str]) -> Entry:
    entries = write_index(releases, {version: {name: dict(words)}})
    return next(entry for entry in entries if entry["version"] == version)


def _tell(release: Release) -> Entry:
    """Returns what a release's manifest says that its users choose by."""
    manifest = read_manifest(release.path)
    files = manifest["files"]
    return {
        "version": release.version,
        "previous": manifest["previous"],
        "grade": "candidate",
        "created_at": manifest["created_at"],
        "schema_version": manifest["schema_version"],
        "commit": manifest["commit"],
        "manifest_sha256": hashlib.sha256((release.path / MANIFEST).read_bytes()).hexdigest(),
        "bytes": sum(said["bytes"] for said in files.values()),
        "rows": {name: files[f"{name}.parquet"]["rows"] for name in manifest["tables"]},
        "movements": {check: moved for check, moved in manifest.get("checks", {}).items() if moved},
    }


def render_index(entries: list[Entry]) -> bytes:
    """Returns index.json: what is said of each release, newest first."""
    return _render({"dataset": "conflict-events", "latest": _latest(entries)["version"], "releases": entries})


def render_pointer(entries: list[Entry]) -> bytes:
    """Returns latest.json: the newest release that was not yanked."""
    latest = _latest(entries)
    return _render({name: latest[name] for name in ("version", "manifest_sha256", "schema_version", "grade")})


def _latest(entries: list[Entry]) -> Entry:
    return next((entry for entry in entries if entry["yanked"] is None), entries[0])


def _render(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _write(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        write_atomically(path, data)


def _time(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
