"""What the extractor needs of the registries.

What belongs here: look-ups of actions and actors. What does not: their names in texts (lexicon).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.extract.confidence import Confidence
from pipeline.extract.reading import Party


@dataclass(frozen=True)
class Registry:
    """What the extractor needs of the registries: family and quad class of actions, actors by id, and how sure rows are."""

    families: Mapping[str, frozenset[str]]
    quads: Mapping[str, str]
    actors: Mapping[str, Mapping[str, Any]]
    confidence: Confidence

    def root(self, actor_id: str) -> str:
        """Returns the state or organisation that an actor is part of."""
        seen: set[str] = set()
        while actor_id not in seen:
            seen.add(actor_id)
            parent = self.actors.get(actor_id, {}).get("parent_id")
            if not parent:
                break
            actor_id = parent
        return actor_id

    def is_lawless(self, party: Party) -> bool:
        """Whether a party has no lawful power to arrest: what it does is abduction."""
        kind = self.actors.get(party.actor_id or "", {}).get("kind")
        return kind in ("rebel", "militia", "terrorist", "criminal") or (
            party.actor_id is None and party.group in ("rebel", "criminal")
        )

    def is_armed(self, party: Party) -> bool:
        """Whether a party is an armed actor of the registry."""
        kind = self.actors.get(party.actor_id or "", {}).get("kind")
        return kind in ("military", "rebel", "militia", "terrorist", "police", "criminal", "intelligence")
