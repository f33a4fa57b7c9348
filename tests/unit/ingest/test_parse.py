import json
import os
import time
from datetime import UTC, date, datetime

import polars as pl
import pytest
import trafilatura
from ingesting import Bytes, parse, raw_frame, raw_row, source, sources
from polars.testing import assert_frame_equal

from pipeline.ingest.items import REMEDIES
from schemas import Documents

JSONL = "application/x-ndjson"
LINES = (
    b'{"article_id": "n-1", "language": "en-GB", "published": "2026-05-03", "title": "A", "text": "Gunmen killed twelve people."}\n'
    b'{"text": "Ferries sail twice a day."}\n{"text": \n{"text": "  "}\n'
)
PAGE = b"<html><body><article><p>An attack on a village killed twelve people, police said on Monday.</p></article></body></html>"


@pytest.fixture
def store() -> Bytes:
    return Bytes()


def test_each_record_is_a_row_that_keeps_the_contract(store: Bytes) -> None:
    raw = raw_frame(raw_row(store, "day.jsonl", JSONL, LINES))
    rows = sources(source(publisher="The Wire", language="id"))
    documents = parse(store, raw, sources=rows, is_relevant=lambda text, language: "killed" in text)
    Documents.validate(documents)
    by_locator = {row["locator"]: row for row in documents.iter_rows(named=True)}
    assert {locator: row["reason"] for locator, row in by_locator.items()} == {
        "line 1": None,
        "line 2": None,
        "line 3": "not_json",
        "line 4": "empty_text",
    }
    one, two, three = by_locator["line 1"], by_locator["line 2"], by_locator["line 3"]
    assert (one["external_id"], one["language"], one["publisher"], one["relevant"]) == ("n-1", "en", "The Wire", True)
    assert (one["published_at"], one["published_local_date"]) == (datetime(2026, 5, 3, tzinfo=UTC), date(2026, 5, 3))
    assert (two["language"], two["relevant"], two["published_at"], two["published_basis"]) == (
        "id",
        False,
        None,
        "unknown",
    )
    assert (one["text"], two["text"]) == ("Gunmen killed twelve people.", "Ferries sail twice a day.")
    assert (three["text"], three["article_id"], three["language"]) == (None, None, "und")
    assert three["detail"].endswith(REMEDIES["not_json"])


def test_of_a_text_without_a_word_of_conflict_the_beginning_is_kept(store: Bytes) -> None:
    long = "Ferries sail twice a day. " * 100
    raw = raw_frame(
        raw_row(store, "day.jsonl", JSONL, f'{{"text": "{long}"}}\n{{"text": "{long} One was killed."}}'.encode())
    )
    documents = parse(store, raw, is_relevant=lambda text, language: "killed" in text)
    kept = dict(documents.select("relevant", pl.col("text").str.len_chars()).rows())
    assert kept == {False: 1_000, True: len(long) + len("One was killed.")}
    assert documents["article_id"].n_unique() == 2


def test_the_language_is_detected_where_none_is_declared(store: Bytes) -> None:
    raw = raw_frame(raw_row(store, "a.txt", "text/plain", b"Polisi mengatakan sedikitnya dua belas orang tewas."))
    assert parse(store, raw)["language"].to_list() == ["id"]


