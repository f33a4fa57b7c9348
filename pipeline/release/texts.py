"""Values as text that is read back exactly: the shortest digits, ISO 8601, lists as JSON.

What belongs here: one form for `changes` and the CSV files. What does not: what a spreadsheet makes of text
(csv_files.py).
"""

import json

import polars as pl

_TIME = "%Y-%m-%dT%H:%M:%S%.6fZ"


def as_text(column: str, kind: pl.DataType) -> pl.Expr:
    """Returns a column as text; no value stays none."""
    value = pl.col(column)
    if isinstance(kind, pl.Datetime):
        return value.dt.strftime(_TIME)
    if isinstance(kind, pl.List):
        return value.map_elements(lambda texts: json.dumps(list(texts), ensure_ascii=False), return_dtype=pl.String)
    return value.cast(pl.String)


def from_text(column: str, kind: pl.DataType) -> pl.Expr:
    """Returns what `as_text` wrote, as it was."""
    text = pl.col(column)
    if kind == pl.Date:
        return text.str.to_date("%Y-%m-%d")
    if isinstance(kind, pl.Datetime):
        return text.str.to_datetime(_TIME, time_unit="us").dt.replace_time_zone("UTC")
    if isinstance(kind, pl.List):
        return text.str.json_decode(kind)
    return text == "true" if kind == pl.Boolean else text.cast(kind)
