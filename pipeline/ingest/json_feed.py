"""Reads JSON Feed 1.0 and 1.1: one article an item; and any feed, by its first character.

What belongs here: the format (jsonfeed.org). What does not: RSS and Atom (feed.py), fetching (fetch.py).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.ingest.charset import decode
from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.dates import misdated, parse_published
from pipeline.ingest.feed import read_feed
from pipeline.ingest.items import Item, RawFile, Refusal, Refused
from pipeline.ingest.markup import fragment_text

_VERSION: Final = "https://jsonfeed.org/version/"
_BODIES: Final = (("content_html", True), ("content_text", False), ("summary", False))


def read_any_feed(data: bytes, file: RawFile) -> Iterator[Item | Refusal]:
    """Reads a feed of any format, by its first character.

    Raises:
        Refused: undecodable, not_a_feed.
    """
    return read_json_feed(data, file) if data.lstrip()[:1] == b"{" else read_feed(data, file)


def read_json_feed(data: bytes, file: RawFile) -> Iterator[Item | Refusal]:
    """Reads a feed; items are numbered from 1 in the order of the file.

    Raises:
        Refused: undecodable, not_a_feed.
    """
    try:
        feed = json.loads(decode(data, file.charset))
    except (ValueError, RecursionError) as error:
        raise Refused("not_a_feed", f"It is not JSON ({type(error).__name__})") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not str(feed.get("version", "")).startswith(_VERSION):
        raise Refused("not_a_feed", "It is JSON but no JSON Feed")
    publisher, language = file.publisher or clean_line(feed.get("title")), clean_line(feed.get("language"))
    for number, entry in enumerate(items, start=1):
        locator = f"item {number}"
        if isinstance(entry, dict):
            yield _item(locator, entry, publisher, language, file)
        else:
            yield Refused("not_json", f"The item is a {type(entry).__name__}, not an object").at(locator)


def _item(
    locator: str, entry: Mapping[str, object], publisher: str | None, language: str | None, file: RawFile
) -> Item:
    published = parse_published(entry.get("date_published"), file.retrieved_at, file.timezone)
    identifier = entry.get("id")
    people = entry.get("authors") or [entry.get("author")]
    authors = (
        [clean_line(one.get("name")) for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    )
    return Item(
        locator,
        _body(entry),
        title=clean_line(entry.get("title")),
        external_id=clean_line(str(identifier) if isinstance(identifier, int) else identifier),
        url=clean_url(entry.get("url")) or clean_url(entry.get("external_url")) or clean_url(identifier),
        publisher=publisher,
        authors=tuple(dict.fromkeys(filter(None, authors))),
        language=clean_line(entry.get("language")) or language,
        published=published,
        basis="feed" if published else "unknown",
        misdated=misdated(published, entry.get("date_published")),
    )


def _body(entry: Mapping[str, object]) -> str:
    """Returns the fullest body that an item has."""
    for name, is_markup in _BODIES:
        body = entry.get(name)
        if isinstance(body, str) and body.strip():
            return fragment_text(body) if is_markup else body
    return ""
