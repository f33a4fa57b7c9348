"""Releases go to other places and come back as they are, and whoever reads there meets whole releases only."""

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import obstore
import polars as pl
import pytest
from obstore.store import S3Store

from pipeline.release import (
    Release,
    ReleaseError,
    fetch_from,
    find_release,
    publish_to,
    read_index,
    read_state,
    sign_off,
    update,
    verify_release,
    yank,
)
from pipeline.release.manifest import list_files, read_manifest, write_manifest
from pipeline.release.places import Place
from schemas import TABLES

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NEW = "2026.11.1"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3-compatible server on loopback; the environment names it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def bucket(server: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty bucket."""
    name = f"bucket-{abs(hash(request.node.nodeid)):x}"
    urllib.request.urlopen(urllib.request.Request(f"{server}/{name}", method="PUT")).close()
    return f"s3://{name}/data"


@pytest.fixture(params=["bucket", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty bucket, or an empty folder."""
    url: str = request.getfixturevalue("bucket") if request.param == "bucket" else (tmp_path / "there").as_uri()
    return url


@pytest.fixture
def second(publish: Publish, changed: Tables, release: Release) -> Release:
    """A second release, after the first."""
    made = publish(changed, NEW)
    assert made
    return made


def same(one: Path, two: Path) -> bool:
    files = [{name: path.read_bytes() for name, path in list_files(folder).items()} for folder in (one, two)]
    return files[0] == files[1]


def said(url: str, name: str) -> Any:
    held = Place(url).read(name)
    assert held is not None
    return json.loads(held.data)


def test_a_release_comes_back_as_it_went(place: str, release: Release, tmp_path: Path) -> None:
    entry = publish_to(release.path.parent, place)
    assert (entry["version"], entry["grade"]) == ("2026.11.0", "stable")
    copy = tmp_path / "copy"
    fetched = fetch_from(place, copy, NOW)
    assert same(fetched.release.path, release.path)
    assert verify_release(fetched.release.path) == []
    assert find_release(copy) == fetched.release
    assert read_index(copy) == read_index(release.path.parent)
    assert read_state(copy)["version"] == "2026.11.0"


def test_publishing_again_changes_nothing(place: str, release: Release) -> None:
    publish_to(release.path.parent, place)
    before = said(place, "index.json"), said(place, "latest.json")
    publish_to(release.path.parent, place)
    assert (said(place, "index.json"), said(place, "latest.json")) == before


def test_a_name_that_holds_other_bytes_is_refused(place: str, release: Release, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"other")
    Place(place).create("2026.11.0/events.parquet", tmp_path / "other", tmp_path / "scratch")
    with pytest.raises(
        ReleaseError, match=r"holds other bytes under 2026.11.0/events.parquet: a release never changes"
    ):
        publish_to(release.path.parent, place)
    assert Place(place).read("latest.json") is None


def test_a_damaged_release_is_not_published(place: str, release: Release) -> None:
    release.table("events").chmod(0o644)
    release.table("events").write_bytes(b"damaged")
    with pytest.raises(ReleaseError, match=r"is damaged and was not published: events.parquet: 7 bytes"):
        publish_to(release.path.parent, place)
    assert Place(place).read("2026.11.0/claims.parquet") is None


def test_grades_and_withdrawals_travel_with_the_index(place: str, second: Release, tmp_path: Path) -> None:
    releases, copy = second.path.parent, tmp_path / "copy"
    publish_to(releases, place, "2026.11.0")
    publish_to(releases, place)
    fetch_from(place, copy, NOW)
    yank(releases, NEW, reason="counted twice", use_instead="2026.11.0", now=NOW)
    publish_to(releases, place, "2026.11.0")
    assert said(place, "latest.json")["version"] == "2026.11.0"
    fetch_from(place, copy, NOW)
    assert [entry["yanked"] is not None for entry in read_index(copy)] == [True, False]
    assert find_release(copy).version == "2026.11.0"
    assert second.path.exists()


def test_an_index_of_another_line_is_not_overwritten(
    place: str, release: Release, publish: Publish, changed: Tables
) -> None:
    other = publish(changed, folder="other")
    assert other
    publish_to(other.path.parent, place)
    with pytest.raises(ReleaseError, match=r"holds other bytes|another line"):
        publish_to(release.path.parent, place)
    assert said(place, "latest.json")["manifest_sha256"] == read_index(other.path.parent)[0]["manifest_sha256"]


# ---------------------------------------------------------------------------- local copies


def test_an_update_applies_changes_and_arrives_at_the_same_bytes(place: str, second: Release, tmp_path: Path) -> None:
    releases, copy = second.path.parent, tmp_path / "copy"
    publish_to(releases, place, "2026.11.0")
    fetch_from(place, copy, NOW)
    assert update(copy, NOW)[1] == 0
    publish_to(releases, place)
    fetched, behind = update(copy, NOW)
    assert behind == 1
    assert fetched.changes == pl.read_parquet(second.table("changes")).height > 0
    assert fetched.kept > 0
    assert same(fetched.release.path, second.path)
    assert read_state(copy)["version"] == NEW


def test_an_update_goes_through_releases_that_were_missed(
    bucket: str, second: Release, publish: Publish, tables: Tables, tmp_path: Path
) -> None:
    releases, copy = second.path.parent, tmp_path / "copy"
    third = publish(tables, "2026.11.2")
    assert third
    publish_to(releases, bucket, "2026.11.0")
    fetch_from(bucket, copy, NOW)
    for version in (NEW, "2026.11.2"):
        publish_to(releases, bucket, version)
    fetched, behind = update(copy, NOW)
    assert (behind, fetched.release.version) == (2, "2026.11.2")
    steps = [pl.read_parquet(step.table("changes")).height for step in (second, third)]
    assert fetched.changes == sum(steps)
    assert same(fetched.release.path, third.path)
    assert not (copy / NEW).exists()


def test_an_update_needs_something_to_update(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="fetch a release into this folder first"):
        update(tmp_path, NOW)


@pytest.mark.parametrize("name", ["events.parquet", "csv/claims.csv.gz", "manifest.json", "conflict_events.duckdb"])
def test_a_file_that_was_changed_on_the_way_is_refused(
    bucket: str, release: Release, tmp_path: Path, name: str
) -> None:
    publish_to(release.path.parent, bucket)
    store = S3Store.from_url(bucket)
    data = bytes(obstore.get(store, f"2026.11.0/{name}").bytes())
    obstore.put(store, f"2026.11.0/{name}", data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ReleaseError, match=r"did not arrive whole: |is not the one that the index names"):
        fetch_from(bucket, tmp_path / "copy", NOW)
    assert [path.name for path in (tmp_path / "copy").iterdir() if not path.name.startswith(".lock")] == []


def test_a_manifest_cannot_write_outside_its_folder(place: str, release: Release, tmp_path: Path) -> None:
    manifest = read_manifest(release.path)
    publish_to(release.path.parent, place)
    folder = tmp_path / "evil" / "2026.11.0"
    shutil.copytree(release.path, folder)
    manifest["files"]["../../../escaped"] = manifest["files"]["CHANGES.md"]
    write_manifest(manifest, folder)
    entry = read_index(release.path.parent)[0]
    entry["manifest_sha256"] = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    index = {"releases": [entry]}
    (folder.parent / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (folder.parent / "latest.json").write_text(json.dumps({"version": "2026.11.0"}), encoding="utf-8")
    with pytest.raises(ReleaseError, match="names files that are none of it"):
        fetch_from(str(folder.parent), tmp_path / "copy", NOW)
    assert not list(tmp_path.rglob("escaped"))


def test_a_release_is_fetched_from_a_web_server(release: Release, tmp_path: Path) -> None:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Says nothing."""

    handler = partial(Handler, directory=str(release.path.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        fetched = fetch_from(f"http://127.0.0.1:{web.server_port}", tmp_path / "copy", NOW)
        web.shutdown()
    assert same(fetched.release.path, release.path)


@pytest.mark.parametrize("url", ["gopher://x/y", "s3://"])
def test_an_address_that_is_no_place_says_so(url: str, release: Release) -> None:
    with pytest.raises(ReleaseError, match="is no place for releases"):
        publish_to(release.path.parent, url)


# ---------------------------------------------------------------------------- killed at every step


def publish_and_die(releases: Path, url: str, environment: dict[str, str], step: int) -> None:
    """Publishes, and kills its own process when so many objects are there."""
    os.environ.update(environment)

    def die(stage: str, done: int, total: int) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    publish_to(releases, url, NEW, die)


def check_reader(url: str, store: Any) -> str:
    """Checks that all that the pointers name is whole there; returns the latest version."""
    there = {meta["path"]: meta["size"] for batch in obstore.list(store) for meta in batch}
    for entry in said(url, "index.json")["releases"]:
        manifest = said(url, f"{entry['version']}/manifest.json")
        for name, file in manifest["files"].items():
            assert there[f"{entry['version']}/{name}"] == file["bytes"]
    latest: str = said(url, "latest.json")["version"]
    assert latest in {entry["version"] for entry in said(url, "index.json")["releases"]}
    return latest


def test_a_publisher_killed_at_every_step_harms_nobody(bucket: str, second: Release, tmp_path: Path) -> None:
    releases, store = second.path.parent, S3Store.from_url(bucket)
    publish_to(releases, bucket, "2026.11.0")
    environment = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.release"])
    # The files, the manifest, the index, latest.json, done. Files are alike: every fourth of them, and all that follows.
    last = len(read_manifest(second.path)["files"]) + 3
    steps = [*range(0, last - 5, 4), *range(last - 5, last + 1)]
    latest = []
    for step in steps:
        publisher = context.Process(target=publish_and_die, args=(releases, bucket, environment, step))
        publisher.start()
        publisher.join()
        assert publisher.exitcode == -signal.SIGKILL
        latest.append(check_reader(bucket, store))
    # Only when all is there does anyone see it: the last step is after latest.json.
    assert latest == ["2026.11.0"] * (len(steps) - 1) + [NEW]
    assert publish_to(releases, bucket)["version"] == NEW
    fetched = fetch_from(bucket, tmp_path / "copy", NOW)
    assert same(fetched.release.path, second.path)


def fetch_and_die(url: str, releases: Path, step: int) -> None:
    """Fetches, and kills its own process before so many files are here."""

    def die(stage: str, done: int, total: int) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    fetch_from(url, releases, NOW, None, die)


def test_a_fetch_killed_on_the_way_leaves_the_copy_as_it_was(second: Release, tmp_path: Path) -> None:
    releases, url, copy = second.path.parent, str(tmp_path / "there"), tmp_path / "copy"
    publish_to(releases, url, "2026.11.0")
    fetch_from(url, copy, NOW)
    publish_to(releases, url)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.release"])
    for step in (0, 7, len(read_manifest(second.path)["files"]) - 1):
        reader = context.Process(target=fetch_and_die, args=(url, copy, step))
        reader.start()
        reader.join()
        assert reader.exitcode == -signal.SIGKILL
        assert find_release(copy).version == read_state(copy)["version"] == "2026.11.0"
    assert update(copy, NOW)[1] == 1
    assert same(copy / NEW, second.path)
    assert [path.name for path in copy.glob(".staging*")] == []


def test_two_publishers_at_once_leave_one_order(bucket: str, second: Release) -> None:
    releases = second.path.parent
    failures: list[BaseException] = []

    def run(version: str) -> None:
        # Another folder for each: the lock of one folder would put them in a row.
        try:
            folder = releases.parent / f"by-{version}"
            shutil.copytree(releases, folder, symlinks=True)
            publish_to(folder, bucket, version)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(version,)) for version in ("2026.11.0", NEW)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [entry["version"] for entry in said(bucket, "index.json")["releases"]] == [NEW, "2026.11.0"]
    assert said(bucket, "latest.json")["version"] == NEW


def test_a_sign_off_reaches_the_place(bucket: str, publish: Publish, tables: Tables, release: Release) -> None:
    many = tables["events"].with_columns(killed_best=pl.lit(900, pl.Int64), killed_high=pl.lit(900, pl.Int64))
    made = publish(tables | {"events": many}, NEW)
    assert made
    assert publish_to(made.path.parent, bucket)["grade"] == "candidate"
    sign_off(made.path.parent, NEW, author="ada", reason="an archive was added", now=NOW)
    assert publish_to(made.path.parent, bucket)["grade"] == said(bucket, "latest.json")["grade"] == "stable"
    assert set(said(bucket, "index.json")["releases"][0]["rows"]) == set(TABLES)
