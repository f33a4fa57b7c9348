"""What the tests of ingest share: sources, raw files, and parsing in one call."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.ingest import Fetcher, FetchSettings, Memory, collect, parse_documents
from pipeline.ingest.items import Item, RawFile, Refusal, mint
from pipeline.ingest.parse import read_file
from schemas import RawArticles, Sources

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
LANGUAGES = ("de", "en", "fa", "id", "it", "nl", "es", "fr", "pt", "ar", "ru", "uk", "tr", "zh")


class Bytes(dict[str, bytes]):
    """Bytes by their digest, as the store keeps them."""

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self[digest] = data
        return digest


def source(**values: Any) -> dict[str, Any]:
    """Returns a row of sources."""
    row = dict.fromkeys(Sources.empty().columns)
    return (
        row | {"source_id": "wire", "kind": "folder", "location": "wire", "licence": "test", "enabled": True} | values
    )


def sources(*rows: dict[str, Any]) -> pl.DataFrame:
    """Returns a frame of sources."""
    return pl.DataFrame(rows or [source()], schema=Sources.empty().schema, orient="row")


#: How tests fetch: from loopback, without waiting.
ON_LOOPBACK = FetchSettings(interval=0.0, backoff=0.0, timeout=5, private_networks=("127.0.0.0/8",))


def collect_all(
    rows: pl.DataFrame,
    root: Path,
    store: Bytes,
    known: pl.DataFrame | None = None,
    now: datetime = NOW,
    memory: Memory | None = None,
    settings: FetchSettings = ON_LOOPBACK,
    **options: Any,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Collects sources; the new rows of raw_articles and the problems."""
    fetcher = Fetcher(settings, Memory() if memory is None else memory, now)
    known = RawArticles.empty() if known is None else known
    found = collect(rows, known, store.put, now, root, fetcher, root / "scratch", **options)
    return found.raw, found.problems


def collect_folder(
    root: Path, store: Bytes, known: pl.DataFrame | None = None, now: datetime = NOW
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Collects the folder `wire` below a root."""
    return collect_all(sources(), root, store, known, now)


def raw_row(store: Bytes, location: str, media_type: str, data: bytes, **values: Any) -> dict[str, Any]:
    """Returns a row of raw_articles and keeps its bytes."""
    digest = store.put(data)
    row = {
        "raw_id": mint("r", "wire", location, digest),
        "source_id": "wire",
        "kind": "folder",
        "location": location,
        "media_type": media_type,
        "digest": digest,
        "bytes": len(data),
        "retrieved_at": NOW,
        **dict.fromkeys(("listed_in", "listed_title", "listed_publisher", "listed_published", "listed_language")),
    }
    return row | values


def raw_frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Returns a frame of raw_articles."""
    return pl.DataFrame(rows, schema=RawArticles.empty().schema, orient="row")


def parse(store: Bytes, raw: pl.DataFrame, **options: Any) -> pl.DataFrame:
    """Parses raw articles with everything relevant, unless told otherwise."""
    settings: dict[str, Any] = {
        "sources": sources(),
        "is_relevant": lambda text, language: True,
        "languages": LANGUAGES,
    } | options
    return parse_documents(raw, store.__getitem__, **settings)


def read(data: bytes | str, media_type: str, location: str = "a", **values: Any) -> list[Item | Refusal]:
    """Reads one file of a folder, or of a feed where the kind says so."""
    file = RawFile(values.pop("kind", "folder"), location, media_type, NOW, **values)
    return read_file((data.encode() if isinstance(data, str) else data, file))


def read_items(data: bytes | str, media_type: str, location: str = "a", **values: Any) -> list[Item]:
    """Reads one file all of whose records are whole."""
    found = read(data, media_type, location, **values)
    items = [item for item in found if isinstance(item, Item)]
    assert len(items) == len(found), found
    return items


def refusals(found: list[Item | Refusal]) -> list[tuple[str, str]]:
    """Returns place and reason of what was refused."""
    return [(part.locator, part.reason) for part in found if isinstance(part, Refusal)]
