"""What is said of a release after it is made: its grade, who let it pass, whether it was withdrawn."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.release import (
    Release,
    ReleaseError,
    find_release,
    latest_release,
    newest_release,
    read_index,
    sign_off,
    verify_release,
    yank,
)
from pipeline.release.anomalies import judge_release
from pipeline.validate import table_types
from schemas import TABLES

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def candidate(publish: Publish, tables: Tables, release: Release) -> Release:
    """A second release whose number of dead moved past the bound."""
    many = tables["events"].with_columns(killed_best=pl.lit(900, pl.Int64), killed_high=pl.lit(900, pl.Int64))
    made = publish(tables | {"events": many}, "2026.11.1")
    assert made
    return made


def pointer(releases: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((releases / "latest.json").read_text(encoding="utf-8"))
    return said


def test_the_index_lists_releases_newest_first(publish: Publish, changed: Tables, release: Release) -> None:
    new = publish(changed, "2026.11.1")
    assert new
    entries = read_index(release.path.parent)
    assert [(entry["version"], entry["previous"], entry["grade"]) for entry in entries] == [
        ("2026.11.1", "2026.11.0", "stable"),
        ("2026.11.0", None, "stable"),
    ]
    assert entries[0]["rows"]["events"] == 1
    digest = hashlib.sha256((new.path / "manifest.json").read_bytes()).hexdigest()
    assert entries[0]["manifest_sha256"] == pointer(release.path.parent)["manifest_sha256"] == digest
    assert pointer(release.path.parent)["version"] == "2026.11.1"


def test_a_release_that_moved_stays_a_candidate_until_signed_off(candidate: Release) -> None:
    releases = candidate.path.parent
    before = {path: path.read_bytes() for path in candidate.path.rglob("*") if path.is_file()}
    (entry, _) = read_index(releases)
    assert entry["grade"] == pointer(releases)["grade"] == "candidate"
    assert entry["movements"]["headline"] == ["killed, all events: 17 to 1,800", "killed, AAA: 17 to 1,800"]
    entry = sign_off(releases, candidate.version, author="ada", reason="an archive was added", now=NOW)
    assert entry["signed_off"] == {"author": "ada", "reason": "an archive was added", "at": "2026-11-22T03:00:00+00:00"}
    assert read_index(releases)[0]["grade"] == pointer(releases)["grade"] == "stable"
    assert {path: path.read_bytes() for path in candidate.path.rglob("*") if path.is_file()} == before
    with pytest.raises(ReleaseError, match="is stable: nothing of it needs"):
        sign_off(releases, candidate.version, author="ada", reason="again", now=NOW)


def test_a_yanked_release_stays_but_nobody_is_led_to_it(publish: Publish, candidate: Release, changed: Tables) -> None:
    releases = candidate.path.parent
    yank(releases, candidate.version, reason="counted twice", use_instead="2026.11.0", now=NOW)
    assert verify_release(candidate.path) == []
    assert find_release(releases).version == pointer(releases)["version"] == "2026.11.0"
    assert read_index(releases)[0]["yanked"] == {
        "reason": "counted twice",
        "use_instead": "2026.11.0",
        "at": "2026-11-22T03:00:00+00:00",
    }
    with pytest.raises(ReleaseError, match="was yanked: counted twice"):
        sign_off(releases, candidate.version, author="ada", reason="fine", now=NOW)
    # The next one follows it all the same: ids and changes go on from what was published last.
    assert newest_release(releases) == candidate
    new = publish(changed, "2026.11.2")
    assert new == latest_release(releases)
    assert [entry["yanked"] is not None for entry in read_index(releases)] == [False, True, False]


@pytest.mark.parametrize("instead", ["2026.11.1", "2026.11.9"])
def test_a_replacement_must_be_one(candidate: Release, instead: str) -> None:
    with pytest.raises(ReleaseError, match=r"is no replacement|there is no release"):
        yank(candidate.path.parent, "2026.11.1", reason="wrong", use_instead=instead, now=NOW)
    assert find_release(candidate.path.parent) == candidate


def test_an_index_that_is_gone_is_made_again(publish: Publish, changed: Tables, candidate: Release) -> None:
    releases = candidate.path.parent
    before = (releases / "index.json").read_bytes()
    for name in ("index.json", "latest.json", "latest"):
        (releases / name).unlink()
    tables = {name: pl.read_parquet(candidate.table(name)) for name in TABLES}
    assert publish(tables, "2026.11.2") is None
    assert (releases / "index.json").read_bytes() == before
    assert latest_release(releases) == candidate


@pytest.mark.parametrize("text", ["{", "[]", '{"releases": [1]}', '{"releases": [{}]}'])
def test_a_damaged_index_says_so_and_what_to_do(publish: Publish, changed: Tables, release: Release, text: str) -> None:
    (release.path.parent / "index.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"is damaged .*: restore it, or remove it"):
        publish(changed, "2026.11.1")


# ---------------------------------------------------------------------------- what moved


def movements(before: Tables, after: Tables) -> dict[str, list[str]]:
    return {check.name: check.movements for check in judge_release(before, after, NOW)}


def repeat(frame: pl.DataFrame, times: int) -> pl.DataFrame:
    return pl.concat([frame] * times)


def test_nothing_moves_from_a_release_to_itself(tables: Tables) -> None:
    assert set(map(tuple, movements(tables, tables).values())) == {()}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(100, 200, [], id="growth"),
        pytest.param(100, 201, ["claims went from 100 to 201 rows"], id="too_much_growth"),
        pytest.param(1000, 920, [], id="loss"),
        pytest.param(1000, 890, ["claims went from 1,000 to 890 rows"], id="too_much_loss"),
        pytest.param(60, 11, [], id="few"),
    ],
)
def test_volume_has_bounds(tables: Tables, before: int, after: int, said: list[str]) -> None:
    one = tables["claims"].head(1)
    old, new = ({**tables, "claims": repeat(one, number)} for number in (before, after))
    assert movements(old, new)["volume"] == said


def test_a_source_that_takes_over_is_found(tables: Tables) -> None:
    many = repeat(tables["articles"].head(1), 100)
    half = many.with_columns(
        source_id=pl.when(pl.int_range(pl.len()) < 50).then(pl.lit("other")).otherwise("source_id")
    )
    (source,) = many["source_id"].unique()
    said = movements({**tables, "articles": many}, {**tables, "articles": half})["source_share"]
    assert said == sorted(
        [f"{source} went from 100% to 50% of the articles", "other went from 0% to 50% of the articles"]
    )


@pytest.mark.parametrize(
    ("cadence", "days", "stale"),
    [(None, 0, False), (None, 3, False), (None, 4, True), ("weekly", 10, False), ("weekly", 11, True)],
)
def test_sources_go_stale(tables: Tables, cadence: str | None, days: int, stale: bool) -> None:
    tables |= {"sources": tables["sources"].with_columns(cadence=pl.lit(cadence, pl.String))}
    (source,) = tables["sources"]["source_id"].head(1)
    row = dict.fromkeys(table_types(TABLES["coverage"]), 0) | {
        "source_id": source, "day": (NOW - timedelta(days=days)).date(), "state": "collected", "is_read": True,
    }  # fmt: skip
    coverage = pl.DataFrame([row], schema=table_types(TABLES["coverage"]))
    said = movements({}, tables | {"coverage": coverage})
    assert (said["freshness"] != []) == stale
    assert said["headline"] == said["volume"] == []
