"""A sentence with everything that was found in it: its parties, its clauses, its triggers, numbers, dates and places.

What belongs here: the words for what a sentence holds, which all that read it share. What does not: finding any of it
(annotation.py, parties.py).
"""

from bisect import bisect_left
from dataclasses import dataclass, field

from pipeline.extract.dates import DateMention
from pipeline.extract.lexicon import ActorName, Attribution, Lexicon, Modality, Noun, Trigger
from pipeline.extract.numbers import Quantity
from pipeline.extract.patterns import Match
from pipeline.extract.places import PlaceMention
from pipeline.extract.text import Sentence, Token

OPEN_BRACKETS = frozenset("([\uff08")
CLOSE_BRACKETS = frozenset(")]\uff09")
BRACKETS = OPEN_BRACKETS | CLOSE_BRACKETS
OPEN_QUOTES = frozenset('"\u201c\u00ab\u300c\u201e\u300e')
CLOSE_QUOTES = frozenset('"\u201d\u00bb\u300d\u201c\u300f')
_HARD_MARKS = frozenset(";:()[]\u2014\u2013\uff1b\uff1a\uff08\uff09\u061b") | OPEN_QUOTES | CLOSE_QUOTES
_SEMICOLONS = frozenset(";\u061b\uff1b")
_COMMAS = frozenset(",\uff0c\u060c\u3001")
MAX_QUOTED = 10  # tokens of a quoted name or phrase: "Movement of ..."


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
    goods: list[Match[str]] = field(default_factory=list)  # what is given: relief, military help
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
    contrasts: list[int] | None = None  # see count_contrasts
    tokens: tuple[Token, ...] = field(init=False)  # the sentence's
    dated: frozenset[int] = field(init=False)  # tokens of dates
    number_ends: frozenset[int] = field(init=False)  # last tokens of numbers

    def __post_init__(self) -> None:
        self.tokens = self.sentence.tokens
        self.dated = frozenset(at for date in self.dates for at in range(date.start_token, date.end_token))
        self.number_ends = frozenset(number.end_token - 1 for number in self.numbers)

    def has_role(self, at: int, *roles: str) -> bool:
        """Whether the token at a position is a function word of one of the classes."""
        if 0 <= at < len(self.roles):
            here = self.roles[at]
            return bool(here) and not here.isdisjoint(roles)  # most words have no role
        return False

    def count_contrasts(self, start: int, end: int) -> int:
        """Returns how many words of contrast and semicolons stand from one token up to another."""
        if self.contrasts is None:  # looked for once: a sentence of many claimants asks at each trigger
            self.contrasts = [
                at for at, token in enumerate(self.tokens) if token.text in _SEMICOLONS or "contrast" in self.roles[at]
            ]
        return max(0, bisect_left(self.contrasts, end) - bisect_left(self.contrasts, start))

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

    def spread(self, parties: "list[Party]") -> "list[Party]":
        """Returns parties with those that are conjoined to their right."""
        out = list(parties)
        for party in self.parties:
            if party.previous is not None and party.previous in out and party not in out:
                out.append(party)
        return out

    def is_comma(self, at: int) -> bool:
        """Whether the token is a comma of any script."""
        return 0 <= at < len(self.tokens) and self.tokens[at].text in _COMMAS

    def is_capital(self, at: int) -> bool:
        """Whether a token has a capital that says something."""
        return self.tokens[at].is_capital and not self.shouted

    def is_hard_mark(self, at: int) -> bool:
        """Whether the token ends a clause for sure."""
        token = self.tokens[at]
        return token.kind == "mark" and token.text in _HARD_MARKS and at not in self.soft_marks
