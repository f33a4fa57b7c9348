"""How fast claims are read: sentences a second on one core, growth with the length of the input, memory.

What belongs here: measuring. What does not: bounds; a figure depends on the machine, so none is asserted.

Run it by `make bench`. Every figure is processor time from raw text to claims, splitting into sentences included. Two
corpora, both made of the project's own texts (the small gold sets, the seeds' articles):

- conflict: all of them. Nearly every article tells of conflict, and most sentences hold a word of it.
- mixed: to each article that tells of conflict four of the gold that tell of none, as in a general news feed.
"""

import argparse
import gc
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.extract.annotation import read_triggers
from pipeline.extract.extractor import Extractor
from pipeline.extract.text import split_sentences
from pipeline.extraction import load_extractor

ROOT: Final = Path(__file__).resolve().parent.parent
SIZES: Final = (1, 2, 4, 8)  # times the input
_ROUNDS: Final = 3  # the best of so many counts: other programs only ever make a round slower
_OTHERS: Final = 4  # articles on other matters to each that tells of conflict
#: One sentence without end, as broken pages have it.
_ENDLESS: Final = "At least 14 soldiers were killed in an attack by rebels, the ministry said, and "
_ENDLESS_SIZE: Final = 50_000  # characters

Article = Mapping[str, Any]


class Speed(NamedTuple):
    """What reading some articles took."""

    sentences: int
    triggered: int  # sentences with a word of conflict
    seconds: float

    @property
    def rate(self) -> float:
        """Sentences a second."""
        return self.sentences / self.seconds if self.seconds else 0.0

    def __add__(self, other: "Speed") -> "Speed":  # type: ignore[override]
        return Speed(self.sentences + other.sentences, self.triggered + other.triggered, self.seconds + other.seconds)


class Report(NamedTuple):
    """Everything that one run measures."""

    first: Speed  # each word is new
    conflict: dict[str, Speed]  # by language
    mixed: dict[str, Speed]
    articles: list[Speed]  # so many times as many articles
    lengths: list[Speed]  # articles so many times as long
    endless: list[float]  # seconds for one sentence without end, so many times as long
    growth: list[int]  # KiB of memory more after each round over all articles


def read_samples(root: Path = ROOT) -> list[Article]:
    """Returns the sample articles of the project: the seeds' texts and the small gold sets, whatever is there.

    `is_conflict` says of each whether it tells of conflict.
    """
    articles: list[Article] = [
        {"article_id": path.stem, "language": path.suffixes[-2][1:], "title": None, "published": None,
         "text": path.read_text(encoding="utf-8"), "is_conflict": True}
        for path in sorted((root / "seeds" / "articles").glob("*.*.txt"))
    ]  # fmt: skip
    for path in sorted((root / "tests" / "gold").glob("**/articles.jsonl")):
        told = {row["article_id"] for row in _read_lines(path.with_name("gold.jsonl"))}
        for row in _read_lines(path):
            known = row["article_id"] in told
            articles.append({**row, "title": row.get("title"), "published": None, "is_conflict": known})
    return articles


def mix(articles: Sequence[Article]) -> list[Article]:
    """Returns articles of one language with four on other matters to each that tells of conflict, which come again."""
    told = [article for article in articles if article.get("is_conflict", True)]
    others = [article for article in articles if not article.get("is_conflict", True)]
    return [*told, *islice(cycle(others), _OTHERS * len(told))] if others else list(told)


