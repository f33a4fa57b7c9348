"""Incidents from quotations: what another reader points at in an article, read by the same words and rules.

What belongs here: statements, whose every field is words of the article, and how they become incidents: the numbers,
dates, places and actors of the quoted words are those that this package reads in them, never the reader's own. What
does not: who the reader is and how it is asked (pipeline/llm).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pipeline.extract.claims import Count, Incident
from pipeline.extract.lexicon import Attribution, Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Claimant
from schemas.vocabulary import ACCOUNTINGS, CLAIM_MODES, METRICS

_RULE: Final = "quoted"


@dataclass(frozen=True)
class StatedQuantity:
    """A number as it was pointed at.

    Attributes:
        metric: What it counts, a code of the contract.
        words: The words of the number.
        affected: The words for those it counts, or None.
        accounting: increment, cumulative, stock or unknown.
    """

    metric: str
    words: str
    affected: str | None
    accounting: str


@dataclass(frozen=True)
class Statement:
    """One incident as one sentence tells it. All but the codes are words of the article, letter by letter.

    Attributes:
        sentence: The sentence.
        action: A code of the actions.
        action_words: The words that tell the act.
        mode: A code of the claim modes.
        actors: Who did it.
        recipients: To whom it was done.
        quantities: The numbers.
        date_words: When, or None.
        place_words: Where, or None.
        claimant_words: Who says so, or None.
    """

    sentence: str
    action: str
    action_words: str
    mode: str
    actors: Sequence[str]
    recipients: Sequence[str]
    quantities: Sequence[StatedQuantity]
    date_words: str | None
    place_words: str | None
    claimant_words: str | None


class Quotations:
    """Finds quoted words in an article and what they say.

    Args:
        text: The article's text.
        readings: Its sentences with what the extractor finds in them, in order.
        families: Families of each action.
    """

    def __init__(self, text: str, readings: Sequence[Reading], families: Mapping[str, frozenset[str]]) -> None:
        self._text = text
        self._readings = readings
        self._families = families
        #: Fields that were left out, by name: their words are not in the article, or say nothing there.
        self.dropped: Counter[str] = Counter()

    def read(self, statements: Sequence[Statement]) -> list[Incident]:
        """Returns the incidents of the statements whose sentence, action and codes hold; the others are dropped."""
        made = [self._incident(statement) for statement in statements]
        return [incident for incident in made if incident is not None]

    def _incident(self, said: Statement) -> Incident | None:
        at = self._text.find(said.sentence) if said.sentence.strip() else -1
        if at < 0 or said.action not in self._families or said.mode not in CLAIM_MODES:
            self.dropped["statement"] += 1
            return None
        span = (at, at + len(said.sentence))
        words = self._find(said.action_words, span)
        reading = self._reading_at(words[0]) if words else None
        if words is None or reading is None:
            self.dropped["statement"] += 1
            return None
        start, end = _tokens(reading, words)
        trigger = Match(start, end, Trigger(said.action, "verb", "active", "", "strong", said.action_words))
        claimant = self._claimant(said, span)
        incident = Incident(
            action=said.action,
            family_set=self._families[said.action],
            mode=said.mode,
            reading=reading,
            trigger=trigger,
            strength="strong",
            actors=self._parties("actor", said.actors, span),
            recipients=self._parties("recipient", said.recipients, span),
            claimant=claimant,
            rules={"action": _RULE, "roles": _RULE},
            triggers=[trigger],
            readings={reading.sentence.index: reading},
        )
        incident.date = self._mention("date", said.date_words, span, lambda r: r.dates)
        incident.place = self._mention("place", said.place_words, span, lambda r: r.places)
        for quantity in said.quantities:
            self._count(incident, quantity, span)
        return incident

    def _count(self, incident: Incident, said: StatedQuantity, span: tuple[int, int]) -> None:
        """Adds a number that the article's words say: one that this package reads in them."""
        found = self._mention("quantity", said.words, span, lambda r: r.numbers)
        if found is None or said.metric not in METRICS or said.accounting not in ACCOUNTINGS:
            return
        affected = self._parties("affected", [said.affected] if said.affected else [], span)
        reading = self._reading_at(found.char_start)
        # The row's quote is of the number's sentence; the trigger stands in it only where that is the incident's.
        if reading is not incident.reading:
            self.dropped["quantity"] += 1
            return
        incident.counts.append(
            Count(said.metric, found, found.low, found.best, found.high, found.bound, found.text, found.char_start,
                  found.char_end, affected[0] if affected else None, incident.trigger, reading, incident.claimant,
                  said.accounting, _RULE)
        )  # fmt: skip

    def _claimant(self, said: Statement, span: tuple[int, int]) -> Claimant | None:
        party = self._parties("claimant", [said.claimant_words] if said.claimant_words else [], span)
        if not party:
            return None
        return Claimant(party[0], "asserted", Match(0, 0, Attribution("say", "asserted")), _RULE)

    def _parties(self, field: str, quoted: Sequence[str], span: tuple[int, int]) -> list[Party]:
        """Returns the quoted parties: each with the name and kind that the extractor reads in its words."""
        parties = []
        for words in quoted:
            found = self._find(words, span)
            reading = self._reading_at(found[0]) if found else None
            if found is None or reading is None:
                self.dropped[field] += 1
                continue
            start, end = _tokens(reading, found)
            inside = [p for p in reading.parties if p.char_start < found[1] and found[0] < p.char_end]
            known = max(inside, key=lambda p: (min(p.end, end) - max(p.start, start), -p.start), default=None)
            base = known or Party(start, end, group="unknown")
            parties.append(replace(base, text=words, char_start=found[0], char_end=found[1], previous=None))
        return parties

    def _mention(
        self, field: str, words: str | None, span: tuple[int, int], of: Callable[[Reading], Sequence[Any]]
    ) -> Any:
        """Returns what the extractor reads in quoted words; None, and a dropped field, where that is nothing."""
        if words is None:
            return None
        found = self._find(words, span)
        reading = self._reading_at(found[0]) if found else None
        if found is not None and reading is not None:
            for mention in of(reading):
                if mention.char_start < found[1] and found[0] < mention.char_end:
                    return mention
        self.dropped[field] += 1
        return None

    def _find(self, words: str, span: tuple[int, int]) -> tuple[int, int] | None:
        """Returns where words stand: in the sentence of the statement, else where the article first has them."""
        if not words.strip():
            return None
        at = self._text.find(words, *span)
        if at < 0:
            at = self._text.find(words)
        return (at, at + len(words)) if at >= 0 else None

    def _reading_at(self, at: int) -> Reading | None:
        return next((r for r in self._readings if r.sentence.start <= at < r.sentence.end), None)


def read_quoted(
    text: str, readings: Sequence[Reading], families: Mapping[str, frozenset[str]], statements: Sequence[Statement]
) -> tuple[list[Incident], Counter[str]]:
    """Returns the incidents of statements about an article, and how many fields of each name were dropped."""
    quotations = Quotations(text, readings, families)
    return quotations.read(statements), quotations.dropped


def _tokens(reading: Reading, span: tuple[int, int]) -> tuple[int, int]:
    """Returns the tokens that a span of characters touches, the end exclusive; at least one."""
    inside = [at for at, token in enumerate(reading.tokens) if token.start < span[1] and span[0] < token.end]
    return (inside[0], inside[-1] + 1) if inside else (0, 1)
