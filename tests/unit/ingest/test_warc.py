"""Web archives: every record is read or told of, whatever happened to the file."""

import gzip
import random
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import Bytes, collect_folder, parse

from pipeline.ingest.items import RawFile, Refused
from pipeline.ingest.warc import MAX_RECORD_BYTES, MEDIA_TYPE, Part, read_record, split_warc

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILE = RawFile("folder", "a.warc.gz#0", MEDIA_TYPE, NOW)


def page(number: int) -> bytes:
    words = " ".join(f"word{number}x{at}" for at in range(60))
    body = f"<html><body><article><h1>Report {number}</h1><p>Police said {words}.</p></article></body></html>"
    return body.encode()


def record(body: bytes, *, kind: str = "response", head: str = "", status: int = 200, **warc: str) -> bytes:
    http = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}\r\n".encode() + body
    headers = {"WARC-Type": kind, "WARC-Target-URI": "https://example.org/a", "WARC-Date": "2026-03-02T05:00:00Z",
               "WARC-Record-ID": "<urn:uuid:0>", "Content-Type": "application/http; msgtype=response",
               "Content-Length": str(len(http)), **{name.replace("_", "-"): value for name, value in warc.items()}}  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + http + b"\r\n\r\n"


RECORDS = [record(page(number)) for number in range(50)]
PACKED = [gzip.compress(one, mtime=0) for one in RECORDS]


def starts_of(pieces: list[bytes]) -> list[int]:
    return [sum(map(len, pieces[:number])) for number in range(len(pieces))]


def whole(parts: list[Part]) -> list[bytes]:
    return [part.data for part in parts if isinstance(part.data, bytes)]


def reasons(parts: list[Part]) -> list[str]:
    return [part.data.reason for part in parts if isinstance(part.data, Refused)]


@pytest.mark.parametrize("pieces", [RECORDS, PACKED], ids=["plain", "packed"])
def test_every_record_is_cut_where_it_begins(pieces: list[bytes]) -> None:
    parts = list(split_warc(b"".join(pieces)))
    assert [part.offset for part in parts] == starts_of(pieces)
    assert whole(parts) == RECORDS


def test_one_member_may_hold_all_records() -> None:
    assert whole(list(split_warc(gzip.compress(b"".join(RECORDS))))) == RECORDS


def test_records_without_a_response_are_passed_over() -> None:
    pieces = [record(b"x", kind=kind) for kind in ("warcinfo", "request", "metadata", "revisit")] + RECORDS[:1]
    assert whole(list(split_warc(b"".join(map(gzip.compress, pieces))))) == RECORDS[:1]


@pytest.mark.parametrize("pieces", [RECORDS, PACKED], ids=["plain", "packed"])
def test_garbage_between_records_costs_none(pieces: list[bytes]) -> None:
    parts = list(split_warc(b"".join([*pieces[:20], b"\x00garbage\xff" * 9 + b"\r\n\r\n", *pieces[20:]])))
    assert whole(parts) == RECORDS
    assert reasons(parts) == ["damaged_record"]


@pytest.mark.parametrize("number", [0, 20, 49])
def test_a_flipped_byte_costs_its_record_alone(number: int) -> None:
    pieces = list(PACKED)
    middle = len(pieces[number]) // 2
    pieces[number] = pieces[number][:middle] + bytes([pieces[number][middle] ^ 0xFF]) + pieces[number][middle + 1 :]
    parts = list(split_warc(b"".join(pieces)))
    assert whole(parts) == [one for at, one in enumerate(RECORDS) if at != number]
    assert len(reasons(parts)) == 1


