"""Every kind of source with the real thing on loopback: what is kept, which pages are fetched, what becomes of them."""

import gzip
import hashlib
import io
import json
import logging
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import obstore
import polars as pl
import pytest
from ingesting import NOW, ON_LOOPBACK, Bytes, collect_all, parse, source, sources
from moto.server import ThreadedMotoServer
from obstore.store import S3Store
from test_warc import page as archived_page
from test_warc import record
from web import Site

from pipeline.ingest import Memory, make_articles
from pipeline.ingest.fetching import FetchSettings
from schemas import Quarantine, RawArticles

STORY = "Gunmen attacked a village near the border and killed nine civilians, the army of the province said on Tuesday."


def page(title: str, text: str = STORY, head: str = "") -> str:
    """Returns a page with a body that is found."""
    body = "".join(f"<p>{text} Part {number} of the report on {title}.</p>" for number in range(4))
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


class Deployment:
    """Collections one after the other, with what they keep in between."""

    def __init__(self, root: Path, *rows: dict[str, Any], settings: FetchSettings = ON_LOOPBACK) -> None:
        self.root, self.sources, self.settings = root, sources(*rows), settings
        self.store, self.memory = Bytes(), Memory()
        self.raw: pl.DataFrame = RawArticles.empty()
        self.problems: pl.DataFrame = Quarantine.empty()

    def collect(self, now: datetime = NOW, days: list[date] | None = None) -> pl.DataFrame:
        """Collects, and returns what is new."""
        new, self.problems = collect_all(
            self.sources,
            self.root,
            self.store,
            self.raw,
            now,
            self.memory,
            self.settings,
            days=days,
            former=self.problems,
        )
        RawArticles.validate(new)
        Quarantine.validate(self.problems)
        self.raw = pl.concat([self.raw, new])
        return new

    def documents(self, **options: Any) -> pl.DataFrame:
        """Parses all that was kept."""
        return parse(self.store, self.raw, sources=self.sources, **options)

    @property
    def reasons(self) -> dict[str, str]:
        """Places and reasons of the problems."""
        return dict(self.problems.select("location", "reason").iter_rows())


def locations(raw: pl.DataFrame) -> list[str]:
    return sorted(raw["location"])


# ------------------------------------------------------------------ feeds


def feed(site: Site, *items: tuple[str, str, str], extra: str = "") -> str:
    """Puts a feed of (path, title, description) and returns its address."""
    entries = "".join(
        f"<item><title>{title}</title><link>{site.url}{path}</link><description>{text}</description>"
        f"<pubDate>Mon, 18 May 2026 10:00:00 +0300</pubDate></item>"
        for path, title, text in items
    )
    body = f"<rss version='2.0'><channel><title>Wire</title>{entries}{extra}</channel></rss>"
    return site.put("/feed", body, "application/rss+xml")


def test_a_feed_without_pages_is_its_bytes(site: Site, tmp_path: Path) -> None:
    url = feed(site, ("/a", "A", STORY))
    made = Deployment(tmp_path, source(kind="feed", location=url))
    [row] = made.collect().rows(named=True)
    assert (row["location"], row["media_type"], row["listed_in"]) == (url, "application/rss+xml", None)
    assert site.paths == ["/feed"]
    assert made.collect().is_empty()


def test_a_feed_and_a_file_of_one_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(b"<rss/>")
    made = Deployment(tmp_path, source(kind="feed", location="feed.xml"))
    [row] = made.collect().rows(named=True)
    assert (row["location"], row["media_type"]) == ("feed.xml", "application/xml")


