"""Claims to groups: what one mention says of one incident, in the form in which groups are compared.

What belongs here: the facts that decide whether two groups tell of one incident (blocks, days, places, sides,
numbers) and how a group narrows when it takes another in. What does not: the comparison itself (match.py).
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import polars as pl

REPORTED = "reported"
#: Modes under which a claim says that something did happen; every other mode is a block of its own.
REPORTED_MODES = frozenset({"asserted", "estimated", "historical"})

INCREMENT = "increment"
#: Accounting classes: a running total and a level are never in one event with the count of one incident.
ACCOUNTING_CLASSES = {"increment": INCREMENT, "unknown": INCREMENT, "cumulative": "cumulative", "stock": "stock"}

#: Days that a report without a date reaches back: news is mostly of its day or of the two before it.
PUBLICATION_REACH = 2
#: Days around which a running total without a stated period may be repeated: tallies are renewed monthly or faster.
TALLY_REACH = 15
#: Longest span, in days, at which a date still helps to recognise an incident: a month.
LONGEST_SPAN = 31

#: What an actor counts of its own people, where nobody else is said to be counted.
OWN_PEOPLE = frozenset({"troops", "participants"})

#: Place levels, finest first; `near` names the same place as `exact`, only less firmly. What has an id, but no level
#: of its own, is a sea or a region of several countries.
PLACE_LEVELS = {"exact": "point", "near": "point", "admin2": "admin2", "admin1": "admin1", "unknown": "area"}


@dataclass(frozen=True, slots=True)
class Claim:
    """The columns of a claim that resolution reads, with when and by whom its article was published."""

    claim_id: str
    article_id: str
    mention_id: str
    sentence_index: int
    char_start: int
    event_date_start: date | None
    event_date_end: date | None
    date_precision: str
    date_basis: str
    actor_id: str | None
    actor_text: str | None
    recipient_id: str | None
    recipient_text: str | None
    action: str
    metric: str | None
    quantity_low: int | None
    quantity_best: int | None
    quantity_high: int | None
    quantity_bound: str | None
    quantity_unit: str | None
    accounting: str
    affected_id: str | None
    affected_text: str | None
    place_id: str | None
    place_text: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    place_precision: str
    claimant_id: str | None
    claimant_text: str | None
    claimant_type: str
    claim_mode: str
    confidence: float
    published_at: datetime | None
    publisher: str | None
    duplicate_of: str | None
    part: str  # the accounting class of its group

    @property
    def is_reported(self) -> bool:
        """Whether it says that something happened."""
        return self.claim_mode in REPORTED_MODES

    @property
    def order(self) -> tuple[bool, datetime, str]:
        """Earliest first: publication, undated last, then claim_id."""
        return (self.published_at is None, self.published_at or datetime.min, self.claim_id)

    @property
    def claimant(self) -> str | None:
        """The named claimant: registry id, else its normalised words; null for the publication's own voice."""
        return self.claimant_id or words_key(self.claimant_text)


class Actions(NamedTuple):
    """What the actions table says about joining."""

    families: Mapping[str, frozenset[str]]
    components: Mapping[str, str]  # families that are linked by a code of both are one block
    mutual: frozenset[str]  # codes whose two parties have no order


#: Crosswalk values that mark an act of two equal parties: a battle or pact of A and B is one of B and A.
_MUTUAL_ACLED = ("Armed clash", "Agreement")
_MUTUAL_PLOVER = ("AGREE", "CONSULT", "COOPERATE")


def read_actions(actions: pl.DataFrame) -> Actions:
    """Returns families, blocks and mutual codes of the actions table."""
    families: dict[str, frozenset[str]] = {}
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    mutual = set()
    for row in actions.sort("action").iter_rows(named=True):
        names = sorted(row["family"].split("|"))
        families[row["action"]] = frozenset(names)
        for name in names[1:]:
            low, high = sorted((find(names[0]), find(name)))
            root[high] = low
        if row["acled_sub_event_type"] in _MUTUAL_ACLED or row["plover_type"] in _MUTUAL_PLOVER:
            mutual.add(row["action"])
    components = {action: find(min(names)) for action, names in families.items()}
    return Actions(families, components, frozenset(mutual))


def check_actions(claims: pl.DataFrame, actions: Actions) -> None:
    """Looks whether the actions table knows every claim's action.

    Raises:
        ValueError: It does not.
    """
    unknown = claims.filter(~pl.col("action").is_in(list(actions.families))).select("action", "claim_id").head(1)
    for action, claim_id in unknown.iter_rows():
        message = f"claims.action: {action!r} of {claim_id} is not in seeds/actions.csv; add a row for it or correct the claim"
        raise ValueError(message)


