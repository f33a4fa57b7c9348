"""The SQL of the views: what is asked most, and other datasets' forms of the same events.

What belongs here: one statement for each view of schemas/views.py. What does not: what their columns mean.
"""

from typing import Final

from pipeline.release.crosswalks import CROSSWALK_SQL

#: In the sums, a number that an event lacks is replaced by its nearest other one: low <= best <= high stays true.
VIEW_SQL: Final = {
    "events_with_claims": """
        SELECT e.*, ec.claim_id, ec.relation, ec.used_in_estimate, c.quote, c.action_text, c.actor_text,
            c.recipient_text, c.date_text, c.place_text AS claim_place_text, c.metric AS claim_metric,
            c.quantity_low AS claim_quantity_low, c.quantity_best AS claim_quantity_best,
            c.quantity_high AS claim_quantity_high, c.quantity_unit AS claim_quantity_unit, c.quantity_text,
            c.affected_text, c.claimant_id, c.claimant_text, c.claimant_type, c.claim_mode, c.article_id,
            a.title, a.url, a.publisher, a.published_at
        FROM events AS e
        JOIN event_claims AS ec ON ec.event_id = e.event_id
        JOIN claims AS c ON c.claim_id = ec.claim_id
        JOIN articles AS a ON a.article_id = c.article_id
    """,
    "casualties_by_country_month": """
        SELECT country, CAST(date_trunc('month', event_date_start) AS DATE) AS month, count(*) AS n_events,
            CAST(sum(coalesce(killed_low, killed_best)) AS BIGINT) AS killed_low,
            CAST(sum(coalesce(killed_best, killed_low)) AS BIGINT) AS killed_best,
            CAST(sum(coalesce(killed_high, killed_best, killed_low)) AS BIGINT) AS killed_high,
            CAST(sum(coalesce(injured_low, injured_best)) AS BIGINT) AS injured_low,
            CAST(sum(coalesce(injured_best, injured_low)) AS BIGINT) AS injured_best,
            CAST(sum(coalesce(injured_high, injured_best, injured_low)) AS BIGINT) AS injured_high,
            CAST(sum(coalesce(casualties_low, casualties_best)) AS BIGINT) AS casualties_low,
            CAST(sum(coalesce(casualties_best, casualties_low)) AS BIGINT) AS casualties_best,
            CAST(sum(coalesce(casualties_high, casualties_best, casualties_low)) AS BIGINT) AS casualties_high
        FROM events
        WHERE accounting = 'increment'
            AND date_trunc('month', event_date_start) = date_trunc('month', event_date_end)
            AND coalesce(killed_low, killed_best, killed_high, injured_low, injured_best, injured_high,
                casualties_low, casualties_best, casualties_high) IS NOT NULL
        GROUP BY country, month
        ORDER BY month, country
    """,
    "contradictions": """
        SELECT e.event_id, e.event_date_start, e.event_date_end, e.action, e.country, e.place_text, c.metric,
            c.quantity_unit,
            CASE c.metric WHEN 'killed' THEN e.killed_low WHEN 'injured' THEN e.injured_low
                WHEN 'casualties' THEN e.casualties_low WHEN e.quantity_metric THEN e.quantity_low
            END AS estimate_low,
            CASE c.metric WHEN 'killed' THEN e.killed_best WHEN 'injured' THEN e.injured_best
                WHEN 'casualties' THEN e.casualties_best WHEN e.quantity_metric THEN e.quantity_best
            END AS estimate_best,
            CASE c.metric WHEN 'killed' THEN e.killed_high WHEN 'injured' THEN e.injured_high
                WHEN 'casualties' THEN e.casualties_high WHEN e.quantity_metric THEN e.quantity_high
            END AS estimate_high,
            c.claim_id, c.quantity_low AS claim_low, c.quantity_best AS claim_best, c.quantity_high AS claim_high,
            c.claim_mode, c.claimant_id, c.claimant_text, c.claimant_type, c.quote, c.article_id
        FROM event_claims AS ec
        JOIN events AS e ON e.event_id = ec.event_id
        JOIN claims AS c ON c.claim_id = ec.claim_id
        WHERE ec.relation = 'contradicts'
    """,
    "cumulative_series": """
        SELECT e.event_id, e.action, e.country, e.place_text, c.metric, c.quantity_unit, c.accounting, c.claimant_id,
            c.claimant_text, c.claimant_type, c.affected_id,
            coalesce(c.event_date_end, CAST(a.published_at AS DATE)) AS counted_to,
            c.quantity_low, c.quantity_best, c.quantity_high, lag(c.quantity_best IGNORE NULLS) OVER series AS previous_best,
            coalesce(c.accounting = 'cumulative' AND c.quantity_best < lag(c.quantity_best IGNORE NULLS) OVER series, false)
                AS is_restart,
            c.claim_id, c.quote, c.article_id
        FROM event_claims AS ec
        JOIN events AS e ON e.event_id = ec.event_id
        JOIN claims AS c ON c.claim_id = ec.claim_id
        JOIN articles AS a ON a.article_id = c.article_id
        WHERE c.accounting IN ('cumulative', 'stock') AND c.metric IS NOT NULL AND c.claim_mode <> 'denied'
            AND ec.relation <> 'duplicates'
        WINDOW series AS (
            PARTITION BY e.event_id, c.metric, c.quantity_unit, c.accounting,
                coalesce(c.claimant_id, c.claimant_text, a.publisher), c.affected_id
            ORDER BY coalesce(c.event_date_end, CAST(a.published_at AS DATE)), a.published_at, c.claim_id
        )
    """,
    "relays": """
        SELECT o.publisher AS original_publisher, o.source_id AS original_source_id, a.publisher, a.source_id,
            count(*) AS n_articles, min(a.published_at) AS first_published_at, max(a.published_at) AS last_published_at
        FROM articles AS a
        JOIN articles AS o ON o.article_id = a.duplicate_of
        WHERE a.publisher IS DISTINCT FROM o.publisher OR a.source_id <> o.source_id
        GROUP BY ALL
        ORDER BY n_articles DESC, original_publisher, original_source_id, a.publisher, a.source_id
    """,
    **CROSSWALK_SQL,
}
