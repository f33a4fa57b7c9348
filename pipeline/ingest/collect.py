"""Sources to raw articles: bytes kept as they came, with where and when they came from.

What belongs here: what is new in each source, which pages wait to be fetched, and refusing what cannot be kept. What does
not: the kinds of sources (pipeline/ingest/sources), and parsing. A file that is kept but cannot be parsed is refused there, as
an input; what never became bytes is a problem of the collection.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.ingest.fetching import Fetched, Fetcher
from pipeline.ingest.items import Listed, Refused, mint
from pipeline.ingest.memory import Memory, ReadFile, Visit, Waiting
from pipeline.ingest.sources import READERS, Part, Portion, Problem, Raw, Reach, Source
from schemas import Quarantine, RawArticles

#: Changes when the same files give other bytes to keep: then they are read again.
_COLLECTOR_VERSION: Final = "1"
_CADENCES: Final = {
    "quarter_hourly": timedelta(minutes=15),
    "hourly": timedelta(hours=1),
    "six_hourly": timedelta(hours=6),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
}
_EARLY: Final = 0.05  # share of a cadence by which a run may be early: schedules tick late, and not always by the same
_PAGE_TYPES: Final = frozenset(("", "application/xhtml+xml"))
_NEW: Final = RawArticles.empty().schema
_PROBLEMS: Final = Quarantine.empty().schema

Progress = Callable[[int, int], None]


class Collected(NamedTuple):
    """What a collection found.

    Attributes:
        raw: The new rows of raw_articles.
        problems: Rows of quarantine for what no bytes could be had of: they are no inputs, and come again at each
            collection until they are mended.
        read: The sources that were read now.
    """

    raw: pl.DataFrame
    problems: pl.DataFrame
    read: list[str]


def collect(
    sources: pl.DataFrame,
    known: pl.DataFrame,
    put_bytes: Callable[[bytes], str],
    now: datetime,
    project_root: Path,
    fetcher: Fetcher,
    scratch: Path,
    days: Sequence[date] | None = None,
    former: pl.DataFrame | None = None,
    progress: Progress | None = None,
    only: Sequence[str] | None = None,
) -> Collected:
    """Reads every enabled source that is due and keeps what is new.

    Args:
        sources: Rows of sources.
        known: Rows of raw_articles so far; the same bytes at the same place are not collected twice.
        put_bytes: Keeps bytes and returns their sha256.
        now: The time of this collection (UTC).
        project_root: Folder that relative locations are below.
        fetcher: Fetches addresses; its memory tells what earlier collections met, and is added to.
        scratch: Folder for archives while they are read.
        days: The days to collect for; today unless given. Where today is not among them only sources that keep the past
            by date are read.
        former: The problems of the last collection: those of sources that are not due stand.
        progress: Called with the number of pages fetched and of all.
        only: Web archives to read and nothing else, as `list_unread` names them; no source counts as read for it.
    """
    days = days or [now.date()]
    reach = Reach(project_root, fetcher, days, scratch)
    work = _Collection(put_bytes, now, fetcher.memory, set(known["raw_id"]), pages_of(known))
    chosen = [Source.of(row) for row in sources.filter("enabled").sort("source_id").iter_rows(named=True)]
    if only is not None:
        wanted = {name.partition(" ")[0] for name in only}
        due = [source for source in chosen if source.kind == "warc" and source.source_id in wanted]
    else:
        due = [source for source in chosen if _is_wanted(source, days, now, fetcher.memory)]
    for source in due:
        work.read(source, reach, only)
        if now.date() in days and only is None:
            fetcher.memory.visits[source.source_id] = Visit(source.source_id, now)
    work.fetch(due, fetcher, progress)
    problems = pl.DataFrame(work.problems, schema=_PROBLEMS, orient="row").unique("quarantine_id", keep="first")
    if former is not None:
        # Of an archive that was read alone, the others of its source say what they said.
        waiting = {source.source_id for source in chosen} - (
            {source.source_id for source in due} if only is None else set()
        )
        standing = former.filter(pl.col("source_id").is_in(waiting))
        problems = pl.concat([problems, standing]).unique("quarantine_id", keep="first")
    raw = pl.DataFrame(work.rows, schema=_NEW, orient="row")
    read = [source.source_id for source in due] if now.date() in days and only is None else []
    return Collected(raw.sort("raw_id"), problems.sort("quarantine_id"), read)


def list_unread(sources: pl.DataFrame, reach: Reach) -> list[str]:
    """Returns the portions of sources that were not read as they are now, each as `source_id location`.

    A source that cannot be listed has none: the next collection says why.
    """
    found = []
    for row in sources.sort("source_id").iter_rows(named=True):
        source = Source.of(row)
        try:
            for portion in READERS[source.kind](source, reach):
                former = reach.fetcher.memory.files.get(_key(source, portion))
                if portion.version is not None and (former is None or former.version != _version(portion)):
                    found.append(_key(source, portion))
        except Refused:
            continue
    return found


def _key(source: Source, portion: Portion) -> str:
    return f"{source.source_id} {portion.name}"


def _version(portion: Portion) -> str | None:
    return portion.version and f"{_COLLECTOR_VERSION}, {portion.version}"


def is_due(source: Source, now: datetime, memory: Memory) -> bool:
    """Tells whether a source is to be read again: by its cadence, since it was last read."""
    visit = memory.visits.get(source.source_id)
    if visit is None or source.cadence is None:
        return True
    return not timedelta(0) <= now - visit.seen_at < _CADENCES[source.cadence] * (1 - _EARLY)


def keeps_past(source: Source) -> bool:
    """Tells whether a source keeps the past by date, so that it can be collected later."""
    return any(mark in source.location for mark in ("%Y", "%m", "%d", "masterfilelist"))


def pages_of(known: pl.DataFrame) -> set[str]:
    """Returns the addresses of the pages that were fetched."""
    return set(known.filter(pl.col("listed_in").is_not_null())["location"])


def _is_wanted(source: Source, days: Sequence[date], now: datetime, memory: Memory) -> bool:
    if now.date() in days:
        return is_due(source, now, memory) or (keeps_past(source) and len(days) > 1)
    return keeps_past(source)


@dataclass
class _Collection:
    """What is put together while sources are read."""

    put_bytes: Callable[[bytes], str]
    began: datetime
    memory: Memory
    seen: set[str]
    pages: set[str]
    rows: list[dict[str, object]] = field(default_factory=list)
    problems: list[dict[str, object]] = field(default_factory=list)

    def read(self, source: Source, reach: Reach, only: Sequence[str] | None = None) -> None:
        """Reads the portions of a source, or only some of them, that are new or changed."""
        try:
            for portion in READERS[source.kind](source, reach):
                if only is None or _key(source, portion) in only:
                    self._read_portion(source, portion)
        except Refused as refused:
            self._refuse(source, Problem(source.location, refused))

    def _read_portion(self, source: Source, portion: Portion) -> None:
        key, version = _key(source, portion), _version(portion)
        former = self.memory.files.get(key)
        if version is not None and former is not None and former.version == version:
            former.seen_at = self.began
            for location, reason, detail in json.loads(former.problems):
                self._refuse(source, Problem(location, Refused.again(reason, detail)))
            return
        met: list[Problem] = []
        complete = True
        try:
            for part in portion.read():
                self._take(source, part)
                if isinstance(part, Problem):
                    met.append(part)
        except Refused as refused:
            complete = False
            self._refuse(source, Problem(portion.name, refused))
        if version is not None and complete:
            told = [(one.location, one.refused.reason, one.refused.detail) for one in met]
            self.memory.files[key] = ReadFile(key, self.began, version, json.dumps(told))

    def _take(self, source: Source, part: Part) -> None:
        if isinstance(part, Raw):
            self._keep(source, part)
        elif isinstance(part, Problem):
            self._refuse(source, part)
        elif part.url not in self.pages:
            named = Waiting(part.url, self.began, source.source_id, *list(asdict(part).values())[1:])
            self.memory.waiting.setdefault(part.url, named)

    def fetch(self, sources: Sequence[Source], fetcher: Fetcher, progress: Progress | None) -> None:
        """Fetches the pages that wait, of all sources at once."""
        by_id = {source.source_id: source for source in sources}
        urls: list[str] = []
        for source in sources:
            due = []
            for page in self._waiting(source):
                failed = self.memory.recall_failure(page.url, fetcher.clock())
                if failed is None:
                    due.append(page.url)
                else:
                    self._refuse(source, Problem(page.url, failed))
            most = fetcher.settings.max_pages
            urls += due[:most]
            if len(due) > most:
                what = f"{len(due) - most:,} pages wait; {most:,} of a source are fetched in one build"
                self._refuse(source, Problem(f"{source.location}, pages", Refused("pages_left", what)))
        for done, (url, result) in enumerate(fetcher.fetch_pages(urls), start=1):
            page = self.memory.waiting[url]
            if isinstance(result, Refused):
                self._refuse(by_id[page.source_id], Problem(url, result))
            else:
                self._keep(by_id[page.source_id], _page(url, result), page.listed)
                self.memory.waiting.pop(url)
                self.memory.addresses.pop(url, None)
            if progress:
                progress(done, len(urls))

    def _waiting(self, source: Source) -> Iterator[Waiting]:
        for url, page in list(self.memory.waiting.items()):
            if page.source_id == source.source_id:
                if url in self.pages:
                    self.memory.waiting.pop(url)
                else:
                    yield page

    def _keep(self, source: Source, raw: Raw, listed: Listed | None = None) -> None:
        digest = self.put_bytes(raw.data)
        raw_id = mint("r", source.source_id, raw.location, digest)
        if raw_id in self.seen:
            return
        self.seen.add(raw_id)
        self.rows.append(
            {
                "raw_id": raw_id,
                "source_id": source.source_id,
                "kind": source.kind,
                "location": raw.location,
                "media_type": raw.media_type,
                "digest": digest,
                "bytes": len(raw.data),
                "retrieved_at": self.began,
                "listed_in": listed.listed_in if listed else None,
                "listed_title": listed.title if listed else None,
                "listed_publisher": listed.publisher if listed else None,
                "listed_published": listed.published if listed else None,
                "listed_language": listed.language if listed else None,
            }
        )

    def _refuse(self, source: Source, problem: Problem) -> None:
        """Adds the row of quarantine for something of which no bytes could be had."""
        record_id = mint("i", source.source_id, problem.location)
        self.problems.append(
            {
                "quarantine_id": mint("q", "ingest", record_id, problem.refused.reason),
                "stage": "ingest",
                "record_id": record_id,
                "source_id": source.source_id,
                "location": problem.location,
                "reason": problem.refused.reason,
                "detail": problem.refused.detail,
            }
        )


def _page(url: str, fetched: Fetched) -> Raw:
    """Returns a page's bytes; one that states no type, or XHTML, is read as HTML."""
    assert fetched.data is not None
    base, semicolon, parameters = fetched.media_type.partition(";")
    base = "text/html" if base.strip() in _PAGE_TYPES else base.strip()
    return Raw(url, f"{base}{semicolon}{parameters}", fetched.data)
