"""How fast claims are read: sentences a second on one core, growth with the length of the input, memory.

What belongs here: measuring. What does not: bounds; a figure depends on the machine, so none is asserted.

Run it by `make bench`. Texts are the sample articles of the project. Every figure counts from raw text to claims,
splitting into sentences included.
"""

import argparse
import gc
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.extract.extractor import Extractor
from pipeline.extract.text import split_sentences
from pipeline.extraction import load_extractor

ROOT: Final = Path(__file__).resolve().parent.parent
SIZES: Final = (1, 2, 4, 8)  # times the input
_ROUNDS: Final = 3  # the best of so many counts: other programs only ever make a round slower

Article = Mapping[str, Any]


class Speed(NamedTuple):
    """What reading some articles took."""

    sentences: int
    seconds: float

    @property
    def rate(self) -> float:
        """Sentences a second."""
        return self.sentences / self.seconds if self.seconds else 0.0


class Report(NamedTuple):
    """Everything that one run measures."""

    first: Speed  # each word is new
    languages: dict[str, Speed]
    total: Speed
    articles: list[Speed]  # so many times as many articles
    lengths: list[Speed]  # articles so many times as long
    growth: list[int]  # KiB of memory more after each round over all articles


def read_samples(root: Path = ROOT) -> list[Article]:
    """Returns the sample articles of the project: the seeds' texts and the small gold sets, whatever is there."""
    articles: list[Article] = [
        {"article_id": path.stem, "language": path.suffixes[-2][1:], "title": None, "published": None,
         "text": path.read_text(encoding="utf-8")}
        for path in sorted((root / "seeds" / "articles").glob("*.*.txt"))
    ]  # fmt: skip
    for path in sorted((root / "tests" / "gold").glob("**/articles.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            articles.append({**row, "title": row.get("title"), "published": None})
    return articles


def measure(extractor: Extractor, articles: Sequence[Article], sizes: Sequence[int] = SIZES) -> Report:
    """Measures an extractor on articles of the languages that it reads."""
    known = [article for article in articles if article["language"] in extractor.languages]
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in known:
        groups[article["language"]].append(article)
    first = read_all(extractor, known)
    languages = {name: _best(extractor, groups[name]) for name in sorted(groups)}
    return Report(
        first=first,
        languages=languages,
        total=Speed(sum(s.sentences for s in languages.values()), sum(s.seconds for s in languages.values())),
        articles=[_best(extractor, known * size) for size in sizes],
        lengths=[_best(extractor, [_lengthen(article, size) for article in known]) for size in sizes],
        growth=[_grow(extractor, known) for _ in sizes],
    )


def read_all(extractor: Extractor, articles: Iterable[Article]) -> Speed:
    """Reads articles once; sentences are counted outside the time taken."""
    seconds, sentences = 0.0, 0
    for article in articles:
        begun = time.process_time()
        extractor.extract(article)
        seconds += time.process_time() - begun
        language = article["language"]
        apostrophe = extractor.languages[language].lexicon.settings.apostrophe
        sentences += len(split_sentences(article["text"], language, apostrophe))
    return Speed(sentences, seconds)


def render(report: Report) -> str:
    """Returns a report as lines of text."""
    lines = [f"{'language':<10}{'sentences':>10}{'seconds':>10}{'sentences/s':>13}"]
    rows = {**report.languages, "together": report.total, "first time": report.first}
    lines += [f"{name:<10}{s.sentences:>10}{s.seconds:>10.2f}{s.rate:>13.0f}" for name, s in rows.items()]
    for what, speeds in (("as many articles", report.articles), ("as long articles", report.lengths)):
        base = speeds[0].seconds or 1.0
        ratios = "  ".join(f"{s.sentences / speeds[0].sentences:.1f}x: {s.seconds / base:.2f}" for s in speeds)
        lines.append(f"time for sentences, {what}   {ratios}")
    lines.append("memory more after each round, KiB   " + "  ".join(map(str, report.growth)))
    return "\n".join(lines)


def _best(extractor: Extractor, articles: Sequence[Article]) -> Speed:
    return min((read_all(extractor, articles) for _ in range(_ROUNDS)), key=lambda speed: speed.seconds)


def _lengthen(article: Article, size: int) -> Article:
    return {**article, "text": "\n".join([article["text"]] * size)}


def _grow(extractor: Extractor, articles: Sequence[Article]) -> int:
    gc.collect()
    before = _peak()
    read_all(extractor, articles)
    return _peak() - before


def _peak() -> int:
    """Returns the most memory that this process has held, in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def main() -> None:
    """Measures the project's extractor and prints the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--largest", type=int, default=max(SIZES), help="the largest multiple of the input")
    largest = parser.parse_args().largest
    begun = time.process_time()
    extractor = load_extractor()
    print(f"loaded in {time.process_time() - begun:.1f} s")
    print(render(measure(extractor, read_samples(), [size for size in SIZES if size <= largest])))


if __name__ == "__main__":
    main()
