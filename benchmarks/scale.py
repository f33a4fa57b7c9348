"""How many articles a second go the whole way, from web archives to a release, and what others take for a part of it.

    python -m benchmarks.scale                       # 1,000 pages
    python -m benchmarks.scale --pages 1000 10000 100000 --plot docs/speed.svg --alone

What belongs here: builds of generated archives, and rivals side by side in the same run. What does not: the archives
(corpus.py), the rivals themselves (rivals.py), reading alone (speed.py), the picture (growth.py). The first build of each
size is measured with everything that it costs; a second one over the same input shows what a run with nothing new costs,
a third what a hundredth of new input costs.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl
import trafilatura

from benchmarks.corpus import Pool, Text, make_articles, make_chrome, read_pool, write_archives
from benchmarks.growth import Point, draw
from pipeline.build import BuildReport, build
from pipeline.extraction import load_extractor
from pipeline.ingest.duplicates import find_originals
from pipeline.ingest.items import RawFile
from pipeline.ingest.page import read_page
from pipeline.seeds import read_seed
from pipeline.store import Store

NOW: Final = datetime(2026, 10, 20, tzinfo=UTC)
_WRITTEN: Final = NOW - timedelta(days=1)
RIVALS: Final = Path(__file__).resolve().parent.parent / ".venv" / "rivals" / "bin" / "python"
#: Of the world's news, what speaks of conflict: so written that nearly one page in four passes as such.
_SHARE: Final = 0.3
#: What is aimed at: a day of the world's news, 500,000 articles, in an hour, within 4 GiB.
_RATE: Final = 140
_MEBIBYTES: Final = 4096
_WATCH_SECONDS: Final = 0.5
_COMPARED_PAGES: Final = 200
_COMPARED_TEXTS: Final = 4_000


class Built(NamedTuple):
    """What building one corpus took.

    Attributes:
        pages: Pages in the archives.
        wall: Seconds of the build.
        report: What it did, and the seconds of each stage.
        again: Seconds of a second build over the same input.
        more: Seconds of a third build, with a hundredth of new pages.
        peak: The most memory that all processes held together in the first build, in MiB.
    """

    pages: int
    wall: float
    report: BuildReport
    again: float
    more: float
    peak: float


def build_corpus(pool: Pool, pages: int) -> Built:
    """Writes archives of so many pages, and builds a release of them, then again, then with a hundredth more."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_archives(make_articles(pool, pages, _SHARE), folder / "archives")
        _settle(folder / "archives")
        sources = _one_source(folder / "archives")

        def run() -> tuple[float, BuildReport]:
            begun = time.perf_counter()
            report = build(Store(folder / "data"), sources, NOW, project=folder)
            return time.perf_counter() - begun, report

        with watching_memory() as peak:
            wall, report = run()
        again, _ = run()
        write_archives(make_articles(pool, max(1, pages // 100), _SHARE, seed=4), folder / "more", "more")
        _settle(folder / "more")
        for path in (folder / "more").iterdir():
            path.rename(folder / "archives" / path.name)
        more, _ = run()
        return Built(pages, wall, report, again, more, peak[0])


def _settle(folder: Path) -> None:
    """Makes files older than the builds, whose clock stands still: what was written just now is read in every build."""
    for path in folder.iterdir():
        os.utime(path, (_WRITTEN.timestamp(), _WRITTEN.timestamp()))


@contextmanager
def watching_memory() -> Iterator[list[float]]:
    """Gives a list whose one number is the most memory that this process and its children held together, in MiB."""
    peak, is_done = [0.0], threading.Event()

    def watch() -> None:
        while not is_done.wait(_WATCH_SECONDS):
            peak[0] = max(peak[0], _held())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        is_done.set()
        watcher.join()


def _held() -> float:
    """Returns the memory of this process and its children in MiB; pages that they share count for each."""
    ids = ["self", *(one for task in Path("/proc/self/task").iterdir() for one in _words(task / "children"))]
    pages = sum(int(statm[1]) for one in ids if (statm := _words(Path("/proc") / one / "statm")))
    return pages * resource.getpagesize() / 2**20


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:  # it has ended
        return []


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
    head = ["pages", "articles", "claims", "pages/s", *stages, "again", "1 % more", "of all", "peak MiB"]
    rows = [
        [
            f"{made.pages:,}",
            f"{made.report.rows['articles']:,}",
            f"{made.report.rows['claims']:,}",
            f"{made.pages / made.wall:.1f}",
            *(f"{made.report.seconds[stage]:.1f}" for stage in stages),
            f"{made.again:.1f}",
            f"{made.more:.1f}",
            f"{made.more / made.wall:.1%}",
            f"{made.peak:,.0f}",
        ]
        for made in builds
    ]
    lines = ["  ".join(f"{cell:>9}" for cell in row) for row in [head, *rows]]
    lines += [
        f"between {few.pages:,} and {many.pages:,} pages: {(many.pages - few.pages) / (many.wall - few.wall):.1f} pages/s"
        for few, many in pairwise(builds)
        if many.wall > few.wall
    ]
    for title, seconds, count in (("pages", readers, _COMPARED_PAGES), ("texts", duplicates, _COMPARED_TEXTS)):
        if not seconds:
            continue
        ours = next(iter(seconds.values()))
        lines += ["", f"{title} a second of processor time, and times ours"]
        lines += [f"{name:<34}{count / took:>9,.0f}{took / ours:>8.1f}" for name, took in seconds.items()]
    return "\n".join(lines)


def main() -> None:
    """Measures and prints the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, nargs="+", default=[1_000], help="sizes of the archives (default: 1000)")
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="also draw on its */articles.jsonl[.gz]")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write throughput and memory by pages as SVG")
    parser.add_argument("--alone", action="store_true", help="leave the rivals out")
    options = parser.parse_args()
    pool = read_pool(options.texts, load_extractor().is_relevant)
    builds = []
    for pages in sorted(options.pages):
        print(f"building {pages:,} pages", file=sys.stderr, flush=True)
        builds.append(build_corpus(pool, pages))
        print(render(builds[-1:], {}, {}), file=sys.stderr, flush=True)
    print(render(builds, *(({}, {}) if options.alone else (compare_readers(pool), compare_duplicates(pool)))))
    if options.plot:
        points = [Point(made.pages, made.pages / made.wall, made.peak) for made in builds]
        options.plot.write_text(draw(points, _RATE, _MEBIBYTES), encoding="utf-8")


if __name__ == "__main__":
    main()
