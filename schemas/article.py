"""What came in and what became of it: raw_articles, inputs, documents, articles, quarantine.

What belongs here: everything before a claim is read. What does not: what articles say (claim.py).
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas.base import Table, code_field, id_field, text_field
from schemas.vocabulary import INPUT_STATES, PUBLISHED_BASES, SOURCE_KINDS, STAGES

Texts = Annotated[pl.List, pl.String()]
Utc = Annotated[pl.Datetime, "us", "UTC"]


class RawArticles(Table):
    """One row per file or response as it came, its bytes kept unread under their digest."""

    raw_id: str = pa.Field(
        str_matches=r"^r_[0-9a-f]{20}$",
        unique=True,
        description="r_ and 20 hex digits of the sha256 of source_id, location and digest",
    )
    source_id: str = text_field("The configured source that it came through (sources)")
    kind: str = code_field(SOURCE_KINDS, "The kind of that source")
    location: str = text_field("Path below the source's folder, or URL")
    media_type: str = text_field("Media type as declared or by the file's suffix")
    digest: str = pa.Field(str_matches=r"^[0-9a-f]{64}$", description="sha256 of the bytes; their name in the store")
    bytes: int = pa.Field(ge=0, description="Length of the bytes", metadata={"unit": "byte"})
    retrieved_at: Utc = text_field("When it was read or fetched")
    listed_in: str = text_field(
        "The feed, sitemap or other list that named this page; null: it was not fetched as a page", nullable=True
    )
    listed_title: str = text_field("The page's title as that list has it", nullable=True)
    listed_publisher: str = text_field("Its publisher as that list has it", nullable=True)
    listed_published: str = text_field("Its publication date as written there", nullable=True)
    listed_language: str = text_field("Its language as written there", nullable=True)


class Documents(Table):
    """One row per input found in the raw bytes: parsed, dated and cleaned, or refused with a reason.

    Internal: `inputs` and `articles` are read from it; it is not released.
    """

    input_id: str = id_field("i", "i_ and 20 hex digits of the sha256 of raw_id and locator", unique=True)
    raw_id: str = id_field("r", "The raw file that holds it (raw_articles)")
    source_id: str = text_field("The configured source (sources)")
    location: str = text_field("Path or URL of the raw file")
    locator: str = text_field("Where in the raw file: empty, `line 3`, `row 3`, `item 3`")
    role: str = code_field(("item", "page"), "Item of a feed, or page that a list led to; null: neither", nullable=True)
    external_id: str = text_field("The id that the source gives it", nullable=True)
    url: str = text_field("The article's address", nullable=True)
    publisher: str = text_field("Who published it", nullable=True)
    authors: Texts = text_field("Authors as found")
    title: str = text_field("Headline", nullable=True)
    published_at: Utc = text_field("When it was published", nullable=True)
    published_basis: str = code_field(PUBLISHED_BASES, "Where published_at was read")
    misdated: str = text_field("The date of publication as it is written, where it cannot be", nullable=True)
    published_local_date: pl.Date = text_field("The day of publication in the publisher's own time zone", nullable=True)
    retrieved_at: Utc = text_field("When the raw file was read or fetched")
    language: str = text_field("BCP 47 primary tag, und where unsure")
    language_doubt: str = text_field(
        "What a second identifier takes the text for where it is sure of another language", nullable=True
    )
    text: str = text_field("Clean text; its beginning where not relevant; null where refused", nullable=True)
    article_id: str = id_field("a", "Id of the text; null where refused", nullable=True)
    relevant: bool = text_field("Whether the text holds a trigger of the conflict lexicon")
    reason: str = text_field("Why it was refused: a code; null where it was not", nullable=True)
    detail: str = text_field("The refusal in words, with the remedy", nullable=True)


class Inputs(Table):
    """One row per input and the one state that it ended in: nothing is lost, nothing is silent."""

    input_id: str = id_field("i", "Id of the input", unique=True)
    raw_id: str = id_field("r", "The raw file that holds it (raw_articles)")
    source_id: str = text_field("The configured source (sources)")
    location: str = text_field("Path or URL of the raw file")
    locator: str = text_field("Where in the raw file: empty, `line 3`, `row 3`, `item 3`")
    state: str = code_field(INPUT_STATES, "What became of it")
    article_id: str = id_field(
        "a",
        "The article it became or repeats (articles); of an irrelevant input the id of its text, which articles lacks; "
        "null where it was refused",
        nullable=True,
    )
    reason: str = text_field("Why it is no article of its own: a code; null for articles", nullable=True)


class Articles(Table):
    """One row per distinct article text that may speak of conflict."""

    article_id: str = id_field("a", "a_ and 20 hex digits of the sha256 of the normalised text", unique=True)
    source_id: str = text_field("The configured source that it came through (sources)")
    external_id: str = text_field("The id that the source gives it (JSONL article_id, feed guid)", nullable=True)
    url: str = text_field("The article's address as found", nullable=True)
    publisher: str = text_field("Who published it, as found", nullable=True)
    authors: Texts = text_field("Authors as found; empty where not stated")
    title: str = text_field("Headline as found", nullable=True)
    published_at: Utc = text_field("When it was published", nullable=True)
    published_basis: str = code_field(PUBLISHED_BASES, "Where published_at was read; never silently the fetch time")
    retrieved_at: Utc = text_field("When it was read or fetched")
    language: str = pa.Field(str_matches=r"^[a-z]{2,3}$", description="BCP 47 primary tag; und where unsure")
    text: str = pa.Field(
        str_length={"min_value": 1}, description="Clean text; every character offset counts Unicode code points in it"
    )
    duplicate_of: str = id_field("a", "article_id of the earliest near-duplicate (articles)", nullable=True)


class Quarantine(Table):
    """What a stage refused, with a reason that a person can act on."""

    quarantine_id: str = id_field("q", "q_ and 20 hex digits of the sha256 of stage, record_id and reason", unique=True)
    stage: str = code_field(STAGES, "The stage that refused it")
    record_id: str = text_field("input_id, article_id, claim_id or event_id of what was refused")
    source_id: str = text_field("The configured source, for inputs", nullable=True)
    location: str = text_field("File or URL, and where in it, for inputs", nullable=True)
    reason: str = text_field("Why: a code")
    detail: str = text_field("Why, in words, and what to do about it")
