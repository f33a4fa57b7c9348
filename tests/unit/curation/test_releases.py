"""Fifty releases in a row: reports arrive in any order, are withdrawn and read anew, and people decide things.

Two rows of fifty by default; `make torture` tries fifty rows.
"""

import os

import polars as pl
from claim_frames import DAY, killed, make_article, make_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import Reliability
from test_replay import World, correction

from pipeline.resolve import read_registry, resolve_id

RELEASES = 50
ROWS = 50 if os.environ.get("TORTURE") else 2
#: A number for each release that was made and looked at.
MADE: list[int] = []
#: Towns, days and numbers that collide often, so that events grow, merge and split.
REPORTS = [
    (number, {"place_id": str(number % 3), "country": "UKR", "event_date_start": DAY.replace(day=4 + number % 2)})
    for number in range(RELEASES)
]


@settings(max_examples=ROWS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(REPORTS), st.randoms(use_true_random=False))
def check_fifty_releases(arrivals: list[tuple[int, dict[str, object]]], chance: object) -> None:
    world, dead, known, decisions = World(), set[str](), set[str](), list[str]()
    world.articles = [make_article(f"a{number}", hour=number % 24) for number in range(RELEASES)]
    world.claims, world.is_checked = [], False  # the contract is checked by others; here it would take minutes
    draw = chance.random  # type: ignore[attr-defined]
    for number, facts in arrivals:
        world.claims.append(killed(str(number), 3 + number % 4, f"a{number}", **facts))
        if draw() < 0.2:  # an article is withdrawn
            world.claims.pop(int(draw() * len(world.claims)))
        if world.claims and draw() < 0.2:  # and another is read anew: its claim has another id
            at = int(draw() * len(world.claims))
            world.claims[at] = {**world.claims[at], "claim_id": make_id("c", draw())}
        live = sorted(world.tables["events"]["event_id"]) if world.tables else []
        if len(live) > 1 and draw() < 0.2:
            pair = [live[0], live[-1]]
            decisions.append(correction("merge", events=pair, expect={"action": "attack"}))
        elif live and draw() < 0.1:
            decisions.append(correction("reject", event=live[-1], expect={"action": "attack"}))
        if decisions and draw() < 0.1:  # a decision is withdrawn
            decisions.pop(int(draw() * len(decisions)))
        decisions = list(dict.fromkeys(decisions))
        world.build(*decisions)
        MADE.append(number)

        events, registry = set(world.tables["events"]["event_id"]), world.tables["id_registry"]
        assert known <= set(registry["event_id"])  # none is lost
        assert not dead & events  # none is reused
        assert events == set(registry.filter(pl.col("status") == "live")["event_id"])
        assert set(world.tables["tombstones"]["event_id"]) == set(registry["event_id"]) - events
        assert events == set(world.tables["event_claims"]["event_id"])  # every event has a sentence
        assert set(world.tables["event_claims"]["claim_id"]) <= set(world.tables["claims"]["claim_id"])
        assert world.tables["decisions"].height == len(decisions)
        trail = read_registry(registry)
        for event in registry["event_id"]:
            found = resolve_id(event, trail)
            assert found is not None
            assert set(found.live) <= events
        known, dead = set(registry["event_id"]), set(world.tables["tombstones"]["event_id"])


def test_ids_are_never_reused_and_never_lost(reliability: Reliability) -> None:
    MADE.clear()
    failed = 1
    try:
        check_fifty_releases()
        failed = 0
    finally:
        reliability("releases", len(MADE), failed, f"{len(MADE) // RELEASES} rows of {RELEASES}")
    assert len(MADE) >= ROWS * RELEASES
