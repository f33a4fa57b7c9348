"""Two releases side by side: what a person needs to know before going from one to the other.

What belongs here: totals, headline numbers, counts by field and cause, and a few rows of each, for any two releases.
What does not: every single row (the table `changes`, between releases that follow each other).
"""

import json
from datetime import datetime
from typing import Any, Final

import polars as pl

from pipeline.release.anomalies import judge_release
from pipeline.release.changes import compare_table
from pipeline.release.compatibility import compare_schemas
from pipeline.release.manifest import read_manifest
from pipeline.release.parquet import read_table
from pipeline.release.revisions import list_changes
from pipeline.release.versions import Release
from pipeline.validate import empty_table
from schemas import TABLES, TELLING
from schemas.dictionary import table_entries
from schemas.vocabulary import EVENT_METRICS

#: Most rows of a sample, and longest value in it: a report that nobody can open helps nobody.
SAMPLE: Final = 20
VALUE: Final = 80


def diff_releases(before: Release, after: Release) -> dict[str, Any]:
    """Returns in what one release differs from another, as plain JSON values.

    `tables`: rows and how many were added, removed, changed; `headlines`: people by metric and estimate over the events
    that can be added up; `fields`: how many events have another value, by cause; `movements`: what moved past its bound;
    `schema`: differences of the schemas; `samples`: the first rows of each kind.
    """
    manifests = [read_manifest(release.path) for release in (before, after)]
    old, new = (
        {name: _read(release, manifest, name) for name in TABLES if name not in TELLING}
        for release, manifest in zip((before, after), manifests, strict=True)
    )
    compared = {name: compare_table(name, old[name], new[name]) for name in old}
    same_code = manifests[0]["commit"] == manifests[1]["commit"]
    changes = list_changes(old, new, same_code=same_code)
    counts = changes.group_by("kind", "field", "cause").agg(events=pl.col("event_id").n_unique())
    when = datetime.fromisoformat(manifests[1]["created_at"])
    covered = {"coverage": _read(after, manifests[1], "coverage")}
    return {
        "before": before.version,
        "after": after.version,
        "tables": {
            name: {
                "before": change.before,
                "after": change.after,
                "added": change.added.height,
                "removed": change.removed.height,
                "changed": change.changed.height,
            }
            for name, change in compared.items()
        },
        "headlines": {
            f"{metric}_{end}": {
                "before": _people(old["events"], metric, end),
                "after": _people(new["events"], metric, end),
            }
            for metric in EVENT_METRICS
            for end in ("low", "best", "high")
        },
        "fields": counts.sort("kind", "field", "cause").to_dicts(),
        "movements": {check.name: check.movements for check in judge_release(old, new | covered, when)},
        "schema": [difference.text for difference in compare_schemas(manifests[0], manifests[1])],
        "samples": {
            kind: [{name: _short(value) for name, value in row.items()} for row in rows.head(SAMPLE).to_dicts()]
            for kind, rows in (
                ("added", _known(compared["events"].added)),
                ("removed", _known(compared["events"].removed)),
                ("changed", changes.filter(pl.col("kind") == "changed").drop("kind")),
            )
        },
    }


def render_diff(diff: dict[str, Any]) -> str:
    """Returns a difference in lines for a terminal: the most telling first."""
    lines = [f"{diff['before']} -> {diff['after']}", ""]
    lines += [f"schema: {text}" for text in diff["schema"]]
    lines += [f"past its bound, {check}: {text}" for check, texts in diff["movements"].items() for text in texts]
    lines += [f"{name}: {_move(**said)}" for name, said in diff["headlines"].items() if said["before"] != said["after"]]
    lines.append("")
    for name, said in diff["tables"].items():
        if said["added"] or said["removed"] or said["changed"]:
            kinds = ", ".join(f"{said[kind]:,} {kind}" for kind in ("added", "removed", "changed") if said[kind])
            lines.append(f"{name}: {said['before']:,} -> {said['after']:,} rows ({kinds})")
    lines.append("")
    changed = [row for row in diff["fields"] if row["kind"] == "changed"]
    lines += [f"events.{row['field']}: {row['events']:,} changed by {row['cause']}" for row in changed]
    for row in diff["samples"]["changed"]:
        lines.append(f"  {row['event_id']} {row['field']}: {row['old']} -> {row['new']} ({row['cause']})")
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + ("\nnothing differs\n" if len(lines) == 1 else "\n")


def render_json(diff: dict[str, Any]) -> str:
    """Returns a difference as JSON."""
    return json.dumps(diff, indent=1, ensure_ascii=False) + "\n"


def _read(release: Release, manifest: dict[str, Any], table: str) -> pl.DataFrame:
    """Returns a table of a release; one that its schema did not have yet is empty."""
    if table in manifest["tables"]:
        return read_table(release.table(table))
    return empty_table(TABLES[table])


def _people(events: pl.DataFrame, metric: str, end: str) -> int:
    """Returns the people of the events that can be added up; an event without this number counts its nearest one."""
    ends = {"low": ("low", "best"), "best": ("best", "low"), "high": ("high", "best", "low")}[end]
    counted = events.filter(pl.col("accounting") == "increment")
    return int(counted.select(pl.coalesce(f"{metric}_{name}" for name in ends).sum()).item() or 0)


def _known(events: pl.DataFrame) -> pl.DataFrame:
    """Returns the columns by which a person knows an event."""
    shown = ("event_id", "event_date_start", "action", "country", "place_text", "killed_best", "injured_best")
    return events.select(column for column in shown if column in {entry.column for entry in table_entries("events")})


def _short(value: Any) -> Any:
    text = value if value is None or isinstance(value, (int, float)) else str(value)
    return text if not isinstance(text, str) or len(text) <= VALUE else text[: VALUE - 1] + "…"


def _move(before: int, after: int) -> str:
    return f"{before:,} -> {after:,} ({after - before:+,})"
