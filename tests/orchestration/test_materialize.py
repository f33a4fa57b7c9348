"""Materialising: everything, only what is new, and nothing that is wrong."""

import dagster as dg
import polars as pl
from support import ARTICLES, LATER, Materialize, Project

from pipeline.defs.schedules import JOB
from pipeline.release import list_releases, verify_release
from schemas import TABLES


def figures(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    """Returns the metadata of an asset's materialisation."""
    [event] = [e for e in result.get_asset_materialization_events() if e.asset_key == dg.AssetKey(asset)]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def test_every_asset_is_made(project: Project, materialize: Materialize) -> None:
    result = materialize()
    assert result.success
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key}
    assert made == {*TABLES, "documents", "release"}
    [release] = list_releases(project.store.releases)
    assert verify_release(release.path) == []
    assert figures(result, "release")["release"] == release.version
    assert figures(result, "inputs")["dagster/row_count"] == len(ARTICLES)
    assert project.store.read_table("claims").height > 0
    assert all(evaluation.passed for evaluation in result.get_asset_check_evaluations())


def test_a_second_run_reads_no_article_again(project: Project, materialize: Materialize) -> None:
    materialize()
    before = project.store.read_table("claims")
    result = materialize()
    assert result.success
    assert figures(result, "claims")["articles_read_again"] == 0
    assert figures(result, "raw_articles")["new_files"] == 0
    assert project.store.read_table("claims").equals(before)
    assert len(list_releases(project.store.releases)) == 1


def test_one_new_article_is_read(project: Project, materialize: Materialize) -> None:
    materialize()
    project.add_articles(LATER, file="later.jsonl")
    result = materialize()
    assert figures(result, "claims")["articles_read_again"] == 1
    assert [release.version for release in list_releases(project.store.releases)] == ["2026.11.0", "2026.11.1"]


def test_a_failed_check_stops_the_release(project: Project, materialize: Materialize) -> None:
    materialize()
    articles = project.store.read_table("articles")
    project.store.write_table("articles", articles.filter(pl.col("external_id") != "north-1"))
    project.add_articles(LATER, file="later.jsonl")
    result = materialize("quarantine", "changes", "release")
    assert not result.success
    failed = {evaluation.check_name for evaluation in result.get_asset_check_evaluations() if not evaluation.passed}
    assert failed == {"accounting", "foreign_keys"}
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key}
    assert "release" not in made
    assert len(list_releases(project.store.releases)) == 1


def test_previews_carry_no_markup_of_articles(project: Project, materialize: Materialize) -> None:
    hostile = {**LATER, "title": "<img src=x onerror=alert(1)> [a](javascript:b) | cell"}
    project.add_articles(hostile, file="hostile.jsonl")
    preview = str(figures(materialize(), "articles")["preview"])
    assert "<img" not in preview
    assert "](" not in preview


def test_the_past_is_not_collected_again(project: Project, definitions: dg.Definitions) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance, partition_key="2026-11-01", asset_selection=[dg.AssetKey("raw_articles")]
        )
    assert result.success
    assert project.store.read_table("raw_articles").is_empty()
