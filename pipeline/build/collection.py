"""Registries and raw bytes: the seeds as tables, and what the sources hold kept in the data folder.

What belongs here: calling the parts that read seeds and sources, and keeping what they found and met. What does not:
how a source is read (pipeline/ingest), and what its bytes say (build/parsing).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.build.progress import Progress, no_progress
from pipeline.corrections import read_aliases
from pipeline.ingest import Fetcher, Memory, collect, memory
from pipeline.ingest.check import Finding, check_source
from pipeline.ingest.collect import is_due, list_unread
from pipeline.ingest.coverage import note_collection
from pipeline.ingest.fetching import read_settings
from pipeline.ingest.sources import Reach, Source
from pipeline.seeds import SEED_TABLES, SEEDS, languages, read_seed
from pipeline.store import Store
from pipeline.validate import check_foreign_keys, raise_failures

#: What relative locations of sources are relative to.
PROJECT: Final = SEEDS.parent


def write_seeds(store: Store, sources: pl.DataFrame, seeds: Path = SEEDS) -> dict[str, pl.DataFrame]:
    """Writes the registries as tables: sources, actions, actors, actor_names (with the aliases that people decided on).

    A source that articles came through is never forgotten: where it is no longer configured it stays, not enabled.

    Raises:
        ContractError: If a seed breaks its model or names a row that does not exist; nothing was written.
    """
    used = store.read_table("raw_articles").select("source_id").unique()
    former = (
        store.read_table("sources").join(used, on="source_id", how="semi").join(sources, on="source_id", how="anti")
    )
    tables = {name: read_seed(name, seeds) for name in SEED_TABLES if name != "sources"}
    tables["actor_names"] = read_aliases(seeds).actor_names
    tables["sources"] = pl.concat([sources, former.with_columns(enabled=pl.lit(value=False))])
    raise_failures(check_foreign_keys(tables))
    for name in SEED_TABLES:
        store.write_table(name, tables[name])
    return tables


def collect_raw(
    store: Store,
    now: datetime,
    project: Path = PROJECT,
    seeds: Path = SEEDS,
    days: Sequence[date] | None = None,
    only: Sequence[str] | None = None,
    progress: Progress = no_progress,
) -> pl.DataFrame:
    """Reads the sources that are due, keeps bytes that are new, and returns their rows of `raw_articles`.

    Args:
        store: The data folder.
        now: The time, UTC.
        project: What relative locations of sources are relative to.
        seeds: The folder of seeds, for how to fetch.
        days: The days to collect for; today unless given.
        only: Web archives to read and nothing else, as `source_id location`.
        progress: Told of the pages that were fetched.
    """
    known, sources, remembered = store.read_table("raw_articles"), store.read_table("sources"), recall(store)
    found = collect(
        sources,
        known,
        store.put_bytes,
        now,
        project,
        Fetcher(read_settings(seeds), remembered, now),
        _scratch(store),
        days,
        store.read_interim("refused_by_collect"),
        partial(progress, "fetch pages"),
        only,
    )
    store.write_interim("refused_by_collect", found.problems)
    read = sources.filter(pl.col("source_id").is_in(found.read))
    store.write_table("coverage", note_collection(store.read_table("coverage"), read, found.problems, now))
    store.write_table("raw_articles", pl.concat([known, found.raw]))
    for part, frame in memory.to_frames(remembered, now).items():
        store.write_interim(f"collected_{part}", frame)
    return found.raw


def list_due(store: Store, sources: pl.DataFrame, now: datetime) -> list[str]:
    """Returns the enabled sources with a cadence that are to be read again."""
    remembered = recall(store)
    chosen = [Source.of(row) for row in sources.filter("enabled").sort("source_id").iter_rows(named=True)]
    return [source.source_id for source in chosen if source.cadence and is_due(source, now, remembered)]


def list_archives(
    store: Store, sources: pl.DataFrame, now: datetime, project: Path = PROJECT, seeds: Path = SEEDS
) -> list[str]:
    """Returns the web archives of enabled sources that were not collected as they are now, each as `source_id location`."""
    chosen = sources.filter(pl.col("enabled") & (pl.col("kind") == "warc"))
    reach = Reach(project, Fetcher(read_settings(seeds), recall(store), now), [now.date()], _scratch(store))
    return list_unread(chosen, reach)


def collect_archives(
    store: Store, now: datetime, archives: Sequence[str], project: Path = PROJECT, seeds: Path = SEEDS
) -> int:
    """Collects some web archives alone, and returns the number of new records.

    Args:
        store: The data folder.
        now: The time, UTC.
        archives: The archives, as `list_archives` names them.
        project: What relative locations of sources are relative to.
        seeds: The folder of seeds, for how to fetch.
    """
    return collect_raw(store, now, project, seeds, only=archives).height


def check_sources(
    sources: pl.DataFrame, now: datetime, data: Path, project: Path = PROJECT, seeds: Path = SEEDS
) -> Iterator[Finding]:
    """Tries sources one by one and yields what each holds; nothing is kept.

    Args:
        sources: Rows of sources.
        now: The time, UTC.
        data: The data folder, for archives while they are read.
        project: What relative locations of sources are relative to.
        seeds: The folder of seeds.
    """
    settings = replace(read_settings(seeds), tries=1)
    for row in sources.sort("source_id").iter_rows(named=True):
        reach = Reach(project, Fetcher(settings, Memory(), now), [now.date()], data / "cache" / "scratch")
        yield check_source(Source.of(row), reach, languages(seeds))


def _scratch(store: Store) -> Path:
    """Returns the folder for archives while they are read."""
    return store.root / "cache" / "scratch"


def recall(store: Store) -> Memory:
    """Returns what earlier collections met."""
    return memory.from_frames({part: store.read_interim(f"collected_{part}") for part in memory.PARTS})


def collect_days(
    store: Store,
    now: datetime,
    days: Sequence[str],
    project: Path = PROJECT,
    seeds: Path = SEEDS,
    progress: Progress = no_progress,
) -> tuple[pl.DataFrame, int]:
    """Collects for days (YYYY-MM-DD, UTC): what the sources hold today, of the past what some keep by date.

    Returns:
        The rows of `raw_articles` that were retrieved on these days, and how many are new.
    """
    wanted = [date.fromisoformat(day) for day in days]
    new = collect_raw(store, now, project, seeds, wanted, progress=progress).height
    rows = store.read_table("raw_articles")
    return rows.filter(pl.col("retrieved_at").dt.strftime("%Y-%m-%d").is_in(days)), new
