"""Raw bytes to documents: the right reader for each file, and one clean row for each article or refusal.

What belongs here: choosing the reader, sharing the work among processes, language and relevance of what was found.
What does not: the formats (records.py, page.py, feed.py), and what becomes of equal texts (articles.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import polars as pl

from pipeline.ingest import warc
from pipeline.ingest.clean import article_id, clean_text
from pipeline.ingest.families import complete
from pipeline.ingest.items import Item, Listed, RawFile, Refusal, Refused, mint
from pipeline.ingest.json_feed import read_any_feed
from pipeline.ingest.language import UNKNOWN, detect_language, doubt_language, primary_tag
from pipeline.ingest.packed import unpack
from pipeline.ingest.page import read_page
from pipeline.ingest.records import read_csv, read_jsonl, read_parquet, read_text
from pipeline.workers import Failed, run_in_workers
from schemas import Documents

#: Changes when the same bytes give other documents: rows that an older version made are not to be reused.
PARSER_VERSION: Final = "7"

Reader = Callable[[bytes, RawFile], Iterator[Item | Refusal]]
Progress = Callable[[int, int], None]
Counted = Callable[[Mapping[str, int]], None]
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
_BYTES_FOR_WORKERS = 4_000_000  # less is read while a process would start: its imports and lexicons take 2 seconds
#: Characters kept of what is not relevant, most of the news: only stories (pipeline/resolve) look at it again.
_KEPT: Final = 1_000
_WORKER_SECONDS = 10.0  # for a batch, then for a file alone; the slowest of 1,362 real pages took 3
_BATCH = 16  # files, or records of a file, handed over at once: one by one, handing over takes a tenth of the time
_SCHEMA: Final = Documents.empty().schema
_PANIC: Final = "PanicException"  # of parsers written in Rust: no Exception, and of no module that can be imported
_NOTHING: Final[dict[str, object]] = {
    **dict.fromkeys(_SCHEMA.names()),
    "authors": [],
    "published_basis": "unknown",
    "language": UNKNOWN,
    "relevant": False,
}


class Part(NamedTuple):
    """A raw file to read, or some of what was found in one; and how many files are done with it."""

    row: Row
    found: Sequence[Item | Refusal] | None
    files: int


@dataclass(frozen=True)
class Parser:
    """What makes documents of raw files, in this process or another."""

    read_bytes: Callable[[str], bytes]
    sources: Mapping[str, Row]
    is_relevant: Callable[[str, str], bool]
    languages: Sequence[str]

    def __call__(self, parts: Sequence[Part]) -> pl.DataFrame:
        """Returns the rows of Documents of some parts; at least one of each."""
        rows = []
        for part in parts:
            found = part.found if part.found is not None else self.read(part.row)
            rows += [self._document(one, part.row) for one in found]
        return pl.DataFrame(rows, schema=_SCHEMA, orient="row")

    def read(self, row: Row) -> list[Item | Refusal]:
        """Reads one raw file."""
        return read_file((self.read_bytes(str(row["digest"])), self._raw_file(row)))

    def _raw_file(self, row: Row) -> RawFile:
        """Returns what a reader may know of a raw file."""
        retrieved_at = row["retrieved_at"]
        assert isinstance(retrieved_at, datetime)
        source = self.sources.get(str(row["source_id"]), {})
        zone, publisher = source.get("timezone"), source.get("publisher")
        return RawFile(
            str(row["kind"]),
            str(row["location"]),
            str(row["media_type"]),
            retrieved_at,
            str(zone) if zone else None,
            str(publisher) if publisher else None,
            _listed(row),
        )

    def _document(self, found: Item | Refusal, row: Row) -> dict[str, object]:
        """Returns the row of Documents for one article or refusal."""
        document: dict[str, object] = {
            **_NOTHING,
            "input_id": mint("i", str(row["raw_id"]), found.locator),
            **{name: row[name] for name in ("raw_id", "source_id", "location", "retrieved_at")},
            "locator": found.locator,
            "role": "page" if row["listed_in"] is not None else "item" if row["kind"] == "feed" else None,
        }
        if isinstance(found, Refusal):
            return document | {"reason": found.reason, "detail": found.detail}
        document["url"] = found.url
        try:
            text = clean_text(found.text, wrapped=found.wrapped)
        except Refused as refused:
            return document | {"reason": refused.reason, "detail": refused.detail}
        source = self.sources.get(str(row["source_id"]), {})
        hint = source.get("language")
        declared = primary_tag(found.language) or primary_tag(str(hint) if hint else None)
        language = declared or detect_language(text, self.languages)
        relevant = self.is_relevant(text, language)
        return document | {
            "external_id": found.external_id,
            "publisher": found.publisher or source.get("publisher"),
            "authors": list(found.authors),
            "title": found.title,
            "published_at": found.published.at if found.published else None,
            "published_basis": found.basis,
            "misdated": found.misdated,
            "published_local_date": found.published.local_date if found.published else None,
            "language": language,
            "language_doubt": doubt_language(text, language),
            "text": text if relevant else text[:_KEPT],
            "article_id": article_id(text),
            "relevant": relevant,
        }


def _listed(row: Row) -> Listed | None:
    """Returns what the list that named a page says of it; None for what is no page of a list."""
    if row["listed_in"] is None:
        return None
    said = (row[f"listed_{name}"] for name in ("title", "publisher", "published", "language"))
    return Listed(str(row["location"]), str(row["listed_in"]), *(None if one is None else str(one) for one in said))


def parse_documents(
    raw: pl.DataFrame,
    read_bytes: Callable[[str], bytes],
    sources: pl.DataFrame,
    is_relevant: Callable[[str, str], bool],
    languages: Sequence[str],
    known: pl.DataFrame | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    counted: Counted | None = None,
) -> pl.DataFrame:
    """Parses raw files into documents; every file gives at least one row.

    Where there is much to read, it is read in processes that are killed where they hang or take too much memory.

    Args:
        raw: Rows of raw_articles.
        read_bytes: Returns the bytes of a digest; called for one file at a time. It can be pickled.
        sources: Rows of sources, for language, publisher and time zone.
        is_relevant: Tells of a text and its language whether it may speak of conflict. It can be pickled.
        languages: Languages to choose from where none is declared (BCP 47 primary tags).
        known: Documents of an earlier run, whose files are not parsed again. Pass null where PARSER_VERSION, the
            sources, the languages or what is relevant have changed since.
        progress: Called with the number of files done and of all files.
        workers: Processes where there is much to read.
        counted: Called with what was found so far: how many documents are relevant, irrelevant, refused.

    Returns:
        Rows of Documents, sorted by input_id.
    """
    reused = pl.DataFrame(schema=_SCHEMA) if known is None else known.join(raw, on="raw_id", how="semi")
    fresh = raw.join(reused.select("raw_id"), on="raw_id", how="anti").sort("raw_id")
    settings = {str(row["source_id"]): row for row in sources.iter_rows(named=True)}
    parser = Parser(read_bytes, settings, is_relevant, languages)
    done = raw.height - fresh.height
    if progress:
        progress(done, raw.height)
    frames = [reused.select(_SCHEMA.names())]
    found: Counter[str] = Counter()
    parts = _parts(fresh, parser)
    much = fresh["bytes"].sum() >= _BYTES_FOR_WORKERS
    for files, frame in _in_workers(parser, parts, workers) if much else _here(parser, parts):
        frames.append(frame)
        done += files
        if counted:
            found.update(_count(frame))
            counted(found)
        if progress and files:
            progress(done, raw.height)
    return pl.concat(frames).sort("input_id")


def _count(documents: pl.DataFrame) -> dict[str, int]:
    """Returns how many documents there are of each kind."""
    refused = documents.height - documents["reason"].null_count()
    relevant = documents.filter("relevant").height
    return {"relevant": relevant, "irrelevant": documents.height - refused - relevant, "refused": refused}


def _parts(fresh: pl.DataFrame, parser: Parser) -> Iterator[Part]:
    """Yields raw files to read; of files with many records, what is found in them."""
    for row in fresh.iter_rows(named=True):
        if row["media_type"].partition(";")[0] in (_HTML, warc.MEDIA_TYPE):
            yield Part(row, None, 1)
            continue
        found = parser.read(row)
        for at in range(0, len(found), _BATCH):
            yield Part(row, found[at : at + _BATCH], int(at + _BATCH >= len(found)))


def _here(parser: Parser, parts: Iterable[Part]) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yields documents as they are made, and how many files are done with them."""
    for batch in _batches(parts):
        yield sum(part.files for part in batch), parser(batch)


