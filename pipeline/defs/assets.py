"""The assets: asset = table = Parquet file, and the release.

What belongs here: for each stage one body that calls one function of `pipeline.build`. What does not: any decision
about data. Each body holds the data folder's lock, so that no two runs write at once.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipeline import build
from pipeline.curation import describe_outcome
from pipeline.defs.live import Live, describe_states
from pipeline.defs.results import KINDS, describe, list_columns, spec, tell, tell_all
from pipeline.resources import Clock, Folders, ReaderChoice
from schemas import TABLES

Result = dg.MaterializeResult[Any]
Results = Iterator[Result]

#: Days of retrieval. Only today's can grow: the past cannot be fetched again.
DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone="UTC", end_offset=1)

RELEASE = (
    "The dataset: one folder of Parquet files and a DuckDB database that never changes again. Nothing is published "
    "where the tables equal those of the latest release."
)
RELEASE_KINDS = {"parquet", "duckdb"}

RESOLVED = (
    "events",
    "event_claims",
    "stories",
    "decisions",
    "stale_decisions",
    "moved_claims",
    "id_registry",
    "tombstones",
)

#: Web archives, each as `source_id location`; the sensor adds those that appear.
ARCHIVES = dg.DynamicPartitionsDefinition(name="archives")

#: The data folder has one writer: runs of this pool wait for each other (pipeline/defs/deployment).
POOL = "data_folder"

#: Of what is fetched: a network that is down for a minute fails no run.
RETRIES = dg.RetryPolicy(max_retries=3, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)

REGISTRIES = ("sources", "actions", "actors", "actor_names")


@dg.multi_asset(pool=POOL, name="registries", specs=[spec(table, "seeds") for table in REGISTRIES])
def registries(folders: Folders) -> Results:
    """Writes the reviewed seed files as tables."""
    with folders.writing() as store:
        tables = build.write_seeds(store, folders.read_sources(), folders.seed_folder)
    yield from tell_all(tables)


@dg.asset(
    name="archives",
    group_name="ingest",
    deps=["sources"],
    partitions_def=ARCHIVES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=RETRIES,
    pool=POOL,
    kinds={"warc"},
)
def archives(context: dg.AssetExecutionContext, folders: Folders, clock: Clock) -> Result:
    """One partition per web archive: its records are kept in raw_articles, ahead of the build that reads them."""
    with folders.writing() as store:
        build.write_seeds(store, folders.read_sources(), folders.seed_folder)
        new = build.collect_archives(
            store, clock.now(), context.partition_keys, folders.project_folder, folders.seed_folder
        )
    return dg.MaterializeResult(metadata={"new_records": new})


@dg.asset(
    name="raw_articles",
    group_name="ingest",
    deps=["sources", dg.AssetDep("archives", partition_mapping=dg.AllPartitionMapping())],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=RETRIES,
    pool=POOL,
    kinds=KINDS,
    description=describe("raw_articles"),
    metadata=list_columns("raw_articles"),
)
def raw_articles(context: dg.AssetExecutionContext, folders: Folders, clock: Clock) -> Result:
    """Collects what the sources hold today; of earlier days what some keep by date."""
    with folders.writing() as store:
        rows, new = build.collect_days(
            store,
            clock.now(),
            context.partition_keys,
            folders.project_folder,
            folders.seed_folder,
            Live(context.log.info).progress,
        )
    return tell("raw_articles", rows, new_files=new)


@dg.asset(
    name="documents",
    group_name="ingest",
    deps=["raw_articles", "sources"],
    pool=POOL,
    kinds=KINDS,
    description=describe("documents"),
)
def documents(context: dg.AssetExecutionContext, folders: Folders) -> Result:
    """Parses raw articles."""
    live = Live(context.log.info)
    with folders.writing() as store:
        return tell(
            "documents", build.parse_raw(store, folders.seed_folder, progress=live.progress, counted=live.count)
        )


@dg.multi_asset(
    pool=POOL, name="ingest", specs=[spec(table, "ingest", ["documents"]) for table in ("articles", "inputs")]
)
def ingest(context: dg.AssetExecutionContext, folders: Folders) -> Results:
    """Makes articles of documents and accounts for every input."""
    with folders.writing() as store:
        tables = build.write_articles(store)
    states = dict(tables["inputs"]["state"].value_counts().iter_rows())
    context.log.info(f"{tables['inputs'].height:,} inputs: {describe_states(states)}")
    yield from tell_all(tables)


@dg.multi_asset(
    pool=POOL,
    name="extraction",
    specs=[
        spec(table, "extract", ["articles", "inputs", "actions", "actors", "actor_names"])
        for table in ("claims", "claim_evidence", "places")
    ],
)
def extraction(context: dg.AssetExecutionContext, folders: Folders, reader: ReaderChoice) -> Results:
    """Reads claims from articles that are new or changed."""
    with folders.writing() as store:
        chosen = reader.make(folders)
        made = build.extract_claims(store, folders.seed_folder, chosen, Live(context.log.info).progress)
    context.log.info(chosen.describe() or "read by rules")
    yield from tell_all(made.tables, articles_read_again=made.read_again)


@dg.multi_asset(
    pool=POOL,
    name="resolution",
    specs=[
        spec(
            table,
            "resolve",
            ["claims", "articles", "inputs", "documents", "actions", "actors", "actor_names", "places"],
        )
        for table in RESOLVED
    ],
)
def resolution(context: dg.AssetExecutionContext, folders: Folders, clock: Clock) -> Results:
    """Consolidates claims into events, and replays what people decided."""
    with folders.writing() as store:
        tables = build.resolve_events(store, clock.now(), folders.seed_folder)
    context.log.info(describe_outcome(tables["decisions"]) or "no decisions")
    yield from tell_all(tables)


@dg.asset(
    name="quarantine",
    pool=POOL,
    group_name="release",
    deps=["raw_articles", "inputs", "claims", "events"],
    kinds=KINDS,
    description=describe("quarantine"),
    metadata=list_columns("quarantine"),
)
def quarantine(folders: Folders) -> Result:
    """Gathers what every stage refused."""
    with folders.writing() as store:
        return tell("quarantine", build.write_quarantine(store))


@dg.asset(
    name="coverage",
    pool=POOL,
    group_name="release",
    deps=["sources", "raw_articles", "inputs", "articles"],
    kinds=KINDS,
    description=describe("coverage"),
    metadata=list_columns("coverage"),
)
def coverage(folders: Folders) -> Result:
    """Counts what came of each source on each day."""
    with folders.writing() as store:
        return tell("coverage", build.write_coverage(store))


@dg.multi_asset(
    pool=POOL,
    name="publication",
    specs=[
        spec("changes", "release", [table for table in TABLES if table != "changes"]),
        dg.AssetSpec("release", group_name="release", deps=["changes"], kinds=RELEASE_KINDS, description=RELEASE),
    ],
)
def publication(context: dg.AssetExecutionContext, folders: Folders, clock: Clock) -> Results:
    """Publishes the tables with what they change."""
    with folders.writing() as store:
        made = build.publish(store, clock.now(), folders.seed_folder, progress=Live(context.log.info).progress)
    yield tell("changes", build.read_changes(made))
    yield dg.MaterializeResult("release", metadata={"release": made.version if made else "none: nothing has changed"})