def measure(extractor: Extractor, articles: Sequence[Article], sizes: Sequence[int] = SIZES) -> Report:
    """Measures an extractor on articles of the languages that it reads."""
    known = [article for article in articles if article["language"] in extractor.languages]
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in known:
        groups[article["language"]].append(article)
    endless = (_ENDLESS * (_ENDLESS_SIZE // len(_ENDLESS)))[:_ENDLESS_SIZE]
    return Report(
        first=read_all(extractor, known),
        conflict={name: _best(extractor, groups[name]) for name in sorted(groups)},
        mixed={name: _best(extractor, mix(groups[name])) for name in sorted(groups)},
        articles=[_best(extractor, known * size) for size in sizes],
        lengths=[_best(extractor, [_lengthen(article, size) for article in known]) for size in sizes],
        endless=[_read_endless(extractor, endless * size) for size in sizes],
        growth=[_grow(extractor, known) for _ in sizes],
    )


def read_all(extractor: Extractor, articles: Iterable[Article]) -> Speed:
    """Reads articles once; sentences are counted outside the time taken."""
    seconds, count, triggered = 0.0, 0, 0
    for article in articles:
        begun = time.process_time()
        extractor.extract(article)
        seconds += time.process_time() - begun
        lexicon = extractor.languages[article["language"]].lexicon
        sentences = split_sentences(article["text"], article["language"], lexicon.settings.apostrophe)
        count += len(sentences)
        triggered += sum(bool(read_triggers(sentence, lexicon)) for sentence in sentences)
    return Speed(count, triggered, seconds)


def render(report: Report) -> str:
    """Returns a report as lines of text."""
    heads = ("sentences", "triggered", "per second")
    lines = [f"{'':<12}{'conflict':>33}{'mixed':>33}", f"{'language':<12}" + "".join(f"{h:>11}" for h in heads * 2)]
    for name, conflict in report.conflict.items():
        lines.append(f"{name:<12}{_columns(conflict)}{_columns(report.mixed[name])}")
    together = [sum(speeds.values(), Speed(0, 0, 0.0)) for speeds in (report.conflict, report.mixed)]
    lines.append(f"{'together':<12}{''.join(map(_columns, together))}")
    lines.append(f"{'first pass':<12}{_columns(report.first)}")
    for what, speeds in (("as many articles", report.articles), ("as long articles", report.lengths)):
        base = speeds[0].seconds or 1.0
        ratios = "  ".join(f"{s.sentences / speeds[0].sentences:.1f}x: {s.seconds / base:.2f}" for s in speeds)
        lines.append(f"time for sentences, {what}   {ratios}")
    sizes = [speed.sentences // report.lengths[0].sentences for speed in report.lengths]
    seconds = "  ".join(
        f"{size * _ENDLESS_SIZE // 1000}k: {took:.1f} s" for size, took in zip(sizes, report.endless, strict=True)
    )
    lines.append(f"time for one sentence without end, characters   {seconds}")
    lines.append("memory more after each round, KiB   " + "  ".join(map(str, report.growth)))
    return "\n".join(lines)


def _columns(speed: Speed) -> str:
    share = speed.triggered / speed.sentences if speed.sentences else 0.0
    return f"{speed.sentences:>11,}{share:>11.0%}{speed.rate:>11,.0f}"


def _best(extractor: Extractor, articles: Sequence[Article]) -> Speed:
    return min((read_all(extractor, articles) for _ in range(_ROUNDS)), key=lambda speed: speed.seconds)


def _lengthen(article: Article, size: int) -> Article:
    return {**article, "text": "\n".join([article["text"]] * size)}


def _read_endless(extractor: Extractor, text: str) -> float:
    if "en" not in extractor.languages:
        return 0.0
    begun = time.process_time()
    extractor.extract({"article_id": "endless", "language": "en", "title": None, "published": None, "text": text})
    return time.process_time() - begun


def _grow(extractor: Extractor, articles: Sequence[Article]) -> int:
    gc.collect()
    before = _peak()
    read_all(extractor, articles)
    return _peak() - before


def _peak() -> int:
    """Returns the most memory that this process has held, in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Measures the project's extractor and prints the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--largest", type=int, default=max(SIZES), help="the largest multiple of the input")
    parser.add_argument("--articles", type=Path, metavar="FILE", help="measure on these article lines instead")
    options = parser.parse_args()
    begun = time.process_time()
    extractor = load_extractor()
    print(f"loaded in {time.process_time() - begun:.1f} s")
    articles = read_samples() if options.articles is None else _read_lines(options.articles)
    told = [{**article, "title": article.get("title"), "published": None} for article in articles]
    print(render(measure(extractor, told, [size for size in SIZES if size <= options.largest])))


if __name__ == "__main__":
    main()
