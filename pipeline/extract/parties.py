"""Finds the parties of a sentence: noun phrases that can act, be acted upon or speak.

What belongs here: a party's number, words and conjunction, and what the parties of a sentence are to each other. What
does not: where one begins and ends (chunks.py), its adposition (adpositions.py), its role in an act (grammar.py).
"""

import itertools
from collections.abc import Sequence

from pipeline.extract.adpositions import MAX_MODIFIERS, attach_adposition, case_letters, clitic_roles
from pipeline.extract.chunks import STATE_ID, Chunker
from pipeline.extract.lexicon import ActorName
from pipeline.extract.patterns import Match
from pipeline.extract.reading import (
    BRACKETS,
    CLOSE_BRACKETS,
    CLOSE_QUOTES,
    OPEN_BRACKETS,
    Party,
    Reading,
)

_MAX_LINK = 4  # tokens that join two parties: ", as well as", ", 45, and"
_SEATED = frozenset(("official", "police"))  # nouns of offices, which are those of the state that they sit in
_OFFICES = frozenset(("official", "force", "police", "civilian", "group"))  # nouns that say what a person is


def find_parties(reading: Reading, names: dict[int, Match[ActorName]]) -> list[Party]:
    """Returns the parties of a sentence, from left to right."""
    chunker = Chunker(reading, names)
    parties: list[Party] = []
    free = 0
    for at in chunker.openings():
        party = chunker.build(at) if at >= free else None
        if party is not None:
            _finish(reading, chunker, party, parties)
            parties.append(party)
            free = party.end
    _undo_commas(reading, parties)
    _free_speakers(reading, parties)
    _resolve_possessives(reading, parties)
    _resolve_seats(reading, parties)
    return parties


def _undo_commas(reading: Reading, parties: list[Party]) -> None:
    """Takes apart parties joined by commas alone: an enumeration ends in `and`."""
    closed: set[int] = set()
    for party in reversed(parties):
        if party.previous is None:
            continue
        if _stands_in_apposition(reading, party, parties):
            party.previous = None
            continue
        gap = range(party.previous.end, party.start)
        named = party.actor_id is not None and party.previous.actor_id is not None
        if reading.lexicon.settings.adpositions == "after" and party.previous.start <= 1:
            named = False  # a comma sets off the subject that opens the sentence
        if named and not any(reading.has_role(at, "and", "or") for at in gap) and id(party) not in closed:
            is_state = party.noun is None and len(party.actor_id or "") == STATE_ID
            if is_state and any(reading.has_role(at, "determiner") for at in gap):
                party.previous, party.role = None, "aside"  # Pakistan, a US ally
                continue
        if (
            any(reading.has_role(at, "and") for at in gap)
            or id(party) in closed
            or (named and party.group == party.previous.group)
        ):
            closed.add(id(party.previous))
        else:
            party.previous = None
            if party.shares_role:
                party.role = ""


def _free_speakers(reading: Reading, parties: list[Party]) -> None:
    """Takes speakers off the enumeration that seems to run on into them: `in Goma, police and residents said`."""
    for match in reading.attributions:
        last = next((party for party in parties if party.end == match.start), None)
        if match.value.role not in ("say", "deny") or last is None:
            continue
        chain = last.coordinated()
        if not chain[0].role and not any(reading.verb_at[: chain[0].start]):
            continue  # Israel, Egypt and Qatar said
        for at in range(len(chain) - 1, 0, -1):
            gap = range(chain[at - 1].end, chain[at].start)
            if any(map(reading.is_comma, gap)) and not any(reading.has_role(k, "and") for k in gap):
                chain[at].previous = None
                for party in chain[at:]:
                    if party.shares_role:
                        party.role, party.shares_role = "", False
                break


def _stands_in_apposition(reading: Reading, party: Party, parties: Sequence[Party]) -> bool:
    """Whether a party between commas tells what the named one before it is: `X, head of police and mayor, was`."""
    if party.previous is None or not party.previous.is_named or party.is_named or party.quantity is not None:
        return False
    if party.group not in _OFFICES or not reading.is_comma(party.previous.end):
        return False
    last = party
    for other in parties:
        last = other if other.previous is last else last
    return reading.is_comma(last.end) and not last.is_named


def _resolve_seats(reading: Reading, parties: Sequence[Party]) -> None:
    """Gives offices the state that they sit in: `a court in Guyana`, Turkish `Kenya'daki mahkeme`."""
    is_before = reading.lexicon.settings.adpositions == "after"
    for left, right in itertools.pairwise(parties):
        office, place = (right, left) if is_before else (left, right)
        is_seat = place.role == "locative" and place.noun is None and len(place.actor_id or "") == STATE_ID
        is_one = office.quantity is None or office.quantity.best == 1  # six policemen in Haiti may be of another state
        if is_seat and is_one and office.actor_id is None and office.group in _SEATED:
            if right.start - left.end == (0 if is_before else 1):
                office.actor_id = place.actor_id


