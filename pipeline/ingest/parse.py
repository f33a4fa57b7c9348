"""Raw bytes to documents: the right reader for each file, and one clean row for each article or refusal.

What belongs here: choosing the reader, cleaning, language and relevance of what it found. What does not: the formats
(records.py, page.py, feed.py), and what becomes of equal texts (articles.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import polars as pl

from pipeline.ingest import warc
from pipeline.ingest.clean import article_id, clean_text
from pipeline.ingest.feed import read_feed
from pipeline.ingest.items import Item, RawFile, Refusal, Refused, mint
from pipeline.ingest.json_feed import read_json_feed
from pipeline.ingest.language import UNKNOWN, detect_language, primary_tag
from pipeline.ingest.packed import unpack
from pipeline.ingest.page import read_page
from pipeline.ingest.records import read_csv, read_jsonl, read_parquet, read_text
from pipeline.ingest.workers import Failed, run_in_workers
from schemas import Documents

#: Changes when the same bytes give other documents: rows that an older version made are not to be reused.
PARSER_VERSION: Final = "2"

Reader = Callable[[bytes, RawFile], Iterator[Item | Refusal]]
Progress = Callable[[int, int], None]
Row = Mapping[str, object]

_HTML: Final = "text/html"
_READERS: Final[dict[str, Reader]] = {
    "text/plain": read_text,
    _HTML: read_page,
    "application/x-ndjson": read_jsonl,
    "text/csv": read_csv,
    "application/vnd.apache.parquet": read_parquet,
    warc.MEDIA_TYPE: warc.read_record,
}
_PAGES_FOR_WORKERS = 32  # starting a process takes as long as reading some hundred pages
_WORKER_SECONDS = 60.0  # the slowest real page took 3
_SCHEMA: Final = Documents.empty().schema


def parse_documents(
    raw: pl.DataFrame,
    read_bytes: Callable[[str], bytes],
    sources: pl.DataFrame,
    is_relevant: Callable[[str, str], bool],
    languages: Sequence[str],
    known: pl.DataFrame | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> pl.DataFrame:
    """Parses raw files into documents; every file gives at least one row.

    Args:
        raw: Rows of raw_articles.
        read_bytes: Returns the bytes of a digest; called for one file at a time.
        sources: Rows of sources, for language, publisher and time zone.
        is_relevant: Tells of a text and its language whether it may speak of conflict.
        languages: Languages to choose from where none is declared (BCP 47 primary tags).
        known: Documents of an earlier run, whose files are not parsed again. Pass null where PARSER_VERSION, the
            sources, the languages or what is relevant have changed since.
        progress: Called with the number of files done and of all files.
        workers: Processes for web pages where there are many; 1 reads them in this process.

    Returns:
        Rows of Documents, sorted by input_id.
    """
    reused = pl.DataFrame(schema=_SCHEMA) if known is None else known.join(raw, on="raw_id", how="semi")
    fresh = raw.join(reused, on="raw_id", how="anti").sort("raw_id")
    files = {str(row["raw_id"]): row for row in fresh.iter_rows(named=True)}
    settings = {str(row["source_id"]): row for row in sources.iter_rows(named=True)}
    rows: list[dict[str, object]] = []
    done = raw.height - fresh.height
    if progress:
        progress(done, raw.height)
    for raw_id, found in _read_all(files, settings, read_bytes, workers):
        source = settings.get(str(files[raw_id]["source_id"]), {})
        rows.extend(_document(part, files[raw_id], source, is_relevant, languages) for part in found)
        done += 1
        if progress:
            progress(done, raw.height)
    parsed = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return pl.concat([reused.select(_SCHEMA.names()), parsed]).sort("input_id")


def read_file(task: tuple[bytes, RawFile]) -> list[Item | Refusal]:
    """Reads one raw file with the reader of its kind; refusals come back as such, and never nothing."""
    data, file = task
    try:
        data = unpack(data, file.coding)
        found = list(_reader(data, file)(data, file))
        if not found:
            raise Refused("no_items", "It holds no article")
    except Refused as refused:
        return [refused.at("")]
    except Exception as error:  # a parser that fails on one hostile file must not stop the run
        return [Refused("parser_failed", f"Its parser failed ({type(error).__name__}: {str(error)[:200]})").at("")]
    return found


def _reader(data: bytes, file: RawFile) -> Reader:
    """Returns the reader for a file by its source's kind and its media type."""
    media_type = file.media_type.partition(";")[0].strip()
    feed_reader = read_json_feed if data.lstrip()[:1] == b"{" else read_feed
    reader = feed_reader if file.kind == "feed" else _READERS.get(media_type)
    if reader is None:
        raise Refused("unsupported_type", "Files with this suffix are not read")
    if not data.strip():
        raise Refused("empty_file", "It holds no text")
    return reader


