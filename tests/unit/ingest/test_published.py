from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import NOW

from pipeline.ingest.dates import date_in_name, parse_published

KIEV = "Europe/Kyiv"
JAKARTA = "Asia/Jakarta"


@pytest.mark.parametrize(
    ("written", "zone", "instant", "day"),
    [
        pytest.param("2026-05-03T23:30:00+07:00", None, "2026-05-03T16:30", "2026-05-03", id="offset ahead of UTC"),
        pytest.param("2026-05-03T02:30:00+07:00", None, "2026-05-02T19:30", "2026-05-03", id="local day after UTC day"),
        pytest.param(
            "2026-05-03T22:00:00-05:00", None, "2026-05-04T03:00", "2026-05-03", id="local day before UTC day"
        ),
        pytest.param("2026-05-03T22:00:00Z", None, "2026-05-03T22:00", "2026-05-03", id="Z"),
        pytest.param(
            "2026-05-03T22:00:00Z", JAKARTA, "2026-05-03T22:00", "2026-05-04", id="Z says nothing of the place"
        ),
        pytest.param("2026-05-03T22:00:00+02:00", JAKARTA, "2026-05-03T20:00", "2026-05-03", id="offset before zone"),
        pytest.param("2026-05-03T22:00:00", None, "2026-05-03T22:00", "2026-05-03", id="no offset, no zone"),
        pytest.param("2026-05-03T01:00:00", KIEV, "2026-05-02T22:00", "2026-05-03", id="no offset, summer time"),
        pytest.param("2026-01-03T01:00:00", KIEV, "2026-01-02T23:00", "2026-01-03", id="no offset, winter time"),
        pytest.param("2026-05-03 22:00:00 +0700", None, "2026-05-03T15:00", "2026-05-03", id="gap before offset"),
        pytest.param("2026-05-03 22:00:00 UTC", None, "2026-05-03T22:00", "2026-05-03", id="named UTC"),
        pytest.param("20260503T220000Z", None, "2026-05-03T22:00", "2026-05-03", id="basic form"),
        pytest.param(
            "2026-05-03T22:00:00.123456789Z", None, "2026-05-03T22:00:00.123456", "2026-05-03", id="nanoseconds"
        ),
        pytest.param("2026-05-03", JAKARTA, "2026-05-03T00:00", "2026-05-03", id="day alone is midnight UTC"),
        pytest.param("20260503", None, "2026-05-03T00:00", "2026-05-03", id="day without marks"),
        pytest.param("2026/05/03", None, "2026-05-03T00:00", "2026-05-03", id="day with slashes"),
        pytest.param("2024-02-29", None, "2024-02-29T00:00", "2024-02-29", id="leap day"),
        pytest.param("Sun, 03 May 2026 23:30:00 +0700", None, "2026-05-03T16:30", "2026-05-03", id="RFC 822"),
        pytest.param("Sun, 03 May 2026 23:30:00 GMT", None, "2026-05-03T23:30", "2026-05-03", id="RFC 822, GMT"),
        pytest.param("03 May 2026 23:30 EST", None, "2026-05-04T04:30", "2026-05-03", id="RFC 822, EST"),
        pytest.param("03 May 2026 23:30 WIB", JAKARTA, "2026-05-03T16:30", "2026-05-03", id="unknown name: zone"),
        pytest.param("03 May 2026 01:30 -0000", JAKARTA, "2026-05-02T18:30", "2026-05-03", id="offset not known"),
        pytest.param("Sun, 03 May 2026", None, "2026-05-03T00:00", "2026-05-03", id="RFC 822 without time"),
        pytest.param("  2026-05-03 \n", None, "2026-05-03T00:00", "2026-05-03", id="blanks around"),
        pytest.param("2026-05-21T11:59:00Z", None, "2026-05-21T11:59", "2026-05-21", id="within a day ahead"),
    ],
)
def test_a_written_date_gives_the_instant_and_the_local_day(
    written: str, zone: str | None, instant: str, day: str
) -> None:
    found = parse_published(written, NOW, zone)
    assert found is not None
    assert found.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.at.utcoffset() == timedelta(0)
    assert found.local_date == date.fromisoformat(day)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("2026-02-31", id="31 February"),
        pytest.param("2025-02-29T10:00:00Z", id="29 February of no leap year"),
        pytest.param("Sat, 31 Feb 2026 10:00:00 GMT", id="31 February, RFC 822"),
        pytest.param("2026-13-01", id="month 13"),
        pytest.param("2026-05-03T25:00:00Z", id="hour 25"),
        pytest.param("0025-05-03T10:00:00Z", id="year 25"),
        pytest.param("1899-12-31", id="before 1900"),
        pytest.param("2026-05-22", id="the day after tomorrow"),
        pytest.param("9999-12-31T23:59:59-12:00", id="end of the calendar"),
        pytest.param("0001-01-01T00:00:00+12:00", id="begin of the calendar"),
        pytest.param("2026", id="year alone"),
        pytest.param("2026-05", id="month alone"),
        pytest.param("yesterday", id="words"),
        pytest.param("", id="empty"),
        pytest.param("1" * 5_000, id="long"),
        pytest.param("03 May 2026 10:00:00 +99999999", id="impossible offset"),
        pytest.param(1_777_777_777, id="number"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_is_no_possible_date_gives_none(written: object) -> None:
    assert parse_published(written, NOW) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-05-03-report.en.txt", "2026-05-03"),
        ("report_20260503.txt", "2026-05-03"),
        ("folder/2026-05-03/report.txt", None),
        ("20261399-20260503.txt", "2026-05-03"),
        ("120260503.txt", None),
        ("2026-02-31.txt", None),
        ("2027-01-01.txt", None),
        ("report.txt", None),
    ],
)
def test_a_name_gives_its_first_possible_date(name: str, day: str | None) -> None:
    found = date_in_name(name, NOW)
    assert (found.local_date.isoformat() if found else None) == day


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[0-9TZ:+\- ]{1,40}", fullmatch=True))
def test_no_string_breaks_it_and_none_is_in_the_future(written: str) -> None:
    found = parse_published(written, NOW, KIEV)
    assert found is None or found.at <= NOW + timedelta(days=1)


@settings(deadline=None)
@given(st.datetimes(NOW.replace(1900, tzinfo=None), NOW.replace(day=18, tzinfo=None), timezones=st.timezones()))
def test_every_zone_keeps_instant_and_local_day(moment: datetime) -> None:
    found = parse_published(moment.isoformat(), NOW)
    assert found is not None
    assert found.at == moment.astimezone(UTC)
    assert found.local_date == moment.date()
