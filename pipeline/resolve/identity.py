"""Which id an event has, and in which release it came and changed.

What belongs here: ids over time. What does not: what an event says (consolidate.py).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple

import polars as pl

from pipeline.resolve.groups import Claim


class Previous(NamedTuple):
    """The events of the last release: their rows, and the event of each claim."""

    rows: Mapping[str, Mapping[str, Any]]
    event_of: Mapping[str, str]


def read_previous(events: pl.DataFrame | None, event_claims: pl.DataFrame | None) -> Previous:
    """Returns the last release's events by id and by claim; nothing where there is none."""
    rows = {} if events is None else {row["event_id"]: row for row in events.iter_rows(named=True)}
    pairs = [] if event_claims is None else event_claims.select("claim_id", "event_id").iter_rows()
    return Previous(rows, dict(pairs))


def assign_ids(clusters: Sequence[Sequence[Claim]], previous: Previous) -> list[str]:
    """Returns one id per cluster, none twice.

    A cluster keeps the id of the event that most of its claims belonged to, of equals the oldest; where two
    clusters hold claims of one event, the one with more of them keeps the id. Any other id is minted.

    Args:
        clusters: Claims of each cluster, the founding claim first.
        previous: The last release.
    """
    votes = [
        (-votes, _age(event, previous), event, number)
        for number, claims in enumerate(clusters)
        for event, votes in Counter(
            previous.event_of[claim.claim_id] for claim in claims if claim.claim_id in previous.event_of
        ).items()
    ]
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, event, number in sorted(votes, key=lambda vote: (*vote[:3], clusters[vote[3]][0].order)):
        if number not in ids and event not in taken:
            ids[number] = event
            taken.add(event)
    taken.update(previous.rows, previous.event_of.values())
    for number in sorted(set(range(len(clusters))) - set(ids), key=lambda number: clusters[number][0].order):
        ids[number] = _mint(clusters[number][0].claim_id, taken)
        taken.add(ids[number])
    return [ids[number] for number in range(len(clusters))]


def _mint(claim_id: str, taken: set[str]) -> str:
    """Returns the id of the event that a claim founds; a counter keeps it off ids that are in use or retired."""
    for attempt in count():
        name = f"{claim_id}/{attempt}" if attempt else claim_id
        event_id = "e_" + sha256(name.encode()).hexdigest()[:20]
        if event_id not in taken:
            return event_id
    raise AssertionError  # count() does not end


def _age(event: str, previous: Previous) -> tuple[int, ...]:
    """Returns the release that brought an event, as numbers; unknown last."""
    row = previous.rows.get(event)
    return tuple(int(part) for part in re.findall(r"\d+", row["first_release"])) if row else (9999,)


def date_release(row: dict[str, Any], previous: Previous, release: str) -> None:
    """Sets first_release and last_changed_release of an event's row."""
    before = previous.rows.get(row["event_id"])
    dated = ("first_release", "last_changed_release")
    row["first_release"] = before["first_release"] if before else release
    unchanged = before is not None and all(before[name] == value for name, value in row.items() if name not in dated)
    row["last_changed_release"] = before["last_changed_release"] if before and unchanged else release
