"""Releases to other places and back: publish, fetch, update.

What belongs here: the order of steps that lets no reader see half a release, and the checks of what arrives. What does
not: how bytes are put (places.py), and how a release is made (publish.py).

A place looks like the folder of releases: `YYYY.MM.N/...`, index.json, latest.json. Files are put under names that
hold nothing, the manifest after them, then the index, then latest.json; readers begin at latest.json or the index, so
they meet whole releases only. What arrives is checked against the manifest, the manifest against the index.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.release.index import INDEX, POINTER, Entry, read_index, render_index, render_pointer, write_index
from pipeline.release.manifest import Manifest, is_inside, parse_manifest, read_manifest
from pipeline.release.parquet import read_table, write_table
from pipeline.release.places import Held, Place
from pipeline.release.publish import STAGING, recover, settle
from pipeline.release.revisions import apply_changes
from pipeline.release.verify import check_files
from pipeline.release.versions import MANIFEST, Release, ReleaseError, find_release, parse_version
from pipeline.store import lock, sha256_of, write_atomically

#: What a local copy was fetched from, and which version it is.
STATE: Final = ".state"

#: How often a pointer that others swap at the same time is tried.
_ATTEMPTS: Final = 20

#: Called as the work goes on: the stage, how much is done, how much there is.
Progress = Callable[[str, int, int], None]


class Fetched(NamedTuple):
    """What a fetch did.

    Attributes:
        release: The release, now here.
        downloaded: Files that were downloaded.
        kept: Files that a release which was here already held.
        changes: Rows of `changes` that were applied to the events that were here; None: these were downloaded.
    """

    release: Release
    downloaded: int
    kept: int
    changes: int | None


def publish_to(releases: Path, url: str, version: str | None = None, progress: Progress | None = None) -> Entry:
    """Publishes a release to a place; what a publisher that died left there is taken up.

    Args:
        releases: The folder of releases.
        url: The place.
        version: The release; the latest unless given.
        progress: Told of each object that is put.

    Returns:
        What the place's index now says of it.

    Raises:
        ReleaseError: If the release is damaged, or the place holds other bytes under its names.
    """
    release = find_release(releases, version)
    manifest = read_manifest(release.path)
    problems = check_files(release.path, manifest)
    if problems:
        raise ReleaseError(f"release {release.version} is damaged and was not published: {'; '.join(problems[:5])}")
    place, scratch = Place(url), releases / f".scratch-{os.getpid()}.tmp"
    names = [*manifest["files"], MANIFEST]
    with lock(releases):
        local = write_index(releases)
    tell = progress or (lambda stage, done, total: None)
    for done, name in enumerate(names):
        tell("publish", done, len(names) + 2)
        place.create(f"{release.version}/{name}", release.path / name, scratch)
    tell("publish", len(names), len(names) + 2)
    entries = _swap(place, INDEX, lambda held: _merge(held, local, release.version))
    tell("publish", len(names) + 1, len(names) + 2)
    _swap(place, POINTER, lambda held: _point(place))
    tell("publish", len(names) + 2, len(names) + 2)
    index: list[Entry] = json.loads(entries)["releases"]
    return next(entry for entry in index if entry["version"] == release.version)


def _swap(place: Place, name: str, make: Callable[[Held | None], bytes]) -> bytes:
    """Puts what is made of a pointer in its place, again where somebody else swapped it in between."""
    for _ in range(_ATTEMPTS):
        held = place.read(name)
        data = make(held)
        if (held is not None and held.data == data) or place.swap(name, data, held):
            return data
    raise ReleaseError(f"{place.url}, {name}: others keep changing it; try again")


def _merge(held: Held | None, local: list[Entry], version: str) -> bytes:
    """Returns the index of a place with a release added, and with what is now said of those that it holds."""
    there = {entry["version"]: entry for entry in _parse_index(held)} if held else {}
    ours = {entry["version"]: entry for entry in local}
    for known in there.keys() & ours.keys():
        if there[known]["manifest_sha256"] != ours[known]["manifest_sha256"]:
            raise ReleaseError(f"release {known} is another one there: these releases belong to another line")
    merged = there | {known: ours[known] for known in ours if known in there or known == version}
    return render_index(sorted(merged.values(), key=lambda entry: parse_version(entry["version"]), reverse=True))


def _point(place: Place) -> bytes:
    """Returns what latest.json is to say, from the index of the same place."""
    return render_pointer(_parse_index(place.read(INDEX)))


def fetch_from(
    url: str, releases: Path, now: datetime, version: str | None = None, progress: Progress | None = None
) -> Fetched:
    """Fetches a release from a place; files that are here already are not downloaded.

    Args:
        url: The place.
        releases: The folder of releases; `.state` in it says what was fetched from where.
        now: The time.
        version: The release; the place's latest unless given.
        progress: Told of each file.

    Raises:
        ReleaseError: If the place has no such release, or a file is not the one that its manifest names.
    """
    place = Place(url)
    entries = _parse_index(place.read(INDEX))
    target = _choose(place, entries, version)
    with lock(releases):
        recover(releases)
        here = {entry["version"]: entry for entry in read_index(releases)}
        if target["version"] in here:
            if here[target["version"]]["manifest_sha256"] != target["manifest_sha256"]:
                raise ReleaseError(f"{releases / target['version']} is another release than the one of {url}")
            fetched = Fetched(Release(target["version"], releases / target["version"]), 0, 0, None)
        else:
            fetched = _fetch(place, releases, target, entries, progress or (lambda stage, done, total: None))
        said = {entry["version"]: {name: entry[name] for name in ("signed_off", "yanked")} for entry in entries}
        write_index(releases, said)
        state = {
            "url": url,
            "version": target["version"],
            "manifest_sha256": target["manifest_sha256"],
            "fetched_at": now.isoformat(timespec="seconds"),
        }
        write_atomically(releases / STATE, (json.dumps(state, indent=1) + "\n").encode())
    return fetched


def update(releases: Path, now: datetime, progress: Progress | None = None) -> tuple[Fetched, int]:
    """Brings a local copy to the latest release of where it came from.

    Events are not downloaded: the changes of each release since are applied to those that are here, which gives the
    same file; where it does not, the file is downloaded after all.

    Args:
        releases: The folder of releases.
        now: The time.
        progress: Told of each file.

    Returns:
        What was fetched, and how many releases behind the copy was.

    Raises:
        ReleaseError: If nothing was ever fetched into this folder, or as `fetch_from`.
    """
    state = read_state(releases)
    before = state["version"]
    fetched = fetch_from(state["url"], releases, now, None, progress)
    between = [entry["version"] for entry in _parse_index(Place(state["url"]).read(INDEX))]
    behind = [version for version in between if parse_version(before) < parse_version(version)]
    return fetched, len(behind)


def read_state(releases: Path) -> dict[str, str]:
    """Returns what a local copy was fetched from: url, version, manifest_sha256, fetched_at.

    Raises:
        ReleaseError: If nothing was ever fetched into this folder.
    """
    path = releases / STATE
    try:
        state: dict[str, str] = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ReleaseError(f"{path} is missing: fetch a release into this folder first") from None
    except ValueError as error:
        raise ReleaseError(f"{path} is damaged ({error}): fetch again") from error
    return state


def _parse_index(held: Held | None) -> list[Entry]:
    try:
        entries: list[Entry] = json.loads(held.data)["releases"] if held else []
        for entry in entries:
            parse_version(entry["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{INDEX} is damaged there: {error}") from error
    return entries


def _choose(place: Place, entries: list[Entry], version: str | None) -> Entry:
    """Returns what the index of a place says of a release, or of its latest."""
    if version is None:
        held = place.read(POINTER)
        if held is None:
            raise ReleaseError(f"{place.url} holds no release")
        version = str(json.loads(held.data)["version"])
    for entry in entries:
        if entry["version"] == version:
            return entry
    raise ReleaseError(
        f"{place.url} has no release {version}: it has {', '.join(entry['version'] for entry in entries) or 'none'}"
    )


def _fetch(place: Place, releases: Path, target: Entry, entries: list[Entry], tell: Progress) -> Fetched:
    with _staging(releases, target["version"]) as staging:
        manifest = _read_manifest(place, target, staging / MANIFEST)
        here = _digests(releases)
        rebuilt = _rebuild_events(place, releases, manifest, entries, staging)
        downloaded = kept = 0
        for done, (name, said) in enumerate(manifest["files"].items()):
            tell("fetch", done, len(manifest["files"]))
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and sha256_of(path) == said["sha256"]:
                continue  # events, or the changes that made them
            if said["sha256"] in here:
                shutil.copyfile(here[said["sha256"]], path)
                kept += 1
            elif place.download(f"{target['version']}/{name}", path):
                downloaded += 1
        problems = check_files(staging, manifest)
        if problems:
            raise ReleaseError(f"release {target['version']} did not arrive whole: {'; '.join(problems[:5])}")
        settle(staging)
        release = Release(target["version"], releases / target["version"])
        staging.rename(release.path)
    return Fetched(release, downloaded + (rebuilt is not None), kept, rebuilt)


def _rebuild_events(
    place: Place, releases: Path, manifest: Manifest, entries: list[Entry], staging: Path
) -> int | None:
    """Makes events.parquet of the events that are here and the changes since; returns how many rows were applied."""
    chain = list(_chain(releases, manifest["version"], {entry["version"]: entry for entry in entries}))
    if not chain:
        return None
    first = find_release(releases, chain[0]["previous"])
    events, applied = read_table(first.table("events")), 0
    for entry in chain:
        said = manifest if entry["version"] == manifest["version"] else _read_manifest(place, entry)
        path = staging / "changes.parquet"
        there = place.download(f"{entry['version']}/changes.parquet", path)
        if not there or sha256_of(path) != said["files"]["changes.parquet"]["sha256"]:
            return None
        changes = read_table(path)
        events, applied = apply_changes(events, changes), applied + changes.height
    path = write_table("events", events, staging, manifest["version"])
    if sha256_of(path) != manifest["files"]["events.parquet"]["sha256"]:
        path.unlink()  # another version of the writer: the rows are the same, the bytes are not
        return None
    return applied


def _chain(releases: Path, version: str, entries: Mapping[str, Entry]) -> Iterable[Entry]:
    """Returns the releases from the one after a release that is here up to another; none where no such chain is."""
    here = {entry["version"] for entry in read_index(releases)}
    chain: list[Entry] = []
    while version in entries:
        chain.append(entries[version])
        version = entries[version]["previous"]
        if version in here:
            return reversed(chain)
    return ()


def _read_manifest(place: Place, entry: Entry, path: Path | None = None) -> Manifest:
    """Returns the manifest of a release of a place, once it is the one that the index names; writes it to a file."""
    held = place.read(f"{entry['version']}/{MANIFEST}")
    if held is None:
        raise ReleaseError(f"{place.url} has no release {entry['version']}: its manifest is missing")
    if hashlib.sha256(held.data).hexdigest() != entry["manifest_sha256"]:
        raise ReleaseError(f"{place.url}: the manifest of {entry['version']} is not the one that the index names")
    manifest = parse_manifest(held.data, f"{place.url}, {entry['version']}/{MANIFEST}")
    if manifest["version"] != entry["version"] or not all(map(is_inside, manifest["files"])):
        raise ReleaseError(f"{place.url}: the manifest of {entry['version']} names files that are none of it")
    if path is not None:
        write_atomically(path, held.data)
    return manifest


def _digests(releases: Path) -> dict[str, Path]:
    """Returns the files of the releases that are here, by their digest."""
    found: dict[str, Path] = {}
    for entry in read_index(releases):
        folder = releases / entry["version"]
        found |= {said["sha256"]: folder / name for name, said in read_manifest(folder)["files"].items()}
    return found


@contextmanager
def _staging(releases: Path, version: str) -> Iterator[Path]:
    """Gives a folder for a release that is arriving; it is removed where it did not."""
    staging = releases / f"{STAGING}{version}-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