def test_the_pages_of_a_feed_are_fetched_once_and_read_instead_of_its_items(site: Site, tmp_path: Path) -> None:
    url = feed(
        site, ("/a", "A", "Nine were killed."), ("/b", "B", "Ten were killed."), ("/gone", "C", "Two were killed.")
    )
    site.put("/a", page("A"))
    site.put("/b", page("B", head='<meta property="article:published_time" content="2026-05-17T23:00:00-05:00">'))
    made = Deployment(tmp_path, source(kind="feed", location=url, pages=True))
    new = made.collect()
    assert locations(new) == sorted([url, f"{site.url}/a", f"{site.url}/b"])
    assert made.reasons == {f"{site.url}/gone": "http_status"}
    [told] = new.filter(pl.col("location") == f"{site.url}/a").rows(named=True)
    assert (told["listed_in"], told["listed_title"], told["listed_publisher"]) == (url, "A", "Wire")

    articles, inputs, refused, _ = make_articles(made.documents())
    assert dict(inputs["state"].value_counts().iter_rows()) == {"article": 3, "duplicate": 2}
    assert inputs.filter(pl.col("state") == "duplicate")["reason"].unique().to_list() == ["read_from_page"]
    assert sorted(articles["url"]) == [f"{site.url}/{name}" for name in ("a", "b", "gone")]
    assert refused.is_empty()
    by_url = {row["url"]: row for row in articles.rows(named=True)}
    assert "Part 3" in by_url[f"{site.url}/a"]["text"]
    # The page states no date: the feed's counts, with its day; the other states its own.
    assert by_url[f"{site.url}/a"]["published_basis"] == "feed"
    assert by_url[f"{site.url}/a"]["published_at"] == datetime(2026, 5, 18, 7, tzinfo=UTC)
    assert by_url[f"{site.url}/b"]["published_basis"] == "metadata"
    assert by_url[f"{site.url}/gone"]["text"] == "Two were killed."

    site.asked.clear()
    assert made.collect(NOW + timedelta(minutes=10)).is_empty()
    assert site.paths == ["/feed"]
    assert made.reasons == {f"{site.url}/gone": "http_status"}  # told again, not asked again
    site.put("/gone", page("C"))
    assert locations(made.collect(NOW + timedelta(hours=2))) == [f"{site.url}/gone"]
    assert made.reasons == {}


def test_an_item_without_text_is_no_loss_where_its_page_is_read(site: Site, tmp_path: Path) -> None:
    url = feed(site, ("/a", "A", ""))
    site.put("/a", page("A"))
    made = Deployment(tmp_path, source(kind="feed", location=url, pages=True))
    made.collect()
    _, inputs, refused, _ = make_articles(made.documents())
    assert sorted(inputs["state"]) == ["article", "duplicate"]
    assert refused.is_empty()


def test_an_item_of_conflict_stands_where_nothing_of_it_was_found_in_its_page(site: Site, tmp_path: Path) -> None:
    url = feed(site, ("/a", "A", "Nine were killed."), ("/b", "B", "Ferries are late."))
    for name in ("a", "b"):
        site.put(f"/{name}", page(name.upper(), "Please accept what we do with your data before you go on to read."))
    made = Deployment(tmp_path, source(kind="feed", location=url, pages=True))
    made.collect()
    documents = made.documents(is_relevant=lambda text, language: "killed" in text)
    articles, inputs, _, _ = make_articles(documents)
    assert articles["text"].to_list() == ["Nine were killed."]
    assert sorted(inputs["state"]) == ["article", "irrelevant", "irrelevant", "irrelevant"]


def test_of_many_pages_a_part_is_fetched_in_each_build(site: Site, tmp_path: Path) -> None:
    items = [(f"/{number}", f"T{number}", STORY) for number in range(7)]
    url = feed(site, *items)
    for path, title, _ in items:
        site.put(path, page(title))
    settings = replace(ON_LOOPBACK, max_pages=3)
    made = Deployment(tmp_path, source(kind="feed", location=url, pages=True), settings=settings)
    counts = []
    for minutes in range(4):
        counts.append(made.collect(NOW + timedelta(minutes=minutes)).filter(pl.col("listed_in").is_not_null()).height)
        if minutes == 0:
            assert made.reasons == {f"{url}, pages": "pages_left"}
            assert "4 pages wait" in made.problems["detail"][0]
    assert counts == [3, 3, 1, 0]
    assert made.reasons == {}


def test_a_page_that_robots_txt_forbids_is_not_fetched(site: Site, tmp_path: Path) -> None:
    site.robots = (200, b"User-agent: *\nDisallow: /private/")
    url = feed(site, ("/private/a", "A", STORY), ("/b", "B", STORY))
    site.put("/private/a", page("A"))
    site.put("/b", page("B"))
    made = Deployment(tmp_path, source(kind="feed", location=url, pages=True))
    made.collect()
    assert "/private/a" not in site.paths
    assert made.reasons == {f"{site.url}/private/a": "robots_disallow"}


