"""Claims to events: which claims tell of one incident, and what they amount to together.

What belongs here: joining, estimates, ids; pure, without clock, file or network. What does not: reading claims
from text (pipeline/extract), or deciding by hand that two events are one. The rule in plain words: docs/events.md.

    groups.py       claims of one mention, in the form in which they are compared
    match.py        whether a group fits a cluster: contradictions and score
    cluster.py      every group to its best cluster, by an index
    estimate.py     one metric's low, best and high
    consolidate.py  a cluster to an event's row
    identity.py     event ids and releases
"""

from typing import Any

import polars as pl

from pipeline.resolve.cluster import cluster_groups
from pipeline.resolve.consolidate import make_event
from pipeline.resolve.groups import Group, make_groups, read_actions, read_claims
from pipeline.resolve.identity import assign_ids, date_release, read_previous
from pipeline.validate import table_types
from schemas import KEYS, EventClaims, Events

__all__ = ["resolve_claims"]


def resolve_claims(
    claims: pl.DataFrame,
    articles: pl.DataFrame,
    actions: pl.DataFrame,
    previous_events: pl.DataFrame | None,
    previous_event_claims: pl.DataFrame | None,
    release: str,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events and event_claims: every event has at least one claim, every claim one event at most.

    What is only planned or supposed, or denied without having been told, stays a claim and makes no event.

    Args:
        claims: The claims table.
        articles: The articles table; says when and by whom claims were published and which articles are copies.
        actions: The actions table; says which actions may tell of one incident.
        previous_events: The events of the last release, so that ids stay; null or empty for none.
        previous_event_claims: Its event_claims.
        release: The release that is being made, for new and changed events.

    Raises:
        ValueError: A claim's action is not in the actions table.
    """
    known = read_actions(actions)
    clusters = [c for c in cluster_groups(make_groups(read_claims(claims, articles), known)) if has_happened(c)]
    for cluster in clusters:
        cluster.claims.sort(key=lambda claim: claim.order)
    previous = read_previous(previous_events, previous_event_claims)
    rows: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    ids = assign_ids([[*cluster.claims, *cluster.denials] for cluster in clusters], previous)
    for cluster, event_id in zip(clusters, ids, strict=True):
        row, members = make_event(cluster, known)
        row = {"event_id": event_id, **row}
        date_release(row, previous, release)
        rows.append(row)
        links += [{"event_id": event_id, **member} for member in members]
    events = pl.DataFrame(rows, schema=table_types(Events), orient="row")
    event_claims = pl.DataFrame(links, schema=table_types(EventClaims), orient="row")
    return events.sort(KEYS["events"]), event_claims.sort(KEYS["event_claims"])


#: Acts of speech: a threat has been made whether or not it is carried out, a denial is itself what happened.
_SPEECH_ACTS = {"threatened": "threat", "denied": "denial"}


def has_happened(cluster: Group) -> bool:
    """Whether somebody says that what a cluster tells of has happened."""
    return any(claim.is_reported or claim.action == _SPEECH_ACTS.get(claim.claim_mode) for claim in cluster.claims)
