from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import NOW, Bytes, parse, raw_frame, raw_row
from polars.testing import assert_frame_equal

from pipeline.ingest import AccountingError, articles, list_read, make_articles
from pipeline.ingest.articles import REVIEW, SUSPECT_COPIES
from pipeline.ingest.clean import article_id
from pipeline.ingest.items import REMEDIES, mint
from schemas import Articles, Documents, Inputs, Quarantine

LONG = (
    "Gunmen on motorcycles attacked a village in the north before dawn on Monday, killing twelve people and wounding thirty, police said. "
    * 3
)
NEARLY = LONG.replace("police", "officials", 1)


def document(
    key: int, text: str | None = LONG, *, relevant: bool = True, reason: str | None = None, **values: Any
) -> dict[str, Any]:
    row = dict.fromkeys(Documents.empty().columns)
    return (
        row
        | {
            "input_id": mint("i", str(key)),
            "raw_id": mint("r", str(key)),
            "source_id": "wire",
            "location": f"{key}.jsonl",
            "locator": "line 1",
            "authors": [],
            "published_basis": "unknown",
            "retrieved_at": NOW,
            "language": "en",
            "text": None if reason else text,
            "article_id": article_id(text) if text and not reason else None,
            "relevant": relevant and not reason,
            "reason": reason,
            "detail": REMEDIES[reason] if reason else None,
        }
        | values
    )


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=Documents.empty().schema, orient="row")


def states(inputs: pl.DataFrame) -> dict[str, tuple[str, str | None]]:
    return {row["location"]: (row["state"], row["reason"]) for row in inputs.iter_rows(named=True)}


def test_every_document_ends_in_one_state() -> None:
    made, inputs, quarantine, _ = make_articles(
        frame(
            document(1, published_at=NOW - timedelta(days=3)),
            document(2, published_at=NOW - timedelta(days=2)),
            document(3, NEARLY, published_at=NOW - timedelta(days=1)),
            document(4, "Ferries sail twice a day.", relevant=False),
            document(5, reason="not_json"),
        )
    )
    for table, model in ((made, Articles), (inputs, Inputs), (quarantine, Quarantine)):
        model.validate(table)
    assert states(inputs) == {
        "1.jsonl": ("article", None),
        "2.jsonl": ("duplicate", "same_text"),
        "3.jsonl": ("duplicate", "near_duplicate"),
        "4.jsonl": ("irrelevant", "no_conflict_words"),
        "5.jsonl": ("quarantined", "not_json"),
    }
    original, copy = article_id(LONG), article_id(NEARLY)
    assert dict(made.select("article_id", "duplicate_of").iter_rows()) == {original: None, copy: original}
    ids = dict(inputs.select("location", "article_id").iter_rows())
    assert ids == {
        "1.jsonl": original,
        "2.jsonl": original,
        "3.jsonl": copy,
        "4.jsonl": article_id("Ferries sail twice a day."),
        "5.jsonl": None,
    }
    (refused,) = quarantine.iter_rows(named=True)
    assert (refused["stage"], refused["record_id"], refused["location"]) == (
        "ingest",
        mint("i", "5"),
        "5.jsonl, line 1",
    )
    assert refused["detail"] == REMEDIES["not_json"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"published_at": NOW - timedelta(days=2)}, {"published_at": NOW - timedelta(days=1)}, id="published first"
        ),
        pytest.param({"published_at": NOW}, {"published_at": None}, id="dated before undated"),
        pytest.param({"retrieved_at": NOW - timedelta(days=1)}, {"retrieved_at": NOW}, id="retrieved first"),
    ],
)
@pytest.mark.parametrize("copy", [LONG, NEARLY], ids=["same text", "near-duplicate"])
def test_the_earliest_is_the_original(one: dict[str, Any], other: dict[str, Any], copy: str) -> None:
    for rows in ([document(1, **one), document(2, copy, **other)], [document(2, copy, **other), document(1, **one)]):
        _, inputs, *_ = make_articles(frame(*rows))
        assert states(inputs)["1.jsonl"][0] == "article"
        assert states(inputs)["2.jsonl"][0] == "duplicate"


def test_copies_of_an_irrelevant_text_are_irrelevant() -> None:
    made, inputs, *_ = make_articles(frame(document(1, relevant=False), document(2, relevant=False)))
    assert made.is_empty()
    assert inputs["state"].to_list() == ["irrelevant"] * 2


def test_no_documents_give_empty_tables_of_the_contract() -> None:
    for table, model in zip(make_articles(Documents.empty())[:3], (Articles, Inputs, Quarantine), strict=True):
        assert_frame_equal(table, model.empty())


