"""Whether a group of claims and a cluster tell of one incident.

What belongs here: contradictions and the score; every weight with its reason. What does not: which pairs are
compared (cluster.py). The rule in plain words: docs/events.md.
"""

from math import cos, hypot, radians
from typing import Final, NamedTuple

from pipeline.resolve.groups import INCREMENT, LONGEST_SPAN, REPORTED, Group, Side, is_same_actor

#: Points needed. Reached by one exact place on one day, or by both sides, or by one side with day and action,
#: never by country or date alone.
THRESHOLD: Final = 4

#: The same named place: hardly ever two incidents of a kind on one day. Coarser places hold many.
PLACE_POINTS: Final = {"point": 4, "words": 3, "admin2": 3, "admin1": 2, "area": 2}
SAME_COUNTRY: Final = 2  # both say no more than the country
INSIDE_COUNTRY: Final = 1  # one place may lie inside the other: nothing speaks against it
NO_PLACE: Final = 1  # neither says where: equally vague, so nearer to each other than to one that does
SIDE_POINTS: Final = 2  # for each side that agrees; taken off where it differs
SAME_DAY: Final = 1
SAME_ACTION: Final = 1
SAME_NUMBER: Final = 2
NEAR_NUMBER: Final = 1
#: Numbers below this agree by chance: most incidents kill one or two.
TELLING_NUMBER: Final = 3
#: Numbers from here on hardly agree by chance in one province on one day.
LARGE_NUMBER: Final = 10
#: Tolls of one incident are corrected, mostly upward, but seldom more than threefold; small ones need this many more.
CLASH_RATIO: Final = 3
CLASH_DIFFERENCE: Final = 5
NUMBER_CLASH: Final = -2
WIDE_DATE: Final = -2  # a span above a month: many incidents fit into it

#: PLOVER sectors of a state's own arms; a named body (SDN_RSF) may well fight the army of its state.
STATE_SECTORS: Final = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "LEG"})

#: A city and its suburbs, a town and the villages that its district counts in.
NEAR_KM: Final = 30
KM_PER_DEGREE: Final = 111.2

#: Metrics that one incident's reports mix; any other two metrics are of different matters.
HARM: Final = frozenset({"killed", "injured", "casualties", "missing", "captured", "abducted"})


class Match(NamedTuple):
    """How well a group fits a cluster, and whether its sides are named the other way round."""

    score: int
    swapped: bool


def compare(group: Group, cluster: Group) -> Match | None:
    """Returns the match of a group and a cluster, or null where something speaks against it or too little for it."""
    if group.families.isdisjoint(cluster.families):
        return None
    apart = _days_apart(group, cluster)
    if apart > 1:
        return None
    is_tally = group.block.accounting != INCREMENT
    number = _number_points(group, cluster)
    place = _place_points(group, cluster, is_near_enough=number == SAME_NUMBER)
    if place is None:
        return None
    actor, recipient, swapped = _sides(group, cluster)
    if actor < 0 and recipient < 0:
        return None
    shared = group.metrics & cluster.metrics
    # A total is a total of one metric and of one group of people; the same number tells who is meant by other words.
    is_of_others = recipient < 1 and (group.recipient != Side() or cluster.recipient != Side())
    if is_tally and (not shared or number < 0 or (is_of_others and (recipient < 0 or number < SAME_NUMBER))):
        return None
    if group.metrics and cluster.metrics and not shared and not group.metrics | cluster.metrics <= HARM:
        return None
    if group.days is None or cluster.days is None:
        score = place + SIDE_POINTS * (actor + recipient) + number
        is_one = place > 0 and actor + recipient > 0 and number >= 0 and _is_one_report(group, cluster, number)
        return Match(score, swapped) if is_one else None
    if apart == 1 and number < SAME_NUMBER:
        return None  # midnight moves a date by a day, but then the same number must be told
    if is_tally and group.is_range and cluster.is_range and abs(group.days[0] - cluster.days[0]) > LONGEST_SPAN:
        return None  # totals of two periods
    score = (
        place
        + SIDE_POINTS * (actor + recipient)
        + number
        + SAME_DAY * (group.days == cluster.days and group.is_single_day)
        + SAME_ACTION * bool(group.actions & cluster.actions)
        + WIDE_DATE * (not is_tally and (group.is_long or cluster.is_long))
    )
    return Match(score, swapped) if score >= THRESHOLD else None


def is_reworded(one: Group, other: Group) -> bool:
    """Whether two groups of any families or accounting tell one number of one place and days.

    Besides, a side must agree and none differ, or one in a town; or the number is large, or two of them agree: chance
    gives neither.
    """
    if (one.block.mode, other.block.mode) != (REPORTED, REPORTED) or _days_apart(one, other) > 0:
        return False
    shared = [
        max(numbers & other.numbers.get(metric, frozenset()), default=0) for metric, numbers in one.numbers.items()
    ]
    telling = [number for number in shared if number >= TELLING_NUMBER]
    place = _place_points(one, other, is_near_enough=False)
    if not telling or place is None or place < PLACE_POINTS["admin1"]:
        return False
    actor, recipient, _ = _sides(one, other)
    if len(telling) > 1:
        return actor + recipient >= -1
    if telling[0] >= LARGE_NUMBER:
        return actor + recipient >= 0
    return max(actor, recipient) > 0 and (actor + recipient > 0 or place == PLACE_POINTS["point"])


