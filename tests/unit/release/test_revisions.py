"""The release before, with the changes applied, is this one; and every change has its cause."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.release import Release
from pipeline.release.revisions import apply_changes, list_changes
from pipeline.store import sort_table
from schemas import TABLES
from schemas.vocabulary import METRICS

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

EVENT = "e_" + "0" * 19 + "1"


def numbers() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, 2**40)


def events(template: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any values that the columns can hold: what an event may be is not the point here."""
    floats = st.none() | st.floats(-180, 180, allow_nan=False) | st.just(-33.9)
    texts = st.none() | st.text(max_size=4)
    columns: dict[str, st.SearchStrategy[Any]] = {
        "event_id": st.integers(0, 6).map(lambda number: f"e_{number:020x}"),
        "event_date_start": st.none() | st.dates(),
        "place_text": texts,
        "country": texts,
        "latitude": floats,
        "longitude": floats,
        "killed_best": numbers(),
        "quantity_high": numbers(),
        "quantity_metric": st.none() | st.sampled_from(METRICS),
        "confidence": st.floats(0, 1),
        "last_changed_release": st.sampled_from(["2026.11.0", "2026.11.1"]),
    }
    return st.fixed_dictionaries({name: columns.get(name, st.just(value)) for name, value in template.items()})


@pytest.fixture(scope="module")
def one_event(first_tables: Tables) -> dict[str, Any]:
    return first_tables["events"].row(0, named=True)


@settings(max_examples=25)
@given(data=st.data())
def test_the_release_before_with_its_changes_is_this_one(
    data: st.DataObject, first_tables: Tables, one_event: dict[str, Any]
) -> None:
    releases = st.lists(events(one_event), max_size=5, unique_by=lambda event: event["event_id"])
    chain = [
        sort_table("events", pl.DataFrame(rows, schema=first_tables["events"].schema))
        for rows in data.draw(st.lists(releases, min_size=2, max_size=4))
    ]
    for before, after in pairwise(chain):
        changes = list_changes(first_tables | {"events": before}, first_tables | {"events": after}, same_code=True)
        assert apply_changes(before, changes).equals(after)
        assert TABLES["changes"].validate(changes).equals(changes)
        assert changes.is_empty() == before.equals(after)


def test_events_come_go_and_change_value_by_value(publish: Publish, changed: Tables, release: Release) -> None:
    new = publish(changed, "2026.11.1")
    assert new
    rows = pl.read_parquet(new.table("changes"))
    of_first = rows.filter(pl.col("event_id") == EVENT).select("kind", "field", "old", "new")
    assert of_first.rows() == [
        ("changed", "killed_high", "20", "25"),
        ("changed", "last_changed_release", "2026.11.0", "2026.11.1"),
    ]
    gone = rows.filter(pl.col("event_id") != EVENT)
    assert set(gone["kind"]) == {"removed"}
    assert gone["new"].null_count() == gone.height
    before = pl.read_parquet(release.table("events"))
    assert apply_changes(before, rows).equals(pl.read_parquet(new.table("events")))


def test_the_first_release_changes_nothing(release: Release) -> None:
    assert pl.read_parquet(release.table("changes")).is_empty()


def test_a_column_that_is_new_or_gone_is_a_change(tables: Tables) -> None:
    older = tables["events"].drop("country").with_columns(mood=pl.lit("calm"))
    changes = list_changes(tables | {"events": older}, tables, same_code=False)
    assert apply_changes(older, changes).equals(tables["events"])
    assert set(changes["field"]) == {"country"}
    assert set(changes["cause"]) == {"code_change"}


def change(tables: Tables, table: str, **columns: Any) -> Tables:
    return tables | {table: tables[table].with_columns(**columns)}


def one_more_article(tables: Tables, url: str) -> Tables:
    """A new article that makes a claim of the first event, at an address."""
    article = tables["articles"].head(1).with_columns(article_id=pl.lit("a_" + "f" * 20), url=pl.lit(url))
    claim = tables["claims"].head(1).with_columns(claim_id=pl.lit("c_" + "f" * 20), article_id=pl.lit("a_" + "f" * 20))
    link = tables["event_claims"].head(1).with_columns(claim_id=pl.lit("c_" + "f" * 20))
    return tables | {
        "articles": pl.concat([tables["articles"], article]),
        "claims": pl.concat([tables["claims"], claim]),
        "event_claims": pl.concat([tables["event_claims"], link]),
    }


def cause_of(before: Tables, after: Tables, *, same_code: bool = True) -> dict[str, tuple[str, str | None]]:
    """What caused each changed field of the first event, once its number is another."""
    after = change(after, "events", killed_high=pl.lit(40, pl.Int64))
    rows = list_changes(before, after, same_code=same_code).filter(pl.col("event_id") == EVENT)
    return {row["field"]: (row["cause"], row["decision_id"]) for row in rows.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        pytest.param(lambda t: one_more_article(t, "https://example.org/other"), "new_source", id="new_article"),
        pytest.param(
            lambda t: one_more_article(t, t["articles"]["url"][0]), "source_update", id="new_text_at_an_old_address"
        ),
        pytest.param(lambda t: change(t, "articles", title=pl.lit("Corrected")), "source_update", id="new_title"),
        pytest.param(lambda t: change(t, "actions", family=pl.lit("violence|other")), "codebook_change", id="action"),
        pytest.param(lambda t: change(t, "places", name=pl.lit("Newport")), "codebook_change", id="place"),
        pytest.param(lambda t: change(t, "claims", extractor_version=pl.lit("9")), "code_change", id="extractor"),
        pytest.param(lambda t: t, "code_change", id="nothing_that_was_read"),
    ],
)  # fmt: skip
def test_a_change_has_its_cause(tables: Tables, make: Callable[[Tables], Tables], cause: str) -> None:
    before = change(tables, "articles", url=pl.lit("https://example.org/one"))
    assert cause_of(before, make(before), same_code=False) == {"killed_high": (cause, None)}


