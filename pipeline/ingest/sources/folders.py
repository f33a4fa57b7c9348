"""Folders of articles: .txt, .html, .jsonl, .csv, .parquet, also packed, and web archives among them.

What belongs here: which media type a file has by its name. What does not: the formats (records.py, page.py, warc.py).
"""

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from pipeline.ingest import warc
from pipeline.ingest.sources.archives import read_archive
from pipeline.ingest.sources.places import File, is_web, list_files, places_of
from pipeline.ingest.sources.reading import Part, Portion, Raw, Reach, Source

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


def read_folder(source: Source, reach: Reach) -> Iterator[Portion]:
    """Yields the files of a folder, of a prefix of an object store, or the one file at an address."""
    for place in places_of(source.location, list(reach.days)):
        for file in list_files(place, reach):
            if is_web(place) and not _is_archive(file.location):
                yield Portion(file.location, None, partial(_fetch, file.location, reach))
            else:
                yield Portion(file.location, file.version, partial(_read, file))


def media_type_of(location: str) -> str:
    """Returns a file's media type by its name; a packed one's names its coding: `text/csv; coding=gzip`."""
    path = PurePosixPath(location)
    coding = CODINGS.get(path.suffix.lower())
    inner = path.with_suffix("") if coding else path
    media_type = MEDIA_TYPES.get(inner.suffix.lower(), _OTHER)
    return f"{media_type}; coding={coding}" if coding and media_type != _OTHER else media_type


def _is_archive(location: str) -> bool:
    return location.lower().endswith(warc.SUFFIXES)


def _read(file: File) -> Iterator[Part]:
    if _is_archive(file.location):
        yield from read_archive(file)
    else:
        yield Raw(file.location, media_type_of(file.location), file.read())


def _fetch(url: str, reach: Reach) -> Iterator[Part]:
    """Yields the file at an address where it is new."""
    fetched = reach.fetcher.fetch(url, conditional=True)
    if fetched.data is not None:
        by_name = media_type_of(urlsplit(url).path)
        yield Raw(url, by_name if by_name != _OTHER else fetched.media_type or _OTHER, fetched.data)
    reach.fetcher.keep(url, fetched)
