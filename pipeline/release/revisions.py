"""The table `changes`: every value of an event that differs from the release before, and its cause.

What belongs here: the comparison of events value by value, its reversal, and the rule that names a cause. What does
not: the comparison of whole tables and its page (changes.py).

`apply_changes(before["events"], list_changes(before, after)) == after["events"]`, for every two releases.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from pipeline.release.texts import as_text, from_text
from pipeline.validate import empty_table, table_types
from schemas import TABLES, Changes

Tables = Mapping[str, pl.DataFrame]

#: Columns of events that any decision about an event may change beside what it decides.
_BOOKKEEPING: Final = ("review_state", "last_changed_release")

#: Registries whose rows an event names, with the columns that do and what they name.
_REGISTRIES: Final = {
    "actions": ("action", ("action",)),
    "actors": ("actor_id", ("actor_id", "recipient_id")),
    "actor_names": ("actor_id", ("actor_id", "recipient_id")),
    "places": ("place_id", ("place_id",)),
}

_NONE: Final = pl.lit(None, pl.String)

#: Columns of articles that say nothing about a source's own change.
_NOT_SAID: Final = ("retrieved_at", "duplicate_of", "source_id")


def list_changes(before: Tables, after: Tables, *, same_code: bool) -> pl.DataFrame:
    """Returns the rows of `changes` between two releases.

    Args:
        before: Tables of the release before; empty for the first release, which changes nothing.
        after: Tables of this one.
        same_code: Whether the same commit made both.
    """
    if "events" not in before:
        return empty_table(Changes)
    values = _compare_events(before["events"], after["events"])
    return (
        values.join(_find_causes(before, after, values, same_code=same_code), on=["event_id", "field"], how="left")
        .select(list(table_types(Changes)))
        .sort("event_id", "field")
    )


def apply_changes(events: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Returns the events of a release: those of the release before with the changes applied.

    Args:
        events: The table `events` of the release before.
        changes: The table `changes` of this one.
    """
    types = table_types(TABLES["events"])
    added = changes.filter(pl.col("kind") == "added").select("event_id").unique()
    removed = changes.filter(pl.col("kind") == "removed").select("event_id").unique()
    kept = events.join(removed, on="event_id", how="anti")
    made = pl.concat([kept.select("event_id"), added]).join(kept, on="event_id", how="left")
    moved = changes.filter(pl.col("kind") != "removed").partition_by("field", as_dict=True)
    columns = [pl.col("event_id")]
    for field, kind in list(types.items())[1:]:
        stays = pl.col(field) if field in kept.columns else pl.lit(None, kind)
        if (field,) in moved:
            new = moved[field,].select(
                "event_id",
                from_text("new", kind).alias(f"{field}_new"),
                pl.lit(value=True).alias(f"{field}_moved"),
            )
            made = made.join(new, on="event_id", how="left")
            stays = pl.when(f"{field}_moved").then(f"{field}_new").otherwise(stays)
        columns.append(stays.cast(kind).alias(field))
    return made.select(columns).sort("event_id")


