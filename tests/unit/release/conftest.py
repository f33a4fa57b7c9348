"""A small, whole set of tables: two articles in two scripts, four claims, two events, one contradiction."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.release import Release, latest_release, publish_release
from pipeline.validate import empty_table, table_types
from schemas import TABLES

Tables = dict[str, pl.DataFrame]

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

ENGLISH = (
    "The harbour 🛳 was quiet at dawn. Shells hit Northport on 3 November, killing 14 people, the army said. "
    "Rebels said at least 20 had died.\nSchools stay closed."
)
ARABIC = "هادئ كان الميناء. قُتل ثلاثة أشخاص في الميناء يوم الثلاثاء."


def _id(prefix: str, number: int) -> str:
    return f"{prefix}_{number:020x}"


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=table_types(TABLES[table]))


def _claim(number: int, article: int, text: str, quote: str, **columns: Any) -> dict[str, Any]:
    start = text.index(quote)
    return {
        "claim_id": _id("c", number),
        "article_id": _id("a", article),
        "mention_id": _id("m", number),
        "sentence_index": 1,
        "char_start": start,
        "char_end": start + len(quote),
        "quote": quote,
        "event_date_start": date(2026, 11, 3),
        "event_date_end": date(2026, 11, 3),
        "date_precision": "day",
        "date_basis": "stated",
        "date_text": "3 November",
        "action": "shelling",
        "action_text": "Shells hit",
        "metric": "killed",
        "quantity_bound": "exact",
        "quantity_unit": "person",
        "quantity_text": "14 people",
        "accounting": "increment",
        "place_id": "1",
        "place_text": "Northport",
        "country": "AAA",
        "latitude": 10.5,
        "longitude": -20.25,
        "place_precision": "exact",
        "claimant_type": "media",
        "claim_mode": "asserted",
        "confidence": 0.75,
        "extractor": "rules",
        "extractor_version": "1",
        **columns,
    }


def _event(number: int, **columns: Any) -> dict[str, Any]:
    return {
        "event_id": _id("e", number),
        "event_date_start": date(2026, 11, 3),
        "event_date_end": date(2026, 11, 3),
        "date_precision": "day",
        "action": "shelling",
        "place_id": "1",
        "place_text": "Northport",
        "country": "AAA",
        "latitude": 10.5,
        "longitude": -20.25,
        "place_precision": "exact",
        "accounting": "increment",
        "n_claims": 2,
        "n_articles": 1,
        "n_publishers": 1,
        "n_claimants": 2,
        "estimate_rule": "latest_of_best_source",
        "review_state": "machine",
        "confidence": 0.75,
        "first_release": "2026.11.0",
        "last_changed_release": "2026.11.0",
        **columns,
    }


def build_tables() -> Tables:
    """Returns every table, with rows that keep the contract."""
    source = {"source_id": "desk", "kind": "folder", "location": "articles", "licence": "own words", "enabled": True}
    articles: list[dict[str, Any]] = [
        {
            "title": "Shells | hit `Northport`",
            "publisher": "The Desk",
            "language": "en",
            "text": ENGLISH,
            "authors": ["A"],
        },
        {"title": None, "publisher": None, "language": "ar", "text": ARABIC, "authors": []},
    ]
    death_toll = "killing 14 people"
    tables: dict[str, list[dict[str, Any]]] = {
        "sources": [source],
        "actions": [
            {
                "action": "shelling",
                "family": "violence",
                "definition": "Shells fired",
                "plover_type": "ASSAULT",
                "cameo_root": "19",
                "quad_class": "material_conflict",
                "source": "test",
            }
        ],
        "actors": [
            {"actor_id": "AAA", "name": "Aland", "kind": "state", "country": "AAA", "source": "test"},
            {"actor_id": "AAA_MIL", "name": "Army", "kind": "military", "parent_id": "AAA", "source": "test"},
        ],
        "actor_names": [{"actor_id": "AAA", "language": "en", "name": "Aland", "kind": "name", "source": "test"}],
        "places": [{"place_id": "1", "name": "Northport", "country": "AAA", "latitude": 10.5, "source": "test"}],
        "raw_articles": [
            {
                "raw_id": _id("r", number),
                "source_id": "desk",
                "kind": "folder",
                "location": f"{number}.txt",
                "media_type": "text/plain",
                "digest": f"{number:064x}",
                "bytes": 10,
                "retrieved_at": NOW,
            }
            for number in (1, 2)
        ],
        "inputs": [
            {
                "input_id": _id("i", number),
                "raw_id": _id("r", number),
                "source_id": "desk",
                "location": f"{number}.txt",
                "locator": "",
                "state": "article",
                "article_id": _id("a", number),
            }
            for number in (1, 2)
        ],
        "articles": [
            {
                "article_id": _id("a", number),
                "source_id": "desk",
                "published_at": NOW,
                "published_basis": "page",
                "retrieved_at": NOW,
                **article,
            }
            for number, article in enumerate(articles, start=1)
        ],
        "claims": [
            _claim(1, 1, ENGLISH, death_toll, quantity_low=14, quantity_best=14, quantity_high=14,
                   claimant_id="AAA_MIL", claimant_text="the army", claimant_type="military"),
            _claim(2, 1, ENGLISH, "at least 20 had died", quantity_low=20, quantity_bound="at_least",
                   quantity_text="at least 20", claimant_text="Rebels", claimant_type="rebel"),
            _claim(3, 2, ARABIC, "قُتل ثلاثة أشخاص", quantity_low=3, quantity_best=3, quantity_high=3, quantity_text="ثلاثة"),
        ],
        "claim_evidence": [
            {
                "claim_id": _id("c", 1),
                "field": "quantity",
                "char_start": ENGLISH.index("14 people"),
                "char_end": ENGLISH.index("14 people") + 9,
                "words": "14 people",
                "rule": "number",
                "confidence": 0.75,
            }
        ],
        "events": [
            _event(1, killed_low=14, killed_best=14, killed_high=20),
            _event(2, killed_low=3, killed_best=3, killed_high=3, n_claims=1, n_claimants=0, estimate_rule="single_claim"),
        ],
        "event_claims": [
            {"event_id": _id("e", 1), "claim_id": _id("c", 1), "relation": "supports", "used_in_estimate": True},
            {"event_id": _id("e", 1), "claim_id": _id("c", 2), "relation": "contradicts", "used_in_estimate": False},
            {"event_id": _id("e", 2), "claim_id": _id("c", 3), "relation": "supports", "used_in_estimate": True},
        ],
        "id_registry": [
            {"event_id": _id("e", number), "status": "live", "first_release": "2026.11.0"}
            for number in (1, 2)
        ],
    }  # fmt: skip
    return {name: _frame(name, tables[name]) if name in tables else empty_table(TABLES[name]) for name in TABLES}


@pytest.fixture
def tables() -> Tables:
    return build_tables()


@pytest.fixture(scope="module")
def first_tables() -> Tables:
    """The tables, for tests that draw many examples."""
    return build_tables()


@pytest.fixture
def changed(tables: Tables) -> Tables:
    """The tables with one event's number changed and one event, with its claim, gone."""
    events = tables["events"].filter(pl.col("event_id") == _id("e", 1))
    return tables | {
        "events": events.with_columns(killed_high=pl.lit(25, pl.Int64), last_changed_release=pl.lit("2026.11.1")),
        "event_claims": tables["event_claims"].filter(pl.col("event_id") == _id("e", 1)),
    }


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., Release | None]:
    """Publishes tables below the test's folder."""

    def run(tables: Tables, version: str = "2026.11.0", folder: str = "releases", **options: Any) -> Release | None:
        return publish_release(tmp_path / folder, tables, version=version, created_at=NOW, **options)

    return run


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the first release of the tables; tests read it and copy it."""
    releases = tmp_path_factory.mktemp("first") / "releases"
    publish_release(
        releases, build_tables(), version="2026.11.0", created_at=NOW, commit="0" * 40, facts={"seconds": 1.5}
    )
    return releases


@pytest.fixture
def release(first_release: Path, tmp_path: Path) -> Release:
    """The first release of the tables, in the test's own folder."""
    shutil.copytree(first_release, tmp_path / "releases", symlinks=True)
    found = latest_release(tmp_path / "releases")
    assert found is not None
    return found