def _days_apart(group: Group, cluster: Group) -> int:
    """Returns how many days lie from the end of the one to the start of the other; 0 or less where they overlap."""
    if group.days is None or cluster.days is None:
        return 0
    return max(group.days[0], cluster.days[0]) - min(group.days[1], cluster.days[1])


def _is_one_report(group: Group, cluster: Group, number: int) -> bool:
    """Whether two groups, one without a date, have the metric and either the article or claimant and number in common."""
    same_metric = bool(group.metrics & cluster.metrics) or group.metrics == cluster.metrics
    same_article = not group.articles.isdisjoint(cluster.articles)
    same_claim = number >= SAME_NUMBER and not group.claimants.isdisjoint(cluster.claimants)
    return same_metric and (same_article or same_claim)


def _place_points(group: Group, cluster: Group, *, is_near_enough: bool) -> int | None:
    """Returns the points of the finest level on which both name a place; null where they name different ones.

    Two towns in sight of each other neither agree nor differ where the same number is told: reports name the suburb
    or the city.
    """
    if group.countries and cluster.countries and not group.countries & cluster.countries:
        return None
    for level, worth in PLACE_POINTS.items():
        mine, theirs = group.places.get(level), cluster.places.get(level)
        if not mine or not theirs:
            continue
        if mine & theirs:
            return worth
        if level == "point" and is_near_enough and _are_near(group, cluster):
            return 0
        if level != "words":  # one place has many names, but one id
            return None
    if group.countries and cluster.countries:
        return INSIDE_COUNTRY if group.places or cluster.places else SAME_COUNTRY
    says_where = group.places or cluster.places or group.countries or cluster.countries
    return 0 if says_where else NO_PLACE


def _are_near(group: Group, cluster: Group) -> bool:
    """Whether two places of them lie within `NEAR_KM`."""
    return any(_distance(one, other) <= NEAR_KM for one in group.points for other in cluster.points)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Returns the distance of two points (latitude, longitude) in kilometres, on a plane: they are near or do not matter."""
    east = (one[1] - other[1]) * cos(radians((one[0] + other[0]) / 2))
    return KM_PER_DEGREE * hypot(one[0] - other[0], east)


def _sides(group: Group, cluster: Group) -> tuple[int, int, bool]:
    """Returns how actor and recipient agree (1), differ (-1) or cannot tell (0), and whether in the other order."""
    straight = (_agree(group.actor, cluster.actor), _agree(group.recipient, cluster.recipient))
    if group.mutual and cluster.mutual:
        crossed = (_agree(group.actor, cluster.recipient), _agree(group.recipient, cluster.actor))
        best, swapped = max((straight, False), (crossed, True), key=lambda pair: (sum(pair[0]), not pair[1]))
        # Who names one party of several may mean the one that the other does not name.
        is_partial = (
            len(group.actor.ids | group.recipient.ids) < 2 or len(cluster.actor.ids | cluster.recipient.ids) < 2
        )
        actor, recipient = (max(side, 0) for side in best) if is_partial else best
        return actor, recipient, swapped
    return straight[0], straight[1], False


def _agree(one: Side, other: Side) -> int:
    """Ids decide where both have them; words can agree but not differ, since one actor has many names."""
    if one.words & other.words or one.ids & other.ids:
        return 1
    if not (one.ids and other.ids):
        return 0
    pairs = [(a, b) for a in one.ids for b in other.ids]
    if any(is_same_actor(a, b) for a, b in pairs):
        return 1
    return 0 if any(_are_of_one_state(a, b) for a, b in pairs) else -1


def _are_of_one_state(one: str, other: str) -> bool:
    """Whether two ids are arms of one state: reports name now the government, now its army or police."""
    state, _, sector = one.partition("_")
    other_state, _, other_sector = other.partition("_")
    return state == other_state and sector in STATE_SECTORS and other_sector in STATE_SECTORS


def _number_points(group: Group, cluster: Group) -> int:
    """Returns the points of the numbers of shared metrics: the same, near, or too far apart."""
    points = 0
    for metric, mine in group.numbers.items():
        theirs = cluster.numbers.get(metric)
        if not theirs:
            continue
        common = mine & theirs
        if common and max(common) >= TELLING_NUMBER:
            return SAME_NUMBER
        if common:
            points = max(points, NEAR_NUMBER)
        elif not points and _clash(mine, theirs):
            points = NUMBER_CLASH
    return points


def _clash(mine: frozenset[int], theirs: frozenset[int]) -> bool:
    """Whether all numbers of the one are far above or below all of the other."""
    low, high = (mine, theirs) if max(mine) < min(theirs) else (theirs, mine)
    top, bottom = max(low), min(high)
    return bottom > CLASH_RATIO * top and bottom - top > CLASH_DIFFERENCE