def _compare_events(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Returns event_id, kind, field, old and new of every value that differs."""
    fields = [field for field in after.columns if field != "event_id"]
    gone = [field for field in before.columns if field not in after.columns]
    was = before.with_columns(pl.lit(None).alias(field) for field in fields if field not in before.columns)
    added = after.join(was, on="event_id", how="anti").lazy()
    removed = was.join(after, on="event_id", how="anti").lazy()
    both = after.join(was, on="event_id", how="inner", suffix="_before").lazy()
    parts = []
    for field in fields:
        now, old = pl.col(field), pl.col(f"{field}_before")
        text, old_text = as_text(field, after.schema[field]), as_text(f"{field}_before", was.schema[field])
        differs = now.ne_missing(old) if after.schema[field] == was.schema[field] else text.ne_missing(old_text)
        parts.append(_row(both.filter(differs), "changed", field, old_text, text))
        parts.append(_row(added.filter(now.is_not_null()), "added", field, _NONE, text))
    for field in [*fields, *gone]:
        old_text = as_text(field, was.schema[field])
        parts.append(_row(removed.filter(pl.col(field).is_not_null()), "removed", field, old_text, _NONE))
    return pl.concat(parts).collect()


def _row(events: pl.LazyFrame, kind: str, field: str, old: pl.Expr, new: pl.Expr) -> pl.LazyFrame:
    return events.select(
        "event_id", pl.lit(kind).alias("kind"), pl.lit(field).alias("field"), old.alias("old"), new.alias("new")
    )


# ---------------------------------------------------------------------------- causes


def _find_causes(before: Tables, after: Tables, values: pl.DataFrame, *, same_code: bool) -> pl.DataFrame:
    """Returns event_id, field, cause and decision_id of changed values.

    The cause is the first that holds:

    1. human_decision: a decision that is new, or newly applied, names the event (an override its field alone);
    2. new_source: an article that the release before did not hold is among the event's, before or now, or among those
       of an event that it exchanged claims with;
    3. source_update: such an article takes the place of another at the same address, or an article is gone or is dated,
       titled or credited otherwise;
    4. codebook_change: a row of a registry that the event names is new or another;
    5. code_change: nothing of what was read differs. Where the code is the same as well, articles elsewhere moved the
       event: new_source.
    """
    touched = values.select("event_id").unique()
    causes = _find_article_causes(before, after, touched)
    named = _find_registry_changes(before, after).join(touched, on="event_id", how="semi")
    read_otherwise = _list_extractors(before) != _list_extractors(after)
    rest = (
        "new_source"
        if same_code and not read_otherwise and not _new_articles(before, after).is_empty()
        else "code_change"
    )
    by_event = touched.join(causes, on="event_id", how="left").join(
        named.with_columns(registry=pl.lit("codebook_change")), on="event_id", how="left"
    )
    machine = by_event.select("event_id", machine=pl.coalesce("cause", "registry", pl.lit(rest)))
    by_field, by_any = _find_decisions(before, after, values)
    return (
        values.select("event_id", "field")
        .join(machine, on="event_id", how="left")
        .join(by_field, on=["event_id", "field"], how="left")
        .join(by_any, on="event_id", how="left")
        .select(
            "event_id",
            "field",
            pl.when(pl.col("decided") | pl.col("decided_any"))
            .then(pl.lit("human_decision"))
            .otherwise("machine")
            .alias("cause"),
            pl.when("decided").then("decision_id").otherwise("decision_id_any").alias("decision_id"),
        )
    )


def _find_article_causes(before: Tables, after: Tables, touched: pl.DataFrame) -> pl.DataFrame:
    """Returns event_id and cause of events whose own articles, or those of a neighbour, are new or changed."""
    links = pl.concat(
        [
            tables["event_claims"]
            .select("event_id", "claim_id")
            .join(tables["claims"].select("claim_id", "article_id"), on="claim_id", how="left")
            for tables in (before, after)
        ]
    ).unique()
    ours = links.join(touched, on="event_id", how="semi")
    # Events that exchanged claims: the same claim, before or now, in both.
    shared = ours.join(links, on="claim_id", how="inner", suffix="_other").filter(
        pl.col("event_id") != pl.col("event_id_other")
    )
    near = shared.select("event_id", other="event_id_other").unique()
    around = pl.concat(
        [
            ours.select("event_id", "article_id"),
            near.join(links, left_on="other", right_on="event_id", how="inner").select("event_id", "article_id"),
        ]
    ).unique()
    return (
        around.join(_compare_articles(before, after), on="article_id", how="inner")
        .group_by("event_id")
        .agg(pl.col("cause").min())  # new_source before source_update, as in the alphabet
    )


def _new_articles(before: Tables, after: Tables) -> pl.DataFrame:
    return after["articles"].join(before["articles"], on="article_id", how="anti")


def _place_articles(tables: Tables) -> pl.DataFrame:
    """Returns article_id and place: source with address, or the source's id of it, or a file that holds it alone."""
    files = tables["inputs"].filter(pl.col("locator") == "").select("article_id", "location").drop_nulls()
    return (
        tables["articles"]
        .select("article_id", "source_id", "url", "external_id")
        .join(files.unique("article_id", keep="first"), on="article_id", how="left")
        .select(
            "article_id",
            place=pl.concat_str("source_id", pl.coalesce("url", "external_id", "location"), separator="\n"),
        )
    )


def _compare_articles(tables_before: Tables, tables_after: Tables) -> pl.DataFrame:
    """Returns article_id and cause of articles that are new, gone or changed."""
    before, after = tables_before["articles"], tables_after["articles"]
    known = _place_articles(tables_before).select("place").drop_nulls().unique()
    new = (
        _place_articles(tables_after)
        .join(before, on="article_id", how="anti")
        .join(known.with_columns(known=pl.lit(value=True)), on="place", how="left")
        .select("article_id", cause=pl.when("known").then(pl.lit("source_update")).otherwise(pl.lit("new_source")))
    )
    said = [column for column in after.columns if column in before.columns and column not in _NOT_SAID]
    both = after.select(said).join(before.select(said), on="article_id", how="inner", suffix="_before")
    differs = [pl.col(column).ne_missing(pl.col(f"{column}_before")) for column in said if column != "article_id"]
    gone = before.join(after, on="article_id", how="anti")
    updated = pl.concat([both.filter(pl.any_horizontal(differs)).select("article_id"), gone.select("article_id")])
    return pl.concat([new, updated.with_columns(cause=pl.lit("source_update"))])


def _find_registry_changes(before: Tables, after: Tables) -> pl.DataFrame:
    """Returns the ids of events that name, before or now, a registry's row that is new, gone or another."""
    found = []
    for table, (key, columns) in _REGISTRIES.items():
        common = [column for column in after[table].columns if column in before[table].columns]
        one, two = before[table].select(common), after[table].select(common)
        changed = pl.concat(
            [
                one.join(two, on=common, how="anti", nulls_equal=True).select(key),
                two.join(one, on=common, how="anti", nulls_equal=True).select(key),
            ]
        ).unique()
        for events in (before["events"], after["events"]):
            found += [
                events.join(changed, left_on=column, right_on=key, how="semi").select("event_id") for column in columns
            ]
    return pl.concat(found).unique()


def _list_extractors(tables: Tables) -> set[str]:
    return set(tables["claims"]["extractor_version"])


def _find_decisions(before: Tables, after: Tables, values: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the decisions behind single values, and those behind whole events.

    Returns:
        event_id, field, decided, decision_id; and event_id, decided_any, decision_id_any.
    """
    nothing = pl.DataFrame(schema={"event_id": pl.String, "field": pl.String, "decision_id": pl.String})
    links = _link_decisions(before, after, values) if "decisions" in after else nothing
    named = links.sort("decision_id", nulls_last=True)
    by_field = named.drop_nulls("field").unique(["event_id", "field"], keep="first", maintain_order=True)
    whole = named.filter(pl.col("field").is_null())
    # What any decision about an event changes beside its own field.
    beside = named.unique("event_id", keep="first", maintain_order=True).select("event_id", "decision_id")
    more = [beside.select("event_id", pl.lit(field).alias("field"), "decision_id") for field in _BOOKKEEPING]
    by_field = pl.concat([by_field, *more]).unique(["event_id", "field"], keep="first", maintain_order=True)
    return (
        by_field.with_columns(decided=pl.lit(value=True)),
        whole.unique("event_id", keep="first", maintain_order=True).select(
            "event_id", decided_any=pl.lit(value=True), decision_id_any="decision_id"
        ),
    )


def _link_decisions(before: Tables, after: Tables, values: pl.DataFrame) -> pl.DataFrame:
    """Returns event_id, field (null: all of it) and decision_id of decisions that came into force, or out of it.

    The decision_id is null where the decision is no longer there.
    """
    state = ["decision_id", "state"]
    then = before["decisions"] if "decisions" in before else after["decisions"].clear()
    came = (
        after["decisions"]
        .filter(pl.col("state") == "applied")
        .join(then.filter(pl.col("state") == "applied"), on=state, how="anti")
    )
    went = then.filter(pl.col("state") == "applied").join(
        after["decisions"].filter(pl.col("state") == "applied"), on=state, how="anti"
    )
    here = after["decisions"].select("decision_id", here="decision_id")
    moved = pl.concat([came, went.select(came.columns)]).join(here, on="decision_id", how="left")
    about = moved.select("kind", "field", "decision_id", "here", event_id=pl.col("target_ids")).explode("event_id")
    events = about.filter(pl.col("kind") != "alias").select(
        "event_id",
        pl.when(pl.col("kind") == "override").then("field").alias("field"),
        pl.col("here").alias("decision_id"),
    )
    actors = about.filter(pl.col("kind") == "alias").select(actor_id="event_id", decision_id="here")
    sides = values.filter(pl.col("field").is_in(["actor_id", "recipient_id"]))
    named = [
        sides.join(actors, left_on=side, right_on="actor_id", how="inner").select("event_id", "field", "decision_id")
        for side in ("new", "old")
    ]
    parts = [events, *named]
    for tables in (before, after):
        if "moved_claims" in tables:
            other = tables["moved_claims"].join(moved.select("decision_id", "here"), on="decision_id", how="inner")
            parts += [
                other.select(pl.col(end).alias("event_id"), _NONE.alias("field"), pl.col("here").alias("decision_id"))
                for end in ("from_event_id", "to_event_id")
            ]
    return pl.concat(parts).drop_nulls("event_id").unique()
