"""Where a party begins and ends: names, nouns and capitalised words that grow into one noun phrase.

What belongs here: which words can be an element of a party, and whether the next one still belongs to it. What does
not: what the party stands in (adpositions.py), and what parties are to each other (parties.py).
"""

from collections.abc import Iterable

from pipeline.extract.adpositions import CASES, MAX_MODIFIERS, clitic_classes
from pipeline.extract.lexicon import ActorName
from pipeline.extract.patterns import Match
from pipeline.extract.reading import (
    CLOSE_BRACKETS,
    CLOSE_QUOTES,
    MAX_QUOTED,
    OPEN_BRACKETS,
    OPEN_QUOTES,
    Party,
    Reading,
)

STATE_ID = 3  # letters of an ISO 3166-1 alpha-3 code
_WHERE = ("locative", "target", "source", "between")  # adpositions; one may be spelt like a noun: Arabic before, imam
_MAX_NAME = 6  # tokens of an unknown capitalised name
_ACTING = frozenset(("force", "police", "rebel", "criminal", "protesters", "group"))  # nouns of those who act on others
_ACTED_ON = frozenset(("person", "civilian", "protesters", "rebel", "criminal", "object"))  # of what is acted on
_TITLED = frozenset(("official", "force", "police", "civilian", "rebel", "criminal"))  # nouns that stand before names


class Chunker:
    """Builds the parties of one sentence from left to right."""

    def __init__(self, reading: Reading, names: dict[int, Match[ActorName]]) -> None:
        self.reading = reading
        self.tokens = reading.tokens
        self.names = names
        self.nouns = {
            match.start: match
            for match in reversed(reading.lexicon.nouns.find(reading.tokens))
            if not (match.end - match.start == 1 and reading.has_role(match.start, *_WHERE))
        }
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

    def openings(self) -> Iterable[int]:
        """Returns the tokens at which an element could begin: the quick look, since none does at most tokens."""
        if self.reading.shouted:
            return range(len(self.tokens))
        capitals = [at for at, token in enumerate(self.tokens) if token.is_capital] if self.cased else ()
        return sorted({*self.names, *self.nouns, *capitals})

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
        if at == 0 or self.tokens[at - 1].text in OPEN_QUOTES:
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
        while first > 0 and at - first < MAX_MODIFIERS and self.is_modifier(first - 1):
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
            is_state = len(name.value.actor_id) == STATE_ID
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

    def _is_state(self, at: int) -> bool:
        """Whether the name of a state begins at a token, as a noun."""
        name = self.names.get(at)
        return name is not None and len(name.value.actor_id) == STATE_ID and name.value.kind != "demonym"

    def _begins_anew(self, party: Party, kind: str, at: int) -> bool:
        """Whether an element right behind a party is another party.

        It is where it carries a conjunction or an adposition, or stands where modifiers follow their noun and is none.
        """
        lexicon = self.reading.lexicon
        if lexicon.settings.clitics and clitic_classes(
            lexicon, lexicon.nouns if kind == "N" else lexicon.names, self.tokens[at].norm
        ):
            return True
        if self.capital_nouns and kind == "N" and not self.tokens[at].is_capital and party.name_kind != "demonym":
            return party.name is not None
        last, settings = self.reading.roles[at - 1], lexicon.settings
        is_noun = party.noun is not None or (party.name is not None and party.name_kind != "demonym")
        if settings.adpositions == "after" and is_noun and self._is_state(at):
            return True  # modifiers stand before, and what a state owns has another case: the drone | Lebanon's
        if settings.adpositions != "before" and (
            last & CASES or ("genitive" in last and kind != "N")
        ):  # a noun in such a case owns nothing behind it: "askerlerinin | Gazze'de"
            return True
        if kind != "A" and settings.closing_endings and self.tokens[at - 1].norm.endswith(settings.closing_endings):
            return True
        if settings.modifiers != "after":
            return False
        if kind == "N" and self._is_marked_object(party, at):
            return True
        if kind == "A" and self.names[at].value.kind == "demonym":
            return False
        if kind == "N" and party.noun is not None and party.name is not None and party.name_kind == "demonym":
            return party.name.end == at  # an adjective ends its phrase: the Iranian ministry | the ambassador
        if party.name is not None and party.name_kind != "demonym" and (kind == "N" or party.noun is None):
            return True
        if settings.word_order == "sov":
            return False  # a hospital | for children: the verb is last, so what follows a thing at once is its own
        return kind == "N" and party.group == "object" and self.nouns[at].value.group != "object"

    def _is_marked_object(self, party: Party, at: int) -> bool:
        """Whether a noun is the object of those that stand right before it: Persian `police | crowds OBJ`."""
        if party.group not in _ACTING or self.nouns[at].value.group not in _ACTED_ON:
            return False
        end = self.nouns[at].end
        while self.element(end)[0]:
            end = self.element(end)[1]
        named = end + (MAX_MODIFIERS if self.nouns[at].value.group == "object" else 0)  # rebels | the town of El Fasher
        while end < min(named, len(self.tokens) - 1) and not self.reading.roles[end]:
            end += 1
        return self.reading.has_role(end, "accusative_after")

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
            settings = self.reading.lexicon.settings
            is_other = settings.adpositions == "after" and self._is_state(target)
            if settings.relative_before and kind == "N" and party.group == "object":
                is_aimed = any(self.reading.has_role(party.start - k, "target", "dative", "agent") for k in (1, 2, 3))
                is_other = not is_aimed and self.nouns[target].value.group != "object"  # who burnt cars: no thing's men
            if kind and not is_other:
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
                and (is_subject or len(name.value.actor_id) > STATE_ID)
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
        if tokens[at].text in OPEN_QUOTES and at in reading.soft_marks:
            kind, end = self.element(at + 1)
            if kind and end < len(tokens) and end in reading.soft_marks:
                self._take(party, kind, at + 1)
                party.end = end + 1
                return True
            close = next((k for k in range(at + 1, len(tokens)) if k in reading.soft_marks), None)
            if close is not None and party.noun is not None and party.group not in ("object", "person"):
                party.end, party.is_named = close + 1, True
                return True
        if at in reading.soft_marks and tokens[at].text in CLOSE_QUOTES and party.start - 1 in reading.soft_marks:
            party.end = at + 1  # a name in quotation marks first: "Movement" fighters
            return True
        # an abbreviation in brackets belongs to the name before it, and so does the name before an abbreviation
        if tokens[at].text in OPEN_BRACKETS and at + 2 < len(tokens):
            close = next(
                (k for k in range(at + 1, min(at + MAX_QUOTED, len(tokens))) if tokens[k].text in CLOSE_BRACKETS),
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

    def _skip_unknown(self, at: int, limit: int = MAX_MODIFIERS) -> int:
        """Skips modifiers of no known class, if an element follows them."""
        for count in range(limit + 1):
            if self.element(at + count)[0]:
                return at + count
            if not (self.is_modifier(at + count) or self.reading.has_role(at + count, "additional", "determiner")):
                break
        return at
