"""What people decided about the data, and what became of each decision.

What belongs here: decisions as rows. What does not: how they are written (docs/corrections.md) and replayed
(pipeline/curation).
"""

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from schemas.article import Texts
from schemas.base import Table, code_field, id_field, text_field
from schemas.vocabulary import DECISION_KINDS, DECISION_STATES, STALE_REASONS


class Decisions(Table):
    """One row per correction of seeds/corrections: every one is applied, stale or superseded."""

    decision_id: str = id_field(
        "d", "d_ and 20 hex digits of the sha256 of what was decided, of what, by whom and when", unique=True
    )
    kind: str = code_field(DECISION_KINDS, "What was decided")
    target_ids: Texts = text_field("Of which events, as written (id_registry); of an alias the actor (actors)")
    field: str = text_field("The column that is overridden; of an alias the language of the name", nullable=True)
    value: str = text_field(
        "The value that is set, as text; of an alias the name; of a split the claims of each part, as JSON",
        nullable=True,
    )
    expect: str = text_field("What it was written against, by target and column, as JSON")
    reason: str = text_field("Why, in the author's words")
    author: str = text_field("Who decided: a name or pseudonym")
    date: pl.Date = text_field("When it was decided")
    adjudicates: bool = text_field("Whether it settles a disagreement: it outranks what others decided")
    location: str = text_field("File and line of the correction")
    state: str = code_field(DECISION_STATES, "What became of it")
    state_reason: str = text_field("Why it was not applied, and what to do; null where it was", nullable=True)


class StaleDecisions(Table):
    """One row per decision whose guard no longer fits: not applied, until a person looks at it again."""

    decision_id: str = id_field("d", "The decision (decisions)", unique=True)
    kind: str = code_field(DECISION_KINDS, "What was decided")
    target_ids: Texts = text_field("Of which events, or of which actor, as written")
    reason_code: str = code_field(
        STALE_REASONS,
        "value_changed: the machine's value is another; already_so: the machine now says so itself; target_gone: the "
        "event is no longer live; unknown_target: there never was one; breaks_contract: the result would break a rule",
    )
    expect: str = text_field("What it was written against, by target and column, as JSON")
    found: str = text_field("What is there now, in the same form")
    remedy: str = text_field("What to do")
    location: str = text_field("File and line of the correction")


class MovedClaims(Table):
    """One row per claim that a decision moved to another event, or out of events: the machine's grouping beside it."""

    claim_id: str = id_field("c", "The claim (claims)", unique=True)
    from_event_id: str = id_field("e", "The event that consolidation alone puts it into")
    to_event_id: str = id_field("e", "The event that it belongs to by decision; null: none (events)", nullable=True)
    decision_id: str = id_field("d", "The decision (decisions)")

    @pa.dataframe_check(error="from_event_id is not to_event_id")
    def moves(cls, data: PolarsData) -> pl.LazyFrame:
        """A claim that stays has no row."""
        return data.lazyframe.select(pl.col("from_event_id").ne_missing(pl.col("to_event_id")))