TEXTS = (
    LONG,
    NEARLY,
    LONG.upper(),
    "Three soldiers were killed near the border.",
    "Ferries sail twice a day.",
    "Talks resumed.",
)
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(TEXTS),
        st.booleans(),
        st.none() | st.sampled_from(["not_json", "empty_text", "undecodable"]),
        st.none() | st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=15,
)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.randoms())
def test_the_account_holds_for_any_mixture_in_any_order(parts: list[tuple[Any, ...]], chance: Any) -> None:
    rows = [
        document(
            key,
            text,
            relevant=relevant,
            reason=reason,
            published_at=None if day is None else datetime(2026, 5, 1 + day, tzinfo=UTC),
            retrieved_at=NOW + timedelta(hours=hour),
        )
        for key, (text, relevant, reason, day, hour) in enumerate(parts)
    ]
    made, inputs, quarantine, _ = make_articles(frame(*rows))
    counts = dict(inputs["state"].value_counts().iter_rows())
    assert inputs.height == len(rows) == sum(counts.values())
    assert quarantine.height == counts.get("quarantined", 0)
    assert made.filter(pl.col("duplicate_of").is_null()).height == counts.get("article", 0)
    assert made["article_id"].is_unique().all()
    assert set(made["duplicate_of"].drop_nulls()) <= set(made.filter(pl.col("duplicate_of").is_null())["article_id"])
    named = inputs.filter(pl.col("state") != "irrelevant")["article_id"].drop_nulls()
    assert set(named) <= set(made["article_id"])
    read = list_read(frame(*rows), inputs, made)
    assert read["article_id"].is_unique().all()
    assert set(read["article_id"]) == set(inputs["article_id"].drop_nulls())
    chance.shuffle(rows)
    for again, before in zip(make_articles(frame(*rows))[:3], (made, inputs, quarantine), strict=True):
        assert_frame_equal(again, before)


LINE = st.sampled_from(
    [
        b'{"text": "Twelve killed"}',
        b'{"text": "twelve  KILLED"}',
        b'{"text": "Ferries"}',
        b'{"text": 1}',
        b'{"text": ""}',
        b"{",
        b"",
        b"\xff",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(LINE, max_size=6), max_size=4))
def test_the_account_holds_from_bytes_to_tables(files: list[list[bytes]]) -> None:
    store = Bytes()
    rows = [raw_row(store, f"{i}.jsonl", "application/x-ndjson", b"\n".join(lines)) for i, lines in enumerate(files)]
    documents = parse(store, raw_frame(*rows), is_relevant=lambda text, language: "illed" in text.lower())
    _, inputs, *_ = make_articles(documents)
    assert inputs.height == sum(max(1, sum(line != b"" for line in lines)) for lines in files)


def test_a_row_that_is_lost_or_doubled_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AccountingError, match="lost or doubled"):
        make_articles(frame(document(1), document(1)))
    monkeypatch.setattr(articles, "_quarantine", lambda refused: Quarantine.empty())
    with pytest.raises(AccountingError, match="quarantined inputs are the rows of quarantine"):
        make_articles(frame(document(1, reason="not_json")))


def test_what_is_remembered_changes_nothing_and_spares_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [document(1), document(2, NEARLY), document(3, "Something else entirely happened in the harbour on Friday")]
    once = make_articles(frame(*rows))
    assert once.memory.comparisons.height == 1
    later = [*rows, document(4, LONG + " It was the second attack in a week.")]
    grown = make_articles(frame(*later), once.memory)
    for made, afresh in zip(grown[:3], make_articles(frame(*later))[:3], strict=True):
        assert_frame_equal(made, afresh)

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("nothing is new")

    monkeypatch.setattr("pipeline.ingest.duplicates.shingles", refuse)
    monkeypatch.setattr("pipeline.ingest.duplicates._shingle_sets", refuse)
    for made, before in zip(make_articles(frame(*later), grown.memory)[:3], grown[:3], strict=True):
        assert_frame_equal(made, before)


def test_a_text_that_most_of_a_source_repeats_stops_for_review() -> None:
    copies = [document(key, f"{LONG} Page {key}.") for key in range(SUSPECT_COPIES + 1)]
    others = [document(key + 100, f"{key} " * 40, source_id="herald") for key in range(5)]
    relay = document(200, LONG, source_id="herald")
    made, inputs, quarantine, _ = make_articles(frame(*copies, *others, relay))
    assert quarantine["reason"].to_list() == [REVIEW]
    assert quarantine["source_id"].to_list() == ["wire"]
    assert made["duplicate_of"].is_null().all()  # none of them is taken away
    assert inputs.filter(pl.col("state") == "article").height == len(copies) + len(others) + 1
    kept = make_articles(frame(*copies[:SUSPECT_COPIES], *others))
    assert kept.quarantine.is_empty()
    assert kept.articles["duplicate_of"].is_not_null().sum() == SUSPECT_COPIES - 1


def test_a_copy_is_one_within_a_month() -> None:
    for days, state in ((30, "duplicate"), (31, "article")):
        rows = [document(1, published_at=NOW - timedelta(days=days)), document(2, NEARLY, published_at=NOW)]
        _, inputs, *_ = make_articles(frame(*rows))
        assert states(inputs)["2.jsonl"][0] == state
