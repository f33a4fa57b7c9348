"""The command line: `conflict-events`, the same functions as the Dagster assets.

What belongs here: arguments, messages, progress and exit codes. What does not: any work on data. Exit codes: 0 done;
1 something was wrong with the data, and is said; 2 the command was not understood.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
from tqdm import tqdm

from pipeline.build import PROJECT, BuildReport, build, check_sources
from pipeline.clock import read_clock
from pipeline.evaluate import evaluate, make_report, raise_floors, read_sets, render_misses, render_report
from pipeline.ingest import AccountingError
from pipeline.ingest.check import describe_finding
from pipeline.lines import extract_lines
from pipeline.llm.endpoint import Endpoint
from pipeline.readers import KEY_VARIABLE, KINDS, Reader, make_reader
from pipeline.rebuild import rebuild
from pipeline.release import (
    Fetched,
    QueryError,
    ReleaseError,
    diff_releases,
    explain,
    fetch_from,
    find_release,
    publish_to,
    query,
    query_all,
    read_index,
    render_diff,
    render_explanation,
    render_json,
    sign_off,
    update,
    verify_release,
    yank,
)
from pipeline.resolve import TRAIL_TABLES, render_trail
from pipeline.seeds import SEEDS, read_seed
from pipeline.site import serve_release
from pipeline.store import Store, StoreError, write_atomically, write_parquet
from pipeline.summary import describe_release, format_table
from pipeline.validate import ContractError, table_types
from schemas import Sources

#: What users can mend; anything else is an error of the program and keeps its traceback.
USER_ERRORS: Final = (ContractError, StoreError, ReleaseError, QueryError, AccountingError, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except USER_ERRORS as error:
        print(f"conflict-events: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "conflict-events: stopped; what was finished is kept, and the next run goes on from there", file=sys.stderr
        )
        return 1
    return code


def make_parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="conflict-events",
        description="Turns news articles into a dataset of attributed conflict claims and events.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", type=Path, default=PROJECT / "data", metavar="DIR", help="the data folder (default: data)"
    )
    work = argparse.ArgumentParser(add_help=False)
    work.add_argument("--workers", type=_positive, metavar="N", help="processes (default: as many as it pays to use)")

    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--reader", choices=KINDS, default="rules", help="what reads the articles (default: rules)")
    reading.add_argument(
        "--llm-url", default="", metavar="URL", help="an endpoint that speaks OpenAI's chat completions"
    )
    reading.add_argument(
        "--llm-model", default="", metavar="NAME", help=f"its model; its key is read from {KEY_VARIABLE}"
    )
    reading.add_argument("--llm-tokens", type=_positive, default=1_000_000, metavar="N", help="budget of one run")

    one = commands.add_parser("build", parents=[data, work, reading], help="read the sources and make a release")
    one.add_argument("--sources", type=Path, metavar="FILE", help="another list of sources than seeds/sources.csv")
    one.add_argument(
        "--source-folder", type=Path, action="append", default=[], metavar="DIR",
        help="a folder of articles to read instead of the configured sources; may be given again",
    )  # fmt: skip
    one.set_defaults(run=run_build)

    one = commands.add_parser(
        "extract", parents=[data, work, reading], help="read claims from article lines, without a data folder"
    )
    one.add_argument("articles", metavar="ARTICLES.jsonl", help="article lines; - is standard input")
    one.add_argument(
        "-o", "--output", default="-", metavar="CLAIMS.jsonl",
        help="where claim lines go; .parquet by its suffix; - is standard output (default)",
    )  # fmt: skip
    one.set_defaults(run=run_extract)

    one = commands.add_parser(
        "evaluate", parents=[data, work, reading], help="compare what is read from gold sets with the gold"
    )
    one.add_argument("gold", nargs="+", type=Path, metavar="GOLD_DIR", help="a gold set, or a folder of them")
    one.add_argument(
        "--by", default="language", metavar="FIELD", help="field of articles.jsonl to group by (default: language)"
    )
    one.add_argument("--errors", type=int, default=0, metavar="N", help="show the first N misses of each slot")
    one.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    one.add_argument(
        "--write-floors", type=Path, metavar="FILE", help="raise the floors of a file to the figures of GOLD_DIR"
    )
    one.set_defaults(run=run_evaluate)

    one = commands.add_parser("sources", parents=[data], help="list the sources, or try them and say what they hold")
    one.add_argument("action", choices=("list", "check"))
    one.add_argument("ids", nargs="*", metavar="ID", help="these sources only; check: the enabled ones unless given")
    one.add_argument("--sources", type=Path, metavar="FILE", help="another list of sources than seeds/sources.csv")
    one.set_defaults(run=run_sources)

    one = commands.add_parser("query", parents=[data], help="ask the latest release in SQL")
    one.add_argument("sql", metavar="SQL")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--release", metavar="VERSION", help="another release than the latest")
    which.add_argument(
        "--all-releases", action="store_true", help="all of them: as_of('VERSION'), all_events, \"VERSION\".events"
    )
    one.set_defaults(run=run_query)

    one = commands.add_parser("releases", parents=[data], help="list the releases")
    one.set_defaults(run=run_releases)

    one = commands.add_parser("diff", parents=[data], help="show in what one release differs from another")
    one.add_argument("before", metavar="A")
    one.add_argument("after", metavar="B")
    one.add_argument("--json", action="store_true", help="all of it, as JSON")
    one.set_defaults(run=run_diff)

    one = commands.add_parser(
        "rebuild", parents=[data, work, reading], help="make a release again from what is kept, and compare"
    )
    one.add_argument("version", metavar="VERSION")
    one.set_defaults(run=run_rebuild)

    one = commands.add_parser("publish", parents=[data], help="publish a release to a bucket or folder")
    one.add_argument("url", metavar="URL", help="s3://, gs://, az://, file:// or a folder")
    one.add_argument("version", nargs="?", metavar="VERSION", help="the latest unless given")
    one.set_defaults(run=run_publish)

    one = commands.add_parser("fetch", parents=[data], help="fetch a release that was published")
    one.add_argument("url", metavar="URL", help="s3://, gs://, az://, https://, file:// or a folder")
    one.add_argument("version", nargs="?", metavar="VERSION", help="the latest there unless given")
    one.set_defaults(run=run_fetch)

    one = commands.add_parser("update", parents=[data], help="bring what was fetched to the latest release")
    one.set_defaults(run=run_update)

    one = commands.add_parser("sign-off", parents=[data], help="make a candidate stable: you looked at what moved")
    one.add_argument("version", metavar="VERSION")
    one.add_argument("--author", required=True, metavar="NAME", help="who signs it off")
    one.add_argument("--reason", required=True, metavar="TEXT", help="why it is right all the same")
    one.set_defaults(run=run_sign_off)

    one = commands.add_parser("yank", parents=[data], help="withdraw a release; its files stay")
    one.add_argument("version", metavar="VERSION")
    one.add_argument("--reason", required=True, metavar="TEXT", help="what is wrong with it")
    one.add_argument("--use-instead", required=True, metavar="VERSION", help="the release to use in its place")
    one.set_defaults(run=run_yank)

    one = commands.add_parser("verify", parents=[data], help="check that a release is whole and unchanged")
    one.add_argument("version", nargs="?", metavar="VERSION", help="the latest unless given")
    one.set_defaults(run=run_verify)

    one = commands.add_parser("explain", parents=[data], help="show an event's claims and the sentences that make them")
    one.add_argument("event_id", metavar="EVENT_ID")
    one.add_argument("--release", metavar="VERSION", help="another release than the latest")
    one.set_defaults(run=run_explain)

    one = commands.add_parser("resolve", parents=[data], help="show what became of an event id of any release")
    one.add_argument("event_id", metavar="EVENT_ID")
    one.set_defaults(run=run_resolve)

    one = commands.add_parser("serve", parents=[data], help="show a release's site on this computer")
    one.add_argument("--release", metavar="VERSION", help="another release than the latest")
    one.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this computer alone)")
    one.add_argument("--port", type=_port, default=8000, help="its port; 0 is any free one (default: 8000)")
    one.set_defaults(run=run_serve)
    return parser


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


def run_query(options: argparse.Namespace) -> int:
    """Prints the answer to a question in SQL."""
    releases = Store(options.data).releases
    if options.all_releases:
        print(format_table(query_all(releases, options.sql)))
    else:
        print(format_table(query(find_release(releases, options.release).path, options.sql)))
    return 0


def run_releases(options: argparse.Namespace) -> int:
    """Lists the releases, oldest first."""
    store = Store(options.data)
    entries = list(reversed(read_index(store.releases)))
    for entry in entries:
        print(f"{entry['version']}  {entry['grade']}  {store.releases / entry['version']}")
        print("\n".join(f"    {line}" for line in describe_entry(entry)), end="\n" if describe_entry(entry) else "")
    if not entries:
        print(f"{store.releases} holds no release: build one first", file=sys.stderr)
    return 0


def describe_entry(entry: Mapping[str, Any]) -> list[str]:
    """Returns what is to be known of a release before it is used: what moved, who let it pass, whether to use it."""
    lines = [f"{check}: {moved}" for check, movements in entry["movements"].items() for moved in movements]
    if entry["signed_off"]:
        lines.append(f"signed off by {entry['signed_off']['author']}: {entry['signed_off']['reason']}")
    if entry["yanked"]:
        lines.append(f"yanked: {entry['yanked']['reason']}; use {entry['yanked']['use_instead']} instead")
    return lines


def run_diff(options: argparse.Namespace) -> int:
    """Prints in what one release differs from another."""
    releases = Store(options.data).releases
    diff = diff_releases(find_release(releases, options.before), find_release(releases, options.after))
    print(render_json(diff) if options.json else render_diff(diff), end="")
    return 0


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


def run_publish(options: argparse.Namespace) -> int:
    """Publishes a release to a place."""
    with Progress() as progress:
        entry = publish_to(Store(options.data).releases, options.url, options.version, progress)
    print(f"release {entry['version']} ({entry['grade']}) is at {options.url}")
    return 0


def run_fetch(options: argparse.Namespace) -> int:
    """Fetches a release."""
    releases = Store(options.data).releases
    with Progress() as progress:
        fetched = fetch_from(options.url, releases, read_clock(), options.version, progress)
    print(describe_fetched(fetched))
    return 0


def run_update(options: argparse.Namespace) -> int:
    """Brings a local copy to the latest release."""
    with Progress() as progress:
        fetched, behind = update(Store(options.data).releases, read_clock(), progress)
    print(f"{behind} releases behind" if behind != 1 else "1 release behind")
    print(describe_fetched(fetched))
    return 0


def describe_fetched(fetched: Fetched) -> str:
    """Returns in a line what a fetch did."""
    how = f"{fetched.downloaded} files downloaded, {fetched.kept} kept"
    how += "" if fetched.changes is None else f", events by {fetched.changes} changes"
    return f"release {fetched.release.version}: {fetched.release.path} ({how})"


def run_sign_off(options: argparse.Namespace) -> int:
    """Makes a candidate stable."""
    releases = Store(options.data).releases
    entry = sign_off(releases, options.version, author=options.author, reason=options.reason, now=read_clock())
    print(f"release {entry['version']} is {entry['grade']}")
    return 0


def run_yank(options: argparse.Namespace) -> int:
    """Withdraws a release."""
    releases, instead = Store(options.data).releases, options.use_instead
    entry = yank(releases, options.version, reason=options.reason, use_instead=instead, now=read_clock())
    print(f"release {entry['version']} is yanked: use {instead} instead")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Checks a release."""
    release = find_release(Store(options.data).releases, options.version)
    problems = verify_release(release.path)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"release {release.version}: {f'{len(problems)} problems' if problems else 'whole and unchanged'}")
    return 1 if problems else 0


