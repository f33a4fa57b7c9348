"""Decisions replayed on small sets of events: what each does, and what a guard holds back."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl
import pytest
from claim_frames import DAY, actions_frame, articles_frame, claims_frame, killed, make_article, make_id

from pipeline.curation import Decision, apply_aliases, decisions_table, describe_outcome, read_corrections, replay
from pipeline.curation.outcome import stale_table
from pipeline.resolve import Cause, Former, find_heirs, read_registry, remake_events, resolve_claims, resolve_id, settle
from pipeline.validate import check_foreign_keys
from schemas import TABLES, Decisions, StaleDecisions

LVIV = {"place_id": "22"}


class World:
    """Claims of two towns, resolved and corrected release after release."""

    def __init__(self) -> None:
        self.articles = [make_article(name, hour=hour) for name, hour in (("one", 7), ("two", 8), ("three", 9))]
        self.claims = [killed("1", 5, "one"), killed("2", 9, "two"), killed("3", 7, "three", **LVIV)]
        self.former = Former.of({})
        self.number = 0
        self.is_checked = True
        self.tables: dict[str, pl.DataFrame] = {}

    def build(self, *corrections: str) -> "World":
        """Makes the next release of it."""
        self.number += 1
        release = f"2031.03.{self.number}"
        claims, articles, actions = claims_frame(self.claims), articles_frame(self.articles), actions_frame()
        decisions = read_corrections({"a.yml": "".join(corrections).encode()})
        events, links = resolve_claims(claims, articles, actions, self.former)
        heirs = find_heirs(links, claims, self.former)
        self.done = replay(decisions, events, links, heirs, partial(remake_events, claims, articles, actions))
        causes = {
            event: Cause(code, after, decision.decision_id, decision.reason)
            for event, (code, after, decision) in self.done.removals.items()
        }
        settled = settle(
            self.done.events,
            self.done.event_claims,
            self.done.moved_claims,
            claims,
            articles,
            causes,
            self.former,
            release,
        )
        tables = {**settled._asdict(), "claims": claims, "decisions": decisions_table(self.done.outcomes),
                  "stale_decisions": stale_table(self.done.outcomes)}  # fmt: skip
        for name, frame in tables.items() if self.is_checked else ():
            TABLES[name].validate(frame, lazy=True)
        assert (
            check_foreign_keys({name: frame for name, frame in tables.items() if name != "claims"} | {"claims": claims})
            == []
        )
        assert self.done.outcomes == [] or len(self.done.outcomes) == len(decisions)
        self.tables, self.former = tables, Former.of(tables, release)
        return self

    def event_of(self, name: str) -> str | None:
        """Returns the event of a claim, null where it has none."""
        found = self.tables["event_claims"].filter(pl.col("claim_id") == make_id("c", name))["event_id"]
        return found[0] if len(found) else None

    def event(self, name: str) -> dict[str, Any]:
        """Returns the event's row of a claim."""
        return self.tables["events"].row(by_predicate=pl.col("event_id") == self.event_of(name), named=True)

    def grave(self, event: str) -> dict[str, Any]:
        """Returns the tombstone of an event."""
        return self.tables["tombstones"].row(by_predicate=pl.col("event_id") == event, named=True)

    def states(self) -> list[str]:
        """Returns the states of the decisions in order of their location."""
        return self.tables["decisions"].sort("location")["state"].to_list()

    def resolve(self, event: str) -> Any:
        """Returns what became of an id."""
        return resolve_id(event, read_registry(self.tables["id_registry"]))


def correction(kind: str, author: str = "a", day: str = "2031-04-01", **fields: Any) -> str:
    lines = [f"- kind: {kind}"] + [f"  {name}: {_yaml(value)}" for name, value in fields.items()]
    return "\n".join([*lines, "  reason: Seen.", f"  author: {author}", f"  date: {day}"]) + "\n"


def _yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_yaml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return "null" if value is None else str(value)


@pytest.fixture
def world() -> World:
    return World().build()


def test_without_decisions_events_are_the_machine_s(world: World) -> None:
    assert world.event_of("1") == world.event_of("2") != world.event_of("3")
    assert world.tables["moved_claims"].is_empty()
    assert set(world.tables["id_registry"]["status"]) == {"live"}


