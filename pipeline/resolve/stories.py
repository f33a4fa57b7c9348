"""Articles to stories: which articles report one occurrence, by their words.

What belongs here: the likeness of articles of one language, and stories made of it. What does not: copies of one text
(pipeline/ingest), the weight of words (terms.py), what articles claim (cluster.py). The rule in plain words: docs/events.md.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import numpy as np
import polars as pl

from pipeline.resolve.terms import TERMS, UNIT, Numbers, weigh_words
from pipeline.validate import table_types
from schemas import Stories

#: Words by which an article finds stories: its strongest; and the stories that it finds by one, the last told of.
LOOKUP_TERMS: Final = 20
MOST_SHARING: Final = 100
#: How often a title's words count: it says what the story is.
TITLE_WEIGHT: Final = 2
#: Articles that have fewer strong words in common are not alike: among few articles common words look rare.
SHARED_WORDS: Final = 4
#: Likeness from which an article belongs to a story. On development gold, alone, in halves and among 1,500 other
#: articles, F1 is .86 to .93 at .09 and .87 to .90 at .12, on tens of its stories .81; below, neighbouring stories run
#: together.
LIKENESS: Final = 0.1
#: Days over which half of the fading is done, and what is left in the end: news ages, but may be told again later.
FADING_DAYS: Final = 30
LASTING_SHARE: Final = 0.4


def find_stories(articles: pl.DataFrame, claims: pl.DataFrame, event_claims: pl.DataFrame) -> pl.DataFrame:
    """Returns the story of every article, and the event that most of a story's articles tell of.

    Args:
        articles: Rows of articles, and as many of their columns of what was read without a word of conflict: article_id,
            language, title, text, published_at, retrieved_at, duplicate_of. Copies go where their originals go.
        claims: The claims table.
        event_claims: The event_claims table.
    """
    told_at = pl.coalesce("published_at", "retrieved_at")
    originals = (
        articles.filter(pl.col("duplicate_of").is_null()).with_columns(told_at=told_at).sort("told_at", "article_id")
    )
    rows = [
        pair
        for part in originals.partition_by("language", maintain_order=True)
        for pair in _find_stories_of_language(part)
    ]
    found = pl.DataFrame(rows, schema={"original": pl.String, "story_id": pl.String}, orient="row")
    stories = articles.select("article_id", original=pl.coalesce("duplicate_of", "article_id")).join(
        found, on="original"
    )
    told = (
        stories.join(claims.select("article_id", "claim_id"), on="article_id")
        .join(event_claims.select("claim_id", "event_id"), on="claim_id")
        .group_by("story_id", "event_id")
        .agg(articles=pl.col("article_id").n_unique(), claims=pl.len())
        .sort("articles", "claims", "event_id", descending=[True, True, False])
        .unique("story_id", keep="first", maintain_order=True)
    )
    named = stories.join(told.select("story_id", "event_id"), on="story_id", how="left")
    return named.select(*table_types(Stories)).sort("article_id")


def _find_stories_of_language(articles: pl.DataFrame) -> list[tuple[str, str]]:
    """Returns article_id and story_id of articles of one language, given in the order in which they were told."""
    ids = articles["article_id"].to_list()
    title = pl.col("title").fill_null("")
    texts = articles.select(pl.concat_str(*[title] * TITLE_WEIGHT, "text", separator="\n")).to_series()
    days = articles["told_at"].dt.epoch("d").to_list()
    names = {first: f"s_{sha256(ids[first].encode()).hexdigest()[:20]}" for first in range(len(ids))}
    return [(ids[at], names[first]) for at, first in enumerate(group(texts, days))]


def group(texts: pl.Series, days: Sequence[int]) -> list[int]:
    """Returns for each text the number of the first text of its story.

    Texts are taken in their order (single-pass clustering, as in topic detection and tracking: Allan et al. 1998): each
    joins the story that it is most like, or begins one. A story is the sum of its texts' words, cut to the strongest.
    Likeness is the geometric mean of two measures: the mean likeness to the story's texts, which alone is too strict on
    stories told in many ways, and the likeness to their sum, which alone lets large stories take in what is about
    the same people. It fades with the days between a text and the mean day of its story.

    Args:
        texts: Texts of one language, the earliest first.
        days: The day of each.
    """
    words, weights, vocabulary = weigh_words(texts)
    kept = np.count_nonzero(weights, axis=1).tolist()
    lengths = np.sqrt((weights.astype(np.int64) ** 2).sum(axis=1))
    sizes, day_sums = np.ones(len(texts)), np.array(days, dtype=np.int64)
    dense = np.zeros(
        vocabulary + 1, dtype=np.int64
    )  # the weights of the text at hand by their words; those of no word stay 0
    holders: dict[int, list[int]] = {}  # stories by their texts' strongest words, the last told of last
    first: list[int] = []
    for at, day in enumerate(days):
        own, own_weights = words[at, : kept[at]].copy(), weights[at, : kept[at]].copy()
        lookup = own[:LOOKUP_TERMS].tolist()
        story = at
        near = np.array(sorted({one for word in lookup for one in holders.get(word, ())}), dtype=np.intp)
        if len(near):
            dense[own] = own_weights
            met = dense[words[near]]
            dense[own] = 0
            products = np.einsum("ij,ij->i", met, weights[near], dtype=np.int64)
            likeness = products / (UNIT * np.sqrt(UNIT * sizes[near] * lengths[near]))
            apart = abs(day_sums[near] // sizes[near] - day)
            likeness *= LASTING_SHARE + (1 - LASTING_SHARE) * FADING_DAYS / (FADING_DAYS + apart)
            likeness[np.count_nonzero(met, axis=1) < SHARED_WORDS] = 0
            best = int(likeness.argmax())  # of equals the oldest
            if likeness[best] >= LIKENESS:
                story = int(near[best])
                kept[story] = _add(words[story], weights[story], own, own_weights)
                lengths[story] = np.sqrt((weights[story].astype(np.int64) ** 2).sum())
                sizes[story] += 1
                day_sums[story] += day
        first.append(story)
        for word in lookup:
            told = holders.setdefault(word, [])
            if story in told:
                told.remove(story)
            told.append(story)
            del told[:-MOST_SHARING]
    return first


def _add(words: Numbers, weights: Numbers, more: Numbers, more_weights: Numbers) -> int:
    """Adds words to a row of words, keeps the strongest, and returns how many these are."""
    both, at = np.unique(np.concatenate([words, more]), return_inverse=True)
    sums = np.bincount(at, weights=np.concatenate([weights, more_weights])).astype(np.int64)
    strongest = np.lexsort((both, -sums))[:TERMS]
    strongest = strongest[sums[strongest] > 0]
    words[:], weights[:] = 0, 0
    words[: len(strongest)], weights[: len(strongest)] = both[strongest], sums[strongest]
    return len(strongest)
