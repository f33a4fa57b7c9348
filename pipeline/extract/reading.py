"""Reads a sentence: which words are triggers, nouns, names, numbers, dates and places, and which form parties.

What belongs here: annotation and the chunking of parties (noun phrases that can act or be acted upon). What does
not: who did what to whom (grammar), and what becomes a claim (claims).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.extract.dates import DateMention
from pipeline.extract.lexicon import ActorName, Attribution, Lexicon, Modality, Noun, Trigger
from pipeline.extract.numbers import Quantity
from pipeline.extract.patterns import Match, PatternIndex
from pipeline.extract.places import PlaceMention
from pipeline.extract.text import Sentence, Token

_OPEN_QUOTES = frozenset('"\u201c\u00ab\u300c\u201e\u300e')
_CLOSE_QUOTES = frozenset('"\u201d\u00bb\u300d\u201c\u300f')
_HARD_MARKS = frozenset(";:()[]\u2014\u2013\uff1b\uff1a\uff08\uff09\u061b") | _OPEN_QUOTES | _CLOSE_QUOTES
OPEN_BRACKETS = frozenset("([\uff08")
CLOSE_BRACKETS = frozenset(")]\uff09")
BRACKETS = OPEN_BRACKETS | CLOSE_BRACKETS
_COMMAS = frozenset(",\uff0c\u060c\u3001")
#: Function words whose phrases hold no trigger: `in retaliation for`, Spanish `sin embargo`.
_FIXED = frozenset(("contrast", "opener", "lexical"))
_MAX_MODIFIERS = 2  # unknown words taken into a party between two known ones: "Romania's new government"
_STATE_ID = 3  # letters of an ISO 3166-1 alpha-3 code
_STEM = 3  # letters that must remain before a case ending
_CASES = frozenset(("locative", "source", "dative", "accusative_marker", "agent"))  # cases of what ends a noun phrase
_MAX_QUOTED = 10  # tokens of a quoted name or phrase: "Movement of ..."
_MAX_CLAUSE = 200  # tokens of a clause: longer ones are lists, or no sentences
_MAX_NAME = 6  # tokens of an unknown capitalised name
_OFFICES = frozenset(("official", "force", "police", "civilian", "group"))  # nouns that say what a person is
_TITLED = frozenset(("official", "force", "police", "civilian", "rebel", "criminal"))  # nouns that stand before names


@dataclass(slots=True, eq=False)
class Party:
    """A noun phrase that can act, be acted upon, or speak."""

    start: int
    end: int
    group: str = ""  # noun class; name: registry name alone; unknown: capitalised words
    sector: str = ""
    claimant_type: str = ""
    actor_id: str | None = None
    name_kind: str = ""
    name: Match[ActorName] | None = None
    noun: Match[Noun] | None = None
    quantity: Quantity | None = None
    role: str = ""  # function class of its adposition
    shares_role: bool = False  # the adposition stands before the party that it is conjoined with
    possessive: bool = False
    previous: "Party | None" = None  # the party it is conjoined with, to its left
    instrument: str = ""
    is_named: bool = False  # it holds a capitalised name that no registry knows
    text: str = ""
    char_start: int = 0
    char_end: int = 0

    @property
    def is_adjective(self) -> bool:
        """Whether it is a bare demonym, as in `Israeli strike`."""
        return self.noun is None and self.name_kind == "demonym"

    @property
    def is_object(self) -> bool:
        """Whether it is a thing that can be hit but cannot act."""
        return self.group == "object"

    def coordinated(self) -> list["Party"]:
        """Returns the party and those that it is conjoined with, from left to right."""
        chain = [self]
        while chain[0].previous is not None:
            chain.insert(0, chain[0].previous)
        return chain


@dataclass(slots=True, eq=False)
class Clause:
    """A clause of a verb-second language: between commas, or what they interrupt."""

    start: int
    tokens: list[int] = field(default_factory=list)
    subordinate: bool = False  # behind a subordinator or relative word
    before: "Clause | None" = None  # the clause that it is conjoined with, which may hold its subject and auxiliary
    verbs: int = 0  # triggers and speech verbs


@dataclass(slots=True, eq=False)
class Reading:
    """A sentence with everything that was found in it."""

    sentence: Sentence
    lexicon: Lexicon
    triggers: list[Match[Trigger]] = field(default_factory=list)
    roles: list[frozenset[str]] = field(default_factory=list)
    attributions: list[Match[Attribution]] = field(default_factory=list)
    modality: list[Match[Modality]] = field(default_factory=list)
    accounting: list[Match[str]] = field(default_factory=list)
    instruments: list[Match[str]] = field(default_factory=list)
    numbers: list[Quantity] = field(default_factory=list)
    dates: list[DateMention] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    party_at: list[Party | None] = field(default_factory=list)
    verb_at: list[bool] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    soft_marks: frozenset[int] = frozenset()
    shouted: bool = False  # set in capitals throughout, in a language where they would mark names
    clauses: list["Clause"] = field(default_factory=list)  # of verb-second languages, by token
    tokens: tuple[Token, ...] = field(init=False)  # the sentence's
    dated: frozenset[int] = field(init=False)  # tokens of dates
    number_ends: frozenset[int] = field(init=False)  # last tokens of numbers

    def __post_init__(self) -> None:
        self.tokens = self.sentence.tokens
        self.dated = frozenset(at for date in self.dates for at in range(date.start_token, date.end_token))
        self.number_ends = frozenset(number.end_token - 1 for number in self.numbers)

    def has_role(self, at: int, *roles: str) -> bool:
        """Whether the token at a position is a function word of one of the classes."""
        return 0 <= at < len(self.roles) and not self.roles[at].isdisjoint(roles)

    def owner_of(self, party: Party) -> Party:
        """Returns whose a thing is: the party in the genitive right behind it (`positions of the army`), else itself."""
        if not party.is_object or party.actor_id is not None:
            return party
        at = party.end
        if not self.has_role(at, "genitive"):
            return party
        while self.has_role(at, "genitive", "determiner"):
            at += 1
        owner = self.party_at[at] if at < len(self.party_at) else None
        return owner if owner is not None and owner.group != "place" and not owner.is_object else party

    def is_comma(self, at: int) -> bool:
        """Whether the token is a comma of any script."""
        return 0 <= at < len(self.tokens) and self.tokens[at].text in _COMMAS

    def is_capital(self, at: int) -> bool:
        """Whether a token has a capital that says something."""
        return self.tokens[at].is_capital and not self.shouted

    def is_hard_mark(self, at: int) -> bool:
        """Whether the token ends a clause for sure."""
        return self.tokens[at].text in _HARD_MARKS and at not in self.soft_marks


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
            reading.roles[at] = reading.roles[at] | {function.value.role}
    _read_genitive_articles(reading)
    reading.modality = lexicon.modality.find(tokens)
    reading.accounting = lexicon.accounting.find(tokens)
    reading.instruments = lexicon.instruments.find(tokens)
    reading.quoted = _quoted(tokens)
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
    reading.soft_marks = _soft_marks(reading)
    reading.parties = _chunk(reading, names)
    reading.party_at = [None] * len(tokens)
    for party in reading.parties:
        for at in range(party.start, party.end):
            reading.party_at[at] = party
    if lexicon.settings.word_order == "v2":
        reading.clauses = _split_clauses(reading)
    return reading


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
    for at in range(len(tokens)):
        if not reading.has_role(at, "genitive_article"):
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
        if token.text in _OPEN_QUOTES and not inside:
            inside = True
        elif token.text in _CLOSE_QUOTES:
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
            return replace(
                number,
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
        if token.text not in _OPEN_QUOTES or start in soft or start + 1 >= len(tokens):
            continue
        end = next((at for at in range(start + 1, len(tokens)) if tokens[at].text in _CLOSE_QUOTES), None)
        if end is None:
            continue
        inner = range(start + 1, end)
        is_part = cased and tokens[start + 1].is_word and not tokens[start + 1].is_capital
        is_name = len(inner) <= _MAX_QUOTED and not any(reading.verb_at[at] or reading.is_comma(at) for at in inner)
        if is_part or is_name:
            soft |= {start, end}
    return frozenset(soft)


def _inside(trigger: Match[Any], longer: Mapping[int, Match[Any]]) -> bool:
    """Whether a trigger is only a part of a longer name, noun or function word: `Strike Force`, `in retaliation for`."""
    return any(
        match.start <= trigger.start
        and trigger.end <= match.end
        and match.end - match.start > trigger.end - trigger.start
        for match in longer.values()
    )


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
    if not tokens[trigger.start].is_capital or tokens[trigger.start - 1].text in _OPEN_QUOTES:
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
    at = 0
    while at < len(tokens):
        found = [
            match
            for match in reading.lexicon.names.match_at(tokens, at)
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
            at = found[0].end
        else:
            at += 1
    return out


def is_all_capitals(text: str) -> bool:
    """Whether a text is set in capitals, so that they mark nothing (older agency copy, headlines)."""
    letters = sum(map(str.isalpha, text))
    return letters >= 8 and sum(map(str.isupper, text)) > 0.7 * letters


class _Chunker:
    """Builds the parties of one sentence from left to right."""

    def __init__(self, reading: Reading, names: dict[int, Match[ActorName]]) -> None:
        self.reading = reading
        self.tokens = reading.tokens
        self.names = names
        self.nouns = {match.start: match for match in reversed(reading.lexicon.nouns.find(reading.tokens))}
        self.numbers = {number.start_token: number for number in reading.numbers}
        self.blocked = reading.dated
        self.triggers = {at: match for match in reading.triggers for at in range(match.start, match.end)}
        self.attributed = {at for match in reading.attributions for at in range(match.start, match.end)}
        settings = reading.lexicon.settings
        self.places = reading.places
        self.extends_left = settings.modifiers != "after"
        self.cased = settings.capitals != "none" and not reading.shouted
        self.capital_nouns = settings.capitals == "nouns"
        self.after = settings.modifiers in ("after", "both")

    def may_begin(self, at: int) -> bool:
        """Whether an element could begin at a token: the quick look, since none does at most tokens."""
        if at in self.names or at in self.nouns or self.reading.shouted:
            return True
        return self.cased and self.tokens[at].is_capital

    def element(self, at: int) -> tuple[str, int]:
        """Returns the kind and end of the element that begins at a token: A name, N noun, C capitalised, or none."""
        if at >= len(self.tokens) or at in self.blocked:
            return "", at
        name, noun = self.names.get(at), self.nouns.get(at)
        if name and (noun is None or name.end >= noun.end):
            return "A", name.end
        trigger = self.triggers.get(at)
        is_part = trigger is not None and noun is not None and noun.end <= trigger.end
        if trigger is not None and trigger.value.form != "verb":
            is_part = is_part and not self.after and trigger.start < at < trigger.end - 1  # joint military exercises
        if noun and not is_part:
            return "N", noun.end
        if self.cased and self._is_capitalised(at):
            end = at + 1
            while end < len(self.tokens) and end - at < _MAX_NAME and self._continues_name(end):
                end += 1
            return "C", end
        if self.reading.shouted:
            end = self._person_end(at)
            if end > at:
                return "C", end
        return "", at

    def _person_end(self, at: int) -> int:
        """Returns the end of a person's name in text set in capitals; where it starts, if there is none.

        A name is a given name and what follows it: more names, initials, particles, and surnames that no list has.
        """
        persons = self.reading.lexicon.persons
        first = self.tokens[at].norm
        is_titled = at > 0 and any(noun.end == at and noun.value.group in _TITLED for noun in self.nouns.values())
        if not self._may_be_name(at) or not (first in persons.given or (is_titled and first in persons.surnames)):
            return at
        end, has_surname = at + 1, first not in persons.given
        while end < len(self.tokens) and end - at < _MAX_NAME:
            next_ = end
            while next_ < len(self.tokens) and self.tokens[next_].norm in persons.particles:
                next_ += 1
            if next_ >= len(self.tokens) or not self._may_be_name(next_):
                break
            norm = self.tokens[next_].norm
            is_known = norm in persons.given or norm in persons.surnames
            if not is_known and self.tokens[next_].kind == "word" and has_surname and not self._closes_name(next_ + 1):
                break
            has_surname = has_surname or (norm not in persons.given and self.tokens[next_].kind == "word")
            end = next_ + 1
        if any(p.start_token < at < p.end_token or (p.start_token == at and p.end_token >= end) for p in self.places):
            return at
        return end if end - at > 1 or is_titled else at

    def _may_be_name(self, at: int) -> bool:
        """Whether a word is in no lexicon, or is an initial."""
        if self.tokens[at].kind == "abbreviation":
            return len(self.tokens[at].norm.strip(".")) == 1
        return self.is_unknown(at) and at not in self.names and at not in self.nouns

    def _closes_name(self, at: int) -> bool:
        """Whether a name ends before a token: at a mark, a verb, or a word that is no part of one."""
        return at >= len(self.tokens) or not self.is_unknown(at)

    def _is_capitalised(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind not in ("word", "abbreviation") or not token.is_capital or self.reading.roles[at]:
            return False
        if at in self.triggers or at in self.numbers or at in self.attributed:
            return False
        if self.capital_nouns and not self._is_proper(at):
            return False
        if at == 0 or self.tokens[at - 1].text in _OPEN_QUOTES:
            return self._opens_as_name(at)
        return True

    def _opens_as_name(self, at: int) -> bool:
        """Whether the first word of a sentence, which has a capital anyway, is a name by what follows it."""
        reading, tokens = self.reading, self.tokens
        if at + 1 >= len(tokens):
            return False
        if len(tokens[at].text) > 1 and tokens[at].text.isupper():
            return True
        following = at + 1
        if tokens[following].is_capital and following not in self.blocked:
            return True
        if reading.has_role(following, "possessive"):
            return True
        joined = following
        while reading.is_comma(joined) and joined + 2 < len(tokens) and tokens[joined + 1].is_capital:
            joined += 2  # Kedah, Perlis and Johor
        if reading.has_role(joined, "and") and (joined == following or joined > following + 2):
            joined = self._skip_determiners(joined + 1)
            return (
                joined < len(tokens)
                and joined not in self.blocked
                and (tokens[joined].is_capital or joined in self.nouns)
            )
        while following < len(tokens) and (
            following in self.blocked
            or (following + 1 in self.blocked and reading.has_role(following, "target", "locative"))
        ):
            following += 1  # Kedah on Thursday signed
        return following < len(tokens) and (
            reading.verb_at[following]
            or reading.has_role(following, "auxiliary", "passive_auxiliary", "light_active", "light_passive")
        )

    def _is_proper(self, at: int) -> bool:
        """Whether a capital marks a name where every noun has one: beside another capital, or in capitals only."""

        def is_word(at: int) -> bool:
            return (
                0 <= at < len(self.tokens)
                and self.tokens[at].is_word
                and self.tokens[at].is_capital
                and not self.reading.roles[at]
                and at not in self.blocked
                and at not in self.triggers
                and at not in self.numbers
            )

        word = self.tokens[at].text
        return is_word(at - 1) or is_word(at + 1) or (len(word) > 1 and word.isupper())

    def _continues_name(self, at: int) -> bool:
        token = self.tokens[at]
        if at in self.blocked or at in self.names or at in self.nouns:
            return False
        if token.text in ("-", "\u2019", "'") and at + 1 < len(self.tokens):
            return (
                (self.tokens[at + 1].is_capital or self._is_particle(at + 1))
                and self.tokens[at - 1].end == token.start
                and self.tokens[at + 1].start == token.end
            )
        if self._is_particle(at):
            after = at + 1
            while self._is_particle(after) or (after < len(self.tokens) and self.tokens[after].text == "-"):
                after += 1
            return after < len(self.tokens) and self.tokens[after].is_capital and after not in self.blocked
        return token.kind in ("word", "abbreviation") and token.is_capital and at not in self.triggers

    def skip_described(self, at: int) -> int:
        """Returns where the words that describe a name begin, its determiner first: `the once mighty Sparta`."""
        first = at
        while first > 0 and at - first < _MAX_MODIFIERS and self.is_modifier(first - 1):
            first -= 1
        return first - 1 if first < at and self.reading.has_role(first - 1, "determiner") else at

    def _skip_determiners(self, at: int) -> int:
        """Skips determiners and the modifiers that stand between them and a noun."""
        first = at
        while self.reading.has_role(at, "determiner"):
            at += 1
        return self._skip_unknown(at) if at > first else at

    def _is_particle(self, at: int) -> bool:
        """Whether a token may stand small within a name: Hamid bin Ali, Omar al-Sayed."""
        return self.reading.has_role(at, "particle")

    def _is_place(self, at: int) -> bool:
        """Whether a place name begins at a token."""
        return any(place.start_token == at for place in self.reading.places)

    def is_unknown(self, at: int) -> bool:
        """Whether a token is a plain word of no known class."""
        return (
            at < len(self.tokens)
            and self.tokens[at].kind == "word"
            and not self.reading.roles[at]
            and at not in self.blocked
            and at not in self.triggers
            and not self.reading.verb_at[at]
            and at not in self.attributed
            and at not in self.numbers
        )

    def is_modifier(self, at: int) -> bool:
        """Whether an unknown word may be an adjective: by its ending, where the language's adjectives have one."""
        endings = self.reading.lexicon.settings.modifier_endings
        return self.is_unknown(at) and (not endings or self.tokens[at].norm.endswith(endings))

    def build(self, start: int) -> Party | None:
        """Builds the party that begins at a token, if one does."""
        kind, end = self.element(start)
        if not kind:
            return None
        party = Party(start, end)
        self._take(party, kind, start)
        while True:
            grown = self._grow(party)
            if not grown:
                break
        return party

    def _take(self, party: Party, kind: str, at: int) -> None:
        """Lets an element decide what the party is."""
        if kind == "A":
            name = self.names[at]
            is_state = len(name.value.actor_id) == _STATE_ID
            weaker = (
                party.name is not None
                and (is_state or name.value.kind == "demonym" or not self.after)
                and (party.name.value.kind != "demonym" or name.value.kind == "demonym")
            )
            if not weaker:
                party.name, party.actor_id, party.name_kind = name, name.value.actor_id, name.value.kind
            if not party.group:
                party.group = "name"
        elif kind == "N":
            noun = self.nouns[at]
            if party.noun is None or not self.after:
                party.noun = noun
                party.group, party.sector = noun.value.group, noun.value.sector
                party.claimant_type = noun.value.claimant_type
        else:
            party.is_named = True
            if not party.group:
                party.group = "unknown"

    def _begins_anew(self, party: Party, kind: str, at: int) -> bool:
        """Whether an element right behind a party is another party.

        It is where it carries a conjunction or an adposition, or stands where modifiers follow their noun and is none.
        """
        lexicon = self.reading.lexicon
        if lexicon.settings.clitics and _clitic_classes(
            lexicon, lexicon.nouns if kind == "N" else lexicon.names, self.tokens[at].norm
        ):
            return True
        if self.capital_nouns and kind == "N" and not self.tokens[at].is_capital and party.name_kind != "demonym":
            return party.name is not None
        last, settings = self.reading.roles[at - 1], lexicon.settings
        if settings.adpositions != "before" and (
            last & _CASES or ("genitive" in last and kind != "N")
        ):  # a noun in such a case owns nothing behind it: "askerlerinin | Gazze'de"
            return True
        if kind != "A" and settings.closing_endings and self.tokens[at - 1].norm.endswith(settings.closing_endings):
            return True
        if settings.modifiers != "after":
            return False
        if kind == "A" and self.names[at].value.kind == "demonym":
            return False
        if party.name is not None and party.name_kind != "demonym" and (kind == "N" or party.noun is None):
            return True
        return kind == "N" and party.group == "object" and self.nouns[at].value.group != "object"

    def _grow(self, party: Party) -> bool:
        """Extends the party by one element to the right; returns whether it did."""
        reading, at = self.reading, party.end
        tokens = self.tokens
        if at >= len(tokens):
            return False
        kind, end = self.element(at)
        if kind and self._begins_anew(party, kind, at):
            return False
        is_called = self.capital_nouns and not any(place.start_token == at for place in reading.places)
        if kind and not (kind == "C" and party.group == "object" and not is_called):
            party.end = end
            self._take(party, kind, at)
            return True
        # Turkish-backed factions, NATO-member Norway
        if tokens[at].text == "-" and at + 2 < len(tokens) and tokens[at].start == tokens[at - 1].end:
            kind, end = self.element(at + 2)
            if kind and tokens[at + 1].kind == "word":
                party.end = end
                self._take(party, kind, at + 2)
                return True
        if reading.has_role(at, "possessive"):
            target = self._skip_unknown(at + 1)
            kind, end = self.element(target)
            if kind:
                party.end = end
                self._take(party, kind, target)
                return True
            party.possessive = True
            party.end = at + 1
            return False
        if reading.has_role(at, "genitive"):
            target = at + 1
            while reading.has_role(target, "determiner", "genitive"):
                target += 1
            target = self._skip_unknown(target) if party.noun else target
            kind, end = self.element(target)
            if kind and party.group != "object":
                keep = (party.group, party.sector, party.claimant_type, party.noun)
                party.end = end
                self._take(party, kind, target)
                if keep[3] is not None:
                    party.group, party.sector, party.claimant_type, party.noun = keep
                return True
        if reading.has_role(at, "source") and party.noun is not None and party.group in ("rebel", "criminal", "force"):
            target = at + 1
            while reading.has_role(target, "determiner"):
                target += 1
            kind, end = self.element(target)
            name = self.names.get(target)
            is_subject = not any(reading.verb_at[: party.start])  # withdrew troops from Syria: no origin
            if (
                kind == "A"
                and name is not None
                and name.value.kind in ("name", "alias", "abbreviation")
                and (is_subject or len(name.value.actor_id) > _STATE_ID)
            ) or (kind == "C" and is_subject and not self._is_place(target)):
                keep = (party.group, party.sector, party.claimant_type, party.noun)
                party.end = end
                self._take(party, kind, target)
                party.group, party.sector, party.claimant_type, party.noun = keep
                return True
        # adjectives of no known class between a demonym and its noun
        if party.is_adjective or (self.after and party.noun is not None and party.name is None):
            target = self._skip_unknown(at, limit=1)
            kind, end = self.element(target)
            wanted = "A" if self.after and party.noun is not None else "N"
            if target > at and kind == wanted:
                party.end = end
                self._take(party, kind, target)
                return True
        # two names and a number: the army's [two] soldiers, where modifiers stand before
        number = self.numbers.get(at)
        if (
            number is not None
            and not self.after
            and not self.capital_nouns
            and party.name is not None
            and tokens[at].kind != "number_word"
        ):
            target = number.end_token
            while reading.has_role(target, "classifier"):
                target += 1
            kind, end = self.element(target)
            if kind == "N" and target > number.end_token:
                party.end = end
                self._take(party, kind, target)
                return True
        # a name in quotation marks: the movement "M23"
        if tokens[at].text in _OPEN_QUOTES and at in reading.soft_marks:
            kind, end = self.element(at + 1)
            if kind and end < len(tokens) and end in reading.soft_marks:
                self._take(party, kind, at + 1)
                party.end = end + 1
                return True
            close = next((k for k in range(at + 1, len(tokens)) if k in reading.soft_marks), None)
            if close is not None and party.noun is not None and party.group not in ("object", "person"):
                party.end, party.is_named = close + 1, True
                return True
        if at in reading.soft_marks and tokens[at].text in _CLOSE_QUOTES and party.start - 1 in reading.soft_marks:
            party.end = at + 1  # a name in quotation marks first: "Movement" fighters
            return True
        # an abbreviation in brackets belongs to the name before it, and so does the name before an abbreviation
        if tokens[at].text in OPEN_BRACKETS and at + 2 < len(tokens):
            close = next(
                (k for k in range(at + 1, min(at + _MAX_QUOTED, len(tokens))) if tokens[k].text in CLOSE_BRACKETS),
                None,
            )
            if (
                close is not None
                and close > at + 1
                and self.element(at + 1)[0] in ("A", "C")
                and self.element(at + 1)[1] == close
            ):
                if party.name is None and self.element(at + 1)[0] == "A":
                    self._take(party, "A", at + 1)
                party.end = close + 1
                return True
        return False

    def _skip_unknown(self, at: int, limit: int = _MAX_MODIFIERS) -> int:
        """Skips modifiers of no known class, if an element follows them."""
        for count in range(limit + 1):
            if self.element(at + count)[0]:
                return at + count
            if not (self.is_modifier(at + count) or self.reading.has_role(at + count, "additional", "determiner")):
                break
        return at


