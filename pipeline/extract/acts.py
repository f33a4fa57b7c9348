"""What an act is called: by what is used or given, and by who does it.

What belongs here: choosing an action code for a trigger whose words leave it open. What does not: which words are
triggers (the lexicon), who acts (grammar.py), and how incidents merge (mentions.py).
"""

from typing import Final

from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Reading
from pipeline.extract.registry import Registry
from pipeline.extract.roles import Roles

GENERIC: Final = "attack"
#: Acts that a weapon makes more exact.
OPEN_ACTS: Final = frozenset((GENERIC, "bombing", "shelling"))
_COURT: Final = "JUD"
#: Acts of giving and sending; what they are called depends on what is given.
_GIVING: Final = frozenset(("arms_transfer", "deployment", "prisoner_exchange", "humanitarian_aid"))
_ARMS: Final = "arms_transfer"
_FREEING: Final = frozenset(("release", "prisoner_exchange"))
_MADE_WITHIN: Final = 5  # tokens between a truce and the verb that makes it: `announced a ... ceasefire`
_GIVEN_WITHIN: Final = 12  # tokens between a verb of giving and what is given: `sent 60 tonnes of ... flour`


def refine_action(action: str, reading: Reading, trigger: Match[Trigger], roles: Roles, registry: Registry) -> str:
    """Returns the action that what is used or given, or who acts, makes of an act.

    Args:
        action: What the trigger's words tell.
        reading: The sentence.
        trigger: The trigger.
        roles: Its parties.
        registry: Who may lawfully arrest.
    """
    if action == "arrest" and roles.actors and all(map(registry.is_lawless, roles.actors)):
        return "abduction"
    if action == "accusation" and any(party.sector == _COURT for party in roles.actors):
        return "trial"  # a court that condemns somebody has tried him
    if action in _GIVING:
        goods = _given(reading, trigger)
        if goods:
            return goods
    if action == _ARMS and not reading.instruments and any(t.value.action in _FREEING for t in reading.triggers):
        return "release"  # freed ten soldiers and handed them over
    if action == "deployment" and any(p.instrument and p.is_object for p in reading.parties if p.start >= trigger.end):
        return _ARMS
    if action == "withdrawal" and roles.recipients and all(p.group == "civilian" for p in roles.recipients):
        return "displacement"  # residents were taken out of the border villages
    if action not in OPEN_ACTS:
        return action
    near = [p.instrument for p in (*roles.actors, *roles.recipients) if p.instrument]
    found = near or ([match.value for match in reading.instruments] if action == GENERIC else [])
    for instrument in found:
        if action == GENERIC or instrument in ("air_strike", "drone_strike", "missile_strike"):
            return instrument
    return action


def is_discussed(reading: Reading, trigger: Match[Trigger]) -> bool:
    """Whether a truce is only what is talked about: `held talks on a ceasefire`, with no word that it came about.

    Talks that lie behind the truce are another matter: `after two days of talks`.
    """
    if trigger.value.action != "ceasefire" or len(reading.triggers) < 2:
        return False
    talks = [match for match in reading.triggers if match.value.action == "negotiation"]
    if not talks or any(match.value.action == "agreement" for match in reading.triggers):
        return False
    if any(reading.has_role(at, "opener") for talk in talks for at in range(talk.start - _MADE_WITHIN, talk.end + 2)):
        return False
    held = {at for talk in talks for at in range(talk.start - _MADE_WITHIN, talk.end + _MADE_WITHIN)}
    near = range(trigger.start - _MADE_WITHIN, trigger.end + _MADE_WITHIN)
    return not any(reading.has_role(at, "light_active", "light_event") for at in near if at not in held)


def _given(reading: Reading, trigger: Match[Trigger]) -> str:
    """Returns the act that goods beside a verb of giving make of it: flour is relief; empty where arms are given."""
    near = [
        match
        for match in reading.goods
        if -_GIVEN_WITHIN <= match.start - trigger.end <= _GIVEN_WITHIN
        and not any(reading.verb_at[at] for at in range(min(trigger.end, match.end), max(trigger.start, match.start)))
    ]
    return near[0].value if near else ""
