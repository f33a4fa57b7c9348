"""Groups to clusters: each group goes to the cluster that it fits best, or founds one.

What belongs here: the order of the groups and the index that keeps comparisons few. What does not: what fits
(match.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pipeline.resolve.groups import INCREMENT, REPORTED, Block, Group
from pipeline.resolve.match import PLACE_POINTS, TELLING_NUMBER, Match, compare, is_reworded

#: Clusters compared under one key, the newest ones: keeps the work linear where a key says little (a country at
#: war on one day); a hundred incidents of one place or side on one day are beyond what news tells.
LONGEST_LOOKUP: Final = 100
#: Of these, the clusters that share most with the group: the best match shares more names and days than others.
MOST_COMPARED: Final = 40

#: Days over which a lookup takes all of `LONGEST_LOOKUP` for each; over more, fewer for each: weeks and months name many.
FEW_DAYS: Final = 4

#: A place, a metric and a number of it.
RewordedKey = tuple[str, str, int]
#: A kind of key, or a metric; a name or a number; a day, `long` or `any`.
_Key = tuple[str, str | int, int | str]


class Found(NamedTuple):
    """A cluster, by its number, and how well a group fits it."""

    number: int
    match: Match


class _Index:
    """Finds the clusters that share a place, side, article or number with a group, about its days."""

    def __init__(self) -> None:
        self.clusters: list[Group] = []
        self._shelves: defaultdict[Block, defaultdict[_Key, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._held: list[set[_Key]] = []

    def add(self, group: Group) -> None:
        """Adds a new cluster."""
        self.clusters.append(group)
        self._held.append(set())
        self.update(len(self.clusters) - 1, group)

    def update(self, number: int, group: Group) -> None:
        """Brings the keys of a cluster up to date with the group that it took in."""
        cluster, held = self.clusters[number], self._held[number]
        kinds = ("point", "any") if cluster.places.get("point") else ("vague", "any")
        listed = _list_days(cluster)
        days: list[int | str] = ["long"] if cluster.is_long else listed
        keys = _name_keys(cluster, kinds, days) + _number_keys(group, [*listed, "any"]) + _article_keys(group)
        shelf = self._shelves[cluster.block]
        for key in keys:
            if key not in held:
                held.add(key)
                shelf[key].append(number)

    def best(self, group: Group, block: Block, among: int | None = None) -> Found | None:
        """Returns the cluster that a group fits best, the oldest of equals; `among`: that cluster or none."""
        likely = self._find_likely(group, block) if among is None else [among]
        found = [Found(n, match) for n in likely if (match := compare(group, self.clusters[n]))]
        return max(found, key=lambda item: item.match.score, default=None)

    def _find_likely(self, group: Group, block: Block) -> list[int]:
        """Returns the clusters that share most with a group, the oldest first."""
        kinds = ("point", "vague") if group.places.get("point") else ("any",)
        days = _list_days(group)
        keys = _name_keys(group, kinds, [*days, "long"])
        if group.days is None or group.is_long:
            keys += _number_keys(group, ["any"]) + _article_keys(group)
        else:  # a day before or after, or a neighbouring place, must tell the same number
            keys += _number_keys(group, [*range(group.days[0] - 1, group.days[1] + 2)])
        most = LONGEST_LOOKUP if len(days) <= FEW_DAYS else LONGEST_LOOKUP // len(days)
        shelf = self._shelves[block]
        hits: defaultdict[int, int] = defaultdict(int)
        for key in keys:
            if key in shelf:
                weight = PLACE_POINTS.get(key[0], 1)
                for number in shelf[key][-most:]:
                    hits[number] += weight
        if len(hits) > MOST_COMPARED:
            return sorted(sorted(hits, key=lambda n: (-hits[n], n))[:MOST_COMPARED])
        return sorted(hits)


def _list_days(group: Group) -> list[int | str]:
    """Returns the days of a group; none where it has no date or too wide a one."""
    return [*range(group.days[0], group.days[1] + 1)] if group.days and not group.is_long else []


def _article_keys(group: Group) -> list[_Key]:
    """Returns a key for each article."""
    return [("article", article, "any") for article in group.articles]


def _number_keys(group: Group, days: list[int | str]) -> list[_Key]:
    """Returns a key for each telling number on each day."""
    told = [(metric, n) for metric, values in group.numbers.items() for n in values if n >= TELLING_NUMBER]
    return [(metric, n, day) for metric, n in told for day in days]


def _name_keys(group: Group, kinds: tuple[str, ...], days: list[int | str]) -> list[_Key]:
    """Returns a key for each place, country and side on each day.

    Clusters with an exact place stand under `point` and `any`, others under `vague` and `any`; hence a group with
    an exact place never meets clusters of other exact places.
    """
    names = {*group.countries, *group.places.get("words", ())}
    for side in (group.actor, group.recipient):
        names |= side.words
        names |= {name.split("_")[0] for name in side.ids}  # found by the state or movement that it is part of
    keys: list[_Key] = []
    for kind in kinds:
        keys += [(kind, name, day) for name in (group.places["point"] if kind == "point" else names) for day in days]
    return keys


def cluster_groups(groups: Iterable[Group]) -> list[Group]:
    """Returns the clusters of the groups; does not depend on the order in which the groups come.

    Groups that say most come first, so that a vague report joins a specific one and never ties two of them
    together; groups without a date come last. A denied group is attached to the event that it denies.
    """
    index = _Index()
    for group in sorted(groups, key=lambda group: group.order):
        found = _find(index, group)
        if found is None:
            index.add(group)
        else:
            _take_in(index, group, found)
    return index.clusters


def join_segments(segments: Iterable[Sequence[Group]]) -> list[Group]:
    """Returns clusters of segments, those joined that tell of one incident.

    Args:
        segments: The clusters of each segment that may have more in another, the earliest segment first.
    """
    index = _Index()
    for segment in segments:
        # All are looked up before any is added: what one segment kept apart stays apart.
        ranked = sorted(segment, key=lambda group: group.order)
        found = [_find(index, group) for group in ranked]
        for group, match in zip(ranked, found, strict=True):
            # A cluster that took in another one just now may have narrowed to what no longer fits.
            again = _find(index, group, among=match.number) if match else None
            if again is None:
                index.add(group)
            else:
                _take_in(index, group, again)
    return index.clusters


def _find(index: _Index, group: Group, among: int | None = None) -> Found | None:
    """Returns the cluster that a group fits best; a denial's is first looked for among what is reported."""
    block = group.block
    if block.mode == "denied" and (found := index.best(group, block._replace(mode=REPORTED), among)):
        return found
    return index.best(group, block, among)


