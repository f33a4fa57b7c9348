"""Which id an event has, in which release it came and changed, and what became of ids that are gone.

What belongs here: ids over time. What does not: what an event says (consolidate.py), and why people removed one
(pipeline/curation). The rule in plain words: docs/events.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import Final, NamedTuple

import polars as pl

from pipeline.validate import empty_table, table_types
from schemas import TABLES, IdRegistry, Tombstones

#: What the last release says that this one has to keep.
FORMER_TABLES: Final = ("events", "event_claims", "moved_claims", "claims", "id_registry", "tombstones")


@dataclass(frozen=True, slots=True)
class Former:
    """Tables of the last release; empty ones for none."""

    events: pl.DataFrame
    event_claims: pl.DataFrame
    moved_claims: pl.DataFrame
    claims: pl.DataFrame
    id_registry: pl.DataFrame
    tombstones: pl.DataFrame
    version: str | None = None

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame], version: str | None = None) -> "Former":
        """Returns the tables that there are, and empty ones for those that there are not."""
        given = {name: tables[name] if name in tables else empty_table(TABLES[name]) for name in FORMER_TABLES}
        former = cls(**given, version=version)
        if former.id_registry.is_empty() and former.events.height:  # a release of before there was a registry
            live = former.events.select(
                "event_id",
                "first_release",
                status=pl.lit("live"),
                last_release=pl.lit(None, pl.String),
                successor_ids=pl.lit(None, pl.String),
            )
            return replace(former, id_registry=live.select(*table_types(IdRegistry)))
        return former

    @property
    def live(self) -> set[str]:
        """The ids that it held."""
        return set(self.events["event_id"])

    def machine_members(self) -> pl.DataFrame:
        """Returns claim_id, event_id, article_id and sentence_index of the events as the machine alone had grouped."""
        moved = self.moved_claims.select("claim_id", event_id="from_event_id")
        stayed = self.event_claims.select("claim_id", "event_id").join(moved, on="claim_id", how="anti")
        return self._place(pl.concat([stayed, moved]))

    def members(self) -> pl.DataFrame:
        """Returns the same columns of the events as they were released."""
        return self._place(self.event_claims.select("claim_id", "event_id"))

    def _place(self, members: pl.DataFrame) -> pl.DataFrame:
        return members.join(self.claims.select("claim_id", "article_id", "sentence_index"), on="claim_id", how="left")


def follow(before: pl.DataFrame, after: pl.DataFrame, name: str) -> pl.DataFrame:
    """Returns how many claims of each former event are in each group now: event_id, group, votes.

    A claim whose id is gone, since the words that it was read from are marked off otherwise, is followed to new
    claims of its sentence, or else of its article.

    Args:
        before: claim_id, article_id, sentence_index, event_id.
        after: claim_id, article_id, sentence_index, and the group.
        name: The column of `after` that names the group.
    """
    kept = before.select("claim_id", "event_id").join(after.select("claim_id", name), on="claim_id")
    found = [kept]
    lost, new = before.join(after, on="claim_id", how="anti"), after.join(before, on="claim_id", how="anti")
    for place in (["article_id", "sentence_index"], ["article_id"]):
        pairs = lost.select("claim_id", "event_id", *place).join(new.select(name, *place).unique(), on=place)
        found.append(pairs.select("claim_id", "event_id", name))
        lost = lost.join(pairs, on="claim_id", how="anti")
    return pl.concat(found).group_by("event_id", name).agg(votes=pl.col("claim_id").n_unique())


def name_clusters(members: pl.DataFrame, former: Former) -> pl.DataFrame:
    """Returns an event_id for each cluster, none twice: columns cluster and event_id.

    An id goes where more than half of its event's claims went, or where all went that are left; a cluster takes the
    id that most of its claims had, one that is live before one that a decision removed, of equals the oldest. All other clusters are named after their founding claim.

    Args:
        members: cluster, claim_id, article_id, sentence_index and order (the founding claim's is the lowest).
        former: The last release.
    """
    votes = follow(former.machine_members(), members, "cluster")
    age = former.id_registry.select("event_id", first=_age("first_release"))
    founding = members.sort("order").group_by("cluster", maintain_order=True).first()
    kept = (
        votes.with_columns(all=pl.col("votes").sum().over("event_id"))
        .filter(2 * pl.col("votes") > pl.col("all"))
        .join(age, on="event_id", how="left")
        .with_columns(is_gone=pl.col("event_id").is_in(former.tombstones["event_id"].implode()))
        .sort("is_gone", "votes", "first", "event_id", descending=[False, True, False, False], nulls_last=True)
        .unique("cluster", keep="first", maintain_order=True)
        .select("cluster", "event_id")
    )
    nameless = founding.join(kept, on="cluster", how="anti").sort("order").select("cluster", "claim_id").rows()
    taken = {*former.id_registry["event_id"], *former.machine_members()["event_id"]}
    minted = [(cluster, mint_event_id(claim_id, taken)) for cluster, claim_id in nameless]
    return pl.concat([kept, pl.DataFrame(minted, schema=kept.schema, orient="row")])


def mint_event_id(claim_id: str, taken: set[str]) -> str:
    """Returns the id of the event that a claim founds, and takes it; a counter keeps it off ids that ever were."""
    for attempt in count():
        name = f"{claim_id}/{attempt}" if attempt else claim_id
        event_id = "e_" + sha256(name.encode()).hexdigest()[:20]
        if event_id not in taken:
            taken.add(event_id)
            return event_id
    raise AssertionError  # count() does not end


def _age(column: str) -> pl.Expr:
    """Returns a release as a number: 2026.11.2 before 2026.11.10."""
    parts = pl.col(column).str.extract_groups(r"(\d+)\.(\d+)\.(\d+)")
    year, month, number = (parts.struct[index].cast(pl.Int64) for index in range(3))
    return (year * 12 + month) * 1_000_000 + number


class Cause(NamedTuple):
    """Why an event of the machine is none any more, where a person decided so."""

    reason_code: str
    successors: tuple[str, ...]
    decision_id: str
    note: str


class Settled(NamedTuple):
    """The tables of a release, with the ids of all releases."""

    events: pl.DataFrame
    event_claims: pl.DataFrame
    moved_claims: pl.DataFrame
    id_registry: pl.DataFrame
    tombstones: pl.DataFrame


def settle(
    events: pl.DataFrame,
    event_claims: pl.DataFrame,
    moved_claims: pl.DataFrame,
    claims: pl.DataFrame,
    articles: pl.DataFrame,
    causes: Mapping[str, Cause],
    former: Former,
    release: str,
) -> Settled:
    """Returns a release's events with their releases, every id that there ever was, and a tombstone for each that is gone.

    An id that is gone stays gone: an event that comes back, since a decision was withdrawn, gets a new one, and the
    tombstone names it as successor.

    Args:
        events: Rows of events, without releases.
        event_claims: Rows of event_claims.
        moved_claims: Rows of moved_claims.
        claims: All claims.
        articles: All articles.
        causes: Why people removed events.
        former: The last release.
        release: The release that is being made.
    """
    dead = set(former.tombstones["event_id"])
    taken = {*former.id_registry["event_id"], *events["event_id"]}
    founding = event_claims.group_by("event_id").agg(pl.col("claim_id").min())
    back = events.filter(pl.col("event_id").is_in(dead)).join(founding, on="event_id").sort("event_id")
    after = read_successors(former.tombstones)
    renamed = {
        old: _find_reserved(after[old], former.live - set(events["event_id"])) or mint_event_id(new, taken)
        for old, new in back.select("event_id", "claim_id").rows()
    }
    if renamed:
        events, event_claims = (_rename(frame, ("event_id",), renamed) for frame in (events, event_claims))
        moved_claims = _rename(moved_claims, ("from_event_id", "to_event_id"), renamed)
    live = set(events["event_id"])
    gone = sorted({*former.id_registry["event_id"], *moved_claims["from_event_id"], *causes} - live - dead)
    heirs = find_heirs(event_claims, claims, former)
    graves = [_bury(event, causes.get(event), heirs.get(event, []), former, articles, release) for event in gone]
    new_graves = pl.DataFrame(graves, schema=table_types(Tombstones), orient="row")
    old_graves = former.tombstones
    if renamed:
        added = pl.col("event_id").replace_strict(renamed, default=None, return_dtype=pl.String)
        both = pl.concat_str("successor_ids", added, separator=" ", ignore_nulls=True)
        sorted_ids = both.str.split(" ").list.unique().list.sort().list.join(" ")
        old_graves = old_graves.with_columns(successor_ids=pl.when(sorted_ids != "").then(sorted_ids))
    tombstones = pl.concat([old_graves, new_graves]).sort("event_id")
    dated = _date(events, former, release)
    registry = _register(dated, tombstones, former, release)
    return Settled(dated, event_claims.sort("event_id", "claim_id"), moved_claims, registry, tombstones)


def find_heirs(event_claims: pl.DataFrame, claims: pl.DataFrame, former: Former) -> dict[str, list[str]]:
    """Returns, of every id that is gone, its successors; of those that are only going, where their claims are now."""
    placed = event_claims.select("claim_id", now="event_id").join(
        claims.select("claim_id", "article_id", "sentence_index"), on="claim_id"
    )
    votes = follow(former.members(), placed, "now")
    going = former.events.select("event_id").join(placed, left_on="event_id", right_on="now", how="anti")
    followed = votes.join(going, on="event_id").group_by("event_id").agg(pl.col("now").unique().sort())
    return {
        **{event: [] for event in going["event_id"]},
        **dict(followed.iter_rows()),
        **read_successors(former.tombstones),
    }


def read_successors(tombstones: pl.DataFrame) -> dict[str, list[str]]:
    """Returns the successors that tombstones name, by the id that is gone."""
    named = tombstones.select("event_id", "successor_ids").iter_rows()
    return {event: successors.split() if successors else [] for event, successors in named}


def _find_reserved(successors: Sequence[str], free: set[str]) -> str | None:
    """Returns the id that an id which came back before was given then; nothing decides for it now."""
    return next((event for event in successors if event in free), None)


def _rename(frame: pl.DataFrame, columns: Sequence[str], names: Mapping[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.col(column).replace(names) for column in columns)


def _bury(
    event: str,
    cause: Cause | None,
    heirs: Sequence[str],
    former: Former,
    articles: pl.DataFrame,
    release: str,
) -> dict[str, object]:
    """Returns the tombstone of an event."""
    if cause is None:
        if heirs:
            cause = Cause("merged_into" if len(heirs) == 1 else "split_into", tuple(heirs), "", "")
        else:
            told = former.members().filter(pl.col("event_id") == event)["article_id"]
            has_articles = told.is_in(articles["article_id"].implode()).any() or told.is_empty()
            cause = Cause("no_longer_supported" if has_articles else "retracted_source", (), "", "")
    return {
        "event_id": event,
        "removed_in": release,
        "reason_code": cause.reason_code,
        "successor_ids": " ".join(sorted(cause.successors)) or None,
        "decision_id": cause.decision_id or None,
        "note": cause.note or None,
    }


def _date(events: pl.DataFrame, former: Former, release: str) -> pl.DataFrame:
    """Returns events with first_release and last_changed_release."""
    said = [name for name in events.columns if name not in ("event_id", "first_release", "last_changed_release")]
    known = former.events.select("event_id", "last_changed_release", *said)
    both = events.drop("first_release", "last_changed_release").join(
        known, on="event_id", how="left", suffix="_before", maintain_order="left"
    )
    both = both.join(
        former.id_registry.select("event_id", "first_release"), on="event_id", how="left", maintain_order="left"
    )
    is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in said)
    return both.with_columns(
        first_release=pl.col("first_release").fill_null(release),
        last_changed_release=pl.when(is_same).then(pl.col("last_changed_release")).fill_null(release),
    ).select(events.columns)


def _register(events: pl.DataFrame, tombstones: pl.DataFrame, former: Former, release: str) -> pl.DataFrame:
    """Returns the registry with the ids of this release."""
    known = former.id_registry.select("event_id", "first_release", former_status="status", former_last="last_release")
    ids = pl.concat([known["event_id"], events["event_id"], tombstones["event_id"]]).unique()
    is_gone = pl.col("removed_in").is_not_null()
    last = former.events["event_id"].implode()
    return (
        pl.DataFrame({"event_id": ids})
        .join(known, on="event_id", how="left")
        .join(tombstones.select("event_id", "removed_in", "successor_ids"), on="event_id", how="left")
        .select(
            "event_id",
            status=pl.when(is_gone).then(pl.lit("tombstone")).otherwise(pl.lit("live")),
            first_release=pl.col("first_release").fill_null(release),
            last_release=pl.when(is_gone & pl.col("event_id").is_in(last))
            .then(pl.lit(former.version, pl.String))
            .when(is_gone)
            .then(pl.col("former_last")),
            successor_ids="successor_ids",
        )
        .sort("event_id")
    )


class Resolution(NamedTuple):
    """What became of an id.

    Attributes:
        live: The live events that it stands for; none where the trail ends in tombstones.
        trail: The ids on the way, itself first, each once.
    """

    live: tuple[str, ...]
    trail: tuple[str, ...]


def resolve_id(event_id: str, registry: Mapping[str, Sequence[str] | None]) -> Resolution | None:
    """Returns what became of an id, or null where no release ever had it.

    Args:
        event_id: The id.
        registry: The successors of each id that is gone, null for each that is live.
    """
    if event_id not in registry:
        return None
    trail: dict[str, None] = {}
    waiting = [event_id]
    while waiting:
        one = waiting.pop(0)
        if one not in trail:
            trail[one] = None
            waiting += registry[one] or ()
    return Resolution(tuple(one for one in trail if registry[one] is None), tuple(trail))


#: What `render_trail` reads, in its order.
TRAIL_TABLES: Final = ("id_registry", "tombstones")


def read_registry(registry: pl.DataFrame) -> dict[str, list[str] | None]:
    """Returns the successors of each id that is gone, null for each that is live."""
    rows = registry.select("event_id", "status", "successor_ids").iter_rows()
    return {event: None if status == "live" else (after or "").split() for event, status, after in rows}


def render_trail(event_id: str, registry: pl.DataFrame, tombstones: pl.DataFrame) -> str | None:
    """Returns in lines what became of an id, or null where no release ever had it."""
    found = resolve_id(event_id, read_registry(registry))
    if found is None:
        return None
    graves = {row["event_id"]: row for row in tombstones.filter(pl.col("event_id").is_in(found.trail)).to_dicts()}
    lines = []
    for one in found.trail:
        grave = graves.get(one)
        if grave is None:
            lines.append(f"{one}  live")
        else:
            parts = (f"gone since {grave['removed_in']}", grave["reason_code"], grave["successor_ids"], grave["note"])
            lines.append(f"{one}  " + "  ".join(filter(None, parts)))
    return "\n".join(lines) + "\n"
