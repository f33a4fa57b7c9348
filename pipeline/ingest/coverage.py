"""Of which days a source was read, and what came of it: the table `coverage`.

What belongs here: the note that a collection leaves, and the counts by source and day. What does not: collecting.
"""

from datetime import datetime
from typing import Final

import polars as pl

from pipeline.validate import empty_table, table_types
from schemas import Coverage

#: Input states and the columns that count them.
_COUNTED: Final = {
    "article": "n_articles",
    "duplicate": "n_duplicates",
    "irrelevant": "n_irrelevant",
    "quarantined": "n_quarantined",
}

_KEY: Final = ["source_id", "day"]


def note_collection(
    coverage: pl.DataFrame, sources: pl.DataFrame, problems: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """Returns `coverage` with what a collection just did to each enabled source.

    Of several collections on one day the best counts: what a later one could not read, an earlier one had.

    Args:
        coverage: The table so far.
        sources: Rows of sources.
        problems: What the collection could not have: rows of quarantine.
        now: When it began (UTC).
    """
    failed = problems.group_by("source_id").agg(
        n_problems=pl.len().cast(pl.Int64), places=pl.col("location").drop_nulls().unique()
    )
    noted = (
        sources.filter("enabled")
        .join(failed, on="source_id", how="left")
        # A problem at the source's own location is one of all of it: the folder is missing, the feed does not answer.
        .select(
            "source_id",
            day=pl.lit(now.date()),
            is_read=~pl.col("location").is_in(pl.col("places")).fill_null(value=False),
            n_problems=pl.col("n_problems").fill_null(0),
        )
    )
    known = coverage.select(noted.columns)
    kept = known.join(noted, on=_KEY, how="anti")
    today = (
        pl.concat([known.join(noted, on=_KEY, how="semi"), noted])
        .sort("is_read", "n_problems", descending=[True, False])
        .unique(_KEY, keep="first", maintain_order=True)
    )
    return _fill(pl.concat([kept, today]))


def count_coverage(
    coverage: pl.DataFrame,
    sources: pl.DataFrame,
    raw_articles: pl.DataFrame,
    inputs: pl.DataFrame,
    articles: pl.DataFrame,
) -> pl.DataFrame:
    """Returns `coverage` with its counts taken anew, and a row for every day between a source's first and the last.

    Args:
        coverage: What collections noted; whatever else it holds is made again.
        sources: Rows of sources.
        raw_articles: Rows of raw_articles.
        inputs: Rows of inputs.
        articles: Rows of articles.
    """
    files = raw_articles.select("raw_id", "source_id", day=pl.col("retrieved_at").dt.date())
    of_files = files.group_by(_KEY).agg(n_files=pl.len())
    of_inputs = (
        inputs.join(files, on="raw_id", how="inner")
        .group_by(_KEY)
        .agg(n_inputs=pl.len(), **{name: (pl.col("state") == state).sum() for state, name in _COUNTED.items()})
    )
    published = (
        articles.select("source_id", day=pl.col("published_at").dt.date())
        .drop_nulls()
        .group_by(_KEY)
        .agg(n_published=pl.len())
    )
    # Only what a collection noted is kept: a day of which articles came later has a row because of them.
    noted = coverage.filter(pl.col("is_read") | (pl.col("n_problems") > 0)).select(*_KEY, "is_read", "n_problems")
    read = pl.concat([noted.select(_KEY), of_files.select(_KEY)])
    days = pl.concat([read, _days_between(read), published.select(_KEY)]).unique()
    counted = (
        days.join(noted, on=_KEY, how="left")
        .join(of_files, on=_KEY, how="left")
        .join(of_inputs, on=_KEY, how="left")
        .join(published, on=_KEY, how="left")
        .with_columns(is_read=pl.coalesce(pl.col("is_read"), pl.col("n_files") > 0))
        .join(sources, on="source_id", how="semi")
    )
    return _fill(counted)


def _days_between(read: pl.DataFrame) -> pl.DataFrame:
    """Returns every day from a source's first one to the last one of all."""
    if read.is_empty():
        return read
    last = read["day"].max()
    return (
        read.group_by("source_id")
        .agg(pl.col("day").min())
        .with_columns(day=pl.date_ranges("day", pl.lit(last)))
        .explode("day")
    )


def _fill(rows: pl.DataFrame) -> pl.DataFrame:
    """Returns rows of `coverage`: counts that are missing are 0, and the state follows from the others."""
    types = table_types(Coverage)
    counts = [name for name in types if name.startswith("n_")]
    rows = rows.with_columns(pl.lit(0).alias(name) for name in counts if name not in rows.columns)
    rows = rows.with_columns(pl.col("is_read").fill_null(value=False), pl.col(counts).fill_null(0).cast(pl.Int64))
    whole = (pl.col("n_problems") == 0) & (pl.col("n_quarantined") == 0)
    state = (
        pl.when(pl.col("is_read") & whole)
        .then(pl.lit("collected"))
        .when(pl.col("is_read") | (pl.col("n_published") > 0))
        .then(pl.lit("partly"))
        .otherwise(pl.lit("not"))
    )
    return empty_table(Coverage).vstack(rows.with_columns(state=state).select(list(types)))
