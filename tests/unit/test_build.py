"""The stages over a data folder."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support import ARTICLES, LATER, NOW, Project, program

from pipeline.build import account_inputs, publish, recall_quality, refuse_rows, write_seeds
from pipeline.extraction import extract_article, extract_articles, load_extractor
from pipeline.release import latest_release, list_releases, verify_release
from pipeline.release.manifest import read_manifest
from pipeline.seeds import SEEDS, read_seed
from pipeline.store import Store, StoreError, lock
from pipeline.validate import ContractError
from schemas import TABLES


def parquet_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def test_a_build_makes_a_release_of_every_table(project: Project) -> None:
    report = project.build()
    assert report.release is not None
    assert verify_release(report.release.path) == []
    assert set(report.rows) == set(TABLES)
    assert report.states == {"article": 2, "duplicate": 0, "irrelevant": 1, "quarantined": 0}
    assert report.rows["claims"] > 0


def test_a_build_without_an_article_makes_a_release_all_the_same(project: Project) -> None:
    for file in (project.root / "articles").iterdir():
        file.unlink()
    report = project.build()
    assert report.release is not None
    assert report.rows["events"] == 0
    assert verify_release(report.release.path) == []


def test_a_second_build_reads_nothing_and_releases_nothing(project: Project) -> None:
    first = project.build()
    second = project.build()
    assert (first.read_again, second.read_again, second.new_files) == (2, 0, 0)
    assert second.release is None
    assert second.latest == first.latest


def test_one_new_article_is_read_alone(project: Project) -> None:
    project.build()
    project.add_articles(LATER, file="later.jsonl")
    assert project.build().read_again == 1


def test_the_same_input_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    first = project.build().release
    (tmp_path / "data").rename(tmp_path / "before")
    second = project.build().release
    assert first is not None
    assert second is not None
    assert parquet_bytes(tmp_path / "before" / "releases" / first.version) == parquet_bytes(second.path)


def test_building_in_steps_gives_the_claims_of_building_at_once(project: Project, tmp_path: Path) -> None:
    project.build()
    project.add_articles(LATER, file="later.jsonl")
    project.build()
    in_steps = {name: project.store.read_table(name) for name in ("claims", "claim_evidence", "places", "event_claims")}
    (tmp_path / "data").rename(tmp_path / "before")
    project.build()
    for name, frame in in_steps.items():
        assert frame.equals(project.store.read_table(name)), name


def test_a_source_that_was_removed_is_remembered_but_not_read(project: Project) -> None:
    project.build()
    nothing = read_seed("sources", project.seeds).clear()
    write_seeds(project.store, nothing, project.seeds)
    assert project.store.read_table("sources").select("source_id", "enabled").rows() == [("wire", False)]


def test_one_build_at_a_time(project: Project) -> None:
    with lock(project.store.root), pytest.raises(StoreError, match=str(os.getpid())):
        project.build()


def test_tables_that_were_not_made_together_are_not_published(project: Project) -> None:
    project.build()
    inputs = project.store.read_table("inputs")
    project.store.write_table("inputs", inputs.head(1))
    _, problems = account_inputs(project.store)
    assert problems
    with pytest.raises(ContractError, match="do not add up"):
        publish(project.store, NOW)


def test_events_of_another_release_are_not_published(project: Project) -> None:
    project.build()
    events = project.store.read_table("events").with_columns(first_release=pl.lit("2031.01.0"))
    project.store.write_table("events", events)
    with pytest.raises(ContractError, match=r"2031\.01\.0"):
        publish(project.store, NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"confidence": 1.5}, "breaks_contract", id="number-out-of-range"),
        pytest.param({"actor_id": "NOBODY"}, "unknown_reference", id="unknown-actor"),
        pytest.param({"date_basis": "guessed"}, "breaks_contract", id="unknown-code"),
    ],
)
def test_claims_that_break_the_contract_are_refused_alone(
    project: Project, change: dict[str, object], reason: str
) -> None:
    project.build()
    store = project.store
    claims = store.read_table("claims")
    first = claims["claim_id"][0]
    changed = claims.with_columns(
        pl.when(pl.col("claim_id") == first).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in change.items()
    )
    related = {name: store.read_table(name) for name in ("articles", "actions", "actors", "places")}
    good, refused = refuse_rows("extract", "claims", changed, related)
    assert set(good["claim_id"]) == set(claims["claim_id"]) - {first}
    assert refused.select("stage", "record_id", "reason").rows() == [("extract", first, reason)]


def test_the_number_of_processes_changes_nothing() -> None:
    extractor = load_extractor()
    articles = [
        {**{name: a[name] for name in ("article_id", "language", "title", "text")}, "published": None}
        for a in (*ARTICLES, LATER)
    ]
    alone = list(extract_articles(extractor, SEEDS, articles, 1))
    assert list(extract_articles(extractor, SEEDS, articles, 2)) == alone
    assert any(extraction.claims for extraction in alone)


def test_an_article_whose_process_dies_is_named_and_the_others_are_read() -> None:
    class Killer(str):
        """Ends the process that takes it up."""

        def __reduce__(self) -> tuple[Any, ...]:
            return os._exit, (9,)  # where it is unpickled

    articles = [
        {**{name: a[name] for name in ("article_id", "language", "title", "text")}, "published": None}
        for a in (*ARTICLES, LATER) * 4
    ]
    extractor = load_extractor()
    wanted = list(extract_articles(extractor, SEEDS, articles, 1))
    articles[5] = {**articles[5], "title": Killer("Village attacked")}
    found = list(extract_articles(extractor, SEEDS, articles, 2))
    assert found[5].error == "Its process died"
    assert found[:5] + found[6:] == wanted[:5] + wanted[6:]


def test_an_article_that_breaks_the_extractor_stops_no_other() -> None:
    extraction = extract_article(load_extractor(), {"article_id": "a", "language": "en", "title": None, "text": None})
    assert extraction.claims == []
    assert extraction.error


def test_a_release_says_how_good_its_extractor_is(project: Project) -> None:
    gold = project.root / "tests" / "gold" / "en"
    gold.mkdir(parents=True)
    told = {"article_id": "north-1", "actions": ["drone_strike"], "quantities": [{"metric": "killed", "value": 12}]}
    (gold / "meta.json").write_text(
        json.dumps({"name": "own", "scored": ["actions", "quantities"], "metrics": ["killed"]})
    )
    (gold / "articles.jsonl").write_text(json.dumps(ARTICLES[0]))
    (gold / "gold.jsonl").write_text(json.dumps(told))
    release = project.build().release
    assert release is not None
    quality = json.loads((release.path / "quality.json").read_text())
    assert quality["extractor_version"] == load_extractor(project.seeds).version
    assert quality["figures"]["measures"]["whole row"]["f1"] == 1
    assert "quality.json" in read_manifest(release.path)["files"]


def test_figures_are_measured_again_only_when_gold_or_extractor_change(project: Project) -> None:
    seen: list[str] = []

    def recall() -> None:
        recall_quality(project.store, NOW, project.seeds, 1, lambda stage, *_: seen.append(stage))

    gold = project.root / "tests" / "gold" / "en"
    gold.mkdir(parents=True)
    (gold / "meta.json").write_text("{}")
    (gold / "articles.jsonl").write_text(json.dumps(ARTICLES[0]))
    (gold / "gold.jsonl").write_text("")
    recall()
    measured = len(seen)
    recall()
    assert len(seen) == measured > 0
    (gold / "gold.jsonl").write_text(json.dumps({"article_id": "north-1", "actions": ["drone_strike"]}))
    recall()
    assert len(seen) == 2 * measured


@pytest.mark.parametrize("stage", ["documents", "claims", "events", "quarantine", "release"])
def test_a_killed_build_leaves_the_last_release_whole(project: Project, tmp_path: Path, stage: str) -> None:
    first = project.build().release
    assert first is not None
    project.add_articles(LATER, file="later.jsonl")
    releases = project.store.releases
    watched = project.store.table_path(stage) if stage != "release" else releases
    before = watched.stat().st_mtime_ns
    script = (
        "import sys; from pathlib import Path; from support import Project; Project(Path(sys.argv[1])).build(workers=1)"
    )
    with program("-c", script, tmp_path, cwd=Path(__file__).parents[1]) as process:
        while process.poll() is None and watched.stat().st_mtime_ns == before:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    latest = latest_release(releases)
    assert latest is not None
    assert verify_release(latest.path) == []
    project.build()
    assert [release.version for release in list_releases(releases)] == ["2026.11.0", "2026.11.1"]
    assert all(verify_release(release.path) == [] for release in list_releases(releases))
    assert not list(releases.glob(".staging*"))
    assert Store(tmp_path / "data").read_table("articles").height == 3
