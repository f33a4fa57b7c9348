"""The subject of a verb: before it, before its relative clause, of an earlier verb, or who speaks.

What belongs here: subjects in languages where verbs stand between subject and object. What does not: objects and
voices (verbs.py), clauses whose verb stands second or last (verb_second.py, verb_final.py).
"""

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Roles
from pipeline.extract.speakers import find_speaker
from pipeline.extract.verb_second import is_included
from pipeline.extract.walking import find_antecedent, find_before_apposition, is_oblique, walk_left


def find_subject(
    reading: Reading,
    trigger: Match[Trigger],
    left: list[Party],
    edge: str,
    earlier: list[Match[Trigger]],
    known: list[Roles],
) -> list[Party]:
    """Returns the subject of a verb: nearest bare party, else the antecedent, else that of the verb before."""
    is_conjoined = _is_conjoined_verb(reading, trigger, left)
    if trigger.value.voice == "participle" or is_conjoined:
        inherited = find_inherited(reading, trigger, earlier, known)
        if inherited or (is_conjoined and edge == "verb"):
            return inherited
    if edge == "verb" and reading.has_role(trigger.start - 1, "infinitive") and earlier:
        if earlier[-1].value.voice in ("reciprocal", "middle"):
            return find_inherited(reading, trigger, earlier, known)  # visited Kenya to mediate
    bare = [party for party in left if not party.role and not party.possessive and not is_oblique(reading, party)]
    bare = [party for party in bare if not is_source(reading, party)]
    bare = [party for party in bare if not is_included(reading, party)] or bare  # aircraft, including gunships, struck
    if trigger.value.voice in ("passive", "middle"):  # in attacks by gunmen were killed two: no gunman was
        owners = [p for roles in known if roles.rule == "noun:genitive" for p in roles.actors]
        bare = [party for party in bare if party not in owners]
    if reading.lexicon.settings.pro_drop and _goes_on_after_comma(reading, trigger) and earlier:
        inherited = find_inherited(reading, trigger, earlier, known)
        if inherited:
            return inherited
    if bare:
        nearest = bare[0]
        if edge == "verb" and _ends_object(reading, trigger, nearest):
            nearest.previous = (
                None  # the object of the verb before is no subject of this one, what is joined to it may be
            )
        chain = nearest.coordinated()
        main = find_before_apposition(reading, nearest, left, trigger)
        if main is not None and (nearest.previous is None or main.is_named):
            return main.coordinated()
        return chain
    if edge == "relative":
        antecedent = find_antecedent(reading, trigger.start)
        if antecedent is not None:
            return antecedent.coordinated() if antecedent.previous is None else [antecedent]
    if edge == "verb":
        return find_speaker_meant(reading, trigger) or find_inherited(reading, trigger, earlier, known)
    return []


def is_source(reading: Reading, party: Party) -> bool:
    """Whether a party only says what is told: `according to the prosecution, 48 were wounded`."""
    return any(
        a.value.role == "according_to" and a.end <= party.start <= a.end + 2 and reading.is_comma(party.end)
        for a in reading.attributions
    )


def find_speaker_meant(reading: Reading, trigger: Match[Trigger]) -> list[Party]:
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
    speaker = find_speaker(reading, speech)
    return speaker.coordinated() if speaker is not None else []


def _ends_object(reading: Reading, trigger: Match[Trigger], nearest: Party) -> bool:
    """Whether the party joined to the nearest one is the object of the trigger before, no comma between."""
    first = nearest.coordinated()[0]
    verb = next((t for t in reversed(reading.triggers) if t.end <= first.start and t.value.form == "verb"), None)
    if verb is None or nearest.previous is None:
        return False
    gap = range(verb.end, first.start)
    return not any(reading.is_comma(at) or reading.is_hard_mark(at) for at in gap) and not any(
        verb.end <= a.start < first.start for a in reading.attributions
    )


def _goes_on_after_comma(reading: Reading, trigger: Match[Trigger]) -> bool:
    """Whether a verb stands right behind a comma that follows an earlier verb: `attacked the post, killed two`."""
    at = trigger.start - 1
    while at >= 0 and not reading.is_comma(at):
        if reading.party_at[at] is not None or reading.is_hard_mark(at) or reading.roles[at] or trigger.start - at > 3:
            return False
        at -= 1
    return at > 0 and any(reading.verb_at[:at])


def _is_conjoined_verb(reading: Reading, trigger: Match[Trigger], left: list[Party]) -> bool:
    """Whether a verb follows `and` with no subject of its own between."""
    floor = left[0].end if left else 0
    return any(
        reading.has_role(at, "and", "contrast") for at in range(max(floor, trigger.start - 3), trigger.start)
    ) and not (left and left[0].end > trigger.start - 1)


def find_inherited(
    reading: Reading, trigger: Match[Trigger], earlier: list[Match[Trigger]], known: list[Roles]
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
    left, _ = walk_left(reading, trigger.start)
    bare = [party for party in left if not party.role and not party.possessive]
    told = any(t.value.form == "noun" and t.end <= bare[-1].start for t in earlier) if bare else False
    if trigger.value.voice == "participle" and bare and not told:  # a bomb hit a van carrying workers, killing
        return bare[-1].coordinated()
    return []
