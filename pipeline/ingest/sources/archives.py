"""Web archives: files, folders and addresses of WARC, and lists of their paths as Common Crawl publishes them (CC-NEWS).

What belongs here: finding archives and handing over their records. What does not: where records begin (warc.py).
"""

import mmap
import os
from collections.abc import Iterator
from functools import partial
from typing import Final
from urllib.parse import urljoin

from pipeline.ingest import warc
from pipeline.ingest.items import Refused
from pipeline.ingest.packed import unpack_list
from pipeline.ingest.sources.places import File, is_web, list_files, places_of
from pipeline.ingest.sources.reading import Part, Portion, Problem, Raw, Reach, Source

_LISTS: Final = (".paths", ".paths.gz")
#: An archive at an address is written once: it need not be fetched to know that it has not changed.
_WRITTEN_ONCE: Final = "written once"


def read_archives(source: Source, reach: Reach) -> Iterator[Portion]:
    """Yields the archives of a folder, of a prefix of an object store, at an address, or of a list of paths."""
    for place in places_of(source.location, list(reach.days)):
        if is_web(place) and place.lower().endswith(_LISTS):
            for url in _list_paths(place, reach):
                yield from _portions(url, reach)
        else:
            yield from _portions(place, reach)


def _portions(place: str, reach: Reach) -> Iterator[Portion]:
    for file in list_files(place, reach):
        if is_web(place):
            file = file._replace(version=_WRITTEN_ONCE)
        if file.refused is None and not file.location.lower().endswith(warc.SUFFIXES):
            refused = Refused("unsupported_type", "It is no .warc or .warc.gz")
            yield Portion(file.location, None, partial(_refuse, file.location, refused))
        else:
            yield Portion(file.location, file.version, partial(read_archive, file))


def _list_paths(place: str, reach: Reach) -> list[str]:
    """Returns the addresses of a list of paths, which are relative to the root of its server."""
    data = reach.fetcher.fetch(place).data
    assert data is not None
    lines = unpack_list(data).decode("utf-8", "replace").split()
    urls = [urljoin(place, line if is_web(line) else "/" + line.lstrip("/")) for line in lines]
    return sorted(url for url in urls if url.lower().endswith(warc.SUFFIXES))


def read_archive(file: File) -> Iterator[Part]:
    """Yields the responses of a web archive, each where it begins in the file; the file is never held whole."""
    try:
        with file.open() as opened:
            if os.fstat(opened.fileno()).st_size == 0:
                raise Refused("unreadable", "It is empty")
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as data:
                for part in warc.split_warc(data):
                    location = f"{file.location}#{part.offset}"
                    if isinstance(part.data, Refused):
                        yield Problem(location, part.data)
                    else:
                        yield Raw(location, warc.MEDIA_TYPE, part.data)
    except OSError as error:
        raise Refused("unreadable", f"It cannot be read ({error.strerror})") from error


def _refuse(location: str, refused: Refused) -> Iterator[Part]:
    yield Problem(location, refused)
