"""One article's incidents against its gold: which belong together, and what is right in them.

What belongs here: alignment and counting. What does not: shares and intervals (figures.py), the comparison of two
values (match.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.evaluate.gold import CODES, SPANS, Article, Gold, GoldSet, gold_dates, gold_number
from pipeline.evaluate.incidents import Incident
from pipeline.evaluate.match import Matcher, is_right_number, judge_date

#: Parts of a count: fills in gold, fills said, gold fills that were found, said fills that are right.
PARTS: Final = ("gold", "said", "found", "right")

#: What is counted beside the slots.
EXTRAS: Final = (
    "actors strict", "recipients strict", "claimants strict", "date exact", "date within a day", "quantities exact",
    "quantities above one exact", "all quantities right", "role confusion", "relevance", "false alarms", "incidents",
)  # fmt: skip

_MODE_WEIGHT: Final = 0.25  # most incidents share it
_OPTIONAL_WEIGHT: Final = 0.98  # on a tie the incident that must be found is preferred, then the earlier one
_AGREES: Final = 0.01  # an agreement above the weights that only break ties


class Miss(NamedTuple):
    """Something that is not right."""

    slot: str
    article_id: str
    kind: str  # wrong, missed, spurious
    gold: Any
    said: Any


@dataclass
class Tally:
    """What was counted in one article."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)

    def add(self, measure: str, *, gold: int = 0, said: int = 0, found: int = 0, right: int = 0) -> None:
        """Adds to the counts of a measure."""
        self.counts.update(dict(zip([(measure, part) for part in PARTS], (gold, said, found, right), strict=True)))

    def add_case(self, measure: str, *, is_right: bool) -> None:
        """Adds one case to a measure that is a plain share."""
        self.add(measure, gold=1, said=1, found=is_right, right=is_right)


class Scored(NamedTuple):
    """One article: its counts, and the gold that each of its incidents belongs to.

    `pairs` leaves out incidents of which nothing can be said: told beside gold that is not all there is.
    """

    tally: Tally
    pairs: list[tuple[Incident, Gold | None]]


def score_article(
    article: Article, said: Sequence[Incident], gold: Sequence[Gold], rules: GoldSet, matcher: Matcher
) -> Scored:
    """Counts what is right in one article."""
    return _Scorer(article, rules, matcher).score(said, gold)


