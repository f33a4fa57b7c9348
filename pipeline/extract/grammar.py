"""Who did what to whom: assigns parties to triggers, and claimants to sentences.

What belongs here: the `RoleFinder` interface and its default, a clause grammar that needs no parser: it walks from
a trigger to the parties around it, stopped by clause edges, and reads voice, adpositions and word order from the
language's tables. What does not: which triggers make one incident, or a row (claims).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.extract.lexicon import Attribution, Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.prenominal import find_described_head, find_governed_head
from pipeline.extract.reading import BRACKETS, CLOSE_BRACKETS, OPEN_BRACKETS, Clause, Party, Reading
from pipeline.extract.text import Token
from pipeline.extract.verb_final import (
    find_head,
    find_opening_subject,
    find_reporting,
    is_opening_speaker,
    read_verb_final,
)

_CLAIMANT_GROUPS = frozenset(
    ("official", "force", "police", "intelligence", "ngo", "media", "witness", "sources", "rebel", "group", "name",
     "unknown", "civilian", "criminal", "protesters", "person")
)  # fmt: skip
_CONJOINED = 4  # clauses that may share one auxiliary
_BEFORE = 4  # tokens between a light verb or an auxiliary and its trigger: "carried out a series of attacks"


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


@dataclass(slots=True, eq=False)
class _Frame:
    """What stands around a verb of a verb-second clause: its other parties, its subject and its objects."""

    right: list[Party]
    subject: list[Party]
    objects: list[Party]
    passive: bool


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
                self._nominal(reading, trigger)
                if trigger.value.form == "noun"
                else self._verbal(reading, trigger, reading.triggers[:number], out)
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
                roles.recipients = self._launchers(reading, roles, out) or roles.recipients
        return out

    def _launchers(self, reading: Reading, roles: Roles, known: list[Roles]) -> list[Party]:
        """Returns whose weapons were intercepted: `shot down drones that Russia launched`, `launched by Russia`."""
        weapons = [p for p in roles.recipients if p.instrument]
        for trigger, other in zip(reading.triggers, known, strict=True):
            is_beside = trigger.value.voice == "weapon" and any(0 <= trigger.start - p.end <= 2 for p in weapons)
            if other is not roles and (is_beside or any(p in weapons for p in other.recipients)):
                return other.actors
        return []

    # ------------------------------------------------------------------ walking

    def _left(self, reading: Reading, at: int, *, with_places: bool = False) -> tuple[list[Party], str]:
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

    def _right(self, reading: Reading, at: int, *, with_places: bool = False) -> tuple[list[Party], str]:
        """Returns the parties right of a token up to the clause's edge, nearest first, and what ended the walk."""
        found: list[Party] = []
        sources = [a.start for a in reading.attributions if a.value.role == "according_to"]
        while at < len(reading.tokens):
            party = reading.party_at[at]
            if party is not None:
                if self._speaks_last(reading, party):
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

    def _speaks_last(self, reading: Reading, party: Party) -> bool:
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

    def _antecedent(self, reading: Reading, at: int) -> Party | None:
        """Returns the party right before a relative word left of a token."""
        while at > 0:
            at -= 1
            if reading.has_role(at, "relative"):
                return self._before_relative(reading, at)
        return None

    def _before_relative(self, reading: Reading, at: int) -> Party | None:
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

    # ------------------------------------------------------------------ verbs

    def _verbal(
        self, reading: Reading, trigger: Match[Trigger], earlier: list[Match[Trigger]], known: list[Roles]
    ) -> Roles:
        order = reading.lexicon.settings.word_order
        voice = trigger.value.voice
        is_verbal = trigger.value.strength == "verbal"  # states speak under the names of their towns
        left, edge = self._left(reading, trigger.start, with_places=is_verbal)
        right, right_edge = self._right(reading, trigger.end, with_places=is_verbal)
        if right_edge == "verb":
            right = self._without_next_subject(reading, trigger, right)
        agents = [party for party in right + left if party.role == "agent"]
        auxiliary = self._auxiliary(reading, trigger)
        is_agent_near = bool(right) and right[0].role == "agent" and self._follows(reading, trigger, right[0])
        passive = voice == "passive" or (voice == "either" and (auxiliary or is_agent_near))
        subject = self._subject(reading, trigger, left, edge, earlier, known)
        if voice in ("active", "either") and not passive and order == "svo" and _are_things(subject):
            people = [p for p in left if not p.role and not p.possessive and not p.is_object]
            subject = people[0].coordinated() if people else subject  # gunmen stopped his car and shot him
        objects = self._objects(right, trigger.end)
        fronted = [p for p in left if not p.role and not p.possessive and self._is_oblique(reading, p)]
        if fronted and not subject and voice == "active" and right and not right[0].role:
            subject, objects = right[:1], fronted[:1]  # the object first: депутатку поранив невідомий
        if order == "v2":
            second = self._verb_second(reading, trigger, edge, earlier, known)
            left, right, subject, objects = [], second.right, second.subject, second.objects
            agents = [party for party in right if party.role == "agent"]
            auxiliary, is_agent_near, passive = second.passive, False, second.passive
        coverbs = [p for p in left if p.role in ("accusative_marker", "target", "dative") and p not in subject]
        if coverbs and (not objects or coverbs[0].role == "accusative_marker") and order != "sov":
            objects = coverbs[:1]
        if order == "sov":
            subject, objects = read_verb_final(reading, trigger, left, edge)
            subject = subject or find_opening_subject(reading, trigger, objects)
            speaker = find_reporting(reading, trigger) if voice == "active" else []
            if speaker and not any(p.possessive or p.role == "genitive" for p in subject):
                objects, subject = (objects or [p for p in subject if p not in speaker])[:1], speaker
            head = find_head(reading, trigger.end - 1)
            if head:  # the militants who opened fire at tourists: participle first, its subject behind it
                objects = [p for p in objects + subject if p not in head and not p.possessive][:1]
                subject = head
        elif order == "vso" and (not subject or self._opens_clause(reading, trigger)):
            bare = [party for party in right if not party.role]
            subject = bare[:1]
            aimed = [p for p in right if p.role in ("target", "dative")][:1]
            objects = bare[1:2] or ([] if voice == "either" and trigger.value.metric else aimed)
            if voice == "either" and not objects and subject and self._is_affected(subject[0]):
                passive = True
        if reading.lexicon.settings.relative_before:
            described, governed = find_described_head(reading, trigger), find_governed_head(reading, trigger)
            subject = [described] if described is not None else subject
            objects = [governed] if governed is not None and not passive else objects
        if (
            voice == "either"
            and trigger.value.metric
            and order != "v2"
            and not passive
            and not objects
            and edge != "verb"
            and subject
            and self._is_affected(subject[0])
        ):
            passive = True
        if voice == "cause":  # a bomb exploded; rebels blew up a bridge
            people = [p for p in subject if not p.is_object and not p.instrument]
            return Roles(people, objects if people else [], rule="verb:cause")
        if voice == "middle":
            party = subject or (
                reading.spread([p for p in objects if not p.role]) if order not in ("sov", "v2") else []
            )
            against = [
                p
                for p in right
                if p.role in ("target", "source") and p not in party and (p.actor_id or p.group == "official")
            ]
            if agents and not trigger.value.action:  # two civilians died at the hands of soldiers
                return Roles(agents[:1], party, passive=True, rule="verb:passive")
            return Roles(party, against[:1] if trigger.value.action else [], rule="verb:middle")
        if voice == "stock":
            return Roles(subject, objects, rule="verb:stock")
        if voice == "avowal":  # X claimed responsibility; responsibility was claimed by X
            return Roles(agents[:1] or subject or objects, [], rule="verb:avowal")
        if voice == "reciprocal":
            partners = [p for p in right if p.role in ("", "dative", "target", "between")][:1]
            others = [p for p in reading.spread(partners) if p not in subject]
            if not others and subject and not subject[0].coordinated()[1:]:  # clashed over the plans of Y
                about = self._complement(reading, trigger, subject)
                others = [p for p in about if p.role != "locative" and p.start - trigger.end <= _BEFORE]
            if subject:  # X met Y: X acts; X and Y met: both act
                return Roles(subject, others, rule="verb:reciprocal")
            return Roles(others, [], rule="verb:reciprocal")
        if voice == "converse":
            return Roles(objects, subject, rule="verb:converse")
        if voice == "object":
            return Roles(subject if objects else [], objects or subject, rule="verb:object")
        if passive and not agents and reading.lexicon.settings.bare_agents and right and not right[0].role:
            between = range(trigger.end, right[0].start)
            if (
                (subject or edge == "relative")
                and len(between) <= 2
                and all(
                    reading.roles[at] or any(n.start_token <= at < n.end_token for n in reading.numbers)
                    for at in between
                )
            ):
                agents, objects = right[:1], right[1:2]
        if passive and order == "sov" and objects and objects[0].quantity is not None and objects[0] in left:
            subject = objects  # in the verb-final clause the one that is counted stands at the verb
        if passive:
            patient = subject or (objects if not agents else [p for p in objects if p not in agents])
            if patient and all(p.group == "object" for p in patient):
                owners = [p for p in left if p.role in ("genitive", "dative") and 0 < p.start - patient[0].end <= 2]
                patient = [p for p in owners if p.group != "object"][:1] or patient  # a camp for refugees was attacked
            return Roles(reading.spread(agents[:1]), patient, passive=True, rule="verb:passive")
        if voice == "give":
            dative = [p for p in right if p.role in ("dative", "target") and p.group != "object"]
            given = [p for p in right if not p.role and p not in subject]
            if not dative and len(given) > 1 and given[0].quantity is None and given[0].actor_id:
                dative = given[:1]  # will give Ukraine 14 howitzers
            objects = dative[:1] or ([] if trigger.value.metric else objects)
        if voice == "weapon_passive" or (voice == "weapon" and (auxiliary or is_agent_near)):
            weapons = self._weapons(reading, trigger, range(trigger.start))
            aimed = [p for p in right + left if p.role in ("target", "dative") and not p.instrument]
            return Roles(agents[:1], aimed[:1], rule="verb:weapon") if weapons else Roles(rule="verb:no_weapon")
        if voice == "weapon":
            side = range(0 if order == "sov" else trigger.end, len(reading.tokens))
            weapons = self._weapons(reading, trigger, side)
            aimed = [p for p in right + left if p.role in ("target", "dative") and not p.instrument]
            return (
                Roles(subject, reading.spread(aimed[:1]), rule="verb:weapon")
                if weapons
                else Roles(rule="verb:no_weapon")
            )
        if trigger.value.metric in ("troops", "equipment_supplied"):  # what is sent is not to whom
            given_to = objects if voice == "give" and order == "v2" else []
            objects = [
                p for p in right + left if p.role in ("dative", "target") and p.group != "object" and p not in subject
            ][:1] or given_to
        if trigger.value.action == "demand":  # demanded from Moscow that
            asked = [p for p in right if p.role == "source" and (p.actor_id or p.group == "official")]
            objects = asked[:1] or objects
        if is_verbal and right and right[0].role in ("source", "agent", "genitive") and right[0].group != "media":
            objects = right[:1]  # rejected a call by the union, an offer from Spain
        own = {party.actor_id for party in subject}
        if is_verbal and not (
            objects and ((objects[0].actor_id and objects[0].actor_id not in own) or objects[0].is_named)
        ):
            named = self._complement(reading, trigger, subject)
            if named and (
                not objects
                or (named[0].actor_id and objects[0].group in ("force", "object", "person", "civilian"))
                or self._modifies(reading, objects[0])
            ):
                objects = named  # offered its troops to Lebanon: the party named, not what is given
        return Roles(subject, reading.spread(objects[:1]), rule=f"verb:{voice}")

    def _weapons(self, reading: Reading, trigger: Match[Trigger], side: range) -> list[Match[str]]:
        """Returns the weapons beside a verb of firing: on one side of it, or anywhere in its verb-second clause."""
        if reading.clauses:
            return [m for m in reading.instruments if reading.clauses[m.start] is reading.clauses[trigger.start]]
        return [
            m
            for m in reading.instruments
            if m.start in side and min(abs(m.start - trigger.end), abs(trigger.start - m.end)) <= 2 * _BEFORE
        ]

    # ------------------------------------------------------------------ verb-second clauses

    def _verb_second(
        self, reading: Reading, trigger: Match[Trigger], edge: str, earlier: list[Match[Trigger]], known: list[Roles]
    ) -> "_Frame":
        """Reads subject, objects and voice in languages whose finite verb stands second, or last in its clause.

        Of the bare parties of a clause the first is the subject and the next the object, wherever the verb stands;
        a relative word is one of them. A clause conjoined with another shares its subject where its verb comes first
        (`und töteten drei`), and its auxiliary where it has none (`und 14 verletzt`).
        """
        clause = reading.clauses[trigger.start]
        parties = self._of_clause(reading, clause)
        bare = [
            p
            for p in parties
            if not p.role
            and not p.possessive
            and not (p.previous is not None and p.previous in parties)
            and not self._is_included(reading, p)
        ]
        bare = [p for p in bare if not (p.is_adjective and p.end <= trigger.start and len(bare) > 1)]
        others = [p for p in parties if p.role]
        voice, passive = trigger.value.voice, trigger.value.voice == "passive"
        if voice in ("either", "weapon"):
            passive = self._is_passive(reading, trigger, clause, bare)
        first_in_joined = (
            clause.before is not None
            and not any(p.start < trigger.start for p in parties)
            and trigger.start - clause.start <= 1
            and (reading.has_role(clause.start, "and", "or", "contrast") or not clause.before.subordinate)
        )
        shares = clause.before is not None and voice == "either" and not self._auxiliaries(reading, clause)
        inherits = first_in_joined or voice == "participle" or (shares and not passive)
        relative = next(
            (
                at
                for at in range(clause.start, min(clause.start + 3, trigger.start))
                if reading.has_role(at, "relative")
            ),
            None,
        )
        subject: list[Party] = []
        if relative is not None:
            antecedent = self._antecedent(reading, trigger.start)
            head = [antecedent] if antecedent is not None else []
            if reading.has_role(relative, "accusative_marker") and bare:
                return _Frame(parties, reading.spread(bare[:1]), head, passive)
            subject, objects = head, bare[:1]
        elif inherits:
            subject, objects = self._inherited_second(earlier, known), bare[:1]
            if not subject and clause.before is not None:  # the rebels have announced | to attack ships
                first = [p for p in self._of_clause(reading, clause.before) if not p.role and not p.possessive]
                subject = reading.spread(first[:1])
        else:
            subject, objects = (reading.spread(bare[:1]) if bare else []), bare[1:2]
            if not bare and clause.before is not None:
                subject = self._inherited_second(earlier, known)
        if passive and not subject:
            subject, objects = objects, []
        aimed = [p for p in others if p.role in ("target", "dative")]
        right = [p for p in parties if p not in subject]
        return _Frame(right, subject, objects or aimed[:1], passive)

    def _of_clause(self, reading: Reading, clause: Clause) -> list[Party]:
        """Returns the parties of a clause from left to right, those of a place aside."""
        found = dict.fromkeys(party for at in clause.tokens if (party := reading.party_at[at]) is not None)
        return [p for p in found if reading.clauses[p.start] is clause and p.group != "place"]

    def _is_included(self, reading: Reading, party: Party) -> bool:
        """Whether a party is only a part of the one before it: `darunter drei Kinder`."""
        left = party.quantity.start_token if party.quantity is not None else party.start
        return any(reading.has_role(at, "inclusion") for at in range(max(0, left - 2), left))

    def _auxiliaries(self, reading: Reading, clause: Clause) -> set[str]:
        """Returns the kinds of auxiliary that a clause has."""
        kinds = ("auxiliary", "passive_auxiliary")
        return {kind for at in clause.tokens for kind in kinds if kind in reading.roles[at]}

    def _is_passive(self, reading: Reading, trigger: Match[Trigger], clause: Clause, bare: list[Party]) -> bool:
        """Whether a participle is passive: by its auxiliary, or by that of the clause it is conjoined with.

        Without any it is one of a headline where nothing bare follows it (`Vier Soldaten getötet`), or an agent stands
        in its clause.
        """
        at: Clause | None = clause
        for _ in range(_CONJOINED):
            kinds = self._auxiliaries(reading, at) if at is not None else set()
            if kinds:
                return "passive_auxiliary" in kinds
            at = at.before if at is not None else None
        if any(p.role == "agent" for p in self._of_clause(reading, clause)):
            return True
        return len(bare) < 2 and not any(p.start >= trigger.end for p in self._of_clause(reading, clause))

    def _inherited_second(self, earlier: list[Match[Trigger]], known: list[Roles]) -> list[Party]:
        """Returns the subject of the nearest earlier verb of the sentence."""
        for before, roles in zip(reversed(earlier), reversed(known), strict=True):
            if before.value.form == "verb":
                return roles.recipients if roles.passive else roles.actors
        return []

    def _complement(self, reading: Reading, trigger: Match[Trigger], subject: list[Party]) -> list[Party]:
        """Returns the party that a demand, threat or refusal is about: the first one named behind it, else the first."""
        speakers = [claimant.party for claimant in self.claimants(reading)]
        own = {party.actor_id for party in subject if party.actor_id}
        found = [
            party
            for party in reading.parties
            if party.start >= trigger.end
            and party not in subject
            and party not in speakers
            and party.actor_id not in own
            and party.group not in ("person", "object", "place", "media", "sources")
            and not any(a.start <= party.end + 1 <= a.end for a in reading.attributions if a.value.role == "say")
        ]
        towns = [party for party in reading.parties if party.start >= trigger.end and party.group == "place"]
        named = [p for p in found if p.actor_id or p.is_named or p.group == "unknown"]
        if named and any(reading.has_role(at, "opener") for at in range(trigger.end, named[0].start)):
            named = [
                p for p in towns if not any(reading.has_role(at, "opener") for at in range(trigger.end, p.start))
            ] + named
        return named[:1] or found[:1] or towns[:1]

    def _modifies(self, reading: Reading, party: Party) -> bool:
        """Whether a noun only says of what kind the plain word behind it is: `terrorist activities`."""
        at = party.end
        if at >= len(reading.tokens) or party.noun is None or party.quantity is not None:
            return False
        token = reading.tokens[at]
        return (
            token.kind == "word"
            and not token.is_capital
            and not reading.roles[at]
            and not reading.verb_at[at]
            and not any(d.start_token <= at < d.end_token for d in reading.dates)
        )

    def _auxiliary(self, reading: Reading, trigger: Match[Trigger]) -> bool:
        """Whether a passive auxiliary stands right before the trigger, adverbs and other participles between."""
        for at in range(trigger.start - 1, max(-1, trigger.start - 1 - _BEFORE), -1):
            if reading.has_role(at, "passive_auxiliary"):
                return True
            party = reading.party_at[at]
            if party is not None:
                first = party.coordinated()[0]
                return first.role == "agent" and any(
                    reading.has_role(k, "passive_auxiliary") for k in range(first.start - _BEFORE, first.start)
                )
            if reading.is_hard_mark(at) or reading.is_comma(at):
                return False
            if reading.verb_at[at] and not reading.has_role(at + 1, "and", "or"):
                return False
        return False

    def _follows(self, reading: Reading, trigger: Match[Trigger], party: Party) -> bool:
        """Whether an agent stands right behind a participle, dates and one adverb aside."""
        gap = [at for at in range(trigger.end, party.start) if at not in reading.dated and not reading.roles[at]]
        return len(gap) <= 1 and not any(t.start > trigger.start and t.end <= party.start for t in reading.triggers)

    def _opens_clause(self, reading: Reading, trigger: Match[Trigger]) -> bool:
        """Whether a verb stands first in its clause: behind a comma or subordinator, or with a conjunction written on."""
        clitic = reading.lexicon.triggers.clitic_of(reading.tokens[trigger.start].norm)
        joined = bool(clitic) and any(
            match.value.role == "and"
            for match in reading.lexicon.functions.match_at([Token(clitic[0], clitic[0], 0, 1, "word")], 0)
        )
        before = trigger.start - 1
        return joined or before < 0 or reading.is_comma(before) or reading.has_role(before, "opener", "relative")

    def _is_affected(self, party: Party) -> bool:
        """Whether a party looks like those to whom things are done."""
        return party.quantity is not None or party.group in ("person", "civilian", "object")

    def _subject(
        self,
        reading: Reading,
        trigger: Match[Trigger],
        left: list[Party],
        edge: str,
        earlier: list[Match[Trigger]],
        known: list[Roles],
    ) -> list[Party]:
        """Returns the subject of a verb: nearest bare party, else the antecedent, else that of the verb before."""
        is_conjoined = self._is_conjoined_verb(reading, trigger, left)
        if trigger.value.voice == "participle" or is_conjoined:
            inherited = self._inherited(reading, trigger, earlier, known)
            if inherited or (is_conjoined and edge == "verb"):
                return inherited
        if edge == "verb" and reading.has_role(trigger.start - 1, "infinitive") and earlier:
            if earlier[-1].value.voice in ("reciprocal", "middle"):
                return self._inherited(reading, trigger, earlier, known)  # visited Kenya to mediate
        bare = [
            party for party in left if not party.role and not party.possessive and not self._is_oblique(reading, party)
        ]
        bare = [party for party in bare if not self._is_source(reading, party)]
        if trigger.value.voice in ("passive", "middle"):  # in attacks by gunmen were killed two: no gunman was
            owners = [p for roles in known if roles.rule == "noun:genitive" for p in roles.actors]
            bare = [party for party in bare if party not in owners]
        if reading.lexicon.settings.pro_drop and self._goes_on_after_comma(reading, trigger) and earlier:
            inherited = self._inherited(reading, trigger, earlier, known)
            if inherited:
                return inherited
        if bare:
            nearest = bare[0]
            if edge == "verb" and self._ends_object(reading, trigger, nearest):
                nearest.previous = (
                    None  # the object of the verb before is no subject of this one, what is joined to it may be
                )
            chain = nearest.coordinated()
            main = self._before_apposition(reading, nearest, left, trigger)
            if main is not None and (nearest.previous is None or main.is_named):
                return main.coordinated()
            return chain
        if edge == "relative":
            antecedent = self._antecedent(reading, trigger.start)
            if antecedent is not None:
                return antecedent.coordinated() if antecedent.previous is None else [antecedent]
        if edge == "verb":
            return self._pronoun(reading, trigger) or self._inherited(reading, trigger, earlier, known)
        return []

    def _pronoun(self, reading: Reading, trigger: Match[Trigger]) -> list[Party]:
        """Returns who speaks, for the subject of `they said they would ...` and `X announced it will ...`."""
        speech = next(
            (a for a in reversed(reading.attributions) if a.end <= trigger.start and a.value.role in ("say", "deny")),
            None,
        )
        if speech is None or any(reading.verb_at[at] for at in range(speech.end, trigger.start)):
            return []
        gap = range(speech.end, trigger.start)
        is_direct = len(gap) <= 3 and all(
            reading.has_role(at, "auxiliary", "infinitive", "passive_auxiliary", "pronoun") for at in gap
        )
        parties = [party for at in gap if (party := reading.party_at[at]) is not None]
        is_open = reading.lexicon.settings.pro_drop and all(
            party.role in ("target", "dative", "accusative_marker") for party in parties
        )
        if not is_direct and not is_open and not any(reading.has_role(at, "pronoun") for at in gap):
            return []
        speaker = self._speaker(reading, speech)
        return speaker.coordinated() if speaker is not None else []

    def _ends_object(self, reading: Reading, trigger: Match[Trigger], nearest: Party) -> bool:
        """Whether the party joined to the nearest one is the object of the trigger before, no comma between."""
        first = nearest.coordinated()[0]
        verb = next((t for t in reversed(reading.triggers) if t.end <= first.start and t.value.form == "verb"), None)
        if verb is None or nearest.previous is None:
            return False
        gap = range(verb.end, first.start)
        return not any(reading.is_comma(at) or reading.is_hard_mark(at) for at in gap) and not any(
            verb.end <= a.start < first.start for a in reading.attributions
        )

    def _goes_on_after_comma(self, reading: Reading, trigger: Match[Trigger]) -> bool:
        """Whether a verb stands right behind a comma that follows an earlier verb: `attacked the post, killed two`."""
        at = trigger.start - 1
        while at >= 0 and not reading.is_comma(at):
            if (
                reading.party_at[at] is not None
                or reading.is_hard_mark(at)
                or reading.roles[at]
                or trigger.start - at > 3
            ):
                return False
            at -= 1
        return at > 0 and any(reading.verb_at[:at])

    def _before_apposition(
        self, reading: Reading, nearest: Party, left: list[Party], trigger: Match[Trigger]
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

    def _is_conjoined_verb(self, reading: Reading, trigger: Match[Trigger], left: list[Party]) -> bool:
        """Whether a verb follows `and` with no subject of its own between."""
        floor = left[0].end if left else 0
        return any(
            reading.has_role(at, "and", "contrast") for at in range(max(floor, trigger.start - 3), trigger.start)
        ) and not (left and left[0].end > trigger.start - 1)

    def _inherited(
        self, reading: Reading, trigger: Match[Trigger], earlier: list[Match[Trigger]], known: list[Roles]
    ) -> list[Party]:
        """Returns the subject of the nearest earlier verb of the sentence."""
        for before, roles in zip(reversed(earlier), reversed(known), strict=True):
            if before.value.form == "verb":
                if roles.passive and trigger.value.voice == "participle":
                    return roles.actors
                if roles.passive and roles.actors and all(p.instrument for p in roles.recipients):
                    return roles.actors  # a missile fired by rebels hit ...
                if roles.passive:
                    return roles.recipients
                if roles.actors:
                    return roles.actors
            elif trigger.value.voice == "participle" and roles.actors:
                return roles.actors
        left, _ = self._left(reading, trigger.start)
        bare = [party for party in left if not party.role and not party.possessive]
        told = any(t.value.form == "noun" and t.end <= bare[-1].start for t in earlier) if bare else False
        if trigger.value.voice == "participle" and bare and not told:  # a bomb hit a van carrying workers, killing
            return bare[-1].coordinated()
        return []

    def _objects(self, right: list[Party], at: int) -> list[Party]:
        """Returns the object of a verb: first bare or aimed-at party right of a token, and those conjoined with it."""
        if right and not right[0].role:
            return right[:1]
        if right and right[0].role == "genitive" and right[0].group != "object" and right[0].start - at <= _BEFORE:
            return right[:1]  # hacked the computers of the ministry
        aimed = [party for party in right if party.role in ("target", "dative", "accusative_marker")]
        return aimed[:1] or [party for party in right if not party.role][:1]

    def _without_next_subject(self, reading: Reading, trigger: Match[Trigger], right: list[Party]) -> list[Party]:
        """Drops the party that is the subject of the next verb: `..., and police arrested` after a comma or `and`."""
        if not right or right[-1].role:
            return right
        last = right[-1]
        if reading.has_role(last.end, "infinitive"):
            return right  # visited Kenya and Uganda to mediate
        between = range(right[-2].end if len(right) > 1 else trigger.end, last.start)
        joined = any(reading.has_role(at, "and") or reading.is_comma(at) for at in between)
        follows = last.end < len(reading.tokens) and any(
            reading.verb_at[at] for at in range(last.end, min(last.end + 2, len(reading.tokens)))
        )
        if len(right) == 1 and reading.is_comma(last.end):
            return right  # arrested in Goma ten men, said the police
        if joined and (follows if len(right) == 1 else last.previous is None or follows):
            last.previous = None
            return right[:-1]
        return right

    # ------------------------------------------------------------------ nouns

    def _nominal(self, reading: Reading, trigger: Match[Trigger]) -> Roles:
        voice = trigger.value.voice
        is_verbal = trigger.value.strength == "verbal"
        left, edge = self._left(reading, trigger.start, with_places=is_verbal)
        right, _ = self._right(reading, trigger.end, with_places=is_verbal)
        near = self._governed(reading, trigger, right)
        if reading.lexicon.settings.word_order == "sov":
            near = [party for party in left if party.role] + [
                party for party in left if party.possessive and not party.role
            ]
        agents = [party for party in near if party.role == "agent"]
        between = [party for party in near if party.role == "between"]
        targets = [party for party in near if party.role in ("target", "dative")] or [
            party for party in left[:2] if party.role == "target" and reading.lexicon.settings.capitals == "none"
        ]
        genitives = [party for party in near if party.role == "genitive" or not party.role]
        if voice == "nominal" and reading.lexicon.settings.word_order == "sov":
            agents = agents or [party for party in genitives if party.role == "genitive"][-1:]  # X's striking of Y
        modifier = next(
            (
                party
                for party in left[:1]
                if (party.possessive or party.is_adjective or self._names_doer(reading, party, trigger))
                and reading.lexicon.settings.modifiers != "after"
                and self._touches(reading, party, trigger)
                and not party.role.startswith("agent")
            ),
            None,
        )
        light, light_at = self._light(reading, trigger)
        if light and light_at < trigger.start:
            between_them = [p for p in left if p.start > light_at and not p.role]
            left, edge = self._left(reading, light_at, with_places=is_verbal)
            if reading.lexicon.settings.word_order == "vso" and between_them:  # launched Israel raids on
                left, edge = between_them, "start"
        if voice in ("count", "toll", "affected"):
            affected = genitives[:1] if voice != "affected" else []
            return Roles([], [p for p in affected if not p.is_object], rule=f"noun:{voice}")
        if voice == "actor":
            return Roles([], reading.spread(targets[:1]), rule="noun:actor")
        subjects = [party for party in left if not party.role and not party.possessive and party is not modifier]
        if reading.lexicon.settings.word_order == "sov":
            subjects = (find_head(reading, light_at) if light == "light_active" else []) or [
                party for party in subjects if not is_opening_speaker(reading, party)
            ]
        if reading.clauses and light:
            near_by = self._of_clause(reading, reading.clauses[trigger.start])
            subjects = [p for p in near_by if not p.role and not p.possessive and p is not modifier][:1]
        if light and not subjects and edge == "verb":
            subjects = self._pronoun(reading, Match(light_at, trigger.end, trigger.value))
        if voice == "bond" and light == "light_active" and subjects and targets:  # X restored ties with Y
            return Roles(subjects[0].coordinated(), reading.spread(targets[:1]), rule="noun:bond")
        if (light == "mention_only" and voice == "reciprocal") or (light != "light_active" and voice == "bond"):
            return Roles(rule="noun:mentioned", mentioned_only=True)
        if voice in ("reciprocal", "bond"):
            is_mediated = trigger.value.action == "negotiation"
            if between and light == "light_active" and subjects and is_mediated:  # X launched a mediation between Y, Z
                return Roles(subjects[0].coordinated(), reading.spread(between[:1]), rule="noun:reciprocal")
            pair = reading.spread(between[:1]) or ([modifier] if modifier else [])
            pair += [q for p in targets[:1] for q in reading.spread([p]) if q not in pair]
            is_open = edge != "verb" and reading.lexicon.settings.word_order != "sov"
            is_clause = not light and voice == "reciprocal" and is_open  # X is close to a deal with Y
            if not pair or (len(pair) < 2 and (light == "light_active" or is_clause)):
                pair = (subjects[0].coordinated() if subjects else []) + [p for p in pair if p not in subjects]
            if voice == "bond" and len(pair) < 2:
                return Roles(rule="noun:mentioned", mentioned_only=True)  # hailed a renewal of ties with Spain
            return Roles(pair, [], rule="noun:reciprocal")
        roles = Roles(rule="noun")
        if modifier is not None and voice == "objective" and modifier.possessive and _is_civil(modifier):
            genitives = genitives or [modifier]  # the priests' murder
        elif modifier is not None:
            roles.actors, roles.rule = modifier.coordinated() if modifier.previous else [modifier], "noun:modifier"
        is_far = bool(agents) and agents[0].start - trigger.end > _BEFORE
        if agents and not (is_far and light == "light_active" and subjects):  # opened a probe into crimes by soldiers
            roles.actors, roles.rule = reading.spread(agents[:1]), "noun:agent"
        roles.recipients = reading.spread(targets[:1])
        if genitives:
            order = reading.lexicon.settings.modifiers
            if genitives[0].is_adjective and not roles.actors:
                roles.actors, roles.rule = genitives[:1], "noun:demonym"
            elif (
                roles.actors
                or voice in ("objective", "object")
                or (order == "before" and genitives[0].role and not reading.clauses)
            ):
                roles.recipients = roles.recipients or reading.spread(genitives[:1])
            else:
                roles.actors, roles.rule = reading.spread(genitives[:1]), "noun:genitive"
        if reading.clauses and not roles.actors:  # a bomb was planted by rebels
            agents = [p for p in self._of_clause(reading, reading.clauses[trigger.start]) if p.role == "agent"]
            before = reading.clauses[trigger.start].tokens
            carried = any(reading.verb_at[at] for at in before if at < trigger.start)
            roles.actors = reading.spread([p for p in agents if not p.is_object][:1]) if not carried else []
        if light == "mention_only":
            roles.mentioned_only = True
        elif light == "light_passive" and subjects and not roles.recipients:
            roles.recipients = subjects[0].coordinated()
        elif light == "light_active" and not roles.actors:
            if subjects:
                roles.actors, roles.rule = subjects[0].coordinated(), "noun:light_verb"
            elif edge == "relative":
                antecedent = self._antecedent(reading, trigger.start)
                roles.actors = [antecedent] if antecedent else []
        return roles

    def _names_doer(self, reading: Reading, party: Party, trigger: Match[Trigger]) -> bool:
        """Whether a name before a noun says whose it is: `a Hamas attack`; in verb-second languages with a hyphen."""
        if reading.clauses and reading.tokens[trigger.start - 1].text != "-":
            return False
        if party.role in ("locative", "source") and party.noun is None and party.name_kind != "demonym":
            return False  # held in Cairo talks with
        return party.name is not None or party.group == "unknown"

    def _governed(self, reading: Reading, trigger: Match[Trigger], right: list[Party]) -> list[Party]:
        """Returns the parties that belong to a noun: each reached through an adposition, no bare one between."""
        out: list[Party] = []
        limit = min((t.start for t in reading.triggers if t.start >= trigger.end), default=len(reading.tokens))
        right = [party for party in right if party.start < limit]
        if right and not right[0].role and self._is_zero_genitive(reading, trigger, right[0]):
            out.append(right[0])
        for party in right[len(out) :]:
            if party.role or (party.previous is not None and party.previous in out):
                out.append(party)
            else:
                break
        return out

    def _is_zero_genitive(self, reading: Reading, trigger: Match[Trigger], party: Party) -> bool:
        """Whether a party stands in the genitive by its place alone, right behind a noun trigger."""
        if reading.lexicon.settings.modifiers == "before":
            return False
        gap = [
            at
            for at in range(trigger.end, party.start)
            if not any(n.start_token <= at < n.end_token for n in reading.numbers)
        ]
        plain = [at for at in gap if not reading.has_role(at, "genitive")]
        return len(plain) <= 1 and all(reading.tokens[at].is_word and not reading.roles[at] for at in plain)

    def _touches(self, reading: Reading, party: Party, trigger: Match[Trigger]) -> bool:
        """Whether a party stands right before a noun trigger, modifiers of no known class between."""
        gap = range(party.end, trigger.start)
        if all(reading.tokens[at].kind == "ideograph" and not reading.verb_at[at] for at in gap):
            return len(gap) <= _BEFORE
        return len(gap) <= 2 and all(
            (not reading.roles[at] and reading.tokens[at].kind in ("word", "number") and not reading.verb_at[at])
            or reading.tokens[at].text == "-"
            for at in gap
        )

    def _light(self, reading: Reading, trigger: Match[Trigger]) -> tuple[str, int]:
        """Returns the class and first token of the light verb that governs a noun trigger, if one does."""
        classes = ("light_active", "light_passive", "mention_only")
        if reading.lexicon.settings.word_order == "sov":
            span: Sequence[int] = range(trigger.end, len(reading.tokens))
            reach = _BEFORE + 2
        elif reading.clauses:
            span = reading.clauses[trigger.start].tokens
            span = [at for at in span if not trigger.start <= at < trigger.end and not reading.verb_at[at]]
            reach = len(span)
        else:
            span, reach = range(trigger.start - 1, -1, -1), _BEFORE + 1
        for at in [at for at in span if at not in reading.dated][:reach]:
            for role in classes:
                if reading.has_role(at, role):
                    first = at
                    while reading.has_role(first - 1, role):
                        first -= 1
                    return role, first
            if reading.is_hard_mark(at) or reading.verb_at[at]:
                break
        return "", trigger.start

    # ------------------------------------------------------------------ claimants

    def claimants(self, reading: Reading) -> list[Claimant]:
        """Returns the claimants that a sentence names: subject of a speech verb, or after `according to`."""
        out: list[Claimant] = []
        for match in reading.attributions:
            role = match.value.role
            if role == "according_to":
                party = next((p for p in reading.parties if match.start < p.start <= match.end + 3), None)
                if party is not None:
                    out.append(Claimant(party, match.value.mode, match, "according_to"))
            elif role == "according_to_after":
                party = next((p for p in reversed(reading.parties) if match.start - 3 <= p.end <= match.start), None)
                if party is not None:
                    out.append(Claimant(party, match.value.mode, match, "according_to"))
            elif role in ("say", "deny"):
                party = self._speaker(reading, match)
                if party is not None:
                    out.append(Claimant(party, match.value.mode, match, "speech_verb"))
        return out

    def _right_speaker(self, reading: Reading, match: Match[Attribution]) -> Party | None:
        """Returns the party right behind a speech verb; dates, commas and determiners may stand between."""
        at, plain = match.end, 0
        while at < len(reading.tokens) and plain <= 2:
            party = reading.party_at[at]
            if (
                party is not None
                and party.role in ("", "genitive")
                and party.group in _CLAIMANT_GROUPS
                and not self._is_oblique(reading, party)
            ):
                return party
            if party is not None and party.role not in ("dative", "locative") and not self._is_oblique(reading, party):
                return None
            if party is not None:
                at = party.end
                continue
            if at not in reading.dated and not reading.is_comma(at) and not reading.roles[at]:
                plain += 1
            at += 1
        return None

    def _is_source(self, reading: Reading, party: Party) -> bool:
        """Whether a party only says what is told: `according to the prosecution, 48 were wounded`."""
        return any(
            a.value.role == "according_to" and a.end <= party.start <= a.end + 2 and reading.is_comma(party.end)
            for a in reading.attributions
        )

    def _is_oblique(self, reading: Reading, party: Party) -> bool:
        """Whether a noun without adposition stands in a case that no subject has: `агентству`, `журналистам`."""
        endings = reading.lexicon.settings.oblique_endings
        if not endings or party.noun is None or party.quantity is not None:
            return False
        token = reading.tokens[party.noun.start]
        return token.norm.endswith(endings) and not token.text.isupper()

    def _has_verb_behind(self, reading: Reading, party: Party) -> bool:
        """Whether a party is the subject of a clause of its own: `..., confirmed that X was killed`."""
        for at in range(party.end, len(reading.tokens)):
            if (
                reading.is_comma(at)
                or reading.is_hard_mark(at)
                or reading.has_role(at, "opener", "relative", "contrast")
            ):
                return False
            if any(t.start <= at < t.end and t.value.form == "verb" for t in reading.triggers):
                return True
        return False

    def _ends_sentence(self, reading: Reading, party: Party, match: Match[Attribution]) -> bool:
        """Whether a party and its speech verb follow a whole sentence and a comma: `[...] shot down, X announced`."""
        comma = party.start - 1
        return party.end == match.start and comma > 0 and reading.is_comma(comma) and reading.verb_at[comma - 1]

    def _speaker(self, reading: Reading, match: Match[Attribution]) -> Party | None:
        """Returns who speaks: the subject left of the verb, or the party right after it (`said the minister`)."""
        order = reading.lexicon.settings.word_order
        if reading.has_role(match.start - 1, "passive_auxiliary"):
            return None  # lawmakers were told
        left, edge = self._left(reading, match.start)
        if reading.clauses:
            here = reading.clauses[match.start]
            left = [p for p in left if reading.clauses[p.start] is here]
        bare = [
            p
            for p in left
            if not p.role
            and not p.possessive
            and p.group in _CLAIMANT_GROUPS
            and not p.is_adjective
            and not self._is_oblique(reading, p)
        ]
        right = self._right_speaker(reading, match)
        if order == "sov" and bare and self._ends_sentence(reading, bare[0], match):
            return bare[0]
        if order == "sov":
            opening = [p for p in reading.parties[:1] if p.end <= match.start and is_opening_speaker(reading, p)]
            if opening and opening[0].group in _CLAIMANT_GROUPS:
                return opening[0]
        before = reading.tokens[match.start - 1] if match.start else None
        inverted = before is None or (
            (reading.party_at[match.start - 1] is None and before.text not in CLOSE_BRACKETS)
            and (reading.is_hard_mark(match.start - 1) or reading.is_comma(match.start - 1))
        )
        if match.start and reading.has_role(match.start - 1, "pronoun") and order != "v2":
            return None
        if order == "vso" or inverted:
            if right is not None and not (bare and order == "svo" and self._has_verb_behind(reading, right)):
                return right
        if bare:
            nearest = bare[0]
            main = self._before_apposition(
                reading, nearest, left, Match(match.start, match.end, Trigger("", "verb", "", "", "", ""))
            )
            return main or nearest
        if edge == "relative":
            antecedent = self._antecedent(reading, match.start)
            return antecedent if antecedent is not None and antecedent.role not in ("dative", "target") else None
        if order == "sov":
            floor = max((a.end for a in reading.attributions if a.end <= match.start), default=0)
            return next(
                (
                    p
                    for p in reading.parties
                    if p.start >= floor and not p.role and p.group in _CLAIMANT_GROUPS and p.end <= match.start
                ),
                None,
            )
        if (
            left
            and left[0].role == "locative"
            and reading.lexicon.settings.pro_drop
            and left[0].group in _CLAIMANT_GROUPS
        ):
            return left[0]
        if left and left[0].role == "locative" and len(left) > 1:
            return next((p for p in left if not p.role), None)
        if right is not None and (order in ("vso", "v2") or reading.lexicon.settings.pro_drop):
            return right
        return None


def _tries(parties: list[Party]) -> bool:
    """Whether the first of some parties is a court or a judge."""
    return bool(parties) and parties[0].sector == "JUD"


def _is_civil(party: Party) -> bool:
    """Whether a party is people who bear no arms and no name of the registry."""
    return party.actor_id is None and party.group in ("civilian", "person", "unknown")


def _are_things(parties: list[Party]) -> bool:
    """Whether parties can only be hit: no weapon, and no name that acts."""
    return bool(parties) and all(p.is_object and not p.instrument and p.actor_id is None for p in parties)
