"""What became of events through releases: what this one changed, an event's history, and ids that are gone.

What belongs here: the tables `changes`, `tombstones`, `id_registry` and `decisions` as pages show them. What does not:
how they are made (pipeline/release, pipeline/curation). A release of before these tables has none: the pages say so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.site.edition import CHANGES, Edition
from pipeline.site.words import label
from schemas.vocabulary import CHANGE_KINDS

#: Most rows that the page of changes shows of each kind; the table `changes` has them all.
SHOWN: Final = 200

#: Columns that say of a release what its versions say already.
_BOOKKEEPING: Final = ("first_release", "last_changed_release")

#: Why an id is gone, in words.
_REASONS: Final = {
    "merged_into": "merged into another event",
    "split_into": "split into several events",
    "rejected": "a person found that it is none",
    "retracted_source": "its articles are no longer there",
    "no_longer_supported": "its claims no longer make an event",
}

#: Columns that are numbers of people: what moves the headline.
_PEOPLE: Final = ("killed_best", "injured_best", "casualties_best")


class Value(NamedTuple):
    """A value that changed: its column, what it was, what it is."""

    field: str
    old: str | None
    new: str | None


class Step(NamedTuple):
    """What a release changed in an event for one cause."""

    release: str
    cause: str
    values: list[Value]


def read_histories(edition: Edition) -> dict[str, list[Step]]:
    """Returns every event's history of changes by its id, oldest first; those that never changed have none."""
    now = edition.table(CHANGES)
    frames = [edition.earlier] if edition.earlier is not None else []
    frames += [now.with_columns(release=pl.lit(edition.version))] if now is not None else []
    steps: dict[tuple[str, str, str], Step] = {}
    histories: dict[str, list[Step]] = defaultdict(list)
    if frames:
        rows = pl.concat(frames, how="diagonal_relaxed").filter(pl.col("kind") == "changed")
        for row in rows.iter_rows(named=True):
            if row["field"] in _BOOKKEEPING:
                continue
            key = row["event_id"], row["release"], row["cause"]
            if key not in steps:
                steps[key] = Step(row["release"], label(row["cause"]), [])
                histories[row["event_id"]].append(steps[key])
            steps[key].values.append(Value(row["field"], row["old"], row["new"]))
    return histories


def decisions_on(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """Returns what people decided, by the event that they decided on."""
    decisions = edition.table("decisions")
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if decisions is not None:
        for row in decisions.sort("date", "decision_id").iter_rows(named=True):
            for target in row["target_ids"]:
                found[target].append(row)
    return found


class Change(NamedTuple):
    """One field of one event that a release changed."""

    event_id: str
    field: str
    old: str | None
    new: str | None
    cause: str


class Revision(NamedTuple):
    """What a release changed.

    Attributes:
        added: Events that it brought.
        changed: Events of before that it changed.
        removed: Events that are gone.
        causes: How many fields changed for each cause, most first.
        fields: How many events changed in each field, most first.
        movers: The changes of numbers of people, by how far they moved.
        changes: All other changes, as many as are shown.
        hidden: How many are not shown.
    """

    added: int
    changed: int
    removed: int
    causes: Sequence[tuple[str, int]]
    fields: Sequence[tuple[str, int]]
    movers: Sequence[Change]
    changes: Sequence[Change]
    hidden: int


def describe_revision(edition: Edition) -> Revision | None:
    """Returns what a release changed; None where it is the first, or has no table `changes`."""
    changes = edition.table(CHANGES)
    if changes is None or edition.previous is None:
        return None
    of = {kind: changes.filter(pl.col("kind") == kind) for kind in CHANGE_KINDS}
    fields = of["changed"].filter(~pl.col("field").is_in(_BOOKKEEPING))
    listed = [
        Change(row["event_id"], row["field"], row["old"], row["new"], label(row["cause"]))
        for row in fields.sort("event_id", "field").iter_rows(named=True)
    ]
    movers = sorted(
        (one for one in listed if one.field in _PEOPLE and _moved(one)), key=lambda one: (-_moved(one), one.event_id)
    )
    return Revision(
        added=of["added"]["event_id"].n_unique(),
        changed=fields["event_id"].n_unique(),
        removed=of["removed"]["event_id"].n_unique(),
        causes=_counts(fields["cause"]),
        fields=_counts(fields["field"]),
        movers=movers[:SHOWN],
        changes=listed[:SHOWN],
        hidden=max(0, len(listed) - SHOWN),
    )


class Tombstone(NamedTuple):
    """An id that is gone: since which release, why, what took its place, and the decision behind it."""

    event_id: str
    removed_in: str
    reason: str
    successors: Sequence[str]
    decision: Mapping[str, Any] | None
    note: str | None
    first_release: str | None


def read_tombstones(edition: Edition) -> list[Tombstone]:
    """Returns the ids that are gone, newest first."""
    gone, registry, decisions = (edition.table(name) for name in ("tombstones", "id_registry", "decisions"))
    if gone is None:
        return []
    first = dict(registry.select("event_id", "first_release").iter_rows()) if registry is not None else {}
    by_id = {row["decision_id"]: row for row in decisions.to_dicts()} if decisions is not None else {}
    rows = gone.sort(["removed_in", "event_id"], descending=[True, False])
    return [
        Tombstone(
            row["event_id"],
            row["removed_in"],
            _REASONS.get(row["reason_code"], label(row["reason_code"])),
            (row["successor_ids"] or "").split(),
            by_id.get(row["decision_id"]),
            row["note"],
            first.get(row["event_id"]),
        )
        for row in rows.iter_rows(named=True)
    ]


def _counts(series: pl.Series) -> list[tuple[str, int]]:
    counted = series.drop_nulls().value_counts(name="n").sort(["n", series.name], descending=[True, False])
    return list(counted.iter_rows())


def _moved(change: Change) -> int:
    ends = [int(value) if value and value.isdigit() else 0 for value in (change.old, change.new)]
    return abs(ends[1] - ends[0])
