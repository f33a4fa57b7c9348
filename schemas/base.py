"""What every table model shares: strict columns, and a patterned id.

What belongs here: the base class and field helpers of the models. What does not: any table.
"""

from typing import Any

import pandera.polars as pa
import polars as pl

ID_PATTERN = r"^{prefix}_[0-9a-f]{{20}}$"


def id_field(prefix: str, description: str, *, unique: bool = False, nullable: bool = False) -> Any:
    """Returns a field for an id of the contract: a prefix, `_` and 20 hex digits."""
    return pa.Field(
        str_matches=ID_PATTERN.format(prefix=prefix), unique=unique, nullable=nullable, description=description
    )


def code_field(values: tuple[str, ...], description: str, *, nullable: bool = False) -> Any:
    """Returns a field whose values come from a list of `schemas.vocabulary`."""
    return pa.Field(isin=list(values), nullable=nullable, description=description)


def text_field(description: str, *, nullable: bool = False, unit: str | None = None) -> Any:
    """Returns a field with no check but its type, with its unit where it has one."""
    return pa.Field(nullable=nullable, description=description, metadata={"unit": unit} if unit else None)


def number_field(description: str, unit: str, *, ge: float | None = None, le: float | None = None) -> Any:
    """Returns a nullable number with its unit and bounds."""
    return pa.Field(nullable=True, description=description, metadata={"unit": unit}, ge=ge, le=le)


def ordered(low: str, best: str, high: str) -> pl.Expr:
    """Returns the rule low <= best <= high for the ends that are set."""
    return (
        (pl.col(low) <= pl.col(best)).fill_null(value=True)
        & (pl.col(best) <= pl.col(high)).fill_null(value=True)
        & (pl.col(low) <= pl.col(high)).fill_null(value=True)
    )


class Table(pa.DataFrameModel):
    """A table of the contract: just these columns, in this order, never coerced in passing."""

    class Config:
        """Strict: an unknown, missing or reordered column breaks the contract."""

        strict = True
        ordered = True
        coerce = False
