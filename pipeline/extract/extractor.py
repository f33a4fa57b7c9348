"""The extractor: one article in, its claims and their evidence out.

What belongs here: the order of the steps. What does not: how any step works (relevance, text, reading, grammar,
telling, mentions, context, numbers, dates, places), reading files, or the clock.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipeline.extract import claims as building
from pipeline.extract.annotation import read_sentence, read_triggers
from pipeline.extract.claims import Incident
from pipeline.extract.context import Context, share_context
from pipeline.extract.dates import Dates
from pipeline.extract.grammar import ClauseGrammar, RoleFinder
from pipeline.extract.lexicon import Lexicon, Trigger
from pipeline.extract.mentions import Mentions
from pipeline.extract.numbers import Numbers
from pipeline.extract.patterns import Match
from pipeline.extract.persons import family_names, find_victims
from pipeline.extract.place_choice import disambiguate
from pipeline.extract.places import PlaceFinder, PlaceMention
from pipeline.extract.quoted import Statement, read_quoted
from pipeline.extract.reading import Reading
from pipeline.extract.registry import Registry
from pipeline.extract.relevance import Relevance, count_topics, may_speak_of_conflict
from pipeline.extract.roles import Claimant
from pipeline.extract.rows import RowWriter
from pipeline.extract.specific import is_specific
from pipeline.extract.speech import carry_on, goes_on, is_reported, says_again, says_that
from pipeline.extract.telling import Telling
from pipeline.extract.text import Sentence, split_dateline, split_sentences

#: Acts that people die of; the dead of a sentence are not those of an exchange of prisoners that it tells of.
_DEADLY_FAMILIES: Final = frozenset(
    ("armed", "remote", "seizure", "abuse", "property", "unrest", "detention", "coup", "blockade", "territory",
     "interception", "denial", "deployment")
)  # fmt: skip
_FIRST_YEAR: Final = 1600  # the first newspaper is of 1605
_DATELINE_PARAGRAPHS: Final = 3
_DATELINE_WEIGHT: Final = 3  # mentions of a country that a dateline in it is worth
_STORY: Final = 100  # incidents that are weighed against each other: a text that tells of more is many articles in one


@dataclass(frozen=True)
class Language:
    """Everything the extractor needs of one language."""

    lexicon: Lexicon
    numbers: Numbers
    dates: Dates


class Extractor:
    """Reads articles. Deterministic: the same article and lexicon always give the same rows.

    Args:
        languages: Language packs by BCP 47 primary tag.
        registry: Action families and actors.
        places: The place finder.
        version: Version of the code and lexicon, for `extractor_version`.
        roles: Who did what to whom; the clause grammar by default.
    """

    def __init__(
        self,
        languages: Mapping[str, Language],
        registry: Registry,
        places: PlaceFinder,
        version: str,
        roles: RoleFinder | None = None,
    ) -> None:
        self.languages = languages
        self.registry = registry
        self.places = places
        self.version = version
        self.roles: RoleFinder = roles or ClauseGrammar()
        self.mentions = Mentions(registry)
        self.context = Context(registry, self.mentions)
        self.relevance = Relevance(registry)
        self.telling = Telling(registry)

    # ------------------------------------------------------------------ relevance

    def is_relevant(self, text: str, language: str) -> bool:
        """Whether a text may speak of conflict; by any language's words where its own is unknown.

        It may if it holds a strong trigger, or another trigger beside a known actor or armed group, and the words
        of sport, business, accidents and the like do not outweigh them. Looser than `extract`, so that nothing that
        would give a claim is left out by it.
        """
        packs = [self.languages[language]] if language in self.languages else list(self.languages.values())
        return any(may_speak_of_conflict(text, pack.lexicon) for pack in packs)

    # ------------------------------------------------------------------ extraction

    def extract(self, article: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Reads one article.

        Args:
            article: article_id, language, text, title (or None), published (a date or None: the local day of
                publication, from which relative dates count).

        Returns:
            Rows of `claims` and of `claim_evidence`. Empty where the language has no pack or nothing is claimed.
        """
        pack = self.languages.get(article["language"])
        if pack is None:
            return [], []
        anchor = _anchor(article)
        incidents = self._incidents(pack, article["text"], article.get("title") or "", anchor)
        return RowWriter(self.registry, self.version, article, anchor).build(incidents)

    def extract_quoted(
        self, article: Mapping[str, Any], statements: Sequence[Statement], reader: str, version: str
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Counter[str]]:
        """Writes as claims what another reader points at in an article.

        Args:
            article: As for `extract`.
            statements: What it points at.
            reader: What it is called, for `extractor`.
            version: Its version, for `extractor_version`.

        Returns:
            Rows of `claims` and of `claim_evidence`, and how many fields of each name were dropped because their
            words are not in the article or say nothing there.
        """
        pack = self.languages.get(article["language"])
        if pack is None:
            return [], [], Counter({"statement": len(statements)})
        anchor, text = _anchor(article), article["text"]
        sentences = split_sentences(text, pack.lexicon.language, pack.lexicon.settings.apostrophe)
        triggers = [read_triggers(sentence, pack.lexicon) for sentence in sentences]
        readings = list(self._annotate(pack, zip(sentences, triggers, strict=True), anchor))
        self._choose_places(readings, None)
        incidents, dropped = read_quoted(text, readings, self.registry.families, statements)
        claims, evidence = RowWriter(self.registry, version, article, anchor, reader).build(incidents)
        return claims, evidence, dropped

    def _annotate(
        self, pack: Language, found: Iterable[tuple[Sentence, list[Match[Trigger]]]], anchor: date | None
    ) -> Iterator[Reading]:
        """Reads sentences; a relative date may count from the last day that one before it names."""
        previous: date | None = None
        for sentence, triggers in found:
            dates = pack.dates.find(sentence, anchor, previous)
            previous = next((mention.start for mention in dates if mention.start is not None), previous)
            numbers = pack.numbers.find(sentence)
            places = self.places.find(sentence, pack.lexicon.language)
            yield read_sentence(sentence, pack.lexicon, triggers, numbers, dates, places)

    def _incidents(self, pack: Language, text: str, title: str, anchor: date | None) -> list[Incident]:
        """Returns the incidents of an article, each merged over the sentences that tell of it."""
        lexicon = pack.lexicon
        sentences = split_sentences(text, lexicon.language, lexicon.settings.apostrophe)
        dateline = _cut_dateline(sentences)
        triggers = [read_triggers(sentence, lexicon) for sentence in sentences]
        if not any(triggers):
            return []
        topics = count_topics(lexicon, sentences, title)
        told = self._telling(lexicon, sentences, triggers)
        readings = list(self._annotate(pack, told, anchor))
        home = self._choose_places(readings, dateline)
        if not self.relevance.is_about_conflict(readings, topics):
            return []
        stories: list[list[Incident]] = [[]]
        claimant: Claimant | None = None
        for reading in readings:
            if len(stories[-1]) >= _STORY:
                stories.append([])
            claimant = self._read(reading, stories[-1], claimant)
        specific = [
            incident
            for story in stories
            for incident in story
            if is_specific(incident, self.registry, anchor, len(sentences))
        ]
        for story in stories:
            share_context(story, home)
            self.context.give_casualties_their_incident(story)
            self.context.find_doers(story)
            self.context.find_launchers(story)
        return self.relevance.without_small_talk(
            [incident for incident in specific if self.relevance.is_claim(incident)], topics
        )

    def _telling(
        self, lexicon: Lexicon, sentences: Sequence[Sentence], triggers: Sequence[list[Match[Trigger]]]
    ) -> Iterator[tuple[Sentence, list[Match[Trigger]]]]:
        """Picks the sentences that hold a trigger, and the next one where it may name the claimant or day of one."""
        last = -2
        for sentence, found in zip(sentences, triggers, strict=True):
            adds = sentence.index == last + 1 and (
                any(
                    match.value.role in ("say", "according_to", "according_to_after")
                    for match in lexicon.attributions.find(sentence.tokens)
                )
                or any(match.value.role == "light_event" for match in lexicon.functions.find(sentence.tokens))
            )
            if found or adds:
                last = sentence.index
                yield sentence, found

    def _choose_places(self, readings: Sequence[Reading], dateline: Sentence | None) -> PlaceMention | None:
        """Picks one place for each mention, by population and by the countries that article and dateline name.

        Returns:
            Where an act took place of which the article says nothing closer: the mention of the country that it
            speaks of most, else its dateline, if that is in this country.
        """
        hints: Counter[str] = Counter()
        opening: list[PlaceMention] = []
        if dateline is not None and readings:
            opening = disambiguate(self.places.find(dateline, readings[0].lexicon.language), Counter())
            for mention in opening:
                if mention.place is not None and mention.place.country:
                    hints[mention.place.country] += _DATELINE_WEIGHT
        for reading in readings:
            for party in reading.parties:
                country = self.registry.actors.get(party.actor_id or "", {}).get("country")
                if country:
                    hints[country] += 1
        families = family_names(readings)
        chosen = disambiguate(
            [m for reading in readings for m in reading.places if m.is_located or m.text.strip("'") not in families],
            hints,
        )
        by_sentence: dict[int, list[PlaceMention]] = {}
        for mention in chosen:
            if mention.place is not None:
                by_sentence.setdefault(mention.sentence_index, []).append(mention)
        for reading in readings:
            reading.places = by_sentence.get(reading.sentence.index, [])
        hints.update(mention.place.country for mention in chosen if mention.place is not None and mention.place.country)
        first = next(iter(hints.most_common(1)), ("", 0))[0]
        at_home = [m for m in (*chosen, *opening) if m.place is not None and first and m.place.country == first]
        return next((m for m in at_home if m.precision == "country"), next((m for m in at_home if m in opening), None))

    # ------------------------------------------------------------------ one sentence

    def _read(self, reading: Reading, incidents: list[Incident], carried: Claimant | None) -> Claimant | None:
        """Adds what a sentence says to the incidents of its article; returns the claimant that goes on speaking."""
        roles = self.roles.assign(reading)
        for trigger, role in zip(reading.triggers, roles, strict=True):
            role.recipients = find_victims(reading, trigger, role)
        counts = building.bind_counts(reading, roles)
        claimants = self.roles.claimants(reading)
        still_speaks = goes_on(reading) or says_again(reading) or is_reported(reading)
        if not claimants and carried is not None and still_speaks:
            claimants = [carry_on(carried)]
        if not reading.triggers and len(reading.dates) == 1 and reading.dates[0].start is not None:
            for told in incidents:  # "It happened on Tuesday."
                if told.date is None and reading.sentence.index - 1 in told.readings:
                    told.date = reading.dates[0]
        if claimants and (not reading.triggers or is_reported(reading) or says_that(reading)):
            for told in incidents:
                is_before = reading.sentence.index - 1 in told.readings
                if told.claimant is None and is_before and told.strength != "verbal":
                    told.claimant = claimants[-1]
        fresh: list[Incident] = []
        acted_on = building.join_protesters(reading, roles, counts)
        for at, (trigger, role, count) in enumerate(zip(reading.triggers, roles, counts, strict=True)):
            if at in acted_on:
                continue
            if trigger.value.voice == "avowal":
                self.context.avow(role.actors, fresh or incidents)
                continue
            incident = self.telling.incident(reading, trigger, role, count, claimants)
            if incident is not None and not self._is_background(fresh, incident):
                self.mentions.add(fresh, incident, same_sentence=True)
        casualties = [incident for incident in fresh if incident.dependent]
        if len(fresh) > len(casualties):
            fresh = self._fold_casualties(fresh, casualties)
        has_material = any(self.relevance.is_forceful(incident) for incident in fresh)
        first = min((i.trigger.start for i in fresh if i.strength != "verbal"), default=0)
        for incident in fresh:
            if self._adds_nothing(incident, incidents):
                continue
            known = sum(p.actor_id is not None for p in (*incident.actors, *incident.recipients))
            governs = incident.trigger.start < first and any(self.telling.is_named(p) for p in incident.actors)
            if (
                incident.strength == "verbal"
                and has_material
                and known < 2
                and not (governs or self.relevance.appeals(incident, fresh))
            ):
                continue
            if incident.dependent and incidents:
                self.context.take_context(incidents, incident)
            self.mentions.add(incidents, incident, same_sentence=False)
        self.context.deny(reading, claimants, incidents)
        return claimants[-1] if claimants else None

    def _adds_nothing(self, new: Incident, incidents: list[Incident]) -> bool:
        """Whether a weak trigger after a told incident only goes on about it: `the attackers fled`, `the fighting`."""
        told = any(not old.dependent and old.strength == "strong" for old in incidents)
        if not told or new.counts or new.dependent or new.strength == "verbal":
            return False
        if new.strength == "strong":
            return new.trigger.value.form == "noun" and not (new.actors or new.recipients or new.date or new.place)
        is_pact = new.trigger.value.voice == "reciprocal"
        if is_pact and sum(p.actor_id is not None for p in new.actors) > 1:
            return False
        return not (
            any(p.actor_id for p in new.actors) and (any(p.actor_id for p in new.recipients) or new.place is not None)
        )

    def _is_background(self, fresh: list[Incident], new: Incident) -> bool:
        """Whether a weak trigger in a subordinate clause only says what came before: `..., after the army pulled back`.

        The party of the clause is then the other side of the incident that the sentence tells of.
        """
        if new.strength != "weak" or new.counts or not fresh or fresh[-1].strength == "verbal":
            return False
        reading, main = new.reading, fresh[-1]
        floor = main.trigger.end
        if not any(reading.has_role(at, "opener") for at in range(floor, new.trigger.start)):
            return False
        if main.family_set & new.family_set or main.dependent:
            return False
        if not main.recipients or all(p.is_object for p in main.recipients):
            main.recipients = new.actors or main.recipients
        return True

    def _fold_casualties(self, fresh: list[Incident], casualties: list[Incident]) -> list[Incident]:
        """Gives the casualties of a sentence to the incident that it tells of: the nearest one by words."""
        for loose in casualties:
            target = min(
                (e for e in fresh if not e.dependent and e.strength != "verbal" and e.family_set & _DEADLY_FAMILIES),
                key=lambda e: (not e.family_set & loose.family_set, abs(e.trigger.start - loose.trigger.start)),
                default=None,
            )
            if target is not None:
                self.mentions.merge(target, loose)
                fresh = [incident for incident in fresh if incident is not loose]
        return fresh

    # ------------------------------------------------------------------ one mention


def _anchor(article: Mapping[str, Any]) -> date | None:
    """Returns the local day of publication, None where it cannot be right."""
    day: date | None = article.get("published")
    # No newspaper is that old: the year is wrong, and days before it cannot be counted.
    return None if day is None or day.year < _FIRST_YEAR else day


def _cut_dateline(sentences: list[Sentence]) -> Sentence | None:
    """Takes the dateline off the first sentence of one of the first paragraphs; a headline may stand before it."""
    paragraphs: dict[int, int] = {}
    for number, sentence in enumerate(sentences):
        paragraphs.setdefault(sentence.paragraph, number)
    for number in list(paragraphs.values())[:_DATELINE_PARAGRAPHS]:
        dateline, sentences[number] = split_dateline(sentences[number])
        if dateline is not None:
            return dateline
    return None
