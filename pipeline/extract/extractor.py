"""The extractor: one article in, its claims and their evidence out.

What belongs here: the order of the steps, and what incidents of one article share. What does not: how any step
works (text, reading, grammar, claims, numbers, dates, places), reading files, or the clock.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pipeline.extract import claims as building
from pipeline.extract.acts import GENERIC, OPEN_ACTS, is_discussed, refine_action
from pipeline.extract.annotation import read_sentence, read_triggers
from pipeline.extract.claims import CONFLICT_GROUPS, Count, Incident
from pipeline.extract.dates import Dates
from pipeline.extract.grammar import Claimant, ClauseGrammar, RoleFinder, Roles
from pipeline.extract.lexicon import Lexicon, Trigger
from pipeline.extract.mentions import EVIDENT_MODES, Mentions, share_context, shares
from pipeline.extract.numbers import Numbers
from pipeline.extract.patterns import Match
from pipeline.extract.place_choice import disambiguate
from pipeline.extract.places import PlaceFinder, PlaceMention
from pipeline.extract.quoted import Statement, read_quoted
from pipeline.extract.reading import Party, Reading
from pipeline.extract.registry import Registry
from pipeline.extract.rows import RowWriter
from pipeline.extract.specific import is_specific
from pipeline.extract.text import Sentence, Token, split_dateline, split_sentences, tokenize

_DENIAL: Final = "denial"
_PROMISE: Final = "agreement"
_REFUSED: Final = frozenset(("demand", "agreement"))  # what is turned down, and not denied: rejected a call for
_SANCTION: Final = "sanction"
_THREAT: Final = "threat"
_BLOCKADE: Final = "blockade"
_PROTEST: Final = "protest"
_CIVIL_GROUPS: Final = frozenset(("civilian", "protesters"))
_BLOCKING_TOPICS: Final = ("sport", "culture", "business", "metaphor", "health", "crime")
_SILENT_TOPICS: Final = ("accident", "disaster", "commemoration", "health")
_CIVIL_FAMILIES: Final = frozenset(
    ("unrest", "blockade", "talks", "agreement", "relief", "withdrawal", "trial", "sanction")
)
_DIRECTED_FAMILIES: Final = frozenset(("unrest", "deployment", "withdrawal", "sanction", "trial", "blockade"))
#: Acts that people die of; the dead of a sentence are not those of an exchange of prisoners that it tells of.
_DEADLY_FAMILIES: Final = frozenset(
    ("armed", "remote", "seizure", "abuse", "property", "unrest", "detention", "coup", "blockade", "territory",
     "interception", "denial", "deployment")
)  # fmt: skip
#: Acts that somebody claims responsibility for.
_CLAIMED_FAMILIES: Final = frozenset(("armed", "remote", "seizure", "abuse", "property"))
_UNREST: Final = frozenset(("unrest",))  # protest, riot, strike: not the crackdown on them
_CITIZENS: Final = frozenset(("civilian", "protesters", "person", "group", "ngo"))
_FIRST_YEAR: Final = 1600  # the first newspaper is of 1605
_DATELINE_PARAGRAPHS: Final = 3
_DATELINE_WEIGHT: Final = 3  # mentions of a country that a dateline in it is worth
_STORY: Final = 100  # incidents that are weighed against each other: a text that tells of more is many articles in one
_NEAR_SENTENCES: Final = 2  # sentences within which casualties belong to an incident told


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

    # ------------------------------------------------------------------ relevance

    def is_relevant(self, text: str, language: str) -> bool:
        """Whether a text may speak of conflict; by any language's words where its own is unknown.

        It may if it holds a strong trigger, or another trigger beside a known actor or armed group, and the words
        of sport, business, accidents and the like do not outweigh them. Looser than `extract`, so that nothing that
        would give a claim is left out by it.
        """
        packs = [self.languages[language]] if language in self.languages else list(self.languages.values())
        return any(self._may_speak_of_conflict(text, pack.lexicon) for pack in packs)

    def _may_speak_of_conflict(self, text: str, lexicon: Lexicon) -> bool:
        # By lines: no entry goes on behind a full stop, and splitting into sentences would take half of the time.
        lines = [tokenize(line, apostrophe=lexicon.settings.apostrophe) for line in text.split("\n")]
        triggers = [trigger.value for tokens in lines for trigger in lexicon.triggers.find(tokens)]
        strong = {trigger.pattern for trigger in triggers if trigger.strength == "strong"}
        if not triggers:
            return False
        armed = {
            tokens[noun.start].norm
            for tokens in lines
            for noun in lexicon.nouns.find(tokens)
            if noun.value.group in CONFLICT_GROUPS
        }
        if not strong and not armed and not any(lexicon.names.find(tokens) for tokens in lines):
            return False
        return _outweighs(len(strong) + 0.5 * len(armed), _count_topics(lexicon, lines))

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
        topics = self._topics(lexicon, sentences, title)
        told = self._telling(lexicon, sentences, triggers)
        readings = list(self._annotate(pack, told, anchor))
        home = self._choose_places(readings, dateline)
        if not self._is_about_conflict(readings, topics):
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
            self._give_casualties_their_incident(story)
            self._find_doers(story)
        return self._without_small_talk([incident for incident in specific if self._is_claim(incident)], topics)

    def _find_doers(self, incidents: list[Incident]) -> None:
        """Gives an act of force that names nobody the lawless party that its sentences speak of."""
        for incident in incidents:
            if incident.actors or incident.strength == "verbal" or not incident.family_set & _CLAIMED_FAMILIES:
                continue
            for at in sorted(incident.readings):
                reading = incident.readings[at]
                found = [
                    p
                    for p in reading.parties
                    if self.registry.is_lawless(p) and p not in incident.recipients and p.group != "object"
                ]
                if found:
                    incident.actors = found[:1]
                    break

    def _give_casualties_their_incident(self, incidents: list[Incident]) -> None:
        """Lets casualties told apart from their incident count as its kind: `in the city four people were hurt`."""
        for incident in incidents:
            main = next(
                (i for i in incidents if not i.dependent and i.strength == "strong" and i.mode in EVIDENT_MODES), None
            )
            if main is None or min(abs(incident.reading.sentence.index - at) for at in main.readings) > _NEAR_SENTENCES:
                continue
            if incident.dependent and main.family_set & incident.family_set:
                incident.dependent, incident.action, incident.family_set = False, main.action, main.family_set
                incident.actors = incident.actors or main.actors

    def _without_small_talk(self, incidents: list[Incident], topics: Counter[str]) -> list[Incident]:
        """Drops diplomatic rows beside the acts of conflict that an article tells of, if they lack a known party."""
        material = any(self._is_forceful(incident) for incident in incidents)

        def kept(incident: Incident) -> bool:
            if incident.strength != "verbal":
                return True
            known = sum(p.actor_id is not None or p.is_named for p in (*incident.actors, *incident.recipients))
            if material:
                return self._appeals(incident, incidents) or known > 1 or (known > 0 and len(incidents) <= 3)
            return sum(topics.values()) < 2

        return [incident for incident in incidents if kept(incident)]

    def _appeals(self, incident: Incident, others: Sequence[Incident]) -> bool:
        """Whether citizens demand, refuse or accuse, and not by the protest that is told of already."""
        if self.registry.quads.get(incident.action) != "verbal_conflict":
            return False
        if any(other.family_set == _UNREST and shares(other.actors, incident.actors) for other in others):
            return False
        return any(party.group in _CITIZENS for party in incident.actors)

    def _is_forceful(self, incident: Incident) -> bool:
        """Whether an incident is more than words: a protest or strike speaks, and its demands belong beside it."""
        return incident.strength != "verbal" and "unrest" not in incident.family_set

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

    def _topics(self, lexicon: Lexicon, sentences: Sequence[Sentence], title: str) -> Counter[str]:
        """Counts the different words of each topic that is not conflict, of title and text."""
        heading = split_sentences(title, lexicon.language, lexicon.settings.apostrophe)
        return _count_topics(lexicon, [sentence.tokens for sentence in (*heading, *sentences)])

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
        chosen = disambiguate([mention for reading in readings for mention in reading.places], hints)
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

    def _is_about_conflict(self, readings: Sequence[Reading], topics: Counter[str]) -> bool:
        """Weighs conflict words against the words of sport, business, accidents and the like."""
        strong = {
            match.value.pattern
            for reading in readings
            for match in reading.triggers
            if match.value.strength == "strong" and match.value.action
        }
        armed = {
            party.text.casefold()
            for reading in readings
            for party in reading.parties
            if party.group in CONFLICT_GROUPS or self.registry.is_armed(party)
        }
        return _outweighs(len(strong) + 0.5 * len(armed), topics)

    # ------------------------------------------------------------------ one sentence

    def _read(self, reading: Reading, incidents: list[Incident], carried: Claimant | None) -> Claimant | None:
        """Adds what a sentence says to the incidents of its article; returns the claimant that goes on speaking."""
        roles = self.roles.assign(reading)
        counts = building.bind_counts(reading, roles)
        claimants = self.roles.claimants(reading)
        goes_on = self._goes_on(reading) or self._says_again(reading) or self._is_reported(reading)
        if not claimants and carried is not None and goes_on:
            claimants = [replace_party(carried)]
        if not reading.triggers and len(reading.dates) == 1 and reading.dates[0].start is not None:
            for told in incidents:  # "It happened on Tuesday."
                if told.date is None and reading.sentence.index - 1 in told.readings:
                    told.date = reading.dates[0]
        if claimants and (not reading.triggers or self._is_reported(reading) or self._says_that(reading)):
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
                self._avow(role.actors, fresh or incidents)
                continue
            incident = self._incident(reading, trigger, role, count, claimants)
            if incident is not None and not self._is_background(fresh, incident):
                self.mentions.add(fresh, incident, same_sentence=True)
        casualties = [incident for incident in fresh if incident.dependent]
        if len(fresh) > len(casualties):
            fresh = self._fold_casualties(fresh, casualties)
        has_material = any(self._is_forceful(incident) for incident in fresh)
        first = min((i.trigger.start for i in fresh if i.strength != "verbal"), default=0)
        for incident in fresh:
            if self._adds_nothing(incident, incidents):
                continue
            known = sum(p.actor_id is not None for p in (*incident.actors, *incident.recipients))
            governs = incident.trigger.start < first and any(self._is_named(p) for p in incident.actors)
            if (
                incident.strength == "verbal"
                and has_material
                and known < 2
                and not (governs or self._appeals(incident, fresh))
            ):
                continue
            if incident.dependent and incidents:
                self._take_context(incidents, incident)
            self.mentions.add(incidents, incident, same_sentence=False)
        self._deny(reading, claimants, incidents)
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

    def _avow(self, actors: list[Party], incidents: list[Incident]) -> None:
        """Gives the incident told last the actor that claims it: `IS claimed responsibility`."""
        told = next(
            (i for i in reversed(incidents) if i.mode in EVIDENT_MODES and i.family_set & _CLAIMED_FAMILIES), None
        )
        named = [p for p in actors if p.actor_id is not None or p.is_named]
        if told is not None and named and not any(p.actor_id or p.is_named for p in told.actors):
            told.actors = named

    def _take_context(self, incidents: list[Incident], new: Incident) -> None:
        """Gives casualties by another claimant what is known of their incident, so that both stand side by side."""
        old = next((i for i in reversed(incidents) if not i.dependent and i.family_set & new.family_set), None)
        if old is None or not self.mentions.contradicts(old, new):
            return
        new.action, new.family_set, new.dependent, new.strength = old.action, old.family_set, False, old.strength
        new.actors, new.recipients = old.actors, new.recipients or old.recipients
        new.date, new.place = new.date or old.date, new.place or old.place

    def _deny(self, reading: Reading, claimants: list[Claimant], incidents: list[Incident]) -> None:
        """Adds what a claimant denies of an incident that the article tells of."""
        denial = next((c for c in claimants if c.match.value.role == "deny" and c.party is not None), None)
        about = next((i for i in reversed(incidents) if i.strength != "verbal" and i.mode in EVIDENT_MODES), None)
        if denial is None or about is None or denial.party is None:
            return
        match = denial.match
        trigger = Match(
            match.start, match.end, Trigger(_DENIAL, "verb", "active", "", "strong", reading.tokens[match.start].norm)
        )
        incidents[:] = [i for i in incidents if not (i.mode == "denied" and i.reading is reading)]
        incidents.append(
            Incident(
                action=_DENIAL, family_set=frozenset((_DENIAL,)), mode="denied", reading=reading, trigger=trigger,
                strength="strong", actors=[denial.party], recipients=list(about.recipients), date=about.date,
                place=about.place, claimant=denial, rules={"action": "deny", "roles": "speech_verb"},
                triggers=[trigger], readings={reading.sentence.index: reading},
            )
        )  # fmt: skip

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

    def _goes_on(self, reading: Reading) -> bool:
        """Whether a sentence without a claimant stands in quotation marks, so that the last one still speaks."""
        quoted = sum(reading.quoted)
        return quoted > 0.5 * max(1, len(reading.tokens))

    def _is_reported(self, reading: Reading) -> bool:
        """Whether the form of a verb tells that the last claimant still speaks (German `sei`, `habe`)."""
        return any("reported" in roles for roles in reading.roles)

    def _says_that(self, reading: Reading) -> bool:
        """Whether a sentence says of the one before it who said it: `That was confirmed by ...`, `Das sagte ...`."""
        return any(match.value.role == "say" and match.start == 1 for match in reading.attributions) and (
            reading.has_role(0, "pronoun")
        )

    def _says_again(self, reading: Reading) -> bool:
        """Whether a speech verb has a pronoun for its subject: `..., he said`."""
        return any(
            match.value.role == "say"
            and (reading.has_role(match.start - 1, "pronoun") or reading.has_role(match.end, "pronoun"))
            for match in reading.attributions
        )

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

    def _incident(
        self, reading: Reading, trigger: Match[Trigger], roles: Roles, counts: list[Count], claimants: list[Claimant]
    ) -> Incident | None:
        """Builds what one trigger tells of; None where it tells of nothing."""
        value = trigger.value
        if value.voice in ("affected", "count", "toll", "state") and not counts:
            return None
        if roles.mentioned_only and not self._tells_anyway(reading, trigger, roles):
            return None
        if is_discussed(reading, trigger):
            return None
        action = value.action or GENERIC
        if action == _BLOCKADE and roles.actors and all(p.group in _CIVIL_GROUPS for p in roles.actors):
            action = _PROTEST  # farmers who block a road
        mode = building.trigger_mode(reading, trigger)
        if mode == "attempted":
            mode = "asserted"
        when = building.nearest_date(reading, trigger)
        claimant = building.claimant_of(reading, trigger, claimants)
        is_own = claimant is not None and trigger.start <= claimant.match.start < trigger.end
        is_own = is_own and any(t.value.action in _REFUSED and t is not trigger for t in reading.triggers)
        if (
            mode in ("", "asserted")
            and claimant is not None
            and claimant.mode in ("denied", "estimated")
            and not is_own
        ):
            mode = claimant.mode
        if mode == "estimated" and not counts:
            mode = "asserted"
        if (
            when is not None
            and when.is_background
            and building.accounting_of(reading, when) != "cumulative"
            and mode in ("", "asserted", "estimated")
        ):
            mode = "historical"
        if when is not None and when.is_future and mode in ("", "asserted"):
            mode = "planned"
        if value.strength == "verbal" and mode in ("planned", "hypothetical"):
            # who says that he will help has promised, who says that he will punish has threatened: acts of their own
            mode = "asserted"
            if action == _SANCTION:
                action = _THREAT
            elif self.registry.quads.get(action) != "verbal_conflict":
                action = _PROMISE
        if value.metric == "killed" and not value.action and any(map(building.is_airborne, roles.recipients)):
            action = "interception"
        accounting = building.accounting_of(reading, when)
        named = refine_action(action, reading, trigger, roles, self.registry)
        kind = action if action in OPEN_ACTS else named  # a weapon near says little of what else is the same incident
        incident = Incident(
            action=named,
            family_set=self.registry.families.get(kind, frozenset((kind,))),
            mode=mode or "asserted",
            reading=reading,
            trigger=trigger,
            strength=value.strength,
            actors=[p for p in roles.actors if not p.is_object or (p.instrument and p.actor_id)],
            recipients=[
                p for p in map(reading.owner_of, roles.recipients) if not p.is_object or p.actor_id is not None
            ],
            counts=counts,
            date=when,
            place=building.nearest_place(reading, trigger),
            claimant=claimant,
            accounting=accounting,
            is_vague=value.is_vague,
            dependent=not value.action and action == GENERIC,
        )
        if not incident.actors and incident.family_set == _UNREST:
            incident.actors = self._held_by(reading, trigger, incident.recipients)
        if not incident.recipients and incident.family_set & _DIRECTED_FAMILIES:
            with_places = _BLOCKADE in incident.family_set
            incident.recipients = self._directed_at(
                reading, trigger, incident.actors, claimants, with_places=with_places
            )
        if value.voice == "obligation":  # X said that Y must ...
            incident.recipients = incident.actors
            incident.actors = [claimant.party] if claimant is not None and claimant.party is not None else []
        acting = {p.text for p in incident.actors}
        incident.recipients = [p for p in incident.recipients if p.text not in acting]
        if value.voice == "actor" or (value.voice == "affected" and value.metric == "participants"):
            incident.actors = [p for p in reading.parties if p.start <= trigger.start < p.end]
        if value.voice in ("middle", "stock", "reciprocal") and not value.action:
            incident.recipients, incident.actors = incident.actors or roles.actors, []
        is_mutual = self.registry.quads.get(incident.action) == "verbal_cooperation"
        if is_mutual and len(incident.actors) > 1 and not incident.recipients:
            incident.recipients = [*incident.actors[1:], incident.actors[0]]  # who agrees does so with the others
        for count in counts:
            count.claimant, count.accounting = claimant, accounting
            if count.affected is not None and not incident.recipients and value.voice != "affected":
                if value.voice not in ("middle", "stock", "reciprocal") and not count.affected.is_object:
                    incident.recipients = [count.affected]
        incident.rules = {"action": f"trigger:{value.pattern}", "roles": roles.rule}
        incident.triggers = [trigger]
        if not self._worth_keeping(incident):
            return None
        return incident

    def _held_by(self, reading: Reading, trigger: Match[Trigger], recipients: list[Party]) -> list[Party]:
        """Returns who holds a protest whatever the verb: the subject before it, else an agent behind it."""
        before = [
            party
            for party in reading.parties
            if party.end <= trigger.start and not party.role and not party.possessive and party not in recipients
        ]
        behind = [party for party in reading.parties if party.start >= trigger.end and party.role == "agent"]
        for party in (*reversed(before), *behind[:1]):
            if party.group in _CITIZENS:
                return party.coordinated()
        return []

    def _tells_anyway(self, reading: Reading, trigger: Match[Trigger], roles: Roles) -> bool:
        """Whether an act that is condemned or deplored is told all the same, by its parties, its day and its victims."""
        return (
            trigger.value.strength == "strong"
            and bool(roles.actors or roles.recipients)
            and building.nearest_date(reading, trigger) is not None
            and any(not t.value.action and t.value.metric for t in reading.triggers)
        )

    def _directed_at(
        self,
        reading: Reading,
        trigger: Match[Trigger],
        actors: list[Party],
        claimants: list[Claimant],
        *,
        with_places: bool,
    ) -> list[Party]:
        """Returns the state or office that a protest, deployment or withdrawal is directed at: the first one named."""
        speakers = [claimant.party for claimant in claimants]
        is_unrest = self.registry.families.get(trigger.value.action) == _UNREST
        for party in reading.parties:
            if party.start < trigger.end or party in actors or party in speakers or party.possessive:
                continue
            if is_unrest and party.noun is None and party.role in ("locative", "source"):
                continue  # in which country it is held
            is_closed = with_places and party.group == "place"
            if party.actor_id is None and not (party.group == "official" and party.role != "agent") and not is_closed:
                continue
            if any(self.registry.root(party.actor_id or "") == self.registry.root(a.actor_id or "-") for a in actors):
                continue
            return [party]
        return []

    def _worth_keeping(self, incident: Incident) -> bool:
        """Whether a trigger tells enough: a weak one needs a party of conflict or a count, a verbal one two names."""
        strength = incident.strength
        if strength == "strong":
            return True
        if strength == "verbal":
            speaks = self.registry.quads.get(incident.action) == "verbal_conflict"
            return any(self._is_named(p) or (speaks and p.group == "civilian") for p in incident.actors)
        if incident.trigger.value.voice == "weapon":
            return incident.rules["roles"] == "verb:weapon"
        if incident.counts:
            return True
        is_unrest = bool(incident.family_set & _CIVIL_FAMILIES)
        reading, trigger = incident.reading, incident.trigger
        parties = (*incident.actors, *incident.recipients)
        if "displacement" in incident.family_set and parties and all(p.group in CONFLICT_GROUPS for p in parties):
            return False  # attackers who flee are not displaced
        is_second = any(other.start < trigger.start for other in reading.triggers)
        if trigger.value.form == "verb" and is_second and reading.has_role(trigger.start - 1, "infinitive"):
            return False  # a purpose: "on its way to destroy a laboratory"
        if not (incident.actors or incident.recipients):
            return False
        return any(
            party.group in CONFLICT_GROUPS
            or self.registry.is_armed(party)
            or party.actor_id is not None
            or party.instrument
            or (is_unrest and party.group in ("civilian", "person", "group", "protesters", "official", "unknown"))
            for party in (*incident.actors, *incident.recipients)
        )

    def _is_named(self, party: Party) -> bool:
        """Whether a party is a political actor: of the registry, or an official, group or armed group."""
        return (
            party.actor_id is not None
            or party.is_named
            or party.group in ("official", "group", "protesters", "ngo", *CONFLICT_GROUPS)
        )

    # ------------------------------------------------------------------ one mention

    def _is_claim(self, incident: Incident) -> bool:
        """Whether an incident is a claim of conflict: casualties alone need a party of conflict or a tally."""
        if incident.mode not in EVIDENT_MODES and not (
            incident.actors
            or incident.recipients
            or incident.counts
            or incident.place
            or (incident.date is not None and incident.date.start is not None)
        ):
            return False  # "a possible deployment": nobody, nowhere
        if incident.dependent:
            parties = (*incident.actors, *incident.recipients)
            words = [match.value for match in incident.reading.triggers]
            is_grounded = incident.place is not None or any(word.strength == "strong" for word in words)
            is_tally = is_grounded and incident.accounting == "cumulative" and bool(incident.counts)
            if not is_tally and not any(
                p.group in CONFLICT_GROUPS or self.registry.is_armed(p) or p.actor_id for p in parties
            ):
                return False
        return True


def _anchor(article: Mapping[str, Any]) -> date | None:
    """Returns the local day of publication, None where it cannot be right."""
    day: date | None = article.get("published")
    # No newspaper is that old: the year is wrong, and days before it cannot be counted.
    return None if day is None or day.year < _FIRST_YEAR else day


def _count_topics(lexicon: Lexicon, lines: Iterable[Sequence[Token]]) -> Counter[str]:
    """Counts the different words of each topic that is not conflict."""
    seen = {
        (match.value, " ".join(token.norm for token in tokens[match.start : match.end]))
        for tokens in lines
        for match in lexicon.context.find(tokens)
    }
    return Counter(topic for topic, _ in seen)


def _outweighs(evidence: float, topics: Counter[str]) -> bool:
    """Whether the evidence of conflict outweighs the words of other topics: blocking ones, and those with victims."""
    blocking = sum(topics[topic] for topic in _BLOCKING_TOPICS)
    silent = sum(topics[topic] for topic in _SILENT_TOPICS)
    if blocking >= 2 and blocking >= evidence:
        return False
    return not (silent >= 1 and evidence < 1 + 0.5 * silent)


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


def replace_party(claimant: Claimant) -> Claimant:
    """Returns a claimant carried into the next sentence."""
    return replace(claimant, match=Match(0, 0, claimant.match.value), rule="carried")
