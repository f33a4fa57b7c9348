"""Every day of every source says whether it was read: nothing collected is not the same as nothing happened."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support import ARTICLES, LATER, NOW, Project

from pipeline.ingest.coverage import count_coverage, note_collection
from pipeline.validate import empty_table, table_types
from schemas import TABLES, Articles, Coverage, Inputs, Quarantine, RawArticles, Sources

Rows = list[dict[str, Any]]


def frame(model: Any, rows: Rows) -> pl.DataFrame:
    types = table_types(model)
    return pl.DataFrame([{**dict.fromkeys(types), **row} for row in rows], schema=types)


SOURCES = frame(
    Sources,
    [
        {"source_id": "wire", "kind": "feed", "location": "https://wire.example/feed", "enabled": True},
        {"source_id": "gone", "kind": "feed", "location": "https://gone.example/feed", "enabled": True},
        {"source_id": "off", "kind": "folder", "location": "off", "enabled": False},
    ],
)


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 2, tzinfo=UTC)


def problem(source_id: str, location: str) -> dict[str, Any]:
    return {"source_id": source_id, "location": location}


def states(coverage: pl.DataFrame) -> dict[tuple[str, int], str]:
    return {(source, day.day): state for source, day, state in coverage.select("source_id", "day", "state").rows()}


def count(coverage: pl.DataFrame, raw: Rows = [], inputs: Rows = [], articles: Rows = []) -> pl.DataFrame:  # noqa: B006
    counted = count_coverage(
        coverage, SOURCES, frame(RawArticles, raw), frame(Inputs, inputs), frame(Articles, articles)
    )
    return TABLES["coverage"].validate(counted)


def note(coverage: pl.DataFrame, day: int, *problems: dict[str, Any]) -> pl.DataFrame:
    return note_collection(coverage, SOURCES, frame(Quarantine, list(problems)), at(day))


def test_days_are_collected_partly_or_not() -> None:
    coverage = empty_table(Coverage)
    coverage = note(coverage, 1, problem("gone", "https://gone.example/feed"))
    coverage = note(coverage, 2, problem("gone", "https://gone.example/one-article"))
    coverage = note(coverage, 4)
    assert states(count(coverage)) == {
        ("wire", 1): "collected",
        ("gone", 1): "not",
        ("wire", 2): "collected",
        ("gone", 2): "partly",
        ("wire", 3): "not",
        ("gone", 3): "not",
        ("wire", 4): "collected",
        ("gone", 4): "collected",
    }


def test_the_best_collection_of_a_day_counts() -> None:
    failed = problem("gone", "https://gone.example/feed")
    orders: tuple[tuple[Rows, Rows], ...] = (([failed], []), ([], [failed]))
    for order in orders:
        coverage = empty_table(Coverage)
        for problems in order:
            coverage = note(coverage, 1, *problems)
        assert states(count(coverage))["gone", 1] == "collected"


def test_counts_are_those_of_the_day_and_are_taken_anew() -> None:
    raw: Rows = [{"raw_id": "r1", "source_id": "wire", "retrieved_at": at(1)}]
    inputs: Rows = [
        {"raw_id": "r1", "source_id": "wire", "state": state}
        for state in ("article", "article", "duplicate", "irrelevant", "quarantined")
    ]
    articles: Rows = [{"source_id": "wire", "published_at": at(1)}]
    coverage = note(empty_table(Coverage), 1)
    for _ in range(2):
        coverage = count(coverage, raw, inputs, articles)
        row = coverage.filter(pl.col("source_id") == "wire").row(0, named=True)
        assert row == {
            "source_id": "wire",
            "day": date(2026, 11, 1),
            "state": "partly",
            "is_read": True,
            "n_problems": 0,
            "n_files": 1,
            "n_inputs": 5,
            "n_articles": 2,
            "n_duplicates": 1,
            "n_irrelevant": 1,
            "n_quarantined": 1,
            "n_published": 1,
        }
    mended = [{**row, "state": "article"} for row in inputs]
    assert states(count(coverage, raw, mended, articles))["wire", 1] == "collected"


def test_a_day_whose_articles_came_later_is_partly_covered() -> None:
    coverage = note(empty_table(Coverage), 4)
    articles: Rows = [{"source_id": "wire", "published_at": at(2)}]
    for _ in range(2):
        coverage = count(coverage, articles=articles)
        assert states(coverage)["wire", 2] == "partly"
    assert ("wire", 2) not in states(count(coverage))


@pytest.mark.parametrize("days", [1, 3])
def test_a_build_tells_what_it_read(project: Project, days: int) -> None:
    project.build()
    project.add_articles(*ARTICLES, LATER)
    release = project.build(NOW + timedelta(days=days)).release
    assert release
    rows = pl.read_parquet(release.table("coverage")).filter(pl.col("day") >= NOW.date())
    assert rows["state"].to_list() == ["collected", *["not"] * (days - 1), "collected"]
    assert rows["n_inputs"].to_list() == [3, *[0] * (days - 1), 4]


def test_a_day_on_which_nothing_came_makes_no_release(project: Project) -> None:
    project.build()
    assert project.build(NOW + timedelta(days=1)).release is None
    assert project.store.read_table("coverage").filter(pl.col("day") == (NOW + timedelta(days=1)).date()).height == 1
