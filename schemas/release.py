"""What a release says of itself: what it changed and why, and of which days it holds what its sources published.

What belongs here: tables that describe a release beside the data. What does not: the data.
"""

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from schemas.base import Table, code_field, id_field, text_field
from schemas.vocabulary import CHANGE_CAUSES, CHANGE_KINDS, COVERAGE_STATES


class Changes(Table):
    """One row per value of an event that differs from the release before: that release, so changed, is this one."""

    event_id: str = id_field("e", "The event; a removed one is a row of tombstones")
    kind: str = code_field(CHANGE_KINDS, "Whether the event came, went, or stayed with another value")
    field: str = text_field("The column of events")
    old: str = text_field("Its value before, as text; null: none", nullable=True)
    new: str = text_field("Its value now, as text; null: none", nullable=True)
    cause: str = code_field(CHANGE_CAUSES, "Why, by the rule in docs/releases.md")
    decision_id: str = id_field("d", "The decision that caused it, for human_decision (decisions)", nullable=True)

    @pa.dataframe_check(error="old and new differ")
    def values_differ(cls, data: PolarsData) -> pl.LazyFrame:
        """A value that stays has no row."""
        return data.lazyframe.select(pl.col("old").ne_missing(pl.col("new")))


class Coverage(Table):
    """One row per source and day: whether it was read, and what came of it. No row, or `not`: nothing is known."""

    source_id: str = text_field("The configured source (sources)")
    day: pl.Date = text_field("The day, UTC")
    state: str = code_field(
        COVERAGE_STATES,
        "collected: the source was read that day and all that it offered was taken; partly: some of it was refused, or "
        "the source was not read that day but articles of that day came later; not: neither",
    )
    is_read: bool = text_field("Whether the source was read on that day")
    n_problems: int = pa.Field(
        ge=0, description="Files and responses of that day that could not be had", metadata={"unit": "file"}
    )
    n_files: int = pa.Field(ge=0, description="New files and responses of that day", metadata={"unit": "file"})
    n_inputs: int = pa.Field(ge=0, description="Inputs found in them", metadata={"unit": "input"})
    n_articles: int = pa.Field(ge=0, description="Inputs that became articles", metadata={"unit": "input"})
    n_duplicates: int = pa.Field(ge=0, description="Inputs that repeat others", metadata={"unit": "input"})
    n_irrelevant: int = pa.Field(ge=0, description="Inputs that do not speak of conflict", metadata={"unit": "input"})
    n_quarantined: int = pa.Field(ge=0, description="Inputs that were refused (quarantine)", metadata={"unit": "input"})
    n_published: int = pa.Field(
        ge=0, description="Articles that were published on that day, whenever they came", metadata={"unit": "article"}
    )
