"""Clauses whose verb stands last: their subject, their object, and who reports them.

What belongs here: reading the parties left of a verb by their cases, in languages that put it there. What does not:
voices, nouns and all that word order does not change (verbs.py, nominal.py).
"""

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading


def read_verb_final(
    reading: Reading, trigger: Match[Trigger], left: list[Party], edge: str
) -> tuple[list[Party], list[Party]]:
    """Reads subject and object left of a verb-final verb.

    A genitive is the subject of a nominalised clause; else the farther bare party acts and the nearer one, or one
    with an object case, is acted upon. A party before a comma at the sentence's start is its speaker.
    """
    owners = [p for p in left if (p.possessive and not p.role) or p.role == "genitive"]
    bare = [p for p in left if not p.role and not p.possessive and not is_opening_speaker(reading, p)]
    bare = [p for p in bare if not _is_owner(reading, p)] or bare
    marked = [p for p in left if p.role in ("accusative_marker", "target", "dative")]
    if not has_complements_before(reading):  # the marked object before those that an adposition adds, a weapon last
        marked.sort(key=lambda p: (p.role != "accusative_marker", bool(p.instrument)))
    if _is_finite(reading, trigger) and (bare or find_opening_subject(reading, trigger, [])):
        owners = []
    if owners:
        behind = [p for p in (*marked, *bare) if p.start > owners[-1].start]
        return owners[-1:], behind[:1]
    if not bare and edge == "verb":
        bare = [
            p for p in reading.parties if not p.role and not p.possessive and p.end <= (left[-1].start if left else 0)
        ][:1]
        if not _is_finite(reading, trigger):
            bare = [p for p in bare if not is_opening_speaker(reading, p)]
    if marked:
        others = [p for p in bare if p not in marked]
        return (reading.spread(others[-1].coordinated()) if others else []), marked[:1]
    if len(bare) > 1 and bare[-1] not in bare[0].coordinated():
        return reading.spread(bare[-1].coordinated()), bare[0].coordinated()
    return (reading.spread(bare[0].coordinated()) if bare else []), []


def has_complements_before(reading: Reading) -> bool:
    """Whether what belongs to a noun stands before it, as in Turkish; in Persian it follows, though the verb is last."""
    settings = reading.lexicon.settings
    return settings.word_order == "sov" and settings.adpositions == "after"


def _is_owner(reading: Reading, party: Party) -> bool:
    """Whether a party stands right behind a noun of an act, which is its own: Persian `the attack | of rebels`."""
    if has_complements_before(reading) or party.quantity is not None:
        return False
    nouns = [t for t in reading.triggers if t.value.form == "noun" and t.end <= party.start]
    gap = range(nouns[-1].end, party.start) if nouns else range(2)
    return len(gap) <= 1 and all(reading.tokens[at].is_word and not reading.roles[at] for at in gap)


def _is_finite(reading: Reading, trigger: Match[Trigger]) -> bool:
    """Whether a verb is that of a main clause, whose subject has no genitive; by its ending."""
    endings = reading.lexicon.settings.nominal_endings
    return bool(endings) and not reading.tokens[trigger.end - 1].norm.endswith(endings)


def find_opening_subject(reading: Reading, trigger: Match[Trigger], objects: list[Party]) -> list[Party]:
    """Returns the parties that open a sentence before a comma, for the verb that ends it: `Russia, [...] rejected`."""
    first = reading.parties[0] if reading.parties else None
    if first is None or first.start > 1 or first.role or first.possessive or first in objects:
        return []
    if not _is_finite(reading, trigger):
        return []
    opening = reading.spread([first])
    if not reading.is_comma(opening[-1].end) or any(reading.verb_at[trigger.end :]):
        return []
    return opening


def find_reporting(reading: Reading, trigger: Match[Trigger]) -> list[Party]:
    """Returns who reports an act of his own: the opening speaker, where the speech verb follows at once."""
    first = reading.parties[0] if reading.parties else None
    follows = any(a.value.role == "say" and a.start == trigger.end for a in reading.attributions)
    return [first] if follows and first is not None and is_opening_speaker(reading, first) else []


def find_head(reading: Reading, at: int) -> list[Party]:
    """Returns the noun right behind a participle that it is the subject of, in languages that put it there."""
    endings = reading.lexicon.settings.participle_endings
    if not endings or at >= len(reading.tokens) or not reading.tokens[at].norm.endswith(endings):
        return []
    behind = next((p for p in reading.parties if p.start > at), None)
    if behind is None:
        return []
    counted = {k for n in reading.numbers for k in range(n.start_token, n.end_token)}
    gap = [k for k in range(at + 1, behind.start) if k not in counted and not reading.has_role(k, "determiner")]
    return [] if len(gap) > 1 or any(not reading.tokens[k].is_word or reading.roles[k] for k in gap) else [behind]


def is_opening_speaker(reading: Reading, party: Party) -> bool:
    """Whether a party opens the sentence before a comma while a speech verb ends it."""
    ends = any(a.value.role in ("say", "deny") and a.start > party.end for a in reading.attributions)
    at = party.end
    while at in reading.dated:
        at += 1
    return ends and party.start <= 1 and reading.is_comma(at)
