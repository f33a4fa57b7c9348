"""Extraction over many articles: which are read again, by how many processes, and the frame that keeps it.

What belongs here: loading the extractor from the seeds, the work list, the pool of processes, and `extractions`, the
internal frame that remembers what was read from each article. What does not: how claims are read (pipeline/extract),
and which of them are good enough to keep (pipeline/build).
"""

import atexit
import csv
import fcntl
import gc
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.corrections import read_actor_names, read_decisions
from pipeline.extract.confidence import Confidence
from pipeline.extract.dates import Dates
from pipeline.extract.extractor import Extractor, Language
from pipeline.extract.lexicon import PersonNames, build_lexicon
from pipeline.extract.numbers import Numbers
from pipeline.extract.places import PlaceFinder, split_name
from pipeline.extract.registry import Registry
from pipeline.gazetteer import Gazetteer, open_gazetteer, read_place_words
from pipeline.seeds import SEEDS, languages, read_seed
from pipeline.validate import ContractError, table_types, validate
from pipeline.workers import COLLECT_AFTER, Failed, are_waiting, in_order, run_in_workers
from schemas import ClaimEvidence, Claims, Places

Article = Mapping[str, Any]

#: Where the compiled gazetteer is kept: made from seeds alone, so every data folder shares it.
CACHE: Final = SEEDS.parent / "data" / "cache"

#: Fewer articles are read in this process: a pool would take longer to start.
POOL_FROM: Final = 200

_FEW: Final = 16  # where processes wait already
_BATCH: Final = 50  # articles handed to a worker at once
_AT_ONCE: Final = 1_000  # articles whose rows are held as dictionaries
_BATCH_SECONDS: Final = 600.0  # then it is killed: a sentence of a million characters takes 36 s, an article 10 ms

_CLAIM: Final = table_types(Claims)
_EVIDENCE: Final = table_types(ClaimEvidence)

#: One row per article: what was read from it, and from what (digest of the article, version of the extractor).
EXTRACTIONS: Final[dict[str, Any]] = {
    "article_id": pl.String(),
    "digest": pl.String(),
    "version": pl.String(),
    "error": pl.String(),
    "claims": pl.List(pl.Struct(_CLAIM)),
    "evidence": pl.List(pl.Struct(_EVIDENCE)),
}


def load_gazetteer(seeds: Path = SEEDS) -> Gazetteer:
    """Returns the gazetteer; compiles it first where its sources are new, which takes a minute."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("a") as file:
        # Whoever comes second waits and finds it compiled.
        fcntl.flock(file, fcntl.LOCK_EX)
        return open_gazetteer(CACHE, seeds, split_name)


def load_extractor(seeds: Path = SEEDS) -> Extractor:
    """Returns the extractor with all that it knows: lexicons, registries, gazetteer.

    A language whose folder has no language.toml is recognised but not read yet.

    Its version is a digest of its code and of every seed that it reads.
    """
    return _load_extractor(seeds, extractor_version(seeds))


@dataclass(frozen=True)
class Relevance:
    """Tells whether a text may speak of conflict; each process loads the lexicons for itself, when it is first asked."""

    seeds: Path
    version: str

    def __call__(self, text: str, language: str) -> bool:
        """Whether a text may speak of conflict; by any language's words where its own is unknown."""
        return _load_extractor(self.seeds, self.version).is_relevant(text, language)


