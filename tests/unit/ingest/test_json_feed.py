"""JSON feeds: what an item states becomes an article; what is none is refused by name."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import Bytes, parse, raw_frame, raw_row, source, sources

from pipeline.ingest.items import Item, RawFile, Refusal, Refused
from pipeline.ingest.json_feed import read_json_feed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILE = RawFile("feed", "https://example.org/feed.json", "application/feed+json", NOW)
ITEM: dict[str, Any] = {
    "id": "7", "url": "https://example.org/7", "title": "Raid", "language": "fr",
    "content_html": "<p>Gunmen <b>killed</b> two.</p><script>x()</script>", "content_text": "short",
    "date_published": "2026-11-18T23:30:00-05:00", "authors": [{"name": "A. Writer"}, {"name": "A. Writer"}, {}],
}  # fmt: skip


def feed(*items: Any, **more: Any) -> bytes:
    made = {"version": "https://jsonfeed.org/version/1.1", "title": "The Wire", "language": "en", "items": list(items)}
    return json.dumps({**made, **more}).encode()


def test_an_item_becomes_an_article() -> None:
    (item,) = read_json_feed(feed(ITEM), FILE)
    assert isinstance(item, Item)
    assert item.text.split() == ["Gunmen", "killed", "two."]
    assert (item.external_id, item.url, item.title) == ("7", "https://example.org/7", "Raid")
    assert (item.publisher, item.language, item.authors) == ("The Wire", "fr", ("A. Writer",))
    assert item.published is not None
    assert item.published.local_date == date(2026, 11, 18)


def test_what_an_item_lacks_is_the_feeds_or_unknown() -> None:
    (item,) = read_json_feed(feed({"id": 5, "content_text": "Gunmen killed two."}), FILE)
    assert isinstance(item, Item)
    assert (item.external_id, item.language, item.text) == ("5", "en", "Gunmen killed two.")
    assert (item.published, item.basis, item.url) == (None, "unknown", None)


@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b"[" * 100_000, feed(version="2"), feed(items={}), b'{"items": []}'],
    ids=["cut", "a list", "nested", "another version", "items no list", "no version"],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        list(read_json_feed(data, FILE))
    assert caught.value.reason == "not_a_feed"


def test_an_item_that_is_no_object_is_refused_alone() -> None:
    found = list(read_json_feed(feed(ITEM, 5, ITEM), FILE))
    assert [type(one) for one in found] == [Item, Refusal, Item]


@given(st.dictionaries(st.sampled_from(sorted(ITEM)), st.none() | st.integers() | st.text() | st.lists(st.text())))
@settings(max_examples=200, deadline=None)
def test_no_value_breaks_the_reader(changes: dict[str, Any]) -> None:
    assert len(list(read_json_feed(feed({**ITEM, **changes}), FILE))) == 1


def test_a_feed_source_may_be_json() -> None:
    store = Bytes()
    raw = raw_frame(
        raw_row(store, "https://example.org/feed.json", "application/json", b" \n" + feed(ITEM), kind="feed")
    )
    documents = parse(store, raw, sources=sources(source(kind="feed")))
    assert documents["external_id"].to_list() == ["7"]
