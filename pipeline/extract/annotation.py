"""Reads a sentence: which words are triggers, names, numbers, dates and places, and where its clauses end.

What belongs here: annotation, and which of several senses a word has. What does not: parties (parties.py), who did
what to whom (grammar.py), and what becomes a claim (claims.py).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pipeline.extract.dates import DateMention
from pipeline.extract.lexicon import ActorName, Attribution, Lexicon, Noun, Trigger
from pipeline.extract.numbers import Quantity
from pipeline.extract.parties import find_parties
from pipeline.extract.patterns import Match, PatternIndex
from pipeline.extract.places import PlaceMention
from pipeline.extract.reading import (
    CLOSE_QUOTES,
    MAX_QUOTED,
    OPEN_QUOTES,
    Clause,
    Reading,
)
from pipeline.extract.text import Sentence, Token

#: Function words whose phrases hold no trigger: `in retaliation for`, Spanish `sin embargo`.
_FIXED = frozenset(("contrast", "opener", "lexical"))
_QUOTES = OPEN_QUOTES | CLOSE_QUOTES
_GOODS = frozenset(("humanitarian_aid", "military_aid"))  # what instruments tell that are no weapons
_MAX_CLAUSE = 200  # tokens of a clause: longer ones are lists, or no sentences


def read_triggers(sentence: Sentence, lexicon: Lexicon) -> list[Match[Trigger]]:
    """Returns the triggers of a sentence: the cheap first look that decides whether it is read at all."""
    return lexicon.triggers.find(sentence.tokens)


def read_sentence(
    sentence: Sentence,
    lexicon: Lexicon,
    triggers: list[Match[Trigger]],
    numbers: list[Quantity],
    dates: list[DateMention],
    places: list[PlaceMention],
) -> Reading:
    """Annotates a sentence and chunks its parties."""
    tokens = sentence.tokens
    reading = Reading(sentence, lexicon, numbers=numbers, dates=dates, places=places)
    reading.shouted = lexicon.settings.capitals != "none" and is_all_capitals(sentence.text)
    reading.roles = [frozenset()] * len(tokens)
    fixed = {}
    for function in lexicon.functions.find(tokens):
        if function.value.role in _FIXED:
            fixed[function.start] = function
        for at in range(function.start, function.end):
            reading.roles[at] = _with_role(reading.roles[at], function.value.role)
    _read_genitive_articles(reading)
    reading.modality = lexicon.modality.find(tokens)
    reading.accounting = lexicon.accounting.find(tokens)
    for match in lexicon.instruments.find(tokens):
        (reading.goods if match.value in _GOODS else reading.instruments).append(match)
    has_quotes = not _QUOTES.isdisjoint(sentence.text)
    reading.quoted = _quoted(tokens) if has_quotes else [False] * len(tokens)
    names = _names(reading)
    nouns = {match.start: match for match in lexicon.nouns.find(tokens)}
    reading.attributions = [
        match
        for match in lexicon.attributions.find(tokens)
        if not (match.value.role == "say" and _is_noun_here(reading, match, nouns, names))
    ]
    compounds = lexicon.settings.capitals == "nouns"  # the last part of a compound is its head: US-Angriff
    free = [
        t
        for t in triggers
        if not (any(_inside(t, longer) for longer in (names, nouns, fixed)) or _is_name_part(reading, t))
        and t.start not in reading.dated
        and not (not compounds and t.start > 1 and _is_hyphenated(tokens, t.start))
    ]
    reading.triggers = _choose_senses(reading, free, names)
    reading.verb_at = [False] * len(tokens)
    for trigger in reading.triggers:
        if trigger.value.form == "verb" and trigger.value.voice != "avowal":  # which is light: claimed the bombing
            for at in range(trigger.start, trigger.end):
                reading.verb_at[at] = True
    for attribution in reading.attributions:
        if attribution.value.role in ("say", "deny"):
            for at in range(attribution.start, attribution.end):
                reading.verb_at[at] = True
    reading.numbers = [_beside_verb(reading, number) for number in reading.numbers]
    reading.soft_marks = _soft_marks(reading) if has_quotes else frozenset()
    reading.parties = find_parties(reading, names)
    reading.party_at = [None] * len(tokens)
    for party in reading.parties:
        for at in range(party.start, party.end):
            reading.party_at[at] = party
    if lexicon.settings.word_order == "v2":
        reading.clauses = _split_clauses(reading)
    return reading


@cache  # of the few classes that words have at once
def _with_role(roles: frozenset[str], role: str) -> frozenset[str]:
    """Returns the classes of a word with one more."""
    return roles | {role}


def _is_hyphenated(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is written to the one before it with a hyphen: `counter-attack`."""
    return tokens[at - 1].text == "-" and tokens[at - 1].end == tokens[at].start


