"""Checks of tables against the contract: structure, rows, keys, foreign keys and spans.

What belongs here: pandera's answers turned into plain rows that a person can act on. What does not: the rules
themselves (schemas), and what becomes of a row that fails (the stages quarantine it, a release refuses it).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl
from pandera.errors import SchemaErrors

from schemas import FOREIGN_KEYS, KEYS, TABLES, Documents, Table

#: Longest value that a failure quotes: article text must not flood a log.
VALUE_LENGTH: Final = 200

FAILURES_SCHEMA: Final = {"row_index": pl.UInt32, "column": pl.String, "check": pl.String, "value": pl.String}

MODELS: Final[dict[str, type[Table]]] = {**TABLES, "documents": Documents}


class ContractError(ValueError):
    """The data breaks the contract in a way that no quarantine can hold: the run stops before a file changes."""


class Failure(NamedTuple):
    """One value that breaks a rule between rows or tables.

    Attributes:
        table: The table that holds the value.
        row_index: Its row, from 0.
        column: Its column, or several joined by `, `.
        check: The rule, in words.
        value: The value, shortened.
    """

    table: str
    row_index: int
    column: str
    check: str
    value: str

    def __str__(self) -> str:
        return f"{self.table}, row {self.row_index}, column {self.column}: {self.check}; found {self.value!r}"


def table_name(model: type[Table]) -> str:
    """Returns the name of the table that a model describes."""
    return next((name for name, known in MODELS.items() if known is model), model.__name__)


def table_types(model: type[Table]) -> dict[str, pl.DataType]:
    """Returns a model's columns and their polars types, in the contract's order."""
    return {name: column.dtype.type for name, column in model.to_schema().columns.items()}


def nullable_columns(model: type[Table]) -> frozenset[str]:
    """Returns the columns of a model that may be empty."""
    return frozenset(name for name, column in model.to_schema().columns.items() if column.nullable)


def empty_table(model: type[Table]) -> pl.DataFrame:
    """Returns a frame of the model's columns without rows."""
    return pl.DataFrame(schema=table_types(model))


def check_structure(frame: pl.DataFrame, model: type[Table]) -> None:
    """Checks that a frame has a model's columns, in its order and types.

    Raises:
        ContractError: For a missing, unknown, reordered or mistyped column; names it and the remedy.
    """
    table, wanted, found = table_name(model), table_types(model), dict(frame.schema)
    problems = [f"column {name} is missing: add it as {wanted[name]}" for name in wanted if name not in found]
    problems += [f"column {name} is unknown: drop it, or add it to the model" for name in found if name not in wanted]
    problems += [
        f"column {name} is {found[name]}, not {wanted[name]}: cast it before"
        for name in wanted
        if name in found and found[name] != wanted[name]
    ]
    if not problems and list(found) != list(wanted):
        problems = [f"columns are out of order: select {', '.join(wanted)}"]
    if problems:
        raise ContractError(f"table {table}: " + "; ".join(problems))


