"""What claims amount to: events and how each claim relates to its event.

What belongs here: consolidated incidents. What does not: how they are consolidated (pipeline/resolve).
"""

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from schemas.base import Table, code_field, id_field, number_field, ordered, text_field
from schemas.vocabulary import (
    ACCOUNTINGS,
    DATE_PRECISIONS,
    ESTIMATE_RULES,
    EVENT_METRICS,
    METRICS,
    PLACE_PRECISIONS,
    RELATIONS,
    REVIEW_STATES,
)


class Events(Table):
    """One row per incident, tally or agreement, consolidated from claims by a stated rule."""

    event_id: str = id_field("e", "e_ and 20 hex digits, minted from the founding claim and never reused", unique=True)
    event_date_start: pl.Date = text_field("First possible day", nullable=True)
    event_date_end: pl.Date = text_field("Last possible day, inclusive", nullable=True)
    date_precision: str = code_field(DATE_PRECISIONS, "How exact the date is")
    action: str = text_field("What was done (actions)")
    actor_id: str = text_field("Who did it (actors); null where no registry entry is named", nullable=True)
    recipient_id: str = text_field("To whom it was done (actors)", nullable=True)
    place_id: str = text_field("GeoNames id (places)", nullable=True)
    place_text: str = text_field("Where, in the words of the claim that names it best", nullable=True)
    country: str = pa.Field(
        str_matches=r"^[A-Z]{3}$", nullable=True, description="ISO 3166-1 alpha-3 code of where it happened"
    )
    latitude: float = number_field("Latitude, WGS 84", "degree", ge=-90, le=90)
    longitude: float = number_field("Longitude, WGS 84", "degree", ge=-180, le=180)
    place_precision: str = code_field(PLACE_PRECISIONS, "How exact the place is")
    killed_low: int = number_field("Killed, lowest", "person", ge=0)
    killed_best: int = number_field("Killed, by the estimate rule", "person", ge=0)
    killed_high: int = number_field("Killed, highest", "person", ge=0)
    injured_low: int = number_field("Injured, lowest", "person", ge=0)
    injured_best: int = number_field("Injured, by the estimate rule", "person", ge=0)
    injured_high: int = number_field("Injured, highest", "person", ge=0)
    casualties_low: int = number_field("Killed and injured counted together, lowest", "person", ge=0)
    casualties_best: int = number_field("Killed and injured counted together, by the estimate rule", "person", ge=0)
    casualties_high: int = number_field("Killed and injured counted together, highest", "person", ge=0)
    quantity_metric: str = code_field(METRICS, "What the other quantity counts", nullable=True)
    quantity_unit: str = text_field("Its unit: person, vehicle, drone, ...", nullable=True)
    quantity_low: int = number_field("The other quantity, lowest", "quantity_unit", ge=0)
    quantity_best: int = number_field("The other quantity, by the estimate rule", "quantity_unit", ge=0)
    quantity_high: int = number_field("The other quantity, highest", "quantity_unit", ge=0)
    accounting: str = code_field(ACCOUNTINGS, "This incident, a running total, or a level")
    n_claims: int = pa.Field(ge=1, description="Claims of this event", metadata={"unit": "claim"})
    n_articles: int = pa.Field(ge=1, description="Articles that make them", metadata={"unit": "article"})
    n_publishers: int = pa.Field(
        ge=0, description="Publishers of these articles, copies counted once", metadata={"unit": "publisher"}
    )
    n_claimants: int = pa.Field(ge=0, description="Different claimants named", metadata={"unit": "claimant"})
    estimate_rule: str = code_field(ESTIMATE_RULES, "The rule that chose the numbers")
    review_state: str = code_field(REVIEW_STATES, "Who has looked at it")
    confidence: float = pa.Field(
        ge=0, le=1, description="Highest confidence of its claims", metadata={"unit": "probability"}
    )
    first_release: str = text_field("The release that brought it")
    last_changed_release: str = text_field("The last release that changed it")

    @pa.dataframe_check(error="low <= best <= high")
    def numbers_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """Every low, best and high in order."""
        groups = (*EVENT_METRICS, "quantity")
        return data.lazyframe.select(
            pl.all_horizontal(*(ordered(f"{g}_low", f"{g}_best", f"{g}_high") for g in groups))
        )

    @pa.dataframe_check(error="event_date_start <= event_date_end")
    def dates_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """An interval of days does not end before it starts."""
        return data.lazyframe.select((pl.col("event_date_start") <= pl.col("event_date_end")).fill_null(value=True))


class EventClaims(Table):
    """One row per claim of an event: what it says about the event, and whether its number was used."""

    event_id: str = id_field("e", "The event (events)")
    claim_id: str = id_field("c", "The claim (claims); a claim belongs to one event at most", unique=True)
    relation: str = code_field(RELATIONS, "How the claim stands to the event's estimate")
    used_in_estimate: bool = text_field("Whether the event's numbers were taken from it")


class Stories(Table):
    """One row per text that was read: the story it reports with others of its language, and the event told of there."""

    article_id: str = id_field("a", "The text (inputs); articles has it where it may speak of conflict", unique=True)
    story_id: str = id_field("s", "s_ and 20 hex digits of its earliest article's id; made anew for each release")
    event_id: str = id_field("e", "The event that most of the story's articles tell of (events)", nullable=True)
