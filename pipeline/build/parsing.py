"""Raw bytes into documents, and documents into articles: every input in one state.

What belongs here: which files are parsed again, and keeping what parsing made and has to remember. What does not: the
parsing and the states themselves (pipeline/ingest).
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from pipeline.build.progress import Progress, no_progress
from pipeline.extraction import Relevance, extractor_version
from pipeline.ingest import make_articles, parse_documents
from pipeline.ingest.articles import NO_MEMORY, NearMemory
from pipeline.ingest.parse import PARSER_VERSION
from pipeline.seeds import SEEDS, languages
from pipeline.store import Store


def parse_raw(
    store: Store,
    seeds: Path = SEEDS,
    workers: int | None = None,
    progress: Progress = no_progress,
    counted: Callable[[Mapping[str, int]], None] | None = None,
) -> pl.DataFrame:
    """Parses raw articles into `documents`; files of a source are parsed again only where what reads them changed.

    Args:
        store: The data folder.
        seeds: The folder of seeds.
        workers: Processes; by default one for each core where there is much to do.
        progress: Told of the files that were parsed.
        counted: Told how many documents of each kind were found so far.
    """
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
        counted,
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
