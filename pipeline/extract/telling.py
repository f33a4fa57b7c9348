"""What one trigger tells of: an incident with its parties, numbers, day, place and mode, or nothing.

What belongs here: how what was found in a sentence becomes an incident. What does not: finding it (annotation,
grammar, claims), or what other sentences say of the same incident (mentions.py, context.py).
"""

from typing import Final

from pipeline.extract import claims as building
from pipeline.extract.acts import GENERIC, OPEN_ACTS, is_discussed, refine_action
from pipeline.extract.chunks import STATE_ID
from pipeline.extract.claims import CASUALTY_METRICS, CONFLICT_GROUPS, Count, Incident
from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.persons import is_person, is_where, with_parts
from pipeline.extract.reading import Party, Reading
from pipeline.extract.registry import Registry
from pipeline.extract.roles import Claimant, Roles
from pipeline.extract.specific import FORCE_FAMILIES

_TALKS: Final = "negotiation"
_PROMISE: Final = "agreement"
_REFUSED: Final = frozenset(("demand", "agreement"))  # what is turned down, and not denied: rejected a call for
_SANCTION: Final = "sanction"
_THREAT: Final = "threat"
_BLOCKADE: Final = "blockade"
_PROTEST: Final = "protest"
_CIVIL_GROUPS: Final = frozenset(("civilian", "protesters"))
_CIVIL_FAMILIES: Final = frozenset(
    ("unrest", "blockade", "talks", "agreement", "relief", "withdrawal", "trial", "sanction")
)
_SAYS: Final = 8  # tokens between a speech verb and what the speaker did
_DIRECTED_FAMILIES: Final = frozenset(("unrest", "deployment", "withdrawal", "sanction", "trial", "blockade"))
_PROTESTED_WITHIN: Final = 3  # tokens between a protest and the party whose doing it is about
UNREST: Final = frozenset(("unrest",))  # protest, riot, strike: not the crackdown on them
CITIZENS: Final = frozenset(("civilian", "protesters", "person", "group", "ngo"))


