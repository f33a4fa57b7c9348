"""All stages of a build, one after another, and what each took.

What belongs here: their order, and the report of a build. What does not: any stage.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from pipeline.build.accounts import account_inputs, write_coverage
from pipeline.build.collection import PROJECT, collect_raw, write_seeds
from pipeline.build.extracting import extract_claims
from pipeline.build.parsing import parse_raw, write_articles
from pipeline.build.progress import Progress, no_progress
from pipeline.build.publication import publish
from pipeline.build.refusals import write_quarantine
from pipeline.build.resolving import resolve_events
from pipeline.curation import describe_outcome
from pipeline.readers import Reader, RuleReader
from pipeline.release import Release, latest_release
from pipeline.seeds import SEEDS
from pipeline.store import Store, lock
from pipeline.workers import keeping_workers
from schemas import TABLES


@dataclass
class BuildReport:
    """What a build did.

    Attributes:
        seconds: Time taken by each stage.
        rows: Rows of each table.
        states: Inputs in each state.
        new_files: Raw files that were new.
        read_again: Articles that claims were read from in this run.
        said: What their reader says of it, in a line; empty: nothing.
        decided: How many decisions were applied, and which are stale; empty where there are none.
        release: The release that was made; None where nothing had changed.
        latest: The newest release.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    new_files: int = 0
    read_again: int = 0
    said: str = ""
    decided: str = ""
    release: Release | None = None
    latest: Release | None = None

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Notes how long a stage takes."""
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start


def build(
    store: Store,
    sources: pl.DataFrame,
    now: datetime,
    *,
    seeds: Path = SEEDS,
    project: Path = PROJECT,
    workers: int | None = None,
    reader: Reader | None = None,
    progress: Progress = no_progress,
) -> BuildReport:
    """Runs every stage, from the sources to a release.

    Args:
        store: The data folder; one build at a time.
        sources: Rows of sources.
        now: The time of the build, UTC.
        seeds: The folder of seeds.
        project: What relative locations of sources are relative to.
        workers: Processes; by default one for each core where there is much to do.
        reader: What reads the articles; the rules by default.
        progress: Told of the work that is done.

    Raises:
        ContractError: If something breaks the contract in a way that quarantine cannot hold.
        StoreError: If another build is running, or a file of the data folder cannot be read.
    """
    report = BuildReport()
    with lock(store.root), keeping_workers():
        with report.timed("collect"):
            write_seeds(store, sources, seeds)
            report.new_files = collect_raw(store, now, project, seeds, progress=progress).height
        with report.timed("parse"):
            parse_raw(store, seeds, workers, progress)
            write_articles(store)
        with report.timed("extract"):
            reader = reader or RuleReader(seeds, workers)
            report.read_again = extract_claims(store, seeds, reader, progress).read_again
            report.said = reader.describe()
        with report.timed("resolve"):
            report.decided = describe_outcome(resolve_events(store, now, seeds, workers)["decisions"])
            write_quarantine(store)
            write_coverage(store)
        with report.timed("release"):
            report.release = publish(store, now, seeds, workers, progress)
        report.states, _ = account_inputs(store)
        report.rows = {name: store.count_rows(name) for name in TABLES}
        report.latest = latest_release(store.releases)
    return report
