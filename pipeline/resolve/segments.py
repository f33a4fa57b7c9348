"""Claims to clusters, segment by segment: what keeps memory bounded and lets several processes work.

What belongs here: which claims are clustered at one time, and how clusters of two segments are joined. What does not:
how one segment is clustered (cluster.py), and processes (passed in as `spread`).

A segment is a month: that of the last day on which a group's incident may have been. Totals have no month, since they
run on: all of a kind are one segment. Segments are a rule about the claims, not about the machine: however many of them
one task holds and whoever works on it, the clusters are the same.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

import polars as pl

from pipeline.resolve.cluster import RewordedKey, cluster_groups, join_reworded, join_segments, reworded_keys
from pipeline.resolve.groups import (
    ACCOUNTING_CLASSES,
    CLAIM_COLUMNS,
    INCREMENT,
    PUBLICATION_REACH,
    REPORTED,
    REPORTED_MODES,
    Actions,
    Group,
    make_groups,
    read_claims,
)

#: Claims of a task, at least, where there are so many: far more than starting one costs, far fewer than fill a memory.
TASK_CLAIMS: Final = 40_000
#: Segments of the classes that run on, and of what says neither when it was nor when it was told; months count from year 0.
_RUNNING: Final = {"cumulative": -2, "stock": -1}
_NEVER: Final = 12 * 10_000
#: Last days of a month that a report of the next one may reach back to: as far as one without a date does.
_EDGE: Final = PUBLICATION_REACH

#: Acts of speech: a threat has been made whether or not it is carried out, a denial is itself what happened.
_SPEECH_ACTS: Final = {"threatened": "threat", "denied": "denial"}


class Spread(Protocol):
    """Applies a function to tasks and yields the results in their order, as `map` does."""

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any], /) -> Iterator[Any]:
        """Returns the results."""
        ...


class Clustered(NamedTuple):
    """What became of the claims of a task.

    Attributes:
        members: cluster, accounting_class, is_denial and has_happened of each claim, in the order of the claims.
        open: By segment, the clusters that may have more in other segments, without their claims.
    """

    members: pl.DataFrame
    open: dict[int, list[Group]]


_MEMBERS: Final = {
    "cluster": pl.Int64,
    "accounting_class": pl.String,
    "is_denial": pl.Boolean,
    "has_happened": pl.Boolean,
}


def place_claims(claims: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Returns the columns of claims that resolution reads, with their articles' publication, their part and segment.

    Rows are sorted by segment, then earliest first; `order` numbers them earliest first.
    """
    about = articles.select("article_id", "published_at", "publisher", "duplicate_of")
    mode = pl.when(pl.col("claim_mode").is_in(REPORTED_MODES)).then(pl.lit(REPORTED)).otherwise("claim_mode")
    accounting = pl.col("accounting").replace_strict(ACCOUNTING_CLASSES, return_dtype=pl.String)
    rows = (
        claims.lazy()
        .join(about.lazy(), on="article_id", how="left")
        .select(*(name for name in CLAIM_COLUMNS if name != "part"))
        # A clock time without its zone orders just as well, and compares with `datetime.min`.
        .with_columns(pl.col("published_at").dt.replace_time_zone(None), mode=mode, counted=accounting)
    )
    # What a mention says without a number belongs to its incident, or to its tally where it counts no incident.
    silent = (
        rows.filter(pl.col("metric").is_not_null())
        .group_by("mention_id", "mode")
        .agg(
            silent=pl.when((pl.col("counted") == INCREMENT).any()).then(pl.lit(INCREMENT)).otherwise(
                pl.col("counted").min()
            )
        )
    )  # fmt: skip
    parted = rows.join(silent, on=["mention_id", "mode"], how="left").with_columns(
        part=pl.when(pl.col("metric").is_not_null()).then("counted").otherwise(pl.col("silent").fill_null(INCREMENT))
    )
    first, last = _span()
    spans = parted.select("mention_id", "mode", "part", first=first, last=last, told=pl.col("published_at").dt.date())
    width = pl.col("last") - pl.col("first")
    months = spans.group_by("mention_id", "mode", "part").agg(
        day=pl.coalesce(pl.col("last").sort_by(width, "first", nulls_last=True).first(), pl.col("told").min())
    )
    month = (pl.col("day").dt.year() * 12 + pl.col("day").dt.month() - 1).fill_null(_NEVER)
    segment = pl.col("part").replace_strict(_RUNNING, default=None, return_dtype=pl.Int32)
    return (
        parted.join(months, on=["mention_id", "mode", "part"], how="left")
        .select(*CLAIM_COLUMNS, segment=pl.coalesce(segment, month))
        .sort("published_at", "claim_id", nulls_last=True)
        .with_row_index("order")
        .sort("segment", "order")
        .collect()
    )


def _span() -> tuple[pl.Expr, pl.Expr]:
    """Returns the first and last day on which a claim's incident may have been, as `groups` reckons them for a count."""
    is_publication = pl.col("date_basis") == "publication"
    is_unknown = (pl.col("date_basis") == "unknown") | (pl.col("date_precision") == "unknown")
    start, end, told = pl.col("event_date_start"), pl.col("event_date_end"), pl.col("published_at").dt.date()
    first = pl.when(is_publication).then(pl.coalesce(end, start).dt.offset_by(f"-{PUBLICATION_REACH}d")).when(
        ~is_unknown
    ).then(start)  # fmt: skip
    until = pl.max_horizontal(start, pl.coalesce(end, told, start))
    last = pl.when(is_publication).then(pl.coalesce(end, start)).when(~is_unknown & start.is_not_null()).then(until)
    return first, last


