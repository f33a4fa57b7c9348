"""How well stories and events bring together what reports one occurrence, beside plain TF-IDF; and what stories take.

    python -m benchmarks.stories                        # seconds and memory for 1,000, 10,000 and 50,000 articles
    python -m benchmarks.stories --set FOLDER           # pairs of a set, by a whole build over its articles

What belongs here: builds of a set whose articles are sorted by occurrence, and growth. What does not: the generated
articles (corpus.py). A set is `articles.jsonl[.gz]` (article_id, text, language, published, title) and `clusters.jsonl`
(article_id, cluster): which articles report the same.
"""

import argparse
import gzip
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import combinations
from math import log, sqrt
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from benchmarks.corpus import FIRST_DAY, Pool, make_articles, read_pool
from pipeline.build import build
from pipeline.extraction import load_extractor
from pipeline.resolve import find_stories
from pipeline.seeds import read_seed
from pipeline.store import Store
from pipeline.validate import empty_table
from schemas import Articles, Claims, EventClaims

NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)
_PER_DAY: Final = 20_000
#: Cosines at which the baseline may join: it is given the one that does best on the very set that it is measured on.
_THRESHOLDS: Final = [hundredth / 100 for hundredth in range(10, 61, 2)]

Pairs = set[frozenset[str]]


class Figures(NamedTuple):
    """How many pairs of articles of one occurrence there are, were named, and were rightly named."""

    there: int
    named: int
    right: int

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.named), self.right / max(1, self.there)
        return f"{precision:9.3f}{recall:9.3f}{self.f1:9.3f}"

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of pairs."""
        return 2 * self.right / max(1, self.there + self.named)


def compare(named: Pairs, cluster: Mapping[str, str]) -> Figures:
    """Returns how pairs stand to the clusters of articles."""
    there = sum(n * (n - 1) // 2 for n in Counter(cluster.values()).values())
    return Figures(there, len(named), sum(len({cluster[one] for one in pair}) == 1 for pair in named))


def pairs_of(rows: Iterable[tuple[str, str | None]]) -> Pairs:
    """Returns the pairs of articles that stand under one name, of rows of article and name."""
    groups: dict[str, set[str]] = {}
    for article, name in rows:
        if name is not None:
            groups.setdefault(name, set()).add(article)
    return {frozenset(pair) for group in groups.values() for pair in combinations(sorted(group), 2)}


def join_plainly(texts: Mapping[str, str], threshold: float) -> Pairs:
    """Returns the pairs of the baseline: TF-IDF over words, pairs at a cosine or above, and what these chain together."""
    counts = {one: Counter(re.findall(r"\w+", text.lower())) for one, text in texts.items()}
    shared = Counter(word for words in counts.values() for word in words)
    vectors = {}
    for one, words in counts.items():
        weights = {word: n * log(len(texts) / shared[word]) for word, n in words.items()}
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        vectors[one] = {word: weight / length for word, weight in weights.items()}
    root = {one: one for one in texts}
    for one, other in combinations(sorted(texts), 2):
        small, large = sorted((vectors[one], vectors[other]), key=len)
        if sum(weight * large[word] for word, weight in small.items() if word in large) >= threshold:
            old, new = root[one], root[other]
            root = {article: new if top == old else top for article, top in root.items()} if old != new else root
    return pairs_of(root.items())


def measure_set(folder: Path) -> dict[str, Figures]:
    """Builds a set's articles, and returns the figures of its stories, its events and the baseline."""
    packed = folder / "articles.jsonl.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "articles.jsonl").read_bytes()
    articles = [json.loads(line) for line in data.splitlines()]
    lines = (folder / "clusters.jsonl").read_text(encoding="utf-8").splitlines()
    cluster = {row["article_id"]: row["cluster"] for row in map(json.loads, lines)}
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        (made / "in").mkdir()
        (made / "in" / "articles.jsonl").write_bytes(data)
        row = read_seed("sources").filter(pl.col("kind") == "folder").head(1)
        source = row.with_columns(source_id=pl.lit("set"), location=pl.lit("in"), enabled=pl.lit(value=True))
        store = Store(made / "data")
        build(store, source, NOW, project=made)
        names = store.read_table("documents").select("input_id", name="external_id")
        inputs = store.read_table("inputs").select("input_id", "article_id").join(names, on="input_id")
        stories = inputs.join(store.read_table("stories"), on="article_id").select("name", "story_id")
        claims = store.read_table("claims").join(store.read_table("event_claims"), on="claim_id")
        events = inputs.join(claims, on="article_id").select("name", "event_id")
    texts = {row["article_id"]: f"{row.get('title') or ''}\n{row['text']}" for row in articles}
    plain = [compare(join_plainly(texts, threshold), cluster) for threshold in _THRESHOLDS]
    return {
        "stories": compare(pairs_of(stories.rows()), cluster),
        "articles with an event in common": compare(pairs_of(events.rows()), cluster),
        "TF-IDF, threshold chosen on this set": max(plain, key=lambda figures: figures.f1),
    }


def measure_growth(pool: Pool, sizes: Iterable[int]) -> list[tuple[int, int, float]]:
    """Returns for numbers of generated articles how many stories they have, and the processor seconds for them."""
    measured = []
    for size in sizes:
        rows = [
            {"article_id": f"a_{one.number:020x}", "language": one.language, "title": one.title, "text": one.text}
            for one in make_articles(pool, size, 0.3)
        ]
        told = [datetime.fromtimestamp(FIRST_DAY.timestamp() + at / _PER_DAY * 86_400, UTC) for at in range(size)]
        none = pl.lit(None)
        articles = pl.DataFrame(rows).with_columns(published_at=pl.Series(told), retrieved_at=none, duplicate_of=none)
        articles = articles.cast(
            {name: kind for name, kind in empty_table(Articles).schema.items() if name in articles.columns}
        )
        begun = time.process_time()
        stories = find_stories(articles, empty_table(Claims), empty_table(EventClaims))
        measured.append((size, stories["story_id"].n_unique(), time.process_time() - begun))
    return measured


def main() -> None:
    """Measures and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", type=Path, metavar="FOLDER", help="measure the pairs of this set")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000], help="articles to generate")
    options = parser.parse_args()
    if options.set:
        print(f"{'pairs':<40}{'precision':>9}{'recall':>9}{'F1':>9}")
        for name, figures in measure_set(options.set).items():
            print(f"{name:<40}{figures}")
        return
    print(f"{'articles':>9}{'stories':>9}{'CPU s':>9}{'ms each':>9}")
    for size, stories, seconds in measure_growth(read_pool(None, load_extractor().is_relevant), options.sizes):
        print(f"{size:>9,}{stories:>9,}{seconds:>9.1f}{1000 * seconds / size:>9.2f}")


if __name__ == "__main__":
    main()
