"""Two releases side by side tell what a person needs to know before going from one to the other."""

import json
from collections.abc import Callable

import polars as pl
import pytest

from pipeline.release import Release, diff_releases, render_diff, render_json

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]


@pytest.fixture
def second(publish: Publish, changed: Tables, release: Release) -> Release:
    made = publish(changed, "2026.11.1")
    assert made
    return made


def test_totals_headlines_fields_and_samples_are_told(release: Release, second: Release) -> None:
    diff = diff_releases(release, second)
    assert diff["tables"]["events"] == {"before": 2, "after": 1, "added": 0, "removed": 1, "changed": 1}
    assert diff["headlines"]["killed_best"] == {"before": 17, "after": 14}
    assert {"kind": "changed", "field": "killed_high", "cause": "new_source", "events": 1} not in diff["fields"]
    assert [row["field"] for row in diff["fields"] if row["kind"] == "changed"] == [
        "killed_high",
        "last_changed_release",
    ]
    assert [row["event_id"] for row in diff["samples"]["removed"]] == ["e_00000000000000000002"]
    assert json.loads(render_json(diff)) == json.loads(json.dumps(diff))
    text = render_diff(diff)
    assert "killed_best: 17 -> 14 (-3)" in text
    assert "events: 2 -> 1 rows (1 removed, 1 changed)" in text
    assert "e_00000000000000000001 killed_high: 20 -> 25" in text


def test_a_release_does_not_differ_from_itself(release: Release) -> None:
    assert render_diff(diff_releases(release, release)) == "2026.11.0 -> 2026.11.0\nnothing differs\n"


def test_samples_are_short(publish: Publish, tables: Tables, release: Release) -> None:
    numbers = range(30, 60)

    def repeat(table: str, **columns: list[str]) -> pl.DataFrame:
        """The table, and its first row once more for each number."""
        more = pl.concat([tables[table].head(1)] * len(numbers))
        return pl.concat([tables[table], more.with_columns(pl.Series(name, ids) for name, ids in columns.items())])

    events, claims = ([f"{prefix}_{number:020x}" for number in numbers] for prefix in "ec")
    many = {
        "events": repeat("events", event_id=events, place_text=["x" * 500] * len(numbers)),
        "claims": repeat("claims", claim_id=claims),
        "event_claims": repeat("event_claims", event_id=events, claim_id=claims),
        "id_registry": repeat("id_registry", event_id=events),
    }
    made = publish(tables | many, "2026.11.1")
    assert made
    sample = diff_releases(release, made)["samples"]["added"]
    assert len(sample) == 20
    assert max(len(row["place_text"]) for row in sample) == 80
