"""Which incidents are told, and which only spoken of: what an act of force must say of itself to become a claim.

What belongs here: the weight of what an incident says of itself. What does not: whether the article is about conflict
at all (extractor), or how sure a claim is (confidence).
"""

from datetime import date
from typing import Final

from pipeline.extract.claims import CONFLICT_GROUPS, Incident
from pipeline.extract.registry import Registry

#: Acts of force, which texts about other things mention most.
FORCE_FAMILIES: Final = frozenset(("armed", "remote", "seizure", "abuse", "property", "unrest"))

#: What each thing that an incident says of itself is worth: the odds (log) that it is an incident of its own, fitted on
#: one half of 1,500 long articles of broadcasts, on the other half of which it parts incidents as well (area under the
#: curve .82 on each half). Armed clashes are mentioned more often than told.
_WEIGHTS: Final = {
    "lead": 0.6,
    "repeated": 0.1,
    "counted": 0.5,
    "lawless actor": 0.5,
    "civil recipient": 0.6,
    "named recipient": 0.6,
    "armed recipient": -0.4,
    "own day": 0.7,
    "own town": 0.5,
    "long past": -1.1,
    "vague": -0.9,
    "many": -0.9,
    "short article": 1.5,
    "quoted": -0.7,
    "bare": -1.0,
    "armed_clash": -1.5,
    "attack": -0.9,
}
_ENOUGH: Final = -0.6
_BASE: Final = -1.9
_COMPLETE: Final = frozenset(("own day", "own town", "counted"))  # with both sides: told, whatever it is
_TOLD: Final = frozenset(("own day", "counted"))  # of the act that news opens with, and of any in a brief article
_BRIEF: Final = 6  # sentences of an article of which most are about what it tells
_SHORT: Final = 3  # sentences of an article that tells of one thing
_LONG_PAST: Final = 60  # days before publication that the date of an incident of the past lies
_MANY: Final = 50  # casualties that a single incident seldom has


def is_specific(incident: Incident, registry: Registry, anchor: date | None, sentences: int) -> bool:
    """Whether an act of force is told, and not only spoken of: `since the murders`, `years of violence`.

    Args:
        incident: What is told, before its article lends it a day and a place.
        registry: Actors by id.
        anchor: The local day of publication.
        sentences: How many sentences the article has.
    """
    if incident.strength == "verbal" or not incident.family_set & FORCE_FAMILIES:
        return True
    if _is_tally(incident):
        return True
    is_lead = min(incident.readings) == 0
    if is_lead and not incident.is_vague and sentences <= _SHORT:
        return True
    named = _describe(incident, registry, anchor, sentences)
    has_party = bool(incident.actors or incident.recipients)
    if has_party and not incident.is_vague and "long past" not in named:
        if is_lead and set(named) >= _TOLD:
            return True
        if sentences <= _BRIEF and not _TOLD.isdisjoint(named):
            return True
    if incident.actors and incident.recipients and set(named) >= _COMPLETE and "long past" not in named:
        return True
    return _BASE + sum(_WEIGHTS[name] for name in named) >= _ENOUGH


def _is_tally(incident: Incident) -> bool:
    """Whether somebody answers for the losses of a known party, which no single act need explain: a total, many."""
    return any(party.actor_id is not None for party in (*incident.actors, *incident.recipients)) and any(
        count.claimant is not None
        and (count.accounting != "increment" or incident.mode == "estimated" or (count.best or count.low or 0) >= _MANY)
        for count in incident.counts
    )


def _describe(incident: Incident, registry: Registry, anchor: date | None, sentences: int) -> list[str]:
    """Returns the names of the things that an incident says of itself."""
    people = [party for party in incident.recipients if not party.is_object]
    when, place = incident.date, incident.place
    start, end = (when.start, when.end) if when is not None else (None, None)
    trigger = incident.trigger
    found = {
        "lead": min(incident.readings) == 0,
        "counted": bool(incident.counts),
        "lawless actor": any(map(registry.is_lawless, incident.actors)),
        "civil recipient": any(party.group not in CONFLICT_GROUPS for party in people),
        "named recipient": any(party.is_named for party in people),
        "armed recipient": any(party.group in CONFLICT_GROUPS for party in people),
        "own day": start is not None and end is not None and (end - start).days <= 1,
        "own town": place is not None and place.precision in ("exact", "near"),
        "long past": anchor is not None and end is not None and (anchor - end).days > _LONG_PAST,
        "vague": incident.is_vague,
        "many": any((count.best or count.low or 0) >= _MANY for count in incident.counts),
        "short article": sentences <= _SHORT,
        "bare": not (incident.actors or people or incident.counts or start or place),
        "quoted": bool(incident.reading.quoted) and incident.reading.quoted[trigger.start],
        incident.action: incident.action in _WEIGHTS,
    }
    return [name for name, holds in found.items() if holds] + ["repeated"] * (
        min(len(incident.triggers), 6) + min(len(incident.readings), 5)
    )