def run_explain(options: argparse.Namespace) -> int:
    """Prints an event, its claims, and where they are said."""
    release = find_release(Store(options.data).releases, options.release)
    print(render_explanation(explain(release.path, options.event_id)), end="")
    return 0


def run_resolve(options: argparse.Namespace) -> int:
    """Prints the events that an id stands for now, or why there is none; 1 where no release ever had it."""
    release = find_release(Store(options.data).releases)
    answer = render_trail(options.event_id, *(pl.read_parquet(release.table(name)) for name in TRAIL_TABLES))
    if answer is None:
        print(f"no release up to {release.version} has had {options.event_id}: check the id", file=sys.stderr)
        return 1
    print(answer, end="")
    return 0


def run_serve(options: argparse.Namespace) -> int:
    """Shows a release's site until it is stopped."""
    release = find_release(Store(options.data).releases, options.release)
    with serve_release(release, options.host, options.port) as server:
        host, port = server.server_address[:2]
        print(f"release {release.version}: http://{host!s}:{port}/ (Ctrl+C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


class Progress:
    """A progress bar on standard error for the stage that is at work."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[None] | None = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Shows how far a stage is."""
        if self._bar is None or self._stage != stage:
            self.__exit__()
            # Only on a terminal (disable=None): in a log it would be noise.
            self._stage, self._bar = stage, tqdm(total=total, desc=stage, dynamic_ncols=True, disable=None)
        self._bar.update(done - self._bar.n)


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number to work with: give 1 or more")
    return number


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if not 0 <= number < 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
