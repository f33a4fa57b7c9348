"""The views of the database in words: their columns are the tables' columns put together.

What belongs here: what a row of a view is, and its columns in order. What does not: their SQL (pipeline/release).
"""

from typing import Final

from schemas import TABLES
from schemas.crosswalks import CROSSWALKS
from schemas.entry import Columns, View, own


def _shown(**sources: str) -> Columns:
    """Returns columns that a view takes as they are."""
    return {**sources}


def _sums(metric: str, words: str) -> Columns:
    ends = {
        "low": "lowest",
        "best": "by the estimate rule; an event's lowest number where it has no estimate",
        "high": "highest; an event's other numbers where it has no highest",
    }
    return {
        f"{metric}_{end}": own(
            f"{metric}_{end}",
            "integer",
            f"People {words}, summed over events: {meaning}. Null where no event counts them",
            "person",
            nullable=True,
        )
        for end, meaning in ends.items()
    }


#: The views of the database. The SQL of each selects just these columns in this order.
VIEWS: Final[dict[str, View]] = {
    "events_with_claims": View(
        "One row per claim of every event: the event, then what the claim says in the article's own words, and who "
        "says so.",
        _shown(**{name: f"events.{name}" for name in TABLES["events"].to_schema().columns})
        | {
            "claim_id": "event_claims.claim_id",
            "relation": "event_claims.relation",
            "used_in_estimate": "event_claims.used_in_estimate",
            "quote": "claims.quote",
            "action_text": "claims.action_text",
            "actor_text": "claims.actor_text",
            "recipient_text": "claims.recipient_text",
            "date_text": "claims.date_text",
            "claim_place_text": "claims.place_text",
            "claim_metric": "claims.metric",
            "claim_quantity_low": "claims.quantity_low",
            "claim_quantity_best": "claims.quantity_best",
            "claim_quantity_high": "claims.quantity_high",
            "claim_quantity_unit": "claims.quantity_unit",
            "quantity_text": "claims.quantity_text",
            "affected_text": "claims.affected_text",
            "claimant_id": "claims.claimant_id",
            "claimant_text": "claims.claimant_text",
            "claimant_type": "claims.claimant_type",
            "claim_mode": "claims.claim_mode",
            "article_id": "claims.article_id",
            "title": "articles.title",
            "url": "articles.url",
            "publisher": "articles.publisher",
            "published_at": "articles.published_at",
        },
    ),
    "casualties_by_country_month": View(
        "One row per country and month: people killed and injured in the incidents that began and ended in that "
        "month. Running totals, levels and events without a month are left out: they cannot be added up.",
        _shown(country="events.country")
        | {
            "month": own("month", "date", "First day of the month"),
            "n_events": own("n_events", "integer", "Events that state a number of people", "event"),
        }
        | _sums("killed", "killed")
        | _sums("injured", "injured")
        | _sums("casualties", "killed and injured where they were counted together"),
    ),
    "contradictions": View(
        "One row per claim that contradicts its event's estimate, beside that estimate.",
        {
            "event_id": "events.event_id",
            "event_date_start": "events.event_date_start",
            "event_date_end": "events.event_date_end",
            "action": "events.action",
            "country": "events.country",
            "place_text": "events.place_text",
            "metric": "claims.metric",
            "quantity_unit": "claims.quantity_unit",
            "estimate_low": own("estimate_low", "integer", "The event's number, lowest", nullable=True),
            "estimate_best": own("estimate_best", "integer", "The event's number, by its estimate rule", nullable=True),
            "estimate_high": own("estimate_high", "integer", "The event's number, highest", nullable=True),
            "claim_id": "claims.claim_id",
            "claim_low": "claims.quantity_low",
            "claim_best": "claims.quantity_best",
            "claim_high": "claims.quantity_high",
            "claim_mode": "claims.claim_mode",
            "claimant_id": "claims.claimant_id",
            "claimant_text": "claims.claimant_text",
            "claimant_type": "claims.claimant_type",
            "quote": "claims.quote",
            "article_id": "claims.article_id",
        },
    ),
    "cumulative_series": View(
        "One row per claim of a running total or a level, in the order of what it counts up to: the number, the one "
        "before it by the same claimant, and whether the total began again.",
        {
            "event_id": "events.event_id",
            "action": "events.action",
            "country": "events.country",
            "place_text": "events.place_text",
            "metric": "claims.metric",
            "quantity_unit": "claims.quantity_unit",
            "accounting": "claims.accounting",
            "claimant_id": "claims.claimant_id",
            "claimant_text": "claims.claimant_text",
            "claimant_type": "claims.claimant_type",
            "affected_id": "claims.affected_id",
            "counted_to": own(
                "counted_to",
                "date",
                "The day that the number counts up to: the claim's last day, else its publication",
                nullable=True,
            ),
            "quantity_low": "claims.quantity_low",
            "quantity_best": "claims.quantity_best",
            "quantity_high": "claims.quantity_high",
            "previous_best": own(
                "previous_best",
                "integer",
                "The number before it in the same series, by the same claimant",
                "quantity_unit",
                nullable=True,
            ),
            "is_restart": own(
                "is_restart",
                "boolean",
                "Whether a running total is below the one before it: counted anew, or corrected",
            ),
            "claim_id": "claims.claim_id",
            "quote": "claims.quote",
            "article_id": "claims.article_id",
        },
    ),
    "relays": View(
        "One row per publisher and publisher whose articles it repeated: who relays whom. Publishers are as found; "
        "articles without one are told apart by their source.",
        {
            "original_publisher": "articles.publisher",
            "original_source_id": "articles.source_id",
            "publisher": "articles.publisher",
            "source_id": "articles.source_id",
            "n_articles": own("n_articles", "integer", "Articles that nearly repeat one of the original's", "article"),
            "first_published_at": own(
                "first_published_at", "datetime (UTC)", "When the first of them was published", nullable=True
            ),
            "last_published_at": own(
                "last_published_at", "datetime (UTC)", "When the last of them was published", nullable=True
            ),
        },
    ),
    **CROSSWALKS,
}
