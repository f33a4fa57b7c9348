"""Words for who did what to whom: the parties of a trigger, and who says what a sentence says.

What belongs here: what role finders return. What does not: finding it (verbs.py, nominal.py, speakers.py).
"""

from dataclasses import dataclass, field

from pipeline.extract.lexicon import Attribution
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party


@dataclass(slots=True, eq=False)
class Roles:
    """The parties of one trigger, and the rule that found them."""

    actors: list[Party] = field(default_factory=list)
    recipients: list[Party] = field(default_factory=list)
    passive: bool = False
    mentioned_only: bool = False
    rule: str = ""


@dataclass(slots=True, eq=False)
class Claimant:
    """Who says what a stretch of a sentence says."""

    party: Party | None
    mode: str
    match: Match[Attribution]
    rule: str
