"""Whenever a publisher is killed, readers find a whole release and the next publisher finishes."""

import filecmp
import json
import multiprocessing
import random
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path

import polars as pl
import pytest

from pipeline.release import (
    Release,
    latest_release,
    list_releases,
    next_version,
    publish_release,
    read_index,
    verify_release,
)
from pipeline.release.manifest import list_files

Tables = dict[str, pl.DataFrame]

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NEW = "2026.11.1"

#: What a publisher has just done, told by the files that are there.
POINTS: dict[str, Callable[[Path], bool]] = {
    "lock": lambda releases: (releases / ".lock").exists(),
    "staging": lambda releases: bool(list(releases.glob(".staging-*"))),
    "first_table": lambda releases: bool(list(releases.glob(".staging-*/sources.parquet"))),
    "half_written": lambda releases: bool(list(releases.glob(".staging-*/.*.tmp"))),
    "last_table": lambda releases: bool(list(releases.glob(".staging-*/changes.parquet"))),
    "database": lambda releases: bool(list(releases.glob(".staging-*/conflict_events.duckdb"))),
    "write_ahead_log": lambda releases: bool(list(releases.glob(".staging-*/*.wal"))),
    "changes": lambda releases: bool(list(releases.glob(".staging-*/CHANGES.md"))),
    "manifest": lambda releases: bool(list(releases.glob(".staging-*/manifest.json"))),
    "renamed": lambda releases: (releases / NEW).exists(),
    "index": lambda releases: NEW in (releases / "index.json").read_text(encoding="utf-8"),
    "pointed": lambda releases: (releases / "latest").readlink().name == NEW,
}


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Starts publishers from a process that has the modules loaded: imports would take most of the time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.release"])
    return context


@pytest.fixture
def kill_publisher(context: ForkServerContext, changed: Tables, release: Release) -> Callable[..., None]:
    """Starts a process that publishes the changed tables after the first release, and kills it."""
    releases = release.path.parent

    def run(reached: Callable[[Path], bool], seconds_later: float = 0) -> None:
        publisher = context.Process(
            target=publish_release, args=(releases, changed), kwargs={"version": NEW, "created_at": NOW}
        )
        publisher.start()
        while not reached(releases) and publisher.is_alive():
            time.sleep(0.0002)
        time.sleep(seconds_later)
        publisher.kill()
        publisher.join()

    return run


@pytest.fixture
def check_readers(first_release: Path, release: Release) -> Callable[[], Release]:
    """Checks what readers find after a crash: the old release as it was, or the new one, whole."""
    releases = release.path.parent

    def check() -> Release:
        old = first_release / release.version
        names = list(list_files(old))
        assert filecmp.cmpfiles(old, release.path, names, shallow=False) == (names, [], [])
        latest = latest_release(releases)
        assert latest is not None
        assert latest.version in (release.version, NEW)
        for known in list_releases(releases):
            if known.version != release.version:
                assert verify_release(known.path) == []
        return latest

    return check


def check_next_publisher(releases: Path, changed: Tables) -> None:
    """Checks that the next publisher finishes and that nothing unfinished is left."""
    publish_release(releases, changed, version=next_version(releases, date(2026, 11, 23)), created_at=NOW)
    latest = latest_release(releases)
    assert latest is not None
    assert latest.version == NEW
    names = {path.name for path in releases.iterdir()}
    assert names == {".lock", "2026.11.0", NEW, "latest", "index.json", "latest.json"}
    assert [entry["version"] for entry in read_index(releases)] == [NEW, "2026.11.0"]
    assert json.loads((releases / "latest.json").read_text(encoding="utf-8"))["version"] == NEW


@pytest.mark.parametrize("point", POINTS)
def test_a_publisher_killed_at_a_step_harms_nobody(
    kill_publisher: Callable[..., None],
    check_readers: Callable[[], Release],
    changed: Tables,
    release: Release,
    point: str,
) -> None:
    releases = release.path.parent
    (releases / ".lock").unlink()
    kill_publisher(POINTS[point])
    check_readers()
    check_next_publisher(releases, changed)
    check_readers()


@pytest.mark.parametrize("seed", range(4))
def test_publishers_killed_at_any_moment_one_after_another_harm_nobody(
    kill_publisher: Callable[..., None],
    check_readers: Callable[[], Release],
    changed: Tables,
    release: Release,
    seed: int,
) -> None:
    releases, moments = release.path.parent, random.Random(seed)
    for _ in range(5):
        kill_publisher(POINTS["staging"], moments.uniform(0, 1))
        if check_readers().version == NEW:
            # Published: step back, so that the next one has something to publish.
            shutil.rmtree(releases / NEW)
            (releases / "latest").unlink()
            (releases / "latest").symlink_to(release.version)
    check_next_publisher(releases, changed)
    check_readers()
