"""The adposition or case that a party stands in, as a word beside it or written onto it.

What belongs here: reading the class of an adposition, of a clitic and of a case ending. What does not: where a party
begins and ends (chunks.py), and its role in an act (verbs.py, nominal.py).
"""

from functools import cache
from typing import Any

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.patterns import PatternIndex
from pipeline.extract.reading import Party, Reading
from pipeline.extract.text import Token

MAX_MODIFIERS = 2  # unknown words taken into a party between two known ones: "Romania's new government"
_MAX_RELATIVE = 12  # tokens of a clause that describes a noun
_ADPOSITIONS = (
    "agent", "target", "dative", "genitive", "locative", "source", "between", "accusative_marker", "topic",
)  # fmt: skip
_STEM = 3  # letters that must remain before a case ending
CASES = frozenset(("locative", "source", "dative", "accusative_marker", "agent"))  # cases of what ends a noun phrase


def case_letters(reading: Reading, at: int) -> int:
    """Returns how many letters at a noun's end are its case: those without which it is a noun as well."""
    token, lexicon = reading.tokens[at], reading.lexicon
    if not lexicon.settings.case_endings or not reading.has_role(at, *CASES, "genitive", "target"):
        return 0
    for ending in lexicon.settings.case_endings:
        stem = token.norm.removesuffix(ending)
        if stem == token.norm or len(stem) < _STEM or len(token.norm) != len(token.text):
            continue
        bare = [Token(token.text[: len(stem)], stem, token.start, token.start + len(stem), token.kind)]
        if lexicon.nouns.match_at(bare, 0) and not lexicon.functions.match_at(bare, 0):
            return len(ending)
    return 0


def clitic_roles(reading: Reading, party: Party, left: int) -> frozenset[str]:
    """Returns the classes of the adposition or conjunction that is written onto a party's first word."""
    lexicon = reading.lexicon
    if not lexicon.settings.clitics:
        return frozenset()
    for at in dict.fromkeys((left, party.start)):
        index = lexicon.nouns if party.noun is not None and party.noun.start == at else lexicon.names
        found = clitic_classes(lexicon, index, reading.tokens[at].norm)
        if found:
            return found
    return frozenset()


def clitic_classes(lexicon: Lexicon, index: PatternIndex[Any], norm: str) -> frozenset[str]:
    """Returns the classes of the function word that is written onto a word."""
    clitic = index.clitic_of(norm)
    while clitic:
        found = lexicon.functions.match_at([Token(clitic, clitic, 0, len(clitic), "word")], 0)
        if found:
            return frozenset(match.value.role for match in found)
        clitic = clitic[:-1]
    return frozenset()


@cache  # of the few classes that words have at once
def _adposition(roles: frozenset[str]) -> str:
    """Returns the class of adposition among those of a word, empty where it is none."""
    return next((role for role in _ADPOSITIONS if role in roles), "")


def _coverb_before(reading: Reading, end: int, floor: int) -> str:
    """Returns the class of the preposition before the clause that describes a noun: 向|正在晨礼的|村民."""
    for at in range(end - 1, max(floor, end - _MAX_RELATIVE) - 1, -1):
        if reading.tokens[at].kind == "mark":
            break
        role = next((role for role in ("accusative_marker", "target", "dative") if reading.has_role(at, role)), "")
        if role:
            return role
    return ""


def attach_adposition(reading: Reading, party: Party, left: int, floor: int = 0) -> None:
    """Reads the class of the adposition of a party, before or after it as the language has it."""
    where = reading.lexicon.settings.adpositions
    for _ in range(MAX_MODIFIERS + 1):  # modifiers of no known class between: to war-torn Mozambique
        token = reading.tokens[left - 1] if left > 0 else None
        if left <= floor:
            break
        if left - 1 in reading.dated:
            break
        if token is None or reading.roles[left - 1] or reading.verb_at[left - 1] or left - 1 in reading.number_ends:
            break
        if not (token.text == "-" or (token.kind in ("word", "ideograph") and not reading.is_capital(left - 1))) or any(
            t.start <= left - 1 < t.end for t in reading.triggers
        ):
            break
        left -= 1
    # an adposition before a date is the date's, one within a verb the verb's: arrived in Amman
    is_other = left - 1 in reading.dated or any(
        t.start <= left - 1 < t.end and t.value.form == "verb" for t in reading.triggers
    )
    end = party.end
    while party.is_object and end < min(party.end + MAX_MODIFIERS, len(reading.roles) - 1) and not reading.roles[end]:
        end += 1  # the village | of Nikolayevka OBJ
    if reading.has_role(end, "accusative_after") and (
        left == 0 or is_other or not _adposition(reading.roles[left - 1])
    ):
        party.role = "accusative_marker"
        return
    if where == "before" and is_other:
        return
    if where in ("before", "both") and left > floor and not is_other:
        party.role = _adposition(reading.roles[left - 1])
    for at in (party.end, party.end - 1):
        if not party.role and where in ("after", "both") and at < len(reading.roles):
            party.role = _adposition(reading.roles[at])
    if reading.has_role(party.end, "locative_after") and party.role != "dative":
        party.role = "locative"
    if not party.role:
        party.role = _adposition(clitic_roles(reading, party, left))
    if not party.role and reading.lexicon.settings.relative_before and reading.has_role(left - 1, "possessive"):
        party.role = _coverb_before(reading, left - 1, floor)
    if not party.role and reading.lexicon.settings.agent_endings:
        match = party.noun or party.name
        word = reading.tokens[match.end - 1].norm if match is not None else ""
        if any(
            word.endswith(ending) and len(word) - len(ending) >= _STEM
            for ending in reading.lexicon.settings.agent_endings
        ):
            party.role = "agent"
