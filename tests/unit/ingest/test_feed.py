from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import read, read_items, refusals

from pipeline.ingest.items import Item

XML = "application/xml"
NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def read_feed(data: bytes | str, **values: Any) -> list[Item]:
    return read_items(data, XML, kind="feed", **values)


def rss(*items: str, channel: str = "<title>The Wire</title>") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel>{channel}{body}</channel></rss>'


def test_rss_gives_all_that_an_item_states() -> None:
    (item,) = read_feed(
        rss(
            "<title>Twelve &amp;amp; more killed</title><link>https://news.example/1</link><guid isPermaLink='false'>n-1</guid>"
            "<pubDate>Sun, 03 May 2026 02:00:00 +0700</pubDate><dc:creator>A. Writer</dc:creator>"
            "<author>b@news.example (B. Writer)</author><dc:language>en</dc:language>"
            "<description>Short.</description><content:encoded><![CDATA[<p>Twelve <b>killed</b>.</p><p>More hurt.</p>]]></content:encoded>"
        )
    )
    assert item.published is not None
    assert item.published.local_date.isoformat() == "2026-05-03"
    assert item == Item(
        "item 1",
        "Twelve killed.\nMore hurt.",
        title="Twelve & more killed",
        external_id="n-1",
        url="https://news.example/1",
        publisher="The Wire",
        authors=("A. Writer", "B. Writer"),
        language="en",
        published=item.published,
        basis="feed",
    )


def test_rdf_and_atom_are_read() -> None:
    (rdf,) = read_feed(
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {NAMESPACES}>'
        "<channel><title>Wire</title></channel><item><title>A</title><link>https://news.example/1</link>"
        "<description>Twelve killed</description><dc:date>2026-05-03T01:00:00+02:00</dc:date></item></rdf:RDF>"
    )
    assert rdf.published is not None
    assert (rdf.publisher, rdf.text, rdf.published.local_date.isoformat()) == ("Wire", "Twelve killed", "2026-05-03")
    html, xhtml, plain = read_feed(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>'
        "<entry><id>urn:1</id><link rel='self' href='https://x.example'/><link href='https://news.example/1'/><author><name>A</name></author>"
        "<published>2026-05-03T01:00:00Z</published><updated>2026-05-09T01:00:00Z</updated>"
        "<summary>Short</summary><content type='html'>&lt;p&gt;Twelve&lt;/p&gt;&lt;p&gt;killed&lt;/p&gt;</content></entry>"
        "<entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Twelve</p><p>killed</p></div></content>"
        "<updated>2026-05-09T01:00:00Z</updated></entry>"
        "<entry><summary type='text'>5 &lt; 6</summary><published>2027-05-03T01:00:00Z</published></entry></feed>"
    )
    assert (html.text, html.external_id, html.url, html.authors) == (
        "Twelve\nkilled",
        "urn:1",
        "https://news.example/1",
        ("A",),
    )
    assert html.published is not None
    assert html.published.local_date.isoformat() == "2026-05-03"
    assert xhtml.text == "Twelve\nkilled"
    assert xhtml.published is not None
    assert (plain.text, plain.published, plain.basis) == ("5 < 6", None, "unknown")


def test_the_publisher_is_the_items_then_the_configured_then_the_channels() -> None:
    data = rss(
        "<description>a</description><source url='https://x.example'>Agency</source>", "<description>b</description>"
    )
    assert [item.publisher for item in read_feed(data)] == ["Agency", "The Wire"]
    assert [item.publisher for item in read_feed(data, publisher="Daily")] == ["Agency", "Daily"]


def test_an_address_that_is_no_http_is_left_out_and_a_permanent_guid_serves() -> None:
    one, two = read_feed(
        rss(
            "<link>javascript:alert(1)</link><description>a</description>",
            "<guid>https://news.example/2</guid><description>b</description>",
        )
    )
    assert (one.url, two.url) == (None, "https://news.example/2")


