"""The parties of a noun of action: `an attack by X on Y`, `X's shelling of Y`, `X carried out an attack on Y`.

What belongs here: adpositions and modifiers of such nouns, and the light verbs that govern them. What does not: verbs
(verbs.py).
"""

from collections.abc import Sequence

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Roles
from pipeline.extract.subjects import find_speaker_meant
from pipeline.extract.verb_final import find_head, has_complements_before, is_opening_speaker
from pipeline.extract.verb_second import parties_of_clause
from pipeline.extract.walking import BEFORE, find_antecedent, walk_left, walk_right


def read_noun(reading: Reading, trigger: Match[Trigger]) -> Roles:
    """Returns the parties of a noun."""
    voice = trigger.value.voice
    is_verbal = trigger.value.strength == "verbal"
    left, edge = walk_left(reading, trigger.start, with_places=is_verbal)
    right, _ = walk_right(reading, trigger.end, with_places=is_verbal)
    near = _governed(reading, trigger, right)
    if has_complements_before(reading):
        near = [party for party in left if party.role] + [
            party for party in left if party.possessive and not party.role
        ]
    agents = [party for party in near if party.role == "agent"]
    between = [party for party in near if party.role == "between"]
    targets = [party for party in near if party.role in ("target", "dative")] or [
        party for party in left[:2] if party.role == "target" and reading.lexicon.settings.capitals == "none"
    ]
    genitives = [party for party in near if party.role == "genitive" or not party.role]
    if voice == "nominal" and has_complements_before(reading):
        agents = agents or [party for party in genitives if party.role == "genitive"][-1:]  # X's striking of Y
    modifier = next(
        (
            party
            for party in left[:1]
            if (party.possessive or party.is_adjective or _names_doer(reading, party, trigger))
            and reading.lexicon.settings.modifiers != "after"
            and _touches(reading, party, trigger)
            and not party.role.startswith("agent")
        ),
        None,
    )
    light, light_at = _light(reading, trigger)
    if light and light_at < trigger.start:
        between_them = [p for p in left if p.start > light_at and not p.role]
        left, edge = walk_left(reading, light_at, with_places=is_verbal)
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
        near_by = parties_of_clause(reading, reading.clauses[trigger.start])
        subjects = [p for p in near_by if not p.role and not p.possessive and p is not modifier][:1]
    if light and not subjects and edge == "verb":
        subjects = find_speaker_meant(reading, Match(light_at, trigger.end, trigger.value))
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
        is_objects = edge == "verb" and reading.lexicon.settings.word_order != "sov"
        if not pair and is_objects and not light and trigger.value.strength != "verbal":
            return Roles(rule="noun:reciprocal")  # killed three rebels in a gun battle: who fought is the verb's
        if light == "light_active" and not between and subjects and len(subjects[0].coordinated()) > 1:
            pair = []  # A and B held talks on C
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
    is_far = bool(agents) and agents[0].start - trigger.end > BEFORE
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
        agents = [p for p in parties_of_clause(reading, reading.clauses[trigger.start]) if p.role == "agent"]
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
            antecedent = find_antecedent(reading, trigger.start)
            roles.actors = [antecedent] if antecedent else []
    return roles


def _names_doer(reading: Reading, party: Party, trigger: Match[Trigger]) -> bool:
    """Whether a name before a noun says whose it is: `a Hamas attack`; in verb-second languages with a hyphen."""
    if reading.clauses and reading.tokens[trigger.start - 1].text != "-":
        return False
    if party.role in ("locative", "source") and party.noun is None and party.name_kind != "demonym":
        return False  # held in Cairo talks with
    return party.name is not None or party.group == "unknown"


def _governed(reading: Reading, trigger: Match[Trigger], right: list[Party]) -> list[Party]:
    """Returns the parties that belong to a noun: each reached through an adposition, no bare one between."""
    out: list[Party] = []
    limit = min((t.start for t in reading.triggers if t.start >= trigger.end), default=len(reading.tokens))
    right = [party for party in right if party.start < limit]
    is_counted = bool(right) and right[0].quantity is not None and reading.lexicon.settings.word_order == "sov"
    if is_counted and any(reading.verb_at[right[0].end :]) and all(party.role for party in right[1:]):
        return []  # in the attack | three people were killed
    if right and not right[0].role and _is_zero_genitive(reading, trigger, right[0]):
        out.append(right[0])
    for party in right[len(out) :]:
        if party.role or (party.previous is not None and party.previous in out):
            out.append(party)
        else:
            break
    return out


def _is_zero_genitive(reading: Reading, trigger: Match[Trigger], party: Party) -> bool:
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


def _touches(reading: Reading, party: Party, trigger: Match[Trigger]) -> bool:
    """Whether a party stands right before a noun trigger, modifiers of no known class between."""
    gap = range(party.end, trigger.start)
    if all(reading.tokens[at].kind == "ideograph" and not reading.verb_at[at] for at in gap):
        return len(gap) <= BEFORE
    return len(gap) <= 2 and all(
        (not reading.roles[at] and reading.tokens[at].kind in ("word", "number") and not reading.verb_at[at])
        or reading.tokens[at].text == "-"
        for at in gap
    )


def _light(reading: Reading, trigger: Match[Trigger]) -> tuple[str, int]:
    """Returns the class and first token of the light verb that governs a noun trigger, if one does."""
    classes = ("light_active", "light_passive", "mention_only")
    if reading.lexicon.settings.word_order == "sov":
        span: Sequence[int] = range(trigger.end, len(reading.tokens))
        reach = BEFORE + 2 if has_complements_before(reading) else len(span)
    elif reading.clauses:
        span = reading.clauses[trigger.start].tokens
        span = [at for at in span if not trigger.start <= at < trigger.end and not reading.verb_at[at]]
        reach = len(span)
    else:
        span, reach = range(trigger.start - 1, -1, -1), BEFORE + 1
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


def _is_civil(party: Party) -> bool:
    """Whether a party is people who bear no arms and no name of the registry."""
    return party.actor_id is None and party.group in ("civilian", "person", "unknown")
