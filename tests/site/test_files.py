"""The site as files: what is there, what it links to, what it is made of."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import duckdb
import polars as pl
import pytest
from hostile import ADDRESSES

from pipeline.release import Release, verify_release
from pipeline.site import build_site, read_published
from pipeline.site.build import EVENTS, PAGES
from pipeline.site.overview import write_snippets
from pipeline.site.vendor import FOLDER, LICENCES, read_vendored
from pipeline.site.words import days, size, span, web

_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_ID = re.compile(r'\bid="([^"]*)"')


def test_a_release_with_its_site_is_whole(release: Release) -> None:
    assert verify_release(release.path) == []
    assert (release.path / "site" / "index.html").is_file()


def test_one_flipped_byte_in_the_site_is_found(release: Release, tmp_path: Path) -> None:
    subprocess.run(["cp", "-r", release.path, tmp_path / release.version], check=True)
    file = tmp_path / release.version / "site" / "assets" / "duckdb-eh.wasm.gz"
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[1000] ^= 1
    file.write_bytes(data)
    assert any("duckdb-eh.wasm.gz" in problem for problem in verify_release(tmp_path / release.version))


def test_every_event_has_a_page(release: Release, site: Path) -> None:
    for event_id in pl.read_parquet(release.table("events"))["event_id"]:
        assert (site / "e" / f"{event_id}.html").is_file()


def test_links_lead_somewhere(release: Release, site: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for link in _LINK.findall(text):
            if link.startswith("http"):
                continue
            path, _, fragment = link.partition("#")
            file = (page.parent / unquote(path.split("?")[0])).resolve() if path else page
            assert file.is_file(), f"{page.name} links to {link}"
            assert file.is_relative_to(release.path)
            if fragment and file.suffix == ".html":
                known = ids.setdefault(file, set(_ID.findall(file.read_text(encoding="utf-8"))))
                assert fragment in known, f"{page.name} links to {link}"


def test_only_web_addresses_become_links(site: Path) -> None:
    outside = set()
    for page in (site / "e").glob("*.html"):
        outside |= set(re.findall(r'href="([a-zA-Z][^":/]*:[^"]*)"', page.read_text(encoding="utf-8")))
    assert outside
    assert {link.split(":")[0] for link in outside} <= {"http", "https"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_that_could_run_is_followed(address: str) -> None:
    assert web(address) is None


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c&d=%20e#f", "http://пример.рф/новости", "HTTPS://Example.org:8443/"]
)
def test_web_addresses_are_followed(address: str) -> None:
    assert web(address) == address


def test_the_site_is_the_same_bytes_for_the_same_release(release: Release, site: Path, tmp_path: Path) -> None:
    # All but the database: DuckDB writes no two files alike.
    build_site(read_published(release.path), tmp_path / "again")
    built = {path.relative_to(site): path for path in site.rglob("*") if path.is_file() and path.suffix != ".duckdb"}
    pages_with_sizes = {Path("sql.html"), Path("index.html")}
    for name, path in built.items():
        if name not in pages_with_sizes:
            assert (tmp_path / "again" / name).read_bytes() == path.read_bytes(), name


def test_files_of_others_are_those_that_are_listed() -> None:
    listed = read_vendored()
    assert {path.name for path in FOLDER.iterdir()} == {file.name for file in listed} | {"vendor.toml", LICENCES}
    licences = (FOLDER / LICENCES).read_text(encoding="utf-8")
    for file in listed:
        data = (FOLDER / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.bytes, file.sha256), file.name
        if file.name.endswith(".gz"):
            assert hashlib.sha256(gzip.decompress(data)).hexdigest() == file.unpacked_sha256
        assert file.licence
        assert f"{file.package} {file.version}" in licences


def test_the_database_for_browsers_has_only_what_they_can_read(site: Path) -> None:
    with duckdb.connect(str(site / "data" / "site.duckdb"), read_only=True) as connection:
        types = {
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal"
            ).fetchall()
        }
        version = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert not {name for name in types if "TIME ZONE" in name or name == "JSON"}
    assert "v1.0.0" in str(version)


def test_map_and_table_read_the_same_events(release: Release, site: Path) -> None:
    packed = json.loads(gzip.decompress((site / EVENTS).read_bytes()))
    events = pl.read_parquet(release.table("events"))
    columns, codes = packed["columns"], packed["codes"]
    assert sorted(columns["event_id"]) == events["event_id"].sort().to_list()
    said = {row["event_id"]: row for row in events.to_dicts()}
    for at, event_id in enumerate(columns["event_id"]):
        event = said[event_id]
        assert columns["killed_best"][at] == event["killed_best"]
        action = columns["action"][at]
        assert codes["action"][action] == event["action"]


def test_the_first_page_is_small(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    linked = [site / link for link in _LINK.findall(page) if link.startswith("assets/") and "LICENSES" not in link]
    assert len(page.encode()) + sum(path.stat().st_size for path in linked) < 300_000


def test_every_page_is_in_the_head(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert all(f'{file}"' in text for _, file in PAGES), page.name
        assert "Content-Security-Policy" in text
        assert "<script>" not in text
        assert " style=" not in text.replace("&#34;", '"').split("<main")[0]


@pytest.mark.parametrize("name", ["DuckDB", "polars", "pandas"])
def test_snippets_run(release: Release, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release.path)
    [snippet] = [one for one in write_snippets(read_published(release.path)) if one.name == name]
    if snippet.language == "sql":
        with duckdb.connect("conflict_events.duckdb", read_only=True) as connection:
            assert len(connection.execute(snippet.code).fetchall()) == 10
        return
    pytest.importorskip(name)
    done = subprocess.run([sys.executable, "-c", snippet.code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") > 5


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        pytest.param((3, 3, 3), "3", id="one-number"),
        pytest.param((3, 5, 9), "5 (3–9)", id="estimate-in-a-range"),
        pytest.param((3, None, 9), "3–9", id="range"),
        pytest.param((1200, None, None), "at least 1,200", id="open-above"),
        pytest.param((None, None, 9), "at most 9", id="open-below"),
        pytest.param((None, None, None), "", id="nothing"),
        pytest.param((3, 5, None), "5 (at least 3)", id="estimate-open-above"),
    ],
)
def test_numbers_in_words(numbers: tuple[int | None, int | None, int | None], words: str) -> None:
    assert span(*numbers) == words


def test_dates_and_sizes_in_words() -> None:
    frame = pl.DataFrame({"d": ["2026-03-01", "2026-03-31"]}).select(pl.col("d").str.to_date())["d"]
    first, last = frame.to_list()
    assert days(first, first, "day") == "1 Mar 2026"
    assert days(first, last, "month") == "Mar 2026"
    assert days(first, last, "range") == "1 Mar 2026 to 31 Mar 2026"
    assert days(None, None, "unknown") == "undated"
    assert [size(number) for number in (12, 1500, 7_639_058, 150_000_000)] == ["12 bytes", "1.5 kB", "7.6 MB", "150 MB"]
