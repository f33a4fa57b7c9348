"""Clauses that stand before the noun they tell of, closed by a particle: Chinese `arrested 23 [blocking a bridge] students`.

What belongs here: finding that noun, for the verb that governs it and for the verb of the clause. What does not:
clauses that a relative word opens behind their noun (walking.py), and participles (verb_final.py).
"""

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading

_HEAD_WITHIN = 5  # tokens between the particle and its noun: a number, its counting word, a modifier


def find_governed_head(reading: Reading, trigger: Match[Trigger]) -> Party | None:
    """Returns the noun that a verb governs across a clause that describes it; None where no clause stands between.

    The number before the clause counts the noun.
    """
    closed = _particle(reading, trigger.end)
    if closed is None or not any(reading.verb_at[trigger.end : closed]):
        return None
    head = _head(reading, closed)
    if head is not None and head.quantity is None:
        head.quantity = next((n for n in reading.numbers if n.start_token == trigger.end), None)
    return head


def find_described_head(reading: Reading, trigger: Match[Trigger]) -> Party | None:
    """Returns the noun that the clause of a verb describes, which is its subject; None for the verb of a main clause."""
    closed = _particle(reading, trigger.end)
    if closed is None or any(reading.verb_at[trigger.end : closed]):
        return None
    head = _head(reading, closed)
    if head is None:
        return None
    start = next((at + 1 for at in range(trigger.start - 1, -1, -1) if _ends(reading, at)), 0)
    end = next((at for at in range(head.end, len(reading.tokens)) if _ends(reading, at)), len(reading.tokens))
    governs = any(reading.verb_at[start : trigger.start]) or any(reading.verb_at[head.end : end])
    is_own = any(party.start >= start and party.end <= trigger.start and not party.role for party in reading.parties)
    return head if governs and (not is_own or any(reading.verb_at[start : trigger.start])) else None


def _particle(reading: Reading, at: int) -> int | None:
    """Returns where the next particle stands that a noun follows, in the same clause."""
    for place in range(at, len(reading.tokens)):
        if _ends(reading, place):
            return None
        if reading.has_role(place, "possessive") and _head(reading, place) is not None:
            return place
    return None


def _head(reading: Reading, particle: int) -> Party | None:
    """Returns the noun behind a particle."""
    for at in range(particle + 1, min(particle + 1 + _HEAD_WITHIN, len(reading.tokens))):
        party = reading.party_at[at]
        if party is not None:
            return party if party.group != "place" else None
        if reading.verb_at[at] or _ends(reading, at):
            return None
    return None


def _ends(reading: Reading, at: int) -> bool:
    return reading.is_comma(at) or reading.is_hard_mark(at)
