"""Documents to articles: every input ends in exactly one state, and the sums are checked in every run.

What belongs here: equal and nearly equal texts, and the account of inputs. What does not: parsing, and where tables
are kept.
"""

from typing import Final

import polars as pl

from pipeline.ingest.duplicates import find_originals
from pipeline.ingest.families import split_items
from pipeline.ingest.items import Refused, mint
from schemas import Articles, Inputs, Quarantine

#: Why an input that was read is no article of its own.
EXACT: Final = "same_text"
NEAR: Final = "near_duplicate"
IRRELEVANT: Final = "no_conflict_words"

# First published, then first retrieved: what an article repeats is what was there before it.
_ORDER: Final = ("published_at", "retrieved_at")


class AccountingError(RuntimeError):
    """The states of the inputs do not add up: rows were lost or doubled."""


def make_articles(documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Decides what becomes of each document.

    An item of a feed whose page was read gives way to it. A refused document is quarantined and one without conflict
    words is irrelevant. Of equal texts the earliest is the article and the others are its duplicates. A date that cannot
    be is quarantined, and its article kept. A text that nearly repeats an earlier one stays in articles, marked
    `duplicate_of`, since a copy may add a claim; its input is a duplicate too. The order of the rows does not matter.

    Args:
        documents: Rows of Documents.

    Returns:
        Rows of articles, inputs and quarantine, each sorted by its id.

    Raises:
        AccountingError: inputs are not articles + duplicates + irrelevant + quarantined.
    """
    alone, giving_way = split_items(documents)
    refused = alone.filter(pl.col("reason").is_not_null())
    read = alone.filter(pl.col("reason").is_null())
    relevant = read.filter("relevant").sort(*_ORDER, "article_id", "input_id", nulls_last=True)
    first = relevant.unique("article_id", keep="first", maintain_order=True)
    ids = first["article_id"].to_list()
    originals = [None if i is None else ids[i] for i in find_originals(first["text"].to_list())]
    first = first.with_columns(pl.Series("duplicate_of", originals, dtype=pl.String))

    articles = first.select(Articles.empty().columns).sort("article_id")
    near = pl.col("duplicate_of").is_not_null()
    inputs = pl.concat(
        [
            _states(first.filter(~near), "article", None),
            _states(first.filter(near), "duplicate", NEAR),
            _states(relevant.join(first, on="input_id", how="anti"), "duplicate", EXACT),
            _states(
                read.filter(~pl.col("relevant")).with_columns(article_id=pl.lit(None, pl.String)),
                "irrelevant",
                IRRELEVANT,
            ),
            _states(refused, "quarantined", None).with_columns(refused["reason"]),
            giving_way.select(Inputs.empty().columns),
        ]
    ).sort("input_id")
    quarantine = _quarantine(refused)
    _check_account(documents, articles, inputs, quarantine)
    return articles, inputs, pl.concat([quarantine, _misdated(first)]).sort("quarantine_id")


def _misdated(articles: pl.DataFrame) -> pl.DataFrame:
    """Returns rows of quarantine for dates that cannot be; their articles are kept without one."""
    reason = "impossible_date"
    rows = [
        {
            "quarantine_id": mint("q", "ingest", row["article_id"], reason),
            "stage": "ingest",
            "record_id": row["article_id"],
            "source_id": row["source_id"],
            "location": ", ".join(filter(None, (row["location"], row["locator"]))),
            "reason": reason,
            "detail": Refused(reason, f"It cannot have been published on `{row['misdated']}`").detail,
        }
        for row in articles.drop_nulls("misdated").iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=Quarantine.empty().schema, orient="row")


def _states(documents: pl.DataFrame, state: str, reason: str | None) -> pl.DataFrame:
    """Returns rows of inputs for documents that end in one state."""
    row = documents.drop("reason").with_columns(
        pl.lit(state).alias("state"), pl.lit(reason, dtype=pl.String).alias("reason")
    )
    return row.select(Inputs.empty().columns)


def _quarantine(refused: pl.DataFrame) -> pl.DataFrame:
    """Returns rows of quarantine for refused documents."""
    rows = [
        {
            "quarantine_id": mint("q", "ingest", row["input_id"], row["reason"]),
            "stage": "ingest",
            "record_id": row["input_id"],
            "source_id": row["source_id"],
            "location": ", ".join(filter(None, (row["location"], row["locator"]))),
            "reason": row["reason"],
            "detail": row["detail"],
        }
        for row in refused.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=Quarantine.empty().schema, orient="row").sort("quarantine_id")


def _check_account(
    documents: pl.DataFrame, articles: pl.DataFrame, inputs: pl.DataFrame, quarantine: pl.DataFrame
) -> None:
    """Raises unless every document is an input in one state, and the tables hold what the states say."""
    counts = dict(inputs["state"].value_counts().iter_rows())
    near = inputs.filter(pl.col("reason") == NEAR).height
    holds = {
        "each document is one input": documents.height == inputs.height == inputs["input_id"].n_unique()
        and set(documents["input_id"]) == set(inputs["input_id"]),
        "articles and near-duplicates are the rows of articles": counts.get("article", 0) + near == articles.height,
        "quarantined inputs are the rows of quarantine": counts.get("quarantined", 0) == quarantine.height,
    }
    broken = [rule for rule, is_true in holds.items() if not is_true]
    if broken:
        raise AccountingError(
            f"ingest lost or doubled inputs: {documents.height} documents, {inputs.height} inputs in the states {counts}, "
            f"{articles.height} articles, {quarantine.height} quarantined; broken: {'; '.join(broken)}. "
            "Nothing was written; rebuild without reused documents, and report this if it comes again."
        )
