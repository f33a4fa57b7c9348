"""Questions that the page for SQL offers.

What belongs here: examples that hold for every release with the tables that they name. What does not: the page.
"""

from collections.abc import Collection
from typing import Final, NamedTuple


class Example(NamedTuple):
    """A question: its name, its SQL, the tables that it reads."""

    name: str
    sql: str
    tables: frozenset[str]


_EXAMPLES: Final = (
    Example(
        "Deadliest events",
        """SELECT event_date_start AS day, country, place_text AS place, action, killed_low, killed_best, killed_high,
    n_claimants, event_id
FROM events
WHERE accounting = 'increment'
ORDER BY killed_best DESC NULLS LAST, event_id
LIMIT 20""",
        frozenset({"events"}),
    ),
    Example(
        "Who contradicts whom",
        """SELECT e.event_date_start AS day, e.country, c.metric, e.killed_best AS estimate, c.claimant_text AS claimant,
    c.quantity_best AS says, c.relation, c.quote, e.event_id
FROM events e JOIN claims c USING (event_id)
WHERE e.event_id IN (SELECT event_id FROM claims WHERE relation = 'contradicts') AND c.metric = 'killed'
ORDER BY day DESC NULLS LAST, e.event_id, c.claim_id
LIMIT 50""",
        frozenset({"events", "claims"}),
    ),
    Example(
        "Killed by country and month",
        """SELECT country, date_trunc('month', event_date_start)::DATE AS month, count(*) AS events,
    sum(coalesce(killed_low, killed_best)) AS low, sum(coalesce(killed_best, killed_low)) AS best,
    sum(coalesce(killed_high, killed_best, killed_low)) AS high
FROM events
WHERE accounting = 'increment' AND coalesce(killed_low, killed_best) IS NOT NULL
GROUP BY ALL
ORDER BY month DESC NULLS LAST, best DESC, country""",
        frozenset({"events"}),
    ),
    Example(
        "Actions by PLOVER type",
        """SELECT a.plover_type, e.action, count(*) AS events
FROM events e JOIN actions a USING (action)
GROUP BY ALL
ORDER BY events DESC, action""",
        frozenset({"events", "actions"}),
    ),
    Example(
        "Who does what to whom",
        """SELECT coalesce(a.name, e.actor_id) AS actor, e.action, coalesce(r.name, e.recipient_id) AS recipient,
    count(*) AS events, sum(killed_best) AS killed
FROM events e
LEFT JOIN actors a ON a.actor_id = e.actor_id
LEFT JOIN actors r ON r.actor_id = e.recipient_id
WHERE e.actor_id IS NOT NULL
GROUP BY ALL
ORDER BY events DESC, killed DESC NULLS LAST, actor, recipient
LIMIT 50""",
        frozenset({"events", "actors"}),
    ),
    Example(
        "One event, several languages",
        """SELECT c.event_id, list(DISTINCT a.language ORDER BY a.language) AS languages, count(*) AS claims,
    min(a.title) AS one_title
FROM claims c JOIN articles a USING (article_id)
GROUP BY c.event_id
HAVING count(DISTINCT a.language) > 1
ORDER BY claims DESC, c.event_id""",
        frozenset({"claims", "articles"}),
    ),
    Example(
        "Claims by who makes them",
        """SELECT claimant_type, claim_mode, count(*) AS claims, round(avg(confidence), 2) AS confidence
FROM claims
GROUP BY ALL
ORDER BY claims DESC, claimant_type, claim_mode""",
        frozenset({"claims"}),
    ),
    Example(
        "What this release changed",
        """SELECT cause, field, count(*) AS changes
FROM changes
GROUP BY ALL
ORDER BY changes DESC, cause, field""",
        frozenset({"changes"}),
    ),
    Example("Columns of events", "DESCRIBE events", frozenset({"events"})),
)


def examples(tables: Collection[str]) -> list[Example]:
    """Returns the questions that have answers in these tables, which have rows."""
    return [example for example in _EXAMPLES if example.tables <= {*tables}]
