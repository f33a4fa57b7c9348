"""Articles to stories: which articles report one occurrence, by their words.

What belongs here: the likeness of texts of one language, and stories made of it. What does not: copies of one text
(pipeline/ingest), what articles claim (cluster.py). The rule in plain words: docs/events.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from heapq import heapify, heappop, heappush
from math import exp, log, sqrt
from typing import Final

import polars as pl

from pipeline.validate import table_types
from schemas import Stories

#: Strongest words kept of an article. On development gold 60 to 100 are best: fewer miss, more bring noise.
TERMS: Final = 100
#: Words by which articles find each other: the strongest, and none that more articles than this share.
LOOKUP_TERMS: Final = 20
MOST_SHARING: Final = 100
#: How often a title's words count: it says what the story is.
TITLE_WEIGHT: Final = 2
#: Articles that have fewer strong words in common are not alike: among few articles common words look rare.
SHARED_WORDS: Final = 5
#: Mean likeness of a story's articles. On development gold F1 is .86 to .92 from .06 to .10.
LIKENESS: Final = 0.08
#: Days over which half of the likeness fades: news ages, but what is told again later is the same story.
FADING_DAYS: Final = 30
LASTING_SHARE: Final = 0.5

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Thai to Han
)
_WORD: Final = re.compile(rf"(?=([{_UNSPACED}]{{2}}))|((?:(?![{_UNSPACED}])\w){{2,}})")

Vector = Mapping[str, float]


def find_stories(articles: pl.DataFrame, claims: pl.DataFrame, event_claims: pl.DataFrame) -> pl.DataFrame:
    """Returns the story of every article, and the event that most of a story's claims tell of.

    Args:
        articles: The articles table.
        claims: The claims table.
        event_claims: The event_claims table.
    """
    rows = [
        pair
        for (_,), part in articles.sort("article_id").partition_by("language", as_dict=True).items()
        for pair in _find_stories_of_language(part)
    ]
    stories = pl.DataFrame(rows, schema={"article_id": pl.String, "story_id": pl.String}, orient="row")
    told = (
        stories.join(claims.select("article_id", "claim_id"), on="article_id")
        .join(event_claims.select("claim_id", "event_id"), on="claim_id")
        .group_by("story_id", "event_id")
        .agg(articles=pl.col("article_id").n_unique(), claims=pl.len())
        .sort("articles", "claims", "event_id", descending=[True, True, False])
        .unique("story_id", keep="first", maintain_order=True)
    )
    found = stories.join(told.select("story_id", "event_id"), on="story_id", how="left")
    return found.select(*table_types(Stories)).sort("article_id")


def _find_stories_of_language(articles: pl.DataFrame) -> list[tuple[str, str]]:
    """Returns article_id and story_id of articles of one language."""
    ids = articles["article_id"].to_list()
    texts = articles.select("title", "text").rows()
    days = [None if at is None else at.toordinal() for at in articles["published_at"]]
    vectors = weigh_words([_count_words(title, text) for title, text in texts])
    pairs = {
        (a, b): likeness
        for a, b in _find_pairs(vectors)
        if (likeness := _dot(vectors[a], vectors[b]) * _freshness(days[a], days[b])) > 0
    }
    return [
        (ids[member], f"s_{sha256(min(ids[one] for one in story).encode()).hexdigest()[:20]}")
        for story in link(len(ids), pairs)
        for member in story
    ]


def _count_words(title: str | None, text: str) -> Counter[str]:
    """Returns how often each word stands in an article; pairs of characters of scripts without spaces."""
    counts = Counter(_words(text))
    for word in _words(title or ""):
        counts[word] += TITLE_WEIGHT
    return counts


def _words(text: str) -> Iterable[str]:
    return (unspaced or word for unspaced, word in _WORD.findall(text.casefold()))


def weigh_words(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Returns each article's strongest words with their weights (TF-IDF), to a length of one."""
    shared = Counter(word for words in counts for word in words)
    vectors = []
    for words in counts:
        weights = {
            word: (1 + log(n)) * log(len(counts) / shared[word])
            for word, n in words.items()
            if 1 < shared[word] < len(counts)
        }
        strongest = sorted(weights, key=lambda word: (-weights[word], word))[:TERMS]
        length = sqrt(sum(weights[word] ** 2 for word in strongest))
        vectors.append({word: weights[word] / length for word in strongest})
    return vectors


def _find_pairs(vectors: Sequence[Vector]) -> set[tuple[int, int]]:
    """Returns the pairs of articles that share one of their strongest words."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for word in [*vector][:LOOKUP_TERMS]:
            holders[word].append(number)
    return {
        (a, b)
        for same in holders.values()
        if len(same) <= MOST_SHARING
        for place, b in enumerate(same)
        for a in same[:place]
    }


def _dot(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    shared = [weight * other[word] for word, weight in one.items() if word in other]
    return sum(shared) if len(shared) >= SHARED_WORDS else 0.0


def _freshness(one: int | None, other: int | None) -> float:
    """Returns the share of likeness that is left over the days between two articles."""
    days = 0 if one is None or other is None else abs(one - other)
    return LASTING_SHARE + (1 - LASTING_SHARE) * exp(-days / FADING_DAYS)


def link(count: int, pairs: Mapping[tuple[int, int], float]) -> list[list[int]]:
    """Returns groups whose members are alike on average, the most alike joined first (average linkage).

    A chain of articles, each a little like the next, does not become one group, as it would by single links.

    Args:
        count: How many members there are, numbered from 0.
        pairs: The likeness of pairs (lower number first); others are not alike.
    """
    members = {number: [number] for number in range(count)}
    sums: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for (a, b), likeness in pairs.items():
        sums[a][b] = sums[b][a] = likeness
    heap = [(-likeness, a, b) for (a, b), likeness in pairs.items() if likeness >= LIKENESS]
    heapify(heap)
    while heap:
        negative, a, b = heappop(heap)
        if a not in members or b not in members or _mean(sums, members, a, b) != -negative:
            continue
        for other, likeness in sums.pop(b).items():
            del sums[other][b]
            if other != a:
                sums[a][other] = sums[other][a] = sums[a].get(other, 0.0) + likeness
        members[a] += members.pop(b)
        for other in sums[a]:
            mean = _mean(sums, members, a, other)
            if mean >= LIKENESS:
                heappush(heap, (-mean, min(a, other), max(a, other)))
    return [sorted(group) for group in members.values()]


def _mean(sums: Mapping[int, Mapping[int, float]], members: Mapping[int, Sequence[int]], a: int, b: int) -> float:
    return sums[a].get(b, 0.0) / (len(members[a]) * len(members[b]))
