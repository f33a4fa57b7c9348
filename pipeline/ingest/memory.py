"""What collecting keeps between runs: versions of files and addresses, pages that wait, failures, robots.txt.

What belongs here: the facts and their frames. What does not: what follows from them (collect.py, pipeline/ingest/fetching),
and where frames are kept (pipeline/store).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from pipeline.ingest.items import Listed, Refused

_KEPT: Final = timedelta(days=90)  # what was not asked for in so long is forgotten
_FIRST_WAIT: Final = timedelta(hours=1)  # before an address that failed is tried in another run; doubled each time
LAST_TRY: Final = 6  # failures after which an address is given up: two and a half days after the first
_UTC: Final = pl.Datetime("us", "UTC")


@dataclass(slots=True)
class Address:
    """What is known of an address: what it said of its version, or how it failed."""

    url: str
    seen_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    whole_at: datetime | None = None  # when it was last fetched whole
    failures: int = 0
    next_at: datetime | None = None  # when it is tried again
    reason: str | None = None
    detail: str | None = None


@dataclass(slots=True)
class Host:
    """How a host has behaved."""

    host: str
    seen_at: datetime
    failures: int = 0
    left_until: datetime | None = None


@dataclass(slots=True)
class RobotsFile:
    """A site's robots.txt as it was answered; the text is empty where there is none."""

    origin: str
    seen_at: datetime
    status: int
    text: str = ""


@dataclass(slots=True)
class Visit:
    """When a source was last read."""

    source_id: str
    seen_at: datetime


@dataclass(slots=True)
class ReadFile:
    """A portion of a source as it was last read, and the problems that were met in it, as JSON.

    Its key is the source's id, a blank and the portion's name.
    """

    key: str
    seen_at: datetime
    version: str
    problems: str


@dataclass(slots=True)
class Waiting:
    """A page that a list named and that was not had yet."""

    url: str
    seen_at: datetime
    source_id: str
    listed_in: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None

    @property
    def listed(self) -> Listed:
        """What its list says of it."""
        return Listed(self.url, self.listed_in, self.title, self.publisher, self.published, self.language)


@dataclass
class Memory:
    """All that is kept between runs, each by its key."""

    files: dict[str, ReadFile] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    robots: dict[str, RobotsFile] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)

    def fail(self, url: str, refused: Refused, now: datetime) -> None:
        """Notes that an address failed: it is tried again in a later run, ever less often, and at last no more."""
        known = self.addresses.setdefault(url, Address(url, now))
        known.seen_at, known.failures = now, known.failures + 1
        known.reason, known.detail = refused.reason, refused.detail
        known.next_at = now + _FIRST_WAIT * 2 ** (min(known.failures, LAST_TRY) - 1)

    def recall_failure(self, url: str, now: datetime) -> Refused | None:
        """Returns how an address failed where it is not to be tried now."""
        known = self.addresses.get(url)
        if known is None or known.reason is None or known.next_at is None:
            return None
        if known.failures < LAST_TRY and not known.next_at > now:
            return None
        return Refused.again(known.reason, known.detail or "")


_KINDS: Final[dict[str, type[Any]]] = {
    "files": ReadFile,
    "waiting": Waiting,
    "addresses": Address,
    "hosts": Host,
    "robots": RobotsFile,
    "visits": Visit,
}
_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "files": {
        "key": pl.String, "seen_at": _UTC, "version": pl.String, "problems": pl.String,
    },
    "waiting": {
        "url": pl.String, "seen_at": _UTC, "source_id": pl.String, "listed_in": pl.String, "title": pl.String,
        "publisher": pl.String, "published": pl.String, "language": pl.String,
    },
    "addresses": {
        "url": pl.String, "seen_at": _UTC, "etag": pl.String, "last_modified": pl.String, "whole_at": _UTC,
        "failures": pl.Int64, "next_at": _UTC, "reason": pl.String, "detail": pl.String,
    },
    "hosts": {"host": pl.String, "seen_at": _UTC, "failures": pl.Int64, "left_until": _UTC},
    "robots": {"origin": pl.String, "seen_at": _UTC, "status": pl.Int64, "text": pl.String},
    "visits": {"source_id": pl.String, "seen_at": _UTC},
}  # fmt: skip

#: The names of the frames.
PARTS: Final = tuple(_KINDS)


def from_frames(frames: Mapping[str, pl.DataFrame | None]) -> Memory:
    """Returns the memory that frames hold; of a missing one, or one of another form, nothing is known."""
    memory = Memory()
    for name, kind in _KINDS.items():
        frame = frames.get(name)
        if frame is None or dict(frame.schema) != _SCHEMAS[name]:
            continue
        getattr(memory, name).update({row[0]: kind(*row) for row in frame.iter_rows()})
    return memory


def to_frames(memory: Memory, now: datetime) -> dict[str, pl.DataFrame]:
    """Returns a memory as frames, without what was not met for long."""
    return {
        name: pl.DataFrame(
            [asdict(entry) for _, entry in sorted(getattr(memory, name).items()) if entry.seen_at > now - _KEPT],
            schema=_SCHEMAS[name],
        )
        for name in _KINDS
    }
