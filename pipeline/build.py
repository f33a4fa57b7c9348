"""The stages of a build over a data folder: in which order, what is kept between runs, what is quarantined.

What belongs here: reading tables, calling one part, checking and writing what it made. What does not: the work itself
(ingest, extract, resolve, release), the clock (passed in as `now`) and Dagster. The command line and the Dagster
assets call these functions; `build` calls them all.
"""

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.codebook import read_notes, render_codebook
from pipeline.corrections import read_aliases, read_decisions
from pipeline.curation import Replay, decisions_table, describe_outcome, replay, stale_table
from pipeline.evaluate import measure_quality, quality_key
from pipeline.extraction import Relevance, extractor_version, list_places, unnest_rows, update_extractions
from pipeline.ingest import Fetcher, Memory, collect, make_articles, memory, parse_documents
from pipeline.ingest.articles import NEAR, NO_MEMORY, NearMemory
from pipeline.ingest.check import Finding, check_source
from pipeline.ingest.collect import is_due, list_unread
from pipeline.ingest.coverage import count_coverage, note_collection
from pipeline.ingest.fetching import read_settings
from pipeline.ingest.items import mint
from pipeline.ingest.parse import PARSER_VERSION
from pipeline.ingest.sources import Reach, Source
from pipeline.readers import Reader, RuleReader
from pipeline.release import (
    CHECKS,
    Draft,
    Release,
    latest_release,
    list_releases,
    newest_release,
    next_version,
    publish_release,
    read_index,
)
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
from pipeline.seeds import SEED_TABLES, SEEDS, languages, read_seed
from pipeline.site import build_site, read_edition
from pipeline.store import Store, lock, write_atomically
from pipeline.validate import (
    ContractError,
    Failure,
    check_foreign_keys,
    check_keys,
    check_spans,
    empty_table,
    raise_failures,
    table_types,
    validate,
)
from schemas import SCHEMA_VERSION, TABLES, Quarantine
from schemas.vocabulary import INPUT_STATES

#: Called as the work goes on: the stage, how much is done, how much there is.
Progress = Callable[[str, int, int], None]

#: What relative locations of sources are relative to.
PROJECT: Final = SEEDS.parent

#: Names the secret key of minisign that releases are signed with, where they are.
SIGNING_KEY: Final = "CONFLICT_EVENTS_MINISIGN_KEY"

#: What became of rows that break the contract, and what to do about it.
_REMEDY: Final = "The others went on. Find the rule that made it, and mend that or its lexicon entry."


def no_progress(stage: str, done: int, total: int) -> None:
    """Shows nothing."""


# ---------------------------------------------------------------------------- registries


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


# ---------------------------------------------------------------------------- ingest


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
    store: Store, now: datetime, days: Sequence[str], project: Path = PROJECT, seeds: Path = SEEDS
) -> tuple[pl.DataFrame, int]:
    """Collects for days (YYYY-MM-DD, UTC): what the sources hold today, of the past what some keep by date.

    Returns:
        The rows of `raw_articles` that were retrieved on these days, and how many are new.
    """
    wanted = [date.fromisoformat(day) for day in days]
    new = collect_raw(store, now, project, seeds, wanted).height
    rows = store.read_table("raw_articles")
    return rows.filter(pl.col("retrieved_at").dt.strftime("%Y-%m-%d").is_in(days)), new


def parse_raw(
    store: Store, seeds: Path = SEEDS, workers: int | None = None, progress: Progress = no_progress
) -> pl.DataFrame:
    """Parses raw articles into `documents`; files of a source are parsed again only where what reads them changed."""
    progress("read the lexicon", 0, 1)  # the first time ever, the gazetteer is compiled here: a minute
    version = extractor_version(seeds)
    progress("read the lexicon", 1, 1)
    sources, spoken = store.read_table("sources"), languages(seeds)
    reader = (PARSER_VERSION, version, *spoken)
    settings = pl.DataFrame(
        {
            "source_id": sources["source_id"],
            "reader": [
                hashlib.sha256(repr((reader, row["language"], row["publisher"], row["timezone"])).encode()).hexdigest()
                for row in sources.iter_rows(named=True)
            ],
        },
        schema={"source_id": pl.String, "reader": pl.String},
    )
    former = store.read_interim("parsed_with")
    known = None
    if former is not None:
        unchanged = settings.join(former, on=["source_id", "reader"], how="semi")
        known = store.read_table("documents").join(unchanged, on="source_id", how="semi")
    documents = parse_documents(
        store.read_table("raw_articles"),
        store.read_bytes,
        sources,
        Relevance(seeds, version),
        spoken,
        known,
        partial(progress, "parse"),
        workers or os.cpu_count() or 1,
    )
    store.write_table("documents", documents)
    store.write_interim("parsed_with", settings)
    return documents


