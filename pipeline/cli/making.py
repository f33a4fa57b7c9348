"""The commands that read articles: build, rebuild, extract, evaluate, sources.

What belongs here: their messages and exit codes. What does not: any work on data.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from functools import partial
from pathlib import Path

import polars as pl

from pipeline.build import BuildReport, build, check_sources
from pipeline.cli.progress import Progress
from pipeline.clock import read_clock
from pipeline.evaluate import evaluate, make_report, raise_floors, read_sets, render_misses, render_report
from pipeline.ingest.check import describe_finding
from pipeline.lines import extract_lines
from pipeline.llm.endpoint import Endpoint
from pipeline.readers import KEY_VARIABLE, Reader, make_reader
from pipeline.rebuild import rebuild
from pipeline.seeds import SEEDS, read_seed
from pipeline.store import Store, write_atomically, write_parquet
from pipeline.summary import describe_release, format_table
from pipeline.validate import ContractError, table_types
from schemas import Sources


def run_build(options: argparse.Namespace) -> int:
    """Builds: from the sources to a release."""
    store, now = Store(options.data), read_clock()
    with Progress() as progress:
        reader = choose_reader(options)
        report = build(store, choose_sources(options), now, workers=options.workers, reader=reader, progress=progress)
    print(describe_build(report))
    assert report.latest is not None
    print(describe_release(report.latest))
    return 0


def choose_sources(options: argparse.Namespace) -> pl.DataFrame:
    """Returns the sources that a build reads: configured ones, a file's, or folders named on the command line."""
    rows = []
    for folder in options.source_folder:
        place = folder.resolve()
        if not place.is_dir():
            raise ContractError(
                f"{folder} is no folder: name a folder of .txt, .html, .jsonl, .csv, .parquet or .warc files"
            )
        name = re.sub(r"[^a-z0-9]+", "_", place.name.lower()).strip("_") or "folder"
        # The digest tells folders of one name apart, in this build and the next.
        source_id = f"{name}_{hashlib.sha256(str(place).encode()).hexdigest()[:6]}"
        empty = dict.fromkeys(("language", "publisher", "country", "timezone"))
        rows.append(
            {
                "source_id": source_id,
                "kind": "folder",
                "location": str(place),
                **empty,
                "licence": "unstated",
                "enabled": True,
            }
        )
    named = pl.DataFrame(rows, schema=table_types(Sources)).unique("source_id", maintain_order=True)
    if options.sources is not None:
        return pl.concat([read_seed("sources", file=options.sources), named])
    return named if rows else read_seed("sources")


def choose_reader(options: argparse.Namespace) -> Reader:
    """Returns the reader that the command line names; a model's answers are kept in the data folder."""
    key = os.environ.get(KEY_VARIABLE, "")
    endpoint = Endpoint(options.llm_url, options.llm_model, key, options.llm_tokens)
    return make_reader(options.reader, SEEDS, options.workers, endpoint, options.data / "answers")


def describe_build(report: BuildReport) -> str:
    """Returns in a few lines what a build did."""
    states = ", ".join(f"{count} {state}" for state, count in report.states.items())
    seconds = ", ".join(f"{stage} {taken:.1f} s" for stage, taken in report.seconds.items())
    made = f"release {report.release.version}" if report.release else "no new release: nothing has changed"
    return (
        f"{report.new_files} new files; {sum(report.states.values())} inputs: {states}\n"
        f"{report.read_again} articles read for claims; those read before and unchanged were not read again\n"
        f"{''.join(said + chr(10) for said in (report.said, report.decided) if said)}{made} ({seconds})"
    )


def run_extract(options: argparse.Namespace) -> int:
    """Reads claims from article lines; broken lines are said, and the others are done."""
    source, output = options.articles, options.output
    data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    with Progress() as progress:
        reader = choose_reader(options)
        made = extract_lines(data, read_clock(), reader=reader, progress=partial(progress, "extract"))
    if output.endswith(".parquet"):
        write_parquet(made.claims, Path(output))
    else:
        lines = made.claims.write_ndjson().encode()
        if output == "-":
            sys.stdout.buffer.write(lines)
            sys.stdout.buffer.flush()
        else:
            write_atomically(Path(output), lines)
    for problem in made.problems:
        print(f"{'standard input' if source == '-' else source}, {problem}", file=sys.stderr)
    if said := reader.describe():
        print(said, file=sys.stderr)
    unread = f" ({made.unread} in languages that are not read)" if made.unread else ""
    print(
        f"{made.articles} articles{unread}, {made.claims.height} claims, {len(made.problems)} problems", file=sys.stderr
    )
    return 1 if made.problems else 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Measures the extractor on gold sets."""
    reports = []
    for folder in options.gold:
        with Progress() as progress:
            reader = choose_reader(options)
            outcomes = evaluate(read_sets(folder), read_clock(), reader=reader, progress=progress)
        reports.append(make_report(str(folder), outcomes, options.by))
        print(render_report(reports[-1]))
        if options.errors:
            print(render_misses(outcomes, options.errors))
    if options.write_floors:
        path = options.write_floors
        floors = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for report in reports:
            floors = raise_floors(report, floors)
        write_atomically(path, (json.dumps(floors, indent=1, sort_keys=True) + "\n").encode())
    if options.json:
        write_atomically(options.json, json.dumps(reports, indent=1, ensure_ascii=False).encode())
    return 0


def run_sources(options: argparse.Namespace) -> int:
    """Lists the sources, or tries them; 1 where one holds nothing that can be read."""
    sources = read_seed("sources", file=options.sources)
    unknown = set(options.ids) - set(sources["source_id"])
    if unknown:
        raise ContractError(f"there is no source {min(unknown)}: sources list shows which there are")
    wanted = pl.col("source_id").is_in(options.ids) if options.ids else pl.lit(value=True)
    if options.action == "list":
        shown = sources.filter(wanted).select("source_id", "kind", "location", "cadence", "language", "enabled")
        print(format_table(shown.sort("source_id")))
        return 0
    chosen = sources.filter(wanted if options.ids else pl.col("enabled"))
    code = 0
    for found in check_sources(chosen, read_clock(), options.data):
        print(describe_finding(found), flush=True)
        code = code if found.is_usable else 1
    return code


def run_rebuild(options: argparse.Namespace) -> int:
    """Makes a release again and compares it."""
    with Progress() as progress:
        reader = choose_reader(options)
        made = rebuild(Store(options.data), options.version, SEEDS, options.workers, reader, progress)
    if made.commit != made.made_by:
        print(f"made by commit {made.made_by or 'unknown'}, made again by {made.commit or 'unknown'}", file=sys.stderr)
    for difference in made.differences:
        print(difference, file=sys.stderr)
    said = f"{len(made.differences)} tables differ" if made.differences else "the same bytes in every table"
    print(f"release {options.version}, made again: {said}")
    return 1 if made.differences else 0