class Block(NamedTuple):
    """Groups are compared within a block only."""

    component: str
    accounting: str
    mode: str


@dataclass(slots=True)
class Side:
    """One party: registry ids, and the words of those that have none."""

    ids: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(slots=True)
class Group:
    """Claims that go together, and what they say together; a cluster is a group that took others in."""

    claims: list[Claim]
    block: Block
    families: frozenset[str]
    actions: frozenset[str]
    mutual: bool
    days: tuple[int, int] | None  # first and last, as ordinals
    is_range: bool
    places: dict[str, frozenset[str]]
    countries: frozenset[str]
    actor: Side
    recipient: Side
    numbers: dict[str, frozenset[int]]
    metrics: frozenset[str]
    points: frozenset[tuple[float, float]]
    articles: set[str]
    claimants: set[str]
    told: int  # how much of where, when, who, whom and how many it says
    first: tuple[bool, datetime, str]  # its earliest claim's order
    denials: list[Claim] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)  # numbers of the clusters that it was made of, across segments
    denied_parts: list[int] = field(default_factory=list)

    @property
    def order(self) -> tuple[bool, bool, int, tuple[bool, datetime, str]]:
        """Denied last, undated next to last, else the most specific first, then the earliest; as it was founded."""
        return (self.block.mode == "denied", self.days is None, -self.told, self.first)

    def without_claims(self, number: int) -> "Group":
        """Returns it as one part of that number, without what only estimates need."""
        return replace(self, claims=[], denials=[], parts=[number])

    @property
    def is_single_day(self) -> bool:
        """Whether its date is one day."""
        return self.days is not None and self.days[0] == self.days[1]

    @property
    def is_long(self) -> bool:
        """Whether its date is too wide to recognise an incident by."""
        return self.days is not None and self.days[1] - self.days[0] >= LONGEST_SPAN

    def absorb(self, other: "Group", *, swapped: bool) -> None:
        """Takes in another group; days, places and sides narrow to what both say."""
        self.claims += other.claims
        self.denials += other.denials
        self.parts += other.parts
        self.denied_parts += other.denied_parts
        self.families = self.families & other.families or self.families
        self.actions |= other.actions
        self.days = _intersect_days(self.days, other.days)
        self.is_range = self.is_range and other.is_range
        for level, ids in other.places.items():
            mine = self.places.get(level, ids)
            self.places[level] = mine & ids or mine | ids
        self.countries = self.countries & other.countries or self.countries or other.countries
        theirs = (other.recipient, other.actor) if swapped else (other.actor, other.recipient)
        # Each report of a pact or battle may name another of its parties: all of them are.
        join = _unite if self.mutual and other.mutual else _narrow
        self.actor, self.recipient = (join(*pair) for pair in zip((self.actor, self.recipient), theirs, strict=True))
        for metric, values in other.numbers.items():
            self.numbers[metric] = self.numbers.get(metric, frozenset()) | values
        self.metrics |= other.metrics
        self.points |= other.points
        self.articles |= other.articles
        self.claimants |= other.claimants


@lru_cache(maxsize=1 << 16)  # few words are said often
def words_key(words: str | None) -> str | None:
    """Returns words without case, marks and outer punctuation, after `~`; null where nothing is left."""
    if not words:
        return None
    plain = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return "~" + " ".join(kept.split()) if kept.strip() else None


def is_same_actor(one: str, other: str) -> bool:
    """Whether two registry ids may name one actor: equal, or one a part of the other (RUS, RUS_MIL)."""
    return one == other or one.startswith(other + "_") or other.startswith(one + "_")


def make_groups(claims: Iterable[Claim], actions: Actions) -> list[Group]:
    """Returns the claims by mention; totals and unreal modes of a mention are groups of their own."""
    mentions: defaultdict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        mentions[claim.mention_id, REPORTED if claim.is_reported else claim.claim_mode, claim.part].append(claim)
    groups = []
    for (_, mode, part), mention in mentions.items():
        mention.sort(key=lambda claim: (claim.char_start, claim.claim_id))
        groups.append(_make_group(mention, part, mode, actions))
    return groups