def _chunk(reading: Reading, names: dict[int, Match[ActorName]]) -> list[Party]:
    """Returns the parties of a sentence, from left to right."""
    chunker = _Chunker(reading, names)
    parties: list[Party] = []
    at = 0
    while at < len(reading.tokens):
        party = chunker.build(at) if chunker.may_begin(at) else None
        if party is None:
            at += 1
            continue
        _finish(reading, chunker, party, parties)
        parties.append(party)
        at = max(party.end, at + 1)
    _undo_commas(reading, parties)
    _free_speakers(reading, parties)
    _resolve_possessives(reading, parties)
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


def _resolve_possessives(reading: Reading, parties: list[Party]) -> None:
    """Gives `its forces` the registry id of the nearest named party before it."""
    for number, party in enumerate(parties):
        if party.actor_id is None and party.start > 0 and reading.has_role(party.start - 1, "possessive_pronoun"):
            owner = next((p for p in reversed(parties[:number]) if p.actor_id is not None), None)
            if owner is not None and party.group in ("force", "official", "police", "intelligence", "object"):
                party.actor_id = owner.actor_id


def _finish(reading: Reading, chunker: _Chunker, party: Party, before: list[Party]) -> None:
    """Adds modifiers, number, adposition, conjunction and the words to a new party."""
    tokens = reading.tokens
    floor = before[-1].end if before else 0
    start = party.start
    if chunker.extends_left and start in chunker.nouns and start not in chunker.names:
        taken = 0
        while (
            start > floor
            and taken < _MAX_MODIFIERS
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
    _attach_adposition(reading, party, left, floor)
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
        or tokens[end - 1].text in _CLOSE_QUOTES
    ):
        end -= 1
    opened = next((at for at in range(end - 1, party.start, -1) if tokens[at].text in BRACKETS), None)
    if opened is not None and tokens[opened].text in OPEN_BRACKETS:
        end = opened  # what stands in brackets at the end is another name of the same
    party.char_start, party.char_end = tokens[party.start].start, tokens[end - 1].end
    offset = reading.sentence.start
    party.text = reading.sentence.text[party.char_start - offset : party.char_end - offset]
    if before:
        last = before[-1]
        if party.noun is None:
            left = chunker.skip_described(left)
        gap = [at for at in range(last.end, left) if at not in reading.soft_marks]
        if not gap and last.end == left and "and" in _clitic_roles(reading, party, left):
            party.previous = last
            if not party.role:
                party.role, party.shares_role = last.role, True
        joined = [at for at in gap if reading.has_role(at, "and") or reading.is_comma(at)]
        if gap and len(joined) == len(gap) and not last.possessive and len(gap) <= 2:
            party.previous = last
            if not party.role:
                party.role, party.shares_role = last.role, True


