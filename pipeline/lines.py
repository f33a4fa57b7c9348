"""Article lines in, claim lines out: extraction without a data folder.

What belongs here: reading lines, and joining names and crosswalks to claims, so that a line can be read by itself.
What does not: how claims are read (pipeline/extract), and the build, which keeps what it made.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.extraction import list_places
from pipeline.ingest.clean import article_id, clean_text, unwrap
from pipeline.ingest.items import RawFile, Refusal, Refused
from pipeline.ingest.language import detect_language, primary_tag
from pipeline.ingest.records import read_jsonl
from pipeline.readers import Reader, RuleReader
from pipeline.seeds import SEEDS, languages, read_seed
from pipeline.validate import table_types
from schemas import ClaimEvidence, Claims

#: Columns joined to those of `claims`: name, the claim's column, and the table, key and column that it is from.
JOINED: Final = (
    ("plover_type", "action", "actions", "action", "plover_type"),
    ("acled_sub_event_type", "action", "actions", "action", "acled_sub_event_type"),
    ("actor_name", "actor_id", "actors", "actor_id", "name"),
    ("recipient_name", "recipient_id", "actors", "actor_id", "name"),
    ("claimant_name", "claimant_id", "actors", "actor_id", "name"),
    ("affected_name", "affected_id", "actors", "actor_id", "name"),
    ("place_name", "place_id", "places", "place_id", "name"),
)


class ClaimLines(NamedTuple):
    """What was read from article lines.

    Attributes:
        claims: Claims of all lines in their order.
        evidence: The evidence of their fields.
        problems: What was wrong with lines that could not be read.
        articles: How many lines were articles.
        unread: How many of them are in a language without word lists, and so have no claims.
    """

    claims: pl.DataFrame
    evidence: pl.DataFrame
    problems: list[str]
    articles: int
    unread: int


def extract_lines(
    data: bytes,
    now: datetime,
    seeds: Path = SEEDS,
    reader: Reader | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ClaimLines:
    """Reads claims from article lines.

    Every line is read, repeated ones too. Offsets count in the text as it was given, so it is not cleaned.

    Args:
        data: JSON lines {article_id?, language?, published?, title?, text, url?, publisher?}.
        now: The time of reading; an article published later has no known date.
        seeds: The folder of seeds.
        reader: What reads them; the rules by default.
        progress: Told how many articles are done, of how many.
    """
    spoken = languages(seeds)
    articles: list[dict[str, Any]] = []
    texts: list[str] = []
    problems: list[str] = []
    for found in read_jsonl(data, RawFile("folder", "", "application/x-ndjson", now)):
        if isinstance(found, Refusal):
            problems.append(f"{found.locator}: {found.detail}")
            continue
        try:
            text = clean_text(found.text, wrapped=True)
        except Refused as refused:
            problems.append(f"{found.locator}: {refused.detail}")
            continue
        joined = unwrap(found.text)
        texts.append(found.text)
        articles.append(
            {
                "article_id": found.external_id or article_id(text),
                "language": primary_tag(found.language) or detect_language(text, spoken),
                "published": found.published.local_date if found.published else None,
                "title": found.title,
                "text": joined if len(joined) == len(found.text) else found.text,
            }
        )
    rows: list[dict[str, Any]] = []
    evidence: list[dict[str, Any]] = []
    made = (reader or RuleReader(seeds)).read(articles, progress)
    for article, text, extraction in zip(articles, texts, made, strict=True):
        rows += [{**claim, "quote": text[claim["char_start"] : claim["char_end"]]} for claim in extraction.claims]
        evidence += extraction.evidence
        if extraction.error:
            problems.append(f"article {article['article_id']}: the extractor failed: {extraction.error}")
    claims = pl.DataFrame(rows, schema=table_types(Claims), orient="row")
    proofs = pl.DataFrame(evidence, schema=table_types(ClaimEvidence), orient="row")
    unread = sum(article["language"] not in spoken for article in articles)
    return ClaimLines(join_names(claims, seeds), proofs, problems, len(articles), unread)


def join_names(claims: pl.DataFrame, seeds: Path = SEEDS) -> pl.DataFrame:
    """Adds the columns of `JOINED`."""
    tables = {name: read_seed(name, seeds) for name in ("actions", "actors")}
    tables["places"] = list_places(claims["place_id"], seeds)
    for name, column, table, key, value in JOINED:
        named = tables[table].select(pl.col(key).alias(column), pl.col(value).alias(name))
        claims = claims.join(named, on=column, how="left", maintain_order="left")
    return claims
