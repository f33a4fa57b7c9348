"""Rows that break the contract are named; frames that break its structure stop the run."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.validate import (
    MODELS,
    ContractError,
    Failure,
    check_foreign_keys,
    check_keys,
    check_spans,
    check_structure,
    empty_table,
    raise_failures,
    table_types,
    validate,
    validate_all,
)
from schemas import Claims, EventClaims, Table

EVENT = "e_" + "0" * 20
CLAIM = "c_" + "0" * 19
ARTICLE = "a_" + "0" * 20


def event_claims(*relations: str) -> pl.DataFrame:
    rows = [(EVENT, f"{CLAIM}{number}", relation, True) for number, relation in enumerate(relations)]
    return pl.DataFrame(rows, schema=table_types(EventClaims), orient="row")


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_an_empty_table_of_every_model_is_valid(model: type[Table]) -> None:
    good, failures = validate(empty_table(model), model)
    assert (good.height, failures.height) == (0, 0)


def test_good_rows_pass_and_bad_rows_are_named_with_column_check_and_value() -> None:
    frame = event_claims("supports", "hearsay", "updates")
    good, failures = validate(frame, EventClaims)
    assert good.equals(frame[[0, 2]])
    assert failures.select("row_index", "column", "value").rows() == [(1, "relation", "hearsay")]
    assert failures["check"][0].startswith("isin(")


def test_every_row_of_a_repeated_id_fails() -> None:
    frame = pl.concat([event_claims("supports"), event_claims("updates")])
    good, failures = validate(frame, EventClaims)
    assert good.height == 0
    assert failures["row_index"].to_list() == [0, 1]


def test_a_rule_over_several_columns_fails_the_row_and_names_no_column() -> None:
    row = dict.fromkeys(table_types(Claims)) | {
        "claim_id": CLAIM + "0", "article_id": ARTICLE, "mention_id": "m_" + "0" * 20, "sentence_index": 0,
        "char_start": 0, "char_end": 4, "quote": "word", "date_precision": "unknown", "date_basis": "unknown",
        "action": "attack", "action_text": "hit", "metric": "killed", "quantity_low": 9, "quantity_best": 3,
        "quantity_bound": "exact", "quantity_text": "3", "accounting": "unknown", "place_precision": "unknown",
        "claimant_type": "media", "claim_mode": "asserted", "confidence": 0.5, "extractor": "x", "extractor_version": "1",
    }  # fmt: skip
    good, failures = validate(pl.DataFrame([row], schema=table_types(Claims)), Claims)
    assert good.height == 0
    assert failures.select("row_index", "column", "check").rows() == [
        (0, None, "quantity_low <= quantity_best <= quantity_high")
    ]
    assert len(failures["value"][0]) <= 200


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        pytest.param(lambda f: f.drop("relation"), "column relation is missing: add it as String", id="missing"),
        pytest.param(lambda f: f.with_columns(note=pl.lit(1)), "column note is unknown: drop it", id="unknown"),
        pytest.param(
            lambda f: f.with_columns(used_in_estimate=pl.lit(1, pl.Int8)), "is Int8, not Boolean: cast", id="mistyped"
        ),
        pytest.param(lambda f: f.select(reversed(f.columns)), "columns are out of order", id="out_of_order"),
    ],
)
def test_a_broken_structure_names_table_column_and_remedy(
    break_it: Callable[[pl.DataFrame], pl.DataFrame], message: str
) -> None:
    with pytest.raises(ContractError, match="table event_claims") as caught:
        check_structure(break_it(event_claims("supports")), EventClaims)
    assert message in str(caught.value)


def test_validating_all_rows_raises_with_the_failing_ones() -> None:
    with pytest.raises(ContractError, match=r"event_claims, row 1, column relation: isin.*found 'hearsay'"):
        validate_all(event_claims("supports", "hearsay"), EventClaims)


def test_failures_are_counted_and_the_first_five_named() -> None:
    with pytest.raises(ContractError, match=r"^7 values") as caught:
        raise_failures([Failure("t", row, "c", "rule", "v") for row in range(7)])
    assert "row 4" in str(caught.value)
    assert "row 5" not in str(caught.value)
    raise_failures([])


def test_repeated_keys_are_found_where_no_single_column_is_unique() -> None:
    names = pl.DataFrame(
        [("A", "en", "x", "name", "s"), ("A", "en", "y", "name", "s"), ("A", "en", "x", "alias", "s")],
        schema=["actor_id", "language", "name", "kind", "source"],
        orient="row",
    )
    assert [failure.row_index for failure in check_keys({"actor_names": names})] == [0, 2]


def test_dangling_references_are_named_and_nulls_refer_to_nothing() -> None:
    actors = pl.DataFrame({"actor_id": ["A", "B", "C"], "parent_id": [None, "A", "Z"]})
    assert check_foreign_keys({"actors": actors}) == [Failure("actors", 2, "parent_id", "names a row of actors", "Z")]


def spans(text: str, quote: str, start: int, end: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    claims = pl.DataFrame(
        {"claim_id": [CLAIM], "article_id": [ARTICLE], "char_start": [start], "char_end": [end], "quote": [quote]}
    )
    return claims, pl.DataFrame({"article_id": [ARTICLE], "text": [text]})


@settings(deadline=None)
@given(text=st.text(min_size=1), cuts=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_spans_count_code_points_in_any_script(text: str, cuts: tuple[int, int]) -> None:
    start, end = sorted(cuts)
    assert check_spans(*spans(text, text[start:end], start, end)) == []
    assert len(check_spans(*spans(text, text[start:end] + "x", start, end))) == 1


@pytest.mark.parametrize(
    ("start", "end"), [(1, 4), (0, 2), (3, 0), (40, 43)], ids=["late", "short", "reversed", "outside"]
)
def test_a_quote_that_is_not_at_its_place_fails(start: int, end: int) -> None:
    failures = check_spans(*spans("abc abc", "abc", start, end))
    assert [(failure.table, failure.column) for failure in failures] == [("claims", "quote")]


def test_a_claim_of_an_unknown_article_fails() -> None:
    claims, articles = spans("abc", "abc", 0, 3)
    assert len(check_spans(claims, articles.clear())) == 1


def test_evidence_is_checked_against_its_claims_article() -> None:
    claims, articles = spans("abc abc", "abc", 0, 3)
    evidence = pl.DataFrame(
        {"claim_id": [CLAIM, CLAIM, "c_none"], "char_start": [4, 4, 4], "char_end": [7, 6, 7], "words": ["abc"] * 3}
    )
    assert [(f.table, f.row_index) for f in check_spans(claims, articles, evidence)] == [
        ("claim_evidence", 1),
        ("claim_evidence", 2),
    ]