def _read_all(
    files: Mapping[str, Row], settings: Mapping[str, Row], read_bytes: Callable[[str], bytes], workers: int
) -> Iterator[tuple[str, list[Item | Refusal]]]:
    """Yields each file's id and what was found in it; web pages in workers where there are many."""

    def task(raw_id: str) -> tuple[bytes, RawFile]:
        row = files[raw_id]
        return read_bytes(str(row["digest"])), _raw_file(row, settings.get(str(row["source_id"]), {}))

    pages = [raw_id for raw_id, row in files.items() if row["media_type"] in (_HTML, warc.MEDIA_TYPE)]
    if workers < 2 or len(pages) < _PAGES_FOR_WORKERS:
        pages = []
    in_workers = set(pages)
    for raw_id in files:
        if raw_id not in in_workers:
            yield raw_id, read_file(task(raw_id))
    for raw_id, result in run_in_workers(read_file, ((i, task(i)) for i in pages), workers, _WORKER_SECONDS):
        if isinstance(result, Failed):
            result = [Refused("worker_failed", result.what).at("")]
        yield raw_id, result


def _raw_file(row: Row, source: Row) -> RawFile:
    """Returns what a reader may know of a raw file."""
    retrieved_at = row["retrieved_at"]
    assert isinstance(retrieved_at, datetime)
    zone, publisher = source.get("timezone"), source.get("publisher")
    return RawFile(
        str(row["kind"]),
        str(row["location"]),
        str(row["media_type"]),
        retrieved_at,
        str(zone) if zone else None,
        str(publisher) if publisher else None,
    )


def _document(
    found: Item | Refusal,
    row: Row,
    source: Row,
    is_relevant: Callable[[str, str], bool],
    languages: Sequence[str],
) -> dict[str, object]:
    """Returns the row of Documents for one article or refusal."""
    document: dict[str, object] = {
        **dict.fromkeys(_SCHEMA.names()),
        "input_id": mint("i", str(row["raw_id"]), found.locator),
        **{name: row[name] for name in ("raw_id", "source_id", "location", "retrieved_at")},
        "locator": found.locator,
        "authors": [],
        "published_basis": "unknown",
        "language": UNKNOWN,
        "relevant": False,
    }
    if isinstance(found, Refusal):
        return document | {"reason": found.reason, "detail": found.detail}
    try:
        text = clean_text(found.text, wrapped=found.wrapped)
    except Refused as refused:
        return document | {"reason": refused.reason, "detail": refused.detail}
    hint = source.get("language")
    language = (
        primary_tag(found.language) or primary_tag(str(hint) if hint else None) or detect_language(text, languages)
    )
    return document | {
        "external_id": found.external_id,
        "url": found.url,
        "publisher": found.publisher or source.get("publisher"),
        "authors": list(found.authors),
        "title": found.title,
        "published_at": found.published.at if found.published else None,
        "published_basis": found.basis,
        "published_local_date": found.published.local_date if found.published else None,
        "language": language,
        "text": text,
        "article_id": article_id(text),
        "relevant": is_relevant(text, language),
    }
