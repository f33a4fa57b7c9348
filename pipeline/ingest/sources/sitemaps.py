"""News sitemaps (sitemaps.org, with Google's news extension): the pages that they name, of the days that are collected for.

What belongs here: indexes, dates, and which pages are recent. What does not: the pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from lxml import etree

from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.dates import parse_published
from pipeline.ingest.items import Listed, Refused
from pipeline.ingest.packed import unpack_list
from pipeline.ingest.sources.places import File, is_web, list_files, places_of
from pipeline.ingest.sources.reading import Part, Portion, Problem, Reach, Source

MAX_PAGES: Final = 5_000  # of one sitemap; a news sitemap may have 1,000
MAX_SITEMAPS: Final = 50  # of one index, the newest first
_WINDOW: Final = timedelta(days=2)  # a news sitemap holds the articles of two days
_DEPTH: Final = 2  # an index within an index is against the rules, and done


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page or a sitemap that a sitemap names, and what it says of it."""

    url: str
    changed: str | None = None
    published: str | None = None
    title: str | None = None
    publisher: str | None = None
    language: str | None = None


def read_sitemap(source: Source, reach: Reach) -> Iterator[Portion]:
    """Yields the sitemap of an address or of a file; the sitemaps of an index belong to it."""
    for place in places_of(source.location, list(reach.days)):
        if is_web(place):
            yield Portion(place, None, partial(_fetch, place, source, reach, _DEPTH))
            continue
        for file in list_files(place, reach):
            yield Portion(file.location, None, partial(_read, file, source, reach))


def _read(file: File, source: Source, reach: Reach) -> Iterator[Part]:
    yield from _split(file.location, file.read(), source, reach, _DEPTH)


def _fetch(url: str, source: Source, reach: Reach, depth: int) -> Iterator[Part]:
    fetched = reach.fetcher.fetch(url, conditional=True)
    complete = True
    if fetched.data is not None:
        for part in _split(url, fetched.data, source, reach, depth):
            complete = complete and not isinstance(part, Problem)
            yield part
        # What an index says of its sitemaps is asked again each time: it may name a newer one under the same version.
        complete = complete and b"sitemapindex" not in unpack_list(fetched.data)[:2_000]
    if complete:
        reach.fetcher.keep(url, fetched)


def _split(location: str, data: bytes, source: Source, reach: Reach, depth: int) -> Iterator[Part]:
    """Yields the pages of a sitemap, and of the sitemaps of an index."""
    kind, entries = _parse(unpack_list(data))
    if kind == "sitemapindex":
        if depth == 0:
            raise Refused("not_a_sitemap", "It is an index within an index within an index")
        recent = [entry for entry in entries if _is_recent(entry.changed, source, reach, later=True)]
        newest = sorted(recent, key=lambda entry: entry.changed or "", reverse=True)
        for entry in newest[:MAX_SITEMAPS]:
            try:
                yield from _fetch(entry.url, source, reach, depth - 1)
            except Refused as refused:
                yield Problem(entry.url, refused)
        return
    recent = [entry for entry in entries if _is_recent(entry.published or entry.changed, source, reach)]
    for entry in sorted(recent, key=lambda entry: entry.published or entry.changed or "", reverse=True)[:MAX_PAGES]:
        yield Listed(entry.url, location, entry.title, entry.publisher, entry.published, entry.language)
    if len(recent) > MAX_PAGES:
        what = f"It names {len(recent):,} recent pages; the newest {MAX_PAGES:,} were taken"
        yield Problem(f"{location}, pages", Refused("pages_left", what))


def _is_recent(written: str | None, source: Source, reach: Reach, *, later: bool = False) -> bool:
    """Tells whether a date is of the days that are collected for or the two before; one that is not written may be.

    Args:
        written: The date.
        source: The source, for its time zone.
        reach: The days.
        later: Whether a later date is recent as well: a sitemap that grew since then.
    """
    found = parse_published(written, reach.fetcher.clock(), source.timezone)
    if found is None:
        return True
    first, last = min(reach.days, default=date.max) - _WINDOW, max(reach.days, default=date.min) + timedelta(days=1)
    return first <= found.local_date and (later or found.local_date <= last)


def _parse(data: bytes) -> tuple[str, list[_Entry]]:
    """Returns whether it is an index or a sitemap, and what it names."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError:
        root = None
    kind = "" if root is None else _name(root)
    if root is None or kind not in ("sitemapindex", "urlset"):
        raise Refused("not_a_sitemap", f"It holds {f'the element `{kind[:50]}`' if kind else 'no XML'}")
    made = [_entry(node) for node in root if _name(node) in ("sitemap", "url")]
    return kind, list({entry.url: entry for entry in made if entry}.values())


def _entry(node: etree._Element) -> _Entry | None:
    """Returns what one `url` or `sitemap` names; None where that is no address."""
    fields: dict[str, str] = {}
    for child in node.iter():
        if len(child) == 0 and _name(child):
            fields.setdefault(_name(child), (child.text or "").strip())
    url = clean_url(fields.get("loc"))
    if url is None:
        return None
    title, publisher, language = (clean_line(fields.get(name)) for name in ("title", "name", "language"))
    return _Entry(url, fields.get("lastmod"), fields.get("publication_date"), title, publisher, language)


def _name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