@contextmanager
def _growing() -> Iterator[None]:
    """Lets the garbage collector rest while much is loaded that stays: it would look through it again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@lru_cache(maxsize=1)
@_growing()
def _load_extractor(seeds: Path, version: str) -> Extractor:
    """Loads what `load_extractor` returns, once for each version: it takes seconds, and two stages of a build ask.

    What is loaded stays, so the garbage collector need not look through it again, nor often through what is remembered of
    words: with its own thresholds it took two thirds of the time of telling what is relevant, and a third of reading.
    """
    names = read_actor_names(seeds).to_dicts()
    read = [name for name in languages(seeds) if (seeds / "lexicon" / name / "language.toml").exists()]
    with (seeds / "person_names.csv").open(encoding="utf-8", newline="") as file:
        persons = PersonNames.from_rows(csv.DictReader(file))
    with (seeds / "confidence.csv").open(encoding="utf-8", newline="") as file:
        confidence = Confidence.from_rows(csv.DictReader(file))
    packs = {name: _load_language(seeds / "lexicon" / name, names, persons) for name in read}
    actions = read_seed("actions", seeds).to_dicts()
    registry = Registry(
        families={row["action"]: frozenset(row["family"].split("|")) for row in actions},
        quads={row["action"]: row["quad_class"] for row in actions},
        actors={row["actor_id"]: row for row in read_seed("actors", seeds).to_dicts()},
        confidence=confidence,
    )
    shapes = {name: pack.lexicon.settings.apostrophe for name, pack in packs.items()}
    vocabularies = {name: pack.lexicon.vocabulary for name, pack in packs.items()}
    places = PlaceFinder(load_gazetteer(seeds), read_place_words(seeds), shapes, vocabularies)
    extractor = Extractor(packs, registry, places, version)
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    atexit.register(gc.unfreeze)  # what is left at the end is counted by some libraries, loudly
    return extractor


def _load_language(folder: Path, names: Sequence[Mapping[str, Any]], persons: PersonNames) -> Language:
    """Reads the folder of one language: language.toml and the CSV files beside it."""
    try:
        settings = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{folder / 'language.toml'}: {error}: correct it") from None
    files: dict[str, list[dict[str, str]]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            files[path.stem] = list(csv.DictReader(file))
    lexicon = build_lexicon(folder.name, settings, files, names, persons)
    shape = (lexicon.settings.clitics, lexicon.settings.apostrophe, lexicon.vocabulary)
    dates = files.get("dates", [])
    numbers = Numbers.from_rows(files.get("numbers", []), files.get("number_words", []), dates, *shape)
    return Language(lexicon, numbers, Dates.from_rows(dates, *shape))


def extractor_version(seeds: Path = SEEDS) -> str:
    """Returns 12 hex digits that change with the code, the lexicons, the registries and the gazetteer."""
    digest = hashlib.sha256(load_gazetteer(seeds).version.encode())
    code = (Path(__file__).parent / "extract").glob("*.py")
    data = [
        *(seeds / "lexicon").glob("*/*.*"),
        *(seeds / f"{name}.csv" for name in ("actions", "actors", "actor_names", "person_names", "confidence")),
    ]
    for path in [*sorted(code), *sorted(data)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for decision in read_decisions(seeds):
        if decision.kind == "alias":  # others are on events, and change nothing that is read
            digest.update(decision.decision_id.encode())
    return digest.hexdigest()[:12]


class Extraction(NamedTuple):
    """What was read from one article.

    Attributes:
        claims: Rows of `claims`.
        evidence: Rows of `claim_evidence`.
        error: Why nothing could be read.
        complete: Whether that is all that this reader can read; else the next run reads the article again.
    """

    claims: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    error: str | None = None
    complete: bool = True


def digest_of(article: Article) -> str:
    """Returns a digest of all that the extractor is told of an article."""
    return hashlib.sha256(json.dumps(article, sort_keys=True, default=str).encode()).hexdigest()


def extract_article(extractor: Extractor, article: Article) -> Extraction:
    """Reads one article.

    Article text is hostile and no article may stop the others: an exception becomes the extraction's `error`.
    """
    try:
        return Extraction(*extractor.extract(article))
    except Exception as error:
        return Extraction([], [], f"{type(error).__name__}: {error}"[:500])


def guard_rows(claims: Sequence[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]]) -> None:
    """Stops the run where rows lack a column of the contract: that is no matter of one article.

    Raises:
        ContractError: If a row's columns are not the model's.
    """
    for table, rows, columns in (("claims", claims, _CLAIM), ("claim_evidence", evidence, _EVIDENCE)):
        for row in rows:
            if row.keys() != columns.keys():
                odd = ", ".join(sorted(row.keys() ^ columns.keys()))
                raise ContractError(
                    f"table {table}: the extractor's rows differ from the model in {odd}: mend the extractor"
                )


@dataclass(frozen=True)
class ArticleReader:
    """Reads articles; each process loads the extractor for itself, when it is first asked."""

    seeds: Path
    version: str

    def __call__(self, articles: Sequence[Article]) -> list[Extraction]:
        """Returns what was read from each article."""
        extractor = _load_extractor(self.seeds, self.version)
        return [extract_article(extractor, article) for article in articles]


def extract_articles(
    extractor: Extractor, seeds: Path, articles: Sequence[Article], workers: int | None = None
) -> Iterator[Extraction]:
    """Reads articles, in their order, whatever the number of processes.

    An article whose process dies or takes too long is read once more, alone; then that is its extraction's `error`.

    Args:
        extractor: What reads them in this process.
        seeds: What other processes load theirs from.
        articles: What the extractor is told of each.
        workers: Processes; by default one for each core where there is work for them.

    Raises:
        ContractError: If a row's columns are not the model's.
    """
    if workers is None:
        workers = (os.cpu_count() or 1) if len(articles) > (_FEW if are_waiting() else POOL_FROM) else 1
    alone = workers <= 1 or len(articles) <= 1
    made = (extract_article(extractor, article) for article in articles)
    reader = ArticleReader(seeds, extractor.version)
    for extraction in made if alone else in_order(_extract_in_workers(reader, articles, workers)):
        guard_rows(extraction.claims, extraction.evidence)
        yield extraction


def _extract_in_workers(
    reader: ArticleReader, articles: Sequence[Article], workers: int
) -> Iterator[tuple[int, Extraction]]:
    """Yields what processes read from articles, by their places; a batch that ends its process is read one by one."""
    size = max(1, min(_BATCH, len(articles) // (workers * 4)))
    waiting = [range(at, min(at + size, len(articles))) for at in range(0, len(articles), size)]
    while waiting:
        tasks = iter([(batch, [articles[at] for at in batch]) for batch in waiting])
        waiting = []
        for batch, found in run_in_workers(reader, tasks, workers, _BATCH_SECONDS):
            if not isinstance(found, Failed):
                yield from zip(batch, found, strict=True)
            elif len(batch) > 1:
                waiting += [range(at, at + 1) for at in batch]
            else:
                yield batch[0], Extraction([], [], found.what)


def update_extractions(
    known: pl.DataFrame | None,
    articles: Sequence[Article],
    version: str,
    read: Callable[[Sequence[Article]], Iterable[Extraction]],
) -> tuple[pl.DataFrame, int]:
    """Returns the extractions of exactly these articles, and how many were read again.

    Args:
        known: The frame of the run before.
        articles: What the extractor is told of each article.
        version: The extractor's version.
        read: Reads articles, in order.
    """
    wanted = pl.DataFrame(
        {
            "article_id": [article["article_id"] for article in articles],
            "digest": [digest_of(article) for article in articles],
            "version": version,
        },
        schema_overrides={"article_id": pl.String, "digest": pl.String, "version": pl.String},
    )
    if known is None or dict(known.schema) != EXTRACTIONS:
        known = pl.DataFrame(schema=EXTRACTIONS)
    keys = ["article_id", "digest", "version"]
    kept = known.join(wanted, on=keys, how="semi")
    missing = wanted.with_row_index("at").join(kept, on=keys, how="anti").sort("at")
    work = [articles[at] for at in missing["at"]]
    rows = (
        {
            **keys_of,
            # No reader has the empty version, so what is not complete is read again.
            "version": version if made.complete else "",
            "error": made.error,
            "claims": made.claims,
            "evidence": made.evidence,
        }
        for keys_of, made in zip(missing.drop("at").to_dicts(), read(work), strict=True)
    )
    frames = [kept]
    while some := list(islice(rows, _AT_ONCE)):  # as dictionaries, all rows would take gigabytes
        frames.append(pl.DataFrame(some, schema=EXTRACTIONS, orient="row"))
    return pl.concat(frames).sort("article_id"), len(work)


def unnest_rows(extractions: pl.DataFrame, column: str) -> pl.DataFrame:
    """Returns the rows of `claims` or `evidence` of all articles as a frame of their own."""
    columns = {"claims": _CLAIM, "evidence": _EVIDENCE}[column]
    rows = extractions.select(column).filter(pl.col(column).list.len() > 0).explode(column)
    return rows.unnest(column) if rows.height else pl.DataFrame(schema=columns)


def list_places(place_ids: pl.Series, seeds: Path = SEEDS) -> pl.DataFrame:
    """Returns the rows of `places` for these ids; ids that the gazetteer does not know are left out."""
    gazetteer = load_gazetteer(seeds)
    rows = []
    for place_id in place_ids.drop_nulls().unique().sort():
        place = gazetteer.place(place_id)
        if place is not None:
            source = "GeoNames" if place_id.isdecimal() else "CLDR, ISO 3166" if place_id.isupper() else "this project"
            rows.append({**place._asdict(), "source": source})
    columns = table_types(Places)
    listed = pl.DataFrame([{name: row[name] for name in columns} for row in rows], schema=columns, orient="row")
    return validate(listed, Places)[0]
