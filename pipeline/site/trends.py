"""What happened when and where: people killed and injured by month, events by country.

What belongs here: sums that hold without a script, by the database's own views. What does not: drawing (charts.py),
filters (assets/explorer.js).
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from pipeline.release import query
from pipeline.site.charts import MonthSum
from pipeline.site.edition import Edition

#: Most months that a chart shows, ending with the newest: ten years.
MONTHS: Final = 120


class CountrySum(NamedTuple):
    """One country: its code and name, its events, and people killed in incidents: lowest, best, highest."""

    country: str | None
    name: str
    events: int
    low: int
    best: int
    high: int


def sum_months(edition: Edition, metric: str) -> list[MonthSum]:
    """Returns the people of a metric by month, every month from the first to the last; the newest `MONTHS` of them.

    Incidents alone: running totals and levels cannot be added up.
    """
    frame = query(
        edition.folder,
        f"SELECT month, sum({metric}_low)::BIGINT AS low, sum({metric}_best)::BIGINT AS best,"
        f" sum({metric}_high)::BIGINT AS high FROM casualties_by_country_month"
        f" WHERE {metric}_best IS NOT NULL AND month IS NOT NULL GROUP BY month ORDER BY month",
    )
    known = {row[0]: MonthSum(*row) for row in frame.iter_rows()}
    if not known:
        return []
    months = _months_between(min(known), max(known))[-MONTHS:]
    return [known.get(first, MonthSum(first, 0, 0, 0)) for first in months]


def sum_countries(edition: Edition) -> list[CountrySum]:
    """Returns every country with events, most events first; events without a country last."""
    frame = query(
        edition.folder,
        "SELECT e.country, e.events, coalesce(c.low, 0)::BIGINT, coalesce(c.best, 0)::BIGINT, coalesce(c.high, 0)::BIGINT"
        " FROM (SELECT country, count(*) AS events FROM events GROUP BY country) AS e LEFT JOIN"
        " (SELECT country, sum(killed_low) AS low, sum(killed_best) AS best, sum(killed_high) AS high"
        " FROM casualties_by_country_month GROUP BY country) AS c ON e.country IS NOT DISTINCT FROM c.country"
        " ORDER BY e.country IS NULL, e.events DESC, e.country",
    )
    return [
        CountrySum(row[0], edition.country_name(row[0]) or "no country named", *row[1:]) for row in frame.iter_rows()
    ]


def undatable(edition: Edition) -> int:
    """Returns how many events count people but stand in no month: running totals, levels, and those of longer spans."""
    events = edition.tables["events"]
    counted = pl.any_horizontal(pl.col("^(killed|injured|casualties)_(low|best|high)$").is_not_null())
    same = pl.col("event_date_start").dt.truncate("1mo") == pl.col("event_date_end").dt.truncate("1mo")
    shown = (pl.col("accounting") == "increment") & same.fill_null(value=False)
    return events.filter(counted & ~shown).height


def _months_between(first: date, last: date) -> Sequence[date]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
