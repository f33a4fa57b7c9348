"""Whether a text speaks of conflict, and which of the incidents that it tells of are claims of conflict.

What belongs here: conflict words weighed against those of sport, business, accidents and the like, and what is only
talk beside an act of force. What does not: what a sentence tells (telling.py), or any word of any language (seeds).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.extract.claims import CONFLICT_GROUPS, Incident
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.mentions import EVIDENT_MODES, shares
from pipeline.extract.reading import Reading
from pipeline.extract.registry import Registry
from pipeline.extract.telling import CITIZENS, UNREST
from pipeline.extract.text import Sentence, Token, split_sentences, tokenize_unplaced

_BLOCKING_TOPICS: Final = ("sport", "culture", "business", "metaphor", "health", "crime")
_SILENT_TOPICS: Final = ("accident", "disaster", "commemoration", "health")


class Relevance:
    """Judges articles and incidents.

    Args:
        registry: Action families and actors.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def is_about_conflict(self, readings: Sequence[Reading], topics: Counter[str]) -> bool:
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

    def without_small_talk(self, incidents: list[Incident], topics: Counter[str]) -> list[Incident]:
        """Drops diplomatic rows beside the acts of conflict that an article tells of, if they lack a known party."""
        material = any(self.is_forceful(incident) for incident in incidents)

        def kept(incident: Incident) -> bool:
            if incident.strength != "verbal":
                return True
            known = sum(p.actor_id is not None or p.is_named for p in (*incident.actors, *incident.recipients))
            if material:
                return self.appeals(incident, incidents) or known > 1 or (known > 0 and len(incidents) <= 3)
            return sum(topics.values()) < 2

        return [incident for incident in incidents if kept(incident)]

    def appeals(self, incident: Incident, others: Sequence[Incident]) -> bool:
        """Whether citizens demand, refuse or accuse, and not by the protest that is told of already."""
        if self.registry.quads.get(incident.action) != "verbal_conflict":
            return False
        if any(other.family_set == UNREST and shares(other.actors, incident.actors) for other in others):
            return False
        return any(party.group in CITIZENS for party in incident.actors)

    def is_forceful(self, incident: Incident) -> bool:
        """Whether an incident is more than words: a protest or strike speaks, and its demands belong beside it."""
        return incident.strength != "verbal" and "unrest" not in incident.family_set

    def is_claim(self, incident: Incident) -> bool:
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


def may_speak_of_conflict(text: str, lexicon: Lexicon, margin: float = 0.0) -> bool:
    """Whether a text may speak of conflict: looser than `Relevance.is_about_conflict`, and read by words alone.

    Args:
        text: The text of an article, or more of its page.
        lexicon: The words of its language.
        margin: By how many words of conflict other topics may weigh more.
    """
    # By lines: no entry goes on behind a full stop, and splitting into sentences would take half of the time.
    lines = [tokenize_unplaced(line, lexicon.settings.apostrophe) for line in text.split("\n")]
    triggers = [trigger.value for tokens in lines for trigger in lexicon.triggers.find(tokens, alone=True)]
    strong = {trigger.pattern for trigger in triggers if trigger.strength == "strong"}
    if not triggers:
        return False
    armed = {
        tokens[noun.start].norm
        for tokens in lines
        for noun in lexicon.nouns.find(tokens, alone=True)
        if noun.value.group in CONFLICT_GROUPS
    }
    if not strong and not armed and not any(lexicon.names.find(tokens, alone=True) for tokens in lines):
        return False
    return _outweighs(len(strong) + 0.5 * len(armed) + margin, _count_topics(lexicon, lines, alone=True))


def count_topics(lexicon: Lexicon, sentences: Sequence[Sentence], title: str) -> Counter[str]:
    """Counts the different words of each topic that is not conflict, of title and text."""
    heading = split_sentences(title, lexicon.language, lexicon.settings.apostrophe)
    return _count_topics(lexicon, [sentence.tokens for sentence in (*heading, *sentences)])


def _count_topics(lexicon: Lexicon, lines: Iterable[Sequence[Token]], *, alone: bool = False) -> Counter[str]:
    """Counts the different words of each topic that is not conflict."""
    seen = {
        (match.value, " ".join(token.norm for token in tokens[match.start : match.end]))
        for tokens in lines
        for match in lexicon.context.find(tokens, alone=alone)
    }
    return Counter(topic for topic, _ in seen)


def _outweighs(evidence: float, topics: Counter[str]) -> bool:
    """Whether the evidence of conflict outweighs the words of other topics: blocking ones, and those with victims."""
    blocking = sum(topics[topic] for topic in _BLOCKING_TOPICS)
    silent = sum(topics[topic] for topic in _SILENT_TOPICS)
    if blocking >= 2 and blocking >= evidence:
        return False
    return not (silent >= 1 and evidence < 1 + 0.5 * silent)
