"""The commands on releases that are made: asking, showing, comparing, checking, publishing and fetching them.

What belongs here: their messages and exit codes. What does not: any work on data.
"""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.cli.progress import Progress
from pipeline.clock import read_clock
from pipeline.release import (
    Fetched,
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
from pipeline.site import serve_release
from pipeline.store import Store
from pipeline.summary import format_table


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
