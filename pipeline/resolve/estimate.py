"""The numbers of an event: which of several claims' quantities is taken.

What belongs here: one metric of one event, from claims to low, best and high. What does not: which claims tell of
one event (match.py). The rule in plain words: docs/events.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from pipeline.resolve.groups import Claim, words_key

#: Who counts best: bodies that count as their task and belong to no side; then the state that counts its dead and
#: the press that was there; then the unnamed; last those who fight, since numbers are their weapon.
SOURCE_RANK: Final = {
    "igo": 0,
    "ngo": 0,
    "government": 1,
    "media": 1,
    "official_unnamed": 2,
    "witness": 2,
    "unknown": 2,
    "military": 3,
    "rebel": 3,
    "belligerent": 3,
}
#: How firmly words state a number; a firm number is kept against a later vague word.
FIRMNESS: Final = {"exact": 3, "approximate": 2, "range": 2, "at_least": 1, "at_most": 1, "vague": 0}
#: Tolls settle within days: a count older than this against the newest is outdated, whoever made it.
FRESH: Final = timedelta(days=3)
#: A running total that falls to less than one part in so many has begun anew; rounding and other sources move it less.
SHARP_FALL: Final = 2
#: First days of a count that are the same: words name a month or a season as well as its first day.
SAME_START: Final = timedelta(days=15)
#: Metrics that are never added up from parts: killed and injured together is itself a sum.
NEVER_SUMMED: Final = frozenset({"casualties"})

Relation = Literal["supports", "contradicts", "updates"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one claimant says in one mention: one number, from one claim or from parts that were added up."""

    claimant: str
    at: datetime
    rank: int
    firmness: int
    low: int | None
    best: int | None
    high: int | None
    claims: tuple[Claim, ...]

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Earliest first; of one moment, the firmer later."""
        return (self.at, self.firmness, min(claim.claim_id for claim in self.claims))

    @property
    def since(self) -> date | None:
        """The first day of what a total counts, where the words say so."""
        return self.claims[0].event_date_start if self.claims[0].date_precision == "range" else None

    @property
    def until(self) -> date:
        """The last day of what a total counts: the day when it was told, where the words say nothing else."""
        return self.claims[0].event_date_end or self.at.date()

    def excludes(self, value: int) -> bool:
        """Whether the number cannot be this one."""
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


@dataclass(frozen=True, slots=True)
class Figure:
    """The numbers of one metric, the rule that chose them, and how each claim stands to them."""

    low: int | None
    best: int | None
    high: int | None
    rule: str
    unit: str | None
    used: frozenset[str]
    relations: dict[str, Relation]


def estimate(claims: Sequence[Claim], accounting: str) -> Figure | None:
    """Returns the numbers of one metric of one event, or null where no claim gives any.

    Args:
        claims: Reported claims of one metric and unit, without copies.
        accounting: The event's accounting class.
    """
    statements = _make_statements(claims, accounting)
    if not statements:
        return None
    counted, restarts = _take_since_restart(statements) if accounting == "cumulative" else (statements, set[str]())
    current, updates = _take_latest(counted, accounting)
    updates |= restarts
    newest = max(statement.at for statement in current)
    fresh = [s for s in current if accounting == "cumulative" or newest - s.at <= FRESH]
    stated = [s for s in fresh if s.best is not None] or [s for s in current if s.best is not None]
    chosen = min(stated, key=lambda s: _preference(s, accounting), default=None)
    span = fresh if chosen is None or chosen in fresh else [*fresh, chosen]
    best = chosen.best if chosen else None
    lows = [s.low for s in span if s.low is not None]
    highs = [s.high for s in span if s.high is not None]
    # An open "at least" above all other numbers is a claim of that many; a high is known where nobody leaves it
    # open, or where somebody gives a number that closes it.
    known = highs and (chosen or len(highs) == len(span))
    low = min([*lows, *([] if best is None else [best])], default=None)
    high = max([*highs, *lows, best or 0]) if known else None
    ends = [s for s in span if s is chosen or s.low == low or (high is not None and high in (s.high, s.low))]
    return Figure(
        low=low,
        best=best,
        high=high,
        rule=_name_rule(best, accounting, claims, has_restarted=bool(restarts)),
        unit=(chosen or span[0]).claims[0].quantity_unit,
        used=frozenset(claim.claim_id for s in ends for claim in s.claims),
        relations=_relate(statements, current, updates, chosen),
    )


def _make_statements(claims: Sequence[Claim], accounting: str) -> list[Statement]:
    """Returns one statement per claimant and mention."""
    said: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        # Without a named claimant the publication speaks itself.
        said[claim.claimant or f"={claim.publisher or claim.article_id}", claim.mention_id].append(claim)
    statements = []
    for (claimant, _), rows in said.items():
        rows.sort(key=lambda claim: (claim.char_start, claim.claim_id))
        parts = _take_parts(rows, accounting)
        bounds = [_bounds(claim) for claim in parts]
        low, best, high = (_add(column) for column in zip(*bounds, strict=True))
        if low is None and best is None and high is None:
            continue
        first = parts[0]
        statements.append(
            Statement(
                claimant=claimant,
                at=first.published_at or datetime.min,
                rank=SOURCE_RANK[first.claimant_type],
                firmness=min(_firmness(claim) for claim in parts),
                low=low,
                best=best,
                high=high,
                claims=tuple(parts),
            )
        )
    return sorted(statements, key=lambda statement: statement.order)


def _take_parts(rows: list[Claim], accounting: str) -> list[Claim]:
    """Returns the claims whose numbers are added up: disjoint parts of one sentence, else the one firmest claim."""
    by_group: defaultdict[str | None, list[Claim]] = defaultdict(list)
    for row in rows:
        by_group[row.affected_id or words_key(row.affected_text)].append(row)
    firmest = [max(same, key=_weight) for same in by_group.values()]
    parts = [claim for claim in firmest if claim.accounting == "increment" and claim.quantity_best is not None]
    values = [claim.quantity_best or 0 for claim in parts]
    may_add = (
        accounting == "increment"
        and len(parts) == len(firmest) > 1
        and None not in by_group
        and rows[0].metric not in NEVER_SUMMED
        and len({claim.sentence_index for claim in parts}) == 1
    )
    # "20 people, 12 soldiers and 5 civilians": a larger number that comes first holds the several that follow.
    holds_rest = len(parts) > 2 and values[0] > max(values[1:]) and values[0] >= sum(values[1:])
    if may_add:
        return parts[:1] if holds_rest else parts
    return [max(firmest, key=_weight)]


def _firmness(claim: Claim) -> int:
    return FIRMNESS[claim.quantity_bound or "vague"]


def _weight(claim: Claim) -> tuple[bool, int, int, int]:
    """Orders the numbers of one mention: a number before none, the firmer, the larger, the one named first."""
    low, best, high = _bounds(claim)
    value = best if best is not None else low if low is not None else high or 0
    return (best is not None, _firmness(claim), value, -claim.char_start)


def _bounds(claim: Claim) -> tuple[int | None, int | None, int | None]:
    """Returns low, best and high, the open ends closed where the words close them."""
    low, best, high = claim.quantity_low, claim.quantity_best, claim.quantity_high
    if low is None:
        low = 0 if claim.quantity_bound == "at_most" else best
    if high is None and claim.quantity_bound != "at_least":
        high = best
    return low, best, high


def _add(values: Iterable[int | None]) -> int | None:
    """Returns the sum, or null where a part is unknown."""
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)


def _take_latest(statements: list[Statement], accounting: str) -> tuple[list[Statement], set[str]]:
    """Returns the statement by which each claimant stands, and the claims that replaced an earlier word."""
    current: dict[str, Statement] = {}
    updates: set[str] = set()
    for statement in statements:
        before = current.get(statement.claimant)
        if before is None:
            current[statement.claimant] = statement
        elif _replaces(statement, before, accounting):
            current[statement.claimant] = statement
            if (statement.low, statement.best, statement.high) != (before.low, before.best, before.high):
                updates.update(claim.claim_id for claim in statement.claims)
    return [current[claimant] for claimant in sorted(current)], updates


def _take_since_restart(statements: list[Statement]) -> tuple[list[Statement], set[str]]:
    """Returns the statements of the counts that run now, and the claims that began them anew.

    Where a claimant counts anew, what sources no better said before that is of the former count.
    """
    said: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        said[statement.claimant].append(statement)
    firsts = {claimant: series[at] for claimant, series in said.items() if (at := _find_restart(series))}
    kept = [
        statement
        for statement in statements
        if not any(
            statement.order < first.order and (statement.claimant == claimant or statement.rank >= first.rank)
            for claimant, first in firsts.items()
        )
    ]
    return kept, {claim.claim_id for first in firsts.values() if first in kept for claim in first.claims}


def _find_restart(series: Sequence[Statement]) -> int:
    """Returns where a claimant's present count begins, 0 for its first statement.

    A total begins anew where its words name a later first day; or where it falls below half, counts no shorter than
    before, and never comes back: what falls less is rounded or old, what comes back was a part or a slip.
    """
    start, top = 0, series[0]
    for at, statement in enumerate(series[1:], start=1):
        is_later = statement.since is not None and top.since is not None and statement.since > top.since + SAME_START
        has_fallen = (
            statement.best is not None
            and SHARP_FALL * statement.best < _size(top)
            and statement.until >= top.until
            and all(_size(later) < _size(top) for later in series[at:])
        )
        if is_later or has_fallen:
            start, top = at, statement
        elif _size(statement) >= _size(top):
            top = statement
    return start


def _replaces(later: Statement, before: Statement, accounting: str) -> bool:
    """Whether a claimant's later statement takes the place of the earlier one."""
    if later.best is None and before.best is not None:
        return later.excludes(before.best)
    if accounting == "cumulative":  # a running total does not fall: a smaller one is rounded or old
        return _size(later) >= _size(before)
    return True