def _take_in(index: _Index, group: Group, found: Found) -> None:
    cluster = index.clusters[found.number]
    if group.block.mode == "denied" != cluster.block.mode:
        cluster.denials += group.claims
        cluster.denied_parts += group.parts
    else:
        cluster.absorb(group, swapped=found.match.swapped)
        index.update(found.number, group)


def join_reworded(clusters: Sequence[Group]) -> list[Group]:
    """Returns the clusters, those joined that tell one number of one place, day and side in other words for the act.

    What one report calls an attack is a conquest in the next, and its toll a total "so far": families and accounting
    keep such reports apart, and only a number that both tell brings them together. Clusters that say most take in
    those that say less.
    """
    at: defaultdict[RewordedKey, list[int]] = defaultdict(list)
    kept: dict[int, Group] = {}
    ranked = sorted(range(len(clusters)), key=lambda n: (clusters[n].block.accounting != INCREMENT, clusters[n].order))
    for number in ranked:
        cluster = clusters[number]
        keys = reworded_keys(cluster)
        near = sorted({other for key in keys for other in at[key][-LONGEST_LOOKUP:]})
        found = next((other for other in near if is_reworded(cluster, kept[other])), None)
        if found is None:
            kept[number] = cluster
            for key in keys:
                at[key].append(number)
        else:
            kept[found].absorb(cluster, swapped=False)
    return [kept[number] for number in sorted(kept)]


def reworded_keys(cluster: Group) -> list[RewordedKey]:
    """Returns a key for each telling number of each place; none where that says too little."""
    if cluster.block.mode != REPORTED or cluster.days is None:
        return []
    places = [place for level in ("point", "admin2", "admin1", "area") for place in cluster.places.get(level, ())]
    told = [(metric, n) for metric, values in cluster.numbers.items() for n in values if n >= TELLING_NUMBER]
    return [(place, *key) for place in sorted(places) for key in sorted(told)]


def join_groups(groups: list[Group]) -> Group:
    """Returns one cluster of groups that are known to tell of one incident, whatever they say."""
    first, *others = sorted(groups, key=lambda group: group.order)
    for group in others:
        if group.block.mode == "denied" != first.block.mode:
            first.denials += group.claims
        else:
            match = compare(group, first)
            first.absorb(group, swapped=bool(match and match.swapped))
    return first
