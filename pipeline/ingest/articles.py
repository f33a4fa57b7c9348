"""Documents to articles: every input ends in exactly one state, and the sums are checked in every run.

What belongs here: equal and nearly equal texts, and the account of inputs. What does not: parsing, and where tables
are kept.
"""

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pipeline.ingest.duplicates import BANDS, find_originals, sign
from pipeline.ingest.families import split_items
from pipeline.ingest.items import Refused, mint
from schemas import Articles, Inputs, Quarantine

#: Why an input that was read is no article of its own.
EXACT: Final = "same_text"
NEAR: Final = "near_duplicate"
IRRELEVANT: Final = "no_conflict_words"

#: A text that so large a part of a source repeats is hardly an article: boilerplate that was taken for its body, or a
#: template. Fewer copies prove nothing.
SUSPECT_SHARE: Final = 0.5
SUSPECT_COPIES: Final = 20
REVIEW: Final = "implausible_cluster"

# First published, then first retrieved: what an article repeats is what was there before it.
_TIME: Final = pl.coalesce("published_at", "retrieved_at")
_ORDER: Final = (
    _TIME,
    pl.col("published_at").is_null(),
    pl.col("retrieved_at"),
    pl.col("article_id"),
    pl.col("input_id"),
)


class NearMemory(NamedTuple):
    """What is remembered of near-duplicates from run to run: nothing of it depends on the other articles.

    Attributes:
        signatures: article_id, and the bands of its text.
        comparisons: article_id, other, and the similarity of their texts.
    """

    signatures: pl.DataFrame
    comparisons: pl.DataFrame


class Made(NamedTuple):
    """Rows of articles, inputs and quarantine, each sorted by its id; and what is to be remembered."""

    articles: pl.DataFrame
    inputs: pl.DataFrame
    quarantine: pl.DataFrame
    memory: NearMemory


NO_MEMORY: Final = NearMemory(
    pl.DataFrame(schema={"article_id": pl.String, "bands": pl.Array(pl.UInt64, BANDS)}),
    pl.DataFrame(schema={"article_id": pl.String, "other": pl.String, "similarity": pl.Float64}),
)


class AccountingError(RuntimeError):
    """The states of the inputs do not add up: rows were lost or doubled."""


def make_articles(documents: pl.DataFrame, memory: NearMemory = NO_MEMORY) -> Made:
    """Decides what becomes of each document.

    An item of a feed whose page was read gives way to it. A refused document is quarantined and one without conflict
    words is irrelevant. Of equal texts the earliest is the article and the others are its duplicates. A date that cannot
    be is quarantined, and its article kept. A text that nearly repeats an earlier one stays in articles, marked
    `duplicate_of`, since a copy may add a claim; its input is a duplicate too. The order of the rows does not matter.

    Where more than half of a source nearly repeats one text, that is reported for review and the texts stay articles
    of their own: a wrong body must not wipe out a source.

    Args:
        documents: Rows of Documents.
        memory: What an earlier run returned; texts that it knows are not looked at again.

    Returns:
        The tables, whose sums are checked; quarantine has a row for each suspect text beside those of refused inputs.

    Raises:
        AccountingError: inputs are not articles + duplicates + irrelevant + quarantined.
    """
    alone, giving_way = split_items(documents)
    refused = alone.filter(pl.col("reason").is_not_null())
    read = alone.filter(pl.col("reason").is_null())
    relevant = read.filter("relevant").sort(*_ORDER)
    first = relevant.unique("article_id", keep="first", maintain_order=True)
    duplicate_of, memory = _link(first, memory)
    first = first.with_columns(duplicate_of=duplicate_of)
    suspect = _suspect(first, relevant)
    released = pl.col("duplicate_of").is_in(suspect["article_id"].implode())
    first = first.with_columns(duplicate_of=pl.when(~released).then("duplicate_of"))

    articles = first.select(Articles.empty().columns).sort("article_id")
    near = pl.col("duplicate_of").is_not_null()
    inputs = pl.concat(
        [
            _states(first.filter(~near), "article", None),
            _states(first.filter(near), "duplicate", NEAR),
            _states(relevant.join(first, on="input_id", how="anti"), "duplicate", EXACT),
            _states(read.filter(~pl.col("relevant")), "irrelevant", IRRELEVANT),
            _states(refused, "quarantined", None).with_columns(refused["reason"]),
            giving_way.select(Inputs.empty().columns),
        ]
    ).sort("input_id")
    quarantine = _quarantine(refused)
    _check_account(documents, articles, inputs, quarantine)
    return Made(
        articles, inputs, pl.concat([quarantine, _misdated(first), _reviews(suspect)]).sort("quarantine_id"), memory
    )


