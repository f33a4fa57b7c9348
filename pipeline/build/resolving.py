"""Claims into events: for the release that would come next, with what people decided.

What belongs here: bringing together what the events are made of, and writing them. What does not: which claims are
one event (pipeline/resolve), and what a decision does (pipeline/curation).
"""

import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.build.refusals import refuse_rows
from pipeline.corrections import read_aliases, read_decisions
from pipeline.curation import Replay, decisions_table, replay, stale_table
from pipeline.ingest import list_read
from pipeline.release import Release, newest_release, next_version
from pipeline.resolve import (
    FORMER_TABLES,
    Cause,
    Former,
    find_heirs,
    find_stories,
    remake_events,
    resolve_claims,
    settle,
)
from pipeline.seeds import SEEDS
from pipeline.store import Store
from pipeline.validate import ContractError
from pipeline.workers import spread_over

#: Claims from which on it pays to resolve them in several processes: starting those takes seconds.
SPREAD_FROM: Final = 100_000


def resolve_events(
    store: Store, now: datetime, seeds: Path = SEEDS, workers: int | None = None
) -> dict[str, pl.DataFrame]:
    """Makes `events` and `event_claims` of the claims and of people's decisions, for the release that would come next.

    What the latest release says of an event stays: its id, and since when it is there. An id that is gone has a
    tombstone, every decision a state.

    Args:
        store: The data folder.
        now: The time of the build, UTC.
        seeds: The folder of seeds.
        workers: Processes; by default one for each core where there is much to do.

    Raises:
        CorrectionError: If a file of corrections is not as it should be; nothing was written.
    """
    release = next_version(store.releases, now.date())
    former = read_former(newest_release(store.releases))
    decisions, names = read_decisions(seeds), read_aliases(seeds)
    tables = {name: store.read_table(name) for name in ("claims", "articles", "actions", "actors", "places")}
    sources = (tables["claims"], tables["articles"], tables["actions"])
    spread = spread_over(1 if tables["claims"].height < SPREAD_FROM else workers or os.cpu_count() or 1)
    events, links = resolve_claims(*sources, former, spread)
    heirs = find_heirs(links, tables["claims"], former)
    done = replay(decisions, events, links, heirs, partial(remake_events, *sources))
    undated = pl.col("first_release", "last_changed_release").fill_null(release)
    good, refused = refuse_rows("resolve", "events", done.events.with_columns(undated), tables)
    settled = settle(
        good,
        done.event_claims.join(good, on="event_id", how="semi"),
        done.moved_claims,
        tables["claims"],
        tables["articles"],
        _tell_causes(done),
        former,
        release,
    )
    outcomes = [*done.outcomes, *names.outcomes]
    if len(outcomes) != len(decisions):
        raise ContractError(f"{len(decisions)} decisions, but {len(outcomes)} have a state: report it")
    made = {**settled._asdict(), "decisions": decisions_table(outcomes), "stale_decisions": stale_table(outcomes)}
    read = list_read(store.read_table("documents"), store.read_table("inputs"), tables["articles"])
    made["stories"] = find_stories(read, tables["claims"], settled.event_claims)
    store.write_interim("refused_by_resolve", refused)
    for name, frame in made.items():
        store.write_table(name, frame)
    return made


def read_former(previous: Release | None) -> Former:
    """Returns the tables of a release that the next one has to keep to; empty ones where there is none."""
    if previous is None:
        return Former.of({})
    files = {name: previous.table(name) for name in FORMER_TABLES}
    tables = {name: pl.read_parquet(path) for name, path in files.items() if name != "claims" and path.exists()}
    tables["claims"] = pl.read_parquet(files["claims"], columns=["claim_id", "article_id", "sentence_index"])
    return Former.of(tables, previous.version)


def _tell_causes(done: Replay) -> dict[str, Cause]:
    """Returns why people removed events."""
    return {
        event: Cause(code, successors, decision.decision_id, decision.reason)
        for event, (code, successors, decision) in done.removals.items()
    }