def test_the_first_cause_that_holds_is_named(tables: Tables) -> None:
    both = change(one_more_article(tables, "https://example.org/other"), "actions", family=pl.lit("other"))
    assert cause_of(tables, both)["killed_high"][0] == "new_source"


def test_an_article_that_takes_a_claim_away_is_the_cause_in_both_events(tables: Tables) -> None:
    after = one_more_article(tables, "https://example.org/other")
    other = "e_" + "0" * 19 + "2"
    # The new claim belongs to the second event, and drew one of the first event's claims with it.
    links = after["event_claims"].with_columns(
        event_id=pl.when(pl.col("claim_id").is_in(["c_" + "f" * 20, "c_" + "0" * 19 + "2"]))
        .then(pl.lit(other))
        .otherwise("event_id")
    )
    assert cause_of(tables, after | {"event_claims": links}, same_code=False)["killed_high"][0] == "new_source"


def test_dates_and_numbers_are_told_exactly(tables: Tables) -> None:
    after = change(tables, "events", latitude=pl.lit(-33.9), event_date_end=pl.lit(date(2027, 1, 2)))
    rows = list_changes(tables, after, same_code=True).filter(pl.col("event_id") == EVENT)
    assert dict(rows.select("field", "new").iter_rows()) == {"latitude": "-33.9", "event_date_end": "2027-01-02"}


# ---------------------------------------------------------------------------- decisions

DECISION = "d_" + "0" * 20


def decide(tables: Tables, kind: str, target: str = EVENT, field: str | None = None, state: str = "applied") -> Tables:
    """The tables with one decision of a person in force."""
    row = {
        "decision_id": DECISION, "kind": kind, "target_ids": [target], "field": field, "value": None, "expect": "{}",
        "reason": "read it", "author": "ada", "date": date(2026, 11, 20), "adjudicates": False,
        "location": "corrections.yml, line 1", "state": state, "state_reason": None,
    }  # fmt: skip
    return tables | {"decisions": pl.DataFrame([row], schema=tables["decisions"].schema)}


def test_a_decision_is_the_cause_of_what_it_changed(tables: Tables) -> None:
    after = one_more_article(decide(tables, "override", field="killed_high"), "https://example.org/other")
    after = change(after, "events", injured_high=pl.lit(9, pl.Int64), last_changed_release=pl.lit("2026.11.1"))
    assert cause_of(tables, after) == {
        "killed_high": ("human_decision", DECISION),
        "last_changed_release": ("human_decision", DECISION),
        "injured_high": ("new_source", None),
    }


@pytest.mark.parametrize("kind", ["accept", "reject", "merge", "split"])
def test_other_decisions_are_the_cause_of_all_of_an_event(tables: Tables, kind: str) -> None:
    assert cause_of(tables, decide(tables, kind)) == {"killed_high": ("human_decision", DECISION)}


def test_a_decision_that_was_in_force_before_changes_nothing_again(tables: Tables) -> None:
    before = decide(tables, "accept")
    after = one_more_article(before, "https://example.org/other")
    assert cause_of(before, after) == {"killed_high": ("new_source", None)}
    assert cause_of(tables, decide(tables, "accept", state="stale"), same_code=False)["killed_high"][0] == "code_change"


def test_a_decision_that_is_taken_back_is_a_cause_without_its_id(tables: Tables) -> None:
    assert cause_of(decide(tables, "accept"), tables) == {"killed_high": ("human_decision", None)}


def test_an_alias_is_the_cause_of_the_sides_that_it_names(tables: Tables) -> None:
    before = change(tables, "events", actor_id=pl.lit(None, pl.String))
    after = change(decide(tables, "alias", target="AAA", field="en"), "events", actor_id=pl.lit("AAA"))
    causes = cause_of(before, after)
    assert causes["actor_id"] == ("human_decision", DECISION)
    assert causes["killed_high"][0] != "human_decision"


def test_a_claim_that_a_decision_moved_is_the_cause_in_both_events(tables: Tables) -> None:
    after = decide(tables, "split", target="e_" + "0" * 19 + "2")
    row = {"claim_id": "c_" + "0" * 19 + "2", "from_event_id": "e_" + "0" * 19 + "2", "to_event_id": EVENT, "decision_id": DECISION}  # fmt: skip
    after |= {"moved_claims": pl.DataFrame([row], schema=tables["moved_claims"].schema)}
    assert cause_of(tables, after) == {"killed_high": ("human_decision", DECISION)}