def list_read(documents: pl.DataFrame, inputs: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Returns all articles that were read: the rows of articles, and of each other text the earliest document.

    Args:
        documents: Rows of Documents.
        inputs: What `make_articles` made of them.
        articles: Likewise.
    """
    read = documents.join(inputs.select("input_id", "article_id"), on=["input_id", "article_id"], how="semi")
    others = read.join(articles, on="article_id", how="anti").sort(*_ORDER)
    others = others.unique("article_id", keep="first", maintain_order=True)
    return pl.concat([articles, others.with_columns(duplicate_of=pl.lit(None, pl.String)).select(articles.columns)])


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


def _link(first: pl.DataFrame, memory: NearMemory) -> tuple[pl.Series, NearMemory]:
    """Returns the original of each text, null for originals, and what is to be remembered of these texts."""
    known = first.select("article_id").join(memory.signatures, on="article_id", how="left", maintain_order="left")
    new = known["bands"].is_null()
    bands = np.zeros((first.height, BANDS), dtype=np.uint64)
    bands[~new.to_numpy()] = known["bands"].drop_nulls().to_numpy()
    bands[new.to_numpy()] = sign(first["text"].filter(new))
    numbers = first.select("article_id").with_row_index("number")
    pairs = memory.comparisons.join(numbers, on="article_id").join(
        numbers.rename({"article_id": "other", "number": "earlier"}), on="other"
    )
    compared = {
        (later, earlier): near for later, earlier, near in pairs.select("number", "earlier", "similarity").rows()
    }
    originals = find_originals(first["text"], first.select(_TIME).to_series().to_list(), bands, compared)
    ids = first["article_id"]
    comparisons = pl.DataFrame(
        [(ids[later], ids[earlier], near) for (later, earlier), near in sorted(compared.items())],
        schema=NO_MEMORY.comparisons.schema,
        orient="row",
    )
    signatures = pl.DataFrame({"article_id": ids, "bands": bands}, schema=NO_MEMORY.signatures.schema)
    duplicate_of = pl.Series([None if at is None else ids[at] for at in originals], dtype=pl.String)
    return duplicate_of, NearMemory(signatures, comparisons)


def _suspect(first: pl.DataFrame, relevant: pl.DataFrame) -> pl.DataFrame:
    """Returns the texts that an implausible part of a source repeats: source_id, article_id, copies, share."""
    original = first.select("article_id", original=pl.coalesce("duplicate_of", "article_id"))
    return (
        relevant.select("source_id", "article_id")
        .join(original, on="article_id")
        .group_by("source_id", pl.col("original").alias("article_id"))
        .agg(copies=pl.len() - 1)
        .with_columns(share=(pl.col("copies") + 1) / (pl.col("copies") + 1).sum().over("source_id"))
        .filter(pl.col("copies") >= SUSPECT_COPIES, pl.col("share") > SUSPECT_SHARE)
        .sort("source_id", "article_id")
    )


def _reviews(suspect: pl.DataFrame) -> pl.DataFrame:
    """Returns rows of quarantine that ask for a look at suspect texts; they are no inputs and change no sums."""
    rows = [
        {
            "quarantine_id": mint("q", "ingest", row["source_id"], row["article_id"], REVIEW),
            "stage": "ingest",
            "record_id": row["article_id"],
            "source_id": row["source_id"],
            "location": None,
            "reason": REVIEW,
            "detail": f"{row['copies'] + 1} inputs, {row['share']:.0%} of the source's, have this text or nearly so. Near "
            "copies were left as articles of their own. Read it: where it is no article, mend how the source is read, or "
            "set the source's enabled to false.",
        }
        for row in suspect.iter_rows(named=True)
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
        "articles and duplicates name rows of articles": inputs.filter(pl.col("state").is_in(["article", "duplicate"]))
        .join(articles, on="article_id", how="anti")
        .is_empty(),
    }
    broken = [rule for rule, is_true in holds.items() if not is_true]
    if broken:
        raise AccountingError(
            f"ingest lost or doubled inputs: {documents.height} documents, {inputs.height} inputs in the states {counts}, "
            f"{articles.height} articles, {quarantine.height} quarantined; broken: {'; '.join(broken)}. "
            "Nothing was written; rebuild without reused documents, and report this if it comes again."
        )
