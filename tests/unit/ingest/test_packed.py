"""Packed files and Parquet are read as what they hold."""

import gzip
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from ingesting import Bytes, collect_folder, parse

from pipeline.ingest.items import Refused
from pipeline.ingest.packed import MAX_UNPACKED_BYTES, unpack
from pipeline.ingest.sources.folders import media_type_of

LINE = b'{"article_id": "n-1", "text": "Gunmen killed twelve people near the town.", "published": "2026-05-03"}\n'


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.jsonl.gz", "application/x-ndjson; coding=gzip"),
        ("A.CSV.ZST", "text/csv; coding=zstd"),
        ("a.parquet", "application/vnd.apache.parquet"),
        ("a.tar.gz", "application/octet-stream"),
        ("a.gz", "application/octet-stream"),
    ],
)
def test_the_name_says_how_a_file_is_packed(name: str, media_type: str) -> None:
    assert media_type_of(name) == media_type


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstd)], ids=["gzip", "zstd"])
def test_packed_lines_are_read_as_lines(suffix: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / f"day.jsonl.{suffix}").write_bytes(pack(LINE * 2))
    store = Bytes()
    raw, _ = collect_folder(tmp_path, store)
    assert parse(store, raw)["locator"].sort().to_list() == ["line 1", "line 2"]


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstd)], ids=["gzip", "zstd"])
@pytest.mark.parametrize("left", [-8, 20], ids=["tail lost", "most lost"])
def test_a_packed_file_that_breaks_off_is_refused(coding: str, pack: Callable[[bytes], bytes], left: int) -> None:
    with pytest.raises(Refused) as caught:
        unpack(pack(LINE * 1_000)[:left], coding)
    assert caught.value.reason == "truncated_archive"


def test_a_packed_bomb_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        unpack(zstd(b"\0" * (MAX_UNPACKED_BYTES + 1)), "zstd")
    assert caught.value.reason == "too_large"


def test_parquet_rows_are_read_as_lines_are(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    data = parquet(
        article_id=["p-1", "p-2"],
        text=["Gunmen killed twelve people near the town.", None],
        published=[datetime(2026, 5, 3, 10, tzinfo=UTC), None],
        note=["x", "y"],
    )
    (tmp_path / "wire" / "day.parquet").write_bytes(data)
    store = Bytes()
    raw, _ = collect_folder(tmp_path, store)
    rows = {row["locator"]: row for row in parse(store, raw).iter_rows(named=True)}
    assert (rows["row 1"]["external_id"], rows["row 1"]["published_local_date"]) == ("p-1", date(2026, 5, 3))
    assert rows["row 2"]["reason"] == "missing_text"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"not parquet", "not_parquet", id="another format"),
        pytest.param(parquet(text=["a"])[:-20], "not_parquet", id="cut off"),
        pytest.param(parquet(body=["a"]), "bad_header", id="no text"),
    ],
)
def test_a_parquet_file_that_cannot_be_read_is_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "day.parquet").write_bytes(data)
    store = Bytes()
    raw, _ = collect_folder(tmp_path, store)
    assert parse(store, raw)["reason"].to_list() == [reason]
