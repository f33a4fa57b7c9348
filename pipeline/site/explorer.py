"""What scripts read: one packed file of events for map and table, and a database for questions in SQL.

What belongs here: the events in columns, and the tables that fit a browser. What does not: what is done with them
(assets/explorer.js, assets/database.js), and DuckDB itself (pipeline/release).
"""

import gzip
import json
from collections.abc import Collection, Mapping
from typing import Any, Final

import polars as pl

from pipeline.site.edition import Edition

#: Most events of the packed file, the newest: some 3 MB. The database holds them all.
EXPLORED: Final = 100_000

#: Most claims that the browser's database holds with their quotes: some 200 MB. Beyond, it holds events alone.
QUOTED: Final = 2_000_000

_NUMBERS: Final = tuple(f"{metric}_{end}" for metric in ("killed", "injured") for end in ("low", "best", "high"))
_CODED: Final = (
    "action", "actor_id", "recipient_id", "country", "place_precision", "accounting", "review_state", "languages",
    "first_release", "last_changed_release", "date_precision",
)  # fmt: skip


def list_events(edition: Edition) -> pl.DataFrame:
    """Returns the events as map and table show them, newest first; at most `EXPLORED`.

    Beside columns of `events`: `languages`, those of its articles, and `contradicted`, whether any claim contradicts it.
    """
    tables = edition.tables
    events = tables["events"].sort(["event_date_start", "event_id"], descending=[True, False], nulls_last=True)
    spoken = (
        tables["event_claims"]
        .join(tables["claims"].select("claim_id", "article_id"), on="claim_id")
        .join(tables["articles"].select("article_id", "language"), on="article_id")
        .group_by("event_id")
        .agg(
            pl.col("language").unique().sort().str.join(" ").alias("languages"),
            (pl.col("relation") == "contradicts").any().alias("contradicted"),
        )
    )
    return events.head(EXPLORED).join(spoken, on="event_id", how="left", maintain_order="left")


def pack_events(frame: pl.DataFrame, edition: Edition, with_page: Collection[str]) -> bytes:
    """Returns events in columns, as JSON packed with gzip.

    Codes are numbers into `codes`, days are days since 1970-01-01, null stands for what is not known.

    Args:
        frame: What `list_events` returns.
        edition: The release.
        with_page: Events that have a file of their own.
    """
    columns: dict[str, list[Any]] = {
        "event_id": frame["event_id"].to_list(),
        "start": frame["event_date_start"].cast(pl.Int32).to_list(),
        "end": frame["event_date_end"].cast(pl.Int32).to_list(),
        "place_text": frame["place_text"].to_list(),
        "latitude": frame["latitude"].round(3).to_list(),
        "longitude": frame["longitude"].round(3).to_list(),
        "contradicted": frame["contradicted"].fill_null(value=False).cast(pl.Int8).to_list(),
        "confidence": frame["confidence"].round(3).to_list(),
        "paged": [int(event_id in with_page) for event_id in frame["event_id"]],
    }
    for name in (*_NUMBERS, "n_claims", "n_claimants"):
        columns[name] = frame[name].to_list()
    codes = {}
    for name in _CODED:
        values = frame[name].drop_nulls().unique().sort().to_list()
        place = {value: at for at, value in enumerate(values)}
        codes[name] = values
        columns[name] = [None if value is None else place[value] for value in frame[name]]
    named = {code for name in ("actor_id", "recipient_id", "country") for code in codes[name]}
    packed = {
        "release": edition.version,
        "events": edition.tables["events"].height,
        "rows": frame.height,
        "codes": codes,
        "names": {code: edition.actor_names[code] for code in sorted(named) if code in edition.actor_names},
        "columns": columns,
    }
    return gzip.compress(json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0)


def browser_tables(edition: Edition) -> Mapping[str, pl.DataFrame]:
    """Returns the tables of the browser's database: what a question needs, without the texts of articles."""
    tables = edition.tables
    found = {"events": tables["events"].sort("country", "event_date_start", "event_id")}
    if tables["claims"].height <= QUOTED:
        links = tables["event_claims"].join(
            tables["claims"].drop("mention_id", "extractor", "extractor_version"), on="claim_id"
        )
        found["claims"] = links.sort("event_id", "used_in_estimate", "article_id", "char_start", "claim_id")
        found["articles"] = tables["articles"].select(
            "article_id", "source_id", "title", "url", "publisher", "published_at", "language"
        )
    used = pl.concat([tables["events"]["actor_id"], tables["events"]["recipient_id"], tables["claims"]["claimant_id"]])
    countries = tables["events"]["country"]
    named = pl.concat([used, countries]).drop_nulls().unique().implode()
    found["actors"] = tables["actors"].filter(pl.col("actor_id").is_in(named)).drop("source")
    found["actions"] = tables["actions"].drop("source")
    for name in ("changes", "tombstones", "decisions", "coverage"):
        if (frame := edition.table(name)) is not None:
            found[name] = frame
    return found