def test_damage_to_one_record_in_a_hundred_costs_exactly_those() -> None:
    chance = random.Random(7)
    pieces = [gzip.compress(record(page(number)), mtime=0) for number in range(1_000)]
    broken = set(chance.sample(range(1_000), 10))
    for number in broken:
        piece = bytearray(pieces[number])
        for at in chance.sample(range(len(piece) // 4, len(piece)), 5):
            piece[at] ^= 0x55
        pieces[number] = bytes(piece)
    parts = list(split_warc(b"".join(pieces)))
    assert whole(parts) == [record(page(number)) for number in range(1_000) if number not in broken]
    assert sum(reason == "damaged_record" for reason in reasons(parts)) == len(broken)


@pytest.mark.parametrize("pieces", [RECORDS, PACKED], ids=["plain", "packed"])
@pytest.mark.parametrize("left", [0.01, 0.5, 0.95])
def test_a_file_that_breaks_off_is_told_of(pieces: list[bytes], left: float) -> None:
    data = b"".join(pieces[:30])
    parts = list(split_warc(data + pieces[30][: int(left * len(pieces[30])) + 1]))
    assert whole(parts) == RECORDS[:30]
    assert len(reasons(parts)) == 1


@pytest.mark.parametrize("length", ["1", "9999999", "99999999999999999999", "-5", "many"])
def test_a_lying_length_costs_its_record_alone(length: str) -> None:
    pieces = [*RECORDS[:5], record(page(5), Content_Length=length), *RECORDS[6:10]]
    parts = list(split_warc(b"".join(pieces)))
    assert whole(parts) == [*RECORDS[:5], *RECORDS[6:10]]
    assert reasons(parts) == ["damaged_record"]


def test_a_bomb_is_refused_and_the_rest_read() -> None:
    bomb = gzip.compress(record(b"a" * (MAX_RECORD_BYTES * 3)))
    parts = list(split_warc(PACKED[0] + bomb + PACKED[1]))
    assert whole(parts) == RECORDS[:2]
    assert reasons(parts) == ["too_large"]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_damage_breaks_the_reader_or_goes_untold(data: st.DataObject) -> None:
    pieces = PACKED[:8] if data.draw(st.booleans()) else RECORDS[:8]
    file = bytearray(b"".join(pieces))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        end = at + data.draw(st.integers(1, 200))
        file[at:end] = data.draw(st.binary(max_size=50))
    parts = list(split_warc(bytes(file)))
    kept = whole(parts)
    if pieces == PACKED[:8]:  # a checksum tells changed content; plain records have none
        assert set(kept) <= set(RECORDS)
        assert len(kept) == 8 or reasons(parts)


def test_a_page_is_read_with_the_address_and_time_of_its_crawl() -> None:
    (item,) = read_record(RECORDS[3], FILE)
    assert item.text.startswith("Police said word3x0")
    assert item.url == "https://example.org/a"


def test_a_page_cannot_be_of_a_later_day_than_its_crawl() -> None:
    later = page(1).replace(b"<body>", b"<body><time datetime='2026-05-01'></time>")
    (item,) = read_record(record(later), FILE)
    assert item.published is None or item.published.local_date <= date(2026, 3, 2)


def test_what_a_crawler_kept_as_it_was_sent_is_unwrapped() -> None:
    packed = gzip.compress(page(2))
    chunked = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    head = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    (item,) = read_record(record(chunked, head=head), FILE)
    assert "word2x5" in item.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(record(page(1), status=404), "http_status", id="not found"),
        pytest.param(RECORDS[0].replace(b"text/html", b"image/png"), "unsupported_type", id="a picture"),
        pytest.param(record(b"<html><body></body></html>"), "empty_text", id="no body"),
        pytest.param(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "unreadable", id="empty"),
    ],
)
def test_what_holds_no_page_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        list(read_record(data, FILE))
    assert caught.value.reason == reason


def test_an_archive_in_a_folder_gives_an_input_for_each_response(tmp_path: Path) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    pieces = [*PACKED[:3], PACKED[3][:-30] + zlib.compress(b"x"), *PACKED[4:6]]
    (folder / "crawl.warc.gz").write_bytes(b"".join(pieces))
    store = Bytes()
    raw, problems = collect_folder(tmp_path, store)
    assert sorted(raw["location"]) == sorted(f"crawl.warc.gz#{at}" for n, at in enumerate(starts_of(pieces)) if n != 3)
    assert problems["reason"].to_list() == ["damaged_record"]
    documents = parse(store, raw)
    assert documents["reason"].null_count() == 5
    again, _ = collect_folder(tmp_path, store, raw)
    assert again.is_empty()
