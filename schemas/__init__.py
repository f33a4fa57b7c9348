"""The contract: table models, vocabularies and the data dictionary. Imports nothing of the project's other packages.

`TABLES` names every released table once: asset = table = Parquet file = DuckDB table.
"""

from typing import Final

from schemas.article import Articles, Documents, Inputs, Quarantine, RawArticles
from schemas.base import Table
from schemas.claim import ClaimEvidence, Claims
from schemas.curation import Decisions, MovedClaims, StaleDecisions
from schemas.event import EventClaims, Events, Stories
from schemas.identity import IdRegistry, Tombstones
from schemas.registry import Actions, ActorNames, Actors, Places, Sources
from schemas.release import Changes, Coverage

SCHEMA_VERSION: Final = "1.2.0"

#: Released tables in the order in which they are made, and their columns' sort order (total: no ties).
TABLES: Final[dict[str, type[Table]]] = {
    "sources": Sources,
    "actions": Actions,
    "actors": Actors,
    "actor_names": ActorNames,
    "places": Places,
    "raw_articles": RawArticles,
    "inputs": Inputs,
    "articles": Articles,
    "claims": Claims,
    "claim_evidence": ClaimEvidence,
    "events": Events,
    "event_claims": EventClaims,
    "stories": Stories,
    "decisions": Decisions,
    "stale_decisions": StaleDecisions,
    "moved_claims": MovedClaims,
    "id_registry": IdRegistry,
    "tombstones": Tombstones,
    "quarantine": Quarantine,
    "coverage": Coverage,
    "changes": Changes,
}

#: The columns that identify a row; also the sort order of the Parquet file.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "sources": ("source_id",),
    "actions": ("action",),
    "actors": ("actor_id",),
    "actor_names": ("actor_id", "language", "name"),
    "places": ("place_id",),
    "raw_articles": ("raw_id",),
    "inputs": ("input_id",),
    "articles": ("article_id",),
    "claims": ("claim_id",),
    "claim_evidence": ("claim_id", "field", "char_start", "char_end", "rule"),
    "events": ("event_id",),
    "event_claims": ("event_id", "claim_id"),
    "stories": ("article_id",),
    "decisions": ("decision_id",),
    "stale_decisions": ("decision_id",),
    "moved_claims": ("claim_id",),
    "id_registry": ("event_id",),
    "tombstones": ("event_id",),
    "quarantine": ("quarantine_id",),
    "coverage": ("source_id", "day"),
    "changes": ("event_id", "field"),
}

#: Tables that tell of a release: where they alone differ, there is nothing new to release.
TELLING: Final = ("coverage", "changes")

#: Foreign keys: (table, column) -> (table, column).
FOREIGN_KEYS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("actors", "parent_id"): ("actors", "actor_id"),
    ("actor_names", "actor_id"): ("actors", "actor_id"),
    ("raw_articles", "source_id"): ("sources", "source_id"),
    ("inputs", "source_id"): ("sources", "source_id"),
    ("inputs", "raw_id"): ("raw_articles", "raw_id"),
    ("articles", "source_id"): ("sources", "source_id"),
    ("articles", "duplicate_of"): ("articles", "article_id"),
    ("claims", "article_id"): ("articles", "article_id"),
    ("claims", "action"): ("actions", "action"),
    ("claims", "actor_id"): ("actors", "actor_id"),
    ("claims", "recipient_id"): ("actors", "actor_id"),
    ("claims", "affected_id"): ("actors", "actor_id"),
    ("claims", "claimant_id"): ("actors", "actor_id"),
    ("claims", "place_id"): ("places", "place_id"),
    ("claim_evidence", "claim_id"): ("claims", "claim_id"),
    ("events", "action"): ("actions", "action"),
    ("events", "actor_id"): ("actors", "actor_id"),
    ("events", "recipient_id"): ("actors", "actor_id"),
    ("events", "place_id"): ("places", "place_id"),
    ("event_claims", "event_id"): ("events", "event_id"),
    ("event_claims", "claim_id"): ("claims", "claim_id"),
    ("stories", "article_id"): ("inputs", "article_id"),
    ("stories", "event_id"): ("events", "event_id"),
    ("coverage", "source_id"): ("sources", "source_id"),
    ("changes", "decision_id"): ("decisions", "decision_id"),
    ("stale_decisions", "decision_id"): ("decisions", "decision_id"),
    ("moved_claims", "claim_id"): ("claims", "claim_id"),
    ("moved_claims", "from_event_id"): ("id_registry", "event_id"),
    ("moved_claims", "to_event_id"): ("events", "event_id"),
    ("moved_claims", "decision_id"): ("decisions", "decision_id"),
    ("events", "event_id"): ("id_registry", "event_id"),
    ("tombstones", "event_id"): ("id_registry", "event_id"),
}

__all__ = [
    "FOREIGN_KEYS",
    "KEYS",
    "SCHEMA_VERSION",
    "TABLES",
    "TELLING",
    "Actions",
    "ActorNames",
    "Actors",
    "Articles",
    "Changes",
    "ClaimEvidence",
    "Claims",
    "Coverage",
    "Decisions",
    "Documents",
    "EventClaims",
    "Events",
    "IdRegistry",
    "Inputs",
    "MovedClaims",
    "Places",
    "Quarantine",
    "RawArticles",
    "Sources",
    "StaleDecisions",
    "Stories",
    "Table",
    "Tombstones",
]