def _split_clauses(reading: Reading) -> list[Clause]:
    """Returns the clause of each token, for languages whose commas and conjunctions part clauses.

    A stretch without a verb belongs to the clause that it interrupts or goes on; one behind an auxiliary that still
    waits for its participle (`haben drei Soldaten | und einen Priester getötet`) as well.
    """
    tokens, edges = reading.tokens, [0]
    for at in range(1, len(tokens)):
        is_edge = reading.is_comma(at) or reading.is_hard_mark(at) or reading.has_role(at, "and", "or", "contrast")
        is_edge = is_edge or at - edges[-1] > _MAX_CLAUSE
        if is_edge and (reading.party_at[at] is None or reading.party_at[at].start == at):  # type: ignore[union-attr]
            edges.append(at)
    clauses: list[Clause] = []
    main: Clause | None = None  # the last clause that no subordinator opens
    speech = {match.start for match in reading.attributions if match.value.role in ("say", "deny")}
    waits: set[int] = set()  # starts of clauses whose auxiliary waits for its verb
    for start, end in zip(edges, [*edges[1:], len(tokens)], strict=True):
        span = range(start, end)
        verbs = sum(reading.verb_at[at] for at in span)
        auxiliary = any(reading.has_role(at, "auxiliary", "passive_auxiliary") for at in span)
        subordinate = any(reading.has_role(at, "relative", "opener") for at in range(start, min(start + 3, end)))
        hard = reading.is_hard_mark(start)
        last = clauses[-1] if clauses else None
        open_main = main is not None and (main.verbs == 0 or main.start in waits) and not hard
        open_main = open_main and main is not None and len(main.tokens) <= _MAX_CLAUSE
        speaks = any(at in speech for at in span)
        clause: Clause
        is_full = last is not None and len(last.tokens) > _MAX_CLAUSE
        adds = not verbs and not auxiliary and not (hard and start)
        closes = last is not None and last.start in waits and not subordinate and not hard
        if last is not None and not is_full and (adds or (closes and not (speaks and last.verbs))):
            clause = last
        elif subordinate or main is None or speaks or not open_main:
            joined = last if last is not None and not subordinate and not hard else None
            clause = Clause(start, subordinate=subordinate, before=joined)
        else:
            clause = main
        clause.verbs += verbs
        if verbs:
            waits.discard(clause.start)
        elif auxiliary:
            waits.add(clause.start)
        if not clause.subordinate:
            main = clause
        clause.tokens.extend(span)
        clauses.extend([clause] * len(span))
    return clauses


def _read_genitive_articles(reading: Reading) -> None:
    """Reads articles that show the genitive only by their place: behind a noun, else they are determiners (`der`)."""
    tokens, lexicon = reading.tokens, reading.lexicon
    for at, roles in enumerate(reading.roles):
        if "genitive_article" not in roles:
            continue
        before = at - 1
        is_noun = before >= 0 and tokens[before].is_word and tokens[before].is_capital and before not in reading.dated
        if before == 0:  # every sentence begins with a capital
            indexes: tuple[PatternIndex[Any], ...] = (lexicon.nouns, lexicon.triggers, lexicon.names)
            is_noun = any(index.match_at(tokens, 0) for index in indexes)
        is_genitive = is_noun and not reading.roles[before]
        reading.roles[at] = frozenset(("genitive" if is_genitive else "determiner",))


