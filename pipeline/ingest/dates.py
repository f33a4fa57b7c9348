"""When something was published, read from what a file, feed or page states.

What belongs here: written dates and times, their offsets, and what cannot be. What does not: dates in running text
(pipeline/extract).
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from pipeline.ingest.items import Published

_FIRST_YEAR = 1900  # older dates are errors of writing (year 0025) or of epochs
_AHEAD = timedelta(days=1)  # clocks and time zones differ by less
_MAX_LENGTH = 100  # characters of a written date
_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")
_UTC_NAME = re.compile(r"\s*(?:utc|gmt|z)$", re.IGNORECASE)
_OFFSET_GAP = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_IN_NAME = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)|(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")


def parse_published(value: object, retrieved_at: datetime, zone: str | None = None) -> Published | None:
    """Reads a written date or time: ISO 8601, RFC 822, or a date alone.

    Args:
        value: What is written; anything but a string is no date.
        retrieved_at: When the file was read; publication more than a day later is impossible.
        zone: IANA time zone of the publisher, for times without an offset and for the day of times given in UTC.

    Returns:
        The instant in UTC and the day at the publisher's, or None for what is no date, before 1900 or in the future.
        A date alone is midnight UTC of that day.
    """
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        return None
    written = " ".join(value.split())
    day = _DAY.fullmatch(written)
    try:
        if day:
            year, month, number = map(int, day.groups())
            return _plausible(datetime(year, month, number, tzinfo=UTC), retrieved_at)
        moment = _parse_iso(written) or _parse_rfc822(written)
        if moment is None:
            return None
        here: tzinfo = ZoneInfo(zone) if zone else UTC
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=here)
        elif moment.utcoffset() == timedelta(0):
            moment = moment.astimezone(here)
        return _plausible(moment, retrieved_at)
    except (ValueError, OverflowError):
        return None


def misdated(published: Published | None, *values: object) -> str | None:
    """Returns what stands where a date should, where none could be read of it: the first of the values that is written."""
    if published is not None:
        return None
    written = (" ".join(str(value)[: 2 * _MAX_LENGTH].split())[:_MAX_LENGTH] for value in values if value is not None)
    return next((value for value in written if value), None)


def date_in_name(location: str, retrieved_at: datetime) -> Published | None:
    """Returns the first possible date in a file's name, written YYYY-MM-DD or YYYYMMDD."""
    for match in _IN_NAME.finditer(PurePosixPath(location).name):
        found = parse_published("-".join(filter(None, match.groups())), retrieved_at)
        if found:
            return found
    return None


def _plausible(moment: datetime, retrieved_at: datetime) -> Published | None:
    """Returns the moment unless it cannot be when an article was published."""
    if moment.year < _FIRST_YEAR or moment > retrieved_at + _AHEAD:
        return None
    return Published(moment.astimezone(UTC), moment.date())


def _parse_iso(written: str) -> datetime | None:
    """Reads ISO 8601 with the liberties that publishers take: a gap before the offset, `UTC` for `Z`."""
    try:
        return datetime.fromisoformat(_OFFSET_GAP.sub("", _UTC_NAME.sub("+00:00", written)))
    except ValueError:
        return None


def _parse_rfc822(written: str) -> datetime | None:
    """Reads the dates of RSS and e-mail; `-0000` and unknown zone names leave the offset open."""
    try:
        return parsedate_to_datetime(written if ":" in written else f"{written} 00:00:00 +0000")
    except (TypeError, IndexError):  # what it raises for some strings that are no dates
        return None