def test_a_merge_joins_events_and_the_other_id_leads_to_the_first(world: World) -> None:
    keep, other = world.event_of("1"), world.event_of("3")
    merge = correction("merge", events=[keep, other], expect={"event_date_start": DAY})
    world.build(merge)
    assert {world.event_of(name) for name in "123"} == {keep}
    assert world.event("1")["n_claims"] == 3
    grave = world.grave(str(other))
    assert (grave["reason_code"], grave["successor_ids"], grave["removed_in"]) == ("merged_into", keep, "2031.03.2")
    assert world.resolve(str(other)).live == (keep,)
    before = world.tables
    world.build(merge)  # replayed: the same
    assert all(world.tables[name].equals(before[name]) for name in before)


def test_a_withdrawn_merge_gives_the_event_a_new_id_and_the_old_one_leads_to_both(world: World) -> None:
    keep, other = str(world.event_of("1")), str(world.event_of("3"))
    world.build(correction("merge", events=[keep, other], expect={"event_date_start": DAY})).build()
    new = str(world.event_of("3"))
    assert new not in (keep, other)
    assert set(world.resolve(other).live) == {keep, new}
    world.build()
    assert world.event_of("3") == new


def test_a_split_ends_the_event_and_its_parts_follow_it(world: World) -> None:
    event = str(world.event_of("1"))
    split = correction("split", event=event, claims=[[make_id("c", "2")]], expect={"n_claims": 2})
    world.build(split)
    parts = [str(world.event_of("1")), str(world.event_of("2"))]
    assert len({*parts, event}) == 3
    assert world.grave(event)["successor_ids"] == " ".join(sorted(parts))
    assert (world.event("1")["killed_best"], world.event("2")["killed_best"]) == (5, 9)
    world.claims.append(killed("4", 5, "one"))
    world.build(split.replace("n_claims: 2", "n_claims: 3"))
    assert [world.event_of("1"), world.event_of("2")] == parts
    assert world.event_of("4") == parts[0]  # what is named nowhere stays with the rest


def test_a_split_that_is_withdrawn_and_decided_again_keeps_its_new_ids(world: World) -> None:
    event = str(world.event_of("1"))
    split = correction("split", event=event, claims=[[make_id("c", "2")]], expect={"n_claims": 2})
    world.build(split).build()
    assert world.event_of("1") == world.event_of("2") != event
    world.build(split)
    again = [world.event_of("1"), world.event_of("2")]
    world.build(split)
    assert [world.event_of("1"), world.event_of("2")] == again
    assert len(set(world.tables["id_registry"]["event_id"])) == world.tables["id_registry"].height


def test_a_rejected_event_is_gone_and_stays_gone(world: World) -> None:
    event = str(world.event_of("3"))
    reject = correction("reject", event=event, expect={"killed_best": 7})
    for _ in range(2):
        world.build(reject)
        assert world.event_of("3") is None
        assert world.grave(event)["reason_code"] == "rejected"
        assert world.resolve(event).live == ()
        assert world.states() == ["applied"]
    world.claims.append(killed("4", 7, "one", **LVIV))
    world.build(reject)
    assert world.event_of("4") is None  # a later report of it is of the same event


def test_an_override_sets_a_value_until_the_machine_says_otherwise(world: World) -> None:
    override = correction("override", event=world.event_of("3"), field="killed_best", value=7, expect=5)
    high = correction("override", event=world.event_of("3"), field="killed_high", value=8, expect=7)
    world.build(high)
    assert (world.event("3")["killed_high"], world.event("3")["estimate_rule"]) == (8, "decision")
    assert world.states() == ["applied"]
    world.claims[2] = killed("3", 6, "three", **LVIV)
    world.build(high)
    assert world.event("3")["killed_high"] == 6
    assert world.states() == ["stale"]
    stale = world.tables["stale_decisions"].row(0, named=True)
    assert stale["reason_code"] == "value_changed"
    assert '"killed_high": 6' in stale["found"]
    assert "not applied, value_changed" in describe_outcome(world.tables["decisions"])
    world.build(override)
    assert world.tables["stale_decisions"]["reason_code"].to_list() == ["value_changed"]


def test_an_override_that_the_data_caught_up_with_is_stale(world: World) -> None:
    world.build(correction("override", event=world.event_of("3"), field="killed_best", value=7, expect=5))
    assert world.tables["stale_decisions"]["reason_code"].to_list() == ["already_so"]


