"""Fetching against a real server: bounded in time and size, polite, and never fooled by what a server says of itself."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingesting import NOW
from support import Reliability
from web import Site, serve

from pipeline.ingest.fetching import Fetched, Fetcher, FetchSettings, read_settings
from pipeline.ingest.fetching.manners import read_retry_after
from pipeline.ingest.items import Refused
from pipeline.ingest.memory import PARTS, Memory, from_frames, to_frames
from pipeline.seeds import SEEDS
from pipeline.validate import ContractError

SETTINGS = FetchSettings(
    contact="mailto:desk@news.example", max_page_bytes=100_000, max_list_bytes=100_000, timeout=2, deadline=5, backoff=0.01,
    interval=0.0, stop_after=100, private_networks=("127.0.0.0/8",),
)  # fmt: skip


def fetcher(memory: Memory | None = None, now: datetime = NOW, **settings: object) -> Fetcher:
    return Fetcher(replace(SETTINGS, **settings), Memory() if memory is None else memory, now)  # type: ignore[arg-type]


def reason_of(url: str, **settings: object) -> str:
    with pytest.raises(Refused) as caught:
        fetcher(**settings).fetch(url)  # type: ignore[arg-type]
    return caught.value.reason


# ------------------------------------------------------------------ one address


def test_a_response_is_its_bytes_and_media_type(site: Site) -> None:
    response = fetcher().fetch(f"{site.url}/ok/!")
    assert (response.data, response.media_type) == (b"<rss/>!", "application/rss+xml; charset=utf-8")
    [(_, headers, _)] = site.asked
    assert headers["user-agent"] == "conflict-events/0.1 (+mailto:desk@news.example)"
    assert headers["host"] == site.url.removeprefix("http://")


#: Answers that are no article, each with the reason for which it is refused and the requests that it takes.
ANSWERS = {
    "status/400": ("http_status", 1),
    "status/401": ("http_status", 1),
    "status/403": ("http_status", 1),
    "status/404": ("http_status", 1),
    "status/410": ("http_status", 1),
    "status/204": ("http_status", 1),
    "status/304": ("http_status", 1),
    "status/429": ("http_status", 3),
    "status/500": ("http_status", 3),
    "status/503": ("http_status", 3),
    "hops/6": ("too_many_redirects", 6),
    "loop": ("too_many_redirects", 6),
    "to/file:///etc/passwd": ("bad_url", 1),
    "to/http://[::1": ("bad_url", 1),
    "large/100001": ("too_large", 1),
    "endless": ("too_large", 1),
    "gzip/100001": ("too_large", 1),
    "gzip/5000000": ("too_large", 1),
    "br/100001": ("too_large", 1),
    "br/5000000": ("too_large", 1),
    "zstd/5000000": ("too_large", 1),
    "cut": ("unreachable", 3),
    "cut/brotli": ("unreachable", 3),
    "cut/zstd": ("unreachable", 3),
    "garbage/gzip": ("unreachable", 3),
    "garbage/br": ("unreachable", 3),
    "garbage/zstd": ("unreachable", 3),
    "garbage/deflate64": ("unreachable", 1),
    "twice": ("unreachable", 1),
    "short": ("unreachable", 3),
    "nonsense": ("unreachable", 3),
    "headers": ("unreachable", 3),
    "reset": ("unreachable", 3),
    "slow/1": ("unreachable", 3),
    "drip": ("unreachable", 3),
    "driphead": ("unreachable", 3),
}


def test_every_bad_answer_is_refused_by_name_and_in_bounded_time(site: Site, reliability: Reliability) -> None:
    found: dict[str, tuple[str, int]] = {}
    slowest = 0.0
    for path in ANSWERS:
        site.asked.clear()
        begun = time.monotonic()
        reason = reason_of(f"{site.url}/{path}", timeout=0.3, deadline=0.6)
        slowest = max(slowest, time.monotonic() - begun)
        found[path] = (reason, len(site.asked))
    wrong = {path: answer for path, answer in found.items() if answer != ANSWERS[path]}
    reliability("fetch manners", len(ANSWERS), len(wrong), "bad answers refused by name")
    assert wrong == {}
    assert slowest < 60


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("large/100000", 100_000),
        ("gzip/100000", 100_000),
        ("br/100000", 100_000),
        ("zstd/100000", 100_000),
        ("zlib", 10),
    ],
)
def test_what_fits_is_read_whole(site: Site, path: str, size: int) -> None:
    assert fetcher().fetch(f"{site.url}/{path}").data == b"x" * size


def test_no_more_is_read_than_the_length_that_was_told(site: Site) -> None:
    assert fetcher().fetch(f"{site.url}/long").data == b"half"


def test_redirects_are_followed_up_to_a_bound(site: Site) -> None:
    assert fetcher().fetch(f"{site.url}/hops/5").data == b"<rss/>"


@pytest.mark.parametrize(
    "url",
    ["", "news.example/rss", "file:///etc/passwd", "ftp://news.example/", "http:///rss", "http://[::1", "http://a\0b/",
     "http://news.example/" + "a" * 5_000],
)  # fmt: skip
def test_malformed_addresses_are_refused(url: str) -> None:
    assert reason_of(url) == "bad_url"


def test_only_pages_are_downloaded_as_pages(site: Site) -> None:
    video = site.put("/video", b"x", "video/mp4")
    with pytest.raises(Refused, match="unsupported_type"):
        fetcher().fetch_page(video)
    assert fetcher().fetch_page(site.put("/page", "<p>x", "text/HTML; charset=x")).data == b"<p>x"


def test_an_archive_goes_to_a_file_as_it_is_packed(site: Site, tmp_path: Path) -> None:
    with (tmp_path / "a.warc.gz").open("w+b") as file:
        found = fetcher().download(f"{site.url}/gzip/1000", file)
    assert found.data is None
    assert (tmp_path / "a.warc.gz").read_bytes()[:2] == b"\x1f\x8b"


# ------------------------------------------------------------------ waiting


@pytest.mark.parametrize("asked", ["0", "1", "date1", "date-100"])
def test_a_server_that_asks_for_time_is_given_it(site: Site, asked: str, reliability: Reliability) -> None:
    assert fetcher().fetch(f"{site.url}/flaky/{asked}").data == b"<rss/>"
    moments = [at for _, _, at in site.asked]
    least = {"1": 1.0, "date1": 0.0}.get(asked, 0.0)  # a date has whole seconds
    waited = all(later - before >= least for before, later in pairwise(moments))
    reliability("fetch manners", 1, not waited or len(moments) != 3, "Retry-After kept, in seconds and as a date")
    assert len(moments) == 3
    assert waited


def test_a_host_that_asks_for_long_is_left_alone_also_by_later_runs(site: Site) -> None:
    memory = Memory()
    with pytest.raises(Refused, match="http_status"):
        fetcher(memory).fetch(f"{site.url}/flaky/3600")
    for minutes in (0, 59):
        with pytest.raises(Refused, match="host_left_alone"):
            fetcher(memory, NOW + timedelta(minutes=minutes)).fetch(f"{site.url}/ok/")
    assert len(site.asked) == 1
    assert fetcher(memory, NOW + timedelta(minutes=61)).fetch(f"{site.url}/ok/").data == b"<rss/>"


def test_a_clock_that_was_set_back_does_not_lock_a_host_out(site: Site) -> None:
    memory = Memory()
    with pytest.raises(Refused, match="http_status"):
        fetcher(memory).fetch(f"{site.url}/flaky/3600")
    assert fetcher(memory, NOW - timedelta(days=30)).fetch(f"{site.url}/ok/").data == b"<rss/>"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", "", 120),
        ("Wed, 20 May 2026 12:01:00 GMT", "", 60),
        ("Wed, 20 May 2026 12:01:00 GMT", "Wed, 20 May 2026 12:00:30 GMT", 30),
        ("Wed, 20 May 2026 11:00:00 GMT", "", 0),
        ("999999999999999999999", "", 999_999_999),
        ("soon", "", None),
        ("", "", None),
        ("-1", "", None),
        ("²", "", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_clock_of_the_server(
    value: str, date: str, seconds: float | None
) -> None:
    assert read_retry_after(value, date, NOW) == seconds


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_retry_after_breaks_it(value: str, date: str) -> None:
    found = read_retry_after(value, date, datetime(2026, 1, 1, tzinfo=UTC))
    assert found is None or found >= 0


def test_a_dead_host_is_not_asked_for_its_other_pages() -> None:
    with serve() as site:
        dead = site.url
    memory = Memory()
    found = dict(fetcher(memory, tries=1).fetch_pages([f"{dead}/{number}" for number in range(20)]))
    reasons = [result.reason for result in found.values() if isinstance(result, Refused)]
    assert sorted(set(reasons)) == ["host_left_alone", "unreachable"]
    assert reasons.count("unreachable") == 1
    assert sum(entry.reason is not None for entry in memory.addresses.values()) == 1


def test_a_host_that_fails_again_and_again_is_left_alone_ever_longer(site: Site) -> None:
    memory, asked, now = Memory(), [], NOW
    for _ in range(4):
        asking = fetcher(memory, now, tries=1, stop_after=3, backoff=0.0)
        list(asking.fetch_pages([f"{site.url}/status/500?{now:%s}-{number}" for number in range(10)]))
        asked.append(len(site.asked))
        now += timedelta(minutes=11)
    assert asked[0] == 3
    assert asked[1] == 4  # tried once more after ten minutes; then left for twenty
    assert asked[2] == 4
    assert asked[3] == 5


# ------------------------------------------------------------------ many addresses


def test_a_host_is_asked_once_an_interval_and_many_hosts_at_once(reliability: Reliability) -> None:
    with serve() as one, serve() as two:
        urls = [site.put(f"/{number}", f"<p>{number}") for site in (one, two) for number in range(6)]
        begun = time.monotonic()
        found = dict(fetcher(interval=0.2).fetch_pages(urls))
        # Its robots.txt has the first turn, so that page n comes n + 1 intervals after the start, or later.
        early = [at - begun < 0.2 * (number + 1) for site in (one, two) for number, (_, _, at) in enumerate(site.asked)]
    assert all(isinstance(result, Fetched) for result in found.values())
    reliability("fetch manners", len(early), sum(early), "one request an interval and host")
    assert early == [False] * 12


@pytest.mark.parametrize("delay", ["0.2", "0.2 # seconds", "x", "-5", "3600", "nan"])
def test_the_crawl_delay_of_a_site_counts_where_it_is_a_number(site: Site, delay: str) -> None:
    site.robots = (200, f"User-agent: *\nCrawl-delay: {delay}\nDisallow: /private\n".encode())
    urls = [site.put(f"/{number}", "<p>x") for number in range(2)]
    begun = time.monotonic()
    results = dict(fetcher(max_wait=1.0).fetch_pages(urls))
    moments = [at for _, _, at in site.asked]
    if delay == "3600":  # longer than is waited: the first page is had, the second one left
        assert sorted(isinstance(result, Refused) for result in results.values()) == [False, True]
        return
    assert len(moments) == 2
    if delay.startswith("0.2"):
        assert moments[1] - begun >= 0.2


def test_a_page_that_failed_is_tried_again_ever_less_often_and_at_last_no_more(site: Site) -> None:
    memory, now, asked = Memory(), NOW, []
    for _ in range(200):
        with pytest.raises(Refused, match="http_status"):
            fetcher(memory, now).fetch_page(f"{site.url}/missing")
        asked.append(len(site.asked))
        now += timedelta(minutes=61)
    assert asked[0] == asked[1] - 1 == 1
    assert asked[-1] == 6
    site.put("/missing", "<p>x")
    with pytest.raises(Refused, match="http_status"):
        fetcher(memory, now).fetch_page(f"{site.url}/missing")


# ------------------------------------------------------------------ robots.txt


@pytest.mark.parametrize(
    ("status", "body", "path", "allowed"),
    [
        pytest.param(404, b"", "/ok/", True, id="there is none"),
        pytest.param(403, b"", "/ok/", True, id="it is forbidden itself"),
        pytest.param(500, b"", "/ok/", False, id="the site cannot say"),
        pytest.param(503, b"User-agent: *\nAllow: /", "/ok/", False, id="an error with rules is an error"),
        pytest.param(429, b"", "/ok/", False, id="the site is busy"),
        pytest.param(200, b"", "/ok/", True, id="it is empty"),
        pytest.param(200, b"User-agent: *\nDisallow: /ok", "/ok/", False, id="disallowed"),
        pytest.param(200, b"User-agent: *\nDisallow: /ok\nAllow: /ok/a", "/ok/a", True, id="the longest rule counts"),
        pytest.param(200, b"User-agent: other\nDisallow: /", "/ok/", True, id="others are disallowed"),
        pytest.param(
            200, b"User-agent: *\nAllow: /\nUser-agent: Conflict-Events\nDisallow: /", "/ok/", False, id="we are named"
        ),
        pytest.param(200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /ok", "/ok/", False, id="byte order mark"),
        pytest.param(200, b"# caf\xe9 \xff\xfe\x00\nUser-agent: *\nDisallow: /ok", "/ok/", False, id="no UTF-8"),
        pytest.param(200, b"<html><body>Not found</body></html>", "/ok/", True, id="a web page"),
        pytest.param(200, b"User-agent: *\nDisallow: /*?\nDisallow: /*a$", "/ok/a", False, id="wildcards"),
        pytest.param(
            200, b"User-agent: *\nDisallow: /ok\n" + b"# pad\n" * 1_700_000, "/ok/", False, id="ten megabytes"
        ),
        pytest.param(200, b"# pad\n" * 100_000 + b"User-agent: *\nDisallow: /", "/ok/", True, id="rules after 500 KiB"),
        pytest.param(200, b"User-agent: *\nDisallow: /" + b"*a" * 900 + b"b", "/ok/" + "a" * 900, True, id="a trap"),
    ],
)
def test_robots_txt_is_kept_as_the_standard_says(
    site: Site, status: int, body: bytes, path: str, allowed: bool, reliability: Reliability
) -> None:
    site.robots = (status, body)
    [(_, result)] = fetcher().fetch_pages([site.url + path])
    was_allowed = not (isinstance(result, Refused) and result.reason in ("robots_disallow", "unreachable"))
    reliability("fetch manners", 1, was_allowed != allowed, "robots.txt kept")
    assert was_allowed == allowed
    assert bool(site.asked) == allowed


def test_robots_txt_is_asked_for_once_a_day(site: Site) -> None:
    memory = Memory()
    for hours in (0, 1, 23):
        fetcher(memory, NOW + timedelta(hours=hours)).fetch(f"{site.url}/ok/")
    assert site.robots_asked == 1
    fetcher(memory, NOW + timedelta(hours=25)).fetch(f"{site.url}/ok/")
    assert site.robots_asked == 2


def test_while_a_site_cannot_say_its_last_rules_count(site: Site) -> None:
    memory = Memory()
    site.robots = (200, b"User-agent: *\nDisallow: /private")
    fetcher(memory).fetch(f"{site.url}/ok/")
    site.robots = (500, b"")
    assert fetcher(memory, NOW + timedelta(days=2)).fetch(f"{site.url}/ok/").data == b"<rss/>"
    with pytest.raises(Refused, match="robots_disallow"):
        fetcher(memory, NOW + timedelta(days=2)).fetch(f"{site.url}/private")
    with pytest.raises(Refused, match="unreachable"):
        fetcher(memory, NOW + timedelta(days=40)).fetch(f"{site.url}/ok/")


def test_where_a_page_redirects_to_is_asked_as_well(site: Site) -> None:
    with serve() as other:
        other.robots = (200, b"User-agent: *\nDisallow: /")
        with pytest.raises(Refused, match="robots_disallow"):
            fetcher().fetch(f"{site.url}/to/{other.url}/ok/")
        assert other.asked == []


# ------------------------------------------------------------------ versions


@pytest.mark.parametrize("version", ["W/%22one%22", "Wed,%2020%20May%202026%2010:00:00%20GMT"])
def test_only_what_is_new_is_asked_for_and_now_and_then_the_whole(
    site: Site, version: str, reliability: Reliability
) -> None:
    memory, bodies = Memory(), []
    url = f"{site.url}/version/{version}"
    for hours in (0, 1, 23, 25, 26):
        asking = fetcher(memory, NOW + timedelta(hours=hours))
        found = asking.fetch(url, conditional=True)
        asking.keep(url, found)
        bodies.append(found.data)
    sent = [headers.get("if-none-match") or headers.get("if-modified-since") for _, headers, _ in site.asked]
    right = len(sent) == 5 and sent[0] is None and sent[3] is None
    reliability("fetch manners", 5, not right, "a version that lies is found out within a day")
    assert [value for value in sent if value] == [unquote(version)] * 3
    assert bodies[0] == b"body 1"
    assert bodies[3] is not None  # after a day, whole: the body had changed under the same version
    assert right


def test_a_version_is_given_back_only_once_all_it_named_was_dealt_with(site: Site) -> None:
    memory = Memory()
    url = f"{site.url}/version/one"
    assert fetcher(memory).fetch(url, conditional=True).data == b"body 1"
    assert fetcher(memory).fetch(url, conditional=True).data == b"body 2"
    asking = fetcher(memory)
    asking.keep(url, asking.fetch(url, conditional=True))
    assert not fetcher(memory).fetch(url, conditional=True).is_new
    assert fetcher(memory).fetch(url).data == b"body 4"


# ------------------------------------------------------------------ memory and settings


def test_a_memory_is_what_its_frames_hold(site: Site) -> None:
    memory = Memory()
    asking = fetcher(memory, tries=1)
    asking.keep(f"{site.url}/version/one", asking.fetch(f"{site.url}/version/one"))
    list(asking.fetch_pages([f"{site.url}/missing", f"{site.url}/status/500"]))
    frames = to_frames(memory, NOW)
    assert set(frames) == set(PARTS)
    assert from_frames(dict(frames)) == memory
    assert from_frames({"hosts": pl.DataFrame({"other": [1]})}) == Memory()
    later = to_frames(memory, NOW + timedelta(days=100))
    assert all(frame.is_empty() for frame in later.values())


def test_the_settings_of_the_project_can_be_read() -> None:
    assert read_settings(SEEDS) == FetchSettings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("intervall = 1", "there is no setting intervall: the settings are contact"),
        ("interval = -1", "interval is -1: write a number of 0 or more"),
        ("per_host = 0", "per_host is 0: write a whole number of 1 or more"),
        ("per_host = 1.5", "per_host is 1.5: write a whole number"),
        ("tries = true", "tries is True"),
        ('private_networks = ["intranet"]', "private_networks is no list of networks"),
        ('private_networks = "10.0.0.0/8"', "private_networks is no list of networks"),
        ('contact = "a\\r\\nX: y"', "write one line of plain letters"),
        ("contact", "is no TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "fetching.toml").write_text(text)
    with pytest.raises(ContractError, match=message):
        read_settings(tmp_path)


def test_settings_that_are_left_out_are_as_by_default(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == FetchSettings()
    (tmp_path / "fetching.toml").write_text('interval = 3\nprivate_networks = ["10.1.0.0/16"]\n')
    found = read_settings(tmp_path)
    assert (found.interval, found.per_host, [str(n) for n in found.networks]) == (3.0, 1, ["10.1.0.0/16"])