def _clitic_roles(reading: Reading, party: Party, left: int) -> frozenset[str]:
    """Returns the classes of the adposition or conjunction that is written onto a party's first word."""
    lexicon = reading.lexicon
    if not lexicon.settings.clitics:
        return frozenset()
    for at in dict.fromkeys((left, party.start)):
        index = lexicon.nouns if party.noun is not None and party.noun.start == at else lexicon.names
        found = _clitic_classes(lexicon, index, reading.tokens[at].norm)
        if found:
            return found
    return frozenset()


def _clitic_classes(lexicon: Lexicon, index: PatternIndex[Any], norm: str) -> frozenset[str]:
    """Returns the classes of the function word that is written onto a word."""
    clitic = index.clitic_of(norm)
    while clitic:
        found = lexicon.functions.match_at([Token(clitic, clitic, 0, len(clitic), "word")], 0)
        if found:
            return frozenset(match.value.role for match in found)
        clitic = clitic[:-1]
    return frozenset()


def _attach_adposition(reading: Reading, party: Party, left: int, floor: int = 0) -> None:
    """Reads the class of the adposition of a party, before or after it as the language has it."""
    adpositions = (
        "agent",
        "target",
        "dative",
        "genitive",
        "locative",
        "source",
        "between",
        "accusative_marker",
        "topic",
    )
    where = reading.lexicon.settings.adpositions
    for _ in range(_MAX_MODIFIERS + 1):  # modifiers of no known class between: to war-torn Mozambique
        token = reading.tokens[left - 1] if left > 0 else None
        if left <= floor:
            break
        if left - 1 in reading.dated:
            return  # the adposition before a date is the date's
        if token is None or reading.roles[left - 1] or reading.verb_at[left - 1] or left - 1 in reading.number_ends:
            break
        if not (token.text == "-" or (token.kind in ("word", "ideograph") and not reading.is_capital(left - 1))) or any(
            t.start <= left - 1 < t.end for t in reading.triggers
        ):
            break
        left -= 1
    if left - 1 in reading.dated:
        return
    if any(t.start <= left - 1 < t.end and t.value.form == "verb" for t in reading.triggers):
        return  # an adposition within a verb is the verb's: arrived in Amman
    if where in ("before", "both") and left > floor:
        party.role = next((role for role in adpositions if role in reading.roles[left - 1]), "")
    for at in (party.end, party.end - 1):
        if not party.role and where in ("after", "both") and at < len(reading.roles):
            party.role = next((role for role in adpositions if role in reading.roles[at]), "")
    if reading.has_role(party.end, "locative_after") and party.role != "dative":
        party.role = "locative"
    if not party.role:
        clitic = _clitic_roles(reading, party, left)
        party.role = next((role for role in adpositions if role in clitic), "")
    if not party.role and reading.lexicon.settings.agent_endings:
        match = party.noun or party.name
        word = reading.tokens[match.end - 1].norm if match is not None else ""
        if any(
            word.endswith(ending) and len(word) - len(ending) >= _STEM
            for ending in reading.lexicon.settings.agent_endings
        ):
            party.role = "agent"
