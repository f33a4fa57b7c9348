"""Which incidents are told, and which only spoken of: the points that an act of force needs to become a claim.

What belongs here: the weight of what an incident says of itself. What does not: whether the article is about conflict
at all (extractor).
"""

from typing import Final

from pipeline.extract.claims import CONFLICT_GROUPS, Incident

#: Acts of force, which texts about other things mention most.
FORCE_FAMILIES: Final = frozenset(("armed", "remote", "seizure", "abuse", "property", "unrest"))
_SPECIFIC: Final = 3  # points; on 500 long articles: 498 to 288 incidents of no gold, 306 to 293 of those with one


def is_specific(incident: Incident) -> bool:
    """Whether an act of force is told, and not only spoken of: `since the murders`, `years of violence`.

    Each of what it says of itself is a point, and so are victims who are no party of the conflict; words for no
    single act, and what is long past, need more. What the first sentence tells is what the article is about.
    """
    if incident.strength == "verbal" or incident.dependent or not incident.family_set & FORCE_FAMILIES:
        return True
    is_lead = min(incident.readings) == 0
    if is_lead and not incident.is_vague:
        return True
    has_sides = bool(incident.actors and incident.recipients)
    is_civil = any(not p.is_object and p.group not in CONFLICT_GROUPS for p in incident.recipients)
    points = bool(incident.actors) + bool(incident.recipients) + bool(incident.counts) + is_civil + 2 * is_lead
    points += incident.date is not None
    points += incident.place is not None and incident.place.precision not in ("country", "unknown")
    points += len(incident.triggers) > 2
    points -= 3 * incident.is_vague
    points -= 3 * (incident.mode == "historical" and not incident.counts and not has_sides)
    return points >= _SPECIFIC
