"""What sources hold: one small reader for each kind, all with one interface, that interprets nothing.

What belongs here: finding the files, archives and lists of a source, and handing over bytes and the pages that lists name.
What does not: which of it is new (collect.py), how it is fetched (pipeline/ingest/fetching), what it says (parse.py).

    reading       the interface: portions of a source, their parts
    places        where files are: a folder, an object store, the web
    folders       folder: files of articles
    feeds         feed: RSS, Atom, JSON Feed, and the pages of their items
    sitemaps      sitemap: news sitemaps and their indexes
    archives      warc: web archives, and lists of them
    gdelt         gdelt: lists of addresses as GDELT publishes them
    stories       mediacloud: exports of stories as Media Cloud makes them
"""

from collections.abc import Callable, Iterator
from typing import Final

from pipeline.ingest.sources.archives import read_archives
from pipeline.ingest.sources.feeds import read_feeds
from pipeline.ingest.sources.folders import read_folder
from pipeline.ingest.sources.gdelt import read_gdelt
from pipeline.ingest.sources.reading import Part, Portion, Problem, Raw, Reach, Source
from pipeline.ingest.sources.sitemaps import read_sitemap
from pipeline.ingest.sources.stories import read_stories

#: The reader of each kind of source (schemas.vocabulary.SOURCE_KINDS).
READERS: Final[dict[str, Callable[[Source, Reach], Iterator[Portion]]]] = {
    "folder": read_folder,
    "feed": read_feeds,
    "sitemap": read_sitemap,
    "warc": read_archives,
    "gdelt": read_gdelt,
    "mediacloud": read_stories,
}

__all__ = ["READERS", "Part", "Portion", "Problem", "Raw", "Reach", "Source"]