def test_pages_on_private_addresses_are_not_fetched_for_a_public_feed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(
        f"<rss><channel><item><title>x</title><link>{site.url}/secret</link><description>y</description></item>"
        "<item><link>file:///etc/passwd</link></item><item><link>http://[::1]/a</link></item></channel></rss>"
    )
    settings = replace(ON_LOOPBACK, private_networks=())
    made = Deployment(tmp_path, source(kind="feed", location="feed.xml", pages=True), settings=settings)
    assert locations(made.collect()) == ["feed.xml"]
    assert made.reasons == {f"{site.url}/secret": "private_address", "http://[::1]/a": "private_address"}
    assert site.asked == []


def test_json_feeds_name_pages_as_well(site: Site, tmp_path: Path) -> None:
    item = {"id": "1", "url": f"{site.url}/a", "title": "A", "content_text": "Nine were killed."}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [item]})
    url = site.put("/feed.json", body, "application/feed+json")
    site.put("/a", page("A"))
    made = Deployment(tmp_path, source(kind="feed", location=url, pages=True))
    assert locations(made.collect()) == sorted([url, f"{site.url}/a"])


# ------------------------------------------------------------------ sitemaps


def news(site: Site, *names: str, day: str = "2026-05-20") -> str:
    """Returns a news sitemap of pages that exist."""
    rows = []
    for name in names:
        site.put(f"/{name}", page(name))
        rows.append(
            f"<url><loc>{site.url}/{name}</loc><news:news><news:publication><news:name>Daily</news:name><news:language>en"
            f"</news:language></news:publication><news:publication_date>{day}T01:00:00+05:00</news:publication_date>"
            f"<news:title>Title of {name}</news:title></news:news></url>"
        )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(rows)}</urlset>'
    )


def test_the_pages_of_a_news_sitemap_are_fetched_with_what_it_says_of_them(site: Site, tmp_path: Path) -> None:
    url = site.put("/news.xml", news(site, "a", "b"), "application/xml")
    made = Deployment(tmp_path, source(kind="sitemap", location=url))
    assert locations(made.collect()) == [f"{site.url}/a", f"{site.url}/b"]
    articles, _, _, _ = make_articles(made.documents())
    [row] = articles.filter(pl.col("url") == f"{site.url}/a").rows(named=True)
    assert (row["publisher"], row["published_basis"], row["language"]) == ("Daily", "feed", "en")
    assert row["published_at"] == datetime(2026, 5, 19, 20, tzinfo=UTC)
    assert made.documents()["published_local_date"].unique().to_list() == [date(2026, 5, 20)]
    assert made.collect(NOW + timedelta(hours=1)).is_empty()
    site.put("/news.xml", news(site, "a", "b", "c"), "application/xml")
    assert locations(made.collect(NOW + timedelta(hours=2))) == [f"{site.url}/c"]


def test_an_index_leads_to_its_recent_sitemaps_also_packed(site: Site, tmp_path: Path) -> None:
    site.put("/new.xml.gz", gzip.compress(news(site, "new").encode()), "application/gzip")
    site.put("/undated.xml", news(site, "undated"), "text/xml")
    site.put("/old.xml", news(site, "old"), "text/xml")
    rows = "".join(
        f"<sitemap><loc>{site.url}/{name}</loc>{lastmod}</sitemap>"
        for name, lastmod in (
            ("new.xml.gz", "<lastmod>2026-05-20</lastmod>"),
            ("undated.xml", ""),
            ("old.xml", "<lastmod>2025-01-01</lastmod>"),
            ("missing.xml", ""),
        )
    )
    url = site.put("/index.xml", f"<sitemapindex>{rows}</sitemapindex>", "text/xml")
    made = Deployment(tmp_path, source(kind="sitemap", location=url))
    assert locations(made.collect()) == [f"{site.url}/new", f"{site.url}/undated"]
    assert made.reasons == {f"{site.url}/missing.xml": "http_status"}


def test_only_pages_of_the_last_days_are_fetched(site: Site, tmp_path: Path) -> None:
    body = news(site, "old", day="2026-05-10").replace("</urlset>", "") + news(site, "new").partition(">")[2]
    url = site.put("/news.xml", body, "text/xml")
    made = Deployment(tmp_path, source(kind="sitemap", location=url))
    assert locations(made.collect()) == [f"{site.url}/new"]