def cluster_claims(rows: pl.DataFrame, actions: Actions, spread: Spread, task_claims: int) -> pl.DataFrame:
    """Returns the rows with the columns of `Clustered.members`; what makes no event has no row.

    Args:
        rows: Rows of `place_claims`.
        actions: What the actions table says about joining.
        spread: What applies a function to tasks.
        task_claims: Claims of a task, at least.
    """
    running = rows.filter(pl.col("segment") < 0)
    dated = rows.filter(pl.col("segment") >= 0)
    # Totals come first: what is told in other words is looked for with their numbers.
    made = [*spread(partial(cluster_task, actions, None), split_rows(running, "segment", task_claims))]
    totals = [group for one in made for groups in one.open.values() for group in groups]
    keys = frozenset(key for group in totals for key in reworded_keys(group))
    waiting: list[list[Group]] = []
    for one in spread(partial(cluster_task, actions, keys), split_rows(dated, "segment", task_claims)):
        waiting += one.open.values()
        made.append(one._replace(open={}))
    joined = join_reworded([*join_segments(waiting), *totals])
    members = pl.concat([pl.DataFrame(schema=_MEMBERS), *(one.members for one in made)])
    return _join_members(pl.concat([running, dated]).hstack(members), joined)


def _join_members(members: pl.DataFrame, joined: Iterable[Group]) -> pl.DataFrame:
    """Returns the claims by final cluster, of those that have happened."""
    moved = [
        (part, group.parts[0], group.block.accounting, is_denial)
        for group in joined
        if len(group.parts) + len(group.denied_parts) > 1
        for parts, is_denial in ((group.parts, False), (group.denied_parts, True))
        for part in parts
    ]
    into = pl.DataFrame(
        moved,
        schema={"cluster": pl.Int64, "into": pl.Int64, "of": pl.String, "denies": pl.Boolean},
        orient="row",
    )
    whole = members.join(into, on="cluster", how="left", maintain_order="left").with_columns(
        pl.coalesce("into", "cluster").alias("cluster"),
        pl.coalesce("of", "accounting_class").alias("accounting_class"),
        pl.col("is_denial") | pl.col("denies").fill_null(value=False),
    )
    happened = whole.filter("has_happened").select("cluster").unique()
    return whole.drop("into", "of", "denies").join(happened, on="cluster", how="semi", maintain_order="left")


def split_rows(rows: pl.DataFrame, column: str, most: int) -> Iterator[pl.DataFrame]:
    """Yields slices of rows of at least `most` rows each, but for the last; equal values of a sorted column stay together."""
    ends = rows.select(pl.col(column).rle()).unnest(column)["len"].cum_sum().to_list() if rows.height else []
    start = 0
    for end in ends:
        if end - start >= most or end == rows.height:
            yield rows.slice(start, end - start)
            start = end


def cluster_task(actions: Actions, keys: frozenset[RewordedKey] | None, rows: pl.DataFrame) -> Clustered:
    """Returns the clusters of some segments.

    Args:
        actions: What the actions table says about joining.
        keys: What totals tell; null for totals themselves.
        rows: Rows of `place_claims`: whole segments.
    """
    members: list[tuple[int, str, bool, bool]] = []
    found: dict[int, list[Group]] = {}
    for part in rows.partition_by("segment", maintain_order=True):
        segment = int(part["segment"][0])
        claims = read_claims(part)
        clusters = cluster_groups(make_groups(claims, actions))
        if keys is not None:
            clusters = join_reworded(clusters)
        edges = _edges(segment)
        placed: dict[str, tuple[int, str, bool, bool]] = {}
        for number, cluster in enumerate(clusters, start=(segment - min(_RUNNING.values())) << 32):
            happened = has_happened(cluster)
            for is_denial, told in ((False, cluster.claims), (True, cluster.denials)):
                facts = (number, cluster.block.accounting, is_denial, happened)
                placed.update((claim.claim_id, facts) for claim in told)
            if (happened or cluster.block.mode == "denied") and _is_open(cluster, edges, keys):
                found.setdefault(segment, []).append(cluster.without_claims(number))
        members += [placed[claim.claim_id] for claim in claims]
    return Clustered(pl.DataFrame(members, schema=_MEMBERS, orient="row"), found)


def _edges(segment: int) -> tuple[int, int] | None:
    """Returns the first day of a month, and the day from which on the next month reaches back; null for no month."""
    if not 12 <= segment < _NEVER:
        return None
    year, month = divmod(segment, 12)
    return date(year, month + 1, 1).toordinal(), date(
        year, month + 1, monthrange(year, month + 1)[1]
    ).toordinal() - _EDGE


def _is_open(cluster: Group, edges: tuple[int, int] | None, keys: frozenset[RewordedKey] | None) -> bool:
    """Whether a cluster may have more in other segments."""
    if keys is None:  # totals of a kind are one segment: only what is told in other words is elsewhere
        return bool(reworded_keys(cluster))
    if edges is None or cluster.days is None or cluster.is_long:
        return True
    if cluster.days[0] <= edges[0] or cluster.days[1] >= edges[1]:
        return True
    return not keys.isdisjoint(reworded_keys(cluster))


def has_happened(cluster: Group) -> bool:
    """Whether somebody says that what a cluster tells of has happened."""
    return any(claim.is_reported or claim.action == _SPEECH_ACTS.get(claim.claim_mode) for claim in cluster.claims)
