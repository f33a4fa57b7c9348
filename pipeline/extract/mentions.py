"""Which mentions are one incident: what several sentences of an article tell of the same act, brought together.

What belongs here: when two mentions are one, and what each adds to the other. What does not: what one sentence tells
(telling.py), what incidents that stay apart lend each other (context.py), or what several articles say together
(pipeline.resolve).
"""

from collections.abc import Sequence
from typing import Final

from pipeline.extract.claims import CASUALTY_METRICS, CONFLICT_GROUPS, VICTIM_METRICS, Count, Incident
from pipeline.extract.dates import DateMention
from pipeline.extract.persons import is_person
from pipeline.extract.places import PlaceMention
from pipeline.extract.reading import Party
from pipeline.extract.registry import Registry
from pipeline.gazetteer import Place

#: Modes of what is told as having happened.
EVIDENT_MODES: Final = ("asserted", "estimated", "historical")
_TALLY: Final = 50  # dead or hurt of whom on a number is the sum of several incidents, if it is so much larger
_TALLY_TIMES: Final = 10


class Mentions:
    """Brings the mentions of one incident together.

    Args:
        registry: Action families and actors.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def add(self, incidents: list[Incident], new: Incident, *, same_sentence: bool) -> None:
        """Merges an incident into one that it repeats or goes on about, or adds it."""
        new.readings.setdefault(new.reading.sentence.index, new.reading)
        for old in reversed(incidents):
            if self.is_same(old, new, same_sentence=same_sentence):
                self.merge(old, new)
                return
        incidents.append(new)

    def is_same(self, old: Incident, new: Incident, *, same_sentence: bool) -> bool:
        """Whether two incidents of one article are one: compatible action, mode, day, place, sides and numbers."""
        if same_sentence and new.dependent != old.dependent:
            return False
        if not old.family_set & new.family_set:
            return False
        if (old.mode in EVIDENT_MODES) != (new.mode in EVIDENT_MODES) or (old.mode == "denied") != (
            new.mode == "denied"
        ):
            return False
        if (old.mode == "historical") != (new.mode == "historical"):
            return False
        if _apart(old.date, new.date):
            return False
        if not same_sentence and _different_places(old.place, new.place):
            return False
        if self.contradicts(old, new) or (not same_sentence and self._counts_others(old, new)):
            return False
        if old.accounting != new.accounting and old.counts and new.counts:
            return False
        if old.strength == "verbal" or new.strength == "verbal":
            lacking = same_sentence and not (old.recipients and new.recipients)
            return (
                old.action == new.action
                and shares(old.actors, new.actors)
                and (lacking or shares(old.recipients, new.recipients))
            )
        if not new.dependent and _names_others(old.recipients, new.recipients):
            return False
        return not (
            not new.dependent
            and old.actors
            and new.actors
            and not self._same_side(old.actors, new.actors)
            and old.recipients
            and new.recipients
            and not self._same_side(old.recipients, new.recipients)
        )

    def _turns_round(self, old: Incident, new: Incident) -> bool:
        """Whether those who attacked in one mention are the victims of the other: `police killed the attackers`."""

        def suffers(doers: Sequence[Party], victims: Sequence[Party], others: Sequence[Party]) -> bool:
            return (
                bool(victims)
                and any(map(self.registry.is_lawless, doers))
                and all(map(self.registry.is_lawless, victims))
                and not any(map(self.registry.is_lawless, others))
            )

        return suffers(old.actors, new.recipients, old.recipients) or suffers(
            new.actors, old.recipients, new.recipients
        )

    def _counts_others(self, old: Incident, new: Incident) -> bool:
        """Whether another sentence counts others by the same metric: five women here, three young men there."""
        if new.dependent or not (old.recipients and new.recipients):
            return False
        differ = any(
            a.metric == b.metric and a.best is not None and b.best is not None and a.best != b.best
            for a in old.counts
            for b in new.counts
        )
        return differ and not shares(old.recipients, new.recipients)

    def contradicts(self, old: Incident, new: Incident) -> bool:
        """Whether two claimants give different numbers, which must stand side by side."""
        if old.claimant is None or new.claimant is None or old.claimant.party is None or new.claimant.party is None:
            return False
        left, right = old.claimant.party, new.claimant.party
        if left.text == right.text or (left.actor_id is not None and left.actor_id == right.actor_id):
            return False
        for a in old.counts:
            for b in new.counts:
                if a.metric == b.metric and (a.low, a.best, a.high) != (b.low, b.best, b.high):
                    return True
                if {a.metric, b.metric} == {"killed", "casualties"}:
                    return True
        return False

    def _same_side(self, left: Sequence[Party], right: Sequence[Party]) -> bool:
        """Whether any party of one list may be one of the other."""
        for a in left:
            for b in right:
                if a.actor_id and b.actor_id:
                    if self.registry.root(a.actor_id) == self.registry.root(b.actor_id):
                        return True
                elif (
                    a.group == b.group
                    or set(a.text.casefold().split()) & set(b.text.casefold().split())
                    or (
                        not (a.actor_id and b.actor_id) and (a.group in CONFLICT_GROUPS) == (b.group in CONFLICT_GROUPS)
                    )
                ):
                    return True
        return False

    def merge(self, old: Incident, new: Incident) -> None:
        """Adds to an incident what another mention of it says."""
        if len(new.family_set) < len(old.family_set) and not new.dependent:
            old.action, old.family_set = new.action, new.family_set
            old.rules["action"] = new.rules["action"]
        if old.strength != "strong":
            old.strength = new.strength if new.strength == "strong" else old.strength
        if not old.actors or (
            new.actors and not any(p.actor_id for p in old.actors) and any(p.actor_id for p in new.actors)
        ):
            old.actors = new.actors
        if self._turns_round(old, new):
            pass  # the attackers' own losses: their number counts, but they were not attacked
        elif not old.recipients or (all(p.is_object for p in old.recipients) and new.recipients):
            is_toll = new.dependent and not old.dependent and old.trigger.value.voice != "reciprocal"
            own = old.actors if is_toll else ()  # who attacks is not who died of it
            old.recipients = [p for p in new.recipients if p not in own] or old.recipients
        elif new.strength != "verbal" and any(t.value.metric in VICTIM_METRICS for t in new.triggers):
            old.recipients = _with_victims(old, new.recipients)
        for count in new.counts:
            if any(_is_tally_beside(count, known) for known in old.counts):
                count.accounting = "cumulative"
            if not any(_same_count(count, known) for known in old.counts):
                old.counts.append(count)
        old.date = _better_date(old.date, new.date)
        old.place = _better_place(old.place, new.place)
        old.claimant = old.claimant or new.claimant
        old.readings.update(new.readings)
        old.readings.setdefault(new.reading.sentence.index, new.reading)
        old.triggers.extend(new.triggers)
        old.dependent = old.dependent and new.dependent
        old.is_vague = old.is_vague and new.is_vague


def _is_tally_beside(new: Count, known: Count) -> bool:
    """Whether a number told later is the sum of many incidents: `700 have died` behind `killed 19 people`."""
    if new.metric not in CASUALTY_METRICS or new.metric != known.metric or new.reading is known.reading:
        return False
    return _value(new) >= max(_TALLY, _TALLY_TIMES * _value(known)) > 0 and _value(known) > 0


def _value(count: Count) -> int:
    """Returns the number of a count, its bound where it has no best one."""
    return count.best or count.low or count.high or 0


def _with_victims(old: Incident, found: Sequence[Party]) -> list[Party]:
    """Adds to the recipients of an incident the victims of another mention that it has not named yet."""
    if any(not is_person(p) and (p.group in CONFLICT_GROUPS or p.actor_id is not None) for p in old.recipients):
        return old.recipients  # soldiers of the army that was attacked
    acting = {word for party in old.actors for word in _words(party)}
    fresh: list[Party] = []
    for party in found:
        known = any(names_same(party, other) for other in (*old.recipients, *fresh))
        if known or party.is_object or party.group == "person" or acting & _words(party):
            continue
        fresh.append(party)
    return [*old.recipients, *fresh]


def _names_others(old: Sequence[Party], new: Sequence[Party]) -> bool:
    """Whether two lists name persons, and not the same ones: each was kidnapped at another time."""
    left, right = [p for p in old if is_person(p)], [p for p in new if is_person(p)]
    if not left or not right:
        return False
    return not any(names_same(a, b) for a in left for b in right)


def _words(party: Party) -> set[str]:
    return {word.strip(".,'\u2019").casefold() for word in party.text.split()}


def names_same(a: Party, b: Party) -> bool:
    """Whether two parties are likely one: by their id, or by words that they share."""
    if a.actor_id is not None and a.actor_id == b.actor_id and a.group == b.group:
        return True
    return bool(_words(a) & _words(b))


def _apart(old: DateMention | None, new: DateMention | None) -> bool:
    """Whether two date mentions cannot mean one day."""
    if old is None or new is None or old.start is None or new.start is None or old.end is None or new.end is None:
        return False
    return old.end < new.start or new.end < old.start


def _different_places(old: PlaceMention | None, new: PlaceMention | None) -> bool:
    """Whether two places exclude each other: two populated places of different names, or two countries."""
    if old is None or new is None or old.place is None or new.place is None:
        return False
    if old.place.country and new.place.country and old.place.country != new.place.country:
        return True
    exact = ("exact", "near")
    return (
        old.precision in exact
        and new.precision in exact
        and old.place.place_id != new.place.place_id
        and not _within(old.place, new.place)
    )


def _within(a: Place, b: Place) -> bool:
    """Whether two places may be one in the other: close by each other."""
    if a.latitude is None or b.latitude is None or a.longitude is None or b.longitude is None:
        return True
    return abs(a.latitude - b.latitude) < 0.25 and abs(a.longitude - b.longitude) < 0.25


def _better_date(old: DateMention | None, new: DateMention | None) -> DateMention | None:
    """Returns the more exact of two dates, the earlier mention on a tie."""
    if old is None or old.start is None:
        return new or old
    if new is None or new.start is None or new.end is None or old.end is None:
        return old
    return new if (new.end - new.start) < (old.end - old.start) else old


_FINENESS: Final = {"exact": 0, "near": 1, "admin2": 2, "admin1": 3, "country": 4}


def _better_place(old: PlaceMention | None, new: PlaceMention | None) -> PlaceMention | None:
    """Returns the more exact of two places, the earlier mention on a tie."""
    if old is None or new is None:
        return old or new
    return new if _FINENESS.get(new.precision, 5) < _FINENESS.get(old.precision, 5) else old


def shares(left: Sequence[Party], right: Sequence[Party]) -> bool:
    """Whether a party of one list is one of the other, by its id or its words."""
    return bool({p.actor_id or p.text for p in left} & {p.actor_id or p.text for p in right})


def _same_count(a: Count, b: Count) -> bool:
    """Whether two counts repeat each other: same metric and number, or a vague word beside a number."""
    if a.metric != b.metric:
        return False
    if (a.low, a.best, a.high) == (b.low, b.best, b.high):
        return True
    return a.best is not None and a.best in (b.low, b.best)