@pytest.mark.parametrize(
    "body", ["", "<html><body>x", "{}", "<urlset", "\x00\xff", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"]
)
def test_what_is_no_sitemap_is_a_problem(site: Site, tmp_path: Path, body: str) -> None:
    url = site.put("/news.xml", body.encode("latin-1"), "text/xml")
    made = Deployment(tmp_path, source(kind="sitemap", location=url))
    assert made.collect().is_empty()
    assert made.reasons in ({url: "not_a_sitemap"}, {})


def test_indexes_without_end_are_given_up(site: Site, tmp_path: Path) -> None:
    url = site.url + "/index.xml"
    site.put("/index.xml", f"<sitemapindex><sitemap><loc>{url}</loc></sitemap></sitemapindex>", "text/xml")
    made = Deployment(tmp_path, source(kind="sitemap", location=url))
    assert made.collect().is_empty()
    assert len(site.asked) == 3
    assert made.reasons == {url: "not_a_sitemap"}


# ------------------------------------------------------------------ web archives

ARCHIVE = b"".join(gzip.compress(record(archived_page(number)), mtime=0) for number in range(5))


def test_archives_come_from_a_file_a_folder_and_an_address(site: Site, tmp_path: Path) -> None:
    (tmp_path / "crawls").mkdir()
    (tmp_path / "crawls" / "a.warc.gz").write_bytes(ARCHIVE)
    (tmp_path / "crawls" / "note.pdf").write_bytes(b"x")
    url = site.put("/b.warc.gz", ARCHIVE, "application/octet-stream")
    rows = (
        source(source_id="folder", kind="warc", location="crawls"),
        source(source_id="file", kind="warc", location="crawls/a.warc.gz"),
        source(source_id="web", kind="warc", location=url),
    )
    made = Deployment(tmp_path, *rows)
    new = made.collect()
    assert dict(new["source_id"].value_counts().iter_rows()) == {"folder": 5, "file": 5, "web": 5}
    assert made.reasons == {"note.pdf": "unsupported_type"}
    assert new.filter(pl.col("source_id") == "web")["location"].str.starts_with(f"{url}#").all()
    documents = made.documents()
    assert documents["reason"].is_null().all()
    assert made.collect(NOW + timedelta(days=40)).is_empty()
    assert site.paths == ["/b.warc.gz"]  # an archive at an address is fetched once


def test_a_list_of_paths_names_the_archives_of_a_month(site: Site, tmp_path: Path) -> None:
    paths = "crawl-data/one.warc.gz\ncrawl-data/two.warc.gz\n"
    site.put("/crawl-data/2026/05/warc.paths.gz", gzip.compress(paths.encode()), "application/gzip")
    site.put("/crawl-data/one.warc.gz", ARCHIVE, "application/gzip")
    location = f"{site.url}/crawl-data/%Y/%m/warc.paths.gz"
    made = Deployment(tmp_path, source(kind="warc", location=location))
    assert made.collect().height == 5
    assert made.reasons == {f"{site.url}/crawl-data/two.warc.gz": "http_status"}
    site.put("/crawl-data/two.warc.gz", ARCHIVE, "application/gzip")
    site.asked.clear()
    assert made.collect(NOW + timedelta(hours=1)).height == 5
    assert site.paths == ["/crawl-data/2026/05/warc.paths.gz", "/crawl-data/two.warc.gz"]


def test_damage_of_an_archive_is_told_again_without_reading_it_again(tmp_path: Path) -> None:
    path = tmp_path / "wire" / "a.warc.gz"
    path.parent.mkdir()
    damaged = bytearray(ARCHIVE)
    damaged[len(ARCHIVE) // 2] ^= 0xFF
    path.write_bytes(damaged)
    made = Deployment(tmp_path, source())
    late = datetime.now(UTC) + timedelta(hours=1)
    assert made.collect(late).height == 4
    first = made.problems
    assert first["reason"].to_list() == ["damaged_record"]
    facts = path.stat()
    path.write_bytes(bytes(len(damaged)))  # nobody would see it: same size, same time
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert made.collect(late).is_empty()
    assert made.problems.equals(first)


def test_an_archive_that_is_not_there_any_more_breaks_nothing(site: Site, tmp_path: Path) -> None:
    made = Deployment(tmp_path, source(kind="warc", location=f"{site.url}/none.warc.gz"))
    assert made.collect().is_empty()
    assert made.reasons == {f"{site.url}/none.warc.gz": "http_status"}


# ------------------------------------------------------------------ unchanged files


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    path = tmp_path / "wire" / "a.txt"
    path.write_text("one")
    made = Deployment(tmp_path, source())
    late = datetime.now(UTC) + timedelta(hours=1)
    assert made.collect(late).height == 1
    facts = path.stat()
    path.write_text("two")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert made.collect(late).is_empty()
    path.touch()
    assert made.collect(late).height == 1


def test_a_file_that_was_written_just_now_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    path = tmp_path / "wire" / "a.txt"
    path.write_text("one")
    made = Deployment(tmp_path, source())
    just_now = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert made.collect(just_now).height == 1
    facts = path.stat()
    path.write_text("two")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert made.collect(just_now).height == 1


# ------------------------------------------------------------------ GDELT


def graph(*rows: tuple[str, str], kind: str = "1", extras: str = "") -> bytes:
    """Returns a packed file of the Knowledge Graph with (domain, address)."""
    lines = []
    for number, (domain, url) in enumerate(rows):
        fields = [""] * 27
        fields[0], fields[1], fields[2], fields[3], fields[4] = f"{number}", "20260520120000", kind, domain, url
        fields[26] = extras
        lines.append("\t".join(fields))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("20260520120000.gkg.csv", "\n".join(lines) + "\n")
    return buffer.getvalue()


def listing(site: Site, *graphs: tuple[str, bytes]) -> str:
    """Returns the lines of a list of GDELT's files, which are there."""
    lines = []
    for name, data in graphs:
        for kind in ("export.CSV", "gkg.csv"):
            url = site.put(f"/gdeltv2/{name}.{kind}.zip", data, "application/zip")
            lines.append(f"{len(data)} {hashlib.md5(data).hexdigest()} {url}")
    return "\n".join(lines) + "\n"


def test_the_newest_quarter_of_an_hour_of_gdelt_leads_to_its_pages(site: Site, tmp_path: Path) -> None:
    extras = "<PAGE_PRECISEPUBTIMESTAMP>20260520113000</PAGE_PRECISEPUBTIMESTAMP><PAGE_TITLE>Nine dead</PAGE_TITLE>"
    data = graph(("daily.example", f"{site.url}/a"), ("daily.example", "javascript:1"), extras=extras)
    site.put("/a", page("A"))
    url = site.put("/gdeltv2/lastupdate.txt", listing(site, ("20260520120000", data)), "text/plain")
    made = Deployment(tmp_path, source(kind="gdelt", location=url))
    [row] = made.collect().rows(named=True)
    assert (row["location"], row["listed_title"], row["listed_publisher"]) == (
        f"{site.url}/a",
        "Nine dead",
        "daily.example",
    )
    articles, _, _, _ = make_articles(made.documents())
    assert articles["published_at"].to_list() == [datetime(2026, 5, 20, 11, 30, tzinfo=UTC)]
    site.asked.clear()
    assert made.collect(NOW + timedelta(minutes=1)).is_empty()
    assert site.paths == ["/gdeltv2/lastupdate.txt"]


def test_of_all_files_of_gdelt_those_of_the_days_are_read(site: Site, tmp_path: Path) -> None:
    graphs = []
    for day in range(1, 31):
        site.put(f"/{day}", page(f"Day {day}"))
        graphs.append((f"202604{day:02}001500", graph(("daily.example", f"{site.url}/{day}"))))
    url = site.put("/gdeltv2/masterfilelist.txt", listing(site, *graphs), "text/plain")
    made = Deployment(tmp_path, source(kind="gdelt", location=url), source(source_id="off", location="none"))
    assert made.collect().is_empty()  # nothing of today
    days = [date(2026, 4, day) for day in range(1, 31)]
    assert made.collect(days=days[:2]).height == 2
    assert "off" not in made.problems.filter(pl.col("location") == "x")["source_id"].to_list()
    assert made.collect(days=days).height == 28
    assert made.collect(days=days).is_empty()


def test_a_file_of_gdelt_that_came_damaged_is_read_again(site: Site, tmp_path: Path) -> None:
    site.put("/a", page("A"))
    data = graph(("daily.example", f"{site.url}/a"))
    url = site.put("/gdeltv2/lastupdate.txt", listing(site, ("20260520120000", data)), "text/plain")
    site.put("/gdeltv2/20260520120000.gkg.csv.zip", data[:-30], "application/zip")
    made = Deployment(tmp_path, source(kind="gdelt", location=url))
    assert made.collect().is_empty()
    assert list(made.reasons.values()) == ["damaged_record"]
    site.put("/gdeltv2/20260520120000.gkg.csv.zip", data, "application/zip")
    assert made.collect().height == 1


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", graph(("a", "b"))[:-60], b"x" * 1000])
def test_what_is_no_file_of_gdelt_is_a_problem(site: Site, tmp_path: Path, data: bytes) -> None:
    url = site.put("/20260520120000.gkg.csv.zip", data, "application/zip")
    made = Deployment(tmp_path, source(kind="gdelt", location=url))
    assert made.collect().is_empty()
    assert made.reasons == {url: "truncated_archive"}


def test_an_answer_of_the_doc_api_leads_to_its_pages(site: Site, tmp_path: Path) -> None:
    site.put("/a", page("A"))
    entry = {"url": f"{site.url}/a", "title": "Nine dead", "seendate": "20260520T120000Z", "domain": "daily.example"}
    body = json.dumps({"articles": [entry, "no entry", {"url": "ftp://x"}]})
    site.put("/api/v2/doc/doc?query=attack&mode=artlist&format=json", body, "application/json")
    location = f"{site.url}/api/v2/doc/doc?query=attack&mode=artlist&format=json"
    made = Deployment(tmp_path, source(kind="gdelt", location=location))
    assert locations(made.collect()) == [f"{site.url}/a"]
    assert made.raw["listed_title"].to_list() == ["Nine dead"]


def test_what_is_no_answer_of_the_doc_api_is_a_problem(site: Site, tmp_path: Path) -> None:
    url = site.put("/api?format=json", "Queries must be longer", "text/html")
    made = Deployment(tmp_path, source(kind="gdelt", location=url))
    assert made.collect().is_empty()
    assert made.reasons == {url: "not_a_list"}


# ------------------------------------------------------------------ Media Cloud


@pytest.mark.parametrize("form", ["csv", "json", "stories", "jsonl", "csv.gz"])
def test_an_export_of_stories_leads_to_its_pages(site: Site, tmp_path: Path, form: str) -> None:
    stories = [
        {"id": "1", "publish_date": "2026-05-12", "title": "Nine dead, ten hurt", "url": f"{site.url}/a", "language": "en",
         "media_name": "daily.example", "media_url": "https://daily.example", "indexed_date": "2026-05-13 01:00:00"},
        {"id": "2", "publish_date": "2026-05-12", "title": "No address", "url": "", "language": "en", "media_name": "x",
         "media_url": "", "indexed_date": ""},
    ]  # fmt: skip
    site.put("/a", page("A"))
    texts = {
        "csv": pl.DataFrame(stories).write_csv(),
        "json": json.dumps(stories),
        "stories": json.dumps({"stories": stories, "pagination_token": "x"}),
        "jsonl": "\n".join(map(json.dumps, stories)),
    }
    data = texts[form.removesuffix(".gz")].encode()
    name = f"export.{form.replace('stories', 'json')}"
    (tmp_path / name).write_bytes(gzip.compress(data) if form.endswith(".gz") else data)
    made = Deployment(tmp_path, source(kind="mediacloud", location=name))
    [row] = made.collect(datetime.now(UTC) + timedelta(hours=1)).rows(named=True)
    assert (row["listed_publisher"], row["listed_title"]) == ("daily.example", "Nine dead, ten hurt")
    assert list(made.reasons.values()) == ["bad_url"]
    articles, _, _, _ = make_articles(made.documents())
    assert articles["published_at"].to_list() == [datetime(2026, 5, 12, tzinfo=UTC)]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "[[[", "nonsense", '[1, "x"]', 'url\n"broken\n', "[" * 100_000])