def test_overrides_that_would_break_the_contract_are_not_applied(world: World) -> None:
    event = world.event_of("3")
    world.build(correction("override", event=event, field="killed_best", value=20, expect=7))
    assert world.event("3")["killed_best"] == 7
    assert world.tables["stale_decisions"]["reason_code"].to_list() == ["breaks_contract"]
    both = [correction("override", event=event, field=f, value=20, expect=7) for f in ("killed_best", "killed_high")]
    world.build(*both)
    assert (world.event("3")["killed_best"], world.states()) == (20, ["applied", "applied"])


def test_the_later_of_two_overrides_counts_unless_one_adjudicates(world: World) -> None:
    event = world.event_of("3")
    low, lower = (correction("override", author, day, event=event, field="killed_low", value=value, expect=7)
                  for author, day, value in (("a", "2031-04-01", 3), ("b", "2031-04-02", 2)))  # fmt: skip
    world.build(low, lower)
    assert (world.event("3")["killed_low"], world.states()) == (2, ["superseded", "applied"])
    world.build(low + "  adjudicates: true\n", lower)
    assert (world.event("3")["killed_low"], world.states()) == (3, ["applied", "superseded"])


@pytest.mark.parametrize(
    ("authors", "more", "state"),
    [
        pytest.param("a", "", "reviewed", id="one"),
        pytest.param("ab", "", "double_reviewed", id="two"),
        pytest.param("a", "  adjudicates: true\n", "adjudicated", id="adjudicator"),
    ],
)
def test_accepts_say_who_looked_at_it(world: World, authors: str, more: str, state: str) -> None:
    world.build(
        *(correction("accept", a, event=world.event_of("1"), expect={"killed_best": 9}) + more for a in authors)
    )
    assert world.event("1")["review_state"] == state


def test_an_accept_takes_back_an_earlier_reject(world: World) -> None:
    event = world.event_of("3")
    reject = correction("reject", event=event, expect={"killed_best": 7})
    accept = correction("accept", "b", "2031-04-02", event=event, expect={"killed_best": 7})
    world.build(reject, accept)
    assert world.event("3")["review_state"] == "reviewed"
    assert sorted(world.states()) == ["applied", "superseded"]


def test_a_decision_on_an_id_that_was_merged_goes_to_its_successor(world: World) -> None:
    keep, other = world.event_of("1"), world.event_of("3")
    merge = correction("merge", events=[keep, other], expect={"event_date_start": DAY})
    world.build(merge)
    world.build(merge, correction("accept", event=other, expect={"n_claims": 3}))
    assert (world.event("1")["review_state"], world.states()) == ("reviewed", ["applied", "applied"])


def test_decisions_on_unknown_events_are_stale(world: World) -> None:
    world.build(correction("reject", event="e_" + "0" * 20, expect={"action": "attack"}))
    assert world.tables["stale_decisions"]["reason_code"].to_list() == ["unknown_target"]


def alias(name: str, expect: str | None, actor: str = "UKR_MIL") -> Decision:
    return read_corrections(
        {"a.yml": correction("alias", actor=actor, name=name, language="en", expect=expect).encode()}
    )[0]


@pytest.mark.parametrize(
    ("decision", "state", "meant"),
    [
        pytest.param(alias("Shield", None), "applied", ["UKR_MIL"], id="new"),
        pytest.param(alias("Army", "RUS_MIL"), "applied", ["UKR_MIL"], id="other-actor-s"),
        pytest.param(alias("Army", None), "value_changed", ["RUS_MIL"], id="no-longer-new"),
        pytest.param(alias("Army", None, "RUS_MIL"), "already_so", ["RUS_MIL"], id="known"),
        pytest.param(alias("Shield", None, "NOBODY"), "unknown_target", [], id="unknown-actor"),
    ],
)  # fmt: skip
def test_an_alias_gives_an_actor_a_name(decision: Decision, state: str, meant: list[str]) -> None:
    names = pl.DataFrame([{"actor_id": "RUS_MIL", "language": "en", "name": "Army", "kind": "name", "source": "test"}])
    done = apply_aliases([decision], names, pl.DataFrame({"actor_id": ["RUS_MIL", "UKR_MIL"]}))
    assert [outcome.reason_code or outcome.state for outcome in done.outcomes] == [state]
    assert done.actor_names.filter(pl.col("name") == decision.value)["actor_id"].to_list() == meant


def test_tables_of_decisions_keep_the_contract(world: World) -> None:
    world.build(correction("accept", event=world.event_of("1"), expect={"event_date_start": date(2031, 3, 4)}))
    Decisions.validate(world.tables["decisions"], lazy=True)
    StaleDecisions.validate(world.tables["stale_decisions"], lazy=True)
    assert world.states() == ["applied"]
