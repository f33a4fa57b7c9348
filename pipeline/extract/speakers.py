"""Who says what a sentence says: the subject of a speech verb, or the party behind `according to`.

What belongs here: finding the claimants that a sentence names. What does not: who goes on speaking in the next sentence
(speech.py), and quotations (quoted.py).
"""

from pipeline.extract.lexicon import Attribution, Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import CLOSE_BRACKETS, Party, Reading
from pipeline.extract.roles import Claimant
from pipeline.extract.verb_final import has_complements_before, is_opening_speaker
from pipeline.extract.walking import find_antecedent, find_before_apposition, is_oblique, walk_left

_CLAIMANT_GROUPS = frozenset(
    ("official", "force", "police", "intelligence", "ngo", "media", "witness", "sources", "rebel", "group", "name",
     "unknown", "civilian", "criminal", "protesters", "person")
)  # fmt: skip


def find_claimants(reading: Reading) -> list[Claimant]:
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
            party = find_speaker(reading, match)
            if party is not None:
                out.append(Claimant(party, match.value.mode, match, "speech_verb"))
    return out


def find_speaker(reading: Reading, match: Match[Attribution]) -> Party | None:
    """Returns who speaks: the subject left of the verb, or the party right after it (`said the minister`)."""
    order = reading.lexicon.settings.word_order
    if reading.has_role(match.start - 1, "passive_auxiliary"):
        return None  # lawmakers were told
    left, edge = walk_left(reading, match.start)
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
        and not is_oblique(reading, p)
    ]
    right = _right_speaker(reading, match)
    if order == "sov" and bare and _ends_sentence(reading, bare[0], match):
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
        if right is not None and not (bare and order == "svo" and _has_verb_behind(reading, right)):
            return right
    if bare:
        is_first = order == "sov" and not has_complements_before(reading)  # what lies between is the object's
        nearest = bare[-1] if is_first else bare[0]
        main = find_before_apposition(
            reading, nearest, left, Match(match.start, match.end, Trigger("", "verb", "", "", "", ""))
        )
        return main or nearest
    if edge == "relative":
        antecedent = find_antecedent(reading, match.start)
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
    if left and left[0].role == "locative" and reading.lexicon.settings.pro_drop and left[0].group in _CLAIMANT_GROUPS:
        return left[0]
    if left and left[0].role == "locative" and len(left) > 1:
        return next((p for p in left if not p.role), None)
    if right is not None and (order in ("vso", "v2") or reading.lexicon.settings.pro_drop):
        return right
    return None


def _right_speaker(reading: Reading, match: Match[Attribution]) -> Party | None:
    """Returns the party right behind a speech verb; dates, commas and determiners may stand between."""
    at, plain = match.end, 0
    while at < len(reading.tokens) and plain <= 2:
        party = reading.party_at[at]
        if (
            party is not None
            and party.role in ("", "genitive")
            and party.group in _CLAIMANT_GROUPS
            and not is_oblique(reading, party)
        ):
            return party
        if party is not None and party.role not in ("dative", "locative") and not is_oblique(reading, party):
            return None
        if party is not None:
            at = party.end
            continue
        if at not in reading.dated and not reading.is_comma(at) and not reading.roles[at]:
            plain += 1
        at += 1
    return None


def _has_verb_behind(reading: Reading, party: Party) -> bool:
    """Whether a party is the subject of a clause of its own: `..., confirmed that X was killed`."""
    for at in range(party.end, len(reading.tokens)):
        if reading.is_comma(at) or reading.is_hard_mark(at) or reading.has_role(at, "opener", "relative", "contrast"):
            return False
        if any(t.start <= at < t.end and t.value.form == "verb" for t in reading.triggers):
            return True
    return False


def _ends_sentence(reading: Reading, party: Party, match: Match[Attribution]) -> bool:
    """Whether a party and its speech verb follow a whole sentence and a comma: `[...] shot down, X announced`."""
    comma = party.start - 1
    return party.end == match.start and comma > 0 and reading.is_comma(comma) and reading.verb_at[comma - 1]
