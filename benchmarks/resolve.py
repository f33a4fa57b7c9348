"""How claims become events and two releases of them, as their number grows: time, growth and memory.

    python -m benchmarks.resolve                                   # 20,000 and 100,000 claims
    python -m benchmarks.resolve --claims 100000 1000000 10000000

What belongs here: measuring resolution, the tables of a release, and the comparison of two. What does not: the claims
(claims.py). Every size runs in a process of its own, so that its memory is its own. The first release is made of all
articles but one in a hundred; the second of all of them.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl

from benchmarks.claims import make_news
from pipeline.release.changes import render_changes
from pipeline.release.parquet import read_table, write_table
from pipeline.release.revisions import apply_changes, list_changes
from pipeline.resolve import FORMER_TABLES, Former, resolve_claims, settle
from pipeline.seeds import read_seed
from pipeline.validate import empty_table, validate_all
from pipeline.workers import spread_over
from schemas import TABLES

VERSIONS: Final = ("2026.11.0", "2026.12.0")
#: Tables of a release that are made or read here; of the others nothing depends on the number of claims.
_WRITTEN: Final = ("articles", "claims", "events", "event_claims", "moved_claims", "id_registry", "tombstones")


class Clock:
    """Seconds of each step, on the wall and of this process and its workers."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Adds what a step takes."""
        wall, cpu = time.perf_counter(), _cpu_seconds()
        yield
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
        self.cpu[name] = self.cpu.get(name, 0.0) + _cpu_seconds() - cpu
        print(f"  {name}: {self.wall[name]:.1f} s, {_peak()[0]:,.0f} MiB at most so far", file=sys.stderr, flush=True)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak() -> tuple[float, float]:
    """Returns the most memory that this process, and any one of its workers, held: MiB."""
    own, other = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own / 1024, other / 1024


def measure(claims: int, workers: int, folder: Path) -> dict[str, Any]:
    """Makes two releases of about so many claims in a folder, and returns what they took."""
    clock = Clock()
    with clock.step("make claims"):
        news = make_news(claims)
        for name, frame in (("articles", news.articles), ("claims", news.claims)):
            frame.write_parquet(folder / f"{name}.parquet")
        late, count = news.late, news.claims.height
        del news, frame
    figures: dict[str, Any] = {"claims": count}
    before: dict[str, pl.DataFrame] = {}
    for number, version in enumerate(VERSIONS):
        here = folder / version
        here.mkdir()
        tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("articles", "claims")}
        if number == 0:
            tables = {name: table.filter(~pl.col("article_id").is_in(late.implode())) for name, table in tables.items()}
        tables |= _make_tables(
            tables, version, VERSIONS[0] if number else None, folder, workers, clock, str(number + 1)
        )
        with clock.step(f"check and write {number + 1}"):
            for name in _WRITTEN:
                validate_all(tables[name], TABLES[name])
                write_table(name, tables[name], here, version)
        figures[f"events {number + 1}"] = tables["events"].height
        if number == 0:
            del tables
    with clock.step("compare"):
        before = {name: read_table(folder / VERSIONS[0] / f"{name}.parquet") for name in _WRITTEN}
        before, tables = _complete(before), _complete(tables)
        tables["changes"] = list_changes(before, tables, same_code=True)
        page = render_changes(VERSIONS[1], tables, VERSIONS[0], before)
    with clock.step("apply changes"):
        again = apply_changes(before["events"], tables["changes"])
    if not again.equals(tables["events"]):
        raise SystemExit("the first release with the changes applied is not the second one")
    own, other = _peak()
    return figures | {
        "tombstones": tables["tombstones"].height,
        "changes": tables["changes"].height,
        "page": len(page),
        "wall": clock.wall,
        "cpu": clock.cpu,
        "peak MiB": own,
        "worker MiB": other,
    }


def _make_tables(
    tables: Mapping[str, pl.DataFrame],
    version: str,
    previous: str | None,
    folder: Path,
    workers: int,
    clock: Clock,
    number: str,
) -> dict[str, pl.DataFrame]:
    """Returns what is made of claims for a release."""
    actions = read_seed("actions")
    with clock.step(f"read former {number}"):
        former = Former.of(
            {
                name: pl.read_parquet(
                    folder / previous / f"{name}.parquet",
                    columns=["claim_id", "article_id", "sentence_index"] if name == "claims" else None,
                )
                for name in FORMER_TABLES
            }
            if previous
            else {},
            previous,
        )
    with clock.step(f"resolve {number}"):
        events, links = resolve_claims(tables["claims"], tables["articles"], actions, former, spread_over(workers))
    with clock.step(f"settle {number}"):
        unmoved = empty_table(TABLES["moved_claims"])
        settled = settle(events, links, unmoved, tables["claims"], tables["articles"], {}, former, version)
    return settled._asdict()


def _complete(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Returns every table of a release, those that are not made here empty."""
    return {name: tables[name] if name in tables else empty_table(model) for name, model in TABLES.items()}


def render(results: Sequence[dict[str, Any]]) -> str:
    """Returns the report: seconds of wall and processor by step, and how much more each size takes a claim."""
    steps = [*results[0]["wall"]]
    lines = [f"{'':<20}" + "".join(f"{result['claims']:>24,}" for result in results)]
    for step in steps:
        cells = [f"{result['wall'][step]:9.1f} s {result['cpu'][step]:9.1f} cpu" for result in results]
        lines.append(f"{step:<20}" + "".join(f"{cell:>24}" for cell in cells))
    for name in ("events 1", "events 2", "tombstones", "changes", "peak MiB", "worker MiB"):
        lines.append(f"{name:<20}" + "".join(f"{result[name]:>24,.0f}" for result in results))
    for step in ("resolve 1", "resolve 2", "compare"):
        rates = [result["claims"] / result["cpu"][step] for result in results]
        lines.append(f"{step + ', claims/s cpu':<26}" + "".join(f"{rate:>18,.0f}      " for rate in rates).rstrip())
    for step in ("resolve 1", "resolve 2", "compare"):
        for one, two in pairwise(results):
            times = two["claims"] / one["claims"]
            lines.append(
                f"{step}: {times:.1f} times the claims, {two['cpu'][step] / one['cpu'][step]:.1f} times the time"
            )
    return "\n".join(lines)


def main() -> None:
    """Measures and prints the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--claims", type=int, nargs="+", default=[20_000, 100_000], help="(default: 20000 100000)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--folder", type=Path, help="where files go meanwhile (default: that of temporary files)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            print(json.dumps(measure(options.one, options.workers, Path(name))))
        return
    results = []
    for size in options.claims:
        print(f"{size:,} claims", file=sys.stderr, flush=True)
        rest = ["--workers", str(options.workers), *(["--folder", str(options.folder)] if options.folder else [])]
        command = [sys.executable, "-m", "benchmarks.resolve", "--one", str(size), *rest]
        results.append(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout))
    print(render(results))


if __name__ == "__main__":
    main()
