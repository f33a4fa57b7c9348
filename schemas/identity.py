"""Event ids over time: which were ever released, and what became of those that are gone.

What belongs here: ids, their state and their successors. What does not: what an event says (event.py).

Successors are text, not lists: DuckDB 1.0 cannot read a column in which every list is empty.
"""

from schemas.base import Table, code_field, id_field, text_field
from schemas.vocabulary import ID_STATES, TOMBSTONE_REASONS


class IdRegistry(Table):
    """One row per event id that was ever released. It only grows: no id is reused, none is lost."""

    event_id: str = id_field("e", "The id", unique=True)
    status: str = code_field(ID_STATES, "live: a row of events; tombstone: a row of tombstones, for good")
    first_release: str = text_field("The release that brought it")
    last_release: str = text_field("The last release that held the event; null while it is live", nullable=True)
    successor_ids: str = text_field(
        "The ids that took its place (id_registry), sorted, with spaces between; null where none did", nullable=True
    )


class Tombstones(Table):
    """One row per event id that is gone: why, since when, and what took its place."""

    event_id: str = id_field("e", "The id that is gone", unique=True)
    removed_in: str = text_field("The first release without it")
    reason_code: str = code_field(
        TOMBSTONE_REASONS,
        "merged_into, split_into: its claims are in the successors; rejected: a person decided that it is none; "
        "retracted_source: its articles are no longer there; no_longer_supported: its claims no longer make an event",
    )
    successor_ids: str = text_field(
        "The ids that took its place (id_registry), sorted, with spaces between; null where none did", nullable=True
    )
    decision_id: str = id_field(
        "d", "The decision that removed it, of that release; null: the pipeline did", nullable=True
    )
    note: str = text_field("The reason in words", nullable=True)
