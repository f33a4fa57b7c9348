"""A feed's item and its page are one article: the page is read where it is had, the item where it is not.

What belongs here: what a page takes from the list that named it, and which item gives way to its page. What does not: equal
texts (articles.py).
"""

from dataclasses import replace
from typing import Final

import polars as pl

from pipeline.ingest.dates import misdated, parse_published
from pipeline.ingest.items import Item, RawFile

#: Why an item is no article of its own.
PAGE: Final = "read_from_page"


def complete(item: Item, file: RawFile) -> Item:
    """Returns a page's article with what its list says and the page does not.

    A date that the page's metadata states comes first, then the list's, then what was found in the page or its address.
    """
    listed = file.listed
    if listed is None:
        return item
    published, basis = item.published, item.basis
    if basis != "metadata":
        told = parse_published(listed.published, file.retrieved_at, file.timezone)
        published, basis = (told, "feed") if told else (published, basis)
    return replace(
        item,
        title=item.title or listed.title,
        publisher=item.publisher or listed.publisher,
        language=item.language or listed.language,
        url=item.url or listed.url,
        published=published,
        basis=basis,
        misdated=misdated(published, item.misdated, listed.published),
    )


def split_items(documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the documents that stand for themselves, and the items of feeds that give way to their pages.

    An item gives way to the page at its address where that was read; not where the item speaks of conflict and its page
    does not: then the page's body was not found.

    Args:
        documents: Rows of Documents.

    Returns:
        The others; and the items, with state, reason and article_id as their pages give them.
    """
    pages = (
        documents.filter((pl.col("role") == "page") & pl.col("reason").is_null())
        .select(url="location", page_article="article_id", page_relevant="relevant")
        .sort("page_relevant", "page_article", descending=[True, False])
        .unique("url", keep="first", maintain_order=True)
    )
    items = documents.filter(pl.col("role") == "item").join(pages, on="url", how="inner")
    items = items.filter(pl.col("page_relevant") | ~pl.col("relevant"))
    giving_way = items.with_columns(
        state=pl.when("page_relevant").then(pl.lit("duplicate")).otherwise(pl.lit("irrelevant")),
        reason=pl.lit(PAGE),
        article_id="page_article",
    )
    return documents.join(items, on="input_id", how="anti"), giving_way