def _resolve_possessives(reading: Reading, parties: list[Party]) -> None:
    """Gives `its forces` the registry id of the nearest named party before it."""
    for number, party in enumerate(parties):
        if party.actor_id is None and party.start > 0 and reading.has_role(party.start - 1, "possessive_pronoun"):
            owner = next((p for p in reversed(parties[:number]) if p.actor_id is not None), None)
            if owner is not None and party.group in ("force", "official", "police", "intelligence", "object"):
                party.actor_id = owner.actor_id


def _finish(reading: Reading, chunker: Chunker, party: Party, before: list[Party]) -> None:
    """Adds modifiers, number, adposition, conjunction and the words to a new party."""
    tokens = reading.tokens
    floor = before[-1].end if before else 0
    start = party.start
    if chunker.extends_left and start in chunker.nouns and start not in chunker.names:
        taken = 0
        while (
            start > floor
            and taken < MAX_MODIFIERS
            and chunker.is_modifier(start - 1)
            and (start == 1 or not reading.is_capital(start - 1))  # a sentence's first word has a capital anyway
        ):
            start -= 1
            taken += 1
        bounded = (
            start == 0
            or bool(reading.roles[start - 1])
            or start - 1 in reading.number_ends
            or tokens[start - 1].text in ',\u201c"'
        )
        if not bounded or (start > 0 and reading.has_role(start - 1, "infinitive")):
            start = party.start
    left = start
    ends = {number.end_token: number for number in reading.numbers}
    for _ in range(3):
        if left in ends and ends[left].start_token >= floor:
            party.quantity = ends[left]
            left = ends[left].start_token
            whole = left - 1  # 57 of the 72 drones: the first number counts
            while reading.has_role(whole, "determiner") and not reading.has_role(whole, "source", "genitive"):
                whole -= 1
            if reading.has_role(whole, "source", "genitive") and whole in ends and ends[whole].start_token >= floor:
                party.quantity = ends[whole]
                left = ends[whole].start_token
            break
        if left > floor and (
            reading.has_role(left - 1, "genitive", "classifier", "additional", "determiner")
            or (chunker.is_unknown(left - 1) and left == start)
        ):
            probe = left - 1
            if probe in ends or reading.has_role(probe, "classifier", "additional", "determiner", "genitive"):
                left = probe
                continue
        break
    if party.quantity is None:
        inner = [
            n
            for n in reading.numbers
            if party.start <= n.start_token < party.end or n.start_token <= party.start < n.end_token
        ]
        if inner:
            party.quantity = inner[0]
        else:
            left = start
            while left > floor and reading.has_role(left - 1, "determiner"):
                left -= 1
    party.start = start
    attach_adposition(reading, party, left, floor)
    if party.name is not None and party.noun is None:
        party.group = "name"
    if party.group == "unknown" and any(
        place.start_token <= party.start and party.end <= place.end_token + 1 for place in reading.places
    ):
        party.group = "place"
    instrument = next((m for m in reading.instruments if party.start <= m.start < party.end), None)
    party.instrument = instrument.value if instrument else ""
    end = party.end
    while end > party.start + 1 and (
        reading.has_role(end - 1, "possessive")
        or tokens[end - 1].text in CLOSE_BRACKETS
        or tokens[end - 1].text in CLOSE_QUOTES
    ):
        end -= 1
    opened = next((at for at in range(end - 1, party.start, -1) if tokens[at].text in BRACKETS), None)
    if opened is not None and tokens[opened].text in OPEN_BRACKETS:
        end = opened  # what stands in brackets at the end is another name of the same
    party.char_start, party.char_end = tokens[party.start].start, tokens[end - 1].end - case_letters(reading, end - 1)
    offset = reading.sentence.start
    party.text = reading.sentence.text[party.char_start - offset : party.char_end - offset]
    if before:
        last = before[-1]
        if party.noun is None:
            left = chunker.skip_described(left)
        gap = [at for at in range(last.end, left) if at not in reading.soft_marks]
        if not gap and last.end == left and "and" in clitic_roles(reading, party, left):
            party.previous = last
            if not party.role:
                party.role, party.shares_role = last.role, True
        if len(gap) == 1 and tokens[gap[0]].text == "-" and not party.role:
            party.role = last.role  # at the border El Salvador-Honduras
        joined = [at for at in gap if reading.has_role(at, "and") or reading.is_comma(at) or _is_age(reading, last, at)]
        if gap and len(joined) == len(gap) and not last.possessive and len(gap) <= _MAX_LINK:
            party.previous = last
            if not party.role:
                party.role, party.shares_role = last.role, True


def _is_age(reading: Reading, party: Party, at: int) -> bool:
    """Whether a number between commas behind a name is an age: `Ana Diaz, 45, and her son`."""
    aside = party.is_named and reading.tokens[at].text.isdigit() and at == party.end + 1
    return aside and reading.is_comma(at - 1) and reading.is_comma(at + 1)