def write_articles(store: Store) -> dict[str, pl.DataFrame]:
    """Makes `articles` and `inputs` of the documents: every input in one state.

    Raises:
        AccountingError: If the states do not add up; nothing was written.
    """
    remembered = [store.read_interim(name) for name in NearMemory._fields]
    memory = (
        NearMemory(*(frame for frame in remembered if frame is not None))
        if all(frame is not None for frame in remembered)
        else NO_MEMORY
    )
    articles, inputs, refused, memory = make_articles(store.read_table("documents"), memory)
    for name, frame in zip(NearMemory._fields, memory, strict=True):
        store.write_interim(name, frame)
    store.write_interim("refused_by_ingest", refused)
    store.write_table("articles", articles)
    store.write_table("inputs", inputs)
    return {"articles": articles, "inputs": inputs}


# ---------------------------------------------------------------------------- extract


class Extracted(NamedTuple):
    """What extraction made: claims, claim_evidence, places; and how many articles had to be read for it."""

    tables: dict[str, pl.DataFrame]
    read_again: int


def extract_claims(
    store: Store, seeds: Path = SEEDS, reader: Reader | None = None, progress: Progress = no_progress
) -> Extracted:
    """Reads claims from articles that are new or changed, and writes all claims, their evidence and their places.

    Claims that break the contract go to quarantine, the others go on.

    Args:
        store: The data folder.
        seeds: The folder of seeds.
        reader: What reads them; the rules by default.
        progress: Told of the articles that were read.
    """
    reader = reader or RuleReader(seeds)
    articles = store.read_table("articles")
    extractions, read_again = update_extractions(
        store.read_interim("extractions"),
        tell_articles(store, articles),
        reader.version,
        partial(reader.read, progress=partial(progress, "extract")),
    )
    claims, evidence = unnest_rows(extractions, "claims"), unnest_rows(extractions, "evidence")
    places = list_places(claims["place_id"], seeds)
    related = {"articles": articles, "places": places} | {
        name: store.read_table(name) for name in ("actions", "actors")
    }
    good, refused = refuse_rows("extract", "claims", claims, related, check_spans(claims, articles))
    good, misquoted = _refuse_misquoted(good, evidence, articles)
    made = {
        "claims": good,
        "claim_evidence": evidence.join(good, on="claim_id", how="semi"),
        "places": places.join(good, on="place_id", how="semi"),
    }
    store.write_interim("extractions", extractions)
    store.write_interim("refused_by_extract", pl.concat([_refuse_articles(extractions), refused, misquoted]))
    for name, frame in made.items():
        store.write_table(name, frame)
    return Extracted(made, read_again)


def tell_articles(store: Store, articles: pl.DataFrame) -> list[dict[str, Any]]:
    """Returns what the extractor is told of each article: its text, and the day that it was where it was published."""
    chosen = store.read_table("inputs").filter((pl.col("state") == "article") | (pl.col("reason") == NEAR))
    days = store.read_table("documents").join(chosen, on="input_id", how="semi")
    told = articles.join(days.select("article_id", published="published_local_date"), on="article_id", how="left")
    return told.select("article_id", "language", "published", "title", "text").sort("article_id").to_dicts()


def _refuse_articles(extractions: pl.DataFrame) -> pl.DataFrame:
    """Returns rows of quarantine for articles that the extractor failed on."""
    failed = extractions.drop_nulls("error").select("article_id", "error").rows()
    return _quarantine(
        "extract",
        [(article_id, "extractor_failed", f"{error}. It has no claims; report it.") for article_id, error in failed],
    )


