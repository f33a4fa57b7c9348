"""The data dictionary says everything that the models say, and its page is current."""

from pathlib import Path

from schemas import FOREIGN_KEYS, KEYS, TABLES
from schemas.dictionary import VIEWS, data_dictionary, describe, render_dictionary, table_entries, view_entries
from schemas.vocabulary import METRICS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"


def test_the_page_is_the_rendering() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == render_dictionary(), "write it anew: python -m schemas.dictionary > docs/data-dictionary.md"


def test_every_column_is_described() -> None:
    bare = [
        f"{entry.table}.{entry.column}"
        for entry in data_dictionary()
        if not entry.description.strip() or not entry.comment.startswith(entry.description)
    ]
    assert bare == []


def test_every_table_and_view_says_what_a_row_is() -> None:
    page = render_dictionary()
    for name in (*TABLES, *VIEWS):
        assert describe(name).startswith(("One row", "What a stage refused"))
        assert f"\n## {name}\n" in page


def test_columns_stand_in_the_contracts_order() -> None:
    for table, model in TABLES.items():
        assert [entry.column for entry in table_entries(table)] == list(model.to_schema().columns)


def test_codes_units_and_references_are_the_models() -> None:
    entries = {(entry.table, entry.column): entry for entry in data_dictionary()}
    metric = entries["claims", "metric"]
    assert (metric.codes, metric.nullable, metric.type) == (METRICS, True, "string")
    assert entries["events", "killed_best"].unit == "person"
    assert entries["articles", "authors"].type == "list of string"
    assert entries["articles", "published_at"].type == "datetime (UTC)"
    assert {key: entries[key].references for key in FOREIGN_KEYS} == {
        key: ".".join(other) for key, other in FOREIGN_KEYS.items()
    }
    assert "unit: person" in entries["events", "killed_best"].comment
    assert "references actions.action" in entries["events", "action"].comment


def test_keys_and_references_name_columns_that_exist() -> None:
    columns = {(entry.table, entry.column) for entry in data_dictionary()}
    assert {(table, column) for table, key in KEYS.items() for column in key} <= columns
    assert {*FOREIGN_KEYS, *FOREIGN_KEYS.values()} <= columns


def test_a_view_takes_its_columns_descriptions_from_the_tables() -> None:
    shown = {entry.column: entry for entry in view_entries("events_with_claims")}
    asked = {entry.column: entry for entry in table_entries("claims")}
    assert shown["claim_place_text"].description == asked["place_text"].description
    assert shown["quote"].table == "events_with_claims"
