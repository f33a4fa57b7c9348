"""How many articles a second go the whole way, from web archives to a release, and what others take for a part of it.

    python -m benchmarks.scale                       # 1,000 pages
    python -m benchmarks.scale --pages 1000 10000 --texts FOLDER

What belongs here: builds of generated archives, and rivals side by side in the same run. What does not: the archives
(corpus.py), the rivals themselves (rivals.py), reading alone (speed.py). The first build of each size is measured
with everything that it costs, the second over the same input shows what a run with nothing new costs.
"""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl
import trafilatura

from benchmarks.corpus import Pool, Text, make_articles, make_chrome, read_pool, write_archives
from pipeline.build import BuildReport, build
from pipeline.extraction import load_extractor
from pipeline.ingest.duplicates import find_originals
from pipeline.ingest.items import RawFile
from pipeline.ingest.page import read_page
from pipeline.seeds import read_seed
from pipeline.store import Store

NOW: Final = datetime(2026, 10, 20, tzinfo=UTC)
RIVALS: Final = Path(__file__).resolve().parent.parent / ".venv" / "rivals" / "bin" / "python"
#: Of the world's news, what speaks of conflict; the generator's words are changed, so that fewer pages pass as such.
_SHARE: Final = 0.3
_COMPARED_PAGES: Final = 200
_COMPARED_TEXTS: Final = 4_000


class Built(NamedTuple):
    """What building one corpus took.

    Attributes:
        pages: Pages in the archives.
        wall: Seconds of the build.
        report: What it did, and the seconds of each stage.
        again: Seconds of a second build over the same input.
        peak: The most memory that any one of the processes held so far, in MiB.
    """

    pages: int
    wall: float
    report: BuildReport
    again: float
    peak: float


def build_corpus(pool: Pool, pages: int) -> Built:
    """Writes archives of so many pages, and builds a release of them twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_archives(make_articles(pool, pages, _SHARE), folder / "archives")
        sources = _one_source(folder / "archives")
        begun = time.perf_counter()
        report = build(Store(folder / "data"), sources, NOW, project=folder)
        wall = time.perf_counter() - begun
        begun = time.perf_counter()
        build(Store(folder / "data"), sources, NOW, project=folder)
        usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return Built(pages, wall, report, time.perf_counter() - begun, max(usage) / 1024)


def _one_source(folder: Path) -> pl.DataFrame:
    """Returns the table of sources with a folder of archives as its only row."""
    row = read_seed("sources").filter(pl.col("kind") == "folder").head(1)
    return row.with_columns(source_id=pl.lit("archives"), location=pl.lit(folder.name), enabled=pl.lit(value=True))


def compare_readers(pool: Pool) -> dict[str, float]:
    """Returns the seconds of processor time that each reader takes for the same pages."""
    # What newspaper4k reads without packages of its own for a language.
    known = pool._replace(conflict=[*filter(_is_plain, pool.conflict)], ordinary=[*filter(_is_plain, pool.ordinary)])
    articles = [*make_articles(known, _COMPARED_PAGES, _SHARE, seed=2)]
    pages = [make_chrome(article.site)(article) for article in articles]
    file = RawFile("folder", "page.html", "text/html", NOW)
    seconds = {
        "ours, with title, date, authors": _time(lambda: [[*read_page(page, file)] for page in pages]),
        "trafilatura with metadata": _time(lambda: [trafilatura.bare_extraction(page) for page in pages]),
    }
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{number}.html.gz" for number in range(len(pages))]
        for path, page in zip(paths, pages, strict=True):
            path.write_bytes(gzip.compress(page, 1))
        seconds["newspaper4k"] = _ask_rival("newspaper4k", [str(path) for path in paths])
    return seconds


def _is_plain(text: Text) -> bool:
    return text.language in ("de", "en", "es", "fr", "pt")


def compare_duplicates(pool: Pool) -> dict[str, float]:
    """Returns the seconds of processor time that each takes to find near-duplicates among the same texts."""
    texts = [article.text for article in make_articles(pool, _COMPARED_TEXTS, _SHARE, seed=3)]
    return {"ours": _time(lambda: find_originals(texts)), "datasketch": _ask_rival("datasketch", texts)}


def _time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _ask_rival(rival: str, task: Sequence[str]) -> float:
    """Returns what a rival took, in its own environment; not a number where that was not made."""
    if not RIVALS.exists():
        return float("nan")
    answer = subprocess.run(
        [RIVALS, Path(__file__).with_name("rivals.py")],
        input=json.dumps({"rival": rival, "input": task}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(answer.stdout)
    return float(result["seconds"])


def render(builds: Sequence[Built], readers: dict[str, float], duplicates: dict[str, float]) -> str:
    """Returns the report."""
    stages = [*builds[0].report.seconds] if builds else []
    head = ["pages", "articles", "claims", "pages/s", *stages, "again", "peak MiB"]
    rows = [
        [
            f"{made.pages:,}",
            f"{made.report.rows['articles']:,}",
            f"{made.report.rows['claims']:,}",
            f"{made.pages / made.wall:.1f}",
            *(f"{made.report.seconds[stage]:.1f}" for stage in stages),
            f"{made.again:.1f}",
            f"{made.peak:,.0f}",
        ]
        for made in builds
    ]
    lines = ["  ".join(f"{cell:>9}" for cell in row) for row in [head, *rows]]
    for title, seconds, count in (("pages", readers, _COMPARED_PAGES), ("texts", duplicates, _COMPARED_TEXTS)):
        ours = next(iter(seconds.values()))
        lines += ["", f"{title} a second of processor time, and times ours"]
        lines += [f"{name:<34}{count / took:>9,.0f}{took / ours:>8.1f}" for name, took in seconds.items()]
    return "\n".join(lines)


def main() -> None:
    """Measures and prints the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, nargs="+", default=[1_000], help="sizes of the archives (default: 1000)")
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="also draw on its */articles.jsonl[.gz]")
    options = parser.parse_args()
    pool = read_pool(options.texts, load_extractor().is_relevant)
    builds = []
    for pages in options.pages:
        print(f"building {pages:,} pages", file=sys.stderr, flush=True)
        builds.append(build_corpus(pool, pages))
    print(render(builds, compare_readers(pool), compare_duplicates(pool)))


if __name__ == "__main__":
    main()
