"""The CSV files of a release: for spreadsheets and for programs that read nothing else.

What belongs here: how a table is written as text and read back, exactly. What does not: the Parquet files, which are
the release (parquet.py).

Text that a spreadsheet would run as a formula has an apostrophe before it, and so has text that begins with an
apostrophe: whoever drops one leading apostrophe of every text has what the table holds. Numbers, days and times are
never touched, so that -33.9 stays a number.
"""

import gzip
from pathlib import Path
from typing import IO, Final, cast

import polars as pl

from pipeline.release.texts import as_text, from_text
from pipeline.store import staged
from pipeline.validate import table_types
from schemas import TABLES

FOLDER: Final = "csv"

#: Characters that start a formula in a spreadsheet, their full-width forms, and blanks that are skipped before one
#: (OWASP, CSV Injection); and the apostrophe that marks them.
_MARKED: Final = r"^[=+\-@＝＋－＠\t\r\n ']"


def write_csv(table: str, frame: pl.DataFrame, folder: Path) -> Path:
    """Writes a table as gzipped CSV below a release's folder and returns its file; the same rows give the same bytes.

    UTF-8 without a mark, a header, `,` between; days and times are ISO 8601, lists are JSON, no value is an empty
    cell and empty text is "".
    """
    path = folder / FOLDER / f"{table}.csv.gz"
    cells = frame.select(_cell(name, kind) for name, kind in frame.schema.items())
    # Without name and time: they would make other bytes of the same rows.
    with (
        staged(path) as unfinished,
        unfinished.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as packed,
    ):
        cells.write_csv(cast(IO[bytes], packed))
    return path


def read_csv(table: str, path: Path) -> pl.DataFrame:
    """Returns the rows that `write_csv` wrote, as they were."""
    types = table_types(TABLES[table])
    texts = pl.read_csv(gzip.decompress(path.read_bytes()), schema=dict.fromkeys(types, pl.String))
    return texts.select(_value(name, kind) for name, kind in types.items())


def _cell(name: str, kind: pl.DataType) -> pl.Expr:
    value = pl.col(name)
    if kind == pl.String:
        return pl.when(value.str.contains(_MARKED)).then("'" + value).otherwise(value).alias(name)
    return as_text(name, kind)


def _value(name: str, kind: pl.DataType) -> pl.Expr:
    if kind == pl.String:
        # One apostrophe: strip_prefix takes no more.
        return pl.col(name).str.strip_prefix("'")
    return from_text(name, kind)
