"""Articles into claims: what is read again, and which claims are good enough to keep.

What belongs here: telling the reader of articles what they are, and the contract that its claims must keep. What does
not: reading itself (pipeline/readers, pipeline/extract).
"""

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pipeline.build.progress import Progress, no_progress
from pipeline.build.refusals import REMEDY, quarantine_rows, refuse_rows
from pipeline.extraction import list_places, unnest_rows, update_extractions
from pipeline.ingest.articles import NEAR
from pipeline.readers import Reader, RuleReader
from pipeline.seeds import SEEDS
from pipeline.store import Store
from pipeline.validate import check_keys, check_spans, validate
from schemas import TABLES


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
    return quarantine_rows(
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
    rows = [(claim_id, "bad_evidence", f"Its evidence is not in the article's words. {REMEDY}") for claim_id in refused]
    return claims.filter(~pl.col("claim_id").is_in(refused.implode())), quarantine_rows("extract", rows)