def _size(statement: Statement) -> int:
    return next((n for n in (statement.best, statement.low, statement.high) if n is not None), 0)


def _preference(statement: Statement, accounting: str) -> tuple[int, int, timedelta, int, str]:
    """Best source first; of one rank the largest total, else the latest, firmest number."""
    size = -_size(statement) if accounting == "cumulative" else 0
    age = datetime.max - statement.at
    return (statement.rank, size, age, -statement.firmness, min(claim.claim_id for claim in statement.claims))


def _name_rule(best: int | None, accounting: str, claims: Sequence[Claim], *, has_restarted: bool) -> str:
    """Returns the rule's name of `schemas.vocabulary.ESTIMATE_RULES`."""
    if best is None:
        return "bounds_only"
    if len(claims) == 1:
        return "single_claim"
    if has_restarted:
        return "cumulative_since_restart"
    return "largest_cumulative" if accounting == "cumulative" else "latest_of_best_source"


def _relate(
    statements: list[Statement], current: list[Statement], updates: set[str], chosen: Statement | None
) -> dict[str, Relation]:
    """Returns how the claims stand to the number: a lower one of earlier times was right in its time."""
    relations: dict[str, Relation] = {}
    for statement in statements:
        relation: Relation = "supports"
        if chosen and chosen.best is not None and statement in current and statement.excludes(chosen.best):
            is_outgrown = statement.at < chosen.at and statement.high is not None and statement.high < chosen.best
            if is_outgrown:
                updates.update(claim.claim_id for claim in chosen.claims)
            else:
                relation = "contradicts"
        relations.update((claim.claim_id, relation) for claim in statement.claims)
    return {claim: "updates" if claim in updates else relation for claim, relation in relations.items()}
