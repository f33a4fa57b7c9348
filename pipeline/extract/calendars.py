"""Calendars: the days that a year, a month and a day of it mean.

What belongs here: arithmetic of calendars, and which years are written in which. What does not: the words of dates
(dates.py).
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Protocol


class Calendar(Protocol):
    """A calendar of twelve months."""

    def day(self, year: int, month: int, day: int) -> date:
        """Returns the day meant; raises ValueError where there is none."""
        ...

    def length(self, year: int, month: int) -> int:
        """Returns how many days a month has."""
        ...

    def parts(self, day: date) -> tuple[int, int, int]:
        """Returns year, month and day of the month."""
        ...


class _Gregorian:
    """The calendar of `datetime`."""

    def day(self, year: int, month: int, day: int) -> date:
        return date(year, month, day)

    def length(self, year: int, month: int) -> int:
        return monthrange(year, month)[1]

    def parts(self, day: date) -> tuple[int, int, int]:
        return day.year, day.month, day.day


class _Persian:
    """The Solar Hijri calendar of Iran and Afghanistan.

    Its leap years, which the equinox decides, are those of the cycle of 33 years that ICU's PersianCalendar has,
    right for the years 1178 to 1633 (Gregorian 1799 to 2255).
    """

    def day(self, year: int, month: int, day: int) -> date:
        if not 1 <= day <= self.length(year, month):
            raise ValueError(f"no day {day} in month {month} of {year}")
        return self._new_year(year) + timedelta(days=31 * (month - 1) - max(0, month - 7) + day - 1)

    def length(self, year: int, month: int) -> int:
        if not 1 <= month <= 12:
            raise ValueError(f"no month {month}")
        if month < 12:
            return 31 if month <= 6 else 30
        return (self._new_year(year + 1) - self._new_year(year)).days - 336

    def parts(self, day: date) -> tuple[int, int, int]:
        year = day.year - 621
        if day < self._new_year(year):
            year -= 1
        since = (day - self._new_year(year)).days
        month = since // 31 + 1 if since < 186 else (since - 186) // 30 + 7
        return year, month, (day - self.day(year, month, 1)).days + 1

    def _new_year(self, year: int) -> date:
        return date.fromordinal(226895 + 365 * (year - 1) + (8 * year + 21) // 33)


GREGORIAN: Final[Calendar] = _Gregorian()
#: Calendars by the name that the value of a month carries, each with the years that are written in it.
CALENDARS: Final[dict[str, tuple[Calendar, range]]] = {
    "": (GREGORIAN, range(1900, 2100)),
    "persian": (_Persian(), range(1280, 1480)),
}


def calendar_of(month: str) -> str:
    """Returns the name of the calendar that the value of a month carries, empty for the Gregorian one."""
    return month.rpartition(" ")[0]


def span(calendar: Calendar, year: int, first: int, last: int) -> tuple[date, date]:
    """Returns the first and last day of the months of a year."""
    return calendar.day(year, first, 1), calendar.day(year, last, calendar.length(year, last))