def test_what_is_no_export_is_a_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / "export.csv").write_text(text)
    made = Deployment(tmp_path, source(kind="mediacloud", location="export.csv"))
    assert made.collect().is_empty()
    assert set(made.reasons.values()) <= {"not_a_list", "not_json", "not_csv"}
    assert made.reasons


# ------------------------------------------------------------------ object stores


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3-compatible server on loopback."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[S3Store]:
    """A bucket `news`, its endpoint and credentials in the environment."""
    settings = {"AWS_ENDPOINT_URL": s3, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1",
                "AWS_ALLOW_HTTP": "true"}  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    httpx.put(f"{s3}/news").raise_for_status()
    yield S3Store("news")
    httpx.post(f"{s3}/moto-api/reset")


def test_a_folder_may_be_a_prefix_of_an_object_store(bucket: S3Store, tmp_path: Path) -> None:
    line = json.dumps({"text": STORY}).encode()
    for name, data in {
        "wire/a.jsonl": line, "wire/deep/b.jsonl.gz": gzip.compress(line), "wire/c.warc.gz": ARCHIVE,
        "wire/.hidden/d.txt": b"x", "wire/README.md": b"x", "other/e.txt": b"x",
    }.items():  # fmt: skip
        obstore.put(bucket, name, data)
    made = Deployment(tmp_path, source(location="s3://news/wire"))
    new = made.collect()
    assert {location.partition("#")[0] for location in new["location"]} == {"a.jsonl", "deep/b.jsonl.gz", "c.warc.gz"}
    assert new.height == 7
    assert made.reasons == {}
    assert made.documents()["reason"].is_null().all()
    assert made.collect().is_empty()
    obstore.put(bucket, "wire/f.txt", STORY.encode())
    obstore.put(bucket, "wire/a.jsonl", line + b"\n" + json.dumps({"text": "More. " + STORY}).encode())
    assert locations(made.collect()) == ["a.jsonl", "f.txt"]


