"""The interface of all readers of sources.

What belongs here: the words that readers and the collector share. What does not: any reading.

A reader yields the *portions* of a source (files, archives, lists) without reading them, each with the version that it has
now; the collector reads those that it has not met in that version. A portion's parts are bytes to keep, pages to fetch, or
problems.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pipeline.ingest.fetching.fetcher import Fetcher
from pipeline.ingest.items import Listed, Refused


@dataclass(frozen=True, slots=True)
class Source:
    """A row of `sources`."""

    source_id: str
    kind: str
    location: str
    language: str | None
    publisher: str | None
    country: str | None
    timezone: str | None
    cadence: str | None
    pages: bool | None
    licence: str
    enabled: bool

    @classmethod
    def of(cls, row: Mapping[str, object]) -> "Source":
        """Returns the source of a row."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader may use.

    Attributes:
        project: What relative locations are relative to.
        fetcher: Fetches addresses.
        days: The days (UTC) that are collected for; today, unless a source keeps the past by date.
        scratch: A folder for files that are too large to be held, while they are read.
    """

    project: Path
    fetcher: Fetcher
    days: Sequence[date]
    scratch: Path


class Raw(NamedTuple):
    """Bytes to keep, and what they are."""

    location: str
    media_type: str
    data: bytes


class Problem(NamedTuple):
    """Something of which no bytes could be had, and why."""

    location: str
    refused: Refused


Part = Raw | Listed | Problem


class Portion(NamedTuple):
    """A file, archive or list of a source.

    Attributes:
        name: Where it is.
        version: What changes when it does; None where that is known only by reading it.
        read: Yields its parts; raises Refused where it cannot be had.
    """

    name: str
    version: str | None
    read: Callable[[], Iterator[Part]]