def _quoted(tokens: Sequence[Token]) -> list[bool]:
    """Returns, for each token, whether it stands inside quotation marks that open and close in the sentence."""
    out, inside = [], False
    for token in tokens:
        if token.text in OPEN_QUOTES and not inside:
            inside = True
        elif token.text in CLOSE_QUOTES:
            inside = False
        out.append(inside)
    return out


def _beside_verb(reading: Reading, number: Quantity) -> Quantity:
    """Takes from a number the bound word that belongs to a verb: `handed over | 205 prisoners`."""
    for trigger in reading.triggers:
        if trigger.value.form == "verb" and trigger.start < number.start_token < trigger.end < number.end_token:
            value = number.best if number.best is not None else number.low if number.low is not None else number.high
            start = reading.tokens[trigger.end].start
            offset = reading.sentence.start
            text = reading.sentence.text[start - offset : number.char_end - offset]
            return number._replace(
                start_token=trigger.end,
                char_start=start,
                text=text,
                low=value,
                best=value,
                high=value,
                bound="exact",
            )
    return number


def _soft_marks(reading: Reading) -> frozenset[int]:
    """Returns quotation marks that end no clause: around a part of the sentence, or around a name.

    A quotation that is a sentence of its own starts with a capital, or holds a verb or a comma.
    """
    tokens, soft = reading.tokens, set()
    cased = reading.lexicon.settings.capitals == "names"
    for start, token in enumerate(tokens):
        if token.text not in OPEN_QUOTES or start in soft or start + 1 >= len(tokens):
            continue
        end = next((at for at in range(start + 1, len(tokens)) if tokens[at].text in CLOSE_QUOTES), None)
        if end is None:
            continue
        inner = range(start + 1, end)
        is_part = cased and tokens[start + 1].is_word and not tokens[start + 1].is_capital
        is_name = len(inner) <= MAX_QUOTED and not any(reading.verb_at[at] or reading.is_comma(at) for at in inner)
        if is_part or is_name:
            soft |= {start, end}
    return frozenset(soft)


def _inside(trigger: Match[Any], longer: Mapping[int, Match[Any]]) -> bool:
    """Whether a trigger is only a part of a longer name, noun or function word: `Strike Force`, `in retaliation for`."""
    start, end, _ = trigger
    for match in longer.values():
        if match.start <= start and end <= match.end and match.end - match.start > end - start:
            return True
    return False


def _is_noun_here(
    reading: Reading, match: Match[Attribution], nouns: Mapping[int, Match[Noun]], names: Mapping[int, Match[ActorName]]
) -> bool:
    """Whether a speech verb that is spelt like a noun is one: `the report`, `the Mexican state of`, `Plateau State`."""
    start = match.start
    if _inside(match, nouns) or _inside(match, names) or _is_name_part(reading, match):
        return True
    if start not in nouns or start == 0:
        return False
    demonym = any(name.end == start and name.value.kind == "demonym" for name in names.values())
    return demonym or reading.has_role(start - 1, "determiner", "possessive", "possessive_pronoun")


def _is_name_part(reading: Reading, trigger: Match[Any]) -> bool:
    """Whether a trigger is written as part of a name: a capital in mid-sentence beside another capital."""
    tokens = reading.tokens
    if reading.lexicon.settings.capitals != "names" or trigger.start == 0 or reading.shouted:
        return False
    if not tokens[trigger.start].is_capital or tokens[trigger.start - 1].text in OPEN_QUOTES:
        return False
    after = tokens[trigger.end] if trigger.end < len(tokens) else None
    before = tokens[trigger.start - 1]
    return bool((after is not None and after.is_word and after.is_capital) or (before.is_word and before.is_capital))