def test_one_object_and_archives_of_a_store_are_read(bucket: S3Store, tmp_path: Path) -> None:
    obstore.put(bucket, "crawls/2026/05/20/a.warc.gz", ARCHIVE)
    obstore.put(bucket, "lists/one.jsonl", json.dumps({"text": STORY}).encode())
    rows = (
        source(source_id="one", location="s3://news/lists/one.jsonl"),
        source(source_id="crawl", kind="warc", location="s3://news/crawls/%Y/%m/%d"),
    )
    made = Deployment(tmp_path, *rows)
    assert dict(made.collect()["source_id"].value_counts().iter_rows()) == {"one": 1, "crawl": 5}


def test_a_store_that_does_not_answer_or_holds_nothing_is_a_problem(
    bucket: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Deployment(
        tmp_path, source(source_id="none", location="s3://news/none"), source(source_id="no", location="s3://no/x")
    )
    assert made.collect().is_empty()
    assert sorted(made.reasons.values()) == ["missing_location", "unreachable"]


def test_a_folder_may_be_a_file_at_an_address(site: Site, tmp_path: Path) -> None:
    url = site.put("/data/wire.jsonl?key=1", json.dumps({"text": STORY}), "text/plain")
    made = Deployment(tmp_path, source(location=url))
    [row] = made.collect().rows(named=True)
    assert (row["location"], row["media_type"]) == (url, "application/x-ndjson")
    assert made.collect().is_empty()


# ------------------------------------------------------------------ cadence, days


def test_a_source_is_read_again_when_its_cadence_has_passed(site: Site, tmp_path: Path) -> None:
    rows = (
        source(source_id="slow", kind="feed", location=feed(site, ("/a", "A", STORY)), cadence="daily"),
        source(source_id="lost", kind="feed", location=f"{site.url}/lost", cadence="daily"),
    )
    made = Deployment(tmp_path, *rows)
    asked = []
    for hours in (0, 1, 12, 23.9, 25, 40):
        made.collect(NOW + timedelta(hours=hours))
        asked.append(site.paths.count("/feed"))
        assert made.reasons == {f"{site.url}/lost": "http_status"}  # also while it is not due
    assert asked == [1, 1, 1, 2, 2, 2]
    made.collect(NOW - timedelta(days=30))  # the clock was set back: it is not left unread for a month
    assert site.paths.count("/feed") == 3


def test_what_keeps_no_past_is_not_collected_for_the_past(site: Site, tmp_path: Path) -> None:
    (tmp_path / "2026" / "04").mkdir(parents=True)
    (tmp_path / "2026" / "04" / "a.txt").write_text(STORY)
    rows = (source(kind="feed", location=feed(site, ("/a", "A", STORY))), source(source_id="dated", location="%Y/%m"))
    made = Deployment(tmp_path, *rows)
    new = made.collect(days=[date(2026, 4, 1), date(2026, 4, 2)])
    assert new["source_id"].to_list() == ["dated"]
    assert site.asked == []
