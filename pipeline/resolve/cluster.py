"""Groups to clusters: each group goes to the cluster that it fits best, or founds one.

What belongs here: the order of the groups and the index that keeps comparisons few. What does not: what fits
(match.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from pipeline.resolve.groups import ACCOUNTING_CLASSES, INCREMENT, REPORTED, Block, Group
from pipeline.resolve.match import PLACE_POINTS, TELLING_NUMBER, Match, compare, is_reworded

#: Clusters compared under one key, the newest ones: keeps the work linear where a key says little (a country at
#: war on one day); a hundred incidents of one place or side on one day are beyond what news tells.
LONGEST_LOOKUP: Final = 100
#: Of these, the clusters that share most with the group: the best match shares more names and days than others.
MOST_COMPARED: Final = 40

_Key = tuple[Block, str, object]


class _Index:
    """Finds the clusters that share a place, side, article or number with a group, about its days."""

    def __init__(self) -> None:
        self.clusters: list[Group] = []
        self._keys: defaultdict[_Key, list[int]] = defaultdict(list)
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
        days: list[int | str] = ["long"] if cluster.is_long else _list_days(cluster)
        told = _number_keys(group, cluster.block, [*_list_days(cluster), "any"])
        for key in (*_name_keys(cluster, cluster.block, kinds, days), *told, *_article_keys(group, cluster.block)):
            if key not in held:
                held.add(key)
                self._keys[key].append(number)

    def best(self, group: Group, block: Block) -> tuple[int, Match] | None:
        """Returns the cluster that a group fits best, the oldest of equals."""
        kinds = ("point", "vague") if group.places.get("point") else ("any",)
        keys = [*_name_keys(group, block, kinds, [*_list_days(group), "long"])]
        if group.days is None or group.is_long:
            keys += [*_number_keys(group, block, ["any"]), *_article_keys(group, block)]
        else:  # a day before or after, or a neighbouring place, must tell the same number
            keys += _number_keys(group, block, [*range(group.days[0] - 1, group.days[1] + 2)])
        hits: Counter[int] = Counter()
        for key in keys:
            if key in self._keys:
                weight = PLACE_POINTS.get(key[1], 1)
                for number in self._keys[key][-LONGEST_LOOKUP:]:
                    hits[number] += weight
        likely = sorted(sorted(hits, key=lambda n: (-hits[n], n))[:MOST_COMPARED])
        found = [(n, match) for n in likely if (match := compare(group, self.clusters[n]))]
        return max(found, key=lambda item: item[1].score, default=None)


def _list_days(group: Group) -> list[int | str]:
    """Returns the days of a group; none where it has no date or too wide a one."""
    return [*range(group.days[0], group.days[1] + 1)] if group.days and not group.is_long else []


def _article_keys(group: Group, block: Block) -> Iterator[_Key]:
    """Yields a key for each article."""
    yield from ((block, "article", article) for article in group.articles)


def _number_keys(group: Group, block: Block, days: list[int | str]) -> Iterator[_Key]:
    """Yields a key for each telling number on each day."""
    for metric, values in group.numbers.items():
        yield from ((block, metric, (n, day)) for n in values if n >= TELLING_NUMBER for day in days)


def _name_keys(group: Group, block: Block, kinds: tuple[str, ...], days: list[int | str]) -> Iterator[_Key]:
    """Yields a key for each place, country and side on each day.

    Clusters with an exact place stand under `point` and `any`, others under `vague` and `any`; hence a group with
    an exact place never meets clusters of other exact places.
    """
    names = {*group.countries, *group.places.get("words", ())}
    for side in (group.actor, group.recipient):
        names |= side.words
        names |= {name.split("_")[0] for name in side.ids}  # found by the state or movement that it is part of
    for kind in kinds:
        for name in group.places["point"] if kind == "point" else names:
            yield from ((block, kind, (name, day)) for day in days)


def cluster_groups(groups: list[Group]) -> list[Group]:
    """Returns the clusters of the groups; does not depend on the order in which the groups come.

    Groups that say most come first, so that a vague report joins a specific one and never ties two of them
    together; groups without a date come last. A denied group is attached to the event that it denies.
    """
    index = _Index()
    for group in sorted(groups, key=_order):
        block = group.block
        if block.mode == "denied":
            blocks = [Block(block.component, name, REPORTED) for name in dict.fromkeys(ACCOUNTING_CLASSES.values())]
            found = next((best for b in blocks if (best := index.best(group, b))), None)
            if found:
                index.clusters[found[0]].denials += group.claims
                continue
        found = index.best(group, block)
        if found is None:
            index.add(group)
        else:
            index.clusters[found[0]].absorb(group, swapped=found[1].swapped)
            index.update(found[0], group)
    return _join_reworded(index.clusters)


def _join_reworded(clusters: list[Group]) -> list[Group]:
    """Returns the clusters, those joined that tell one number of one place, day and side in other words for the act.

    What one report calls an attack is a conquest in the next, and its toll a total "so far": families and accounting
    keep such reports apart, and only a number that both tell brings them together. Clusters that say most take in
    those that say less.
    """
    at: defaultdict[object, list[int]] = defaultdict(list)
    kept: dict[int, Group] = {}
    ranked = sorted(range(len(clusters)), key=lambda n: (clusters[n].block.accounting != INCREMENT, n))
    for number in ranked:
        cluster = clusters[number]
        keys = _reworded_keys(cluster)
        near = sorted({other for key in keys for other in at[key][-LONGEST_LOOKUP:]})
        found = next((other for other in near if is_reworded(cluster, kept[other])), None)
        if found is None:
            kept[number] = cluster
            for key in keys:
                at[key].append(number)
        else:
            kept[found].absorb(cluster, swapped=False)
            kept[found].denials += cluster.denials
    return [kept[number] for number in sorted(kept)]


def _reworded_keys(cluster: Group) -> list[object]:
    """Returns a key for each telling number of each place; none where that says too little."""
    if cluster.block.mode != REPORTED or cluster.days is None:
        return []
    places = [place for level in ("point", "admin2", "admin1", "area") for place in cluster.places.get(level, ())]
    told = [(metric, n) for metric, values in cluster.numbers.items() for n in values if n >= TELLING_NUMBER]
    return [(place, *key) for place in sorted(places) for key in sorted(told)]


def join_groups(groups: list[Group]) -> Group:
    """Returns one cluster of groups that are known to tell of one incident, whatever they say."""
    first, *others = sorted(groups, key=_order)
    for group in others:
        if group.block.mode == "denied" != first.block.mode:
            first.denials += group.claims
        else:
            match = compare(group, first)
            first.absorb(group, swapped=bool(match and match.swapped))
    return first


def _order(group: Group) -> tuple[bool, bool, int, object]:
    """Denied last, undated next to last, else the most specific first, then the earliest."""
    says = (group.places.get("point"), group.countries, group.is_single_day, group.actor.ids, group.recipient.ids)
    told = sum(bool(part) for part in (*says, group.numbers))
    return (group.block.mode == "denied", group.days is None, -told, min(claim.order for claim in group.claims))