def _make_group(claims: list[Claim], accounting: str, mode: str, actions: Actions) -> Group:
    """Returns one group of claims in reading order."""
    component = Counter(actions.components[claim.action] for claim in claims).most_common(1)[0][0]
    within = [claim for claim in claims if actions.components[claim.action] == component]
    each = [actions.families[claim.action] for claim in within]
    places: defaultdict[str, set[str]] = defaultdict(set)
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for claim in claims:
        words = words_key(claim.place_text)
        if claim.place_id and claim.place_precision in PLACE_LEVELS:
            places[PLACE_LEVELS[claim.place_precision]].add(claim.place_id)
        elif not claim.place_id and words:
            places["words"].add(words)
        value = claim.quantity_best if claim.quantity_best is not None else claim.quantity_low
        if claim.metric and value is not None:
            numbers[claim.metric].add(value)
    recipients = [(claim.recipient_id, claim.recipient_text) for claim in claims]
    if accounting != INCREMENT:  # of whom it counts is what a tally is about
        affected = [(c.affected_id, c.affected_text) for c in claims if c.affected_id or c.affected_text]
        own = [(c.actor_id, c.actor_text) for c in claims if c.metric in OWN_PEOPLE and (c.actor_id or c.actor_text)]
        recipients = affected or own or recipients
    spans = [span for claim in claims if (span := _days(claim, accounting))]
    spans.sort(key=lambda span: (span[1] - span[0], span))
    days = None
    for span in spans:
        days = _intersect_days(days, span)
    countries = frozenset(claim.country for claim in claims if claim.country)
    actor, recipient = _side((claim.actor_id, claim.actor_text) for claim in claims), _side(recipients)
    is_single_day = days is not None and days[0] == days[1]
    says = (places.get("point"), countries, is_single_day, actor.ids, recipient.ids, numbers)
    return Group(
        claims=claims,
        block=Block(component, accounting, mode),
        families=frozenset.intersection(*each) or frozenset.union(*each),
        actions=frozenset(claim.action for claim in within),
        mutual=all(claim.action in actions.mutual for claim in within),
        days=days,
        is_range=any(claim.date_precision == "range" for claim in claims),
        places={level: frozenset(ids) for level, ids in places.items()},
        countries=countries,
        actor=actor,
        recipient=recipient,
        numbers={metric: frozenset(values) for metric, values in numbers.items()},
        metrics=frozenset(claim.metric for claim in claims if claim.metric),
        points=frozenset(
            (claim.latitude, claim.longitude)
            for claim in claims
            if claim.latitude is not None and claim.longitude is not None and claim.place_precision in ("exact", "near")
        ),
        articles={claim.article_id for claim in claims},
        claimants={claim.claimant for claim in claims if claim.claimant},
        told=sum(map(bool, says)),
        first=min(claim.order for claim in claims),
    )


def _days(claim: Claim, accounting: str) -> tuple[int, int] | None:
    """Returns the days on which the incident may have been, or null where the claim cannot tell."""
    first, last = claim.event_date_start, claim.event_date_end
    if claim.date_basis == "publication":  # nothing says when: on the day of publication or shortly before
        told = last or first
        if told is None:
            return None
        start, end = told.toordinal() - PUBLICATION_REACH, told.toordinal()
    elif first is None or "unknown" in (claim.date_basis, claim.date_precision):
        return None
    else:
        start = first.toordinal()
        # Without an end: since then, until it was told.
        until = last or (claim.published_at.date() if claim.published_at else first)
        end = max(start, until.toordinal())
    if accounting == "cumulative":
        if claim.published_at:  # a running total runs until it is told
            end = max(end, claim.published_at.toordinal())
        if claim.date_precision != "range":
            start, end = start - TALLY_REACH, end + TALLY_REACH
    return start, end


def _side(parties: Iterable[tuple[str | None, str | None]]) -> Side:
    """Returns the parties' ids, and the words of those without one."""
    ids, words = set(), set()
    for identity, text in parties:
        if identity:
            ids.add(identity)
        elif key := words_key(text):
            words.add(key)
    return Side(frozenset(ids), frozenset(words))


def _intersect_days(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    """Returns the days that both allow; those of the first where they have none in common."""
    if one is None or other is None:
        return one or other
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start <= end else one


def _narrow(mine: Side, theirs: Side) -> Side:
    """Returns the more specific ids that both may mean; where they share none, mine, or theirs if I have none."""
    shared = {max(a, b, key=len) for a in mine.ids for b in theirs.ids if is_same_actor(a, b)}
    return Side(frozenset(shared) or mine.ids or theirs.ids, mine.words | theirs.words)


def _unite(mine: Side, theirs: Side) -> Side:
    """Returns all parties of both."""
    return Side(mine.ids | theirs.ids, mine.words | theirs.words)


CLAIM_COLUMNS = tuple(f.name for f in fields(Claim))


def read_claims(rows: pl.DataFrame) -> list[Claim]:
    """Returns claims of rows that `segments.place_claims` prepared, in their order."""
    return [Claim(*row) for row in rows.select(CLAIM_COLUMNS).iter_rows()]
