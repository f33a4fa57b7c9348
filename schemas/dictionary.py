"""The data dictionary: one row per column of every released table and view, read from the models.

What belongs here: the models in words. What does not: a rule or description of a table's column (its model), or of a
view's (views.py).
"""

from typing import Final

import polars as pl

from schemas import FOREIGN_KEYS, KEYS, SCHEMA_VERSION, TABLES
from schemas.entry import Entry
from schemas.views import VIEWS

__all__ = ["VIEWS", "Entry", "data_dictionary", "describe", "render_dictionary", "table_entries", "view_entries"]

_TYPE_NAMES: Final = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "datetime (UTC)",
    pl.List: "list of string",
}


def table_entries(table: str) -> list[Entry]:
    """Returns the columns of a table, in the contract's order."""
    entries = []
    for name, column in TABLES[table].to_schema().columns.items():
        codes = next((check.statistics["allowed_values"] for check in column.checks if check.name == "isin"), ())
        reference = FOREIGN_KEYS.get((table, name))
        entries.append(
            Entry(
                table=table,
                column=name,
                type=_TYPE_NAMES[column.dtype.type.base_type()],
                unit=(column.metadata or {}).get("unit"),
                nullable=column.nullable,
                codes=tuple(codes),
                description=column.description,
                references=".".join(reference) if reference else None,
            )
        )
    return entries


def view_entries(view: str) -> list[Entry]:
    """Returns the columns of a view, in its order."""
    known = {f"{table}.{entry.column}": entry for table in TABLES for entry in table_entries(table)}
    return [
        (known[source] if isinstance(source, str) else source)._replace(table=view, column=name)
        for name, source in VIEWS[view].columns.items()
    ]


def describe(name: str) -> str:
    """Returns what a row of a table or view is, in one paragraph."""
    if name in VIEWS:
        return VIEWS[name].description
    return " ".join((TABLES[name].__doc__ or "").split())


def data_dictionary() -> list[Entry]:
    """Returns every column of every table, then of every view."""
    tables = [entry for table in TABLES for entry in table_entries(table)]
    return tables + [entry for view in VIEWS for entry in view_entries(view)]


def render_dictionary() -> str:
    """Returns the data dictionary as Markdown."""
    preface = (
        f"Schema version {SCHEMA_VERSION}. Written from the models in `schemas/` by `python -m schemas.dictionary`; "
        "do not edit it by hand.\n\n"
        "Every table is one Parquet file of a release and one table of its database; the views are in the database. "
        "Datetimes are UTC: with a time zone in Parquet, without one in the database."
    )
    lines = ["# Data dictionary", "", preface]
    for name in (*TABLES, *VIEWS):
        entries = view_entries(name) if name in VIEWS else table_entries(name)
        kind = "view" if name in VIEWS else f"key: {', '.join(KEYS[name])}"
        lines += ["", f"## {name}", "", f"{describe(name)} ({kind})", ""]
        lines += ["| column | type | unit | null | description | codes | references |", "|---|---|---|---|---|---|---|"]
        for entry in entries:
            cells = (
                entry.column,
                entry.type,
                entry.unit or "",
                "yes" if entry.nullable else "",
                entry.description.replace("|", "\\|"),
                ", ".join(entry.codes),
                entry.references or "",
            )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render_dictionary(), end="")