@pytest.mark.parametrize(
    "sloppy",
    [
        pytest.param("<description>Twelve & thirty killed</description>", id="bare ampersand"),
        pytest.param("<description>Twelve&nbsp;killed</description>", id="unknown entity"),
        pytest.param("<description>Twelve \x01\x0bkilled</description>", id="control characters"),
        pytest.param("<description>Twelve killed</description><x:y>1</x:y>", id="undeclared prefix"),
        pytest.param("<description>Twelve <b>killed</description>", id="unclosed tag"),
    ],
)
def test_sloppy_feeds_are_read(sloppy: str) -> None:
    found = read(
        " \n" + rss(sloppy, "<description>Another</description>") + "<!-- junk --><script>x</script>", XML, kind="feed"
    )
    texts = [part.text for part in found if isinstance(part, Item)]
    assert texts[0].startswith("Twelve")


def test_an_undeclared_content_prefix_is_understood() -> None:
    data = "<rss><channel><item><content:encoded>Twelve killed</content:encoded></item></channel></rss>"
    assert [item.text for item in read_feed(data)] == ["Twelve killed"]


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16", "utf-8-sig"])
def test_the_declared_encoding_is_used(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    data = rss("<description>Загинули троє людей</description>").replace("utf-8", name)
    assert [item.text for item in read_feed(data.encode(encoding))] == ["Загинули троє людей"]


@pytest.mark.parametrize(
    "cut",
    [
        "<item><title>half</title><desc",
        "<item><description>half",
        "",
        "<item>",
        "<item><description>x</description></it",
    ],
)
def test_a_feed_that_breaks_off_gives_its_whole_items_and_says_so(cut: str) -> None:
    whole = rss("<description>one</description>", "<description>two</description>").removesuffix("</channel></rss>")
    found = read(whole + cut, XML, kind="feed")
    assert [part.text for part in found if isinstance(part, Item)] == ["one", "two"]
    assert refusals(found) == [("item 3", "truncated")]


def test_items_that_the_parser_lost_are_reported() -> None:
    deep = "<x>" * 400 + "</x>" * 400
    found = read(rss("<description>one</description>", deep, "<description>three</description>"), XML, kind="feed")
    assert [reason for _, reason in refusals(found)] == ["truncated"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param("<html><body><p>Not found</p></body></html>", "not_a_feed", id="a page"),
        pytest.param("plain words", "not_a_feed", id="text"),
        pytest.param('{"items": []}', "not_a_feed", id="JSON"),
        pytest.param("<rss><channel><title>x</title></channel></rss>", "no_items", id="no items"),
        pytest.param("", "empty_file", id="empty"),
        pytest.param(b"\x89PNG" + bytes(range(256)) * 20, "undecodable", id="a picture"),
    ],
)
def test_what_is_no_feed_is_refused(data: bytes | str, reason: str) -> None:
    assert refusals(read(data, XML, kind="feed")) == [("", reason)]


def test_entities_are_neither_loaded_nor_expanded(tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    laughs = "".join(f"<!ENTITY l{i} '{f'&l{i - 1};' * 10}'>" for i in range(1, 10))
    data = (
        f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{secret.as_uri()}'><!ENTITY l0 'ha'>{laughs}]>"
        "<rss><channel><item><description>one &x; two &l9;</description></item></channel></rss>"
    )
    found = read(data, XML, kind="feed")
    for part in found:
        assert not isinstance(part, Item) or ("SECRET" not in part.text and len(part.text) < 100)


def test_an_honest_feed_of_many_entities_is_read() -> None:
    (item,) = read_feed(rss("<description>" + "a &amp;amp; b " * 20_000 + "</description>"))
    assert item.text.count("&") == 20_000


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_mutation_breaks_the_reader(data: st.DataObject) -> None:
    whole = bytearray(
        rss(
            "<title>a</title><description>one &amp;lt;p&amp;gt;</description>", "<description>two</description>"
        ).encode()
    )
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=5))
        if not whole:
            return
    found = read(bytes(whole), XML, kind="feed")
    assert found
    assert "parser_failed" not in {reason for _, reason in refusals(found)}


def test_an_honest_feed_with_a_hundred_thousand_ampersands_is_read() -> None:
    """Guards against bombs of entities count what is declared, not what any text may hold."""
    (item,) = read_feed(
        rss("<title>Bread &amp; peace</title><description>" + "salt &amp; bread, " * 100_000 + "</description>")
    )
    assert item.title == "Bread & peace"
    assert item.text.count("salt & bread,") == 100_000
