import json
from typing import Any

import pytest
from ingesting import read, read_items, refusals

from pipeline.ingest.items import Item

HTML = "text/html"
BODY = (
    "<article><h1>Twelve killed in north</h1><p>An attack on a village in the north killed twelve people on Monday.</p>"
    "<p>Police said thirty others were wounded and that a curfew was in force.</p></article>"
)


def page(head: str = "", body: str = BODY) -> str:
    return f"<!doctype html><html><head>{head}</head><body><nav><a href=/>Home</a></nav>{body}</body></html>"


def read_page(head: str = "", body: str = BODY, location: str = "a.html", **values: Any) -> Item:
    (item,) = read_items(page(head, body), HTML, location, **values)
    return item


def json_ld(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_the_body_is_read_without_navigation_and_without_the_headline() -> None:
    item = read_page()
    assert item.title == "Twelve killed in north"
    assert item.text.startswith("An attack on a village")
    assert item.text.endswith("a curfew was in force.")
    assert "Home" not in item.text


def test_the_page_states_what_it_is() -> None:
    item = read_page(
        json_ld(
            {
                "@graph": [
                    {"@type": "WebSite", "name": "Site"},
                    {
                        "@type": ["NewsArticle"],
                        "headline": "Twelve &quot;killed&quot;",
                        "datePublished": "2026-05-03T02:00:00+07:00",
                        "author": [
                            {"@type": "Person", "name": "A. Writer"},
                            "B. Writer",
                            {"name": "https://x.example"},
                        ],
                        "publisher": {"@type": "Organization", "name": "The Wire"},
                    },
                ]
            }
        )
        + '<link rel=canonical href="https://news.example/1"><title>Twelve killed - The Wire</title>'
    )
    assert item.title == 'Twelve "killed"'
    assert item.authors == ("A. Writer", "B. Writer")
    assert item.publisher == "The Wire"
    assert item.url == "https://news.example/1"
    assert item.published is not None
    assert item.published.local_date.isoformat() == "2026-05-03"
    assert item.published.at.isoformat() == "2026-05-02T19:00:00+00:00"


LD, META, TIME, TEXT = (
    json_ld({"@type": "NewsArticle", "datePublished": "2026-05-01"}),
    '<meta property="article:published_time" content="2026-05-02T10:00:00Z">',
    '<time datetime="2026-05-03T10:00:00Z">Sunday</time>',
    "<p>Published: 4 May 2026</p>",
)


@pytest.mark.parametrize(
    ("head", "body", "day", "basis"),
    [
        pytest.param(LD + META, BODY + TIME + TEXT, "2026-05-01", "metadata", id="JSON-LD first"),
        pytest.param(META, BODY + TIME + TEXT, "2026-05-02", "metadata", id="then meta"),
        pytest.param("", BODY + TIME + TEXT, "2026-05-03", "page", id="then time"),
        pytest.param("", BODY + TEXT, "2026-05-04", "page", id="then what the page shows"),
        pytest.param("", BODY, "2026-05-05", "filename", id="then the file's name"),
        pytest.param(
            json_ld({"@type": "NewsArticle", "datePublished": "2026-02-31"}) + META,
            BODY,
            "2026-05-02",
            "metadata",
            id="impossible: next",
        ),
        pytest.param(META.replace("2026", "2027"), BODY + TIME, "2026-05-03", "page", id="future: next"),
        pytest.param(
            '<meta name="DC.date.issued" content="2026-05-02">', BODY, "2026-05-02", "metadata", id="Dublin Core"
        ),
        pytest.param(
            "",
            '<time datetime="2026-05-19">now</time><time itemprop="datePublished" datetime="2026-05-03">then</time>'
            + BODY,
            "2026-05-03",
            "page",
            id="marked time first",
        ),
    ],
)
def test_the_date_is_the_first_that_is_stated(head: str, body: str, day: str, basis: str) -> None:
    item = read_page(head, body, "2026-05-05.html")
    assert item.published is not None
    assert (item.published.local_date.isoformat(), item.basis) == (day, basis)


def test_a_page_without_a_date_has_none_rather_than_the_day_it_was_fetched() -> None:
    item = read_page()
    assert (item.published, item.basis) == (None, "unknown")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("{not json", id="broken"),
        pytest.param("", id="empty"),
        pytest.param("[" * 100_000, id="nested deeply"),
        pytest.param(
            '{"@type": "NewsArticle", "author": {"name": {"name": 1}}, "publisher": [[["x"]]], "headline": 7}',
            id="odd types",
        ),
    ],
)
def test_broken_json_ld_is_passed_over(script: str) -> None:
    item = read_page(f'<script type="application/ld+json">{script}</script>{META}')
    assert item.published is not None
    assert item.title == "Twelve killed in north"


@pytest.mark.parametrize("wrapping", ["<!--\n{}\n-->", "//<![CDATA[\n{}\n//]]>", "/*<![CDATA[*/ {} /*]]>*/", "{};"])
def test_json_ld_in_comments_is_read(wrapping: str) -> None:
    value = json.dumps({"@type": "ReportageNewsArticle", "datePublished": "2026-05-01"})
    item = read_page(f'<script type="application/ld+json">{wrapping.replace("{}", value)}</script>')
    assert item.published is not None
    assert item.published.local_date.isoformat() == "2026-05-01"


def test_the_address_is_http_or_nothing() -> None:
    assert read_page('<link rel=canonical href="javascript:alert(1)"><meta property="og:url" content="/1">').url is None


def test_the_charset_is_that_of_the_page() -> None:
    data = page(
        '<meta charset="windows-1251">', "<article><p>Унаслідок обстрілу міста загинули троє людей.</p></article>"
    )
    (item,) = read_items(data.encode("windows-1251"), HTML)
    assert item.text == "Унаслідок обстрілу міста загинули троє людей."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"<html>" + b"<p>word</p>" * 500_000, "too_large", id="over 5 MB"),
        pytest.param(
            b"<p " + b" ".join(b"a%d=1" % i for i in range(3_000)) + b">x</p>",
            "html_too_many_attributes",
            id="attributes",
        ),
        pytest.param(b"<div>" * 3_000 + b"word", "html_too_deep", id="deep"),
        pytest.param(b"<!-- nothing -->", "empty_text", id="a comment"),
        pytest.param(b"<html><body><script>x</script></body></html>", "empty_text", id="scripts alone"),
        pytest.param(b"<html><body><img src=x></body></html>", "empty_text", id="pictures alone"),
        pytest.param(b"\x89PNG\r\n" + bytes(range(256)) * 20, "undecodable", id="a picture"),
        pytest.param(b" \n", "empty_file", id="blank"),
    ],
)
def test_what_cannot_be_read_as_a_page_is_refused(data: bytes, reason: str) -> None:
    assert refusals(read(data, HTML)) == [("", reason)]
