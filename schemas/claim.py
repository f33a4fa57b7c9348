"""What articles say: claims and the evidence of their fields.

What belongs here: one assertion as it was made. What does not: what claims amount to together (event.py).
"""

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from schemas.base import Table, code_field, id_field, number_field, ordered, text_field
from schemas.vocabulary import (
    ACCOUNTINGS,
    CLAIM_MODES,
    CLAIMANT_TYPES,
    DATE_BASES,
    DATE_PRECISIONS,
    METRICS,
    PLACE_PRECISIONS,
    QUANTITY_BOUNDS,
)


class Claims(Table):
    """One row per assertion (date, actor, action, quantity, source), at most one quantity each."""

    claim_id: str = id_field(
        "c",
        "c_ and 20 hex digits; a function of article_id, action, metric and the spans it was read from",
        unique=True,
    )
    article_id: str = id_field("a", "The article that makes it (articles)")
    mention_id: str = id_field("m", "Groups the claims that one article makes of one incident")
    sentence_index: int = pa.Field(ge=0, description="Which sentence of the article, from 0")
    char_start: int = pa.Field(
        ge=0, description="First character of the evidence in the article's text", metadata={"unit": "code point"}
    )
    char_end: int = pa.Field(ge=1, description="One past its last character", metadata={"unit": "code point"})
    quote: str = text_field("The evidence: text[char_start:char_end]")
    event_date_start: pl.Date = text_field("First possible day of the incident", nullable=True)
    event_date_end: pl.Date = text_field("Last possible day, inclusive", nullable=True)
    date_precision: str = code_field(DATE_PRECISIONS, "How exact the date is")
    date_basis: str = code_field(DATE_BASES, "How the date is known; publication: nothing in the text says when")
    date_text: str = text_field("The words that the date was read from", nullable=True)
    actor_id: str = text_field("Who did it (actors)", nullable=True)
    actor_text: str = text_field("Who did it, in the article's words", nullable=True)
    recipient_id: str = text_field("To whom it was done (actors)", nullable=True)
    recipient_text: str = text_field("To whom it was done, in the article's words", nullable=True)
    action: str = text_field("What was done (actions)")
    action_text: str = text_field("The trigger words")
    metric: str = code_field(METRICS, "What the quantity counts; null where there is none", nullable=True)
    quantity_low: int = number_field("Lowest number that the words allow", "quantity_unit", ge=0)
    quantity_best: int = number_field("The number; null for a pure bound or a vague word", "quantity_unit", ge=0)
    quantity_high: int = number_field("Highest number that the words allow", "quantity_unit", ge=0)
    quantity_bound: str = code_field(QUANTITY_BOUNDS, "How the words bound the number", nullable=True)
    quantity_unit: str = text_field("What is counted: person, vehicle, drone, ...", nullable=True)
    quantity_text: str = text_field("The words of the quantity", nullable=True)
    accounting: str = code_field(ACCOUNTINGS, "This incident, a running total, or a level")
    affected_id: str = text_field("Of whom the quantity counts (actors)", nullable=True)
    affected_text: str = text_field(
        "Of whom the quantity counts, in the article's words; null where that is the actor: its own troops, participants",
        nullable=True,
    )
    place_id: str = text_field("GeoNames id (places)", nullable=True)
    place_text: str = text_field("Where, in the article's words", nullable=True)
    country: str = pa.Field(
        str_matches=r"^[A-Z]{3}$", nullable=True, description="ISO 3166-1 alpha-3 code of where it happened"
    )
    latitude: float = number_field("Latitude of the place, WGS 84", "degree", ge=-90, le=90)
    longitude: float = number_field("Longitude of the place, WGS 84", "degree", ge=-180, le=180)
    place_precision: str = code_field(PLACE_PRECISIONS, "How exact the place is")
    claimant_id: str = text_field("Who says so (actors); null: the publication in its own voice", nullable=True)
    claimant_text: str = text_field("Who says so, in the article's words", nullable=True)
    claimant_type: str = code_field(
        CLAIMANT_TYPES, "What kind of source the claimant is; media: the publication in its own voice"
    )
    claim_mode: str = code_field(
        CLAIM_MODES, "Asserted, or estimated, denied, planned, threatened, hypothetical, historical"
    )
    confidence: float = pa.Field(
        ge=0,
        le=1,
        description="Share of claims like this one that are right on development gold",
        metadata={"unit": "probability"},
    )
    extractor: str = text_field("What read it")
    extractor_version: str = text_field("Version of what read it, with its lexicon")

    @pa.dataframe_check(error="quantity_low <= quantity_best <= quantity_high")
    def quantities_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """Low, best and high in order where set."""
        return data.lazyframe.select(ordered("quantity_low", "quantity_best", "quantity_high"))

    @pa.dataframe_check(error="char_start < char_end")
    def span_is_not_empty(cls, data: PolarsData) -> pl.LazyFrame:
        """Every claim has evidence."""
        return data.lazyframe.select(pl.col("char_start") < pl.col("char_end"))

    @pa.dataframe_check(error="event_date_start <= event_date_end")
    def dates_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """An interval of days does not end before it starts."""
        return data.lazyframe.select((pl.col("event_date_start") <= pl.col("event_date_end")).fill_null(value=True))

    @pa.dataframe_check(error="a quantity needs its metric, bound and words")
    def quantity_is_whole(cls, data: PolarsData) -> pl.LazyFrame:
        """A metric comes with a bound and words, and no number comes without a metric."""
        has_metric = pl.col("metric").is_not_null()
        has_number = pl.any_horizontal(
            pl.col("quantity_low", "quantity_best", "quantity_high", "quantity_bound", "quantity_text").is_not_null()
        )
        whole = pl.col("quantity_bound").is_not_null() & pl.col("quantity_text").is_not_null()
        return data.lazyframe.select(pl.when(has_metric).then(whole).otherwise(~has_number))


class ClaimEvidence(Table):
    """One row per field of a claim: the words it was read from and the rule or lexicon entry that read it."""

    claim_id: str = id_field("c", "The claim (claims)")
    field: str = text_field("The claim's field: action, actor, recipient, quantity, date, place, claimant, mode")
    char_start: int = pa.Field(
        ge=0, description="First character of the words in the article's text", metadata={"unit": "code point"}
    )
    char_end: int = pa.Field(ge=0, description="One past the last character", metadata={"unit": "code point"})
    words: str = text_field("The words: text[char_start:char_end]")
    rule: str = text_field("The rule, and the lexicon entry after a colon")
    confidence: float = pa.Field(
        ge=0, le=1, description="Share of such fields that are right on gold", metadata={"unit": "probability"}
    )
