"""Whether it would pay to ask for words of conflict before an article's body is sought in its page.

    python -m benchmarks.gate FOLDER      # of pages, *.html or *.html.gz

What belongs here: the gate that was tried, how many of the relevant articles it lets pass, and what it saves. What does
not: how relevance is told (pipeline/extract/relevance.py). The text that the gate reads is that of the page's main part, which is
had without the extractor; it holds captions and teasers too, whose topics may outweigh the article's, hence the margins.
"""

import argparse
import gzip
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.extract import Extractor
from pipeline.extract.relevance import may_speak_of_conflict
from pipeline.extraction import load_extractor
from pipeline.ingest.charset import decode
from pipeline.ingest.items import RawFile, Refused
from pipeline.ingest.language import detect_language
from pipeline.ingest.markup import parse_html
from pipeline.ingest.page import main_part, read_page
from pipeline.seeds import languages

#: Of the relevant articles, those that must pass: else the gate is off.
RECALL: Final = 0.99
MARGINS: Final = (0.0, 1.0, 2.0, 4.0, 8.0, 1e9)
_BLOCKS: Final = ("p", "h1", "h2", "h3", "li", "td")
_NOW: Final = datetime(2026, 10, 20, tzinfo=UTC)


class Page(NamedTuple):
    """What was found in one page, and the seconds of processor time that it took.

    Attributes:
        relevant: Whether its article, read whole, may speak of conflict.
        passes: Whether the gate lets it pass, by margin.
        read: Seconds from bytes to whether it is relevant, without the gate.
        tree: Seconds of them until its main part is had, which are paid with the gate too.
        gate: Seconds of the gate itself.
    """

    relevant: bool
    passes: tuple[bool, ...]
    read: float
    tree: float
    gate: float


def measure(pages: Sequence[bytes], extractor: Extractor, spoken: Sequence[str]) -> list[Page]:
    """Reads pages with and without the gate; those without a body are left out."""
    found = []
    for data in pages:
        begun = time.process_time()
        try:
            [item] = read_page(data, RawFile("folder", "page.html", "text/html", _NOW))
        except Refused:
            continue
        relevant = extractor.is_relevant(item.text, detect_language(item.text, spoken))
        read = time.process_time()
        tree = parse_html(decode(data))
        assert tree is not None
        part = main_part(tree)
        had = time.process_time()
        text = "\n".join("".join(block.itertext()).strip() for block in part.iter(*_BLOCKS))
        language = detect_language(text, spoken)
        packs = [extractor.languages[language]] if language in extractor.languages else [*extractor.languages.values()]
        first = any(may_speak_of_conflict(text, pack.lexicon) for pack in packs)
        asked = time.process_time()
        more = [any(may_speak_of_conflict(text, pack.lexicon, margin) for pack in packs) for margin in MARGINS[1:]]
        found.append(Page(relevant, (first, *more), read - begun, had - read, asked - had))
    return found


def render(pages: Sequence[Page]) -> str:
    """Returns for each margin how many relevant articles pass, and the time of a page with the gate and without."""
    relevant = sum(page.relevant for page in pages)
    without = sum(page.read for page in pages)
    lines = [
        f"{len(pages)} pages, {relevant} of them relevant; a page without the gate: {1_000 * without / len(pages):.2f} ms",
        f"{'margin':>8}{'recall':>8}{'passes':>8}{'ms a page':>11}  gate",
    ]
    for at, margin in enumerate(MARGINS):
        passed = [page for page in pages if page.passes[at]]
        recall = sum(page.relevant for page in passed) / max(1, relevant)
        taken = sum(page.tree + page.gate for page in pages) + sum(page.read - page.tree for page in passed)
        verdict = "off: loses articles" if recall < RECALL else "off: saves no time" if taken >= without else "pays"
        shown = "any" if margin == MARGINS[-1] else f"{margin:g}"
        lines.append(
            f"{shown:>8}{recall:>8.3f}{len(passed) / len(pages):>8.0%}{1_000 * taken / len(pages):>11.2f}  {verdict}"
        )
    return "\n".join(lines)


def read_pages(folder: Path) -> Iterator[bytes]:
    """Yields the pages of a folder."""
    for path in sorted([*folder.glob("*.html"), *folder.glob("*.html.gz")]):
        yield gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def main() -> None:
    """Measures and prints the table; the second round counts, since the first brings new words."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of pages, *.html or *.html.gz")
    pages, extractor, spoken = [*read_pages(parser.parse_args().folder)], load_extractor(), languages()
    measure(pages, extractor, spoken)
    print(render(measure(pages, extractor, spoken)))


if __name__ == "__main__":
    main()
