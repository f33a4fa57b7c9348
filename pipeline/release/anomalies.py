"""Whether a release moved further from the one before than news alone moves it: volume, shares, headline, freshness.

What belongs here: bounds, and the questions that compare figures with them. What does not: rules of rows (a release
that breaks these is none), and who lets a release pass all the same (index.py).

A movement past its bound is no error. It keeps a release at the grade `candidate` until a person has looked at it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import polars as pl

Tables = Mapping[str, pl.DataFrame]

#: A source that was not read for longer is stale; so many of the enabled ones may be, as some site is always down.
STALE_AFTER: Final = timedelta(days=3)
STALE_SHARE: Final = 0.2

#: Granted on top to a source that is read once a week.
_WEEK: Final = timedelta(days=7)

#: Rows may fall by this share (news is not unsaid) or grow to this multiple, beyond a count that one bad day explains.
FALL: Final = 0.1
GROWTH: Final = 2.0
FEW_ROWS: Final = 50

#: By how much the share of a source among the articles may move.
SHARE: Final = 0.2

#: By how much the dead and injured of all events, and of each country's, may move, beyond a number of people.
HEADLINE: Final = 0.25
COUNTRY: Final = 0.5
FEW_PEOPLE: Final = 100

CHECKS: Final = {
    "freshness": "Sources were read lately",
    "volume": "No table fell or grew more than news alone makes it",
    "source_share": "No source takes far more or less of the articles than before",
    "headline": "The numbers of dead and injured moved no more than news alone moves them",
}


class Check(NamedTuple):
    """The answer to one question: what moved past its bound, in words; nothing: it passed."""

    name: str
    movements: list[str]


def judge_release(before: Tables, after: Tables, now: datetime) -> list[Check]:
    """Returns the answers for a release.

    Args:
        before: Tables of the release before; empty for the first, which can only be stale.
        after: Its tables.
        now: When it is made (UTC).
    """
    checks = [Check("freshness", list(_find_stale(after["sources"], after["coverage"], now.date())))]
    compare = {"volume": _compare_volumes, "source_share": _compare_shares, "headline": _compare_headlines}
    known = {"articles", "claims", "events"} <= set(before)
    return checks + [Check(name, list(ask(before, after)) if known else []) for name, ask in compare.items()]


def _find_stale(sources: pl.DataFrame, coverage: pl.DataFrame, today: date) -> Iterator[str]:
    if coverage.is_empty():
        return
    read = coverage.filter("is_read").group_by("source_id").agg(last=pl.col("day").max())
    enabled = sources.filter("enabled").join(read, on="source_id", how="left").sort("source_id")
    rare = pl.when(pl.col("cadence") == "weekly").then(pl.lit(_WEEK)).otherwise(pl.lit(timedelta(0)))
    stale = enabled.filter(pl.col("last").is_null() | (pl.col("last") < pl.lit(today) - STALE_AFTER - rare))
    if stale.height > STALE_SHARE * enabled.height:
        for source, last in stale.select("source_id", "last").iter_rows():
            yield f"{source} was {f'last read on {last}' if last else 'never read'}"


def _compare_volumes(before: Tables, after: Tables) -> Iterator[str]:
    for table in ("articles", "claims", "events"):
        old, new = before[table].height, after[table].height
        if abs(new - old) > FEW_ROWS and not old * (1 - FALL) <= new <= old * GROWTH:
            yield f"{table} went from {old:,} to {new:,} rows"


def _compare_shares(before: Tables, after: Tables) -> Iterator[str]:
    if min(before["articles"].height, after["articles"].height) < FEW_ROWS:
        return
    old, new = (
        {source: count / tables["articles"].height for source, count in tables["articles"]["source_id"].value_counts().iter_rows()}
        for tables in (before, after)
    )  # fmt: skip
    for source in sorted(old.keys() | new.keys()):
        if abs(new.get(source, 0) - old.get(source, 0)) > SHARE:
            yield f"{source} went from {old.get(source, 0):.0%} to {new.get(source, 0):.0%} of the articles"


def _compare_headlines(before: Tables, after: Tables) -> Iterator[str]:
    for metric in ("killed", "injured"):
        old, new = (_add_up(tables["events"], metric) for tables in (before, after))
        totals = (("all events", HEADLINE, sum(old.values()), sum(new.values())),)
        countries = tuple(
            (country, COUNTRY, old.get(country, 0), new.get(country, 0)) for country in sorted(old.keys() | new.keys())
        )
        for name, bound, was, now in (*totals, *countries):
            if abs(now - was) > max(bound * was, FEW_PEOPLE):
                yield f"{metric}, {name}: {was:,} to {now:,}"


def _add_up(events: pl.DataFrame, metric: str) -> dict[str, int]:
    """Returns the people of each country in the events that can be added up."""
    sums = (
        events.filter(pl.col("accounting") == "increment")
        .group_by(pl.col("country").fill_null("no country"))
        .agg(pl.coalesce(f"{metric}_best", f"{metric}_low").sum())
    )
    return dict(sums.iter_rows())
