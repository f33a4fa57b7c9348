"""What the incidents of one article lend each other: day, place, doer, casualties and what is denied of them.

What belongs here: what an incident takes from others that stay apart from it, or from sentences that only add to it.
What does not: which mentions are one incident (mentions.py), or what a sentence tells by itself (telling.py).
"""

from typing import Final

from pipeline.extract.claims import Incident
from pipeline.extract.lexicon import Trigger
from pipeline.extract.mentions import EVIDENT_MODES, Mentions, names_same
from pipeline.extract.patterns import Match
from pipeline.extract.persons import is_person
from pipeline.extract.places import PlaceMention
from pipeline.extract.reading import Party, Reading
from pipeline.extract.registry import Registry
from pipeline.extract.roles import Claimant
from pipeline.extract.specific import FORCE_FAMILIES

_DENIAL: Final = "denial"
_INTERCEPTION: Final = "interception"
_FIRED_FAMILIES: Final = frozenset(("remote",))
#: Acts that somebody claims responsibility for.
_CLAIMED_FAMILIES: Final = frozenset(("armed", "remote", "seizure", "abuse", "property"))
_NEAR: Final = 3  # sentences within which a place goes for the next incident as well
_NEAR_SENTENCES: Final = 2  # sentences within which casualties belong to an incident told


class Context:
    """Lends incidents what other sentences of their article say.

    Args:
        registry: Action families and actors.
        mentions: Which mentions are one incident.
    """

    def __init__(self, registry: Registry, mentions: Mentions) -> None:
        self.registry = registry
        self.mentions = mentions

    def find_doers(self, incidents: list[Incident]) -> None:
        """Gives an act of force that names nobody but its victims the lawless party that its sentences speak of."""
        for incident in incidents:
            if incident.strength == "verbal" or not incident.family_set & _CLAIMED_FAMILIES:
                continue
            victims = [party for party in incident.recipients if is_person(party)]
            incident.actors = [a for a in incident.actors if not any(names_same(a, victim) for victim in victims)]
            if incident.actors:
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

    def find_launchers(self, incidents: list[Incident]) -> None:
        """Gives an interception the side whose strike the article tells of right before: whose drones were shot down."""
        struck: list[Party] = []
        for incident in incidents:
            if incident.action == _INTERCEPTION and not incident.recipients:
                own = {self.registry.root(p.actor_id) for p in incident.actors if p.actor_id}
                incident.recipients = [p for p in struck if self.registry.root(p.actor_id or "") not in own]
            elif incident.family_set & _FIRED_FAMILIES and incident.mode in EVIDENT_MODES:
                struck = [p for p in incident.actors if p.actor_id is not None]

    def give_casualties_their_incident(self, incidents: list[Incident]) -> None:
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

    def avow(self, actors: list[Party], incidents: list[Incident]) -> None:
        """Gives the incident told last the actor that claims it: `IS claimed responsibility`."""
        told = next(
            (i for i in reversed(incidents) if i.mode in EVIDENT_MODES and i.family_set & _CLAIMED_FAMILIES), None
        )
        named = [p for p in actors if p.actor_id is not None or p.is_named]
        if told is not None and named and not any(p.actor_id or p.is_named for p in told.actors):
            told.actors = named

    def take_context(self, incidents: list[Incident], new: Incident) -> None:
        """Gives casualties by another claimant what is known of their incident, so that both stand side by side."""
        old = next((i for i in reversed(incidents) if not i.dependent and i.family_set & new.family_set), None)
        if old is None or not self.mentions.contradicts(old, new):
            return
        new.action, new.family_set, new.dependent, new.strength = old.action, old.family_set, False, old.strength
        new.actors, new.recipients = old.actors, new.recipients or old.recipients
        new.date, new.place = new.date or old.date, new.place or old.place

    def deny(self, reading: Reading, claimants: list[Claimant], incidents: list[Incident]) -> None:
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


def share_context(incidents: list[Incident], home: PlaceMention | None) -> None:
    """Gives incidents without a day or place those of the incident told before them, else after them.

    Args:
        incidents: Those of one article, in order.
        home: Where an act of force took place if the article says nothing closer.
    """
    for number, incident in enumerate(incidents):
        if incident.strength == "verbal":
            continue
        others = [i for i in (*reversed(incidents[:number]), *incidents[number + 1 :]) if i.strength != "verbal"]
        others = [i for i in others if (i.mode == "historical") == (incident.mode == "historical")]
        if incident.date is None and incident.mode != "planned":
            incident.date = next((i.date for i in others if i.date is not None and not i.date.is_since), None)
        if incident.place is None:
            near = [i for i in others if _gap(i, incident) <= _NEAR] if home is not None else others
            incident.place = next((i.place for i in near if i.place is not None), None)
        if incident.place is None and incident.family_set & FORCE_FAMILIES:
            incident.place = home


def _gap(a: Incident, b: Incident) -> int:
    """Returns how many sentences lie between what tells of two incidents."""
    return min(abs(x - y) for x in a.readings for y in b.readings)
