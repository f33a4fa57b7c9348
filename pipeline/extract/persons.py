"""Persons that an article names: by which words of their names it goes on to call them.

What belongs here: what the full name of a person says of the words that it consists of, and of what stands around it.
What does not: finding names (parties.py), or who is who (pipeline.extract.registry).
"""

from collections.abc import Sequence
from typing import Final

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Roles

_PERSONS: Final = frozenset(("official", "civilian", "person", "force", "police", "unknown"))
_HUMAN: Final = _PERSONS | {"rebel", "criminal", "protesters"}
_ATTACHED: Final = (
    "locative",
    "genitive",
    "source",
    "target",
)  # adpositions of what only says more of the one before it
_NEAR_PART: Final = 8  # tokens between a whole and the word of inclusion: members of his order, including
_MAX_BETWEEN: Final = 4  # tokens between an adposition and its noun: the 1st infantry
_MAX_HEADS: Final = 3  # an officer | of the staff | at the barracks | in the capital
_MIN_LETTERS: Final = 3


def family_names(readings: Sequence[Reading]) -> frozenset[str]:
    """Returns the words that stand behind the given name of a person: where they stand alone, the person is meant.

    `Ana Rosales` makes `Rosales` a person for the article, although a town is called so.
    """
    return frozenset(
        word
        for reading in readings
        for party in reading.parties
        if party.is_named
        for word in _behind_given(reading, party)
    )


def _behind_given(reading: Reading, party: Party) -> list[str]:
    """Returns the words of a party that stand behind a given name."""
    persons = reading.lexicon.persons
    words = [token for token in reading.tokens[party.start : party.end] if token.is_word and token.is_capital]
    first = next((at for at, token in enumerate(words) if token.norm in persons.given), len(words))
    return [
        token.text
        for token in words[first + 1 :]
        if len(token.text) >= _MIN_LETTERS and token.norm not in persons.particles
    ]


def is_person(party: Party) -> bool:
    """Whether a party is one person by name."""
    return party.is_named and party.group in _PERSONS and party.quantity is None


def find_victims(reading: Reading, trigger: Match[Trigger], roles: Roles) -> list[Party]:
    """Returns whom an act befell: of a noun phrase before a verb its head, of a person and an apposition the name.

    `An employee at the brigade was shot`, `Ana Diaz, mayor of Tal, was killed`: the employee, and Ana Diaz.
    """
    out: list[Party] = []
    for party in roles.recipients:
        is_one = party.quantity is None or party.quantity.rule == "implied_one"
        is_before = is_one and trigger.value.form == "verb" and party.end <= trigger.start
        found = _named_by(reading, _head_of(reading, party)) if is_before else party
        if found not in out and found not in roles.actors:
            out.append(found)
    return out


def _head_of(reading: Reading, party: Party) -> Party:
    """Returns what a noun phrase begins with: `an employee | at the 1st infantry brigade`."""
    if reading.lexicon.settings.adpositions != "before":
        return party  # what says more of a noun stands before it: in Turkish the head is the last
    for _ in range(_MAX_HEADS):
        at = party.start - 1
        while party.start - at <= _MAX_BETWEEN and _modifies(reading, at):
            at -= 1
        head = reading.party_at[at - 1] if at > 0 and reading.has_role(at, *_ATTACHED) else None
        if head is None or head.group not in _HUMAN or head.end != at:
            break
        party = head
    return party


def _modifies(reading: Reading, at: int) -> bool:
    """Whether a token between an adposition and a party says more of the party: a determiner, number or plain word."""
    if reading.has_role(at, *_ATTACHED) or reading.is_comma(at):
        return False
    return reading.has_role(at, "determiner") or not (reading.roles[at] or reading.verb_at[at] or reading.party_at[at])


def _named_by(reading: Reading, party: Party) -> Party:
    """Returns the person whose apposition a party is: `Ana Diaz, 45, mayor of Tal,`."""
    at = party.start - 1
    while reading.has_role(at, "determiner"):
        at -= 1
    if party.is_named or party.actor_id is not None or not reading.is_comma(at):
        return party
    at -= 1
    if reading.tokens[at].text.isdigit() and reading.is_comma(at - 1):
        at -= 2
    person = reading.party_at[at] if at >= 0 else None
    return person if person is not None and person.end == at + 1 and is_person(person) else party


def is_where(reading: Reading, party: Party) -> bool:
    """Whether a party is a capital that stands for no government: `a bomb attack in Beirut`, `Beirut bombing`."""
    return (
        party.name_kind == "metonym"
        and party.noun is None
        and not party.possessive
        and any(place.start_token <= party.start < place.end_token for place in reading.places)
    )


def with_parts(reading: Reading, wholes: Sequence[Party], others: Sequence[Party]) -> list[Party]:
    """Returns parties with those that an inclusion word names as part of them: `ten people, including Ana Diaz`."""
    out = list(wholes)
    for whole in wholes:
        end = min(whole.end + _NEAR_PART, len(reading.tokens))
        for at in range(whole.end, end):
            if reading.verb_at[at] or reading.is_hard_mark(at):
                break
            if reading.has_role(at, "inclusion"):
                part = next((p for p in reading.parties if 0 < p.start - at <= _NEAR_PART), None)
                parts = reading.spread([part]) if part is not None else []
                out += [p for p in parts if is_person(p) and p not in out and p not in others]
                break
    return out
