"""What the extractor needs of the registries.

What belongs here: look-ups of actions and actors. What does not: their names in texts (lexicon).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.extract.confidence import Confidence


@dataclass(frozen=True)
class Registry:
    """What the extractor needs of the registries: family and quad class of actions, actors by id, and how sure rows are."""

    families: Mapping[str, frozenset[str]]
    quads: Mapping[str, str]
    actors: Mapping[str, Mapping[str, Any]]
    confidence: Confidence
