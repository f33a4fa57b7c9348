"""A schema that breaks its readers needs a version that says so."""

import copy
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from pipeline.release import Release, ReleaseError, list_releases
from pipeline.release.compatibility import check_version, compare_schemas
from pipeline.release.manifest import describe_schema, read_manifest, write_manifest

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]
Schema = dict[str, Any]

SCHEMA = describe_schema()


def column(schema: Schema, table: str, name: str) -> Schema:
    found: Schema = next(column for column in schema["tables"][table]["columns"] if column["name"] == name)
    return found


def drop_column(schema: Schema) -> None:
    schema["tables"]["events"]["columns"].remove(column(schema, "events", "country"))


#: What was different in the schema before, and which part of the version must grow from it to this one.
CASES: dict[str, tuple[Callable[[Schema], Any], str]] = {
    "table_came": (lambda s: s["tables"].pop("places"), "minor"),
    "table_went": (lambda s: s["tables"].update(rumours=s["tables"]["places"]), "major"),
    "view_came": (lambda s: s["views"].pop("contradictions"), "minor"),
    "view_went": (lambda s: s["views"].update(rumours=s["views"]["contradictions"]), "major"),
    "column_came": (drop_column, "minor"),
    "column_went": (lambda s: s["tables"]["events"]["columns"].append({"name": "mood"}), "major"),
    "type": (lambda s: column(s, "events", "killed_best").update(type="number"), "major"),
    "unit": (lambda s: column(s, "events", "killed_best").update(unit="thousand persons"), "major"),
    "key": (lambda s: s["tables"]["events"].update(key=["event_id", "country"]), "major"),
    "null_came": (lambda s: column(s, "events", "country").update(nullable=False), "major"),
    "null_went": (lambda s: column(s, "events", "action").update(nullable=True), "minor"),
    "code_came": (lambda s: column(s, "claims", "metric").update(codes=["killed"]), "minor"),
    "code_went": (lambda s: column(s, "events", "review_state").update(codes=["machine", "reviewed", "double_reviewed", "adjudicated", "x"]), "major"),
    "codes_went": (lambda s: column(s, "events", "country").update(codes=["x"]), "major"),
    "reference": (lambda s: column(s, "events", "action").pop("references"), "minor"),
    "words": (lambda s: column(s, "events", "action").update(description="x"), "none"),
}  # fmt: skip

NEXT = {"major": "2.0.0", "minor": "1.1.0", "patch": "1.0.1", "none": "1.0.0"}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("step", NEXT)
def test_a_version_says_what_the_schema_does_to_its_readers(case: str, step: str) -> None:
    change, needed = CASES[case]
    before = copy.deepcopy(SCHEMA)
    change(before)
    differences = compare_schemas(before, SCHEMA)
    assert differences
    order = list(NEXT)
    refused = check_version("1.0.0", NEXT[step], differences)
    assert (refused is None) == (order.index(step) <= order.index(needed)), refused


def test_the_same_schema_needs_no_version() -> None:
    assert compare_schemas(SCHEMA, copy.deepcopy(SCHEMA)) == []
    assert check_version("1.0.0", "1.0.0", []) is None
    assert "would go back from 1.1.0 to 1.0.9" in str(check_version("1.1.0", "1.0.9", []))


def test_a_breaking_schema_is_not_published(publish: Publish, changed: Tables, release: Release) -> None:
    manifest = read_manifest(release.path)
    manifest["tables"]["events"]["columns"].append({"name": "mood"})
    write_manifest(manifest, release.path)
    with pytest.raises(ReleaseError, match=r"\(events.mood is gone\): give SCHEMA_VERSION .* a new major version"):
        publish(changed, "2026.11.1")
    assert list_releases(release.path.parent) == [release]
    write_manifest(manifest | {"schema_version": "0.9.0"}, release.path)
    new = publish(changed, "2026.11.1")
    assert new
    assert "events.mood is gone" in (new.path / "CHANGES.md").read_text(encoding="utf-8")