_NOMINAL_BEFORE = ("determiner", "possessive", "possessive_pronoun", "genitive", "agent", "target", "locative", "source",
                   "dative", "between", "light_active", "light_passive", "mention_only", "zero", "additional")  # fmt: skip


def _choose_senses(
    reading: Reading, triggers: list[Match[Trigger]], names: Mapping[int, Match[ActorName]]
) -> list[Match[Trigger]]:
    """Keeps one sense of words that are several: a noun after a determiner, adposition or demonym, else a verb."""
    name_ends = {match.end: match for match in names.values()}
    by_span: dict[tuple[int, int], list[Match[Trigger]]] = {}
    for trigger in triggers:
        by_span.setdefault((trigger.start, trigger.end), []).append(trigger)
    out: list[Match[Trigger]] = []
    for (start, end), senses in sorted(by_span.items()):
        nouns = [s for s in senses if s.value.form != "verb"]
        verbs = [s for s in senses if s.value.form == "verb"]
        if nouns and verbs:
            before = start - 1
            # a modifier between: "a deadly attack", "Tuesday's heavy shelling"
            while before > start - 3 and before > 0 and not reading.roles[before] and not reading.is_capital(before):
                before -= 1
            name = name_ends.get(before + 1)
            while name is not None and name.value.kind != "demonym" and name.start > 0:
                before = name.start - 1
                name = name_ends.get(before + 1)
            nominal = (
                name is not None
                or before in reading.number_ends
                or reading.has_role(before, *_NOMINAL_BEFORE)
                or reading.has_role(end, "genitive", "agent")
            )
            if not nominal and reading.has_role(before, "and", "or") and out:
                nominal = out[-1].value.form == "noun" and out[-1].end >= before - 1
            if reading.has_role(start - 1, "infinitive", "auxiliary") or reading.has_role(before, "passive_auxiliary"):
                nominal = False
            senses = nouns if nominal else verbs
        voices = {s.value.voice for s in senses}
        if len(senses) > 1 and "either" in voices:
            senses = [s for s in senses if s.value.voice == "either"]
        out.append(max(senses, key=lambda s: (s.value.strength == "strong", bool(s.value.action))))
    return out


def _names(reading: Reading) -> dict[int, Match[ActorName]]:
    """Returns registry names by first token, longest first, with capitals where they are written so."""
    tokens = reading.tokens
    cased = reading.lexicon.settings.capitals != "none" and not reading.shouted
    nouns = {match.start for match in reading.lexicon.nouns.find(tokens)} if reading.shouted else set()
    out: dict[int, Match[ActorName]] = {}
    free = 0
    for at, here in reading.lexicon.names.match_all(tokens):
        if at < free:
            continue
        found = [
            match
            for match in here
            if not (cased and match.value.capital and not tokens[at].is_capital)
            and not (
                cased
                and match.value.kind == "abbreviation"
                and not all(t.text.isupper() or not t.is_word for t in tokens[match.start : match.end])
            )
            # WHO, CAR: in capitals throughout, more likely the word than the abbreviation
            and not (
                reading.shouted
                and match.value.kind == "abbreviation"
                and match.end - at == 1
                and (reading.roles[at] or at in nouns)
            )
            and not any(
                (place.start_token <= match.start and match.end < place.end_token)
                or (place.start_token < match.start and match.end <= place.end_token)
                for place in reading.places
            )
        ]
        if found:
            out[at] = found[0]
            free = found[0].end
    return out


def is_all_capitals(text: str) -> bool:
    """Whether a text is set in capitals, so that they mark nothing (older agency copy, headlines)."""
    letters = sum(map(str.isalpha, text))
    return letters >= 8 and sum(map(str.isupper, text)) > 0.7 * letters
