import os
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from ingesting import NOW, Bytes, collect_all, collect_folder, source, sources

from pipeline.ingest.sources.places import MAX_FILE_BYTES
from schemas import Quarantine, RawArticles


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    folder = tmp_path / "wire"
    folder.mkdir()
    return folder


def problems_of(frame: pl.DataFrame) -> dict[str, str]:
    return dict(frame.select("location", "reason").iter_rows())


def test_files_are_kept_as_they_are_with_where_and_when(tmp_path: Path, wire: Path) -> None:
    (wire / "deep" / "er").mkdir(parents=True)
    files = {"a.txt": "text/plain", "b.HTML": "text/html", "c.htm": "text/html", "d.jsonl": "application/x-ndjson"}
    files |= {"deep/e.csv": "text/csv", "deep/er/f.pdf": "application/octet-stream"}
    for name in files:
        (wire / name).write_bytes(name.encode())
    store = Bytes()
    raw, problems = collect_folder(tmp_path, store)
    RawArticles.validate(raw)
    assert dict(raw.select("location", "media_type").iter_rows()) == files
    assert problems.is_empty()
    for row in raw.iter_rows(named=True):
        assert store[row["digest"]] == row["location"].encode()
        assert (row["bytes"], row["retrieved_at"], row["kind"]) == (len(row["location"]), NOW, "folder")


def test_the_same_bytes_at_the_same_place_are_collected_once(tmp_path: Path, wire: Path) -> None:
    (wire / "a.txt").write_text("one")
    (wire / "b.txt").write_text("one")
    store = Bytes()
    first, _ = collect_folder(tmp_path, store)
    assert first.height == 2
    again, _ = collect_folder(tmp_path, store, first, NOW + timedelta(days=1))
    assert again.is_empty()
    (wire / "a.txt").write_text("changed")
    third, _ = collect_folder(tmp_path, store, first, NOW + timedelta(days=1))
    assert third["location"].to_list() == ["a.txt"]


def test_hidden_files_and_notes_on_the_folder_are_passed_over(tmp_path: Path, wire: Path) -> None:
    (wire / ".hidden").mkdir()
    for name in (".part.txt", ".hidden/a.txt", "README.md", "a.txt"):
        (wire / name).write_text("x")
    raw, problems = collect_folder(tmp_path, Bytes())
    assert raw["location"].to_list() == ["a.txt"]
    assert problems.is_empty()


def test_links_that_leave_the_folder_are_refused_and_those_within_are_followed(tmp_path: Path, wire: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (wire / "inner").mkdir()
    (wire / "inner" / "a.txt").write_text("x")
    (wire / "file.txt").symlink_to(outside / "secret.txt")
    (wire / "folder").symlink_to(outside)
    (wire / "up.txt").symlink_to("../outside/secret.txt")
    (wire / "nowhere.txt").symlink_to("missing")
    (wire / "loop").symlink_to("loop")
    (wire / "within.txt").symlink_to("inner/a.txt")
    (wire / "same").symlink_to("inner")
    store = Bytes()
    raw, problems = collect_folder(tmp_path, store)
    assert sorted(raw["location"]) == ["inner/a.txt", "within.txt"]
    assert b"secret" not in store.values()
    assert problems_of(problems) == {
        "file.txt": "leaves_folder",
        "folder": "leaves_folder",
        "up.txt": "leaves_folder",
        "nowhere.txt": "unreadable",
        "loop": "unreadable",
    }
    Quarantine.validate(problems)


def test_what_is_no_regular_file_or_too_large_is_a_problem(tmp_path: Path, wire: Path) -> None:
    os.mkfifo(wire / "pipe.txt")
    with (wire / "large.txt").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with (wire / "limit.bin").open("wb") as file:
        file.truncate(MAX_FILE_BYTES)
    raw, problems = collect_folder(tmp_path, Bytes())
    assert problems_of(problems) == {"pipe.txt": "unreadable", "large.txt": "too_large"}
    assert raw["location"].to_list() == ["limit.bin"]
    assert all(detail.endswith(".") for detail in problems["detail"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_problem(tmp_path: Path, wire: Path) -> None:
    (wire / "closed").mkdir(mode=0)
    (wire / "a.txt").write_text("x")
    (wire / "a.txt").chmod(0)
    assert problems_of(collect_folder(tmp_path, Bytes())[1]) == {"closed": "unreadable", "a.txt": "unreadable"}


def test_names_that_are_no_unicode_are_written_out(tmp_path: Path, wire: Path) -> None:
    Path(os.fsdecode(os.fsencode(wire) + b"/caf\xe9.txt")).write_text("x")
    (wire / "новини\n.txt").write_text("x")
    raw, _ = collect_folder(tmp_path, Bytes())
    assert sorted(raw["location"]) == [r"caf\xe9.txt", "новини\n.txt"]


def test_a_missing_folder_or_file_is_a_problem_and_other_sources_go_on(tmp_path: Path, wire: Path) -> None:
    (wire / "a.txt").write_text("x")
    rows = sources(
        source(),
        source(source_id="gone", location="gone"),
        source(source_id="lost", kind="feed", location="lost.xml"),
        source(source_id="off", location="off", enabled=False),
    )
    raw, problems = collect_all(rows, tmp_path, Bytes())
    assert raw["source_id"].to_list() == ["wire"]
    assert dict(problems.select("source_id", "reason").iter_rows()) == {
        "gone": "missing_location",
        "lost": "missing_location",
    }
