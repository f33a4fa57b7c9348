"""What a release changes against the one before it, counted and in plain words.

What belongs here: the comparison of two sets of tables, and CHANGES.md. What does not: why something changed.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas import KEYS, TABLES
from schemas.vocabulary import EVENT_METRICS

#: Most events that are listed of each kind of change.
LISTED: Final = 20

Tables = Mapping[str, pl.DataFrame]


class TableChange(NamedTuple):
    """What became of a table's rows; a row is the same when its key is."""

    table: str
    before: int
    after: int
    added: pl.DataFrame
    removed: pl.DataFrame
    changed: pl.DataFrame  # the key, then every common column as it is and, suffixed `_before`, as it was


def compare_table(table: str, before: pl.DataFrame, after: pl.DataFrame) -> TableChange:
    """Returns the rows of a table that were added, removed and changed."""
    key = list(KEYS[table])
    common = [column for column in after.columns if column in before.columns and column not in key]
    both = after.select(key + common).join(before.select(key + common), on=key, how="inner", suffix="_before")
    differs = [pl.col(column).ne_missing(pl.col(f"{column}_before")) for column in common]
    return TableChange(
        table=table,
        before=before.height,
        after=after.height,
        added=after.join(before, on=key, how="anti").sort(key),
        removed=before.join(after, on=key, how="anti").sort(key),
        changed=both.filter(pl.any_horizontal(differs)).sort(key) if differs else both.clear(),
    )


def render_changes(
    version: str, after: Tables, previous: str | None, before: Tables, schema_note: str | None = None
) -> str:
    """Returns CHANGES.md.

    Args:
        version: The release.
        after: Its tables.
        previous: The release before it, or None for the first.
        before: The tables of that release.
        schema_note: A sentence on a change of schema, where there is one.
    """
    lines = [f"# Changes in {version}", ""]
    if previous is None:
        lines += ["This is the first release: there is none before it to compare with.", ""]
        lines += ["| table | rows |", "|---|---:|"]
        lines += [f"| {table} | {after[table].height:,} |" for table in TABLES]
        return "\n".join(lines) + "\n"
    empty = {table: after[table].clear() for table in TABLES}
    # `changes` is the comparison itself: two of them have no rows in common.
    compared = [table for table in TABLES if table != "changes"]
    changes = {table: compare_table(table, before.get(table, empty[table]), after[table]) for table in compared}
    lines += [f"Compared with {previous}. A row is the same when its key is; changed means that another column is not."]
    lines += [schema_note] if schema_note else []
    lines += ["", "| table | rows before | rows after | added | removed | changed |", "|---|---:|---:|---:|---:|---:|"]
    for change in changes.values():
        counts = (change.before, change.after, change.added.height, change.removed.height, change.changed.height)
        lines.append(f"| {change.table} | " + " | ".join(f"{count:,}" for count in counts) + " |")
    lines += ["", *_tell_causes(after["changes"])]
    events = changes["events"]
    lines += _section("Events added", events.added, _describe_event)
    lines += _section("Events removed", events.removed, _describe_event)
    lines += _section("Events changed", events.changed, _describe_change)
    return "\n".join(lines) + "\n"


def _tell_causes(changes: pl.DataFrame) -> list[str]:
    """Says how many events came, went or changed for which cause; an event may have several."""
    counts = changes.group_by("cause", "kind").agg(pl.col("event_id").n_unique()).sort("cause", "kind")
    if counts.is_empty():
        return ["No event came, went or changed."]
    lines = ["| why | events | |", "|---|---:|---|"]
    return lines + [f"| {cause} | {count:,} | {kind} |" for cause, kind, count in counts.iter_rows()]


def _section(title: str, rows: pl.DataFrame, describe: Any) -> list[str]:
    lines = ["", f"## {title}: {rows.height:,}"]
    if rows.height:
        lines.append("")
    lines += [f"- {describe(row)}" for row in rows.head(LISTED).iter_rows(named=True)]
    if rows.height > LISTED:
        lines.append(f"- and {rows.height - LISTED:,} more")
    return lines


def _describe_event(event: dict[str, Any]) -> str:
    """Says in one line what an event is."""
    first, last = event["event_date_start"], event["event_date_end"]
    parts = [event["action"], str(first or "undated") if first == last else f"{first or '?'} to {last or '?'}"]
    parts += [str(event[column]) for column in ("country", "place_text") if event[column]]
    if event["actor_id"] or event["recipient_id"]:
        parts.append(f"{event['actor_id'] or 'unknown'} to {event['recipient_id'] or 'unknown'}")
    for metric in EVENT_METRICS:
        low, best, high = (event[f"{metric}_{end}"] for end in ("low", "best", "high"))
        if best is not None:
            parts.append(f"{metric} {best:,}")
        elif low is not None or high is not None:
            parts.append(f"{metric} {'any' if low is None else f'{low:,}'} to {'any' if high is None else f'{high:,}'}")
    return f"{_code(event['event_id'])} {_code(', '.join(parts))}"


def _describe_change(row: dict[str, Any]) -> str:
    """Says in one line which columns of an event changed, and how."""
    columns = [
        column
        for column in row
        if f"{column}_before" in row and column != "last_changed_release" and row[column] != row[f"{column}_before"]
    ]
    words = [f"{column} {_value(row[f'{column}_before'])} to {_value(row[column])}" for column in columns]
    return f"{_code(row['event_id'])} {_code('; '.join(words) or 'last_changed_release')}"


def _value(value: Any) -> str:
    return "none" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _code(text: str) -> str:
    """Returns text as a code span: what articles say must not become markup."""
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
