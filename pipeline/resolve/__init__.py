"""Claims to events: which claims tell of one incident, and what they amount to together.

What belongs here: joining, estimates, ids; pure, without clock, file or network. What does not: reading claims
from text (pipeline/extract), or deciding by hand that two events are one (pipeline/curation). The rule in plain
words: docs/events.md.

    groups.py       claims of one mention, in the form in which they are compared
    match.py        whether a group fits a cluster: contradictions and score
    cluster.py      every group to its best cluster, by an index
    segments.py     which claims are clustered at one time, and what joins clusters of two times
    estimate.py     one metric's low, best and high
    consolidate.py  a cluster to an event's row
    stories.py      articles that report one occurrence, by their words
    identity.py     event ids over releases, registry and tombstones
"""

from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl

from pipeline.resolve.cluster import join_groups
from pipeline.resolve.consolidate import gather_task, make_tables
from pipeline.resolve.groups import check_actions, make_groups, read_actions, read_claims
from pipeline.resolve.identity import (
    FORMER_TABLES,
    TRAIL_TABLES,
    Cause,
    Former,
    Resolution,
    Settled,
    find_heirs,
    name_clusters,
    read_registry,
    render_trail,
    resolve_id,
    settle,
)
from pipeline.resolve.segments import TASK_CLAIMS, Spread, cluster_claims, place_claims, split_rows
from pipeline.resolve.stories import find_stories
from schemas import KEYS

__all__ = [
    "FORMER_TABLES",
    "TRAIL_TABLES",
    "Cause",
    "Former",
    "Resolution",
    "Settled",
    "Spread",
    "find_heirs",
    "find_stories",
    "read_registry",
    "remake_events",
    "render_trail",
    "resolve_claims",
    "resolve_id",
    "settle",
]


def resolve_claims(
    claims: pl.DataFrame,
    articles: pl.DataFrame,
    actions: pl.DataFrame,
    former: Former,
    spread: Spread = map,
    task_claims: int = TASK_CLAIMS,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events, without releases, and event_claims: every event has a claim, every claim one event at most.

    What is only planned or supposed, or denied without having been told, stays a claim and makes no event.

    Args:
        claims: The claims table.
        articles: The articles table; says when and by whom claims were published and which articles are copies.
        actions: The actions table; says which actions may tell of one incident.
        former: The last release, so that ids stay.
        spread: What applies a function to tasks, in this process or in several; the tables do not depend on it.
        task_claims: Claims of a task, at least; the tables do not depend on it.

    Raises:
        ValueError: A claim's action is not in the actions table.
    """
    known = read_actions(actions)
    check_actions(claims, known)
    rows = cluster_claims(place_claims(claims, articles), known, spread, task_claims)
    named = name_clusters(rows.select("cluster", "claim_id", "article_id", "sentence_index", "order"), former)
    gathered = rows.drop("segment").join(named, on="cluster").drop("cluster").sort("event_id", "order")
    del rows
    made = [*spread(partial(gather_task, known), split_rows(gathered, "event_id", task_claims))]
    return _sort_tables([make_tables(known, ()), *made])


def remake_events(
    claims: pl.DataFrame, articles: pl.DataFrame, actions: pl.DataFrame, parts: Mapping[str, Sequence[str]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events and event_claims of claims whose grouping is settled.

    Args:
        claims: The claims table.
        articles: The articles table.
        actions: The actions table.
        parts: The claims of each event, by its id.
    """
    known = read_actions(actions)
    check_actions(claims, known)
    wanted = pl.DataFrame(
        [(claim, event) for event, ids in parts.items() for claim in ids],
        schema={"claim_id": pl.String, "event_id": pl.String},
        orient="row",
    )
    placed = place_claims(claims.join(wanted, on="claim_id", how="semi"), articles).join(wanted, on="claim_id")
    joined = {
        event: join_groups(make_groups(read_claims(part.sort("order")), known))
        for (event,), part in placed.partition_by("event_id", as_dict=True).items()
    }
    gathered = ((event, one.block.accounting, one.claims, one.denials) for event, one in joined.items())
    return _sort_tables([make_tables(known, gathered)])


def _sort_tables(made: Sequence[tuple[pl.DataFrame, pl.DataFrame]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the parts of events and event_claims as two tables."""
    events, event_claims = (pl.concat(parts) for parts in zip(*made, strict=True))
    return events.sort(KEYS["events"]), event_claims.sort(KEYS["event_claims"])
