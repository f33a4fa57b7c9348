"""The CSV files hold what the tables hold, to the last digit, and no cell of them runs in a spreadsheet."""

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.release import Release
from pipeline.release.csv_files import read_csv, write_csv
from pipeline.validate import table_types
from schemas import TABLES

FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "'=1", "''")


def articles(texts: list[str | None], **columns: Any) -> pl.DataFrame:
    types = table_types(TABLES["articles"])
    rows = [{**dict.fromkeys(types), "title": text, "authors": [], **columns} for text in texts]
    return pl.DataFrame(rows, schema=types)


def cells(path: Path) -> list[dict[str, str]]:
    """The cells as any reader of CSV finds them."""
    return list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode(), newline="")))


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_text_is_a_formula(tmp_path: Path, text: str) -> None:
    frame = articles([text])
    path = write_csv("articles", frame, tmp_path)
    assert cells(path)[0]["title"] == "'" + text
    assert read_csv("articles", path).equals(frame)


@pytest.mark.parametrize("number", [-33.9, 0.1 + 0.2, 1e-7, 5e-324, 1.7976931348623157e308, -0.0, 180.0])
def test_every_number_is_exact(tmp_path: Path, number: float) -> None:
    types = table_types(TABLES["places"])
    frame = pl.DataFrame([{**dict.fromkeys(types), "latitude": number, "population": 2**62 + 1}], schema=types)
    path = write_csv("places", frame, tmp_path)
    (row,) = cells(path)
    assert float(row["latitude"]) == number
    assert row["population"] == "4611686018427387905"
    assert read_csv("places", path).equals(frame)


def test_a_coordinate_in_the_south_stays_a_number(tmp_path: Path) -> None:
    types = table_types(TABLES["places"])
    frame = pl.DataFrame([{**dict.fromkeys(types), "place_id": "1", "latitude": -33.9}], schema=types)
    path = write_csv("places", frame, tmp_path)
    assert cells(path)[0]["latitude"] == "-33.9"
    with duckdb.connect(":memory:") as connection:
        assert connection.execute("SELECT latitude FROM read_csv(?)", [str(path)]).fetchall() == [(-33.9,)]


@settings(max_examples=40)
@given(
    titles=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=6),
    authors=st.lists(st.text(max_size=3), max_size=3),
    moment=st.integers(-(2**40), 2**52),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str | None], authors: list[str], moment: int
) -> None:
    frame = articles(titles, authors=authors, published_at=datetime.fromtimestamp(moment / 2**20, UTC))
    assert read_csv("articles", write_csv("articles", frame, tmp_path_factory.mktemp("csv"))).equals(frame)


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    frame = articles(["a", None])
    one, two = write_csv("articles", frame, tmp_path / "a"), write_csv("articles", frame, tmp_path / "b")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_a_release_is_there(release: Release, table: str) -> None:
    rows = read_csv(table, release.path / "csv" / f"{table}.csv.gz")
    assert rows.equals(pl.read_parquet(release.table(table)))
