"""Claims to events: which claims tell of one incident, and what they amount to together.

What belongs here: joining, estimates, ids; pure, without clock, file or network. What does not: reading claims
from text (pipeline/extract), or deciding by hand that two events are one (pipeline/curation). The rule in plain
words: docs/events.md.

    groups.py       claims of one mention, in the form in which they are compared
    match.py        whether a group fits a cluster: contradictions and score
    cluster.py      every group to its best cluster, by an index
    estimate.py     one metric's low, best and high
    consolidate.py  a cluster to an event's row
    stories.py      articles that report one occurrence, by their words
    identity.py     event ids over releases, registry and tombstones
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.resolve.cluster import cluster_groups, join_groups
from pipeline.resolve.consolidate import make_event
from pipeline.resolve.groups import Actions, Group, make_groups, read_actions, read_claims
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
from pipeline.resolve.stories import find_stories
from pipeline.validate import table_types
from schemas import KEYS, EventClaims, Events

__all__ = [
    "FORMER_TABLES",
    "TRAIL_TABLES",
    "Cause",
    "Former",
    "Resolution",
    "Settled",
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
    claims: pl.DataFrame, articles: pl.DataFrame, actions: pl.DataFrame, former: Former
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events, without releases, and event_claims: every event has a claim, every claim one event at most.

    What is only planned or supposed, or denied without having been told, stays a claim and makes no event.

    Args:
        claims: The claims table.
        articles: The articles table; says when and by whom claims were published and which articles are copies.
        actions: The actions table; says which actions may tell of one incident.
        former: The last release, so that ids stay.

    Raises:
        ValueError: A claim's action is not in the actions table.
    """
    known = read_actions(actions)
    clusters = [c for c in cluster_groups(make_groups(read_claims(claims, articles), known)) if has_happened(c)]
    members = [
        (number, claim.claim_id, claim.article_id, claim.sentence_index, claim.order)
        for number, cluster in enumerate(clusters)
        for claim in (*cluster.claims, *cluster.denials)
    ]
    members.sort(key=lambda row: row[4])
    named = name_clusters(
        pl.DataFrame(
            [(*row[:4], order) for order, row in enumerate(members)],
            schema={
                "cluster": pl.Int64,
                "claim_id": pl.String,
                "article_id": pl.String,
                "sentence_index": pl.Int64,
                "order": pl.Int64,
            },
            orient="row",
        ),
        former,
    )
    ids = dict(named.iter_rows())
    return _make_tables({ids[number]: cluster for number, cluster in enumerate(clusters)}, known)


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
    wanted = pl.DataFrame(
        [(claim, event) for event, ids in parts.items() for claim in ids],
        schema={"claim_id": pl.String, "event_id": pl.String},
        orient="row",
    )
    grouped = claims.join(wanted, on="claim_id").partition_by("event_id", as_dict=True)
    return _make_tables(
        {
            event: join_groups(make_groups(read_claims(part.drop("event_id"), articles), known))
            for (event,), part in grouped.items()
        },
        known,
    )


def _make_tables(clusters: Mapping[str, Group], actions: Actions) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events and event_claims of clusters by the ids of their events."""
    rows: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for event_id, cluster in clusters.items():
        row, members = make_event(cluster, actions)
        rows.append({"event_id": event_id, **row, "first_release": None, "last_changed_release": None})
        links += [{"event_id": event_id, **member} for member in members]
    events = pl.DataFrame(rows, schema=table_types(Events), orient="row")
    event_claims = pl.DataFrame(links, schema=table_types(EventClaims), orient="row")
    return events.sort(KEYS["events"]), event_claims.sort(KEYS["event_claims"])


#: Acts of speech: a threat has been made whether or not it is carried out, a denial is itself what happened.
_SPEECH_ACTS = {"threatened": "threat", "denied": "denial"}


def has_happened(cluster: Group) -> bool:
    """Whether somebody says that what a cluster tells of has happened."""
    return any(claim.is_reported or claim.action == _SPEECH_ACTS.get(claim.claim_mode) for claim in cluster.claims)
