"""The reviewed seed files: read as text, cast to the contract's types, validated.

What belongs here: how a seed file becomes a table. What does not: the rows (seeds), the rules (schemas), and the
lexicon's own files (pipeline/extract).
"""

from pathlib import Path
from typing import Final

import polars as pl

from pipeline.validate import ContractError, check_keys, nullable_columns, table_types, validate
from schemas import TABLES

#: The project's seeds.
SEEDS: Final = Path(__file__).resolve().parent.parent / "seeds"

SEED_TABLES: Final = ("sources", "actions", "actors", "actor_names")

_TRUTHS: Final = {"true": True, "false": False}


def read_seed(name: str, folder: Path = SEEDS, file: Path | None = None) -> pl.DataFrame:
    """Reads a seed file into its table.

    Args:
        name: One of `SEED_TABLES`.
        folder: The folder of seeds.
        file: The file itself, where it is not the folder's.

    Returns:
        Rows of the table, in the file's order; empty fields are null.

    Raises:
        ContractError: If the file is missing or breaks its model; names file, row (the header is row 1), column
            and remedy.
    """
    if name not in SEED_TABLES:
        raise KeyError(f"{name} is no seed; seeds are {', '.join(SEED_TABLES)}")
    path, model = file or folder / f"{name}.csv", TABLES[name]
    written = _read_text(path, list(table_types(model)), nullable_columns(model))
    typed = pl.DataFrame([_cast(path, written[column], dtype) for column, dtype in table_types(model).items()])
    _, failures = validate(typed, model)
    for failure in failures.iter_rows(named=True):
        raise _error(
            path,
            failure["row_index"],
            failure["column"] or "(row)",
            f"{failure['value']!r} breaks the rule {failure['check']}",
            f"correct it; {failures.height} values of the file break a rule",
        )
    for repeated in check_keys({name: typed}):
        raise _error(path, repeated.row_index, repeated.column, f"{repeated.value!r} is there twice", "remove one row")
    return typed


def languages(folder: Path = SEEDS) -> tuple[str, ...]:
    """Returns the languages that have a lexicon, sorted: the folders of `lexicon` below the seeds."""
    return tuple(sorted(path.name for path in (folder / "lexicon").iterdir() if path.is_dir()))


def _read_text(path: Path, columns: list[str], optional: frozenset[str]) -> pl.DataFrame:
    """Returns the file's fields as text, empty ones as null; columns that may be empty may be left out."""
    try:
        frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except FileNotFoundError:
        raise ContractError(f"{path} is missing: add it with the columns {', '.join(columns)}") from None
    except pl.exceptions.PolarsError as error:
        raise ContractError(
            f"{path} is no CSV of one width in UTF-8: {error}; quote fields that hold a comma"
        ) from error
    missing = [column for column in columns if column not in frame.columns and column not in optional]
    unknown = [column for column in frame.columns if column not in columns]
    if missing or unknown:
        raise ContractError(
            f"{path}, row 1: missing columns [{', '.join(missing)}], unknown columns [{', '.join(unknown)}]: "
            f"the columns are {', '.join(columns)}"
        )
    left_out = [pl.lit(None, pl.String).alias(column) for column in columns if column not in frame.columns]
    return frame.with_columns(left_out).select(pl.col(columns).replace({"": None}))


def _cast(path: Path, text: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Returns a column in its type; the first field that is not of it is named."""
    if dtype == pl.String:
        return text
    if dtype == pl.Boolean:
        cast, form = text.replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean), "true or false"
    elif dtype == pl.Date:
        cast, form = text.str.to_date("%Y-%m-%d", strict=False), "a date YYYY-MM-DD"
    else:
        cast, form = text.cast(dtype, strict=False), f"a number ({dtype})"
    wrong = (cast.is_null() & text.is_not_null()).arg_true()
    if len(wrong):
        raise _error(path, wrong[0], text.name, f"{text[wrong[0]]!r} is not {form}", "correct it, or leave it empty")
    return cast


def _error(path: Path, row_index: int, column: str, problem: str, remedy: str) -> ContractError:
    # Two more than the index: rows are counted from 1, and the header is the first.
    return ContractError(f"{path}, row {row_index + 2}, column {column}: {problem}; {remedy}")