def _refuse_misquoted(
    claims: pl.DataFrame, evidence: pl.DataFrame, articles: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Takes out the claims any of whose evidence is not the article's words."""
    evidence = evidence.join(claims, on="claim_id", how="semi")
    _, broken = validate(evidence, TABLES["claim_evidence"])
    wrong = [failure for failure in check_spans(claims, articles, evidence) if failure.table == "claim_evidence"]
    wrong += check_keys({"claim_evidence": evidence})
    at = [*broken["row_index"], *(failure.row_index for failure in wrong)]
    refused = evidence[sorted(set(at))]["claim_id"].unique().sort()
    rows = [
        (claim_id, "bad_evidence", f"Its evidence is not in the article's words. {_REMEDY}") for claim_id in refused
    ]
    return claims.filter(~pl.col("claim_id").is_in(refused.implode())), _quarantine("extract", rows)


# ---------------------------------------------------------------------------- resolve


def resolve_events(store: Store, now: datetime, seeds: Path = SEEDS) -> dict[str, pl.DataFrame]:
    """Makes `events` and `event_claims` of the claims and of people's decisions, for the release that would come next.

    What the latest release says of an event stays: its id, and since when it is there. An id that is gone has a
    tombstone, every decision a state.

    Raises:
        CorrectionError: If a file of corrections is not as it should be; nothing was written.
    """
    release = next_version(store.releases, now.date())
    former = read_former(newest_release(store.releases))
    decisions, names = read_decisions(seeds), read_aliases(seeds)
    tables = {name: store.read_table(name) for name in ("claims", "articles", "actions", "actors", "places")}
    sources = (tables["claims"], tables["articles"], tables["actions"])
    events, links = resolve_claims(*sources, former)
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
    made["stories"] = find_stories(tables["articles"], tables["claims"], settled.event_claims)
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


# ---------------------------------------------------------------------------- quarantine


def write_quarantine(store: Store) -> pl.DataFrame:
    """Writes what every stage refused as one table."""
    parts = [store.read_interim(f"refused_by_{stage}") for stage in ("collect", "ingest", "extract", "resolve")]
    refused = pl.concat([empty_table(Quarantine), *(part for part in parts if part is not None)])
    store.write_table("quarantine", refused)
    return refused


def refuse_rows(
    stage: str, table: str, frame: pl.DataFrame, related: dict[str, pl.DataFrame], more: Sequence[Failure] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Splits a table into rows that keep the contract and rows of quarantine for those that do not.

    Args:
        stage: The stage that refuses them.
        table: The table's name; its first column is its id.
        frame: Its rows.
        related: Tables that its foreign keys name.
        more: Failures that were found otherwise.

    Raises:
        ContractError: If the frame's structure is not the model's.
    """
    _, broken = validate(frame, TABLES[table])
    found = [
        (at, "breaks_contract", f"column {column or '(several)'}: {check}; found {value!r}")
        for at, column, check, value in broken.iter_rows()
    ]
    checks = (
        ("repeated_id", check_keys({table: frame})),
        ("unknown_reference", check_foreign_keys({**related, table: frame})),
        ("misquoted", more),
    )
    found += [(f.row_index, reason, str(f)) for reason, failures in checks for f in failures if f.table == table]
    ids = frame[:, 0]
    rows = [(ids[at], reason, f"{detail}. {_REMEDY}") for at, reason, detail in found]
    good = frame.with_row_index("_row").filter(~pl.col("_row").is_in({at for at, _, _ in found})).drop("_row")
    return good, _quarantine(stage, rows)


def _quarantine(stage: str, rows: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    """Returns rows of quarantine for (record_id, reason, detail); of several with one reason the first."""
    made = [
        {
            "quarantine_id": mint("q", stage, record_id, reason),
            "stage": stage,
            "record_id": record_id,
            "source_id": None,
            "location": None,
            "reason": reason,
            "detail": detail,
        }
        for record_id, reason, detail in rows
    ]
    frame = pl.DataFrame(made, schema=table_types(Quarantine), orient="row")
    return frame.unique("quarantine_id", keep="first", maintain_order=True)


# ---------------------------------------------------------------------------- release


def write_coverage(store: Store) -> pl.DataFrame:
    """Counts what came of each source on each day, beside what collections noted."""
    tables = [store.read_table(name) for name in ("coverage", "sources", "raw_articles", "inputs", "articles")]
    coverage = count_coverage(*tables)
    store.write_table("coverage", coverage)
    return coverage


def account_inputs(store: Store) -> tuple[dict[str, int], list[str]]:
    """Returns how many inputs ended in each state, and where the tables do not hold what the states say.

    inputs = articles + duplicates + irrelevant + quarantined.
    """
    inputs = store.read_table("inputs")
    counts = {state: inputs.filter(pl.col("state") == state).height for state in INPUT_STATES}
    refused = store.read_table("quarantine").filter(pl.col("record_id").is_in(inputs["input_id"].implode()))
    near = inputs.filter(pl.col("reason") == NEAR).height  # duplicates that are rows of articles all the same
    found = {
        "documents": (store.read_table("documents").height, inputs.height),
        "articles": (store.read_table("articles").height, counts["article"] + near),
        "quarantine": (refused["record_id"].n_unique(), counts["quarantined"]),
        "inputs": (inputs.height, sum(counts.values())),
    }
    problems = [
        f"{name} has {rows} rows, the states say {said}" for name, (rows, said) in found.items() if rows != said
    ]
    return counts, problems


def check_references(store: Store) -> list[Failure]:
    """Returns the ids, in all tables, that name no row."""
    return check_foreign_keys({name: store.read_table(name) for name in TABLES})


def check_quotes(store: Store) -> list[Failure]:
    """Returns the claims and evidence that are not the article's words at their offsets."""
    return check_spans(*(store.read_table(name) for name in ("claims", "articles", "claim_evidence")))


def recall_quality(
    store: Store, now: datetime, seeds: Path = SEEDS, workers: int | None = None, progress: Progress = no_progress
) -> dict[str, Any]:
    """Returns the figures of this extractor on the project's own gold, measured again only where they may differ."""
    key, known = quality_key(seeds), store.read_interim("quality")
    if known is None or known["key"][0] != key:
        measured = json.dumps(measure_quality(seeds, now, workers, progress))
        known = pl.DataFrame({"key": [key], "quality": [measured]})
        store.write_interim("quality", known)
    quality: dict[str, Any] = json.loads(known["quality"][0])
    return quality


def publish(
    store: Store, now: datetime, seeds: Path = SEEDS, workers: int | None = None, progress: Progress = no_progress
) -> Release | None:
    """Publishes the tables as a release, or nothing (None) where the latest one holds the same.

    Raises:
        ContractError: If the tables break the contract, or were not made together; nothing was written.
    """
    version = next_version(store.releases, now.date())
    tables = {name: store.read_table(name) for name in TABLES}
    counts, problems = account_inputs(store)
    if problems:
        raise ContractError(f"inputs do not add up: {'; '.join(problems)}: make all tables again, in one run")
    known = {release.version for release in list_releases(store.releases)} | {version}
    named = set(tables["events"]["first_release"]) | set(tables["events"]["last_changed_release"])
    if named - known:
        raise ContractError(
            f"events are of release {max(named - known)}, but the next one is {version}: resolve them again, then publish"
        )
    return publish_release(
        store.releases,
        tables,
        version=version,
        created_at=now,
        commit=read_commit(),
        facts={"input_states": counts, "extractor_versions": sorted(tables["claims"]["extractor_version"].unique())},
        quality=recall_quality(store, now, seeds, workers, progress),
        makers=[partial(write_codebook, seeds), partial(write_site, seeds)],
        signing_key=Path(key) if (key := os.environ.get(SIGNING_KEY)) else None,
    )


def read_movements(store: Store) -> dict[str, list[str]]:
    """Returns, by check, what moved past its bound in the newest release."""
    newest = read_index(store.releases)[:1]
    return {name: entry["movements"].get(name, []) for entry in newest for name in CHECKS}


def read_changes(release: Release | None) -> pl.DataFrame:
    """Returns what a release changed; nothing where none was published."""
    return pl.read_parquet(release.table("changes")) if release else empty_table(TABLES["changes"])


def write_codebook(seeds: Path, draft: Draft) -> None:
    """Writes codebook.md into a release: its actions, with bounds and examples."""
    page = render_codebook(draft.tables["actions"], read_notes(seeds))
    write_atomically(draft.folder / "codebook.md", page.encode())


def write_site(seeds: Path, draft: Draft) -> None:
    """Writes site/ into a release: its pages, after all files that they list."""
    about = {
        "version": draft.version,
        "previous": draft.previous.version if draft.previous else None,
        "schema_version": SCHEMA_VERSION,
        "created_at": draft.created_at.isoformat(),
        "commit": read_commit(),
    }
    build_site(read_edition(draft.folder, draft.releases, about, draft.tables), draft.folder / "site", seeds=seeds)


def read_commit() -> str | None:
    """Returns the commit of the code, with `+changes` where files differ from it; None where it is no checkout."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+changes"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


# ---------------------------------------------------------------------------- all of it


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
    with lock(store.root):
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
            report.decided = describe_outcome(resolve_events(store, now, seeds)["decisions"])
            write_quarantine(store)
            write_coverage(store)
        with report.timed("release"):
            report.release = publish(store, now, seeds, workers, progress)
        report.states, _ = account_inputs(store)
        report.rows = {name: store.read_table(name).height for name in TABLES}
        report.latest = latest_release(store.releases)
    return report
