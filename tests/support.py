"""What tests share: a small project, and running programs.

What belongs here: what tests of several parts need. What does not: fixtures (conftest.py).
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from pipeline.build import BuildReport, build
from pipeline.seeds import read_seed
from pipeline.store import Store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "article_id": "north-1",
        "language": "en",
        "published": "2026-11-10",
        "title": "Market struck",
        "publisher": "Northern Wire",
        "text": "A drone strike on a market in Kharkiv killed 12 people and wounded 30 on Monday, Ukrainian officials said.",
    },
    {
        "article_id": "east-7",
        "language": "en",
        "published": "2026-11-12",
        "title": "Village attacked",
        "publisher": "Eastern Wire",
        "text": "Gunmen attacked a village near Goma on Tuesday, killing at least nine civilians, the army said.",
    },
    {
        "article_id": "south-3",
        "language": "en",
        "published": "2026-11-12",
        "title": "Ferry timetable",
        "publisher": "Southern Wire",
        "text": "The harbour authority published a new timetable for the ferries to the islands, with two more boats a day.",
    },
)

LATER: dict[str, Any] = {
    "article_id": "west-2",
    "language": "en",
    "published": "2026-11-14",
    "title": "Blast",
    "publisher": "Western Wire",
    "text": "A car bomb exploded outside a police station in Mogadishu on Friday, killing four officers, police said.",
}


#: Notes what a reliability test tried: family, tried, failed, and its figure in words.
Reliability = Callable[[str, int, int, str], None]

#: Materialises every asset of a project, or those named.
Materialize = Callable[..., dg.ExecuteInProcessResult]


@dataclass(frozen=True)
class Project:
    """A deployment in a folder of its own: seeds with one source, articles, data."""

    root: Path

    @property
    def store(self) -> Store:
        return Store(self.root / "data")

    @property
    def seeds(self) -> Path:
        return self.root / "seeds"

    def add_articles(self, *articles: dict[str, Any], file: str = "wire.jsonl") -> None:
        lines = "".join(json.dumps(article) + "\n" for article in articles)
        (self.root / "articles" / file).write_text(lines, encoding="utf-8")

    def build(self, now: datetime = NOW, **options: Any) -> BuildReport:
        sources = read_seed("sources", self.seeds)
        return build(self.store, sources, now, seeds=self.seeds, project=self.root, **options)


@contextmanager
def program(*command: str | Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program of the environment; it is stopped at the end, with all that it started.

    Jobs of a script without a terminal ignore SIGINT and SIGTERM, and their children would as well.
    """

    def reset_signals() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    process = subprocess.Popen(
        [sys.executable, *map(str, command)], preexec_fn=reset_signals, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