def _in_workers(parser: Parser, parts: Iterable[Part], workers: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yields documents as they are made by processes; a batch that ends its process is read again, one by one."""
    again: list[Sequence[Part]] = []

    def tasks() -> Iterator[tuple[Sequence[Part], Sequence[Part]]]:
        for batch in _batches(parts):
            yield batch, batch
            while again:
                alone = again.pop()
                yield alone, alone

    waiting: Iterable[tuple[Sequence[Part], Sequence[Part]]] = tasks()
    while True:
        for batch, made in run_in_workers(parser, iter(waiting), workers, _WORKER_SECONDS):
            if not isinstance(made, Failed):
                yield sum(part.files for part in batch), made
            elif len(batch) > 1:
                again += [[part] for part in batch]
            elif (found := batch[0].found) is not None and len(found) > 1:
                again += [[Part(batch[0].row, [one], 0)] for one in found[1:]]
                again.append([Part(batch[0].row, found[:1], batch[0].files)])
            else:
                locator = found[0].locator if found else ""
                refusal = Refused("worker_failed", made.what).at(locator)
                yield batch[0].files, parser([Part(batch[0].row, [refusal], 0)])
        if not again:
            return
        waiting = [(alone, alone) for alone in again]
        again.clear()


def _batches(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Yields parts in batches of about as much work."""
    batch: list[Part] = []
    size = 0
    for part in parts:
        batch.append(part)
        size += 1 if part.found is None else len(part.found)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def read_file(task: tuple[bytes, RawFile]) -> list[Item | Refusal]:
    """Reads one raw file with the reader of its kind; refusals come back as such, and never nothing."""
    data, file = task
    try:
        data = unpack(data, file.coding)
        found = [complete(one, file) if isinstance(one, Item) else one for one in _reader(data, file)(data, file)]
        if not found:
            raise Refused("no_items", "It holds no article")
    except Refused as refused:
        return [refused.at("")]
    except BaseException as error:  # a parser that fails on one hostile file must not stop the run
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        return [Refused("parser_failed", f"Its parser failed ({type(error).__name__}: {str(error)[:200]})").at("")]
    return found


def _reader(data: bytes, file: RawFile) -> Reader:
    """Returns the reader for a file by its source's kind and its media type."""
    media_type = file.media_type.partition(";")[0].strip()
    reader = read_any_feed if file.kind == "feed" and file.listed is None else _READERS.get(media_type)
    if reader is None:
        raise Refused("unsupported_type", "Files with this suffix are not read")
    if not data.strip():
        raise Refused("empty_file", "It holds no text")
    return reader
