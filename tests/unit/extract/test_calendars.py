"""Days of other calendars are those of the Gregorian one that they are called by."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.calendars import CALENDARS, span

PERSIAN, YEARS = CALENDARS["persian"]


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1399, 12, 30), date(2021, 3, 20)),
        ((1400, 1, 1), date(2021, 3, 21)),
        ((1403, 1, 1), date(2024, 3, 20)),
        ((1403, 7, 1), date(2024, 9, 22)),
        ((1403, 12, 30), date(2025, 3, 20)),
    ],
    ids=str,
)
def test_days_of_the_solar_hijri_calendar_are_known(parts: tuple[int, int, int], day: date) -> None:
    assert PERSIAN.day(*parts) == day


@given(st.dates(PERSIAN.day(YEARS[0], 1, 1), PERSIAN.day(YEARS[-1], 12, 29)))
def test_a_day_has_one_name_in_each_calendar(day: date) -> None:
    for calendar, _ in CALENDARS.values():
        year, month, of_month = calendar.parts(day)
        assert calendar.day(year, month, of_month) == day
        first, last = span(calendar, year, month, month)
        assert first <= day <= last


@pytest.mark.parametrize("parts", [(1402, 12, 30), (1403, 7, 31), (1403, 13, 1), (1403, 1, 0)], ids=str)
def test_days_that_a_calendar_lacks_are_errors(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no "):
        PERSIAN.day(*parts)
