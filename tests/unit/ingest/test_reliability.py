"""Whole builds against killed processes, other orders and batches, hostile inputs and full disks."""

import gzip
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import polars as pl
import pytest
from ingesting import Bytes, parse, raw_frame, raw_row
from support import ARTICLES, LATER, NOW, Project, Reliability

from pipeline.build import account_inputs
from pipeline.release import latest_release, list_releases, verify_release
from schemas import TABLES

ROOT = Path(__file__).resolve().parents[3]

#: Builds a project's folder in a process that may be killed; files grow to a limit only, and root has no right more than others.
BUILD = """
import ctypes, sys, resource
from datetime import UTC, datetime
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
from support import NOW, Project
limit = int(sys.argv[3])
if limit:
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
libc = ctypes.CDLL(None)
assert libc.capget(header, sets) == 0
sets[0] &= ~(1 << 1)  # CAP_DAC_OVERRIDE: writing where permissions forbid it
assert libc.capset(header, sets) == 0
from pipeline.cli import USER_ERRORS
try:
    Project(Path(sys.argv[1])).build(NOW, workers=int(sys.argv[4]))
except USER_ERRORS as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""

#: What a build has just done, told by the files that are there.
POINTS: dict[str, Callable[[Path], bool]] = {
    "lock": lambda data: (data / ".lock").exists(),
    "objects": lambda data: bool(list((data / "raw").glob("objects.sqlite-journal"))),
    "half_table": lambda data: bool(list((data / "tables").glob(".*.tmp"))),
    "documents": lambda data: (data / "interim" / "parsed_with.parquet").exists(),
    "claims": lambda data: (data / "interim" / "extractions.parquet").exists(),
    "staging": lambda data: bool(list((data / "releases").glob(".staging-*"))),
    "database": lambda data: bool(list((data / "releases").glob(".staging-*/*.duckdb"))),
    "pointer": lambda data: bool(list((data / "releases").glob("latest"))),
}


def start(project: Project, limit: int = 0, workers: int = 1) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", BUILD, str(project.root), str(ROOT), str(limit), str(workers)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def clear(project: Project) -> None:
    """Removes all that a project has made but how good its extractor is: measuring that takes most of a build."""
    quality = project.store.read_interim("quality")
    assert quality is not None
    shutil.rmtree(project.store.root)
    project.store.write_interim("quality", quality)


def release_bytes(project: Project) -> dict[str, bytes]:
    release = latest_release(project.store.releases)
    assert release is not None
    return {name: release.table(name).read_bytes() for name in TABLES}


def table_rows(project: Project) -> dict[str, bytes]:
    return {name: project.store.table_path(name).read_bytes() for name in ("documents", "articles", "inputs", "claims")}


def test_a_build_killed_at_any_moment_harms_nothing_and_the_next_one_ends_it(
    project: Project, torture: int, reliability: Reliability
) -> None:
    project.build(NOW, workers=1)
    wanted = release_bytes(project)
    first = table_rows(project)
    data = project.store.root
    tried = failed = 0
    moments = random.Random(1)
    names = list(POINTS) if torture else ["database"]
    rounds: list[Callable[[Path], bool]] = [POINTS[name] for name in names]
    rounds += [lambda _: True] * (100 - len(names) if torture else 1)
    for reached in rounds:
        clear(project)
        process = start(project)
        deadline = time.monotonic() + 60
        while not (data.exists() and reached(data)) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 4.0 if reached not in POINTS.values() else 0.01))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        tried += 1
        known = list_releases(project.store.releases)
        whole = all(verify_release(release.path) == [] for release in known)
        project.build(NOW, workers=1)
        leftovers = [path for path in data.rglob("*") if path.name.endswith(".tmp") or path.name.startswith(".staging")]
        same = release_bytes(project) == wanted and table_rows(project) == first
        failed += not (whole and same and not leftovers)
    reliability("kill -9 of whole builds", tried, failed, "old or new release, resumed to the same bytes")
    assert failed == 0


@pytest.mark.parametrize("batches", [1, 3, 7, 50])
def test_order_workers_and_batches_change_no_byte_and_no_id(
    project: Project, batches: int, torture: int, reliability: Reliability
) -> None:
    if batches > 3 and not torture:
        pytest.skip("with make torture")
    articles = [
        {
            **ARTICLES[at % 3],
            "article_id": f"a{at}",
            "text": f"{ARTICLES[at % 3]['text']} It was report {at} of {at * 7}.",
        }
        for at in range(60)
    ]
    folder = project.root / "articles"
    (folder / "wire.jsonl").unlink()
    files = [f"{at:02}.jsonl" for at in range(60)]
    order = list(range(60))
    random.Random(batches).shuffle(order)
    for number in range(batches):
        for at in order[number::batches]:
            (folder / files[at]).write_text(json.dumps(articles[at]) + "\n", encoding="utf-8")
        project.build(NOW, workers=2 if batches > 1 else 1)
    kept = ("articles", "inputs", "claims", "claim_evidence", "documents")
    found = {name: project.store.table_path(name).read_bytes() for name in kept}
    clear(project)
    project.build(NOW, workers=1)
    failed = sum(project.store.table_path(name).read_bytes() != found[name] for name in kept)
    failed += project.build(NOW, workers=1).release is not None
    reliability("same input again, in other batches", len(kept) + 1, failed, f"{batches} batches, shuffled")
    assert failed == 0


# ---------------------------------------------------------------------------- hostile inputs

HTML, JSONL, CSV, TEXT, WARC = "text/html", "application/x-ndjson", "text/csv", "text/plain", "application/warc"
FEED = "application/rss+xml"


def record(payload: bytes, length: int | None = None) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + payload
    size = len(http) if length is None else length
    return b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n" % (size, http)


def feed(items: bytes) -> bytes:
    return b'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>' + items + b"</channel></rss>"


def hostile(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yields one input of each family, sized by chance."""
    n = rng.choice((10, 1_000, 20_000))
    body = b"<p>Rebels killed %d soldiers near the town on Monday, the army said.</p>" % n
    noise = rng.randbytes(n)
    text = ("Rebels killed 12 soldiers. " + "".join(map(chr, rng.choices(range(1, 0xD7FF), k=200)))).encode()
    for data in (
        b"<div>" * n + body, b"<a " + b"x=1 " * n + b">" + body, b"<!--" + b"-" * n + body, b"<p>" + b"&amp;" * n + body,
        b"<table>" + b"<tr><td colspan=999999999>" * n + body, b"<p>\0" * n + body, b"<script>" + noise + body,
        b"<html lang='" + noise + b"'>" + body, b"<svg>" * n + body, b"<p>" + body * (n // 100), noise, b"\xff\xfe" + noise,
        b"\xef\xbb\xbf" + body, "<p>Rebels killed soldiers</p>".encode("utf-16") * (n // 100 + 1),
        b'<script type="application/ld+json">' + b"[" * n + b"</script>" + body,
        b'<meta name="date" content="0025-02-31T99:99:99+99:99">' + body,
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b"><!ENTITY b "&a;&a;&a;&a;">]><html>&b;' + body,
    ):  # fmt: skip
        yield HTML, data
    for data in (
        b'{"text": "' + noise.hex().encode() + b'"}', b'{"text": ' + b"[" * n, b'{"text": 1e400, "n": ' + b"9" * n + b"}",
        b'{"text": "Rebels killed 3", "published": "0000-00-00"}', b'{"text": "\\ud800 killed"}\n' * (n // 100 + 1),
        b"\xef\xbb\xbf" + json.dumps({"text": "Rebels killed 3 soldiers"}).encode(), b"\0" * n, b"{}\n" * (n // 10),
        b'{"text": NaN}', b'{"text": "a", "text": "b", "title": ' + b'"' + b"x" * n + b'"}', noise,
    ):  # fmt: skip
        yield JSONL, data
    for data in (
        b'text\n"' + b"x" * n, b"text,text\na,b\n", b"text\n" + b"a,b,c\n" * (n // 100 + 1), b"\0text\nRebels\n", noise,
        b"title,text\n=cmd|' /C calc'!A0,Rebels killed 3 soldiers\n", "text\r\nRebels killed 3\r".encode("utf-16"),
    ):  # fmt: skip
        yield CSV, data
    for data in (text, noise, b"\n" * n, b"killed " * n, "e\u0301".encode() * n, "\u202e".encode() * n):
        yield TEXT, data
    item = b"<item><title>Clash</title><description>Rebels killed %d soldiers</description></item>" % n
    for data in (
        feed(item * (n // 10 + 1)), feed(b"<item>" * n), feed(item)[:-20] + noise, feed(b"<item>" + b"<a>" * n + item),
        b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * n + b'"><!ENTITY b "' + b"&a;" * 500 + b'">]>' + feed(b"<item><title>&b;&b;</title></item>"),
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + feed(b"<item><title>&x;</title></item>"),
        feed(b"<item " + b"".join(b'a%d="1" ' % at for at in range(n)) + b"></item>"), feed(b"<![CDATA[" + noise), noise,
        feed(b"<item><pubDate>Mon, 99 Xyz 0000 99:99:99 +9999</pubDate><description>Rebels killed 3</description></item>"),
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * n, feed(item).decode().encode("utf-16"), b"\0" * n,
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1e400, "content_html": "<p>Rebels"}, 7, null]}',
    ):  # fmt: skip
        yield FEED, data
    for data in (record(body), record(body, 10**15), record(body, 3), record(noise), noise, record(b"") * 3):
        yield WARC, data


def mutate(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(changed) + 1)
        act = rng.randrange(3)
        if act == 0:
            changed[at:at] = rng.choice((b"<", b"\0", b'"', b"&#", b"\xff", b"{", b"\r\n", b"</script>"))
        elif act == 1:
            del changed[at : at + rng.randrange(1, 50)]
        else:
            changed[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("part", range(4))
def test_hostile_inputs_are_all_accounted_for(part: int, torture: int, reliability: Reliability) -> None:
    rng = random.Random(part)
    store, rows, slowest = Bytes(), 0, 0.0
    failures = []
    inputs = [pair for _ in range(6 if torture else 1) for pair in hostile(rng)]
    inputs += [(kind, mutate(rng, data)) for kind, data in rng.choices(inputs, k=torture // 4 or 25)]
    for at, (kind, data) in enumerate(inputs):
        raw = raw_frame(raw_row(store, f"{at}", kind, data, kind="feed" if kind == FEED else "folder"))
        begun = time.process_time()
        try:
            made = parse(store, raw)
        except Exception as error:
            failures.append(f"{kind} {data[:60]!r}: {error!r}")
            continue
        seconds = time.process_time() - begun
        slowest = max(slowest, seconds)
        rows += made.height
        states = made.filter(pl.col("reason").is_null() != pl.col("text").is_null()).height
        if made.is_empty() or states != made.height or seconds > 10:
            failures.append(f"{kind} {data[:60]!r}: {made.height} rows, {seconds:.1f} s")
        store.clear()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    reliability("hostile inputs and mutations", len(inputs), len(failures), "each in one named state, none over 10 s")
    assert failures == []
    assert memory < 2 or "PYTEST_XDIST_WORKER" in os.environ  # GiB; a process of several tests holds more than these


def test_a_web_archive_with_damaged_members_loses_those_alone(project: Project, reliability: Reliability) -> None:
    """One member in a hundred is damaged, and the file breaks off."""
    members = [gzip.compress(record(b"<p>Page %d of the archive</p>" % at + b"<p>x</p>" * 50)) for at in range(400)]
    damaged = range(50, 400, 100)
    for at in damaged:
        member = bytearray(members[at])
        member[len(member) // 2] ^= 0xFF
        members[at] = bytes(member)
    (project.root / "articles" / "crawl.warc.gz").write_bytes(b"".join(members)[:-5])
    project.build(NOW, workers=1)
    read = project.store.read_table("raw_articles").filter(pl.col("location").str.starts_with("crawl")).height
    reasons = dict(project.store.read_table("quarantine")["reason"].value_counts().iter_rows())
    lost = 400 - read
    wrong = abs(lost - len(damaged) - 1) + (reasons.get("truncated_archive", 0) != 1)
    reliability("damaged web archives", 400, wrong, "exactly the damaged members lost, the break told")
    assert wrong == 0


# ---------------------------------------------------------------------------- the machine fails


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Takes the right to write from a folder and all that is in it."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.parametrize(
    ("failure", "limit"),
    [("disk full", 20_000), ("disk full", 1_000_000), ("read-only folder", 0)],
    ids=["full at a table", "full at the database", "read-only"],
)
def test_a_folder_that_takes_no_more_is_said_and_the_next_build_goes_on(
    project: Project, failure: str, limit: int, reliability: Reliability
) -> None:
    project.build(NOW, workers=1)
    before = release_bytes(project)
    project.add_articles(LATER, file="later.jsonl")
    with nullcontext() if limit else read_only(project.store.root):
        process = start(project, limit)
        _, said = process.communicate(timeout=120)
    fine = process.returncode == 1 and release_bytes(project) == before and str(project.store.root) in said.decode()
    project.build(NOW, workers=1)
    states, problems = account_inputs(project.store)
    fine = fine and problems == [] and sum(states.values()) == len(ARTICLES) + 1
    reliability(failure, 1, not fine, "the release stays, the reason is said, the next build goes on")
    assert fine, said.decode()


def test_workers_that_are_killed_cost_no_article(project: Project, torture: int, reliability: Reliability) -> None:
    """As the kernel does it where memory runs out: a process is gone in the middle of its batch."""
    page = (
        "<html><title>Clash</title><p>Rebels killed {} soldiers near Goma on Monday, the army said.</p><!--{}--></html>"
    )
    for at in range(40):
        (project.root / "articles" / f"{at}.html").write_text(page.format(at + 2, "x" * 150_000))
    project.build(NOW, workers=2)
    wanted = table_rows(project)
    tried = failed = 0
    for killed in range(30 if torture else 1):
        clear(project)
        process = start(project, workers=2)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        # Once a build: what is at work when its process dies a second time, alone, is rightly put aside.
        victims: list[str] = []
        while process.poll() is None and not victims:
            time.sleep(0.3 + killed % 7 / 5)
            known = children.read_text().split() if children.exists() else []
            victims = [one for one in known if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()][:1]
        for victim in victims:
            os.kill(int(victim), signal.SIGKILL)
            tried += 1
        _, said = process.communicate(timeout=900)
        failed += process.returncode != 0 or table_rows(project) != wanted or bool(said.strip())
    reliability("workers killed in a build", tried, failed, "the same bytes as without")
    assert tried
    assert failed == 0


def test_a_clock_that_is_set_back_harms_nothing(project: Project, reliability: Reliability) -> None:
    project.build(NOW, workers=1)
    first = latest_release(project.store.releases)
    project.add_articles(LATER, file="later.jsonl")
    made = project.build(NOW.replace(year=NOW.year - 1), workers=1).release
    fine = first is not None and made is not None and made.version > first.version and first.path.exists()
    reliability("clock set back", 1, not fine, "the next release follows all the same")
    assert fine
