"""The parties of a verb: its voice, its subject and objects, and those behind adpositions.

What belongs here: what each voice of the lexicon makes of the parties around a verb. What does not: how far they are
looked for (walking.py), subjects (subjects.py), and the word orders that have modules of their own.
"""

from itertools import takewhile

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.prenominal import find_described_head, find_governed_head
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Roles
from pipeline.extract.speakers import find_claimants
from pipeline.extract.subjects import find_inherited, find_speaker_meant, find_subject, is_source
from pipeline.extract.text import Token
from pipeline.extract.verb_final import (
    find_head,
    find_opening_subject,
    find_reporting,
    has_complements_before,
    read_verb_final,
)
from pipeline.extract.verb_second import is_included, read_verb_second
from pipeline.extract.walking import BEFORE, find_antecedent, is_oblique, walk_left, walk_right


def read_verb(reading: Reading, trigger: Match[Trigger], earlier: list[Match[Trigger]], known: list[Roles]) -> Roles:
    """Returns the parties of a verb; earlier triggers of the sentence and what is known of them lend it some."""
    order = reading.lexicon.settings.word_order
    voice = trigger.value.voice
    is_verbal = trigger.value.strength == "verbal"  # states speak under the names of their towns
    left, edge = walk_left(reading, trigger.start, with_places=is_verbal)
    right, right_edge = walk_right(reading, trigger.end, with_places=is_verbal)
    if right_edge == "verb":
        right = drop_next_subject(reading, trigger, right)
    agents = [party for party in right + left if party.role == "agent"]
    auxiliary = _auxiliary(reading, trigger)
    is_agent_near = bool(right) and right[0].role == "agent" and _follows(reading, trigger, right[0])
    passive = voice == "passive" or (voice == "either" and (auxiliary or is_agent_near))
    subject = find_subject(reading, trigger, left, edge, earlier, known)
    if voice in ("active", "either") and not passive and order == "svo" and _are_things(subject):
        people = [p for p in left if not p.role and not p.possessive and not p.is_object]
        subject = people[0].coordinated() if people else subject  # gunmen stopped his car and shot him
    objects = find_objects(right, trigger.end)
    fronted = [p for p in left if not p.role and not p.possessive and is_oblique(reading, p)]
    if fronted and not subject and voice == "active" and right and not right[0].role:
        subject, objects = right[:1], fronted[:1]  # the object first: депутатку поранив невідомий
    if order == "v2":
        second = read_verb_second(reading, trigger, edge, earlier, known)
        left, right, subject, objects = [], second.right, second.subject, second.objects
        agents = [party for party in right if party.role == "agent"]
        auxiliary, is_agent_near, passive = second.passive, False, second.passive
    coverbs = [p for p in left if p.role in ("accusative_marker", "target", "dative") and p not in subject]
    if coverbs and (not objects or coverbs[0].role == "accusative_marker") and order != "sov":
        objects = coverbs[:1]
    if order == "sov":
        left = [p for p in left if not is_source(reading, p)]
        subject, objects = read_verb_final(reading, trigger, left, edge)
        subject = subject or find_opening_subject(reading, trigger, objects)
        if not has_complements_before(reading):  # verb-final, yet clauses and objects may follow their noun
            antecedent = find_antecedent(reading, trigger.start) if edge == "relative" and not subject else None
            subject = [antecedent] if antecedent is not None else subject
            if edge == "verb" and not any(not p.role and not p.possessive for p in left):
                subject = find_inherited(reading, trigger, earlier, known) or subject
            if not subject and edge == "relative" and voice == "active":  # the ministry said that it took the village
                subject = find_speaker_meant(reading, trigger)
            objects = objects or [p for p in right if p.role == "accusative_marker"][:1]
        speaker = find_reporting(reading, trigger) if voice == "active" else []
        if speaker and not any(p.possessive or p.role == "genitive" for p in subject):
            objects, subject = (objects or [p for p in subject if p not in speaker])[:1], speaker
        head = find_head(reading, trigger.end - 1)
        if head:  # the militants who opened fire at tourists: participle first, its subject behind it
            objects = [p for p in objects + subject if p not in head and not p.possessive][:1]
            subject = head
    elif order == "vso" and (not subject or _opens_clause(reading, trigger)):
        told = list(takewhile(lambda p: p is right[0] or not is_included(reading, p), right))
        bare = [p for p in told if not p.role]  # not of whom they are: 100 civilians, among them 20 children
        subject = bare[:1]
        aimed = [p for p in right if p.role in ("target", "dative")][:1]
        objects = bare[1:2] or ([] if voice == "either" and trigger.value.metric else aimed)
        if voice == "either" and not objects and subject and _is_affected(subject[0]):
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
        and _is_affected(subject[0])
    ):
        passive = True
    if voice == "cause":  # a bomb exploded; rebels blew up a bridge
        people = [p for p in subject if not p.is_object and not p.instrument]
        return Roles(people, objects if people else [], rule="verb:cause")
    if voice == "middle":
        behind = [p for p in objects if not p.role]
        if not subject and edge == "opener" and reading.lexicon.settings.pro_drop and earlier:
            if not behind or behind[0].is_adjective:  # were detained when [they] protested against Chinese tests
                subject = find_inherited(reading, trigger, earlier, known)
        party = subject or (reading.spread(behind) if order not in ("sov", "v2") else [])
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
        partners = objects[:1] if order == "sov" and not has_complements_before(reading) else partners
        if partners and partners[0].role == "target" and len(subject) > 1:
            partners = []  # A and B held talks on C
        others = [p for p in reading.spread(partners) if p not in subject]
        if not others and len(subject) == 1:  # clashed over the plans of Y
            about = find_complement(reading, trigger, subject)
            others = [p for p in about if p.role != "locative" and p.start - trigger.end <= BEFORE]
        if subject:  # X met Y: X acts; X and Y met: both act
            return Roles(subject, others, rule="verb:reciprocal")
        return Roles(others, [], rule="verb:reciprocal")
    if voice == "converse":
        return Roles(objects, subject, rule="verb:converse")
    if voice == "object":
        is_force = bool(subject) and all(p.group == "force" for p in subject)
        if is_force and not passive and not auxiliary and trigger.value.action == "displacement":
            return Roles(subject, objects, rule="verb:object")  # helicopters evacuated the wounded
        return Roles(subject if objects else [], objects or subject, rule="verb:object")
    if passive and not agents and reading.lexicon.settings.bare_agents and right and not right[0].role:
        between = range(trigger.end, right[0].start)
        if (
            (subject or edge == "relative")
            and len(between) <= 2
            and all(
                reading.roles[at] or any(n.start_token <= at < n.end_token for n in reading.numbers) for at in between
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
        weapons = _weapons(reading, trigger, range(trigger.start))
        aimed = [p for p in right + left if p.role in ("target", "dative") and not p.instrument]
        return Roles(agents[:1], aimed[:1], rule="verb:weapon") if weapons else Roles(rule="verb:no_weapon")
    if voice == "weapon":
        side = range(0 if order == "sov" else trigger.end, len(reading.tokens))
        weapons = _weapons(reading, trigger, side)
        aimed = [p for p in right + left if p.role in ("target", "dative") and not p.instrument]
        return (
            Roles(subject, reading.spread(aimed[:1]), rule="verb:weapon") if weapons else Roles(rule="verb:no_weapon")
        )
    if trigger.value.metric in ("troops", "equipment_supplied"):  # what is sent is not to whom
        given_to = objects if voice == "give" and order == "v2" else []
        given = [p for p in right if not p.role and p not in subject]
        if trigger.value.metric == "equipment_supplied" and len(given) > 1 and given[0].actor_id and not given[0].noun:
            given_to = given[:1]  # will supply Ukraine with 14 howitzers
        objects = [
            p for p in right + left if p.role in ("dative", "target") and p.group != "object" and p not in subject
        ][:1] or given_to
    if trigger.value.action == "demand":  # demanded from Moscow that
        beside = left if order == "sov" else right
        asked = [p for p in beside if p.role == "source" and (p.actor_id or p.group == "official")]
        objects = asked[:1] or objects
    if is_verbal and right and right[0].role in ("source", "agent", "genitive") and right[0].group != "media":
        objects = right[:1]  # rejected a call by the union, an offer from Spain
    own = {party.actor_id for party in subject}
    if is_verbal and not (
        objects and ((objects[0].actor_id and objects[0].actor_id not in own) or objects[0].is_named)
    ):
        named = find_complement(reading, trigger, subject)
        if named and (
            not objects
            or (named[0].actor_id and objects[0].group in ("force", "object", "person", "civilian"))
            or is_modifier(reading, objects[0])
        ):
            objects = named  # offered its troops to Lebanon: the party named, not what is given
    return Roles(subject, reading.spread(objects[:1]), rule=f"verb:{voice}")


def _weapons(reading: Reading, trigger: Match[Trigger], side: range) -> list[Match[str]]:
    """Returns the weapons beside a verb of firing: on one side of it, or anywhere in its verb-second clause."""
    if reading.clauses:
        return [m for m in reading.instruments if reading.clauses[m.start] is reading.clauses[trigger.start]]
    return [
        m
        for m in reading.instruments
        if m.start in side and min(abs(m.start - trigger.end), abs(trigger.start - m.end)) <= 2 * BEFORE
    ]


def _auxiliary(reading: Reading, trigger: Match[Trigger]) -> bool:
    """Whether a passive auxiliary stands right before the trigger, adverbs and other participles between."""
    for at in range(trigger.start - 1, max(-1, trigger.start - 1 - BEFORE), -1):
        if reading.has_role(at, "passive_auxiliary"):
            return True
        party = reading.party_at[at]
        if party is not None:
            first = party.coordinated()[0]
            return first.role == "agent" and any(
                reading.has_role(k, "passive_auxiliary") for k in range(first.start - BEFORE, first.start)
            )
        if reading.is_hard_mark(at) or reading.is_comma(at):
            return False
        if reading.verb_at[at] and not reading.has_role(at + 1, "and", "or"):
            return False
    return False


def _follows(reading: Reading, trigger: Match[Trigger], party: Party) -> bool:
    """Whether an agent stands right behind a participle, dates and one adverb aside."""
    gap = [at for at in range(trigger.end, party.start) if at not in reading.dated and not reading.roles[at]]
    return len(gap) <= 1 and not any(t.start > trigger.start and t.end <= party.start for t in reading.triggers)


def _opens_clause(reading: Reading, trigger: Match[Trigger]) -> bool:
    """Whether a verb stands first in its clause: behind a comma or subordinator, or with a conjunction written on."""
    clitic = reading.lexicon.triggers.clitic_of(reading.tokens[trigger.start].norm)
    joined = bool(clitic) and any(
        match.value.role == "and"
        for match in reading.lexicon.functions.match_at([Token(clitic[0], clitic[0], 0, 1, "word")], 0)
    )
    before = trigger.start - 1
    return joined or before < 0 or reading.is_comma(before) or reading.has_role(before, "opener", "relative")


def _is_affected(party: Party) -> bool:
    """Whether a party looks like those to whom things are done."""
    return party.quantity is not None or party.group in ("person", "civilian", "object")


def find_objects(right: list[Party], at: int) -> list[Party]:
    """Returns the object of a verb: first bare or aimed-at party right of a token, and those conjoined with it."""
    if right and not right[0].role:
        return right[:1]
    if right and right[0].role == "genitive" and right[0].group != "object" and right[0].start - at <= BEFORE:
        return right[:1]  # hacked the computers of the ministry
    aimed = [party for party in right if party.role in ("target", "dative", "accusative_marker")]
    return aimed[:1] or [party for party in right if not party.role][:1]


def find_complement(reading: Reading, trigger: Match[Trigger], subject: list[Party]) -> list[Party]:
    """Returns the party that a demand, threat or refusal is about: the first one named behind it, else the first."""
    speakers = [claimant.party for claimant in find_claimants(reading)]
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
    named = [p for p in named if p.group != "unknown" or p.role != "locative"] or named  # in its Gulf war with Iraq
    if named and any(reading.has_role(at, "opener") for at in range(trigger.end, named[0].start)):
        named = [
            p for p in towns if not any(reading.has_role(at, "opener") for at in range(trigger.end, p.start))
        ] + named
    return named[:1] or found[:1] or towns[:1]


def is_modifier(reading: Reading, party: Party) -> bool:
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


def drop_next_subject(reading: Reading, trigger: Match[Trigger], right: list[Party]) -> list[Party]:
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


def _are_things(parties: list[Party]) -> bool:
    """Whether parties can only be hit: no weapon, and no name that acts."""
    return bool(parties) and all(p.is_object and not p.instrument and p.actor_id is None for p in parties)