@pytest.mark.parametrize(
    ("location", "media_type", "data", "reason"),
    [
        ("a.pdf", "application/octet-stream", b"%PDF", "unsupported_type"),
        ("a.txt", "text/plain", b"", "empty_file"),
        ("a.txt", "text/plain", b" \n", "empty_file"),
        ("a.txt", "text/plain", b"\0" * 99, "undecodable"),
        ("a.txt", "text/plain", "\u200b\u200b".encode(), "empty_text"),
        ("a.txt", "text/plain", b"ab" * 600_000, "too_large"),
        ("a.jsonl", JSONL, b"\xef\xbb\xbf\n", "no_items"),
        ("a.csv", "text/csv", b"title,text\n", "no_items"),
        ("a.csv", "text/csv", b"title,body\n", "bad_header"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason_and_a_remedy(
    store: Bytes, location: str, media_type: str, data: bytes, reason: str
) -> None:
    (row,) = parse(store, raw_frame(raw_row(store, location, media_type, data))).iter_rows(named=True)
    assert row["reason"] == reason
    assert row["detail"].endswith(REMEDIES[reason])


def test_a_parser_that_fails_on_a_file_stops_no_other(store: Bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(trafilatura, "extract", fail)
    raw = raw_frame(
        raw_row(store, "a.html", "text/html", PAGE), raw_row(store, "a.txt", "text/plain", b"Twelve killed")
    )
    assert dict(parse(store, raw).select("location", "reason").iter_rows()) == {
        "a.html": "parser_failed",
        "a.txt": None,
    }


def test_known_files_are_not_read_again(store: Bytes) -> None:
    raw = raw_frame(raw_row(store, "a.txt", "text/plain", b"Twelve killed"), raw_row(store, "day.jsonl", JSONL, LINES))
    known = parse(store, raw)
    store.clear()
    assert_frame_equal(parse(store, raw, known=known), known)
    added = raw_row(store, "b.html", "text/html", PAGE)
    grown = parse(store, pl.concat([raw, raw_frame(added)]), known=known)
    assert grown.height == known.height + 1
    assert_frame_equal(parse(store, raw, known=grown), known)


def test_the_order_of_files_does_not_matter(store: Bytes) -> None:
    raw = raw_frame(*(raw_row(store, f"{i}.txt", "text/plain", b"Twelve killed %d" % i) for i in range(5)))
    assert_frame_equal(parse(store, raw), parse(store, raw.reverse()))


def mentions_no_ferry(text: str, language: str) -> bool:
    """Whether a text is relevant; hangs or dies where the text says so."""
    if "please hang" in text:
        time.sleep(600)
    if "please die" in text:
        os._exit(9)
    return "ferry" not in text


@pytest.fixture
def many(store: Bytes) -> pl.DataFrame:
    """Raw files of 5 MB together, some of them broken."""
    filler = b"<!--" + b"x" * 100_000 + b"-->"
    pages = [raw_row(store, f"{i}.html", "text/html", PAGE.replace(b"twelve", b"%d" % i) + filler) for i in range(50)]
    broken = raw_row(store, "deep.html", "text/html", b"<div>" * 2_000 + b"x")
    return raw_frame(*pages, broken, raw_row(store, "day.jsonl", JSONL, LINES))


def test_workers_give_the_same_rows(store: Bytes, many: pl.DataFrame) -> None:
    read = {"is_relevant": mentions_no_ferry, "workers": 2}
    alone = [parse(store, many.filter(pl.col("location") == name), **read) for name in many["location"]]
    assert_frame_equal(parse(store, many, **read), pl.concat(alone).sort("input_id"))


def test_a_file_that_ends_its_process_is_refused_and_those_beside_it_are_read(
    store: Bytes, many: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.ingest.parse._WORKER_SECONDS", 2.0)
    monkeypatch.setattr("pipeline.workers._START_SECONDS", 15.0)
    lines = [{"text": f"Record {number} of ten was written by hand. {odd}"} for number, odd in enumerate([""] * 8)]
    lines += [{"text": "This record says please hang"}, {"text": "This record says please die"}]
    bad = raw_row(store, "bad.jsonl", JSONL, "\n".join(map(json.dumps, lines)).encode())
    page = raw_row(store, "die.html", "text/html", PAGE.replace(b"twelve", b"please die, twelve"))
    raw = pl.concat([many, raw_frame(bad, page)])
    made = parse(store, raw, is_relevant=mentions_no_ferry, workers=2)
    failed = made.filter(pl.col("reason") == "worker_failed").select("location", "locator").sort("location", "locator")
    assert failed.rows() == [("bad.jsonl", "line 10"), ("bad.jsonl", "line 9"), ("die.html", "")]
    others = parse(store, many, is_relevant=mentions_no_ferry, workers=2)
    assert made.height == others.height + len(lines) + 1


def test_what_is_found_is_counted_as_it_is_read(store: Bytes) -> None:
    raw = raw_frame(raw_row(store, "day.jsonl", JSONL, LINES), raw_row(store, "a.pdf", "application/pdf", b"%PDF"))
    seen: list[dict[str, int]] = []
    made = parse(
        store, raw, is_relevant=lambda text, language: "killed" in text, counted=lambda c: seen.append(dict(c))
    )
    assert seen[-1] == {"relevant": 1, "irrelevant": 1, "refused": 3}
    assert sum(seen[-1].values()) == made.height


def test_progress_counts_files(store: Bytes) -> None:
    raw = raw_frame(*(raw_row(store, f"{i}.txt", "text/plain", b"Twelve killed %d" % i) for i in range(3)))
    seen: list[tuple[int, int]] = []
    known = parse(store, raw.head(1))
    parse(store, raw, known=known, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (3, 3)]


def test_no_files_give_no_rows(store: Bytes) -> None:
    assert_frame_equal(parse(store, raw_frame()), Documents.empty())
