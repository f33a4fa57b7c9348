"""Claims of several months: joined over the month's end, and alike however the work is divided."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest
from claim_frames import Resolved, actions_frame, killed, make_article, make_claim

from benchmarks.claims import News, make_news
from pipeline.resolve import Former, resolve_claims
from pipeline.resolve.segments import split_rows
from pipeline.workers import spread_over

LAST = date(2031, 3, 31)
NEXT = LAST + timedelta(days=1)


@cache
def news() -> News:
    """Returns claims of all months of five years."""
    return make_news(4_000)


@cache
def resolved() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns their events and event_claims, made here in tasks of the usual size."""
    return resolve_claims(news().claims, news().articles, actions_frame(), Former.of({}))


@pytest.mark.parametrize("task_claims", [1, 150, 10**9])
def test_tables_do_not_depend_on_the_size_of_tasks_or_the_order_of_rows(task_claims: int) -> None:
    articles, claims = (frame.sample(fraction=1, shuffle=True, seed=7) for frame in news()[:2])
    events, links = resolve_claims(claims, articles, actions_frame(), Former.of({}), task_claims=task_claims)
    assert events.equals(resolved()[0])
    assert links.equals(resolved()[1])


def test_tables_do_not_depend_on_the_number_of_processes() -> None:
    spread = spread_over(2)
    events, links = resolve_claims(
        news().claims, news().articles, actions_frame(), Former.of({}), spread, task_claims=500
    )
    assert events.equals(resolved()[0])
    assert links.equals(resolved()[1])


def test_generated_claims_join_into_fewer_events_each_of_one_country() -> None:
    events, links = resolved()
    told = links.join(news().claims, on="claim_id").drop_nulls("country")
    assert 0.2 < events.height / links.height < 0.5
    assert told.group_by("event_id").agg(pl.col("country").n_unique())["country"].max() == 1


def test_rows_of_one_value_are_never_in_two_slices() -> None:
    rows = pl.DataFrame({"key": [1, 1, 2, 3, 3, 3, 4]})
    assert [part["key"].to_list() for part in split_rows(rows, "key", 3)] == [[1, 1, 2], [3, 3, 3], [4]]
    assert list(split_rows(rows.clear(), "key", 3)) == []


def test_news_of_the_first_of_a_month_joins_what_happened_on_the_last_of_the_month_before() -> None:
    claims = [
        killed("1", 12, "one", event_date_start=LAST),
        killed("2", 12, "two", date_basis="publication", event_date_start=NEXT),
    ]
    assert Resolved(claims).are_one("1", "2")


def test_the_same_number_a_day_later_joins_over_the_end_of_a_month() -> None:
    claims = [killed("1", 12, "one", event_date_start=LAST), killed("2", 12, "two", event_date_start=NEXT)]
    assert Resolved(claims).are_one("1", "2")
    assert not Resolved([claims[0], killed("2", 7, "two", event_date_start=NEXT)]).are_one("1", "2")


def test_a_vague_report_over_the_end_of_a_month_does_not_tie_two_places_together() -> None:
    span: dict[str, Any] = {"event_date_start": LAST, "event_date_end": NEXT, "date_precision": "range"}
    sides = {"actor_id": "RUS_MIL", "recipient_id": "UKR"}
    claims = [
        make_claim("vague", "zero", country="UKR", place_precision="country", **span, **sides),
        killed("a", 4, "one", event_date_start=LAST, **sides),
        killed("b", 4, "two", place_id="22", event_date_start=NEXT, **sides),
    ]
    found = Resolved(claims)
    assert found.events.height == 2
    assert found.are_one("vague", "a") or found.are_one("vague", "b")


def test_a_denial_in_the_next_month_stands_beside_what_it_denies() -> None:
    denial = killed("2", None, "two", metric=None, date_basis="publication", event_date_start=NEXT, claim_mode="denied",
                    accounting="unknown", quantity_bound=None)  # fmt: skip
    found = Resolved([killed("1", 12, "one", event_date_start=LAST), denial])
    assert found.are_one("1", "2")
    assert found.link("2")["relation"] == "contradicts"
    assert found.event("1")["killed_best"] == 12


def test_a_toll_told_as_a_total_joins_its_incident() -> None:
    sides = {"recipient_id": "UKR"}
    claims = [
        killed("1", 12, "one", event_date_start=LAST, **sides),
        killed("2", 12, "two", event_date_start=LAST, accounting="cumulative", action="shelling", **sides),
    ]
    assert Resolved(claims).are_one("1", "2")


def test_undated_claims_join_those_of_their_article_in_another_month() -> None:
    article = make_article("one", date(2031, 5, 2))
    facts = {"actor_id": "RUS_MIL", "country": "UKR", "metric": "killed", "place_id": "11"}
    claims = [
        make_claim("1", quantity_best=12, event_date_start=LAST, **facts),
        make_claim("2", quantity_best=12, event_date_start=None, **facts),
    ]
    assert Resolved(claims, [article]).are_one("1", "2")
