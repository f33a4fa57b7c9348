"""No wrong day: changes of the clock in many zones, leap days, dates alone, dates that cannot be."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from ingesting import NOW, Bytes, parse, raw_frame, raw_row
from support import Reliability

from pipeline.ingest import make_articles
from pipeline.ingest.dates import parse_published
from schemas import Quarantine

#: Zones that change their clocks: by half an hour, at midnight, south and north.
ZONES = (
    "Europe/Kyiv", "Europe/London", "Europe/Berlin", "Europe/Lisbon", "Europe/Chisinau", "Asia/Beirut", "Asia/Jerusalem",
    "Africa/Cairo", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/St_Johns", "America/Havana",
    "America/Santiago", "America/Asuncion", "America/Port-au-Prince", "Australia/Sydney", "Australia/Lord_Howe",
    "Pacific/Auckland", "Pacific/Chatham", "Atlantic/Azores", "America/Scoresbysund", "Africa/Casablanca",
)  # fmt: skip
YEAR = 2023
LATER = datetime(2024, 6, 1, tzinfo=UTC)


def changes(zone: ZoneInfo) -> list[datetime]:
    """Returns the hours of a year (UTC) after which the offset is another one."""
    hours = [datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(365 * 24)]
    return [a for a, b in pairwise(hours) if a.astimezone(zone).utcoffset() != b.astimezone(zone).utcoffset()]


def written(moment: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str | None, date]]:
    """Yields ways of writing a moment, the zone of the source, and the day that it was at the publisher's."""
    there = moment.astimezone(zone)
    yield there.isoformat(), None, there.date()
    if there.utcoffset():  # an offset of nought says nothing of the place, so that the source's zone counts
        yield there.isoformat(), "Asia/Tokyo", there.date()
    yield moment.isoformat().replace("+00:00", "Z"), str(zone), there.date()
    yield there.replace(tzinfo=None).isoformat(), str(zone), there.date()
    yield f"{there:%a, %d %b %Y %H:%M:%S %z}", str(zone), there.date()
    yield f"{moment:%a, %d %b %Y %H:%M:%S} GMT", str(zone), there.date()
    yield f"{there:%Y-%m-%d}", str(zone), there.date()


def test_no_day_is_wrong_around_the_changes_of_the_clock(reliability: Reliability, torture: int) -> None:
    rng, wrong, tried, changed = random.Random(7), [], 0, 0
    for name in ZONES:
        zone = ZoneInfo(name)
        found = changes(zone)
        changed += len(found)
        minutes = range(-180, 240, 1 if torture else 13)
        moments = [hour + timedelta(minutes=minute) for hour in found for minute in minutes]
        moments += [datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(525_600)) for _ in range(20)]
        for moment in moments:
            for text, hint, day in written(moment, zone):
                tried += 1
                result = parse_published(text, LATER, hint)
                if result is None or result.local_date != day:
                    wrong.append((text, hint, day, result))
    reliability("days", tried, len(wrong), f"{len(ZONES)} zones, {changed} changes of the clock")
    assert wrong == []
    assert changed >= 2 * 20


def test_the_instant_is_right_where_the_clock_tells_an_hour_twice_or_not_at_all() -> None:
    assert parse_published("2023-10-29T03:30:00", LATER, "Europe/Kyiv") is not None
    twice = parse_published("2023-10-29T03:30:00", LATER, "Europe/Kyiv")
    never = parse_published("2023-03-26T03:30:00", LATER, "Europe/Kyiv")
    assert twice is not None and twice.at == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)  # noqa: PT018  (the first of the two)
    assert never is not None and never.local_date == date(2023, 3, 26)  # noqa: PT018


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", "2024-02-29"), ("2024-02-29T23:59:59-12:00", "2024-02-29"), ("Thu, 29 Feb 2024 00:00:00 +1400", "2024-02-29"),
        ("2024-03-01T00:00:00+14:00", "2024-03-01"), ("2023-02-29", None), ("1900-02-29", None), ("2000-02-29", "2000-02-29"),
        ("0025-05-03", None), ("25-05-03T10:00:00Z", None), ("2026-05-03", "2026-05-03"), ("2026-06-03", None),
        ("2126-05-03", None), ("2026-02-31", None), ("2026-04-31T10:00:00Z", None), ("1970-01-01", "1970-01-01"),
        ("0001-01-01", None), ("9999-12-31", None), ("2026-05-20T24:00:00Z", None), ("2026-13-01", None),
    ],
)  # fmt: skip
def test_a_day_is_the_one_that_is_written_or_none(text: str, day: str | None, reliability: Reliability) -> None:
    found = parse_published(text, NOW)
    right = (found.local_date.isoformat() if found else None) == day
    reliability("days", 1, not right, "leap days, impossible and future days")
    assert right


IMPOSSIBLE = ("0025-05-03", "2126-01-01", "2026-02-31", "yesterday")
STORIES = (
    "Gunmen attacked a village near the border and killed nine civilians, the army said.",
    "A drone struck a fuel depot outside the port; four workers were hurt, according to the governor.",
    "Police arrested twelve protesters after a march to the parliament ended in clashes on Sunday.",
    "Both sides signed a truce in the capital, and the first prisoners are to be exchanged tomorrow.",
)


@pytest.mark.parametrize("form", ["jsonl", "feed", "json_feed", "page"])
def test_an_impossible_date_is_quarantined_and_its_article_kept(form: str, reliability: Reliability) -> None:
    store = Bytes()
    rows = []
    for number, text in enumerate(IMPOSSIBLE):
        story = STORIES[number]
        bodies = {
            "jsonl": ("application/x-ndjson", json.dumps({"text": story, "published": text})),
            "feed": (
                "application/xml",
                f"<rss><channel><item><description>{story}</description><pubDate>{text}</pubDate></item></channel></rss>",
            ),
            "json_feed": (
                "application/feed+json",
                json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": story, "date_published": text}]}),
            ),
            "page": (
                "text/html",
                f'<html><head><meta property="article:published_time" content="{text}"></head><body><article>'
                f"<p>{story} {story}</p></article></body></html>",
            ),
        }  # fmt: skip
        media_type, body = bodies[form]
        kind = "feed" if form in ("feed", "json_feed") else "folder"
        rows.append(raw_row(store, f"{number}.x", media_type, body.encode(), kind=kind))
    articles, inputs, refused, _ = make_articles(parse(store, raw_frame(*rows)))
    Quarantine.validate(refused)
    kept = articles.height == len(IMPOSSIBLE) and articles["published_at"].is_null().all()
    told = refused["reason"].to_list() == ["impossible_date"] * len(IMPOSSIBLE)
    reliability(
        "days", len(IMPOSSIBLE), 0 if kept and told else len(IMPOSSIBLE), "impossible dates quarantined, articles kept"
    )
    assert kept
    assert articles["published_basis"].unique().to_list() == ["unknown"]
    assert inputs["state"].unique().to_list() == ["article"]
    assert told
    assert sorted(refused["record_id"]) == sorted(articles["article_id"])
    assert all(any(text in detail for text in IMPOSSIBLE) for detail in refused["detail"])
