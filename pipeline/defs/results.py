"""What an asset tells Dagster of the table that it wrote, and what it tells of it beforehand.

What belongs here: specs from the models, and metadata from frames. What does not: any asset.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dagster as dg
import polars as pl

from pipeline.validate import MODELS, Failure
from schemas.dictionary import table_entries

KINDS: Final = {"polars", "parquet"}

_PREVIEW_ROWS: Final = 5
_CELL: Final = 40  # characters
_SHOWN: Final = 20  # failures


def spec(table: str, group: str, deps: Sequence[str] = ()) -> dg.AssetSpec:
    """Returns the asset of a table."""
    return dg.AssetSpec(
        table, group_name=group, deps=deps, kinds=KINDS, description=describe(table), metadata=list_columns(table)
    )


def describe(table: str) -> str:
    """Returns what a table's model says of its rows."""
    return " ".join((MODELS[table].__doc__ or "").split())


def list_columns(table: str) -> dict[str, dg.TableSchema]:
    """Returns the columns of a released table, as metadata of its asset."""
    columns = [
        dg.TableColumn(entry.column, entry.type, entry.comment, dg.TableColumnConstraints(nullable=entry.nullable))
        for entry in table_entries(table)
    ]
    return {"dagster/column_schema": dg.TableSchema(columns)}


def tell(table: str, frame: pl.DataFrame, **figures: int | float | str) -> dg.MaterializeResult[Any]:
    """Returns that a table was written: its row count, its first rows, and figures of the stage."""
    return dg.MaterializeResult(
        asset_key=table,
        metadata={"dagster/row_count": frame.height, "preview": dg.MetadataValue.md(preview(frame)), **figures},
    )


def tell_all(tables: Mapping[str, pl.DataFrame], **figures: int | float | str) -> tuple[dg.MaterializeResult[Any], ...]:
    """Returns that several tables were written by one stage."""
    return tuple(tell(table, frame, **figures) for table, frame in tables.items())


def preview(frame: pl.DataFrame) -> str:
    """Returns the first rows as a Markdown table; article text cannot become markup in it."""
    lines = [frame.columns, ["---"] * frame.width]
    lines += [[_cell(value) for value in row] for row in frame.head(_PREVIEW_ROWS).iter_rows()]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(value: object) -> str:
    text = " ".join(("" if value is None else str(value)).split())
    short = text if len(text) <= _CELL else text[: _CELL - 1] + "…"
    return "".join(f"&#{ord(char)};" if char in "|<>&`*_[]()!\\#~" else char for char in short)


def judge(
    problems: Sequence[str | Failure],
    *,
    name: str | None = None,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    figures: Mapping[str, int] | None = None,
) -> dg.AssetCheckResult:
    """Returns a check's answer: passed without problems, else the first of them."""
    shown = dg.MetadataValue.md("\n".join(f"- {_cell_line(str(problem))}" for problem in problems[:_SHOWN]) or "none")
    metadata: dict[str, Any] = {"count": len(problems), "problems": shown, **(figures or {})}
    return dg.AssetCheckResult(passed=not problems, check_name=name, severity=severity, metadata=metadata)


def _cell_line(text: str) -> str:
    return text.replace("\n", " ").replace("<", "&lt;")