class Telling:
    """Reads what triggers tell of.

    Args:
        registry: Action families and actors.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def incident(
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
        is_appointed = action == _TALKS and when is not None and when.is_future  # they meet on a day named: no promise
        if value.strength == "verbal" and mode in ("planned", "hypothetical") and not is_appointed:
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
        if not incident.actors and incident.family_set == UNREST:
            incident.actors = self._held_by(reading, trigger, incident.recipients)
        if not incident.recipients and incident.family_set & _DIRECTED_FAMILIES:
            with_places = _BLOCKADE in incident.family_set
            incident.recipients = self._directed_at(
                reading, trigger, incident.actors, claimants, with_places=with_places
            )
        if not incident.recipients and "remote" in incident.family_set:
            incident.recipients = self._land_hit(reading, incident.actors)
        if value.voice == "obligation":  # X said that Y must ...
            incident.recipients = incident.actors
            incident.actors = [claimant.party] if claimant is not None and claimant.party is not None else []
        if not incident.actors and not roles.passive and self._did_himself(reading, trigger, claimant):
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
        self._part_sides(incident)
        for count in counts:
            count.claimant, count.accounting = claimant, accounting
            if count.affected is not None and not incident.recipients and value.voice != "affected":
                if value.voice not in ("middle", "stock", "reciprocal") and not (
                    count.affected.is_object
                    or count.affected.text in acting
                    or (count.best == 0 and count.affected.group == "person")  # no victims
                ):
                    incident.recipients = [count.affected]
        incident.rules = {"action": f"trigger:{value.pattern}", "roles": roles.rule}
        incident.triggers = [trigger]
        if not self._worth_keeping(incident):
            return None
        return incident

    def _part_sides(self, incident: Incident) -> None:
        """Takes those who are counted among the victims off the actors, and a capital where it happened off both sides."""
        reading, trigger = incident.reading, incident.trigger
        hurt = [c.affected for c in incident.counts if c.metric in CASUALTY_METRICS and c.affected is not None]
        if trigger.value.voice in ("active", "either"):
            incident.recipients = incident.recipients or [p for p in incident.actors if p in hurt]
            incident.actors = [p for p in incident.actors if p not in hurt]
        if incident.family_set & FORCE_FAMILIES and trigger.value.form != "verb":
            incident.actors = [p for p in incident.actors if not is_where(reading, p)]
            incident.recipients = [p for p in incident.recipients if p.role == "target" or not is_where(reading, p)]
        incident.recipients = with_parts(reading, incident.recipients, incident.actors)

    def _did_himself(self, reading: Reading, trigger: Match[Trigger], claimant: Claimant | None) -> bool:
        """Whether armed speakers tell what they did: `военные заявили, что освободили 155 заложников`."""
        value = trigger.value
        if value.form != "verb" or value.voice not in ("active", "either") or value.strength == "verbal":
            return False
        if claimant is None or claimant.party is None or reading.lexicon.settings.word_order not in ("svo", "sov"):
            return False
        if not (claimant.party.group in CONFLICT_GROUPS or self.registry.is_armed(claimant.party)):
            return False
        gap = range(claimant.match.end, trigger.start)
        if claimant.party.start >= trigger.start or claimant.match.start >= trigger.start or len(gap) > _SAYS:
            return False
        return not any(p.start in gap and not p.role and not p.possessive for p in reading.parties)

    def _held_by(self, reading: Reading, trigger: Match[Trigger], recipients: list[Party]) -> list[Party]:
        """Returns who holds a protest whatever the verb: the subject before it, else an agent behind it."""
        before = [
            party
            for party in reading.parties
            if party.end <= trigger.start and not party.role and not party.possessive and party not in recipients
        ]
        behind = [party for party in reading.parties if party.start >= trigger.end and party.role == "agent"]
        for party in (*reversed(before), *behind[:1]):
            if party.group in CITIZENS:
                return party.coordinated()
        return []

    def _tells_anyway(self, reading: Reading, trigger: Match[Trigger], roles: Roles) -> bool:
        """Whether an act that is condemned or deplored is told all the same, by its parties, its day and its victims.

        An abduction or murder of somebody by name is told with the protest against it.
        """
        if trigger.value.strength == "strong" and trigger.value.voice == "objective":
            return any(map(is_person, roles.recipients))
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
        is_unrest = self.registry.families.get(trigger.value.action) == UNREST
        for party in reading.parties:
            if party.start < trigger.end or party in actors or party in speakers:
                continue
            is_near = is_unrest and any(  # marched to protest X's failure to act
                0 <= party.start - match.end <= _PROTESTED_WITHIN
                and self.registry.families.get(match.value.action) == UNREST
                for match in reading.triggers
            )
            if party.possessive and not is_near:
                continue
            if is_unrest and party.noun is None and party.role in ("locative", "source"):
                continue  # in which country it is held
            is_closed = with_places and party.group == "place"
            if is_unrest and party.group == "media":
                continue
            is_host = party.role == "agent" and not (is_unrest and party.start - trigger.end > _PROTESTED_WITHIN)
            if party.actor_id is None and not (party.group == "official" and not is_host) and not is_closed:
                continue
            if any(self.registry.root(party.actor_id or "") == self.registry.root(a.actor_id or "-") for a in actors):
                continue
            return [party]
        return []

    def _land_hit(self, reading: Reading, actors: list[Party]) -> list[Party]:
        """Returns the state whose town was fired at from abroad: `rockets towards Safed in northern Israel`."""
        at_home = {self.registry.actors.get(p.actor_id or "", {}).get("country") for p in actors}
        if not actors or None in at_home or "" in at_home:
            return []
        for before, party, after in zip(
            (None, *reading.parties), reading.parties, (*reading.parties[1:], None), strict=False
        ):
            is_state = party.noun is None and len(party.actor_id or "") == STATE_ID and not party.is_adjective
            if not is_state or party.role not in ("locative", "genitive", "target") or party.actor_id in at_home:
                continue
            if any(p is not None and p.group == "place" and p.role == "target" for p in (before, after)):
                return [party]
        return []

    def _worth_keeping(self, incident: Incident) -> bool:
        """Whether a trigger tells enough: a weak one needs a party of conflict or a count, a verbal one two names."""
        strength = incident.strength
        if strength == "strong":
            return True
        if strength == "verbal":
            speaks = self.registry.quads.get(incident.action) == "verbal_conflict"
            return any(self.is_named(p) or (speaks and p.group == "civilian") for p in incident.actors)
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

    def is_named(self, party: Party) -> bool:
        """Whether a party is a political actor: of the registry, or an official, group or armed group."""
        return (
            party.actor_id is not None
            or party.is_named
            or party.group in ("official", "group", "protesters", "ngo", *CONFLICT_GROUPS)
        )
