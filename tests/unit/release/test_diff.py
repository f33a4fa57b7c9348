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
    one = tables["events"].head(1)
    many = [
        one.with_columns(event_id=pl.lit(f"e_{number:020x}"), place_text=pl.lit("x" * 500)) for number in range(30, 60)
    ]
    link, claim = tables["event_claims"].head(1), tables["claims"].head(1)
    made = publish(
        tables
        | {
            "events": pl.concat([tables["events"], *many]),
            "claims": pl.concat(
                [
                    tables["claims"],
                    *(claim.with_columns(claim_id=pl.lit(f"c_{number:020x}")) for number in range(30, 60)),
                ]
            ),
            "event_claims": pl.concat(
                [
                    tables["event_claims"],
                    *(
                        link.with_columns(event_id=pl.lit(f"e_{number:020x}"), claim_id=pl.lit(f"c_{number:020x}"))
                        for number in range(30, 60)
                    ),
                ]
            ),
        },
        "2026.11.1",
    )
    assert made
    sample = diff_releases(release, made)["samples"]["added"]
    assert len(sample) == 20
    assert max(len(row["place_text"]) for row in sample) == 80