def validate(frame: pl.DataFrame, model: type[Table]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Splits a frame into rows that keep the model's rules and the failures of those that do not.

    Args:
        frame: Eager rows; their structure must be the model's.
        model: The table's model.

    Returns:
        The good rows in their order, and the failures: row_index (into `frame`), column (null for a rule over
        several columns), check and value (shortened).

    Raises:
        ContractError: If the frame's structure is not the model's.
    """
    check_structure(frame, model)
    try:
        model.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return frame, pl.DataFrame(schema=FAILURES_SCHEMA)
    if cases["index"].has_nulls():
        unplaced = cases.filter(pl.col("index").is_null()).row(0, named=True)
        raise ContractError(
            f"table {table_name(model)}, column {unplaced['column']}: {unplaced['check']}; found "
            f"{unplaced['failure_case']!r}: the model's check names no row, mend the check"
        )
    failures = cases.select(
        pl.col("index").cast(pl.UInt32).alias("row_index"),
        pl.when(pl.col("schema_context") == "Column").then(pl.col("column")).alias("column"),
        pl.col("check").cast(pl.String),
        pl.col("failure_case").cast(pl.String).str.slice(0, VALUE_LENGTH).alias("value"),
    ).sort("row_index", "column", "check")
    bad = failures["row_index"].unique()
    good = frame.with_row_index("_row").filter(~pl.col("_row").is_in(bad.implode())).drop("_row")
    return good, failures


def validate_all(frame: pl.DataFrame, model: type[Table]) -> None:
    """Checks that every row of a frame keeps the model's rules.

    Raises:
        ContractError: If the structure or any row does not; names the first failing rows.
    """
    _, failures = validate(frame, model)
    raise_failures(
        [
            Failure(table_name(model), row["row_index"], row["column"] or "(row)", row["check"], row["value"])
            for row in failures.iter_rows(named=True)
        ]
    )


def raise_failures(failures: list[Failure]) -> None:
    """Raises the failures, if there are any, as one error.

    Raises:
        ContractError: Names the number of failures and the first five.
    """
    if failures:
        shown = "\n  ".join(str(failure) for failure in failures[:5])
        raise ContractError(
            f"{len(failures)} values break the contract, the first of them:\n  {shown}\n"
            "mend the stage that made them, or quarantine these rows before"
        )


def check_keys(tables: Mapping[str, pl.DataFrame]) -> list[Failure]:
    """Returns the rows whose key another row of the same table has: sort orders must be total."""
    failures = []
    for table, frame in tables.items():
        key = KEYS.get(table)
        if key is None:
            continue
        repeated = frame.with_row_index("_row").filter(pl.struct(key).is_duplicated()).select("_row", *key)
        failures += [
            Failure(table, row, ", ".join(key), "keys are unique", " ".join(map(str, values))[:VALUE_LENGTH])
            for row, *values in repeated.iter_rows()
        ]
    return failures


def check_foreign_keys(tables: Mapping[str, pl.DataFrame]) -> list[Failure]:
    """Returns the values that name a row which does not exist, for the foreign keys between the tables given."""
    failures = []
    for (table, column), (other, key) in FOREIGN_KEYS.items():
        if table not in tables or other not in tables:
            continue
        named = tables[table].select(pl.col(column)).with_row_index("_row").drop_nulls()
        dangling = named.join(tables[other].select(key), left_on=column, right_on=key, how="anti").sort("_row")
        failures += [
            Failure(table, row, column, f"names a row of {other}", str(value)[:VALUE_LENGTH])
            for row, value in dangling.iter_rows()
        ]
    return failures


def check_spans(claims: pl.DataFrame, articles: pl.DataFrame, evidence: pl.DataFrame | None = None) -> list[Failure]:
    """Returns the claims whose quote, and the evidence whose words, are not the article's text at their offsets.

    Args:
        claims: Rows of `claims`.
        articles: Rows of `articles`; a claim of an article that is not among them fails.
        evidence: Rows of `claim_evidence`; evidence of a claim that is not among `claims` fails.
    """
    texts = articles.select("article_id", "text")
    failures = _check_words("claims", "quote", claims, texts)
    if evidence is not None:
        placed = evidence.join(
            claims.select("claim_id", "article_id"), on="claim_id", how="left", maintain_order="left"
        )
        failures += _check_words("claim_evidence", "words", placed, texts)
    return failures


def _check_words(table: str, column: str, spans: pl.DataFrame, texts: pl.DataFrame) -> list[Failure]:
    """Returns the spans whose words are not text[char_start:char_end], in code points."""
    start, end = pl.col("char_start"), pl.col("char_end")
    wrong = (
        spans.with_row_index("_row")
        .join(texts, on="article_id", how="left", maintain_order="left")
        .filter(
            (end < start)
            | pl.col("text").str.slice(start, (end - start).clip(lower_bound=0)).ne_missing(pl.col(column))
        )
    )
    return [
        Failure(table, row, column, "text[char_start:char_end] is the " + column, str(words)[:VALUE_LENGTH])
        for row, words in wrong.select("_row", column).iter_rows()
    ]
