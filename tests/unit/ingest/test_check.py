"""`sources check`: what is said of each kind of source, and of what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from ingesting import LANGUAGES, NOW, ON_LOOPBACK, source
from test_sources import STORY, feed, news, page
from web import Site

from pipeline.ingest import Fetcher, Memory
from pipeline.ingest.check import Finding, check_source, describe_finding
from pipeline.ingest.sources import Reach, Source


def check(root: Path, **values: Any) -> Finding:
    reach = Reach(root, Fetcher(ON_LOOPBACK, Memory(), NOW), [NOW.date()], root / "scratch")
    return check_source(Source.of(source(**values)), reach, LANGUAGES)


def test_a_folder_is_counted_dated_and_its_languages_named(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    lines = [json.dumps({"text": f"{STORY} {number}", "published": f"2026-05-0{number}"}) for number in range(1, 4)]
    (tmp_path / "wire" / "a.jsonl").write_text("\n".join([*lines, "broken"]))
    for number in range(7):
        (tmp_path / "wire" / f"b{number}.txt").write_text(STORY)
    said = describe_finding(check(tmp_path))
    assert "7 entries in 5 of 8; newest 2026-05-03; languages en 7" in said
    assert "problem: a.jsonl, line 4: The line is not JSON" in said


def test_a_feed_with_pages_is_tried_to_a_page(site: Site, tmp_path: Path) -> None:
    url = feed(site, ("/a", "A", STORY))
    site.put("/a", page("A"))
    found = check(tmp_path, kind="feed", location=url, pages=True)
    assert found.is_usable
    assert "1 entries in 1 of 1; newest 2026-05-18; languages en 2; robots.txt: allowed" in describe_finding(found)


def test_a_sitemap_whose_pages_are_forbidden_is_of_no_use(site: Site, tmp_path: Path) -> None:
    url = site.put("/news.xml", news(site, "private"), "text/xml")
    site.robots = (200, b"User-agent: *\nDisallow: /private")
    found = check(tmp_path, kind="sitemap", location=url)
    assert not found.is_usable
    said = describe_finding(found)
    assert "newest 2026-05-20" in said
    assert "robots.txt: disallowed" in said
    assert "Ask the publisher for permission" in said


@pytest.mark.parametrize(
    ("kind", "location", "message"),
    [
        ("folder", "none", "The source's folder or file does not exist. Correct the location"),
        ("feed", "{site}/none", "The server answers 404. Open the address in a browser"),
        ("feed", "http://10.0.0.1/rss", "private address 10.0.0.1. Name a public host"),
        ("warc", "{site}/none.warc.gz", "The server answers 404"),
        ("gdelt", "{site}/lastupdate.txt", "The server answers 404"),
        ("mediacloud", "none.csv", "does not exist"),
        ("folder", "s3://none.example/x", "The object store does not list it"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    site: Site, tmp_path: Path, kind: str, location: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", site.url)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    found = check(tmp_path, kind=kind, location=location.replace("{site}", site.url))
    assert not found.is_usable
    said = describe_finding(found)
    assert "nothing that can be read" in said
    assert message in said
