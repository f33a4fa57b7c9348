"""Clauses whose finite verb stands second, or last where they are subordinate: their subject, objects and voice.

What belongs here: reading the parties of such a clause, wherever its verb stands. What does not: voices, nouns and all
that word order does not change (verbs.py, nominal.py), and where clauses begin (annotation.py).
"""

from dataclasses import dataclass

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Clause, Party, Reading
from pipeline.extract.roles import Roles
from pipeline.extract.walking import find_antecedent

_CONJOINED = 4  # clauses that may share one auxiliary


@dataclass(slots=True, eq=False)
class Frame:
    """What stands around a verb of a verb-second clause: its other parties, its subject and its objects."""

    right: list[Party]
    subject: list[Party]
    objects: list[Party]
    passive: bool


def read_verb_second(
    reading: Reading, trigger: Match[Trigger], edge: str, earlier: list[Match[Trigger]], known: list[Roles]
) -> Frame:
    """Reads subject, objects and voice in languages whose finite verb stands second, or last in its clause.

    Of the bare parties of a clause the first is the subject and the next the object, wherever the verb stands;
    a relative word is one of them. A clause conjoined with another shares its subject where its verb comes first
    (`und töteten drei`), and its auxiliary where it has none (`und 14 verletzt`).
    """
    clause = reading.clauses[trigger.start]
    parties = parties_of_clause(reading, clause)
    bare = [
        p
        for p in parties
        if not p.role
        and not p.possessive
        and not (p.previous is not None and p.previous in parties)
        and not is_included(reading, p)
    ]
    bare = [p for p in bare if not (p.is_adjective and p.end <= trigger.start and len(bare) > 1)]
    others = [p for p in parties if p.role]
    voice, passive = trigger.value.voice, trigger.value.voice == "passive"
    if voice in ("either", "weapon"):
        passive = _is_passive(reading, trigger, clause, bare)
    first_in_joined = (
        clause.before is not None
        and not any(p.start < trigger.start for p in parties)
        and trigger.start - clause.start <= 1
        and (reading.has_role(clause.start, "and", "or", "contrast") or not clause.before.subordinate)
    )
    shares = clause.before is not None and voice == "either" and not _auxiliaries(reading, clause)
    inherits = first_in_joined or voice == "participle" or (shares and not passive)
    relative = next(
        (at for at in range(clause.start, min(clause.start + 3, trigger.start)) if reading.has_role(at, "relative")),
        None,
    )
    subject: list[Party] = []
    if relative is not None:
        antecedent = find_antecedent(reading, trigger.start)
        head = [antecedent] if antecedent is not None else []
        if reading.has_role(relative, "accusative_marker") and bare:
            return Frame(parties, reading.spread(bare[:1]), head, passive)
        subject, objects = head, bare[:1]
    elif inherits:
        subject, objects = _inherited_second(earlier, known), bare[:1]
        if not subject and clause.before is not None:  # the rebels have announced | to attack ships
            first = [p for p in parties_of_clause(reading, clause.before) if not p.role and not p.possessive]
            subject = reading.spread(first[:1])
    else:
        subject, objects = (reading.spread(bare[:1]) if bare else []), bare[1:2]
        if not bare and clause.before is not None:
            subject = _inherited_second(earlier, known)
    if passive and not subject:
        subject, objects = objects, []
    aimed = [p for p in others if p.role in ("target", "dative")]
    right = [p for p in parties if p not in subject]
    return Frame(right, subject, objects or aimed[:1], passive)


def parties_of_clause(reading: Reading, clause: Clause) -> list[Party]:
    """Returns the parties of a clause from left to right, those of a place aside."""
    found = dict.fromkeys(party for at in clause.tokens if (party := reading.party_at[at]) is not None)
    return [p for p in found if reading.clauses[p.start] is clause and p.group != "place"]


def is_included(reading: Reading, party: Party) -> bool:
    """Whether a party is only a part of the one before it: `darunter drei Kinder`."""
    left = party.quantity.start_token if party.quantity is not None else party.start
    return any(reading.has_role(at, "inclusion") for at in range(max(0, left - 2), left))


def _auxiliaries(reading: Reading, clause: Clause) -> set[str]:
    """Returns the kinds of auxiliary that a clause has."""
    kinds = ("auxiliary", "passive_auxiliary")
    return {kind for at in clause.tokens for kind in kinds if kind in reading.roles[at]}


def _is_passive(reading: Reading, trigger: Match[Trigger], clause: Clause, bare: list[Party]) -> bool:
    """Whether a participle is passive: by its auxiliary, or by that of the clause it is conjoined with.

    Without any it is one of a headline where nothing bare follows it (`Vier Soldaten getötet`), or an agent stands
    in its clause.
    """
    at: Clause | None = clause
    for _ in range(_CONJOINED):
        kinds = _auxiliaries(reading, at) if at is not None else set()
        if kinds:
            return "passive_auxiliary" in kinds
        at = at.before if at is not None else None
    if any(p.role == "agent" for p in parties_of_clause(reading, clause)):
        return True
    return len(bare) < 2 and not any(p.start >= trigger.end for p in parties_of_clause(reading, clause))


def _inherited_second(earlier: list[Match[Trigger]], known: list[Roles]) -> list[Party]:
    """Returns the subject of the nearest earlier verb of the sentence."""
    for before, roles in zip(reversed(earlier), reversed(known), strict=True):
        if before.value.form == "verb":
            return roles.recipients if roles.passive else roles.actors
    return []
