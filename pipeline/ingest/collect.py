"""Folders and feeds to raw articles: bytes kept as they came, with where and when they came from.

What belongs here: finding files, fetching feeds, and refusing what cannot be kept. What does not: parsing. A file that
is kept but cannot be parsed is refused there, as an input; what never became bytes is a problem of the collection.
"""

import hashlib
import mmap
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.ingest import warc
from pipeline.ingest.fetching import Fetched
from pipeline.ingest.items import Refused, mint
from schemas import Quarantine, RawArticles

Fetch = Callable[[str], Fetched]

MAX_FILE_BYTES: Final = 50_000_000
MEDIA_TYPES: Final = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".jsonl": "application/x-ndjson",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
}
#: Endings of packed files, with the coding that their media type then names.
CODINGS: Final = {".gz": "gzip", ".zst": "zstd"}
_OTHER: Final = "application/octet-stream"
_FEED: Final = "application/xml"

Found = tuple[str, str, bytes | Refused]  # location, media type, and the bytes or why there are none


def collect(
    sources: pl.DataFrame,
    known: pl.DataFrame,
    put_bytes: Callable[[bytes], str],
    now: datetime,
    project_root: Path,
    fetch: Fetch,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reads every enabled source and keeps what is new.

    Args:
        sources: Rows of sources.
        known: Rows of raw_articles so far; the same bytes at the same place are not collected twice.
        put_bytes: Keeps bytes and returns their sha256.
        now: The time of this collection (UTC).
        project_root: Folder that relative locations are below.
        fetch: Fetches a feed's address; raises Refused.

    Returns:
        The new rows of raw_articles, and rows of quarantine for files and feeds of which no bytes could be had: they
        are no inputs, and come again at each collection until they are mended.
    """
    seen = set(known["raw_id"])
    rows: list[dict[str, object]] = []
    problems: list[dict[str, object]] = []
    for source in sources.filter(pl.col("enabled")).sort("source_id").iter_rows(named=True):
        source_id, kind, place = str(source["source_id"]), str(source["kind"]), str(source["location"])
        found = _read_folder(place, project_root) if kind == "folder" else _read_feed(place, project_root, fetch)
        for location, media_type, data in found:
            if isinstance(data, Refused):
                problems.append(_problem(source_id, location, data))
                continue
            raw_id = mint("r", source_id, location, hashlib.sha256(data).hexdigest())
            if raw_id in seen:
                continue
            seen.add(raw_id)
            rows.append(
                {
                    "raw_id": raw_id,
                    "source_id": source_id,
                    "kind": kind,
                    "location": location,
                    "media_type": media_type,
                    "digest": put_bytes(data),
                    "bytes": len(data),
                    "retrieved_at": now,
                }
            )
    raw = pl.DataFrame(rows, schema=RawArticles.empty().schema, orient="row")
    return raw.sort("raw_id"), pl.DataFrame(problems, schema=Quarantine.empty().schema, orient="row").sort(
        "quarantine_id"
    )


def _problem(source_id: str, location: str, refused: Refused) -> dict[str, object]:
    """Returns the row of quarantine for something of which no bytes could be had."""
    record_id = mint("i", source_id, location)
    return {
        "quarantine_id": mint("q", "ingest", record_id, refused.reason),
        "stage": "ingest",
        "record_id": record_id,
        "source_id": source_id,
        "location": location,
        "reason": refused.reason,
        "detail": refused.detail,
    }


def _read_folder(place: str, project_root: Path) -> Iterator[Found]:
    """Yields the files below a folder, folder by folder and sorted by name, without hidden files and READMEs."""
    folder = project_root / place
    if not folder.is_dir():
        yield place, "", Refused("missing_location", "The source's folder does not exist")
        return
    errors: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not _is_aside(name))
        links = [name for name in folders if Path(parent, name).is_symlink()]  # listed as folders but not entered
        for path in sorted(Path(parent, name) for name in [*names, *links] if not _is_aside(name)):
            location = _below(folder, path)
            try:
                _check_inside(path, folder)
                if path.is_dir():
                    continue  # a link to a folder within: its files are met where they are
                if path.name.lower().endswith(warc.SUFFIXES):
                    yield from _read_warc(path, location)
                else:
                    yield location, media_type_of(path), _read(path)
            except Refused as refused:
                yield location, "", refused
    for error in errors:
        yield _below(folder, Path(error.filename)), "", Refused("unreadable", f"It cannot be listed ({error.strerror})")


def media_type_of(path: Path) -> str:
    """Returns a file's media type by its name; a packed one's names its coding: `text/csv; coding=gzip`."""
    coding = CODINGS.get(path.suffix.lower())
    inner = path.with_suffix("") if coding else path
    media_type = MEDIA_TYPES.get(inner.suffix.lower(), _OTHER)
    return f"{media_type}; coding={coding}" if coding and media_type != _OTHER else media_type


def _read_warc(path: Path, location: str) -> Iterator[Found]:
    """Yields the responses of a web archive, each where it begins in the file; the file is never held whole."""
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or os.fstat(file.fileno()).st_size == 0:
                raise Refused("unreadable", "It is empty, or not a regular file")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as data:
                for part in warc.split_warc(data):
                    yield f"{location}#{part.offset}", warc.MEDIA_TYPE, part.data
    except OSError as error:
        raise Refused("unreadable", f"It cannot be read ({error.strerror})") from error


def _is_aside(name: str) -> bool:
    """Tells whether a file is no input: hidden, as files are while they are written, or a note on the folder."""
    return name.startswith(".") or Path(name).stem == "README"


def _check_inside(path: Path, folder: Path) -> None:
    """Refuses links that leave the folder, and those that lead nowhere."""
    if not path.is_symlink():
        return
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise Refused("unreadable", "It is a link that leads nowhere") from error
    if not target.is_relative_to(folder.resolve()):
        raise Refused("leaves_folder", "It is a link to something outside the source's folder")


def _read(path: Path) -> bytes:
    """Returns a regular file's bytes, at most 50 MB of them."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its writer
            raise Refused("unreadable", "It is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Refused("unreadable", f"It cannot be read ({error.strerror})") from error
    if len(data) > MAX_FILE_BYTES:
        raise Refused("too_large", f"The file has more than {MAX_FILE_BYTES:,} bytes")
    return data


def _read_feed(place: str, project_root: Path, fetch: Fetch) -> Iterator[Found]:
    """Yields the bytes of a feed's file or address."""
    try:
        if place.lower().startswith(("http://", "https://")):
            response = fetch(place)
            assert response.data is not None
            yield place, response.media_type or _FEED, response.data
        elif not (project_root / place).exists():
            raise Refused("missing_location", "The source's file does not exist")
        else:
            yield place, _FEED, _read(project_root / place)
    except Refused as refused:
        yield place, "", refused


def _below(folder: Path, path: Path) -> str:
    """Returns a path below a folder as Unicode; bytes of a name that are none are written in hexadecimal."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
