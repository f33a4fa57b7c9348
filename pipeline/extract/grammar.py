"""Who did what to whom: assigns parties to triggers, and claimants to sentences.

What belongs here: the `RoleFinder` interface and its default, a clause grammar that needs no parser, and what the
triggers of one sentence lend each other. What does not: the parties of a verb or a noun by itself (verbs.py, nominal.py),
which triggers make one incident, or a row (claims).
"""

from typing import Protocol

from pipeline.extract.nominal import read_noun
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Claimant, Roles
from pipeline.extract.speakers import find_claimants
from pipeline.extract.verbs import read_verb

_FIRED_WITHIN = 4  # tokens between weapons and the word that tells who fired them: a number, a relative word


class RoleFinder(Protocol):
    """Assigns parties to the triggers of a sentence: the clause grammar, a trained parser or a language model."""

    def assign(self, reading: Reading) -> list[Roles]:
        """Returns the roles of each trigger of the reading, in their order."""
        ...

    def claimants(self, reading: Reading) -> list[Claimant]:
        """Returns the claimants that a sentence names."""
        ...


class ClauseGrammar:
    """The default role finder: clause edges, voice, adpositions and word order from tables."""

    def assign(self, reading: Reading) -> list[Roles]:
        """Returns the roles of each trigger, left to right; later ones may inherit from earlier ones."""
        out: list[Roles] = []
        for number, trigger in enumerate(reading.triggers):
            roles = (
                read_noun(reading, trigger)
                if trigger.value.form == "noun"
                else read_verb(reading, trigger, reading.triggers[:number], out)
            )
            accused = [
                p
                for t, r in zip(reading.triggers, out, strict=False)
                if t.value.action == "accusation"
                for p in r.recipients
            ]
            accused = [p for p in accused if p.end <= trigger.start and p not in roles.recipients]
            if accused and not roles.actors and trigger.value.form == "noun" and trigger.value.strength != "verbal":
                roles.actors, roles.rule = accused, "noun:accused"  # accused X of torture
            if trigger.value.action == "trial" and _tries(roles.recipients) and not _tries(roles.actors):
                roles.actors, roles.recipients = roles.recipients, roles.actors  # a court tries, wherever it stands
            if trigger.value.form == "adjective":
                roles.actors, roles.recipients, roles.rule = [], roles.actors or roles.recipients, "state"
            out.append(roles)
        for trigger, roles in zip(reading.triggers, out, strict=True):
            if trigger.value.action == "interception" and roles.recipients and not roles.recipients[0].actor_id:
                roles.recipients = _find_launchers(reading, roles, out) or roles.recipients
        return out

    def claimants(self, reading: Reading) -> list[Claimant]:
        """Returns the claimants that a sentence names."""
        return find_claimants(reading)


def _tries(parties: list[Party]) -> bool:
    """Whether the first of some parties is a court or a judge."""
    return bool(parties) and parties[0].sector == "JUD"


def _find_launchers(reading: Reading, roles: Roles, known: list[Roles]) -> list[Party]:
    """Returns whose weapons were intercepted: `shot down drones that Russia launched`, `launched by Russia`."""
    weapons = [p for p in roles.recipients if p.instrument]
    for trigger, other in zip(reading.triggers, known, strict=True):
        if other is roles:
            continue
        is_fired = trigger.value.voice in ("weapon", "weapon_passive")
        is_beside = is_fired and any(
            0 <= trigger.start - p.end <= _FIRED_WITHIN or 0 <= p.start - trigger.end <= _FIRED_WITHIN for p in weapons
        )
        if other.actors and (is_beside or any(p in weapons for p in other.recipients)):
            return other.actors
    for weapon in weapons:
        for party in reading.parties:
            if not 0 <= party.start - weapon.end <= _FIRED_WITHIN or not (party.actor_id or party.is_named):
                continue
            is_fired = any(
                weapon.end <= t.start < party.start and t.value.voice in ("weapon", "weapon_passive")
                for t in reading.triggers
            )
            if party.role == "agent" or (is_fired and not party.role):
                return [party]
    return []
