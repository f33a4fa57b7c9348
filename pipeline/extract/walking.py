"""Walks from a word to the parties around it, up to the edge of its clause.

What belongs here: clause edges (marks, subordinators, verbs), the noun before a relative word or between commas, and
cases that no subject has. What does not: which role a party has (verbs.py, nominal.py, speakers.py).
"""

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import BRACKETS, CLOSE_BRACKETS, OPEN_BRACKETS, Party, Reading

#: Tokens between a light verb or an auxiliary and its trigger: "carried out a series of attacks".
BEFORE = 4


def walk_left(reading: Reading, at: int, *, with_places: bool = False) -> tuple[list[Party], str]:
    """Returns the parties left of a token up to the clause's edge, nearest first, and what ended the walk."""
    found: list[Party] = []
    at -= 1
    while at >= 0:
        party = reading.party_at[at]
        if party is not None:
            if party.group != "place" or (with_places and not party.role):
                found.append(party)
            at = party.start - 1
            continue
        if at in reading.dated:  # "after" in "after noon" opens no clause
            at -= 1
            continue
        roles = reading.roles[at]
        if roles:  # most words have none
            is_part = "inclusion" in roles and bool(found) and found[-1].quantity is not None
            if "relative" in roles and not is_part:  # "dont": of whom, or including
                return found, "relative"
            if "opener_after" in roles and not reading.is_comma(at + 1):
                at -= 1  # a subordinator behind its clause, no comma: the subject stands before it
                while at >= 0 and (reading.verb_at[at] or reading.roles[at]):
                    at -= 1
                continue
            if "opener" in roles or "contrast" in roles:
                return found, "opener"
        if reading.verb_at[at]:
            return found, "verb"
        if reading.tokens[at].text in CLOSE_BRACKETS:
            close = at
            while at > 0 and reading.tokens[at].text not in OPEN_BRACKETS:
                at -= 1
            at = at - 1 if at > 0 else close - 1
            continue
        if reading.is_hard_mark(at):
            return found, "mark"
        at -= 1
    return found, "start"


def walk_right(reading: Reading, at: int, *, with_places: bool = False) -> tuple[list[Party], str]:
    """Returns the parties right of a token up to the clause's edge, nearest first, and what ended the walk."""
    found: list[Party] = []
    sources = [a.start for a in reading.attributions if a.value.role == "according_to"]
    while at < len(reading.tokens):
        party = reading.party_at[at]
        if party is not None:
            if _speaks_last(reading, party):
                return found, "speaker"
            if party.group != "place" or (with_places and party.role not in ("locative", "source")):
                found.append(party)
            at = party.end
            continue
        if at in reading.dated:
            at += 1
            continue
        if reading.has_role(at, "relative", "opener", "contrast"):
            return found, "opener"
        if at in sources:
            return found, "speaker"
        if reading.verb_at[at]:
            return found, "verb"
        if reading.is_hard_mark(at) and reading.tokens[at].text not in BRACKETS:
            return found, "mark"
        at += 1
    return found, "end"


def _speaks_last(reading: Reading, party: Party) -> bool:
    """Whether a party behind a comma is the subject of the speech verb right behind it: `..., police said`."""
    first = party.coordinated()[0].start
    before = next((at for at in range(first - 1, -1, -1) if not reading.has_role(at, "determiner")), -1)
    if before < 0 or not (reading.is_comma(before) or reading.is_hard_mark(before)):
        return False
    return any(
        match.value.role in ("say", "deny")
        and match.start >= party.end
        and all(
            at in reading.dated
            or reading.has_role(at, "auxiliary", "locative")
            or ((seat := reading.party_at[at]) is not None and seat.role == "locative")
            for at in range(party.end, match.start)
        )
        for match in reading.attributions
    )


def find_antecedent(reading: Reading, at: int) -> Party | None:
    """Returns the party right before a relative word left of a token."""
    while at > 0:
        at -= 1
        if reading.has_role(at, "relative"):
            return _before_relative(reading, at)
    return None


def _before_relative(reading: Reading, at: int) -> Party | None:
    """Returns the party right before a relative word; between commas, what tells of it and where it is aside."""
    near = [party for party in reading.parties if party.end <= at]
    if not near or near[-1].end < at - 3:
        return None
    for party in reversed(near[-3:]):
        between = range(party.end, at)
        if any(reading.verb_at[k] or reading.is_hard_mark(k) for k in between):
            break
        if party.group == "unknown" and reading.is_comma(party.end) and reading.is_comma(at - 1):
            return party  # a name, mayor of a town, who ...
    return near[-1]


def find_before_apposition(
    reading: Reading, nearest: Party, left: list[Party], trigger: Match[Trigger]
) -> Party | None:
    """Returns the party that a nearest one between commas stands in apposition to."""
    first = nearest.coordinated()[0]
    others = [p for p in left if not p.role and not p.possessive and p.end <= first.start]
    is_named = bool(others) and (others[0].name is not None or others[0].is_named)
    if is_named and nearest.group == "unknown" and others[0].group == "official":
        if nearest.start - others[0].end == 1 and reading.is_comma(others[0].end):
            return others[0]  # Egypt's minister, Hany Sayed [,] said
    closes = any(reading.is_comma(at) for at in range(nearest.end, min(nearest.end + 2, trigger.start)))
    opens = any(reading.is_comma(at) for at in range(max(0, first.start - 3), first.start))
    if not (closes and opens):
        return None
    return others[0] if others else None


def is_oblique(reading: Reading, party: Party) -> bool:
    """Whether a noun without adposition stands in a case that no subject has: `агентству`, `журналистам`."""
    endings = reading.lexicon.settings.oblique_endings
    if not endings or party.noun is None or party.quantity is not None:
        return False
    token = reading.tokens[party.noun.start]
    return token.norm.endswith(endings) and not token.text.isupper()