def assign(weights: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Returns min(rows, columns) pairs (row, column) whose weights add up to the most.

    The Hungarian method: rows are added one by one, each by the cheapest chain of changes to the pairs before it.
    """
    rows, columns = weights.shape
    if rows > columns:
        return [(row, column) for column, row in assign(weights.T)]
    by_row, by_column = np.zeros(rows + 1), np.zeros(columns + 1)  # potentials; row and column 0 are no real ones
    owner = np.zeros(columns + 1, dtype=int)
    for row in range(1, rows + 1):
        owner[0], at = row, 0
        cheapest, before = np.full(columns + 1, np.inf), np.zeros(columns + 1, dtype=int)
        is_done = np.zeros(columns + 1, dtype=bool)
        while owner[at]:
            is_done[at] = True
            cost = np.concatenate(([np.inf], -weights[owner[at] - 1] - by_row[owner[at]] - by_column[1:]))
            is_better = ~is_done & (cost < cheapest)
            cheapest[is_better], before[is_better] = cost[is_better], at
            following = int(np.argmin(np.where(is_done, np.inf, cheapest)))
            step = cheapest[following]
            by_row[owner[is_done]] += step
            by_column[is_done] -= step
            cheapest[~is_done] -= step
            at = following
        while at:
            owner[at] = owner[before[at]]
            at = before[at]
    return [(int(owner[column]) - 1, column - 1) for column in range(1, columns + 1) if owner[column]]


class _Scorer:
    """Scores one article of a set."""

    def __init__(self, article: Article, rules: GoldSet, matcher: Matcher) -> None:
        self.article_id: str = article["article_id"]
        self.language: str = (article.get("language") or "en")[:2]
        self.rules = rules
        self.matcher = matcher
        self.tally = Tally()

    def score(self, said: Sequence[Incident], gold: Sequence[Gold]) -> Scored:
        """Aligns and counts."""
        self._count_relevance(said, gold)
        weights = np.array(
            [[self._weigh(a, b) - 1e-9 * (i + j) for j, b in enumerate(gold)] for i, a in enumerate(said)]
        ).reshape(len(said), len(gold))
        chosen = self._choose(said, gold, weights)
        partner: dict[int, int] = {}  # said by gold
        pairs: list[tuple[Incident, Gold | None]] = []
        used: set[int] = set()
        for i, j in chosen:
            if gold[j].get("optional") and weights[i, j] <= _AGREES:
                continue
            used.add(i)
            pairs.append((said[i], gold[j]))
            if not gold[j].get("optional"):
                partner[j] = i
        for j, one in enumerate(gold):
            if not one.get("optional"):
                at = partner.get(j)
                agrees = at is not None and bool(weights[at, j] > _AGREES)
                if self.rules.exhaustive:
                    self.tally.add("incidents", gold=1, said=at is not None, found=agrees, right=agrees)
                self._count_pair(said[at] if at is not None else _NOTHING, one)
        for i, incident in enumerate(said):
            if i not in used and self._is_relevant(incident) and self.rules.counts_spurious:
                pairs.append((incident, None))
                self._count_spurious(incident)
        return Scored(self.tally, pairs)

    def _is_relevant(self, incident: Incident) -> bool:
        relevant = self.rules.relevant
        return relevant is None or (incident.action in relevant and incident.is_told)

    def _count_relevance(self, said: Sequence[Incident], gold: Sequence[Gold]) -> None:
        """Counts whether the article is found to be relevant; not where all that it tells of is optional."""
        is_meant = any(not one.get("optional") for one in gold)
        if not self.rules.exhaustive or (gold and not is_meant):
            return
        is_said = any(map(self._is_relevant, said))
        both = is_meant and is_said
        self.tally.add("relevance", gold=is_meant, said=is_said, found=both, right=both)
        if not is_meant:
            self.tally.add_case("false alarms", is_right=is_said)
        if is_meant != is_said:
            found = next((incident.action for incident in said if self._is_relevant(incident)), None)
            self._miss("relevance", "missed" if is_meant else "spurious", "relevant" if is_meant else None, found)

    # ------------------------------------------------------------------ alignment

    def _choose(
        self, said: Sequence[Incident], gold: Sequence[Gold], weights: npt.NDArray[np.float64]
    ) -> list[tuple[int, int]]:
        """Returns which incident (by index) belongs to which gold."""
        if not (self.rules.one_incident and len(gold) == 1 and said):
            return assign(weights)
        order = sorted(range(len(said)), key=lambda i: said[i].start)
        has_number = [any(n is not None for n in self._numbers(said[i]).values()) for i in range(len(said))]
        counted = [i for i in order if "quantities" in self.rules.slots and has_number[i]]
        return [((counted or order)[0], 0)]

    def _weigh(self, said: Incident, gold: Gold) -> float:
        """Returns how much an incident agrees with gold."""
        total = self._agreement(said, gold)
        return total * _OPTIONAL_WEIGHT if gold.get("optional") else total + 1e-6

    def _agreement(self, said: Incident, gold: Gold) -> float:
        exact, near = judge_date(gold, said.date)
        total = 1.0 if exact else 0.5 if near else 0.0
        total += said.action in gold.get("actions", ())
        total += said.plover in gold.get("plover", ())
        total += _MODE_WEIGHT * (said.mode in gold.get("claim_modes", ()))
        for slot in SPANS:
            fills, meant = said.fills.get(slot, []), gold.get(slot, [])
            if fills and meant:
                right = sum(any(self._same(slot, a, b) for b in meant) for a in fills) / len(fills)
                found = sum(any(self._same(slot, a, b) for a in fills) for b in meant) / len(meant)
                total += 2 * right * found / (right + found) if right + found else 0
        wanted = [q for q in gold.get("quantities", []) if not q.get("optional") and gold_number(q) > 0]
        told = [said.numbers.get(q["metric"]) for q in wanted]
        hits = [number is not None and is_right_number(q, number) for q, number in zip(wanted, told, strict=True)]
        return total + (sum(hits) / len(hits) if hits else 0)

    def _same(self, slot: str, said: Sequence[str], meant: Sequence[str], *, strict: bool = False) -> bool:
        return self.matcher.same(slot, said, meant, self.language, strict=strict)

    # ------------------------------------------------------------------ counting

    def _count_pair(self, said: Incident, gold: Gold) -> None:
        """Counts every slot of one gold incident that is annotated and scored."""
        slots = self.rules.slots
        if "date" in slots and gold_dates(gold):
            self._count_date(said, gold)
        for slot, value in zip(CODES, (said.action, said.plover, said.mode), strict=True):
            # A mode is always one of the codes: an empty list of them says that it was not annotated.
            if slot in slots and slot in gold and (gold[slot] or slot != "claim_modes"):
                hit = value in gold[slot]
                self.tally.add(slot, gold=bool(gold[slot]), said=value is not None, found=hit, right=hit)
                if not hit and (gold[slot] or value):
                    self._miss(slot, "wrong" if value else "missed", gold[slot], value)
        for slot in SPANS:
            if slot in slots and slot in gold:
                self._count_fills(slot, said.fills.get(slot, []), gold[slot], gold.get(f"{slot}_optional", []))
        if "recipients" in slots and "actors" in gold and "recipients" in gold:
            self._count_roles(said, gold)
        if "quantities" in slots and "quantities" in gold:
            self._count_quantities(said, gold["quantities"])

    def _count_date(self, said: Incident, gold: Gold) -> None:
        exact, near = judge_date(gold, said.date)
        self.tally.add("date", gold=1, said=said.date is not None, found=exact, right=exact)
        self.tally.add_case("date exact", is_right=exact)
        self.tally.add_case("date within a day", is_right=near)
        if not exact:
            found = [str(day) for day in said.date] if said.date else None
            self._miss("date", "wrong" if found else "missed", [gold.get("date_start"), gold.get("date_end")], found)

    def _count_fills(
        self, slot: str, fills: Sequence[list[str]], gold: Sequence[list[str]], optional: Sequence[list[str]]
    ) -> None:
        """Counts the fills of a slot of phrases; several fills may be right by one of gold, and the other way round."""
        said = right = strictly = 0
        found: set[int] = set()
        for fill in fills:
            hits = [k for k, meant in enumerate(gold) if self._same(slot, fill, meant)]
            if not hits and any(self._same(slot, fill, meant) for meant in optional):
                continue
            said += 1
            right += bool(hits)
            strictly += any(self._same(slot, fill, gold[k], strict=True) for k in hits)
            found.update(hits)
            if not hits:
                self._miss(slot, "wrong", gold, fill)
        for k, meant in enumerate(gold):
            if k not in found:
                self._miss(slot, "missed", meant, fills)
        self.tally.add(slot, gold=len(gold), said=said, found=len(found), right=right)
        if f"{slot} strict" in EXTRAS:
            hit = sum(any(self._same(slot, fill, meant, strict=True) for fill in fills) for meant in gold)
            self.tally.add(f"{slot} strict", gold=len(gold), said=said, found=hit, right=strictly)

    def _count_roles(self, said: Incident, gold: Gold) -> None:
        """Counts, of the parties that gold knows, those that stand in the other's slot only."""
        for slot, other in (("actors", "recipients"), ("recipients", "actors")):
            for fill in said.fills.get(slot, []):
                here = any(self._same(slot, fill, meant) for meant in gold[slot])
                there = any(self._same(other, fill, meant) for meant in gold[other])
                if here or there:
                    self.tally.add_case("role confusion", is_right=not here)

    def _numbers(self, said: Incident) -> Mapping[str, int | None]:
        """Returns the numbers of an incident whose metrics are scored."""
        metrics = self.rules.metrics
        return {metric: number for metric, number in said.numbers.items() if not metrics or metric in metrics}

    def _count_quantities(self, said: Incident, gold: Sequence[Mapping[str, Any]]) -> None:
        wanted = [quantity for quantity in gold if not quantity.get("optional")]
        extra = {
            metric: number
            for metric, number in self._numbers(said).items()
            if number and metric not in {quantity["metric"] for quantity in gold}
        }
        rights = []
        for quantity in wanted:
            metric, meant = quantity["metric"], gold_number(quantity)
            number = said.numbers.get(metric)
            hit = is_right_number(quantity, number)
            rights.append(hit)
            self.tally.add(
                "quantities", gold=meant > 0, said=bool(number), found=hit and meant > 0, right=hit and bool(number)
            )
            self.tally.add_case("quantities exact", is_right=hit)
            if meant > 1:
                self.tally.add_case("quantities above one exact", is_right=hit)
            if not hit:
                self._miss("quantities", "missed" if number is None else "wrong", quantity, {metric: number})
        for metric, number in extra.items():
            self.tally.add("quantities", said=1)
            self._miss("quantities", "wrong", {metric: 0}, {metric: number})
        if wanted:
            self.tally.add_case("all quantities right", is_right=all(rights) and not extra)

    def _count_spurious(self, said: Incident) -> None:
        """Counts what an incident says that no gold knows."""
        slots = self.rules.slots
        self.tally.add("incidents", said=1)
        for slot, value in (
            ("date", said.date), ("actions", said.action), ("plover", said.plover), ("claim_modes", said.mode)
        ):  # fmt: skip
            if slot in slots and value is not None:
                self.tally.add(slot, said=1)
        for slot in SPANS:
            if slot in slots:
                self.tally.add(slot, said=len(said.fills[slot]))
                if f"{slot} strict" in EXTRAS:
                    self.tally.add(f"{slot} strict", said=len(said.fills[slot]))
        if "quantities" in slots:
            for metric, number in self._numbers(said).items():
                if number:
                    self.tally.add("quantities", said=1)
                    self._miss("quantities", "spurious", {metric: 0}, {metric: number})

    def _miss(self, slot: str, kind: str, gold: Any, said: Any) -> None:
        self.tally.misses.append(Miss(slot, self.article_id, kind, gold, said))


_NOTHING: Final = Incident(rows=[], start=0, date=None, action=None, plover=None, mode=None)
