"""Feeds: RSS, Atom and JSON Feed from a file or an address, and, where the source asks for them, the pages of their items.

What belongs here: which pages a feed names. What does not: the formats (feed.py, json_feed.py). An item stays in the feed's
own bytes; where its page is had, the page is read in its stead (families.py).
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from pipeline.ingest.items import Item, Listed, RawFile, Refused
from pipeline.ingest.json_feed import read_any_feed
from pipeline.ingest.sources.places import File, is_web, list_files
from pipeline.ingest.sources.reading import Part, Portion, Raw, Reach, Source

_FEED: Final = "application/xml"


def read_feeds(source: Source, reach: Reach) -> Iterator[Portion]:
    """Yields the feed of an address, or those of a file, a folder or an object store."""
    if is_web(source.location):
        yield Portion(source.location, None, partial(_fetch, source, reach))
        return
    for file in list_files(source.location, reach):
        # A file that is the source keeps the source's location, as it is written there.
        whole = (reach.project / source.location).is_file()
        name = source.location if whole else file.location
        version = file.version and f"{file.version}, {'with' if source.pages else 'without'} pages"
        yield Portion(name, version, partial(_read, name, file, source, reach))


def _read(name: str, file: File, source: Source, reach: Reach) -> Iterator[Part]:
    yield from _split(name, _FEED, file.read(), source, reach)


def _fetch(source: Source, reach: Reach) -> Iterator[Part]:
    fetched = reach.fetcher.fetch(source.location, conditional=True)
    if fetched.data is not None:
        yield from _split(source.location, fetched.media_type or _FEED, fetched.data, source, reach)
    reach.fetcher.keep(source.location, fetched)


def _split(location: str, media_type: str, data: bytes, source: Source, reach: Reach) -> Iterator[Part]:
    """Yields a feed's bytes and the pages that it names."""
    yield Raw(location, media_type, data)
    if not source.pages:
        return
    file = RawFile("feed", location, media_type, reach.fetcher.clock(), source.timezone, source.publisher)
    try:
        for item in read_any_feed(data, file):
            if isinstance(item, Item) and item.url:
                yield _listed(item, location)
    except Refused:
        return  # it is refused again, as an input, when it is parsed


def _listed(item: Item, location: str) -> Listed:
    assert item.url
    published = None
    if item.published:
        is_utc_day = item.published.at.date() == item.published.local_date
        published = (item.published.at if is_utc_day else item.published.local_date).isoformat()
    return Listed(item.url, location, item.title, item.publisher, published, item.language)
